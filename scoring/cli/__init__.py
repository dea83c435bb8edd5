"""Entry point of the command line: streams, interrupts and I/O errors. The commands are in `scoring.cli.commands`.

Imports are few, so that the interrupt handler is installed early.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys

FAILED, INTERRUPTED = 1, 130  # 128 plus the signal number, as in shells


def main() -> None:
    """Run the command line; a broken stream or an interrupt ends it without a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _exit_interrupted)
    _set_streams()
    try:
        from scoring.cli.commands import commands  # slow: an interrupt may arrive during the import

        commands(prog_name="scoring")
    except OSError as error:
        text = f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}"
        with contextlib.suppress(OSError):
            print(f"scoring: {text}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(FAILED)
    finally:
        _flush_streams()


def _exit_interrupted(*_: object) -> None:
    """Exit through SystemExit: unfinished writes are rolled back, and no library swallows a KeyboardInterrupt."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second interrupt ends the process at once
    sys.exit(INTERRUPTED)


def _set_streams() -> None:
    """Reopen closed standard streams, so that the next file opened does not get their file descriptor.

    A closed standard output fails when written to. Output to a closed standard error is discarded.
    """
    for name, flag, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flag), mode))
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):  # unbuffered: a partial write would go unnoticed
        sys.stdout = os.fdopen(sys.stdout.fileno(), "w", encoding=sys.stdout.encoding, closefd=False)


def _flush_streams() -> None:
    """Flush the streams; redirect one that fails to the null device, since the interpreter flushes again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
