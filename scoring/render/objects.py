"""What JSON documents share: their envelope, and the figures of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.score import FIGURES, SHARES
from scoring.model.digest import digest
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings


FORMAT_VERSION = 1


def score_figures(score: Score) -> dict[str, float | None]:
    """The six figures of a node, on 0..100 (information and availability on 0..1), six decimals, None for none.

    The estimate is the one that may be shown: none of an index that is withheld or of a node without evidence.
    """
    return {
        name: (numbers.exact_unit if name in SHARES else numbers.exact_points)(getattr(score, name)) for name in FIGURES
    }


def leaf_figures(score: Score) -> dict[str, float | None]:
    """The figures of a node, with the conflict among its statements where it takes statements itself."""
    conflict = {} if score.node.children else {"conflict": numbers.exact_unit(score.conflict)}
    return {**score_figures(score), **conflict}


def envelope(book: RuleBook, settings: Settings | None = None) -> dict[str, Any]:
    """What every JSON document begins with: version of the format, rubric, and the settings of what was simulated."""
    head = {"format_version": FORMAT_VERSION, "rubric": rubric_object(book)}
    return head if settings is None else {**head, "settings": settings_object(settings)}


def rubric_object(book: RuleBook) -> dict[str, str]:
    """The rubric's id, version and digest."""
    return {"id": book.rubric.id, "version": book.rubric.version, "digest": digest(book)}


def common_day(countries: Iterable[CountryScore]) -> str | None:
    """The as-of date of some countries, None where they have different ones."""
    days = {country.as_of.isoformat() for country in countries}
    return days.pop() if len(days) == 1 else None


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings of a simulation. Some documents have them at the top too, where they stood before `settings`."""
    return {
        "draws": settings.draws,
        "seed": settings.seed,
        "shared": settings.shared,
        "kappa": settings.kappa,
        "exponents": [{"exponent": exponent, "probability": chance} for exponent, chance in settings.exponents],
    }
