"""What a report is compared with: revisions in which its ids were current."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scoring.citing.errata import InEdition
    from scoring.citing.ids import Cited
    from scoring.uncertainty.run import Run


class Past(NamedTuple):
    """A revision in which an id was current."""

    revision: str
    run: Run
    """Of the country of the id only, or of all countries."""


class History(NamedTuple):
    """Past revisions, within a budget."""

    find: Callable[[Cited], Past | None]
    """The newest revision in which an id was current, with only the country of the id."""
    revisions: Callable[[Iterable[str]], Iterator[Past]]
    """Revisions with all their countries: first the given ones, then all, newest first."""
    gap: Callable[[], str]
    """Why not every revision was searched; empty if all were."""
    budget: Budget
    edition: Callable[[Cited], InEdition | str] = lambda _: "editions were not searched"
    """The score of an id in the edition that it carries, or why it is not there."""


def no_history() -> History:
    """A history without revisions."""
    return History(lambda _: None, lambda _: iter(()), lambda: "past revisions were not searched", Budget(0))
