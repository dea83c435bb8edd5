"""From the options of a command to scenarios, assessments and simulation runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from scoring.cli.output import (
    ALSO_READ,
    BAD_INPUT,
    FOLDERS,
    PRINTED,
    READ,
    REGISTRY,
    fail,
    print_message,
    print_problems,
    usage_error,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.analysis.reliance import Known
    from scoring.analysis.reviews import Reviewed
    from scoring.citing.editions import Released
    from scoring.cli.options import Draws, Inputs
    from scoring.errors import Problem
    from scoring.files.editions import Registry
    from scoring.files.folders import Folders
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.model.editions import Edition
    from scoring.model.groups import Groups
    from scoring.model.profile import Profile
    from scoring.model.references import PublishedTable
    from scoring.model.review import CountryReviews
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.run import Run


def located(inputs: Inputs) -> Folders:
    """The folders of rubric and profiles; prints a note, once, if those of the package are used by default."""
    from scoring.files.folders import folders, rubric_folder

    meta = click.get_current_context().meta
    if FOLDERS not in meta:
        chosen = folders(inputs.rubric, inputs.profiles)
        if chosen.is_shipped:
            print_message("No rubrics and profiles in this folder: using those of the package.")
        meta[FOLDERS] = chosen._replace(rubric=rubric_folder(chosen.rubric))
    result: Folders = meta[FOLDERS]
    return result


def lock_file_of(inputs: Inputs) -> Path:
    """The lock file of the chosen rubric."""
    from scoring.errors import InputError
    from scoring.files.folders import rubric_folder, rubrics_beside

    chosen = located(inputs).rubric
    try:
        is_default = not rubrics_beside(chosen) or rubric_folder(chosen.parent).samefile(chosen)
    except InputError:  # there is no default
        is_default = False
    parts = ["scores", *([] if is_default else [chosen.resolve().name]), *([inputs.actor] if inputs.actor else [])]
    return Path(f"{'-'.join(parts)}.lock")


def rule_book(folder: Path) -> RuleBook:
    """The rubric, after printing its warnings; if it has errors, print them and exit."""
    from scoring.files.folders import rubrics_beside
    from scoring.files.load import load_rubric, rubric_warnings

    _reads(folder, *rubrics_beside(folder))
    book, problems = load_rubric(folder)
    if book is None:
        fail(problems)
    print_problems(rubric_warnings(folder, book))
    return book


def _reads(*folders: Path) -> None:
    """Note that the command reads these folders, so that it replaces no file in them."""
    click.get_current_context().meta.setdefault(ALSO_READ, []).extend(folders)


def checked(inputs: Inputs, asked: Sequence[str] = ()) -> Scenario:
    """Rubric and all profiles of countries that can be ranked together; on any error, print it and exit.

    asked: as of `on_day`.
    """
    from scoring.index.scenario import Scenario

    if inputs.edition is not None:
        return released_edition(inputs).scenario
    book, profiles, problems = _read(inputs)
    scenario = on_day(Scenario(book, profiles), inputs, asked) if not problems else fail(problems)
    can_be_ranked({profile.country: profile.actor for profile in scenario.profiles}, inputs)
    return scenario


def registry(inputs: Inputs) -> Registry:
    """The registry of editions, read once per command; on any error, print it and exit."""
    from scoring.files.editions import load_registry

    meta = click.get_current_context().meta
    if REGISTRY not in meta:
        read, problems = load_registry(located(inputs).profiles)
        meta[REGISTRY] = read if not problems else fail(problems)
    result: Registry = meta[REGISTRY]
    return result


def released_edition(inputs: Inputs) -> Released:
    """The edition that is asked for, whose scores are those of its release; on any error, print it and exit.

    A date that is asked for must be that of all its scores.
    """
    from scoring.citing.editions import released
    from scoring.text.prose import long_date

    name = inputs.edition or ""
    if inputs.actor is not None:
        usage_error("an edition has the scores facing the actor of its profiles; leave out --actor, or --edition")
    found = released(name, registry(inputs), located(inputs))
    days = sorted(set(found.scenario.days))
    if inputs.as_of is not None and days != [inputs.as_of]:
        when = long_date(days[0]) if len(days) == 1 else "each country's own date"
        usage_error(f"edition {name} has the scores of {when}; leave out --as-of")
    return found


def loaded(rubric: Path, folder: Path, inputs: Inputs) -> Scenario:
    """The rubric and all profiles of two folders on the given date; on any error, print it and exit."""
    from scoring.files.load import load_profiles
    from scoring.index.scenario import Scenario

    book = rule_book(rubric)
    profiles, problems = load_profiles(folder, book)
    return on_day(Scenario(book, profiles), inputs) if not problems else fail(problems)


def on_day(scenario: Scenario, inputs: Inputs, asked: Sequence[str] = ()) -> Scenario:
    """The scenario on the date that is asked for; countries that have no edition by then are named.

    asked: countries of which one without such an edition ends the command.
    """
    from scoring.text.prose import long_date

    scenario = _facing(scenario, inputs, asked)
    kept = scenario.on(inputs.as_of)
    codes = {profile.country for profile in kept.profiles}
    if kept.as_of and (left_out := [profile.country for profile in scenario.profiles if profile.country not in codes]):
        message = f"without an edition by {long_date(kept.as_of)}: {', '.join(left_out)}"
        if any(code in left_out for code in asked):
            usage_error(f"{message}; give a later date with --as-of")
        print_message(f"Left out, {message}.")
    return kept


def _facing(scenario: Scenario, inputs: Inputs, asked: Sequence[str]) -> Scenario:
    """The scenario facing the actor that is asked for; how many countries have no statement on it is said.

    asked: countries of which one without such a statement ends the command.
    """
    from scoring.model.countries import country_name
    from scoring.text.numbers import count

    kept = scenario.facing(inputs.actor)
    codes = {profile.country for profile in kept.profiles}
    if inputs.actor and (left_out := [one.country for one in scenario.profiles if one.country not in codes]):
        without = f"without a statement on {country_name(inputs.actor)}"
        if missing := [code for code in asked if code in left_out]:
            usage_error(f"{', '.join(missing)}: {without}; countries with one: {', '.join(sorted(codes))}")
        _print_once(f"Left out, {without}: {count(len(left_out), 'country', 'countries')}.")
    return kept


def _print_once(message: str) -> None:
    """Print a message that a command would print for each rubric."""
    printed = click.get_current_context().meta.setdefault(PRINTED, set())
    if message not in printed:
        print_message(message)
    printed.add(message)


def other_actors(scenario: Scenario, country: str | None = None) -> list[str]:
    """The actors, beside those that the profiles face, that a statement is about, by code.

    country: Only those that a statement of its profile is about.
    """
    from scoring.model.actors import actors_of

    own = {profile.actor for profile in scenario.profiles}
    profiles = [profile for profile in scenario.profiles if country in (None, profile.country)]
    return sorted({actor for profile in profiles for actor in actors_of(profile)} - own)


def beside(inputs: Inputs, names: Collection[str]) -> Iterator[tuple[Folders, Scenario]]:
    """The scenarios of the rubrics beside the chosen one that have one of the given ids; on any error, exit."""
    from scoring.files.folders import rubrics_beside
    from scoring.files.load import load_rubric

    folders = located(inputs)
    chosen = load_rubric(folders.rubric)[0]
    wanted = set(names) - ({chosen.rubric.id} if chosen else set())
    for other in rubrics_beside(folders.rubric) if wanted else ():
        book, _ = load_rubric(other)
        if book is None or book.rubric.id not in wanted:
            continue
        if scenario := _if_about_actor(other, folders.profiles, inputs):
            yield folders._replace(rubric=other), scenario


def all_beside(inputs: Inputs) -> list[Scenario]:
    """The scenarios of all rubrics beside the chosen one, by the names of their folders; on any error, exit."""
    from scoring.files.folders import rubrics_beside

    folders = located(inputs)
    found = (_if_about_actor(other, folders.profiles, inputs) for other in rubrics_beside(folders.rubric))
    return [scenario for scenario in found if scenario]


def _if_about_actor(rubric: Path, folder: Path, inputs: Inputs) -> Scenario | None:
    """As `loaded`; None if no statement by this rubric is about the actor that is asked for."""
    from scoring.errors import UnknownNameError

    try:
        return loaded(rubric, folder, inputs)
    except UnknownNameError:
        return None


def at_revision(commit: str, inputs: Inputs, book: RuleBook | None = None) -> Scenario:
    """Rubric and profiles of a commit on the given date; on any error, print it and exit.

    book: The rubric to read the profiles by, in place of that of the commit.
    """
    from scoring.citing.committed import as_committed, profiles_as_committed
    from scoring.files.git import SHORT
    from scoring.index.scenario import Scenario

    if book is None:
        book, profiles, problems = as_committed(commit, located(inputs))
    else:
        profiles, problems = profiles_as_committed(commit, located(inputs).profiles, book)
    if book is None or problems:
        fail(problems)
    scenario = on_day(Scenario(book, profiles), inputs)
    of_one_actor({profile.country: profile.actor for profile in scenario.profiles}, f"{commit[:SHORT]}: ")
    return scenario


def assessed(
    inputs: Inputs, asked: Sequence[str] = (), *, any_actor: bool = False
) -> tuple[Assessment, tuple[Problem, ...]]:
    """The assessment of what `readable` reads, and the problems of unreadable profiles."""
    scenario, problems = readable(inputs, asked, any_actor=any_actor)
    return scenario.assess(), problems


def running(
    inputs: Inputs, draws: Draws, asked: Sequence[str] = (), *, only_asked: bool = False, any_actor: bool = False
) -> tuple[Run, tuple[Problem, ...]]:
    """A simulation run of what `readable` reads, and the problems of unreadable profiles."""
    scenario, problems = readable(inputs, asked, only_asked=only_asked, any_actor=any_actor)
    return run_of(scenario, draws), problems


def readable(
    inputs: Inputs, asked: Sequence[str] = (), *, only_asked: bool = False, any_actor: bool = False
) -> tuple[Scenario, tuple[Problem, ...]]:
    """All readable profiles, and the problems of the others; if a profile in `asked` is unreadable, exit.

    any_actor: the command does not compare countries, so that they may face different actors.
    """
    from scoring.index.scenario import Scenario

    if inputs.edition is not None:
        scenario = released_edition(inputs).scenario
        scenario = scenario.of(asked) if only_asked and asked else scenario
        return scenario.known_by(inputs.known_by), ()
    book, profiles, problems = _read(inputs)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        fail(problems)
    scenario = on_day(Scenario(book, profiles), inputs, asked)
    if only_asked and asked and profiles:
        scenario = scenario.of(asked)
    can_be_ranked({profile.country: None if any_actor else profile.actor for profile in scenario.profiles}, inputs)
    return scenario.known_by(inputs.known_by), problems


def _read(inputs: Inputs) -> tuple[RuleBook, tuple[Profile, ...], tuple[Problem, ...]]:
    """The rubric, all readable profiles and the problems of the others, read once per command."""
    from scoring.files.load import load_profiles

    meta = click.get_current_context().meta
    if READ not in meta:
        folders = located(inputs)
        book = rule_book(folders.rubric)
        meta[READ] = book, *load_profiles(folders.profiles, book)
    result: tuple[RuleBook, tuple[Profile, ...], tuple[Problem, ...]] = meta[READ]
    return result


def groups_of(inputs: Inputs) -> Groups:
    """The groups of countries; if the file is missing or has errors, exit."""
    from scoring.files.disk import GROUPS_FILE
    from scoring.files.load import groups_in

    folder = located(inputs).profiles
    groups, problems = groups_in(folder)
    if problems:
        fail(problems)
    if groups is None:
        usage_error(f"{folder} has no {GROUPS_FILE}, so that no groups are known; write one (docs/peers.md)")
    return groups


def members(inputs: Inputs, name: str) -> tuple[str, ...]:
    """The members of a group on the reference date that have a profile, facing the actor that is asked for, if any.

    Those without one are named. The reference date is the one given, or the latest of the profiles. Exit if no member
    is left.
    """
    from scoring.index.scenario import Scenario
    from scoring.model.countries import country_name
    from scoring.text.prose import long_date

    groups = groups_of(inputs)
    book, profiles, problems = _read(inputs)
    if not profiles:
        fail(problems) if problems else exit_without_profiles(inputs)
    scenario = Scenario(book, profiles)
    group = groups.groups[groups.find(name)]
    day = inputs.as_of or max(scenario.days)
    codes = [one.country for one in group.on(day)]
    unreadable = {Path(problem.file).stem for problem in problems}
    known = {profile.country for profile in profiles} | unreadable
    facing = {profile.country for profile in scenario.facing(inputs.actor).profiles} | unreadable
    dated = {profile.country for profile in scenario.on(inputs.as_of).profiles} | unreadable
    of_group = f"{group.title} on {long_date(day)}"
    if lacking := [code for code in codes if code not in known]:
        print_message(f"{of_group}, no profile: {', '.join(lacking)}")
    if silent := [code for code in codes if code in known - facing]:
        print_message(f"{of_group}, without a statement on {country_name(inputs.actor or '')}: {', '.join(silent)}")
    if silent and not facing.intersection(codes):
        _exit(f"{of_group}: no member has such a statement; countries with one: {', '.join(sorted(facing))}.")
    chosen = tuple(code for code in codes if code in dated & facing)
    if not chosen:
        _exit(f"{of_group}: no member has a profile of that time; give another group or another date.")
    return chosen


def by_rubrics(rubrics: Sequence[Path], inputs: Inputs) -> tuple[list[Scenario], tuple[Problem, ...]]:
    """All readable profiles by each of the rubrics, which are names or folders, and the problems of the others.

    A profile may have codes for any of the rubrics, whether or not they are in the same folder.
    """
    from scoring.errors import UnknownNameError
    from scoring.files.folders import folders, rubric_folder
    from scoring.files.load import load_profiles
    from scoring.index.scenario import Scenario

    located = [folders(rubric, inputs.profiles) for rubric in rubrics]
    _reads(*(one.profiles for one in located))
    books = [rule_book(rubric_folder(one.rubric, "as A or B")) for one in located]
    scenarios: list[Scenario] = []
    problems: dict[Problem, None] = {}
    for one, book in zip(located, books, strict=True):
        profiles, wrong = load_profiles(one.profiles, book.with_beside(books))
        if wrong and not profiles:
            fail(wrong)
        if not profiles:
            _exit(f"{one.profiles} contains no profiles; give another folder with --profiles.")
        try:
            scenarios.append(on_day(Scenario(book, profiles), inputs))
        except UnknownNameError as error:  # no statement on the actor
            message = f"by {book.rubric.id} {error}"
            raise UnknownNameError(message) from error
        of_one_actor({profile.country: profile.actor for profile in scenarios[-1].profiles})
        problems |= dict.fromkeys(wrong)
    return scenarios, tuple(problems)


def reviews_of(
    inputs: Inputs, scored: Assessment, countries: Collection[str] | None = None
) -> tuple[dict[str, Reviewed], tuple[Problem, ...]]:
    """The reviews of countries of an assessment, by their codes, and the problems of the files that have them.

    countries: Only of these; by default of all.
    """
    found, problems = reviews_beside(inputs, scored.book, countries)
    if not found:
        return {}, problems
    from scoring.analysis.reviews import reviewed

    rows = {profile.country: row for row, profile in enumerate(scored.profiles)}
    return {code: reviewed(scored, rows[code], one) for code, one in sorted(found.items()) if code in rows}, problems


def reviews_beside(
    inputs: Inputs, book: RuleBook, countries: Collection[str] | None = None
) -> tuple[dict[str, CountryReviews], tuple[Problem, ...]]:
    """The reviews next to the folder of the profiles, by country, and the problems of the files that have them."""
    from scoring.files.folders import reviews_folder

    folder = located(inputs).profiles
    if not os.path.lexists(reviews_folder(folder)):
        return {}, ()
    from scoring.files.reviews import load_reviews

    _reads(reviews_folder(folder))
    return load_reviews(folder, book, countries)


def edition_of(inputs: Inputs) -> tuple[str, Edition] | None:
    """Name and entry of the edition of `--edition`; None without it."""
    return None if inputs.edition is None else (inputs.edition, registry(inputs).named(inputs.edition))


def known_of(inputs: Inputs, profiles: Iterable[Profile]) -> Known | None:
    """How many sources of the profiles were known by the day of `--known-by`; None without it."""
    from scoring.analysis.reliance import known

    return None if inputs.known_by is None else known(profiles, inputs.known_by)


def can_be_ranked(actors: Mapping[str, str | None], inputs: Inputs) -> None:
    """Check that there are countries and all face the same actor, else exit; actors: by country."""
    if not actors:
        exit_without_profiles(inputs)
    of_one_actor(actors)


def exit_without_profiles(inputs: Inputs) -> NoReturn:
    """Report that there are no profiles, and exit."""
    _exit(f"{located(inputs).profiles} contains no profiles; give another folder with --profiles.")


def of_one_actor(actors: Mapping[str, str | None], prefix: str = "") -> None:
    """Check that all countries face the same actor, else exit: scores against different actors are not comparable."""
    from scoring.errors import choices

    facing: dict[str, list[str]] = {}
    for country, actor in sorted(actors.items()):
        facing.setdefault(actor or "no actor", []).append(country)
    if len(facing) > 1:
        groups = "; ".join(f"{actor}: {choices(countries)}" for actor, countries in sorted(facing.items()))
        _exit(
            f"{prefix}the countries face different actors and cannot be ranked together ({groups}). Choose one "
            "actor with --actor, or give `rank` or `compare` countries of one actor."
        )


def _exit(message: str) -> NoReturn:
    print_message(message)
    sys.exit(BAD_INPUT)


def published_tables(
    folder: Path | None, scored: Assessment | Scenario, inputs: Inputs
) -> tuple[dict[str, PublishedTable], tuple[Problem, ...]]:
    """The published indices of a folder, and its problems; none if no folder is given and there is none."""
    from scoring.files.load import load_tables

    folder, is_given = folder or located(inputs).published, folder is not None
    if not is_given and not os.path.lexists(folder):
        return {}, ()
    return load_tables(folder, scored.book, [profile.country for profile in scored.profiles])


def settings(scored: Assessment | Scenario, draws: Draws) -> Settings:
    """The simulation settings for this assessment."""
    from scoring.uncertainty.simulation import settings_of

    return settings_of(scored, draws=draws.count, seed=draws.seed)


def run_of(scenario: Scenario, draws: Draws) -> Run:
    """A simulation run of a scenario."""
    from scoring.uncertainty.run import Run

    return Run(scenario, settings(scenario, draws))
