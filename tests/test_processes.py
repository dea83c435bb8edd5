"""Work on all cores: the results of `map`, and what happens when a process fails, is killed or cannot begin."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from scoring import processes
from scoring.processes import on_all_cores

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all work is done in one process")


def in_python(code: str) -> Any:
    """What a program prints as JSON. It has no other threads, as the tests may have."""
    program = f"import json, os, signal, sys, time\nfrom scoring.processes import on_all_cores\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_results_are_those_of_map_in_its_order_from_several_processes() -> None:
    code = """
def work(number):
    time.sleep(0.05 if number == 0 else 0)  # the others are done before the first
    return number * number, os.getpid()
found = list(on_all_cores(work, range(40), processes=3))
print(json.dumps([found, os.getpid()]))
"""
    found, own = in_python(code)
    assert [square for square, _ in found] == [number * number for number in range(40)]
    pids = {pid for _, pid in found}
    assert own not in pids
    assert 2 <= len(pids) <= 3


def test_a_process_gets_the_next_item_when_it_is_done() -> None:
    """One item that takes long does not hold up the others."""
    code = """
def work(number):
    time.sleep(1 if number == 0 else 0.01)
    return os.getpid()
print(json.dumps(list(on_all_cores(work, range(30), processes=2))))
"""
    pids = in_python(code)
    assert pids.count(pids[0]) == 1


def test_large_results_do_not_block() -> None:
    code = "print(sum(map(len, on_all_cores(lambda number: bytes(10**6), range(20), processes=4))))"
    assert in_python(code) == 20 * 10**6


def test_an_error_is_raised_by_the_first_process() -> None:
    code = """
def work(number):
    if number == 5:
        raise ValueError(f"five in {os.getpid()}")
    return number
found = []
try:
    for one in on_all_cores(work, range(10), processes=2):
        found.append(one)
except ValueError as error:
    print(json.dumps([found, str(error) == f"five in {os.getpid()}"]))
"""
    assert in_python(code) == [[0, 1, 2, 3, 4], True]


@pytest.mark.parametrize("killed", ["number == 3", "number >= 3"])
def test_what_a_killed_process_owes_is_computed_in_the_first(killed: str) -> None:
    code = f"""
first = os.getpid()
def work(number):
    if {killed} and os.getpid() != first:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
print(json.dumps(list(on_all_cores(work, range(12), processes=2))))
"""
    assert in_python(code) == list(range(12))


def test_a_result_that_cannot_be_sent_is_computed_in_the_first() -> None:
    code = """
found = list(on_all_cores(lambda number: (lambda: number), range(4), processes=2))
print(json.dumps([one() for one in found]))
"""
    assert in_python(code) == [0, 1, 2, 3]


def test_where_no_process_can_begin_one_does_all() -> None:
    code = """
def refused():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = refused
print(json.dumps(list(on_all_cores(lambda number: os.getpid() == first, range(4), processes=2))))
"""
    assert in_python(f"first = os.getpid()\n{code}") == [True] * 4


def test_processes_that_end_before_their_first_item_leave_it_to_the_others() -> None:
    code = """
from multiprocessing.process import BaseProcess
begin = BaseProcess.start
def start(child):
    begin(child)
    if child.name.endswith("-1"):
        child.kill()
        child.join()
BaseProcess.start = start
found = list(on_all_cores(lambda number: (number, os.getpid()), range(6), processes=3))
print(json.dumps([[number for number, _ in found], len({pid for _, pid in found})]))
"""
    numbers, pids = in_python(code)
    assert numbers == list(range(6))
    assert 2 <= pids <= 3


def test_none_is_left_when_the_reader_stops() -> None:
    code = """
results = on_all_cores(lambda number: os.getpid(), range(100), processes=2)
pids = {next(results) for _ in range(10)}
results.close()
def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
print(json.dumps([pid for pid in pids if is_running(pid)]))
"""
    assert in_python(code) == []


def test_an_interruption_ends_all_without_a_word() -> None:
    """As a terminal sends it: to the first process and those that it began."""
    code = """
import os, time
from scoring.processes import on_all_cores
def work(number):
    os.write(1, f"{os.getpid()}\\n".encode())  # at once, so that two lines do not mix
    time.sleep(60)
try:
    list(on_all_cores(work, range(2), processes=2))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        assert program.stdout is not None
        pids = [int(program.stdout.readline()) for _ in range(2)]
        os.killpg(program.pid, signal.SIGINT)
        assert program.communicate(timeout=20) == ("interrupted\n", "")
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_process_that_was_forked_here_forks_no_others() -> None:
    code = """
def inner(number):
    return os.getpid()
def work(number):
    return os.getpid(), list(on_all_cores(inner, range(4), processes=2))
print(json.dumps(list(on_all_cores(work, range(4), processes=2))))
"""
    for pid, inner in in_python(code):
        assert set(inner) == {pid}


def test_beside_other_threads_one_process_does_all() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert set(on_all_cores(lambda _: os.getpid(), range(4), processes=2)) == {os.getpid()}
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(("usable", "expected"), [(1, 1), (3, 3), (64, 8)])
def test_a_process_for_each_core_at_most_8(monkeypatch: pytest.MonkeyPatch, usable: int, expected: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)))
    monkeypatch.setattr(processes, "MOST", 8)
    assert processes.cores() == expected


@pytest.mark.parametrize(("items", "count"), [([], 2), ([7], 2), ([1, 2], 1)])
def test_one_process_is_enough(items: list[int], count: int) -> None:
    square: Callable[[int], tuple[int, int]] = lambda number: (number * number, os.getpid())  # noqa: E731
    expected = [(number * number, os.getpid()) for number in items]
    assert list(on_all_cores(square, items, processes=count)) == expected
