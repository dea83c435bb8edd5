"""Nothing half-written: processes that are really killed, disks that are really full, two that write at once."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

from scoring.change import lock
from scoring.files.writing import HOST, write, write_all

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = b"old " * 500_000, b"new!" * 500_000  # 2 MB: long enough to be killed in the middle
WRITER = """\
import sys
from pathlib import Path
from scoring.files.writing import write
sys.stdout.write("ready\\n"); sys.stdout.flush()
while True:
    write(b"old " * 500_000, Path("file"))
    write(b"new!" * 500_000, Path("file"))
"""


def test_killed_in_the_middle_the_file_is_the_old_or_the_new(folder: Path) -> None:
    (folder / "file").write_bytes(OLD)
    numbers = random.Random(0)  # noqa: S311  moments to kill at
    left = 0
    for _ in range(25):
        with subprocess.Popen([sys.executable, "-c", WRITER], cwd=folder, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(numbers.uniform(0, 0.02))
            writer.send_signal(signal.SIGKILL)
        assert (folder / "file").read_bytes() in (OLD, NEW)
        left += len(list(folder.glob(".scoring-*")))
        for path in folder.glob(".scoring-*"):
            path.unlink()
    assert left > 0  # some were killed while they wrote


def test_what_a_killed_process_left_is_removed_by_the_next(folder: Path) -> None:
    left: list[Path] = []
    while not left:
        with subprocess.Popen([sys.executable, "-c", WRITER], cwd=folder, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.01)
            writer.send_signal(signal.SIGKILL)
        left = list(folder.glob(".scoring-*"))
    write(b"new", folder / "other")
    assert list(folder.glob(".scoring-*")) == []


def test_a_pipe_in_place_of_the_lock_file_is_not_waited_for(folder: Path) -> None:
    """A checkout may bring it; a pipe that is given with -o is waited for, as by any program."""
    os.mkfifo(folder / "scores.lock")
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "lock"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "scores.lock is a pipe or a device, not a file; remove it" in done.stderr


def test_a_folder_is_refused_before_anything_is_written_beside_it(folder: Path) -> None:
    (folder / "out").mkdir()
    os.chdir(folder / "out")
    for name in ("", ".", "../out"):
        os.utime(folder, (1, 1))
        result = run("new", "MDA", "--rubric", "../rubrics", "--profiles", "../profiles", "-o", name)
        assert result.exit_code != 0
        assert folder.stat().st_mtime == 1
        os.utime(folder, (1, 1))
        with pytest.raises(IsADirectoryError):
            write(b"x", folder / "out")
        assert folder.stat().st_mtime == 1


def test_only_own_temporary_files_are_removed(folder: Path) -> None:
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    hour = time.time() - 60 * 60 - 1
    (folder / "target").write_text("kept")
    removed = [f".scoring-{HOST}-{ended.pid}-abcdef12", f".scoring-{HOST}-{os.getpid()}-oldabcde", ".scoring-old_ab12"]
    removed += ["out/.scoring-ffffffff-1-oldabcde"]
    kept = [
        *(f".scoring-{HOST}-{os.getpid()}-abcdef12", f".scoring-{HOST}-1-abcdef12", ".scoring-abcdef12"),
        *(f".scoring-ffffffff-{ended.pid}-abcdef12", ".scoring-files.json", ".scoring-mine", ".scoring-old_ab12.txt"),
        *("scoring-old_ab12", f"x.scoring-{HOST}-{ended.pid}-abcdef12", "below/.scoring-old_ab12"),
    ]
    for name in (*removed, *kept):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
        if "old" in name or name.endswith((".json", "-mine")):
            os.utime(folder / name, (hour, hour))
    links = [f".scoring-{HOST}-{ended.pid}-links123", ".scoring-folder12"]
    (folder / links[0]).symlink_to(folder / "target")
    (folder / links[1]).mkdir()
    os.utime(folder / links[1], (hour, hour))
    write(b"new", folder / "file")
    write_all({"out/a": b"new"}, folder)
    for name in removed:
        assert not (folder / name).exists(), name
    for name in (*kept, *links, "target"):
        assert os.path.lexists(folder / name), name


def test_temporary_files_of_another_user_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = folder / ".scoring-old_ab12"
    name.write_text("x")
    os.utime(name, (1, 1))
    monkeypatch.setattr("os.geteuid", lambda: name.stat().st_uid + 1)
    write(b"new", folder / "file")
    assert name.exists()
    monkeypatch.undo()
    write(b"new", folder / "file")
    assert not name.exists()


def test_lock_killed_at_any_moment(folder: Path) -> None:
    run("lock")
    old = (folder / "scores.lock").read_text()
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: drafted"))
    command = [sys.executable, "-m", "scoring", "lock"]
    started = time.monotonic()
    subprocess.run([*command, "-o", "new.lock"], cwd=folder, check=True, capture_output=True)
    whole = time.monotonic() - started
    new = (folder / "new.lock").read_text()
    assert new != old
    for part in range(12):
        (folder / "scores.lock").write_text(old)
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as locking:
            time.sleep(whole * part / 10)
            locking.kill()
        assert (folder / "scores.lock").read_text() in (old, new)


def test_two_at_once_leave_a_whole_file(folder: Path) -> None:
    command = [sys.executable, "-m", "scoring", "lock"]
    for _ in range(4):
        running = [subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) for _ in range(3)]
        assert [one.wait() for one in running] == [0, 0, 0]
        assert lock.read((folder / "scores.lock").read_text(), "scores.lock")[0] is not None
    assert list(folder.glob(".scoring-*")) == []


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["lock"], "scores.lock"),
        (["score", "-o", "scores.txt"], "scores.txt"),
        (["rank", "--draws", "100", "-o", "scores.txt"], "scores.txt"),
    ],
)
def test_a_full_disk_leaves_the_old_file(folder: Path, command: list[str], name: str) -> None:
    (folder / name).write_text("old\n")

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))  # no file grows beyond 10 bytes, as on a full disk

    done = subprocess.run(
        [sys.executable, "-B", "-m", "scoring", *command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},  # coverage writes too
        preexec_fn=full,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{name}: cannot be written (File too large)" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / name).read_text() == "old\n"
    assert list(folder.glob(".scoring-*")) == []


@pytest.mark.parametrize("place", ["/proc/scores.lock", "no/such/folder/scores.lock"])
def test_a_folder_that_cannot_be_written(folder: Path, place: str) -> None:
    result = run("lock", "-o", place)
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert result.stdout == ""
    assert folder.exists()


def test_an_error_names_the_file_and_not_the_temporary_one(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "map.svg"
    with pytest.raises(FileNotFoundError) as caught:
        write(b"", missing)
    assert caught.value.filename == str(missing)


def test_a_folder_that_is_read_only(folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir()
    (shut / "scores.lock").write_text("old\n")
    shut.chmod(0o500)
    try:
        (shut / "probe").touch()
    except OSError:
        result = run("lock", "-o", str(shut / "scores.lock"))
        assert result.exit_code == 1
        assert (shut / "scores.lock").read_text() == "old\n"
    else:
        pytest.skip("this user may write anywhere")
    finally:
        shut.chmod(0o700)


def test_broken_off_nothing_is_left_beside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(KeyboardInterrupt):
        write(b"new", folder / "file")
    assert not (folder / "file").exists()
    assert list(folder.glob(".scoring-*")) == []


def test_a_file_is_for_all_that_the_mask_lets_read(folder: Path) -> None:
    write(b"new", folder / "file")
    (folder / "other").touch()
    assert (folder / "file").stat().st_mode == (folder / "other").stat().st_mode


def test_of_several_files_all_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "c").mkdir()
    with pytest.raises(IsADirectoryError):
        write_all({"a": b"new", "b/b": b"new", "c": b"new"}, tmp_path)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a"]  # nor a hidden one
    assert write_all({"a": b"new", "b/b": b"new"}, tmp_path) == 2
    assert (tmp_path / "b" / "b").read_bytes() == b"new"


def test_a_file_that_has_these_bytes_is_left_alone(tmp_path: Path) -> None:
    files = {name: name.encode() for name in ("a", "b")}
    write_all(files, tmp_path)
    os.utime(tmp_path / "a", (1, 1))
    (tmp_path / "b").write_bytes(b"c")  # of the same length
    assert write_all(files, tmp_path) == 1
    assert (tmp_path / "a").stat().st_mtime == 1
    assert (tmp_path / "b").read_bytes() == b"b"
