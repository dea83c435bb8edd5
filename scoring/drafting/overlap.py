"""Runs of words that a text takes from its source: a statement is in the coder's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.drafting.words import WORD, words_for
from scoring.files.defaults import defaults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class _Run(NamedTuple):
    begin: int
    end: int


def shared_runs(text: str, source: str, least: int | None = None) -> tuple[str, ...]:
    """The longest runs of words that a text shares with its source, in the order and the words of the text.

    Words are compared without case, punctuation and white space. A run is as long as possible: no word before or behind
    it continues it in the source. Runs may overlap each other; none is within another.

    A run counts if it has `least` words, and at least one of them says something: a word in small letters that is no
    number and no linking word (`of`, `and`, ...: page_words.yaml). So `the Ministry of Internal Affairs of the Republic
    of Azerbaijan` and `on 1 March 2018 in Tbilisi` are no fault, however long: names, dates and numbers cannot be
    reworded. Georgian has no capital letters, so a name in it counts.

    It takes time and memory in proportion to both texts.

    Args:
        text: Such as a statement.
        source: The page on which it rests.
        least: Words of a run; by default `drafting.shared_words` of defaults.yaml.
    """
    least = defaults().drafting.shared_words if least is None else least
    spans = [match.span() for match in WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    if len(words) < least:
        return ()
    compared = [word.casefold() for word in words]
    runs = _longest(compared, (match[0].casefold() for match in WORD.finditer(source)))
    linking = words_for("linking")
    counted = [word.islower() and word not in linking for word in words]
    return tuple(
        text[spans[run.begin][0] : spans[run.end - 1][1]]
        for run in runs
        if run.end - run.begin >= least and any(counted[run.begin : run.end])
    )


class _Automaton:
    """The suffix automaton of a text: each state is a set of runs that end at the same places in the text."""

    def __init__(self, words: Iterable[str]) -> None:
        self.lengths, self.links = [0], [-1]
        self.steps: list[dict[str, int]] = [{}]
        self.prefixes: list[int] = []  # the state of each beginning of the text
        for word in words:
            self._add(word)

    def _add(self, word: str) -> None:
        state = self.prefixes[-1] if self.prefixes else 0
        new = self._new(self.lengths[state] + 1, 0, {})
        self.prefixes.append(new)
        while state >= 0 and word not in self.steps[state]:
            self.steps[state][word] = new
            state = self.links[state]
        if state >= 0:
            self.links[new] = self._after(state, word)

    def _after(self, state: int, word: str) -> int:
        """The state behind a step, as long as the step says; it is split where its longest run is longer."""
        following = self.steps[state][word]
        length = self.lengths[state] + 1
        if self.lengths[following] == length:
            return following
        copy = self._new(length, self.links[following], dict(self.steps[following]))
        self.links[following] = copy
        while state >= 0 and self.steps[state].get(word) == following:
            self.steps[state][word] = copy
            state = self.links[state]
        return copy

    def _new(self, length: int, link: int, steps: dict[str, int]) -> int:
        self.lengths.append(length)
        self.links.append(link)
        self.steps.append(steps)
        return len(self.lengths) - 1

    def read(self, source: Iterable[str]) -> list[int]:
        """The length of the longest run of each state that occurs in a source."""
        found = [0] * len(self.lengths)
        state = length = 0
        for word in source:
            while state and word not in self.steps[state]:
                state = self.links[state]
                length = self.lengths[state]
            if word in self.steps[state]:
                state, length = self.steps[state][word], length + 1
            found[state] = max(found[state], length)
        by_length = sorted(range(1, len(found)), key=self.lengths.__getitem__)
        for state in reversed(by_length):  # with a run, the shorter ones occur that end it
            link = self.links[state]
            if found[state] and link:
                found[link] = self.lengths[link]
        for state in by_length:
            found[state] = found[state] or found[self.links[state]]
        return found


def _longest(words: Sequence[str], source: Iterable[str]) -> list[_Run]:
    """The longest runs of the words of a text that occur in the source; none is within another."""
    automaton = _Automaton(words)
    found = automaton.read(source)
    runs: list[_Run] = []
    for end, state in enumerate(automaton.prefixes, 1):
        run = _Run(end - found[state], end)
        if runs and run.begin == runs[-1].begin:
            runs.pop()  # it is within this one
        if run.begin < run.end:
            runs.append(run)
    return runs
