"""Reports are strangers' files: each format is read in one pass, in bounds, and what cannot be read is refused by name."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import STRICT, W, run, word_file

from scoring.citing.documents.reading import read
from scoring.files.archive import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable


def texts(data: str | bytes, suffix: str) -> list[str]:
    return [passage.text for passage in read(data.encode() if isinstance(data, str) else data, suffix).passages]


# -- one pass ----------------------------------------------------------------------------------------------------------


def repeated(unit: str, begins: str = "", ends: str = "") -> Callable[[int], bytes]:
    return lambda number: (begins + unit * number + ends).encode()


def in_word(unit: str, closes: str = "", begins: str = "", ends: str = "") -> Callable[[int], bytes]:
    """A part with the unit so many times, and then so many times what closes it."""
    return lambda number: word_file(begins + unit * number + closes * number + ends)


P = "<w:p><w:r><w:t>a</w:t></w:r></w:p>"
ATTACKS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "brackets": (".md", repeated("[")),
    "addresses": (".md", repeated("[a](")),
    "images": (".md", repeated("![a](b)")),
    "titles": (".md", repeated('[a](b "c ')),
    "dollars": (".md", repeated("$a ")),
    "blocks of mathematics": (".md", repeated("$$a\n\n")),
    "notes": (".md", lambda number: b"".join(b"[^%d]: a\n" % one for one in range(number))),
    "references to notes": (".md", repeated("[^a] ", "[^a]: b\n\n")),
    "definitions": (".md", repeated("[a]: b\n")),
    "struck out": (".md", repeated("~~a ")),
    "grid tables": (".md", repeated("+--+\n")),
    "rows of grids": (".md", repeated("|  |\n+--+\n", "+--+\n")),
    "simple tables": (".md", repeated("a   b\n", "--- ---\n")),
    "dashes": (".md", repeated("-----\na\n")),
    "notes of LaTeX": (".tex", lambda number: b"\\footnote{" * number + b"}" * number),
    "marks of LaTeX": (".tex", lambda number: b"\\footnotemark " * number + b"\\footnotetext{a}" * number),
    "superscripts of LaTeX": (".tex", lambda number: b"\\textsuperscript{a" * number + b"}" * number),
    "captions of LaTeX": (".tex", lambda number: b"\\caption{" * number + b"}" * number),
    "listings": (".tex", repeated("\\begin{verbatim}")),
    "brackets of LaTeX": (".tex", repeated("\\item[")),
    "formulas of LaTeX": (".tex", repeated("\\(")),
    "tables of LaTeX": (".tex", repeated("\\begin{tabular}{l}a")),
    "hidden": (".html", repeated("<p hidden>")),
    "titles of HTML": (".html", repeated("<b title='a'>")),
    "superscripts": (".html", repeated("a<sup>1")),
    "references of HTML": (".html", repeated("<a href='#a'>1</a>", "", "<p class=footnote id=a>b")),
    "cells over columns": (".html", repeated("<td colspan=99>a", "<table><tr>")),
    "values": (".csv", repeated('"a""b",')),
    "references of Word": (".docx", in_word("<w:footnoteReference w:id='1'/>", "", "<w:p>", "</w:p>")),
    "lines": (".txt", repeated("a\n")),
    "one line": (".txt", repeated("a ")),
    "rule": (".md", repeated("| : ", "|-", "x")),
    "rule of colons": (".md", repeated(":|:", "|-", "x")),
    "rules": (".md", repeated("|-|\n")),
    "rows": (".md", repeated("|a|b|\n")),
    "cells": (".md", repeated("|a", "", "\n|-|\n|a|")),
    "quotes": (".md", repeated("> > a\n")),
    "items": (".md", repeated("- a\n")),
    "footnotes": (".md", repeated("[^")),
    "entities": (".md", repeated("&#")),
    "entities of one character": (".md", repeated("&a;")),
    "tags without end": (".md", repeated("<b ")),
    "comments without end": (".md", repeated("<!--")),
    "comments": (".md", repeated("<!---->")),
    "emphasis": (".md", repeated("*a ")),
    "white space": (".md", repeated(" \t", "", "x")),
    "options without end": (".tex", repeated("\\begin{x}[")),
    "environments without end": (".tex", repeated("\\begin{")),
    "arguments without end": (".tex", repeated("\\begin{x}{")),
    "braces": (".tex", repeated("{")),
    "commands": (".tex", repeated("\\a")),
    "ampersands": (".tex", repeated("a\\& ")),
    "cells of LaTeX": (".tex", repeated("a & ")),
    "comments of LaTeX": (".tex", repeated("%a\n")),
    "quotes of attributes": (".html", repeated('<a ="')),
    "quotes of values": (".html", repeated("<a b='")),
    "comments of HTML": (".html", repeated("<!--")),
    "dashes in a comment": (".html", repeated("--!", "<!--")),
    "declarations": (".html", repeated("<![foo[")),
    "instructions": (".html", repeated("<?")),
    "ends without end": (".html", repeated("</a")),
    "tags that stay open": (".html", repeated("<div>a")),
    "tables in tables": (".html", repeated("<table><tr><td>a")),
    "columns": (".html", repeated("<td>a", "<table><tr>", "<tr><td>1")),
    "scripts": (".html", repeated("<script></")),
    "names of attributes": (".html", repeated(" a", "<a")),
    "references": (".html", repeated("&a")),
    "digits": (".html", repeated("1", "&#")),
    "paragraphs": (".docx", in_word(P)),
    "paragraphs in paragraphs": (".docx", in_word("<w:p>", "</w:p>")),
    "tables in tables of Word": (".docx", in_word(f"<w:tbl><w:tr><w:tc>{P}", "</w:tc></w:tr></w:tbl>")),
    "text boxes in text boxes": (
        ".docx",
        in_word("<w:p><w:r><w:t>a</w:t><w:txbxContent>", "</w:txbxContent></w:r></w:p>"),
    ),
    "alternatives in alternatives": (
        ".docx",
        in_word("<mc:AlternateContent><mc:Choice>", "</mc:Choice></mc:AlternateContent>"),
    ),
    "columns of Word": (".docx", in_word(f"<w:tc>{P}</w:tc>", "", "<w:tbl><w:tr>", "</w:tr></w:tbl>")),
    "rows of Word": (".docx", in_word(f"<w:tr><w:tc>{P}</w:tc></w:tr>", "", "<w:tbl>", "</w:tbl>")),
    "line ends": (".docx", in_word("\n", "", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>")),
    "namespaces without value": (".docx", in_word(" xmlns", "", '<x a="', '"/>')),
}


def seconds(data: bytes, suffix: str) -> float:
    """What a reading costs."""
    started = time.process_time()
    read(data, suffix)
    return time.process_time() - started


@pytest.mark.parametrize("name", ATTACKS)
def test_four_times_the_text_costs_no_sixteen_times_the_work(name: str) -> None:
    suffix, made = ATTACKS[name]
    few, many = made(5_000), made(20_000)
    once = min(seconds(few, suffix) for _ in range(2))
    assert any(seconds(many, suffix) < 8 * once + 0.1 for _ in range(2))  # a second time where the first was disturbed


@pytest.mark.parametrize("rule", ["|---|:-:|", "|- | --:", "|-|-|", "-|-:", "  |-|-|  \r"])
def test_a_line_under_the_heads_of_a_table(rule: str) -> None:
    assert texts(f"| a | b |\n{rule}\n|1|2|", ".md") == ["a; b", "a: 1; b: 2"]


@pytest.mark.parametrize("row", ["|a-|", "| - - |", "|-|:a|", "|--:-|", "|:|"])
def test_a_row_that_is_no_such_line(row: str) -> None:
    assert texts(f"| a | b |\n{row}\n|1|2|", ".md") == [f"| a | b |\n{row}\n|1|2|"]


def test_a_table_without_a_head_names_its_first_row_once() -> None:
    assert texts("<table><tr><td>Index<td>Id<tr><td>1<td>2", ".html") == ["Index; Id", "Index: 1; Id: 2"]
    assert texts("Index & Id \\\\\n1 & 2 \\\\", ".tex") == ["Index; Id", "Index: 1; Id: 2"]


# -- bounds ------------------------------------------------------------------------------------------------------------

MEBIBYTE = 2**20
LIMITS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bytes": (".txt", lambda: b"a" * (20 * MEBIBYTE + 1), "has more than 20 MiB; split it"),
    "bytes of a Word file": (".docx", lambda: b"a" * (20 * MEBIBYTE + 1), "has more than 20 MiB; split it"),
    "lines": (".txt", lambda: b"\n" * 400_001, "has more than 400,000 lines and marks of markup; split it"),
    "marks": (".md", lambda: b"*" * 400_001, "has more than 400,000 lines and marks of markup; split it"),
    "tags": (".html", lambda: b"<" * 400_001, "has more than 400,000 lines and marks of markup; split it"),
    "quotes in quotes": (".md", lambda: b"> " * 60 + b"a", "has lists, quotations or brackets that are nested too deep"),
    "lists in lists": (".md", lambda: b"- " * 60 + b"a", "has lists, quotations or brackets that are nested too deep"),
    "brackets in brackets": (".md", lambda: b"[" * 100_000 + b"]" * 100_000, "brackets that are nested too deep"),
    "bytes of Markdown": (".md", lambda: b"a" * (4 * MEBIBYTE + 1), "has more than 4 MiB; split it"),
    "lines of Markdown": (".md", lambda: b"a\n" * 60_001, "has more than 60,000 lines; split it"),
    "notes": (
        ".md",
        lambda: b"[^a] " * 5_000 + b"\n\n[^a]: " + b"*b* " * 5_000,
        "has, with headers and notes, more than 2,000,000 pieces of text; split it",
    ),
    "elements": (".docx", lambda: word_file("<w:p/>" * 400_000), "has more than 400,000 lines and marks"),
    "attributes": (".docx", lambda: word_file("<w:p a='' b=''/>" * 200_000), "has more than 400,000 lines and marks"),
    "heads": (
        ".md",
        lambda: b"|" + b"x" * 20_000 + b"|\n|-|\n" + b"|1|\n" * 5_000,
        "has, with column headers in each row, more than 20 MiB; split it",
    ),
    "heads of HTML": (".html", lambda: b"<table><tr><td>" + b"x" * 20_000 + b"<tr><td>1" * 5_000, "more than 20 MiB"),
    "a part": (".docx", lambda: word_file(" " * 20 * MEBIBYTE), "unpacks to text of more than 20 MiB; split it"),
    "parts together": (
        ".docx",
        lambda: word_file("", {f"word/header{n}.xml": f"<a>{' ' * 3 * MEBIBYTE}</a>" for n in range(8)}),
        "unpacks to text of more than 20 MiB; split it",
    ),
    "pictures": (
        ".docx",
        lambda: word_file("", {f"word/media/{n}": "\0" * 30 * MEBIBYTE for n in range(4)}),
        "unpacks to more than 100 MiB; split it",
    ),
    "entries": (".docx", lambda: word_file("", dict.fromkeys(map(str, range(10_001)), "")), "more than 10,000 parts"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_beyond_a_limit_is_refused_with_the_limit(name: str) -> None:
    suffix, made, says = LIMITS[name]
    with pytest.raises(UnreadableError, match=re.escape(says)):
        read(made(), suffix)


def test_what_a_header_says_of_a_size_is_only_said() -> None:
    data = word_file("", {"word/header.xml": " " * 21 * MEBIBYTE})
    size = struct.pack("<I", 21 * MEBIBYTE)
    assert data.count(size) == 2
    with pytest.raises(UnreadableError, match="is not a Word file"):  # it unpacks to more than it says
        read(data.replace(size, struct.pack("<I", 9)), ".docx")


HERE = Path(__file__).parent
WORST = """
from conftest import word_file
from scoring.citing.documents.reading import read
for data, suffix in (
    ("\\U0001f600".encode() + b"a" * (20 * 2**20 - 4), ".txt"),
    (word_file("<w:p><w:r><w:t>\\U0001f600" + "a" * (20 * 2**20 - 1000) + "</w:t></w:r></w:p>"), ".docx"),
    (word_file(f"<x xmlns:a='{'n' * 99}' " + " ".join(f"a:a{n}=''" for n in range(399_990)) + "/>"), ".docx"),
):
    read(data, suffix)
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""
"""VmHWM is of this program alone; getrusage begins with the peak of the process that started it."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux's /proc")
def test_the_worst_within_the_limits_takes_a_bounded_memory() -> None:
    done = subprocess.run([sys.executable, "-c", WORST], capture_output=True, check=True, cwd=HERE, text=True)
    assert int(done.stdout) < 400  # MiB


def test_reports_are_bounded_together_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.citing.reports.MAX_TOGETHER", 100)
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text("small text")
    result = run("verify", "a.txt", "b.txt", "c.txt", "--draws", "100")
    assert result.exit_code == 1
    assert result.stderr.startswith("b.txt:1:1: is not verified: with it the reports would take more than")
    assert "verify fewer in one run" in result.stderr
    assert result.stderr.count("\n") == 2


# -- what is broken ----------------------------------------------------------------------------------------------------

DOCUMENT = "word/document.xml"


def packed(
    method: int = zipfile.ZIP_DEFLATED, content: str | bytes = f"<w:document xmlns:w='{W}'/>" + " " * 99
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr(DOCUMENT, content)
    return buffer.getvalue()


def with_byte(data: bytes, after: bytes, offset: int, value: int) -> bytes:
    """The data with another byte so many behind each beginning of a header."""
    changed = bytearray(data)
    for found in re.finditer(re.escape(after), data):
        changed[found.start() + offset] = value
    return bytes(changed)


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
BODY = 30 + len(DOCUMENT)  # where the content of the first entry begins
BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"PK\xff\xfe nothing",
    "Word 97, or a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "no end": lambda: packed()[:-30],
    "deflate": lambda: with_byte(packed(), LOCAL, BODY, 0xFF),
    "bzip2": lambda: packed(zipfile.ZIP_BZIP2),
    "lzma": lambda: packed(zipfile.ZIP_LZMA),
    "checksum": lambda: with_byte(packed(), CENTRAL, 16, 0x99),
    "locked": lambda: with_byte(packed(), CENTRAL, 8, 1),
    "strongly locked": lambda: with_byte(packed(), CENTRAL, 8, 0x40),
    "unknown packing": lambda: with_byte(packed(), CENTRAL, 10, 77),
    "unknown version": lambda: with_byte(packed(), CENTRAL, 6, 99),
    "cut": lambda: with_byte(packed(), CENTRAL, 20, 3),
    "place beyond the file": lambda: with_byte(packed(), CENTRAL, 45, 0x7F),
    "name that is no UTF-8": lambda: with_byte(with_byte(packed(), CENTRAL, 9, 8), CENTRAL, 46, 0xFF),
    "name without end": lambda: word_file("", {"a" * 40_000: ""}).replace(b"a" * 40_000, b"\x81" * 40_000),
    "two of one name": lambda: word_file("", {"word/Document.xml": "<a/>"}),
    "a folder": lambda: word_file("", {"word/document.xml/": ""}, name="word/other.xml", space="urn:w"),
    "no document": lambda: packed(content="<a/>"),
    "another namespace": lambda: packed(content="<w:document xmlns:w='urn:w'/>"),
    "no XML": lambda: packed(content="<w:document>"),
    "Latin-1": lambda: packed(content="<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>".encode("latin-1")),
    "UTF-32": lambda: packed(content="<a/>".encode("utf-32")),
    "zero": lambda: packed(content=b"<a>\0</a>"),
    "character that is none": lambda: packed(content="<a>&#xD800;</a>"),
    "unknown entity": lambda: packed(content="<a>&b;</a>"),
    "entity": lambda: packed(content=f"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document xmlns:w='{W}'/>"),
    "namespace without end": lambda: packed(content=f"<w:document xmlns:w='{W}' xmlns:a='{'n' * 101}'/>"),
    "another part": lambda: word_file("", {"word/styles.xml": "<a>"}),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", BROKEN)
def test_a_word_file_that_is_broken_is_named_for_verify_and_for_fill(folder: Path, name: str) -> None:
    (folder / "bad.docx").write_bytes(BROKEN[name]())
    (folder / "good.md").write_text(run("cite", "AZE", "--draws", "100").stdout)
    for command in (("verify", "good.md", "bad.docx"), ("fill", "bad.docx", "-o", "out.docx")):
        result = run(*command, "--draws", "100")
        assert result.exit_code == 1
        assert result.stderr.startswith("bad.docx:1:1: is not a Word file; save it as .docx (")
        assert result.stderr.count("\n") == 1
        assert ("good.md:1:" in result.stdout) == (command[0] == "verify")
    assert not (folder / "out.docx").exists()


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("a<![foo[b]]>c", ["ac"]),
        ("a<!b", ["a"]),
        ("a<!-->b<!-- c -- > --!>d<!-- e", ["abd"]),
        ("a<?b?>c</ d>e</>f", ["acef"]),
        ("a < b <3", ["a < b <3"]),
        ("<p title='a>b' x=\"<p>\">c<p x=y>d<p a='", ["c (a>b)", "d"]),
        (f"&#{'1' * 5000};", ["\ufffd"]),
        ("&#x110000;&#xD800;&#65;&#x42&amp;&xyz;&notit", ["\ufffd\ufffdAB&&xyz;¬it"]),
        ("a<script>b</script >c<style>d</style", ["ac"]),
        ("a<SCRIPT src='x'/>b<template>c&amp;<template></template>d</template>e", ["abe"]),
        ("<tr><td>a<br>b<div>c</div></td><td>", ["a b c; "]),
        ("a<table><td>b<table><tr><td>c<table><tr><td>d", ["a", "b", "c", "d"]),
    ],
)
def test_markup_of_html_that_is_not_closed(page: str, shown: list[str]) -> None:
    assert texts(page, ".html") == shown


# -- Word --------------------------------------------------------------------------------------------------------------


def paragraph(*parts: str) -> str:
    return f"<w:p>{''.join(part if part[0] == '<' else f'<w:r><w:t>{part}</w:t></w:r>' for part in parts)}</w:p>"


def box(*parts: str) -> str:
    """A text box as Word writes it: twice, for programs of after and before 2010."""
    inside = "".join(parts)
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{inside}</w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent>{inside}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def test_a_text_box_is_read_once_and_by_itself() -> None:
    passages = read(
        word_file(paragraph("a", box(paragraph("b"), paragraph("c")), "d") + paragraph("e")), ".docx"
    ).passages
    assert [(passage.position, passage.text) for passage in passages] == [(1, "ad"), (2, "b"), (3, "c"), (6, "e")]


def test_a_table_in_a_table_is_read_once() -> None:
    inner = table((paragraph("x"), paragraph("y")), (paragraph("1"), paragraph("2")))
    outer = table((), (paragraph("a"), paragraph("b")), (paragraph("c") + inner + paragraph("d"), paragraph("e")))
    assert texts(word_file(outer), ".docx") == ["a; b", "a: c d; b: e", "x; y", "x: 1; y: 2"]


def test_a_part_is_what_its_root_says_in_either_namespace() -> None:
    for space in (W, STRICT):
        data = word_file(
            paragraph("a"),
            {
                "word/foot.bin": f"<w:footnotes xmlns:w='{space}'>{paragraph('b')}</w:footnotes>",
                "word/x.xml": "<x>c</x>",
            },
            name="word/document2.xml",
            space=space,
        )
        assert texts(data, ".docx") == ["a", "b"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_part_may_be_in_utf_16(encoding: str) -> None:
    xml = f"<?xml version='1.0' encoding='nothing'?><w:document xmlns:w='{W}'>{paragraph('é')}</w:document>"
    assert texts(packed(content=xml.encode(encoding)), ".docx") == ["é"]


def test_what_stands_beside_the_text_of_a_word_file_is_no_text() -> None:
    body = paragraph("a", "<w:tab/>", "<w:noBreakHyphen/>", "<w:br/>", "b", "<w:r><w:delText>c</w:delText></w:r>")
    assert texts(word_file(f"{body}<w:t>d</w:t><w:tc>{paragraph('e')}</w:tc><mc:Choice/>"), ".docx") == ["a -\nb", "e"]


def test_the_span_of_a_character_is_the_same_however_it_is_asked_for() -> None:
    (passage,) = read(b"a&amp;**b**\n  c", ".md").passages
    assert passage.text == "a&b\nc"
    spans = [(0, 1), (1, 6), (8, 9), (11, 12), (14, 15)]
    assert list(passage.spans) == spans
    assert [passage.spans[at] for at in range(5)] == spans
    assert passage.spans[1:-1] == tuple(spans[1:-1])
