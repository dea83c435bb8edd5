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
    from scoring.index.scenario import Scenario
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.run import Run


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


def checked(inputs: Inputs) -> Scenario:
    """Rubric and all profiles, none with a fault, of countries that can be ranked; or what forbids it and the end."""
    where = located(inputs)
    scenario = loaded(where.rubric, where.profiles, inputs)
    can_be_ranked({profile.country: profile.actor for profile in scenario.profiles}, inputs)
    return scenario


def loaded(rubric: Path, folder: Path, inputs: Inputs) -> Scenario:
    """The rubric and all profiles of two folders on the day asked for, or their faults and the end."""
    from scoring.files.load import load_profiles
    from scoring.index.scenario import Scenario

    book = rule_book(rubric)
    profiles, problems = load_profiles(folder, book)
    return Scenario(book, profiles, inputs.as_of) if not problems else stop(problems)


def at_revision(commit: str, inputs: Inputs) -> Scenario:
    """Rubric and profiles as a commit has them on the day asked for, or their faults and the end."""
    from scoring.citing.history import as_committed
    from scoring.files.git import SHORT
    from scoring.index.scenario import Scenario

    book, profiles, problems = as_committed(commit, located(inputs))
    if book is None or problems:
        stop(problems)
    of_one_actor({profile.country: profile.actor for profile in profiles}, f"{commit[:SHORT]}: ")
    return Scenario(book, profiles, inputs.as_of)


def assessed(
    inputs: Inputs, asked: Sequence[str] = (), *, any_actor: bool = False
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Score what `readable` reads."""
    scenario, problems = readable(inputs, asked, any_actor=any_actor)
    return scenario.assess(), problems


def running(
    inputs: Inputs, draws: Draws, asked: Sequence[str] = (), *, only_asked: bool = False, any_actor: bool = False
) -> tuple[Run, tuple[Problem, ...]]:
    """What `readable` reads, to be simulated."""
    scenario, problems = readable(inputs, asked, only_asked=only_asked, any_actor=any_actor)
    return run_of(scenario, draws), problems


def readable(
    inputs: Inputs, asked: Sequence[str] = (), *, only_asked: bool = False, any_actor: bool = False
) -> tuple[Scenario, tuple[Problem, ...]]:
    """All profiles that can be read; the others' problems go with it. One that was asked for must be readable.

    any_actor: the command says nothing of one country beside another, so that they may face different actors.
    """
    from scoring.files.load import load_profiles
    from scoring.index.scenario import Scenario

    where = located(inputs)
    book = rule_book(where.rubric)
    profiles, problems = load_profiles(where.profiles, book)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        stop(problems)
    scenario = Scenario(book, profiles, inputs.as_of)
    if only_asked and asked and profiles:
        scenario = scenario.of(asked)
    can_be_ranked({profile.country: "" if any_actor else profile.actor for profile in scenario.profiles}, inputs)
    return scenario, problems


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


def settings(scored: Assessment | Scenario, draws: Draws) -> Settings:
    """What is drawn for this assessment."""
    from scoring.uncertainty.simulation import settings_of

    return settings_of(scored, draws=draws.count, seed=draws.seed, shared=draws.shared)


def run_of(scenario: Scenario, draws: Draws) -> Run:
    """A scenario, to be simulated as asked."""
    from scoring.uncertainty.run import Run

    return Run(scenario, settings(scenario, draws))
