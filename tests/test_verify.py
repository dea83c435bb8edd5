"""Reports are read in every format, each figure is held against its score, and --fix changes nothing else."""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import json
import re
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import pytest
from conftest import PILLAR, PROFILE, ROOT, git, run
from conftest import RUBRIC as FORMAT_1
from hypothesis import given
from hypothesis import strategies as st

from scoring import api, assess, load
from scoring.citing import committed, history
from scoring.citing import verify as verifying
from scoring.citing.budget import Budget
from scoring.citing.documents.reading import read
from scoring.citing.ids import Cited
from scoring.citing.past import History, Past
from scoring.files import git as reading
from scoring.files import writing
from scoring.files.archive import UnreadableError
from scoring.files.folders import folders
from scoring.files.git import commit_of, commits_of, is_shallow
from scoring.index.scenario import Scenario
from scoring.render import verify as rendering
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from scoring.index.assessment import Assessment
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

RUBRIC = FORMAT_1.replace("format: 1\n", "format: 2\n")
# a fresh B2 statement has the weight 3/4 beside a prior of 1/4: from level 0 to the middle level a leaf of half the
# weight moves by 3/8, and the index of AZE by 18.75 points, from 32.9 to 51.6
RECODED = PROFILE.replace("strategy: none", "strategy: drafted")


@pytest.fixture
def folder(folder: Path) -> Path:
    """The folder with a rubric of format 2: what was drawn from one of format 1 is not recomputed."""
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    return folder


def verify(*arguments: str) -> Result:
    return run("verify", "--draws", "500", *arguments)


def cite(*arguments: str) -> str:
    return run("cite", "AZE", "--draws", "500", *arguments).stdout


def id_of(*arguments: str) -> str:
    return the_id(cite(*arguments))


def the_id(text: str) -> str:
    match = re.search(r"[\w/]+@[\d.]+/[A-Z]{3}/[\d-]+/[0-9a-f]{16}", text)
    assert match
    return match[0]


def interval_of(country: str = "AZE") -> str:
    """The interval of a country as cited; tests of the simulation say what it should be."""
    match = re.search(r"90 % interval (\S+) to ([\d.]+)", run("cite", country, "--draws", "500").stdout)
    assert match
    return f"{match[1]}–{match[2]}"


# one answer of weight 3/4 beside a prior of 1/4, and four questions without evidence, which have half of the weight.
# AZE, level 0: 1/2 (1/4 x 1/2) + 1/2 x 1/2 = 31.25. GEO, the highest level: 1/2 (3/4 + 1/4 x 1/2) + 1/2 x 1/2 = 68.75.
# If country is 3/4, b = 3/4 (0 - 1/2) / (3/4 + 3/4) = -1/4, so that 1/4 is expected of AZE and 3/4 of GEO:
# 1/2 (1/4 x 1/4) + 1/2 x 1/4 = 15.625, and 84.375
FIRST = FORMAT_1.replace("{availability: 0.65, information: 0.50}", "{availability: 0, information: 0}")
BORROWING = (
    FIRST.replace("format: 1\n", "format: 2\n")
    .replace("1.0.0", "2.0.0")
    .replace("centre: 0.5", "centre: 0.5, country: 0.75")
)
THIN = PROFILE.split("  - id: place-2017")[0]


def thin(folder: Path, rubric: str) -> None:
    """Of both countries, only what is known of the strategy, under a rubric."""
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(rubric)
    (folder / "profiles" / "AZE.yaml").write_text(THIN)
    (folder / "profiles" / "GEO.yaml").write_text(
        THIN.replace("AZE", "GEO").replace("strategy: none", "strategy: adopted")
    )


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
    names = {figure for figure, _, _ in found(name)}
    assert names == {"estimate", "range", "interval", "rank", "ranked", *([] if pillar else ["band"])}
    assert "not from this score" not in result.stdout


@pytest.mark.parametrize("pillar", [(), ("--pillar", "state")])
@pytest.mark.parametrize("country", ["AZE", "GEO"])
@pytest.mark.parametrize(
    ("style", "name"),
    [("text", "r.txt"), ("markdown", "r.md"), ("latex", "r.tex"), ("bibtex", "r.bib"), ("csl-json", "r.json")],
)
def test_what_is_borrowed_is_read_again_with_its_sign(
    folder: Path, style: str, name: str, country: str, pillar: tuple[str, ...]
) -> None:
    thin(folder, BORROWING)
    (folder / name).write_text(run("cite", country, "--draws", "500", "--style", style, *pillar).stdout)
    assert ("borrowed", {"AZE": "-15.6", "GEO": "+15.6"}[country], "holds") in found(name)
    assert "not from this score" not in verify(name).stdout


def test_what_is_borrowed_is_written_in_several_ways(folder: Path) -> None:
    thin(folder, BORROWING)
    id_ = id_of()
    (folder / "r.md").write_text(
        f"Index 15.6, of which −15.6 borrowed ({id_}).\n\nBorrowed: -16 ({id_}).\n\nvon 15,6 sind -15,6 geborgt "
        f"({id_}#borrowed)\n\nof which 14.9 borrowed ({id_})\n\n| Borrowed | Id |\n|---|---|\n| -15.62 | {id_} |\n"
    )
    assert found("r.md") == [
        ("estimate", "15.6", "holds"),
        ("borrowed", "−15.6", "holds"),
        ("borrowed", "-16", "holds"),
        ("estimate", "15,6", "holds"),
        ("borrowed", "-15,6", "holds"),
        ("borrowed", "14.9", "wrong"),
        ("borrowed", "-15.62", "holds"),
    ]


def test_a_rubric_that_does_not_borrow_has_nothing_borrowed(folder: Path) -> None:
    (folder / "r.md").write_text(f"Index 32.9, of which +3.1 borrowed ({id_of()}).")
    assert found("r.md") == [("estimate", "32.9", "holds"), ("borrowed", "+3.1", "wrong")]
    assert "borrowed +3.1 [" in verify("r.md").stdout
    assert "was never right; now none" in verify("r.md").stdout


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


@pytest.mark.parametrize("head", ["Bounds", "Evidence bounds", "Range"])
def test_a_row_is_read_with_its_column_headers(folder: Path, head: str) -> None:
    id_ = id_of()
    (folder / "r.md").write_text(
        f"| Index | {head} | Id |\n|---:|:--|---|\n| 32.9 | 8.9–56.8 | {id_} |\n| 40.0 | 8–57 | {id_} |\nindex 9\n"
    )
    cells = "<tr><td>{}<td>{}</td><td><code>{}</code></tr>"
    rows = cells.format("32.9", "8.9–56.8", id_) + cells.format("40.0", "8–57", id_)
    (folder / "r.html").write_text(f"<table><tr><th>Index<th>{head}<th>Id{rows}</table>index 9")
    (folder / "r.tex").write_text(
        f"\\begin{{tabular}}{{rll}}\n\\toprule\nIndex & {head} & Id \\\\ \\midrule\n"
        f"32.9 & 8.9--56.8 & {id_} \\\\\n40.0 & 8--57 & {id_} \\\\\n\\end{{tabular}}\nindex 9"
    )
    document = docx.Document()
    table = document.add_table(0, 3)
    for cells_of in (("Index", head, "Id"), ("32.9", "8.9–56.8", id_), ("40.0", "8–57", id_)):
        for cell, text in zip(table.add_row().cells, cells_of, strict=True):
            cell.text = text
    document.save(str(folder / "r.docx"))
    right, wrong = [("estimate", "32.9", "holds"), ("range", "8.9–56.8", "holds")], ("estimate", "40.0", "wrong")
    for name in ("r.md", "r.html", "r.tex", "r.docx"):
        assert found(name) == [*right, wrong, ("range", "8–57", "wrong")], name


def test_old_and_new_words_name_the_same_figures(folder: Path) -> None:
    """Reports of earlier versions have "range", "stated" and the quantiles of an interval."""
    figures = [("estimate", "32.9"), ("range", "8.9–56.8"), ("interval", "20.6–47.8"), ("stated", "25.0")]
    for number, text in enumerate(
        (
            "index 32.9, range 8.9–56.8, 5–95 % interval 20.6–47.8, stated 25.0 ({})",
            "index 32.9, evidence bounds 8.9–56.8, 90 % interval 20.6–47.8, evidence mean 25.0 ({})",
            "The index is 32.9, the bounds are 8.9 to 56.8, the 90 % interval is 20.6 to 47.8, the evidence\nmean is 25.0 ({}).",
            "| Index | Range | Interval | Stated | Id |\n|-|-|-|-|-|\n| 32.9 | 8.9–56.8 | 20.6–47.8 | 25.0 | {} |\n",
            "| Index | Bounds | 90 % interval | Evidence mean | Id |\n|-|-|-|-|-|\n| 32.9 | 8.9–56.8 | 20.6–47.8 | 25.0 | {} |",
        )
    ):
        name = f"r{number}.md"
        (folder / name).write_text(text.format(id_of()))
        read_figures = [(figure, said.replace(" ", "")) for figure, said, _ in found(name)]
        assert read_figures == figures, text
        citations = json.loads(verify(name, "--format", "json").stdout)["citations"]
        assert [citation["other_numbers"] for citation in citations] == [[]], text


def test_figures_belong_to_the_id_behind_them_or_to_that_which_begins(folder: Path) -> None:
    aze, geo = id_of(), ids_of("GEO")
    (folder / "behind.txt").write_text(f"index 32.9 ({aze}), and index 70.4 ({geo}), where the range is 46.4–94.3.")
    (folder / "before.txt").write_text(f"{aze}: index 32.9\n{geo}: index 70.4, range 46.4–94.3")
    for name in ("behind.txt", "before.txt"):
        assert [status for _, _, status in found(name)] == ["holds"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "The index of Azerbaijan is 32.9",
        "Index of Bosnia and Herzegovina was 32.9",
        "Its estimate stands at 32.9",
        "scored: 32.9",
        "an index of 32.9",
    ],
)
def test_words_that_may_stand_between(folder: Path, text: str) -> None:
    (folder / "r.md").write_text(f"{text} ({id_of()})")
    assert found("r.md") == [("estimate", "32.9", "holds")]


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
        ("nothing", "nothing", "unknown"),
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
    assert "missing.md:1:1: file not found" in result.stderr
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
    with pytest.raises(UnreadableError, match="not a Word file"):
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
        assert "1 file, 1 id (0 unknown), 3 figures: 2 holds, 0 unknown, 1 outdated, 0 wrong." in result.stdout
    assert verify("r.md", "--revision", "HEAD~1").exit_code == 0
    assert verify("r.md", "--revision", "HEAD").exit_code == 3
    nothing = verify("r.md", "--revision", "nowhere")
    assert nothing.exit_code == 2
    assert "unknown git revision" in nothing.stderr


def test_the_causes_of_a_pillar_are_those_of_its_own_score(repository: Path) -> None:
    """Beside a second pillar without evidence the index moves by less than the score of the pillar."""
    rubric = repository / "rubrics" / "small"
    (rubric / "rubric.yaml").write_text(RUBRIC.replace("{state: 1}", "{state: 1, society: 1}"))
    society = PILLAR.split("  - id: awareness")[0].replace("state", "society").replace("id: strategy", "id: trust")
    (rubric / "society.yaml").write_text(society)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=two pillars")
    (repository / "r.md").write_text(f"score 32.9 {id_of('--pillar', 'state')}\n")
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    assert "is now 51.6 (+18.8): re-coded statements +18.8 (no-strategy), since" in verify("r.md").stdout


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
    assert "the cited revision is unknown" in verify("r.md", "--profiles", str(elsewhere)).stdout


def another(folder: Path, country: str, code: str) -> None:
    """Add or change a neighbour by the level of its strategy."""
    text = PROFILE.replace("AZE", country).replace("strategy: none", f"strategy: {code}")
    (folder / "profiles" / f"{country}.yaml").write_text(text)


@pytest.fixture
def grown(repository: Path) -> Path:
    """A report of AZE as second of two, and since then a third country above it; the id of AZE is the same."""
    (repository / "r.md").write_text(
        f"index 32.9, rank 2 of 2 (2–2) ({id_of()}).\n\nRank 7 ({id_of()}).\n\nRank 2 ({id_of()}#rank).\n"
    )
    another(repository, "MDA", "adopted")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=a third country")
    return repository


def test_a_rank_among_other_countries_is_outdated_and_not_wrong(grown: Path) -> None:
    assert found("r.md") == [
        ("estimate", "32.9", "holds"),
        ("rank", "2", "outdated"),
        ("ranked", "2", "outdated"),
        ("rank_interval", "2–2", "outdated"),
        ("rank", "7", "wrong"),
        ("rank", "2", "outdated"),
    ]
    result = verify("r.md", "--fix")
    says = r"r.md:1:18: outdated: rank 2 \[\S+\] is now 3 \(\+1.0\): other countries changed, this one did not, since revision "
    assert re.search(says + commit_of("HEAD~1")[:12], result.stdout)
    assert result.exit_code == 3
    assert f"Rank 3 ({id_of()}#rank).\n" in (grown / "r.md").read_text()
    assert (grown / "r.md").read_text().startswith("index 32.9, rank 2 of 2 (2–2) (")


@pytest.mark.parametrize("why", ["shallow", "elsewhere", "too long"])
def test_a_rank_is_wrong_only_where_every_edition_was_looked_at(
    grown: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "shallow":
        clone = tmp_path_factory.mktemp("clone")
        git(grown, "clone", "--quiet", "--depth=1", grown.as_uri(), str(clone))
        (clone / "r.md").write_text((grown / "r.md").read_text())
        monkeypatch.chdir(clone)
        says = "the git history is shallow"
    elif why == "elsewhere":
        (grown / ".git").rename(grown / "git")
        says = "no git history of rubric and profiles"
    else:
        monkeypatch.setattr("scoring.citing.history.MAX_PAST", 5)  # HEAD alone takes 1 + 3 to read and 3 to score
        says = "more than 5 past profiles would have to be read or scored; split the report"
    assert [status for _, text, status in found("r.md") if text != "32.9"] == ["outdated"] * 5
    assert f"rank 7 [{id_of()}] is now 3 (-4.0): the cited revision is unknown ({says})" in verify("r.md").stdout
    assert verify("r.md", "--fix").exit_code == 3
    assert "Rank 2 (" in (grown / "r.md").read_text()


def test_a_rank_that_moved_with_others_alone_is_not_put_down_to_the_rubric(grown: Path) -> None:
    rubric = grown / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("A small index", "A new title"))
    assert "rank 2 [" in verify("r.md").stdout
    assert verify("r.md").stdout.count("other countries changed, this one did not, since revision ") == 4
    assert "rubric +0.0" not in verify("r.md").stdout


def test_an_edition_without_the_country_had_no_rank_of_it(grown: Path) -> None:
    (grown / "r.md").write_text(f"Rank 3 ({ids_of('MDA')}).")
    assert found("r.md") == [("rank", "3", "wrong")]


def test_of_all_editions_with_an_id_one_had_the_rank(repository: Path) -> None:
    """AZE is first, then second, without a change of its own; the id is no longer today's when both are read."""
    another(repository, "GEO", "none")
    git(repository, "commit", "--quiet", "--all", "--message=both alike, so that both are first")
    another(repository, "GEO", "adopted")
    git(repository, "commit", "--quiet", "--all", "--message=GEO first")
    old = id_of()
    another(repository, "AZE", "adopted")
    (repository / "r.md").write_text(f"Rank 2, range 8.9–56.8 ({old}).\n\nRank 1 ({old}).\n\nRank 3 ({old}).\n")
    assert found("r.md") == [
        ("rank", "2", "outdated"),
        ("range", "8.9–56.8", "outdated"),
        ("rank", "1", "holds"),
        ("rank", "3", "wrong"),
    ]


def test_a_set_with_a_fault_is_an_edition_without_the_faulty_profiles(grown: Path) -> None:
    """Another version may have accepted them, so that no rank is called wrong."""
    (grown / "r.md").write_text(f"Rank 1 ({id_of()}).")
    (grown / "profiles" / "GEO.yaml").write_text("x: 1\n")
    (grown / "profiles" / "MDA.yaml").write_text("x: 1\n")
    git(grown, "commit", "--quiet", "--all", "--message=broken")
    another(grown, "GEO", "adopted")
    another(grown, "MDA", "adopted")
    assert found("r.md") == [("rank", "1", "outdated")]


def test_a_figure_that_never_was_that(repository: Path) -> None:
    (repository / "r.md").write_text(f"index 40.0 {id_of()}\n")
    assert "wrong: index 40.0" in verify("r.md").stdout
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    result = verify("r.md")
    assert result.exit_code == 3
    assert "was never right; now 51.6; the id is that of revision" in result.stdout


def test_without_a_history_what_differs_is_outdated_and_what_does_not_is_unknown(folder: Path) -> None:
    old = id_of()
    (folder / "r.md").write_text(f"index 32.9, range 8–57, {old}\n\n{old}\n")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    result = verify("r.md")
    assert result.exit_code == 3
    assert "unknown: index 32.9" in result.stdout
    assert "outdated: evidence bounds 8–57" in result.stdout
    assert "the cited revision is unknown" in result.stdout
    assert f"unknown: {old}: no known revision has this id; the current one is {id_of()}" in result.stdout
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
        ("small@1.0.0/AZA/2018-01-01/0123456789abcdef", "AZA is not in the set; countries: AZE, GEO"),
        ("small@1.0.0/AZE/2018-02-30/0123456789abcdef", "day"),
        ("small@9.0.0/AZE/2018-01-01/0123456789abcdef", "no known revision has this id"),
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


def test_decimals_that_belong_to_nothing_are_named_in_every_form(folder: Path) -> None:
    (folder / "r.md").write_text(f"index 32.9, and 71.7 in 2018; version 1.2.3, v1.5, x_2.5 of {id_of()}\n")
    says = f"71.7 beside {id_of()}"
    result = verify("r.md")
    assert result.exit_code == 0
    assert f"r.md:1:17: not from this score: {says}\n" in result.stdout
    assert result.stdout.count("not from this score") == 1
    [citation] = json.loads(verify("r.md", "--format", "json").stdout)["citations"]
    assert citation["other_numbers"] == ["71.7"]
    assert verify("r.md", "--format", "github").stdout == (
        f"::notice file=r.md,line=1,col=17,title=citation-not-from-this-score::{says}\n"
    )
    for form in ("sarif", "junit", "gitlab"):
        result = verify("r.md", "--format", form)
        assert result.exit_code == 0
        assert says in result.stdout
        assert "citation-not-from-this-score" in result.stdout
    assert "<failure" not in verify("r.md", "--format", "junit").stdout


def test_many_numbers_that_are_not_read_are_counted(folder: Path) -> None:
    (folder / "r.md").write_text("1.5 " * 1000 + id_of())
    lines = verify("r.md").stdout.splitlines()
    assert len(lines) == 20 + 1 + 2
    assert f"r.md:1:81: not from this score: 979 more numbers beside {id_of()}" in lines


def test_a_report_without_an_id_says_so_in_every_form(folder: Path) -> None:
    (folder / "none.md").write_text("Azerbaijan: index 32.9")
    (folder / "some.md").write_text(cite())
    result = verify("none.md", "some.md")
    assert result.exit_code == 0
    assert "none.md: contains no id; nothing was verified\n" in result.stdout
    assert "some.md: no id" not in result.stdout
    assert json.loads(verify("none.md", "some.md", "--format", "json").stdout)["without_id"] == ["none.md"]
    for form in ("github", "sarif", "junit", "gitlab"):
        result = verify("none.md", "some.md", "--format", form)
        assert result.exit_code == 0
        assert result.stdout.count("contains no id; nothing was verified") == 1


# -- the first scoring model -------------------------------------------------------------------------------------------

BY_MODEL_1 = "drawn by model 1, not recomputed"


@pytest.fixture
def second_edition(repository: Path) -> Path:
    """A rubric of format 1 was committed and cited; since then it is one of format 2, which borrows."""
    thin(repository, FIRST)
    git(repository, "commit", "--quiet", "--all", "--message=first edition")
    ids = {"@aze": id_of(), "@state": id_of("--pillar", "state"), "@geo": ids_of("GEO")}
    (repository / "r.md").write_text(
        marked(
            "index 31.2, evidence bounds 0.0–62.5 (@aze).\n\nInterval 20.0–40.0, rank 2 of 2 (2–2) (@aze).\n\n"
            "score 31.2, information 0.38, availability 0.50 (@state).\n\nindex 70.0, index 68.8 (@geo).\n",
            ids,
        )
    )
    thin(repository, BORROWING)
    git(repository, "commit", "--quiet", "--all", "--message=second edition")
    return repository


@pytest.mark.usefixtures("second_edition")
def test_figures_of_the_first_model_are_recomputed_and_the_method_is_the_reason() -> None:
    assert found("r.md") == [
        ("estimate", "31.2", "outdated"),
        ("range", "0.0–62.5", "holds"),
        ("interval", "20.0–40.0", "outdated"),
        ("rank", "2", "holds"),
        ("ranked", "2", "holds"),
        ("rank_interval", "2–2", "holds"),
        ("estimate", "31.2", "outdated"),
        ("information", "0.38", "holds"),
        ("availability", "0.50", "holds"),
        ("estimate", "70.0", "wrong"),
        ("estimate", "68.8", "outdated"),
    ]
    result, first = verify("r.md"), commit_of("HEAD~1")
    assert result.exit_code == 3
    lines = [re.sub(r" \[\S+\]", "", line) for line in result.stdout.splitlines()]
    since = f"since revision {first[:12]}"
    assert f"r.md:1:7: outdated: index 31.2: method changed: 31.2, now 15.6 (-15.6), {since}" in lines
    assert f"r.md:5:7: outdated: score 31.2: method changed: 31.2, now 15.6 (-15.6), {since}" in lines
    assert f"r.md:7:19: outdated: index 68.8: method changed: 68.8, now 84.4 (+15.6), {since}" in lines
    [drawn] = [line for line in lines if "interval 20.0" in line]
    assert drawn.startswith(f"r.md:3:10: outdated: interval 20.0–40.0: {BY_MODEL_1}; now ")
    citations = json.loads(verify("r.md", "--format", "json").stdout)["citations"]
    assert [(one["method_changed"], one["revision"], one["why"]) for one in citations] == [
        (True, first, f"method changed, {since}")
    ] * 4
    assert [figure["remark"] for figure in citations[1]["figures"]] == [BY_MODEL_1, None, None, None]


def test_the_first_model_is_not_simulated(second_edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    formats: list[int] = []

    def drawing(assessment: Assessment, settings: Settings, **_: object) -> Simulation:
        formats.append(assessment.book.rubric.format)
        return simulate(assessment, settings)

    monkeypatch.setattr("scoring.uncertainty.run.simulate", drawing)
    (second_edition / "r.md").write_text((second_edition / "r.md").read_text().replace("(2–2)", "(1–2)"))
    assert ("rank_interval", "1–2", "outdated") in found("r.md")
    assert set(formats) == {2}


def test_statements_that_changed_beside_the_method_are_causes_too(second_edition: Path) -> None:
    """AZE at the middle level, where the rubric expects it: nothing is borrowed, and the index is 50."""
    (second_edition / "profiles" / "AZE.yaml").write_text(THIN.replace("strategy: none", "strategy: drafted"))
    [line] = [line for line in verify("r.md").stdout.splitlines() if line.startswith("r.md:1:7: ")]
    assert re.search(
        r": method changed: 31\.2, now 50\.0 \(\+18\.8\); .*re-coded statements [+-]\d+\.\d.* \(no-strategy\), since revision",
        line,
    )


@pytest.mark.usefixtures("second_edition")
def test_without_the_causes_the_method_is_still_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MAX_REASONS", 0)
    assert "method changed: 31.2, now 15.6 (-15.6), since revision" in verify("r.md").stdout


def test_fix_replaces_figures_of_the_first_model_that_are_recomputed(second_edition: Path) -> None:
    before = (second_edition / "r.md").read_text()
    old = re.findall(r"\((small@\S+)\)", before)[0]
    (second_edition / "r.md").write_text(f"The index is 31.2 ({old}).\n\nInterval 20.0–40.0 ({old}).\n")
    result = verify("--fix", "r.md")
    assert result.exit_code == 3
    text = (second_edition / "r.md").read_text()
    assert text == f"The index is 15.6 ({id_of()}).\n\nInterval 20.0–40.0 ({old}).\n"
    assert f"not fixed: interval 20.0–40.0 [{old}]: {BY_MODEL_1}" in result.stderr


def test_a_report_that_cannot_be_written_ends_with_1(second_edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where other figures changed, which alone ends with 3; the other reports are rewritten."""
    before = (second_edition / "r.md").read_text()
    old = re.findall(r"\((small@\S+)\)", before)[0]
    for name in ("full.md", "r.md"):
        (second_edition / name).write_text(f"The index is 31.2 ({old}).\n\nInterval 20.0–40.0 ({old}).\n")
    write = writing.write

    def refused(data: bytes, path: Path) -> None:
        if path.name == "full.md":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(data, path)

    monkeypatch.setattr(writing, "write", refused)
    result = verify("--fix", "full.md", "r.md")
    assert result.exit_code == 1
    assert "full.md: cannot be written (No space left on device); it is unchanged" in result.stderr
    assert "31.2" in (second_edition / "full.md").read_text()
    assert "15.6" in (second_edition / "r.md").read_text()


def test_what_the_first_model_drew_is_never_wrong(repository: Path) -> None:
    """A rubric that is still of format 1: figures that the present model draws hold, others are unknown."""
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_1)
    id_, interval = id_of(), interval_of()
    (repository / "r.md").write_text(f"Interval 1.0–2.0, rank 2 of 2 (1–2) ({id_}).\n\nInterval {interval} ({id_}).\n")
    assert found("r.md") == [
        ("interval", "1.0–2.0", "unknown"),
        ("rank", "2", "holds"),
        ("ranked", "2", "holds"),
        ("rank_interval", "1–2", "unknown"),
        ("interval", interval, "holds"),
    ]
    result = verify("r.md")
    assert result.exit_code == 1
    assert f"unknown: interval 1.0–2.0 [{id_}]: {BY_MODEL_1}; now {interval}\n" in result.stdout
    git(repository, "commit", "--quiet", "--all", "--message=format 1")
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    assert [status for *_, status in found("r.md")] == ["outdated", "holds", "holds", "outdated", "holds"]
    [first, _] = json.loads(verify("r.md", "--format", "json").stdout)["citations"]
    assert not first["method_changed"]
    assert first["figures"][0]["remark"] == BY_MODEL_1


def test_a_rank_interval_of_the_first_model_beside_a_withheld_index(repository: Path) -> None:
    thin(repository, FORMAT_1)
    (repository / "r.md").write_text(f"Rank interval 1–2 ({id_of()}).")
    assert found("r.md") == [("rank_interval", "1–2", "unknown")]
    assert f"rank interval 1–2 [{id_of()}]: {BY_MODEL_1}; now withheld\n" in verify("r.md").stdout


# ids of rubric 1.1.0: of docs/citing.md, of the notebook, of a pillar in docs/citing.md, and of PRINTED_LINE
PRINTED = (
    "resilience@1.1.0/AZE/2018-06-30/5c3b62d994434dc8",
    "resilience@1.1.0/AZE/2018-06-30/afd42561b93eccd5",
    "resilience/public_attitudes@1.1.0/AZE/2018-06-30/f8eae8543b43b382",
    "resilience@1.1.0/GEO/2018-06-30/347955a3e0d64c23",
)
# what the engine printed at revision ce6f13a, when it had the first model
PRINTED_LINE = (
    "Georgia, Resilience to hostile foreign influence: index 62.8 of 100, evidence bounds 49.2–76.2, 90 % interval "
    "57.0–68.0, rank 3 of 20 (1–9), band substantial; actor RUS, as of 2018-06-30; rubric 178783c20070, profile "
    f"635954668774; resilience-scoring 0.1.0, 20000 draws, seed 0; {PRINTED[-1]}"
)


@pytest.fixture
def own_history(monkeypatch: pytest.MonkeyPatch) -> History:
    """The history of this repository."""
    monkeypatch.chdir(ROOT)
    here = folders(Path("rubrics/resilience"), Path("profiles"))
    if not commits_of((here.rubric,)) or is_shallow():
        pytest.skip("needs the full git history of this repository")
    return history.finder(here, lambda scenario: Run(scenario, settings_of(scenario, draws=100)))


@pytest.mark.parametrize("id_", PRINTED)
def test_ids_of_the_first_edition_are_found_in_the_history_of_this_repository(own_history: History, id_: str) -> None:
    path, _, rest = id_.partition("@")
    past = own_history.find(Cited(id_, path, *rest.split("/")))
    assert past is not None
    assert (past.run.scenario.book.rubric.version, past.run.scenario.book.rubric.format) == ("1.1.0", 1)


def test_figures_of_the_first_edition_hold_at_their_revision(own_history: History, tmp_path: Path) -> None:
    path, _, rest = PRINTED[-1].partition("@")
    past = own_history.find(Cited(PRINTED[-1], path, *rest.split("/")))
    assert past is not None
    report, other = tmp_path / "r.txt", tmp_path / "other.txt"
    report.write_text(PRINTED_LINE)
    other.write_text(PRINTED_LINE.replace("62.8", "62.9").replace("49.2", "49.3"))
    exact = {"estimate", "range", "rank", "ranked", "band"}

    def statuses(file: Path, *more: str) -> dict[str, str]:
        [one] = json.loads(verify(str(file), "--format", "json", *more).stdout)["citations"]
        return {figure["figure"]: figure["status"] for figure in one["figures"]}

    then, now = statuses(report, "--revision", past.revision), statuses(report)
    assert {name: then[name] for name in exact} == dict.fromkeys(exact, "holds")
    assert {now[name] for name in exact} <= {"holds", "outdated"}
    for drawn in ("interval", "rank_interval"):
        assert "wrong" not in (then[drawn], now[drawn])
    for status in (statuses(other, "--revision", past.revision), statuses(other)):
        assert (status["estimate"], status["range"]) == ("wrong", "wrong")


def test_the_index_is_verified_where_a_pillar_was_scored_as_its_own_index(folder: Path) -> None:
    thin(folder, BORROWING)
    (folder / "r.md").write_text(f"index 15.6 ({id_of()})\n\nscore 15.6 ({id_of('--pillar', 'state')})\n")
    alone = assess(*load(folder / "rubrics" / "small", folder / "profiles"), pillar="state")
    [verified] = api.verify(alone, "r.md", draws=100).value.values()
    assert [verdict.status for verdict in verified.verdicts] == ["holds", "holds"]


# -- bounds ------------------------------------------------------------------------------------------------------------


def counted(drawn: list[int]) -> Callable[[Assessment, Settings], Simulation]:
    """Draws, with a note of how many countries are drawn."""

    def drawing(assessment: Assessment, settings: Settings, **_: object) -> Simulation:
        drawn.append(len(assessment.profiles))
        return simulate(assessment, settings)

    return drawing


def test_nothing_is_drawn_but_for_an_interval_and_all_countries_only_for_a_rank_interval(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    id_, interval = id_of(), interval_of()
    monkeypatch.setattr("scoring.uncertainty.run.simulate", counted(drawn))
    for text, counts in (
        ("index 32.9, range 8.9–56.8, rank 2 of 2", []),
        (f"interval {interval}", [1]),
        ("rank interval 2–2", [2]),
        (f"interval {interval}, rank interval 2–2", [1, 2]),
        ("index 32.9, rank 2 of 2 (2–2)", [2]),
    ):
        (folder / "r.md").write_text(f"{text} ({id_}). {text} ({id_}).")
        drawn.clear()
        assert verify("r.md").exit_code == 0
        assert drawn == counts


def test_many_countries_of_a_day_are_scored_and_drawn_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MAX_TOGETHER", 1)
    drawn: list[int] = []
    intervals = f"Interval {interval_of()} ({id_of()}). Interval {interval_of('GEO')} ({ids_of('GEO')})."
    (folder / "r.md").write_text(intervals)
    monkeypatch.setattr("scoring.uncertainty.run.simulate", counted(drawn))
    assert verify("r.md").exit_code == 0
    assert drawn == [2]


def test_days_beyond_a_number_are_unknown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MAX_DAYS", 2)
    ids = [id_of("--as-of", f"2018-01-0{day}") for day in (1, 2, 3, 1)]
    (folder / "r.md").write_text("\n\n".join(f"index 32.9 {id_}" for id_ in ids))
    (folder / "more.md").write_text(id_of("--as-of", "2018-01-04"))
    result = verify("r.md", "more.md")
    assert result.exit_code == 1
    assert result.stdout.count("holds: ") == 3
    for place, id_ in (("r.md:5:12", ids[2]), ("more.md:1:1", id_of("--as-of", "2018-01-04"))):
        says = f"{id_}: more than 2 different dates are cited; split the report"
        assert f"{place}: unknown: {says}\n" in result.stdout
        remarks = [
            one["remark"] for one in json.loads(verify("r.md", "more.md", "--format", "json").stdout)["citations"]
        ]
        assert remarks == [None, None, says.partition(": ")[2], None, says.partition(": ")[2]]


def test_thousands_of_unknown_ids_read_the_history_once(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("drafted", "adopted"):
        another(repository, "AZE", code)
        git(repository, "commit", "--quiet", "--all", f"--message={code}")
    read: list[str] = []
    as_committed = committed.as_committed

    def counting(commit: str, *arguments: Any) -> object:
        read.append(commit)
        return as_committed(commit, *arguments)

    monkeypatch.setattr(history, "as_committed", counting)
    start = id_of()[:-16]
    (repository / "r.md").write_text(" ".join(f"{start}{number:016x}" for number in range(3000)))
    result = verify("r.md")
    assert "3000 ids (3000 unknown)" in result.stdout
    assert len(read) == 3


def test_the_earlier_names_of_a_folder_are_asked_for_once(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many commits may lack the folders, such as those of another project on another branch."""
    git(repository, "checkout", "--quiet", "--orphan", "other")
    for number in range(4):
        git(repository, "rm", "--quiet", "-r", "--cached", "rubrics", *(["profiles"] if number == 0 else []))
        git(repository, "commit", "--quiet", "--allow-empty", f"--message=without {number}")
        git(repository, "add", "rubrics")
        git(repository, "commit", "--quiet", f"--message=with {number}")
    git(repository, "checkout", "--quiet", "--force", "main")
    asked: list[Path] = []
    earlier_names = reading.earlier_names

    def counting(folder: Path) -> tuple[str, ...]:
        asked.append(folder)
        return earlier_names(folder)

    monkeypatch.setattr(reading, "earlier_names", counting)
    (repository / "r.md").write_text(f"index 1.5 {id_of()[:-16]}{0:016x}")
    assert "files with errors were left out" in verify("r.md").stdout
    assert sorted(asked) == [Path("profiles"), Path("rubrics/small")]


def test_the_history_is_read_as_far_as_the_budget_reaches(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"interval {interval_of()}, index 32.9, {id_of()}"
    for code in ("drafted", "adopted"):
        another(repository, "AZE", code)
        git(repository, "commit", "--quiet", "--all", f"--message={code}")
    (repository / "r.md").write_text(text)
    gap = "more than {} past profiles would have to be read or scored; split the report"
    # a commit takes 3: rubric, profile and score; drawing the interval takes 10 more
    for most, status in ((6, "unknown"), (9, "outdated"), (30, "outdated")):
        monkeypatch.setattr(history, "MAX_PAST", most)
        [one] = json.loads(verify("r.md", "--format", "json").stdout)["citations"]
        assert (one["status"] == "outdated", one["revision"] is None) == (True, status == "unknown")
        assert one["remark"] == (gap.format(most) if most == 6 else None)
        assert [figure["remark"] for figure in one["figures"]] == {
            6: [gap.format(6)] * 2,
            9: [gap.format(9), None],
            30: [None, None],
        }[most]


def test_the_causes_of_so_many_moves_are_computed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "r.md").write_text(f"index 32.9 {id_of()}\n\nscore 32.9 {id_of('--pillar', 'state')}")
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    monkeypatch.setattr(verifying, "MAX_REASONS", 1)
    said = verify("r.md").stdout
    assert said.count("re-coded statements") == 1
    assert said.count("causes are computed for at most") == 1


HOSTILE: dict[str, Callable[[int], str]] = {
    "fraction": lambda size: f"index 1.{'1' * size}.1 @",
    "named fraction": lambda size: f"1.{'1' * size}.1 @#estimate",
    "digits": lambda size: f"index {'9' * size} @",
    "dots": lambda size: f"1{'.' * size}1 @",
    "commas": lambda size: f"{'1,' * (size // 2)} @",
    "pairs": lambda size: f"{'1 - ' * (size // 4)}@#range",
    "spaces": lambda size: f"range 1{' ' * size}@#range",
    "colons": lambda size: f"index{':' * size}@",
    "words": lambda size: f"{'range ' * (size // 6)}@",
    "words of words": lambda size: f"{'Range Of ' * (size // 9)}@",
    "names": lambda size: f"index of {'Aaa ' * (size // 4)}@",
    "one name": lambda size: f"index of {'A' * size} @",
    "names with words": lambda size: f"index of {'A.index ' * (size // 8)}@",
    "brackets": lambda size: f"rank 1 {'(' * size}@{')' * size}.",
    "paths": lambda size: f"{'a/' * (size // 2)}@",
    "hash": lambda size: f"@{'0' * size}",
    "ids": lambda size: "@ " * (size // 8),
    "ids with figures": lambda size: "index 32.9 (@). " * (size // 32),
    "named figures": lambda size: "32.9 @#estimate " * (size // 32),
    "figures": lambda size: f"{'index 32.9 ' * (size // 11)}@",
    "numbers": lambda size: f"{'1.5 ' * (size // 4)}@",
    "ranges": lambda size: f"{'range 8.9-56.8 ' * (size // 15)}@",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_text_and_no_faster(folder: Path, name: str) -> None:
    """Read, check, print and fix; the id is that of a past revision, so that each step has work to do."""

    def loaded() -> Run:
        scenario = Scenario(*load(folder / "rubrics" / "small", folder / "profiles"))
        return Run(scenario, settings_of(scenario, draws=100))

    before, old = loaded(), id_of()
    another(folder, "AZE", "drafted")
    now = loaded()
    past = Past("0" * 40, before)
    history_of = History(lambda _: past, lambda _: iter([past]), lambda: "", Budget(10**6))

    def seconds(size: int) -> float:
        document = read(HOSTILE[name](size).replace("@", old).encode(), ".txt")
        start = time.process_time()
        [verdicts] = verifying.verify((document,), now, history_of)
        list(rendering.verified_lines("r.txt", document, verdicts))
        list(rendering.verified_remarks("r.txt", document, verdicts))
        rendering.fixed("r.txt", document, verdicts.verdicts)
        return time.process_time() - start

    seconds(2**10)  # what is computed once
    once = min(seconds(2**11) for _ in range(2))
    # about 8 where each part is read once, 64 where it is read again for each other
    assert any(seconds(2**14) < 16 * once + 0.02 for _ in range(2))  # a second time where the first was disturbed


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

RIGHT = [
    # other countries, other indices, years, counts and percentages beside an id
    (".md", "Georgia leads with 70.4 (@geo). Azerbaijan's score is 51.6 (@now)."),
    (".md", "Azerbaijan's score is 51.6 (@now). Georgia leads with 70.4 (@geo)."),
    (".md", "The Cybersecurity Index 2017 is another matter. Azerbaijan: index 51.6 (@now)."),
    (".md", "Azerbaijan reaches 51.6 (@now) and was rank 48 of 165 in the Global Cybersecurity Index 2017."),
    (".md", "Azerbaijan's index is 51.6 (@now), Georgia's index is 70.4 (@geo)."),
    (".md", "Georgia's index of 70.4 lies above the index of 51.6 of Azerbaijan (@now)."),
    (".md", "Above Azerbaijan's index of 51.6 (@now) lies Georgia's index of 70.4."),
    (".md", "@now: index 51.6, while Georgia has an index of 70.4 (@geo)."),
    (".md", "An index of 100 is the best there is; Azerbaijan has an index of 51.6 (@now)."),
    (".md", "In 2018 Azerbaijan scored 51.6 (@now); in the Democracy Index 2018 it scored 2.65."),
    (".md", "With a score of 6.3 in the Corruption Perceptions Index, Azerbaijan stands at 51.6 here (@now)."),
    (".md", "54 percent approved; the index is 51.6 (@now)."),
    (".md", "Rank 2 of 2 (@now), and rank 7 of 10 in the neighbourhood."),
    (".md", "Azerbaijan ranks 2nd of 2 (@now), after Georgia with rank 1."),
    (".md", "The range is 27.7 to 75.6 (@now); the range of Georgia is 46.4 to 94.3 (@geo)."),
    (".md", "The range of 0 to 100 is that of every index; here the range is 27.7–75.6 (@now)."),
    (".md", "The 5–95 % interval is 37.6–66.2 (@now), a confidence interval of 30–40 was published elsewhere."),
    (".md", "Azerbaijan is in band high (@now); Georgia sings in the band low."),
    (".md", "An information ratio: information 0.52 and availability 0.70 (@now), information 3.0 elsewhere."),
    (".md", "Its G20 index 2015 and the CO2 score 7 have no part in the index of 51.6 (@now)."),
    (".md", "Index: 51.6 (@now). Score 3 of another index."),
    (".md", "Azerbaijan has the stated index 52.9 of evidence alone, stated 52.9 (@now)."),
    (".md", "The index is 51.6 (@now), 52 when rounded, 51.62 with more digits; score 51.617 in the file (@now)."),
    (".md", "Index 1 is Azerbaijan's chapter, index 2 Georgia's; the index is 51.6 (@now)."),
    (".md", "See index 9 on page 12 (@now)."),
    (".md", "The estimate of 1,000 troops is theirs, the index of 51.6 ours (@now)."),
    # lists, footnotes, quotes, headings
    (".md", "- Georgia 70.4 (@geo)\n- Azerbaijan 51.6 (@now)\n- score 3\n"),
    (".md", "1. index 51.6 (@now)\n2. index 70.4 (@geo)\n"),
    (".md", "Azerbaijan scores 51.6.[^1]\n\n[^1]: @now, as of 2018; index 1 of 3 in the series.\n"),
    (".md", "> Azerbaijan's index is 51.6 (@now).\n> Index 7 of their report says 9.9.\n"),
    (".md", "# Index 2018\n\nAzerbaijan: **51.6** (`@now`)\n"),
    (".md", "“The score is 12 to 3”, he said of the match; the index is 51.6 (@now)."),
    (".md", "Index 51.6 (@now)\n===\nindex 5\n"),
    (".md", "[index 51.6](https://example.org/index/40) (@now), index&nbsp;51.6"),
    (".txt", "Azerbaijan   index 51.6   @now\nGeorgia      index 70.4   @geo\n"),
    (".txt", "@now: index 51.6\n@geo: index 70.4\n"),
    # tables
    (".md", "| Index | Range | Id |\n|---|---|---|\n| 51.6 | 27.7–75.6 | @now |\n| 70.4 | 46.4–94.3 | @geo |\n"),
    (".md", "| Country | Index 2018 | Id |\n|---|---|---|\n| Azerbaijan | 51.6 | @now |\n"),
    (".md", "| | Azerbaijan | Georgia |\n|---|---|---|\n| Index | 51.6 (@now) | 70.4 (@geo) |\n"),
    (".md", "| Id | Score | Their score |\n|---|---|---|\n| @now | 51.6 | 2.65 |\n"),
    (".md", "| Rank | Index |\n|---|---|\n| 1 | 70.4 (@geo) |\n| 2 | 51.6 (@now) |\n"),
    (".html", "<table><tr><th colspan=2>Index<th>Id<tr><td>Azerbaijan<td>51.6<td>@now<tr><td>7<td>70.4<td>@geo</table>"),
    (".html", "<table><tr><th colspan=2>Score (theirs, ours)<tr><td>3 (@now)<td>51.6 (@now)</table>"),
    (".html", "<table><tr><th rowspan=2>Index<th>Range<tr><td>27.7–75.6 (@now)</table>"),
    (".html", "<table><tr><th>Year<th colspan=2>Index<th>Rank<tr><td>2018<td>51.6<td>9.9<td>2 (@now)</table>"),
    (".html", "<p>Index <b>51</b>.6 (@now)<p>Georgia <sup>1</sup>70.4 (@geo), score 1"),
    (".html", "<ul><li>index 51.6 (@now)<li>index 70.4 (@geo)</ul><footer>Index 2019</footer>"),
    (".tex", "\\begin{tabular}{lrl}\nIndex & Rank & Id \\\\\n51.6 & 2 & \\texttt{@now} \\\\\n70.4 & 1 & @geo \\\\\n\\end{tabular}\n"),
    (".tex", "\\begin{tabular}{ll}\n\\multicolumn{2}{c}{Index} \\\\\nAzerbaijan & 51.6 (@now) \\\\\n9.9 & 70.4 (@geo)\n\\end{tabular}\n"),
    (".tex", "Azerbaijan's index is $51.6$ (\\texttt{@now}), see Index~2017 \\cite[score 4]{x}.\n"),
    (".tex", "\\item index 51.6\\footnote{@now} \\item index 70.4\\footnote{@geo}\n"),
    # other languages
    (".md", "Aserbaidschan erreicht 51,6 Punkte (@now#estimate), Georgien 70,4 (@geo#estimate)."),
    (".md", "Im Index 2017 lag Aserbaidschan auf Platz 48; unser Index 51,6 (@now)."),
    (".md", "Georgien liegt mit 70,4 Punkten vorn (@geo). Aserbaidschans Index: 51,6 (@now)."),
    (".md", "L'indice de l'Azerbaïdjan est de 51,6 (@now#estimate), rang 2 (@now#rank) en 2018."),
    (".md", "La Géorgie obtient 70,4 (@geo) ; index 3 du rapport de 2017."),
    (".md", "Індекс Азербайджану становить 51,6 (@now#estimate), Грузії — 70,4 (@geo#estimate)."),
    (".md", "У 2018 році: 51,6 (@now); score 5 у таблиці 3."),
    (".md", "აზერბაიჯანის ინდექსი 51,6 (@now#estimate), საქართველოს 70,4 (@geo#estimate)."),
    (".md", "2018 წელს 70,4 (@geo). Index 51.6 (@now)."),
    # the past told on purpose, with the id of then; and what only looks as if it were outdated
    (".md", "Until the correction the index stood at 32.9 (@old)."),
    (".md", "Azerbaijan's index was 32.9 (@old)."),
    (".md", "The index rose from 32.9 (@old) to 51.6 (@now)."),
    (".md", "“Azerbaijan's index is 32.9 (@old)”, wrote the ministry."),
    (".md", "An earlier edition has an index of 32.9 (@old); today the index is 51.6 (@now)."),
    (".md", "32.9 percent of Georgians agree; the index of Azerbaijan is 32.9 (@old)."),
    (".md", "Index 32.9 (@old), later 51.6."),
    (".md", "The range of the first edition is 8.9–56.8 (@old), of the second 27.7–75.6."),
    (".md", "| First edition | Second edition |\n|---|---|\n| index 32.9 (@old) and 40.0 | index 51.6 (@now) |\n"),
    (".md", "| Index | Id |\n|---|---|\n| 32.9 | @old |\n"),
    (".md", "In the Corruption Index 33 stands for bad; see @old."),
    (".md", "The index of 40.0 is none of ours (@old)."),
    (".md", "Azerbaijan scores 32.9 in their table (@unknown)."),
    (".html", "<table><tr><th colspan=2>Index<tr><td>32.9 (theirs)<td>@old</table>"),
    (".md", "Between 8.9 and 56.8 the index of 32.9 lies (@old)."),
    (".txt", "Azerbaijan has the index 32.9, Georgia the index 70.4: @old"),
]  # fmt: skip
OUTDATED = [
    (".md", "Azerbaijan's index is 32.9 (@old).", "Azerbaijan's index is 51.6 (@now)."),
    (".md", "Azerbaijan scores **32,9** (`@old`) of 100 in 2018.\r\n", "Azerbaijan scores **51,6** (`@now`) of 100 in 2018.\r\n"),
    (".md", "- index 33 (@old#estimate)\n- index 70.4 (@geo)\n", "- index 52 (@now#estimate)\n- index 70.4 (@geo)\n"),
    (".md", "Index 32.87 (@old), of 2 countries.", "Index 51.62 (@now), of 2 countries."),
    (".md", "Georgia leads with 70.4 (@geo). Azerbaijan's score is 32.9 (@old).", "Georgia leads with 70.4 (@geo). Azerbaijan's score is 51.6 (@now)."),
    (".md", "Its score is 32.9 (@old). Its range is 8.9–56.8 (@old).", "Its score is 51.6 (@now). Its range is 27.7–75.6 (@now)."),
    (".md", "Its range is 8.9 to 57 (@old).", "Its range is 27.7 to 76 (@now)."),
    (".md", "Stated 17.2 and index 32.9 (@old).", "Stated 52.9 and index 51.6 (@now)."),
    (".md", "Aserbaidschan erreicht 32,9 Punkte (@old#estimate).", "Aserbaidschan erreicht 51,6 Punkte (@now#estimate)."),
    (".md", "L'Azerbaïdjan obtient 32,9 (@old#estimate).", "L'Azerbaïdjan obtient 51,6 (@now#estimate)."),
    (".md", "Індекс Азербайджану — 32,9 (@old#estimate).", "Індекс Азербайджану — 51,6 (@now#estimate)."),
    (".md", "აზერბაიჯანის ინდექსი 32,9 (@old#estimate).", "აზერბაიჯანის ინდექსი 51,6 (@now#estimate)."),
    (".md", "| Country | Index |\n|---|---|\n| Azerbaijan | 32.9 (@old) |\n| Georgia | 70.4 (@geo) |\n", "| Country | Index |\n|---|---|\n| Azerbaijan | 51.6 (@now) |\n| Georgia | 70.4 (@geo) |\n"),
    (".html", "<table><tr><th>Index<th>Rank<tr><td>32&#46;9 (@old)<td>2</table>", "<table><tr><th>Index<th>Rank<tr><td>51.6 (@now)<td>2</table>"),
    (".html", "<table><tr><th>Index<th>Rank<tr><td>32.9 <code>@old</code><td>2</table>", "<table><tr><th>Index<th>Rank<tr><td>51.6 <code>@now</code><td>2</table>"),
    (".html", "<ul><li>score <b>32.9</b> (@old)<li>Index 2019</ul>", "<ul><li>score <b>51.6</b> (@now)<li>Index 2019</ul>"),
    (".tex", "\\item Its score is $32.9$ (\\texttt{@old_state}). % index 32.9\n", "\\item Its score is $51.6$ (\\texttt{@now_state}). % index 32.9\n"),
    (".tex", "Country & Index \\\\\nAzerbaijan & 32.9 (@old) \\\\\n", "Country & Index \\\\\nAzerbaijan & 51.6 (@now) \\\\\n"),
    (".md", "Text.[^1]\n\n[^1]: Azerbaijan: index 32.9 (@old).\n", "Text.[^1]\n\n[^1]: Azerbaijan: index 51.6 (@now).\n"),
    (".txt", "\ufeffAzerbaijan, index 32.9, @old\n\n\nindex 3", "\ufeffAzerbaijan, index 51.6, @now\n\n\nindex 3"),
]  # fmt: skip


class Mended(NamedTuple):
    """Reports before and after `--fix`, by the text before with its marks, and what was said."""

    reports: dict[tuple[str, str], tuple[str, str]]
    ids: dict[str, str]
    stderr: str
    again: Result


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mended]:
    """All texts fixed in one run, AZE re-coded since the only commit."""
    folder = tmp_path_factory.mktemp("mended")
    for name, text in {
        "rubrics/small/rubric.yaml": RUBRIC,
        "rubrics/small/state.yaml": PILLAR,
        "profiles/AZE.yaml": PROFILE,
        "profiles/GEO.yaml": PROFILE.replace("AZE", "GEO").replace("strategy: none", "strategy: adopted"),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    with contextlib.chdir(folder):
        ids = {"@old_state": id_of("--pillar", "state"), "@old": id_of()}
        (folder / "profiles" / "AZE.yaml").write_text(RECODED)
        ids |= {"@now_state": id_of("--pillar", "state"), "@now": id_of()}
        ids |= {"@geo": ids_of("GEO"), "@unknown": ids["@now"][:-4] + "0000"}
        texts = {(suffix, text): marked(text, ids) for suffix, text, *_ in (*RIGHT, *OUTDATED)}
        files = {key: folder / f"r{number}{key[0]}" for number, key in enumerate(texts)}
        for key, file in files.items():
            file.write_text(texts[key], newline="")
        names = [file.name for file in files.values()]
        stderr = verify("--fix", *names).stderr
        after = {key: (texts[key], file.read_bytes().decode()) for key, file in files.items()}
        yield Mended(after, ids, stderr, verify(*(files[suffix, text].name for suffix, text, _ in OUTDATED)))


def marked(text: str, ids: dict[str, str]) -> str:
    """A text with ids in place of their marks, the longer marks first."""
    return re.sub("|".join(ids), lambda mark: ids[mark[0]], text)


def ids_of(country: str) -> str:
    return the_id(run("cite", country, "--draws", "500").stdout)


@pytest.mark.parametrize(("suffix", "text"), RIGHT, ids=itertools.count())
def test_a_right_text_is_never_changed(mended: Mended, suffix: str, text: str) -> None:
    before, after = mended.reports[suffix, text]
    assert after == before


@pytest.mark.parametrize(("suffix", "text", "expected"), OUTDATED, ids=itertools.count())
def test_what_is_outdated_beyond_doubt_is_rewritten(mended: Mended, suffix: str, text: str, expected: str) -> None:
    assert mended.reports[suffix, text][1] == marked(expected, mended.ids)


def test_what_was_rewritten_holds(mended: Mended) -> None:
    assert mended.again.exit_code == 0, mended.again.stdout
    assert "0 unknown, 0 outdated, 0 wrong" in mended.again.stdout
    assert len(RIGHT) >= 65
    assert len(OUTDATED) >= 15


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("r.md", "index 40.0 (@old).", "it was never right"),
        ("r.md", "index 32.9 (@unknown).", "the revision of its id is unknown"),
        ("r.md", "index 32.9, (@old#nothing).", "another figure of its id is not fixed"),
        (
            "r.md",
            "index 32.9, range 8.9–56.8 (@old).",
            "two numbers are replaced only if their sentence has no other",
        ),
        ("r.md", "index 32.9, band low (@old).", "withheld and words are not replaced"),
        ("r.md", "index 32.9 (@old) and @geo.", "its sentence has another id"),
        ("r.md", "| Index | Id |\n|---|---|\n| 32.9 | @old |", "its id is in another sentence or cell"),
        ("r.md", "Another 12.1, index 32.9 (@old).", "12.1 in its sentence is not from this score"),
        ("r.md", "Georgia's index is 32.9 (@old).", "its sentence has a name or a date of another score"),
        ("r.md", "It costs EUR 32.9 (@old).", "it may be a figure of something else"),
        ("r.md", "See section 32.9 (@old).", "it may be a figure of something else"),
        ("r.md", "Index 032.9 (@old).", "it is not written as a score"),
        ("r.md", "Last year the index stood at 32.9 (@old).", "its sentence may refer to the past: Last year"),
        ("r.md", "The index was 32.9 (@old).", "its sentence may refer to the past: was"),
        ("r.md", "«index 32.9» (@old).", "its sentence contains a quotation"),
        ("r.md", "index 32.9, 33 of them (@old).", "another number of its sentence could be meant"),
        ("r.md", "index 33 (@old).", "a whole number could be something else; put #estimate after the id"),
        ("r.md", "[index 32.9](https://example.org/?@old).", "its id may be part of an address"),
        ("r.md", "index 32.9 % (@old).", "it may be part of something else"),
        ("r.md", "index 32.9-fold (@old).", "it may be part of something else"),
        ("r.md", "![index 32.9 ](chart-@old.svg)", "its id may be part of an address"),
        ("r.md", "‘index 32.9’ (@old).", "its sentence contains a quotation"),
        ("r.md", "'index 32.9' (@old).", "its sentence contains a quotation"),
        ("r.md", "> index 32.9 (@old).", "it is in code or in a quotation"),
        ("r.md", "`index 32.9 @old`", "it is in code or in a quotation"),
        ("r.html", "<p><q>index 32.9</q> (@old).</p>", "it is in code or in a quotation"),
        ("r.html", "<blockquote><p>index 32.9 (@old).</p></blockquote>", "it is in code or in a quotation"),
        ("r.md", "index 32.9, example.org?id=@old/now.", "its id may be part of an address"),
        ("r.md", "index 3<b>2.9</b> (@old).", "it or its id contains markup"),
        ("r.html", "index 32.9 (<b>@old</b>).".replace("@old", "@o<i></i>ld"), "it or its id contains markup"),
    ],
)
def test_what_is_in_doubt_is_left_with_the_reason(repository: Path, name: str, text: str, reason: str) -> None:
    ids = {"@old": id_of(), "@geo": ids_of("GEO")}
    ids["@unknown"], ids["@o<i></i>ld"] = ids["@old"][:-4] + "0000", ids["@old"][:-4] + "<i></i>" + ids["@old"][-4:]
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    (repository / name).write_text(marked(text, ids))
    before = (repository / name).read_bytes()
    result = verify("--fix", name)
    assert result.exit_code == 3
    assert re.search(
        rf"^{name}:\d+:\d+: not fixed: [\w ]+ \S+ \[small@\S+\]: {re.escape(reason)}$", result.stderr, re.MULTILINE
    )
    assert (repository / name).read_bytes() == before


def test_a_report_too_long_to_tell_its_code_is_not_rewritten(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_TEMPLATE", 50)
    (repository / "r.md").write_text(f"{'a' * 50}\n\nindex 32.9 {id_of()}\n")
    before = (repository / "r.md").read_bytes()
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    result = verify("--fix", "r.md")
    assert result.exit_code == 3
    assert ": the report is too long to detect code and quotations\n" in result.stderr
    assert (repository / "r.md").read_bytes() == before


def test_a_word_file_is_not_rewritten(repository: Path) -> None:
    document = docx.Document()
    document.add_paragraph(f"index 32.9 {id_of()}")
    document.save(str(repository / "r.docx"))
    before = (repository / "r.docx").read_bytes()
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    result = verify("--fix", "r.docx")
    assert result.exit_code == 3
    assert ": a Word file is not changed\n" in result.stderr
    assert (repository / "r.docx").read_bytes() == before


def test_what_is_withheld_now_or_was_then_is_left(repository: Path) -> None:
    withheld = PROFILE.split("  - id: place-2017")[0]
    (repository / "r.md").write_text(f"index 32.9 {id_of()}")
    (repository / "profiles" / "AZE.yaml").write_text(withheld)
    (repository / "w.md").write_text(f"index Withheld {id_of()}")
    assert found("w.md") == [("estimate", "Withheld", "holds")]
    git(repository, "commit", "--quiet", "--all", "--message=withheld")
    assert "is now withheld" in verify("--fix", "r.md").stdout
    (repository / "profiles" / "AZE.yaml").write_text(RECODED)
    assert found("w.md") == [("estimate", "Withheld", "outdated")]
    for name in ("r.md", "w.md"):
        before = (repository / name).read_text()
        (repository / "profiles" / "AZE.yaml").write_text(withheld if name == "r.md" else RECODED)
        result = verify("--fix", name)
        assert result.exit_code == 3
        assert "withheld and words are not replaced" in result.stderr
        assert (repository / name).read_text() == before


def test_a_name_of_another_country_is_not_fixed_and_not_forgotten(folder: Path) -> None:
    (folder / "r.md").write_text(f"Georgia's index is 32.9 ({id_of()}).")
    result = verify("--fix", "r.md")
    assert (result.exit_code, "not fixed: Georgia: the id is one of AZE" in result.stderr) == (3, True)


def test_a_figure_of_a_country_behind_it_is_not_one_of_the_id(folder: Path) -> None:
    geo = json.loads(run("score", "--format", "json").stdout)["countries"][1]["index"]["estimate"]
    (folder / "r.md").write_text(f"The index is 32.9 in Azerbaijan and {geo:.1f} in Georgia ({id_of()}).")
    assert [figure[2] for figure in found("r.md")] == ["holds"]
    assert f"uncited: {geo:.1f} seems to be a figure of Georgia" in verify("r.md").stdout


def test_a_report_of_numbers_is_refused(folder: Path) -> None:
    (folder / "r.txt").write_text(f"{'34.1 ' * 25_000}{id_of()}")
    result = verify("r.txt")
    assert (result.exit_code, "have more than 20,000 numbers; split it" in result.stderr) == (1, True)


def test_the_reasons_of_a_pillar_that_is_not_ranked_are_no_figures(tmp_path: Path) -> None:
    shipped = ("--rubric", str(ROOT / "rubrics"), "--profiles", str(ROOT / "profiles"), "--draws", "200")
    cited = run("cite", "AZE", "--pillar", "public_attitudes", *shipped).stdout
    assert re.search(r"(availability|information) 0\.\d+ is below 0\.[34]", cited)
    (tmp_path / "r.md").write_text(cited)
    result = run("verify", str(tmp_path / "r.md"), *shipped)
    assert (result.exit_code, "not from this score" in result.stdout) == (0, False)
