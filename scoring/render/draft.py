"""The draft that `scoring draft` writes: the sentences of a page, with what they may code as comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scoring.citing.mentions import dates
from scoring.drafting.proposals import index_of, known_of, near, proposed
from scoring.drafting.words import WORD
from scoring.errors import shortened, visible
from scoring.files.defaults import defaults
from scoring.text.numbers import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.drafting.proposals import Index, Known
    from scoring.drafting.reading import Sentence, SourcePage
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

MOST_STATEMENTS = 2000  # of a draft; a profile has at most 5,000 statements, of all its sources
MAX_COMMENT = 160  # characters of a text in a comment
_HEAD = """\
# A draft from {name}
# `scoring draft` wrote it. It is no profile, scores nothing and codes nothing by itself: what stands in comments are
# words in common, not a reading. For each sentence that states a fact, write the fact in your own words as `text`, date
# and grade it, and copy it without `quote` into a profile, with the codes that you decide on. docs/coding.md says how.
"""
_SOURCE = """\
  # publisher:
  # reliability: # A reliable to E unreliable, F cannot be judged
  # url:
  # published: # the day that the source prints
  # accessed: # the day on which you read it
"""


def found(sentences: Iterable[Sentence], words: str) -> tuple[Sentence, ...]:
    """The sentences in which each of the words stands, or begins a word; upper and lower case are the same."""
    wanted = [match[0].casefold() for match in WORD.finditer(words)]

    def has_all(text: str) -> bool:
        own = [match[0].casefold() for match in WORD.finditer(text)]
        return all(any(word.startswith(one) for word in own) for one in wanted)

    return tuple(sentence for sentence in sentences if has_all(sentence.text))


def draft(
    name: str,
    page: SourcePage,
    sentences: Sequence[Sentence],
    book: RuleBook,
    profiles: Sequence[Profile],
    country: str | None,
    most: int,
) -> str:
    """The draft in YAML.

    Args:
        name: Of the file.
        page: What was read of it.
        sentences: Those of the page that the draft has.
        book: The rubric whose indicators are proposed.
        profiles: Whose statements show what codes an indicator.
        country: The country whose statements may be repeated; None if none are compared.
        most: Indicators that are proposed for a sentence.
    """
    index = index_of(book, profiles) if most else None
    known = next((known_of(profile) for profile in profiles if profile.country == country), None)
    left_out = len(page.sentences) - len(sentences)
    counted = [count(len(sentences), "sentence")]
    counted += [f"{count(left_out, 'other')} left out"] if left_out else []
    counted += [f"{count(page.left_out, 'shorter piece')} left out"] if page.left_out else []
    lines = [
        _HEAD.format(name=_shown(name)),
        "draft: 1\n",
        f"rubric: {_quoted(f'{book.rubric.id} {book.rubric.version}')}\n",
        f"country: {country}\n" if country else "# country:\n",
        "source:\n",
        f"  title: {_quoted(page.title)}\n",
        _SOURCE,
        f"statements: # {', '.join(counted)}\n" if sentences else "statements: []\n",
    ]
    for sentence in sentences:
        lines += _statement(sentence, index, known, most)
    return "".join(lines)


def _statement(sentence: Sentence, index: Index | None, known: Known | None, most: int) -> Iterator[str]:
    days = dates(sentence.text)[0]
    date = days[0].day.isoformat() if len(days) == 1 else None
    yield f"  - quote: {_quoted(sentence.text)}\n"
    yield f"    locator: {_quoted(sentence.locator)}\n"
    yield '    text: ""\n'
    if date:
        yield f"    # date: {date} # the only one in the sentence\n"
    least = defaults().drafting.similarity
    for one in proposed(index, sentence.text, most) if index else ():
        if one.similarity >= least:
            yield f"    # codes: {{{one.indicator}: }} # {one.similarity:.2f}, by {', '.join(map(_shown, one.words))}\n"
    shown = defaults().shown.near_statements
    for other in near(known, sentence.text, date)[:shown] if known else ():
        yield f"    # same_as: {other.id} # {other.share:.2f}: {_shown(other.text)}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shown(text: str) -> str:
    """A text in a comment: on one line, cut, without what a terminal would obey."""
    return shortened(visible(" ".join(text.split())), MAX_COMMENT)
