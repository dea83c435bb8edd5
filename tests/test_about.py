"""What outputs say about an index comes from its rubric, and moves no score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import RUBRIC, run

from scoring.files.load import load
from scoring.model.digest import digest
from scoring.model.rubric import About

ABOUT = """\
about:
  question: How well is the press <protected>?
  scope: Scores describe laws, not practice.
  coding: Coded by a panel
  review: reviewed by a judge
  audit: Of 60 codes read again 2 were wrong.
  pillar: Field of law
  actor: CHN
"""
OF_THE_SHIPPED_INDEX = (
    "hostile foreign influence",
    "not exposure",
    "at the desk",
    "experts",
    "Activity (pillar)",
    "esilien",
)


def written(command: str) -> str:
    """All text that a command writes, without the engine's own name and the method, which the site shows."""
    where = {"docs": ("-o", "docs"), "site": ("site",), "export": ("export", "--format", "datapackage")}[command]
    assert run(command, *where, "--draws", "100").exit_code == 0
    files = [path for path in sorted(Path(command).rglob("*")) if path.is_file() and path.name != "method.html"]
    return "\n".join(path.read_text() for path in files).replace("resilience-scoring", "")


@pytest.mark.parametrize(
    ("command", "phrases"),
    [
        ("docs", ["collected up to 1 January 2018. No statement coded by two coders\nindependently.\n"]),
        (
            "export",
            ["reference date and version of the rubric; the id (citation) identifies all inputs. |\n\n"],
        ),
        (
            "site",
            [
                '<p class="lead" id="lead">2 countries facing',
                "<p>small 1.0.0. Cite scores with",
                "<label>Pillar <select",
            ],
        ),
    ],
)
def test_an_index_without_texts_says_nothing_of_another_one(folder: Path, command: str, phrases: list[str]) -> None:
    (folder / "published").mkdir()
    text = written(command)
    assert [phrase for phrase in OF_THE_SHIPPED_INDEX if phrase in text] == []
    assert [phrase for phrase in phrases if phrase not in text] == []


@pytest.mark.parametrize(
    ("command", "phrases"),
    [
        ("docs", ["Coded by a panel; no statement coded by two coders\nindependently; reviewed by a judge."]),
        ("export", ["| What is scored | Scores describe laws, not practice. |"]),
        (
            "site",
            [
                "How well is the press &lt;protected&gt;? 2 countries facing",
                "small 1.0.0. Scores describe laws, not practice. Cite scores with",
                "<h2>Audit of the codes</h2><p>Of 60 codes read again 2 were wrong.</p>",
                "<label>Field of law (pillar) <select",
            ],
        ),
    ],
)
def test_an_index_is_described_by_its_own_rubric(folder: Path, command: str, phrases: list[str]) -> None:
    (folder / "published").mkdir()
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}\n", ABOUT))
    text = written(command)
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_the_texts_are_no_part_of_a_digest_a_citation_or_a_lock(folder: Path) -> None:
    book, _ = load()
    silent = book.model_copy(update={"rubric": book.rubric.model_copy(update={"about": About()})})
    assert (digest(silent), digest(silent.rubric)) == (digest(book), digest(book.rubric))
    assert run("lock").exit_code == 0
    cited = run("cite", "AZE", "--format", "json").stdout
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}\n", ABOUT))
    assert load()[0].rubric.about.actor == "CHN"
    assert run("check").exit_code == 0
    assert run("cite", "AZE", "--format", "json").stdout == cited


def test_a_new_profile_has_the_actor_that_is_given_or_else_that_of_the_rubric(folder: Path) -> None:
    assert "\nactor: RUS\n" in run("new", "MDA").stdout
    assert "\nactor: CHN\n" in run("new", "MDA", "--actor", "China").stdout
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}\n", ""))
    assert "\nactor:" not in run("new", "MDA").stdout
    assert "\nactor: CHN\n" in run("new", "MDA", "--actor", "China").stdout


def test_an_actor_of_the_rubric_is_a_country(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("actor: RUS", "actor: RUZ"))
    result = run("validate")
    assert result.exit_code == 1
    assert "rubrics/small/rubric.yaml:11:16: about.actor: unknown country code 'RUZ'" in result.stderr


@pytest.mark.parametrize("reason", ["", ", note: It corrects itself"])
def test_the_sources_page_promises_reasons_of_grades_only_where_all_are_given(folder: Path, reason: str) -> None:
    (folder / "published").mkdir()
    for path in (folder / "profiles").iterdir():
        path.write_text(path.read_text().replace("reliability: B", f"reliability: A{reason}"))
    assert run("docs", "-o", "docs", "--draws", "100").exit_code == 0
    page = (folder / "docs" / "sources.md").read_text()
    assert ("for a grade other than B" in page) == bool(reason)


def test_the_shipped_index_keeps_its_texts() -> None:
    shipped = json.loads(run("schema", "rubric").stdout)["$defs"]["About"]["properties"]
    assert set(shipped) == set(About.model_fields)
    texts = load(Path(__file__).parents[1] / "rubrics")[0].rubric.about.model_dump()
    assert {name for name, text in texts.items() if not text} <= {"audit", "publisher", "url", "doi"}
