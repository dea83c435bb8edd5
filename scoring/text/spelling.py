"""One thing under any of its spellings: upper or lower case, with or without accents and punctuation."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

from scoring.errors import MOST_NEAR, UnknownNameError, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


ALIKE = 0.75  # of difflib's ratio: Azerbaidjan is near Azerbaijan, Slovenia is not near Slovakia
MOST_GUESSES = 3


def folded(text: str) -> str:
    """A text without case, accents, punctuation and the article, `&` as `and`: `Côte d’Ivoire` is `cote divoire`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = (one if one.isalnum() else "" if one in ".'’" or unicodedata.combining(one) else " " for one in plain)
    return " ".join(word for word in "".join(kept).split() if word != "the")


def near(text: str, spellings: Mapping[str, str]) -> list[str]:
    """What the nearest of the spellings stand for, the nearest first; spellings: folded text -> what it stands for.

    None for a text that is too long for a typing error.
    """
    if len(text) > MOST_NEAR:
        return []
    found = difflib.get_close_matches(folded(text), spellings, n=2 * MOST_GUESSES, cutoff=ALIKE)
    return list(dict.fromkeys(spellings[one] for one in found))[:MOST_GUESSES]


def chosen(text: str, names: Mapping[str, Iterable[str]], kind: str) -> str:
    """The one of the names that a text spells, by itself or by another spelling of it.

    Args:
        text: what was written.
        names: each name with its other spellings.
        kind: what the names are, for the message: `pillar`.

    Raises:
        UnknownNameError: none or several; the message has what is near.
    """
    if text in names:
        return text
    spelt: dict[str, list[str]] = {}
    for name, others in names.items():
        for one in dict.fromkeys(map(folded, (name, *others))):
            spelt.setdefault(one, []).append(name)
    spelt.pop("", None)
    found = spelt.get(folded(text), [])
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{text!r} is more than one {kind}; write one of {', '.join(found)}"
    else:
        guesses = near(text, {one: some[0] for one, some in spelt.items()})
        message = f"{text!r} is no {kind}; {meant(guesses) or f'{kind}s: {choices(list(names))}'}"
    raise UnknownNameError(message)


def meant(guesses: Sequence[str]) -> str:
    """A question for what was meant; empty without a guess."""
    return f"did you mean {' or '.join(guesses)}?" if guesses else ""
