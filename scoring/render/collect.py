"""`scoring collect`: a filled coding sheet, checked, as readings in the texts of profiles.

A sheet may come from a stranger: it is read as values, formulas are refused, and sizes are checked before openpyxl
sees it.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import MAX_QUOTED, Problem, dotted, nearest, quoted
from scoring.extras import require
from scoring.files import reader
from scoring.files.archive import UnreadableError, check_workbook
from scoring.files.disk import File
from scoring.files.editing import with_readings
from scoring.files.load import profile_of
from scoring.files.messages import add_problem
from scoring.model.digest import digest
from scoring.model.fields import is_label
from scoring.model.profile import Profile
from scoring.render.coding_sheet import (
    CODING,
    HEAD,
    KEY,
    META,
    MOST_STATEMENTS,
    NOTHING,
    VIGNETTES,
    Layout,
    cell_name,
    meanings,
    row_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.errors import Slug
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Statement
    from scoring.model.rubric import RuleBook

NOT_A_SHEET = "is not a coding sheet"
MAX_ANSWERS = 100  # pairs of columns; a statement with more indicators is none
MAX_TEXT = 4000  # characters of an answer
Cell = tuple[int, int]
"""Row and column, counted from 1."""


class Made(NamedTuple):
    """What a sheet says of itself."""

    rubric: str
    version: str
    digest: str
    coder: str
    layout: Layout
    vignettes: str
    """The checksum of the vignettes; empty for a sheet of statements."""


class Collected(NamedTuple):
    """The outcome for one profile."""

    file: str
    base: str
    data: bytes
    """The new content."""
    added: int
    """How many statements got a reading."""


@dataclass
class _Reading:
    """The reading of one row, while its cells are read."""

    codes: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    nothing: Cell | None = None


class Sheet:
    """A sheet that is read: its name and the problems so far.

    Attributes:
        name: The name as the user would write it.
        problems: The problems so far.
        empty: How many rows have no answer.
        known: How many readings the profiles have already.
        is_blind: Whether the coder did not see the first codes.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.coder = ""
        self.empty = self.known = 0
        self.is_blind = True

    def refuse(self, cell: Cell, message: str, slug: Slug, where: str = "") -> None:
        """Add a problem of a cell, up to `reader.MAX_FAULTS`."""
        add_problem(self.problems, Problem(self.name, *cell, where or cell_name(*cell), message, slug))


def collect(
    sheet: Sheet, data: bytes, book: RuleBook, files: Sequence[File], profiles: Mapping[str, Profile]
) -> tuple[Collected, ...]:
    """The profiles with the readings of a sheet; if the sheet then has problems, nothing may be written.

    Args:
        sheet: Gets the problems.
        data: The workbook.
        book: The rubric.
        files: The files of the profiles.
        profiles: Those without errors, by country.
    """
    rows = read_rows(sheet, data, book)
    if rows is None:
        return ()
    made, cells = rows
    if made.vignettes:
        message = "has vignettes, which are in no profile; measure its coder with `scoring qualify`"
        sheet.problems.append(Problem(sheet.name, 1, 1, "", message, "not-a-sheet"))
        return ()
    sheet.coder, sheet.is_blind = made.coder, made.layout.is_blind
    known = {
        row_key(profile.country, statement.id): (profile, statement)
        for profile in profiles.values()
        for statement in profile.statements
    }
    texts = {key: statement.text for key, (_, statement) in known.items()}
    readings: dict[str, dict[str, dict[str, Any]]] = {}
    first_cell: dict[tuple[str, str], Cell] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(cells, start=HEAD + 2):
        found = _statement(sheet, number, row, made.layout, known, texts, seen)
        if found is None:
            continue
        profile, statement = found
        reading = read_answers(sheet, number, row, made.layout, book)
        if reading is None:
            sheet.empty += 1
            continue
        cell = next(iter(reading.cells.values()), reading.nothing) or (number, made.layout.first_answer + 1)
        if _is_new(sheet, cell, made.coder, statement, reading.codes):
            readings.setdefault(profile.country, {})[statement.id] = reading.codes
            first_cell[profile.country, statement.id] = cell
    return tuple(_written(sheet, made.coder, readings, files, profiles, book, first_cell))


# -- the workbook ------------------------------------------------------------------------------------------------------


def read_rows(sheet: Sheet, data: bytes, book: RuleBook) -> tuple[Made, list[tuple[Any, ...]]] | None:
    """What the sheet says of itself, and its rows of cells; None if it cannot be read or is of another rubric."""
    openpyxl = require("openpyxl", "coding")
    try:
        check_workbook(data, NOT_A_SHEET, smaller="give a sheet that `scoring sheet` wrote")
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        _check_sheets(workbook.sheetnames)
        values = {
            str(row[0].value): "" if row[1].value is None else str(row[1].value)
            for row in workbook[KEY].iter_rows(max_row=len(META) + 1, max_col=2)
            if len(row) > 1
        }
        made = _made(sheet, values, book)
        if made is None:
            return None
        width = len(made.layout.headers)
        found = [
            tuple(row)
            for row in workbook[CODING].iter_rows(min_row=HEAD + 1, max_row=HEAD + 1 + MOST_STATEMENTS, max_col=width)
        ]
    except UnreadableError as error:
        sheet.problems.append(Problem(sheet.name, 1, 1, "", str(error), "not-a-sheet"))
        return None
    except Exception as error:  # noqa: BLE001  openpyxl raises whatever its parsing meets in a damaged file
        reason = f"{type(error).__name__}: {error}"[:MAX_QUOTED]
        message = f"{NOT_A_SHEET} (damaged: {reason}); save it as .xlsx again"
        sheet.problems.append(Problem(sheet.name, 1, 1, "", message, "not-a-sheet"))
        return None
    heads = tuple(cell.value for cell in found[0]) if found else ()
    for column, (name, expected) in enumerate(zip(heads, made.layout.headers, strict=False), start=1):
        if name != expected:
            message = f"expected the header {expected!r}, got {quoted(name)}; do not change or move columns"
            sheet.refuse((HEAD + 1, column), message, "changed-sheet")
    if len(heads) < width:
        message = f"has {len(heads)} columns of {width}; do not remove columns"
        sheet.refuse((HEAD + 1, max(len(heads), 1)), message, "changed-sheet")
    return None if sheet.problems else (made, found[1:])


def _check_sheets(names: Sequence[str]) -> None:
    """Raise UnreadableError if a sheet is missing."""
    if KEY not in names or CODING not in names:
        message = f"{NOT_A_SHEET} (it has no sheets {CODING} and {KEY}); give one that `scoring sheet` wrote"
        raise UnreadableError(message)


def _made(sheet: Sheet, values: Mapping[str, str], book: RuleBook) -> Made | None:
    """What the sheet Key says; None, with a problem, if it is incomplete or of another rubric."""
    places = {name: (row, 2) for row, name in enumerate(META, start=1)}
    for name in META:
        if name not in values:
            message = f"{name} is missing; give a sheet that `scoring sheet` wrote"
            sheet.refuse(places[name], message, "not-a-sheet", f"{KEY}!B{places[name][0]}")
    if sheet.problems:
        return None
    rubric, version, of_sheet = (values[name] for name in ("rubric", "version", "digest"))
    now = (book.rubric.id, book.rubric.version, digest(book))
    for name, given, own in zip(META, (rubric, version, of_sheet), now, strict=False):
        if given != own:
            message = (
                f"the sheet is of {rubric[:MAX_QUOTED]} {version[:MAX_QUOTED]} (digest {of_sheet[:8]}), the rubric is "
                f"{now[0]} {now[1]} (digest {now[2][:8]}); give that rubric with --rubric, or make a new sheet"
            )
            sheet.refuse(places[name], message, "other-rubric", f"{KEY}!B{places[name][0]}")
            return None
    coder, blind, answers = values["coder"], values["blind"], values["answers"]
    if reason := bad_coder(coder):
        sheet.refuse(places["coder"], reason, "bad-name", f"{KEY}!B{places['coder'][0]}")
    is_count = answers.isascii() and answers.isdigit() and len(answers) < 4 and 0 < int(answers) <= MAX_ANSWERS  # noqa: PLR2004
    if blind not in ("true", "false") or not is_count:
        message = "the sheet was changed; give one that `scoring sheet` wrote"
        sheet.refuse(places["blind"], message, "changed-sheet", f"{KEY}!B{places['blind'][0]}")
    if sheet.problems:
        return None
    vignettes = values.get(VIGNETTES, "")
    layout = Layout(blind == "true", int(answers), has_vignettes=bool(vignettes))
    return Made(rubric, version, of_sheet, coder, layout, vignettes)


def bad_coder(name: str) -> str:
    """Why a name cannot be that of a coder; empty if it can."""
    fits = "write lower-case letters, digits and hyphens, at most 80"
    return "" if is_label(name) else f"{quoted(name)} is not the name of a coder; {fits}"


# -- rows --------------------------------------------------------------------------------------------------------------


def _statement(
    sheet: Sheet,
    number: int,
    row: Sequence[Any],
    layout: Layout,
    known: Mapping[str, tuple[Profile, Statement]],
    texts: Mapping[str, str],
    seen: dict[str, int],
) -> tuple[Profile, Statement] | None:
    """The statement of a row; None, with a problem unless the row is empty, if there is none."""
    key = read_key(sheet, number, row, layout, texts, seen)
    if key is None:
        return None
    profile, statement = known[key]
    if statement.codes is None:
        message = "the statement has no codes in the profile any more; make a new sheet"
        sheet.refuse((number, layout.text + 1), message, "changed-sheet")
        return None
    return profile, statement


def read_key(
    sheet: Sheet, number: int, row: Sequence[Any], layout: Layout, texts: Mapping[str, str], seen: dict[str, int]
) -> str | None:
    """The key of the text of a row; None, with a problem unless the row is empty, if there is none.

    texts: key -> text; seen: key -> row, of the rows before, to which this one is added.
    """
    values = [cell.value for cell in row]
    key = values[0] if values else None
    where = "vignettes" if layout.has_vignettes else "profiles"
    if key is None:
        answered = [column for column, value in enumerate(values, start=1) if value is not None]
        if answered:
            message = "the row has no statement; answer in the row of one, and do not add rows"
            sheet.refuse((number, answered[-1]), message, "changed-sheet")
        return None
    if not isinstance(key, str) or key not in texts:
        message = f"the statement of this row is not in the {where}, which have changed; make a new sheet"
        sheet.refuse((number, layout.text + 1), message, "changed-sheet")
        return None
    if key in seen:
        message = f"the same statement as in row {seen[key]}; keep one of the two rows"
        sheet.refuse((number, layout.text + 1), message, "changed-sheet")
        return None
    seen[key] = number
    text = values[layout.text] if len(values) > layout.text else None
    if squeezed(text) != squeezed(texts[key]):
        message = f"the text differs from the {where}: one of the two was changed, or rows were moved; make a new sheet"
        sheet.refuse((number, layout.text + 1), message, "changed-sheet")
        return None
    return key


def squeezed(value: object) -> str:
    """A text with single spaces, as a spreadsheet program may have changed line ends."""
    return " ".join(unicodedata.normalize("NFC", value if isinstance(value, str) else str(value)).split())


def read_answers(sheet: Sheet, number: int, row: Sequence[Any], layout: Layout, book: RuleBook) -> _Reading | None:
    """The codes of a row; None if it has no answers."""
    reading = _Reading()
    is_answered = False
    for pair in range(layout.answers):
        column = layout.first_answer + 2 * pair
        place, code_place = (number, column + 1), (number, column + 2)
        chosen, code = (row[index] if index < len(row) else None for index in (column, column + 1))
        if _is_empty(chosen) and _is_empty(code):
            continue
        if _is_empty(chosen):
            sheet.refuse(place, "a code without an indicator; choose the indicator", "missing-answer")
        elif _is_empty(code) and not layout.is_blind and _name(chosen) != NOTHING:
            continue  # proposed by the sheet and left open
        else:
            _answer(sheet, reading, chosen, code, (place, code_place), book)
        is_answered = True
    if reading.nothing and reading.cells:
        message = f"“{NOTHING}” beside an indicator; keep one of the two"
        sheet.refuse(reading.nothing, message, "missing-answer")
    return reading if is_answered else None


def _is_empty(cell: Any) -> bool:
    return cell is None or cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def _name(cell: Any) -> str:
    return str(cell.value).strip()


def _answer(sheet: Sheet, reading: _Reading, chosen: Any, code: Any, places: tuple[Cell, Cell], book: RuleBook) -> None:
    """Add an indicator with its code to a reading, or the problems of the two cells."""
    place, code_place = places
    name = _name(chosen)
    if name == NOTHING:
        if not _is_empty(code):
            sheet.refuse(code_place, f"a code beside “{NOTHING}”; remove it, or choose an indicator", "missing-answer")
        reading.nothing = place
        return
    if chosen.data_type in ("f", "e"):
        sheet.refuse(place, "a formula or an error of the spreadsheet; choose the indicator", "wrong-type")
        return
    if name not in book.leaves:
        message = f"unknown indicator {quoted(name)}; {nearest(name, sorted(book.leaves), 'indicators')}"
        sheet.refuse(place, message, "unknown-indicator")
        return
    if _is_empty(code):
        message = f"no code for {name}; choose or type one, such as {meanings(book.leaves[name])[0][0]}"
        sheet.refuse(code_place, message, "missing-answer")
        return
    indicator = book.leaves[name]
    value, message = _code(code, indicator)
    if message:
        sheet.refuse(code_place, message, "wrong-type")
        return
    errors = list(indicator.code_errors(value))
    for error in errors:
        path = dotted(error.path)
        sheet.refuse(code_place, f"{path}: {error.message}" if path else error.message, error.slug)
    if errors:
        return
    if name in reading.codes:
        old = reading.codes[name]
        if not indicator.checklist or set(old) & set(value):
            message = f"{name} is coded in {cell_name(*reading.cells[name])} too; keep one of the two"
            sheet.refuse(place, message, "duplicate-key")
            return
        value = {**old, **value}
    reading.codes[name] = value
    reading.cells.setdefault(name, place)


def _code(cell: Any, indicator: LeafIndicator) -> tuple[Any, str]:
    """The value of a cell as a code, and what is wrong with it."""
    value, example = cell.value, meanings(indicator)[0][0]
    if cell.data_type in ("f", "e"):
        return None, f"a formula or an error of the spreadsheet; type the code itself, such as {example}"
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return None, f"was read as a date; format the cell as text and type the code, such as {example}"
    if not isinstance(value, str):
        return (int(value) if isinstance(value, float) and value.is_integer() else value), ""
    return code_of_text(value, example)


def code_of_text(value: str, example: str) -> tuple[Any, str]:
    """A typed code as a value, and what is wrong with it; example: of a code, for a message."""
    text = value.strip().replace(";", ",").replace("\n", ", ")
    if len(text) > MAX_TEXT:
        return None, f"has more than {MAX_TEXT} characters; write a code, such as {example}"
    decoded = reader.decode(text.encode(errors="replace"), "")
    if isinstance(decoded, Problem):
        return None, f"{decoded.message}; write a code, such as {example}"
    in_braces = f"{{{decoded}}}" if ":" in decoded and not decoded.startswith("{") else decoded
    code, problems = reader.read(in_braces, "")
    if problems:
        return None, f"cannot be read as a code ({problems[0].message.split(';')[0]}); write it as in {example}"
    return code, ""


def _is_new(sheet: Sheet, cell: Cell, coder: str, statement: Statement, codes: Mapping[str, Any]) -> bool:
    """Whether a coder has no reading of a statement yet; another reading is a problem, the same one is counted."""
    coders = statement.coders or {}
    if coder not in coders:
        return True
    if coders[coder] == codes:
        sheet.known += 1
    else:
        message = f"{coder} has another reading of {statement.id} in the profile; remove that one first"
        sheet.refuse(cell, message, "already-coded")
    return False


# -- profiles ----------------------------------------------------------------------------------------------------------


def _written(
    sheet: Sheet,
    coder: str,
    readings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Iterable[File],
    profiles: Mapping[str, Profile],
    book: RuleBook,
    cells: Mapping[tuple[str, str], Cell],
) -> Iterator[Collected]:
    """The new contents of the profiles, each read back: it must hold the readings and nothing else that is new."""
    by_country = {file.stem: file for file in files}
    for country, added in sorted(readings.items()):
        file = by_country[country]
        data, failed = with_readings(file.data or b"", coder, added)
        changed = File(file.base, file.name, data)
        read = profile_of(changed, book)[0]
        if not failed and (read is None or read.whole != expected(profiles[country].whole, coder, added)):
            failed = tuple(added)
        for name in failed:
            message = f"cannot be added to {name} of {file.name} as that is written; add it to `coders` there by hand"
            sheet.refuse(cells[country, name], message, "already-coded")
        yield Collected(file.name, file.base, data, len(added))


def expected(profile: Profile, coder: str, added: Mapping[str, Mapping[str, Any]]) -> Profile:
    """The profile with the readings of a coder."""
    document = profile.model_dump(by_alias=True)
    for statement in document["statements"]:
        if statement["id"] in added:
            statement["coders"] = {**(statement["coders"] or {}), coder: dict(added[statement["id"]])}
    return Profile.model_validate(_plain(document))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value
