"""Below a sum each node is printed on its share of the scale: five points of fifteen, ten of a hundred and twenty.

Expected figures are sums and shares by hand, such as 5 + 4 + 2.5 = 11.5.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import tiny
from conftest import NAMES, RANKING, RANKING_PILLAR, ranking_statement, run
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.change.lock import figure_changes, locked, scales_of
from scoring.citing import written
from scoring.citing.written import Ends, Own
from scoring.model.rubric import RuleBook
from scoring.model.scale import Scale
from scoring.render.output_schemas import output_schema
from scoring.uncertainty.draws import Settings, node_blocks

FIVE = {"from": 0.0, "to": 5.0, "decimals": 1}


def document(*arguments: str) -> Any:
    import jsonschema  # noqa: PLC0415  of tests alone

    found = json.loads(run(*arguments, "--format", "json").stdout)
    jsonschema.validate(found, output_schema(arguments[0]))
    return found


# -- the scales --------------------------------------------------------------------------------------------------------


def book(rubric: dict[str, Any], *pillars: dict[str, Any]) -> RuleBook:
    plain = tiny.book_of({pillar["id"]: pillar["indicators"] for pillar in pillars}).rubric
    keys = plain.model_dump(by_alias=True, exclude_none=True) | rubric
    return RuleBook.model_validate({"rubric": keys, "pillars": [{"title": "Pillar", **one} for one in pillars]})


def number(name: str, weight: float = 1.0) -> dict[str, Any]:
    return {**tiny.NUMBER, "id": name, "weight": weight}


def scales(assessment: scoring.Assessment) -> dict[str, str]:
    return {node.id: node.scale.spanned for node in assessment.nodes}


def test_indicators_of_a_sum_of_sums_have_ten_points_of_a_hundred_and_twenty() -> None:
    """The shape of the Fragile States Index: twelve indicators of 0 to 10, three in each of four groups of 0 to 30."""
    groups = ("cohesion", "economy", "politics", "society")
    values = {f"{group}_{place}": (place + 3 * at) / 12 for at, group in enumerate(groups) for place in (1, 2, 3)}
    pillars = [
        {"id": group, "combine": "sum", "indicators": [number(f"{group}_{place}") for place in (1, 2, 3)]}
        for group in groups
    ]
    scale = {"from": 0.0, "to": 120.0, "decimals": 1}
    fragile = book({"combine": "sum", "scale": scale, "better": "lower"}, *pillars)
    told = [tiny.say(value, name, confidence="exact") for name, value in values.items()]
    assessment = scoring.assess(fragile, [tiny.profile(*told)])
    expected = {"index": "0 to 120", **dict.fromkeys(groups, "0 to 30"), **dict.fromkeys(values, "0 to 10")}
    assert scales(assessment) == expected
    texts = {score.node.id: score.text for score in assessment.countries[0].nodes}
    # 10 n / 12 for n = 1 to 12: 6.5 of 12 on average; the first three sum to 10 x 6 / 12
    assert texts["cohesion_1"] == "0.8"
    assert texts["society_3"] == "10.0"
    assert texts["cohesion"] == "5.0"
    assert texts["index"] == "65.0"


def test_only_the_children_of_a_sum_share_its_scale() -> None:
    """A mean below a sum has points of its own, and its children have the same; a sum below a mean begins anew."""
    group = {**tiny.INDICATOR, "id": "group", "kind": "group", "combine": "sum", "weight": 1.0}
    del group["half_life"]
    group["indicators"] = [number("c", 1.0), number("d", 3.0)]
    items = [{"key": "one", "points": 1.0, "text": "."}, {"key": "two", "points": 3.0, "text": "."}]
    listed = {**tiny.INDICATOR, "id": "listed", "kind": "checklist", "items": items, "weight": 3.0}
    first = {"id": "p", "combine": "sum", "indicators": [number("a"), listed]}
    second = {"id": "q", "indicators": [group, {"use": "a", "weight": 1.0}]}
    rubric = {"exponent": 1.0, "scale": {"from": 4.0, "to": 20.0}, "bands": [{"from": 4, "label": "all"}]}
    found = scales(scoring.assess(book(rubric, first, second), [tiny.profile(tiny.say(0.5, "a"))]))
    assert found == {
        **dict.fromkeys(("index", "p", "q"), "4 to 20"),
        "a": "1 to 5",
        **dict.fromkeys(("listed", "one", "two"), "3 to 15"),
        "group": "4 to 20",
        "c": "1 to 5",
        "d": "3 to 15",
        "a_in_q": "4 to 20",
    }


def test_a_child_without_weight_keeps_the_scale_of_its_parent() -> None:
    parts = [number("a", 1.0), number("b", 3.0), number("gate", 0.0)]
    gate = {"node": "gate", "below": 0.5, "value": 2.0}
    pillar = {"id": "p", "combine": "sum", "gate": gate, "indicators": parts}
    small = book({"exponent": 1.0, "scale": {"from": 0.0, "to": 4.0}}, pillar)
    for limit, index in ((0.1, 2.0), (0.2, 2.5)):  # of 4: .4 closes it, .8 does not; then 1 x .25 + 3 x .75 = 2.5
        told = [tiny.say(0.25, "a"), tiny.say(0.75, "b"), tiny.say(limit, "gate")]
        assessment = scoring.assess(small, [tiny.profile(*told)])
        assert scales(assessment) == {"index": "0 to 4", "p": "0 to 4", "a": "0 to 1", "b": "0 to 3", "gate": "0 to 4"}
        assert assessment.countries[0].index.text == str(index)


def test_a_gate_is_on_the_scale_of_its_child_and_gives_a_value_on_that_of_its_node() -> None:
    pillars: list[dict[str, Any]] = [{"id": name, "indicators": [number(f"{name}_a")]} for name in ("p", "q")]
    pillars[0] |= {"gate": {"node": "p_a", "below": 2.0, "value": 5.0}}  # at most 2 of 5: the pillar has 5 of 5
    rubric = {"combine": "sum", "scale": {"from": 0.0, "to": 10.0}, "gate": {"node": "q", "below": 1.0, "value": 0.0}}
    for p, q, shown in ((0.4, 0.5, ("7.5", "5.0")), (0.6, 0.5, ("5.5", "3.0")), (0.6, 0.2, ("0.0", "3.0"))):
        told = [tiny.say(p, "p_a"), tiny.say(q, "q_a")]
        country = scoring.assess(book(rubric, *pillars), [tiny.profile(*told)]).countries[0]
        assert (country.index.text, country.pillars[0].text) == shown


def test_a_node_is_rounded_to_decimals_of_its_own_scale() -> None:
    """.33 of 5 is 1.65, half up 1.7; on 0 to 10 it would be 3.3, and the index 3.3 and not 3.4."""
    pillars = [{"id": name, "round": 1, "indicators": [number(f"{name}_a")]} for name in ("p", "q")]
    rubric = {"combine": "sum", "scale": {"from": 0.0, "to": 10.0, "decimals": 2}}
    told = [tiny.say(0.33, "p_a"), tiny.say(0.33, "q_a")]
    country = scoring.assess(book(rubric, *pillars), [tiny.profile(*told)]).countries[0]
    assert (country.index.text, country.pillars[0].text) == ("3.40", "1.70")


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100)), min_size=1, max_size=6),
    st.integers(-20, 20),
    st.integers(1, 200),
)
def test_the_parts_of_a_sum_add_up(parts: list[tuple[int, int]], start: int, width: int) -> None:
    indicators = [number(f"i{place}", float(weight)) for place, (weight, _) in enumerate(parts)]
    scale = {"from": float(start), "to": float(start + width)}
    rubric = {"exponent": 1.0, "scale": scale, "bands": [{"from": start, "label": "all"}]}
    told = [tiny.say(v / 100, f"i{place}", confidence="exact") for place, (_, v) in enumerate(parts)]
    pillar = {"id": "p", "combine": "sum", "indicators": indicators}
    assessment = scoring.assess(book(rubric, pillar), [tiny.profile(*told)])
    index, _, *children = assessment.countries[0].nodes
    total = sum(weight for weight, _ in parts)
    exact = start + Fraction(width * sum(weight * v for weight, v in parts), 100 * total)
    assert sum(child.scale.figure(child.estimate) for child in children) == pytest.approx(float(exact), abs=1e-9)
    assert index.scale.figure(index.estimate) == pytest.approx(float(exact), abs=1e-9)


def test_equal_shares_of_whole_points_are_whole() -> None:
    """As binary fractions, 49 shares of 7 in 343 would be 6.999999999999999 each."""
    for count in range(1, 1000):
        scale = Scale.model_validate({"from": 0, "to": 7 * count})
        assert scale.below("sum", 1 / count).to == 7.0


def test_a_pillar_as_its_own_index_has_the_scale_that_it_has_in_the_whole(ranking: Path) -> None:
    small, profiles = scoring.load(ranking / "rubrics", ranking / "profiles")
    alone = scoring.assess(small, profiles, pillar="measures")
    assert [country.index.text for country in alone.by_rank] == ["4.0", "1.0"]
    assert "0 … 5" in [column.head for column in alone.tables()[0].columns]


# -- a sum with a prior ------------------------------------------------------------------------------------------------


def test_bounds_of_a_sum_with_a_prior_are_those_of_the_weighted_mean() -> None:
    """k = 1/4, statements of weight 1: low v / 1.25, high (v + .25) / 1.25, estimate (v + .125) / 1.25; none: 0, 1, .5.

    .8, none and .4, each of 5 points: 3.2 + 0 + 1.6 = 4.8; 4.2 + 5 + 2.6 = 11.8; 3.7 + 2.5 + 2.1 = 8.3. The evidence
    mean is that of .8 and .4, 9 of 15.
    """
    prior = {"weight": 0.25, "centre": 0.5}
    rubric = {"exponent": 1.0, "prior": prior, "scale": {"from": 0.0, "to": 15.0}}
    told = [tiny.say(0.8, "a", confidence="exact"), tiny.say(0.4, "c", confidence="exact")]
    settings = Settings(draws=500, seed=0, kappa=60.0, exponents=((1.0, 1.0),))
    drawn = []
    rules: tuple[dict[str, Any], ...] = ({"combine": "sum"}, {})
    for rule in rules:
        pillar = {"id": "p", "indicators": [number("a"), number("b"), number("c")], **rule}
        assessment = scoring.assess(book(rubric, pillar), [tiny.profile(*told)])
        index = assessment.countries[0].index
        figures = [index.scale.points(value) for value in (index.low, index.high, index.estimate, index.stated)]
        assert figures == ["4.8", "11.8", "8.3", "9.0"]
        drawn.append(next(iter(node_blocks(assessment, settings, (0, 1)))))
    assert drawn[0] == pytest.approx(drawn[1], abs=1e-6)


def test_a_sum_across_pillars_stands_beside_a_prior(ranking: Path) -> None:
    path = ranking / "rubrics" / "ranking" / "rubric.yaml"
    path.write_text(RANKING.replace("weight: 0,", "weight: 0.25,"))
    profile = ranking / "profiles" / "EST.yaml"
    profile.write_text(profile.read_text().replace(ranking_statement("measures", 8), ""))
    assert run("validate").exit_code == 0
    [index] = [one["index"] for one in document("score", "EST")["countries"]]
    # 5 and 2.5 of 5 with k = 1/4: low 4 + 0 + 2, high 5 + 5 + 3, evidence mean (1 + .5) / 2 of 15
    assert (index["low"], index["high"], index["stated"]) == (6.0, 13.0, 11.25)
    path.write_text(path.read_text().replace("combine: sum", "combine: least"))
    assert "needs `prior: {weight: 0}`" in run("validate").output


# -- outputs -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ranking")
def test_the_table_and_explain_print_pillars_of_five_points() -> None:
    table = run("score").stdout
    assert re.search(r"Estonia \(EST\)\s+11\.5\s.*\s5\.0\s+4\.0\s+2\.5\n", table)
    assert "Scale of each pillar: 0 to 5." in table
    text = run("explain", "EST").stdout
    assert re.search(
        r"measures: State of measures \[pillar, 33\.3 % of the index, 0 to 5\]\n\s+4\.0, information", text
    )
    assert "value 4.0 = 8 (0 at 0, 5 at 10)" in text
    assert "ranking: 11.5," in run("explain", "EST", "--statement", "of-measures").stdout


@pytest.mark.usefixtures("ranking")
def test_json_has_the_scale_of_a_node_that_is_not_that_of_the_rubric() -> None:
    [estonia] = document("score", "EST")["countries"]
    assert estonia["index"]["estimate"] == 11.5
    assert "scale" not in estonia["index"]
    assert [estonia["pillars"][name]["estimate"] for name in NAMES] == [5.0, 4.0, 2.5]
    assert [estonia["pillars"][name]["scale"] for name in NAMES] == [FIVE] * 3
    explained = document("explain", "EST")["node"]["children"][1]
    leaf = explained["children"][0]
    assert (explained["estimate"], explained["scale"], leaf["scale"]) == (4.0, FIVE, FIVE)
    assert leaf["statements"][0]["value"] == 4.0


@pytest.mark.usefixtures("ranking")
def test_contributions_stay_on_the_scale_of_the_index() -> None:
    [pair] = document("compare", "EST", "LVA", "--draws", "100")["pairs"]
    assert pair["difference"] == 5.0  # 11.5 - 6.5
    measures = pair["pillars"]["measures"]
    assert (measures["above"], measures["below"], measures["part"], measures["scale"]) == (4.0, 1.0, 3.0, FIVE)
    indicator = pair["indicators"]["services_a"]
    assert (indicator["above"], indicator["below"], indicator["weighted"]) == (2.5, 3.5, -1.0)
    table = run("compare", "EST", "LVA", "--draws", "100").stdout
    assert re.search(r"State of services\s+2\.5\s+3\.5\s+-1\.00", table)
    changed = run("whatif", "EST", "--set", "measures_a=6", "--draws", "100").stdout
    assert "it would be 10.5 of 15" in changed  # 5 + 3 + 2.5
    assert "1.0 lower" in changed


@pytest.mark.usefixtures("ranking")
def test_a_citation_of_a_pillar_holds_on_its_scale() -> None:
    cited, index = (run("cite", "EST", *pillar, "--draws", "100").stdout for pillar in (("--pillar", "measures"), ()))
    assert "score for State of measures was 4.0 of 5 on" in cited
    assert "index was 11.5 of 15 on" in index
    path = Path("report.md")
    path.write_text(f"{cited}\n{index.replace('11.5 of 15', '11.5 of 15, with 4.0 of 5 for its measures,')}")
    verified = run("verify", "report.md", "--draws", "100")
    assert verified.exit_code == 0, verified.output
    assert "score 4.0" in verified.stdout
    path.write_text(cited.replace("4.0 of 5", "4.2 of 5"))
    assert "score 4.2" in run("verify", "report.md", "--draws", "100").stdout
    assert run("verify", "report.md", "--draws", "100").exit_code == 3
    [name] = re.findall(r"\[(.*?)\]", cited)
    was = document("resolve", name, "--draws", "100")["was"]
    assert (was["estimate"], was["scale"]) == (4.0, FIVE)
    assert "Score: 4.0 of 5" in run("resolve", name, "--draws", "100").stdout


def test_a_pillar_s_end_is_read_behind_a_number_that_is_printed_as_scores_are() -> None:
    ends = Ends("15", frozenset(("5",)), 1)
    own = Own((), ("Ranking",))
    forms = {text: written.numbers(text, (), own, ends)[0].form for text in ("4.2 of 5", "4 of 5", "11 of 15")}
    assert forms == {"4.2 of 5": "of 100", "4 of 5": "place", "11 of 15": "of 100"}


@pytest.mark.usefixtures("ranking")
def test_the_lock_compares_each_pillar_on_its_scale() -> None:
    assert run("lock").exit_code == 0
    text = Path("scores.lock").read_text()
    assert re.search(r"\[countries\.EST\.pillars\.measures\]\nestimate = 4\.0\n", text)
    assert run("check").exit_code == 0
    small, profiles = scoring.load(Path("rubrics"), Path("profiles"))
    assessment = scoring.assess(small, profiles)
    old = locked(assessment)
    moved = old.model_copy(deep=True)
    moved.countries["EST"].pillars["measures"].__dict__["estimate"] = 4.04  # .8 of 100; on 15 points it were .27
    assert figure_changes(old, moved, 0.9, scales_of(assessment)) == ()
    assert len(figure_changes(old, moved, 0.7, scales_of(assessment))) == 1


@pytest.mark.usefixtures("ranking")
def test_a_difference_puts_both_times_on_the_scales_of_now() -> None:
    for name in ("rubrics", "profiles"):
        shutil.copytree(name, Path("before", name))
    path = Path("before/rubrics/ranking/rubric.yaml")
    path.write_text(RANKING.replace("combine: sum", "exponent: 1"))
    result = run("diff", "./before", "--draws", "100")
    assert "No score changed." in result.stdout
    assert "The scales of pillars were others" in result.stderr


@pytest.mark.usefixtures("ranking")
def test_an_export_says_on_which_scale_each_node_is() -> None:
    pytest.importorskip("xlsxwriter")
    assert run("export", "out", "--draws", "100").exit_code == 0
    with Path("out/data/pillars.csv").open() as file:
        figures = {(row["country"], row["node"]): row["estimate"] for row in csv.DictReader(file)}
    assert [figures["EST", f"ranking/{name}"] for name in NAMES] == ["5.0", "4.0", "2.5"]
    with Path("out/data/nodes.csv").open() as file:
        ends = {row["id"]: (row["scale_from"], row["scale_to"]) for row in csv.DictReader(file)}
    assert ends["ranking"] == ("0.0", "15.0")
    assert ends["measures"] == ends["measures_a"] == ("0.0", "5.0")
    package = json.loads(Path("out/datapackage.json").read_text())
    fields = {
        resource["name"]: {field["name"]: field for field in resource["schema"]["fields"]}
        for resource in package["resources"]
    }
    assert fields["ranking"]["estimate"]["unit"] == "points of 0 to 15"
    assert fields["pillars"]["estimate"]["unit"] == "points of 0 to 5"
    assert fields["pillars"]["estimate"]["constraints"]["maximum"] == 5.0
    observed = Path("out/sdmx.csv").read_text()
    assert "EST,_Z,measures,estimate,2018-06-30,4.0,A,F,POINTS," in observed


def test_an_export_of_pillars_on_several_scales_names_none(ranking: Path) -> None:
    pytest.importorskip("xlsxwriter")
    path = ranking / "rubrics" / "ranking" / "rubric.yaml"
    path.write_text(RANKING.replace("measures: 5, services: 5", "measures: 4, services: 6"))
    assert run("export", "out", "--draws", "100").exit_code == 0
    package = json.loads(Path("out/datapackage.json").read_text())
    [pillars] = [one for one in package["resources"] if one["name"] == "pillars"]
    [estimate] = [field for field in pillars["schema"]["fields"] if field["name"] == "estimate"]
    assert estimate["unit"] == "points of the scale of the node"
    assert estimate["constraints"] == {"minimum": 0.0, "maximum": 6.0}
    assert "EST,_Z,measures,estimate,2018-06-30,3.2,A,F,POINTS," in Path("out/sdmx.csv").read_text()  # .8 of 4
    assert "Scales of the pillars: State of alertness 0 to 5; State of measures 0 to 4" in run("score").stdout


@pytest.mark.usefixtures("ranking")
def test_charts_and_pages_print_pillars_on_their_scale() -> None:
    pytest.importorskip("jinja2")
    assert run("figures", "figures", "--draws", "100").exit_code == 0
    country = Path("figures/country-EST.svg").read_text()
    assert "State of measures (0–5)" in country
    assert ">+1.5<" in country  # 4, and the median of 4 and 1 is 2.5
    assert ">20 %<" in country
    assert "Axis: each figure as a share of its own scale." in country
    cells = re.findall(r">([0-9.]+)</text>", Path("figures/pillars.svg").read_text())
    assert {"4.0", "1.0"} < set(cells)  # the measures of Estonia and Latvia
    assert ">+1.5<" in Path("figures/waterfall-EST.svg").read_text()  # from 2.5, on the index
    assert run("site", "site", "--draws", "100").exit_code == 0
    page = Path("site/countries/EST.html").read_text()
    assert re.search(r'data-part="measures">.*?<small>\(0 to 5\)</small>.*?>4\.0</data>', page)
    assert "<i>0 %</i><i>50 %</i><i>100 %</i>" in page
    assert "Scale of each pillar: 0 to 5." in Path("site/index.html").read_text()
    assert run("docs", "-o", "docs", "--draws", "100").exit_code == 0
    assert re.search(r"\| State of measures \| 4\.0 \|", Path("docs/countries/EST.md").read_text())


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("alertness: 5", "alertness: 1e-9"), "of the 15 points of the sum this is 1.5e-09, too narrow a scale"),
        (
            ("combine: sum", "combine: sum\ngate: {node: measures, below: 6, value: 0}"),
            "6 is not on the scale of measures, 0 to 5",
        ),
        (
            ("combine: sum", "combine: sum\ngate: {node: measures, below: 5, value: 16}"),
            "16 is not on the scale of 0 to 15",
        ),
    ],
)
def test_what_does_not_fit_on_a_scale_is_refused(ranking: Path, change: tuple[str, str], says: str) -> None:
    (ranking / "rubrics" / "ranking" / "rubric.yaml").write_text(RANKING.replace(*change))
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.output


def test_the_value_of_a_gate_is_on_the_scale_of_its_pillar(ranking: Path) -> None:
    path = ranking / "rubrics" / "ranking" / "measures.yaml"
    text = RANKING_PILLAR.replace("NAME", "measures")
    path.write_text(text.replace("indicators:", "gate: {node: measures_a, below: 0, value: 6}\nindicators:"))
    assert "6 is not on the scale of the node, 0 to 5" in run("validate").output
