"""Scores as JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.objects import (
    PRINTED,
    common_day,
    envelope,
    leaf_figures,
    node_figures,
    score_figures,
)
from scoring.text.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore


def score_object(assessment: Assessment, countries: Sequence[CountryScore]) -> dict[str, Any]:
    """The JSON document of `scoring score`."""
    return {
        **envelope(assessment.book),
        "as_of": common_day(countries),
        "countries": list(map(_country_object, countries)),
    }


def _country_object(country: CountryScore) -> dict[str, Any]:
    indicators = [score for score in country.nodes if score.node.kind not in ("index", "pillar", "item")]
    return {
        "country": country.code,
        "name": country.name,
        "actor": country.profile.actor,
        "as_of": country.as_of.isoformat(),
        "coded_until": country.coded_until.isoformat(),
        "profile_digest": country.digest,
        "published": country.is_published,
        "withheld_because": list(country.withheld_because),
        "rank": country.rank,
        "band": country.band,
        "index": node_figures(country.index),
        "pillars": {pillar.node.id: node_figures(pillar) for pillar in country.pillars},
        "indicators": {
            score.node.id: leaf_figures(score) for score in sorted(indicators, key=lambda score: score.node.id)
        },
    }


def score_csv(assessment: Assessment, countries: Sequence[CountryScore]) -> str:
    """One line per country; the estimate of a withheld index is empty."""
    headers = ["country", "name", "actor", "as_of", "published", "withheld_because", "rank", "band", *PRINTED]
    headers += [f"{node.id}.{name}" for node in assessment.pillars for name in PRINTED]
    lines = [
        [
            country.code,
            country.name,
            country.profile.actor,
            country.as_of.isoformat(),
            str(country.is_published).lower(),
            " ".join(country.withheld_because),
            country.rank,
            country.band,
            *score_figures(country.index).values(),
            *(value for pillar in country.pillars for value in score_figures(pillar).values()),
        ]
        for country in countries
    ]
    return as_csv(headers, lines)
