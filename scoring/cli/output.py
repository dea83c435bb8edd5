"""Results to the terminal or to a file, faults to stderr."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, NoReturn

import click

from scoring.errors import inert, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scoring.cli.options import Output
    from scoring.errors import Problem
    from scoring.render.ci import Remark
    from scoring.render.table import Table

BAD_INPUT, USAGE, MOVED = 1, 2, 3


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
        text = as_json(document())
    elif output.form == "csv" and csv is not None:
        text = csv()
    elif output.form == "markdown":
        from scoring.render.table import as_markdown  # noqa: PLC0415

        text = "\n".join(map(as_markdown, tables(False)))  # noqa: FBT003  no ASCII
    else:
        text = _terminal(tables, output.path)
    finish(text, output.path, problems)


def show_remarks(output: Output, remarks: Iterable[Remark], files: Iterable[str]) -> None:
    """Print or write remarks in the form of a CI system; files are those that were looked at."""
    from scoring.render import ci  # noqa: PLC0415

    text = ci.render(output.form, remarks, files)
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


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False, color=True)  # what is not for a terminal has no colours
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"standard output cannot be written ({error.strerror}); send it elsewhere"
        raise click.ClickException(message) from error


def tell(message: str) -> None:
    """Say something beside the result, in a line."""
    click.echo(visible(message), err=True)


def write(data: str | bytes, path: Path) -> None:
    """Write the file whole, or say why not and leave the old one."""
    from scoring import writing  # noqa: PLC0415

    try:
        writing.write(data.encode(errors="backslashreplace") if isinstance(data, str) else data, path)
    except OSError as error:
        tell(f"{path}: cannot be written ({error.strerror}); check the folder and its permissions")
        sys.exit(BAD_INPUT)


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write the files below a folder, all or none, or say why not; how many of them changed."""
    from scoring import writing  # noqa: PLC0415

    try:
        return writing.write_all({folder / name: data for name, data in files.items()})
    except OSError as error:
        tell(f"{folder}: cannot be written ({error.strerror}); check the folder and its permissions")
        sys.exit(BAD_INPUT)


def refuse(message: str) -> NoReturn:
    """Say what is wrong with the command line, and end."""
    raise click.UsageError(visible(message))


def stop(problems: Iterable[Problem]) -> NoReturn:
    """Name every problem and end."""
    for problem in sorted(set(problems)):
        tell(str(problem))
    sys.exit(BAD_INPUT)


def as_json(document: object) -> str:
    """The document as indented JSON, NaN refused."""
    return inert(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), r"\u{:04x}") + "\n"


@contextlib.contextmanager
def progress(total: float) -> Iterator[Callable[[float], None] | None]:
    """A bar with the time left on a terminal, once a run takes more than a second; nothing in a pipe."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
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


def _terminal(tables: Callable[[bool], Sequence[Table]], path: Path | None) -> str:
    """Tables as text: on a terminal with what it can show, and without the columns that it has no room for."""
    from scoring.render.table import as_text  # noqa: PLC0415

    if path is not None:
        return as_text(tables(False))  # noqa: FBT003  no ASCII
    ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return as_text(tables(ascii_only), width, styled=_is_styled(), ascii_only=ascii_only)


def _is_styled() -> bool:
    """Whether standard output gets bold and faint text: https://no-color.org, https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
