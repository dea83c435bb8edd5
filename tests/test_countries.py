"""Countries under any of their names; codes of other lists, never taken for a neighbour in the alphabet."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, ROOT, run, shipped_book

from scoring.errors import UnknownNameError
from scoring.index.lookup import find_indicator, find_pillar
from scoring.model import countries
from scoring.text.spelling import folded

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.model.rubric import RuleBook


@pytest.fixture
def shipped() -> RuleBook:
    return shipped_book()


MEANT = {  # the lists' own pages and the newsletters of ISO 3166
    "ROM": "Romania is ROU",  # ISO 3166-1 until 2002
    "KOS": "Kosovo is XKX",  # IOC, FIFA
    "UNK": "Kosovo is XKX",  # travel documents of UNMIK
    "RKS": "Kosovo is XKX",
    "BUL": "Bulgaria is BGR",
    "GER": "Germany is DEU",
    "NED": "Netherlands is NLD",
    "SUI": "Switzerland is CHE",
    "DEN": "Denmark is DNK",
    "GRE": "Greece is GRC",
    "CRO": "Croatia is HRV",
    "SLO": "Slovenia is SVN",
    "LAT": "Latvia is LVA",
    "TMP": "Timor-Leste is TLS",
    "ZAR": "Congo - Kinshasa is COD",
    "DDR": "Germany is DEU",
    "SCG": "Montenegro is MNE, Serbia is SRB",
    "CSK": "Czechia is CZE, Slovakia is SVK",
    "BUR": "Burkina Faso is BFA, Myanmar (Burma) is MMR",  # IOC; ISO 3166-3
    "SCO": "United Kingdom is GBR",  # FIFA
}


@pytest.mark.parametrize("code", MEANT)
def test_a_code_of_another_list_is_named(folder: Path, code: str) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("actor: RUS", f"actor: {code}"))
    says = f"{code!r} is not a current ISO 3166-1 code; {MEANT[code]}"
    assert f"profiles/AZE.yaml:3:8: actor: {says} [country-code]\n" in run("validate").stderr
    result = run("new", code)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("code", ["RUZ", "AZR", "QQQ", "EUR", "X\u00c4\u00d6", "XX", "XAAA"])
def test_no_country_is_guessed(folder: Path, code: str) -> None:  # noqa: ARG001  the working directory
    result = run("new", code)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        f"Error: unknown country {code!r}; write a name or an ISO 3166-1 code, such as Azerbaijan or AZE"
    )


def test_the_other_codes_are_none_of_iso_3166_and_mean_some_that_are() -> None:
    names = countries.country_names()
    assert len(countries.other_codes()) > 150
    for code, meant in countries.other_codes().items():
        assert code not in names
        assert meant
        assert set(meant) <= names.keys()


# -- any spelling ------------------------------------------------------------------------------------------------------

SPELT = {  # the Member States of the United Nations, ISO 3166-1, and names that were official until lately
    "AZE": ["AZE", "aze", "AZ", "az", "Azerbaijan", "AZERBAIJAN", " azerbaijan ", "the Republic of Azerbaijan"],
    "TUR": ["Turkey", "T\u00fcrkiye", "turkiye", "Republic of T\u00fcrkiye", "T\u00dcRK\u0130YE"],
    "CZE": ["Czechia", "Czech Republic", "the Czech Republic"],
    "MKD": ["Macedonia", "North Macedonia", "north-macedonia", "FYROM", "Republic of North Macedonia"],
    "CIV": ["Ivory Coast", "C\u00f4te d'Ivoire", "Cote d\u2019Ivoire", "COTE D'IVOIRE"],
    "MMR": ["Burma", "Myanmar"],
    "SWZ": ["Swaziland", "Eswatini"],
    "CPV": ["Cape Verde", "Cabo Verde"],
    "GBR": ["UK", "uk", "U.K.", "Great Britain", "United Kingdom", "GB"],
    "USA": ["USA", "US", "U.S.A.", "United States of America", "the United States"],
    "KOR": ["South Korea", "Republic of Korea", "Korea, Republic of"],
    "PRK": ["North Korea", "Democratic People's Republic of Korea", "DPRK"],
    "XKX": ["Kosovo", "XK", "Republic of Kosovo"],
    "BIH": ["Bosnia", "Bosnia and Herzegovina", "Bosnia & Herzegovina", "BA"],
    "MDA": ["Moldova", "Republic of Moldova", "Moldova, Republic of"],
    "RUS": ["Russia", "Russian Federation", "RU"],
    "GMB": ["Gambia", "The Gambia"],
    "GIN": ["Guinea"],
    "GNB": ["Guinea-Bissau", "guinea bissau"],
    "NER": ["Niger"],
    "DOM": ["Dominican Republic"],
    "DMA": ["Dominica"],
    "COD": ["DR Congo", "Democratic Republic of the Congo"],
    "COG": ["Congo-Brazzaville", "Republic of the Congo"],
    "XAA": ["XAA", "xaa"],
}


@pytest.mark.parametrize(("code", "text"), [(code, one) for code, texts in SPELT.items() for one in texts])
def test_a_country_goes_by_any_of_its_names(code: str, text: str) -> None:
    assert countries.country_code(text) == code


def test_every_name_of_the_table_is_that_of_its_country_alone() -> None:
    shared = {"Congo": ["COD", "COG"], "Korea": ["KOR", "PRK"], "Virgin Islands": ["VGB", "VIR"]}
    table = csv.DictReader((ROOT / "scoring" / "data" / "countries.csv").read_text().splitlines())
    named: dict[str, set[str]] = {}
    for row in table:
        for name in (row["code"], row["alpha2"], row["name"], row["official"], *row["other"].split("; ")):
            if name and name not in shared:
                assert countries.country_code(name) == row["code"]
                assert countries.country_code(name.swapcase()) == row["code"]
                named.setdefault(folded(name), set()).add(row["code"])
    assert len(named) > 900
    assert all(len(codes) == 1 for codes in named.values())
    assert len(set.union(*named.values())) == 250
    assert {name: sorted(countries.spellings()[folded(name)]) for name in shared} == shared


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Azerbaidjan", "unknown country 'Azerbaidjan'; did you mean Azerbaijan (AZE)?"),
        ("Kazahstan", "unknown country 'Kazahstan'; did you mean Kazakhstan (KAZ)?"),
        ("Korea", "'Korea' matches more than one country; write one of South Korea (KOR), North Korea (PRK)"),
        ("Congo", "write one of Congo - Kinshasa (COD), Congo - Brazzaville (COG)"),
        ("Atlantis", "unknown country 'Atlantis'; countries: AZE, GEO"),
        ("BRA", "Brazil (BRA) is not in the set; countries: AZE, GEO"),
        ("brazil", "Brazil (BRA) is not in the set; countries: AZE, GEO"),
        ("GEZ", "unknown country 'GEZ'; countries: AZE, GEO"),
        ("GER", "'GER' is not a current ISO 3166-1 code; Germany is DEU"),
    ],
)
def test_what_names_no_country_of_the_set(folder: Path, text: str, says: str) -> None:  # noqa: ARG001
    result = run("score", text)
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_set_is_guessed_before_the_world(folder: Path) -> None:
    assert "did you mean Nigeria (NGA) or Niger (NER)?" in run("score", "Nigerio").stderr
    (folder / "profiles" / "NER.yaml").write_text(PROFILE.replace("country: AZE", "country: NER"))
    assert "did you mean Niger (NER)?" in run("score", "Nigerio").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "{}"],
        ["explain", "{}"],
        ["rank", "{}", "GEO", "--draws", "100"],
        ["compare", "{}", "GEO", "--draws", "100"],
        ["trend", "{}", "--draws", "100"],
        ["whatif", "{}", "--set", "strategy=adopted", "--draws", "100"],
        ["levers", "{}"],
        ["sensitivity", "{}", "--draws", "100"],
        ["agreement", "{}"],
        ["statements", "{}"],
        ["cite", "{}", "--draws", "100"],
        ["new", "{}", "--as-of", "2018-01-01"],
        ["new", "GEO", "--actor", "{}", "--as-of", "2018-01-01"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_every_command_takes_a_country_under_any_name(folder: Path, arguments: list[str]) -> None:  # noqa: ARG001
    by_code, by_name = (run(*(one.format(text) for one in arguments)) for text in ("AZE", "republic of Azerbaijan"))
    assert by_code.exit_code == 0
    assert by_name.stdout == by_code.stdout


def test_one_country_under_two_names_is_one(folder: Path) -> None:  # noqa: ARG001  the working directory
    assert "a comparison needs two countries" in run("compare", "AZE", "az").stderr
    assert run("score", "AZE", "Azerbaijan").stdout == run("score", "AZE").stdout


def test_options_may_stand_behind_the_country(folder: Path) -> None:
    (folder / "profiles").rename(folder / "other")
    assert "countries: AZE, GEO" in run("score", "QQQ", "--profiles", "other").stderr


def test_figures_of_a_country_under_its_name(folder: Path) -> None:
    for name, text in (("a", "AZE"), ("b", "azerbaijan")):
        assert run("figures", name, "--country", text, "--draws", "100").exit_code == 0
    assert {path.name for path in (folder / "a").iterdir()} == {path.name for path in (folder / "b").iterdir()}


def test_a_skeleton_of_a_country_without_a_profile(folder: Path) -> None:  # noqa: ARG001  the working directory
    assert "\ncountry: KAZ\nactor: RUS\n" in run("new", "Kazakhstan", "--actor", "russia").stdout


# -- pillars, indicators and nodes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["governmental_countermeasures", "GOV", "gov", "Governmental Countermeasures"])
@pytest.mark.usefixtures("few")
def test_a_pillar_goes_by_id_short_code_and_title(shipped: RuleBook, text: str) -> None:
    assert find_pillar(shipped, text) == "governmental_countermeasures"
    assert run("explain", "AZE", text).stdout == run("explain", "AZE", "governmental_countermeasures").stdout
    by_id = run("statements", "AZE", "--pillar", "governmental_countermeasures").stdout
    assert run("statements", "AZE", "--pillar", text).stdout == by_id


@pytest.mark.parametrize(
    "text", ["cyber_strategy", "Cyber strategy", "which parts of a national cyber-security strategy are in force?"]
)
@pytest.mark.usefixtures("few")
def test_an_indicator_goes_by_id_and_question(shipped: RuleBook, text: str) -> None:
    assert find_indicator(shipped, text).id == "cyber_strategy"
    assert "\ncyber_strategy: Which parts" in run("explain", "AZE", text).stdout
    assert "no-cyber-strategy" in run("statements", "AZE", "--indicator", text).stdout
    assert run("whatif", "AZE", "--set", f"{text}={{in_force: false}}", "--draws", "100").exit_code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Publik attitudes", "unknown pillar 'Publik attitudes'; did you mean public_attitudes?"),
        ("GOVX", "unknown pillar 'GOVX'; did you mean governmental_countermeasures?"),
        ("zzz", "unknown pillar 'zzz'; pillars: governmental_countermeasures, intelligence_activity,"),
    ],
)
@pytest.mark.usefixtures("few")
def test_what_is_no_pillar(shipped: RuleBook, text: str, says: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(says)):
        find_pillar(shipped, text)
    assert says in run("cite", "AZE", "--pillar", text, "--draws", "100").stderr


def test_placeholders_take_any_spelling(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(pillar.read_text().replace("title: State\n", "title: The state\nshort: STA\n"))
    names = ["AZE.state.range", "azerbaijan.STA.range", "Republic of Azerbaijan.The State.range"]
    (folder / "t.md").write_text("\n".join(f"{{{{ {name} }}}}" for name in [*names, "AZ.rank"]))
    lines = run("fill", "t.md", "--draws", "100").stdout.splitlines()
    assert len(set(lines[:3])) == 1
    assert lines[3] == "2"
