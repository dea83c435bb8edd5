"""Templates are filled with figures, in Markdown and in Word; what nothing fills is an error, and nothing is written."""

from __future__ import annotations

import json
import re
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from conftest import PROFILE, STRICT, W, run, word_file
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scoring.render.report import fill
from scoring.text.verbatim import verbatim

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from markdown_it.token import Token

QUICK = ("--draws", "500")


def filled(folder: Path, text: str, *arguments: str) -> str:
    (folder / "template.md").write_text(text)
    result = run("fill", "template.md", *QUICK, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def failed(folder: Path, text: str) -> Result:
    (folder / "template.qmd").write_text(text)
    result = run("fill", "template.qmd", "-o", "report.qmd", *QUICK)
    assert result.exit_code == 1
    assert not (folder / "report.qmd").exists()
    return result


def test_every_placeholder_of_a_country_is_its_figure(folder: Path) -> None:
    names = "index stated low high range interval rank rank.of rank.interval band information availability borrowed name actor as_of id cite"
    text = filled(folder, "\n".join(f"{name}: {{{{ AZE.{name} }}}}" for name in names.split()))
    found = dict(line.split(": ", 1) for line in text.splitlines())
    score = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    for name in ("stated", "low", "high"):
        assert found[name] == f"{score['index'][name]:.1f}"
    assert found["index"] == f"{score['index']['estimate']:.1f}"
    assert found["range"] == f"{score['index']['low']:.1f}–{score['index']['high']:.1f}"
    for name in ("information", "availability"):
        assert found[name] == f"{score['index'][name]:.2f}"
    assert (found["rank"], found["rank.of"], found["rank.interval"], found["band"]) == ("2", "2", "2–2", "low")
    assert (found["name"], found["actor"], found["as_of"]) == ("Azerbaijan", "Russia", "2018-01-01")
    cited = run("cite", "AZE", "--style", "markdown", *QUICK).stdout.strip()
    assert found["cite"] == cited
    assert f"interval {found['interval'].replace('–', ' to ')};" in cited
    assert f"[`{found['id']}`]." in cited


def test_pillars_and_the_whole_set(folder: Path) -> None:
    text = filled(
        folder, "{{AZE.state}} {{ AZE.state.range }} {{rubric}}|{{ rubric.title }}|{{ countries }}|{{ engine }}"
    )
    assert re.fullmatch(r"32\.9 8\.9–56\.8 small@1\.0\.0\|A small index\|2\|resilience-scoring .*", text)


def test_a_filled_report_is_verified(folder: Path) -> None:
    text = "AZE has an index of {{ AZE.index }}, rank {{ AZE.rank }} of {{ AZE.rank.of }}: {{ AZE.id }}\n\n{{ table: ranking | columns: default, id }}\n\n{{ table: AZE | columns: default, id }}\n\n{{ AZE.cite }}\n"
    (folder / "report.md").write_text(filled(folder, text))
    result = run("verify", "report.md", *QUICK)
    assert result.exit_code == 0
    # 3 in the sentence; 6 in each of 2 rows; 3 for the index and 3 for the pillar; 7 in the line
    assert "6 ids (0 unknown), 28 figures: 28 holds" in result.stdout


def test_tables(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(PROFILE.replace("AZE", "GEO").split("  - id: place-2017")[0])
    ranking = filled(folder, "before\n\n  {{ table: ranking }}  \nafter")
    assert "| 1 | Azerbaijan | 32.9 | 8.9–56.8 | " in ranking
    assert re.search(r"\|  \| Georgia \| withheld \| [\d.]+–[\d.]+ \| [\d.]+–[\d.]+ \|  \|  \|", ranking)
    pillars = filled(folder, "{{ table: pillars }}")
    assert "| Country | Index | State |" in pillars
    assert re.search(r"\| Georgia \| withheld \| \\~[\d.]+ \|", pillars)
    assert "~ insufficient data: " in pillars
    assert "| A small index | 32.9 | 8.9–56.8 |" in filled(folder, "{{ table: AZE }}")


def test_a_table_wants_one_day(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(
        PROFILE.replace("AZE", "GEO").replace("as_of: 2018-01-01", "as_of: 2018-03-01")
    )
    assert (
        "the profiles have different reference dates; give the date with --as-of, or in the placeholder as in '@ 2018-03-01'"
        in failed(folder, "{{ table: ranking }}").stderr
    )
    assert filled(folder, "{{ AZE.as_of }} {{ GEO.as_of }}") == "2018-01-01 2018-03-01"
    assert filled(folder, "{{ AZE.as_of }} {{ GEO.as_of }}", "--as-of", "2018-04-01") == "2018-04-01 2018-04-01"
    assert "2018-04-01/" in filled(folder, "{{ table: ranking | columns: id }}", "--as-of", "2018-04-01")


def test_what_is_not_ours_stays(folder: Path) -> None:
    text = "---\r\ntitle: x\r\n---\r\n{{< include a.qmd >}} {{% note %}} \\{{ AZE.index }} { { AZE.index } } {AZE.index}\r\n"
    (folder / "t.qmd").write_bytes(text.encode())
    assert run("fill", "t.qmd", "-o", "r.qmd", *QUICK).exit_code == 0
    assert (folder / "r.qmd").read_bytes().decode() == text.replace("\\{{", "{{")


def test_what_nothing_fills_is_named_with_its_place_and_the_nearest(folder: Path) -> None:
    result = failed(
        folder,
        "x {{ AZE.indx }} {{ BLR.index }}\n{{ AZE.stat.range }} {{ AZE.state.rang }} {{ AZE }} {{ }}\n"
        "{{ table: rankin }} {{ rubrik }} {{ AZE.index.lo }}\nx {{ table: ranking }}\n",
    )
    lines = [line.removesuffix(" [unknown-placeholder]") for line in result.stderr.splitlines()]
    assert lines[:5] == [
        "template.qmd:1:3: unknown placeholder 'AZE.indx'; did you mean AZE.index?",
        "template.qmd:1:18: unknown placeholder 'BLR.index'; Belarus (BLR) is not in the set; countries: AZE, GEO",
        "template.qmd:2:1: unknown placeholder 'AZE.stat.range'; did you mean AZE.state.range?",
        "template.qmd:2:22: unknown placeholder 'AZE.state.rang'; did you mean AZE.state.range?",
        "template.qmd:2:43: unknown placeholder 'AZE'; did you mean AZE.index?",
    ]
    assert [line.split(": ", 1)[0] for line in lines[5:]] == [
        "template.qmd:2:53",
        "template.qmd:3:1",
        "template.qmd:3:21",
        "template.qmd:3:34",
        "template.qmd:4:3",
    ]
    assert "did you mean ranking?" in lines[6]
    assert "did you mean rubric?" in lines[7]
    assert "did you mean AZE.index?" in lines[8]
    assert "a table needs a separate line or paragraph" in lines[9]


def test_text_of_others_is_escaped(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("A small index", "A <b>small</b> | *index*"))
    assert filled(folder, "{{ rubric.title }}") == r"A &#60;b&#62;small&#60;/b&#62; \| \*index\*"
    assert r"| A &#60;b&#62;small&#60;/b&#62; \| \*index\* | 32.9 |" in filled(folder, "{{ table: AZE }}")


def test_wrong_usage(folder: Path) -> None:
    for name in ("t.md", "t.docx", "t.pdf"):
        (folder / name).write_text("x")
    for arguments, says in (
        (
            ("t.pdf",),
            "t.pdf has an unknown suffix; give a template that ends in .md, .markdown, .qmd, .rmd, .html, .htm, .xhtml, .tex, .typ or .docx",
        ),
        (("t.docx",), "a Word file cannot be printed; give an output file with -o"),
        (("t.md", "-o", "./t.md"), "t.md is an input of this command and is not replaced"),
    ):
        result = run("fill", *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
    assert (folder / "t.md").read_text() == "x"


def test_files_that_cannot_be_read(folder: Path) -> None:
    (folder / "t.md").write_bytes(b"\xff")
    (folder / "t.docx").write_bytes(b"x")
    for name, says in (("t.md", "is not UTF-8"), ("t.docx", "is not a Word file"), ("none.md", "file not found")):
        result = run("fill", name, "-o", "out" + name[-3:])
        assert result.exit_code == 1
        assert result.stderr.startswith(f"{name}:1:1: {says}")


# -- code and mathematics ----------------------------------------------------------------------------------------------

KEPT = [
    "`{{ AZE.index }}`",
    "``a ` {{ AZE.index }}``",
    "# a `b\n- ` {{ AZE.index }} `",
    "```\n{{ AZE.index }}\n```",
    "> ~~~~ {.r}\n> {{ AZE.index }}\n> ~~~\n> {{ AZE.index }}\n> ~~~~",
    "- a\n\n  ```\n  {{ AZE.index }}",
    "    {{ AZE.index }}",
    "a\n\n\t{{ AZE.index }}",
    "- a\n\n      {{ AZE.index }}",
    "$a_{{ AZE.index }}$",
    "$$\na\n- {{ AZE.index }}\n$$",
    "\\(x = {{ AZE.index }}\\)",
    "a\n\\[\n{{ AZE.index }}\n\\]",
    "$a \\$ `{{ AZE.index }}$",
]
FILLED = [
    "{{ AZE.index }} `a`",
    "a `b\n\nc ` {{ AZE.index }}",
    "\\`{{ AZE.index }}`",
    "`a\\` {{ AZE.index }} `b`",
    "`a {{ AZE.index }} ``",
    "a\n    {{ AZE.index }}",
    "- a\n\n    {{ AZE.index }}",
    "<div>\n    {{ AZE.index }}\n</div>",
    "```\na\n```\n{{ AZE.index }}",
    "costs $5 and {{ AZE.index }} or $6",
    "US$ {{ AZE.index }} or US$",
    "\\$a {{ AZE.index }}$",
    "$a\n\n{{ AZE.index }}$",
    "---\ntitle: `a\n\n    b: {{ AZE.index }}\n---\n`",
    "\\\\(a {{ AZE.index }} \\)",
]


@pytest.mark.parametrize("text", KEPT)
def test_code_and_mathematics_stay_as_they_are_and_are_named(folder: Path, text: str) -> None:
    (folder / "t.md").write_text(text)
    result = run("fill", "t.md", *QUICK)
    assert result.exit_code == 0
    assert result.stdout == text
    lines = [str(number) for number, line in enumerate(text.split("\n"), start=1) if "{{" in line]
    assert result.stderr == f"t.md: placeholders in code and mathematics are not filled: line {', '.join(lines)}\n"


@pytest.mark.parametrize("text", FILLED)
def test_what_only_looks_like_code_or_mathematics_is_filled(folder: Path, text: str) -> None:
    assert filled(folder, text) == text.replace("{{ AZE.index }}", "32.9")


def in_code(tokens: list[Token]) -> dict[str, bool]:
    """Whether a parser of Markdown sees each word in code."""
    found: dict[str, bool] = {}
    for token in tokens:
        if token.type in ("fence", "code_block", "code_inline", "text"):
            found |= dict.fromkeys(re.findall(r"w\d+w", token.content), token.type != "text")
        found |= in_code(token.children or [])
    return found


PARTS = ["`", "`", "``", "\\", "\n", "\n\n", "    ", "\t", " ", "- ", "1. ", "> ", "```", "\n```\n", "~~~\n", "# ", "w"]


@given(st.lists(st.sampled_from(PARTS), max_size=16))
def test_code_is_where_a_parser_of_markdown_sees_it(parts: list[str]) -> None:
    text = "".join(f"w{number}w" if part == "w" else part for number, part in enumerate(parts))
    spans = verbatim(text)
    for word, is_code in in_code(MarkdownIt("commonmark").parse(text)).items():
        at = text.index(word)
        assert any(start <= at < end for start, end in spans) == is_code, text


@pytest.mark.parametrize(
    "unit", ["` `` ", "$a ", "$$ ", "\\(", "\\[ ", "    a\n\n", "```\n", "> - a\n", "<a b=", "{{ ", "\\{{ a }} ", "a\n"]
)
def test_four_times_the_template_costs_no_sixteen_times_the_work(unit: str) -> None:
    def seconds(number: int) -> float:
        started = time.process_time()
        verbatim(unit * number)
        fill.PLACEHOLDER.sub("", unit * number)
        return time.process_time() - started

    once, often = (min(seconds(number), seconds(number)) for number in (1_500, 6_000))
    assert often < 8 * once + 0.1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a" * (4 * 2**20 + 1), "has more than 4 MiB; split it"),
        ("\n" * 30_000, "has more than 30,000 lines; split it"),
        ("`" * 400_001, "has more than 400,000 lines and marks of markup; split it"),
        ("{{ table: AZE }}\n" * 3_000, "becomes, when filled, more than 20 MiB; split it"),
    ],
)
def test_a_template_beyond_a_limit_is_refused_with_the_limit(folder: Path, text: str, says: str) -> None:
    assert says in failed(folder, text).stderr


def test_of_many_unknown_placeholders_a_hundred_are_named(folder: Path) -> None:
    lines = failed(folder, "{{ AZE.indx }}\n" * 1_000).stderr.splitlines()
    assert len(lines) == 101
    assert lines[0].endswith("[too-many-faults]")
    assert lines[1].startswith("template.qmd:1:1: unknown placeholder 'AZE.indx'")


# -- Word --------------------------------------------------------------------------------------------------------------


def template(folder: Path) -> zipfile.Path:
    document = docx.Document()
    paragraph = document.add_paragraph("Index {{ A")
    paragraph.add_run("ZE.in").bold = True
    paragraph.add_run("dex }} and {{ AZE.rank }}; ")
    paragraph.add_run("{{ AZE.id }}").italic = True
    document.add_paragraph(" {{ table: ranking }} ")
    document.add_paragraph("kept: \\{{ AZE.index }}")
    document.sections[0].header.paragraphs[0].text = "{{ rubric.title }}"
    document.sections[0].footer.paragraphs[0].text = "a footer"
    document.add_table(1, 1).cell(0, 0).text = "{{ GEO.index }}"
    document.save(str(folder / "template.docx"))
    return zipfile.Path(folder / "template.docx")


def test_a_word_template_is_filled_through_runs_headers_and_cells(folder: Path) -> None:
    template(folder)
    assert run("fill", "template.docx", "-o", "report.docx", *QUICK).exit_code == 0
    document = docx.Document(str(folder / "report.docx"))
    first, second, third = (paragraph.text for paragraph in document.paragraphs[:3])
    [id_] = re.findall(r"\[(.*?)\]", run("cite", "AZE", *QUICK).stdout)
    assert first == f"Index 32.9 and 2; {id_}"
    assert [run_.italic for run_ in document.paragraphs[0].runs][-1]
    assert second.strip() == ""
    assert third == "kept: {{ AZE.index }}"
    assert document.sections[0].header.paragraphs[0].text == "A small index"
    ranking, other = document.tables
    assert [cell.text for cell in ranking.rows[0].cells][:3] == ["Rank", "Country", "Index"]
    assert [cell.text for cell in ranking.rows[2].cells][:4] == ["2", "Azerbaijan", "32.9", "8.9–56.8"]
    assert other.cell(0, 0).text == "70.4"
    result = run("verify", "report.docx", *QUICK)
    assert result.exit_code == 0
    assert "0 unknown, 0 outdated, 0 wrong" in result.stdout


def test_parts_without_a_placeholder_are_kept_and_each_run_is_the_same(folder: Path) -> None:
    template(folder)
    for name in ("one.docx", "two.docx"):
        run("fill", "template.docx", "-o", name, *QUICK)
    assert (folder / "one.docx").read_bytes() == (folder / "two.docx").read_bytes()
    with zipfile.ZipFile(folder / "template.docx") as old, zipfile.ZipFile(folder / "one.docx") as new:
        assert old.namelist() == new.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"word/document.xml", "word/header1.xml"}


def test_a_word_template_with_faults_is_not_written(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("fine {{ AZE.index }}")
    document.add_paragraph("{{ AZE.indx }} {{ table: ranking }}")
    document.save(str(folder / "template.docx"))
    result = run("fill", "template.docx", "-o", "report.docx", *QUICK)
    assert result.exit_code == 1
    assert "template.docx:2:1: unknown placeholder 'AZE.indx'; did you mean AZE.index?" in result.stderr
    assert "has text before or after it" in result.stderr
    assert not (folder / "report.docx").exists()


def test_an_entity_in_a_word_template_is_not_opened(folder: Path) -> None:
    (folder / "secret").write_text("secret")
    with zipfile.ZipFile(folder / "t.docx", "w") as file:
        file.writestr(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{folder}/secret">]><w:document xmlns:w="{W}">'
            "<w:p><w:r><w:t>{{ AZE.index }} &e;</w:t></w:r></w:p></w:document>",
        )
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 1
    assert "it has a document type" in result.stderr
    assert not (folder / "r.docx").exists()


def part(folder: Path, data: bytes, name: str = "word/document.xml") -> str:
    """A part of a template once filled."""
    (folder / "t.docx").write_bytes(data)
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 0, result.stderr
    with zipfile.ZipFile(folder / "r.docx") as file:
        return file.read(name).decode()


def in_runs(*texts: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{text}</w:t></w:r>' for text in texts)}</w:p>"


@pytest.mark.parametrize("space", [W, STRICT])
def test_a_part_is_filled_whatever_it_is_called_and_in_either_namespace(folder: Path, space: str) -> None:
    foot = f"<w:footnotes xmlns:w='{space}'>{in_runs('{{ AZE', '.rank }}')}</w:footnotes>"
    data = word_file(in_runs("{{ table: AZE }}"), {"notes.bin": foot}, name="word/document2.xml", space=space)
    assert re.sub("<[^>]*>", "", part(folder, data, "notes.bin")).strip() == "2"
    document = part(folder, data, "word/document2.xml")
    assert "{{" not in document
    assert document.count(space) == 1
    assert "<w:tbl>" in document
    assert run("verify", "r.docx", *QUICK).exit_code == 0


def test_a_table_may_stand_alone_in_a_text_box(folder: Path) -> None:
    box = f"<w:txbxContent>{in_runs('{{ table:', ' AZE | columns: default, id }}')}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p><w:r><w:t>{{{{ AZE.rank </w:t>{both}<w:t>}}}} of 2</w:t></w:r></w:p>"
    document = part(folder, word_file(body))
    assert document.count("<w:txbxContent><w:tbl>") == 2
    assert document.endswith(
        '</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t xml:space="preserve"> of 2</w:t></w:r></w:p></w:document>'
    )
    assert "6 figures: 6 holds" in run("verify", "r.docx", *QUICK).stdout  # of index and pillar, in one of the two


def test_several_placeholders_over_several_runs(folder: Path) -> None:
    texts = ("a{{", "AZE.rank}}b{{AZE", ".", "rank }}{{ AZE.rank }}", "\\{{", " c }}\\{{d}}", "e{{AZE.rank}}", "f")
    document = part(folder, word_file(in_runs(*texts)))
    found = re.findall(r"<w:t[^>]*>([^<]*)|<w:t[^>]*/>", document)
    assert found == ["a2", "b2", "", "2", "{{", " c }}{{d}}", "e2", "f"]


def test_braces_may_be_written_as_entities(folder: Path) -> None:
    assert ">2<" in part(folder, word_file(in_runs("&#123;&#x7b; AZE.rank &#125;&#125;")))


def test_a_page_inside_a_word_file_is_not_opened(folder: Path) -> None:
    entities = "".join(f"<!ENTITY e{number + 1} '{f'&e{number};' * 10}'>" for number in range(12))
    page = f"<!DOCTYPE a [<!ENTITY e0 '{{{{ x }}'>{entities}]><a>&e12;</a>"
    assert part(folder, word_file("<w:p/>", {"word/page.htm": page}), "word/page.htm") == page


def test_mathematics_of_word_stays_as_it_is_and_is_named(folder: Path) -> None:
    maths = "<m:oMath xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'><m:r><m:t>{{ AZE.index }}</m:t></m:r></m:oMath>"
    (folder / "t.docx").write_bytes(word_file(f"{in_runs('{{ AZE.rank }}')}<w:p>{maths}</w:p>"))
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 0
    assert result.stderr == "t.docx: placeholders in code and mathematics are not filled: paragraph 2\n"


CHART = "<c:chart xmlns:c='urn:c' xmlns:a='urn:a'><a:p><a:t>{{ AZE</a:t><a:t>.index }}</a:t></a:p></c:chart>"
BESIDE = {
    "a field": ("<w:p><w:r><w:instrText>{{ AZE.index }}</w:instrText></w:r></w:p>", {}),
    "what is deleted": ("<w:p><w:r><w:delText>{{ AZE</w:delText><w:delText>.index }}</w:delText></w:r></w:p>", {}),
    "an alternative text": ("<w:p><w:drawing descr='{{ AZE.index }}'/></w:p>", {}),
    "text outside a paragraph": ("<w:r><w:t>{{ AZE.index }}</w:t></w:r>", {}),
    "text behind an element": ("<w:p><w:r><w:t><w:br/>{{ AZE.index }}</w:t></w:r></w:p>", {}),
    "a chart": ("", {"word/charts/chart1.xml": CHART}),
    "a title": ("", {"docProps/core.xml": "<title>&#123;{ AZE.index }}</title>"}),
    "a link": ("", {"word/_rels/document.xml.rels": "<Relationship Target='{{ AZE.index }}'/>"}),
    "a page": ("", {"word/page.htm": "<!DOCTYPE html><p>{{ AZE.index }}<br>"}),
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_placeholder_that_would_be_left_in_a_word_file_is_an_error(folder: Path, name: str) -> None:
    body, more = BESIDE[name]
    (folder / "t.docx").write_bytes(word_file(f"{in_runs('{{ AZE.index }}')}{body}", more))
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 1
    where = next(iter(more), "word/document.xml")
    assert (
        f"is in {where} outside the text and is not filled; move it to the text [unknown-placeholder]" in result.stderr
    )
    assert not (folder / "r.docx").exists()


def test_a_word_template_beyond_what_can_be_written_is_refused(folder: Path) -> None:
    (folder / "t.docx").write_bytes(word_file("<w:p>" * 300 + "{" + "</w:p>" * 300))
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 1
    assert "t.docx:1:1: cannot be filled: word/document.xml has 256 levels or a text of 10 MB" in result.stderr
    (folder / "t.docx").write_bytes(word_file(in_runs("{{ AZE.indx }}") * 200))
    assert run("fill", "t.docx", "-o", "r.docx", *QUICK).stderr.count("\n") == 101


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("lxml.etree", ("fill", "template.docx", "-o", "made.docx")),
        ("jinja2", ("site", "made")),
    ],
)
def test_without_a_package_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, command: tuple[str, ...]
) -> None:
    template(folder)
    (folder / "template.md").write_text("{{ AZE.index }}\n")
    before = sorted(folder.rglob("*"))
    monkeypatch.setitem(sys.modules, module, None)
    result = run(*command, *QUICK)
    says = f"scoring {command[0]}: {module} is not installed; pip install '.[report]' in a clone of this project\n"
    assert (result.exit_code, result.output) == (2, says)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    "text",
    [
        "{{ AZE\n.index }}",
        "{{ AZE.index\n}}",
        "{{ AZE.index }",
        "{{ {AZE.index} }}",
        "a {{ b",
        "{{ AZE.index }} and {{",
    ],
)
def test_what_begins_like_a_placeholder_and_is_none_is_told(folder: Path, text: str) -> None:
    (folder / "t.md").write_text(f"One.\n{text}\n")
    result = run("fill", "t.md", "-o", "out.md", "--draws", "100")
    assert result.exit_code == 1
    assert "t.md:2:" in result.stderr
    assert "'{{' without a placeholder" in result.stderr
    assert not (folder / "out.md").exists()
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(str(folder / "t.docx"))
    result = run("fill", "t.docx", "-o", "out.docx", "--draws", "100")
    assert result.exit_code == 1
    assert "'{{' without a placeholder" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "\\begin{equation}\n{{ AZE.index }}\n\\end{equation}",
        "\\begin{align*} {{ AZE.index }} \\end{align*}",
        "\\verb|{{ AZE.index }}|",
        "<code>{{ AZE.index }}</code>",
        "<PRE class='x'>\n\n{{ AZE.index }}\n\n</PRE>",
        "<script>let x = '{{ AZE.index }}'</script>",
        "<!-- {{ AZE.index }} -->",
        "{{< include x.md >}} {{% raw %}}",
    ],
)
def test_code_and_mathematics_of_html_and_latex_stay_as_they_are(folder: Path, text: str) -> None:
    (folder / "t.md").write_text(f"{text}\n\n{{{{ AZE.index }}}}\n")
    result = run("fill", "t.md", "--draws", "100")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{text}\n\n32.9\n"


def test_elements_that_are_not_closed_are_looked_for_once() -> None:
    for opens in ("<code>", "<!--", "\\begin{equation}", "\\verb|\n", "<pre><tt>"):
        assert verbatim(opens * 20_000) == []
