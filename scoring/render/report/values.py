"""What placeholders become; each format writes them in its own way. Plain text is a `str`, which is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from scoring.citing.citation import Citation
    from scoring.text.table import Table


class Id(NamedTuple):
    """The id of a score, or of the rubric."""

    text: str


class Cited(NamedTuple):
    """The whole line of `scoring cite`."""

    citation: Citation


class Rows(NamedTuple):
    """A table, and the id of each row; empty where a row is not about one score."""

    table: Table
    ids: tuple[str, ...]


class Picture(NamedTuple):
    """A chart: the name of its file without suffix, its text alternative, and its width in millimetres if given."""

    name: str
    heading: str
    alt: str
    svg: str
    width: float | None


Value: TypeAlias = str | Id | Cited | Rows | Picture
