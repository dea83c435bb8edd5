"""Generated pages, plots, and the index against tables of others."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import numpy as np
import pytest
import refresh
from conftest import PROFILE, run

from scoring.render.charts.scatter import scatter, ticks
from scoring.statistics.correlation import mid_ranks, rank_correlation

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
title: A table
publisher: Somebody
year: 2017
url: https://example.org/table
accessed: 2018-01-05
read_from: the publisher's own page
better: lower
measures: What is counted.
near: [state]
expected: That the order is turned round.
found: It was.
values: {AZE: 1, GEO: 9, MDA: 4, UKR: 4, XAA: 3}
"""


@pytest.fixture
def four(folder: Path) -> Path:
    """Four countries that approve of the actor by 10, 30, 50 and 70 %, and a table: 1, 9, 4, 4, lower being better."""
    for code, share in (("AZE", 10), ("GEO", 30), ("MDA", 50), ("UKR", 70)):
        text = PROFILE.replace("AZE", code).replace("share: 54", f"share: {share}")
        (folder / "profiles" / f"{code}.yaml").write_text(text)
    (folder / "published").mkdir()
    (folder / "published" / "table.yaml").write_text(TABLE)
    return folder


def test_spearman_of_a_published_example() -> None:
    # IQ and hours of television of ten people: rho = -29/165, from Wikipedia, Spearman's rank correlation coefficient
    iq = np.array([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], dtype=float)
    hours = np.array([7, 27, 2, 50, 28, 29, 20, 12, 6, 17], dtype=float)
    found = rank_correlation(iq, hours)
    assert found.value == pytest.approx(-29 / 165)
    assert found.low < found.value < found.high
    assert found.countries == 10


def test_ties_share_the_mean_of_their_ranks() -> None:
    assert mid_ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_gaps_are_left_out_and_too_few_give_nothing() -> None:
    gap = np.array([np.nan, 1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(gap, gap[::-1]).countries == 3
    assert np.isnan(rank_correlation(gap, gap[::-1]).value)
    assert rank_correlation(gap, gap) == (1, 1, 1, 4)


def test_validity_turns_a_table_where_lower_is_better(four: Path) -> None:  # noqa: ARG001  the working directory
    document = json.loads(run("validity", "--format", "json").stdout)
    [table] = document["tables"]
    index, state = table["comparisons"]
    assert index["countries"] == 4
    # mid-ranks, 4 the best: ours 4 3 2 1, theirs 4 1 2.5 2.5; sums of products 1.5, of squares 5 and 4.5
    assert index["rank_correlation"] == pytest.approx(1.5 / (5 * 4.5) ** 0.5, abs=1e-6)
    assert index["places"][0] == {"country": "GEO", "ours": 2, "theirs": 4}
    assert state["node"].endswith("/state")
    text = run("validity").stdout
    assert "A table" in text
    assert "0.32" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("near: [state]", "near: [stat]", "unknown pillar or indicator 'stat'"),
        ("AZE: 1", "AZX: 1", "unknown country code 'AZX'"),
        ("better: lower", "better: less", "better"),
    ],
)
def test_a_bad_table_is_told(four: Path, old: str, new: str, message: str) -> None:
    (four / "published" / "table.yaml").write_text(TABLE.replace(old, new))
    for command in ("validity", "docs"):
        result = run(command)
        assert result.exit_code == 1
        assert "published/table.yaml" in result.stderr
        assert message in result.stderr
    assert not (four / "docs").exists()


def test_without_tables_there_is_nothing_to_compare(folder: Path) -> None:
    (folder / "published").mkdir()
    assert json.loads(run("validity", "--format", "json").stdout)["tables"] == []
    assert "There is no published index" in run("validity").stdout
    assert run("validity", "--format", "markdown").stdout.strip() == "- There is no published index to compare with."


def test_docs_writes_every_page(four: Path) -> None:
    profile = four / "profiles" / "AZE.yaml"
    again = PROFILE[PROFILE.index("  - id: no-strategy") : PROFILE.index("  - id: place-2017")]
    text = profile.read_text().replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2019]")
    text = text.replace("of: 194}}", "of: 194}}\n    coders: {second: {place: {rank: 49, of: 194}}}")
    text += again.replace("no-strategy", "a-strategy").replace("No strategy is", "A [strategy](x) is")
    text = "strategy: adopted}".join(text.rsplit("strategy: none}", 1))
    profile.write_text(text)
    result = run("docs", "--draws", "500")
    assert result.exit_code == 0, result.stderr
    pages = {str(path.relative_to(four / "docs")): path.read_text() for path in (four / "docs").rglob("[!.]*.*")}
    assert set(pages) == {
        *("sources.md", "agreement.md", "validity.md", "validity/table.svg", "countries/README.md"),
        *(f"countries/{code}.md" for code in ("AZE", "GEO", "MDA", "UKR")),
    }
    page = pages["countries/AZE.md"]
    score = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    assert f"> Azerbaijan's index was {score['index']['estimate']:.1f} of 100 on 1 January 2018 (90 % interval " in page
    assert "A \\[strategy\\](x) is in force." in page
    assert "## Over time" in page
    assert "## Over time" not in pages["countries/GEO.md"]
    contradictions = page[page.index("## Contradictions") : page.index("## Possible improvements")]
    assert "no-strategy" in contradictions
    assert "a-strategy" in contradictions
    assert "None: the conflict among statements is at most" in pages["countries/GEO.md"]
    assert "2016-05" in page[page.index("## The oldest") :].splitlines()[2]
    assert "It was." in pages["validity.md"]
    assert "1 of 1" in pages["agreement.md"]
    assert "| A page | A publisher | B |" in pages["sources.md"]


def test_a_withheld_index_says_so_on_its_page(four: Path) -> None:
    (four / "profiles" / "AZE.yaml").write_text(PROFILE[: PROFILE.index("statements:")] + "statements: []\n")
    assert run("docs", "--draws", "500").exit_code == 0
    page = (four / "docs" / "countries" / "AZE.md").read_text()
    assert "Azerbaijan's index on 1 January 2018 is withheld, since availability 0.00 is below" in page


def test_the_plot_puts_better_to_the_right() -> None:
    points = [("AAA", 1.0, 10.0), ("BBB", 9.0, 70.0), ("CCC", 9.0, 70.0)]
    root = ET.fromstring(scatter(points, x_title="x < y", y_title="y", title="t", flip=True))  # noqa: S314  ours
    circles = [one for one in root if one.tag.endswith("circle")]
    places = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in circles]
    assert places[0][0] > places[1][0]
    assert places[0][1] > places[1][1]
    names = {one.text: (float(one.attrib["x"]), float(one.attrib["y"])) for one in root if one.text in ("BBB", "CCC")}
    (x, y), (other_x, other_y) = names.values()
    assert abs(x - other_x) >= 28 or abs(y - other_y) >= 12


def test_ticks_are_round_and_hold_all() -> None:
    assert ticks([0.13, 0.91]) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks([37.2, 67.8]) == [30, 40, 50, 60, 70]
    assert len(ticks([5.0])) > 1


# -- what is committed -------------------------------------------------------------------------------------------------


def test_committed_pages_are_current() -> None:
    assert list(refresh.outdated(refresh.pages)) == []


def test_searches_without_evidence_are_on_the_page_and_move_no_score(folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    before = json.loads(run("score", "--format", "json").stdout)
    search = "indicator: approval, words: a poll, where: stored pages, on: 2018-01, found: only a poll of 2009"
    path.write_text(f"{path.read_text()}searched: [{{{search}}}]\n")
    assert json.loads(run("score", "--format", "json").stdout) == before
    assert run("docs", "-o", "docs", "--draws", "100").exit_code == 0
    page = (folder / "docs" / "countries" / "AZE.md").read_text()
    assert "- `approval`: a poll, in stored pages, on 2018-01: only a poll of 2009" in page
    path.write_text(path.read_text().replace("indicator: approval, words", "indicator: aproval, words"))
    assert "searched[0].indicator: unknown indicator 'aproval'; did you mean approval?" in run("validate").stderr
