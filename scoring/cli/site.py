"""A static site of all scores: `site`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import checked
from scoring.cli.output import BAD_INPUT, progress, say_line, tell, write_folder

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LOOPBACK = "127.0.0.1"


@click.command()
@click.argument("folder", type=options.FOLDER, default="site", metavar="[DIR]")
@click.option("--serve", is_flag=True, help="Then show it on this machine, until Ctrl-C.")
@click.option("--port", type=options.Whole(0, 65535), default=8000, show_default=True, help="Of --serve; 0: any free.")
@options.simulated
@options.inputs
def site(folder: Path, serve: bool, port: int, draws: options.Draws, inputs: options.Inputs) -> None:  # noqa: FBT001
    """Make a site to look, compare and try other weights.

    The files in DIR (default: site) work from a folder, a file share or a web host, without network or server.
    """
    from scoring.render.site import build  # noqa: PLC0415

    book, profiles = checked(inputs)
    with progress(build.steps(book, profiles, inputs.as_of, draws.count)) as advance:
        found = build.build(
            book,
            profiles,
            inputs.as_of,
            draws=draws.count,
            seed=draws.seed,
            shared=draws.shared,
            progress=advance,
        )
    changed = write_folder(found, folder)
    say_line(f"{folder / 'index.html'}: {len(found)} files, {changed} changed.")
    if left := _left(folder, found):
        tell(f"{folder}: no part of this site, from before: {', '.join(left)}")
    if serve:
        _serve(folder, port)


def _left(folder: Path, found: Collection[str]) -> list[str]:
    """What an earlier run wrote of a country or a day that is no more."""
    there = (
        path.relative_to(folder).as_posix() for name in ("countries", "data") for path in (folder / name).glob("*")
    )
    return sorted(name for name in there if name not in found)


def _serve(folder: Path, port: int) -> None:
    """Show the folder to this machine alone."""
    from functools import partial  # noqa: PLC0415
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer  # noqa: PLC0415

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing of single requests."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), partial(Quiet, directory=str(folder)))
    except OSError as error:
        tell(f"port {port} of {LOOPBACK}: {error.strerror}; name another with --port")
        sys.exit(BAD_INPUT)
    with server:
        say_line(f"http://{LOOPBACK}:{server.server_address[1]}/ until Ctrl-C.")
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):  # an interrupt, which the command line makes an end
            say_line("Ended.")
