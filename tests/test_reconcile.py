"""`scoring reconcile`: tables of known rule, made here with exact fractions, are explained; others are said not to be."""

from __future__ import annotations

import json
import math
import random
import re
import time
import warnings
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest
from conftest import ROOT, THOROUGH, run
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scoring.analysis.reconcile.order import class_cuts, rank_rule
from scoring.analysis.reconcile.printed import Printed, PublishedTable, Ranked
from scoring.analysis.reconcile.reconciliation import reconcile
from scoring.analysis.reconcile.search import search
from scoring.citing.documents import printed_numbers
from scoring.citing.documents.published import Wanted, published_table
from scoring.files.disk import opened
from scoring.render.output_schemas import output_schema
from scoring.render.reconcile import reconciliation_object, reconciliation_tables
from scoring.text.terminal import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

stats: Any = pytest.importorskip("scipy.stats", reason="scipy is in the extra reconcile")
DIGITS = 60


@dataclass(frozen=True)
class Known:
    """A table with the rule it was made by."""

    table: PublishedTable
    exponent: Fraction
    weights: tuple[Fraction, ...]
    wrong: frozenset[int]
    decimals: int


def powered(x: Fraction, exponent: Fraction) -> Decimal:
    """x^p to 60 digits, x > 0."""
    with localcontext() as context:
        context.prec = DIGITS
        base = Decimal(x.numerator) / Decimal(x.denominator)
        return base ** (Decimal(exponent.numerator) / Decimal(exponent.denominator))


def power_mean(parts: Sequence[Fraction], weights: Sequence[Fraction], exponent: Fraction) -> Fraction:
    """The weighted power mean, exact for an exponent of 1, else to 50 digits."""
    if exponent == 1:
        return sum((w * x for w, x in zip(weights, parts, strict=True)), Fraction(0))
    with localcontext() as context:
        context.prec = DIGITS
        if exponent == 0:
            product = Decimal(1)
            for weight, part in zip(weights, parts, strict=True):
                product *= powered(part, weight)
            return Fraction(product)
        total = sum(
            Decimal(w.numerator) / Decimal(w.denominator) * powered(x, exponent)
            for w, x in zip(weights, parts, strict=True)
        )
        return Fraction(Decimal(total) ** (Decimal(exponent.denominator) / Decimal(exponent.numerator)))


def printed(value: Fraction, decimals: int) -> Decimal:
    """The value rounded half up."""
    scaled = value * 10**decimals + Fraction(1, 2)
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-decimals)


def weights_of(chance: random.Random, parts: int) -> tuple[Fraction, ...]:
    """Equal weights, or positive ones in steps of 10, 5 or 1 %."""
    step = chance.choice([0, 10, 20, 100]) if parts <= 6 else chance.choice([0, 20, 100])
    if not step:
        return (Fraction(1, parts),) * parts
    cuts = sorted(chance.sample(range(1, step), parts - 1))
    return tuple(Fraction(b - a, step) for a, b in zip([0, *cuts], [*cuts, step], strict=True))


def synthetic(seed: int) -> Known:
    chance = random.Random(seed)  # noqa: S311
    parts = chance.randint(3, 8)
    rows = chance.randint(max(15, 3 * parts), 190)
    if seed % 4 == 0:
        rows = max(15, 3 * parts)
    decimals = chance.choice([0, 1, 1, 2, 3])
    exponent = chance.choice([Fraction(1), Fraction(1), Fraction(0), Fraction(1, 2), Fraction(-1), Fraction(2)])
    weights = weights_of(chance, parts)
    unit = 10**decimals
    cells = [[Fraction(chance.randint(5 * unit, 100 * unit), unit) for _ in range(parts)] for _ in range(rows)]
    totals = [printed(power_mean(row, weights, exponent), decimals) for row in cells]
    wrong = frozenset(chance.sample(range(rows), rows // 10)) if seed % 2 else frozenset()
    for row in wrong:
        move = Decimal(chance.randint(3, 20)) * chance.choice([1, -1])
        totals[row] = totals[row] + move if 0 <= totals[row] + move <= 100 else totals[row] - move
    columns = tuple(
        Printed(f"part {number}", tuple(printed(row[number], decimals) for row in cells)) for number in range(parts)
    )
    names = tuple(f"row {number}" for number in range(rows))
    table = PublishedTable(tuple(range(2, rows + 2)), names, Printed("total", tuple(totals)), columns)
    return Known(table, exponent, weights, wrong, decimals)


@pytest.mark.parametrize("seed", range(0, 200, 1 if THOROUGH else 5))
def test_the_rule_of_a_synthetic_table_is_found(seed: int) -> None:
    known = synthetic(seed)
    started = time.process_time()
    found, others = search(known.table)
    assert time.process_time() - started < 2
    wrong = {row for row, fits in enumerate(found.fits) if not fits}
    if known.decimals:
        assert (found.rule.combination, found.rule.exponent) == ("power", known.exponent)
        assert found.simple is not None
        assert found.simple.weights == known.weights
        assert wrong == known.wrong
    else:  # whole numbers: no rule reproduces more rows, and the true weights are inside where its exponent is taken
        assert len(wrong) <= len(known.wrong)
        assert known.exponent in {one.rule.exponent for one in (found, *others)}
        if found.rule.exponent == known.exponent and wrong == known.wrong:
            inside = zip(found.low, map(float, known.weights), found.high, strict=True)
            assert all(low - 1e-6 <= weight <= high + 1e-6 for low, weight, high in inside)


def test_the_generator_makes_what_it_says() -> None:
    """By hand: the geometric mean of 4 and 9 is 6, the harmonic one of 3 and 6 is 4; half is rounded up."""
    half = (Fraction(1, 2), Fraction(1, 2))
    assert printed(power_mean([Fraction(4), Fraction(9)], half, Fraction(0)), 3) == Decimal("6.000")
    assert printed(power_mean([Fraction(3), Fraction(6)], half, Fraction(-1)), 3) == Decimal("4.000")
    assert power_mean([Fraction(3), Fraction(6)], half, Fraction(1)) == Fraction(9, 2)
    assert printed(Fraction(45, 1000), 2) == Decimal("0.05")


# -- rules by name -----------------------------------------------------------------------------------------------------


def table_of(
    rule: Callable[[list[Fraction]], Fraction | Decimal],
    *,
    rows: int = 60,
    parts: int = 3,
    top: int = 10,
    decimals: int = 2,
    cut: Callable[[Fraction, int], Decimal] = printed,
    finer: int = 1,
    least: int = 0,
) -> PublishedTable:
    """Rows of chance; `finer`: how much finer the parts are than they are printed."""
    chance = random.Random(7)  # noqa: S311
    unit = 10**decimals * finer
    cells = [
        [Fraction(chance.randint(max(1, least * unit), top * unit), unit) for _ in range(parts)] for _ in range(rows)
    ]
    columns = tuple(
        Printed(f"part {number}", tuple(printed(row[number], decimals) for row in cells)) for number in range(parts)
    )
    totals = tuple(cut(Fraction(rule(row)), decimals) for row in cells)
    names = tuple(f"row {number}" for number in range(rows))
    return PublishedTable(tuple(range(2, rows + 2)), names, Printed("total", totals), columns)


def floor(value: Fraction, decimals: int) -> Decimal:
    return Decimal(math.floor(value * 10**decimals)).scaleb(-decimals)


W = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))


def test_inform_severity_is_inverted_with_an_offset() -> None:
    """M = 10 (1 - [G(1 - x/10 + 1/9) - 1/9]): the geometric mean of (10 - x) / 10 * 9 + 1 on 1 to 10."""

    def inform(row: list[Fraction]) -> Fraction:
        turned = [(10 - x) / 10 * 9 + 1 for x in row]
        return (10 - power_mean(turned, (Fraction(1, 3),) * 3, Fraction(0))) * 10 / 9

    found, others = search(table_of(inform))
    assert (found.rule.exponent, found.rule.is_inverted, found.rule.offset) == (Fraction(0), True, Fraction(1, 9))
    assert found.fits.all()
    assert found.simple is not None
    assert found.simple.weights == (Fraction(1, 3),) * 3
    assert others == ()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("least", min),
        ("greatest", max),
        ("median", lambda row: sorted(row)[1]),
        ("product", lambda row: row[0] * row[1] * row[2] / 100),
    ],
)
def test_rules_without_weights(name: str, rule: Callable[[list[Fraction]], Fraction]) -> None:
    found, others = search(table_of(rule))
    assert (found.rule.combination, found.count, others) == (name, 60, ())


@pytest.mark.parametrize(
    "weights", [W, (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)), (Fraction(1, 7),) * 2 + (Fraction(5, 7),)]
)
def test_what_is_cut_off_is_seen(weights: tuple[Fraction, ...]) -> None:
    found, _ = search(table_of(lambda row: power_mean(row, weights, Fraction(1)), cut=floor))
    assert (found.rule.rounding, found.rule.from_unrounded, found.count) == ("down", False, 60)
    assert found.simple is not None
    assert found.simple.weights == weights


def test_parts_that_were_rounded_after_the_total_was_computed() -> None:
    found, _ = search(table_of(lambda row: power_mean(row, W, Fraction(1, 2)), finer=1000, rows=120))
    assert (found.rule.exponent, found.rule.from_unrounded, found.count) == (Fraction(1, 2), True, 120)
    assert found.simple is not None
    assert found.simple.weights == W


def test_a_sum_and_points_per_unit() -> None:
    result = reconcile(table_of(lambda row: sum(row, Fraction(0))))
    assert result.found.rule.factor == 3
    assert result.found.fits.all()
    points = reconcile(table_of(lambda row: 2 * row[0] + row[1] / 2 + row[2]))
    assert points.found.rule.combination == "linear"
    assert points.found.simple is not None
    assert points.found.simple.weights == (Fraction(2), Fraction(1, 2), Fraction(1))


def test_an_interval_by_hand() -> None:
    """One row: 0 and 100 make 50.0, so the second weight is within 0.0005 of a half, and no exponent is identified."""
    columns = (Printed("a", (Decimal("0.0"),)), Printed("b", (Decimal("100.0"),)))
    result = reconcile(PublishedTable((2,), ("x",), Printed("t", (Decimal("50.0"),)), columns))
    assert (result.found.rule.combination, result.found.rule.exponent) == ("power", Fraction(1))
    assert result.found.low[1] == pytest.approx(0.4995, abs=1e-6)
    assert result.found.high[1] == pytest.approx(0.5005, abs=1e-6)
    doubts = " ".join(result.doubts())
    assert "1 row cannot say the weights of 2 parts" in doubts
    assert "other rules" in doubts


def test_equal_columns_are_named() -> None:
    table = table_of(lambda row: power_mean(row, W, Fraction(1)))
    same = PublishedTable(table.rows, table.names, table.total, (*table.parts, Printed("copy", table.parts[0].values)))
    assert "the parts part 0 and copy are equal in all rows: only the sum of their weights shows" in list(
        reconcile(same).doubts()
    )


def test_chance_is_no_rule() -> None:
    chance = random.Random(3)  # noqa: S311
    table = table_of(lambda _: Fraction(chance.randint(0, 1000), 100))
    assert not reconcile(table).is_found


def test_polarity_and_goalposts_of_raw_columns() -> None:
    """Weights .25, .5, .25; the second is better lower; goalposts are the least and the greatest of each column."""
    table = table_of(lambda _: Fraction(0), rows=80, top=300, decimals=1)
    columns = [[Fraction(value) for value in part.values] for part in table.parts]
    totals = []
    for a, b, c in zip(*columns, strict=True):
        shares = [(x - min(one)) / (max(one) - min(one)) for x, one in zip((a, b, c), columns, strict=True)]
        totals.append(printed(100 * (shares[0] / 4 + (1 - shares[1]) / 2 + shares[2] / 4), 2))
    result = reconcile(PublishedTable(table.rows, table.names, Printed("t", tuple(totals)), table.parts), is_raw=True)
    assert [part.is_positive for part in result.raw] == [True, False, True]
    assert (result.raw[1].worst, result.raw[1].best) == (float(max(columns[1])), float(min(columns[1])))
    assert result.found.simple is not None
    assert result.found.simple.weights == (Fraction(1, 4), Fraction(1, 2), Fraction(1, 4))
    assert result.is_complete


def test_other_goalposts_leave_points_per_unit() -> None:
    """100 (.4 x1 / 500 + .6 (400 - x2) / 400) = 60 + .08 x1 - .15 x2."""
    table = table_of(lambda row: 60 + row[0] * 8 / 100 - row[1] * 15 / 100, parts=2, top=300)
    result = reconcile(table, is_raw=True)
    assert result.found.rule.combination == "linear"
    assert result.found.weights == pytest.approx([0.08, -0.15, 60], abs=1e-3)
    assert "only points per unit show" in " ".join(result.doubts())


# -- rows that do not fit ----------------------------------------------------------------------------------------------


def with_totals(table: PublishedTable, changed: dict[int, str]) -> PublishedTable:
    values = tuple(Decimal(changed[row]) if row in changed else value for row, value in enumerate(table.total.values))
    return PublishedTable(table.rows, table.names, Printed("total", values), table.parts)


def with_part(table: PublishedTable, column: int, row: int, value: Decimal) -> PublishedTable:
    values = list(table.parts[column].values)
    values[row] = value
    parts = tuple(Printed(part.name, tuple(values)) if part is table.parts[column] else part for part in table.parts)
    return PublishedTable(table.rows, table.names, table.total, parts)


def test_hints() -> None:
    table = table_of(lambda row: power_mean(row, W, Fraction(1)), top=100, least=11)
    totals = [f"{value:.2f}" for value in table.total.values]
    digits = next(row for row, text in enumerate(totals) if text[0] != text[1])
    swapped = f"{totals[digits][1]}{totals[digits][0]}{totals[digits][2:]}"
    shifted = [row for row in range(20, 25) if row != digits]
    exchanged = [row for row in (40, 45) if row != digits]
    changed = {digits: swapped, **{row: totals[row + 1] for row in range(20, 24)}}
    changed |= {exchanged[0]: totals[exchanged[1]], exchanged[1]: totals[exchanged[0]]}
    changed |= {50: f"{Decimal(totals[50]) / 10:.2f}"}
    changed_table = with_totals(table, changed)
    first, second = changed_table.parts[0].values[55], changed_table.parts[1].values[55]
    changed_table = with_part(with_part(changed_table, 0, 55, second), 1, 55, first)
    result = reconcile(changed_table)
    assert result.found.simple is not None
    assert result.found.simple.weights == W
    kinds = {row: hint.kind for row, hint in result.hints.items()}
    assert kinds[digits] == "swapped-digits"
    assert result.hints[digits].instead == totals[digits]
    assert {kinds[row] for row in shifted[:3]} == {"shifted"}
    assert [kinds[row] for row in exchanged] == ["exchanged-rows"] * 2
    assert (kinds[50], kinds[55]) == ("decimal-point", "exchanged-parts")
    assert result.hints[55].columns == ("part 0", "part 1")


def test_a_gate() -> None:
    """EGDI prints 0 where there is no online service."""
    table = table_of(lambda row: power_mean(row, (Fraction(1, 3),) * 3, Fraction(1)), top=1, decimals=4)
    for row in (4, 9):
        table = with_totals(with_part(table, 1, row, Decimal("0.0000")), {row: "0.0000"})
    result = reconcile(table)
    assert {row: (hint.kind, hint.columns) for row, hint in result.hints.items()} == dict.fromkeys(
        (4, 9), ("gate", ("part 1",))
    )
    assert not result.is_complete


# -- ranks and classes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "ties"),
    [("min", "competition"), ("max", "last"), ("average", "mean"), ("dense", "dense"), ("ordinal", "ordinal")],
)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_ranks_as_scipy_counts_them(method: str, ties: str, better: str) -> None:
    chance = random.Random(1)  # noqa: S311
    totals = [Decimal(chance.randint(0, 30)) for _ in range(60)]
    sign = -1 if better == "higher" else 1
    ranks = stats.rankdata([sign * float(total) for total in totals], method=method)
    rows, names = tuple(range(60)), tuple(map(str, range(60)))
    rule = rank_rule(Ranked(rows, names, tuple(totals), tuple(map(Fraction, ranks))))
    assert rule is not None
    assert (rule.better, rule.ties, rule.fits, rule.others) == (better, ties, 60, ())


def test_class_cuts_by_hand() -> None:
    totals = tuple(map(Decimal, ("12", "39.9", "41", "55", "69.9", "70", "88")))
    classes = ("low", "low", "mid", "mid", "mid", "high", "high")
    found = class_cuts(Ranked(tuple(range(7)), tuple("abcdefg"), totals, (), classes))
    assert found is not None
    assert found.names == ("low", "mid", "high")
    assert [(cut.low, cut.high, cut.value, cut.is_upper) for cut in found.cuts] == [
        (Decimal("39.9"), Decimal(41), Decimal(40), None),
        (Decimal("69.9"), Decimal(70), Decimal(70), True),
    ]
    wrong = class_cuts(Ranked(tuple(range(7)), tuple("abcdefg"), totals, (), (*classes[:5], "low", "high")))
    assert wrong is not None
    assert wrong.wrong == (5,)


# -- the command -------------------------------------------------------------------------------------------------------

PARTS = ("--total", "score", "--parts", "laws", "--parts", "skills")


def rows_of(count: int = 40) -> list[list[str]]:
    chance = random.Random(11)  # noqa: S311
    rows = []
    for number in range(count):
        laws, skills = chance.randint(0, 1000), chance.randint(0, 1000)
        score = printed(Fraction(3 * laws + 2 * skills, 50), 2)
        rows.append([f"Country {number}", str(score), str(Decimal(laws) / 10), str(Decimal(skills) / 10)])
    return rows


def written(path: Path, rows: Sequence[Sequence[str]], mark: str = ",") -> Path:
    path.write_text("\n".join(mark.join(row) for row in [["country", "score", "laws", "skills"], *rows]) + "\n")
    return path


def test_the_command_prints_rule_and_weights(tmp_path: Path) -> None:
    result = run("reconcile", written(tmp_path / "t.csv", rows_of()), *PARTS)
    assert result.exit_code == 0, result.stderr
    assert "weighted arithmetic mean" in result.stdout
    assert "40 of 40" in result.stdout
    assert "The only weights in steps of 10 % that reproduce these rows." in result.stdout


def test_rows_that_do_not_fit_end_in_3_and_json_has_all(tmp_path: Path) -> None:
    rows = rows_of()
    rows[7][1] = "99.99"
    path = written(tmp_path / "t.csv", rows)
    result = run("reconcile", path, *PARTS, "--format", "json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    jsonschema.Draft202012Validator(output_schema("reconcile")).validate(document)
    assert [(one["line"], one["name"], one["printed"]) for one in document["misfits"]] == [(9, "Country 7", 99.99)]
    assert [weight["fraction"] for weight in document["weights"]] == ["3/5", "2/5"]
    assert (document["fits"], document["identified"]) == (39, True)


def excel(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    rows = rows_of()
    head = ["country", "score", "laws", "skills"]
    comma = [[row[0], *(cell.replace(".", ",") for cell in row[1:])] for row in rows]
    files = [
        written(tmp_path / "a.csv", rows),
        written(tmp_path / "b.tsv", rows, "\t"),
        written(tmp_path / "c.csv", comma, ";"),
        excel(tmp_path / "d.xlsx", [["An index"], [], head, *([row[0], *map(float, row[1:])] for row in rows)]),
    ]
    said = [json.loads(run("reconcile", file, *PARTS, "--format", "json").stdout) for file in files]
    assert said[0]["fits"] == 40
    assert said[1:] == [said[0]] * 3


def test_every_cell_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    rows = rows_of()
    rows[0][1], rows[2][3], rows[5][2], rows[6][2] = "n/k", "5*", "", ".."
    result = run("reconcile", written(tmp_path / "t.csv", rows), *PARTS)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.partition("t.csv:")[2].split(" ")[0] for line in lines] == ["2:2:", "4:4:"]
    assert "expected a number, got '5*'" in lines[1]
    assert all(line.endswith("[not-a-number]") for line in lines)


def test_rows_without_a_number_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = rows_of()
    rows[5][2], rows[6][1] = "", ".."
    result = run("reconcile", written(tmp_path / "t.csv", rows), *PARTS)
    assert result.exit_code == 0
    assert "38 of 38" in result.stdout
    assert "2 rows without a total or a part left out." in result.stdout


def test_a_formula_without_a_value_is_named_by_its_cell(tmp_path: Path) -> None:
    path = excel(tmp_path / "t.xlsx", [["country", "score", "laws", "skills"], ["A", "=C2", 1, 2], ["B", 2, 3, 4]])
    result = run("reconcile", path, *PARTS)
    assert result.exit_code == 1
    assert "t.xlsx:2:2: Sheet!B2 score: is a formula without a value" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--total", "scor", "--parts", "laws", "--parts", "skills"), "has no column 'scor'; did you mean score?"),
        (("--total", "score", "--parts", "laws", "--parts", "laws"), "column 'laws' is given twice"),
        (("--total", "score", "--parts", "laws"), "give 2 to 30 columns with --parts, not 1"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("reconcile", written(tmp_path / "t.csv", rows_of()), *arguments)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("t.csv", b"country,score\n\xff\xfe,1\n", "is not valid UTF-8"),
        ("t.csv", b"", "is empty"),
        ("t.csv", b"a,b\n" + b'"' + b"x" * 5_000 + b'",1\n', "more than 4,000 characters"),
        ("t.csv", b"," * 1000 + b"\n", "has more than 1,000 columns"),
        ("t.csv", b"country,score,laws,skills\n" + b"A,1,1,1\n" * 5001, "has more than 5,000 rows; split it by year"),
        ("t.xlsx", b"PK nothing", "is no table of Excel"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    result = run("reconcile", tmp_path / name, *PARTS)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    """Both examples of docs/reconcile.md, in 80 columns."""
    page = (ROOT / "docs" / "reconcile.md").read_text()
    tables = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    shown = re.findall(r"```console\n\$ scoring reconcile (\S+) (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(tables) == len(shown) == 2
    for text, (name, options, output) in zip(tables, shown, strict=True):
        (tmp_path / name).write_text(text)
        given = dict(zip(*[iter(options.split())] * 2, strict=True))
        wanted = Wanted(given["--total"], ("laws", "units", "exercises"), given.get("--rank"), given.get("--class"))
        table, problems = published_table(opened(tmp_path / name), wanted)
        assert problems == []
        assert table is not None
        assert as_text(reconciliation_tables(reconcile(table)), 80) == output


def test_ranks_in_words_and_classes(tmp_path: Path) -> None:
    rows = [*rows_of()]
    scores = sorted((Decimal(row[1]) for row in rows), reverse=True)
    for row in rows:
        place = scores.index(Decimal(row[1])) + 1
        row += [f"={place}" if place % 2 else f"joint {place}th", "good" if Decimal(row[1]) >= 50 else "poor"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(map(",".join, [["country", "score", "laws", "skills", "place", "group"], *rows])))
    result = run("reconcile", path, *PARTS, "--rank", "place", "--class", "group", "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["ranks"]["fits"], document["ranks"]["better"]) == (40, "higher")
    assert document["classes"]["cuts"][0]["cut"] == 50


def test_a_name_of_a_row_cannot_command_a_terminal_or_ci(tmp_path: Path) -> None:
    rows = rows_of()
    rows[3][:2] = ["##[error]", "1.00"]
    result = run("reconcile", written(tmp_path / "t.csv", rows), *PARTS)
    assert result.exit_code == 3
    assert "##[" not in result.stdout
    rows[3][0] = "\x1b[31mred"
    result = run("reconcile", written(tmp_path / "t.csv", rows), *PARTS)
    assert result.exit_code == 1
    assert "t.csv:5:1: control character" in result.stderr
    assert "\x1b" not in result.stderr


def test_parts_below_0_and_parts_of_0() -> None:
    """An arithmetic mean of positive and negative parts; a geometric mean that is 0 where a part is."""
    table = table_of(lambda row: power_mean([row[0], row[1] - 5, row[2] - 5], W, Fraction(1)))
    moved = [Printed(part.name, tuple(value - 5 for value in part.values)) for part in table.parts[1:]]
    found, _ = search(PublishedTable(table.rows, table.names, table.total, (table.parts[0], *moved)))
    assert found.simple is not None
    assert (found.rule.exponent, found.count, found.simple.weights) == (Fraction(1), 60, W)
    table = table_of(lambda row: power_mean(row, W, Fraction(0)))
    for row in (3, 30):
        table = with_totals(with_part(table, 1, row, Decimal("0.00")), {row: "0.00"})
    found, _ = search(table)
    assert found.simple is not None
    assert (found.rule.exponent, found.count, found.simple.weights) == (Fraction(0), 60, W)


NUMBERS = st.one_of(
    st.decimals(-100, 100, places=1),
    st.sampled_from([Decimal(text) for text in ("0", "1", "100", "0.001", "1E-20", "1E+19", "-5", "12345678.9")]),
)


@settings(max_examples=8, phases=[Phase.generate])  # shrinking takes minutes
@given(data=st.data(), is_raw=st.booleans())
def test_any_numbers_end_in_a_document_that_fits_its_schema(data: st.DataObject, is_raw: bool) -> None:  # noqa: FBT001
    count = data.draw(st.integers(1, 12))
    column = st.lists(NUMBERS, min_size=count, max_size=count).map(tuple)
    parts = tuple(Printed(f"part {number}", data.draw(column)) for number in range(data.draw(st.integers(2, 4))))
    rows, names, totals = tuple(range(count)), tuple(map(str, range(count))), data.draw(column)
    ranks = tuple(data.draw(st.lists(st.none() | st.integers(1, 12).map(Fraction), min_size=count, max_size=count)))
    classes = tuple(data.draw(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=count, max_size=count)))
    table = PublishedTable(
        rows, names, Printed("total", totals), parts, (), Ranked(rows, names, totals, ranks, classes)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = reconcile(table, is_raw=is_raw)
    document = json.loads(json.dumps(reconciliation_object(result), allow_nan=False))
    jsonschema.Draft202012Validator(output_schema("reconcile")).validate(document)
    assert "nan" not in as_text(reconciliation_tables(result)).lower()


def test_a_table_without_a_whole_row(tmp_path: Path) -> None:
    result = run("reconcile", written(tmp_path / "t.csv", [["A", "", "1", "2"], ["B", "3", "", "2"]]), *PARTS)
    assert result.exit_code == 1
    assert "no row has a total and all parts" in result.stderr


GERMAN = """L;gdp;une;tot
L1;407;3,0;10,1
L2;828;9,5;27,3
L3;1.263;4,0;20,6
L4;1.712;12,0;41,1
L5;2.175;7,5;36,8
L6;2.652;2,0;30,5
L7;3.143;15,0;61,4
L8;3.648;6,0;48,5
"""  # tot = 0.01 gdp + 2 une
GERMAN_PARTS = ("--total", "tot", "--parts", "gdp", "--parts", "une", "--format", "json")


def test_decimal_commas_with_three_decimals_are_no_thousands(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "c;osi;tii;egdi\nDEU;0,900;0,760;0,830\nLVA;0,600;0,600;0,600\nPOL;0,500;0,700;0,6\n"
    )
    table, problems = published_table(opened(tmp_path / "t.csv"), Wanted("egdi", ("osi", "tii")))
    assert table is not None, problems
    assert [str(value) for value in table.total.values] == ["0.830", "0.600", "0.6"]
    assert [str(value) for value in table.parts[0].values] == ["0.900", "0.600", "0.500"]


def test_points_are_thousands_where_other_columns_have_decimal_commas(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GERMAN)
    document = json.loads(run("reconcile", tmp_path / "t.csv", *GERMAN_PARTS).stdout)
    assert (document["fits"], [weight["weight"] for weight in document["weights"]]) == (8, [0.01, 2.0])


def test_a_table_that_leaves_its_decimal_sign_open_is_asked_about(tmp_path: Path) -> None:
    """1.263 may be a thousand or three decimals; with commas between the cells, the point is the decimal sign."""
    path = tmp_path / "t.csv"
    path.write_text(GERMAN.replace(",0", "").replace(",5", "5").replace(",", ""))
    result = run("reconcile", path, *GERMAN_PARTS)
    assert result.exit_code == 1
    assert "t.csv:4:2: B4: '1.263' is 1.263 with a decimal point, 1263 with a comma; say which" in result.stderr
    wanted = Wanted("tot", ("gdp", "une"))
    read = [published_table(opened(path), wanted._replace(decimal=sign))[0] for sign in (".", ",")]
    assert [table and str(table.parts[0].values[2]) for table in read] == ["1.263", "1263"]
    path.write_text(path.read_text().replace(";", ","))
    table, _ = published_table(opened(path), wanted)
    assert table is not None
    assert str(table.parts[0].values[2]) == "1.263"
    path.write_text(path.read_text().replace("1.263", '"1,263"'))
    [problem] = published_table(opened(path), wanted)[1]
    assert "'1,263' is 1263 with a decimal point, 1.263 with a comma" in problem.message
    path.write_text(path.read_text().replace("407", "407.5"))
    table, _ = published_table(opened(path), wanted)
    assert table is not None
    assert [str(value) for value in table.parts[0].values[:3]] == ["407.5", "828", "1263"]


def test_two_decimal_signs_in_a_table_are_errors(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GERMAN.replace("3,0", "3.0").replace("41,1", "41.1"))
    result = run("reconcile", tmp_path / "t.csv", *GERMAN_PARTS)
    assert result.exit_code == 1
    assert [line.partition("t.csv:")[2].split(": ")[0] for line in result.stderr.splitlines()] == ["2:3", "5:4"]
    assert "expected a number with a decimal comma, got '3.0'; write all cells with the same" in result.stderr


@given(st.integers(1000, 10**12), st.sampled_from([",", "'", "\u00a0"]))
def test_thousands_are_read_as_python_writes_them(value: int, mark: str) -> None:
    assert printed_numbers.number(f"{value:,}.50".replace(",", mark), ".") == Decimal(value) + Decimal("0.50")
    swapped = f"{value:,}".replace(",", "." if mark == "," else mark)
    assert printed_numbers.number(f"-{swapped},50 %", ",") == -Decimal(value) - Decimal("0.50")
    assert printed_numbers.number(f"0,{value % 1000:03}", ".") is None


def test_the_sheet_of_a_workbook(tmp_path: Path) -> None:
    """The first sheet is a cover: the message names it and the others, and --sheet reads another."""
    path = excel(tmp_path / "t.xlsx", [["An index"]])
    workbook = openpyxl.load_workbook(path)
    data = workbook.create_sheet("Data")
    for row in [["country", "score", "laws", "skills"], ["A", 1.5, 1, 2], ["B", 3.5, 3, 4], ["C", 5.0, 4, 6]]:
        data.append(row)
    workbook.save(path)
    result = run("reconcile", path, *PARTS)
    assert result.exit_code == 2
    assert "t.xlsx sheet 'Sheet' has no column 'score'; columns: An index; other sheets, for --sheet: Data" in (
        result.stderr
    )
    assert "arithmetic mean" in run("reconcile", path, *PARTS, "--sheet", "Data").stdout
    assert "has no sheet 'data'; sheets: Sheet, Data" in run("reconcile", path, *PARTS, "--sheet", "data").stderr
    result = run("reconcile", written(tmp_path / "t.csv", rows_of()), *PARTS, "--sheet", "Data")
    assert (result.exit_code, "t.csv has no sheets; leave out --sheet" in result.stderr) == (2, True)
