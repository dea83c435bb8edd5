"""Revisions are read in memory, by git's plumbing alone: nothing of a repository is run, written or taken for another."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import PROFILE, git, identified, run

from scoring.files import disk
from scoring.files import git as reading
from scoring.files.disk import File

DRAFTED = PROFILE.replace("strategy: none", "strategy: drafted")


def asked(folder: Path, *arguments: str, given: bytes = b"") -> str:
    """What git prints."""
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        input=given,
        check=True,
        capture_output=True,
        env=identified(),
    )
    return done.stdout.decode().strip()


def tree(folder: Path, *entries: tuple[str, str, str]) -> str:
    """A tree of entries (mode and type, hash, name), however strange their names."""
    lines = b"".join(f"{kind} {hash_}\t{name}".encode() + b"\0" for kind, hash_, name in entries)
    return asked(folder, "mktree", "-z", "--missing", given=lines)


def commit(folder: Path, whole: str) -> str:
    return asked(folder, "commit-tree", "-m", "made", whole)


def blob(folder: Path, text: str) -> str:
    return asked(folder, "hash-object", "-w", "--stdin", given=text.encode())


def with_profiles(folder: Path, profiles: str) -> str:
    """A commit with the rubric of HEAD and a tree of profiles."""
    return commit(
        folder,
        tree(
            folder,
            ("040000 tree", profiles, "profiles"),
            ("040000 tree", asked(folder, "rev-parse", "HEAD:rubrics"), "rubrics"),
        ),
    )


def everything(folder: Path) -> list[str]:
    return sorted(path.as_posix() for path in folder.rglob("*") if ".git" not in path.parts)


# -- nothing is run ----------------------------------------------------------------------------------------------------


def test_a_bare_repository_that_is_part_of_a_checkout_is_not_entered(repository: Path) -> None:
    """Its settings name programs; git would run them for whoever works in its folder."""
    inner = repository / "inner"
    asked(repository, "init", "--quiet", "--bare", str(inner))
    ran = repository.parent / "ran"
    program = repository.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    for key, value in (("log.showSignature", "true"), ("gpg.program", str(program)), ("core.fsmonitor", str(program))):
        asked(inner, "config", key, value)
    for name in ("rubrics", "profiles"):
        (repository / name).rename(inner / name)
    signed = (
        "tree {}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n"
        " -----END PGP SIGNATURE-----\n\nm\n"
    ).format(asked(repository, "rev-parse", "HEAD^{tree}"))
    asked(repository, "push", "--quiet", str(inner), "HEAD:refs/heads/main")
    head = asked(inner, "hash-object", "-t", "commit", "-w", "--stdin", given=signed.encode())
    asked(inner, "update-ref", "refs/heads/main", head)
    os.chdir(inner)
    (inner / "report.md").write_text(run("cite", "AZE").stdout.replace("/2018-01-01/", "/2018-01-02/"))
    for command in (["verify", "report.md"], ["diff", "HEAD"], ["brief", "--since", "2030"], ["diff"]):
        run(*command, "--draws", "100")
    assert not ran.exists()
    assert "cannot use bare repository" in run("diff", "HEAD").stderr


def test_no_program_of_the_settings_is_run(repository: Path) -> None:
    """Settings of a repository that came with its `.git`, such as in an archive, name programs for git to run."""
    ran = repository.parent / "ran"
    program = repository.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "gpg.program", "credential.helper"):
        asked(repository, "config", key, str(program))
    asked(repository, "-c", "core.fsmonitor=false", "mv", "profiles", "countries")
    (repository / "report.md").write_text(run("cite", "AZE", "--profiles", "countries", "--draws", "100").stdout)
    asked(repository, "-c", "core.fsmonitor=false", "commit", "--quiet", "--all", "--message=moved")
    ran.unlink(missing_ok=True)
    for command in (
        ["resolve", "small@1.0.0/AZE/2018-01-01/0123456789abcdef"],
        ["verify", "report.md", "--draws", "100"],
        ["diff", "HEAD~1", "--draws", "100"],
        ["brief", "--since", "HEAD~1", "--draws", "100"],
        ["check"],
    ):
        run(*command, "--profiles", "countries")
    assert not ran.exists()


def test_no_git_is_taken_from_the_checkout(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "git").write_text(f"#!/bin/sh\ntouch {repository / 'ran'}\n")
    (repository / "git").chmod(0o755)
    for path in (f".:{os.environ['PATH']}", f":{os.environ['PATH']}", "."):
        monkeypatch.setenv("PATH", path)
        result = run("diff", "HEAD")
    assert "git is not installed" in result.stderr
    assert not (repository / "ran").exists()


def test_a_replaced_object_is_not_taken(repository: Path) -> None:
    head = asked(repository, "rev-parse", "HEAD:profiles/AZE.yaml")
    asked(repository, "replace", head, blob(repository, DRAFTED))
    assert run("diff", "HEAD").stdout == "No score changed.\n"


def test_what_a_partial_clone_lacks_is_told_and_not_fetched(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "profiles" / "AZE.yaml").write_text(DRAFTED)
    git(repository, "commit", "--quiet", "--all", "--message=drafted")
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path_factory.mktemp("clone") / "partial"
    asked(repository, "clone", "--quiet", "--filter=blob:none", f"file://{repository}", str(clone))
    monkeypatch.chdir(clone)
    result = run("diff", "HEAD~1")
    assert result.exit_code == 2
    assert "git cannot read profiles at" in result.stderr
    assert "could not fetch" in result.stderr


def test_what_a_damaged_clone_lacks_is_told(repository: Path) -> None:
    hash_ = asked(repository, "rev-parse", "HEAD:profiles/AZE.yaml")
    (repository / ".git" / "objects" / hash_[:2] / hash_[2:]).unlink()
    result = run("diff", "HEAD")
    assert result.exit_code == 1
    assert ":profiles/AZE.yaml:1:1: is not in this clone; fetch it" in result.stderr


# -- nothing is written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..", ".", "../x", "a/../../b", ".git"])
def test_a_tree_may_name_what_it_likes(repository: Path, name: str) -> None:
    before = everything(repository.parent)
    raw = b"100644 " + name.encode() + b".yaml\0" + bytes.fromhex(blob(repository, PROFILE))
    raw += b"40000 " + name.encode() + b"\0" + bytes.fromhex(asked(repository, "rev-parse", "HEAD:profiles"))
    made = asked(repository, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    run("diff", with_profiles(repository, made), "--draws", "100")
    assert everything(repository.parent) == before


# -- bounds ------------------------------------------------------------------------------------------------------------


def test_a_commit_of_very_many_files(repository: Path) -> None:
    one = blob(repository, PROFILE)
    entries = [("100644 blob", one, f"A{number:06d}.yaml") for number in range(20_000)]
    result = run("diff", with_profiles(repository, tree(repository, *entries)))
    assert result.exit_code == 1
    assert ":profiles:1:1: has 20000 files; the limit is 1000" in result.stderr


def test_a_tree_that_multiplies_is_not_walked(repository: Path) -> None:
    """Nine levels of ten folders each: 10^9 files, of which those right in the folder count."""
    below = asked(repository, "rev-parse", "HEAD:profiles")
    for _ in range(9):
        below = tree(repository, *(("040000 tree", below, f"f{number}") for number in range(10)))
    result = run("diff", with_profiles(repository, below))
    assert result.exit_code == 0
    assert "AZE" in result.stdout


def test_a_file_too_large_is_told_by_its_size(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.files.reader.MAX_BYTES", 2**20)
    one = blob(repository, PROFILE + "#" * 3 * 2**20)
    read: list[bytes] = []
    monkeypatch.setattr(File, "parse", lambda self, _: read.append(self.data))
    found, _ = reading.files_at(
        with_profiles(repository, tree(repository, ("100644 blob", one, "AZE.yaml"))), Path("profiles")
    )
    assert [file.data for file in found] == [None]
    assert "has 3 MiB; the limit is 1 MiB" in str(found[0].problems[0])


@pytest.mark.usefixtures("repository")
def test_a_folder_too_large_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FOLDER", 1000)
    monkeypatch.setattr(disk, "MAX_FOLDER", 1000)
    assert "rubrics/small:1:1: has more than" in run("diff", "HEAD").stderr
    found, problems = reading.files_at("HEAD", Path("profiles"))
    assert (found, [problem.slug for problem in problems]) == ([], ["too-large"])


def test_more_than_git_may_print(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_OUTPUT", len(str(repository)) + 10)
    result = run("diff", "HEAD")
    assert result.exit_code == 2
    assert "git ls-tree prints more than" in result.stderr
    assert repository.exists()


@pytest.mark.parametrize("revision", ["a" * 5000, "HEAD" + "~1" * 3000, "é\n\x1b[31m", "@{-1}", "^HEAD", "HEAD:", ""])
def test_a_revision_that_is_none(repository: Path, revision: str) -> None:
    for command in (["diff", "--", revision], ["verify", "--revision", revision, "x.md"]):
        result = run(*command)
        assert result.exit_code == 2
        assert "unknown git revision" in result.stderr
        assert len(result.stderr) < 2000
    assert repository.exists()


# -- nothing is taken for another --------------------------------------------------------------------------------------


def test_a_revision_comes_before_a_folder_or_file_of_its_name(repository: Path) -> None:
    """A pull request may bring a folder that is called like the hash of its base, with profiles of its own."""
    head = asked(repository, "rev-parse", "HEAD")
    (repository / "profiles" / "AZE.yaml").write_text(DRAFTED)
    for name in (head, "main"):
        for part in ("rubrics", "profiles"):
            shutil.copytree(repository / part, repository / name / part)
        assert "AZE" in run("diff", name, "--draws", "100").stdout
        assert run("diff", f"./{name}").stdout == "No score changed.\n"
    run("lock", "-o", "v1.toml")
    assert "./v1.toml for the path of that name" in run("diff", "v1.toml").stderr
    git(repository, "branch", "v1.toml")
    assert "AZE" in run("diff", "v1.toml", "--draws", "100").stdout


@pytest.mark.parametrize("name", ["_a", "-b", "@c", "~d", ",e", "=f", "#g", ":(top)h", "*", "a b", "é"])
def test_a_folder_of_any_name(repository: Path, name: str) -> None:
    """Some of these letters are magic in git's patterns of paths."""
    git(repository, "mv", "profiles", f"./{name}")
    git(repository, "commit", "--quiet", "--message=moved")
    (repository / name / "AZE.yaml").write_text(DRAFTED)
    result = run("diff", "HEAD", "--profiles", f"./{name}", "--draws", "100", "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert '"country": "AZE"' in result.stdout
    assert '"GEO"' not in result.stdout


def test_profiles_in_a_submodule(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path_factory.mktemp("data")
    git(data, "init", "--quiet", "--initial-branch=main")
    (repository / "profiles").rename(data / "profiles")
    git(data, "add", ".")
    git(data, "commit", "--quiet", "--message=data")
    git(repository, "rm", "--quiet", "-r", "--cached", "profiles")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(data), "data")
    git(repository, "commit", "--quiet", "--message=submodule")
    where = ("--profiles", "data/profiles", "--draws", "100")
    assert run("diff", "HEAD", *where).stdout == "No score changed.\n"
    (repository / "data" / "profiles" / "AZE.yaml").write_text(DRAFTED)
    changed = run("diff", "HEAD", *where, "--format", "json").stdout
    assert '"country": "AZE"' in changed
    assert '"GEO"' not in changed
    git(repository / "data", "commit", "--quiet", "--all", "--message=drafted")
    git(repository, "commit", "--quiet", "--all", "--message=newer")
    assert '"country": "AZE"' in run("diff", "HEAD~1", *where, "--format", "json").stdout
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    asked(repository, "clone", "--quiet", str(repository), str(clone))
    monkeypatch.chdir(clone)
    (clone / "data" / "profiles").mkdir()
    (clone / "data" / "profiles" / "AZE.yaml").write_text(PROFILE)
    result = run("diff", "HEAD", *where)
    assert result.exit_code == 2
    assert "git cannot read data/profiles" in result.stderr


def test_a_repository_of_another_owner_is_told_as_git_tells_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(repository))
    for command in (["diff", "HEAD"], ["diff"]):
        result = run(*command)
        assert result.exit_code == 2
        assert "dubious ownership" in result.stderr


def test_the_contents_of_paths_are_those_of_git(repository: Path) -> None:
    name = "with a space.yaml"
    (repository / name).write_text("a: 1\n")
    git(repository, "add", "--all", ".")
    git(repository, "commit", "--quiet", "--message=a space")
    later, first = asked(repository, "rev-parse", "HEAD"), asked(repository, "rev-parse", "HEAD~1")
    paths = (Path("profiles"), Path(name), "rubrics/small", "nowhere", repository)
    known = {
        (commit, one): asked(repository, "rev-parse", f"{commit}:{one}")
        for commit, one in ((later, "profiles"), (later, name), (first, "profiles"), (first, "rubrics/small"))
    }
    whole = [asked(repository, "rev-parse", f"{commit}^{{tree}}") for commit in (later, first)]
    assert known[later, "profiles"] == known[first, "profiles"]
    assert reading.contents_of([later, first], paths) == {
        later: (known[later, "profiles"], known[later, name], known[first, "rubrics/small"], "", whole[0]),
        first: (known[first, "profiles"], "", known[first, "rubrics/small"], "", whole[1]),
    }
    assert reading.contents_of([later], [Path("a\nb")]) == {}
    assert reading.contents_of([later], [repository.parent]) == {}
