"""Templates are filled with figures, in Markdown and in Word; what nothing fills is an error, and nothing is written."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from typing import TYPE_CHECKING

import docx
from conftest import PROFILE, run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from click.testing import Result

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
    names = "index stated low high range interval rank rank.of rank.interval band information availability name actor as_of id cite"
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
    assert (found["name"], found["actor"], found["as_of"]) == ("Azerbaijan", "RUS", "2018-01-01")
    cited = run("cite", "AZE", "--style", "markdown", *QUICK).stdout.strip()
    assert found["cite"] == cited
    assert f"interval {found['interval']}," in cited
    assert cited.endswith(f"`{found['id']}`")


def test_pillars_and_the_whole_set(folder: Path) -> None:
    text = filled(
        folder, "{{AZE.state}} {{ AZE.state.range }} {{rubric}}|{{ rubric.title }}|{{ countries }}|{{ engine }}"
    )
    assert re.fullmatch(r"32\.9 8\.9–56\.8 small@1\.0\.0\|A small index\|2\|resilience-scoring .*", text)


def test_a_filled_report_is_verified(folder: Path) -> None:
    text = "AZE has an index of {{ AZE.index }}, rank {{ AZE.rank }} of {{ AZE.rank.of }}: {{ AZE.id }}\n\n{{ table: ranking }}\n\n{{ table: AZE }}\n\n{{ AZE.cite }}\n"
    (folder / "report.md").write_text(filled(folder, text))
    result = run("verify", "report.md", *QUICK)
    assert result.exit_code == 0
    # 3 in the sentence; 6 in each of 2 rows; 3 for the index and 3 for the pillar; 7 in the line
    assert "6 ids (0 unknown), 28 figures: 28 holds" in result.stdout


def test_tables(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(PROFILE.replace("AZE", "GEO").split("  - id: place-2017")[0])
    ranking = filled(folder, "before\n\n  {{ table: ranking }}  \nafter")
    assert "| 1 | Azerbaijan | 32.9 | 8.9–56.8 | " in ranking
    assert re.search(r"\|  \| Georgia \| withheld \| [\d.]+–[\d.]+ \| [\d.]+–[\d.]+ \|  \|  \| `small@", ranking)
    pillars = filled(folder, "{{ table: pillars }}")
    assert "| Country | Index | State |" in pillars
    assert re.search(r"\| Georgia \| withheld \| \\~[\d.]+ \|", pillars)
    assert "thin" in pillars
    assert "| A small index | 32.9 | 8.9–56.8 |" in filled(folder, "{{ table: AZE }}")


def test_a_table_wants_one_day(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(
        PROFILE.replace("AZE", "GEO").replace("as_of: 2018-01-01", "as_of: 2018-03-01")
    )
    assert (
        "the profiles speak for different days; give the day of the table with --as-of"
        in failed(folder, "{{ table: ranking }}").stderr
    )
    assert filled(folder, "{{ AZE.as_of }} {{ GEO.as_of }}") == "2018-01-01 2018-03-01"
    assert filled(folder, "{{ AZE.as_of }} {{ GEO.as_of }}", "--as-of", "2018-04-01") == "2018-04-01 2018-04-01"
    assert "2018-04-01/" in filled(folder, "{{ table: ranking }}", "--as-of", "2018-04-01")


def test_what_is_not_ours_stays(folder: Path) -> None:
    text = "---\r\ntitle: x\r\n---\r\n{{< include a.qmd >}} {{% note %}} \\{{ AZE.index }} { { AZE.index } } {AZE.index}\r\n"
    (folder / "t.qmd").write_bytes(text.encode())
    assert run("fill", "t.qmd", "-o", "r.qmd", *QUICK).exit_code == 0
    assert (folder / "r.qmd").read_bytes().decode() == text.replace("\\{{", "{{")


def test_what_nothing_fills_is_named_with_its_place_and_the_nearest(folder: Path) -> None:
    result = failed(
        folder,
        "x {{ AZE.indx }} {{ AZ.index }}\n{{ AZE.stat.range }} {{ AZE.state.rang }} {{ AZE }} {{ }}\n"
        "{{ table: rankin }} {{ rubrik }} {{ AZE.index.low }}\nx {{ table: ranking }}\n",
    )
    lines = [line.removesuffix(" [unknown-placeholder]") for line in result.stderr.splitlines()]
    assert lines[:5] == [
        "template.qmd:1:3: 'AZE.indx' is no placeholder; did you mean AZE.index?",
        "template.qmd:1:18: 'AZ.index' is no placeholder; did you mean AZE.index?",
        "template.qmd:2:1: 'AZE.stat.range' is no placeholder; did you mean AZE.state.range?",
        "template.qmd:2:22: 'AZE.state.rang' is no placeholder; did you mean AZE.state.range?",
        "template.qmd:2:43: 'AZE' is no placeholder; did you mean AZE.id?",
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
    assert "a table has a line or paragraph of its own" in lines[9]


def test_text_of_others_is_escaped(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("A small index", "A <b>small</b> | *index*"))
    assert filled(folder, "{{ rubric.title }}") == r"A &#60;b&#62;small&#60;/b&#62; \| \*index\*"
    assert r"| A &#60;b&#62;small&#60;/b&#62; \| \*index\* | 32.9 |" in filled(folder, "{{ table: AZE }}")


def test_wrong_usage(folder: Path) -> None:
    for name in ("t.md", "t.docx", "t.pdf"):
        (folder / name).write_text("x")
    for arguments, says in (
        (("t.pdf",), "t.pdf is no template; name a file that ends in .md, .markdown, .qmd, .rmd or .docx"),
        (("t.docx",), "a Word file is not printed; name the report with -o"),
        (("t.md", "-o", "./t.md"), "t.md is an input of this command, and is not replaced"),
    ):
        result = run("fill", *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
    assert (folder / "t.md").read_text() == "x"


def test_files_that_cannot_be_read(folder: Path) -> None:
    (folder / "t.md").write_bytes(b"\xff")
    (folder / "t.docx").write_bytes(b"x")
    for name, says in (("t.md", "is not UTF-8"), ("t.docx", "is no Word file"), ("none.md", "is no file")):
        result = run("fill", name, "-o", "out" + name[-3:])
        assert result.exit_code == 1
        assert result.stderr.startswith(f"{name}:1:1: {says}")


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
    assert first == f"Index 32.9 and 2; {run('cite', 'AZE', *QUICK).stdout.split('; ')[-1].strip()}"
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
    assert "template.docx:2:1: 'AZE.indx' is no placeholder; did you mean AZE.index?" in result.stderr
    assert "stands beside text" in result.stderr
    assert not (folder / "report.docx").exists()


def test_an_entity_in_a_word_template_is_not_opened(folder: Path) -> None:
    buffer = io.BytesIO()
    (folder / "secret").write_text("secret")
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{folder}/secret">]><w:document xmlns:w="{word}">'
            "<w:p><w:r><w:t>{{ AZE.index }} &e;</w:t></w:r></w:p></w:document>",
        )
    (folder / "t.docx").write_bytes(buffer.getvalue())
    assert run("fill", "t.docx", "-o", "r.docx", *QUICK).exit_code == 0
    filled_part = zipfile.ZipFile(folder / "r.docx").read("word/document.xml")
    assert b"32.9" in filled_part
    assert b">secret" not in filled_part
    assert b"32.9 secret" not in filled_part


def test_a_word_file_whose_text_is_no_xml_is_named(folder: Path) -> None:
    with zipfile.ZipFile(folder / "t.docx", "w") as file:
        file.writestr("word/document.xml", "<w:document>")
    result = run("fill", "t.docx", "-o", "r.docx", *QUICK)
    assert result.exit_code == 1
    assert "t.docx:1:1: is no Word file; save it as .docx" in result.stderr


def test_without_lxml_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template(folder)
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    result = run("fill", "template.docx", "-o", "report.docx", *QUICK)
    assert result.exit_code == 2
    assert result.stderr.endswith("lxml.etree is not installed; pip install 'resilience-scoring[report]'\n")
    assert result.stderr.count("\n") == 1
    assert not (folder / "report.docx").exists()
