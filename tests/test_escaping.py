"""Text of others is text in every output: with it a page has the structure that it has with a plain word, and the text.

Each output is made twice, from a book in which every text is the strange one and from one in which it is a plain word.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import rispy
import yaml
from bibtexparser.entrypoint import parse_string
from conftest import PILLAR, PROFILE, RUBRIC, run
from markdown_it import MarkdownIt

from scoring.files.load import load
from scoring.render.skeleton import skeleton
from scoring.text.markdown import linked, plain
from scoring.text.table import Column, Table, as_csv, as_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

WORD, SHORT = "Word", "Short"
STRANGE = [  # each where it is the whole text
    r"""[x](http://e) <img src=x onerror=1> | @team #1 `code` *b* \ & "q" {{ AZE.index }}""",
    "![i](https://e.org/i.png) <https://e.org> www.e.org GH-12 $x$ ^y^ ~~z~~ __b__ &copy; &#60;b&#62; <!-- c --> }}",
    "- - -",
    "- item",
    "+ item",
    "12. item",
    "1) item",
    "> quote",
    "# head #",
    "---",
    "***",
    "::: {.note}",
    "~~~ html",
    "```{=latex}",
    "<script>alert(1)</script>",
    "| a | b |",
    "[^1]: note",
    "[x]: http://e",
    "\\",
    "=1+1",
]
SHORT_STRANGE = "[|]*_<&`"
URL = "https://e.org/a|b)c?x=1&copy;2>`d`"
DRAWS = ("--draws", "100")


def written(folder: Path, text: str, short: str) -> None:
    """The rubric, two profiles, a table of others and a template, with a text wherever there may be one."""
    given = json.dumps(text)
    rubric = RUBRIC.replace("title: A small index", f"title: {given}").replace("label: low", f"label: {given}")
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(rubric)
    pillar = re.sub(r"(question|rationale|text): [^,}\n]+", lambda found: f"{found[1]}: {given}", PILLAR)
    pillar = pillar.replace("title: State", f"title: {given}\nshort: {json.dumps(short)}")
    pillar = pillar.replace("    kind: levels\n", f"    guidance: {given}\n    kind: levels\n", 1)
    (folder / "rubrics" / "small" / "state.yaml").write_text(pillar)
    source = f"{{title: {given}, publisher: {given}, reliability: B, url: {json.dumps(URL)}, note: {given}}}"
    profile = PROFILE.replace(
        '{title: A page, publisher: A publisher, reliability: B, archived: "https://example.org"}', source
    )
    profile = re.sub(r"(text|locator): .+", lambda found: f"{found[1]}: {given}", profile)
    profile = profile.replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2019]")
    twice = (
        f"strategy: none}}\n    coders: {{second: {{strategy: drafted}}}}\n    adjudication: {given}\n    note: {given}"
    )
    (folder / "profiles" / "AZE.yaml").write_text(profile.replace("strategy: none}", twice))
    (folder / "profiles" / "GEO.yaml").write_text(
        profile.replace("country: AZE", "country: GEO").replace(
            "{strategy: none}", "{strategy: adopted, awareness: {site: true}}"
        )
    )
    (folder / "published").mkdir(exist_ok=True)
    texts = "".join(f"{key}: {given}\n" for key in ("title", "publisher", "read_from", "measures", "expected", "found"))
    more = "year: 2017\naccessed: 2018-01-05\nbetter: lower\nnear: [state]\nvalues: {AZE: 1, GEO: 9, MDA: 4, UKR: 4}\n"
    (folder / "published" / "table.yaml").write_text(f"{texts}url: {json.dumps(URL)}\n{more}")
    (folder / "t.md").write_text("{{ rubric.title }}\n\n{{ AZE.cite }}\n\n{{ table: pillars }}\n\n{{ table: AZE }}\n")


def pages(folder: Path, text: str, short: str) -> dict[str, str]:
    """Every output that is Markdown, by the command that makes it."""
    written(folder, text, short)
    run("lock")
    found = {}
    markdown = ("--format", "markdown")
    for command in (
        ("score", *markdown),
        ("rank", *DRAWS, *markdown),
        ("compare", "AZE", "GEO", *DRAWS, *markdown),
        ("trend", "AZE", *DRAWS, *markdown),
        ("levers", "AZE", *markdown),
        ("sensitivity", *DRAWS, *markdown),
        ("audit", "--all", *DRAWS, *markdown),
        ("agreement", *markdown),
        ("validity", *markdown),
        ("statements", *markdown),
        ("brief", "--since", "2015", *DRAWS),
        ("cite", "AZE", "--style", "markdown", *DRAWS),
        ("fill", "t.md", *DRAWS),
    ):
        result = run(*command)
        assert result.exit_code == 0, result.stderr
        found[" ".join(command)] = result.stdout
    for command in (("docs", *DRAWS), ("figures", "charts", *DRAWS), ("export", "data", "--format", "sdmx", *DRAWS)):
        assert run(*command).exit_code == 0
    for name in ("docs", "charts", "data"):
        for path in (folder / name).rglob("*.md"):
            found[path.relative_to(folder).as_posix()] = path.read_text()
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace("strategy: none", "strategy: adopted"))
    found["check"] = run("check", *markdown).stdout
    found["diff"] = run("diff", "scores.lock", *markdown).stdout
    return found


def structure(markdown: str) -> tuple[list[tuple[str, str, str]], str]:
    """What a page is made of as CommonMark with GitHub's tables and strokes has it, and its text."""
    tokens: list[tuple[str, str, str]] = []
    text: list[str] = []

    def walk(some: list[Token]) -> None:
        for one in some:
            if one.type == "text":
                text.append(one.content)
            elif one.type == "inline":
                walk(one.children or [])
                text.append("\n")
            else:
                target = one.attrs.get("href") or one.attrs.get("src") or ""
                tokens.append((one.type, str(target), one.content if one.type.startswith(("code", "html")) else ""))
                if one.type == "image":
                    walk(one.children or [])

    markdown = re.sub(r"[0-9a-f]{12,64}", "digest", markdown)
    walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown))
    return tokens, "".join(text).replace("\u200b", "")


@pytest.fixture(scope="module")
def plain_pages() -> dict[str, str]:
    """Of the plain word, made once."""
    return {}


@pytest.mark.parametrize("strange", STRANGE[:3], ids=["first", "second", "third"])
def test_every_page_has_the_structure_and_the_text(folder: Path, strange: str, plain_pages: dict[str, str]) -> None:
    if not plain_pages:
        plain_pages.update(pages(folder, WORD, SHORT))
    for name, found in pages(folder, strange, SHORT_STRANGE).items():
        tokens, text = structure(found)
        plain_tokens, plain_text = structure(plain_pages[name])
        assert tokens == plain_tokens, name
        assert text.replace(SHORT_STRANGE, SHORT).replace(strange, WORD) == plain_text, name
        assert strange in text or name == "diff", name
        lines = [line for line in found.splitlines() if "](<" not in line]
        assert not any(mark in line for line in lines for mark in ("://", "www.", "GH-12")), name  # GitHub links them
        assert "{{" not in found, name  # nor is it filled when it is filled again


@pytest.mark.parametrize("strange", STRANGE)
def test_a_text_is_text_wherever_a_page_has_one(strange: str) -> None:
    def page(text: str) -> str:
        table = as_markdown(Table((Column(text), Column("b")), ((text, text),), (text,), text))
        shown = plain(text)
        return f"{shown}\n\n# {shown}\n\n- {shown}\n\n*{shown}* {linked(text, URL)} ![{shown}](x.svg)\n\n> {shown}\n\n{table}"

    tokens, text = structure(page(strange))
    assert tokens == structure(page(WORD))[0]
    assert text.replace(strange, WORD) == structure(page(WORD))[1]


def test_an_address_stays_what_it_is() -> None:
    [(_, found, _), *_] = [
        one for one in structure(f"| a |\n| --- |\n| {linked('x', URL)} |")[0] if one[0] == "link_open"
    ]
    assert found == "https://e.org/a%7Cb)c?x=1&copy;2%3E%60d%60"


def test_the_name_of_a_file_is_text_too(folder: Path) -> None:
    written(folder, WORD, SHORT)
    name = 'a](b) <i> "c" #d?\\%20'
    (folder / "published" / "table.yaml").rename(folder / "published" / f"{name}.yaml")
    assert run("docs", *DRAWS).exit_code == 0
    [source] = [
        target for kind, target, _ in structure((folder / "docs" / "validity.md").read_text())[0] if kind == "image"
    ]
    assert (folder / "docs" / unquote(source)).is_file()
    assert unquote(source) == f"validity/{name}.svg"


@pytest.mark.parametrize("strange", [*STRANGE[:2], "a } b { c | d \\end{document} %", "<b>&]]></svg>\"'"])
def test_other_formats_hold_the_text_as_text(folder: Path, strange: str) -> None:
    written(folder, strange, SHORT_STRANGE)
    for name in ("levels", "sources", "statements"):
        rows = list(csv.reader(io.StringIO(exported(folder)[name])))
        assert any(strange in row for row in rows), name
        assert len({len(row) for row in rows}) == 1
    assert run("lock").exit_code == 0
    lock = tomllib.loads((folder / "scores.lock").read_text())
    assert lock["countries"]["AZE"]["band"] == strange
    skeleton = run("new", "MDA", "--as-of", "2018-01-01").stdout
    assert yaml.safe_load(skeleton).keys() == {"format", "country", "actor", "as_of", "sources", "statements"}
    [item] = json.loads(run("cite", "AZE", "--style", "csl-json", *DRAWS).stdout)
    assert item["title"] == f"Azerbaijan, {strange}"
    [ris] = rispy.loads(run("cite", "AZE", "--style", "ris", *DRAWS).stdout)
    assert ris["title"] == f"Azerbaijan, {strange}"
    library = parse_string(run("cite", "AZE", "--style", "bibtex", *DRAWS).stdout)
    assert not library.failed_blocks
    [entry] = library.entries
    assert {field.key for field in entry.fields} == {"title", "edition", "version", "note", "annote"}
    latex = re.sub(
        r"\\(?:[&%$#_]|text[a-z]+\{\}|texttt\{(?:[^{}]|\{\})*\})",
        "",
        run("cite", "AZE", "--style", "latex", *DRAWS).stdout,
    )
    assert not re.search(r'[\\{}&%$#_~^<>|"]', latex)
    assert run("docs", *DRAWS).exit_code == 0
    assert run("figures", "charts", *DRAWS).exit_code == 0
    drawn = [*(folder / "charts").glob("*.svg"), folder / "docs" / "validity" / "table.svg"]
    elements = {element.tag.rpartition("}")[2] for path in drawn for element in ET.parse(path).iter()}  # noqa: S314  ours
    assert elements <= {
        "svg",
        "title",
        "desc",
        "style",
        "g",
        "rect",
        "line",
        "circle",
        "path",
        "text",
        "tspan",
        "polygon",
    }


def test_a_title_of_two_lines_stays_in_the_comments_of_a_skeleton(folder: Path) -> None:
    assert folder.is_dir()
    book, _ = load()
    pillar = book.pillars[0].model_copy(update={"title": "a\nstatements: [b]"})
    text = skeleton("MDA", None, "RUS", "2018-01-01", book.model_copy(update={"pillars": (pillar,)}))
    assert yaml.safe_load(text)["statements"] == []


def exported(folder: Path) -> dict[str, str]:
    """The tables of the data package, by name."""
    run("export", "data", "--format", "datapackage", *DRAWS)
    return {path.stem: path.read_text() for path in (folder / "data" / "data").glob("*.csv")}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-", "'-"),
        ("＝1", "'＝1"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("a - b = c; d @ e + f", "a - b = c; d @ e + f"),
        ("1;2", "1;2"),
    ],
)
def test_no_cell_of_a_spreadsheet_begins_with_a_formula(text: str, cell: str) -> None:
    assert list(csv.reader(io.StringIO(as_csv(["a", "b"], [["x", text]]))))[1] == ["x", cell]
    assert as_csv(["a"], [[-0.5]]) == "a\n-0.5\n"  # a number is none
