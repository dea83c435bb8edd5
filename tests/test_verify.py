"""Reports are read in every format, each figure is held against its score, and --fix changes nothing else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from conftest import PROFILE, RUBRIC, git, run
from hypothesis import given
from hypothesis import strategies as st

from scoring.documents import UnreadableError, read

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

# a fresh B2 statement has the weight 3/4 beside a prior of 1/4: from level 0 to the middle level a leaf of half the
# weight moves by 3/8, and the index of AZE by 18.75 points, from 32.9 to 51.6
RECODED = PROFILE.replace("strategy: none", "strategy: drafted")


def verify(*arguments: str) -> Result:
    return run("verify", "--draws", "500", *arguments)


def cite(*arguments: str) -> str:
    return run("cite", "AZE", "--draws", "500", *arguments).stdout


def id_of(*arguments: str) -> str:
    return cite(*arguments).split("; ")[-1].strip()


def found(*files: str) -> list[tuple[str, str, str]]:
    """Figure, text and status of every figure, in order."""
    citations = json.loads(verify(*files, "--format", "json").stdout)["citations"]
    return [(one["figure"], one["said"], one["status"]) for citation in citations for one in citation["figures"]]


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "name"),
    [
        ("text", "r.txt"),
        ("markdown", "r.md"),
        ("latex", "r.tex"),
        ("bibtex", "r.bib"),
        ("csl-json", "r.json"),
        ("ris", "r.ris"),
    ],
)
@pytest.mark.parametrize("pillar", [(), ("--pillar", "state")])
def test_every_style_is_read_again_in_full(folder: Path, style: str, name: str, pillar: tuple[str, ...]) -> None:
    (folder / name).write_text(cite("--style", style, *pillar))
    result = verify(name)
    assert result.exit_code == 0, result.stdout
    names = [figure for figure, _, _ in found(name)]
    assert names == ["estimate", "range", "interval", "rank", "ranked", "rank_interval", *([] if pillar else ["band"])]
    assert "not read" not in result.stdout


SENTENCE = "Azerbaijan scores 32.9 (range from 8.9 to 56.8), ranked 2nd of 2; {}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.txt", SENTENCE),
        ("r.md", "> Azerbaijan scores **32.9** (range\n> from 8.9 <b>to</b> 56&#46;8), ranked 2nd of&nbsp;2;\n> `{}` <!-- index 9 -->"),
        ("r.qmd", "1. Index: 40\n2. Azerbaijan scores *32.9* (range 8.9–56.8),\n   ranked 2 of 2; [{}](#a)\n3. range 1–2"),
        ("r.html", "<style>p{{}}</style><p>index 9</p><p>Azerbaijan scores <b>32.9</b> (range 8.9&ndash;56&#46;8), ranked 2 of 2<br>{}"),
        ("r.tex", "\\item Azerbaijan scores \\textbf{{32.9}} (range 8.9--56.8), % index 9\nranked~2 of 2; \\texttt{{{}}}\n\\item range 1--2"),
    ],
)  # fmt: skip
def test_a_sentence_is_read_through_its_markup(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text.format(id_of()))
    figures = found(name)
    assert [figure for figure, _, _ in figures] == ["estimate", "range", "rank", "ranked"]
    assert {status for _, _, status in figures} == {"holds"}


def test_a_row_is_read_behind_the_heads_of_its_columns(folder: Path) -> None:
    id_ = id_of()
    (folder / "r.md").write_text(
        f"| Index | Range | Id |\n|---:|:--|---|\n| 32.9 | 8.9–56.8 | {id_} |\n| 40.0 | 8–57 | {id_} |\nindex 9\n"
    )
    cells = "<tr><td>{}<td>{}</td><td><code>{}</code></tr>"
    rows = cells.format("32.9", "8.9–56.8", id_) + cells.format("40.0", "8–57", id_)
    (folder / "r.html").write_text(f"<table><tr><th>Index<th>Range<th>Id{rows}</table>index 9")
    (folder / "r.tex").write_text(
        "\\begin{tabular}{rll}\n\\toprule\nIndex & Range & Id \\\\ \\midrule\n"
        f"32.9 & 8.9--56.8 & {id_} \\\\\n40.0 & 8--57 & {id_} \\\\\n\\end{{tabular}}\nindex 9"
    )
    document = docx.Document()
    table = document.add_table(0, 3)
    for cells_of in (("Index", "Range", "Id"), ("32.9", "8.9–56.8", id_), ("40.0", "8–57", id_)):
        for cell, text in zip(table.add_row().cells, cells_of, strict=True):
            cell.text = text
    document.save(str(folder / "r.docx"))
    right, wrong = [("estimate", "32.9", "holds"), ("range", "8.9–56.8", "holds")], ("estimate", "40.0", "wrong")
    for name in ("r.md", "r.html", "r.tex", "r.docx"):
        assert found(name) == [*right, wrong, ("range", "8–57", "wrong")], name


def test_figures_belong_to_the_id_behind_them_or_to_that_which_begins(folder: Path) -> None:
    aze, geo = id_of(), run("cite", "GEO", "--draws", "500").stdout.split("; ")[-1].strip()
    (folder / "behind.txt").write_text(f"index 32.9 ({aze}), and index 70.4 ({geo}), where the range is 46.4–94.3.")
    (folder / "before.txt").write_text(f"{aze}: index 32.9\n{geo}: index 70.4, range 46.4–94.3")
    for name in ("behind.txt", "before.txt"):
        assert [status for _, _, status in found(name)] == ["holds"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "The index of Azerbaijan is 32.9",
        "an index for the 32.9",
        "Index of Bosnia and Herzegovina was 32.9",
        "Its estimate stands at 32.9",
        "scored: 32.9",
        "an index of 32.9",
    ],
)
def test_words_that_may_stand_between(folder: Path, text: str) -> None:
    (folder / "r.md").write_text(f"{text} ({id_of()})")
    read_so = [] if "for the" in text else [("estimate", "32.9", "holds")]
    assert found("r.md") == read_so


def test_an_id_can_name_its_figure_in_any_language(folder: Path) -> None:
    id_ = id_of()
    (folder / "r.md").write_text(
        f"Aserbaidschan erreicht 1. 2018 **32,9** Punkte ({id_}#estimate), Spanne 8,9–56,8 ({id_}#range), "
        f"also low ({id_}#band); Platz 2 ({id_}#rank), nichts 1 ({id_}#nothing) 7 ({id_}#low), ({id_}#stated)"
    )
    assert found("r.md") == [
        ("estimate", "32,9", "holds"),
        ("range", "8,9–56,8", "holds"),
        ("band", "low", "holds"),
        ("rank", "2", "holds"),
        ("nothing", "1", "unknown"),
        ("low", "7", "wrong"),
        ("stated", "stated", "unknown"),
    ]


def test_word_is_read_in_footnotes_and_without_what_is_deleted(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph(f"Azerbaijan: index 32.9, {id_of()}")
    document.sections[0].footer.paragraphs[0].text = f"range 9–57, {id_of()}"
    buffer = io.BytesIO()
    document.save(buffer)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = (
        f'<w:footnotes xmlns:w="{word}"><w:footnote><w:p><w:r><w:t>index </w:t></w:r><w:del><w:r><w:delText>40.0'
        f"</w:delText></w:r></w:del><w:r><w:t>3</w:t></w:r><w:r><w:t>2.9 {id_of()}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("word/footnotes.xml", note)
    (folder / "r.docx").write_bytes(buffer.getvalue())
    assert sorted(found("r.docx")) == [("estimate", "32.9", "holds")] * 2 + [("range", "9–57", "holds")]
    assert "r.docx:1:1: holds" in verify("r.docx").stdout
    result = verify("r.docx", "--fix")
    assert result.exit_code == 0


@pytest.mark.parametrize("name", ["r.docx", "r.md"])
def test_what_is_no_report_is_named_and_the_others_are_read(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"PK\xff\xfe nothing")
    (folder / "good.md").write_text(cite())
    result = verify(name, "good.md", "missing.md")
    assert result.exit_code == 1
    assert f"{name}:1:1: is no" in result.stderr.replace("is not UTF-8", "is no")
    assert "missing.md:1:1: is no file" in result.stderr
    assert "good.md:1:" in result.stdout


def test_a_word_file_that_unpacks_to_too_much_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b" " * (64 * 2**20 + 1))
    with pytest.raises(UnreadableError, match="split it"):
        read(buffer.getvalue(), ".docx")


@pytest.mark.parametrize("part", ["<w:document>", None])
def test_a_zip_that_is_no_word_file_is_refused(part: str | None) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("word/document.xml" if part else "other", part or "")
    with pytest.raises(UnreadableError, match="no Word file"):
        read(buffer.getvalue(), ".docx")


@given(st.text(alphabet="a1.|\\&<>`*#-–\n {}%$~[]_;", max_size=200), st.sampled_from([".md", ".tex", ".html", ".txt"]))
def test_every_character_shown_has_its_place(text: str, suffix: str) -> None:
    document = read(text.encode(), suffix)
    for passage in document.passages:
        assert len(passage.text) == len(passage.spans)
        for character, (start, end) in zip(passage.text, passage.spans, strict=True):
            assert 0 <= start <= end <= len(text)
            if end == start + 1:
                assert text[start] in (character, "~", "\\", "&", "%")
        lines = text.split("\n")
        line, column = document.line(passage, 0)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


# -- holding -----------------------------------------------------------------------------------------------------------


def test_a_figure_holds_at_the_decimals_it_is_written_with(folder: Path) -> None:
    texts = ("33", "32.9", "32.88", "32.875", "32", "32.8", "32.94")
    (folder / "r.txt").write_text("\n\n".join(f"index {text} {id_of()}" for text in texts))
    exact = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]["index"]["estimate"]
    holds = [text for _, text, status in found("r.txt") if status == "holds"]
    assert holds == [text for text in texts if f"{exact:.{len(text.partition('.')[2])}f}" == text]
    assert {"33", "32.9"} <= set(holds)
    assert not {"32", "32.8", "32.94"} & set(holds)


def test_an_outdated_figure_says_by_how_much_why_and_since_when(repository: Path) -> None:
    (repository / "r.md").write_text(f"first line\n\nAzerbaijan: index 32.9, rank 2 of 2, {id_of()}\n")
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    for commit in (False, True):
        if commit:
            git(repository, "commit", "--quiet", "--all", "--message=second")
        result = verify("r.md")
        assert result.exit_code == 3
        assert "r.md:3:19: outdated: index 32.9 [" in result.stdout
        assert "is now 51.6 (+18.8): re-coded statements +18.8 (no-strategy), since revision " in result.stdout
        assert "holds: small@1.0.0/AZE/2018-01-01/" in result.stdout
        assert "1 file, 1 ids (0 unknown), 3 figures: 2 holds, 0 unknown, 1 outdated, 0 wrong." in result.stdout
    assert verify("r.md", "--revision", "HEAD~1").exit_code == 0
    assert verify("r.md", "--revision", "HEAD").exit_code == 3
    nothing = verify("r.md", "--revision", "nowhere")
    assert nothing.exit_code == 2
    assert "no git revision" in nothing.stderr


def test_of_many_statements_three_are_named(repository: Path) -> None:
    (repository / "r.md").write_text(f"Azerbaijan: index 32.9 {id_of()}\n")
    more = PROFILE.split("statements:\n")[1].split("  - id: poll")[0]
    twice = "".join(more.replace("id: ", f"id: {letter}-") for letter in "ab")
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE + twice)
    assert re.search(
        r"new statements [+-][\d.]+ \([ab]-[a-z0-9-]+, [ab]-[a-z0-9-]+, [ab]-[a-z0-9-]+, …\), since",
        verify("r.md").stdout,
    )


def test_profiles_outside_the_repository_have_no_history(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "AZE.yaml").write_text(RECODED)
    (repository / "r.md").write_text(f"index 32.9 {id_of()}\n")
    assert "is not known here" in verify("r.md", "--profiles", str(elsewhere)).stdout


def test_a_rank_that_others_moved(repository: Path) -> None:
    (repository / "r.md").write_text(f"Azerbaijan: index 32.9, rank 2 of 2, {id_of()}\n")
    geo = (repository / "profiles" / "GEO.yaml").read_text()
    (repository / "profiles" / "GEO.yaml").write_text(
        geo.replace("strategy: adopted", "strategy: none").replace("48,", "190,")
    )
    assert found("r.md")[:2] == [("estimate", "32.9", "holds"), ("rank", "2", "wrong")]
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    result = verify("r.md")
    assert found("r.md")[:2] == [("estimate", "32.9", "holds"), ("rank", "2", "outdated")]
    assert "is now 1 (-1.0): other countries moved, this one did not, since revision" in result.stdout


def test_a_figure_that_never_was_that(repository: Path) -> None:
    (repository / "r.md").write_text(f"index 40.0 {id_of()}\n")
    assert "wrong: index 40.0" in verify("r.md").stdout
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    result = verify("r.md")
    assert result.exit_code == 3
    assert "never was that; now 51.6; the id is that of revision" in result.stdout


def test_without_a_history_what_differs_is_outdated_and_what_does_not_is_unknown(folder: Path) -> None:
    old = id_of()
    (folder / "r.md").write_text(f"index 32.9, range 8–57, {old}\n\n{old}\n")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    result = verify("r.md")
    assert result.exit_code == 3
    assert "unknown: index 32.9" in result.stdout
    assert "outdated: range 8–57" in result.stdout
    assert "the edition that was cited is not known here" in result.stdout
    assert f"unknown: {old}: no known edition has this id; today's is {id_of()}" in result.stdout
    (folder / "r.md").write_text(f"index 32.9, {old}\n")
    assert verify("r.md").exit_code == 1


def test_an_id_of_an_earlier_edition_holds_while_its_figures_do(repository: Path) -> None:
    text = f"index 32.9 {id_of()}\n"
    (repository / "r.md").write_text(text)
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    assert verify("r.md", "--fix").exit_code == 0
    assert (repository / "r.md").read_text() == text


@pytest.mark.parametrize(
    ("id_", "says"),
    [
        ("smal@1.0.0/AZE/2018-01-01/0123456789abcdef", "did you mean small?"),
        ("small/stat@1.0.0/AZE/2018-01-01/0123456789abcdef", "did you mean state?"),
        ("small@1.0.0/AZA/2018-01-01/0123456789abcdef", "'AZA' is not in the set; countries: AZE, GEO"),
        ("small@1.0.0/AZE/2018-02-30/0123456789abcdef", "day"),
        ("small@1.0.0/AZE/2018-01-01/0123", "no known edition has this id"),
        ("small@9.0.0/AZE/2018-01-01/0123456789abcdef", "no known edition has this id"),
    ],
)
def test_an_id_that_nothing_has(repository: Path, id_: str, says: str) -> None:
    (repository / "r.md").write_text(id_)
    result = verify("r.md")
    assert result.exit_code == 1
    assert f"r.md:1:1: unknown: {id_}: " in result.stdout
    assert says in result.stdout


def test_the_history_passes_over_commits_that_cannot_be_scored(repository: Path) -> None:
    (repository / "r.md").write_text(f"index 32.9 {id_of()}\n")
    for text in ("x: 1\n", RECODED):
        (repository / "profiles" / "AZE.yaml").write_text(text)
        git(repository, "commit", "--quiet", "--all", "--message=next")
    (repository / "rubrics" / "small" / "rubric.yaml").write_text("x: 1\n")
    git(repository, "commit", "--quiet", "--all", "--message=broken rubric")
    assert verify("r.md").exit_code == 1
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    assert "since revision" in verify("r.md").stdout


def test_decimals_that_belong_to_nothing_are_named(folder: Path) -> None:
    (folder / "r.md").write_text(f"32.9 of 100 in 2018; version 1.2.3 of {id_of()}")
    assert "no figure belongs to it; not read, since no word names them: 32.9\n" in verify("r.md").stdout
    (folder / "none.md").write_text("index 32.9")
    assert (
        verify("none.md").stdout == "1 file, 0 ids (0 unknown), 0 figures: 0 holds, 0 unknown, 0 outdated, 0 wrong.\n"
    )


def test_other_forms_name_what_does_not_hold(folder: Path) -> None:
    (folder / "r.md").write_text(f"index 40.0, range 8.9–56.8 {id_of()}\n")
    result = verify("r.md", "--format", "github")
    assert result.exit_code == 3
    assert result.stdout.startswith("::error file=r.md,line=1,col=7,title=citation-wrong::index 40.0 [")
    assert result.stdout.count("\n") == 1
    for form in ("sarif", "junit", "gitlab"):
        assert "citation-wrong" in verify("r.md", "--format", form).stdout
    assert run("verify", "r.md", "--as-of", "2018").exit_code == 2


def test_faults_of_the_profiles_stop_it(folder: Path) -> None:
    (folder / "r.md").write_text(cite())
    (folder / "profiles" / "GEO.yaml").write_text("x: 1\n")
    result = verify("r.md")
    assert result.exit_code == 1
    assert "profiles/GEO.yaml" in result.stderr


# -- mending -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["r.md", "r.txt", "r.tex", "r.html"])
def test_fix_writes_the_figures_of_now_and_leaves_all_else(folder: Path, name: str) -> None:
    old = id_of("--pillar", "state")
    text = (
        "\ufeffIndex 7 %\r\n\r\nAZE: score  32,9 , range 9\u201356.8, stated 12.5 but rank 2 of 2 {old}\ttail  \r\n\r\n"
        "score 32.9 of {old}\n\n<!-- score 1 --> other\nsmall@1.0.0/GEO/2018-01-01/"
    )
    if name == "r.html":
        text = text.replace("\r\n\r\n", "\r\n<p>\r\n").replace("\n\n", "\n<p>\n")
    escape = (lambda one: one.replace("_", "\\_")) if name == "r.tex" else str
    (folder / name).write_bytes(text.format(old=escape(old)).encode())
    (folder / "profiles" / "AZE.yaml").write_text(RECODED)
    new = id_of("--pillar", "state")
    result = verify("--fix", name)
    assert result.exit_code == 0, result.stdout + result.stderr
    stated = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]["index"]["stated"]
    expected = (
        text.replace("32,9", "51,6")
        .replace("9\u201356.8", "28\u201375.6")
        .replace("12.5", f"{stated:.1f}")
        .replace("32.9", "51.6")
    )
    assert (folder / name).read_bytes().decode() == expected.format(old=escape(new))
    again = verify(name)
    assert again.exit_code == 0
    assert "is rewritten" not in verify("--fix", name).stderr


def test_fix_leaves_what_it_cannot_write_and_says_so(folder: Path) -> None:
    text = f"index 3<b>2.9</b> {id_of()}\n\nband low, {id_of()}\n"
    (folder / "holds.md").write_text(f"index 70.4 {run('cite', 'GEO', '--draws', '500').stdout.split('; ')[-1]}")
    (folder / "r.md").write_text(text)
    (folder / "profiles" / "AZE.yaml").write_text(RECODED)
    result = verify("--fix", "r.md", "holds.md")
    assert result.exit_code == 3
    assert "holds.md" not in result.stderr
    assert "r.md: 1 figures are left" in result.stderr
    first, _, last = text.split("\n")[:3]
    assert (folder / "r.md").read_text() == f"{first}\n\n{last.replace('low', 'high')[:-16]}{id_of()[-16:]}\n"
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.split("  - id: place-2017")[0])
    (folder / "w.md").write_text(f"index 51.6 {id_of()}")
    result = verify("--fix", "w.md")
    assert result.exit_code == 3
    assert "now withheld" in result.stdout
    assert "index 51.6" in (folder / "w.md").read_text()


def test_withheld_is_read_and_becomes_no_figure_by_itself(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.split("  - id: place-2017")[0])
    (folder / "r.md").write_text(f"index withheld {id_of()}")
    assert found("r.md") == [("estimate", "withheld", "holds")]
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE)
    assert found("r.md") == [("estimate", "withheld", "outdated")]
    assert verify("--fix", "r.md").exit_code == 3


def test_a_word_file_is_not_rewritten(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph(f"index 40.0 {id_of()}")
    document.save(str(folder / "r.docx"))
    before = (folder / "r.docx").read_bytes()
    result = verify("--fix", "r.docx")
    assert result.exit_code == 3
    assert "Word file" in result.stderr
    assert (folder / "r.docx").read_bytes() == before
