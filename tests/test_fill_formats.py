"""Templates in LaTeX, HTML, Typst and Word: what is filled, what stays, how values are escaped, tables and figures."""

from __future__ import annotations

import base64
import itertools
import os
import re
import stat
import time
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import docx
import pytest
from conftest import W, run, word_file
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from scoring.citing.documents.typst import typst_parts
from scoring.render.report.html import html
from scoring.render.report.latex import latex
from scoring.render.report.typst import plain as in_typst
from scoring.render.report.widths import shared
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

QUICK = ("--draws", "300")
HOSTILE = "A \\b{x} $y$ #z & 50% _u_ *v* `w` <b>\"q\" 'r' @s ~t^ [k] // {{n}}"


def fill(folder: Path, name: str, text: str) -> Result:
    (folder / name).write_text(text)
    return run("fill", name, *QUICK)


def filled(folder: Path, name: str, text: str) -> str:
    result = fill(folder, name, text)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def title(folder: Path, text: str) -> None:
    """Give the rubric a title."""
    path = folder / "rubrics" / "small" / "rubric.yaml"
    quoted = "'" + text.replace("'", "''") + "'"
    path.write_text(path.read_text().replace("title: A small index", f"title: {quoted}"))


# -- what is filled, and what stays ----------------------------------------------------------------------------------------

FILLED = {
    "tex": [
        ("{{ AZE.index }}", "32.9"),
        ("{{AZE.index}} {{AZE.rank.of}} {{Azerbaijan.state}}", "32.9 2 32.9"),
        ("{{AZE.index @ 2018-01-01}}", "32.9"),
        ("\\textbf{{ AZE.index }} \\emph{{{ AZE.index }}}", "\\textbf{32.9} \\emph{32.9}"),
        ("\\cmd[x]{{ AZE.index }}\\frac{1}{{ AZE.index }}", "\\cmd[x]{32.9}\\frac{1}{32.9}"),
        ("50\\% {{ AZE.index }}", "50\\% 32.9"),
        ("\\\\{{ AZE.index }}", "\\\\32.9"),
        ("costs \\$5 {{ AZE.index }} \\$6", "costs \\$5 32.9 \\$6"),
        ("$a\n\n{{ AZE.index }}$", "$a\n\n32.9$"),
        ("\\verb|a\n{{ AZE.index }}|", "\\verb|a\n32.9|"),
        ("\\begin{verbatim} {{ AZE.index }}", "\\begin{verbatim} 32.9"),
    ],
    "html": [
        ("<p>{{ AZE.index }}</p>", "<p>32.9</p>"),
        ("<a title='{{ AZE.index }}'>{{ AZE.name }}</a>", "<a title='32.9'>Azerbaijan</a>"),
        ("<p>{{ Azer&#98;aijan.index }}", "<p>32.9"),
        ("<title>{{ AZE.index }}</title>", "<title>32.9</title>"),
        ("<code>a</code>{{ AZE.index }}", "<code>a</code>32.9"),
        ("a < b {{ AZE.index }}", "a < b 32.9"),
        ("<pre/>{{ AZE.index }}", "<pre/>32.9"),
        ("\\{{ AZE.index }}", "{{ AZE.index }}"),
    ],
    "typ": [
        ("{{ AZE.index }}", "32.9"),
        ('#set document(title: "{{ AZE.name }}")', '#set document(title: "Azerbaijan")'),
        ("#text(fill: red)[{{ AZE.index }}] {{ AZE.index }}", "#text(fill: red)[32.9] 32.9"),
        ("#f(x)[a #g(1)[{{ AZE.index }}]][{{ AZE.index }}]", "#f(x)[a #g(1)[32.9]][32.9]"),
        ("#let x = [{{ AZE.index }}]\n{{ AZE.index }}", "#let x = [32.9]\n32.9"),
        ("#if a { [{{ AZE.index }}] } else [{{ AZE.index }}]", "#if a { [32.9] } else [32.9]"),
        ("https://example.org {{ AZE.index }}", "https://example.org 32.9"),
        ('"{{ AZE.index }}" \\` {{ AZE.index }}', '"32.9" \\` 32.9'),
        ("a \\$ {{ AZE.index }} \\# \\/\\/ {{ AZE.index }}", "a \\$ 32.9 \\# \\/\\/ 32.9"),
        ("#a.b.c {{ AZE.index }} #1.5em {{ AZE.index }} # {{ AZE.index }}", "#a.b.c 32.9 #1.5em 32.9 # 32.9"),
        ('#"{{ AZE.name }}" {{ AZE.index }}', '#"Azerbaijan" 32.9'),
        ("/* a /* b */ c */ {{ AZE.index }}", "/* a /* b */ c */ 32.9"),
        ("`` {{ AZE.index }} (a) [b {{ AZE.index }}] }", "`` 32.9 (a) [b 32.9] }"),
        ("$x$ {{ AZE.index }} $#f[{{ AZE.index }}]$", "$x$ 32.9 $#f[32.9]$"),
        ("[#let x = 1] {{ AZE.index }}", "[#let x = 1] 32.9"),
        ("#{ let x = (1, (2)); [a] } {{ AZE.index }}", "#{ let x = (1, (2)); [a] } 32.9"),
    ],
}  # fmt: skip
KEPT = {
    "tex": [
        "% {{ AZE.index }}", "\\verb|{{ AZE.index }}|", "\\lstinline{{ AZE.index }}", "$x = {{ AZE.index }}$", "$$\n{{ AZE.index }}\n$$",
        "\\({{ AZE.index }}\\)", "\\[{{ AZE.index }}\\]", "\\begin{verbatim}\n{{ AZE.index }}\n\\end{verbatim}",
        "\\begin{align*}{{ AZE.index }}\\end{align*}", "\\begin{lstlisting}[a]\n% $\n{{ AZE.index }}\\end{lstlisting}", "$a \\$ {{ AZE.index }}$",
    ],
    "html": [
        "<!-- {{ AZE.index }} -->", "<!-- {{ AZE.index }}", "<script>let a = '{{ AZE.index }}'</script>", "<style>a{content:'{{ AZE.index }}'}</style>",
        "<code>{{ AZE.index }}</code>", "<pre><b>{{ AZE.index }}</b></pre>", "<a onclick='f({{ AZE.index }})'>", "<a style='width:{{ AZE.index }}'>",
        "<![CDATA[{{ AZE.index }}]]>", "<code><code></code>{{ AZE.index }}</code>", "<textarea>{{ AZE.index }}</textarea>",
    ],
    "typ": [
        "`{{ AZE.index }}`", "```a\n` {{ AZE.index }}\n```", "`{{ AZE.index }}", "// {{ AZE.index }}", "/* /* */ {{ AZE.index }} */", "$ {{ AZE.index }} $",
        "#let x = {{ AZE.index }}", "#f({{ AZE.index }})", "#{ {{ AZE.index }} }", "#f(`{{ AZE.index }}`)", "/* {{ AZE.index }}",
    ],
}  # fmt: skip
ALONE = {  # of LaTeX and of Typst themselves
    "tex": ["\\title{{A Title}} \\newcommand{\\x}[1]{{\\bf #1}} {{ #1 }} {{ \\it a }} {{a}}", "\\{{ AZE.index }}", "{{van der Berg}}", "{{}} {{ }"],
    "typ": ["#{{ let x = 1\n x }}", "\\{{ AZE.index }}"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "text", "expected"), [(suffix, *pair) for suffix, pairs in FILLED.items() for pair in pairs]
)
def test_text_is_filled(folder: Path, suffix: str, text: str, expected: str) -> None:
    assert filled(folder, f"t.{suffix}", text) == expected


@pytest.mark.parametrize(("suffix", "text"), [(suffix, text) for suffix, texts in KEPT.items() for text in texts])
def test_code_comments_and_mathematics_stay_and_are_named(folder: Path, suffix: str, text: str) -> None:
    result = fill(folder, f"t.{suffix}", text)
    assert (result.exit_code, result.stdout) == (0, text), result.stderr
    number = text[: text.index("{{ AZE")].count("\n") + 1
    assert result.stderr == f"t.{suffix}: placeholders in code and mathematics are not filled: line {number}\n"


@pytest.mark.parametrize(("suffix", "text"), [(suffix, text) for suffix, texts in ALONE.items() for text in texts])
def test_braces_of_the_format_itself_stay(folder: Path, suffix: str, text: str) -> None:
    result = fill(folder, f"t.{suffix}", text)
    assert (result.exit_code, result.stdout, result.stderr) == (0, text, "")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.tex", "a\n {{ AZE.index }", "t.tex:2:2: '{{' without a placeholder; write it in one line"),
        ("t.tex", "{{AZE.indx}}", "t.tex:1:1: unknown placeholder 'AZE.indx'; did you mean AZE.index?"),
        ("t.tex", "x {{ table: AZE }}", "t.tex:1:3: 'table: AZE' has text before or after it"),
        ("t.html", "a {{ AZE.index", "t.html:1:3: '{{' without a placeholder"),
        ("t.html", "<a {{ AZE.index }}>", "t.html:1:4: a placeholder in a tag must be in the value of an attribute, in quotation marks"),
        ("t.html", "<a title={{ AZE.index }}>", "t.html:1:10: a placeholder in a tag must be"),
        ("t.html", "<p>x {{ table: AZE }}</p>", "has text before or after it"),
        ("t.html", "<p>{{ table: AZE }}<div>", "has text before or after it"),
        ("t.html", "<b>{{ table: AZE }}</b>", "has text before or after it"),
        ("t.html", "x<p title='{{ table: AZE }}'>", "has text before or after it"),
        ("t.typ", "{{ AZE.index", "t.typ:1:1: '{{' without a placeholder"),
        ("t.typ", '#f("{{ table: AZE }}")', "has text before or after it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(folder: Path, name: str, text: str, says: str) -> None:
    result = fill(folder, name, text)
    assert result.exit_code == 1
    assert says in result.stderr


@pytest.mark.parametrize("suffix", ["tex", "html", "typ", "md"])
def test_all_errors_are_named_at_once(folder: Path, suffix: str) -> None:
    lines = fill(folder, f"t.{suffix}", "{{ AZE.indx }}\n\n{{ AZE.rankk }} {{ AZE.bandd }}\n").stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"t.{suffix}:1:1", f"t.{suffix}:3:1", f"t.{suffix}:3:17"]


@pytest.mark.parametrize("suffix", ["tex", "html", "typ"])
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a\0{{ AZE.index }}", "is not text: it has a null byte"),
        (b"\xff", "is not UTF-8"),
        (b"a" * (4 * 2**20 + 1), "has more than 4 MiB"),
        (b"\n" * 30_000, "has more than 30,000 lines"),
        (b"{" * 400_001, "has more than 400,000 lines and marks"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(folder: Path, suffix: str, data: bytes, says: str) -> None:
    (folder / f"t.{suffix}").write_bytes(data)
    result = run("fill", f"t.{suffix}", *QUICK)
    assert result.exit_code == 1
    assert f"t.{suffix}:1:1: {says}" in result.stderr


# -- escaping --------------------------------------------------------------------------------------------------------------


class Shown(HTMLParser):
    """The text and the titles of a page, as Python's parser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.texts += [value or "" for name, value in attrs if name == "title"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_shows_a_value_as_it_is(folder: Path) -> None:
    title(folder, HOSTILE)
    parser = Shown()
    parser.feed(filled(folder, "t.html", "<p title='{{ rubric.title }}'>{{ rubric.title }}</p>"))
    parser.close()
    assert parser.tags == ["p"]
    assert [parser.texts[0], "".join(parser.texts[1:])] == [HOSTILE, HOSTILE]


def test_latex_and_typst_have_no_mark_of_a_value(folder: Path) -> None:
    title(folder, HOSTILE)
    text = filled(folder, "t.tex", "{{ rubric.title }}")
    assert text == (
        r"A \textbackslash{}b\textbraceleft{}x\textbraceright{} \$y\$ \#z \& 50\% \_u\_ *v* `w` \textless{}b\textgreater{}"
        r"''q'' 'r' @s \textasciitilde{}t\textasciicircum{} [k] // \textbraceleft{}\textbraceleft{}n\textbraceright{}\textbraceright{}"
    )
    text = filled(folder, "t.typ", "{{ rubric.title }}")
    assert re.sub(r"\\(.)", r"\1", text) == HOSTILE
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`#$@<>~\[\]{}]", text)
    assert (
        filled(folder, "t.typ", '#f("{{ rubric.title }}")')
        == '#f("' + HOSTILE.replace("\\", "\\\\").replace('"', '\\"') + '")'
    )


@pytest.mark.parametrize("text", ["- a", "+ a", "= a", "1. a", "a -- b --- c", "a...", "/ a: b"])
def test_typst_makes_no_list_heading_or_dash_of_a_value(text: str) -> None:
    escaped = in_typst(text)
    assert re.sub(r"\\(.)", r"\1", escaped) == text
    assert not re.match(r"[-+=/] |\d+\. ", escaped)
    assert "--" not in escaped
    assert not re.search(r"(?<!\\)\.\.\.", escaped)


def test_ids_and_citations_of_each_format(folder: Path) -> None:
    name = filled(folder, "t.md", "{{ AZE.id }}")
    cited = run("cite", "AZE", *QUICK).stdout.strip()
    assert (
        filled(folder, "t.html", "<p a='b' title='{{ AZE.id }}'>{{ AZE.id }}</p>")
        == f"<p a='b' title='{name}'>{name}</p>"
    )
    assert (
        filled(folder, "t.typ", '{{ AZE.id }} #f("{{ AZE.id }}", "{{ AZE.cite }}")')
        == f'`{name}` #f("{name}", "{cited}")'
    )
    assert filled(folder, "t.tex", "{{ AZE.cite }}") == run("cite", "AZE", "--style", "latex", *QUICK).stdout.strip()
    assert "\\texttt{small@" in filled(folder, "t.tex", "{{ AZE.id }}")
    document = docx.Document()
    document.add_paragraph("{{ AZE.cite }}")
    assert word(folder, document).paragraphs[0].text == cited


# -- tables ----------------------------------------------------------------------------------------------------------------


def test_tables_are_read_back_by_verify(folder: Path) -> None:
    for suffix in ("tex", "html", "typ", "md"):
        (folder / f"t.{suffix}").write_text(
            "Intro.\n\n{{ table: ranking | columns: default, id }}\n\n{{ table: AZE | columns: default, id }}\n\n{{ AZE.cite }}\n"
        )
        assert run("fill", f"t.{suffix}", "-o", f"r.{suffix}", *QUICK).exit_code == 0
        result = run("verify", f"r.{suffix}", *QUICK)
        assert result.exit_code == 0, result.stdout
        assert "0 unknown, 0 outdated, 0 wrong" in result.stdout
        if suffix != "typ":
            assert "5 ids (0 unknown), 25 figures: 25 holds" in result.stdout


def test_rows_of_html_have_their_ids_unseen(folder: Path) -> None:
    text = filled(folder, "t.html", "<p>{{ table: ranking }}</p>\n<div>\n{{ table: pillars }}\n</div>")
    assert text.startswith("<table>")
    assert len(re.findall(r'<tr data-id="small@1.0.0/[A-Z]{3}/', text)) == 2
    (folder / "r.html").write_text(text)
    result = run("verify", "r.html", *QUICK)
    assert result.exit_code == 0
    assert "2 ids (0 unknown), 12 figures: 12 holds" in result.stdout


def test_latex_tables(folder: Path) -> None:
    text = filled(
        folder, "t.tex", "% \\usepackage{longtable}\n\n{{ table: ranking | columns: country, rank, index }}\n"
    )
    assert (
        "\\begin{tabular}{@{}lrr@{}}\n\\hline\nCountry & Rank & Index \\tabularnewline\n\\hline\nGeorgia & 1 & 70.4 \\tabularnewline"
        in text
    )
    text = filled(folder, "t.tex", "\\usepackage{array,longtable}\n\n{{ table: ranking | columns: default, id }}\n")
    assert text.count("{longtable}") == 2
    assert "\\tabularnewline\n\\hline\n\\endhead\n" in text
    widths = [float(one) for one in re.findall(r"p\{([\d.]+)\\linewidth\}", text)]
    assert len(widths) == 8
    assert sum(widths) + 12 * 7 / 345 < 1
    assert text.count("\\begingroup") == text.count("\\endgroup") == 1


def test_names_that_would_be_options_of_a_row_are_none(folder: Path) -> None:
    for code, name in (("XAA", "[2] A"), ("XAB", "*B")):
        text = (
            (folder / "profiles" / "AZE.yaml").read_text().replace("country: AZE", f"country: {code}\nname: '{name}'")
        )
        (folder / "profiles" / f"{code}.yaml").write_text(text)
    text = filled(folder, "t.tex", "{{ table: ranking | columns: country, index }}\n")
    assert "\n{}[2] A & " in text
    assert "\n{}*B & " in text


def test_words_do_not_break_and_numbers_keep_to_a_line() -> None:
    table = Table(
        (Column("A name"), Column("Index", figures=True), Column("Id", code=True)),
        (("Long countermeasures", "100.0–100.0", "a/bbbb"),),
    )
    wide = shared(table, (11, 9), 400, 6)
    assert (wide.size, wide.is_wrapped) == (11, False)
    narrow = shared(table, (11, 9), 190, 6)
    assert narrow.is_wrapped
    assert sum(narrow.widths) <= 190 - 3 * 6
    assert narrow.widths[0] >= 69.5  # `countermeasures` in 9 points of Helvetica takes 69.6
    assert narrow.widths[1] >= 50  # `100.0–100.0` takes 50.0
    least = shared(table, (11, 9), 60, 6)
    assert sum(least.widths) == pytest.approx(42)
    assert shared(Table((Column("A"),), ()), (11,), 100, 6).widths[0] > 0


# -- figures ---------------------------------------------------------------------------------------------------------------


def test_figures_are_files_beside_the_report(folder: Path) -> None:
    (folder / "out").mkdir()
    for suffix, image, pattern in (
        ("md", "ranking.svg", r"!\[Dot plot .*\]\(my-report-figures/ranking\.svg\)"),
        ("qmd", "ranking-85mm.svg", r"!\[Dot plot .*\]\(my-report-figures/ranking-85mm\.svg\)\{width=85mm\}"),
        (
            "tex",
            "ranking.pdf",
            r"\\includegraphics\[width=\\linewidth,alt=\{Dot plot [^\n]*\}\]\{my-report-figures/ranking\.pdf\}",
        ),
        ("typ", "ranking.svg", r'image\("my-report-figures/ranking\.svg", width: 100%, alt: "Dot plot [^\n]*"\)'),
    ):
        width = " | width: 85mm" if suffix == "qmd" else ""
        (folder / f"t.{suffix}").write_text(f"{{{{ figure: ranking{width} }}}}\n")
        result = run("fill", f"t.{suffix}", "-o", f"out/my report.{suffix}", *QUICK)
        assert result.exit_code == 0, result.stderr
        assert re.search(pattern, (folder / "out" / f"my report.{suffix}").read_text())
        assert (folder / "out" / "my-report-figures" / image).stat().st_size > 1000
        assert "give an output file with -o" in run("fill", f"t.{suffix}", *QUICK).stderr


def test_a_figure_of_html_is_in_the_page(folder: Path) -> None:
    text = filled(folder, "t.html", "<p>{{ figure: country-AZE | width: 170mm }}</p>")
    [data] = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', text)
    assert base64.b64decode(data).startswith(b"<svg")
    assert re.search(r'^<figure><img style="width: 170mm; max-width: 100%" alt="[^"]+"', text)
    assert not list(folder.glob("*-figures"))


def test_the_same_figure_of_other_countries_or_days_is_another_file(folder: Path) -> None:
    (folder / "t.md").write_text(
        "{{ figure: ranking }}\n\n{{ figure: ranking | countries: AZE }}\n\n{{ figure: ranking @ 2018-06-30 }}\n"
    )
    assert run("fill", "t.md", "-o", "r.md", *QUICK).exit_code == 0
    names = ["ranking-2018-06-30.svg", "ranking-AZE.svg", "ranking.svg"]
    assert sorted(path.name for path in (folder / "r-figures").iterdir()) == names


def test_no_input_is_replaced_by_a_figure(folder: Path) -> None:
    (folder / "t.md").write_text("{{ figure: ranking }}\n")
    (folder / "r-figures").mkdir()
    os.link(folder / "t.md", folder / "r-figures" / "ranking.svg")
    result = run("fill", "t.md", "-o", "r.md", *QUICK)
    assert result.exit_code == 2
    assert "is an input of this command and is not replaced" in result.stderr
    assert not (folder / "r.md").exists()


def test_where_a_figure_cannot_be_written_nothing_is(folder: Path) -> None:
    (folder / "t.md").write_text("{{ figure: ranking }}\n")
    (folder / "r-figures").write_text("a file")
    result = run("fill", "t.md", "-o", "r.md", *QUICK)
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert not (folder / "r.md").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into any folder")
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / "t.md").write_text("{{ figure: ranking }}\n")
    (folder / "locked").mkdir()
    (folder / "locked").chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = run("fill", "t.md", "-o", "locked/r.md", *QUICK)
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


# -- Word ------------------------------------------------------------------------------------------------------------------


def word(folder: Path, document: docx.document.Document) -> docx.document.Document:
    document.save(str(folder / "t.docx"))
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 0, result.stderr
    return docx.Document(str(folder / "r.docx"))


def line_of(section: Any) -> int:
    """The width of a line between the margins, in English Metric Units."""
    return int(section.page_width - section.left_margin - section.right_margin)


def style_of(table: Any) -> str:
    return str(table.style.name)


def test_a_table_of_word_fits_its_page_and_repeats_its_head(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ table: ranking }}")
    document.add_paragraph("{{ table: AZE | columns: default, id }}")
    section = document.sections[0]
    line = line_of(section)
    ranking, country = word(folder, document).tables
    assert "Id" not in [cell.text for cell in ranking.rows[0].cells]
    for table in (ranking, country):
        assert sum(cell.width for cell in table.rows[0].cells) <= line
        assert "w:tblHeader" in table.rows[0]._tr.xml
    assert ranking.rows[1].cells[1].paragraphs[0].runs[0].font.size == Pt(11)  # of the document
    style = ranking._tbl.tblPr.xml
    assert "w:tblBorders" in style
    assert "w:tblStyle" not in style


def test_a_table_of_word_has_the_table_style_of_the_document(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ table: AZE }}")
    document.add_table(1, 1).style = "Light Shading Accent 1"
    assert style_of(word(folder, document).tables[0]) == "Light Shading Accent 1"
    document = docx.Document()
    document.add_paragraph("{{ table: AZE }}")
    own = document.styles.add_style("House table", WD_STYLE_TYPE.TABLE)
    assert own.element.get(f"{{{W}}}customStyle") == "1"
    document.styles["Normal"].font.size = Pt(9)
    filled_one = word(folder, document)
    assert style_of(filled_one.tables[0]) == "House table"
    assert filled_one.tables[0].rows[0].cells[0].paragraphs[0].runs[0].font.size == Pt(9)


def test_a_table_in_a_cell_of_word_fits_the_cell(folder: Path) -> None:
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.paragraphs[0].text = "{{ table: ranking }}"
    width = cell.width
    [inner] = word(folder, document).tables[0].cell(0, 0).tables
    assert sum(one.width for one in inner.rows[0].cells) <= width


def test_figures_of_word_are_images_with_text_alternatives(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ figure: ranking }}")
    document.add_paragraph("{{ figure: ranking }}")
    document.add_paragraph("{{ figure: country-AZE | width: 85mm }}")
    document.sections[0].header.paragraphs[0].text = "{{ figure: ranking }}"
    shown = word(folder, document)
    section = document.sections[0]
    line = line_of(section)
    assert [round(shape.width.mm) for shape in shown.inline_shapes] == [round(line / 36_000)] * 2 + [85]
    for shape in shown.inline_shapes:
        properties = shape._inline.docPr
        assert properties.get("descr").startswith("Dot plot ")
    ids = [shape._inline.docPr.id for shape in shown.inline_shapes]
    assert len(set(ids)) == 3
    with zipfile.ZipFile(folder / "r.docx") as file:
        images = [name for name in file.namelist() if name.startswith("word/media/scoring-")]
        assert len(images) == 2
        assert all(file.read(name).startswith(b"\x89PNG") for name in images)
        assert b'Extension="png"' in file.read("[Content_Types].xml")
        assert "word/_rels/header1.xml.rels" in file.namelist()
    assert run("fill", "t.docx", "-o", "again.docx", *QUICK).exit_code == 0
    assert (folder / "again.docx").read_bytes() == (folder / "r.docx").read_bytes()


@pytest.mark.parametrize(
    "section",
    [
        "",
        "<w:sectPr/>",
        "<w:sectPr><w:pgSz w:w='x'/><w:pgMar/></w:sectPr>",
        "<w:sectPr><w:pgSz w:w='90000'/><w:pgMar w:left='0' w:right='0'/></w:sectPr>",
    ],
)
def test_a_page_of_word_without_a_sensible_width(folder: Path, section: str) -> None:
    body = f"<w:body><w:p><w:r><w:t>{{{{ table: AZE }}}}</w:t></w:r></w:p>{section}</w:body>"
    (folder / "t.docx").write_bytes(word_file(body, {"[Content_Types].xml": "<Types/>"}))
    assert run("fill", "t.docx", "-o", "r.docx", *QUICK).exit_code == 0
    with zipfile.ZipFile(folder / "r.docx") as file:
        text = file.read("word/document.xml").decode()
    assert sum(map(int, re.findall(r'gridCol w:w="(\d+)"', text))) <= 9000


def test_a_figure_of_strict_open_xml(folder: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    body = "<w:body><w:p><w:r><w:t>{{ figure: ranking }}</w:t></w:r></w:p></w:body>"
    types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Default Extension='PNG' ContentType='image/png'/></Types>"
    (folder / "t.docx").write_bytes(word_file(body, {"[Content_Types].xml": types}, space=strict))
    assert run("fill", "t.docx", "-o", "r.docx", *QUICK).exit_code == 0
    with zipfile.ZipFile(folder / "r.docx") as file:
        assert "http://purl.oclc.org/ooxml/drawingml/main" in file.read("word/document.xml").decode()
        assert (
            "http://purl.oclc.org/ooxml/officeDocument/relationships/image"
            in file.read("word/_rels/document.xml.rels").decode()
        )
        assert file.read("[Content_Types].xml").count(b"image/png") == 1


# -- parsers -----------------------------------------------------------------------------------------------------------------

UNITS = ["a", " ", "\n", "\n\n", "{", "}", "{{", "}}", "{{ x }}", "[", "]", "(", ")", "#", "#f", "#let ", "$", '"', "`", "```", "//", "/*", "*/", "\\", ";", "<", ">", "<!--", "<p>", "</p>", "<a b='", "%", "\\begin{align}", "\\verb|"]  # fmt: skip


@given(st.lists(st.sampled_from(UNITS), max_size=25))
def test_no_template_is_too_strange(parts: list[str]) -> None:
    text = "".join(parts)
    starts = [part.start for part in typst_parts(text)]
    assert starts[0] == 0
    assert all(one < other <= len(text) for one, other in itertools.pairwise(starts))
    for syntax in (latex("x"), html()):
        place = syntax.places(text)
        for match in syntax.placeholder.finditer(text):
            found = place(match)
            assert found.kind in ("text", "long", "argument", "attribute", "kept", "wrong")
            assert found.alone is None or (found.alone[0] <= match.start() and match.end() <= found.alone[1])


@pytest.mark.parametrize("unit", ["{{ a }} ", "#f(", "#[", "[", "`", "$", "/*", '#"', "<p>", "<!-- ", "<a b='", "\\verb|\n", "\\begin{align}", "$a\n\n", "#let x\n", "\\["])  # fmt: skip
def test_four_times_the_template_takes_no_sixteen_times_the_work(unit: str) -> None:
    def seconds(number: int) -> float:
        text = unit * number
        started = time.process_time()
        typst_parts(text)
        for syntax in (latex("x"), html()):
            place = syntax.places(text)
            for match in syntax.placeholder.finditer(text):
                place(match)
        return time.process_time() - started

    once, often = (min(seconds(number), seconds(number)) for number in (1_000, 4_000))
    assert often < 8 * once + 0.1
