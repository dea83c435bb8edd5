"""Vignettes with known answers: the shipped ones, the sheet of them, and what a coder's answers are worth."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import (
    ANSWERS,
    PROFILE,
    ROOT,
    VIGNETTES,
    VIGNETTES_FILE,
    YAML,
    filled_sheet,
    run,
    shipped_book,
    vignette_sheet,
)

import scoring
from scoring.analysis.qualification import qualification
from scoring.files.folders import rubric_folder
from scoring.files.load import required_vignettes
from scoring.model.kinds.levels import LevelsIndicator
from scoring.render.coding_sheet import CODING, KEY, NOTHING
from scoring.statistics.proportion import wilson

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES: dict[str, dict[str, Any]] = {
    "bill": {"strategy": "adopted"},
    "law": {"strategy": "adopted"},
    "gap": {},
    "page": {"awareness": {"site": "partly"}},
    "poll": {"approval": {"share": 54, "n": 1000}},
    "rain": {"strategy": "none"},
}
BOOK = shipped_book()
SHIPPED = required_vignettes(ROOT / "rubrics" / "resilience", BOOK)


# -- the shipped vignettes ---------------------------------------------------------------------------------------------


def test_every_indicator_has_enough_questions_and_every_vignette_its_reason() -> None:
    asked = dict.fromkeys(BOOK.leaves, 0)
    for vignette in SHIPPED.vignettes:
        for name, code in vignette.answer.items():
            asked[name] += len(code) if BOOK.leaves[name].checklist else 1
    items = {
        (name, item)
        for one in SHIPPED.vignettes
        for name, code in one.answer.items()
        for item in BOOK.leaves[name].parts
        if item in (code if item else ())
    }
    assert {(name, item) for name, item in BOOK.parts if item} == items
    assert {name: number for name, number in asked.items() if number < SHIPPED.qualified.questions} == {}
    assert sum(not vignette.answer for vignette in SHIPPED.vignettes) >= 10
    assert sum(len(vignette.answer) > 1 for vignette in SHIPPED.vignettes) >= 3
    answers = [
        answer
        for one in SHIPPED.vignettes
        for code in one.answer.values()
        if isinstance(code, dict)
        for answer in code.values()
    ]
    assert min(answers.count(answer) for answer in (True, False, "partly")) >= 12


def test_no_vignette_repeats_a_teaching_case_or_names_a_country() -> None:
    texts = {" ".join(one.text.split()).casefold() for one in SHIPPED.vignettes}
    cases = [path.read_text() for path in (ROOT / "rubrics" / "resilience").glob("*.cases.yaml")]
    taught = [case["statement"] for text in cases for case in yaml.load(text, YAML)["cases"]]  # noqa: S506  a safe one
    assert texts.isdisjoint(case.casefold() for case in taught)
    names = {profile.title.casefold() for profile in scoring.load()[1]} | {"russia", "kremlin", "moscow"}
    assert [text for text in texts for name in names if name in text] == []


@pytest.mark.parametrize("name", ["civic_space", "media_independence", "comparative_trust"])
def test_levels_are_asked_at_three_levels_or_more(name: str) -> None:
    leaf = BOOK.leaves[name]
    assert isinstance(leaf, LevelsIndicator)
    assert len({one.answer[name] for one in SHIPPED.vignettes if name in one.answer}) >= 3


def test_the_key_itself_is_right_everywhere_and_qualified_for_everything() -> None:
    result = qualification(BOOK, SHIPPED, {one.id: one.answer for one in SHIPPED.vignettes})
    assert (result.whole.exact, result.whole.within, result.whole.severity, result.alpha) == (1, 1, 0, 1)
    assert result.qualified == tuple(BOOK.leaves)
    assert result.wrong == ()


# -- the measure -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(folder: Path) -> Path:
    (folder / VIGNETTES_FILE).write_text(VIGNETTES)
    return folder


@pytest.mark.usefixtures("small")
def test_what_answers_are_worth() -> None:
    result = scoring.qualify(CODES, "third").value
    found = {one.indicator: (one.measure.n, one.measure.right, one.measure.near) for one in result.indicators}
    assert found == {"strategy": (4, 1, 2), "awareness": (1, 0, 1), "approval": (1, 1, 1)}
    whole = result.whole
    assert (whole.n, whole.right, whole.near, whole.missed, whole.added) == (6, 2, 4, 1, 1)
    assert (whole.exact, whole.within) == (0.33, 0.67)
    assert [one.measure.severity for one in result.indicators] == [0.25, -0.5, 0]  # (0.5 + 0) / 2, 0.5 - 1
    assert whole.severity == 0
    # pairs of values (.5, 1), (1, 1), (1, .5) and .45 twice: 1 - 7 * 36 / 576
    assert result.alpha == pytest.approx(0.5625)
    assert [(one.indicator, one.tested, one.is_tested) for one in result.indicators] == [
        ("strategy", 3, True),
        ("awareness", 1, False),
        ("approval", 1, False),
    ]
    assert result.qualified == ()


@pytest.mark.usefixtures("small")
def test_two_of_three_are_printed_as_the_pass_mark_and_pass_it() -> None:
    codes = {**CODES, "bill": {"strategy": "drafted"}, "rain": {}}  # gap is still overlooked
    [strategy] = [one for one in scoring.qualify(codes).value.indicators if one.indicator == "strategy"]
    assert (strategy.measure.right, strategy.measure.n, strategy.measure.exact, strategy.is_qualified) == (
        2,
        3,
        0.67,
        True,
    )


@pytest.mark.usefixtures("small")
def test_a_figure_is_right_or_wrong_and_has_no_step() -> None:
    [approval] = [
        one
        for one in scoring.qualify({**CODES, "poll": {"approval": 53}}).value.indicators
        if one.indicator == "approval"
    ]
    assert (approval.measure.right, approval.measure.near) == (0, 0)
    assert approval.measure.severity == pytest.approx(1 / 80)  # worst 90, best 10


@pytest.mark.usefixtures("small")
def test_one_who_codes_nothing_overlooks_everything() -> None:
    result = scoring.qualify({name: {} for name in CODES}).value
    assert (result.whole.exact, result.whole.missed, result.whole.n) == (0, 5, 5)
    assert math.isnan(result.alpha)
    assert math.isnan(result.whole.severity)


@pytest.mark.usefixtures("small")
def test_codes_that_are_not_valid_are_named_all_at_once() -> None:
    codes = {"bill": {"strategy": "perhaps"}, "lwa": {}, "gap": {"stratgy": "none"}}
    with pytest.raises(scoring.ScoringError) as caught:
        scoring.qualify(codes)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("no codes for law, page, poll, rain; ")
    assert lines[1].startswith("bill: strategy: unknown level 'perhaps'")
    assert lines[2] == "unknown vignette 'lwa'; did you mean law?"
    assert lines[3] == "gap: unknown indicator 'stratgy'; did you mean strategy?"
    assert scoring.vignettes()["rain"] == "It rained."


@pytest.mark.parametrize(("hits", "trials"), [(0, 3), (1, 3), (2, 3), (3, 3), (7, 9), (81, 123)])
def test_the_interval_is_that_of_wilson(hits: int, trials: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    interval = stats.binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    assert wilson(hits, trials) == pytest.approx((interval.low, interval.high), abs=1e-9)


# -- the sheet ---------------------------------------------------------------------------------------------------------


def texts(workbook: Any) -> list[str]:
    return [row[2].value for row in workbook[CODING].iter_rows(min_row=5)]


def test_a_sheet_has_the_texts_alone_in_an_order_of_the_seed(small: Path) -> None:
    first = vignette_sheet("--seed", "1")
    data = (small / "test.xlsx").read_bytes()
    assert sorted(texts(first)) == sorted(ANSWERS)
    assert [cell.value for cell in first[CODING][4]][:4] == ["Key", "Row", "Statement", "Indicator 1"]
    vignette_sheet("--seed", "1")
    assert (small / "test.xlsx").read_bytes() == data
    assert texts(first) != texts(vignette_sheet("--seed", "2"))
    cells = {str(cell.value) for sheet in first for row in sheet.iter_rows() for cell in row}
    assert cells.isdisjoint({"A draft.", "bill", "gap", "drafted: "})
    assert first[CODING].cell(5, 4).value is None


@pytest.mark.usefixtures("small")
def test_a_filled_sheet_is_measured() -> None:
    filled_sheet()
    text = run("qualify", "--coder", "third", "test.xlsx").stdout
    assert "third by the vignettes of small@1.0.0" in text
    row = next(line for line in text.splitlines() if line.startswith("strategy"))
    assert row.split() == ["strategy", "4", "0.25", "0.05–0.70", "0.50", "0.15–0.85", "+0.25", "no"]
    assert next(line for line in text.splitlines() if line.startswith("awareness")).endswith("not tested")
    assert "0 of 5" in next(line for line in text.splitlines() if line.startswith("all questions"))
    assert "Overlooked: 1; coded though no text says it: 1. Both are wrong." in text
    assert "Without a vignette, so not tested: place, expulsions." in text
    assert "Answered otherwise than the key: 4 of 4" in text
    assert "Answered otherwise than the key: 1 of 4" in run("qualify", "test.xlsx", "--most", "1").stdout
    found = json.loads(run("qualify", "test.xlsx", "--format", "json").stdout)
    assert found["indicators"]["strategy"]["exact"] == 0.25
    assert found["mark"] == {"exact": 0.67, "questions": 2}
    assert {one["vignette"]: (one["key"], one["code"]) for one in found["wrong"]} == {
        "bill": ("drafted", "adopted"),
        "gap": ("none", None),
        "page": (True, "partly"),
        "rain": (None, "none"),
    }


@pytest.mark.usefixtures("small")
def test_a_coder_without_a_fault_is_shown_without_a_list_of_faults() -> None:
    right = {
        **ANSWERS,
        "The cabinet has a draft.": ("strategy", "drafted"),
        "Nothing is planned.": ("strategy", "none"),
        "A page gives advice.": ("awareness", "site: true"),
        "It rained.": (NOTHING,),
    }
    filled_sheet(right)
    assert "Answered otherwise" not in run("qualify", "test.xlsx").stdout


def test_the_entry_of_the_register_is_refused_until_someone_says_what_the_coder_is(small: Path) -> None:
    filled_sheet()
    entry = run("qualify", "test.xlsx", "--format", "yaml", "--as-of", "2026-11-30").stdout
    register = small / "profiles" / "coders.yaml"
    register.write_text(f"format: 1\nuntested: count\ncoders:\n{entry}")
    result = run("validate")
    assert result.exit_code == 1
    assert (
        "profiles/coders.yaml:5:10: coders.third.kind: null is not allowed; allowed: 'person' or 'machine'"
        in result.stderr
    )
    register.write_text(register.read_text().replace("kind: #", "kind: machine #"))
    assert run("validate").exit_code == 0
    read = yaml.load(register.read_text(), YAML)["coders"]["third"]["tests"][0]  # noqa: S506  a safe one
    assert read["results"]["strategy"] == {"n": 4, "exact": 0.25, "within": 0.5, "severity": 0.25, "qualified": False}


def test_a_register_is_compared_with_the_rule_of_the_vignettes(small: Path) -> None:
    """The key has three questions on strategy and one on approval; two are needed, and .67 exact."""
    filled_sheet()
    entry = run("qualify", "test.xlsx", "--format", "yaml", "--as-of", "2026-11-30").stdout
    register = small / "profiles" / "coders.yaml"
    text = f"format: 1\nuntested: count\ncoders:\n{entry}".replace("kind: #", "kind: machine #")

    def warned(changed: str, command: tuple[str, ...] = ("validate",)) -> list[str]:
        register.write_text(changed)
        result = run(*command)
        assert result.exit_code == 0, result.stderr
        return [line.partition("tests[0].")[2] for line in result.stderr.splitlines() if "[coder-test]" in line]

    assert warned(text) == []
    claimed = text.replace("qualified: false", "qualified: true")
    rule = "and by vignettes.yaml false"
    false = [
        f"results.strategy.qualified: true, {rule}: 3 questions of 2 needed, 0.25 exact of 0.67; correct it [coder-test]",
        f"results.approval.qualified: true, {rule}: 1 questions of 2 needed, 1.00 exact of 0.67; correct it [coder-test]",
        f"results.awareness.qualified: true, {rule}: 1 questions of 2 needed, 0.00 exact of 0.67; correct it [coder-test]",
    ]
    assert sorted(warned(claimed)) == sorted(false)
    assert sorted(warned(claimed, ("validate", "profiles/coders.yaml"))) == sorted(false)
    strict = text.replace("exact: 0.25, within: 0.5", "exact: 0.67, within: 0.67")
    assert [line[:71] for line in warned(strict)] == [
        "results.strategy.qualified: false, and by vignettes.yaml true: 3 questio"[:71]
    ]
    assert run("validate", "--strict").exit_code == 1
    (small / VIGNETTES_FILE).write_text(VIGNETTES.replace("exact: 0.67", "exact: 0.2"))
    [other] = warned(claimed)
    assert other.startswith("vignettes: ")
    assert "is not the checksum of vignettes.yaml, " in other
    (small / VIGNETTES_FILE).unlink()
    assert warned(claimed) == []  # nothing to compare with
    assert warned(claimed.replace("small@1.0.0", "small@0.9.0")) == []


def emptied(workbook: Any) -> None:
    row = next(row for row in workbook[CODING].iter_rows(min_row=5) if row[2].value == "It rained.")
    row[3].value = row[4].value = None


def shortened(workbook: Any) -> None:
    workbook[CODING].delete_rows(5)


def doubled(workbook: Any) -> None:
    for column in range(1, 6):
        workbook[CODING].cell(6, column).value = workbook[CODING].cell(5, column).value


def wrong_level(workbook: Any) -> None:
    row = next(row for row in workbook[CODING].iter_rows(min_row=5) if row[2].value == "It rained.")
    row[4].value = "perhaps"


def formulas(workbook: Any) -> None:
    row = next(row for row in workbook[CODING].iter_rows(min_row=5) if row[2].value == "It rained.")
    row[3].value, row[4].value = "=A1", "none"


def formula_of_a_code(workbook: Any) -> None:
    row = next(row for row in workbook[CODING].iter_rows(min_row=5) if row[2].value == "It rained.")
    row[3].value, row[4].value = "strategy", "=1+1"


def of_others(workbook: Any) -> None:
    workbook[KEY].cell(8, 2).value = "0123456789ab"


FAULTS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a row without an answer": (emptied, "no answer, in rows "),
    "a row removed": (shortened, "has 5 of the 6 vignettes; do not remove rows"),
    "a row twice": (doubled, "the same statement as in row 5"),
    "a code that is none": (wrong_level, "unknown level 'perhaps'"),
    "a formula as an indicator": (formulas, "a formula or an error of the spreadsheet; choose the indicator"),
    "a formula as a code": (
        formula_of_a_code,
        "a formula or an error of the spreadsheet; type the code itself, such as",
    ),
    "other vignettes": (of_others, "the sheet is of other vignettes than those in vignettes.yaml now"),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("damage", "message"), FAULTS.values(), ids=FAULTS)
def test_a_sheet_with_faults_measures_nobody(damage: Callable[[Any], None], message: str) -> None:
    workbook = filled_sheet()
    damage(workbook)
    workbook.save("test.xlsx")
    result = run("qualify", "test.xlsx")
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_sheets_of_statements_and_of_vignettes_are_not_confused(small: Path) -> None:
    filled_sheet()
    result = run("collect", "test.xlsx")
    assert result.exit_code == 1
    assert "has vignettes, which are in no profile; measure its coder with `scoring qualify`" in result.stderr
    run("sheet", "AZE", "--coder", "third", "--blind", "-o", "statements.xlsx")
    result = run("qualify", "statements.xlsx")
    assert result.exit_code == 1
    assert "has statements of profiles and no vignettes" in result.stderr
    result = run("qualify", "--coder", "fourth", "test.xlsx")
    assert "the sheet is that of third, not of fourth" in result.stderr
    (small / "broken.xlsx").write_bytes(b"no workbook")
    for name, message in (("broken.xlsx", "is not a coding sheet"), ("none.xlsx", "file not found")):
        result = run("qualify", name)
        assert result.exit_code == 1
        assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sheet", "--coder", "third", "-o", "s.xlsx"), "give the countries whose statements are to be coded"),
        (("sheet", "AZE", "--qualify", "--coder", "third", "-o", "s.xlsx"), "vignettes are of no country and no day"),
        (("qualify", "test.xlsx", "--coder", "Jane Doe"), "'Jane Doe' is not the name of a coder"),
    ],
)
@pytest.mark.usefixtures("small")
def test_wrong_use(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_rubric_without_vignettes_says_so(folder: Path) -> None:
    for arguments in (("sheet", "--qualify", "--coder", "a", "-o", "s.xlsx"), ("qualify", "s.xlsx")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "rubrics/small:1:1: contains no vignettes.yaml, so that coders cannot be measured" in result.stderr
    assert not (folder / "s.xlsx").exists()
    with pytest.raises(scoring.InputError, match=r"contains no vignettes\.yaml"):
        scoring.vignettes()
    (folder / "rubrics" / "small" / "rubric.yaml").write_text("format: 2\n")
    with pytest.raises(scoring.InputError, match="is missing"):
        scoring.vignettes()


# -- the file ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "strategy: drafted",
            "stratgy: drafted",
            "vignettes[0].answer.stratgy: unknown indicator; did you mean strategy?",
        ),
        ("strategy: drafted", "strategy: draft", "vignettes[0].answer.strategy: unknown level 'draft'"),
        ("id: law", "id: bill", "vignettes: duplicate id 'bill'; give each vignette its own id"),
        ("It rained.", "54 percent said yes.", "duplicate text '54 percent said yes.'"),
        ("exact: 0.67", "exact: 67", "qualified.exact: "),
        ("answer: {}, ", "", "vignettes[5].answer: is missing; add it"),
    ],
)
def test_a_fault_of_the_file_is_found_with_its_place(small: Path, old: str, new: str, message: str) -> None:
    (small / VIGNETTES_FILE).write_text(VIGNETTES.replace(old, new))
    for command in (("validate",), ("validate", VIGNETTES_FILE)):
        result = run(*command)
        assert result.exit_code == 1
        assert [
            line for line in result.stderr.splitlines() if line.startswith(f"{VIGNETTES_FILE}:") and message in line
        ]


def test_a_text_that_codes_two_indicators_of_one_event_is_refused(small: Path) -> None:
    rubric = small / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text() + "one_event: {acts: [strategy, expulsions]}\n")
    (small / VIGNETTES_FILE).write_text(VIGNETTES.replace("answer: {}", "answer: {strategy: none, expulsions: 1}"))
    assert "vignettes[5].answer.expulsions: one event codes one of strategy, expulsions" in run("validate").stderr


def test_vignettes_are_no_pillar_and_change_no_score(small: Path) -> None:
    after = run("score", "--format", "json").stdout
    assert run("validate", VIGNETTES_FILE).exit_code == 0
    moved = small / "vignettes-elsewhere.yaml"
    (small / VIGNETTES_FILE).rename(moved)
    assert run("score", "--format", "json").stdout == after
    assert run("validate", moved).exit_code == 0  # known by its keys
    assert rubric_folder(small / "rubrics").name == "small"


def test_the_first_coder_gets_no_sheet_of_own_statements(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("sources:", "coder: first\nsources:"))
    result = run("sheet", "AZE", "--coder", "first", "-o", "s.xlsx")
    assert "there is no statement left that first has not read" in result.stderr
