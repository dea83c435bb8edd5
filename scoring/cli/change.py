"""Commands on changes of scores: `lock`, `check`, `diff`, `brief`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import (
    assessed,
    at_revision,
    can_be_ranked,
    exit_without_profiles,
    loaded,
    located,
    lock_file_of,
    of_one_actor,
    rule_book,
    settings,
)
from scoring.cli.output import (
    SCORES_CHANGED,
    as_json,
    emit_remarks,
    emit_tables,
    emit_text,
    fail,
    print_line,
    print_message,
    usage_error,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from scoring.change import brief as briefing
    from scoring.change.attribution import Difference
    from scoring.change.lock import Lock
    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook


LOCK = "scores.lock, or scores-RUBRIC-ACTOR.lock with a rubric that is not the default, and with --actor"
NO_CHANGE = "No score changed.\n"


@click.command()
@click.option("-o", "--output", type=options.FILE, help=f"Lock file to write; default: {LOCK}.")
@options.facing
@options.inputs
def lock(output: Path | None, inputs: options.Inputs) -> None:
    """Write the lock file for `scoring check`.

    The file has one figure per line and is committed with the profiles.
    """
    from scoring.change import lock as locking
    from scoring.files import writing
    from scoring.text.numbers import count

    is_given = output is not None
    output = output or lock_file_of(inputs)
    if not is_given and writing.is_stream(output):  # a pipe would wait for a reader
        usage_error(f"{output} is a pipe or a device, not a file; remove it, or give another file with -o")
    options.check_suffix(output, "lock")
    assessment, problems = assessed(inputs)
    if locking.is_of_another(output, assessment.book):
        usage_error(f"{output} has the scores of another rubric; give another file with -o, or remove it")
    emit_text(locking.text_of(locking.locked(assessment)), output, problems)
    print_line(f"{output}: {count(len(assessment.profiles), 'country', 'countries')}.")


@click.command()
@click.option(
    "--lock",
    "lock_file",
    type=options.FILE,
    help=f"Lock file to compare with; default: {LOCK}.",
)
@click.option(
    "--tolerance",
    cls=options.Default,
    type=options.Finite(min=0),
    default=options.default("tolerance"),
    show_default=True,
    help="Allowed difference of a figure, in points of 0 to 100.",
)
@options.facing
@options.inputs
@options.formats("table", "json", "markdown", *options.CI_FORMS)
def check(
    lock_file: Path | None,
    tolerance: float,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Compare current scores with the lock file.

    Exit code 0 if nothing changed, 3 if a score, a rank or a band did. The formats for CI systems also report errors
    in the files, each at its line. In a git repository, a statement that an earlier commit of the current branch has
    and the profile no longer has is an error: it is withdrawn, not deleted.
    """
    from scoring.change import lock as locking
    from scoring.change.removed import removed
    from scoring.files.disk import SUFFIX, shown
    from scoring.files.load import load_profiles, load_rubric
    from scoring.index.assessment import assess
    from scoring.index.scenario import Scenario

    folders, lock_file = located(inputs), lock_file or lock_file_of(inputs)
    book, problems = load_rubric(folders.rubric)
    profiles: tuple[Profile, ...] = ()
    if book is not None:
        profiles, problems = load_profiles(folders.profiles, book)
    scored = None
    if book and not problems:
        scored = assess(book, Scenario(book, profiles).facing(inputs.actor).profiles, as_of=inputs.as_of)
    new = locking.locked(scored) if scored else None
    old, lock_problems = locking.load(lock_file, book)
    history = removed([profile.whole for profile in profiles], folders.profiles)
    problems = (*problems, *lock_problems, *history.problems)
    codes = [profile.country for profile in profiles]
    files = {code: shown(folders.profiles / f"{code}{SUFFIX}") for code in codes}
    if problems or book is None or old is None or scored is None or new is None:
        if output.form in options.CI_FORMS:
            from scoring.render import ci

            emit_remarks(output, map(ci.of_problem, problems), files.values())
        fail(problems)
    if not history.is_all:
        print_message("The git history is shallow or too long: older commits were not searched for removed statements.")
    can_be_ranked({profile.country: profile.actor for profile in scored.profiles}, inputs)
    changes, unread = (
        locking.figure_changes(old, new, tolerance, locking.scales_of(scored)),
        locking.changed_profiles(old, new),
    )
    if not changes and output.form in ("table", "markdown"):
        emit_text(NO_CHANGE, output.path, ())
    else:
        from scoring.render import diff as rendering

        if output.form in options.CI_FORMS:
            positions = _statement_positions(folders.profiles, set(codes) & {change.country for change in changes})
            places = {change.country: positions.get(change.country, (shown(lock_file),))[0] for change in changes}
            emit_remarks(output, rendering.change_remarks(changes, places), files.values())
        else:
            emit_tables(
                output,
                (),
                document=lambda: rendering.check_object(book, old, new, changes, unread, tolerance),
                tables=lambda: [rendering.changes_table(changes)],
            )
    _print_unread(old, new, unread if not changes else ())
    if changes:
        sys.exit(SCORES_CHANGED)


def _print_unread(old: Lock, new: Lock, unread: Sequence[str]) -> None:
    """Report changes of the rubric and of profiles that change no figure."""
    if old.rubric_digest != new.rubric_digest:
        names = f"both are named {new.rubric}" if old.rubric == new.rubric else f"{old.rubric}, now {new.rubric}"
        print_message(
            f"The lock has another rubric ({names}); `scoring diff` separates its effect from that of profiles."
        )
    elif unread:
        print_message(f"Profiles changed, but no figure: {', '.join(unread)}. `scoring lock` records it.")


@click.command()
@click.argument("base", required=False)
@click.option(
    "--head",
    metavar="REV",
    help="Compare the profiles of this git revision, not those on disk; both sides are scored by the rubric on disk, "
    "and BASE is by default the merge base of REV and HEAD.",
)
@options.simulated
@options.facing
@options.inputs
@options.formats("text", "json", "markdown", "github")
def diff(
    base: str | None, head: str | None, draws: options.Draws, inputs: options.Inputs, output: options.Output
) -> None:
    """Explain why scores changed since BASE.

    BASE is a git revision (default: the merge base with the main branch); or a path with a separator, such as ./old, to
    a folder with `rubrics` and `profiles`, or to a lock file, which has figures but no causes. Each change is
    attributed to new, removed and re-coded statements, grades and dates, ageing,
    borrowing and rubric. It is significant if the evidence's part is.
    """
    from scoring.change import lock as locking
    from scoring.change.attribution import differences
    from scoring.render import diff as rendering

    if head is not None and output.form == "github":
        usage_error("--head compares no files on disk that could be annotated; give another --format")
    after, newest = (_now(inputs), None) if head is None else _at_head(head, inputs)
    attributed: tuple[Difference, ...] = ()
    simulation_settings = settings(after, draws)
    commit = _commit(base, newest)
    name = commit or base or ""
    if base is not None and commit is None and not os.path.isdir(base):  # noqa: PTH112  Path.is_dir may raise
        old, lock_problems = locking.load(Path(base), after.book)
        if old is None:
            fail(lock_problems)
        _check_actors(base, old, after)
    else:
        if newest and commit is None:
            usage_error(f"{base} is a folder; with --head give a revision or a lock file")
        before = _before(base, commit, inputs, after.book if newest else None)
        old = locking.locked(before, locking.scales_of(after))
        if (was := before.scale.spanned) != (now := after.scale.spanned):
            print_message(f"The scale was {was} and is {now} now; all figures are on the one of now.")
        elif any(
            scale != locking.scales_of(after).get(name, scale) for name, scale in locking.scales_of(before).items()
        ):
            print_message("The scales of pillars were others; all figures are on those of now.")
        attributed = differences(before, after, simulation_settings)
    changes = locking.figure_changes(old, locking.locked(after), 0)
    if output.form == "github":
        positions = _statement_positions(located(inputs).profiles, {change.country for change in changes})
        emit_remarks(output, rendering.difference_remarks(attributed, changes, positions), ())
        return
    tables = rendering.difference_tables(attributed, changes)
    if not tables and output.form != "json":
        emit_text(NO_CHANGE, output.path, ())
    else:
        emit_tables(
            output,
            (),
            document=lambda: rendering.difference_object(after.book, simulation_settings, attributed, changes, name),
            tables=lambda: tables,
        )


def _check_actors(base: str, old: Lock, after: Assessment) -> None:
    """End with a usage error if a lock file has no score facing an actor of now."""
    was, now = {one.actor for one in old.countries.values()}, {profile.actor for profile in after.profiles}
    if was and was.isdisjoint(now):
        facing, others = (", ".join(sorted(map(str, actors))) for actors in (was, now))
        usage_error(f"{base} has the scores facing {facing}, not {others}; choose with --actor, or give another file")


def _now(inputs: options.Inputs) -> Assessment:
    """The assessment of the files on disk; on any error, print it and exit."""
    after, problems = assessed(inputs)
    return after if not problems else fail(problems)


def _at_head(head: str, inputs: options.Inputs) -> tuple[Assessment, str]:
    """The assessment of the profiles of a revision by the rubric on disk, and its commit; on any error, exit."""
    from scoring.files import git

    commit = git.commit_of(head)
    scenario = at_revision(commit, inputs, rule_book(located(inputs).rubric))
    if not scenario.profiles:
        exit_without_profiles(inputs)
    return scenario.assess(), commit


@click.command()
@click.option(
    "--since",
    required=True,
    type=options.Since(),
    metavar="DATE|REV",
    help="YYYY, YYYY-MM, YYYY-MM-DD or a git revision; text in the format of a date is a date.",
)
@options.simulated
@options.facing
@options.inputs
@options.formats("markdown", "json")
def brief(since: dt.date | str, draws: options.Draws, inputs: options.Inputs, output: options.Output) -> None:
    """Summarise what is new since a date or a revision.

    Scores and ranks that changed, statements added by country and pillar, and profiles outdated by --as-of. A date is
    compared with the last commit before that day (UTC); if no commit is that old, with the evidence of the current
    profiles that existed on that day. The briefing states which. REV may also be a folder with `rubrics` and
    `profiles`. The result does not depend on the current date.
    """
    from scoring.change import brief as briefing
    from scoring.render import brief as rendering

    after, problems = assessed(inputs)
    if problems:
        fail(problems)
    before, after, compared = _since(since, after, inputs)
    simulation_settings = settings(after, draws)
    result = briefing.brief(before, after, (settings(before, draws), simulation_settings))
    if output.form == "json":
        emit_text(as_json(rendering.brief_object(result, compared, simulation_settings)), output.path, ())
    else:
        emit_text(rendering.brief_markdown(result, compared), output.path, ())


def _since(
    since: dt.date | str, after: Assessment, inputs: options.Inputs
) -> tuple[Assessment, Assessment, briefing.Since]:
    """The scores before and now, and what the earlier ones were computed from."""
    from scoring.change import brief as briefing
    from scoring.files import git
    from scoring.index.scenario import scenario_of

    if isinstance(since, str):
        commit = _commit(since)
        if commit is None and not os.path.isdir(since):  # noqa: PTH112  Path.is_dir may raise
            usage_error(
                f"{since} is a file, and a lock has figures but no statements; give a date, a revision or a folder"
            )
        before = _before(since, commit, inputs)
        return before, after, briefing.Since(since, "revision" if commit else "folder", commit)
    folders = located(inputs)
    if commit := git.commit_before(since, (folders.rubric, folders.profiles)):
        return _before(None, commit, inputs), after, briefing.Since(since.isoformat(), "day", commit)
    then, now = (scenario_of(after).evidence_until(day).assess() for day in (since, None))
    return then, now, briefing.Since(since.isoformat(), "evidence")


def _commit(base: str | None, head: str | None = None) -> str | None:
    """The commit of a revision, by default the merge base with the main branch; None for an existing path.

    With a head, the default is the merge base of it and what is checked out. A revision takes precedence and a path
    needs a separator, since a folder can have the name of a revision.
    """
    from scoring.errors import UnknownNameError
    from scoring.files import git

    if base is None:
        return git.merge_base("HEAD", head) if head else git.main_base()
    exists = os.path.exists(base)  # noqa: PTH110  Path.exists may raise
    is_path = base in (os.curdir, os.pardir) or any(separator in base for separator in (os.sep, os.altsep or os.sep))
    try:
        return git.commit_of(base)
    except UnknownNameError as error:
        if exists and is_path:
            return None
        remedy = f"./{base} for the path of that name" if exists else "the path of a folder or a lock file"
        message = f"{error}, or {remedy}"
        raise UnknownNameError(message) from error


def _before(base: str | None, commit: str | None, inputs: options.Inputs, book: RuleBook | None = None) -> Assessment:
    """The assessment at a commit, or of a folder; book: the rubric, in place of that of the commit."""
    from scoring.files.folders import rubric_folder

    if commit:
        return at_revision(commit, inputs, book).assess()
    folder = Path(base or ".")
    scenario = loaded(rubric_folder(folder / "rubrics"), folder / "profiles", inputs)
    of_one_actor({profile.country: profile.actor for profile in scenario.profiles})
    return scenario.assess()


def _statement_positions(
    folder: Path, countries: AbstractSet[str]
) -> dict[str, tuple[str, dict[str, tuple[int, int]]]]:
    """The positions of statements by country: file, and line and column by statement id."""
    from scoring.files.disk import SUFFIX, files_in, is_of_a_table, shown
    from scoring.files.load import statement_positions

    paths = {country: folder / f"{country}{SUFFIX}" for country in countries}
    found = {country: (shown(path), statement_positions(path)) for country, path in paths.items() if path.exists()}
    tables = [file for file in files_in(folder)[0] if is_of_a_table(file.base)]
    if tables and (others := countries - found.keys()):
        from scoring.files.imports.profiles import cell_positions

        found |= cell_positions(tables, others)
    return {country: found.get(country, (shown(path), {})) for country, path in paths.items()}
