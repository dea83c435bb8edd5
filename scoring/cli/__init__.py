"""The entry of the command line: what can go wrong around every command. The commands stand in `scoring.cli.commands`.

Little is imported before an interrupt is looked for.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys

FAILED, INTERRUPTED = 1, 130  # 128 and the number of the signal, as shells have it


def main() -> None:
    """Run the command line, and end without a traceback whatever becomes of the streams, and at an interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    _set_streams()
    try:
        from scoring.cli.commands import commands  # takes time, and may be interrupted

        commands(prog_name="scoring")
    except OSError as error:
        text = f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}"
        with contextlib.suppress(OSError):
            print(f"scoring: {text}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(FAILED)
    finally:
        _let_go()


def _interrupted(*_: object) -> None:
    """End as after an error: what was begun is undone, and no library can take the end for an exception of its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second interrupt ends at once
    sys.exit(INTERRUPTED)


def _set_streams() -> None:
    """Give a closed stream its number back, or the next file to be opened had it; standard output fails when written.

    What is said on standard error is lost if that is closed, as it was asked for.
    """
    for name, flag, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flag), mode))
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):  # unbuffered, half a write would pass for all
        sys.stdout = os.fdopen(sys.stdout.fileno(), "w", encoding=sys.stdout.encoding, closefd=False)


def _let_go() -> None:
    """What cannot be written goes nowhere, or the interpreter would try again at its end, and fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
