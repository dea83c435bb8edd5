"""Work that several processor cores share: this process forks, so that its copies know what it knows."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 8  # processes at once: each needs memory of its own


def on_all_cores(
    function: Callable[[Item], Result], items: Sequence[Item], *, processes: int | None = None
) -> Iterator[Result]:
    """The results of a function for items, in their order, as `map` gives them.

    What a process does not deliver, because it failed or was killed, is computed in this one, which then raises what
    there is to raise. So is everything where forking is not safe: on other systems than Linux, beside other threads,
    and in a process that was forked here.

    Args:
        function: of an item. What it changes, it changes in a process of its own.
        items: those that take longest first; a process gets the next when it is done with one.
        processes: how many share the items; by default one for each core, at most 8.
    """
    count = min(processes or cores(), len(items))
    if count <= 1 or not _may_fork():
        yield from map(function, items)
        return
    with _forked(function, items, count) as connections:
        answers = _answers(connections, len(items))
        known: dict[int, tuple[Result, ...]] = {}
        for number, item in enumerate(items):
            while number not in known and (answer := next(answers, None)) is not None:
                known[answer[0]] = answer[1]
            found = known.pop(number, ())
            yield found[0] if found else function(item)


def cores() -> int:
    """How many processes share work here: one for each core that this one may use, at most 8; 1 if it may not fork."""
    if not _may_fork():
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST)


def _may_fork() -> bool:
    """Whether a copy of this process can go on: a lock that another thread holds would stay locked in it."""
    is_forked = multiprocessing.current_process().daemon
    return sys.platform == "linux" and threading.active_count() == 1 and not is_forked


@contextlib.contextmanager
def _forked(function: Callable[[Item], object], items: Sequence[Item], count: int) -> Iterator[list[Connection]]:
    """Connections to processes, each of which answers the number of an item with `_answer`; none is left afterwards."""
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _ in range(count)]

    def work(own: int) -> None:
        for number, (ours, theirs) in enumerate(pipes):
            ours.close()
            if number != own:
                theirs.close()
        connection = pipes[own][1]
        with contextlib.suppress(EOFError, OSError):  # the first process has ended
            while (number := connection.recv()) is not None:
                connection.send_bytes(_answer(function, items, number))

    children = [context.Process(target=work, args=(own,), daemon=True) for own in range(count)]
    try:
        _start(children)
        for _, theirs in pipes:
            theirs.close()
        yield [ours for (ours, _), child in zip(pipes, children, strict=True) if child.pid is not None]
    finally:
        for child in children:
            if child.pid is not None:
                child.terminate()
                child.join()
        for pipe in pipes:
            for end in pipe:
                end.close()


def _answers(connections: list[Connection], count: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The answers of processes as they come, to the numbers below a count; each process then gets the next number.

    connections: those of processes that have ended are removed.
    """
    left = iter(range(count))

    def ask(connection: Connection) -> None:
        with contextlib.suppress(OSError):  # it has ended, which is found when it is read
            connection.send(next(left, None))

    for connection in connections:
        ask(connection)
    while connections:
        for connection in cast("list[Connection]", wait(connections)):
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                connections.remove(connection)
                continue
            ask(connection)
            yield answer


def _start(children: Iterable[BaseProcess]) -> None:
    """Start as many processes as the system allows. An interruption is for this one, which then ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with warnings.catch_warnings(), contextlib.suppress(OSError):
            # the threads that Python warns of are those of numpy's linear algebra, which are prepared for a fork
            warnings.filterwarnings("ignore", message=".*multi-threaded", category=DeprecationWarning)
            for child in children:
                child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer(function: Callable[[Item], object], items: Sequence[Item], number: int) -> bytes:
    """The pickled number of an item with its result; with none if there is none, or if it cannot be pickled."""
    try:
        return pickle.dumps((number, (function(items[number]),)), pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001  the first process computes it again, and raises what there is to raise
        return pickle.dumps((number, ()))
