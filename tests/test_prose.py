"""Sentences that the program writes: dates, ranks, names, anchors, and what they count."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest
from conftest import PILLAR, PROFILE, ROOT, run

import scoring
from scoring.model.countries import country_names
from scoring.text.prose import joined, long_date, ordinal, possessive, with_article

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (20, "20th")),
        *((21, "21st"), (22, "22nd"), (33, "33rd"), (101, "101st"), (111, "111th"), (112, "112th")),
    ],
)
def test_a_rank_in_words(number: int, text: str) -> None:
    assert ordinal(number) == text


def test_a_day_in_words() -> None:
    assert long_date(dt.date(2018, 6, 30)) == "30 June 2018"
    assert long_date(dt.date(2024, 12, 1)) == "1 December 2024"


@pytest.mark.parametrize(
    ("code", "inside", "owner"),
    [
        ("MDA", "Moldova", "Moldova's"),
        ("CYP", "Cyprus", "Cyprus's"),
        ("NLD", "the Netherlands", "the Netherlands'"),
        ("GBR", "the United Kingdom", "the United Kingdom's"),
        ("USA", "the United States", "the United States'"),
        ("SLB", "the Solomon Islands", "the Solomon Islands'"),
        ("ISL", "Iceland", "Iceland's"),
        ("CAF", "the Central African Republic", "the Central African Republic's"),
    ],
)
def test_a_country_has_its_article(code: str, inside: str, owner: str) -> None:
    name = with_article(country_names()[code])
    assert (name, possessive(name)) == (inside, owner)


def test_a_list_ends_in_and() -> None:
    assert [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or")] == [
        "",
        "a",
        "a and b",
        "a, b or c",
    ]


LEVELS = """levels:
      - {key: none, text: "No strategy"}
      - {key: drafted, text: "Drafted"}
      - {key: adopted, text: "As before, or adopted without a budget"}
      - {key: funded, text: "As before, with a budget"}
"""


def test_an_anchor_is_read_without_the_others(folder: Path) -> None:
    """`As before` stands for the level below; the profile and its JSON keep the words of the rubric."""
    path = folder / "rubrics" / "small" / "state.yaml"
    assert "levels:" in PILLAR
    path.write_text(re.sub(r"levels:\n(?: {6}- .*\n)+", LEVELS, PILLAR))
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: funded"))
    whole = "Drafted, or adopted without a budget, with a budget"
    assert f"= funded: {whole}\n" in run("explain", "AZE", "strategy").stdout
    node = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)["node"]
    assert [part["answer"] for part in node["statements"]] == ["funded: As before, with a budget"]
    assert whole in run("new", "MDA").stdout.replace("\n#       ", " ")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: adopted"))
    [lever] = [line for line in run("levers", "AZE").stdout.splitlines() if " strategy " in line]
    assert lever.endswith(f"funded     {whole}") or lever.split("funded")[1].strip() == whole


def test_no_page_of_the_shipped_set_says_as_before() -> None:
    assessment = scoring.assess(*scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles"))
    for leaf in assessment.book.leaves.values():
        for anchor in leaf.anchors():
            text = leaf.written_out(anchor.text)
            assert "As before" not in text
            assert text.endswith(anchor.text.removeprefix("As before"))


LATER = """
  - id: site-2020
    text: An advice site opened.
    source: later
    locator: Paragraph 9
    date: 2020-01-01
    credibility: 2
    confidence: moderate
    codes: {awareness: {site: true}}
"""


def test_a_page_counts_what_was_known_on_its_day(folder: Path) -> None:
    (folder / "published").mkdir()
    path = folder / "profiles" / "AZE.yaml"
    basis = re.compile(r"^(\d+) coded statements? from (\d+) sources? by (\d+) publishers?;\n(.*)$", re.MULTILINE)

    def page(*options: str) -> tuple[str, ...]:
        assert run("docs", "-o", "out", "--draws", "100", *options).exit_code == 0
        found = basis.search((folder / "out" / "countries" / "AZE.md").read_text())
        assert found
        return found.groups()

    before = page()
    text = path.read_text() + LATER
    text = text.replace("as_of: 2018-01-01\n", "as_of: 2018-01-01\neditions: [2020-06-30]\n")
    text = text.replace("sources:\n", "sources:\n  later: {title: B, publisher: Another publisher, reliability: B}\n")
    path.write_text(text)
    assert page() == before
    after = page("--as-of", "2020-06-30")
    assert [int(later) - int(earlier) for earlier, later in zip(before[:3], after[:3], strict=True)] == [1, 1, 1]
    assert after[3].startswith("evidence collected up to 1 January 2018 and 30 June 2020.")
    assert before[3].startswith("evidence collected up to 1 January 2018.")
