"""A pull request's profile is data from a stranger: each file of the corpus is refused with its message, in bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import PILLAR, PROFILE, RUBRIC, run

from scoring.text.table import Column, Table, as_csv, as_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TEXT = "    text: No strategy is in force.\n"


def with_text(text: str) -> str:
    """The profile with another text in its first statement, given as YAML has it."""
    return PROFILE.replace(TEXT, f"    text: {text}\n")


def with_key(key: str) -> str:
    return PROFILE.replace(TEXT, f"{TEXT}    {key}\n")


def in_header(line: str) -> str:
    return PROFILE.replace("sources:\n", f"{line}\nsources:\n")


CORPUS: dict[str, tuple[str | bytes, str]] = {
    # code, in the tags of PyYAML and its kin
    "python object": (
        with_text("!!python/object/apply:os.system ['touch pwned']"),
        "tag tag:yaml.org,2002:python/object",
    ),
    "python name": (with_text("!!python/name:os.system"), "tag tag:yaml.org,2002:python/name"),
    "python module": (with_text("!!python/module:os"), "tag tag:yaml.org,2002:python/module"),
    "python tuple": (with_text("!!python/tuple [a]"), "tag tag:yaml.org,2002:python/tuple"),
    "python bytes": (with_text("!!python/bytes aGk="), "tag tag:yaml.org,2002:python/bytes"),
    "ruby object": (with_text("!ruby/object:Gem::Installer {i: x}"), "tag !ruby/object"),
    "java object": (with_text("!!javax.script.ScriptEngineManager []"), "tag tag:yaml.org,2002:javax"),
    "own tag": (with_text("!include /etc/passwd"), "tag !include"),
    "env tag": (with_text("!ENV ${HOME}"), "tag !ENV"),
    "binary": (with_text("!!binary aGVsbG8="), "tag tag:yaml.org,2002:binary"),
    "set": (with_key("note: !!set {a, b}"), "tag tag:yaml.org,2002:set"),
    "omap": (with_key("note: !!omap [a: b]"), "tag tag:yaml.org,2002:omap"),
    "timestamp": (with_key("note: !!timestamp 2018-01-01"), "tag tag:yaml.org,2002:timestamp"),
    "tag on a key": (
        PROFILE.replace("country: AZE", "!!python/name:os.system country: AZE"),
        "tag tag:yaml.org,2002:python/name:os.system is not allowed; write a plain key",
    ),
    "tag directive": ("%TAG ! tag:example.org,2018:\n---\n" + with_text("!x a"), "tag tag:example.org"),
    # amplification
    "billion laughs": (
        in_header("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"),
        "anchor &a is not allowed; write the value itself",
    ),
    "alias": (with_text("*nothing"), "alias *nothing"),
    "merge key": (with_key("<<: {credibility: 1}"), "anchors and merge keys are not allowed"),
    "recursion": (in_header("a: &a [*a]"), "alias *a"),
    "deep lists": (in_header("a: " + "[" * 5000), "nested deeper than 32"),
    "deep mappings": (in_header("a: " + "{a: " * 5000), "nested deeper than 32"),
    "deep questions": (in_header("a:\n  " + "? " * 5000), "a key must be plain text"),
    "long integer": (PROFILE.replace("format: 1", "format: " + "1" * 5000), "format"),
    "long exponent": (PROFILE.replace("share: 54", "share: 1e999999999"), "inf"),
    "hexadecimal": (PROFILE.replace("share: 54", "share: 0x" + "f" * 39), "share"),
    "infinite": (PROFILE.replace("share: 54", "share: .inf"), "inf"),
    "not a number": (PROFILE.replace("share: 54", "share: .nan"), "nan"),
    "minus": (PROFILE.replace("share: 54", "share: -1"), "share"),
    "sample below 0": (PROFILE.replace("n: 1000", "n: -5"), "n"),
    "sample beyond counting": (PROFILE.replace("n: 1000", "n: 1" + "0" * 60), "n"),
    "rank of nobody": (PROFILE.replace("of: 194", "of: 1"), "of"),
    "many marks": (with_text("o" + "\u0301\u0323" * 40), "more than 30 combining marks"),
    "tab by escape": (with_text('"a\\tb"'), "control character '\\t'"),
    "line separator by escape": (with_text('"a\\Lb"'), "control character '\\u2028'"),
    "text cut off by a comment": (
        with_text("The law passed in vote #12."),
        "9:34: statements[0].text: text ends before",
    ),
    # bytes and characters
    "escape sequence": (with_text('"\\e[31mred"'), "control character '\\x1b'"),
    "bell": (with_text('"ding\\a"'), "control character '\\x07'"),
    "backspace": (with_text('"a\\bb"'), "control character '\\x08'"),
    "carriage return": (with_text('"a\\rb"'), "control character '\\r'"),
    "C1 control": (with_text('"a\\x9bb"'), "control character '\\x9b'"),
    "right to left": (with_text('"a \\u202egnp.exe"'), "control character '\\u202e'"),
    "isolate": (with_text('"a \\u2066b"'), "control character '\\u2066'"),
    "byte order mark inside": (with_text('"a \\uFEFFb"'), "invisible character '\\ufeff'"),
    "raw right to left": (with_text("a \u202egnp.exe"), "control character '\\u202e'"),
    "raw escape": (with_text("\x1b]0;title\x07"), "control character '\\x1b'"),
    "raw NUL": (with_text("a\0b"), "control character '\\x00'"),
    "next line": (with_text("a\u0085b"), "control character '\\x85'"),
    "line separator": (with_text("a\u2028b"), "control character '\\u2028'"),
    "half a letter": (PROFILE.encode() + b"# \xc3\n", "is not valid UTF-8"),
    "overlong": (PROFILE.encode() + b"# \xc0\xaf\n", "is not valid UTF-8"),
    "surrogate": (PROFILE.encode() + b"# \xed\xa0\x80\n", "is not valid UTF-8"),
    "escaped surrogate": (with_text('"\\ud800"'), "invalid Unicode character"),
    "UTF-16": (PROFILE.encode("utf-16-le"), "control character"),
    "UTF-32": (PROFILE.encode("utf-32"), "is not valid UTF-8"),
    "zip": (b"PK\x03\x04" + bytes(64), "control character"),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(64), "control character"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(64), "is not valid UTF-8"),
    # ways out
    "path as a country": (PROFILE.replace("country: AZE", "country: ../../etc/passwd"), "country: '../../etc/passwd'"),
    "path as a source": (PROFILE.replace("source: page", "source: ../page", 1), "source: '../page'"),
    "path as an id": (PROFILE.replace("id: no-strategy", "id: ../no-strategy"), "id: '../no-strategy'"),
    "script address": (
        PROFILE.replace("publisher: A publisher", 'publisher: A, url: "javascript:alert(1)"'),
        "write a URL that starts with https:// or http://",
    ),
    "file address": (
        PROFILE.replace("publisher: A publisher", 'publisher: A, url: "file:///etc/passwd"'),
        "write a URL that starts with https:// or http://",
    ),
    "address with a line end": (
        PROFILE.replace("publisher: A publisher", 'publisher: A, url: "https://a.org/\\n::error::"'),
        "write a URL that starts with https:// or http://",
    ),
    "address with a space": (
        PROFILE.replace("publisher: A publisher", 'publisher: A, url: "https://a.org/ onclick=x"'),
        "write a URL that starts with https:// or http://",
    ),
    # structure
    "two documents": (PROFILE + "---\n" + PROFILE, "a second document begins here"),
    "list for a file": ("- a\n- b\n", "expected a mapping, got a list"),
    "text for a file": ("just text\n", "expected a mapping, got 'just text'"),
    "unknown key": (in_header("__class__: x"), "unknown key"),
    "model key": (in_header("model_config: {extra: allow}"), "unknown key"),
    "key of another type": (PROFILE.replace("country: AZE", "1: AZE"), "unknown key"),
    "key that is a list": (in_header("? [a, b]\n: c"), "a key must be plain text"),
    "twice": (PROFILE.replace("country: AZE", "country: GEO\ncountry: AZE"), "duplicate key"),
    "code of another kind": (PROFILE.replace("{strategy: none}", "{strategy: [none]}"), "strategy"),
    "code as a mapping": (PROFILE.replace("{strategy: none}", "{strategy: {a: {b: c}}}"), "strategy"),
    "truth for a number": (PROFILE.replace("credibility: 2", "credibility: true"), "credibility"),
    "text for a number": (PROFILE.replace("credibility: 2", 'credibility: "2"'), "credibility"),
    "number for a text": (with_text("12"), "expected text, got 12"),
    "long text": (with_text("a" * 5000), "text"),
    "date beyond the calendar": (PROFILE.replace("date: 2017\n", "date: 2017-02-30\n"), "is not a valid date"),
    "year 0": (PROFILE.replace("date: 2017\n", 'date: "0000"\n'), "is not a valid date"),
    "long key": (in_header("k" * 1000 + ": 1"), "unknown key"),
    "longer key": (in_header("k" * 5000 + ": 1"), "could not find expected ':'"),
    "broken": ("format: 1\n  country: [AZE\n", "invalid YAML"),
    "tab": (PROFILE.replace("    text:", "\ttext:", 1), "tab; use spaces"),
}


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file(folder: Path, name: str) -> None:
    data, says = CORPUS[name]
    assert data != PROFILE
    (folder / "profiles" / "AZE.yaml").write_bytes(data.encode() if isinstance(data, str) else data)
    result = run("validate")
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    for line in result.stderr.splitlines():
        assert line.isprintable()
        assert len(line) < 1500
        assert line.startswith("profiles/AZE.yaml:")
    assert sorted(path.name for path in folder.iterdir()) == ["profiles", "rubrics"]
    assert "Georgia (GEO)" in run("score").stdout  # the neighbour is scored all the same


# -- bounds ------------------------------------------------------------------------------------------------------------

MOST = 10 * 2**20
HUGE: dict[str, Callable[[], str]] = {
    "empty statements": lambda: PROFILE + "  - {}\n" * (MOST // 8),
    "statements": lambda: PROFILE + "".join(f"  - {{id: s{n}}}\n" for n in range(MOST // 20)),
    "unknown keys": lambda: "".join(f"k{n}: 1\n" for n in range(MOST // 12)),
    "sources": lambda: in_header("").replace(
        "sources:\n", "sources:\n" + "".join(f"  s{n}: {{}}\n" for n in range(MOST // 16))
    ),
    "one long line": lambda: with_text("a" * (MOST - 2000)),
    "one long key": lambda: in_header("k" * (MOST - 2000) + ": 1"),
    "one long comment": lambda: PROFILE + "#" * (MOST - 2000) + "\n",
    "hashes": lambda: PROFILE + "#a\n" * (MOST // 3 - 1000) + "a: b #c\n",
    "hashes in a line": lambda: in_header("a: [" + "'b #c', " * (MOST // 8 - 1000) + "]"),
    "invisible characters": lambda: with_text("é\u200d" * (MOST // 5 - 1000)),
    "joiners": lambda: with_text("\u0915\u094d\u200d\u0937" * (MOST // 12 - 1000)),
    "empty lines": lambda: with_text("|\n" + "\n" * (MOST - 2000)),
    "folded lines": lambda: with_text(">\n" + "      a\n" * (MOST // 9)),
    "quotes": lambda: with_text("'" + "''" * (MOST // 2 - 2000) + "'"),
    "escapes": lambda: with_text('"' + "\\u00e9" * (MOST // 6 - 2000) + '"'),
    "marks": lambda: with_text("o" + "\u0301\u0323" * (MOST // 4 - 1000)),
    "letters with marks": lambda: with_text("o\u0301" * (MOST // 3 - 1000)),
    "lists in a line": lambda: in_header("a: [" + "[]," * (MOST // 3 - 1000) + "]"),
    "brackets": lambda: "[" * (MOST - 2000),
    "braces": lambda: "{a: " * (MOST // 4 - 1000),
    "questions": lambda: "? " * (MOST // 2 - 1000),
    "dashes": lambda: "- " * (MOST // 2 - 1000),
    "anchors": lambda: "a: [" + "&a x," * (MOST // 5 - 1000) + "]",
    "duplicate keys": lambda: "a: 1\n" * (MOST // 5 - 1000),
    "documents": lambda: "--- a\n" * (MOST // 6 - 1000),
    "directives": lambda: "%A a\n" * (MOST // 5 - 1000),
    "digits": lambda: PROFILE.replace("share: 54", "share: " + "9" * (MOST - 2000)),
    "too large": lambda: PROFILE + "#" * MOST,
}
SECONDS, MEBIBYTES = 30, 1500


# Each command in a process of its own within a limit of memory, from one that has imported what they need: its exit
# code, the CPU seconds that it took, and what it said
BOUNDED = """
import json, os, resource, sys, tempfile
import scoring.cli.commands, scoring.files.load, scoring.index.assessment, scoring.uncertainty.simulation, yaml
from scoring.cli import main

for line in sys.stdin:
    folder, arguments, limit = json.loads(line)
    with tempfile.TemporaryFile() as errors:
        if not (child := os.fork()):
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.dup2(errors.fileno(), 2)
            sys.argv = ["scoring", *arguments]
            main()
        _, status, used = os.wait4(child, 0)
        errors.seek(0)
        said = errors.read().decode()
    print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, said]), flush=True)
"""


@pytest.fixture(scope="module")
def bounded() -> Iterator[Callable[..., tuple[int, float, str]]]:
    """Run a command in a folder with at most `MEBIBYTES`."""
    with subprocess.Popen(
        [sys.executable, "-c", BOUNDED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        stdin, stdout = server.stdin, server.stdout

        def run_in(folder: Path, *arguments: str) -> tuple[int, float, str]:
            print(json.dumps([str(folder), arguments, MEBIBYTES * 2**20]), file=stdin, flush=True)
            code, seconds, said = json.loads(stdout.readline())
            return code, seconds, said

        yield run_in
        stdin.close()


def cpu_seconds() -> float:
    """Those of this process, whatever else the machine does."""
    return sum(os.times()[:2])


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_file_is_refused_in_bounds(
    folder: Path, bounded: Callable[..., tuple[int, float, str]], name: str
) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(HUGE[name]())
    code, seconds, said = bounded(folder, "validate", "profiles/AZE.yaml")
    assert seconds < SECONDS
    fine = name == "one long comment"
    assert code == (0 if fine else 1), said[-2000:]
    assert "Traceback" not in said
    assert fine or said.startswith("profiles/AZE.yaml:")
    assert len(said) < 100_000


# -- ways out of the folder --------------------------------------------------------------------------------------------


def test_links_out_of_the_folder_are_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text("password: hunter2\n")
    (folder / "profiles" / "MDA.yaml").symlink_to(outside / "secret.yaml")
    (folder / "profiles" / "UKR.yaml").symlink_to("../../../../../../etc/passwd")
    (folder / "rubrics" / "small" / "extra.yaml").symlink_to(outside / "secret.yaml")
    result = run("validate")
    assert result.exit_code == 1
    assert "rubrics/small/extra.yaml:1:1: is a symbolic link that leaves its folder" in result.stderr
    (folder / "rubrics" / "small" / "extra.yaml").unlink()
    result = run("validate")
    assert result.stderr.count("is a symbolic link that leaves its folder") == 2
    assert "hunter2" not in result.stderr + result.stdout


def test_a_folder_that_is_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder / "profiles").rename(outside / "profiles")
    (folder / "profiles").symlink_to(outside / "profiles")
    result = run("score")
    assert result.exit_code == 1
    assert "profiles:1:1: is a symbolic link that leaves its folder" in result.stderr


def test_a_link_inside_the_folder_is_no_way_out(folder: Path) -> None:
    (folder / "profiles" / "kept").mkdir()
    (folder / "profiles" / "GEO.yaml").rename(folder / "profiles" / "kept" / "GEO.yaml")
    (folder / "profiles" / "GEO.yaml").symlink_to("kept/GEO.yaml")
    assert run("validate").exit_code == 0


def test_a_pipe_and_a_device_are_no_files(folder: Path) -> None:
    os.mkfifo(folder / "profiles" / "MDA.yaml")
    result = run("validate")
    assert "profiles/MDA.yaml:1:1: is not a file" in result.stderr


def test_a_file_name_that_steers_a_terminal(folder: Path) -> None:
    (folder / "profiles" / "A\x1b[31m\n::error::.yaml").write_text(PROFILE)
    result = run("validate")
    assert result.exit_code == 1
    assert "profiles/A\\x1b[31m\\n::error::.yaml:2:10" in result.stderr
    assert all(line.isprintable() for line in result.stderr.splitlines())
    github = run("validate", "--format", "github").stdout
    assert len(github.splitlines()) == 1
    assert "%0A%3A%3Aerror%3A%3A" in github


def test_nothing_is_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket  # noqa: PLC0415

    def refused(*_: object, **__: object) -> None:
        message = "a network call"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", refused)
    text = PROFILE.replace("publisher: A publisher", 'publisher: A, url: "https://example.org/x"')
    (folder / "profiles" / "AZE.yaml").write_text(text)
    for command in (["score"], ["validate"], ["lock"], ["check"], ["statements"], ["explain", "AZE"]):
        assert run(*command).exit_code == 0


# -- text goes out as text ---------------------------------------------------------------------------------------------

STRANGE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "@everyone see #12 and GH-3",
    "https://evil.example www.evil.example",
    "a | b | c",
    "`code` *bold* _it_ ~~gone~~",
    "&lt;b&gt; &#64;all",
    "-->",
]


@pytest.mark.parametrize("text", STRANGE)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    line = as_markdown(Table((Column("Text"),), ((text,),))).splitlines()[2]
    cell = line.removeprefix("| ").removesuffix(" |")
    for begins in ("<", "://", "www.", "&lt;", "&#64;"):
        assert begins not in cell
    assert "@e" not in cell
    assert "#1" not in cell
    for mark in "|`*~[":
        assert cell.count(mark) == cell.count(f"\\{mark}")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_spreadsheet_runs_no_cell(cell: str) -> None:
    lines = as_csv(["text"], [[cell]])
    assert lines.split("\n", 1)[1].lstrip('"').startswith("'")


def test_a_rubric_may_be_hostile_too(folder: Path) -> None:
    path = folder / "rubrics" / "small" / "rubric.yaml"
    for text, says in (
        (RUBRIC.replace("kappa: 60", "kappa: 0"), "kappa"),
        (RUBRIC.replace("weight: 0.25", "weight: -1"), "weight"),
        (RUBRIC.replace("exponent: 0.5", "exponent: .inf"), "inf"),
        (RUBRIC.replace("{state: 1}", "{../state: 1}"), "../state"),
        (RUBRIC.replace("title: A small index", "title: !!python/name:os.system"), "tag"),
    ):
        path.write_text(text)
        result = run("score")
        assert result.exit_code == 1
        assert says in result.stderr
    path.write_text(RUBRIC)
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace("weight: 0.5", "weight: 1e400"))
    assert run("score").exit_code == 1
    json.loads(run("schema", "rubric", "--rubric", str(folder / "rubrics")).stdout or "{}")


ID = "small@1.0.0/AZE/2018-01-01/0123456789abcdef"
REPORTS = {
    "letters.md": lambda: "a" * MEBIBYTE,
    "comments.md": lambda: "<!--" * (MEBIBYTE // 4) + ID,
    "tags.md": lambda: "<b" * (MEBIBYTE // 2),
    "words.md": lambda: f"index {' ' * MEBIBYTE}{ID}",
    "digits.md": lambda: f"index {'9' * MEBIBYTE} {ID}",
    "lines.md": lambda: "a | b\n" * (MEBIBYTE // 6) + ID,
    "ids.md": lambda: f"index 1.5 {ID}#estimate " * (MEBIBYTE // 62),
    "rows.md": lambda: "| Index | Id |\n|---|---|\n" + f"| 1.5 | {ID} |\n" * (MEBIBYTE // 55),
    "cells.tex": lambda: "a & " * (MEBIBYTE // 4),
    "braces.tex": lambda: "\\begin{" * (MEBIBYTE // 7),
    "tags.html": lambda: "<td>" * (MEBIBYTE // 4),
    "entities.html": lambda: "&a" * (MEBIBYTE // 2),
    "too-large.md": lambda: "a" * (20 * MEBIBYTE + 1),
}
MEBIBYTE = 2**20


@pytest.mark.parametrize("name", REPORTS)
def test_a_huge_report_is_read_in_bounds(
    folder: Path, bounded: Callable[..., tuple[int, float, str]], name: str
) -> None:
    (folder / name).write_text(REPORTS[name]())
    code, seconds, said = bounded(folder, "verify", "--draws", "100", name)
    assert seconds < SECONDS
    assert code in (0, 1, 3), said
    assert "Traceback" not in said


def test_a_huge_placeholder_is_refused_in_bounds(folder: Path) -> None:
    (folder / "t.md").write_text("{{ " + "a " * (MEBIBYTE // 2) + "}} {{" + " " * MEBIBYTE)
    started = cpu_seconds()
    assert "unknown-placeholder" in run("fill", "t.md", "--draws", "100").stderr
    assert cpu_seconds() - started < SECONDS
