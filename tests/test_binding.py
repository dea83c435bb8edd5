"""Numbers, ranks, dates, countries and ids as they are written in five languages, and which figure they are."""

from __future__ import annotations

import datetime as dt

import pytest

from scoring.citing import mentions, written
from scoring.citing.binding import bind, equal, is_typing_error
from scoring.citing.citation import Quantity
from scoring.citing.ids import ID, broken_ids, cited_of

FIGURES = {
    "estimate": Quantity((68.94,), 1),
    "range": Quantity((49.5, 77.9), 1),
    "low": Quantity((49.5,), 1),
    "high": Quantity((77.9,), 1),
    "interval": Quantity((62.5, 73.2), 1, simulated=True),
    "deviation": Quantity((6.44, 4.26), 1, simulated=True),
    "rank": Quantity((3,), 0),
    "ranked": Quantity((8,), 0),
    "rank_interval": Quantity((2, 6), 0, simulated=True),
    "borrowed": Quantity((3.5,), 1, signed=True),
}


OWN = written.Own(("GEO",), ("Resilience to pressure", "resilien"))


def found(text: str) -> list[tuple[str, str, bool]]:
    """The figures that the numbers of a text are: name, number and whether it is equal."""
    _, spans = mentions.dates(text)
    bounds = [bind(one, [FIGURES.get]) for one in written.numbers(text, spans, OWN)]
    return [(figure.name, "–".join(figure.texts), bound.is_equal) for bound in bounds for figure in bound.figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Georgia stands at 68.9 of 100", [("estimate", "68.9", True)]),
        ("Georgien erreicht 68,9 von 100 Punkten", [("estimate", "68,9", True)]),
        ("la Géorgie obtient 68,9 points", [("estimate", "68,9", True)]),
        ("Грузія має 68,9 бала", [("estimate", "68,9", True)]),
        ("საქართველოს აქვს 68,9 ქულა", [("estimate", "68,9", True)]),
        ("Georgia stands at 86.9", [("estimate", "86.9", False)]),
        ("37 of 100", [("estimate", "37", False)]),
        ("from 62.5 to 73.2", [("interval", "62.5–73.2", True)]),
        ("von 62,5 bis 73,2", [("interval", "62,5–73,2", True)]),
        ("entre 62,5 et 73,2", [("interval", "62,5–73,2", True)]),
        ("від 62,5 до 73,2", [("interval", "62,5–73,2", True)]),
        ("49.5–77.9", [("range", "49.5–77.9", True)]),
        ("62.5\u2009–\u200973.2", [("interval", "62.5–73.2", True)]),
        ("62.5–72.3", [("interval", "62.5–72.3", False)]),
        ("third of eight", [("rank", "3", True), ("ranked", "8", True)]),
        ("ranked 3rd of 8", [("rank", "3", True), ("ranked", "8", True)]),
        ("auf Platz drei von acht", [("rank", "3", True), ("ranked", "8", True)]),
        ("third of seven", [("rank", "3", False), ("ranked", "7", False)]),
        ("rank 4", [("rank", "4", False)]),
        ("rank 3 (2–6)", [("rank", "3", True), ("rank_interval", "2–6", True)]),
        ("68.9 ± 5.3", [("estimate", "68.9", False), ("deviation", "5.3–5.3", False)]),
        ("rose from 61.0 to 68.9", [("estimate", "68.9", False)]),
    ],
)
def test_a_number_is_bound_by_its_value(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert [one[:2] for one in found(text)] == [one[:2] for one in expected]
    if "rose" not in text:
        assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RSF gives it 68.2",
        "Freedom House scored it 64/100",
        "68.2 % of respondents",
        "in the Corruption Perceptions Index it is 41st of 180 with 58/100",
        "article 68.2 of the law",
        "GCI 0.862",
        "€68.2 million",
        "on 12 July",
        "in 2018 and 2019",
        "the third pillar",
        "a score below 60",
        "resilience-scoring 0.1.0",
        "eight countries",
    ],
)
def test_what_counts_something_else_is_left(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "right", "expected"),
    [
        ("86.9", "68.9", True),  # neighbours exchanged
        ("68.6", "68.9", True),  # one digit changed
        ("6.89", "68.9", True),  # the point displaced
        ("688.9", "68.9", True),  # a digit doubled
        ("8.9", "68.9", True),  # a digit left out
        ("68.9", "68.9", True),
        ("96.8", "68.9", False),
        ("12.3", "68.9", False),
    ],
)
def test_typing_errors(text: str, right: str, *, expected: bool) -> None:
    assert is_typing_error(text, right) is expected


@pytest.mark.parametrize(
    ("text", "holds"),
    [("68.9", True), ("69", True), ("68.94", True), ("68.95", False), ("68", False), ("68,9", True), ("abc", False)],
)
def test_a_number_equals_at_the_decimals_it_is_written_with(text: str, *, holds: bool) -> None:
    assert equal((text,), FIGURES["estimate"]) is holds


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Georgia's index, ahead of Moldova", ["GEO", "MDA"]),
        ("Georgiens Index liegt vor dem Estlands", ["GEO", "EST"]),
        ("l’Azerbaïdjan et la Lettonie", ["AZE", "LVA"]),
        ("Індекс Грузії вищий за індекс Польщі", ["GEO", "POL"]),
        ("საქართველოს ინდექსი უკრაინის ინდექსზე მაღალია", ["GEO", "UKR"]),
        ("the Swedish and the Polish index", ["SWE", "POL"]),
        ("no country is named", []),
    ],
)
def test_countries_are_found_as_names_and_adjectives(text: str, codes: list[str]) -> None:
    assert [name.code for name in mentions.countries(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "30 June 2018",
        "June 30, 2018",
        "30. Juni 2018",
        "30 juin 2018",
        "30 червня 2018 року",
        "2018 წლის 30 ივნისი",
        "2018-06-30",
        "30.06.2018",
    ],
)
def test_dates_are_read_in_five_languages(text: str) -> None:
    [day], _ = mentions.dates(text)
    assert day.day == dt.date(2018, 6, 30)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert mentions.dates("31 June 2018 and 2018-02-30")[0] == []


def test_an_id_is_read_over_line_ends_and_a_broken_one_is_named() -> None:
    whole = "resilience@2.0.0/GEO/2018-06-30/8027d36c04bc6aa0"
    [match] = ID.finditer("see resilience@2.0.0/\n  GEO/2018-06-30/8027d36c\n04bc6aa0 and more")
    assert cited_of(match).text == whole
    assert list(broken_ids(f"see {whole}.")) == []
    for broken in (whole[:-1], whole.replace("GEO", "GE"), whole.replace("/8027", "/802x"), f"{whole}0"):
        [(start, end)] = broken_ids(f"see {broken}.")
        assert f"see {broken}."[start:end] == broken
