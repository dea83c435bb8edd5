"""What a change does to an index, certain answers, lost statements, and what is expected: by hand and by rescoring."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import tiny
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, run
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring
from scoring.analysis.compare import smallest_reversal
from scoring.analysis.country import country_summary
from scoring.analysis.explain import explain, explain_statement, leaves
from scoring.analysis.levers import levers
from scoring.analysis.whatif import what_if
from scoring.index.scenario import with_code
from scoring.render.explain import statement_text, tree_text
from scoring.text.terminal import as_text
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile

BORROWS = {"weight": 0.25, "country": 3.0}


@cache
def shipped() -> Assessment:
    return scoring.assess(*scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles"), as_of="2018-06-30")


def changed(assessment: Assessment, row: int, profile: Profile) -> float:
    """The index of a country with another profile, scored from the start."""
    other = scoring.assess(assessment.book, [profile], as_of=assessment.as_of[row], pillar=assessment.pillar)
    return float(other.figures.estimate[0, 0])


# -- two questions of a country, by hand -------------------------------------------------------------------------------

# Questions a and b weigh the same, exponent 1, k = 1/4, e = 1/2, country 3: section 4 of docs/method.md. Statements
# have grade A1, so that each weighs 1.
K, E, COUNTRY = Fraction(1, 4), Fraction(1, 2), 3


def centre(*asked: tuple[Fraction, int]) -> Fraction:
    """c, from the evidence mean and the mass of each question."""
    lent = [mass / (mass + K) for _, mass in asked]
    total = sum(a * (stated - E) for a, (stated, _) in zip(lent, asked, strict=True))
    return E + Fraction(total) / (sum(lent) + COUNTRY)


def index(*asked: tuple[Fraction, int], c: Fraction | None = None) -> Fraction:
    """The mean of (M stated + k c) / (M + k)."""
    expected = centre(*asked) if c is None else c
    return sum(((mass * stated + K * expected) / (mass + K) for stated, mass in asked), Fraction(0)) / len(asked)


NONE = (Fraction(0), 0)


def tenths(value: int, mass: int = 1) -> tuple[Fraction, int]:
    return Fraction(value, 10), mass


def asked(*statements: dict[str, Any], **prior: float) -> Assessment:
    questions = ({**tiny.LEVELS, "id": name} for name in "ab")
    return scoring.assess(tiny.book(*questions, prior={**BORROWS, **prior}), [tiny.profile(*statements)])


TWICE = (tiny.say("v3", "a"), tiny.say("v3", "a"))


def test_the_hand_agrees_with_the_score() -> None:
    assert float(asked(*TWICE).figures.estimate[0, 0]) == pytest.approx(float(index(tenths(3, 2), NONE)), abs=1e-15)


def test_a_step_is_gained_against_the_same_certainty() -> None:
    [lever] = levers(asked(*TWICE), 0)
    assert (lever.indicator, lever.now, lever.then) == ("a", "v3", "v4")
    today = index(tenths(3), NONE)
    assert lever.gain == pytest.approx(float(index(tenths(4), NONE) - today), abs=1e-15)
    assert lever.certainty == pytest.approx(float(today - index(tenths(3, 2), NONE)), abs=1e-15)
    assert lever.certainty > 0  # one certain answer in place of two says less, and 0.3 is below what is expected


def test_a_level_between_two_answers_is_kept() -> None:
    [lever] = levers(asked(tiny.say("v2", "a"), tiny.say("v3", "a")), 0)
    assert (lever.now, lever.then) == ("v2", "v3")
    between = index((Fraction(1, 4), 1), NONE)
    assert lever.gain == pytest.approx(float(index(tenths(3), NONE) - between), abs=1e-15)


@pytest.mark.parametrize(
    ("name", "level"),
    [("a", Fraction(3, 10)), ("b", centre(tenths(3, 2), NONE))],  # b has no evidence: what is expected of it
)
def test_whatif_splits_its_effect(name: str, level: Fraction) -> None:
    assessment = asked(*TWICE)
    answer = assessment.book.leaves[name], "v8"
    supposed = what_if(assessment, 0, settings_of(assessment, draws=10), answers=[answer])
    assert supposed.effects is not None

    def with_answer(stated: Fraction) -> Fraction:
        return index((stated, 1), NONE) if name == "a" else index(tenths(3, 2), (stated, 1))

    today = with_answer(level)
    assert supposed.effects.answer == pytest.approx(float(with_answer(Fraction(8, 10)) - today), abs=1e-15)
    assert supposed.effects.certainty == pytest.approx(float(today - index(tenths(3, 2), NONE)), abs=1e-15)
    assert supposed.effects.dropped is None


def test_what_is_dropped_is_a_part_of_its_own() -> None:
    assessment = asked(*TWICE)
    simulated = settings_of(assessment, draws=10)
    answer = assessment.book.leaves["b"], "v8"
    both = what_if(assessment, 0, simulated, answers=[answer], dropped=["s1"]).effects
    assert both is not None
    assert both.dropped == pytest.approx(float(index(tenths(3), NONE) - index(tenths(3, 2), NONE)), abs=1e-15)
    total = index(tenths(3), tenths(8)) - index(tenths(3, 2), NONE)
    assert sum(filter(None, both)) == pytest.approx(float(total), abs=1e-15)
    assert what_if(assessment, 0, simulated, dropped=["s1"]).effects is None


def test_a_statement_has_an_effect_through_what_is_expected() -> None:
    assessment = asked(tiny.say("v3", "a"), tiny.say("v9", "b"))
    explained = explain_statement(assessment, 0, "s1")
    both, alone = (tenths(3), tenths(9)), (tenths(3), NONE)
    assert explained.effect == pytest.approx(float(index(*both) - index(*alone)), abs=1e-15)
    held = index(*both) - index(*alone, c=centre(*both))
    assert explained.through_centre == pytest.approx(float(index(*both) - index(*alone) - held), abs=1e-15)
    size = f"{float(100 * explained.effect):+.2f}"
    part = f"{float(100 * explained.through_centre):+.2f}"
    line = f"Effect on the index: {size}, of which {part} through what is expected elsewhere (the index minus"
    assert line in statement_text(assessment, 0, explained)


def test_expectations_are_explained_in_a_line() -> None:
    text = tree_text(assessed := asked(*TWICE), 0, explain(assessed, 0))
    c = centre(tenths(3, 2), NONE)
    reason = f"expected at {float(100 * c):.1f}: usual level 50.0, country {float(100 * (c - E)):+.1f}\n"
    assert f"what is missing is {reason}" in text
    assert f"without evidence of its own, it is {reason}" in text
    [_, missing] = leaves(explain(assessed, 0))
    assert missing.expectation is not None
    assert missing.expectation.centre == pytest.approx(float(c), abs=1e-15)


def test_an_expectation_says_where_it_ends() -> None:
    high = {**tiny.LEVELS, "id": "b", "expected": 0.95}
    book = tiny.book({**tiny.LEVELS, "id": "a"}, high, prior={**BORROWS, "pillar": 3.0})
    assessed = scoring.assess(book, [tiny.profile(tiny.say("v10", "a"))])
    # a = 4/5, r = 1/2: b = 0.4 / 3.8 = 0.1053; b_p = 0.8 (0.5 - 0.105) / 3.8 = 0.0831; 1.138 is above 0.98
    line = "without evidence of its own, it is expected at 98.0: usual level 95.0, country +10.5, pillar +8.3, at most 98\n"
    assert line in tree_text(assessed, 0, explain(assessed, 0))


def test_a_rubric_that_does_not_borrow_names_the_usual_level() -> None:
    low = {**tiny.LEVELS, "id": "b", "expected": 0.2}
    for questions, says in (((tiny.LEVELS, low), True), ((tiny.LEVELS,), False)):
        book = tiny.book(*questions, prior={"weight": 0.25})
        assessed = scoring.assess(book, [tiny.profile(tiny.say("v3"))])
        text = tree_text(assessed, 0, explain(assessed, 0))
        assert ("without evidence of its own, it is expected at 20.0, the usual level\n" in text) == says
        assert ("what is missing is expected at 50.0, the usual level\n" in text) == says
        assert "borrowed" not in as_text(assessed.tables()).lower()
    bare = scoring.assess(tiny.book(tiny.LEVELS), [tiny.profile(tiny.say("v3"))])  # k = 0: nothing is expected
    assert next(leaves(explain(bare, 0))).expectation is None
    assert "expected at" not in tree_text(bare, 0, explain(bare, 0))


def test_a_harmful_item_is_improved_by_saying_no() -> None:
    items = [{"key": "ties", "points": -1, "text": "Ties"}, {"key": "site", "points": 1, "text": "Site"}]
    checklist = {**tiny.INDICATOR, "kind": "checklist", "items": items}
    said = tiny.say({"ties": True, "site": "partly"})
    found = {lever.item: lever for lever in levers(scoring.assess(tiny.book(checklist), [tiny.profile(said)]), 0)}
    assert {item: (lever.now, lever.then, lever.text) for item, lever in found.items()} == {
        "ties": ("true", "false", "false: Ties"),
        "site": ("partly", "true", "Site"),
    }


def test_one_more_event_of_a_floor_is_counted_as_all() -> None:
    """v = n / 10: {count: n, whole: true} has M_w = 1, so s = 4/5 and v + (1 - v) (1 - s) c; c = e, as none borrows."""
    count = {**tiny.INDICATOR, "kind": "count", "window": 5.0, "saturation": 10.0, "whole": False}
    found = tiny.profile(tiny.say(2, date="2019-06-01"))
    assessed = scoring.assess(tiny.book(count, prior={"weight": 0.25}), [found])
    [lever] = levers(assessed, 0)
    assert (lever.now, lever.then) == ("2", "3")
    assert lever.gain == pytest.approx((0.3 + 0.7 / 5 / 2) - (0.2 + 0.8 / 5 / 2), abs=1e-15)
    assert lever.certainty == pytest.approx((0.2 + 0.8 / 5 / 2) - (0.2 + 0.8 / 2), abs=1e-15)


# -- the shipped countries, scored again -------------------------------------------------------------------------------


@st.composite
def thinned(draw: st.DrawFn) -> tuple[Assessment, int]:
    """A shipped country with some of its statements, as a whole or a pillar of it."""
    row = draw(st.integers(0, len(shipped().profiles) - 1))
    profile = shipped().profiles[row]
    kept = draw(st.lists(st.booleans(), min_size=len(profile.statements), max_size=len(profile.statements)))
    statements = tuple(one for one, keep in zip(profile.statements, kept, strict=True) if keep)
    lost = {one.id for one in profile.statements} - {one.id for one in statements}
    statements = tuple(one.model_copy(update={"same_as": None}) if one.same_as in lost else one for one in statements)
    pillar = draw(st.sampled_from([None, *(pillar.id for pillar in shipped().book.pillars)]))
    profile = profile.model_copy(update={"statements": statements})
    return scoring.assess(shipped().book, [profile], as_of="2018-06-30", pillar=pillar), 0


@given(thinned())
@settings(max_examples=40)
def test_no_step_up_has_a_negative_gain(country: tuple[Assessment, int]) -> None:
    assert all(lever.gain >= -1e-12 for lever in levers(*country))


def test_no_step_up_of_a_shipped_country_has_a_negative_gain() -> None:
    for pillar in (None, *(pillar.id for pillar in shipped().book.pillars)):
        assessment = scoring.assess(shipped().book, shipped().profiles, as_of="2018-06-30", pillar=pillar)
        found = [lever for row in range(len(assessment.profiles)) for lever in levers(assessment, row)]
        assert len(found) >= 10
        assert min(lever.gain for lever in found) >= -1e-12


@pytest.mark.parametrize("pillar", [None, "intelligence_activity"])
def test_levers_are_what_the_answers_score(pillar: str | None) -> None:
    """Where today's level is an answer too, both answers are scored from the start."""
    assessment = scoring.assess(shipped().book, shipped().profiles, as_of="2018-06-30", pillar=pillar)
    compared = set()
    for row, profile in list(enumerate(assessment.profiles))[::4]:
        stated = {(leaf.indicator, leaf.item): leaf.pooled.stated for leaf in assessment.leaves[row].values()}
        for lever in levers(assessment, row):
            indicator = assessment.book.leaves[lever.indicator]
            answers: Sequence[Any] = (lever.now, lever.then)
            if lever.item:
                answers = [{lever.item: json.loads(word) if word != "partly" else word} for word in answers]
            value = indicator.value(answers[0], assessment.book.rubric.evidence, lever.item)
            if value != pytest.approx(stated[lever.indicator, lever.item], abs=1e-12):
                continue
            now, then = (
                changed(assessment, row, with_code(profile, indicator, code, assessment.as_of[row])) for code in answers
            )
            assert lever.gain == pytest.approx(then - now, abs=1e-12)
            assert lever.certainty == pytest.approx(now - assessment.figures.estimate[row, 0], abs=1e-12)
            compared.add(indicator.kind)
    assert compared >= {"checklist"} | (set() if pillar else {"levels"})


def test_an_effect_is_the_index_minus_the_index_without_the_statement() -> None:
    assessment = shipped()
    row = [profile.country for profile in assessment.profiles].index("GEO")
    profile = assessment.profiles[row]
    for statement in profile.statements[::9]:
        lost = {statement.id} | {one.id for one in profile.statements if one.same_as == statement.id}
        rest = profile.model_copy(update={"statements": tuple(one for one in profile.statements if one.id not in lost)})
        explained = explain_statement(assessment, row, statement.id)
        expected = assessment.figures.estimate[row, 0] - changed(assessment, row, rest)
        assert explained.effect == pytest.approx(expected, abs=1e-12)


def test_explain_has_the_centres_of_the_oracle() -> None:
    folder = ROOT / "tests" / "oracles" / "model2"
    expected = json.loads((folder / "expected.json").read_text())
    asked = ("--rubric", folder / "rubric", "--profiles", folder / "profiles", "--format", "json")
    seen = 0

    def check(node: dict[str, Any], centres: dict[str, str]) -> None:
        nonlocal seen
        for child in node["children"]:
            check(child, centres)
        if "centre" in node:
            name = "/".join(node["path"].split("/")[-2 if node["kind"] == "item" else -1 :])
            assert node["centre"] == pytest.approx(100 * float(centres[name]), abs=1e-6)
            parts = node["expected"] + node["country_offset"] + node["pillar_offset"]
            assert node["centre"] == pytest.approx(min(max(parts, 2), 98), abs=2e-6)
            seen += 1

    for code, country in expected["centres"].items():
        check(json.loads(run("explain", code, *asked).stdout)["node"], country["centre"])
    assert seen == 33  # three countries, eleven leaves


# -- which statements a ranking depends on -----------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    first=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10)), min_size=1, max_size=4),
    second=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10)), min_size=1, max_size=4),
    pillar=st.sampled_from([None, "one"]),
)
def test_the_smallest_reversal_is_found_by_trying_all(
    first: list[tuple[str, int]], second: list[tuple[str, int]], pillar: str | None
) -> None:
    """Each set of statements lost, scored from the start; with the pillar alone, the other pillar lends its record."""
    questions = {name: {**tiny.LEVELS, "id": name} for name in "abc"}
    book = tiny.book_of(
        {"one": [questions["a"], questions["b"]], "two": [questions["c"]]}, prior={**BORROWS, "pillar": 2}
    )
    profiles = [
        tiny.profile(*(tiny.say(f"v{level}", name) for name, level in said), country=code)
        for code, said in (("XAA", first), ("XAB", second))
    ]
    assessment = scoring.assess(book, profiles, pillar=pillar)
    above, below = sorted((0, 1), key=lambda row: -assessment.figures.estimate[row, 0])
    if assessment.figures.estimate[above, 0] - assessment.figures.estimate[below, 0] < 1e-9:
        return
    names = [(row, statement.id) for row in (above, below) for statement in profiles[row].statements]
    worst: dict[int, float] = {}
    for size in (1, 2, 3):
        leads = []
        for lost in itertools.combinations(names, size):
            rest = [
                profile.model_copy(
                    update={"statements": tuple(one for one in profile.statements if (row, one.id) not in lost)}
                )
                for row, profile in enumerate(profiles)
            ]
            indices = [changed(assessment, row, rest[row]) for row in (above, below)]
            leads.append(indices[0] - indices[1])
        worst[size] = min(leads, default=1.0)
    expected = next((size for size, lead in worst.items() if lead < -1e-9), None)
    found = smallest_reversal(assessment, above, below)
    if expected is None:
        assert found is None or not found.smallest or abs(worst[len(found.statements)]) < 1e-9
        return
    assert found is not None
    assert found.smallest
    assert len(found.statements) <= expected
    gone = set(found.statements)
    rest = [
        profile.model_copy(
            update={"statements": tuple(one for one in profile.statements if (profile.country, one.id) not in gone)}
        )
        for profile in profiles
    ]
    lead = changed(assessment, above, rest[above]) - changed(assessment, below, rest[below])
    assert lead == pytest.approx(worst[len(gone)], abs=1e-12)


# -- how much is borrowed ----------------------------------------------------------------------------------------------


@pytest.fixture
def borrowing(folder: Path) -> Path:
    """The small rubric in format 2, borrowing; both countries have few answers, and GEO is withheld."""
    text = RUBRIC.replace("format: 1", "format: 2").replace("centre: 0.5}", "centre: 0.5, country: 3}")
    text = text.replace("availability: 0.65, information: 0.50", "availability: 0.6, information: 0.3")
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(text)
    few = PROFILE[: PROFILE.index("  - id: no-strategy")] + PROFILE[PROFILE.index("  - id: place-2017") :]
    (folder / "profiles" / "GEO.yaml").write_text(few.replace("AZE", "GEO"))
    return folder


def test_what_is_borrowed_stands_beside_the_index(borrowing: Path) -> None:
    borrows = scoring.assess(*scoring.load("rubrics/small", "profiles"))
    rubric = (borrowing / "rubrics" / "small" / "rubric.yaml").read_text()
    (borrowing / "rubrics" / "small" / "rubric.yaml").write_text(rubric.replace(", country: 3", ""))
    plain = scoring.assess(*scoring.load("rubrics/small", "profiles"))
    (borrowing / "rubrics" / "small" / "rubric.yaml").write_text(rubric)
    expected = float(100 * (borrows.figures.estimate[0, 0] - plain.figures.estimate[0, 0]))
    assert expected < -1  # no strategy, a middling place: less than is expected of all
    document = json.loads(run("score", "--format", "json").stdout)
    aze, geo = document["countries"]
    assert aze["index"]["borrowed"] == pytest.approx(expected, abs=1e-6)
    assert aze["indicators"]["expulsions"]["borrowed"] is None  # no evidence, no estimate
    assert (geo["index"]["estimate"], geo["index"]["borrowed"]) == (None, None)
    [row] = [line for line in run("score").stdout.splitlines() if "AZE" in line]
    assert f"{expected:+.1f}" in row.split()
    assert (
        "Borrowed: the part of the index, in points, that follows from the country's own record" in run("score").stdout
    )
    heads, first, last = (line.split(",") for line in run("score", "--format", "csv").stdout.splitlines())
    assert float(first[heads.index("borrowed")]) == pytest.approx(expected, abs=1e-6)
    assert last[heads.index("borrowed")] == ""
    frame = borrows.to_pandas().query("kind == 'index'").set_index("country")
    assert 100 * frame.loc["AZE", "borrowed"] == pytest.approx(expected, abs=1e-9)
    assert frame.loc["GEO", "borrowed"] != frame.loc["GEO", "borrowed"]


def test_pages_say_what_is_borrowed_and_what_is_only_expected(borrowing: Path) -> None:
    country = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    borrowed = f"{country['index']['borrowed']:+.1f}"
    node = json.loads(run("explain", "AZE", "expulsions", "--format", "json").stdout)["node"]
    (borrowing / "published").mkdir()
    assert run("docs", "-o", "out", "--draws", "100").exit_code == 0
    page = (borrowing / "out" / "countries" / "AZE.md").read_text()
    assert f"Of the index, {borrowed} points are borrowed from the country's own record." in page
    assert "| Borrowed |" in page
    assert f"`expulsions`, expected at {node['centre']:.0f}, not observed" in page
    assert "No evidence was found on these questions. Each figure is what is expected" in page
    run("site", "site", "--draws", "100")
    html = (borrowing / "site" / "countries" / "AZE.html").read_text()
    assert f"(expected at {node['centre']:.0f}, not observed)" in html
    assert "No evidence was found on these questions. Each figure is what is expected" in html
    assert f'<td class="figure wide">{borrowed}</td>' in html
    overview = (borrowing / "site" / "index.html").read_text()
    assert f'<td class="borrowed figure">{borrowed}</td>' in overview
    assert '<td class="borrowed figure">–</td>' in overview  # GEO is withheld


def test_nothing_is_said_to_be_borrowed_where_the_rubric_does_not_borrow(folder: Path) -> None:
    run("site", "site", "--draws", "100")
    for page in ("index.html", "countries/AZE.html"):
        assert "borrowed" not in (folder / "site" / page).read_text().lower()
    assert "borrowed" not in run("score").stdout.lower()
    assert "expulsions" in PILLAR


def test_a_summary_lists_what_is_missing_with_its_expectation() -> None:
    summary = country_summary(asked(*TWICE), 0)
    [missing] = summary.missing
    assert missing.node.id == "b"
    assert missing.expectation is not None
    assert missing.expectation.centre == pytest.approx(float(centre(tenths(3, 2), NONE)), abs=1e-15)
