"""What moved and why: `lock`, `check`, `diff`, `brief`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, at_revision, can_be_ranked, loaded, located, of_one_actor, settings
from scoring.cli.output import MOVED, as_json, finish, refuse, say_line, show, show_remarks, stop, tell

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from scoring.change import brief as briefing
    from scoring.change.attribution import Difference
    from scoring.change.lock import Lock
    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile


NOTHING = "No score moved.\n"


@click.command()
@click.option(
    "-o", "--output", type=options.FILE, default=Path("scores.lock"), show_default=True, help="The lock to write."
)
@options.inputs
def lock(output: Path, inputs: options.Inputs) -> None:
    """Write the scores down, for `scoring check`.

    One figure a line, to be committed beside the profiles.
    """
    from scoring.change import lock as locking
    from scoring.text.numbers import count

    options.fits(output, "lock")
    assessment, problems = assessed(inputs)
    finish(locking.text_of(locking.locked(assessment)), output, problems)
    say_line(f"{output}: {count(len(assessment.profiles), 'country', 'countries')}.")


@click.command()
@click.option(
    "--lock",
    "lock_file",
    type=options.FILE,
    default=Path("scores.lock"),
    show_default=True,
    help="The lock to compare with.",
)
@click.option(
    "--tolerance",
    cls=options.Default,
    type=options.Finite(min=0),
    default=options.default("tolerance"),
    show_default=True,
    help="Points of 0 to 100 by which a figure may differ.",
)
@options.inputs
@options.formats("table", "json", "markdown", *options.CI_FORMS)
def check(
    lock_file: Path,
    tolerance: float,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Recompute, and tell what moved since the lock.

    Exit code 0 if nothing moved, 3 if a score, a rank or a band did. The forms of CI systems name faults of the files
    too, each on its line.
    """
    from scoring.change import lock as locking
    from scoring.files.disk import SUFFIX, shown
    from scoring.files.load import load_profiles, load_rubric
    from scoring.index.assessment import assess

    where = located(inputs)
    book, problems = load_rubric(where.rubric)
    profiles: tuple[Profile, ...] = ()
    if book is not None:
        profiles, problems = load_profiles(where.profiles, book)
    new = locking.locked(assess(book, profiles, as_of=inputs.as_of)) if book and not problems else None
    old, wrong = locking.load(lock_file)
    problems = (*problems, *wrong)
    codes = [profile.country for profile in profiles]
    names = {code: shown(where.profiles / f"{code}{SUFFIX}") for code in codes}
    if problems or book is None or old is None or new is None:
        if output.form in options.CI_FORMS:
            from scoring.render import ci

            show_remarks(output, map(ci.of_problem, problems), names.values())
        stop(problems)
    can_be_ranked({profile.country: profile.actor for profile in profiles}, inputs)
    found, unread = locking.moves(old, new, tolerance), locking.unread(old, new)
    if not found and output.form in ("table", "markdown"):
        finish(NOTHING, output.path, ())
    else:
        from scoring.render import diff as moves

        if output.form in options.CI_FORMS:
            places = {move.country: names.get(move.country, shown(lock_file)) for move in found}
            show_remarks(output, moves.move_remarks(found, places), names.values())
        else:
            show(
                output,
                (),
                document=lambda: moves.check_object(book, old, new, found, unread, tolerance),
                tables=lambda: [moves.moves_table(found)],
            )
    _tell_unread(old, new, unread if not found else ())
    if found:
        sys.exit(MOVED)


def _tell_unread(old: Lock, new: Lock, unread: Sequence[str]) -> None:
    """Name what changed without moving a figure."""
    if old.rubric_digest != new.rubric_digest:
        same = f"both call themselves {new.rubric}" if old.rubric == new.rubric else f"{old.rubric}, now {new.rubric}"
        tell(f"The lock is of another rubric ({same}); `scoring diff` tells its part from that of profiles.")
    elif unread:
        tell(f"Profiles changed, no figure did: {', '.join(unread)}. `scoring lock` notes it.")


@click.command()
@click.argument("base", required=False)
@options.simulated
@options.inputs
@options.formats("text", "json", "markdown", "github")
def diff(base: str | None, draws: options.Draws, inputs: options.Inputs, output: options.Output) -> None:
    """Say why scores moved since BASE.

    BASE is a git revision (by default where this work left the main branch); or the path, with a separator as in ./old,
    of a folder with `rubrics` and `profiles` or of a lock, which knows figures but no causes. Each move is split into
    new, removed and re-coded statements, grades and dates, rubric and time, and held against its uncertainty.
    """
    from scoring.change import lock as locking
    from scoring.change.attribution import differences
    from scoring.render import diff as moves

    after, problems = assessed(inputs)
    if problems:
        stop(problems)
    moved: tuple[Difference, ...] = ()
    drawing = settings(after, draws)
    commit = _commit(base)
    name = commit or base or ""
    if base is not None and commit is None and not os.path.isdir(base):  # noqa: PTH112  Path.is_dir may raise
        old, wrong = locking.load(Path(base))
        if old is None:
            stop(wrong)
    else:
        before = _before(base, commit, inputs)
        old = locking.locked(before)
        moved = differences(before, after, drawing)
    found = locking.moves(old, locking.locked(after), 0)
    if output.form == "github":
        places = _statement_places(located(inputs).profiles, {move.country for move in found})
        show_remarks(output, moves.difference_remarks(moved, found, places), ())
        return
    tables = moves.difference_tables(moved, found)
    if not tables and output.form != "json":
        finish(NOTHING, output.path, ())
    else:
        show(
            output,
            (),
            document=lambda: moves.difference_object(after.book, drawing, moved, found, name),
            tables=lambda: tables,
        )


@click.command()
@click.option(
    "--since",
    required=True,
    type=options.Since(),
    metavar="DATE|REV",
    help="YYYY, YYYY-MM, YYYY-MM-DD or a git revision; what is written like a date is one.",
)
@options.simulated
@options.inputs
@options.formats("markdown", "json")
def brief(since: dt.date | str, draws: options.Draws, inputs: options.Inputs, output: options.Output) -> None:
    """Brief what is new since a day or a revision.

    The scores and ranks that moved, the statements added by country and pillar, and the profiles that grow old by
    --as-of. A date is compared with what the repository held before that day (UTC); where no commit is that old,
    with the same profiles as their evidence stood on it. The briefing says which. A folder with `rubrics` and
    `profiles` does for a revision. Nothing reads the clock.
    """
    from scoring.change import brief as briefing
    from scoring.render import brief as rendering

    after, problems = assessed(inputs)
    if problems:
        stop(problems)
    before, after, compared = _since(since, after, inputs)
    drawing = settings(after, draws)
    found = briefing.brief(before, after, (settings(before, draws), drawing))
    if output.form == "json":
        finish(as_json(rendering.brief_object(found, compared, drawing)), output.path, ())
    else:
        finish(rendering.brief_markdown(found, compared), output.path, ())


def _since(
    since: dt.date | str, after: Assessment, inputs: options.Inputs
) -> tuple[Assessment, Assessment, briefing.Since]:
    """The scores of then and of now, and what those of then are."""
    from scoring.change import brief as briefing
    from scoring.files import git
    from scoring.index.scenario import scenario_of

    if isinstance(since, str):
        commit = _commit(since)
        if commit is None and not os.path.isdir(since):  # noqa: PTH112  Path.is_dir may raise
            refuse(f"{since} is a file; a lock knows figures and no statements: name a date, a revision or a folder")
        before = _before(since, commit, inputs)
        return before, after, briefing.Since(since, "revision" if commit else "folder", commit)
    where = located(inputs)
    if commit := git.commit_before(since, (where.rubric, where.profiles)):
        return _before(None, commit, inputs), after, briefing.Since(since.isoformat(), "day", commit)
    then, now = (scenario_of(after).evidence_until(day).assess() for day in (since, None))
    return then, now, briefing.Since(since.isoformat(), "evidence")


def _commit(base: str | None) -> str | None:
    """The commit of a revision, by default of where this work left the main branch; None for a path that is there.

    A revision comes first, and a path needs a separator: a folder of the checkout can be called like any revision.
    """
    from scoring.errors import UnknownNameError
    from scoring.files import git

    if base is None:
        return git.main_base()
    is_there = os.path.exists(base)  # noqa: PTH110  Path.exists may raise
    is_path = base in (os.curdir, os.pardir) or any(one in base for one in (os.sep, os.altsep or os.sep))
    try:
        return git.commit_of(base)
    except UnknownNameError as error:
        if is_there and is_path:
            return None
        right = f"./{base} for the path of that name" if is_there else "the path of a folder or a lock"
        message = f"{error}, or {right}"
        raise UnknownNameError(message) from error


def _before(base: str | None, commit: str | None, inputs: options.Inputs) -> Assessment:
    """The scores of a commit, or of a folder."""
    from scoring.files.folders import rubric_folder

    if commit:
        return at_revision(commit, inputs).assess()
    folder = Path(base or ".")
    scenario = loaded(rubric_folder(folder / "rubrics"), folder / "profiles", inputs)
    of_one_actor({profile.country: profile.actor for profile in scenario.profiles})
    return scenario.assess()


def _statement_places(folder: Path, countries: Collection[str]) -> dict[str, tuple[str, dict[str, tuple[int, int]]]]:
    """Where the statements of some countries stand: file, and statement -> line and column."""
    from scoring.files.disk import SUFFIX, shown
    from scoring.files.load import statement_positions

    paths = {country: folder / f"{country}{SUFFIX}" for country in countries}
    return {country: (shown(path), statement_positions(path)) for country, path in paths.items()}
