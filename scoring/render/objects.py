"""The common parts of JSON documents: envelope, settings, and the figures of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.leaves import FIGURES, POINTS, SHARES
from scoring.model.digest import digest
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.index.scores import CountryScore, Score
    from scoring.index.tree import Node
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings


FORMAT_VERSION = 2
PRINTED = (*FIGURES, "borrowed")


def score_figures(score: Score) -> dict[str, float | None]:
    """The figures of a node, `PRINTED`, rounded to six decimals.

    They are on the scale of the node, information and availability in [0, 1]. Estimate and borrowed are None for a
    withheld index and for a node without evidence.
    """
    scale = score.scale
    return {
        **{name: scale.exact(getattr(score, name)) for name in POINTS},
        **{name: numbers.exact_unit(getattr(score, name)) for name in SHARES},
        "borrowed": scale.exact_difference(score.borrowed),
    }


def node_figures(score: Score) -> dict[str, Any]:
    """The figures of a node, with its scale if that is not the scale of the rubric."""
    return {**score_figures(score), **scale_object(score.node)}


def leaf_figures(score: Score) -> dict[str, Any]:
    """The figures of a node as above; for a leaf, also the conflict among its statements."""
    conflict = {} if score.node.children else {"conflict": numbers.exact_unit(score.conflict)}
    return {**node_figures(score), **conflict}


def scale_object(node: Node) -> dict[str, Any]:
    """The scale of a node, if it is not that of the rubric; else nothing."""
    return {"scale": node.scale.model_dump(by_alias=True)} if node.has_own_scale else {}


def envelope(book: RuleBook, settings: Settings | None = None) -> dict[str, Any]:
    """The first keys of every JSON document: version of the format, rubric, and the settings of a simulation."""
    head = {"format_version": FORMAT_VERSION, "rubric": rubric_object(book)}
    return head if settings is None else {**head, "settings": settings_object(settings)}


def rubric_object(book: RuleBook) -> dict[str, str]:
    """The rubric's id, version and digest."""
    return {"id": book.rubric.id, "version": book.rubric.version, "digest": digest(book)}


def common_day(countries: Iterable[CountryScore]) -> str | None:
    """The reference date that the countries share; None if they have different dates."""
    days = {country.as_of.isoformat() for country in countries}
    return days.pop() if len(days) == 1 else None


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings of a simulation; for compatibility, some documents repeat them at the top level."""
    return {
        "draws": settings.draws,
        "seed": settings.seed,
        "kappa": settings.kappa,
        "exponents": [{"exponent": exponent, "probability": chance} for exponent, chance in settings.exponents],
    }
