"""A command in a forked child: with limits of time and memory, without privileges, watched, and with faults if asked.

An audit hook sees each file that the child opens for writing, moves or removes, each program that it starts, each code
that it executes and each connection. So one hook finds what no command may do, and provokes faults at one such moment:
the process is killed there, or the file system refuses.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import errno
import importlib
import os
import pkgutil
import resource
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS, WALL, MEBIBYTES = 30, 300, 1500  # of a case: CPU, by the clock (other work goes on), and address space
CHANGES = {"os.rename": 2, "os.remove": 1, "os.mkdir": 1, "os.rmdir": 1, "os.chmod": 1, "os.truncate": 1, "os.link": 2}
"""Event of an operation on files -> how many of its first arguments are paths that change."""
FREES = ("os.remove", "os.rmdir")  # what a full disk does not refuse
RUNS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn")
CONNECTS = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
PRELOADED = ("jinja2", "lxml.etree", "openpyxl", "pyarrow.parquet", "pypdf", "xlsxwriter", "starlette.applications")


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in a child.

    Attributes:
        step: The number of the operation on files at which it happens, from 1; 0: none.
        refusal: The error number with which the file system refuses it; None: the process is killed there. The removal of
            files is never refused.
        lasts: Whether the file system refuses everything after it, too.
        file_size: The most bytes that a file may have; None: no limit.
        kill_after: Seconds after which the process is killed.
        clock: Seconds since 1970 that the clock shows; None: the present.
        stdout: The device that is the standard output; None: a file that is read afterwards.
    """

    step: int = 0
    refusal: int | None = None
    lasts: bool = False
    file_size: int | None = None
    kill_after: float | None = None
    clock: float | None = None
    stdout: str | None = None


NONE = Trouble()


@dataclass(frozen=True)
class Outcome:
    """How a child ended.

    Attributes:
        code: The exit code; minus the number of the signal that ended it.
        stdout: Its standard output.
        stderr: Its standard error.
        seconds: CPU seconds, with those of its children.
        mebibytes: The most memory that it had at once.
        steps: The number of operations on files.
        forbidden: What it did that no command may do.
    """

    code: int
    stdout: str
    stderr: str
    seconds: float
    mebibytes: float
    steps: int
    forbidden: tuple[str, ...]

    def faults(self, *, killed: bool = False) -> list[str]:
        """What is wrong whatever the command was asked."""
        found = list(self.forbidden)
        last = self.stderr.strip().rpartition("\n")[2][:300]
        if "Traceback" in self.stderr:
            return [*found, f"traceback: {last}"]
        if self.code < 0 and not killed:
            found.append(f"ended by {signal.Signals(-self.code).name} after {self.seconds:.0f} s of CPU")
        elif self.code > 3:
            found.append(f"exit code {self.code}: {last}")
        elif self.code in (1, 2) and not (self.stdout + self.stderr).strip():
            found.append(f"exit code {self.code} without a message")
        if self.seconds > SECONDS:
            found.append(f"took {self.seconds:.0f} s of CPU")
        if len(self.stderr) > 100_000:
            found.append(f"{len(self.stderr)} characters of messages")
        if unprintable := {one for one in self.stderr if not (one.isprintable() or one == "\n")}:
            found.append(f"messages with {sorted(unprintable)!r}")
        if "\x1b" in self.stdout:
            found.append("output with an escape sequence")
        return found


@dataclass
class Watch:
    """The audit hook of a child."""

    folder: str
    trouble: Trouble
    pid: int = field(default_factory=os.getpid)
    steps: int = 0
    seen: set[str] = field(default_factory=set)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at an event; provoke the fault if it is its turn."""
        if event == "open":
            path, _, flags = arguments
            if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) or isinstance(path, int):
                return
            self._change(event, path)
        elif event in CHANGES:
            self._change(event, *arguments[: CHANGES[event]])
        elif event == "subprocess.Popen":
            program, *others = map(os.fsdecode, arguments[1])
            is_known = os.path.basename(program) in ("git", "pandoc") and os.path.isabs(program)
            if not is_known and (program, *others[:1]) != (sys.executable, "-P"):
                self.seen.add(f"started {program!r}")
        elif event == "exec" and isinstance(arguments[0], CodeType):
            if arguments[0].co_filename.startswith(self.folder):
                self.seen.add(f"executed {arguments[0].co_filename}")
        elif event in RUNS or (
            event in CONNECTS and arguments[1:] != (("127.0.0.1", 0),)
        ):  # but a desk of this machine
            self.seen.add(f"{event} {arguments!r}"[:300])

    def _change(self, event: str, *paths: str | bytes) -> None:
        """Refuse, be killed, or look whether the change is outside the folder."""
        names = [os.path.join(self.folder, os.fsdecode(path)) for path in paths if not isinstance(path, int)]
        names = [name for name in names if not name.startswith(("/dev/", "/proc/self/fd/"))]
        if not names:
            return
        for name in names:
            parent = os.path.realpath(os.path.dirname(name))
            if name != self.folder and not f"{parent}/".startswith(f"{self.folder}/"):
                self.seen.add(f"{event} outside the folder: {name}")
        if not f"{names[-1]}/".startswith(f"{self.folder}/.tmp/"):  # what git is given, hundreds of times
            self.step(event, names[-1])

    def step(self, event: str, name: str) -> None:
        """Count an operation; provoke the fault if it is its turn."""
        trouble = self.trouble
        if trouble.refusal is not None and event in FREES:
            return
        self.steps += 1
        is_turn = self.steps == trouble.step or (trouble.lasts and self.steps > trouble.step)
        if trouble.step and is_turn:
            if trouble.refusal is None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(trouble.refusal, os.strerror(trouble.refusal or 0), name)


def preload() -> None:
    """Import what commands import later, so that a child costs little."""
    scoring = importlib.import_module("scoring")
    for module in pkgutil.walk_packages(scoring.__path__, "scoring."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def run(
    folder: Path, arguments: Sequence[str], trouble: Trouble = NONE, main: Callable[[], None] | None = None
) -> Outcome:
    """Run a command of `scoring` in a folder.

    Args:
        folder: The working directory, and all that the command may change.
        arguments: Those of the command.
        trouble: What goes wrong meanwhile.
        main: What is run in place of `scoring`.
    """
    wait = start(folder, arguments, trouble, main)
    return wait()


def start(
    folder: Path, arguments: Sequence[str], trouble: Trouble = NONE, main: Callable[[], None] | None = None
) -> Callable[[], Outcome]:
    """Start a command as `run` does; what is returned waits for it."""
    reports = Path(tempfile.mkdtemp(prefix="reports-", dir=folder.parent))
    names = [reports / name for name in ("stdout", "stderr", "watched")]
    sys.stdout.flush()
    began = time.monotonic()
    child = os.fork()
    if not child:
        code = 70
        try:
            code = _child(folder, arguments, trouble, main, names)
        finally:
            os._exit(code)

    def wait() -> Outcome:
        limit = WALL if trouble.kill_after is None else trouble.kill_after
        pid = 0
        while not pid:
            pid, status, usage = os.wait4(child, os.WNOHANG)
            if not pid:
                if time.monotonic() - began > limit:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(child, signal.SIGKILL)
                    limit = WALL
                time.sleep(0.002 if trouble.kill_after is None else 0.0002)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)  # children that it left
        stdout, stderr, watched = (
            name.read_text(encoding="utf-8", errors="replace") if name.exists() else "" for name in names
        )
        steps, *seen = watched.splitlines() or ["0"]
        for path in (*names, reports):
            with contextlib.suppress(FileNotFoundError):
                path.rmdir() if path == reports else path.unlink()
        seconds = usage.ru_utime + usage.ru_stime
        return Outcome(
            os.waitstatus_to_exitcode(status), stdout, stderr, seconds, usage.ru_maxrss / 1024, int(steps), tuple(seen)
        )

    return wait


def _child(
    folder: Path, arguments: Sequence[str], trouble: Trouble, main: Callable[[], None] | None, names: Sequence[Path]
) -> int:
    """Run the command with its streams in files; return the exit code."""
    os.setpgid(0, 0)
    for number, name in ((1, trouble.stdout or names[0]), (2, names[1])):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace")
    watched = os.open(names[2], os.O_WRONLY | os.O_CREAT)
    os.chdir(folder)
    temporary = folder / ".tmp"
    temporary.mkdir(exist_ok=True)
    os.environ |= {"TMPDIR": str(temporary), "HOME": str(temporary), "GIT_CONFIG_NOSYSTEM": "1"}
    tempfile.tempdir = str(temporary)
    _patch_server()
    if trouble.clock is not None:
        _set_clock(trouble.clock)
    _limit(trouble)
    _drop_privileges()
    watch = Watch(os.path.realpath(folder), trouble)
    fsync = os.fsync

    def synced(file: int) -> None:
        watch.step("fsync", "")
        fsync(file)

    os.fsync = synced
    sys.addaudithook(watch)
    sys.argv = ["scoring", *arguments]
    code = 0
    try:
        if main is None:
            from scoring.cli import main
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 70
    watch.trouble = NONE
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os.write(watched, "\n".join([str(watch.steps), *sorted(watch.seen)]).encode(errors="replace"))
    return code


def _limit(trouble: Trouble) -> None:
    """Limit time, memory and the size of files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEBIBYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if trouble.file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (trouble.file_size, trouble.file_size))


def _drop_privileges() -> None:
    """Give up what root may do beyond the permissions of files; without effect for other users."""
    if os.geteuid() == 0:
        version, nothing = (0x20080522, 0), (0, 0, 0, 0, 0, 0)  # _LINUX_CAPABILITY_VERSION_3, and no capability
        header, data = (ctypes.c_uint32 * 2)(*version), (ctypes.c_uint32 * 6)(*nothing)
        if ctypes.CDLL(None, use_errno=True).capset(header, data):
            raise OSError(ctypes.get_errno(), "privileges cannot be dropped")


def _patch_server() -> None:
    """Let a desk, or a site that is served, end at once."""
    serve = importlib.import_module("scoring.desk.serve")
    serve.server = lambda *_: SimpleNamespace(run=lambda **_: None)


def _set_clock(seconds: float) -> None:
    """Let the clock show another time in all that Python code asks for it."""
    localtime, gmtime, real = time.localtime, time.gmtime, dt.datetime

    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real)

    class Datetime(real, metaclass=Kind):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return real.fromtimestamp(seconds, tz)

    time.time = lambda: seconds
    time.localtime = lambda given=None: localtime(seconds if given is None else given)
    time.gmtime = lambda given=None: gmtime(seconds if given is None else given)
    dt.datetime = Datetime  # type: ignore[misc]


ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EFBIG)
