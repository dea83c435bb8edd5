"""What placeholders become; each format writes them in its own way. Plain text is a `str`, which is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from scoring.citing.citation import Citation
    from scoring.render.charts.canvas import Chart
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
    """A chart, whose pages have the names of their files without suffix."""

    chart: Chart
    width: float | None
    """In millimetres, if it was given."""

    @property
    def alt(self) -> str:
        """Its text alternative, in one line."""
        return " ".join(self.chart.head.alt.split())

    @property
    def heading(self) -> str:
        """What it shows."""
        return self.chart.head.heading


Value: TypeAlias = str | Id | Cited | Rows | Picture
