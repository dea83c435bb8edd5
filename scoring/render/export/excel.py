"""An Excel workbook for people: ranking, pillars, indicators, statements, sources, method."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.extras import require
from scoring.render.colours import PAPER, QUIET, RAMP, RULE, STRONG
from scoring.render.export import words
from scoring.render.statements import code_text
from scoring.render.wording import interval_name, order
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.render.export.tables import Cell, Export

MOST_UNITS = 32_767  # UTF-16 code units in a cell, by Microsoft's "Excel specifications and limits"
MOST_ROWS = 1_048_576  # of a sheet, by the same
MOST_TITLE = 255  # characters of a property, by the same
EPOCH = dt.date(1980, 1, 1)  # of zip files, where no country gives a day
HEAD = 3  # row of the heads, below title, remark and an empty row
FIGURE, UNIT, WHOLE, DAY = "0.0", "0.00", "0", "yyyy-mm-dd"
SHORT, PROSE, BAR = TEXTS = ("short", "prose", "bar")  # how text is shown
LINE, TALLEST = 13.5, 409  # points: a line of text, and the highest row that Excel has
MOST_NOTES = 3  # above a table; more stand on the sheet Method alone
WIDER = 1.1  # a width counts digits of the default font, of which our text is smaller


class Column(NamedTuple):
    """A column of a sheet: its head, its number format or how text is shown, and its width in characters."""

    head: str
    show: str
    width: float
    printed: bool = True


class Faint(NamedTuple):
    """A cell in grey: a thin figure with its mark, or a part of a row that does not count."""

    value: Cell
    mark: str = ""


@dataclass
class Book:
    """A workbook that is being written; formats are made once."""

    workbook: Any
    title: str
    formats: dict[str, Any] = field(default_factory=dict)

    def look(self, **properties: Any) -> Any:
        """The format with these properties."""
        key = json.dumps(properties, sort_keys=True)
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"font_size": 10, "valign": "top", **properties})
        return self.formats[key]

    def sheets(
        self, name: str, remark: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], fixed: int
    ) -> list[tuple[Any, int]]:
        """Write a table, going on in a further sheet where one is full; each sheet with its number of rows."""
        written = []
        room = MOST_ROWS - HEAD - 1
        for number, start in enumerate(range(0, max(len(rows), 1), room), start=1):
            some = rows[start : start + room]
            sheet = self.workbook.add_worksheet(name if number == 1 else f"{name} {number}")
            self._heading(sheet, name, remark, columns)
            for row, cells in enumerate(some, start=HEAD + 1):
                for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
                    self.put(sheet, row, place, cell, column.show)
                sheet.set_row(row, _height(cells, columns))
            sheet.freeze_panes(HEAD + 1, fixed)
            sheet.autofilter(HEAD, 0, HEAD + max(len(some), 1), len(columns) - 1)
            sheet.print_area(0, 0, HEAD + len(some), sum(column.printed for column in columns) - 1)
            written.append((sheet, len(some)))
        return written

    def _heading(self, sheet: Any, name: str, remark: str, columns: Sequence[Column]) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        printed = [column.width for column in columns if column.printed]
        title = self.look(bold=True, font_size=14, font_color=STRONG, text_wrap=True)
        faint = self.look(italic=True, font_color=QUIET, text_wrap=True)
        for row, text, look, line in ((0, f"{name}: {self.title}", title, 1.5 * LINE), (1, remark, faint, LINE)):
            sheet.merge_range(row, 0, row, len(printed) - 1, "", look)
            sheet.write_string(row, 0, cut(text), look)
            sheet.set_row(row, min(line * _lines(text, sum(printed) * LINE / line), TALLEST))
        sheet.repeat_rows(HEAD)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})  # a year alone is a date as it is written
        sheet.set_row(HEAD, 30)
        head = {"bold": True, "font_color": PAPER, "bg_color": STRONG, "text_wrap": True, "valign": "vcenter"}
        for place, column in enumerate(columns):
            right = {"align": "left", "indent": 1} if column.show in TEXTS else {"align": "right"}
            sheet.set_column(place, place, column.width)
            sheet.write_string(HEAD, place, column.head, self.look(**head, **right))

    def put(self, sheet: Any, row: int, place: int, cell: Cell | Faint, show: str) -> None:
        """Write a cell: numbers as numbers, all text as text."""
        faint = isinstance(cell, Faint)
        value, mark = cell if isinstance(cell, Faint) else (cell, "")
        look: dict[str, Any] = {"bottom": 1, "bottom_color": RULE}
        if faint:
            look |= {"font_color": QUIET}
        look |= {"align": "left", "indent": 1} if show in TEXTS else {"num_format": f'"{mark}"{show}' if mark else show}
        if show == PROSE:
            look["text_wrap"] = True
        if show == BAR:
            look["font_name"] = "Consolas"
        if value is None:
            sheet.write_blank(row, place, None, self.look(**look))
        elif isinstance(value, str):
            sheet.write_string(row, place, cut(value), self.look(**look))
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, value, self.look(**look))
        else:
            sheet.write_number(row, place, value, self.look(**look))


def _height(cells: Sequence[Any], columns: Sequence[Column]) -> float:
    """The height of a row in points; programs other than Excel do not find it themselves."""
    values = ((cell.value if isinstance(cell, Faint) else cell) for cell in cells)
    prose = [
        _lines(str(value), column.width)
        for value, column in zip(values, columns, strict=True)
        if column.show == PROSE and value
    ]
    return min(LINE * max(prose, default=1), TALLEST)


def _lines(text: str, width: float) -> int:
    """Over how many lines text runs in so many characters, at the least one."""
    return max(1, sum(len(textwrap.wrap(line, int(width * WIDER))) or 1 for line in text.splitlines()))


def cut(text: str) -> str:
    """Text that a cell holds; what is cut ends in an ellipsis."""
    data = text.encode("utf-16-le")
    if len(data) <= 2 * MOST_UNITS:
        return text
    return data[: 2 * (MOST_UNITS - 1)].decode("utf-16-le", errors="ignore") + "…"


def files(export: Export) -> dict[str, bytes]:
    """scores.xlsx.

    Raises:
        MissingPackageError: xlsxwriter is not installed.
    """
    xlsxwriter = require("xlsxwriter", "report")
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    created = dt.datetime.combine(export.day or EPOCH, dt.time())  # no clock: the same bytes each run
    workbook.set_properties({"title": export.title[:MOST_TITLE], "comments": export.engine, "created": created})
    book = Book(workbook, export.title)
    for write in (_ranking, _pillars, _indicators, _statements, _sources, _method):
        write(book, export)
    workbook.close()
    return {"scores.xlsx": out.getvalue()}


# -- sheets ------------------------------------------------------------------------------------------------------------


RANKING = (  # as the columns of the sheet
    *("rank", "name", "country", "estimate", "low", "high", "bar", "interval_low", "interval_high", "rank_low"),
    *("rank_high", "stated", "information", "availability", "band", "withheld_because", "coded_until", "as_of"),
    *("actor", "citation"),
)


def _ranking(book: Book, export: Export) -> None:
    columns = (
        Column("Rank", WHOLE, 6),
        Column("Country", SHORT, 20),
        Column("Code", SHORT, 7),
        Column("Index", FIGURE, 8),
        Column("Low", FIGURE, 7),
        Column("High", FIGURE, 7),
        Column("0 … 100", BAR, 23),
        Column("Interval low", FIGURE, 9),
        Column("Interval high", FIGURE, 9),
        Column("Rank low", WHOLE, 7),
        Column("Rank high", WHOLE, 7),
        Column("Stated", FIGURE, 8),
        Column("Inform.", UNIT, 8),
        Column("Avail.", UNIT, 7),
        Column("Band", SHORT, 12),
        Column("Withheld because", PROSE, 26),
        Column("Coded until", DAY, 11),
        Column("As of", DAY, 11, printed=False),
        Column("Actor", SHORT, 7, printed=False),
        Column("Citation", SHORT, 50, printed=False),
    )
    rows = []
    for one in export.ranking.records():
        low, high = (math.nan if one[name] is None else one[name] / 100 for name in ("low", "high"))
        one["bar"] = numbers.bar(low, high, None if one["estimate"] is None else one["estimate"] / 100)
        cells = [one[name] for name in RANKING]
        rows.append(cells if one["published"] else list(map(Faint, cells)))
    is_open = export.rubric.rubric.prior.weight > 0
    bounds = "Low to high: evidence bounds. " if is_open else ""
    interval = f"Interval and rank, low to high: {interval_name(export.rubric.rubric, ' to ')} of the draws."
    remark = f"{bounds}{interval} {order(export.rubric.rubric)}"
    notes = export.notes if len(export.notes) <= MOST_NOTES else ("Before you compare: see the sheet Method.",)
    book.sheets("Ranking", " ".join((remark, *notes)), columns, rows, 3)


def _pillars(book: Book, export: Export) -> None:
    nodes = [one for one in export.nodes.records() if one["kind"] == "pillar"]
    shorts = {one.id: one.short or one.title for one in export.rubric.pillars}
    found = {(one["country"], one["node"]): one for one in export.pillars.records()}
    columns = [Column("Country", SHORT, 20), Column("Code", SHORT, 7)]
    columns += [Column(shorts[node["id"]], FIGURE, 11) for node in nodes]
    for node in nodes:
        columns += [Column(f"{shorts[node['id']]} {end}", FIGURE, 8) for end in ("low", "high")]
    rows: list[list[Any]] = []
    for country in export.ranking.records():
        those = [found[country["country"], node["node"]] for node in nodes]
        cells = [Faint(one["estimate"], "~ ") if one["thin"] else one["estimate"] for one in those]
        cells += [one[end] for one in those for end in ("low", "high")]
        names = [country["name"], country["country"]]
        rows.append([*(names if country["published"] else map(Faint, names)), *cells])
    named = [f"{one.short} {one.title}" for one in export.rubric.pillars if one.short]
    thin = dict(words.meanings(export))["Thin"]
    remark = f"~ thin: {thin} Countries in the order of their rank, the withheld last and grey."
    remark = f"{', '.join(named)}. {remark}" if named else remark
    for sheet, count in book.sheets("Pillars", remark, columns, rows, 2):
        colours = {"min_color": PAPER, "max_color": RAMP[2], "min_type": "num", "max_type": "num"}
        rule = {"type": "2_color_scale", **colours, "min_value": 0, "max_value": 100}
        sheet.conditional_format(HEAD + 1, 2, HEAD + max(count, 1), 1 + len(nodes), rule)


def _indicators(book: Book, export: Export) -> None:
    columns = (
        Column("Country", SHORT, 20),
        Column("Code", SHORT, 7),
        Column("Pillar", SHORT, 28),
        Column("Indicator", SHORT, 28),
        Column("Question", PROSE, 55),
        Column("Estimate", FIGURE, 9),
        Column("Low", FIGURE, 8),
        Column("High", FIGURE, 8),
        Column("Stated", FIGURE, 8),
        Column("Inform.", UNIT, 8),
        Column("Avail.", UNIT, 8),
        Column("Conflict", UNIT, 9),
    )
    names = {one["country"]: one["name"] for one in export.ranking.records()}
    nodes = {one["node"]: one for one in export.nodes.records()}
    rows = []
    for one in export.indicators.records():
        node = nodes[one["node"]]
        pillar = nodes["/".join(one["node"].split("/")[:2])]
        measures = ("estimate", "low", "high", "stated", "information", "availability", "conflict")
        texts = (names[one["country"]], one["country"], pillar["label"], node["id"], node["label"])
        cells = [*texts, *(one[name] for name in measures)]
        rows.append(cells if one["information"] else list(map(Faint, cells)))
    remark = "One row per country and question of the rubric. Grey: no evidence, and so no estimate."
    book.sheets("Indicators", remark, columns, rows, 2)


def _statements(book: Book, export: Export) -> None:
    columns = (
        Column("Country", SHORT, 8),
        Column("Date", SHORT, 11),
        Column("Statement", PROSE, 70),
        Column("Codes", PROSE, 34),
        Column("Enters", SHORT, 18),
        Column("Grade", SHORT, 7),
        Column("Source", PROSE, 38),
        Column("Locator", PROSE, 26),
        Column("Id", SHORT, 34),
        Column("Same as", SHORT, 26),
    )
    sources = {(one["country"], one["id"]): one for one in export.sources.records()}
    codes: dict[tuple[str, str], list[str]] = {}
    for one in export.codes.records():
        if one["reading"] == 1:
            text = f"{one['node'].rsplit('/', 1)[-1]}={code_text(json.loads(one['code']))}"
            codes.setdefault((one["country"], one["statement"]), []).append(text)
    rows = []
    for one in export.statements.records():
        source = sources[one["country"], one["source"]]
        cells = [
            one["country"],
            one["date"],
            one["text"],
            " ".join(codes.get((one["country"], one["id"]), ())) or None,
            "yes" if one["enters"] else f"no: {one['left_out_because']}",
            f"{source['reliability']}{one['credibility']}",
            f"{source['publisher']}: {source['title']}",
            one["locator"],
            one["id"],
            one["same_as"],
        ]
        rows.append(cells if one["enters"] else list(map(Faint, cells)))
    book.sheets("Statements", "The evidence. Grey: does not enter a score, with the reason.", columns, rows, 2)


def _sources(book: Book, export: Export) -> None:
    columns = (
        Column("Country", SHORT, 8),
        Column("Publisher", PROSE, 34),
        Column("Title", PROSE, 50),
        Column("Grade", SHORT, 7),
        Column("Address", PROSE, 60),
        Column("Accessed", SHORT, 11),
        Column("Note", PROSE, 50),
        Column("Id", SHORT, 36),
    )
    names = ("country", "publisher", "title", "reliability", "url", "accessed", "note", "id")
    rows = [[one[name] for name in names] for one in export.sources.records()]
    remark = "Addresses are text, not links: look at one before you open it."
    book.sheets("Sources", remark, columns, rows, 2)


def _method(book: Book, export: Export) -> None:
    sheet = book.workbook.add_worksheet("Method")
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    row = 0
    sections = (
        ("What made these figures", words.made_by(export)),
        ("What the words mean", words.meanings(export)),
        ("For use", words.for_use(export)),
    )
    for title, lines in sections:
        sheet.write_string(row, 0, title, book.look(bold=True, font_size=14, font_color=STRONG))
        for word, text in lines:
            row += 1
            sheet.write_string(row, 0, word, book.look(bold=True, bottom=1, bottom_color=RULE))
            sheet.write_string(row, 1, cut(text), book.look(text_wrap=True, bottom=1, bottom_color=RULE))
            sheet.set_row(row, min(LINE * _lines(text, 105), TALLEST))
        row += 2
