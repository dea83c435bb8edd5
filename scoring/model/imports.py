"""The model of an import: one file that says all of a table, so that a rubric and its evidence follow from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from scoring.model.aggregation import Aggregated
from scoring.model.fields import (
    CountryCode,
    Date,
    FileName,
    FrozenDict,
    Line,
    Model,
    Name,
    Number,
    Positive,
    Unit,
    Version,
    Weight,
)
from scoring.model.policy import EvidenceRules, Uncertainty
from scoring.model.profile import Source
from scoring.model.publishers import Reliability
from scoring.model.rubric import About, Band, Comparable, Prior, Publish
from scoring.model.scale import Scale
from scoring.statistics.ranking import Ties

if TYPE_CHECKING:
    from collections.abc import Iterator

Places = Annotated[int, Field(strict=True, ge=0, le=9)]
RowNumber = Annotated[int, Field(strict=True, ge=1, le=1000)]
Grade = Annotated[int, Field(strict=True, ge=1, le=6)]
Lines = Annotated[tuple[Line, ...], Field(max_length=1000)]
MAX_NAME = 64  # characters of an id


def name_of(text: str) -> str:
    """A header as an id: `GDP per capita (US$)` is gdp_per_capita_us; empty if nothing of it can be in an id."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (words if words[:1].isalpha() or not words else f"i_{words}")[:MAX_NAME].strip("_")


class Goalposts(Model):
    """The values that count as the beginning and the end of the scale."""

    worst: Number
    best: Number


class NumberColumn(Model):
    """A column of numbers."""

    kind: Literal["number"] = "number"
    column: Line
    """The header."""
    id: Name | None = None
    """Of the indicator; default: the header in lower case, with underscores."""
    title: Line | None = None
    """What the column measures; default: the header."""
    weight: Weight = 1.0
    worst: Number | None = None
    """Counts as the beginning of the scale."""
    best: Number | None = None
    """Counts as the end of the scale."""
    direction: Literal[1, -1] = 1
    """With the goalposts of the table: -1 if the greatest value counts as the beginning of the scale."""
    log: Annotated[bool, Field(strict=True)] = False
    clip: Annotated[bool, Field(strict=True)] = False
    round: Places | None = None
    half_life: Positive | None = None
    """Years in which a value loses half its weight; default: it does not age."""

    @property
    def name(self) -> str:
        """The id of the indicator."""
        return self.id or name_of(self.column)

    @property
    def children(self) -> tuple[Child, ...]:
        """None."""
        return ()


class RankColumn(Model):
    """A column of ranks in a ranking published elsewhere, such as 12, =12 or joint 12th."""

    kind: Literal["rank"]
    column: Line
    """The header."""
    id: Name | None = None
    """Of the indicator; default: the header in lower case, with underscores."""
    title: Line | None = None
    """What the column measures; default: the header."""
    weight: Weight = 1.0
    of: Annotated[int, Field(strict=True, ge=2)] | None = None
    """How many are ranked; default: the countries with a rank in the table, or the last rank if it is greater."""
    round: Places | None = None
    half_life: Positive | None = None
    """Years in which a value loses half its weight; default: it does not age."""

    @property
    def name(self) -> str:
        """The id of the indicator."""
        return self.id or name_of(self.column)

    @property
    def children(self) -> tuple[Child, ...]:
        """None."""
        return ()


class ColumnGroup(Aggregated):
    """A node above others: a pillar if it is at the top, else a group."""

    kind: Literal["group"] = "group"
    id: Name
    title: Line | None = None
    short: Annotated[str, StringConstraints(pattern=r"^.+\s*$", min_length=1, max_length=8, strict=True)] | None = None
    """Of a pillar: a short title for narrow table columns."""
    weight: Weight = 1.0
    exponent: Number | None = None
    """Default: 1, the weighted mean."""
    missing: Literal["refuse", "drop"] | None = None
    """Default: that of the index."""
    round: Places | None = None
    indicators: Annotated[tuple[Child, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """The id."""
        return self.id

    @property
    def children(self) -> tuple[Child, ...]:
        """The nodes below."""
        return self.indicators


class UsedColumn(Model):
    """An indicator that stands elsewhere and counts here, too."""

    kind: Literal["use"] = "use"
    use: Name
    weight: Weight = 1.0

    @property
    def name(self) -> str:
        """The id of the indicator."""
        return self.use

    @property
    def children(self) -> tuple[Child, ...]:
        """None."""
        return ()


def _with_kind(value: Any) -> Any:
    """A node with its kind; a header alone is a column of numbers."""
    if isinstance(value, str):
        return {"kind": "number", "column": value}
    if isinstance(value, dict) and "kind" not in value:
        kind = "use" if "use" in value else "group" if "indicators" in value else "number"
        return {"kind": kind, **value}
    return value


Child = Annotated[
    NumberColumn | RankColumn | ColumnGroup | UsedColumn,
    Field(discriminator="kind"),
    BeforeValidator(_with_kind, json_schema_input_type=str | NumberColumn | RankColumn | ColumnGroup | UsedColumn),
]
Column = NumberColumn | RankColumn


class TableSource(Source):
    """The source of all values of a table."""

    credibility: Grade = 1
    """Admiralty grade of the values: 1 confirmed … 5 improbable, 6 cannot be judged."""

    def as_source(self) -> Source:
        """The source as a profile has it."""
        return Source.model_validate(self.model_dump(exclude={"credibility"}))


class Layer(Model):
    """A table of the same shape, with the same headers and codes: a sheet of the same file, or another file."""

    file: FileName | None = None
    sheet: Line | None = None


class ImputedLayer(Layer):
    """Which values are imputed: any cell that is not empty, 0, no or false says so."""

    credibility: Grade
    """Of an imputed value."""
    marks: Lines = ()
    """The cells that say so, if not any."""


class Layers(Model):
    """What else is known of each value, in tables of the same shape."""

    date: Layer | None = None
    """Of which day, month or year a value is."""
    publisher: Layer | None = None
    """Who published a value."""
    imputed: ImputedLayer | None = None
    error: Layer | None = None
    """The standard error of a value, in its unit."""


class PublishedColumns(Model):
    """The columns of the published results, which the scores are compared with."""

    index: Line | None = None
    rank: Line | None = None
    class_: Annotated[Line | None, Field(alias="class")] = None
    """The label of the band."""
    nodes: Annotated[Mapping[Name, Line], AfterValidator(FrozenDict)] = {}
    """Node: column."""
    decimals: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    """With how many the figures are printed; default: those of the scale."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers."""
        return tuple(filter(None, (self.index, self.rank, self.class_, *self.nodes.values())))


class Import(Aggregated):
    """A file NAME.import.yaml: a table, what its columns mean, and how the index follows from them."""

    format: Literal[1] = 1
    id: Name
    version: Version = "1.0.0"
    title: Line
    as_of: Date
    """The reference date."""
    date: Date | None = None
    """Of which day the values are; default: the reference date."""
    actor: CountryCode | None = None
    """The country that the others face, if the index knows one."""
    source: TableSource
    publishers: Annotated[Mapping[Line, Reliability], AfterValidator(FrozenDict)] = {}
    """With a layer of publishers: their grades; default: that of the source."""

    file: FileName
    sheet: Line | None = None
    """Default: the first."""
    header: RowNumber = 1
    """The row of the headers."""
    first: RowNumber | None = None
    """The first row of values; default: the row below the headers."""
    code: Line
    """The column with the code or the name of the country."""
    name: Line | None = None
    """The column with the names of units that are no countries."""
    codes: Annotated[Mapping[Line, CountryCode], AfterValidator(FrozenDict)] = {}
    """What stands in the column of the code: the code to take."""
    skip: Lines = ()
    """What stands in the column of the code in rows that are not read, such as World."""
    ignore: Lines = ()
    """Columns that are not read."""
    no_data: Lines = ()
    """Cells without a value, beside the empty ones."""
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'"] | None = None

    scale: Scale = Scale()
    better: Literal["higher", "lower"] = "higher"
    ties: Ties = "competition"
    bands: Annotated[tuple[Band, ...], Field(min_length=1)] | None = None
    exponent: Number | None = None
    """Across the top; default: 1, the weighted mean."""
    missing: Literal["refuse", "drop"] = "refuse"
    round: Places | None = None
    prior: Prior = Prior(weight=0.0, centre=0.5)
    publish: Publish = Publish(availability=0.0, information=0.0)
    uncertainty: Uncertainty | None = None
    evidence: EvidenceRules | None = None
    comparable: Comparable | None = None
    about: About | None = None

    goalposts: Goalposts | Literal["data"] | None = None
    """Of columns without their own; data: the least and the greatest value of the column."""
    margin: Unit = 0.0
    """With goalposts from the data: added on both sides, as a share of their distance."""
    indicators: Annotated[tuple[Child, ...], Field(min_length=1)] | None = None
    meta: FileName | None = None
    """In place of `indicators`: a table as COINr's iMeta, with Level, iCode, iName, Direction, Weight, Parent."""
    layers: Layers = Layers()
    published: PublishedColumns = PublishedColumns()

    @property
    def files(self) -> tuple[str, ...]:
        """The tables that it names."""
        layers = (self.layers.date, self.layers.publisher, self.layers.imputed, self.layers.error)
        names = (self.file, self.meta, *(layer.file for layer in layers if layer))
        return tuple(dict.fromkeys(filter(None, names)))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that take values, in order."""
        return tuple(node for _, node in self.nodes() if isinstance(node, NumberColumn | RankColumn))

    def goalposts_of(self, column: NumberColumn) -> Goalposts | None:
        """The goalposts that are given for a column: its own, or those of the table, turned by its direction."""
        if column.worst is not None and column.best is not None:
            return Goalposts(worst=column.worst, best=column.best)
        if not isinstance(self.goalposts, Goalposts) or column.direction == 1:
            return self.goalposts if isinstance(self.goalposts, Goalposts) else None
        return Goalposts(worst=self.goalposts.best, best=self.goalposts.worst)

    def nodes(self) -> Iterator[tuple[tuple[str | int, ...], NumberColumn | RankColumn | ColumnGroup | UsedColumn]]:
        """All nodes with their paths."""

        def below(children: tuple[Any, ...], path: tuple[str | int, ...]) -> Iterator[tuple[Any, Any]]:
            for position, child in enumerate(children):
                yield (*path, position), child
                yield from below(child.children, (*path, position, "indicators"))

        yield from below(self.indicators or (), ("indicators",))
