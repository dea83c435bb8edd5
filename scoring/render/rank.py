"""`scoring rank` as JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.objects import envelope, settings_object
from scoring.render.score import score_object
from scoring.text import numbers
from scoring.text.table import as_csv
from scoring.uncertainty.ranking import band_key

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.ranking import SimulatedScore
    from scoring.uncertainty.simulation import Simulation


def rank_object(assessment: Assessment, simulation: Simulation) -> dict[str, Any]:
    """The JSON document of `scoring rank`: that of `scoring score` with the results of the simulation."""
    codes = [profile.country for profile in assessment.profiles]
    document = score_object(assessment, assessment.countries)
    countries = [
        {**country, **_country_object(simulated)}
        for country, simulated in zip(document.pop("countries"), simulation.countries, strict=True)
    ]
    return {
        **envelope(assessment.book, simulation.settings),
        **document,
        **settings_object(simulation.settings),
        "p_above": {
            code: {
                other: numbers.exact_unit(float(simulation.p_above[row, column]))
                for column, other in enumerate(codes)
                if other != code
            }
            for row, code in enumerate(codes)
        },
        "countries": countries,
    }


def _country_object(simulated: SimulatedScore) -> dict[str, Any]:
    interval = simulated.rank_interval
    return {
        "median": simulated.country.scale.exact(simulated.median),
        "interval": [simulated.country.scale.exact(simulated.low), simulated.country.scale.exact(simulated.high)],
        "rank_interval": list(interval) if interval else None,
        "rank_probabilities": list(map(numbers.exact_unit, simulated.rank_probabilities)) if interval else None,
        "indistinguishable_from": list(simulated.indistinguishable_from),
        "band_probabilities": {
            band: numbers.exact_unit(probability) for band, probability in simulated.band_probabilities.items()
        },
    }


def rank_csv(assessment: Assessment, simulation: Simulation) -> str:
    """One line per country."""
    labels = [band.label for band in assessment.book.rubric.bands]
    headers = ["country", "name", "rank", "rank_low", "rank_high", "estimate", "median", "low", "high"]
    headers += ["indistinguishable_from", *map(band_key, labels)]
    lines = []
    for row, country in enumerate(rank_object(assessment, simulation)["countries"]):
        interval = country["rank_interval"] or [None, None]
        lines.append(
            [
                country["country"],
                country["name"],
                assessment.rank[row],
                *interval,
                country["index"]["estimate"],
                country["median"],
                *country["interval"],
                " ".join(country["indistinguishable_from"]),
                *country["band_probabilities"].values(),
            ]
        )
    return as_csv(headers, lines)
