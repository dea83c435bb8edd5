"""Results become data frames of pandas and polars, with the figures of the JSON documents of the commands."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import inspect
import io
import json
import math
import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import tiny
from conftest import PILLAR, RUBRIC, loaded_few, run

import scoring
from scoring.index.scenario import scenario_of
from scoring.model.review import statement_digests
from scoring.render.charts import gallery
from scoring.render.qualify import qualification_frame
from scoring.text.frame import PANDAS, Frame
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.api import Result

pytestmark = pytest.mark.usefixtures("few")
DAY = "2018-06-30"
DRAWS = 200
NUMBER = 100  # points of the scale of the shipped index
PLAN: dict[str, Any] = {
    "format": 1,
    "name": "Plan",
    "reason": "A draft exists.",
    "groups": {"caucasus": ["ARM", "AZE", "GEO"]},
    "suppose": [{"country": "AZE", "codes": {"cyber_strategy": {"in_force": True}}}],
}


@functools.cache
def assessed(day: str = DAY) -> scoring.Assessment:
    return scoring.assess(*loaded_few(), as_of=day)


@functools.cache
def simulated() -> scoring.Simulation:
    return scoring.simulate(assessed(), draws=DRAWS)


def plan() -> dict[str, Any]:
    """The scenario, which also drops a statement that enters the index of Estonia."""
    entered = next(row for row in scoring.explain(assessed(), "EST").frame.rows if row.get("enters"))
    return {**PLAN, "suppose": [*PLAN["suppose"], {"country": "EST", "drop": [entered["statement"]]}]}


def reported(folder: Path | str) -> Path:
    """A report with a citation, another whose hash nobody knows, and a broken id."""
    cited = scoring.cite(assessed(), "AZE", draws=DRAWS)
    text = str(cited)
    path = Path(folder, "report.md")
    path.write_text(f"{text}\n{text.replace(cited.value.id[-4:], '0000')}\n\nresilience@3.1.0/AZE/2018-06-30/12\n")
    return path


def verified() -> Result[Any]:
    with tempfile.TemporaryDirectory() as folder:
        return scoring.verify(assessed(), reported(folder), draws=DRAWS)


CALLS: dict[str, Callable[[], Result[Any]]] = {
    "audit": lambda: scoring.audit(assessed(), simulation=simulated()),
    "cite": lambda: scoring.cite(assessed(), "GEO", draws=DRAWS),
    "compare": lambda: scoring.compare(assessed(), "UKR", "GEO", simulation=simulated()),
    "due": lambda: scoring.due(assessed(), "GEO"),
    "explain": lambda: scoring.explain(assessed(), "AZE"),
    "levers": lambda: scoring.levers(assessed(), "AZE"),
    "peers": lambda: scoring.peers(assessed(), "GEO", group="eastern_partnership", draws=DRAWS),
    "qualify": lambda: scoring.qualify({name: {} for name in scoring.vignettes()}),
    "reach": lambda: scoring.reach(assessed(), "AZE", 45, draws=DRAWS),
    "reversals": lambda: scoring.reversals(assessed(), "GEO", "UKR", draws=DRAWS),
    "reviews": lambda: scoring.reviews(assessed()),
    "scenario": lambda: scoring.scenario(assessed(), plan(), draws=DRAWS),
    "sensitivity": lambda: scoring.sensitivity(assessed(), "AZE", "GEO", draws=100),
    "trend": lambda: scoring.trend(assessed(), "GEO", "edition", draws=DRAWS),
    "verify": verified,
    "what_if": lambda: scoring.what_if(assessed(), "AZE", answers={"cyber_strategy": {"in_force": True}}, draws=DRAWS),
}


@functools.cache
def result_of(name: str) -> Result[Any]:
    return CALLS[name]()


def records(result: Result[Any], **wanted: Any) -> list[dict[str, Any]]:
    """The rows of its data frame of polars whose columns have some values."""
    rows = result.to_polars().to_dicts()
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def document(*arguments: str, day: str = DAY) -> Any:
    return json.loads(run(*arguments, "--as-of", day, "--format", "json").stdout)


def drawn(*arguments: str) -> Any:
    return document(*arguments, "--draws", str(DRAWS))


def near(figure: float | None, printed: float | None, unit: float = NUMBER) -> bool:
    """Whether an unrounded figure is the printed one, which has six decimals; both may be missing."""
    if figure is None or printed is None:
        return figure is printed
    return figure * unit == pytest.approx(printed, abs=1e-6)


def same(row: Mapping[str, Any], printed: Mapping[str, Any], names: Sequence[str], unit: float = NUMBER) -> None:
    for name in names:
        assert near(row[name], printed[name], unit), name


def between(
    row: Mapping[str, Any], low: str, high: str, interval: Sequence[float | None], unit: float = NUMBER
) -> None:
    assert near(row[low], interval[0], unit)
    assert near(row[high], interval[1], unit)


# -- the mechanism -----------------------------------------------------------------------------------------------------

COLUMNS = {"text": str, "figure": float, "count": int, "truth": bool, "day": dt.date}


def test_a_frame_has_types_and_missing_values() -> None:
    full = {"text": "a", "figure": np.float32(0.5), "count": np.int64(2), "truth": np.True_, "day": dt.date(2020, 2, 1)}
    frame = Frame(COLUMNS, (full, {"text": None, "figure": math.nan, "count": None}, {"figure": np.float32("nan")}))
    assert repr(frame) == "<Frame of 3 rows: text, figure, count, truth, day>"
    other = frame.to_polars()
    assert other.schema == {
        "text": pl.String,
        "figure": pl.Float64,
        "count": pl.Int64,
        "truth": pl.Boolean,
        "day": pl.Date,
    }
    assert other.row(0) == ("a", 0.5, 2, True, dt.date(2020, 2, 1))
    assert other.row(1) == other.row(2) == (None,) * 5
    table = frame.to_pandas()
    assert list(map(str, table.dtypes)) == ["string", "float64", "Int64", "boolean", "datetime64[s]"]
    assert table.iloc[0].tolist() == ["a", 0.5, 2, True, pd.Timestamp(2020, 2, 1)]
    assert table.iloc[1:].isna().all(axis=None)


def test_a_frame_without_rows_has_the_same_types() -> None:
    frame = Frame(COLUMNS, ())
    full = Frame(COLUMNS, ({"text": "a", "figure": 1, "count": 1, "truth": False, "day": dt.date(2020, 1, 1)},))
    assert frame.to_pandas().dtypes.equals(full.to_pandas().dtypes)
    assert frame.to_polars().schema == full.to_polars().schema


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for value in (result_of("levers"), simulated()):
        with pytest.raises(scoring.MissingPackageError, match=f"^{package} is not installed; pip install {package}$"):
            getattr(value, f"to_{package}")()


# -- every result ------------------------------------------------------------------------------------------------------


def test_every_function_with_a_result_is_tested_here() -> None:
    functions = {name: getattr(scoring, name) for name in scoring.__all__ if inspect.isfunction(getattr(scoring, name))}
    with_result = {
        name for name, function in functions.items() if "Result" in inspect.get_annotations(function)["return"]
    }
    assert with_result == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_a_result_becomes_a_data_frame_of_both_packages(name: str) -> None:
    result = result_of(name)
    table, other = result.to_pandas(), result.to_polars()
    assert list(table.columns) == other.columns == list(result.frame.columns)
    assert list(map(str, table.dtypes)) == [PANDAS[kind] for kind in result.frame.columns.values()]
    assert len(table) == len(other)
    assert len(table) > 0 or name == "reviews"
    for row in result.frame.rows:
        assert row.keys() <= result.frame.columns.keys()  # no value is lost
    for column, kind in result.frame.columns.items():
        assert other[column].null_count() == table[column].isna().sum(), column
        if kind is float:
            assert not other[column].is_nan().any()
            assert other[column].to_numpy().astype(float) == pytest.approx(table[column].to_numpy(), nan_ok=True)


# -- the figures of the commands ---------------------------------------------------------------------------------------


def test_peers() -> None:
    printed = drawn("peers", "GEO", "--group", "eastern_partnership")
    assert len(records(result_of("peers"))) == 1 + len(printed["pillars"]) + len(printed["indicators"])
    [index] = records(result_of("peers"), kind="index")
    between(index, "estimate_low", "estimate_high", printed["estimate_interval"])
    rows = {row["node"].rpartition("/")[2]: row for row in records(result_of("peers"))}
    for name, one in {"resilience": printed["index"], **printed["pillars"], **printed["indicators"]}.items():
        row = rows[name]
        same(row, one, ("estimate", "median", "difference"))
        between(row, "low", "high", one["interval"])
        between(row, "median_low", "median_high", one["median_interval"])
        assert (row["peers"], row["rank"]) == (one["peers"], one["rank"])
        assert (row["rank_low"], row["rank_high"]) == tuple(one["rank_interval"] or (None, None))
    missing = [row for row in rows.values() if row["estimate"] is None]
    assert all(row["difference"] is None and row["rank"] is None for row in missing)


def test_scenario(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan()))
    printed = drawn("scenario", str(tmp_path / "plan.json"))
    result = result_of("scenario")
    for one in printed["countries"]:
        rows = records(result, country=one["country"])
        assert len(rows) == 1 + len(one["pillars"])
        for row, figures in zip(rows, [one["index"], *one["pillars"].values()], strict=True):
            same(row, figures, ("before", "after", "change"))
            between(row, "low", "high", figures["interval"])
        for name in ("answer", "certainty", "dropped"):
            assert near(rows[0][name], (one["effects"] or {}).get(name))
        for when in ("before", "after"):
            ranks = one["rank"][when]
            shown = [rows[0][f"{name}_{when}"] for name in ("rank", "rank_low", "rank_high")]
            assert shown == [ranks["rank"], *(ranks["interval"] or [None, None])]
    [withheld] = [one for one in printed["countries"] if one["withheld_because"]["before"]]
    [row] = records(result, country=withheld["country"], kind="index")
    assert {row[name] for name in ("before", "after", "change", "low", "high", "rank_before")} == {None}
    [mean] = records(result, group="caucasus")
    same(mean, printed["groups"][0]["mean"], ("before", "after", "change"))
    assert mean["country"] is None


def test_what_if() -> None:
    printed = drawn("whatif", "AZE", "--set", "cyber_strategy={in_force: true}")
    [row] = records(result_of("what_if"))
    figures = printed["difference"]
    same(row, {**figures, "difference": figures["estimate"]}, ("difference", "median"))
    same(row, figures["effects"], ("answer", "certainty", "dropped"))
    between(row, "low", "high", figures["interval"])
    for when in ("before", "after"):
        assert near(row[when], printed[when]["index"]["estimate"])
        assert row[f"rank_{when}"] == printed[when]["rank"]


def test_what_if_of_a_withheld_index_and_of_dropped_statements() -> None:
    [entered, *_] = [row for row in scoring.explain(assessed(), "ARM").frame.rows if row.get("enters")]
    result = scoring.what_if(
        assessed(),
        "ARM",
        answers={"cyber_strategy": {"in_force": True}},
        dropped=[entered["statement"]],
        draws=50,
    )
    assert result.value.effects is not None
    [row] = records(result)
    assert {row[name] for name in ("before", "after", "difference", "answer", "rank_before", "rank_after")} == {None}


def test_compare() -> None:
    [pair] = drawn("compare", "GEO", "UKR")["pairs"]
    [index] = records(result_of("compare"), kind="index")
    assert (index["above"], index["below"]) == (pair["above"], pair["below"])
    for side in ("above", "below"):
        figures = pair["indices"][pair[side]]
        assert near(index[f"estimate_{side}"], figures["estimate"])
        between(index, f"low_{side}", f"high_{side}", figures["interval"])
    assert near(index["difference"], pair["difference"])
    assert near(index["p_above"], pair["p_above"], 1)
    assert index["distinguishable"] == pair["distinguishable"]
    rows = {row["node"].rpartition("/")[2]: row for row in records(result_of("compare")) if row["kind"] != "index"}
    assert len(rows) == len(pair["pillars"]) + len(pair["indicators"])
    for name, one in {**pair["pillars"], **pair["indicators"]}.items():
        same(
            rows[name],
            {f"estimate_{side}": one[side] for side in ("above", "below")},
            ("estimate_above", "estimate_below"),
        )
        assert near(rows[name]["part"], one.get("part"))
        assert near(rows[name]["weighted"], one.get("weighted"))
        between(rows[name], "order_holds_low", "order_holds_high", one.get("order_holds", [None, None]), 1)


def test_compare_of_a_withheld_index_shows_no_difference() -> None:
    result = scoring.compare(assessed(), "ARM", "GEO", simulation=simulated(), anyway=True)
    [index] = records(result, kind="index")
    codes = {"above": "ARM", "below": "GEO"}
    assert {name: index[name] for name in codes} == codes
    assert index["estimate_above"] is index["difference"] is None
    assert {row["part"] for row in records(result)} == {None}
    assert {row["order_holds_low"] for row in records(result)} == {None}


def test_reversals() -> None:
    [pair] = drawn("compare", "GEO", "UKR", "--turn")["pairs"]
    found, result = pair["reversals"], result_of("reversals")
    said = [
        (row["country"], row["statement"], row["text"], row["doubts"]) for row in records(result, part="statements")
    ]
    assert said == [(one["country"], one["id"], one["text"], ", ".join(one["doubts"])) for one in found["statements"]]
    assert {row["smallest"] for row in records(result, part="statements")} == {found["smallest_statements"]}
    answers = [
        (row["country"], row["node"].partition("/")[2].partition("/")[2], row["now"], row["then"])
        for row in records(result, part="answers")
    ]
    paths = ["/".join(filter(None, (one["indicator"], one["item"]))) for one in found["answers"]]
    assert answers == [
        (one["country"], path, one["now"], one["then"]) for one, path in zip(found["answers"], paths, strict=True)
    ]
    ties = {row["node"].rpartition("/")[2]: round(row["tie"], 6) for row in records(result, part="weights")}
    assert ties == found["weights"]["tie"]
    outcomes = [(one["node"], way) for one in found["open"] for way in one["outcomes"]]
    rows = records(result, part="open")
    assert [(row["node"], row["then"]) for row in rows] == [(node, way["answer"]) for node, way in outcomes]
    for row, (_, way) in zip(rows, outcomes, strict=True):
        assert near(row["value"], way["value"])
        assert near(row["p_above"], way["p_above"], 1)


def test_exponents_that_reverse_a_ranking_are_rows() -> None:
    """XAA has .5 and .5, thus .5 for all exponents; XAB has .9 and .2: .55 for p = 1, sqrt(.18) = .424 for p = 0."""
    pillars = {name: [{**tiny.LEVELS, "id": name}] for name in "ab"}
    profiles = [
        tiny.profile(tiny.say(first, "a"), tiny.say(second, "b"), country=code)
        for code, first, second in (("XAA", "v5", "v5"), ("XAB", "v9", "v2"))
    ]
    result = scoring.reversals(scoring.assess(tiny.book_of(pillars), profiles), "XAA", "XAB", draws=50)
    [row] = records(result, part="exponents")
    assert (row["above"], row["below"], row["low"]) == ("XAB", "XAA", -2)
    assert (0.9 ** row["high"] + 0.2 ** row["high"]) / 2 == pytest.approx(0.5 ** row["high"], abs=1e-5)
    tie = {row["node"]: (row["weight"], row["tie"]) for row in records(result, part="weights")}
    assert tie == {
        "index/a": (0.5, pytest.approx(3 / 7)),
        "index/b": (0.5, pytest.approx(4 / 7)),
    }  # .9 w + .2 (1 - w) = .5
    nothing = scoring.reversals(assessed(), "EST", "AZE", draws=20)  # Estonia is ahead on all pillars
    assert records(nothing, part="weights") == records(nothing, part="exponents") == []


def test_levers_and_reach() -> None:
    printed = document("levers", "AZE")
    rows = records(result_of("levers"))
    assert len(rows) == len(printed["levers"]) > 0
    for row, one in zip(rows, printed["levers"], strict=True):
        assert all(row[name] == one[name] for name in ("indicator", "item", "now", "then"))
        same(row, one, ("gain", "by_certainty"))
    found = drawn("scenario", "--reach", "AZE=45")["reach"]
    rows = records(result_of("reach"))
    assert len(rows) == len(found["steps"]) > 0
    for row, step in zip(rows, found["steps"], strict=True):
        assert all(row[name] == step[name] for name in ("indicator", "item", "now", "then"))
        same(row, found, ("wanted", "index", "change", "by_certainty"))
        between(row, "low", "high", found["interval"])
        assert (row["rank_before"], row["rank_after"]) == (found["rank"]["before"], found["rank"]["after"])
        assert row["reached"] is found["reached"] is True
    reached = scoring.reach(assessed(), "AZE", 1, draws=50)
    assert (reached.value.is_reached, records(reached)) == (True, [])
    assert "No step is needed" in str(reached)
    assert "<table>" in reached._repr_html_()
    assert str(scoring.levers(assessed(), "AZE")) == run("levers", "AZE", "--as-of", DAY).stdout
    assert "this is no forecast" in str(result_of("reach"))


@pytest.mark.parametrize(
    ("country", "figure", "options", "error", "says"),
    [
        ("AZE", 101, {}, ValueError, "101 is not on the scale of the index, 0 to 100"),
        ("AZE", math.nan, {}, ValueError, "nan is not on the scale"),
        ("AZE", 50, {"most": 0}, ValueError, "most is 0; give at least 1 step"),
        ("ARM", 50, {}, scoring.ScoringError, "Nothing to reach: the index of ARM is withheld"),
        ("Atlantis", 50, {}, scoring.UnknownNameError, "Atlantis"),
    ],
)
def test_what_cannot_be_reached(country: str, figure: float, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=f"^.*{says}"):
        scoring.reach(assessed(), country, figure, **options)


def test_trend() -> None:
    printed = json.loads(run("trend", "GEO", "--every", "edition", "--draws", str(DRAWS), "--format", "json").stdout)[
        "points"
    ]
    for row, one in zip(records(result_of("trend")), printed, strict=True):
        assert row["as_of"].isoformat() == one["as_of"]
        assert (row["edition"], row["published"]) == (one["edition"], one["published"])
        same(row, one["index"], ("estimate", "stated"))
        same(row, one["index"], ("information", "availability"), 1)
        between(row, "low", "high", one["interval"])
        between(row, "bounds_low", "bounds_high", (one["index"]["low"], one["index"]["high"]))
        step = one["step"] or {"interval": [None] * 2, "evidence_interval": [None] * 2, "parts": {}}
        assert near(row["move"], step.get("move"))
        between(row, "move_low", "move_high", step["interval"])
        between(row, "evidence_low", "evidence_high", step["evidence_interval"])
        assert row["more_than_noise"] is step.get("more_than_noise")
        for part in ("evidence", "ageing", "borrowing"):
            assert near(row[part], step["parts"].get(part))
    assert printed[0]["step"] is None
    assert printed[1]["step"] is not None


def test_a_change_from_a_withheld_index_is_missing() -> None:
    """Armenia is withheld on its first day: a change would give its index away."""
    rows = records(scoring.trend(assessed(), "ARM", "edition", draws=50))
    assert [row["published"] for row in rows] == [False, True]
    assert rows[0]["estimate"] is None
    assert {rows[1][name] for name in ("move", "move_low", "evidence", "evidence_high", "more_than_noise")} == {None}


def test_audit() -> None:
    printed = drawn("audit")["checks"]
    expected = [
        (check["name"], check["not_tested"], one.get("subject"), one.get("doubtful"), one.get("value"), *interval)
        for check in printed
        for one in check["findings"] or [{}]
        for interval in [one.get("interval") or [None, None]]
    ]
    rows = records(result_of("audit"))
    assert [(row["check"], row["not_tested"], row["subject"], row["doubtful"]) for row in rows] == [
        one[:4] for one in expected
    ]
    for row, (*_, value, low, high) in zip(rows, expected, strict=True):
        same(row, {"value": value, "low": low, "high": high}, ("value", "low", "high"), 1)
    assert any(row["subject"] is None and row["not_tested"] for row in rows)


def test_due() -> None:
    lines = list(csv.DictReader(io.StringIO(run("due", "GEO", "--as-of", DAY, "--format", "csv").stdout)))
    rows = records(result_of("due"))
    assert {row["kind"] for row in rows} >= {"statement", "source"}
    for row, line in zip(rows, lines, strict=True):
        texts = ("country", "kind", "id", "to_do", "date", "until", "read", "url")
        assert [row[name] or "" for name in texts] == [line[name].removeprefix("'") for name in texts]
        for name in ("share", "lost", "gain"):
            assert near(row[name], float(line[name]) if line[name] else None, 1)


def test_cite() -> None:
    [row] = records(result_of("cite"))
    cited = result_of("cite").value
    assert (row["id"], row["as_of"], row["kind"]) == (cited.id, dt.date(2018, 6, 30), "index")
    ranked = {one["country"]: one for one in drawn("rank")["countries"]}["GEO"]
    same(row, ranked["index"], ("estimate", "stated", "borrowed"))
    between(row, "low", "high", ranked["interval"])
    between(row, "bounds_low", "bounds_high", (ranked["index"]["low"], ranked["index"]["high"]))
    assert [row["rank"], row["rank_low"], row["rank_high"], row["band"]] == [
        ranked["rank"],
        *ranked["rank_interval"],
        ranked["band"],
    ]
    assert row["withheld_because"] is None
    [withheld] = records(scoring.cite(assessed(), "ARM", draws=50))
    assert withheld["withheld_because"] == "availability information"
    assert {withheld[name] for name in ("estimate", "rank", "rank_low", "band", "borrowed")} == {None}
    [pillar] = records(scoring.cite(assessed(), "ARM", "public_attitudes", draws=50))
    assert (pillar["node"], pillar["band"]) == ("resilience/public_attitudes", None)


def test_sensitivity() -> None:
    printed = document("sensitivity", "AZE", "GEO", "--draws", "100")
    result = result_of("sensitivity")
    sobol = {(row["of"], row["name"]): row for row in records(result, part="sobol")}
    assert len(sobol) == sum(map(len, printed["sobol"].values()))
    for output, groups in printed["sobol"].items():
        for group, one in groups.items():
            same(sobol[output, group], one, ("first", "first_error", "total", "total_error"), 1)
    for part in ("without_pillar", "without_indicator", "exponents"):
        rows = {(row["name"], row["of"]): row for row in records(result, part=part)}
        assert len(rows) == 2 * len(printed[part])
        for name, one in printed[part].items():
            for code in ("AZE", "GEO"):
                assert near(rows[name, code]["estimate"], one[code]["estimate"])
                assert rows[name, code]["rank"] == one[code]["rank"]
                assert near(rows[name, code]["mean_rank_shift"], one["mean_rank_shift"], 1)
    sources = {(row["of"], row["name"]): row for row in records(result, part="without_source")}
    assert len(sources) == sum(map(len, printed["without_source"].values()))
    for code, names in printed["without_source"].items():
        for name, one in names.items():
            assert near(sources[code, name]["estimate"], one["estimate"])
    assert {row["name"]: row["weight"] for row in records(result, part="nominal")} == printed["weights"]["nominal"]
    local = {(row["of"], row["name"]): row["weight"] for row in records(result, part="local")}
    for code, weights in printed["weights"]["local"].items():
        for name, weight in weights.items():
            assert near(local[code, name], weight, 1)
    assert printed["weights"]["effective"] is None
    assert records(result, part="effective") == []


def test_effective_weights_are_rows() -> None:
    """With enough countries: the least number is that of the audit, which is lowered."""
    book, profiles = loaded_few()
    countries = book.rubric.audit.countries.model_copy(update={"importance": 6})
    audit = book.rubric.audit.model_copy(update={"countries": countries})
    lowered = book.model_copy(update={"rubric": book.rubric.model_copy(update={"audit": audit})})
    result = scoring.sensitivity(scoring.assess(lowered, profiles, as_of=DAY), draws=32)
    rows = [(row["weight"], row["low"], row["high"]) for row in records(result, part="effective")]
    assert rows == [pytest.approx(one) for one in result.value.effective or ()]
    assert len(rows) == 5


def test_explain_has_a_row_per_question_and_statement() -> None:
    printed = document("explain", "AZE")
    leaves: list[dict[str, Any]] = []

    def collect(node: dict[str, Any]) -> None:
        if not node["children"]:
            leaves.append(node)
        for child in node["children"]:
            collect(child)

    collect(printed["node"])
    rows = records(result_of("explain"))
    for leaf in leaves:
        of = [row for row in rows if row["node"] == leaf["path"]]
        entered = [row for row in of if row["enters"]]
        for row, one in zip(entered, leaf["statements"], strict=True):
            texts = (
                "text",
                "source",
                "url",
                "date",
                "reliability",
                "credibility",
                "answer",
                "absence",
                "retrospective",
            )
            assert [row["statement"], *(row[name] for name in texts)] == [one["id"], *(one[name] for name in texts)]
            same(row, one, ("weight", "grade_factor", "age_factor", "share_of_index"), 1)
        left_out = [(row["statement"], row["reason"]) for row in of if row["enters"] is False]
        assert left_out == [(one["id"], one["reason"]) for one in leaf["not_entered"]]
        if not leaf["statements"] and not leaf["not_entered"]:
            assert [(row["statement"], row["enters"], row["share_of_index"]) for row in of] == [(None, None, None)]
    assert len({row["node"] for row in rows}) == len(leaves)
    assert any(row["statement"] is None for row in rows)
    total = sum(row["share_of_index"] or 0 for row in rows)
    assert total == pytest.approx(printed["node"]["information"], abs=1e-5)


def test_explain_of_a_statement() -> None:
    entered = next(row for row in result_of("explain").frame.rows if row.get("enters"))["statement"]
    printed = document("explain", "AZE", "--statement", entered)
    result = scoring.explain(assessed(), "AZE", statement=entered)
    rows = records(result)
    assert [row["node"] for row in rows] == [
        *(one["path"] for one in printed["enters"]),
        *(one["path"] for one in printed["not_entered"]),
    ]
    for row in rows:
        same(row, printed, ("effect", "through_centre"))
    assert result.frame.columns == result_of("explain").frame.columns
    context = next(
        one.id
        for profile in assessed().profiles
        if profile.country == "AZE"
        for one in profile.statements
        if one.id not in {row["statement"] for row in records(result_of("explain"))}
    )
    [row] = records(scoring.explain(assessed(), "AZE", statement=context))
    assert (row["node"], row["enters"]) == (None, False)


def test_verify(tmp_path: Path) -> None:
    result = result_of("verify")
    known, unknown = records(result, kind="citation", status="holds"), records(result, status="unknown")
    printed = json.loads(run("verify", str(reported(tmp_path)), "--draws", str(DRAWS), "--format", "json").stdout)
    figures = [one for citation in printed["citations"] for one in citation["figures"] or [{}]]
    rows = records(result, kind="citation")
    assert [(row["figure"], row["said"], row["now"]) for row in rows] == [
        (one.get("figure"), one.get("said"), one.get("now")) for one in figures
    ]
    assert {row["figure"] for row in known} > {"estimate", "rank"}
    assert {row["figure_status"] for row in known} == {"holds"}
    assert unknown
    assert [row["said"] for row in records(result, kind="broken")] == [one["text"] for one in printed["broken"]]
    assert len(printed["broken"]) == 1


def test_verify_lists_what_has_no_id(tmp_path: Path) -> None:
    [row] = records(result_of("cite"))
    [estonia] = [one for one in simulated().to_polars().to_dicts() if one["country"] == "EST"]
    (tmp_path / "none.md").write_text("Nothing is cited here.\n")
    (tmp_path / "alone.md").write_text(f"See {row['id']}.\n")
    (tmp_path / "few.md").write_text(
        f"The index is {100 * row['estimate']:.1f} ({row['id']}) and {100 * estonia['estimate']:.1f} in Estonia.\n"
    )
    reports = [tmp_path / f"{name}.md" for name in ("none", "few", "alone")]
    result = scoring.verify(assessed(), *reports, draws=DRAWS)
    [alone] = records(result, file=str(reports[2]))
    assert (alone["kind"], alone["id"], alone["status"], alone["figure"]) == ("citation", row["id"], "holds", None)
    assert [row["file"] for row in records(result, kind="without_id")] == [str(tmp_path / "none.md")]
    [uncited] = records(result, kind="uncited")
    assert (uncited["said"], uncited["line"], uncited["id"]) == (f"{100 * estonia['estimate']:.1f}", 1, None)


def test_qualify() -> None:
    codes: dict[str, Any] = {name: {} for name in scoring.vignettes()}
    result = scoring.qualify(codes, "nobody")
    [whole] = records(result, indicator=None)
    assert (whole["coder"], whole["exact"], whole["missed"], whole["severity"]) == ("nobody", 0, whole["n"], None)
    rows = [row for row in records(result) if row["indicator"]]
    assert sum(row["n"] for row in rows) == whole["n"]
    assert {row["qualified"] for row in rows} == {False}
    # Wilson's interval of 0 of n ends at z² / (n + z²)
    for row in rows:
        assert row["exact_high"] == pytest.approx(1.959964**2 / (row["n"] + 1.959964**2), abs=1e-6)
    assert qualification_frame("nobody", result.value).rows == result.frame.rows


@pytest.fixture
def reviewed(folder: Path) -> Path:
    """The small index with an expert who agrees with one of the statements of Azerbaijan and disputes another."""
    [profile] = [one for one in scoring.load()[1] if one.country == "AZE"]
    digests = statement_digests(profile.whole)
    (folder / "reviews").mkdir()
    (folder / "reviews" / "AZE.yaml").write_text(
        "format: 1\ncountry: AZE\nreviews:\n"
        "  - reviewer: expert-1\n    role: expert\n    interest: none\n    on: 2018-02-01\n    statements:\n"
        f'      place-2017: {{says: agree, digest: "{digests["place-2017"]}"}}\n'
        f'      poll-2016: {{says: dispute, digest: "{digests["poll-2016"]}", why: "No.", codes: {{approval: '
        "{share: 20, n: 1000}}}\n"
    )
    return folder


def test_reviews(reviewed: Path) -> None:
    assert reviewed.is_dir()
    result = scoring.reviews(scoring.assess(*scoring.load()))
    [printed] = json.loads(run("reviews", "--format", "json").stdout)["countries"]
    [line] = csv.DictReader(io.StringIO(run("reviews", "--format", "csv").stdout))
    [row] = records(result)
    assert list(line) == list(row)
    assert (row["experts"], row["governments"], row["read"], row["disputed"]) == (1, 0, 2, 1)
    assert near(row["information_read"], printed["information_read"], 1)
    same(row, printed["index"], ("estimate", "low", "high"))
    between(row, "upheld_low", "upheld_high", (printed["upheld"]["low"], printed["upheld"]["high"]))
    for name, text in line.items():
        is_figure = name in ("estimate", "low", "high") or name.startswith("upheld")
        unit = NUMBER if is_figure else 1
        assert row[name] == text if isinstance(row[name], str) else near(row[name], float(text), unit)


def test_simulation() -> None:
    text = run("rank", "--as-of", DAY, "--draws", str(DRAWS), "--format", "csv").stdout
    lines = {line["country"]: line for line in csv.DictReader(io.StringIO(text))}
    rows = simulated().to_polars().to_dicts()
    assert len(rows) == len(lines)
    for row in rows:
        line = lines[row["country"]]
        assert line.keys() <= row.keys()
        assert (row["name"], row["indistinguishable_from"]) == (line["name"], line["indistinguishable_from"])
        for name in ("rank", "rank_low", "rank_high"):
            assert row[name] == (int(line[name]) if line[name] else None)
        for name in ("estimate", "median", "low", "high"):
            assert near(row[name], float(line[name]) if line[name] else None)
        bands = [name for name in line if name.startswith("p_")]
        assert sum(row[name] for name in bands) == pytest.approx(1)
        same(row, {name: float(line[name]) for name in bands}, bands, 1)
    [withheld] = [row for row in rows if not row["published"]]
    assert withheld["country"] == "ARM"
    assert withheld["estimate"] is withheld["rank"] is withheld["rank_low"] is None
    table, empty = simulated().to_pandas(), scoring.simulate(scoring.assess(loaded_few()[0], []), draws=10)
    assert list(table["country"]) == [row["country"] for row in rows]
    assert empty.to_pandas().dtypes.equals(table.dtypes)
    assert empty.to_polars().schema == simulated().to_polars().schema


def test_results_without_records_have_the_same_columns() -> None:
    late = scoring.assess(*loaded_few(), as_of="2060-01-01")
    nothing = scoring.due(late, "AZE", on="2061")
    assert nothing.to_polars().schema == result_of("due").to_polars().schema
    assert scoring.reviews(assessed()).to_pandas().empty
    far = scoring.reach(assessed(), "AZE", 99, draws=20)
    assert {row["reached"] for row in records(far)} == {False}


# -- charts ------------------------------------------------------------------------------------------------------------


@functools.cache
def charts() -> dict[str, scoring.Chart]:
    """All figures of two countries and of the set."""
    exposure = scoring.assess(scoring.load("rubrics/exposure")[0], assessed().profiles, as_of=DAY)
    names = gallery.names(Run(scenario_of(assessed()), settings_of(assessed())))
    wanted = [name for name in names if name[-3:] in ("AZE", "GEO") or "-" not in name]
    drawn = {name: scoring.figure(assessed(), name, draws=100) for name in wanted}
    matrix = "matrix-resilience-exposure"
    return {**drawn, matrix: scoring.figure(assessed(), matrix, others=[exposure], draws=100)}


def test_a_chart_shows_itself_as_the_figure_of_the_command(tmp_path: Path) -> None:
    assert {"ranking", "pillars", "panels", "map", "editions", "country-AZE", "waterfall-GEO", "editions-GEO"} <= set(
        charts()
    )
    asked = [part for name in ("ranking", "waterfall-GEO") for part in ("--figure", name)]
    run("figures", str(tmp_path / "out"), *asked, "--as-of", DAY, "--draws", "100")
    for name in ("ranking", "waterfall-GEO"):
        assert charts()[name]._repr_svg_() == (tmp_path / "out" / f"{name}.svg").read_text()
    for name, chart in charts().items():
        assert repr(chart) == f"<Chart {name}>"
        assert "<" not in str(chart)
        assert str(chart) == chart.head.alt
        assert not hasattr(chart, "_repr_html_")
        assert ET.fromstring(chart._repr_svg_()).tag.endswith("svg")  # noqa: S314  our own output


def test_two_charts_on_a_page_do_not_clash() -> None:
    for chart in charts().values():
        for element in ET.fromstring(chart.svg).iter():  # noqa: S314
            assert "id" not in element.attrib
            assert element.tag.rpartition("}")[2] not in ("style", "script", "use", "defs")
            assert not any("url(" in value or name.endswith("href") for name, value in element.attrib.items())


def test_strangers_text_stays_text(folder: Path) -> None:
    hostile = "<script>alert(1)</script> & </svg>"
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("A small index", f'"{hostile}"'))
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace("title: State", f'title: "{hostile}"'))
    assessment = scoring.assess(*scoring.load())
    for name in ("ranking", "waterfall-GEO", "country-AZE"):
        root = ET.fromstring(scoring.figure(assessment, name, draws=50).svg)  # noqa: S314
        assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
        assert "<script>alert(1)</script>" in " ".join(root.itertext())


def test_a_chart_is_written(tmp_path: Path) -> None:
    chart = charts()["ranking"]
    chart.save(tmp_path / "one.svg")
    chart.save(str(tmp_path / "one.PNG"))
    chart.save(tmp_path / "one.pdf")
    assert (tmp_path / "one.svg").read_text() == chart.svg
    assert (tmp_path / "one.PNG").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(ValueError, match=r"^cannot write one\.gif; give it the ending \.svg, \.png or \.pdf$"):
        chart.save(tmp_path / "one.gif")
    (tmp_path / "link.svg").symlink_to(tmp_path / "one.svg")
    with pytest.raises(OSError, match="symbolic link"):
        chart.save(tmp_path / "link.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.svg", "one.PNG", "one.pdf", "one.svg"]


def test_a_chart_of_some_countries() -> None:
    chart = scoring.figure(assessed(), "ranking", countries=["Georgia", "AZE"], draws=50)
    drawn = re.findall(r'data-country="(\w+)"', chart.svg)
    assert set(drawn) == {"GEO", "AZE"}


def test_nothing_is_drawn_of_no_countries() -> None:
    with pytest.raises(scoring.ScoringError, match=r"^Nothing to draw: the assessment has no countries\.$"):
        scoring.figure(scoring.assess(loaded_few()[0], []), "ranking")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: scoring.figure(assessed(), "rankin", draws=20), "unknown figure rankin; did you mean ranking?"),
        (lambda: scoring.figure(assessed(), "waterfall-ARM", draws=20), "no figure waterfall-ARM"),
        (lambda: scoring.figure(assessed(), "matrix-resilience-exposure", draws=20), "unknown figure matrix"),
        (lambda: scoring.figure(assessed(), "ranking", countries=["Atlantis"], draws=20), "Atlantis"),
    ],
)
def test_a_figure_that_does_not_exist(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(scoring.UnknownNameError, match=re.escape(says)):
        call()
