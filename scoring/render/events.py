"""`scoring validity --events`: whether the index foretells later events, as tables and JSON."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from scoring.analysis.events import LEAST
from scoring.render.objects import envelope
from scoring.statistics.correlation import critical_correlation
from scoring.text import numbers
from scoring.text.prose import joined, long_date
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scoring.analysis.events import Foretold, Prediction, Result
    from scoring.files.events import Events
    from scoring.index.assessment import Assessment

FINDINGS = {"fewer": "yes: fewer events", "more": "yes: more events", "chance": "no", "unknown": "not judged"}
"""Whether a relation can be distinguished from chance, and which it is where the predictor is better."""
MEASURES: tuple[tuple[str, str, Callable[[Prediction], Result]], ...] = (
    ("spearman", "Rank correlation with the number of events (Spearman's rho)", lambda one: one.spearman),
    ("kendall", "Rank correlation with the number of events (Kendall's tau)", lambda one: one.kendall),
    ("any_event", "Area under the curve: any event", lambda one: one.any_event),
    ("above_median", "Area under the curve: more events than the median", lambda one: one.above_median),
)
"""Key in JSON, title and result of each measure."""
MAX_KINDS = 6  # named below the tables; JSON has all
_ERROR_RATE = 0.05  # of a 95 % interval


def events_tables(assessment: Assessment, events: Events, found: Foretold) -> list[Table]:
    """A table per measure with a row per predictor, and the number of events of each country."""
    window = found.window
    until = f"{long_date(window.after + dt.timedelta(days=1))} to {long_date(window.until)}"
    measures = [
        Table(
            (
                Column("Predictor", key=True),
                Column("Countries", figures=True),
                Column("Value", figures=True),
                Column("95 % interval", figures=True),
                Column("Distinguishable from chance"),
            ),
            tuple(
                (
                    f"{one.id} (rival)" if one.kind == "rival" else one.id,
                    str(result(one).estimate.countries),
                    numbers.unit(result(one).estimate.value),
                    _interval(result(one)),
                    FINDINGS[result(one).finding],
                )
                for one in found.predictions
            ),
            title=title,
        )
        for _, title, result in MEASURES
    ]
    counts = Table(
        (
            Column("Country", key=True),
            Column("Events", figures=True),
            Column("Index", figures=True),
            Column("Bounds", figures=True),
        ),
        tuple(
            (
                country.label,
                str(found.counted.by_country.get(country.code, numbers.NONE)),
                country.index.text,
                country.index.bounds(),
            )
            for country in assessment.countries
        ),
        notes=tuple(_notes(events, found)),
        title=f"{events.table.title}, {until}",
    )
    head = Table(
        (), (), (f"Events: {events.table.title}, {until}. Source: {events.table.publisher}.",), assessment.title
    )
    return [head, *measures, counts]


def _interval(result: Result) -> str:
    low, high = result.estimate.low, result.estimate.high
    return numbers.NONE if math.isnan(low) else f"{numbers.unit(low)} to {numbers.unit(high)}"


def _notes(events: Events, found: Foretold) -> Iterator[str]:
    counted = found.counted
    kinds = numbers.first([f"{kind} {number}" for kind, number in counted.kinds.items()], MAX_KINDS) or "none"
    yield f"Events that count: {kinds}. Median of a country: {numbers.unit(found.median, 1)}."
    left_out = (
        (counted.outside, "outside these days"),
        (counted.imprecise, "dated too vaguely"),
        (counted.elsewhere, "of other countries"),
    )
    if parts := [f"{number} {what}" for number, what in left_out if number]:
        yield f"Events that do not count: {joined(parts)}."
    if counted.not_covered:
        yield f"Not covered by the table, which is not the same as no event: {', '.join(counted.not_covered)}."
    yield (
        "Rank correlation: below 0 where better countries have fewer events. Area: the probability that a country with "
        "events, or with more than the median, is worse than another; 0.5 is chance. No: the interval holds 0, or 0.5, "
        "so that the relation cannot be distinguished from chance."
    )
    countries = found.predictions[0].spearman.estimate.countries
    if countries >= LEAST:
        least = numbers.unit(critical_correlation(countries))
        yield f"Few countries: with {countries}, a rank correlation differs from chance only beyond about ±{least}."
    if any(result.finding == "unknown" for one in found.predictions for result in one.results):
        yield f"Not judged: fewer than {LEAST} countries, or no difference between them."
    expected = numbers.unit(found.intervals * _ERROR_RATE, 1)
    yield (
        f"Multiple testing: {found.beyond_chance} of {found.intervals} intervals exclude chance; {expected} would if "
        "nothing were related. What was to be tested stands in the registered expectation."
    )
    yield (
        f"Expectation registered on {events.table.registered}, in the file beside the table. Reporting: only events "
        "that were found and written down count, more of them where more people look."
    )
    yield (
        "Reverse causation: whoever expects events prepares for them, so that a high score may follow from events. A "
        "relation, or none, is no proof of an effect. The uncertainty of the scores themselves is not in the intervals."
    )


def events_object(assessment: Assessment, events: Events, found: Foretold) -> dict[str, Any]:
    """The JSON document of `scoring validity --events`."""
    counted, table = found.counted, events.table
    source = (
        "title",
        "publisher",
        "url",
        "licence",
        "accessed",
        "read_from",
        "measures",
        "registered",
        "expected",
        "found",
    )
    return {
        **envelope(assessment.book),
        "after": found.window.after.isoformat(),
        "until": found.window.until.isoformat(),
        "table": {key: getattr(table, key) for key in source},
        "events": {
            "counted": sum(counted.by_country.values()),
            "kinds": dict(counted.kinds),
            "outside": counted.outside,
            "imprecise": counted.imprecise,
            "elsewhere": counted.elsewhere,
            "median": numbers.exact_unit(found.median),
        },
        "countries": [
            {
                "country": country.code,
                "events": counted.by_country.get(country.code),
                "index": assessment.scale.exact(country.index.estimate),
            }
            for country in assessment.countries
        ],
        "predictions": [
            {
                "id": one.id,
                "kind": one.kind,
                "title": one.title,
                "countries": one.spearman.estimate.countries,
                **{key: _separation(result(one)) for key, _, result in MEASURES},
            }
            for one in found.predictions
        ],
        "intervals": found.intervals,
        "beyond_chance": found.beyond_chance,
    }


def _separation(result: Result) -> dict[str, Any]:
    value, low, high, _ = result.estimate
    interval = [numbers.exact_unit(low), numbers.exact_unit(high)]
    return {"value": numbers.exact_unit(value), "interval": interval, "finding": result.finding}
