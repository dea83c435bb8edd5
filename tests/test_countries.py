"""Codes of other lists of countries: named for what they are, and never taken for a neighbour in the alphabet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

from scoring import check

if TYPE_CHECKING:
    from pathlib import Path

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
    says = f"{code!r} is no country code of ISO 3166-1 today; {MEANT[code]}"
    assert f"profiles/AZE.yaml:3:8: actor: {says} [country-code]\n" in run("validate").stderr
    result = run("new", code)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("code", ["RUZ", "AZR", "QQQ", "EUR", "X\u00c4\u00d6", "XX", "XAAA"])
def test_no_country_is_guessed(folder: Path, code: str) -> None:  # noqa: ARG001  the working directory
    result = run("new", code)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        f"Error: {code!r} is no country code; write an ISO 3166-1 alpha-3 code, such as AZE for Azerbaijan; XAA to XZZ are for examples"
    )


def test_the_other_codes_are_none_of_iso_3166_and_mean_some_that_are() -> None:
    names = check.country_names()
    assert len(check.other_codes()) > 150
    for code, countries in check.other_codes().items():
        assert code not in names
        assert countries
        assert set(countries) <= names.keys()
