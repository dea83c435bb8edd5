"""Several actors: statements that name one count for it alone, and answers on the country alone count for all."""

from __future__ import annotations

import copy
import csv
import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import tiny
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, git, loaded_few, run

import scoring
from scoring.errors import UnknownNameError
from scoring.files.load import load
from scoring.index.publication import shares_on_actor, withheld_on_actor
from scoring.index.scenario import Scenario
from scoring.model.actors import actors_of, facing
from scoring.model.coders import Coders, with_coders
from scoring.model.digest import digest
from scoring.model.profile import Profile
from scoring.model.rubric import Publish, RuleBook

if TYPE_CHECKING:
    from pathlib import Path

LIST = {
    **tiny.INDICATOR,
    "id": "list",
    "kind": "checklist",
    "items": [
        {"key": "law", "points": 1.0, "text": "A law.", "actors": "all"},
        {"key": "case", "points": 1.0, "text": "A case."},
    ],
}
NUMBER = {**tiny.NUMBER, "actors": "all"}
BOOK = tiny.book(NUMBER, LIST)
OTHER = "XYY"


def shown(profile: Profile) -> dict[str, Any]:
    """Id -> codes of the statements."""
    return {one.id: json.loads(json.dumps(one.codes)) for one in profile.statements}


# -- which statements count --------------------------------------------------------------------------------------------


def test_a_statement_that_names_an_actor_counts_for_it_alone() -> None:
    whole = tiny.profile(
        tiny.say(1.0),
        tiny.say({"law": True, "case": True}, "list"),
        tiny.say({"case": False}, "list"),
        {"codes": None, "context": True},
        tiny.say(0.0, actor=OTHER),
        tiny.say({"law": False, "case": False}, "list", actor=OTHER),
        tiny.say(0.5, actor="XWW"),
    )
    assert actors_of(whole) == ("XZZ", "XWW", OTHER)
    own, other = facing(whole, None, BOOK.leaves), facing(whole, OTHER, BOOK.leaves)
    assert shown(own) == {
        "s0": {"leaf": 1},
        "s1": {"list": {"law": True, "case": True}},
        "s2": {"list": {"case": False}},
        "s3": None,
    }
    assert shown(other) == {
        "s0": {"leaf": 1},
        "s1": {"list": {"law": True}},
        "s4": {"leaf": 0},
        "s5": {"list": {"law": False, "case": False}},
    }
    assert (own.actor, other.actor) == ("XZZ", OTHER)
    assert facing(other, "XZZ", BOOK.leaves) == own  # from what was read, not from the part


def test_the_scores_are_those_of_a_profile_with_these_codes_alone() -> None:
    whole = tiny.profile(
        tiny.say(1.0),
        tiny.say({"law": True, "case": True}, "list"),
        tiny.say({"case": False}, "list", actor=OTHER),
    )
    scored = scoring.assess(BOOK, [facing(whole, OTHER, BOOK.leaves)])
    # k = 0: the number is 1; of the list the law is there, 1, and the case is not, 0
    assert scored.figures.estimate[0, 0] == pytest.approx((1 + (1 + 0) / 2) / 2)
    assert scoring.assess(BOOK, [whole]).figures.estimate[0, 0] == 1.0  # without the statement on another actor


def test_a_zero_is_an_answer_that_counts_for_all() -> None:
    whole = tiny.profile(tiny.say(0.0), tiny.say({"case": True}, "list", actor=OTHER))
    assert shown(facing(whole, OTHER, BOOK.leaves))["s0"] == {"leaf": 0}


def test_the_actor_of_the_profile_sees_what_it_saw_without_the_others() -> None:
    before = tiny.profile(tiny.say(1.0), tiny.say({"case": True}, "list"))
    after = tiny.profile(tiny.say(1.0), tiny.say({"case": True}, "list"), tiny.say(0.0, actor=OTHER, source="other"))
    own = facing(after, None, BOOK.leaves)
    assert (digest(own), own) == (digest(before), before)
    assert facing(before, None, BOOK.leaves) is before
    assert digest(facing(after, OTHER, BOOK.leaves)) != digest(before)


def test_a_source_and_a_search_of_another_actor_are_not_of_the_own() -> None:
    whole = tiny.profile(tiny.say(1.0), tiny.say(0.0, actor=OTHER, source="other"))
    searches = [
        {"indicator": name, "words": "w", "where": "w", "on": "2020", **more}
        for name, more in (("leaf", {}), ("list", {}), ("list", {"actor": OTHER}))
    ]
    whole = Profile.model_validate({**whole.model_dump(exclude_none=True), "searched": searches})
    own, other = facing(whole, None, BOOK.leaves), facing(whole, OTHER, BOOK.leaves)
    assert (set(own.sources), set(other.sources)) == ({"page"}, {"page", "other"})
    assert [one.indicator for one in own.searched] == ["leaf", "list"]
    assert [one.indicator for one in other.searched] == ["leaf", "list"]  # that on the country, that on the actor
    assert not any(one.actor for one in (*own.searched, *other.searched))


def test_duplicates() -> None:
    whole = tiny.profile(
        tiny.say({"case": True}, "list"),
        tiny.say({"law": True}, "list", same_as="s0"),  # goes with its original, which no part has
        tiny.say({"law": True}, "list"),
        tiny.say({"law": True}, "list", same_as="s2"),
        tiny.say({"law": True, "case": True}, "list", actor=OTHER, same_as="s2"),  # takes its place
        tiny.say({"case": True}, "list", actor=OTHER, same_as="s4"),
        tiny.say(1.0),
    )
    other = facing(whole, OTHER, BOOK.leaves)
    assert {one.id: one.same_as for one in other.statements} == {"s4": None, "s5": "s4", "s6": None}
    assert len(facing(whole, None, BOOK.leaves).statements) == 5


def test_second_coders_and_decisions_keep_their_part() -> None:
    codes, both = {"list": {"law": True}}, {"list": {"law": True, "case": True}}
    whole = tiny.profile(
        {"codes": both, "coders": {"second": {"list": {"case": True}}, "third": {}}},
        {"codes": {}, "coders": {"second": both}, "adjudicated": {"codes": both, "reason": "r", "by": "b"}},
        {"codes": both, "coders": {"second": {}}, "adjudicated": {"codes": {}, "reason": "r", "by": "b"}},
        tiny.say({"case": True}, "list", actor=OTHER),
    )
    first, second, _ = facing(whole, OTHER, BOOK.leaves).statements
    assert (first.codes, dict(first.coders or {})) == (codes, {"third": {}})
    assert second.adjudicated is not None
    assert (second.counted, dict(second.coders or {})) == (codes, {"second": codes})


def test_what_a_register_of_coders_leaves_out_of_a_part() -> None:
    whole = tiny.profile(
        tiny.say({"law": True, "case": True}, "list", coder="robot"), tiny.say({"case": True}, "list", actor=OTHER)
    )
    register = Coders.model_validate({"format": 1, "untested": "leave out", "coders": {"robot": {"kind": "machine"}}})
    standing = with_coders(whole, register, BOOK)
    first = facing(standing, OTHER, BOOK.leaves).statements[0]
    assert (set(first.left_out), dict(first.counted)) == ({(None, "list", "law")}, {})


def test_only_the_last_edition_has_evidence_on_another_actor() -> None:
    whole = tiny.profile(tiny.say(1.0), tiny.say(0.0, actor=OTHER)).model_copy(update={"editions": ("2010-01-01",)})
    assert facing(whole, OTHER, BOOK.leaves).editions == ()
    assert facing(whole, None, BOOK.leaves).editions == ("2010-01-01",)


def test_context_and_withdrawn_statements_make_no_actor() -> None:
    gone = {"on": "2020-01-01", "why": "w", "by": "b"}
    whole = tiny.profile(
        tiny.say(1.0), {"codes": None, "context": True, "actor": OTHER}, tiny.say(0.0, actor="XWW", withdrawn=gone)
    )
    assert actors_of(whole) == ("XZZ",)
    with pytest.raises(UnknownNameError, match="actor XYY; actors: XZZ"):
        Scenario(BOOK, (whole,)).facing(OTHER)


def test_a_country_without_a_statement_on_the_actor_is_left_out() -> None:
    one = tiny.profile(tiny.say(1.0), tiny.say(0.0, actor=OTHER))
    two = tiny.profile(tiny.say(1.0), country="XBB")
    both = Scenario(BOOK, (one, two))
    assert [profile.country for profile in both.facing(OTHER).profiles] == ["XAA"]
    assert both.facing(None) is both
    assert len(both.facing("XZZ").profiles) == 2


# -- the rubric --------------------------------------------------------------------------------------------------------


def test_the_mark_of_the_rubric_changes_no_digest() -> None:
    unmarked = copy.deepcopy(BOOK.model_dump(exclude_defaults=True, by_alias=True, mode="json"))
    unmarked["pillars"][0]["indicators"][0].pop("actors")
    unmarked["pillars"][0]["indicators"][1]["items"][0].pop("actors")
    assert digest(RuleBook.model_validate(unmarked)) == digest(BOOK)
    level = {"key": "actors", "text": "."}
    named = [tiny.book({**tiny.LEVELS, "levels": [level, {"key": key, "text": "."}]}) for key in "ab"]
    assert digest(named[0]) != digest(named[1])


def test_a_marked_checklist_counts_for_all_as_a_whole() -> None:
    leaf = tiny.book({**LIST, "actors": "all"}).leaves["list"]
    assert [leaf.counts_for_all(item) for item in (None, "law", "case")] == [True, True, True]
    leaf = BOOK.leaves["list"]
    assert [leaf.counts_for_all(item) for item in (None, "law", "case")] == [False, True, False]


def test_exposure_asks_about_the_actor_alone_and_kremlin_watch_as_resilience_does() -> None:
    exposure, kremlin_watch, resilience = (
        load(ROOT / "rubrics" / name, ROOT / "profiles")[0] for name in ("exposure", "kremlin_watch", "resilience")
    )
    assert not any(leaf.counts_for_all(item) for leaf in exposure.leaves.values() for item in leaf.parts)
    for name, leaf in kremlin_watch.leaves.items():
        marks = [leaf.counts_for_all(item) for item in leaf.parts]
        assert marks == [
            name in resilience.leaves and resilience.leaves[name].counts_for_all(one) for one in leaf.parts
        ]


# -- publication -------------------------------------------------------------------------------------------------------


def test_an_index_is_withheld_if_the_questions_on_the_actor_have_no_evidence() -> None:
    book = tiny.book(NUMBER, LIST, prior={"weight": 1.0})
    rubric = book.rubric.model_copy(update={"publish": Publish(availability=0.4, information=0.3)})
    book = book.model_copy(update={"rubric": rubric})
    laws = tiny.profile(tiny.say(1.0), tiny.say({"law": True}, "list"), tiny.say({"law": True}, "list", actor=OTHER))
    own, other = (scoring.assess(book, [facing(laws, actor, book.leaves)]) for actor in (None, OTHER))
    assert own.countries[0].is_published
    assert (own.on_actor, other.on_actor) == (({},), ({"availability": 0.0, "information": 0.0},))
    assert other.countries[0].withheld_because == ("actor_availability", "actor_information")
    assert other.countries[0].reason == (
        "availability on the actor 0.00 is below 0.4; information on the actor 0.00 is below 0.3"
    )
    assert other.countries[0].index.text == "withheld"
    cases = tiny.profile(tiny.say(1.0), tiny.say({"case": True}, "list", actor=OTHER))
    published = scoring.assess(book, [facing(cases, OTHER, book.leaves)])
    assert published.on_actor == ({"availability": 1.0, "information": 0.5},)  # of one certain answer, with k = 1
    assert published.countries[0].is_published


def test_the_shares_on_the_actor_are_weighted_as_in_the_index() -> None:
    weights = [{**tiny.NUMBER, "id": name, "weight": weight} for name, weight in (("one", 3.0), ("two", 1.0))]
    book = tiny.book(*weights, NUMBER)
    whole = tiny.profile(tiny.say(1.0, "one"), tiny.say(1.0, "two", actor=OTHER))
    other = scoring.assess(book, [facing(whole, OTHER, book.leaves)])
    assert other.on_actor[0] == {"availability": 1 / 4, "information": 1 / 4}  # `two` of one and two
    only_of_country = tiny.book(NUMBER)
    assert shares_on_actor((), only_of_country.leaves, {}) == {}
    assert withheld_on_actor({}, Publish(availability=1.0, information=1.0)) == ()


# -- commands ----------------------------------------------------------------------------------------------------------

MARKED = PILLAR.replace("    kind: levels\n", "    kind: levels\n    actors: all\n")
ON_CHINA = (
    PROFILE
    + """\
  - id: poll-china
    actor: CHN
    text: 20 percent approved of China.
    source: chinese
    locator: Paragraph 3
    date: 2016-05
    credibility: 2
    codes: {approval: {share: 20, n: 1000}}
"""
)
ON_CHINA = ON_CHINA.replace(
    "sources:\n",
    'sources:\n  chinese: {title: Another page, publisher: A publisher, reliability: B, url: "https://example.org/2"}\n',
)


OTHER_PILLAR = """\
id: state
title: State
indicators:
  - {id: elsewhere, question: Which?, rationale: So., kind: share, weight: 1, half_life: null}
"""


@pytest.fixture
def two_actors(folder: Path) -> Path:
    """AZE with a statement on China, GEO without."""
    (folder / "rubrics" / "small" / "state.yaml").write_text(MARKED)
    (folder / "profiles" / "AZE.yaml").write_text(ON_CHINA)
    return folder


def scores(*arguments: str) -> dict[str, Any]:
    result = run("score", "--format", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    return {one["country"]: one for one in json.loads(result.stdout)["countries"]}


def test_the_default_is_the_actor_of_the_profile(folder: Path) -> None:
    before = scores()
    (folder / "profiles" / "AZE.yaml").write_text(ON_CHINA)
    (folder / "rubrics" / "small" / "state.yaml").write_text(MARKED)
    assert scores() == before
    assert scores("--actor", "RUS") == before


def test_the_option_scores_what_the_statements_say_of_the_actor(two_actors: Path) -> None:  # noqa: ARG001
    result = run("score", "--actor", "China", "--format", "json")
    assert result.stderr == "Left out, without a statement on China: 1 country.\n"
    (one,) = json.loads(result.stdout)["countries"]
    assert (one["country"], one["actor"]) == ("AZE", "CHN")
    assert one["pillars"]["state"]["information"] > 0
    # the law of the country counts, its place does not
    assert [name for name, leaf in one["indicators"].items() if leaf["information"]] == ["approval", "strategy"]
    assert "facing China" in run("score", "--actor", "CHN").stdout


def test_an_actor_that_nothing_is_about(two_actors: Path) -> None:  # noqa: ARG001
    refused = run("score", "--actor", "USA")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "no statement that counts is about the actor USA; actors: CHN, RUS" in refused.stderr
    refused = run("score", "GEO", "--actor", "CHN")
    assert (refused.exit_code, "GEO: without a statement on China; countries with one: AZE" in refused.stderr) == (
        2,
        True,
    )
    assert run("score", "--actor", "Chnia").exit_code == 2
    unknown = run("actors", "UKR")
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_from_python(two_actors: Path) -> None:
    _, profiles = scoring.load(two_actors / "rubrics", two_actors / "profiles", actor="China")
    assert [(profile.country, profile.actor) for profile in profiles] == [("AZE", "CHN")]
    assert digest(profiles[0]) == scores("--actor", "CHN")["AZE"]["profile_digest"]
    with pytest.raises(UnknownNameError):
        scoring.load(two_actors / "rubrics", two_actors / "profiles", actor="USA")


def test_the_table_of_actors(two_actors: Path) -> None:  # noqa: ARG001
    table = run("actors", "--draws", "100").stdout
    assert "Not listed: 1 country with statements on one actor alone." in table
    assert "Georgia" not in table
    both = run("actors", "AZE", "GEO", "--draws", "100").stdout
    assert "–: no statement on the country is about the actor." in both
    document = json.loads(run("actors", "AZE", "GEO", "--draws", "100", "--format", "json").stdout)
    assert document["actors"] == ["RUS", "CHN"]
    azerbaijan, georgia = (one["actors"] for one in document["countries"])
    missing = georgia["CHN"]
    assert (missing["published"], missing["withheld_because"]) == (False, ["no_statement"])
    figures = ("id", "as_of", "estimate", "interval", "bounds", "information", "availability", "on_actor")
    assert [missing[name] for name in figures] == [None] * len(figures)
    alone = scores("--actor", "CHN")["AZE"]
    assert azerbaijan["CHN"]["information"] == alone["index"]["information"]
    assert (azerbaijan["CHN"]["statements"], azerbaijan["RUS"]["statements"]) == (2, 3)
    lines = list(csv.DictReader(io.StringIO(run("actors", "AZE", "GEO", "--draws", "100", "--format", "csv").stdout)))
    assert [(line["country"], line["actor"], line["estimate"] != "") for line in lines] == [
        ("AZE", "RUS", azerbaijan["RUS"]["published"]),
        ("AZE", "CHN", azerbaijan["CHN"]["published"]),
        ("GEO", "RUS", georgia["RUS"]["published"]),
        ("GEO", "CHN", False),
    ]


def test_withheld_says_what_is_missing(two_actors: Path) -> None:
    rubric = two_actors / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("publish:", "publish: {availability: 0.9, information: 0.9} #"))
    profile = two_actors / "profiles" / "AZE.yaml"
    profile.write_text(ON_CHINA.replace("{approval: {share: 20, n: 1000}}", "{strategy: adopted}"))
    table = run("actors", "AZE", "--draws", "100").stdout
    assert "withheld" in table
    assert "nothing on the actor in State" in table
    document = json.loads(run("actors", "AZE", "--draws", "100", "--format", "json").stdout)
    one = document["countries"][0]["actors"]["CHN"]
    assert (one["estimate"], one["interval"], one["nothing_on"]) == (None, None, ["State"])


def test_profiles_without_an_actor(folder: Path) -> None:
    for country in ("AZE", "GEO"):
        path = folder / "profiles" / f"{country}.yaml"
        path.write_text(path.read_text().replace("actor: RUS\n", ""))
    refused = run("actors")
    assert (refused.exit_code, "the profiles name no actor" in refused.stderr) == (2, True)


def test_a_site_facing_another_actor(two_actors: Path) -> None:
    shutil.copytree(two_actors / "rubrics" / "small", two_actors / "rubrics" / "other")  # by which nothing is on China
    (two_actors / "rubrics" / "other" / "rubric.yaml").write_text(RUBRIC.replace("id: small", "id: other"))
    (two_actors / "rubrics" / "other" / "state.yaml").write_text(OTHER_PILLAR)
    made = run("site", "out", "--actor", "CHN", "--rubric", "small", "--draws", "100")
    assert made.exit_code == 0, made.stderr
    data = (two_actors / "out" / "data" / "2018-01-01.js").read_text()
    assert '"onActor":["availability on the actor 0.20 is below 0.65; information on the actor ' in data
    assert run("site", "own", "--rubric", "small", "--draws", "100").exit_code == 0
    assert "onActor" not in (two_actors / "own" / "data" / "2018-01-01.js").read_text()


def test_a_lock_of_its_own(two_actors: Path) -> None:
    run("lock")
    own = (two_actors / "scores.lock").read_bytes()
    assert run("lock", "--actor", "CHN").stdout == "scores-CHN.lock: 1 country.\n"
    assert (two_actors / "scores.lock").read_bytes() == own
    assert 'actor = "CHN"' in (two_actors / "scores-CHN.lock").read_text()
    assert run("check", "--actor", "CHN").stdout == "No score changed.\n"
    path = two_actors / "profiles" / "AZE.yaml"
    path.write_text(ON_CHINA.replace("share: 20", "share: 30"))
    assert run("check").stdout == "No score changed.\n"
    assert run("check", "--actor", "CHN").exit_code == 3


def test_ids_are_found_whatever_actor_they_are_of(two_actors: Path) -> None:
    rubric = two_actors / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("availability: 0.65, information: 0.50", "availability: 0, information: 0"))
    ids = [json.loads(run("actors", "AZE", "--draws", "100", "--format", "json").stdout)["countries"][0]["actors"]]
    own, other = (ids[0][actor]["id"] for actor in ("RUS", "CHN"))
    assert "Withheld" not in run("actors", "--draws", "100").stdout
    assert own.rsplit("/", 1)[0] == other.rsplit("/", 1)[0]
    assert own != other
    said = run("resolve", other)
    assert (said.exit_code, "facing China" in said.stdout, "--actor CHN" in said.stdout) == (0, True, True)
    assert "facing Russia" in run("resolve", own).stdout
    figures = {actor: one["index"]["estimate"] for actor in ("RUS", "CHN") for one in [scores("--actor", actor)["AZE"]]}
    report = two_actors / "report.md"
    report.write_text(
        f"Facing Russia it has {figures['RUS']:.1f} [{own}].\n\nFacing China it has {figures['CHN']:.1f} [{other}].\n"
    )
    verified = run("verify", "report.md", "--draws", "100")
    assert (verified.exit_code, verified.stdout.count("holds:")) == (0, 2)
    report.write_text(f"Facing China it has {figures['CHN'] - 1:.1f} [{other}].\n")
    assert run("verify", "report.md", "--draws", "100").exit_code == 3
    assert run("verify", "report.md", "--actor", "CHN", "--draws", "100").exit_code == 3


def test_an_id_of_the_past(two_actors: Path) -> None:
    old = json.loads(run("actors", "AZE", "--draws", "100", "--format", "json").stdout)
    other = old["countries"][0]["actors"]["CHN"]["id"]
    (two_actors / "profiles" / "AZE.yaml").write_text(PROFILE)
    git(two_actors, "init", "--quiet")
    git(two_actors, "add", ".")
    git(two_actors, "commit", "--quiet", "--message=before")  # no statement is about China yet
    (two_actors / "profiles" / "AZE.yaml").write_text(ON_CHINA)
    git(two_actors, "commit", "--quiet", "--all", "--message=then")
    (two_actors / "profiles" / "AZE.yaml").write_text(ON_CHINA.replace("share: 20", "share: 30"))
    said = run("resolve", other, "--draws", "100")
    assert (said.exit_code, "facing China" in said.stdout) == (3, True)
    (two_actors / "report.md").write_text(f"It is [{other}].\n")
    assert "(0 unknown)" in run("verify", "report.md", "--draws", "100").stdout
    unknown = other[:-16] + "0" * 16
    assert run("resolve", unknown, "--draws", "100").exit_code == 1


def test_a_statement_on_an_actor_that_was_removed_is_missed(two_actors: Path) -> None:
    git(two_actors, "init", "--quiet")
    run("lock")
    git(two_actors, "add", ".")
    git(two_actors, "commit", "--quiet", "--message=one")
    assert run("check").exit_code == 0
    (two_actors / "profiles" / "AZE.yaml").write_text(PROFILE)
    refused = run("check")
    assert (refused.exit_code, "statement 'poll-china' of commit" in refused.stderr) == (1, True)


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "says"),
    [
        ("CHI", "[country-code]"),
        ("AZE", "is the assessed country itself"),
        ("RUS", "is the actor of the profile; remove it"),
    ],
)
def test_an_actor_that_cannot_be(two_actors: Path, actor: str, says: str) -> None:
    searched = f"searched:\n  - {{indicator: place, actor: {actor}, words: w, where: w, 'on': 2018}}\n"
    path = two_actors / "profiles" / "AZE.yaml"
    path.write_text(ON_CHINA.replace("    actor: CHN", f"    actor: {actor}") + searched)
    result = run("validate")
    lines = [line for line in result.stderr.splitlines() if says in line]
    assert (result.exit_code, len(lines)) == (1, 2)
    assert "profiles/AZE.yaml:31:12: statements[3].actor: " in lines[0]


def test_a_statement_without_an_actor_is_no_duplicate_of_one_with(two_actors: Path) -> None:
    path = two_actors / "profiles" / "AZE.yaml"
    poll = "    codes: {approval: {share: 54, n: 1000}}\n"
    path.write_text(ON_CHINA.replace(poll, f"    same_as: poll-china\n{poll}"))
    refused = run("validate")
    assert "'poll-china' is about CHN, and this statement is not; remove same_as, or swap the two" in refused.stderr
    path.write_text(
        ON_CHINA.replace("    codes: {approval: {share: 20", "    same_as: poll-2016\n    codes: {approval: {share: 20")
    )
    assert run("validate").exit_code == 0


def test_two_actors_in_one_place_of_a_source_are_no_contradiction(two_actors: Path) -> None:
    place = ON_CHINA.replace("source: chinese\n    locator: Paragraph 3", "source: page\n    locator: Paragraph 1")
    text = place.replace("{approval: {share: 20, n: 1000}}", "{strategy: adopted}")
    assert text != ON_CHINA
    (two_actors / "profiles" / "AZE.yaml").write_text(text)
    assert "contradiction" not in run("validate").stderr
    again = text[text.index("  - id: poll-china") :].replace("poll-china", "poll-again").replace("adopted", "drafted")
    (two_actors / "profiles" / "AZE.yaml").write_text(text + again)
    assert "statements[4].codes.strategy: 'drafted', but 'adopted' in 'poll-china'" in run("validate").stderr


# -- the shipped evidence on China -------------------------------------------------------------------------------------


def test_the_shipped_statements_on_china() -> None:
    book, profiles = load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    found = Scenario(book, profiles).facing("CHN").profiles
    assert [profile.country for profile in found] == ["CZE", "DEU", "EST", "GBR", "LTU", "LVA"]
    scored = {country.code: country for country in scoring.assess(book, found).countries}
    assert scored["LVA"].withheld_because == ("actor_availability", "actor_information")
    assert [code for code, country in scored.items() if country.is_published] == ["CZE", "DEU", "EST", "GBR", "LTU"]
    for profile in found:
        named = [one for one in profile.whole.statements if one.actor == "CHN" and not one.context]
        assert all(one.coders for one in named)  # two coders read each
        differ = [one for one in named if one.codes != (one.coders or {})["second"]]
        assert all(one.adjudicated for one in differ)


def test_the_own_scores_know_nothing_of_china() -> None:
    book, profiles = loaded_few()
    for profile in profiles:
        assert all(one.actor is None for one in profile.statements)
        assert not any(name.startswith("cn-") for name in profile.sources)
    assert book.leaves["oversight"].counts_for_all()
