"""From the options of a command to scores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from scoring.cli.output import BAD_INPUT, FOLDERS, stop, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.cli.options import Draws, Inputs
    from scoring.errors import Problem
    from scoring.files.folders import Folders
    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings


def located(inputs: Inputs) -> Folders:
    """Where rubric and profiles lie; told, once, where they are those of the package and nobody asked for them."""
    from scoring.files.folders import folders, rubric_folder

    known = click.get_current_context().meta
    if FOLDERS not in known:
        found = folders(inputs.rubric, inputs.profiles)
        if found.is_shipped:
            tell("No rubrics and profiles here: those that come with the package are used.")
        known[FOLDERS] = found._replace(rubric=rubric_folder(found.rubric))
    where: Folders = known[FOLDERS]
    return where


def rule_book(folder: Path) -> RuleBook:
    """The rubric, or its faults and the end."""
    from scoring.files.load import load_rubric

    book, problems = load_rubric(folder)
    return book if book is not None else stop(problems)


def checked(inputs: Inputs) -> tuple[RuleBook, tuple[Profile, ...]]:
    """Rubric and all profiles, none with a fault, of countries that can be ranked; or what forbids it and the end."""
    where = located(inputs)
    book, profiles = loaded(where.rubric, where.profiles)
    can_be_ranked({profile.country: profile.actor for profile in profiles}, inputs)
    return book, profiles


def loaded(rubric: Path, folder: Path) -> tuple[RuleBook, tuple[Profile, ...]]:
    """The rubric and all profiles of two folders, or their faults and the end."""
    from scoring.files.load import load_profiles

    book = rule_book(rubric)
    profiles, problems = load_profiles(folder, book)
    return (book, profiles) if not problems else stop(problems)


def at_revision(commit: str, inputs: Inputs) -> tuple[RuleBook, tuple[Profile, ...]]:
    """Rubric and profiles as a commit has them, or their faults and the end."""
    from scoring.citing.history import as_committed
    from scoring.files.git import SHORT

    book, profiles, problems = as_committed(commit, located(inputs))
    if book is None or problems:
        stop(problems)
    of_one_actor({profile.country: profile.actor for profile in profiles}, f"{commit[:SHORT]}: ")
    return book, profiles


def assessed(
    inputs: Inputs, asked: Sequence[str] = (), *, only_asked: bool = False, any_actor: bool = False
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Score all profiles that can be read; the others' problems go with it. One that was asked for must be readable.

    any_actor: the command says nothing of one country beside another, so that they may face different actors.
    """
    from scoring.files.load import load_profiles
    from scoring.index.assessment import assess

    where = located(inputs)
    book = rule_book(where.rubric)
    profiles, problems = load_profiles(where.profiles, book)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        stop(problems)
    if only_asked and asked and profiles:
        _all_known(asked, [profile.country for profile in profiles])
        profiles = tuple(profile for profile in profiles if profile.country in asked)
    can_be_ranked({profile.country: "" if any_actor else profile.actor for profile in profiles}, inputs)
    return assess(book, profiles, as_of=inputs.as_of), problems


def can_be_ranked(actors: Mapping[str, str], inputs: Inputs) -> None:
    """Go on with countries and the actors that they face, if there are any countries and all face one actor."""
    if not actors:
        end_empty(inputs)
    of_one_actor(actors)


def end_empty(inputs: Inputs) -> NoReturn:
    """Say that there is no profile, and end."""
    _end(f"{located(inputs).profiles} holds no profile; name a folder that does with --profiles.")


def of_one_actor(actors: Mapping[str, str], where: str = "") -> None:
    """Go on with countries that all face one actor: resilience to one says nothing beside resilience to another."""
    from scoring.errors import choices

    facing: dict[str, list[str]] = {}
    for country, actor in sorted(actors.items()):
        facing.setdefault(actor, []).append(country)
    if len(facing) > 1:
        groups = "; ".join(f"{actor}: {choices(some)}" for actor, some in sorted(facing.items()))
        _end(
            f"{where}the countries face different actors and cannot be ranked together ({groups}). Keep a folder of "
            "profiles for each actor and name it with --profiles; `rank` and `compare` also take countries of one."
        )


def _end(message: str) -> NoReturn:
    tell(message)
    sys.exit(BAD_INPUT)


def settings(assessment: Assessment, draws: Draws) -> Settings:
    """What is drawn for this assessment."""
    from scoring.uncertainty.simulation import settings_of

    return settings_of(assessment, draws=draws.count, seed=draws.seed, shared=draws.shared)


def _all_known(asked: Sequence[str], codes: Sequence[str]) -> None:
    from scoring.errors import UnknownNameError
    from scoring.model.countries import not_in_the_set

    if unknown := [code for code in asked if code not in codes]:
        raise UnknownNameError(not_in_the_set(unknown, codes))
