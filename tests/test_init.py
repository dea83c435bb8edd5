"""`scoring init`: the index that it writes can be scored at once, and replaces nothing."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import run
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import UnknownNameError
from scoring.files.disk import File
from scoring.files.load import profiles_of, rubric_of
from scoring.files.writing import HOST
from scoring.index.assessment import assess
from scoring.render.starter import NAMES, starter

if TYPE_CHECKING:
    from scoring.errors import Problem
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.render.starter import Size

SHIPPED = re.compile(r"resilien(?!ce-scoring)|hostile|russia|azerbaijan|exposure", re.IGNORECASE)
KINDS = ["checklist", "count", "group", "levels", "number", "rank", "share"]


def written(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def read(files: dict[str, bytes]) -> tuple[RuleBook, tuple[Profile, ...], tuple[Problem, ...]]:
    """Rubric, profiles and problems of files in memory."""
    opened = [File(Path(name).name, name, data) for name, data in files.items()]
    book, problems = rubric_of([file for file in opened if file.name.startswith("rubrics/")], (), "rubrics")
    assert book is not None, problems
    profiles, more = profiles_of([file for file in opened if file.name.startswith("profiles/")], (), book)
    return book, profiles, (*problems, *more)


@pytest.mark.parametrize("options", [(), ("--minimal",), ("--title", "Права", "--pillars", "a,b,c")])
def test_what_is_written_is_valid_and_scored_at_once(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", "own", *options)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"own: {len(written(Path('own')))} files written")
    monkeypatch.chdir("own")
    assert run("validate", "--strict").exit_code == 0
    assert re.search(r"2 profiles\.$", run("validate").stdout.strip())
    rows = run("score", "--format", "csv").stdout.splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["XAA", "Exampleland"], ["XAB", "Otherland"]]
    assert "Withheld" not in run("score").stdout


def test_the_minimal_index_has_the_figures_that_its_levels_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", ".", "--minimal")
    table = run("score").stdout
    assert re.search(r"Exampleland \(XAA\)\s+100\.0 ", table)  # the third of three levels
    assert re.search(r"Otherland \(XAB\)\s+50\.0 ", table)  # the second


def test_the_full_index_has_each_kind_once_in_all_its_pillars_together() -> None:
    for pillars in (["a"], ["a", "b"], ["a", "b", "c"], list("abcdefg")):
        book, *_ = read(starter("full", "Own", pillars))
        assert sorted(indicator.kind for pillar in book.pillars for indicator in pillar.indicators) == KINDS
    assert all(len(pillar.indicators) == 1 for pillar in read(starter("full", "Own", list("abcdefghij")))[0].pillars)


@pytest.mark.parametrize("count", range(1, 11))
def test_both_units_are_published_whatever_the_number_of_pillars(count: int) -> None:
    book, profiles, problems = read(starter("full", "Own", [f"pillar {number}" for number in range(count)]))
    assert problems == ()
    assert [country.is_published for country in assess(book, profiles).countries] == [True, True]


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4), st.sampled_from(("full", "minimal")))
def test_any_title_is_refused_with_a_reason_or_read_back_as_it_is(title: str, pillars: list[str], size: Size) -> None:
    try:
        files = starter(size, title, pillars)
    except UnknownNameError:
        return  # with a message that the tests below read
    book, profiles, problems = read(files)
    assert problems == ()
    assert len(profiles) == 2
    assert book.rubric.title == title.strip()
    assert len(book.pillars) == len(pillars)


@pytest.mark.parametrize(
    "title",
    [
        'Say "no" \\ and $pillars: {a: 1} # x',
        "{{ XAA.index }} <b>",
        "Ελευθερία",
        "é" * 200,
        "TRUE",
        "false",
        "Null",
        "On",
    ],
)
def test_titles_with_signs_of_their_own_are_read_back(title: str) -> None:
    book, _, problems = read(starter("full", title, ["media"]))
    assert problems == ()
    assert book.rubric.title == title


@pytest.mark.parametrize(
    ("pillars", "message"),
    [
        ("", "a pillar is ''"),
        ("media,", "a pillar is ''"),
        ("media,Media", "two pillars have the id media"),
        ("rubric", "the name of another file"),
        ("Медиа", "makes no id"),
        ("2024", "makes no id"),
        ("Null", "makes no id"),
        ("x" * 41, "at most 40 letters"),
        ("a,a_plan", "cannot be used together"),
        (",".join(f"p{number}" for number in range(51)), "51 pillars; give 1 to 50"),
    ],
)
def test_pillars_that_cannot_be_used_are_refused_and_nothing_is_written(
    pillars: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", "own", "--pillars", pillars)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", " ", "two\nlines", "\u202e", "x" * 201])
def test_a_title_that_is_no_line_is_refused(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", "own", "--title", title)
    assert result.exit_code == 2
    assert "write one line of at most 200 characters" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_nothing_that_exists_is_replaced_and_nothing_is_written_beside_it(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    taken = Path("own", name)
    taken.parent.mkdir()
    if kind == "file":
        taken.write_text("mine")
    elif kind == "folder":
        taken.mkdir()
        (taken / "FRA.yaml").write_text("mine")
    else:
        taken.symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    result = run("init", "own")
    assert result.exit_code == 2
    assert f"own has {name} already, and nothing is replaced" in result.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert written(tmp_path) in ({}, {f"own/{name}": b"mine"}, {f"own/{name}/FRA.yaml": b"mine"})


def test_an_init_that_was_killed_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", "own").exit_code == 0
    whole = written(tmp_path)
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    for missing in (["report.md"], ["report.md", "README.md"], ["profiles/XAA.yaml"], sorted(set(whole) - {"x"})[:1]):
        for name in missing:
            Path("own", name.removeprefix("own/")).unlink()
        Path("own", "profiles", f".scoring-{HOST}-{ended.pid}-abcdef12").write_text("half")
        result = run("init", "own")
        assert result.exit_code == 0, result.stderr
        assert {name: data for name, data in written(tmp_path).items() if ".scoring" not in name} == whole
    Path("own", "report.md").unlink()
    Path("own", "README.md").write_text("edited")
    assert "README.md already, and" in run("init", "own").stderr
    Path("own", "README.md").write_bytes(whole["own/README.md"])
    Path("own", "profiles", f".scoring-{HOST}-{os.getpid()}-abcdef12").write_text("of a process that runs")
    assert "profiles already, and" in run("init", "own").stderr


def test_empty_folders_and_other_files_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("profiles").mkdir()
    Path("notes.txt").write_text("mine")
    assert run("init", ".").exit_code == 0
    assert Path("notes.txt").read_text() == "mine"


def test_a_folder_behind_a_link_or_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("elsewhere").mkdir()
    Path("own").symlink_to("elsewhere")
    assert run("init", "own").exit_code == 1
    assert list(Path("elsewhere").iterdir()) == []
    Path("file").write_text("mine")
    assert run("init", "file").exit_code == 2
    assert run("init", "file/below").exit_code == 1
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("options", [(), ("--minimal",)])
def test_no_output_of_an_own_index_has_a_word_of_the_shipped_one(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", ".", *options)
    Path("report.md").write_text("{{ table: ranking }}\n\n{{ XAA.cite }}\n")
    few = ("--draws", "100")
    printed = [
        run(*command)
        for command in (
            *(("score",), ("explain", "XAA"), ("rank", *few), ("compare", "XAA", "XAB", *few), ("trend", "XAA", *few)),
            *(("levers", "XAA"), ("audit", *few), ("sensitivity", *few), ("calibrate", "--repeats", "1", *few)),
            *(
                ("validity",),
                ("agreement",),
                ("statements",),
                ("cite", "--all", *few),
                ("cite", "XAA", "--style", "apa"),
            ),
            *(("fill", "report.md", *few), ("brief", "--since", "2020", *few), ("new", "FRA"), ("lock",), ("check",)),
            *(("site", "out/site", *few), ("figures", "out/figures", *few), ("docs", "-o", "out/docs", *few)),
            ("export", "out/export", "--format", "datapackage", "--format", "sdmx", *few),
        )
    ]
    assert [result.stderr for result in printed if result.exit_code] == []
    texts = [result.output for result in printed]
    texts += [path.read_text() for path in Path("out").rglob("*.*") if path.is_file()]
    assert [match for text in texts for match in SHIPPED.findall(text)] == []
