"""Coding sheets: written, filled by openpyxl and by LibreOffice, collected; every fault by sheet and cell."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, run
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.files.disk import File
from scoring.files.editing import with_readings
from scoring.files.load import profile_of, rubric_of
from scoring.model.digest import digest
from scoring.render.coding_sheet import CODING, KEY, NOTHING
from scoring.render.collect import _code, expected

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.model.rubric import RuleBook

FIRST = 7  # column of the first indicator in a blind sheet: key, row, statement, source, date, locator before it
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def made(path: Path, *options: str) -> Any:
    result = run("sheet", "AZE", "--coder", "third", "-o", path, *options)
    assert result.exit_code == 0, result.stderr
    return openpyxl.load_workbook(path)


def rows_of(workbook: Any) -> dict[str, int]:
    """Text of a statement -> its row."""
    sheet = workbook[CODING]
    column = next(cell.column for cell in sheet[4] if cell.value == "Statement")
    return {sheet.cell(row, column).value: row for row in range(5, sheet.max_row + 1)}


@pytest.fixture
def blind(folder: Path) -> Any:
    """A blind sheet of the three statements of AZE, before it is filled."""
    return made(folder / "sheet.xlsx", "--blind")


def fill(workbook: Any, text: str, *answers: object) -> int:
    """Answer a statement with indicators and codes in turn; return its row."""
    row = rows_of(workbook)[text]
    for column, value in enumerate(answers, start=FIRST):
        workbook[CODING].cell(row, column).value = value
    return row


def collected(workbook: Any, folder: Path) -> Any:
    workbook.save(folder / "sheet.xlsx")
    return run("collect", "sheet.xlsx")


def test_a_blind_sheet_shows_neither_codes_nor_indicators_nor_ids(blind: Any, folder: Path) -> None:
    cells = [str(cell.value) for row in blind[CODING].iter_rows(min_row=5) for cell in row if cell.value is not None]
    assert "No strategy is in force." in cells
    assert "A page" in cells
    assert "Paragraph 1" in cells
    everything = " ".join(cells)
    assert not any(word in everything for word in ("no-strategy", "poll-2016", "strategy:", "none", "AZE", "approval"))
    with zipfile.ZipFile(folder / "sheet.xlsx") as file:
        text = b"".join(file.read(name) for name in file.namelist())
    assert b"no-strategy" not in text
    assert b"poll-2016" not in text


def test_the_seed_sets_the_order(folder: Path) -> None:
    orders = {tuple(rows_of(made(folder / f"{seed}.xlsx", "--blind", "--seed", str(seed)))) for seed in range(8)}
    assert len(orders) > 1
    made(folder / "again.xlsx", "--blind", "--seed", "0")
    assert (folder / "again.xlsx").read_bytes() == (folder / "0.xlsx").read_bytes()


def test_an_open_sheet_shows_the_codes_and_proposes_the_indicators(folder: Path) -> None:
    sheet = made(folder / "open.xlsx")[CODING]
    heads = [cell.value for cell in sheet[4]]
    row = [cell.value for cell in sheet[5]]
    shown = dict(zip(heads, row, strict=True))
    assert shown["Id"] == "no-strategy"
    assert shown["First codes"] == "strategy=none"
    assert shown["Indicator 1"] == "strategy"
    assert shown["Code 1"] is None
    assert run("collect", "open.xlsx").exit_code == 0
    assert (folder / "profiles" / "AZE.yaml").read_text() == PROFILE


def test_the_sheet_has_anchors_lists_and_the_rubric(blind: Any) -> None:
    anchors = {tuple(cell.value for cell in row) for row in blind["Anchors"].iter_rows(min_row=2)}
    assert ("State", "strategy", "Is a strategy in force?", "", "none", "No strategy") in anchors
    assert ("", "strategy", "", "", "adopted", "Adopted") in anchors
    assert any(row[1] == "approval" and row[4] == "share: 54, n: 1000" for row in anchors)
    book, _ = scoring.load()
    key = {row[0].value: row[1].value for row in blind[KEY].iter_rows()}
    assert (key["rubric"], key["version"], key["coder"]) == ("small", "1.0.0", "third")
    assert key["digest"] == digest(book)
    lists = {str(one.sqref).split(":")[0]: one.formula1 for one in blind[CODING].data_validations.dataValidation}
    assert lists == {
        **dict.fromkeys(("G5", "I5", "K5", "M5"), "indicators"),
        **{
            cell: f'INDIRECT("code_"&{beside}5)'
            for cell, beside in (("H5", "G"), ("J5", "I"), ("L5", "K"), ("N5", "M"))
        },
    }
    names = blind.defined_names
    assert [cell.value for [cell] in blind["Lists"][names["code_strategy"].attr_text.split("!")[1]]] == [
        "none",
        "drafted",
        "adopted",
    ]
    assert [cell.value for [cell] in blind["Lists"][names["code_awareness"].attr_text.split("!")[1]]] == [
        "site: true",
        "site: false",
        "site: partly",
    ]
    assert "code_approval" not in names
    assert blind[CODING].column_dimensions["A"].hidden
    assert blind[KEY].sheet_state == "hidden"


def test_what_is_filled_in_is_added_and_all_other_lines_stay(blind: Any, folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    neighbour = (folder / "profiles" / "GEO.yaml").read_bytes()
    fill(blind, "No strategy is in force.", "strategy", "drafted", "awareness", "site: false")
    fill(blind, "Place 48 of 194.", NOTHING)
    fill(blind, "54 percent approved.", "approval", "share: 54; n: 1000")
    result = collected(blind, folder)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "profiles/AZE.yaml: 3 readings by third added.\n"
    added = (
        "    coders: {third: {strategy: drafted, awareness: {site: false}}}\n",
        "    coders: {third: {}}\n",
        "    coders: {third: {approval: {share: 54, n: 1000}}}\n",
    )
    text = path.read_text()
    assert [line for line in text.splitlines(keepends=True) if "coders" in line] == list(added)
    assert "".join(line for line in text.splitlines(keepends=True) if "coders" not in line) == PROFILE
    assert (folder / "profiles" / "GEO.yaml").read_bytes() == neighbour
    again = run("collect", "sheet.xlsx")
    assert again.stdout == "sheet.xlsx: no new readings.\n3 readings had been added before.\n"
    assert path.read_text() == text
    assert run("sheet", "AZE", "--coder", "third", "-o", "next.xlsx").exit_code == 2  # nothing is left to read


def test_numbers_and_lists_are_codes(blind: Any, folder: Path) -> None:
    fill(blind, "54 percent approved.", "approval", 54.5, "expulsions", 2.0)
    fill(blind, "Place 48 of 194.", "place", "{rank: 48, of: 194}")
    assert collected(blind, folder).exit_code == 0
    coders = [one.coders for one in scoring.load()[1][0].statements]
    assert coders == [
        None,
        {"third": {"place": {"rank": 48, "of": 194}}},
        {"third": {"approval": 54.5, "expulsions": 2}},
    ]


FAULTS: dict[str, tuple[tuple[object, ...], str, str]] = {
    "an unknown level": (("strategy", "adoptd"), "H", "unknown level 'adoptd' of strategy"),
    "an unknown indicator": (("strategie", "none"), "G", "did you mean strategy?"),
    "no code": (("strategy",), "H", "no code for strategy"),
    "no indicator": ((None, "none"), "G", "a code without an indicator"),
    "an unknown item": (("awareness", "sight: true"), "H", "did you mean site?"),
    "twice": (("strategy", "none", "strategy", "drafted"), "I", "strategy is coded in Coding!G{row} too"),
    "nothing and something": ((NOTHING, None, "strategy", "none"), "G", "beside an indicator"),
    "nothing with a code": ((NOTHING, "none"), "H", "a code beside"),
    "a formula": (("strategy", "=1+1"), "H", "a formula or an error"),
    "no YAML": (("awareness", "site: {"), "H", "cannot be read as a code"),
    "an alias": (("awareness", "site: *a"), "H", "cannot be read as a code"),
    "a share above 100": (("approval", 101), "H", "write 0 to 100"),
    "truth for a level": (("strategy", True), "H", "expected a level of strategy"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_its_cell_and_nothing_is_written(blind: Any, folder: Path, fault: str) -> None:
    answers, column, message = FAULTS[fault]
    fill(blind, "Place 48 of 194.", "place", "rank: 48, of: 194")
    row = fill(blind, "No strategy is in force.", *answers)
    result = collected(blind, folder)
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    number = "ABCDEFGHI".index(column) + 1
    assert line.startswith(f"sheet.xlsx:{row}:{number}: Coding!{column}{row}: ")
    assert message.format(row=row) in line
    assert (folder / "profiles" / "AZE.yaml").read_text() == PROFILE


def test_all_faults_are_told_at_once(blind: Any, folder: Path) -> None:
    fill(blind, "No strategy is in force.", "strategy", "adoptd")
    fill(blind, "54 percent approved.", "approvel", 54)
    fill(blind, "Place 48 of 194.", "place", 48)
    assert len(collected(blind, folder).stderr.splitlines()) == 3


def test_a_sheet_of_another_version_is_refused(blind: Any, folder: Path) -> None:
    fill(blind, "No strategy is in force.", "strategy", "drafted")
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("1.0.0", "1.0.1"))
    result = collected(blind, folder)
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert line.startswith("sheet.xlsx:2:2: Key!B2: the sheet is of small 1.0.0 (digest ")
    assert "the rubric is small 1.0.1" in line
    assert line.endswith("[other-rubric]")


def test_anchors_changed_under_the_same_version_are_refused(blind: Any, folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(pillar.read_text().replace("text: Drafted", "text: A draft is public"))
    assert "Key!B3: the sheet is of small 1.0.0" in collected(blind, folder).stderr


def swapped(sheet: Any) -> None:
    first, second = sheet["A5"].value, sheet["A6"].value
    sheet["A5"].value, sheet["A6"].value = second, first


def copied(sheet: Any) -> None:
    for column in (1, 3):
        sheet.cell(6, column).value = sheet.cell(5, column).value


CHANGES: dict[str, tuple[Callable[[Any], None], str]] = {
    "moved rows": (swapped, "Coding!C5: the text differs from the profile"),
    "a row twice": (copied, "Coding!C6: the same statement as in row 5"),
    "an unknown key": (
        lambda sheet: sheet.__setitem__("A5", "0" * 16),
        "Coding!C5: the statement of this row is not in",
    ),
    "a new row": (lambda sheet: sheet.__setitem__("G9", "strategy"), "Coding!G9: the row has no statement"),
    "a moved column": (lambda sheet: sheet.__setitem__("C4", "Text"), "Coding!C4: expected the header 'Statement'"),
    "fewer columns": (lambda sheet: sheet.delete_cols(13, 9), "Coding!M4: expected the header"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_sheet_is_refused(blind: Any, folder: Path, change: str) -> None:
    alter, message = CHANGES[change]
    fill(blind, "No strategy is in force.", "strategy", "drafted")
    alter(blind[CODING])
    result = collected(blind, folder)
    assert result.exit_code == 1
    assert message in result.stderr
    assert (folder / "profiles" / "AZE.yaml").read_text() == PROFILE


def test_another_reading_by_the_same_coder_is_refused(blind: Any, folder: Path) -> None:
    fill(blind, "No strategy is in force.", "strategy", "drafted")
    assert collected(blind, folder).exit_code == 0
    fill(blind, "No strategy is in force.", "strategy", "adopted")
    assert "third has another reading of no-strategy in the profile" in collected(blind, folder).stderr


def bomb(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no archive", "is not a coding sheet"),
        (bomb("a.xml", b"<a/>"), "is not a coding sheet"),
        (bomb("a.xml", b" " * (65 * 2**20)), "unpacks to more than 64 MiB"),
        (bomb("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "has a document type"),
        (bomb("xl/workbook.xml", "<!DOCTYPE a>".encode("utf-16")), "has a document type, or is not UTF-8"),
    ],
)
def test_a_file_from_a_stranger_is_one_line(folder: Path, data: bytes, message: str) -> None:
    (folder / "sheet.xlsx").write_bytes(data)
    result = run("collect", "sheet.xlsx")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert message in line


def test_another_workbook_is_no_sheet(folder: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.save(folder / "sheet.xlsx")
    assert "it has no sheets Coding and Key" in run("collect", "sheet.xlsx").stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--coder", "No Name", "-o", "s.xlsx"), "is not the name of a coder"),
        (("--coder", "third", "-o", "s.csv"), "use .xlsx"),
        (("--coder", "third", "-o", "there.xlsx"), "exists and may contain codes"),
    ],
)
def test_wrong_use_of_sheet(folder: Path, options: tuple[str, ...], message: str) -> None:
    (folder / "there.xlsx").write_bytes(b"")
    result = run("sheet", "AZE", *options)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (soffice)")
def test_a_sheet_saved_by_libreoffice_is_collected(blind: Any, folder: Path) -> None:
    fill(blind, "No strategy is in force.", "strategy", "drafted", "awareness", "site: partly")
    fill(blind, "54 percent approved.", "approval", "share: 54, n: 1000")
    fill(blind, "Place 48 of 194.", "expulsions", 2)
    blind.save(folder / "sheet.xlsx")
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    for form, source in (("ods", "sheet.xlsx"), ("xlsx", "office-out/sheet.ods")):  # wholly written by LibreOffice
        command = [str(SOFFICE), home, "--headless", "--convert-to", form, "--outdir", "office-out", source]
        subprocess.run(command, check=True, capture_output=True, timeout=300, cwd=folder)
    again = openpyxl.load_workbook(folder / "office-out" / "sheet.xlsx")
    lists = [one.formula1 for one in again[CODING].data_validations.dataValidation]
    assert any("indicators" in one for one in lists)
    assert any("INDIRECT" in one for one in lists)
    result = run("collect", "office-out/sheet.xlsx")
    assert result.exit_code == 0, result.stderr
    coders = [one.coders for one in scoring.load()[1][0].statements]
    assert coders == [
        {"third": {"strategy": "drafted", "awareness": {"site": "partly"}}},
        {"third": {"expulsions": 2}},
        {"third": {"approval": {"share": 54, "n": 1000}}},
    ]


# -- the text of profiles ----------------------------------------------------------------------------------------------

SHIPPED = sorted((ROOT / "profiles").glob("[A-Z]*.yaml"))
shipped = functools.cache(lambda: scoring.load(ROOT / "rubrics", ROOT / "profiles"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_profile_keeps_its_bytes(path: Path) -> None:
    data = path.read_bytes()
    assert with_readings(data, "third", {}) == (data, ())
    book, profiles = shipped()
    profile = next(one for one in profiles if one.country == path.stem)
    readings = {one.id: dict(one.codes) for one in profile.statements if one.codes}
    new, failed = with_readings(data, "third", readings)
    assert failed == ()
    assert profile_of(File(path.name, path.name, new), book)[0] == expected(profile, "third", readings)
    untouched = [line for line in new.splitlines(keepends=True) if b"third: " not in line]
    coded = [line for line in data.splitlines(keepends=True) if not line.lstrip().startswith(b"coders:")]
    assert [line for line in untouched if not line.lstrip().startswith(b"coders:")] == coded


STYLES = {
    "in braces": "  - {id: one, text: T, source: page, locator: L, credibility: 2, codes: {strategy: none}}\n",
    "in braces with coders": "  - {id: one, text: T, source: page, locator: L, credibility: 2, codes: {strategy: none}, coders: {a: {strategy: none}}}\n",
    "codes on lines": "  - id: one\n    codes:\n      strategy: none # why\n      # more\n\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n",
    "a comment": "  - id: one\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes: {strategy: none} # {why}\n",
    "coders on lines": "  - id: one\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes: {strategy: none}\n    coders:\n      a:\n        strategy: none\n",
    "coders on a line each": "  - id: one\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes: {strategy: none}\n    coders:\n      a: {strategy: none}\n      b: {}\n",
    "coders first": "  - id: one\n    coders: {a: {strategy: none}}\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes: {strategy: none}\n",
    "codes over lines": "  - id: one\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes: {strategy:\n      none,\n      }\n",
    "wide": "  -   id: one\n      text: >\n        T\n      source: page\n      locator: \"L\"\n      credibility: 2\n      codes: {strategy:    'none'}\n",
    "not indented": "- id: one\n  text: T\n  source: page\n  locator: L\n  credibility: 2\n  codes: {strategy: none}\n",
    "a block of text as code": "  - id: one\n    text: T\n    source: page\n    locator: L\n    credibility: 2\n    codes:\n      strategy: |-\n        none\n",
}


@functools.cache
def small_book() -> RuleBook:
    """The small rubric of the other tests."""
    files = [File("rubric.yaml", "rubric.yaml", RUBRIC.encode()), File("state.yaml", "state.yaml", PILLAR.encode())]
    book, problems = rubric_of(files, (), "small")
    assert book is not None, problems
    return book


HEADER = PROFILE[: PROFILE.index("  - id:")]


@given(
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["", "windows", "mark", "ends", "windows mark", "windows mark ends"]),
    st.sampled_from(
        [{}, {"strategy": "drafted"}, {"awareness": {"site": "partly"}, "expulsions": 2}, {"approval": 12.5}]
    ),
)
def test_however_a_profile_is_written_only_the_reading_is_new(style: str, ways: str, codes: dict[str, Any]) -> None:
    windows, mark, ends = (way in ways for way in ("windows", "mark", "ends"))
    book = small_book()
    text = HEADER + STYLES[style] + ("" if not ends else "# the end\n")
    text = text.removesuffix("\n") if windows != ends else text
    data = (b"\xef\xbb\xbf" if mark else b"") + (text.replace("\n", "\r\n") if windows else text).encode()
    before, problems = profile_of(File("AZE.yaml", "AZE.yaml", data), book)
    assert before is not None, problems
    new, failed = with_readings(data, "third", {"one": codes})
    assert failed == ()
    after, problems = profile_of(File("AZE.yaml", "AZE.yaml", new), book)
    assert after == expected(before, "third", {"one": codes}), (new.decode(), problems)
    start = next((i for i, (a, b) in enumerate(zip(data, new, strict=False)) if a != b), len(data))
    assert data == new[:start] + new[start + len(new) - len(data) :]  # one insertion, and nothing else


@given(
    st.sampled_from(["strategy", "awareness", "place", "approval", "expulsions"]),
    st.text() | st.integers() | st.floats(),
)
def test_whatever_stands_in_a_cell_is_a_code_or_a_message(name: str, value: object) -> None:
    kind = "s" if isinstance(value, str) else "n"
    code, message = _code(SimpleNamespace(value=value, data_type=kind), small_book().leaves[name])
    assert message or all(error.message for error in small_book().leaves[name].code_errors(code))


def test_of_many_faults_the_first_are_told(folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    head, first = (
        PROFILE[: PROFILE.index("  - id:")],
        PROFILE[PROFILE.index("  - id:") : PROFILE.index("  - id: place")],
    )
    path.write_text(head + "".join(first.replace("no-strategy", f"number-{one}") for one in range(150)))
    workbook = made(folder / "sheet.xlsx", "--blind")
    for row in range(5, 155):
        workbook[CODING].cell(row, FIRST).value = "strategie"
    lines = collected(workbook, folder).stderr.splitlines()
    assert len(lines) == 101
    assert "has more than 100 errors" in lines[0]
