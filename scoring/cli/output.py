"""Results to the terminal or to a file, faults to stderr."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from scoring.cli.options import Output
    from scoring.errors import Problem
    from scoring.render.table import Table

BAD_INPUT, USAGE, MOVED = 1, 2, 3
FOLDERS = "scoring.folders"  # what the context of a command knows: the folders that it reads


def show(
    output: Output,
    problems: Sequence[Problem],
    *,
    document: Callable[[], object],
    tables: Callable[[bool], Sequence[Table]],
    csv: Callable[[], str] | None = None,
) -> None:
    """Print or write a result of tables: `tables(ascii_only)`, or `document()` for JSON, or `csv()`."""
    if output.form == "json":
        finish(as_json(document()), output.path, problems)
    elif output.form == "csv" and csv is not None:
        finish(csv(), output.path, problems)
    elif output.form == "markdown":
        from scoring.render.table import as_markdown  # noqa: PLC0415

        finish("\n".join(map(as_markdown, tables(False))), output.path, problems)  # noqa: FBT003  no ASCII
    else:
        ascii_only = output.path is None and "utf" not in (sys.stdout.encoding or "").lower()
        finish(_terminal(tables(ascii_only), output.path), output.path, problems)


def finish(text: str | None, path: Path | None, problems: Sequence[Problem]) -> None:
    """Print or write the result; with problems a file is not written, since it would lack a country unseen."""
    if path is not None and text is not None and not problems:
        write(text, path)
    elif path is None and text is not None:
        click.echo(text, nl=False)
    if problems:
        if path is not None:
            click.echo(f"{path} is not written: it would lack the profiles named below.", err=True)
        stop(problems)


def write(data: str | bytes, path: Path) -> None:
    """Write the file whole, unless the command reads it; or say why not and leave the old one."""
    from scoring import lock  # noqa: PLC0415

    _refuse_inputs([path])
    if click.get_current_context().command.name != "lock" and lock.is_lock(path):
        message = f"{path} is a lock, which `scoring lock` alone replaces; name another file with -o"
        raise click.UsageError(message)
    rewrite(data, path)


def rewrite(data: str | bytes, path: Path) -> None:
    """Write a file that the command may have read."""
    from scoring import writing  # noqa: PLC0415

    with _told(path):
        writing.write(data.encode() if isinstance(data, str) else data, path)


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write the files below a folder, all or none, or say why not; how many of them changed."""
    from scoring import writing  # noqa: PLC0415

    _refuse_inputs([folder / name for name in files])
    with _told(folder):
        return writing.write_all(files, folder)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        click.echo(f"{path}: cannot be written ({error.strerror}); check the folder and its permissions", err=True)
        sys.exit(BAD_INPUT)


def _refuse_inputs(outputs: Iterable[Path]) -> None:
    """Refuse to write what this command reads, by whatever name or hard link.

    Raises:
        UsageError: one of the outputs is such a file.
    """
    inputs = {_identity(path) for path in _inputs()} - {None}
    for path in outputs:
        if _identity(path) in inputs:
            message = f"{path} is an input of this command, and is not replaced; name another file or folder"
            raise click.UsageError(message)


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


def stop(problems: Iterable[Problem]) -> NoReturn:
    """Name every problem and end."""
    for problem in sorted(set(problems)):
        click.echo(str(problem), err=True)
    sys.exit(BAD_INPUT)


def as_json(document: object) -> str:
    """The document as indented JSON, NaN refused."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


@contextlib.contextmanager
def progress(total: float) -> Iterator[Callable[[float], None] | None]:
    """A bar with the time left on a terminal, once a run takes more than a second; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Drawing", total=total, visible=False)

        def advance(draws: float) -> None:
            bar.update(task, advance=draws, visible=time.monotonic() - started > 1)

        yield advance


def _terminal(tables: Iterable[Table], path: Path | None) -> str | None:
    """Tables as text; printed at once, with what a terminal can show, where no file is asked for."""
    from rich.console import Console  # noqa: PLC0415

    from scoring.render.table import as_text  # noqa: PLC0415

    if path is None:
        as_text(tables, Console(file=sys.stdout, highlight=False, markup=False, emoji=False))
        return None
    text = io.StringIO()
    as_text(tables, Console(file=text, highlight=False, markup=False, emoji=False, no_color=True, width=10_000))
    return text.getvalue()
