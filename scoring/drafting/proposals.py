"""Which indicators a text may code, and which statements it may repeat: by shared words, without model or network."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.drafting.words import words_for
from scoring.files.defaults import defaults
from scoring.model.fields import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import RuleBook

MAX_WORDS = 2000  # of a text that are compared: more is no statement
SHOWN_WORDS = 5
SAME_MONTH, SAME_YEAR = 3.0, 1.5  # times as much as different years; measured in docs/coding.md
_WORD = re.compile(r"[^\W_]+")
_SUFFIXES = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""))
_KEPT = ("ss", "us", "is")  # as in `press`, `status`, `crisis`
_LEAST_STEM = 4
_MONTH = 7  # characters of a date with a month


class Proposal(NamedTuple):
    """An indicator that a text may code."""

    indicator: str
    similarity: float
    """The cosine of the text and the indicator, in [0, 1]."""
    words: tuple[str, ...]
    """The words of the text that contribute most to it, the first most."""


class Near(NamedTuple):
    """A statement that a text may repeat."""

    id: str
    share: float
    """In [0, 1]; 1 for the same words of the same month."""
    text: str


@dataclass(frozen=True)
class Index:
    """What is known of the words of each indicator; built once for a rubric and its profiles."""

    rarity: Mapping[str, float]
    """Stem -> its idf."""
    unknown: float
    """The idf of a stem that no text has."""
    weights: Mapping[str, Mapping[str, float]]
    """Stem -> indicator -> weight, in a vector of length 1 per indicator."""


def stem(word: str) -> str:
    """A word in small letters without an English ending, such as `adopt` for `adopted`; the stem has four letters."""
    word = word.casefold()
    for suffix, instead in _SUFFIXES:
        if (
            word.endswith(suffix)
            and len(word) - len(suffix) >= _LEAST_STEM
            and (suffix != "s" or word[-2:] not in _KEPT)
        ):
            return word[: len(word) - len(suffix)] + instead
    return word.removesuffix("e") if len(word) > _LEAST_STEM else word


def _stems(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text with their stems, without common words and single letters."""
    common = words_for("common")
    for number, match in enumerate(_WORD.finditer(text)):
        if number == MAX_WORDS:
            break
        word = match[0]
        if len(word) > 1 and word.casefold() not in common:
            yield word, stem(word)


def _counts(text: str) -> Counter[str]:
    """How often each stem occurs; numbers say nothing of an indicator."""
    return Counter(one for _, one in _stems(text) if not one.isdigit())


def _own_text(leaf: LeafIndicator) -> str:
    return " ".join((leaf.question, leaf.guidance or "", *(anchor.text for anchor in leaf.anchors())))


def index_of(book: RuleBook, profiles: Iterable[Profile]) -> Index:
    """The words of the indicators of a rubric, and of the statements that code them.

    The vector of an indicator has for each stem w the weight sqrt(f) idf(w), and length 1. f is how often w occurs in
    its question, guidance and anchors and in the texts of its statements. idf(w) = ln((1 + M) / (1 + m)), where M is
    the number of these texts, one per indicator and one per coded statement, and m of them have w. Withdrawn statements
    count for nothing.
    """
    counts = {name: _counts(_own_text(leaf)) for name, leaf in book.leaves.items()}
    texts = len(counts)
    having = Counter(one for found in counts.values() for one in found)
    for profile in profiles:
        for statement in profile.statements:
            names = [] if statement.withdrawn else [name for name in statement.counted if name in counts]
            if names:
                found = _counts(statement.text)
                texts += 1
                having.update(found.keys())
                for name in names:
                    counts[name].update(found)
    rarity = {one: math.log((1 + texts) / (1 + number)) for one, number in having.items()}
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, found in counts.items():
        vector = {one: math.sqrt(number) * rarity[one] for one, number in sorted(found.items())}
        length = math.hypot(*vector.values())
        for one, weight in vector.items():
            if weight > 0:
                weights[one][name] = weight / length
    frozen = FrozenDict({one: FrozenDict(by_name) for one, by_name in weights.items()})
    return Index(FrozenDict(rarity), math.log(1 + texts), frozen)


def proposed(index: Index, text: str, most: int = 5) -> tuple[Proposal, ...]:
    """The indicators that a text may code, the most similar first.

    The similarity is the cosine of the vector of the text, as in `index_of`, and that of the indicator: the sum of the
    products of their weights, of which each shared word has one. An indicator without a shared word is not proposed.
    """
    written: dict[str, str] = {}
    for word, one in _stems(text):
        written.setdefault(one, word)
    vector = {
        one: math.sqrt(number) * index.rarity.get(one, index.unknown) for one, number in sorted(_counts(text).items())
    }
    length = math.hypot(*vector.values())
    products: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for one, weight in vector.items():
        for name, other in index.weights.get(one, {}).items():
            products[name][one] = weight / length * other
    ranked = sorted(((sum(by_word.values()), name) for name, by_word in products.items()), key=_falling)
    return tuple(
        Proposal(
            name,
            min(1.0, similarity),
            tuple(written[one] for one in sorted(products[name], key=products[name].__getitem__, reverse=True))[
                :SHOWN_WORDS
            ],
        )
        for similarity, name in ranked[:most]
    )


def _falling(one: tuple[float, str]) -> tuple[float, str]:
    return -one[0], one[1]


def proposed_indicators(text: str, book: RuleBook, profiles: Iterable[Profile], most: int = 5) -> tuple[Proposal, ...]:
    """The indicators that a text may code, as `proposed` by the index of these profiles, which is built anew."""
    return proposed(index_of(book, profiles), text, most)


@dataclass(frozen=True)
class Known:
    """The statements of a profile with their words; built once for a profile."""

    statements: tuple[Statement, ...]
    stems: tuple[frozenset[str], ...]
    rarity: Mapping[str, float]
    """Stem -> its weight s."""
    unknown: float
    """That of a stem that no statement has."""


def known_of(profile: Profile) -> Known:
    """The statements of a profile that are not withdrawn, with their words."""
    statements = tuple(statement for statement in profile.statements if not statement.withdrawn)
    stems = tuple(frozenset(one for _, one in _stems(statement.text)) for statement in statements)
    total = 1 + len(statements)
    having = Counter(one for found in stems for one in found)
    rarity = {one: math.log(total / (1 + number)) for one, number in having.items()}
    return Known(statements, stems, FrozenDict(rarity), math.log(total))


def near(known: Known, text: str, date: str | None, least: float | None = None) -> tuple[Near, ...]:
    """The statements that a text may repeat, as `near_duplicates` says."""
    least = defaults().drafting.near if least is None else least

    def weight(stems: Iterable[str]) -> float:
        return math.fsum(known.rarity.get(one, known.unknown) for one in stems)

    own = frozenset(one for _, one in _stems(text))
    own_weight = weight(own)
    found = []
    for statement, stems in zip(known.statements, known.stems, strict=True):
        both = weight(own & stems)
        if both > 0:
            share = 2 * both / (own_weight + weight(stems)) * _factor(date, statement) / SAME_MONTH
            if share >= least:
                found.append(Near(statement.id, share, statement.text))
    return tuple(sorted(found, key=lambda one: (-one.share, one.id)))


def near_duplicates(text: str, date: str | None, profile: Profile, least: float | None = None) -> tuple[Near, ...]:
    """The statements of a profile that a text may repeat, for `same_as`; the nearest first.

    share = 2 s(both) / (s(text) + s(statement)) * d / 3. s is the sum of ln((1 + M) / (1 + m)) over the different
    stems, also numbers: m of the M statements of the profile have it. d is 3 if both are dated in the same month, 1.5
    in the same year or if a date is unknown, and 1 otherwise. No meaning is compared: two statements on one fact in
    other words are not found, and two on different facts in the same words are.

    Args:
        text: Such as a new statement.
        date: Of its fact: YYYY, YYYY-MM or YYYY-MM-DD, if known.
        profile: Of its country; withdrawn statements are left out.
        least: The least share; by default `drafting.near` of defaults.yaml.
    """
    return near(known_of(profile), text, date, least)


def _factor(date: str | None, statement: Statement) -> float:
    other = statement.date
    if not date or not other:
        return SAME_YEAR
    if len(date) >= _MONTH <= len(other) and date[:_MONTH] == other[:_MONTH]:
        return SAME_MONTH
    return SAME_YEAR if date[:4] == other[:4] else 1.0
