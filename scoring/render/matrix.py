"""`scoring matrix` as tables, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.analysis.matrix import open_range
from scoring.index.summary import collected_earlier, interval_name
from scoring.render.objects import common_day, envelope
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from scoring.analysis.matrix import ByBoth, Matrix
    from scoring.uncertainty.ranking import SimulatedScore

SIDE = ("published", "rank", "estimate", "median", "interval_low", "interval_high", "bounds_low", "bounds_high")


def matrix_tables(matrix: Matrix, *, verbose: bool = False) -> list[Table]:
    """The index of each country by both rubrics, and the withheld indices with their reasons.

    The countries are in the order of the first rubric: published ones by rank, then the others.
    """
    names = matrix.names
    ordered = by_rank(matrix)
    columns = Column("Country", key=True), *(Column(header, figures=True) for header in headers(matrix))
    rows = tuple((both.first.country.label, *cells(both)) for both in ordered)
    faint = frozenset(row for row, both in enumerate(ordered) if not both.is_point)
    tables = [Table(columns, rows, notes(matrix, verbose=verbose), title(matrix), faint)]
    withheld = [
        (both.first.country.label, name, side.country.reason)
        for both in ordered
        for name, side in zip(names, both.sides, strict=True)
        if not side.country.is_published
    ]
    if withheld:
        reasons = (Column("Withheld", key=True), Column("Rubric"), Column("Reason"))
        tables.append(Table(reasons, tuple(withheld), faint=frozenset(range(len(withheld)))))
    return tables


def by_rank(matrix: Matrix) -> list[ByBoth]:
    """The countries in the order of the first rubric: the published by rank, then the withheld."""
    by_code = {both.first.country.code: both for both in matrix.countries}
    return [by_code[country.code] for country in matrix.first.assessment.by_rank if country.code in by_code]


def headers(matrix: Matrix) -> list[str]:
    """The heads of the columns of `cells`."""
    pairs = zip(matrix.names, matrix.rubrics, strict=True)
    return [text for name, rubric in pairs for text in (name, f"{name}, {interval_name(rubric)}")]


def cells(both: ByBoth) -> list[str]:
    """Index and uncertainty interval of a country by both rubrics."""
    return [cell for side in both.sides for cell in _cells(side)]


def _cells(side: SimulatedScore) -> tuple[str, str]:
    """Index and uncertainty interval; of a withheld index its evidence bounds."""
    if side.country.is_published:
        return side.country.index.text, side.interval
    bounds = open_range(side.country)
    return numbers.WITHHELD, f"bounds {side.country.index.bounds()}" if bounds else ""


def title(matrix: Matrix) -> str:
    """Both rubrics with their versions, actor and reference date."""
    first, second = matrix.sides
    rubric = second.assessment.book.rubric
    return f"{first.assessment.title}; against {rubric.title}, {rubric.id}@{rubric.version}"


def notes(matrix: Matrix, *, verbose: bool = False) -> tuple[str, ...]:
    """How to read the figures."""
    shared = sum(len(both.shared) for both in matrix.countries)
    lines = ["Each index is on the scale of its own rubric; do not subtract one from the other."]
    if any(
        open_range(side.country) for both in matrix.countries for side in both.sides if not side.country.is_published
    ):
        lines.append("A withheld index has no figure; its evidence bounds show what the evidence leaves open.")
    if shared:
        enter = "enters" if shared == 1 else "enter"
        lines.append(f"{numbers.count(shared, 'statement')} {enter} both indices, so that they are not independent.")
    settings = (simulation.settings.text(verbose=verbose) for simulation in matrix.sides)
    lines += dict.fromkeys(settings) if not verbose else map(": ".join, zip(matrix.names, settings, strict=True))
    return (*lines, *collected_earlier(both.first.country for both in matrix.countries))


def matrix_object(matrix: Matrix) -> dict[str, Any]:
    """The JSON document of `scoring matrix`."""
    first, second = matrix.sides
    other = envelope(second.assessment.book, second.settings)
    return {
        **envelope(first.assessment.book, first.settings),
        "against": {"rubric": other["rubric"], "settings": other["settings"]},
        "as_of": common_day(both.first.country for both in matrix.countries),
        "countries": list(map(_country_object, matrix.countries)),
    }


def _country_object(both: ByBoth) -> dict[str, Any]:
    country = both.first.country
    return {
        "country": country.code,
        "name": country.name,
        "as_of": country.as_of.isoformat(),
        "index": _side_object(both.first),
        "against": _side_object(both.second),
        "shared_statements": list(both.shared),
    }


def _side_object(side: SimulatedScore) -> dict[str, Any]:
    country, points = side.country, side.country.scale.exact
    return {
        "published": country.is_published,
        "withheld_because": list(country.withheld_because),
        "rank": country.rank,
        "estimate": points(country.index.estimate),
        "median": points(side.median),
        "interval": [points(side.low), points(side.high)],
        "bounds": [points(country.index.low), points(country.index.high)],
    }


def matrix_csv(matrix: Matrix) -> str:
    """One line per country; the estimate of a withheld index is empty."""
    headers = ["country", "name", "as_of", *(f"{name}.{key}" for name in matrix.names for key in SIDE)]
    return as_csv(headers, map(_line, matrix.countries))


def _line(both: ByBoth) -> list[Any]:
    country = _country_object(both)
    line = [country["country"], country["name"], country["as_of"]]
    for side in (country["index"], country["against"]):
        keys = (side[key] for key in ("rank", "estimate", "median"))
        line += [str(side["published"]).lower(), *keys, *side["interval"], *side["bounds"]]
    return line
