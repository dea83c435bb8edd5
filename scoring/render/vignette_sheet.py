"""`scoring sheet --qualify`: a coding sheet of vignettes without their answers; `scoring qualify` reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.errors import Problem, choices
from scoring.files.disk import VIGNETTES_FILE
from scoring.model.vignettes import checksum
from scoring.render.coding_sheet import HEAD, KEY, LEAST_ANSWERS, META, NOTHING, Layout, Row, row_key, written_sheet
from scoring.render.collect import read_answers, read_key, read_rows

if TYPE_CHECKING:
    from scoring.model.rubric import RuleBook
    from scoring.model.vignettes import VignetteFile
    from scoring.render.collect import Made, Sheet

UNIT = "vignette"  # in place of the country of a row


def vignette_sheet(book: RuleBook, file: VignetteFile, coder: str, seed: int) -> bytes:
    """The workbook: as a blind coding sheet, with a row per vignette in an order that the seed decides."""
    rows = sorted(
        (Row(row_key(UNIT, one.id), {"Statement": one.text}) for one in file.vignettes), key=lambda row: row.key
    )
    rows = [rows[position] for position in np.random.default_rng(seed).permutation(len(rows))]
    after = f"""\
6. Answer every row. The texts are invented.
7. Change only the cells of indicators and codes. Do not read {VIGNETTES_FILE}, and code alone.
When you are done, `scoring qualify` compares your codes with the known answers."""
    most = max(len(one.answer) for one in file.vignettes)
    layout = Layout(is_blind=True, answers=max(LEAST_ANSWERS, most), has_vignettes=True)
    return written_sheet(book, rows, layout, coder, after, checksum(file))


def read_vignette_sheet(
    sheet: Sheet, data: bytes, book: RuleBook, file: VignetteFile, coder: str | None
) -> dict[str, dict[str, Any]]:
    """Id of a vignette -> indicator -> code, of all vignettes; with problems of the sheet it is not complete.

    Args:
        sheet: Gets the problems, and the name of the coder.
        data: The workbook.
        book: The rubric.
        file: The vignettes.
        coder: Who is said to have filled the sheet; None if the sheet alone says so.
    """
    rows = read_rows(sheet, data, book)
    if rows is None:
        return {}
    made, cells = rows
    sheet.coder = made.coder
    if message := _other(made, file, coder):
        place = 1 + len(META) if made.vignettes else 1
        sheet.problems.append(Problem(sheet.name, place, 2, f"{KEY}!B{place}", message, "changed-sheet"))
        return {}
    texts = {row_key(UNIT, one.id): one.text for one in file.vignettes}
    ids = {row_key(UNIT, one.id): one.id for one in file.vignettes}
    seen: dict[str, int] = {}
    codes: dict[str, dict[str, Any]] = {}
    empty: list[int] = []
    for number, row in enumerate(cells, start=HEAD + 2):
        key = read_key(sheet, number, row, made.layout, texts, seen)
        if key is None:
            continue
        reading = read_answers(sheet, number, row, made.layout, book)
        if reading is None:
            empty.append(number)
        else:
            codes[ids[key]] = reading.codes
    place = made.layout.first_answer + 1
    if empty:
        message = f"no answer, in rows {choices(list(map(str, empty)))}; answer every row, “{NOTHING}” if it codes none"
        sheet.refuse((empty[0], place), message, "missing-answer")
    if len(seen) < len(texts) and not sheet.problems:
        message = f"has {len(seen)} of the {len(texts)} vignettes; do not remove rows"
        sheet.refuse((HEAD + 2, made.layout.text + 1), message, "changed-sheet")
    return codes


def _other(made: Made, file: VignetteFile, coder: str | None) -> str:
    """Why a sheet is not that of these vignettes and this coder; empty if it is."""
    if not made.vignettes:
        return "has statements of profiles and no vignettes; write a sheet with `scoring sheet --qualify`"
    if made.vignettes != checksum(file):
        return f"the sheet is of other vignettes than those in {VIGNETTES_FILE} now; write a new one"
    if coder not in (None, made.coder):
        return f"the sheet is that of {made.coder}, not of {coder}; give the sheet of {coder}"
    return ""
