"""The scale on which an index is printed: values inside are in [0, 1], every output is on the scale.

Expected figures are the default ones, shifted and stretched by hand: x = from + (to - from) v.
"""

from __future__ import annotations

import json
import re
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import PILLAR, PROFILE, RUBRIC, run
from hypothesis import example, given
from hypothesis import strategies as st
from tiny import NUMBER, book_of

from scoring.model.digest import digest
from scoring.model.rubric import Rubric, RuleBook
from scoring.model.scale import Scale
from scoring.statistics.means import round_half_up

TEN = "scale: {from: 0, to: 10, decimals: 2}\n"
BANDS = "bands: [{from: 0, label: low}, {from: 50, label: high}]"


def write(scale: str, bands: str) -> None:
    """The rubric with a scale."""
    Path("rubrics/small/rubric.yaml").write_text(scale + RUBRIC.replace(BANDS, f"bands: {bands}"))


@pytest.fixture
def ten(folder: Path) -> Path:
    """The folder with a scale of 0 to 10, and an index that every country has."""
    write(TEN, "[{from: 0, label: low}, {from: 3.5, label: high}]")
    return folder


def test_the_default_scale_changes_no_digest() -> None:
    def book(**more: object) -> RuleBook:
        keys = book_of({"state": [NUMBER]}).rubric.model_dump(by_alias=True, exclude_unset=True)
        return RuleBook(rubric=Rubric.model_validate({**keys, **more}), pillars=())

    plain = digest(book())
    assert digest(book(scale={"from": 0, "to": 100, "decimals": 1})) == digest(book(scale={})) == plain
    assert digest(book(scale={"from": 0, "to": 10})) != plain


@given(st.integers(0, 1000), st.integers(-500, 500), st.integers(1, 2000), st.integers(0, 4))
@example(500, -1, 729, 1)  # 72.8 + 0.1 is 72.89999999999999 in binary
def test_a_value_on_the_scale_is_the_exact_fraction_rounded_half_to_even(
    thousandths: int, start: int, width: int, decimals: int
) -> None:
    scale = Scale.model_validate({"from": start / 10, "to": (start + width) / 10, "decimals": decimals})
    exact = Fraction(start, 10) + Fraction(thousandths, 1000) * Fraction(width, 10)
    assert Fraction(scale.points(thousandths / 1000)) == Fraction(round(exact * 10**decimals), 10**decimals)
    assert abs(scale.off(scale.on(thousandths / 1000)) - thousandths / 1000) < 1e-9


@given(st.integers(0, 700), st.integers(1, 7), st.integers(0, 2))
def test_rounding_is_half_up_on_the_scale(hundredths: int, start: int, decimals: int) -> None:
    scale = Scale.model_validate({"from": start, "to": start + 7})
    exact = start + Fraction(hundredths, 100)
    expected = Fraction(int(exact * 10**decimals + Fraction(1, 2)), 10**decimals)
    [found] = round_half_up(np.array([hundredths / 700]), scale.grid(decimals))
    assert scale.on(float(found)) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.usefixtures("folder")
def test_json_is_ten_times_smaller_and_shares_are_not() -> None:
    plain = json.loads(run("score", "--format", "json").stdout)["countries"]
    write(TEN, "[{from: 0, label: low}, {from: 5, label: high}]")
    scaled = json.loads(run("score", "--format", "json").stdout)["countries"]
    for before, after in zip(plain, scaled, strict=True):
        for name in ("stated", "low", "high"):
            assert after["index"][name] == pytest.approx(before["index"][name] / 10, abs=1e-6)
        assert after["index"]["information"] == before["index"]["information"]
        assert after["band"] == before["band"]


@pytest.mark.usefixtures("ten")
def test_the_table_the_sentence_and_the_page_are_on_the_scale() -> None:
    Path("rubrics/small/rubric.yaml").write_text(
        Path("rubrics/small/rubric.yaml").read_text().replace("information: 0.50", "information: 0.10")
    )
    assert "0 … 10" in run("score").stdout
    index = json.loads(run("score", "GEO", "--format", "json").stdout)["countries"][0]["index"]["estimate"]
    cited = run("cite", "GEO", "--draws", "100").stdout
    assert f"was {index:.2f} of 10 on" in cited
    Path("report.md").write_text(cited)
    verified = run("verify", "report.md", "--draws", "100")
    assert verified.exit_code == 0, verified.output
    Path("report.md").write_text(cited.replace(f"{index:.2f}", f"{index + 0.5:.2f}", 1))
    assert run("verify", "report.md", "--draws", "100").exit_code != 0


@pytest.mark.usefixtures("ten")
def test_the_lock_and_the_id_hold_on_the_scale() -> None:
    assert run("lock").exit_code == 0
    highs = [float(text) for text in re.findall(r"high = ([0-9.]+)", Path("scores.lock").read_text())]
    assert highs
    assert max(highs) <= 10
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("ten")
@pytest.mark.parametrize("command", ["site", "figures", "export"])
def test_pages_and_figures_have_the_ends_of_the_scale(command: str) -> None:
    pytest.importorskip("jinja2")
    assert run(command, "out", "--draws", "100").exit_code == 0
    names = {"site": "index.html", "figures": "ranking.svg", "export": "datapackage.json"}
    text = next(Path("out").rglob(names[command])).read_text()
    wanted = {"site": "<i>0</i><i>5</i><i>10</i>", "figures": ">10<", "export": "points of 0 to 10"}
    assert wanted[command] in text
    assert ">100<" not in text


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("scale", "bands", "says"),
    [
        ("scale: {from: 10, to: 0}\n", "[{from: 0, label: a}]", "0 is not above 10, the beginning of the scale"),
        ("scale: {from: 1, to: 7}\n", "[{from: 0, label: a}]", "start at 1 and increase, up to 7 at most"),
        (TEN, "[{from: 0, label: a}, {from: 50, label: b}]", "up to 10 at most"),
        ("scale: {decimals: 9}\n", "[{from: 0, label: a}]", "scale.decimals"),
    ],
)
def test_a_scale_that_cannot_be_is_refused(scale: str, bands: str, says: str) -> None:
    write(scale, bands)
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.usefixtures("folder")
def test_a_scale_that_begins_elsewhere_than_at_0() -> None:
    write("scale: {from: 1, to: 7, decimals: 1}\n", "[{from: 1, label: low}, {from: 4, label: high}]")
    Path("rubrics/small/state.yaml").write_text(PILLAR)
    Path("profiles/AZE.yaml").write_text(PROFILE)
    text = run("explain", "AZE", "strategy").stdout
    assert "value 1.0 = none: No strategy" in text  # v = 0
    assert "evidence mean 1.0" in text
    text = run("explain", "AZE", "approval").stdout
    assert "(1 at 90 %, 7 at 10 %)" in text
    assert "value 3.7 =" in text  # v = (54 - 90) / (10 - 90) = 0.45; 1 + 6 x 0.45 = 3.7


@pytest.mark.usefixtures("folder")
def test_without_a_prior_nothing_talks_of_missing_evidence_bounds_or_thin_pillars() -> None:
    pytest.importorskip("jinja2")
    rubric = RUBRIC.replace("weight: 0.25", "weight: 0").replace("information: 0.50", "information: 0")
    rubric = rubric.replace("availability: 0.65", "availability: 0").replace("pillars:", "missing: drop\npillars:")
    Path("rubrics/small/rubric.yaml").write_text(rubric)
    Path("rubrics/small/state.yaml").write_text(PILLAR.replace("indicators:", "missing: drop\nindicators:", 1))
    texts = [run("score").stdout, run("rank", "--draws", "100").stdout, run("explain", "AZE").stdout]
    for command in ("site", "figures", "export"):
        assert run(command, command, "--draws", "100").exit_code == 0
    texts += [Path("site/index.html").read_text(), Path("site/data.html").read_text()]
    texts += [path.read_text() for path in Path("figures").glob("*.svg")]
    for text in texts:
        assert not re.search("missing evidence|evidence bounds|insufficient data", text, re.IGNORECASE)


@pytest.mark.usefixtures("folder")
def test_a_difference_between_two_scales_is_on_the_present_one() -> None:
    for name in ("rubrics", "profiles"):
        shutil.copytree(name, Path("before", name))
    write(TEN, "[{from: 0, label: low}, {from: 5, label: high}]")  # the same cuts as before, on the new scale
    result = run("diff", "./before", "--draws", "100")
    assert "No score changed." in result.stdout
    assert "The scale was 0 to 100 and is 0 to 10 now" in result.stderr
    profile = Path("profiles/AZE.yaml")
    profile.write_text(profile.read_text().replace("strategy: none", "strategy: adopted"))
    changed = json.loads(run("diff", "./before", "--draws", "100", "--format", "json").stdout)
    [moved] = changed["countries"]
    [estimate] = [one for one in changed["moves"] if (one["node"], one["figure"]) == ("index", "estimate")]
    assert (moved["was"], moved["now"]) == pytest.approx((estimate["was"], estimate["now"]))
    assert 0 < moved["was"] < moved["now"] < 10
