"""The table of scores, and the notes that explain a figure wherever it is printed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.index.publication import comparable
from scoring.model.countries import country_name
from scoring.text import numbers
from scoring.text.prose import joined, long_date, with_article
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import Publish, Rubric, RuleBook


BORROWED_IS = (
    "the part of the index, in points, that follows from the country's own record, in place of missing evidence."
)
BORROWED = f"Borrowed: {BORROWED_IS}"


def score_tables(book: RuleBook, countries: Sequence[CountryScore], title: str) -> list[Table]:
    """The published countries, and the withheld with their reasons; in the order given."""
    published = [country for country in countries if country.is_published]
    withheld = [country for country in countries if not country.is_published]
    tables = [_published_table(book, published, [*published, *withheld], title)]
    return [*tables, _withheld_table(withheld, book.rubric)] if withheld else tables


def _published_table(
    book: RuleBook, published: Sequence[CountryScore], countries: Sequence[CountryScore], title: str
) -> Table:
    rubric, has_bounds = book.rubric, book.rubric.has_bounds
    scale = countries[0].scale if countries else rubric.scale
    columns = (
        Column("Rank", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        *([Column("Borrowed", figures=True)] if rubric.prior.borrows else []),
        *([Column("Bounds", figures=True)] if has_bounds else []),
        Column(scale.ends, optional=True),
        *([Column("Evidence mean", figures=True)] if has_bounds else []),
        Column("Information", figures=True),
        Column("Availability", figures=True),
        Column("Band"),
        *(Column(pillar.short or pillar.title, figures=True, part=1) for pillar in book.pillars),
    )
    rows = tuple(_published_row(rubric, country) for country in published)
    if not countries:
        return Table(columns, rows, ("No country: the folder holds no profile, or none of those asked for.",))
    ranked = countries[0].ranked
    notes = []
    if published:
        first, _ = rubric.first_and_last
        notes.append(f"Rank: 1 = {first} estimate among the {ranked} published; {rubric.ranking.text}.")
    if published and rubric.prior.borrows:
        notes.append(BORROWED)
    if has_bounds:
        notes.append("Bounds: evidence bounds, the lowest and highest value consistent with the evidence.")
    if published and has_bounds:
        notes.append("Evidence mean: weighted mean of the evidence, without the prior for missing evidence.")
    if published:
        notes.append("Information: share of the index that rests on evidence. Availability: share with any evidence.")
    if ranked > 1:
        notes.append(f"{order(rubric)} `scoring rank` reports it.")
    if any(pillar.is_thin and pillar.has_evidence for country in published for pillar in country.pillars):
        notes.append(thin_note(rubric.publish))
    notes += not_qualified(countries)
    notes += incomparable(published, rubric.comparable.years)
    notes += collected_earlier(countries)
    if named := [f"{pillar.short} {pillar.title}" for pillar in book.pillars if pillar.short]:
        notes.append(f"Pillars: {', '.join(named)}.")
    if published and (scales := own_scales(countries[0])):
        notes.append(scales)
    return Table(columns, rows, tuple(notes), title)


def not_qualified(countries: Sequence[CountryScore]) -> tuple[str, ...]:
    """How many statements have codes that do not count, since their coders are not qualified; none without any."""
    left_out = {
        one.code: sum(bool(statement.left_out and not statement.withdrawn) for statement in one.profile.statements)
        for one in countries
    }
    names = [code for code, number in left_out.items() if number]
    if not names:
        return ()
    statements = numbers.count(sum(left_out.values()), "statement")
    why = "Not counted, since coders are not qualified (coders.yaml)"
    return (f"{why}: codes of {statements} of {joined(names)}; `scoring explain` lists them.",)


def _published_row(rubric: Rubric, country: CountryScore) -> tuple[str, ...]:
    index = country.index
    return (
        str(country.rank),
        country.label,
        index.scale.points(index.estimate),
        *([index.scale.signed(index.borrowed)] if rubric.prior.borrows else []),
        *([index.bounds()] if rubric.has_bounds else []),
        numbers.bar(index.low, index.high, index.estimate),
        *([index.scale.points(index.stated)] if rubric.has_bounds else []),
        numbers.unit(index.information),
        numbers.unit(index.availability),
        country.band or "",
        *(pillar.text for pillar in country.pillars),
    )


def _withheld_table(countries: Sequence[CountryScore], rubric: Rubric) -> Table:
    has_bounds = rubric.has_bounds
    ends = countries[0].scale.ends
    bounds = (Column("Bounds", figures=True), Column(ends, optional=True)) if has_bounds else ()
    rows = tuple(
        (country.label, *(_bounds_cells(country.index) if has_bounds else ()), country.reason) for country in countries
    )
    columns = (Column("Withheld", key=True), *bounds, Column("Reason"))
    return Table(columns, rows, faint=frozenset(range(len(rows))))


def _bounds_cells(index: Score) -> tuple[str, str]:
    return index.bounds(), numbers.bar(index.low, index.high, None)


# -- notes -------------------------------------------------------------------------------------------------------------


def facing(actors: Iterable[str | None]) -> str:
    """The actors by name, such as `facing Russia`; a country faces one of them. Empty if there is none."""
    names = [with_article(country_name(actor)) for actor in sorted({actor for actor in actors if actor})]
    return f"facing {joined(names, 'or')}" if names else ""


def listed(*parts: str) -> str:
    """Those parts of a title that are not empty, with commas."""
    return ", ".join(filter(None, parts))


def quantiles(rubric: Rubric) -> tuple[str, str]:
    """The quantiles at which an uncertainty interval begins and ends, in percent, such as 5 and 95."""
    low, high = (f"{round(100 * share, 6):g}" for share in rubric.uncertainty.quantiles)
    return low, high


def interval_name(rubric: Rubric) -> str:
    """The short name of an uncertainty interval, such as `90 % interval`."""
    return f"{interval_share(rubric)} interval"


def interval_share(rubric: Rubric) -> str:
    """The probability that an uncertainty interval covers, such as `90 %`."""
    return f"{round(100 * rubric.uncertainty.interval, 6):g} %"


def order(rubric: Rubric) -> str:
    """The criterion by which two countries are distinguishable."""
    low, high = quantiles(rubric)
    return (
        f"Two countries are distinguishable if the probability that the first scores {rubric.better} is below {low} % "
        f"or above {high} %; overlapping intervals do not decide this."
    )


def own_scales(country: CountryScore) -> str:
    """The scales of the pillars, where they are not all that of the index; else empty."""
    by_scale: dict[str, list[str]] = {}
    for pillar in country.pillars:
        by_scale.setdefault(pillar.scale.spanned, []).append(pillar.node.label)
    if list(by_scale) == [country.scale.spanned]:
        return ""
    if len(by_scale) == 1:
        return f"Scale of each pillar: {next(iter(by_scale))}."
    return f"Scales of the pillars: {'; '.join(f'{joined(names)} {scale}' for scale, names in by_scale.items())}."


def thin_note(publish: Publish) -> str:
    """The meaning of the mark ~ in front of a figure."""
    return f"~ insufficient data: {below_thresholds(publish)}."


def below_thresholds(publish: Publish) -> str:
    """What withholds an index and marks a pillar; a threshold of 0 only takes out what has no evidence at all."""
    parts = [f"{name} below {least:g}" for name in ("information", "availability") if (least := getattr(publish, name))]
    return " or ".join(parts) or "no evidence"


def incomparable(countries: Sequence[CountryScore], years: int) -> list[str]:
    """One sentence per pair of countries whose scores are not comparable, with the reasons.

    Args:
        countries: all of them are paired.
        years: the longest time between the reference dates of comparable scores.
    """
    lines = []
    for first, second in itertools.combinations(countries, 2):
        if differs := comparable(first.made_by, second.made_by, years):
            lines.append(f"Not comparable: {first.code} and {second.code} differ in {', '.join(differs)}.")
    return lines


def collected_earlier(countries: Iterable[CountryScore]) -> list[str]:
    """One sentence per day on which the collection of evidence ended before the reference date, with the countries."""
    names: dict[dt.date, list[str]] = {}
    for country in sorted(countries, key=lambda country: country.code):
        if country.coded_until < country.as_of:
            names.setdefault(country.coded_until, []).append(with_article(country.name))
    return [
        f"Evidence on {joined(collected)} was collected only up to {long_date(day)}; later evidence was not searched "
        "for."
        for day, collected in sorted(names.items())
    ]
