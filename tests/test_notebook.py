"""In a notebook: values show as tables, become data frames, and the worked notebook shows what it says."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pandas as pd
import polars as pl
import pytest
import refresh
from conftest import FIRST_EDITION, PROFILE, ROOT, RUBRIC, SHIPPED, run
from polars.testing import assert_frame_equal

import scoring
from scoring.text.table import Column, Table
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from pathlib import Path

TAGS = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "br"}
NUMBER = re.compile(r"\d+\.\d+")


def assessed(**options: Any) -> scoring.Assessment:
    return scoring.assess(*scoring.load(), **options)


def parsed(html: str) -> list[ET.Element]:
    """The tables of well-formed HTML."""
    return list(ET.fromstring(f"<div>{html}</div>"))  # noqa: S314  our own output


def cells(table: ET.Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in table.findall("./tbody/tr")]


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_an_assessment_shows_the_figures_of_score() -> None:
    [table] = parsed(assessed()._repr_html_())
    caption = table.find("caption")
    assert caption is not None
    assert caption.text == "A small index, small@1.0.0, facing Russia, as of 1 January 2018"
    heads = [head.text for head in table.findall("./thead/tr/th[@scope='col']")]
    assert heads == [
        "Rank",
        "Country",
        "Index",
        "Bounds",
        "Evidence mean",
        "Information",
        "Availability",
        "Band",
        "State",
    ]
    scored = sorted(csv.DictReader(io.StringIO(run("score", "--format", "csv").stdout)), key=lambda one: one["rank"])
    for row, one in zip(cells(table), scored, strict=True):
        figures = {name: f"{float(one[name]):.1f}" for name in ("estimate", "low", "high", "stated")}
        assert row[:4] == [
            one["rank"],
            f"{one['name']} ({one['country']})",
            figures["estimate"],
            f"{figures['low']}–{figures['high']}",
        ]
        assert row[4:8] == [
            figures["stated"],
            f"{float(one['information']):.2f}",
            f"{float(one['availability']):.2f}",
            one["band"],
        ]
    assert [row.text for row in table.findall("./tbody/tr/th[@scope='row']")] == ["Georgia (GEO)", "Azerbaijan (AZE)"]
    foot = "".join(table.findall("./tfoot/tr/td")[0].itertext())
    assert "overlapping intervals do not decide this" in foot


def test_withheld_indices_stand_apart_and_faint(folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(PROFILE[: PROFILE.index("  - id: place-2017")])
    published, withheld = parsed(assessed()._repr_html_())
    assert [row[1] for row in cells(published)] == ["Georgia (GEO)"]
    [row] = withheld.findall("./tbody/tr")
    assert "opacity" in row.attrib["style"]
    assert cells(withheld)[0][0] == "Azerbaijan (AZE)"
    assert "is below 0.65" in cells(withheld)[0][2]


def test_strangers_text_stays_text(folder: Path) -> None:
    hostile = '"<script>alert(\'1\')</script> & </table> \\" onload=x"'
    path = folder / "rubrics" / "small" / "rubric.yaml"
    path.write_text(RUBRIC.replace("A small index", hostile).replace("label: high", "label: <b>|"))
    path = folder / "rubrics" / "small" / "state.yaml"
    path.write_text(path.read_text().replace("title: State", 'title: "<img src=x>"'))
    assessment = assessed()
    for html in (assessment._repr_html_(), simulate(assessment, settings_of(assessment, draws=200))._repr_html_()):
        [table] = parsed(html)
        assert {element.tag for element in table.iter()} <= TAGS
        assert {name for element in table.iter() for name in element.attrib} == {"scope", "style", "colspan"}
        shown = "".join(table.itertext())
        assert "<script>alert('1')</script> & </table>" in shown
        assert "<b>|" in shown


def test_no_colour_is_set() -> None:
    html = assessed()._repr_html_()
    assert not re.search(r"color|background|border|font|<style|class=", html)
    assert len(html) < 50_000


def test_a_simulation_shows_what_rank_prints() -> None:
    assessment = assessed()
    [table] = parsed(simulate(assessment, settings_of(assessment, draws=500, seed=3))._repr_html_())
    document = json.loads(run("rank", "--draws", "500", "--seed", "3", "--format", "json").stdout)
    ranks = {f"{one['name']} ({one['country']})": one["rank_interval"] for one in document["countries"]}
    assert len(cells(table)) == len(SHIPPED)
    for row in cells(table):
        assert row[1] == "–".join(map(str, ranks[row[2]] or ()))


def test_a_table_shows_itself() -> None:
    table = Table((Column("A"), Column("B", figures=True), Column("C", optional=True)), (("x", "1", "----"),), ("N.",))
    [shown] = parsed(table._repr_html_())
    assert shown.find("caption") is None
    assert cells(shown) == [["x", "1"]]
    assert [one.attrib["style"] for one in shown.findall("./tbody/tr/*")] == ["text-align: left", "text-align: right"]
    assert repr(table) == "<Table of 1 rows>"
    assert repr(Table((), (), (), "T")) == "<Table of 0 rows: T>"
    [empty] = parsed(Table((), (), ("Nothing.",))._repr_html_())
    assert "".join(empty.itertext()).strip() == "Nothing."
    [bare] = parsed(Table((Column("A", figures=True),), (("1",),))._repr_html_())
    assert bare.find("tfoot") is None


def test_what_stands_for_a_value_in_text_is_a_line() -> None:
    assessment = assessed()
    version = assessment.book.rubric.version
    assert repr(assessment) == f"<Assessment of {len(SHIPPED)} countries by resilience@{version}>"
    simulation = simulate(assessment, settings_of(assessment, draws=100))
    assert repr(simulation) == f"<Simulation of 100 draws of {assessment!r}>"


# -- data frames -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> scoring.Assessment:
    """All countries on a day on which some are withheld."""
    return assessed(as_of="2024-12-31")


@pytest.fixture(scope="module")
def document() -> dict[str, dict[str, Any]]:
    found = json.loads(run("score", "--as-of", "2024-12-31", "--format", "json").stdout)
    return {one["country"]: one for one in found["countries"]}


def test_a_frame_of_pandas(whole: scoring.Assessment, document: dict[str, dict[str, Any]]) -> None:
    frame = whole.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == len(whole.nodes) * len(FIRST_EDITION)
    assert {name: str(frame[name].dtype) for name in ("as_of", "rank", "published", "estimate", "band", "node")} == {
        "as_of": "datetime64[s]",
        "rank": "Int64",
        "published": "boolean",
        "estimate": "float64",
        "band": "string",
        "node": "string",
    }
    assert (frame["as_of"] == pd.Timestamp(2024, 12, 31)).all()
    assert frame["pillar"].isna().sum() == len(FIRST_EDITION)
    for one in frame[frame["kind"] == "index"].to_dict("records"):
        expected = document[one["country"]]
        assert one["name"] == expected["name"]
        assert one["published"] == expected["published"]
        if expected["published"]:
            assert (one["rank"], one["band"]) == (expected["rank"], expected["band"])
            assert one["estimate"] * 100 == pytest.approx(expected["index"]["estimate"], abs=1e-6)
        else:
            assert pd.isna(one["rank"])
            assert pd.isna(one["band"])
            assert np.isnan(one["estimate"])
        assert one["low"] * 100 == pytest.approx(expected["index"]["low"], abs=1e-6)
    assert {one["published"] for one in document.values()} == {True, False}


def test_figures_of_pillars_and_indicators(whole: scoring.Assessment, document: dict[str, dict[str, Any]]) -> None:
    frame = whole.to_pandas().set_index(["country", "node"])
    for country, expected in document.items():
        for pillar, figures in expected["pillars"].items():
            row = frame.loc[(country, f"resilience/{pillar}")]
            assert (row["kind"], row["pillar"]) == ("pillar", pillar)
            assert row["estimate"] * 100 == pytest.approx(figures["estimate"], abs=1e-6)
    row = frame.loc[("AZE", "resilience/ngo_activity/civic_space")]
    figures = document["AZE"]["indicators"]["civic_space"]
    assert row["information"] == pytest.approx(figures["information"], abs=1e-6)
    assert row["conflict"] == pytest.approx(figures["conflict"], abs=1e-6)
    assert row["label"] == "How free are independent groups to work?"


def test_a_frame_of_polars_holds_the_same(whole: scoring.Assessment) -> None:
    frame, other = whole.to_polars(), whole.to_pandas()
    assert frame.schema["as_of"] == pl.Date
    assert frame.schema["rank"] == pl.Int64
    assert frame.schema["published"] == pl.Boolean
    assert frame.schema["band"] == pl.String
    assert frame["as_of"].unique().to_list() == [dt.date(2024, 12, 31)]
    assert frame.select(pl.col(pl.Float64).is_nan().any()).row(0) == (False,) * 8
    for name in frame.columns:
        assert frame[name].null_count() == other[name].isna().sum(), name
    figures = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    assert_frame_equal(
        frame.select(figures),
        pl.DataFrame({name: other[name].to_numpy() for name in figures}, nan_to_null=True),
        check_exact=True,
    )
    assert frame["node"].to_list() == other["node"].tolist()


def test_a_frame_of_no_country_and_of_none_published_has_the_same_types(whole: scoring.Assessment) -> None:
    book, profiles = scoring.load()
    for some in (scoring.assess(book, []), scoring.assess(book, profiles[:1], as_of="9999-12-31")):
        assert some.to_polars().schema == whole.to_polars().schema
        assert some.to_pandas().dtypes.equals(whole.to_pandas().dtypes)
        assert some.to_polars()["rank"].null_count() == len(some.to_polars())


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_package_is_named(whole: scoring.Assessment, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(scoring.MissingPackageError, match=f"^{package} is not installed; pip install {package}$"):
        getattr(whole, f"to_{package}")()


# -- the notebooks -----------------------------------------------------------------------------------------------------

NOTEBOOKS = {"notebook": refresh.notebook, "questions": refresh.questions}


def cells_of(name: str) -> list[Any]:
    found: list[Any] = nbformat.read(ROOT / "docs" / f"{name}.ipynb", as_version=4).cells  # type: ignore[no-untyped-call]
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_what_it_says(name: str) -> None:
    path = ROOT / "docs" / f"{name}.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    assert list(refresh.outdated(NOTEBOOKS[name])) == []
    assert path.stat().st_size < 100_000


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_needs_nothing_from_inside_the_package(name: str) -> None:
    code = "\n".join(cell.source for cell in cells_of(name) if cell.cell_type == "code")
    assert set(re.findall(r"^\s*(?:import|from)\s+(\S+)", code, re.MULTILINE)) == {"scoring"}


def test_the_notebook_on_questions_answers_each_in_a_sentence_with_a_frame_or_chart() -> None:
    """Under each heading there is a printed sentence with a figure; intervals are given; nothing is a forecast."""
    sections: list[list[Any]] = []
    for cell in cells_of("questions"):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            sections.append([])
        if sections:
            sections[-1].append(cell)
    assert len(sections) == 5
    for section in sections:
        outputs = [output for cell in section if cell.cell_type == "code" for output in cell.outputs]
        assert any(output.output_type == "stream" and re.search(r"\d", output.text) for output in outputs)
    shown = [output for section in sections for cell in section if "outputs" in cell for output in cell.outputs]
    kinds = [kind for output in shown if "data" in output for kind in output.data]
    assert kinds.count("image/svg+xml") == 2
    assert kinds.count("text/html") >= 6
    text = " ".join(output.text for output in shown if output.output_type == "stream")
    assert text.count("90 % uncertainty interval") == 3
    assert not re.search(r"\bwill\b|forecasts? ", text)
