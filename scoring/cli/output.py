"""Results to the terminal or to a file, faults to stderr."""

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
from typing import TYPE_CHECKING, NoReturn

import click

from scoring.errors import inert, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.cli.options import Output
    from scoring.errors import Problem
    from scoring.render.ci import Level, Remark
    from scoring.text.table import Table

BAD_INPUT, USAGE, MOVED = 1, 2, 3
FOLDERS = "scoring.folders"  # what the context of a command knows: the folders that it reads
SIGNS = "scoring.signs"
"""How a stream writes what its encoding lacks: signs of ours by those of ASCII, other characters by JSON's escapes."""
_ASCII = dict(zip("–—−─━·●×├│└’", "---" + "--.ox" + "||`'", strict=True)) | {"…": "...", "±": "+/-"}


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_ASCII.get(sign) or json.dumps(sign)[1:-1] for sign in lacking), error.end


codecs.register_error(SIGNS, _in_ascii)


def show(
    output: Output,
    problems: Sequence[Problem],
    *,
    document: Callable[[], object],
    tables: Callable[[], Sequence[Table]],
    csv: Callable[[], str] | None = None,
) -> None:
    """Print or write a result of tables: `tables()`, or `document()` for JSON, or `csv()`."""
    if output.form == "json":
        text = as_json(document())
    elif output.form == "csv" and csv is not None:
        text = csv()
    elif output.form == "markdown":
        from scoring.text.table import as_markdown

        text = "\n".join(map(as_markdown, tables()))
    else:
        text = _terminal(tables(), output.path)
    finish(text, output.path, problems)


def show_remarks(
    output: Output, remarks: Iterable[Remark], files: Iterable[str], failing: Collection[Level] = ("error", "warning")
) -> None:
    """Print or write remarks in the form of a CI system.

    files: those that were looked at; failing: the levels that end in another exit code than 0.
    """
    from scoring.render import ci

    text = ci.render(output.form, remarks, files, failing)
    if output.path is None:
        _print(text)  # as it is: the commands in it are ours
    else:
        write(text, output.path)


def finish(text: str, path: Path | None, problems: Sequence[Problem]) -> None:
    """Print or write the result; with problems a file is not written, since it would lack a country unseen."""
    if path is None:
        say(text)
    elif not problems:
        write(text, path)
    if problems:
        if path is not None:
            tell(f"{path} is not written: it would lack the profiles named below.")
        stop(problems)


def say(text: str) -> None:
    """Print a result as it is, but for what a CI system would take for a command."""
    _print(inert(text))


def say_line(text: str) -> None:
    """Print a line of what was done."""
    say(f"{visible(text)}\n")


def _print(text: str) -> None:
    try:
        click.echo(text, sys.stdout, nl=False, color=True)  # what is not for a terminal has no colours
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"standard output cannot be written ({error.strerror}); send it elsewhere"
        raise click.ClickException(message) from error


def tell(message: str) -> None:
    """Say something beside the result, in a line."""
    click.echo(visible(message), sys.stderr)


def write(data: str | bytes, path: Path) -> None:
    """Write the file whole, unless the command reads it; or say why not and leave the old one."""
    from scoring.change import lock

    _refuse_inputs([path])
    if click.get_current_context().command.name != "lock" and lock.is_lock(path):
        message = f"{path} is a lock, which `scoring lock` alone replaces; name another file with -o"
        raise click.UsageError(message)
    rewrite(data, path)


def rewrite(data: str | bytes, path: Path) -> None:
    """Write a file that the command may have read, whole, or say why not and end."""
    from scoring.files import writing

    with _told(path):
        writing.write(data.encode(errors="backslashreplace") if isinstance(data, str) else data, path)


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write the files below a folder, all or none, or say why not; how many of them changed."""
    from scoring.files import writing

    _refuse_inputs([folder / name for name in files])
    with _told(folder):
        return writing.write_all(files, folder)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        tell(not_written(path, error))
        sys.exit(BAD_INPUT)


def not_written(path: Path, error: OSError) -> str:
    """What to say of a file that cannot be written."""
    return f"{path}: cannot be written ({error.strerror}); it is as it was"


def _refuse_inputs(outputs: Iterable[Path]) -> None:
    """Refuse to write what this command reads, by whatever name or hard link.

    Raises:
        UsageError: one of the outputs is such a file.
    """
    inputs = {_identity(path) for path in _inputs()} - {None}
    for path in outputs:
        if _identity(path) in inputs:
            refuse(f"{path} is an input of this command, and is not replaced; name another file or folder")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from all others, whatever its names; None where it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _inputs() -> Iterator[Path]:
    """The files that this command reads: those of its folders, and those that its arguments name."""
    context = click.get_current_context()
    for folder in context.meta.get(FOLDERS, ())[:3]:
        with contextlib.suppress(OSError):
            yield from Path(folder).iterdir()
    for name, value in context.params.items():
        if name != "output":
            yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Path))


def refuse(message: str) -> NoReturn:
    """Say what is wrong with the command line, and end."""
    raise click.UsageError(visible(message))


def stop(problems: Iterable[Problem]) -> NoReturn:
    """Name every problem and end."""
    tell_all(problems)
    sys.exit(BAD_INPUT)


def tell_all(problems: Iterable[Problem]) -> None:
    """Name every problem, in the order of files and lines."""
    for problem in sorted(set(problems)):
        tell(str(problem))


def as_json(document: object) -> str:
    """The document as indented JSON, NaN refused."""
    return inert(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), r"\u{:04x}") + "\n"


@contextlib.contextmanager
def progress(total: float) -> Iterator[Callable[[float], None] | None]:
    """A bar with the time left on a terminal, once a run takes more than a second; nothing in a pipe."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Drawing", total=total, visible=False)

        def advance(draws: float) -> None:
            bar.update(task, advance=draws, visible=time.monotonic() - started > 1)

        yield advance


def _terminal(tables: Iterable[Table], path: Path | None) -> str:
    """Tables as text: on a terminal of its width, and with what it can show."""
    from scoring.text.terminal import as_text

    if path is not None:
        return as_text(tables)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return as_text(map(_encodable, tables), width, styled=_is_styled())


def _encodable(table: Table) -> Table:
    """The table as standard output can encode it, so that its columns are as wide as they will be shown."""
    encoding = sys.stdout.encoding or "utf-8"

    def text(cell: str) -> str:
        return cell.encode(encoding, SIGNS).decode(encoding)

    return replace(
        table,
        columns=tuple(replace(column, head=text(column.head)) for column in table.columns),
        rows=tuple(tuple(map(text, row)) for row in table.rows),
        notes=tuple(map(text, table.notes)),
        title=text(table.title),
    )


def _is_styled() -> bool:
    """Whether standard output gets bold and faint text: https://no-color.org, https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
