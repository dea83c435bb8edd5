"""An Excel workbook for people: ranking, pillars, indicators, statements, sources, method."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import math
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.extras import require
from scoring.index.summary import interval_share, order
from scoring.render.colours import PAPER, QUIET, RAMP, RULE, STRONG
from scoring.render.export import words
from scoring.render.wording import code_text
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.render.export.tables import Cell, Export

MAX_UNITS = 32_767  # UTF-16 code units in a cell, by Microsoft's "Excel specifications and limits"
MAX_ROWS = 1_048_576  # of a sheet, by the same
MAX_TITLE = 255  # characters of a property, by the same
EPOCH = dt.date(1980, 1, 1)  # the first date of zip files, used without countries
HEAD = 3  # row of the column headers, below title, remark and an empty row
FIGURE, UNIT, WHOLE, DAY = "0.0", "0.00", "0", "yyyy-mm-dd"
SHORT, PROSE, BAR = TEXTS = ("short", "prose", "bar")  # formats of text
LINE, TALLEST = 13.5, 409  # points: a line of text, and Excel's maximum height of a row
MAX_NOTES = 3  # above a table; if there are more, all are on the sheet Method
WIDER = 1.1  # widths count digits of the default font, and this text is smaller


class Column(NamedTuple):
    """A column of a sheet: header, format of numbers or text, and width in characters."""

    head: str
    show: str
    width: float
    printed: bool = True


class Faint(NamedTuple):
    """A cell in grey: a figure with insufficient data and its mark, or a cell of a row that does not count."""

    value: Cell
    mark: str = ""


@dataclass
class Book:
    """A workbook in progress; each format is created once."""

    workbook: Any
    title: str
    decimals: int
    """Of the scale of the index."""
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    looks: dict[tuple[str, str, bool], Any] = field(default_factory=dict)
    """The formats of cells, by column, mark and whether they are grey."""

    def look(self, **properties: Any) -> Any:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"font_size": 10, "valign": "top", **properties})
        return self.formats[key]

    def sheets(
        self, name: str, remark: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], fixed: int
    ) -> list[tuple[Any, int]]:
        """Write a table, over several sheets if one is too small, and return each sheet with its number of rows."""
        written = []
        most = MAX_ROWS - HEAD - 1
        for number, start in enumerate(range(0, max(len(rows), 1), most), start=1):
            chunk = rows[start : start + most]
            sheet = self.workbook.add_worksheet(name if number == 1 else f"{name} {number}")
            self._heading(sheet, name, remark, columns)
            for row, cells in enumerate(chunk, start=HEAD + 1):
                for position, (cell, column) in enumerate(zip(cells, columns, strict=True)):
                    self.put(sheet, row, position, cell, column.show)
                sheet.set_row(row, _height(cells, columns))
            sheet.freeze_panes(HEAD + 1, fixed)
            sheet.autofilter(HEAD, 0, HEAD + max(len(chunk), 1), len(columns) - 1)
            sheet.print_area(0, 0, HEAD + len(chunk), sum(column.printed for column in columns) - 1)
            written.append((sheet, len(chunk)))
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
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})  # a year is a date too
        sheet.set_row(HEAD, 30)
        head = {"bold": True, "font_color": PAPER, "bg_color": STRONG, "text_wrap": True, "valign": "vcenter"}
        for position, column in enumerate(columns):
            right = {"align": "left", "indent": 1} if column.show in TEXTS else {"align": "right"}
            sheet.set_column(position, position, column.width)
            sheet.write_string(HEAD, position, column.head, self.look(**head, **right))

    def put(self, sheet: Any, row: int, position: int, cell: Cell | Faint, show: str) -> None:
        """Write a cell: numbers as numbers, all text as text."""
        value, mark = cell if isinstance(cell, Faint) else (cell, "")
        key = show, mark, isinstance(cell, Faint)
        if key not in self.looks:
            self.looks[key] = self._look_of_cell(*key)
        look = self.looks[key]
        if value is None:
            sheet.write_blank(row, position, None, look)
        elif isinstance(value, str):
            sheet.write_string(row, position, cut(value), look)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, position, value, look)
        else:
            sheet.write_number(row, position, value, look)

    def _look_of_cell(self, show: str, mark: str, is_faint: bool) -> Any:  # noqa: FBT001  part of a key
        look: dict[str, Any] = {"bottom": 1, "bottom_color": RULE}
        if is_faint:
            look |= {"font_color": QUIET}
        shown = f"{0:.{self.decimals}f}" if show == FIGURE else show
        look |= (
            {"align": "left", "indent": 1} if show in TEXTS else {"num_format": f'"{mark}"{shown}' if mark else shown}
        )
        if show == PROSE:
            look["text_wrap"] = True
        if show == BAR:
            look["font_name"] = "Consolas"
        return self.look(**look)


def _height(cells: Sequence[Any], columns: Sequence[Column]) -> float:
    """The height of a row in points; programs other than Excel do not compute it."""
    values = ((cell.value if isinstance(cell, Faint) else cell) for cell in cells)
    prose = [
        _lines(str(value), column.width)
        for value, column in zip(values, columns, strict=True)
        if column.show == PROSE and value
    ]
    return min(LINE * max(prose, default=1), TALLEST)


def _lines(text: str, width: float) -> int:
    """The number of lines of a text wrapped to a width in characters, at least 1."""
    most = int(width * WIDER)
    return max(1, sum(1 if _fits(line, most) else len(textwrap.wrap(line, most)) or 1 for line in text.splitlines()))


def _fits(line: str, most: int) -> bool:
    return len(line) <= most and "\t" not in line


def cut(text: str) -> str:
    """Text cut to what a cell can hold; an ellipsis marks the cut."""
    if 2 * len(text) <= MAX_UNITS:  # a character has two units at most
        return text
    data = text.encode("utf-16-le")
    if len(data) <= 2 * MAX_UNITS:
        return text
    return data[: 2 * (MAX_UNITS - 1)].decode("utf-16-le", errors="ignore") + "…"


def files(export: Export) -> dict[str, bytes]:
    """The file scores.xlsx.

    Raises:
        MissingPackageError: xlsxwriter is not installed.
    """
    xlsxwriter = require("xlsxwriter", "report")
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    created = dt.datetime.combine(export.day or EPOCH, dt.time())  # not the time: every run gives the same bytes
    workbook.set_properties({"title": export.title[:MAX_TITLE], "comments": export.engine, "created": created})
    book = Book(workbook, export.title, export.scale.decimals)
    for write in (_ranking, _pillars, _indicators, _statements, _sources, _method):
        write(book, export)
    workbook.close()
    return {"scores.xlsx": out.getvalue()}


# -- sheets ------------------------------------------------------------------------------------------------------------


RANKING = (  # fields, in the order of the columns of the sheet
    *("rank", "name", "country", "estimate", "borrowed", "low", "high", "bar", "interval_low", "interval_high"),
    *("rank_low", "rank_high", "stated", "information", "availability", "band", "withheld_because", "coded_until"),
    *("as_of", "actor", "citation"),
)


def _ranking(book: Book, export: Export) -> None:
    scale = export.scale
    columns = (
        Column("Rank", WHOLE, 6),
        Column("Country", SHORT, 20),
        Column("Code", SHORT, 7),
        Column("Index", FIGURE, 8),
        Column("Borrowed", FIGURE, 9),
        Column("Lower bound", FIGURE, 8),
        Column("Upper bound", FIGURE, 8),
        Column(scale.ends, BAR, 23),
        Column("Interval low", FIGURE, 9),
        Column("Interval high", FIGURE, 9),
        Column("Rank low", WHOLE, 7),
        Column("Rank high", WHOLE, 7),
        Column("Evidence mean", FIGURE, 10),
        Column("Information", UNIT, 12),
        Column("Availability", UNIT, 12),
        Column("Band", SHORT, 12),
        Column("Withheld because", PROSE, 26),
        Column("Coded until", DAY, 11),
        Column("As of", DAY, 11, printed=False),
        Column("Actor", SHORT, 7, printed=False),
        Column("Citation", SHORT, 50, printed=False),
    )
    known = [field.name for field in export.ranking.fields] + ["bar"]
    kept = [(name, column) for name, column in zip(RANKING, columns, strict=True) if name in known]
    ends = ("low", "high") if "low" in known else ("estimate", "estimate")
    rows = []
    for country in export.ranking.records():
        low, high = (math.nan if country[name] is None else scale.off(country[name]) for name in ends)
        estimate = country["estimate"]
        country["bar"] = numbers.bar(low, high, None if estimate is None else scale.off(estimate))
        cells = [country[name] for name, _ in kept]
        rows.append(cells if country["published"] else list(map(Faint, cells)))
    has_bounds = export.rubric.rubric.has_bounds
    bounds = "Lower and upper bound: evidence bounds. " if has_bounds else ""
    interval = f"Interval and rank, low and high: {interval_share(export.rubric.rubric)} uncertainty interval."
    remark = f"{bounds}{interval} {order(export.rubric.rubric)}"
    notes = export.notes if len(export.notes) <= MAX_NOTES else ("Before you compare: see the sheet Method.",)
    book.sheets("Ranking", " ".join((remark, *notes)), [column for _, column in kept], rows, 3)


def _pillars(book: Book, export: Export) -> None:
    nodes = [node for node in export.nodes.records() if node["kind"] == "pillar"]
    shorts = {pillar.id: pillar.short or pillar.title for pillar in export.rubric.pillars}
    records = {(record["country"], record["node"]): record for record in export.pillars.records()}
    columns = [Column("Country", SHORT, 20), Column("Code", SHORT, 7)]
    scales = [(node.get("scale_from", export.scale.from_), node.get("scale_to", export.scale.to)) for node in nodes]
    columns += [Column(shorts[node["id"]], FIGURE, 11) for node in nodes]
    ends = ("low", "high") if export.rubric.rubric.has_bounds else ()
    for node in nodes:
        columns += [Column(f"{shorts[node['id']]} {end}", FIGURE, 8) for end in ends]
    rows: list[list[Any]] = []
    for country in export.ranking.records():
        pillars = [records[country["country"], node["node"]] for node in nodes]
        cells = [Faint(pillar["estimate"], "~ ") if pillar.get("thin") else pillar["estimate"] for pillar in pillars]
        cells += [pillar[end] for pillar in pillars for end in ends]
        names = [country["name"], country["country"]]
        rows.append([*(names if country["published"] else map(Faint, names)), *cells])
    titles = [f"{pillar.short} {pillar.title}" for pillar in export.rubric.pillars if pillar.short]
    insufficient = dict(words.meanings(export)).get("Insufficient data")
    remark = "Countries by rank; the withheld are last and grey."
    remark = f"~ insufficient data: {insufficient} {remark}" if insufficient else remark
    remark = f"{', '.join(titles)}. {remark}" if titles else remark
    for sheet, count in book.sheets("Pillars", remark, columns, rows, 2):
        shades = (RAMP[2], PAPER) if export.rubric.rubric.lower_is_better else (PAPER, RAMP[2])
        colours = {"min_color": shades[0], "max_color": shades[1], "min_type": "num", "max_type": "num"}
        # adjacent columns on one scale have one rule
        for (least, most), run in itertools.groupby(enumerate(scales, start=2), key=lambda column: column[1]):
            positions = [position for position, _ in run]
            rule = {"type": "2_color_scale", **colours, "min_value": least, "max_value": most}
            sheet.conditional_format(HEAD + 1, positions[0], HEAD + max(count, 1), positions[-1], rule)


def _indicators(book: Book, export: Export) -> None:
    texts = (
        Column("Country", SHORT, 20),
        Column("Code", SHORT, 7),
        Column("Pillar", SHORT, 28),
        Column("Indicator", SHORT, 28),
        Column("Question", PROSE, 55),
    )
    measures = {
        "estimate": Column("Estimate", FIGURE, 9),
        "low": Column("Lower bound", FIGURE, 8),
        "high": Column("Upper bound", FIGURE, 8),
        "stated": Column("Evidence mean", FIGURE, 10),
        "information": Column("Information", UNIT, 12),
        "availability": Column("Availability", UNIT, 12),
        "conflict": Column("Conflict", UNIT, 9),
    }
    kept = [name for name in measures if name in {field.name for field in export.indicators.fields}]
    names = {country["country"]: country["name"] for country in export.ranking.records()}
    nodes = {node["node"]: node for node in export.nodes.records()}
    rows = []
    for record in export.indicators.records():
        node = nodes[record["node"]]
        pillar = nodes["/".join(record["node"].split("/")[:2])]
        labels = (names[record["country"]], record["country"], pillar["label"], node["id"], node["label"])
        cells = [*labels, *(record[name] for name in kept)]
        rows.append(cells if record["information"] else list(map(Faint, cells)))
    remark = "One row per country and question of the rubric. Grey: no evidence and therefore no estimate."
    book.sheets("Indicators", remark, [*texts, *(measures[name] for name in kept)], rows, 2)


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
        Column("Duplicate of", SHORT, 26),
    )
    sources = {(source["country"], source["id"]): source for source in export.sources.records()}
    codes: dict[tuple[str, str], list[str]] = {}
    decided = {(one["country"], one["statement"]) for one in export.codes.records() if one["adjudicated"]}
    for record in export.codes.records():
        is_decided = (record["country"], record["statement"]) in decided
        if record["adjudicated"] if is_decided else record["reading"] == 1:
            text = f"{record['node'].rsplit('/', 1)[-1]}={code_text(json.loads(record['code']))}"
            codes.setdefault((record["country"], record["statement"]), []).append(text)
    rows = []
    for statement in export.statements.records():
        source = sources[statement["country"], statement["source"]]
        cells = [
            statement["country"],
            statement["date"],
            statement["text"],
            " ".join(codes.get((statement["country"], statement["id"]), ())) or None,
            "yes" if statement["enters"] else f"no: {statement['left_out_because']}",
            f"{source['reliability']}{statement['credibility']}",
            f"{source['publisher']}: {source['title']}",
            statement["locator"],
            statement["id"],
            statement["same_as"],
        ]
        rows.append(cells if statement["enters"] else list(map(Faint, cells)))
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
    rows = [[source[name] for name in names] for source in export.sources.records()]
    remark = "Addresses are text, not links: check an address before you open it."
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
        ("Origin of the figures", words.made_by(export)),
        ("Terms", words.meanings(export)),
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
