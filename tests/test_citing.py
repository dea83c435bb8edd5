"""A score that can be cited: its id, recomputed by a program of the manual, and its line in every style."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, SHIPPED, loaded_few, run

from scoring import api, assess, load
from scoring.citing.citation import cite, identify
from scoring.index.scenario import Scenario
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from pathlib import Path

# what https://resource.citationstyles.org/schema/latest/input/json/csl-data.json says of the keys that we write
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["article", "dataset", "document", "report", "software"]},
            "id": {"type": ["string", "number"]},
            "title": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "additionalProperties": False,
                    "properties": {name: {"type": "string"} for name in ("family", "given", "literal")},
                },
            },
            **{name: {"type": "string"} for name in ("publisher", "URL", "collection-title")},
            **{name: {"type": ["string", "number"]} for name in ("edition", "collection-number")},
            "accessed": {"type": "object", "required": ["date-parts"]},
            "issued": {
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {"items": {"type": ["string", "number"]}, "minItems": 1, "maxItems": 3},
                    }
                },
            },
            "version": {"type": "string"},
            "number": {"type": ["string", "number"]},
            "note": {"type": "string"},
            "custom": {"type": "object"},
        },
    },
}
QUICK = ("--draws", "500")


def id_in(text: str) -> str:
    [found] = re.findall(r"\[(.*?)\]", text)
    return str(found)


def id_of(*arguments: str) -> str:
    return id_in(run("cite", *arguments, *QUICK).stdout)


def by_the_manual(document: str) -> list[str]:
    """The ids that the program of docs/citing.md makes of what `scoring score --format json` prints."""
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "citing.md").read_text(), re.DOTALL)
    assert "scoring" not in program
    done = subprocess.run([sys.executable, "-c", program], input=document, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_another_program_recomputes_the_id_of_every_index_and_pillar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = by_the_manual(run("score", "--format", "json").stdout)
    assert len(found) == len(set(found)) == len(SHIPPED) * 6
    assert id_of("AZE") in found
    assert id_of("EST", "--pillar", "public_attitudes") in found


def test_another_program_recomputes_the_id_of_a_withheld_index(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.split("  - id: place-2017")[0])
    document = run("score", "--format", "json").stdout
    assert not json.loads(document)["countries"][0]["published"]
    assert id_of("AZE") == by_the_manual(document)[0]


def test_the_id_moves_with_what_the_score_is_made_of_and_with_nothing_else(folder: Path) -> None:
    before = id_of("AZE")
    assert re.fullmatch(r"small@1\.0\.0/AZE/2018-01-01/[0-9a-f]{16}", before)
    assert id_of("AZE", "--seed", "7") == before
    (folder / "profiles" / "GEO.yaml").unlink()
    assert id_of("AZE") == before
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text("# a comment\n" + PROFILE)
    assert id_of("AZE") == before
    profile.write_text(PROFILE.replace("credibility: 1", "credibility: 2"))
    regraded = id_of("AZE")
    profile.write_text(PROFILE)
    assert len({before, regraded, id_of("AZE", "--as-of", "2018-02-01"), id_of("AZE", "--pillar", "state")}) == 4
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(PILLAR.replace("weight: 0.5", "weight: 0.6"))
    assert id_of("AZE") not in (before, regraded)


def test_the_line_has_what_the_table_of_ranks_has(folder: Path) -> None:  # noqa: ARG001  the working directory
    [worst, best] = json.loads(run("rank", "--format", "json").stdout)["countries"]
    assert (worst["country"], best["country"]) == ("AZE", "GEO")
    score = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    low, high = score["index"]["low"], score["index"]["high"]
    line = run("cite", "AZE").stdout
    assert line.count("\n") == 1
    interval = f"90 % interval {worst['interval'][0]:.1f} to {worst['interval'][1]:.1f}"
    assert line == (
        f"Azerbaijan's index was {score['index']['estimate']:.1f} of 100 on 1 January 2018 ({interval}; evidence bounds "
        f"{low:.1f} to {high:.1f}); it ranked 2nd of 2, plausibly 2nd only; its band was “low” [{id_in(line)}]. The "
        "index is A small index, version 1.0.0, for countries facing Russia. Computed by resilience-scoring 0.1.0 from "
        f"rubric {run_digest()[:12]} and profile {score['profile_digest'][:12]}, with 20000 draws and seed 0.\n"
    )
    note = run("cite", "AZE", "--style", "note").stdout
    assert note == (
        f"Azerbaijan, index {score['index']['estimate']:.1f} of 100, {interval}, ranked 2nd of 2, plausibly 2nd only; "
        f"{id_in(line)}.\n"
    )


def run_digest() -> str:
    return str(json.loads(run("score", "--format", "json").stdout)["rubric"]["digest"])


def test_a_pillar_alone_has_the_interval_of_an_index_of_that_pillar(folder: Path) -> None:  # noqa: ARG001  the working directory
    """The small rubric has one pillar, so that pillar and index are the same."""
    index, pillar = (run("cite", "AZE", *more).stdout for more in ((), ("--pillar", "state")))
    figures = re.compile(r"was .*?2nd only")
    assert figures.findall(index) == figures.findall(pillar) != []
    assert pillar.startswith("Azerbaijan's score for State was ")
    assert "State is a pillar of A small index, version 1.0.0" in pillar
    assert "band" not in pillar


@pytest.mark.parametrize("pillar", [None, "public_attitudes"])
def test_a_country_alone_has_the_figures_that_it_has_among_the_others(pillar: str | None) -> None:
    """Random numbers have addresses, so that the draws of a country do not depend on which others are drawn."""
    scenario = Scenario(*loaded_few())
    all_countries = Run(scenario, settings_of(scenario, draws=500))
    for country in (profile.country for profile in scenario.profiles):
        among, alone = (cite(one, country, pillar) for one in (all_countries, all_countries.only(country)))
        of_the_set = {name: getattr(alone, name) for name in ("rank", "ranked", "countries", "rank_interval")}
        assert replace(among, **of_the_set) == alone
        undrawn = replace(among, interval=None, rank_interval=None)
        assert cite(all_countries, country, pillar, simulate=False) == undrawn
        assert among.interval is not None


def test_what_is_withheld_has_no_estimate_and_no_rank(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.split("  - id: place-2017")[0])
    line = run("cite", "AZE", *QUICK).stdout
    assert line.startswith("Azerbaijan's index was withheld on 1 January 2018 (90 % interval ")
    assert ") because availability 0.50 is below 0.65 and information 0.38 is below 0.5 [small@" in line
    assert "ranked" not in line
    pillar = run("cite", "AZE", "--pillar", "state", *QUICK).stdout
    assert re.search(
        r"score for State was \d\d\.\d of 100 .*\); it was not ranked because availability 0\.50 is below 0\.65 and .* \[",
        pillar,
    )


# -- what is borrowed --------------------------------------------------------------------------------------------------


def shipped(**prior: float) -> Scenario:
    """A few shipped profiles under their rubric with these parameters of the prior, and nothing else borrowed."""
    book, profiles = loaded_few()
    own = book.rubric.prior.model_copy(update={"country": None, "pillar": None} | prior)
    rubric = book.rubric.model_copy(update={"format": 2, "prior": own})
    return Scenario(book.model_copy(update={"rubric": rubric}), profiles).on(dt.date(2018, 6, 30))


@pytest.mark.parametrize("pillar", [None, "public_attitudes", "governmental_countermeasures"])
def test_what_is_borrowed_is_the_difference_from_a_rubric_that_does_not_borrow(pillar: str | None) -> None:
    borrowing, neutral = (Run(one, settings_of(one, draws=100)) for one in (shipped(country=3, pillar=3), shipped()))
    differences = []
    for profile in borrowing.scenario.profiles:
        with_, without = (cite(one, profile.country, pillar, simulate=False) for one in (borrowing, neutral))
        assert without.borrowed is None
        assert (with_.borrowed is None) == (with_.estimate is None)
        if with_.borrowed is None or with_.estimate is None or without.estimate is None:
            continue
        assert with_.borrowed == pytest.approx(with_.estimate - without.estimate, abs=1e-12)
        differences.append(with_.borrowed)
    assert min(differences) < 0 < max(differences)


def test_a_pillar_that_borrows_is_cited_with_the_figures_that_it_has_in_the_index() -> None:
    """Its own index too is computed with what the whole record of the country lends."""
    scenario = shipped(country=3, pillar=3).of(["ARM", "EST", "GEO"])
    run_of_all = Run(scenario, settings_of(scenario, draws=100))
    whole = scenario.assess()
    for node in whole.pillars:
        alone = scenario.by_pillar(node.id)
        run_alone = Run(alone, settings_of(alone, draws=100))
        for row, profile in enumerate(whole.profiles):
            cited = cite(run_of_all, profile.country, node.id, scenario.as_of)
            assert cited.estimate == pytest.approx(whole.figures.estimate[row, node.position], abs=1e-12)
            assert cited.id == identify(whole, row, node)
            assert cite(run_alone, profile.country, as_of=scenario.as_of) == cited


def test_the_id_of_a_pillar_alone_is_never_that_of_the_index(folder: Path) -> None:
    rubric, profiles = load(folder / "rubrics" / "small", folder / "profiles")
    alone = api.cite(assess(rubric, profiles, pillar="state"), "AZE", draws=500).value
    assert alone.id == id_of("AZE", "--pillar", "state") != id_of("AZE")
    assert alone.node.path == "small/state"


def test_the_line_says_what_is_borrowed_where_the_rubric_borrows(folder: Path) -> None:
    """One answer of weight 3/4 beside a prior of 1/4: see tests/test_verify.py for the figures."""
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    thin = PROFILE.split("  - id: place-2017")[0]
    (folder / "profiles" / "AZE.yaml").write_text(thin)
    before = run("cite", "AZE", *QUICK).stdout
    assert "index was withheld on " in before
    published = RUBRIC.replace("{availability: 0.65, information: 0.50}", "{availability: 0, information: 0}")
    rubric.write_text(published)
    assert "borrowed" not in run("cite", "AZE", *QUICK).stdout
    assert "borrowed" not in run("cite", "AZE", "--style", "csl-json", *QUICK).stdout
    borrowing = published.replace("format: 1\n", "format: 2\n").replace("centre: 0.5", "centre: 0.5, country: 0.75")
    rubric.write_text(borrowing)
    for more, name in (((), "index"), (("--pillar", "state"), "score for State")):
        line = run("cite", "AZE", *more, *QUICK).stdout
        assert f"Azerbaijan's {name} was 15.6 of 100 on 1 January 2018 (90 % interval " in line
        assert "; evidence bounds 0.0 to 62.5)" in line
        assert " Of this figure, -15.6 points are borrowed from the country's own record. " in line
        [entry] = json.loads(run("cite", "AZE", "--style", "csl-json", *more, *QUICK).stdout)
        jsonschema.validate([entry], CSL)
        assert entry["custom"]["borrowed"] == pytest.approx(-15.625, abs=1e-6)
    assert json.loads(run("cite", "AZE", "--style", "csl-json", *QUICK).stdout)[0]["custom"]["id"] == id_of("AZE")
    assert id_of("AZE") == by_the_manual(run("score", "--format", "json").stdout)[0]
    rubric.write_text(borrowing.replace("{availability: 0,", "{availability: 0.65,"))
    withheld = run("cite", "AZE", *QUICK).stdout
    assert "index was withheld on " in withheld
    assert "borrowed" not in withheld


def test_information_just_below_the_threshold_reads_as_below(folder: Path) -> None:
    """One answer of information 3/4 that has half of the weight: 0.375, which two decimals would show as 0.38."""
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(
        RUBRIC.replace("{availability: 0.65, information: 0.50}", "{availability: 0, information: 0.376}")
    )
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.split("  - id: place-2017")[0])
    assert "information 0.375 is below 0.376" in run("cite", "AZE", *QUICK).stdout


def test_bibliographies_are_read_by_their_libraries(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("A small index", "A small_index & 50 % {of} it#1"))
    plain = run("cite", "AZE", *QUICK).stdout.strip()
    [entry] = json.loads(run("cite", "AZE", "--style", "csl-json", *QUICK).stdout)
    jsonschema.validate([entry], CSL)
    assert entry["note"] == plain
    assert entry["edition"] == "edition of 1 January 2018"
    assert entry["collection-number"] == id_in(plain)
    assert "issued" not in entry
    assert entry["custom"]["rubric_digest"] == run_digest()
    [ris] = rispy.loads(run("cite", "AZE", "--style", "ris", *QUICK).stdout)
    assert ris["notes"] == [plain]
    assert ris["type_of_reference"] == "DATA"
    assert ris["accession_number"] == id_in(plain)
    for style, notes in (("bibtex", "annote"), ("biblatex", "annotation")):
        library = parse_string(run("cite", "AZE", "--style", style, *QUICK).stdout)
        assert not library.failed_blocks
        [bib] = library.entries
        assert bib.key == "small-1.0.0-AZE-2018-01-01"
        assert r"A small\_index \& 50 \% \textbraceleft{}of\textbraceright{} it\#1" in bib[notes]
        assert bib["note"].replace(r"\allowbreak{}", "").endswith(f"\\texttt{{{id_in(plain)}}}")


ABOUT = """\
about:
  actor: RUS
  authors: [{family: van Dœ, given: Mary-Ann Jo}, An R&D Institute, {family: Roe, given: John}]
  publisher: A Press
  published: 2019-03
  url: https://example.org/a_b
"""
AUTHORED = "https://example.org/a_b#"


@pytest.fixture
def authored(folder: Path) -> Path:
    """The small rubric with author, publisher and address."""
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}\n", ABOUT))
    return folder


def entry_of(style: str, *more: str) -> str:
    result = run("cite", "AZE", "--style", style, *more, *QUICK)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_entries_have_author_publisher_year_and_an_address_that_ends_with_the_id(authored: Path) -> None:
    assert "(https://example.org/a_b). Computed by " in entry_of("text")
    assert "(<https://example.org/a_b>). Computed by " in entry_of("markdown")
    assert r"(\texttt{https://\allowbreak{}example.org/\allowbreak{}a\_b}). Computed by " in entry_of("latex")
    day = ("--accessed", "2020-02-01")
    [csl] = json.loads(entry_of("csl-json", *day))
    jsonschema.validate([csl], CSL)
    assert csl["URL"] == AUTHORED + id_of("AZE")
    assert csl["author"][:2] == [{"family": "van Dœ", "given": "Mary-Ann Jo"}, {"literal": "An R&D Institute"}]
    assert (csl["publisher"], csl["issued"]) == ("A Press", {"date-parts": [[2019, 3]]})
    assert csl["accessed"] == {"date-parts": [[2020, 2, 1]]}
    assert not {"number", "collection-number"} & csl.keys()
    [ris] = rispy.loads(entry_of("ris", *day))
    assert ris["authors"] == ["van Dœ, Mary-Ann Jo", "An R&D Institute", "Roe, John"]
    assert (ris["year"], ris["publisher"], ris["access_date"]) == ("2019", "A Press", "2020/02/01/")
    assert ris["urls"] == [AUTHORED + id_of("AZE")]
    [biblatex] = parse_string(entry_of("biblatex", *day)).entries
    assert biblatex["author"] == r"{van Dœ}, Mary-Ann Jo and {An R\&D Institute} and {Roe}, John"
    assert biblatex["url"] == AUTHORED + id_of("AZE")
    assert (biblatex["date"], biblatex["urldate"], biblatex["version"]) == ("2019-03", "2020-02-01", "1.0.0")
    [bibtex] = parse_string(entry_of("bibtex", *day)).entries
    assert bibtex["year"] == "2019"
    assert bibtex["howpublished"] == r"A Press, \texttt{https://\allowbreak{}example.org/\allowbreak{}a\_b}"
    assert "accessed 1 February 2020, " in bibtex["note"]
    rubric = authored / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("  url:", "  doi: 10.1234/x.y\n  url:"))
    assert json.loads(entry_of("csl-json"))[0]["URL"] == f"https://doi.org/10.1234/x.y#{id_of('AZE')}"


def test_references_are_written_as_the_manuals_of_style_do(authored: Path) -> None:
    title, day = "Azerbaijan, A small index", ("--accessed", "2020-02-01")
    address = AUTHORED + id_of("AZE")
    mark = f"{title} (Version 1.0.0; edition of 1 January 2018) [Data set]. A Press. "
    authors = "van Dœ, M.-A. J., An R&D Institute, & Roe, J. (2019). "
    assert entry_of("apa") == f"{authors}{mark}{address}\n"
    assert entry_of("apa", *day) == f"{authors}{mark}Retrieved February 1, 2020, from {address}\n"
    assert entry_of("chicago", *day) == (
        f"van Dœ, Mary-Ann Jo, An R&D Institute, and John Roe. 2019. “{title}.” Version 1.0.0. Edition of 1 January 2018. "
        f"A Press. Accessed February 1, 2020. {address}.\n"
    )
    (authored / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    mark = f"Version 1.0.0; edition of 1 January 2018; {id_of('AZE')}"
    assert entry_of("apa") == f"{title} ({mark}) [Data set]. (n.d.).\n"
    assert entry_of("chicago") == (f"“{title}.” n.d. Version 1.0.0. Edition of 1 January 2018. {id_of('AZE')}.\n")


def test_what_is_said_of_an_index_changes_no_id(folder: Path) -> None:
    before = id_of("AZE")
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}\n", ABOUT))
    assert id_of("AZE") == before


def test_an_annex_cites_every_country(folder: Path) -> None:  # noqa: ARG001  the working directory
    each = [run("cite", country, *QUICK).stdout for country in ("AZE", "GEO")]
    assert run("cite", "--all", *QUICK).stdout == "\n".join(each)
    pillars = run("cite", "--all", "--pillar", "state", *QUICK).stdout
    assert re.findall(r"\[small/state@1\.0\.0/(...)/", pillars) == ["AZE", "GEO"]
    assert [one["title"][:7] for one in json.loads(run("cite", "--all", "--style", "csl-json", *QUICK).stdout)] == [
        "Azerbai",
        "Georgia",
    ]
    assert len(rispy.loads(run("cite", "--all", "--style", "ris", *QUICK).stdout)) == 2
    for style in ("bibtex", "biblatex"):
        assert len(parse_string(run("cite", "--all", "--style", style, *QUICK).stdout).entries) == 2
    assert run("cite", "azerbaijan", *QUICK).stdout == run("cite", "az", *QUICK).stdout == each[0]


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("NLD", "The index of the Netherlands was "),
        ("CYP", "The index of Cyprus was "),
        ("MMR", "The index of Myanmar (Burma) was "),
        ("FRA", "France's index was "),
        ("GBR", "The United Kingdom's index was "),
        ("XAA", "XAA's index was "),
    ],
)
def test_names_of_countries_read_well(folder: Path, code: str, begins: str) -> None:
    (folder / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    assert run("cite", code, *QUICK).stdout.startswith(begins)


def test_text_is_escaped_for_latex_and_markdown(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("title: A small index", r"title: 'A $\x_y^z~ <b>@me</b> *index*'"))
    latex = run("cite", "AZE", "--style", "latex", *QUICK).stdout
    assert r"A \$\textbackslash{}x\_y\textasciicircum{}z\textasciitilde{} \textless{}b\textgreater{}@me" in latex
    markdown = run("cite", "AZE", "--style", "markdown", *QUICK).stdout
    assert r"\*index\*" in markdown
    assert "<b>" not in markdown


def test_names_that_nothing_has(folder: Path) -> None:
    for arguments, says in (
        (("GEE",), "unknown country 'GEE'; countries: AZE, GEO"),
        (("AZE", "--pillar", "stat"), "did you mean state?"),
        (("AZE", "--style", "mla"), "'mla' is not one of"),
        ((), "give a COUNTRY, or --all"),
        (("AZE", "--all"), "not both"),
        (("AZE", "--accessed", "2020-01-01"), "--accessed is for bibliographies"),
    ):
        result = run("cite", *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
    (folder / "profiles" / "GEO.yaml").write_text("x: 1\n")
    result = run("cite", "AZE", "-o", "line.txt")
    assert result.exit_code == 1
    assert "profiles/GEO.yaml" in result.stderr
    assert not (folder / "line.txt").exists()


def test_an_index_that_is_missing_has_neither_figure_nor_range(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("weight: 0.25", "weight: 0"))
    line = run("cite", "AZE", *QUICK).stdout
    assert "because availability" not in line
    assert "because no evidence on awareness/site, expulsions, which must not be missing [small@" in line
    assert "nan" not in line
    (folder / "t.md").write_text("{{ AZE.index }} {{ AZE.rank }} {{ AZE.range }} {{ AZE.stated }}")
    assert run("fill", "t.md", *QUICK).stdout.startswith("withheld withheld – ")
    (folder / "r.md").write_text(line)
    assert run("verify", "r.md", *QUICK).exit_code == 0
