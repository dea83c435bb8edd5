"""The model of data/defaults.yaml, which documents the reason for each value."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from scoring.model.fields import Model, Name, Positive, Unit, Weight
from scoring.model.publishers import Reliability

Draws = Annotated[int, Field(strict=True, ge=100)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Fraction = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?$", strict=True)]


class Shown(Model):
    """How many entries the outputs show."""

    missing_nodes: Count
    oldest_statements: Count
    levers: Count
    compared_countries: Annotated[int, Field(strict=True, ge=2, le=1000)]
    differing_indicators: Count
    comparison: Count
    open_answers: Count
    statement_characters: Count
    trend_statements: Count
    moved_statements: Count
    reason_statements: Count
    unread_numbers: Count
    disagreements: Count
    wrong_answers: Count
    page_disagreements: Count
    left_out: Count
    furthest_countries: Count
    brief_moves: Count
    brief_countries: Count
    brief_statements: Count
    brief_names: Count
    proposals: Count
    near_statements: Count
    due: Count
    due_first: Count


class CalibrationDefaults(Model):
    """How much `calibrate` tries."""

    repeats: Count
    draws: Draws


class DraftingDefaults(Model):
    """When a text repeats another."""

    shared_words: Count
    similarity: Unit
    near: Unit


class PeersDefaults(Model):
    """With whom a country is compared."""

    least: Count
    like: Name


class DoubtfulDefaults(Model):
    """From which Admiralty grades on a statement is in doubt."""

    reliability: Reliability
    credibility: Annotated[int, Field(strict=True, ge=1, le=6)]


class Defaults(Model):
    """The settings used when no option overrides them."""

    draws: Draws
    site_draws: Draws
    sensitivity_draws: Draws
    exponents: Annotated[tuple[Fraction, ...], Field(min_length=1)]
    exponent_limit: Positive
    outlook_years: Annotated[int, Field(strict=True, ge=1, le=100)]
    read_years: Positive
    tolerance: Weight
    unusual: Unit
    calibration: CalibrationDefaults
    doubtful: DoubtfulDefaults
    drafting: DraftingDefaults
    peers: PeersDefaults
    shown: Shown
