"""Print results to standard output or write them to files; print errors to standard error."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from scoring.errors import inert, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.cli.options import Output
    from scoring.errors import Problem
    from scoring.render.ci import Level, Remark
    from scoring.text.table import Table

BAD_INPUT, USAGE, SCORES_CHANGED = 1, 2, 3
ALSO_READ = "scoring.also-read"  # the same, for a list of further folders, such as those of other rubrics
PRINTED = "scoring.printed"  # the same, for the messages that are printed once
READ = "scoring.read"  # the same, for what was read of these folders
REGISTRY = "scoring.registry"  # the same, for the registry of editions beside them
FOLDERS = "scoring.folders"  # key in the metadata of the click context: the folders that the command reads
ENCODING_FALLBACK = "scoring.signs"
"""Error handler for characters that an encoding lacks: our signs become ASCII, others JSON escapes."""
_ASCII = dict(zip("–—−─━·●×├│└’“”", "---" + "--.ox" + '||`\'""', strict=True)) | {"…": "...", "±": "+/-"}


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_ASCII.get(sign) or json.dumps(sign)[1:-1] for sign in lacking), error.end


codecs.register_error(ENCODING_FALLBACK, _in_ascii)


def emit_tables(
    output: Output,
    problems: Sequence[Problem],
    *,
    document: Callable[[], object],
    tables: Callable[[], Sequence[Table]],
    csv: Callable[[], str] | None = None,
    yaml: Callable[[], str] | None = None,
) -> None:
    """Print or write `document()` for JSON, `csv()` for CSV, else `tables()`, with `yaml()` below them."""
    if output.form == "json":
        text = as_json(document())
    elif output.form == "csv" and csv is not None:
        text = csv()
    elif output.form == "markdown":
        from scoring.text.table import as_markdown

        text = "\n".join(map(as_markdown, tables()))
        text += f"\n```yaml\n{yaml()}```\n" if yaml is not None else ""
    else:
        text = _terminal(tables(), output.path)
        text += f"\n{yaml()}" if yaml is not None else ""
    emit_text(text, output.path, problems)


def emit_remarks(
    output: Output, remarks: Iterable[Remark], files: Iterable[str], failing: Collection[Level] = ("error", "warning")
) -> None:
    """Print or write remarks in the format of a CI system.

    files: those that were checked; failing: the levels that end in an exit code other than 0.
    """
    from scoring.render import ci

    text = ci.render(output.form, remarks, files, failing)
    if output.path is None:
        _print(text)  # not escaped: its workflow commands are ours
    else:
        write_file(text, output.path)


def emit_text(text: str, path: Path | None, problems: Sequence[Problem], *, is_prose: bool = False) -> None:
    """Print or write the result, then fail if there are problems; a file without all countries is not written.

    is_prose: lines longer than the terminal are wrapped between words.
    """
    if path is None:
        print_result(_wrapped(text, sys.stdout) if is_prose else text)
    elif not problems:
        write_file(text, path)
    if problems:
        if path is not None:
            print_message(f"{path} is not written: the profiles listed below would be missing.")
        fail(problems)


def print_result(text: str) -> None:
    """Print a result; what a CI system would read as a command is escaped."""
    _print(inert(text))


def print_line(text: str) -> None:
    """Print one line on what was done."""
    print_result(f"{visible(text)}\n")


def _print(text: str) -> None:
    try:
        click.echo(text, sys.stdout, nl=False, color=True)  # colour codes are added only for a terminal
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"standard output cannot be written ({error.strerror}); redirect it"
        raise click.ClickException(message) from error


def print_message(message: str) -> None:
    """Print one line to standard error."""
    click.echo(visible(message), sys.stderr)


def write_file(data: str | bytes, path: Path, others: Mapping[str, bytes] | None = None) -> None:
    """Write a file atomically; an input of the command, or a lock, is refused.

    others: further files, by their paths in the folder of the file; all are written, or none.
    """
    from scoring.change import lock

    _refuse_inputs([path, *(path.parent / name for name in others or ())])
    if click.get_current_context().command.name != "lock" and lock.is_lock(path):
        message = f"{path} is a lock file, which only `scoring lock` replaces; give another file with -o"
        raise click.UsageError(message)
    if others:
        replace_files({path.name: _encoded(data), **others}, path.parent)
    else:
        replace_file(data, path)


def replace_file(data: str | bytes, path: Path) -> None:
    """Write a file atomically, even an input of the command; on failure print the reason and exit."""
    from scoring.files import writing

    with _exit_on_os_error(path):
        writing.write(_encoded(data), path)


def _encoded(data: str | bytes) -> bytes:
    return data.encode(errors="backslashreplace") if isinstance(data, str) else data


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write all files below a folder or none; return how many changed. On failure print the reason and exit."""
    from scoring.files import writing

    _refuse_inputs([folder / name for name in files])
    with _exit_on_os_error(folder):
        return writing.write_all(files, folder)


def write_generated(files: Mapping[str, bytes], folder: Path, patterns: Collection[str]) -> int:
    """Write all files below a folder or none, and remove what earlier runs wrote there for countries that are gone.

    patterns: What a run writes for each country or date. Of these files, those that an earlier run did not write, or
    that were edited since, are only named. Returns how many changed. On failure print the reason and exit.
    """
    from scoring.errors import choices
    from scoring.files import manifest

    _refuse_inputs([folder / manifest.NAME])
    changed = write_folder(files, folder)
    with _exit_on_os_error(folder):
        leftovers = manifest.update(files, folder, patterns)
    if leftovers.removed:
        print_message(f"{folder}: removed, written by an earlier run and not by this one: {choices(leftovers.removed)}")
    if leftovers.kept:
        print_message(f"{folder}: not written by this run, and not known to be unchanged: {choices(leftovers.kept)}")
    return changed


def replace_files(files: Mapping[str, bytes], folder: Path) -> int:
    """Write all files of a folder or none, even inputs of the command; return how many changed. On failure exit."""
    from scoring.files import writing

    with _exit_on_os_error(folder):
        return writing.write_all(files, folder)


@contextlib.contextmanager
def _exit_on_os_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        print_message(not_written_message(path, error))
        sys.exit(BAD_INPUT)


def not_written_message(path: Path, error: OSError) -> str:
    """The message for a file that cannot be written."""
    return f"{path}: cannot be written ({error.strerror}); it is unchanged"


def _refuse_inputs(outputs: Iterable[Path]) -> None:
    """Check that no output is an input of this command, under any name or hard link.

    Raises:
        UsageError: an output is an input.
    """
    inputs = {_identity(path) for path in _inputs()} - {None}
    for path in outputs:
        if _identity(path) in inputs:
            usage_error(f"{path} is an input of this command and is not replaced; give another file or folder")


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, the same for all its names; None if it does not exist."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _inputs() -> Iterator[Path]:
    """The files that this command reads: those in its folders and those given as arguments."""
    context = click.get_current_context()
    for folder in (*context.meta.get(FOLDERS, ())[:3], *context.meta.get(ALSO_READ, ())):
        with contextlib.suppress(OSError):
            yield from Path(folder).iterdir()
    for name, value in context.params.items():
        if name != "output":
            values = value if isinstance(value, tuple) else (value,)
            yield from (path for path in values if isinstance(path, Path))


def usage_error(message: str) -> NoReturn:
    """Raise a usage error with this message."""
    raise click.UsageError(visible(message))


def fail(problems: Iterable[Problem], *, are_ordered: bool = False) -> NoReturn:
    """Print every problem and exit."""
    print_problems(problems, are_ordered=are_ordered)
    sys.exit(BAD_INPUT)


def print_problems(problems: Iterable[Problem], *, are_ordered: bool = False) -> None:
    """Print every problem, ordered by file and line, or in the given order: of a workbook, by sheet."""
    for problem in dict.fromkeys(problems) if are_ordered else sorted(set(problems)):
        click.echo(_wrapped(f"{visible(str(problem))}\n", sys.stderr), sys.stderr, nl=False)


def _wrapped(text: str, stream: TextIO) -> str:
    """Lines wrapped to the width of a terminal, indented below their beginning; unchanged elsewhere."""
    if not stream.isatty():
        return text
    from scoring.text.terminal import hanging

    return hanging(text, shutil.get_terminal_size().columns)


def as_json(document: object) -> str:
    """The document as indented JSON; NaN is refused."""
    return inert(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), r"\u{:04x}") + "\n"


@contextlib.contextmanager
def progress(total: float) -> Iterator[Callable[[float], None] | None]:
    """A progress bar with the remaining time, on a terminal and for runs of more than a second."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Simulating", total=total, visible=False)

        def advance(draws: float) -> None:
            bar.update(task, advance=draws, visible=time.monotonic() - started > 1)

        yield advance


def _terminal(tables: Iterable[Table], path: Path | None) -> str:
    """Tables as text; on a terminal in its width, encoding and style."""
    from scoring.text.terminal import as_text

    if path is not None:
        return as_text(tables)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return as_text(map(_encodable, tables), width, styled=_is_styled())


def _encodable(table: Table) -> Table:
    """The table with only characters that standard output can encode, so that column widths are right."""
    encoding = sys.stdout.encoding or "utf-8"

    def text(cell: str) -> str:
        return cell.encode(encoding, ENCODING_FALLBACK).decode(encoding)

    return replace(
        table,
        columns=tuple(replace(column, head=text(column.head)) for column in table.columns),
        rows=tuple(tuple(map(text, row)) for row in table.rows),
        notes=tuple(map(text, table.notes)),
        title=text(table.title),
    )


def _is_styled() -> bool:
    """Whether standard output gets bold and faint text, see https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
