"""Lookup of names regardless of case, accents and punctuation, with suggestions for misspelt ones."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

from scoring.errors import MAX_NEAR, UnknownNameError, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


SIMILAR = 0.75  # least ratio of difflib: includes Azerbaidjan for Azerbaijan, excludes Slovenia for Slovakia
MAX_SUGGESTIONS = 3


def folded(text: str) -> str:
    """The text in lower case, without accents, punctuation and `the`: `Côte d’Ivoire` is `cote divoire`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = (char if char.isalnum() else "" if char in ".'’" or unicodedata.combining(char) else " " for char in plain)
    return " ".join(word for word in "".join(kept).split() if word != "the")


def similar(text: str, names: Mapping[str, str]) -> list[str]:
    """The names with a spelling similar to a text, the most similar first; empty for a text too long for a name.

    Args:
        text: What was written.
        names: Folded spelling -> name.
    """
    if len(text) > MAX_NEAR:
        return []
    matches = difflib.get_close_matches(folded(text), names, n=2 * MAX_SUGGESTIONS, cutoff=SIMILAR)
    return list(dict.fromkeys(names[spelling] for spelling in matches))[:MAX_SUGGESTIONS]


def chosen(text: str, names: Mapping[str, Iterable[str]], kind: str) -> str:
    """The name that a text refers to, by the name itself or by another spelling of it.

    Args:
        text: What was written.
        names: Each name with its other spellings.
        kind: What the names are, for the message, such as `pillar`.

    Raises:
        UnknownNameError: No name or several names match; the message lists similar names.
    """
    if text in names:
        return text
    names_of: dict[str, list[str]] = {}
    for name, others in names.items():
        for spelling in dict.fromkeys(map(folded, (name, *others))):
            names_of.setdefault(spelling, []).append(name)
    names_of.pop("", None)
    matches = names_of.get(folded(text), [])
    if len(matches) == 1:
        return matches[0]
    if matches:
        message = f"{text!r} matches more than one {kind}; write one of {', '.join(matches)}"
    else:
        suggestions = similar(text, {spelling: matches[0] for spelling, matches in names_of.items()})
        message = f"unknown {kind} {text!r}; {did_you_mean(suggestions) or f'{kind}s: {choices(list(names))}'}"
    raise UnknownNameError(message)


def did_you_mean(suggestions: Sequence[str]) -> str:
    """The suggestions as a question; empty without any."""
    return f"did you mean {' or '.join(suggestions)}?" if suggestions else ""
