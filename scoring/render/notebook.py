"""Results as HTML tables, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.render.rank import rank_tables
from scoring.render.score import score_tables
from scoring.text.table import as_html

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation


def assessment_html(assessment: Assessment) -> str:
    """The tables of `scoring score` as HTML."""
    return "".join(map(as_html, score_tables(assessment, assessment.countries)))


def simulation_html(simulation: Simulation) -> str:
    """The tables of `scoring rank` as HTML."""
    return "".join(map(as_html, rank_tables(simulation.assessment, simulation)))
