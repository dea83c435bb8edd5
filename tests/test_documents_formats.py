"""What a person sees of a report in each format is what is read of it, and each character has its place in the file."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import W, run, word_file

from scoring.citing.documents.bibliography import cited_keys
from scoring.citing.documents.reading import read
from scoring.files.archive import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

ID = "resilience@1.1.0/GEO/2018-06-30/5c3b62d994434dc8"


def shown(text: str, suffix: str, keys: dict[str, str] | None = None) -> list[str]:
    """The passages with each white space as one blank; each character as long as its span is that of the file."""
    document = read(text.encode(), suffix, keys or {})
    for passage in document.passages:
        assert len(passage.spans) == len(passage.text)
        for character, (start, end) in zip(passage.text, passage.spans, strict=True):
            if end == start + 1 and not character.isspace():
                assert text[start] == character, passage.text
    return [" ".join(passage.text.split()) for passage in document.passages]


# -- Markdown ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Index **68.9** (_was_ 32.1).", ["Index 68.9 (was 32.1)."]),
        ("Index ~~32.1~~ 68.9", ["Index 68.9"]),
        (f"Index 68.9 (`{ID}`)", [f"Index 68.9 ({ID})"]),
        ("Index 68&#46;9 \\*not\\*", ["Index 68.9 *not*"]),
        ("# Georgia *68.9* {#geo .x}", ["Georgia 68.9"]),
        ("> Index\n> 68.9\nlazy", ["Index 68.9 lazy"]),
        ("- a\n- b\n  c\n\n  d", ["a", "b c", "d"]),
        ("a\n\n    code 9\n\n```\ncode 9\n```\n\nb", ["a", "b"]),
        ("a $x = 5$ b\n\n$$\ny = 6\n$$\n\nc \\$5", ["a b", "c $5"]),
        ("costs $5 and $6, index $68.9$", ["costs $5 and $6, index 68.9"]),
        ("[text](http://x.y/9) [ref][r] <http://z.y>\n\n[r]: http://w.y/8", ["text ref http://z.y"]),
        (f"[68.9](http://x.y/{ID})", [f"68.9 (http://x.y/{ID})"]),
        ("a ![Georgia *68.9*](x.png 'Figure 1') b", ["a (Georgia 68.9 (Figure 1)) b"]),
        ("a^1^ 10^23^ H~2~O", ["a 10 H~2~O"]),
        ("---\ntitle: Georgia\nabstract: |\n  Index\n  68.9\n# no\n---\na", ["title: Georgia", "abstract: | Index 68.9", "a"]),
        ("::: note\na\n:::\nb", ["a", "b"]),
        ("<div hidden>a</div>\n\nb <del>1</del><span title='c'>d</span> e", ["b d (c) e"]),
        ("<!-- a -->\nb <!-- c --> d", ["b d"]),
        ("re\u00adsilience@1\u200b.1 a\u2060b\ufeff", ["resilience@1.1 ab"]),
        ("a\r\nb\rc\n\r\nd", ["a b c", "d"]),
    ],
)  # fmt: skip
def test_markdown(text: str, expected: list[str]) -> None:
    assert shown(text, ".md") == expected


def test_a_note_of_markdown_stands_where_it_is_referred_to() -> None:
    text = f"Index 68.9[^1], rank 2^[of 20 {ID}].\n\n[^1]: See {ID}.\n\n    And more.\n\n[^2]: Unused."
    assert shown(text, ".md") == [f"Index 68.9 (See {ID}. And more.), rank 2 (of 20 {ID}).", "Unused."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| Index | Id |\n|---|---|\n| 68.9 | a \\| b |", ["Index; Id", "Index: 68.9; Id: a | b"]),
        ("Index | Id\n---|---\n68.9 | `x`\n", ["Index; Id", "Index: 68.9; Id: x"]),
        ("> | Index | Id |\n> |---|---|\n> | 68.9 | x |", ["Index; Id", "Index: 68.9; Id: x"]),
        ("  Index   Id\n-------   ---\n   68.9   x y\n   50.4   z\n\nTable: Cap", ["Index; Id", "Index: 68.9; Id: x y", "Index: 50.4; Id: z", "Table: Cap"]),
        ("-------  ---\n   68.9  x\n-------  ---\n", ["68.9; x"]),
        ("------------\nThe    Id\nindex\n-----  -----\n68.9   long\n       id\n\n50.4   x\n------------\n", ["The index; Id", "The index: 68.9; Id: long id", "The index: 50.4; Id: x"]),
        ("+------+----+\n| Index| Id |\n+======+====+\n| 68.9 | x  |\n|      | y  |\n+------+----+\n", ["Index; Id", "Index: 68.9; Id: x y"]),
        ("+---+---------+\n| Y | Georgia |\n|   +----+----+\n|   | A  | B  |\n+===+====+====+\n| 1 | 2  | 3  |\n+---+----+----+\n", ["Y; Georgia", "A; B", "Y: 1; Georgia A: 2; Georgia B: 3"]),
        ("<table>\n<tr><th>Index<th>Id\n\n<tr><td>68.9<td>x\n</table>\n\nafter", ["Index; Id", "Index: 68.9; Id: x", "after"]),
    ],
)  # fmt: skip
def test_tables_of_markdown(text: str, expected: list[str]) -> None:
    assert shown(text, ".md") == expected


# -- HTML --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>In<bdi>dex</bdi> <ins>68</ins>.<dfn>9</dfn><del>1</del><s>2</s><p>b", ["Index 68.9", "b"]),
        ("<p hidden>a</p><p style='display: none'>b</p><div style=visibility:hidden>c<div>d</div></div>e", ["e"]),
        ("<template>a</template><noscript>b</noscript><math>5</math><p aria-hidden=true>c", ["c"]),
        (f"<span data-id='{ID}'>68.9</span> b", [f"68.9 ({ID}) b"]),
        (f"<tr data-score='{ID}'><td>68.9<td>b", [f"68.9; b ({ID})"]),
        ("<abbr title='full &amp; name'>fn</abbr> b", ["fn (full & name) b"]),
        ("<figure><img src=x alt='Georgia 68.9'><figcaption>Figure 1</figcaption></figure>", ["(Georgia 68.9) Figure 1"]),
        ("<p>68.9<sup>1</sup> 1<sup>st</sup> 10<sup>2</sup>", ["68.9 1st 10"]),
        ("<pre><code>9</code></pre><pre>b</pre>", ["b"]),
    ],
)  # fmt: skip
def test_html(text: str, expected: list[str]) -> None:
    assert shown(text, ".html") == expected


def test_heads_of_html_over_columns_and_rows() -> None:
    text = (
        "<table><caption>Cap</caption><thead><tr><th rowspan=2>Year<th colspan=2>Georgia<tr><th>index<th>rank"
        "<tbody><tr><th scope=row rowspan=2>2018<td>68.9<td>1<tr><td>50.4<td>2</table>"
    )
    rows = ["Year: 2018; Georgia index: 68.9; Georgia rank: 1", "Year: 2018; Georgia index: 50.4; Georgia rank: 2"]
    assert shown(text, ".html") == ["Cap", "Year; Georgia", "index; rank", *rows]
    plain = "<table><tr><td colspan=2>Georgia<tr><td>index<td>rank<tr><td>68.9<td>1</table>"
    assert shown(plain, ".html") == ["Georgia", "index; rank", "Georgia index: 68.9; Georgia rank: 1"]


def test_a_note_of_html_stands_where_it_is_referred_to() -> None:
    text = (
        "<p>Index 68.9<sup><a href='#n1'>1</a></sup>, rank 2<a href='#n2'><sup>[2]</sup></a>.</p>"
        f"<section role=doc-endnotes><ol><li id=n1><p>See {ID} <a href='#r1' role=doc-backlink>b</a></p></li>"
        "<li id=n2>Of 20<li id=n3>Unused</ol></section><p>end"
    )
    assert shown(text, ".html") == [f"Index 68.9 (See {ID} ), rank 2 (Of 20).", "Unused", "end"]


# -- LaTeX -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Index \\textbf{68.9} % no\n(was \\num{32.1}) \\SI{43.8}{\\percent}", ["Index 68.9 (was 32.1) 43.8 %"]),
        (f"Index 68.9\\footnote{{See \\texttt{{{ID.replace('/', '/' + chr(92) + 'allowbreak ')}}}.}}, b", [f"Index 68.9 (See {ID}.), b"]),
        ("a\\footnotemark{} b\\footnotemark\n\\footnotetext{one}\\footnotetext{two}", ["a (one) b (two)"]),
        ("$x = 5$ $68.9$ \\(y\\) \\[z\\] \\$6 \\begin{equation}7\\end{equation} c", ["68.9 $6", "c"]),
        ("\\begin{verbatim}\n9\n\\end{verbatim}\\begin{lstlisting}\n9\n\\end{lstlisting}a \\verb|b_c|", ["a b_c"]),
        ("\\section{One} two \\emph{three}\n\nfour\\label{fig:9}", ["One", "two three", "four"]),
        ("\\begin{figure}\\includegraphics[width=5cm]{x}\\caption[9]{Georgia \\textit{68.9}}\\end{figure}", ["Georgia 68.9"]),
        ("C\\^ote d'Ivoire, \\c{C}a, \\'{\\i}, ``a'' 37--57~\\% \\sout{no}", ["Côte d'Ivoire, Ça, í, “a” 37–57 %"]),
        ("\\href{http://x.y/9}{text} \\url{http://x.y/a_b%20c}", ["text http://x.y/a_b%20c"]),
        ("\\begin{itemize}\\item a\\item b\\end{itemize}", ["a", "b"]),
        ("a\\textsuperscript{2} 1\\textsuperscript{st}", ["a 1st"]),
    ],
)  # fmt: skip
def test_latex(text: str, expected: list[str]) -> None:
    assert shown(text, ".tex") == expected


def test_tables_of_latex() -> None:
    text = (
        "\\begin{tabular}{lrr}\n\\toprule\n & \\multicolumn{2}{c}{Georgia} \\\\ \\cmidrule(lr){2-3}\n"
        "Year & index & rank \\\\\n\\midrule\n2018 & 68.9 & \\multirow{2}{*}{1} \\\\\n2019 & 50.4 & \\\\[2pt]\n\\end{tabular}"
    )
    rows = ["Year: 2018; Georgia index: 68.9; Georgia rank: 1", "Year: 2019; Georgia index: 50.4; Georgia rank: 1"]
    assert shown(text, ".tex") == ["; Georgia", "Year; index; rank", *rows]


# -- bibliographies ----------------------------------------------------------------------------------------------------


def test_a_key_stands_for_the_id_of_its_entry() -> None:
    broken = ID.replace("/", "/\\allowbreak ").replace("@", "@\\allowbreak{}")
    bib = f"@misc{{gri-geo, title={{A}}, note={{\\texttt{{{broken}}}}}}}\n\n@book{{other, title={{B}}}}\n".encode()
    keys = cited_keys(bib, ".bib")
    assert keys == {"gri-geo": ID}
    assert cited_keys(f'[{{"id": "x", "note": "{ID}"}}, {{"id": 5}}]'.encode(), ".json") == {"x": ID}
    assert cited_keys(b"[[[", ".json") == {}
    assert shown("68.9 [see @gri-geo, p. 3; @other].", ".md", keys) == [f"68.9 [see {ID}, p. 3; @other]."]
    assert shown("68.9 \\parencite[12]{other,gri-geo}.", ".tex", keys) == [f"68.9 ({ID})."]
    assert shown("68.9 \\autocite{other}.", ".tex", keys) == ["68.9 ."]


# -- Word --------------------------------------------------------------------------------------------------------------


def text_run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def words(body: str, more: dict[str, str] | None = None) -> list[str]:
    return [passage.text for passage in read(word_file(body, more), ".docx").passages]


def test_word_shows_no_deleted_moved_hidden_or_struck_text() -> None:
    body = paragraph(
        text_run("a"),
        "<w:del><w:r><w:t>1</w:t><w:delText>2</w:delText></w:r></w:del>",
        f"<w:moveFrom>{text_run('3')}</w:moveFrom><w:moveTo>{text_run('b')}</w:moveTo><w:ins>{text_run('c')}</w:ins>",
        text_run("4", "<w:vanish/>") + text_run("d", "<w:vanish w:val='0'/>") + text_run("5", "<w:strike/>"),
        text_run("6", "<w:vertAlign w:val='superscript'/>") + text_run("st", "<w:vertAlign w:val='superscript'/>"),
    )
    assert words(body) == ["abcdst"]


def test_notes_comments_and_texts_of_pictures_of_word() -> None:
    drawing = "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'"
    body = paragraph(text_run("Index 68.9"), "<w:r><w:footnoteReference w:id='2'/></w:r>", text_run(" b")) + paragraph(
        f"<w:r><wp:docPr {drawing} id='1' descr='Chart of 68.9'/></w:r>"
    )
    notes = "".join(
        f"<w:footnote w:id='{number}'>{paragraph(text_run(text))}</w:footnote>"
        for number, text in ((2, f"See {ID}"), (3, "unused"))
    )
    more = {
        "word/footnotes.xml": f"<w:footnotes xmlns:w='{W}'>{notes}</w:footnotes>",
        "word/comments.xml": f"<w:comments xmlns:w='{W}'><w:comment>{paragraph(text_run('said'))}</w:comment></w:comments>",
    }
    assert sorted(words(body, more)) == sorted([f"Index 68.9 (See {ID}) b", "Chart of 68.9", "unused", "said"])


def test_heads_of_word_over_columns_and_rows() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text_run(text))}</w:tc>"

    span, begins, goes_on = "<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    rows = (
        cell("Year", begins) + cell("Georgia", span),
        cell("", goes_on) + cell("index") + cell("rank"),
        cell("2018", begins) + cell("68.9") + cell("1"),
        cell("", goes_on) + cell("50.4") + cell("2"),
    )
    assert words(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>")[2:] == [
        "Year: 2018; Georgia index: 68.9; Georgia rank: 1",
        "Year: 2018; Georgia index: 50.4; Georgia rank: 2",
    ]


# -- other files -------------------------------------------------------------------------------------------------------


def test_tables_as_text() -> None:
    text = 'Country,Index,Id\r\n"Georgia, ""x""",68.9,a\r\n\r\nMoldova,50.4,b'
    rows = ['Country: Georgia, "x"; Index: 68.9; Id: a', "Country: Moldova; Index: 50.4; Id: b"]
    assert shown(text, ".csv") == ["Country; Index; Id", *rows]
    assert shown("A\tB\n1,5\t2", ".tsv") == ["A; B", "A: 1,5; B: 2"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("r.pdf", b"%PDF-1.7 text", "is a PDF, which cannot be read"),
        ("r.doc", b"\xd0\xcf\x11\xe0" + bytes(9), "is a file of an old Office program, which cannot be read"),
        ("r.rtf", b"{\\rtf1 a}", "is RTF, which cannot be read"),
        ("r.xlsx", b"PK\x03\x04a", "is a ZIP archive, which cannot be read"),
        ("r.bin", b"a\0b", "is not a text file and cannot be read"),
    ],
)
def test_what_cannot_be_read_is_an_error(folder: Path, name: str, data: bytes, says: str) -> None:
    (folder / name).write_bytes(data)
    result = run("verify", name, "--draws", "100")
    assert result.exit_code == 1
    assert f"{name}:1:1: {says}" in result.stderr


def test_without_pandoc_its_formats_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(UnreadableError, match="needs pandoc to be read, which is not installed"):
        read(b"a", ".odt")


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="Pandoc writes and reads these")
@pytest.mark.parametrize("suffix", ["odt", "epub"])
def test_pandoc_reads_what_it_wrote(tmp_path: Path, suffix: str) -> None:
    text = f"Index 68.9[^1].\n\n[^1]: See {ID}.\n\n| Index | Id |\n|---|---|\n| 50.4 | x |\n"
    path = tmp_path / f"r.{suffix}"
    command = ["pandoc", "--from=markdown", f"--to={suffix}", "--metadata=title:T", f"--output={path}"]
    subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    passages = read(path.read_bytes(), f".{suffix}").passages
    found = " ".join(" ".join(passage.text for passage in passages).split())
    assert "Index 68.9" in found
    assert f"See {ID}" in found
    assert "Index: 50.4; Id: x" in found
    with pytest.raises(UnreadableError, match="is not a valid file of its kind"):
        read(b"PK", f".{suffix}")
