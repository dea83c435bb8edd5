"""Groups of countries, and a country against the median of its peers; `--group` of the other commands."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest
import tiny
import yaml
from conftest import ROOT, SHIPPED, YAML, run
from world import World

import scoring
from scoring.analysis.peers import apart, nearest, of_group, similar, standing, usual_group
from scoring.errors import InputError, ScoringError, UnknownNameError
from scoring.model.fields import read_first_day
from scoring.model.groups import Groups
from scoring.render import peers as rendering
from scoring.render.charts.geography import kilometres
from scoring.uncertainty.draws import Settings, blocks

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment

GROUPS = """\
format: 1
groups:
  pair:
    title: The Pair
    sources:
      page: {title: Members, publisher: The Pair, url: "https://example.org", accessed: 2026-01-01, locator: table}
    members:
      - {country: XAA, from: 2010-05-01, source: page}
      - {country: XAB, from: 2010, until: 2016-12, source: page}
      - {country: XAB, from: 2025-01-01, source: page, note: Back again.}
      - {country: EST}
      - {country: LUX}
  all:
    title: All of them
    members: [{country: XAA}, {country: XAB}, {country: XAC}, {country: XAE}, {country: EST}]
  elsewhere:
    title: Elsewhere
    members: [{country: LUX}]
"""


def read(text: str) -> Groups:
    """Groups of a text, dates as text."""
    return Groups.model_validate(json.loads(json.dumps(yaml.load(text, YAML), default=str)))  # noqa: S506  a safe one


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small world with groups; its reference date is 2026-01-01, and XAC is withheld."""
    World().write(tmp_path)
    (tmp_path / "profiles" / "groups.yaml").write_text(GROUPS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- the file ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "members"),
    [
        ("2009-12-31", ["EST", "LUX"]),
        ("2010-01-01", ["EST", "LUX", "XAB"]),  # a year alone begins on its first day
        ("2010-04-30", ["EST", "LUX", "XAB"]),
        ("2010-05-01", ["EST", "LUX", "XAA", "XAB"]),
        ("2016-12-31", ["EST", "LUX", "XAA", "XAB"]),  # and a month ends on its last
        ("2017-01-01", ["EST", "LUX", "XAA"]),
        ("2025-01-01", ["EST", "LUX", "XAA", "XAB"]),
    ],
)
def test_a_country_is_a_member_from_its_first_day_to_its_last(on: str, members: list[str]) -> None:
    known = read(GROUPS)
    assert [one.country for one in known.groups["pair"].on(read_first_day(on))] == members
    assert ("pair" in known.of("XAB", read_first_day(on))) == ("XAB" in members)


def test_the_first_day_of_a_year_and_of_a_month() -> None:
    days = [read_first_day(text) for text in ("1993", "1993-04", "2020-02-29")]
    assert days == [dt.date(1993, 1, 1), dt.date(1993, 4, 1), dt.date(2020, 2, 29)]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("country: LUX}\n  all", "country: LUXX}\n  all", "12:19", "'LUXX' is not valid"),
        ("country: LUX}\n  all", "country: UKX}\n  all", "12:19", "unknown country code 'UKX'"),
        ("from: 2010, until", "from: 2017, until", "9:43", "2016-12 is before 2017, the first day"),
        ("2025-01-01, source: page", "2025-01-01, source: pge", "10:50", "unknown source 'pge'; did you mean page?"),
        ("2025-01-01, source: page", "2025-01-01", "10:9", "every day comes from a source"),
        ("from: 2025-01-01", "from: 2016-12-31", "10:19", "XAB is a member twice at the same time"),
        ("from: 2010-05-01", "from: 2010-13-01", "8:30", "not a valid date"),
        ("title: Elsewhere", "name: Elsewhere", "17:5", "name: unknown key"),
    ],
)
def test_errors_are_named_with_their_places(world: Path, old: str, new: str, place: str, message: str) -> None:
    assert old in GROUPS
    (world / "profiles" / "groups.yaml").write_text(GROUPS.replace(old, new))
    for command in (("validate",), ("validate", "profiles/groups.yaml"), ("score", "--group", "all"), ("peers", "XAA")):
        result = run(*command)
        assert result.exit_code == 1
        lines = [line for line in result.stderr.splitlines() if line.startswith("profiles/groups.yaml:")]
        assert any(line.startswith(f"profiles/groups.yaml:{place}: ") and message in line for line in lines), lines
    assert run("score").exit_code == 0  # whoever asks for no group does not need it


def test_units_of_the_folder_may_be_members(world: Path) -> None:
    (world / "profiles" / "groups.yaml").write_text(GROUPS.replace("country: LUX}]", "country: QQQ}]"))
    assert "unknown country code 'QQQ'" in run("validate").stderr
    profile = json.loads((world / "profiles" / "XAA.yaml").read_text())
    (world / "profiles" / "QQQ.yaml").write_text(json.dumps({**profile, "country": "QQQ", "name": "A museum"}))
    assert run("validate").exit_code == 0
    (world / "profiles" / "QQQ.yaml").unlink()
    (world / "profiles" / "units.import.yaml").write_text("format: 1\n")
    assert "unknown country code 'QQQ'" in run("validate").stderr


def test_the_schema_and_the_kind_of_the_file(world: Path) -> None:
    assert '"Membership"' in run("schema", "groups").stdout
    other = world / "own.yaml"
    other.write_text(GROUPS)
    assert run("validate", "own.yaml").exit_code == 0
    other.write_text(GROUPS.replace("country: XAC", "country: UKX"))
    assert "own.yaml:15:" in run("validate", "own.yaml").stderr


def test_the_shipped_groups() -> None:
    known = read((ROOT / "profiles" / "groups.yaml").read_text()).groups
    sizes = {name: len(group.on(dt.date(2025, 6, 30))) for name, group in known.items()}
    assert sizes == {  # as the bodies themselves count their members
        "eu": 27,
        "nato": 32,
        "eastern_partnership": 6,
        "visegrad": 4,
        "baltic_states": 3,
        "western_balkans": 6,
        "central_asia": 5,
    }
    eu = {year: len(known["eu"].on(dt.date(year, 6, 1))) for year in (1957, 1960, 1980, 1990, 2000, 2005, 2010, 2019)}
    assert eu == {1957: 0, 1960: 6, 1980: 9, 1990: 12, 2000: 15, 2005: 25, 2010: 27, 2019: 28}
    nato = {year: len(known["nato"].on(dt.date(year, 12, 31))) for year in (1949, 1990, 2000, 2005, 2016, 2022, 2023)}
    assert nato == {1949: 12, 1990: 16, 2000: 19, 2005: 26, 2016: 28, 2022: 30, 2023: 31}
    left = known["eu"].on(dt.date(2020, 1, 31)), known["eu"].on(dt.date(2020, 2, 1))
    assert {one.country for one in left[0]} - {one.country for one in left[1]} == {"GBR"}
    for group in known.values():
        assert all(one.source in group.sources for one in group.members)
        assert all(source.url and source.accessed and source.locator for source in group.sources.values())
    assert set(SHIPPED) <= {one.country for group in known.values() for one in group.members}


# -- figures against peers ---------------------------------------------------------------------------------------------


def certain(*values: float | None) -> Assessment:
    """Countries XAA, XAB, … whose index is a number that is certain; None without evidence."""
    book = tiny.book(tiny.NUMBER, {**tiny.NUMBER, "id": "other"})
    pillar = book.pillars[0].model_copy(update={"missing": "drop"})
    book = book.model_copy(update={"pillars": (pillar,)})
    profiles = []
    for value, letter in zip(values, "ABCDEFGH", strict=False):
        said = [tiny.say(0.5, "other", confidence="exact")]
        said += [] if value is None else [tiny.say(value, confidence="exact")]
        profiles.append(tiny.profile(*said, country=f"XA{letter}"))
    return scoring.assess(book, profiles)


SETTINGS = Settings(draws=200, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))


def test_certain_figures_give_the_median_the_difference_and_the_rank() -> None:
    scored = certain(0.6, 0.1, 0.9, 0.3, 0.4)  # peers .1 .3 .4 .9: their median is .35
    found = standing(scored, 0, range(5), SETTINGS)
    leaf = next(one for one in found.nodes if one.node.id == "leaf")
    assert (leaf.peers, leaf.rank, leaf.rank_interval) == (4, 2, (2, 2))
    figures = (leaf.estimate, leaf.median, leaf.difference, *leaf.interval, *leaf.median_interval)
    assert figures == pytest.approx((0.6, 0.35, 0.25, 0.25, 0.25, 0.35, 0.35), abs=1e-6)
    other = next(one for one in found.nodes if one.node.id == "other")
    assert (other.rank, other.rank_interval, other.difference) == (1, (1, 1), 0)  # all five are tied
    assert found.peers == (1, 2, 3, 4)
    assert found.interval == pytest.approx((0.55, 0.55), abs=1e-3)  # (.6 + .5) / 2


def test_peers_without_evidence_do_not_count_and_nothing_becomes_a_number() -> None:
    scored = certain(0.6, None, 0.9, None)
    leaf = next(one for one in standing(scored, 0, range(4), SETTINGS).nodes if one.node.id == "leaf")
    assert (leaf.peers, leaf.rank) == (1, 2)
    assert leaf.median == pytest.approx(0.9)
    missing = next(one for one in standing(scored, 1, range(4), SETTINGS).nodes if one.node.id == "leaf")
    assert (missing.peers, missing.rank, missing.rank_interval) == (2, None, None)
    assert missing.median == pytest.approx(0.75)
    assert all(math.isnan(value) for value in (missing.estimate, missing.difference, *missing.interval))
    none = next(one for one in standing(scored, 0, [1, 3], SETTINGS).nodes if one.node.id == "leaf")
    assert (none.peers, none.rank, none.rank_interval) == (0, None, None)
    assert all(math.isnan(value) for value in (none.median, none.difference, *none.interval, *none.median_interval))


def test_intervals_are_those_of_the_joint_draws() -> None:
    said = (("v7", "v9"), ("v2", "v4"), ("v5", "v3"), ("v6", "v8"))
    profiles = [
        tiny.profile(*(tiny.say(code, source=f"s{place}") for place, code in enumerate(codes)), country=f"XA{letter}")
        for codes, letter in zip(said, "ABCD", strict=True)
    ]
    scored = scoring.assess(tiny.book(tiny.LEVELS, uncertainty={"coder": 0.1}), profiles)
    settings = Settings(draws=1_000, seed=7, kappa=math.inf, exponents=((1.0, 1.0),))
    index = standing(scored, 0, range(4), settings).index
    draws = np.concatenate(list(blocks(scored, settings)), axis=1).astype(float).tolist()
    own, *others = draws
    medians = [statistics.median(values) for values in zip(*others, strict=True)]
    differences = [value - median for value, median in zip(own, medians, strict=True)]
    places = sorted(
        1 + sum(other > value for other in row) for value, row in zip(own, zip(*others, strict=True), strict=True)
    )
    cut = statistics.quantiles(differences, n=20, method="inclusive")
    assert index.interval == pytest.approx((cut[0], cut[-1]), abs=1e-6)
    assert index.rank_interval == (places[49], places[949])
    of_medians = statistics.quantiles(medians, n=20, method="inclusive")
    assert index.median_interval == pytest.approx((of_medians[0], of_medians[-1]), abs=1e-6)


def test_what_countries_have_in_common_does_not_widen_the_difference() -> None:
    book = tiny.book_of({"first": [tiny.NUMBER], "second": [{**tiny.NUMBER, "id": "other"}]})
    profiles = [
        tiny.profile(tiny.say(one, confidence="exact"), tiny.say(1 - one, "other", confidence="exact"), country=code)
        for code, one in (("XAA", 0.9), ("XAB", 0.9), ("XAC", 0.9))
    ]
    settings = Settings(draws=500, seed=0, kappa=2.0, exponents=((1.0, 1.0),))
    found = standing(scoring.assess(book, profiles), 0, [1, 2], settings)
    assert found.interval[1] - found.interval[0] > 0.3  # the weights vary
    assert found.index.interval == (0, 0)


def test_lower_may_be_better() -> None:
    book = tiny.book(tiny.NUMBER)
    rubric = book.rubric.model_copy(update={"better": "lower"})
    said = [(f"XA{letter}", value) for letter, value in zip("ABC", (0.2, 0.5, 0.7), strict=True)]
    profiles = [tiny.profile(tiny.say(value, confidence="exact"), country=code) for code, value in said]
    found = standing(scoring.assess(book.model_copy(update={"rubric": rubric}), profiles), 0, [1, 2], SETTINGS)
    assert (found.index.rank, found.index.rank_interval) == (1, (1, 1))
    assert found.index.difference == pytest.approx(-0.4)


# -- who the peers are -------------------------------------------------------------------------------------------------


def test_the_usual_group_is_the_smallest_with_enough_published_members() -> None:
    members = {"small": "XAA XAB", "middle": "XAA XAB XAC XAD", "large": "XAA XAB XAC XAD XAE XAF", "other": "XAB XAC"}
    known = Groups.model_validate(
        {
            "format": 1,
            "groups": {
                name: {"title": name, "members": [{"country": code} for code in codes.split()]}
                for name, codes in members.items()
            },
        }
    )
    day, everyone = dt.date(2020, 1, 1), ["XAA", "XAB", "XAC", "XAD", "XAE", "XAF"]
    assert usual_group(known, "XAA", day, everyone, 3) == "middle"
    assert usual_group(known, "XAA", day, ["XAA", "XAB", "XAC", "XAE"], 3) == "large"  # XAD is withheld
    assert usual_group(known, "XAA", day, everyone, 1) == "small"
    assert usual_group(known, "XAA", day, everyone, 6) is None
    scored = certain(0.1, 0.2, 0.3, 0.4)
    chosen = of_group(scored, 0, known, None, 3)
    assert (chosen.group, chosen.rows, chosen.others) == ("middle", (1, 2, 3), ("small", "large"))
    assert of_group(scored, 0, known, "LARGE", 3).without_profile == ("XAE", "XAF")
    assert not of_group(scored, 0, known, "other", 3).is_member
    with pytest.raises(UnknownNameError, match="did you mean middle"):
        of_group(scored, 0, known, "midle", 3)
    with pytest.raises(ScoringError, match=r"has 9 other members .*\(its groups: small, middle, large\)"):
        of_group(scored, 0, known, None, 9)


def test_the_nearest_by_hand() -> None:
    figures = apart([10, 20, 40, math.nan])
    assert figures[0, :3].tolist() == [0, 10, 30]
    places = np.array([[0, 3, 1, 1], [3, 0, 2, 1], [1, 2, 0, 1], [1, 1, 1, 0]], dtype=float)
    # root mean squares over the pairs: of 10, 30, 20 and of 3, 1, 1, 2, 1, 1
    first, second = math.sqrt(1400 / 3), math.sqrt(17 / 6)
    near, used = nearest(0, [1, 2, 3], {"figure": figures, "place": places}, 5)
    expected = {
        1: math.sqrt(((10 / first) ** 2 + (3 / second) ** 2) / 2),
        2: math.sqrt(((30 / first) ** 2 + (1 / second) ** 2) / 2),
    }
    assert {one.row: one.distance for one in near} == pytest.approx(expected)
    assert [one.row for one in near] == sorted(expected, key=lambda row: expected[row])
    assert used == ["figure", "place"]
    # 3 has no figure, so that it is no candidate; of 3 itself only the place is known, and all are as far
    near, used = nearest(3, [0, 1, 2], {"figure": figures, "place": places}, 2)
    assert ([one.row for one in near], used) == ([0, 1], ["place"])
    assert nearest(3, [0, 1], {"figure": figures}, 2) == ([], [])
    assert nearest(0, [1], {"figure": apart([1, 1])}, 2) == ([], [])  # no two differ


def test_similar_countries_use_only_published_figures() -> None:
    scored = certain(0.1, 0.2, 0.3, 0.4)
    nowhere = np.full((4, 4), np.nan)
    chosen = similar(scored, 0, 2, certain(0.5, 0.9, 0.6, 0.5), nowhere)
    assert (chosen.rows, chosen.parts, chosen.unused) == ((3, 2), ("index by index@1.0.0",), ("distance on the map",))
    few = similar(scored, 0, 9, certain(0.5, 0.9, 0.6), nowhere)
    assert few.rows == (2, 1)
    assert few.notes[0].startswith("Fewer than 9")
    with pytest.raises(ScoringError, match="no distance on the map; choose a group"):
        similar(scored, 0, 2, None, nowhere)


def test_distances_between_the_centres_of_countries() -> None:
    # Prague to Bratislava 290 km, to Warsaw 520 km, by capitals; centres differ by less than 100 km here
    apart_by = kilometres(["CZE", "SVK", "POL", "RUS", "XAA"])
    assert apart_by[0, 1] == pytest.approx(310, abs=60)
    assert apart_by[0, 2] == pytest.approx(390, abs=80)
    assert apart_by[0, 3] == pytest.approx(5100, abs=400)  # Russia crosses the 180th meridian; its centre is in Siberia
    assert np.isnan(apart_by[4]).all()
    assert np.diag(apart_by)[:4].tolist() == [0, 0, 0, 0]
    assert np.array_equal(apart_by, apart_by.T, equal_nan=True)


def test_no_peer_that_is_published() -> None:
    with pytest.raises(ScoringError, match="there are no other countries"):
        standing(certain(0.1, 0.2), 0, [0], SETTINGS)


# -- the command -------------------------------------------------------------------------------------------------------


def table(*arguments: str) -> str:
    result = run("peers", *arguments, "--draws", "200")
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_head_says_where_the_country_stands(world: Path) -> None:  # noqa: ARG001
    text = table("XAA")
    head, _, rest = text.partition("\n")
    document = json.loads(table("XAA", "--format", "json"))
    index = document["index"]
    low, high = index["interval"]
    assert head.startswith(f"XAA, {index['estimate']:.1f} (")
    assert (
        f"above the median of its 3 peers (All of them) by {index['difference']:.1f} ({low:.1f} to {high:.1f})" in head
    )
    assert head.endswith("; 1st or 2nd of 4")
    assert index["rank_interval"] == [1, 2]
    assert document["peers"] == [{"country": code, "name": name, "distance": None} for code, name in PEERS]
    assert "Peers: All of them (all) on " in rest
    assert "Other groups of XAA: pair." in rest
    assert "Withheld, not among the peers: XAC, " in rest
    low_one = table("XAB", "--group", "all").partition("\n")[0]
    assert ", below the median of its 3 peers (All of them) by " in low_one


PEERS = [("EST", "Estonia"), ("XAB", "XAB"), ("XAE", "XAE")]


def test_groups_that_are_named_and_members_without_a_profile(world: Path) -> None:
    text = table("XAE", "--group", "the pair")  # by its title
    assert "the median of 3 countries (The Pair)" in text
    assert "XAE is not a member." in text
    assert "No profile facing XZZ by that day: LUX." in text
    assert "XAB: Back again." in text
    (world / "profiles" / "groups.yaml").write_text(GROUPS.replace("from: 2025-01-01", "from: 2026-06-01"))
    for on, codes in (("2026-05-31", ["EST"]), ("2026-06-01", ["EST", "XAB"])):
        dated = json.loads(table("XAA", "--group", "pair", "--as-of", on, "--format", "json"))
        assert [one["country"] for one in dated["peers"]] == codes


def test_withheld_and_missing_are_never_numbers(world: Path) -> None:  # noqa: ARG001
    text = table("XAC", "--group", "all")
    head = text.partition("\n")[0]
    assert head.startswith("XAC, withheld: ")
    assert "; the median of its 4 peers (All of them) is " in head
    document = json.loads(table("XAC", "--group", "all", "--format", "json"))
    index = document["index"]
    assert [index[key] for key in ("estimate", "difference", "rank", "rank_interval")] == [None] * 4
    assert index["interval"] == [None, None]
    assert document["withheld_because"]
    lacking = json.loads(table("XAE", "--format", "json"))["pillars"]["society"]
    assert (lacking["estimate"], lacking["peers"], lacking["rank"]) == (None, 3, None)
    [line] = [line for line in table("XAE").splitlines() if line.startswith("Society")]
    assert line.split()[1] == "–"
    assert line.endswith("– of 3")
    rows = list(csv.DictReader(io.StringIO(table("XAE", "--format", "csv"))))
    society = next(row for row in rows if row["node"].endswith("/society"))
    assert (society["estimate"], society["difference"], society["rank_low"], society["peers"]) == ("", "", "", "3")
    assert float(society["median"]) > 0


def test_similar_countries(world: Path) -> None:
    result = run("peers", "EST", "--like", "2")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no country is known to be similar to Estonia (EST): no distance on the map" in result.stderr
    rubric = {**World().rubric, "id": "exposure", "pillars": {"faced": 1}}
    small = {**World().rubric, "about": {"default": True}}
    faced = {"id": "faced", "title": "Faced", "indicators": [{"use": "reach", "weight": 1}]}
    (world / "rubrics" / "exposure").mkdir()
    for name, one in (("small/rubric", small), ("exposure/rubric", rubric), ("exposure/faced", faced)):
        (world / "rubrics" / f"{name}.yaml").write_text(json.dumps(one))
    text = table("EST", "--like", "2")
    # XAB has the evidence of EST; only countries whose exposure is published are candidates
    by_exposure = {
        one["country"]: one["index"]["estimate"]
        for one in json.loads(run("score", "--rubric", "exposure", "--format", "json").stdout)["countries"]
    }
    assert f"Peers: the nearest by index by exposure@{rubric['version']} alone, with the distance" in text
    assert " XAB 0.00, " in text
    document = json.loads(table("EST", "--like", "9", "--format", "json"))
    published = {code for code, one in by_exposure.items() if one is not None} - {"EST", "XAC"}
    assert {one["country"] for one in document["peers"]} == published
    assert document["group"] is None
    assert document["not_known"] == ["distance on the map"]
    assert "Fewer than 9" in document["notes"][0]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("XAA", "--group", "all", "--like", "2"), 2, "--group and --like exclude each other"),
        (("XAA", "--group", "alll"), 2, "unknown group 'alll'; did you mean all?"),
        (("XAA", "--group", "elsewhere"), 1, "there are no other countries"),
        (("XAA", "--like", "0"), 2, "0 is not in the range"),
        (("LUX",), 2, "LUX"),
    ],
)
def test_wrong_arguments(world: Path, arguments: tuple[str, ...], code: int, message: str) -> None:  # noqa: ARG001
    result = run("peers", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_without_the_file(world: Path) -> None:
    (world / "profiles" / "groups.yaml").unlink()
    for command in (("peers", "XAA"), ("score", "--group", "all"), ("rank", "--group", "all")):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "profiles has no groups.yaml" in result.stderr
    with pytest.raises(ScoringError, match=r"profiles has no groups\.yaml"):
        scoring.peers(scoring.assess(*scoring.load()), "XAA")


# -- --group of other commands -----------------------------------------------------------------------------------------


def codes(*command: str) -> list[str]:
    result = run(*command, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return [one["country"] for one in json.loads(result.stdout)["countries"]]


def test_score_prints_members_with_ranks_among_all(world: Path) -> None:
    every = {one["country"]: one for one in json.loads(run("score", "--format", "json").stdout)["countries"]}
    some = run("score", "--group", "pair", "--format", "json")
    assert json.loads(some.stdout)["countries"] == [every[code] for code in ("EST", "XAA", "XAB")]
    assert some.stderr.endswith("The Pair on 1 January 2026, no profile: LUX\n")
    assert codes("score", "--group", "pair", "--as-of", "2026-06-01") == ["EST", "XAA", "XAB"]
    (world / "profiles" / "groups.yaml").write_text(GROUPS.replace("from: 2025-01-01", "from: 2026-06-02"))
    assert codes("score", "--group", "pair", "--as-of", "2026-06-01") == ["EST", "XAA"]
    assert run("score", "XAA", "--group", "pair").exit_code == 2
    gone = run("score", "--group", "elsewhere")
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert "no member has a profile of that time" in gone.stderr


def test_rank_and_compare_are_among_the_members(world: Path) -> None:  # noqa: ARG001
    assert (
        run("rank", "--group", "pair", "--draws", "100").stdout
        == run("rank", "EST", "XAA", "XAB", "--draws", "100").stdout
    )
    pairs = json.loads(run("compare", "--group", "pair", "--draws", "100", "--format", "json").stdout)["pairs"]
    assert {frozenset((one["above"], one["below"])) for one in pairs} == {
        frozenset(pair) for pair in (("EST", "XAA"), ("EST", "XAB"), ("XAA", "XAB"))
    }
    against = run("compare", "XAE", "--group", "all", "--draws", "100", "--format", "json")
    pairs = json.loads(against.stdout)["pairs"]
    assert [{one["above"], one["below"]} - {"XAE"} for one in pairs] == [{"EST"}, {"XAA"}, {"XAB"}]
    assert "Left out, withheld: XAC, " in against.stderr
    for wrong in (("XAA", "XAB", "--group", "all"), (), ("XAA",), ("XAA", "--group", "elsewhere")):
        assert run("compare", *wrong).exit_code in (1, 2)


def test_nothing_is_left_to_compare(world: Path) -> None:
    text = GROUPS.replace("members: [{country: LUX}]", "members: [{country: XAC}, {country: XAA}]")
    (world / "profiles" / "groups.yaml").write_text(text)
    result = run("compare", "--group", "elsewhere")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fewer than two of the countries have a published index" in result.stderr


def test_an_unreadable_member_is_an_error_and_another_is_not(world: Path) -> None:
    (world / "profiles" / "XAE.yaml").write_text("{}")
    assert run("rank", "--group", "pair", "--draws", "100").stdout
    wrong = run("rank", "--group", "all", "--draws", "100")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "profiles/XAE.yaml:1:1" in wrong.stderr


def test_a_group_of_a_folder_without_a_readable_profile(world: Path) -> None:
    for path in (world / "profiles").glob("*.yaml"):
        if path.stem not in ("groups", "XAA"):
            path.unlink()
    (world / "profiles" / "XAA.yaml").write_text("{}")
    assert "profiles/XAA.yaml:1:1" in run("score", "--group", "all").stderr
    (world / "profiles" / "XAA.yaml").unlink()
    result = run("score", "--group", "all")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "profiles contains no profiles" in result.stderr


def test_members_that_begin_later_are_left_out(world: Path) -> None:
    profile = json.loads((world / "profiles" / "XAB.yaml").read_text())
    (world / "profiles" / "XAB.yaml").write_text(json.dumps({**profile, "editions": ["2025-06-01"]}))
    result = run("score", "--group", "all", "--as-of", "2025-07-01", "--format", "json")
    assert [one["country"] for one in json.loads(result.stdout)["countries"]] == ["XAB"]
    assert "Left out, without an edition by 1 July 2025: EST, XAA, XAC, XAE." in result.stderr


def test_trends_of_a_group(world: Path) -> None:  # noqa: ARG001
    arguments = ("--draws", "100", "--format", "json")
    document = json.loads(run("trend", "--group", "pair", *arguments).stdout)
    schema = json.loads((ROOT / "schemas" / "output" / "trend.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [one["country"] for one in document["countries"]] == ["EST", "XAA", "XAB"]
    for one in document["countries"]:
        assert one["points"] == json.loads(run("trend", one["country"], *arguments).stdout)["points"]
    text = run("trend", "--group", "pair", "--draws", "100").stdout
    titles = [line.partition(":")[0] for line in text.splitlines() if "@" in line]
    assert titles == ["Estonia (EST)", "XAA", "XAB"]
    assert text.count("Shapley contributions") == 1
    for wrong in ((), ("XAA", "--group", "pair"), ("--group", "")):
        assert run("trend", *wrong).exit_code == 2


@pytest.mark.parametrize("command", [("score",), ("compare", "XAA", "XAB"), ("export", "out"), ("site", "out")])
def test_an_empty_name_is_no_group(world: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "--group", "")
    assert result.exit_code == 2
    assert not (world / "out").exists()


def test_files_of_a_group(world: Path) -> None:
    assert run("export", "out", "--group", "pair", "--format", "datapackage", "--draws", "100").exit_code == 0
    rows = list(csv.DictReader(io.StringIO(Path("out/data/ranking.csv").read_text())))
    ranks = {row["country"]: (row["rank"], row["ranked"]) for row in rows}
    assert ranks == {"XAA": ("1", "3"), "EST": ("2", "3"), "XAB": ("2", "3")}  # EST is XAB under another code
    assert run("figures", "drawn", "--group", "pair", "--figure", "ranking", "--draws", "100").exit_code == 0
    run("figures", "named", "--countries", "EST,XAA,XAB", "--figure", "ranking", "--draws", "100")
    assert Path("drawn/ranking.svg").read_text() == Path("named/ranking.svg").read_text()
    assert ">XAE<" not in Path("drawn/ranking.svg").read_text()
    assert run("figures", "drawn", "--group", "pair", "--countries", "XAA").exit_code == 2
    assert run("site", "site", "--group", "pair", "--draws", "100").exit_code == 0
    assert sorted(path.stem for path in (world / "site" / "countries").glob("*.html")) == ["EST", "XAA", "XAB"]


def test_reports_of_a_group_keep_the_ranks_among_all(world: Path) -> None:
    lines = (
        "{{ table: ranking | columns: rank, code }}",
        "{{ table: ranking | columns: rank, code | countries: XAE, XAA }}",
        "{{ table: XAA.above | columns: code }}",
        "{{ figure: ranking }}",
        "{{ figure: waterfall-XAE }}",
    )
    (world / "template.md").write_text("\n\n".join(lines))
    assert run("fill", "template.md", "--group", "pair", "--draws", "100", "-o", "report.md").exit_code == 0
    ranks = {one["country"]: one["rank"] for one in json.loads(run("score", "--format", "json").stdout)["countries"]}
    parts = Path("report.md").read_text().split("\n\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in parts[0].splitlines()[2:]]
    assert {code: int(rank) for rank, code in cells} == {code: ranks[code] for code in ("EST", "XAA", "XAB")}
    assert "XAE" in parts[1]
    assert [line.strip("| ") for line in parts[2].splitlines()[2:]] == ["EST", "XAB"] or "XAE" not in parts[2]
    assert any("ranking-EST-XAA-XAB" in path.name for path in world.rglob("*.svg"))


# -- Python ------------------------------------------------------------------------------------------------------------


def test_the_function(world: Path) -> None:
    assessment = scoring.assess(*scoring.load())
    result = scoring.peers(assessment, "XAA", draws=200)
    assert str(result).startswith("XAA, ")
    assert result.value.index.rank == 1
    assert str(result).replace("\n", "") == table("XAA").replace("\n", "")
    with pytest.raises(ValueError, match="not both"):
        scoring.peers(assessment, "XAA", group="all", like=2)
    like = scoring.peers(assessment, "XAA", like=2, exposure=assessment, draws=200)
    assert "the nearest by index by " in str(like)
    (world / "profiles" / "groups.yaml").write_text("format: 2\n")
    with pytest.raises(InputError):
        scoring.peers(assessment, "XAA", profiles="profiles")


def test_small_sets_in_words() -> None:
    scored = certain(0.6, 0.1)
    found = standing(scored, 0, [1], SETTINGS)
    notes = rendering.peers_tables(scored, found, of_group(scored, 0, read(GROUPS), "all", 3), SETTINGS)[1].notes
    assert not any(note.startswith("–") for note in notes)  # nothing is missing
    chosen = similar(scored, 0, 1, certain(0.5, 0.9), np.full((2, 2), np.nan))
    assert rendering.headline(scored, found, chosen) == (
        "XAA, 55.0 (55.0 to 55.0), above the median of its 1 peer (nearest by index by index@1.0.0 alone) by 25.0 "
        "(25.0 to 25.0); 1st of 2"
    )
