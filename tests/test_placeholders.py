"""What placeholders mean: days, probabilities, changes, chosen countries and columns, figures; and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

if TYPE_CHECKING:
    from pathlib import Path

QUICK = ("--draws", "400")


def filled(text: str, folder: Path, *arguments: str) -> str:
    """A Markdown template once filled; the working directory may be read-only to the test."""
    template = folder / "template.md"
    template.write_text(text)
    result = run("fill", template, *QUICK, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(text: str, folder: Path) -> str:
    """The message of a template with one error."""
    template = folder / "template.md"
    template.write_text(text)
    result = run("fill", template, "-o", folder / "out.md", *QUICK)
    assert result.exit_code == 1
    assert not (folder / "out.md").exists()
    [line] = result.stderr.splitlines()
    return line.split(": ", 1)[1].removesuffix(" [unknown-placeholder]")


def rows(text: str) -> list[list[str]]:
    """The rows of the first table of a Markdown text, without the rule below the head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def test_two_days_in_one_template(few: Path, tmp_path: Path) -> None:
    found = filled(
        "{{ GEO.index @ 2018-06-30 }} {{ GEO.index }} {{ GEO.PUB.rank@2018-06-30 }} {{ GEO.id @ 2018-06-30 }}", tmp_path
    )
    expected = []
    for day in ("2018-06-30", "2025-06-30"):
        document = json.loads(run("score", "GEO", "--as-of", day, "--format", "json").stdout)
        expected.append(f"{document['countries'][0]['index']['estimate']:.1f}")
    assert found.split()[:2] == expected
    assert re.match(r"\d", found.split()[2])
    assert "/GEO/2018-06-30/" in found.split()[3]
    assert few.is_dir()


def test_the_probability_is_that_of_compare(few: Path, tmp_path: Path) -> None:
    [pair] = json.loads(run("compare", "GEO", "AZE", *QUICK, "--format", "json").stdout)["pairs"]
    text = "{{ GEO.above.AZE }} {{ AZE.above.Georgia }} {{ GEO.above.AZE.distinguishable }}"
    first, second, verdict = filled(text, tmp_path).split(maxsplit=2)
    assert float(first) == pytest.approx(pair["p_above"], abs=0.00051)
    assert float(second) == pytest.approx(1 - pair["p_above"], abs=0.00051)
    assert verdict == ("distinguishable" if pair["distinguishable"] else "not distinguishable")
    table = rows(filled("{{ table: GEO.above | countries: AZE, MDA }}", tmp_path))
    assert table[0] == ["Country", "Index", "90 % interval", "P(GEO above)", "Distinguishable"]
    assert {row[0] for row in table[1:]} == {"Azerbaijan", "Moldova"}
    assert [first, "yes" if pair["distinguishable"] else "no"] in [row[3:] for row in table]
    assert few.is_dir()


def test_a_probability_by_pillar_is_that_of_the_pillar_as_its_own_index(few: Path, tmp_path: Path) -> None:
    text = "{{ UKR.POL.above.GEO }} {{ UKR.political_acknowledgment.above.GEO @ 2025-06-30 }} {{ ARM.GOV.above.GEO }}"
    first, second, insufficient = filled(text, tmp_path).split()
    assert first == second != filled("{{ UKR.above.GEO }}", tmp_path)
    assert insufficient == "withheld"
    assert few.is_dir()


def test_a_change_is_that_of_trend(few: Path, tmp_path: Path) -> None:
    document = json.loads(run("trend", "GEO", "--every", "edition", *QUICK, "--format", "json").stdout)
    step = document["points"][-1]["step"]
    text = "{{ GEO.change }}|{{ GEO.index.change @ 2018-06-30 .. 2025-06-30 }}|{{ GEO.change.interval }}|{{ GEO.change.significant }}"
    first, second, interval, verdict = filled(text, tmp_path).split("|")
    assert first == second == f"{step['move']:+.2f}"
    assert interval == " to ".join(f"{end:+.2f}" for end in step["interval"])
    assert verdict == ("significant" if step["more_than_noise"] else "not significant")
    table = rows(filled("{{ table: GEO.change | columns: default }}", tmp_path))
    assert table[0][1:4] == ["30 June 2018", "30 June 2025", "Change"]
    assert table[1][3:] == [
        first,
        interval,
        " to ".join(f"{end:+.2f}" for end in step["evidence_interval"]),
        "yes" if step["more_than_noise"] else "no",
    ]
    pillar = filled("{{ GEO.public_attitudes.change }}", tmp_path)
    assert next(row[3] for row in table if row[0] == "Public attitudes") == pillar
    assert few.is_dir()


def test_what_is_withheld_or_has_one_edition_is_said_in_words(few: Path, tmp_path: Path) -> None:
    found = filled(
        "{{ ARM.change }} {{ ARM.change.interval }} {{ ARM.change.significant }} {{ ARM.above.GEO @ 2018-06-30 }}",
        tmp_path,
    )
    assert found == "withheld withheld withheld withheld"
    table = rows(filled("{{ table: GEO.above @ 2018-06-30 | countries: ARM }}", tmp_path))
    assert table[1][1:] == ["withheld", table[1][2], "withheld", ""]
    assert few.is_dir()


def test_one_edition_has_no_change(folder: Path) -> None:
    fields = ("change", "change.interval", "change.significant", "state.change")
    found = filled("\n".join(f"{{{{ AZE.{field} }}}}" for field in fields), folder)
    assert found.splitlines() == ["no earlier edition"] * 4
    table = rows(filled("{{ table: AZE.change }}", folder))
    assert table[0] == ["Index or pillar", "1 January 2018", "Change"]
    assert table[1] == ["A small index", "32.9", "no earlier edition"]


def test_a_pillar_without_evidence_has_neither_probability_nor_change(folder: Path) -> None:
    second = (
        (folder / "rubrics" / "small" / "state.yaml")
        .read_text()
        .replace("id: state", "id: other")
        .replace("State", "Other")
    )
    for name in ("strategy", "awareness", "place", "approval", "expulsions"):
        second = second.replace(f"id: {name}", f"id: {name}_b")
    (folder / "rubrics" / "small" / "other.yaml").write_text(second)
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(
        rubric.read_text().replace("{state: 1}", "{state: 1, other: 0.2}").replace("0.65", "0.1").replace("0.50", "0.1")
    )
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(profile.read_text().replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2017-06-30]"))
    assert filled(
        "{{ AZE.other }}|{{ AZE.other.above.GEO }}|{{ AZE.other.change }}|{{ AZE.other.above.GEO.distinguishable }}",
        folder,
    ) == "|".join(["no evidence"] * 4)


def test_names_mean_what_they_say(folder: Path) -> None:
    assert (
        filled("{{ AZE.name }}, {{ AZE.state.name }}, {{ AZE.index.name }}, {{ AZE.index.range }}", folder)
        == "Azerbaijan, State, A small index, 8.9–56.8"
    )
    (folder / "profiles" / "GEO.yaml").write_text(
        PROFILE.replace("AZE", "GEO").split("  - id: place-2017")[0]
    )  # withheld
    assert (
        filled("{{ AZE.rank }} of {{ AZE.rank.of }}; {{ GEO.rank }} of {{ GEO.rank.of }}; {{ countries }}", folder)
        == "1 of 1; withheld of 1; 2"
    )


def test_a_country_without_an_actor(folder: Path) -> None:
    for name in ("AZE", "GEO"):
        path = folder / "profiles" / f"{name}.yaml"
        path.write_text(path.read_text().replace("actor: RUS\n", ""))
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("about: {actor: RUS}\n", ""))
    assert filled("{{ AZE.actor }}", folder) == "no actor"


def test_chosen_countries_keep_their_ranks_and_chosen_columns_their_order(few: Path, tmp_path: Path) -> None:
    whole = rows(filled("{{ table: ranking | columns: default, code }}", tmp_path))
    ranks = {row[-1]: row[0] for row in whole}
    chosen = rows(
        filled("{{ table: ranking | columns: Country, rank, Rank interval, id | countries: AZE, Georgia }}", tmp_path)
    )
    assert chosen[0] == ["Country", "Rank", "Rank interval", "Id"]
    assert [row[:2] for row in chosen[1:]] == [["Georgia", ranks["GEO"]], ["Azerbaijan", ranks["AZE"]]]
    assert chosen[1][3].startswith("`resilience@")
    assert "Id" not in whole[0]
    pillars = rows(
        filled(
            "{{ table: pillars @ 2018-06-30 | countries: GEO | columns: country, Public attitudes, index }}", tmp_path
        )
    )
    assert pillars == [
        ["Country", "Public attitudes", "Index"],
        ["Georgia", filled("{{ GEO.PUB @ 2018-06-30 }}", tmp_path), filled("{{ GEO.index @ 2018-06-30 }}", tmp_path)],
    ]
    assert few.is_dir()


def test_countries_without_an_edition_by_a_day_are_not_in_a_table_of_it(folder: Path) -> None:
    path = folder / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("2018-01-01", "2019-01-01"))
    assert [row[1] for row in rows(filled("{{ table: ranking @ 2018-06-30 }}", folder))] == ["Country", "Azerbaijan"]
    assert refused("{{ GEO.index @ 2018-06-30 }}", folder).endswith(
        "GEO has no edition by 2018-06-30; its first is of 2019-01-01"
    )
    assert "GEO has no edition by 2018-06-30" in refused("{{ table: ranking @ 2018-06-30 | countries: GEO }}", folder)
    assert "no country has an edition by 2001-01-01; the first is of 2018-01-01" in refused(
        "{{ table: pillars @ 2001-01-01 }}", folder
    )
    assert "the profiles have different reference dates" in refused("{{ AZE.above.GEO }}", folder)
    assert filled("{{ AZE.above.GEO @ 2019-01-01 }}", folder) == "&#60; 0.001"


REFUSED = {
    "{{ AZE.index @ }}": "there is no day after '@' in 'AZE.index @'; write it as in 'GEO.index @ 2018-06-30'",
    "{{ AZE.index @ 2018-02-30 }}": "there is no day 2018-02-30: that month has the days 01 to 28",
    "{{ AZE.index @ 2018-13-01 }}": "there is no day 2018-13-01; write year, month and day, such as 2018-06-30",
    "{{ AZE.index @ 0000-01-01 }}": "there is no day 0000-01-01; write year, month and day, such as 2018-06-30",
    "{{ AZE.index @ 30 June 2018 }}": "'30 June 2018' is no day; write year, month and day, such as 2018-06-30",
    "{{ AZE.index @ 2018-01-01 .. 2018-02-01 }}": "'AZE.index' has one day; did you mean AZE.change?",
    "{{ AZE.change @ 2018-06-30 }}": "'AZE.change' has two days, as in '@ 2018-01-01 .. 2018-06-30', or none",
    "{{ AZE.change @ 2019-01-01 .. 2018-06-30 }}": "'2019-01-01 .. 2018-06-30' is no period; write the earlier day, '..' and the later day",
    "{{ AZE.change @ 2018-01-01 .. 2018-02-01 .. 2018-03-01 }}": "'2018-01-01 .. 2018-02-01 .. 2018-03-01' is no period; write the earlier day, '..' and the later day",
    "{{ AZE.change @ 2011-01-01 .. 2018-06-30 }}": "AZE has no edition by 2011-01-01; its first is of 2018-01-01",
    "{{ AZE.above }}": "'AZE.above' needs another country, as in 'AZE.above.GEO'",
    "{{ AZE.above.AZE }}": "'AZE.above.AZE' needs another country, as in 'AZE.above.GEO'",
    "{{ AZE.above.Gorgia }}": "unknown country 'Gorgia'; did you mean Georgia (GEO)?",
    "{{ AZE.above.GEO @ 2018-01-01 .. 2018-02-01 }}": "'AZE.above.GEO' has one day",
    "{{ AZE.state.band }}": "'AZE.state.band': a pillar has no band; did you mean AZE.band?",
    "{{ AZE.index | columns: id }}": "'AZE.index | columns: id' has an option, which only tables and figures have",
    "{{ rubric @ 2018-06-30 }}": "'rubric' has no day",
    "{{ table: ranking | colums: id }}": "unknown option 'colums: id'; write it as in 'columns: rank, country'; did you mean columns?",
    "{{ table: ranking | columns: }}": "the option 'columns' has no value; write it as in 'columns: rank, country'",
    "{{ table: ranking | columns: id | columns: id }}": "the option 'columns' is given twice",
    "{{ table: ranking | columns: id,, rank }}": "there is a comma too many in 'id,, rank'",
    "{{ table: ranking | columns: indx }}": "unknown column 'indx'; did you mean index?",
    "{{ table: ranking | columns: rank, default }}": "the column rank is chosen twice",
    "{{ table: ranking | countries: AZE, Azerbaijan }}": "the country AZE is chosen twice",
    "{{ table: ranking | countries: Gorgia }}": "unknown country 'Gorgia'; did you mean Georgia (GEO)?",
    "{{ table: ranking | width: 85mm }}": "'table: ranking' has no width, which only figures have",
    "{{ table: ranking @ 2018-01-01 .. 2018-02-01 }}": "'table: ranking' has one day",
    "{{ table: AZE @ 2018-01-01 .. 2018-02-01 }}": "'table: AZE' has one day; did you mean 'table: AZE.change'?",
    "{{ table: AZE | countries: GEO }}": "'table: AZE' is of one country; leave out 'countries'",
    "{{ table: AZE.abov }}": "unknown table 'table: AZE.abov'; did you mean AZE.above?",
    "{{ table: AZE.above | countries: AZE }}": "'table: AZE.above' needs other countries than AZE",
    "{{ figure: rankin }}": "'figure: rankin' cannot be drawn: unknown figure rankin; did you mean ranking?",
    "{{ figure: country-AZR }}": "'figure: country-AZR' cannot be drawn: unknown country 'AZR'; countries: AZE, GEO",
    "{{ figure: country-AZE | countries: GEO }}": "'figure: country-AZE' cannot be drawn: it is of one country; leave out 'countries'",
    "{{ figure: ranking | width: 85 }}": "'figure: ranking' cannot be drawn: unknown width '85'; did you mean 85mm?",
    "{{ figure: ranking | columns: id }}": "'figure: ranking' has no columns, which only tables have",
    "{{ figure: ranking @ 2018-01-01 .. 2018-02-01 }}": "'figure: ranking' has one day",
    "text {{ figure: ranking }}": "'figure: ranking' has text before or after it; a figure needs a separate line or paragraph",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_refused_with_what_would_be_right(folder: Path, text: str) -> None:
    assert refused(text, folder) == REFUSED[text]


def test_editions_have_no_day(few: Path, tmp_path: Path) -> None:
    assert refused("{{ figure: editions-GEO @ 2018-06-30 }}", tmp_path).endswith(
        "it compares the editions and has no day"
    )
    assert few.is_dir()


# -- the brief -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "country"), [(".md", "GEO"), (".md", "Armenia"), (".qmd", "GEO"), (".typ", "Armenia")]
)
def test_the_brief_is_filled_for_any_country(few: Path, tmp_path: Path, suffix: str, country: str) -> None:
    output = tmp_path / f"brief{suffix}"
    result = run("fill", "--brief", country, "--beside", "AZE", "--beside", "MDA", *QUICK, "-o", output)
    assert result.exit_code == 0, result.stderr
    text = output.read_text()
    assert "{{" not in text
    assert "$" not in text
    assert run("verify", output, *QUICK).exit_code == 0
    assert list((tmp_path / "brief-figures").iterdir())
    assert few.is_dir()


def test_the_brief_of_a_small_set(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(
        PROFILE.replace("AZE", "GEO").split("  - id: place-2017")[0]
    )  # withheld
    for country, says in (("AZE", "no earlier edition"), ("GEO", "was withheld")):
        assert run("fill", "--brief", country, *QUICK, "-o", "brief.md").exit_code == 0
        text = (folder / "brief.md").read_text()
        assert says in text
        assert "Compared with" not in text
    unfilled = run("fill", "--brief", "AZE", "--beside", "GEO", "--unfilled")
    assert "{{ table: AZE.above | countries: GEO }}" in unfilled.stdout
    (folder / "own.md").write_text(unfilled.stdout)
    assert run("fill", "own.md", "-o", "filled.md", *QUICK).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give a TEMPLATE, or --brief COUNTRY"),
        (("t.md", "--brief", "AZE"), "give a TEMPLATE or --brief COUNTRY, not both"),
        (("t.md", "--beside", "AZE"), "--beside is for --brief COUNTRY"),
        (("t.md", "--unfilled"), "--unfilled is for --brief COUNTRY"),
        (("--brief", "AZE", "-o", "b.docx"), "the brief comes in .md, .qmd, .typ; give an output file with one of these suffixes"),
        (("--brief", "AZE"), "the figures of the report are files beside it; give an output file with -o"),
    ],
)  # fmt: skip
def test_wrong_use_of_the_brief(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    (folder / "t.md").write_text("x")
    result = run("fill", *arguments, *QUICK)
    assert result.exit_code == 2
    assert says in result.stderr
