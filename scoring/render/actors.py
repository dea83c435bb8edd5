"""`scoring actors` as tables, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.analysis.matrix import open_range
from scoring.citing.citation import identify
from scoring.index.leaves import SHARES
from scoring.index.summary import collected_earlier, interval_name, listed
from scoring.model.countries import country_name
from scoring.model.fields import read_date
from scoring.render.objects import common_day, envelope
from scoring.text import numbers
from scoring.text.prose import joined, long_date
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.actors import Actors, FacingActor

NO_STATEMENT = "no_statement"
FIGURES = ("estimate", "interval_low", "interval_high", "bounds_low", "bounds_high", *SHARES)


def actors_tables(found: Actors, left_out: int, *, verbose: bool = False) -> list[Table]:
    """The index of each country facing each actor, and the withheld indices with their reasons.

    left_out: how many countries are not listed, since their statements are about one actor alone.
    """
    first = next(iter(found.simulations.values()))
    rubric = first.assessment.book.rubric
    heads = [text for actor in found.actors for text in (country_name(actor), interval_name(rubric))]
    columns = Column("Country facing", key=True), *(Column(head, figures=True) for head in heads)
    rows = tuple(
        (profile.label, *(cell for actor in found.actors for cell in _cells(facing.get(actor))))
        for profile, facing in found.countries
    )
    scores = [one.score.country for _, facing in found.countries for one in facing.values()]
    notes = ["Answers on the country alone enter its index facing every actor, so columns are not independent."]
    if any(len(facing) < len(found.actors) for _, facing in found.countries):
        notes.append(f"{numbers.NONE}: no statement on the country is about the actor.")
    if left_out:
        notes.append(
            f"Not listed: {numbers.count(left_out, 'country', 'countries')} with statements on one actor alone."
        )
    notes += [first.settings.text(verbose=verbose), *collected_earlier(scores)]
    day = common_day(scores)
    title = listed(rubric.title, f"{rubric.id}@{rubric.version}", f"as of {long_date(read_date(day))}" if day else "")
    tables = [Table(columns, rows, tuple(notes), title)]
    withheld = tuple(
        (f"{profile.label}, facing {country_name(actor)}", _reason(one))
        for profile, facing in found.countries
        for actor, one in facing.items()
        if not one.score.country.is_published
    )
    if withheld:
        reasons = (Column("Withheld", key=True), Column("Reason"))
        tables.append(Table(reasons, withheld, faint=frozenset(range(len(withheld)))))
    return tables


def _cells(one: FacingActor | None) -> tuple[str, str]:
    """Index and uncertainty interval; of a withheld index its evidence bounds."""
    if one is None:
        return numbers.NONE, ""
    country = one.score.country
    if country.is_published:
        return country.index.text, one.score.interval
    bounds = open_range(country)
    return numbers.WITHHELD, f"bounds {country.index.bounds()}" if bounds else ""


def _reason(one: FacingActor) -> str:
    """Why an index is withheld, and the pillars on which nothing is known of the actor."""
    nothing = f"nothing on the actor in {joined(one.nothing_on)}" if one.nothing_on else ""
    return "; ".join(filter(None, (one.score.country.reason, nothing)))


def actors_object(found: Actors) -> dict[str, Any]:
    """The JSON document of `scoring actors`."""
    first = next(iter(found.simulations.values()))
    scores = [one.score.country for _, facing in found.countries for one in facing.values()]
    return {
        **envelope(first.assessment.book, first.settings),
        "as_of": common_day(scores),
        "actors": list(found.actors),
        "countries": [
            {
                "country": profile.country,
                "name": profile.title,
                "actors": {actor: _object(found, actor, facing.get(actor)) for actor in found.actors},
            }
            for profile, facing in found.countries
        ],
    }


def _object(found: Actors, actor: str, one: FacingActor | None) -> dict[str, Any]:
    """The score facing an actor; without a statement on it, no figure."""
    if one is None:
        empty = dict.fromkeys(("id", "as_of", "estimate", "interval", "bounds", *SHARES, "on_actor"))
        return {"published": False, "withheld_because": [NO_STATEMENT], **empty, "nothing_on": [], "statements": 0}
    country, points = one.score.country, one.score.country.scale.exact
    interval = [points(one.score.low), points(one.score.high)] if country.is_published else None
    return {
        "published": country.is_published,
        "withheld_because": list(country.withheld_because),
        "id": identify(found.simulations[actor].assessment, country.row),
        "as_of": country.as_of.isoformat(),
        "estimate": points(country.index.estimate),
        "interval": interval,
        "bounds": [points(country.index.low), points(country.index.high)],
        **{name: numbers.exact_unit(getattr(country.index, name)) for name in SHARES},
        "on_actor": {name: numbers.exact_unit(share) for name, share in one.on_actor.items()} or None,
        "nothing_on": list(one.nothing_on),
        "statements": one.statements,
    }


def actors_csv(found: Actors) -> str:
    """One line per country and actor; the estimate and interval of a withheld index are empty."""
    headers = ["country", "name", "actor", "id", "as_of", "published", "withheld_because", *FIGURES]
    headers += [*(f"on_actor.{name}" for name in SHARES), "statements"]
    return as_csv(headers, (line for country in actors_object(found)["countries"] for line in _lines(country)))


def _lines(country: dict[str, Any]) -> Iterator[list[Any]]:
    for actor, one in country["actors"].items():
        pair = [None, None]
        yield [
            country["country"],
            country["name"],
            actor,
            one["id"],
            one["as_of"],
            str(one["published"]).lower(),
            " ".join(one["withheld_because"]),
            one["estimate"],
            *(one["interval"] or pair),
            *(one["bounds"] or pair),
            *(one[name] for name in SHARES),
            *((one["on_actor"] or {}).get(name) for name in SHARES),
            one["statements"],
        ]
