"""Calibrate a rubric: how well it predicts evidence that is left out, and which parameters the evidence suggests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.analysis.calibration.answers import answers
from scoring.analysis.calibration.left_out import left_out
from scoring.analysis.calibration.proposal import propose
from scoring.analysis.calibration.readings import readings
from scoring.analysis.calibration.unreported import unreported

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.analysis.calibration.answers import Answers
    from scoring.analysis.calibration.left_out import LeftOut
    from scoring.analysis.calibration.proposal import Proposal
    from scoring.analysis.calibration.readings import Readings
    from scoring.analysis.calibration.unreported import Unreported
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.draws import Settings


@dataclass(frozen=True)
class Calibration:
    """The results of a calibration; figures in units of v."""

    assessment: Assessment
    repeats: int
    settings: Settings
    left_out: tuple[LeftOut, ...]
    answers: Answers
    readings: Readings
    unreported: Unreported
    proposal: Proposal


def calibrate(
    assessment: Assessment, settings: Settings, repeats: int, *, progress: Callable[[float], None] | None = None
) -> Calibration:
    """Calibrate the rubric of an assessment on its countries, each predicted without itself.

    What is expected of a question is refitted to the other countries; all else is as in the rubric. Nothing is written.

    Args:
        assessment: all countries.
        settings: of the simulations; each trial takes `settings.draws` draws.
        repeats: how often statements, sources and indicators of each country are left out.
        progress: called with the trials made since the last call; `left_out.trials_of` tells how many there are.
    """
    trials = left_out(assessment, repeats=repeats, draws=settings.draws, seed=settings.seed, progress=progress)
    predicted = answers(assessment, settings.seed)
    read = readings(assessment, settings)
    return Calibration(
        assessment=assessment,
        repeats=repeats,
        settings=settings,
        left_out=trials,
        answers=predicted,
        readings=read,
        unreported=unreported(assessment),
        proposal=propose(assessment, predicted, read),
    )
