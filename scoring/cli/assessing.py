"""From the options of a command to scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scoring.cli.output import stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring import schema
    from scoring.cli.options import Draws, Inputs
    from scoring.errors import Problem
    from scoring.history import Folders
    from scoring.results import Assessment, Settings


def rule_book(folder: Path | None) -> schema.RuleBook:
    """The rubric, or its faults and the end."""
    from scoring import files  # noqa: PLC0415

    book, problems = files.load_rubric(files.rubric_folder(folder))
    return book if book is not None else stop(problems)


def profiles_folder(inputs: Inputs) -> Path:
    """The folder of the profiles."""
    from scoring import files  # noqa: PLC0415

    return inputs.profiles or files.default_folder("profiles")


def folders(inputs: Inputs) -> Folders:
    """The folders of rubric and profiles."""
    from scoring import files  # noqa: PLC0415
    from scoring.history import Folders  # noqa: PLC0415

    return Folders(files.rubric_folder(inputs.rubric), profiles_folder(inputs))


def at_revision(commit: str, inputs: Inputs) -> tuple[schema.RuleBook, tuple[schema.Profile, ...]]:
    """Rubric and profiles as a commit has them, or their faults and the end."""
    from scoring.history import edition  # noqa: PLC0415

    book, profiles, problems = edition(commit, folders(inputs))
    return (book, profiles) if book is not None and not problems else stop(problems)


def assessed(
    inputs: Inputs, asked: Sequence[str] = (), *, only_asked: bool = False
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Score all profiles that can be read; the others' problems go with it. One that was asked for must be readable."""
    from scoring import files  # noqa: PLC0415
    from scoring.pipeline import assess  # noqa: PLC0415

    book = rule_book(inputs.rubric)
    profiles, problems = files.load_profiles(profiles_folder(inputs), book)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        stop(problems)
    if only_asked and asked:
        _all_known(asked, [profile.country for profile in profiles])
        profiles = tuple(profile for profile in profiles if profile.country in asked)
    return assess(book, profiles, as_of=inputs.as_of), problems


def settings(assessment: Assessment, draws: Draws) -> Settings:
    """What is drawn for this assessment."""
    from scoring.simulate import settings_of  # noqa: PLC0415

    return settings_of(assessment, draws=draws.count, seed=draws.seed, shared=draws.shared)


def _all_known(asked: Sequence[str], codes: Sequence[str]) -> None:
    from scoring.errors import UnknownNameError  # noqa: PLC0415

    if unknown := [code for code in asked if code not in codes]:
        message = f"{', '.join(map(repr, unknown))} not in the set; countries: {', '.join(codes) or 'none'}"
        raise UnknownNameError(message)
