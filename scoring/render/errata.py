"""Results of `scoring errata`: what was corrected of an edition since its release, and how its figures moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.index.summary import interval_name
from scoring.model.fields import read_date
from scoring.render.citation import texts
from scoring.render.objects import envelope, scale_object
from scoring.text import numbers
from scoring.text.prose import long_date
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.citing.citation import Citation
    from scoring.citing.editions import Released
    from scoring.citing.errata import Errata, Erratum, InEdition
    from scoring.uncertainty.draws import Settings

KEYS = {
    "codes": "codes",
    "coders": "further codes",
    "adjudicated": "adjudication",
    "absence": "absence",
    "same_as": "duplicate of another",
    "context": "context",
    "source": "source",
    "reliability": "grade of the source",
    "date": "date",
    "until": "end",
    "credibility": "credibility",
    "confidence": "confidence of the coder",
}
"""Keys of statements and sources in words."""


class CountryErrata(NamedTuple):
    """What was corrected of a country, with its figures as released and corrected."""

    found: Errata
    figures: tuple[tuple[Citation, Citation], ...]
    """Empty without a correction."""

    @property
    def whole(self) -> tuple[Citation, Citation] | None:
        """The index as released and corrected; None without a correction."""
        return self.figures[0] if self.figures else None


class Corrections(NamedTuple):
    """What was corrected since an edition, by country; those that are not in the edition are left out."""

    name: str
    released: str
    """The day of the release."""
    countries: Mapping[str, CountryErrata]


def figured(found: Errata, settings: Settings) -> CountryErrata:
    """With the figures of a country that has a correction."""
    return CountryErrata(found, found.figures(settings) if found.errata else ())


def correction(erratum: Erratum) -> str:
    """What was corrected of a statement, in words."""
    if "withdrawn" in erratum.changed:
        return "counts again, after it was withdrawn"
    if erratum.kind == "edited":
        return f"other {', '.join(KEYS.get(key, key) for key in erratum.changed)}"
    return f"{erratum.kind}: {erratum.why}" if erratum.why else erratum.kind


def when(erratum: Erratum) -> str:
    """The day of a correction, or that it is not committed."""
    return erratum.on.isoformat() if erratum.on else "not committed"


def errata_tables(edition: Released, countries: Sequence[CountryErrata], gone: Sequence[str]) -> list[Table]:
    """The corrected statements, and the figures that moved; one table without rows if there are none."""
    corrected = [one for one in countries if one.found.errata]
    released = f"edition {edition.name}, released {long_date(read_date(edition.edition.released))}"
    notes = tuple(_notes(countries, gone))
    if not corrected:
        return [Table((), (), notes, f"No errata of {released}")]
    return [
        _statements(corrected, f"Errata of {released}", notes),
        _figures(corrected),
    ]


def _notes(countries: Sequence[CountryErrata], gone: Sequence[str]) -> Iterator[str]:
    added = [f"{one.found.country} {len(one.found.added)}" for one in countries if one.found.added]
    if added:
        yield f"New evidence since, which is no erratum (statements): {', '.join(added)}."
    if gone:
        yield f"In the edition, and without a profile now: {', '.join(gone)}."


def _statements(countries: Sequence[CountryErrata], title: str, notes: tuple[str, ...]) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Statement", key=True, code=True),
        Column("On"),
        Column("Effect", figures=True),
        Column("Correction"),
    )
    rows = tuple(
        (one.found.country, erratum.statement, when(erratum), _effect(one, erratum), correction(erratum))
        for one in countries
        for erratum in one.found.errata
    )
    meaning = "Effect: the corrected index minus that index with this statement as released, in points."
    return Table(columns, rows, (meaning, *notes), title)


def _effect(one: CountryErrata, erratum: Erratum) -> str:
    """The effect on the index; a dash where the index is withheld."""
    if one.whole is None or any(index.estimate is None for index in one.whole):
        return numbers.NONE
    return one.whole[0].node.scale.signed(erratum.effect, 1)


def _figures(countries: Sequence[CountryErrata]) -> Table:
    rubric = countries[0].figures[0][0].rubric
    interval = interval_name(rubric)
    bounds = ("Bounds then", "Bounds corrected") if rubric.has_bounds else ()
    columns = (
        Column("Country", key=True),
        Column("Node", key=True),
        Column("Released", figures=True),
        Column("Corrected", figures=True),
        Column("Change", figures=True),
        Column("Interval then", figures=True, part=1),
        Column("Interval corrected", figures=True, part=1),
        *(Column(head, figures=True, part=2) for head in bounds),
    )
    rows = tuple(
        _figures_row(one.found.country, was, now, has_bounds=bool(bounds))
        for one in countries
        for was, now in _moved(one)
    )
    notes = (
        f"By the rubric and on the day of the edition; each interval is the {interval}.",
        "Pillars that did not move are left out.",
    )
    return Table(columns, rows, notes, "Figures")


def _moved(one: CountryErrata) -> list[tuple[Citation, Citation]]:
    """The index, and the pillars whose printed estimate moved, as released and corrected."""
    still = ("", one.figures[0][0].node.scale.signed(0.0, 1)) if one.figures else ()
    return [pair for pair in one.figures if pair[0].node.parent is None or _change(*pair) not in still]


def _figures_row(country: str, was: Citation, now: Citation, *, has_bounds: bool) -> tuple[str, ...]:
    then, corrected = texts(was), texts(now)
    name = "index" if was.node.parent is None else was.node.label
    ends = ("interval", "range") if has_bounds else ("interval",)
    spans = tuple(text[end] for end in ends for text in (then, corrected))
    return (country, name, then["estimate"], corrected["estimate"], _change(was, now), *spans)


def _figures_cells(was: Citation, now: Citation) -> tuple[str, str, str, str]:
    """A node, its estimates with their intervals, and the change."""
    spans = (f"{text['estimate']} ({text['interval']})" for text in map(texts, (was, now)))
    then, corrected = spans
    return ("Index" if was.node.parent is None else was.node.label), then, corrected, _change(was, now)


def _change(was: Citation, now: Citation) -> str:
    """The change of the estimate; empty where there is none."""
    if was.estimate is None or now.estimate is None:
        return "" if (was.estimate is None) == (now.estimate is None) else numbers.NONE
    return was.node.scale.signed(now.estimate - was.estimate, 1)


def country_values(corrections: Corrections, code: str) -> dict[str, Any] | None:
    """What a page says of the corrections of a country; None if the edition does not have it."""
    one = corrections.countries.get(code)
    if one is None:
        return None
    return {
        "name": corrections.name,
        "released": long_date(read_date(corrections.released)),
        "statements": [
            (erratum.statement, when(erratum), correction(erratum), _effect(one, erratum))
            for erratum in one.found.errata
        ],
        "figures": [_figures_cells(was, now) for was, now in _moved(one)],
        "interval": interval_name(one.found.released.book.rubric),
        "added": len(one.found.added),
    }


# -- JSON and CSV ------------------------------------------------------------------------------------------------------


def errata_object(
    edition: Released, countries: Sequence[CountryErrata], gone: Sequence[str], settings: Settings
) -> dict[str, Any]:
    """The JSON document."""
    entry = edition.edition
    return {
        **envelope(edition.scenario.book, settings),
        "edition": {"name": edition.name, "released": entry.released, "commit": entry.commit},
        "countries": [_country_object(one) for one in countries],
        "without_profile": list(gone),
    }


def _country_object(one: CountryErrata) -> dict[str, Any]:
    found = one.found
    return {
        "country": found.country,
        "as_of": found.day.isoformat(),
        "errata": [_erratum_object(one, erratum) for erratum in found.errata],
        "added": list(found.added),
        "figures": [
            {"node": was.node.path, **scale_object(was.node), "released": _score(was), "corrected": _score(now)}
            for was, now in one.figures
        ],
    }


def _erratum_object(one: CountryErrata, erratum: Erratum) -> dict[str, Any]:
    is_shown = one.whole is not None and all(index.estimate is not None for index in one.whole)
    effect = one.whole[0].node.scale.exact_difference(erratum.effect) if one.whole and is_shown else None
    return {**_of(erratum), "effect": effect}


def _of(erratum: Erratum) -> dict[str, Any]:
    """What was corrected of a statement, without its effect."""
    return {
        "statement": erratum.statement,
        "kind": erratum.kind,
        "changed": list(erratum.changed),
        "why": erratum.why,
        "on": erratum.on and erratum.on.isoformat(),
        "commit": erratum.commit,
    }


def _score(citation: Citation) -> dict[str, Any]:
    points = citation.node.scale.exact
    return {
        "estimate": None if citation.estimate is None else points(citation.estimate),
        "low": points(citation.low),
        "high": points(citation.high),
        "interval": citation.interval and [points(end) for end in citation.interval],
        "band": citation.band,
    }


CSV = ("edition", "country", "as_of", "statement", "kind", "changed", "why", "on", "commit", "effect")


def errata_csv(edition: Released, countries: Sequence[CountryErrata]) -> str:
    """One row per corrected statement."""
    rows = []
    for one in countries:
        for erratum in one.found.errata:
            values = _erratum_object(one, erratum)
            values |= {"changed": " ".join(erratum.changed)}
            of_all = (edition.name, one.found.country, one.found.day.isoformat())
            rows.append((*of_all, *(values[name] for name in CSV[3:])))
    return as_csv(CSV, rows)


# -- in other outputs --------------------------------------------------------------------------------------------------


def in_a_line(found: Errata) -> str:
    """What was corrected of a country, such as `on 2026-02-01 poll-2016 (withdrawn: The page was misread)`."""
    return "; ".join(
        f"{f'on {one.on.isoformat()} ' if one.on else ''}{one.statement} ({correction(one).rstrip('.')})"
        for one in found.errata
    )


def edition_object(one: InEdition) -> dict[str, Any]:
    """The edition that an id carries, and what was corrected of the country since, for JSON."""
    errata = one.errata.errata if one.errata else ()
    return {
        "name": one.name,
        "released": one.edition.released,
        "commit": one.edition.commit,
        "errata": list(map(_of, errata)),
    }
