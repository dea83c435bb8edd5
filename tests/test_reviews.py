"""Reviews: what they say of a profile, what an edit does to them, and what upheld disputes would change."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest
import refresh
import tiny
from conftest import PROFILE, ROOT, git, run
from desk_server import Running, running

import scoring
from scoring.analysis.reviews import reviewed, statement_shares
from scoring.files import writing
from scoring.files.editing import with_answer, with_review
from scoring.model.profile import Profile
from scoring.model.review import CountryReviews, Judgement, Review, statement_digests

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("folder")
POLL = "poll-2016"
HEAD = "format: 1\ncountry: AZE\nreviews:\n"
ONE = "  - reviewer: expert-1\n    role: expert\n    interest: none\n    on: 2018-02-01\n"


def digests(country: str = "AZE") -> dict[str, str]:
    """The digests of the statements of a profile in the working directory."""
    loaded, _ = scoring.files.reader.read(Path("profiles", f"{country}.yaml").read_text(), "")
    return statement_digests(Profile.model_validate(loaded))


def written(*lines: str, country: str = "AZE", head: str = ONE) -> Path:
    """A file of reviews whose only review has these lines about statements."""
    Path("reviews").mkdir(exist_ok=True)
    path = Path("reviews", f"{country}.yaml")
    body = "".join(f"      {line}\n" for line in lines)
    path.write_text(HEAD.replace("AZE", country) + head + (f"    statements:\n{body}" if lines else ""))
    return path


def agree(name: str, country: str = "AZE") -> str:
    return f'{name}: {{says: agree, digest: "{digests(country)[name]}"}}'


def dispute(name: str, more: str = "", country: str = "AZE") -> str:
    return f'{name}: {{says: dispute, digest: "{digests(country)[name]}", why: It says otherwise.{more}}}'


def document(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--format", "json").stdout)


# -- the digest --------------------------------------------------------------------------------------------------------


def test_a_digest_is_the_checksum_of_what_a_reviewer_reads() -> None:
    read = (
        '{"absence":false,"codes":["{\\"approval\\":{\\"n\\":1000,\\"share\\":54}}"],"confidence":"moderate",'
        '"credibility":2,"date":"2016-05","fielded":null,"locator":"Paragraph 3","same_as":null,'
        '"source":{"publisher":"A publisher","reliability":"B","title":"A page","url":null},'
        '"text":"54 percent approved.","until":null}'
    )
    assert digests()[POLL] == hashlib.sha256(read.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("54 percent", "45 percent"),
        ("locator: Paragraph 3", "locator: Paragraph 4"),
        ("date: 2016-05", "date: 2016-06"),
        ("date: 2016-05\n    credibility: 2", "date: 2016-05\n    credibility: 3"),
        ("share: 54", "share: 45"),
        ("codes: {approval", "confidence: low\n    codes: {approval"),
        ("codes: {approval", "until: 2017\n    codes: {approval"),
        ("codes: {approval", "absence: true\n    codes: {approval"),
        ("codes: {approval", "same_as: place-2017\n    codes: {approval"),
        ("n: 1000}}", "n: 1000}}\n    coders: {second: {approval: {share: 53, n: 1000}}}"),
        ("title: A page", "title: Another page"),
        ("publisher: A publisher", "publisher: Another"),
        ("reliability: B", "reliability: C"),
        ("reliability: B", "reliability: B, url: 'https://example.org/page'"),
    ],
)
def test_an_edit_of_what_was_read_changes_the_digest(folder: Path, old: str, new: str) -> None:
    before = digests()[POLL]
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace(old, new))
    assert digests()[POLL] != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("text: 54 percent approved.", "text: '54 percent   approved.'"),
        ("share: 54, n: 1000", "n: 1000, share: 54.0"),
        ("codes: {approval", "note: A remark.\n    event: poll\n    codes: {approval"),
        ("n: 1000}}", "n: 1000}}\n    coders: {second: {approval: {share: 54, n: 1000}}}"),
        ("reliability: B", "reliability: B, note: Read twice., accessed: 2018-01-02, published: 2017"),
        ("No strategy is in force.", "No strategy was in force."),
    ],
)
def test_other_edits_leave_it(folder: Path, old: str, new: str) -> None:
    before = digests()[POLL]
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace(old, new))
    assert digests()[POLL] == before


def test_a_decision_for_the_only_reading_leaves_it_and_one_against_does_not(folder: Path) -> None:
    before = digests()[POLL]
    decided = "n: 1000}}}}\n    coders: {{second: {{}}}}\n    adjudicated: {{codes: {}, reason: So., by: third}}"
    for codes, is_same in (("{approval: {share: 54, n: 1000}}", True), ("{}", False)):
        text = PROFILE.replace("n: 1000}}", decided.format(codes))
        (folder / "profiles" / "AZE.yaml").write_text(text)
        assert (digests()[POLL] == before) is is_same


def test_the_page_on_reviews_shows_what_its_commands_print() -> None:
    assert list(refresh.outdated(refresh.reviews)) == []


# -- checks ------------------------------------------------------------------------------------------------------------


def test_a_review_without_errors_is_counted() -> None:
    written(agree(POLL))
    answer = run("validate", "--strict")
    assert (answer.exit_code, answer.stdout) == (
        0,
        "No errors: rubric small 1.0.0, 2 profiles, reviews of 1 profile.\n",
    )
    alone = run("validate", "reviews/AZE.yaml")
    assert (alone.exit_code, alone.stdout) == (0, "No errors: rubric small 1.0.0, 0 profiles, reviews of 1 profile.\n")


def test_all_errors_are_reported_at_once_with_their_places() -> None:
    written(
        'poll-2015: {says: agree, digest: "0123456789ab"}',
        f'{POLL}: {{says: dispute, digest: "0123456789ab", codes: {{aproval: 1, strategy: adoptd}}}}',
        'no-strategy: {says: agree, digest: "0123456789ab", codes: {strategy: none}, source: A page}',
        "place-2017: {says: dispute, digest: 012, why: So., answer: {on: 2018-01-31, by: first, says: upheld, why: Yes.}}",
    )
    with Path("reviews", "AZE.yaml").open("a") as file:
        file.write("    missing:\n      - {indicator: strateggy, text: A strategy., source: 'https://example.org'}\n")
        file.write(ONE)
    answer = run("validate")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    places = [re.match(r"reviews/AZE.yaml:(\d+):\d+: (.*?): .*\[(.*)\]", line) for line in answer.stderr.splitlines()]
    assert sorted(place.groups() for place in places if place) == sorted(
        [
            ("9", "reviews[0].statements.poll-2015", "unknown-statement"),
            ("10", "reviews[0].statements.poll-2016.codes.aproval", "unknown-indicator"),
            ("10", "reviews[0].statements.poll-2016.codes.strategy", "unknown-level"),
            ("10", "reviews[0].statements.poll-2016.why", "missing-key"),
            ("11", "reviews[0].statements.no-strategy.codes", "not-allowed"),
            ("11", "reviews[0].statements.no-strategy.source", "not-allowed"),
            ("12", "reviews[0].statements.place-2017.answer.on", "impossible-date"),
            ("12", "reviews[0].statements.place-2017.digest", "wrong-type"),
            ("14", "reviews[0].missing[0].indicator", "unknown-indicator"),
            ("15", "reviews[1]", "missing-key"),
            ("15", "reviews[1].reviewer", "duplicate-id"),
        ]
    )
    assert "did you mean poll-2016?" in answer.stderr


def test_more_reviews_than_are_read_are_refused_with_the_limit() -> None:
    review = (
        ONE.replace("expert-1", "expert-{}") + "    missing: [{{indicator: strategy, text: A law., source: A page}}]\n"
    )
    path = written()
    for count, code in ((100, 0), (101, 1)):
        path.write_text(HEAD + "".join(review.format(number) for number in range(count)))
        result = run("validate")
        assert result.exit_code == code, result.stderr
    assert "reviews/AZE.yaml:4:3: reviews: has 101 entries; write at most 100 [out-of-range]\n" in result.stderr


def test_a_file_of_another_country_or_of_none_is_refused() -> None:
    written(agree(POLL)).rename("reviews/GEO.yaml")
    assert "name the file AZE.yaml [file-name]" in run("validate").stderr
    Path("reviews", "GEO.yaml").write_text(HEAD.replace("AZE", "MDA") + ONE + "    missing: []\n")
    Path("reviews", "GEO.yaml").rename("reviews/MDA.yaml")
    assert "'MDA' has no profile in profiles" in run("validate").stderr


def test_nothing_in_the_folder_is_passed_over() -> None:
    written(agree(POLL))
    Path("reviews", "old").mkdir()
    Path("reviews", "old", "AZE.yaml").write_text("x")
    Path("reviews", "GEO.yml").write_text("x")
    told = run("validate").stderr
    assert "reviews/old/AZE.yaml:1:1: is not read; move it to reviews itself" in told
    assert "reviews/GEO.yml:1:1: is not read; rename it to GEO.yaml" in told


def test_a_file_in_place_of_the_folder_is_refused() -> None:
    Path("reviews").write_text("x")
    for command in (["validate"], ["reviews"], ["explain", "AZE"], ["cite", "AZE", "--draws", "100"]):
        answer = run(*command)
        assert answer.exit_code == 1
        assert "reviews:1:1: is not a folder" in answer.stderr


def test_reviews_of_a_profile_with_errors_wait_for_it(folder: Path) -> None:
    written(agree(POLL), 'gone: {says: agree, digest: "0123456789ab"}')
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("credibility: 1", "credibility: 9"))
    told = run("validate").stderr
    assert "profiles/AZE.yaml" in told
    assert "reviews/" not in told


def test_a_folder_of_profiles_that_is_called_reviews_has_none(folder: Path) -> None:
    (folder / "profiles").rename("reviews")
    assert run("validate", "--profiles", "reviews").stdout == "No errors: rubric small 1.0.0, 2 profiles.\n"


# -- edits -------------------------------------------------------------------------------------------------------------


def edit(old: str, new: str) -> None:
    path = Path("profiles", "AZE.yaml")
    path.write_text(path.read_text().replace(old, new))


def test_an_edited_statement_loses_its_review() -> None:
    written(agree(POLL), agree("place-2017"))
    edit("54 percent", "About 54 percent")
    answer = run("validate")
    assert answer.exit_code == 0
    assert "warning: reviews[0].statements.poll-2016.digest: the statement was edited since 2018-02-01" in answer.stderr
    assert "[void-review]" in answer.stderr
    assert run("validate", "--strict").exit_code == 1
    [country] = document("reviews")["countries"]
    assert (country["read"], country["void"]) == (1, 1)
    assert "Edited or withdrawn since: AZE poll-2016." in run("reviews").stdout


def test_so_does_one_that_is_withdrawn() -> None:
    written(agree(POLL))
    edit("n: 1000}}", "n: 1000}}\n    withdrawn: {on: 2018-03-01, why: Misread., by: second}")
    assert "was withdrawn since 2018-02-01" in run("validate").stderr
    assert document("reviews")["countries"][0]["void"] == 1


def test_a_digest_that_was_committed_is_void_and_one_that_never_was_an_error(repository: Path) -> None:
    before = agree(POLL)
    edit("54 percent", "About 54 percent")
    git(repository, "commit", "--quiet", "--all", "--message=second")
    edit("About 54 percent", "Some 54 percent")
    written(before)
    assert "[void-review]" in run("validate").stderr
    written(f'{POLL}: {{says: agree, digest: "0123456789ab"}}', agree("place-2017"))
    answer = run("validate")
    assert answer.exit_code == 1
    [line] = answer.stderr.splitlines()
    now = digests()[POLL]
    assert line.startswith("reviews/AZE.yaml:9:40: reviews[0].statements.poll-2016.digest: 0123456789ab is the digest")
    assert f"neither of the statement ({now}) nor of a version of it in git" in line


def test_a_history_that_is_not_complete_decides_nothing(repository: Path) -> None:
    (repository / "profiles" / "AZE.yaml").write_text("not: [a profile")
    git(repository, "commit", "--quiet", "--all", "--message=broken")
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("id: poll-2016", "id: poll-2016\n    odd: 1"))
    git(repository, "commit", "--quiet", "--all", "--message=odd")
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE)
    written(f'{POLL}: {{says: agree, digest: "0123456789ab"}}')
    assert "[unknown-digest]" in run("validate").stderr
    git(repository, "mv", "profiles", "evidence")
    git(repository, "commit", "--quiet", "--all", "--message=renamed")
    (repository / "scores.lock").unlink()
    answer = run("validate", "--profiles", "evidence")
    assert "[void-review]" in answer.stderr
    assert "[unknown-digest]" not in answer.stderr


def test_of_a_long_history_only_a_part_is_searched(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(f'{POLL}: {{says: agree, digest: "0123456789ab"}}')
    assert "[unknown-digest]" in run("validate").stderr
    monkeypatch.setattr(
        "scoring.files.reviews.MAX_PARSED", len((repository / "profiles" / "AZE.yaml").read_bytes()) - 1
    )
    assert "[void-review]" in run("validate").stderr


def test_an_upheld_dispute_is_to_be_carried_out() -> None:
    answer = ", answer: {on: 2018-02-03, by: first, says: upheld, why: Yes.}"
    written(dispute(POLL, answer))
    assert (
        "upheld on 2018-02-03, but the statement is as it was; edit or withdraw it [upheld]" in run("validate").stderr
    )
    edit("54 percent", "45 percent")
    assert "[upheld]" not in run("validate").stderr


# -- figures -----------------------------------------------------------------------------------------------------------


def _judgement(says: str, digest: str, **more: Any) -> Judgement:
    return Judgement.model_validate({"says": says, "digest": digest, **more})


def _reviews(profile: Profile, *judged: dict[str, Judgement]) -> CountryReviews:
    """One review for each mapping, of another reviewer and a later day."""
    reviews = [
        Review.model_validate(
            {"reviewer": f"r-{place}", "role": "expert", "interest": "none", "on": f"2018-0{place}-01"}
        )
        for place in range(1, 1 + len(judged))
    ]
    pairs = zip(reviews, judged, strict=True)
    return CountryReviews(
        tuple(review.model_copy(update={"statements": said}) for review, said in pairs), statement_digests(profile)
    )


TWO = tiny.book({**tiny.LEVELS, "id": "one"}, {**tiny.LEVELS, "id": "two", "weight": 3.0})
"""Two indicators with weights 1/4 and 3/4."""


def two() -> tuple[scoring.Assessment, dict[str, str]]:
    """The index is 1/4 x 8/10 + 3/4 x 4/10 = 0.5; `two` has two statements of equal weight."""
    profile = tiny.profile(tiny.say("v8", "one"), tiny.say("v4", "two"), tiny.say("v4", "two"))
    return scoring.assess(TWO, [profile]), statement_digests(profile)


def test_shares_of_what_was_read_are_those_of_the_information() -> None:
    assessment, known = two()
    shares = statement_shares(assessment, 0)
    assert shares == pytest.approx({"s1": 3 / 8, "s2": 3 / 8, "s0": 1 / 4})
    assert list(shares) == ["s1", "s2", "s0"]
    profile = assessment.profiles[0]
    said = {"s0": _judgement("agree", known["s0"]), "s1": _judgement("agree", known["s1"])}
    found = reviewed(assessment, 0, _reviews(profile, said, {"s1": said["s1"], "s2": _judgement("agree", "0" * 12)}))
    assert (found.total, found.read, found.upheld) == (3, 2, None)
    assert found.share == pytest.approx(5 / 8)
    assert [one.statement for one in found.void] == ["s2"]
    assert found.reviewers == (("expert", 2),)


def test_the_range_is_over_each_dispute_alone_and_all_together() -> None:
    assessment, known = two()
    said = {
        "s0": _judgement("dispute", known["s0"], why="So.", codes={"one": "v0"}),
        "s1": _judgement("dispute", known["s1"], why="So.", codes={"two": "v8"}),
    }
    found = reviewed(assessment, 0, _reviews(assessment.profiles[0], said))
    # alone: 3/4 x 4/10 = 0.3, and 1/4 x 8/10 + 3/4 x 6/10 = 0.65; together: 3/4 x 6/10 = 0.45
    assert [one.upheld.estimate for one in found.judged if one.upheld] == pytest.approx([0.3, 0.65])
    assert found.upheld is not None
    assert (found.upheld.low, found.upheld.high) == pytest.approx((0.3, 0.65))
    assert (found.upheld.disputes, found.upheld.is_withheld) == (2, False)
    assert found.upheld.bounds == pytest.approx((0.3, 0.65))  # without a prior there is nothing to bound


def test_all_together_can_be_outside_of_each_alone() -> None:
    assessment, known = two()
    said = {name: _judgement("dispute", known[name], why="So.", codes={"two": "v0"}) for name in ("s1", "s2")}
    found = reviewed(assessment, 0, _reviews(assessment.profiles[0], said))
    # alone: 0.2 + 3/4 x 2/10 = 0.35; together 0.2
    assert found.upheld is not None
    assert (found.upheld.low, found.upheld.high) == pytest.approx((0.2, 0.35))


def test_of_two_disputes_of_a_statement_one_can_be_upheld() -> None:
    assessment, known = two()
    lower, higher = (_judgement("dispute", known["s0"], why="So.", codes={"one": code}) for code in ("v0", "v10"))
    other = _judgement("dispute", known["s1"], why="So.", codes={"two": "v6"})
    found = reviewed(assessment, 0, _reviews(assessment.profiles[0], {"s0": lower, "s1": other}, {"s0": higher}))
    # with s1, two is 5/10: 0.375 with the lower answer, and 0.625 with the higher; alone 0.3, 0.55 and 0.575
    assert found.upheld is not None
    assert (found.upheld.low, found.upheld.high) == pytest.approx((0.3, 0.625))


def test_nothing_counts_of_a_statement_that_codes_nothing() -> None:
    assessment, known = two()
    said = {"s1": _judgement("dispute", known["s1"], why="So.", codes={})}
    profile = assessment.profiles[0]
    found = reviewed(assessment, 0, _reviews(profile, said))
    assert found.upheld is not None
    assert (found.upheld.low, found.upheld.high) == pytest.approx((0.5, 0.5))
    # without any evidence on an indicator there is no index where the prior has no weight
    gone = {"s0": _judgement("dispute", known["s0"], why="So.", codes={"of_another_rubric": 1})}
    found = reviewed(assessment, 0, _reviews(profile, gone))
    assert found.upheld is not None
    assert found.upheld.is_withheld
    assert math.isnan(found.upheld.low)


def test_rejected_void_and_uncoded_disputes_are_not_pending() -> None:
    assessment, known = two()
    rejected = {"on": "2018-03-01", "by": "first", "says": "rejected", "why": "No."}
    said = {
        "s0": _judgement("dispute", known["s0"], why="So.", codes={"one": "v0"}, answer=rejected),
        "s1": _judgement("dispute", "0" * 12, why="So.", codes={"two": "v0"}),
        "s2": _judgement("dispute", known["s2"], why="So.", source="Another page"),
    }
    found = reviewed(assessment, 0, _reviews(assessment.profiles[0], said))
    assert found.upheld is None
    assert (len(found.disputed), found.answered, len(found.void), found.read) == (3, 1, 1, 2)


def test_the_last_judgement_of_a_reviewer_counts_alone() -> None:
    assessment, known = two()
    first = {"s0": _judgement("dispute", known["s0"], why="So.", codes={"one": "v0"})}
    second = {"s0": _judgement("agree", known["s0"])}
    reviews = _reviews(assessment.profiles[0], first, second)
    same = tuple(review.model_copy(update={"reviewer": "r"}) for review in reviews.reviews)
    for order in (same, same[::-1]):  # by day, not by place in the file
        found = reviewed(assessment, 0, reviews._replace(reviews=order))
        assert (found.disputed, found.upheld, found.read) == ((), None, 1)
        assert found.reviewers == (("expert", 1),)


def test_a_country_without_evidence_has_no_share() -> None:
    profile = tiny.profile(tiny.say("v5", "one"))
    bare = profile.model_copy(update={"statements": ()})
    found = reviewed(scoring.assess(TWO, [bare]), 0, _reviews(profile, {"s0": _judgement("agree", "0" * 12)}))
    assert (found.total, found.read) == (0, 0)
    assert math.isnan(found.share)


# -- commands ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(folder: Path) -> Path:
    """Azerbaijan: one statement agreed, one disputed with another code, one edited since; and evidence that is missed."""
    answer = "answer: {on: 2018-02-02, by: first, says: rejected, why: It does.}"
    text = dispute("no-strategy", ", codes: {strategy: drafted}, source: 'Law 5, https://example.org'")
    written(text, agree("place-2017"), dispute(POLL, f", {answer}"))
    with Path("reviews", "AZE.yaml").open("a") as file:
        file.write(
            "    missing:\n      - {indicator: expulsions, text: Two were expelled., source: 'https://example.org'}\n"
        )
    edit("54 percent", "About 54 percent")
    return folder


@pytest.mark.usefixtures("disputed")
def test_reviews_are_counted_and_disputes_listed() -> None:
    [country] = document("reviews")["countries"]
    assert (country["statements"], country["read"], country["disputed"], country["answered"]) == (3, 2, 2, 1)
    assert (country["void"], country["reviewers"]) == (1, {"expert": 1, "government": 0, "editor": 0})
    assert [one["indicator"] for one in country["missing"]] == ["expulsions"]
    [pending] = [one for one in country["judgements"] if one["index_if_upheld"] is not None]
    assert (pending["statement"], pending["codes"]) == ("no-strategy", {"strategy": "drafted"})
    assert country["upheld"] == {
        "low": pending["index_if_upheld"],
        "high": pending["index_if_upheld"],
        "bounds": pending["bounds_if_upheld"],
        "withheld": False,
        "disputes": 1,
    }
    # by hand: the statement with the code that is proposed, in place of its own
    edit("strategy: none", "strategy: drafted")
    [scored] = document("score", "AZE")["countries"]
    assert pending["index_if_upheld"] == scored["index"]["estimate"] != country["index"]["estimate"]
    assert pending["bounds_if_upheld"] == [scored["index"]["low"], scored["index"]["high"]]


@pytest.mark.usefixtures("disputed")
def test_the_table_has_every_figure_beside_its_bounds() -> None:
    shown = run("reviews", "AZE", "GEO").stdout
    index = next(one for one in document("score", "AZE")["countries"])["index"]
    row = next(line for line in shown.splitlines() if line.startswith("AZE"))
    upheld = document("reviews", "AZE")["countries"][0]["upheld"]
    low, high = upheld["bounds"]
    assert row.endswith(f" {upheld['low']:.1f} ({low:.1f}–{high:.1f})")
    assert f" {upheld['low']:.1f}   {low:.1f}–{high:.1f}   It says otherwise." in shown
    assert f"{index['low']:.1f}–{index['high']:.1f}" in row
    assert "1 expert    2 of 3" in row
    assert "Not reviewed: GEO." in shown
    assert "rejected by first on 2018-02-02: It does.; void since an edit" in shown.lower().replace(
        "it does", "It does"
    )
    assert "strategy=drafted; Law 5, https://example.org" in shown
    assert "Two were expelled." in shown
    assert run("reviews", "GEO").stdout == "Reviews\nNot reviewed: GEO.\n"


def test_an_index_that_would_be_withheld_is_said_to_be() -> None:
    written(dispute("no-strategy", ", codes: {}"))  # half of the index has then no evidence
    assert "or withheld if disputes are upheld" in run("explain", "AZE").stdout
    nothing = {"low": None, "high": None, "bounds": [None, None], "withheld": True, "disputes": 1}
    assert document("reviews")["countries"][0]["upheld"] == nothing
    written(dispute("no-strategy", ", codes: {}"), dispute("place-2017", ", codes: {place: {rank: 1, of: 194}}"))
    assert re.search(
        r"or \d+\.\d \(\d+\.\d to \d+\.\d\) or withheld if disputes are upheld", run("explain", "AZE").stdout
    )


def test_a_dispute_without_an_answer_can_be_void() -> None:
    written(dispute(POLL))
    edit("54 percent", "About 54 percent")
    assert re.search(r"It says otherwise. +void since an edit$", run("reviews").stdout, re.MULTILINE)


def test_an_index_without_bounds_is_shown_without() -> None:
    path = Path("rubrics", "small", "rubric.yaml")
    path.write_text(path.read_text().replace("prior: {weight: 0.25", "prior: {weight: 0"))
    written(agree(POLL))
    shown = run("reviews").stdout
    assert "Bounds" not in shown
    assert re.search(r"^AZE +1 expert +1 of 3 +\d+ % +0 +0 +0 +withheld +–$", shown, re.MULTILINE)
    assert "; index withheld." in run("explain", "AZE").stdout


@pytest.mark.usefixtures("disputed")
def test_the_csv_has_a_line_per_country() -> None:
    [line] = csv.DictReader(io.StringIO(run("reviews", "--format", "csv").stdout))
    [country] = document("reviews")["countries"]
    assert line["country"] == "AZE"
    assert [line[name] for name in ("experts", "governments", "editors", "statements", "read")] == [
        "1",
        "0",
        "0",
        "3",
        "2",
    ]
    assert [line[name] for name in ("disputed", "answered", "void", "missing")] == ["2", "1", "1", "1"]
    assert float(line["information_read"]) == country["information_read"]
    assert float(line["upheld_low"]) == country["upheld"]["low"]
    bounds = [float(line[f"upheld_bounds_{end}"]) for end in ("low", "high")]
    assert bounds == country["upheld"]["bounds"]
    assert "| AZE | 1 expert |" in run("reviews", "--format", "markdown").stdout


def test_the_bounds_are_those_of_all_cases() -> None:
    """The lowest of them and the highest, each as the country has it with the code that is proposed."""
    proposals = {"no-strategy": ("strategy: adopted", "strategy: none"), "place-2017": ("rank: 194", "rank: 48")}
    written(*(dispute(name, f", codes: {{{_coded(new)}}}") for name, (new, _) in proposals.items()))
    cases = []
    for names in (["no-strategy"], ["place-2017"], ["no-strategy", "place-2017"]):
        for name in names:
            edit(*proposals[name][::-1])
        cases.append(document("score", "AZE")["countries"][0]["index"])
        for name in names:
            edit(*proposals[name])
    [country] = document("reviews")["countries"]
    assert country["upheld"]["bounds"] == [min(one["low"] for one in cases), max(one["high"] for one in cases)]
    assert country["upheld"]["low"] == min(one["estimate"] for one in cases)


def _coded(code: str) -> str:
    return code if code.startswith("strategy") else f"place: {{{code}, of: 194}}"


@pytest.mark.usefixtures("disputed")
def test_evidence_that_two_reviewers_miss_is_listed_once() -> None:
    path = Path("reviews", "AZE.yaml")
    same = "{indicator: expulsions, text: Two  were expelled., source: 'https://example.org'"
    answer = "answer: {on: 2018-03-05, by: first, says: rejected, why: It was a reply.}"
    path.write_text(
        path.read_text()
        + ONE.replace("expert-1", "government-1").replace("role: expert", "role: government").replace("02-01", "03-01")
        + f"    missing:\n      - {same}, {answer}}}\n      - {same.replace('Two', 'Three')}}}\n"
    )
    [country] = document("reviews")["countries"]
    assert [one["reviewer"] for one in country["missing"]] == ["expert-1", "government-1", "government-1"]
    shown = run("reviews").stdout.partition("Missing evidence\n")[2].splitlines()[2:]
    assert [re.split(" {3,}", line)[2] for line in shown] == [
        "expert-1 (expert, 2018-02-01); government-1 (government, 2018-03-01)",
        "government-1 (government, 2018-03-01)",
    ]
    assert shown[0].endswith("Rejected by first on 2018-03-05: It was a reply.")
    [line] = csv.DictReader(io.StringIO(run("reviews", "--format", "csv").stdout))
    assert line["missing"] == "2"
    assert "evidence missed 2" in run("explain", "AZE").stdout


def test_no_score_digest_or_id_depends_on_a_review() -> None:
    commands = [("score", "--format", "json"), ("rank", "--draws", "100"), ("cite", "AZE", "--draws", "100"), ("lock",)]
    before = [run(*command).stdout for command in commands]
    lock = Path("scores.lock").read_bytes()
    written(dispute("no-strategy", ", codes: {strategy: adopted}"))
    assert [run(*command).stdout for command in commands] == before
    assert Path("scores.lock").read_bytes() == lock


@pytest.mark.usefixtures("disputed")
def test_explain_prints_disputes_beside_their_statements() -> None:
    text = run("explain", "AZE").stdout
    assert "Reviews: 1 expert; 2 of 3 statements read (" in text
    lines = text.splitlines()
    place = next(at for at, line in enumerate(lines) if "- no-strategy:" in line)
    said = "disputed by expert-1 (expert, 2018-02-01): It says otherwise. Proposes strategy=drafted; Law 5, https://example.org."
    assert said in [line.strip() for line in lines[place : place + 5]]
    place = next(at for at, line in enumerate(lines) if "- poll-2016:" in line)
    said = (
        "disputed by expert-1 (expert, 2018-02-01): It says otherwise. Rejected by first on 2018-02-02: It does. "
        "Void: the statement was edited or withdrawn since."
    )
    assert said in [line.strip() for line in lines[place : place + 5]]
    of_statement = run("explain", "AZE", "--statement", POLL).stdout
    assert (
        "Rejected by first on 2018-02-02: It does. Void: the statement was edited or withdrawn since." in of_statement
    )
    assert "Agreed by expert-1 (expert, 2018-02-01)" in run("explain", "AZE", "--statement", "place-2017").stdout
    assert "Reviews:" not in run("explain", "AZE", "strategy").stdout
    assert "Reviews:" not in run("explain", "GEO").stdout
    schema = json.loads((ROOT / "schemas" / "output" / "explain.schema.json").read_text())
    for command in (["explain", "AZE"], ["explain", "AZE", "--statement", POLL], ["explain", "GEO"]):
        jsonschema.validate(document(*command), schema)
    assert document("explain", "AZE")["reviewed"]["read"] == 2
    assert [one["void"] for one in document("explain", "AZE", "--statement", POLL)["judgements"]] == [True]
    assert "reviewed" not in document("explain", "GEO")


@pytest.mark.usefixtures("disputed")
def test_a_citation_stands_beside_what_was_reviewed() -> None:
    answer = run("cite", "AZE", "--draws", "100")
    assert answer.stderr.startswith("Reviews of AZE: 1 expert; 2 of 3 statements read (")
    assert "expert" not in answer.stdout
    assert "Reviews of" not in run("cite", "GEO", "--draws", "100").stderr


@pytest.mark.usefixtures("disputed")
def test_the_page_of_a_country_says_who_reviewed_it() -> None:
    path = Path("rubrics", "small", "rubric.yaml")
    path.write_text(
        path.read_text().replace("about: {actor: RUS}", "about: {actor: RUS, review: not reviewed by anybody}")
    )
    run("docs", "-o", "docs", "--draws", "100")
    page = Path("docs", "countries", "AZE.md").read_text()
    assert "- Reviews: 1 expert; 2 of 3 statements read (" in page
    assert "  - Disputed by expert-1 (expert, 2018-02-01): It says otherwise." in page
    assert "Two were expelled." in page
    assert "not reviewed by anybody" not in page
    assert "not reviewed by anybody" in Path("docs", "countries", "GEO.md").read_text()
    run("site", "site", "--draws", "100")
    page = Path("site", "countries", "AZE.html").read_text()
    assert "Reviews: 1 expert; 2 of 3 statements read (" in page
    assert "<b>Disputed</b> by expert-1 (expert, 2018-02-01): It says otherwise." in page
    assert "What reviewers miss" in page
    assert "Reviews:" not in Path("site", "countries", "GEO.html").read_text()


@pytest.mark.usefixtures("disputed")
def test_an_export_has_a_table_of_reviews() -> None:
    run("export", "out", "--draws", "100")
    rows = list(csv.DictReader(io.StringIO(Path("out", "data", "reviews.csv").read_text())))
    assert [(row["says"], row["statement"] or row["indicator"], row["void"]) for row in rows] == [
        ("dispute", "no-strategy", "false"),
        ("agree", "place-2017", "false"),
        ("dispute", POLL, "true"),
        ("missing", "expulsions", "false"),
    ]
    assert json.loads(rows[0]["codes"]) == {"strategy": "drafted"}
    assert (rows[2]["answer"], rows[2]["answered_by"]) == ("rejected", "first")
    records = csv.DictReader(io.StringIO(Path("out", "data", "ranking.csv").read_text()))
    ranking = {row["country"]: row["reviewed"] for row in records}
    assert ranking["GEO"] == ""
    assert float(ranking["AZE"]) == document("reviews")["countries"][0]["information_read"]
    package = json.loads(Path("out", "datapackage.json").read_text())
    assert "reviews" in [one["name"] for one in package["resources"]]


def test_text_of_reviewers_is_only_text() -> None:
    odd = "<script>alert(1)</script> [a](b) ##vso[task.x] =1+1"
    text = f'no-strategy: {{says: dispute, digest: "{digests()["no-strategy"]}", why: "{odd}", source: "{odd}"}}'
    written(text)
    with Path("reviews", "AZE.yaml").open("a") as file:
        file.write(f'    missing:\n      - {{indicator: expulsions, text: "{odd}", source: "=1+1"}}\n')
    run("site", "site", "--draws", "100")
    run("docs", "-o", "docs", "--draws", "100")
    run("export", "out", "--draws", "100")
    assert "<script>alert" not in Path("site", "countries", "AZE.html").read_text()
    assert "&lt;script&gt;alert(1)" in Path("site", "countries", "AZE.html").read_text()
    page = Path("docs", "countries", "AZE.md").read_text()
    assert "<script>" not in page
    assert "[a](b)" not in page
    assert "##vso[" not in run("reviews").stdout + run("explain", "AZE").stdout
    rows = csv.reader(io.StringIO(Path("out", "data", "reviews.csv").read_text()))
    assert [one for row in rows for one in row if one.startswith("=")] == []
    with running(Path("rubrics", "small"), Path("profiles")) as desk:
        assert "<script>alert" not in desk.get(PAGE).text


def test_an_export_without_reviews_has_none() -> None:
    run("export", "out", "--draws", "100")
    assert not Path("out", "data", "reviews.csv").exists()
    assert "reviewed" not in Path("out", "data", "ranking.csv").read_text()


@pytest.mark.parametrize("command", ["export out", "docs -o out", "site out", "explain AZE", "cite AZE", "reviews"])
def test_a_review_with_errors_ends_the_commands_that_show_it(command: str) -> None:
    written('poll: {says: agree, digest: "0123456789ab"}')
    more = [] if command.startswith(("explain", "reviews")) else ["--draws", "100"]
    answer = run(*command.split(), *more)
    assert answer.exit_code == 1
    assert "[unknown-statement]" in answer.stderr
    assert not Path("out").exists()


def test_the_function_gives_the_same(disputed: Path) -> None:
    assessment = scoring.assess(*scoring.load())
    result = scoring.reviews(assessment)
    [found] = result.value
    assert (found.total, found.read, len(found.disputed)) == (3, 2, 2)
    assert str(result) == run("reviews").stdout
    assert scoring.reviews(assessment, "Georgia").value == ()
    assert len(scoring.reviews(assessment, "AZE", profiles=disputed / "profiles").value) == 1
    written('poll: {says: agree, digest: "0123456789ab"}')
    with pytest.raises(scoring.InputError, match="unknown-statement"):
        scoring.reviews(assessment)


def test_a_country_of_a_table_is_reviewed_too(folder: Path) -> None:
    (folder / "profiles" / "table.csv").write_text("country,approval\nMDA,54\n")
    (folder / "profiles" / "table.import.yaml").write_text(
        "id: table\ntitle: A table\nas_of: 2018-01-01\nactor: RUS\n"
        "source: {title: A page, publisher: A publisher, reliability: B, url: 'https://example.org'}\n"
        "file: table.csv\ncode: country\nindicators: [{column: approval, worst: 90, best: 10}]\n"
    )
    [name] = [one["id"] for one in document("statements", "MDA")["statements"]]
    written(f'{name}: {{says: agree, digest: "0123456789ab"}}', country="MDA")
    [country] = document("reviews", "MDA")["countries"]
    assert (country["statements"], country["void"]) == (1, 1)
    assert run("sheet", "MDA", "--review").exit_code == 0
    written('gone: {says: agree, digest: "0123456789ab"}', country="MDA")
    assert "[unknown-statement]" in run("reviews", "MDA").stderr


# -- sheets ------------------------------------------------------------------------------------------------------------


def cell(book: Any, row: int, head: str) -> Any:
    sheet = book["Statements"]
    return sheet.cell(row, [one.value for one in sheet[1]].index(head) + 1)


def filled(path: str = "AZE-review.xlsx") -> Any:
    """A sheet with what is asked of the reviewer."""
    book = openpyxl.load_workbook(path)
    for row, value in enumerate(("expert-1", "Expert", "none", "2018-02-01"), start=3):
        book["Reviewer"].cell(row, 2, value)
    return book


def test_a_sheet_has_what_the_index_rests_on_by_its_share() -> None:
    answer = run("sheet", "AZE", "--review")
    assert (answer.exit_code, answer.stdout) == (0, "AZE-review.xlsx: 3 statements for a reviewer.\n")
    book = openpyxl.load_workbook("AZE-review.xlsx")
    sheet = book["Statements"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == list(
        statement_shares(scoring.assess(*scoring.load()), 0)
    )
    assert {row[1].value: row[0].value for row in sheet.iter_rows(min_row=2)} == digests()
    assert sheet.column_dimensions["A"].hidden
    by_id = {row[1].value: [one.value for one in row] for row in sheet.iter_rows(min_row=2)}
    assert by_id["no-strategy"][2:8] == [
        "No strategy is in force.",
        "A publisher, A page",
        "https://example.org",
        "Paragraph 1",
        "2017",
        "B2",
    ]
    assert by_id["no-strategy"][8] == "Is a strategy in force?\nstrategy = none: No strategy"
    shares = [float(row[9].value.removesuffix(" %")) for row in sheet.iter_rows(min_row=2)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.2)
    assert book["Key"].sheet_state == "hidden"


def test_a_filled_sheet_becomes_a_review() -> None:
    run("sheet", "AZE", "--review")
    book = filled()
    rows = {row[1].value: row[0].row for row in book["Statements"].iter_rows(min_row=2)}
    cell(book, rows[POLL], "Judgement").value = "agree"
    cell(book, rows["no-strategy"], "Judgement").value = "dispute"
    cell(book, rows["no-strategy"], "Reason").value = "A draft\nis known: see # 5."
    cell(book, rows["no-strategy"], "Proposed code").value = "strategy: drafted; approval: share: 40, n: 500"
    cell(book, rows["no-strategy"], "Proposed source").value = "https://example.org/draft"
    cell(book, rows["place-2017"], "Judgement").value = "dispute"
    cell(book, rows["place-2017"], "Reason").value = "No."
    cell(book, rows["place-2017"], "Proposed code").value = "nothing to code"
    for column, value in enumerate(("awareness", "There is a site.", "https://example.org"), start=1):
        book["Missing"].cell(2, column, value)
    book.save("filled.xlsx")
    answer = run("collect", "filled.xlsx")
    assert answer.stdout == (
        "reviews/AZE.yaml: review by expert-1 added: 3 statements read, 2 disputed, evidence missed 1.\n"
    )
    assert run("validate", "--strict").exit_code == 0
    read, problems = scoring.files.reader.read(Path("reviews", "AZE.yaml").read_text(), "")
    assert problems == ()
    now = digests()
    statements = {
        POLL: {"says": "agree", "digest": now[POLL]},
        "no-strategy": {
            "says": "dispute",
            "digest": now["no-strategy"],
            "why": "A draft is known: see # 5.",
            "codes": {"strategy": "drafted", "approval": {"share": 40, "n": 500}},
            "source": "https://example.org/draft",
        },
        "place-2017": {"says": "dispute", "digest": now["place-2017"], "why": "No.", "codes": {}},
    }
    review = {"reviewer": "expert-1", "role": "expert", "interest": "none", "on": "2018-02-01"}
    missing = [{"indicator": "awareness", "text": "There is a site.", "source": "https://example.org"}]
    assert read == {
        "format": 1,
        "country": "AZE",
        "reviews": [{**review, "statements": statements, "missing": missing}],
    }
    assert run("collect", "filled.xlsx").stdout == "filled.xlsx: reviews/AZE.yaml has this review already.\n"


def test_a_second_review_is_added_and_every_other_byte_stays() -> None:
    path = written("# read in full", agree(POLL))
    before = path.read_bytes()
    run("sheet", "AZE", "--review")
    book = filled()
    book["Reviewer"].cell(6, 2, "2018-03-01")
    cell(book, 2, "Judgement").value = "agree"
    edit("No strategy is in force.", "No strategy is known.")
    book.save("filled.xlsx")
    answer = run("collect", "filled.xlsx")
    assert path.read_bytes().startswith(before)
    assert path.read_text().count("reviewer:") == 2
    assert answer.stderr == "1 statement changed since the sheet was made: that part is void.\n"
    book["Reviewer"].cell(6, 2, "2018-02-01")
    book.save("filled.xlsx")
    before = path.read_bytes()
    answer = run("collect", "filled.xlsx")
    assert answer.exit_code == 1
    assert "expert-1 has another review of 2018-02-01 in reviews/AZE.yaml; give it another day" in answer.stderr
    path.write_text(
        f"{{format: 1, country: AZE, reviews: [{{reviewer: e, role: editor, interest: none, on: 2018, statements: {{{agree(POLL)}}}}}]}}"
    )
    assert "write its reviews as a list with dashes" in run("collect", "filled.xlsx").stderr
    path.write_text("format: 2\n")
    assert "reviews/AZE.yaml:1:9" in run("collect", "filled.xlsx").stderr
    assert path.read_text() == "format: 2\n"


def test_every_error_of_a_sheet_has_its_cell_and_nothing_is_written() -> None:
    run("sheet", "AZE", "--review")
    book = openpyxl.load_workbook("AZE-review.xlsx")
    for row, value in enumerate(("Jane Doe", "boss", None, "1.2.2018"), start=3):
        book["Reviewer"].cell(row, 2, value)
    cell(book, 2, "Judgement").value = "dispute"
    cell(book, 2, "Proposed code").value = "strategy: adoptd; nope: 1; strategy: none; place; approval: [1"
    cell(book, 3, "Reason").value = "Why not?"
    cell(book, 4, "Judgement").value = "=1+1"
    cell(book, 4, "Reason").value = "x" * 4001
    cell(book, 5, "Id").value = "other"
    cell(book, 5, "Judgement").value = "agree"
    cell(book, 6, "Id").value = cell(book, 2, "Id").value
    cell(book, 6, "Judgement").value = "agree"
    book["Missing"].cell(3, 1, "stratgy")
    book.save("filled.xlsx")
    answer = run("collect", "filled.xlsx")
    assert answer.exit_code == 1
    found = re.findall(r"^filled.xlsx:\d+:\d+: (\S+): .*\[(.*)\]$", answer.stderr, re.MULTILINE)
    assert found == [  # sheet by sheet, in the order of the workbook
        ("Reviewer!B3", "bad-name"),
        ("Reviewer!B4", "not-allowed"),
        ("Reviewer!B5", "missing-answer"),
        ("Reviewer!B6", "bad-name"),
        ("Statements!L2", "missing-answer"),
        ("Statements!M2", "unknown-level"),
        ("Statements!M2", "unknown-indicator"),
        ("Statements!M2", "duplicate-key"),
        ("Statements!M2", "wrong-type"),
        ("Statements!M2", "wrong-type"),
        ("Statements!K3", "missing-answer"),
        ("Statements!K4", "wrong-type"),
        ("Statements!L4", "too-large"),
        ("Statements!B5", "changed-sheet"),
        ("Statements!B6", "changed-sheet"),
        ("Missing!A3", "unknown-indicator"),
        ("Missing!B3", "missing-answer"),
        ("Missing!C3", "missing-answer"),
    ]
    assert not Path("reviews").exists()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({}, "no statement is judged; choose agree or dispute"),
        ({"Statements!C1": "Text"}, "expected the header 'Statement', got 'Text'"),
        ({"Key!B2": "MDA"}, "is of 'MDA', and profiles has no profile of it"),
        ({"Statements!K2": "perhaps"}, "'perhaps' is not allowed; choose agree or dispute"),
        (
            {"Statements!K2": "agree", "Statements!C2": "Other."},
            "the row was changed, or cells were moved between rows",
        ),
        ({"Statements!K2": "agree", "Statements!A2": "none"}, "the row was changed, or cells were moved between rows"),
        ({"Statements!K2": "agree", "Statements!N2": "A page"}, "belongs to a dispute; remove it, or choose dispute"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(cells: dict[str, str], message: str) -> None:
    run("sheet", "AZE", "--review")
    book = filled()
    for name, value in cells.items():
        sheet, _, place = name.partition("!")
        book[sheet][place] = value
    book.save("filled.xlsx")
    answer = run("collect", "filled.xlsx")
    assert answer.exit_code == 1
    assert message in answer.stderr
    assert not Path("reviews").exists()


def test_a_damaged_sheet_is_refused() -> None:
    run("sheet", "AZE", "--review")
    with zipfile.ZipFile("AZE-review.xlsx") as book, zipfile.ZipFile("filled.xlsx", "w") as damaged:
        for name in book.namelist():
            data = book.read(name)
            damaged.writestr(name, data[: len(data) // 2] if name.endswith("sheet2.xml") else data)
    answer = run("collect", "filled.xlsx")
    assert answer.exit_code == 1
    assert "filled.xlsx:1:1: is not a review sheet (damaged: " in answer.stderr


def test_a_sheet_without_one_of_its_parts_is_refused() -> None:
    run("sheet", "AZE", "--review")
    book = filled()
    book.remove(book["Missing"])
    book.save("filled.xlsx")
    assert "it has no sheet Missing" in run("collect", "filled.xlsx").stderr


def test_a_day_that_the_spreadsheet_made_a_date_is_read() -> None:
    run("sheet", "AZE", "--review")
    book = filled()
    book["Reviewer"].cell(6, 2, dt.date(2018, 2, 1))
    cell(book, 2, "Judgement").value = "Agree"
    book.save("filled.xlsx")
    assert run("collect", "filled.xlsx").exit_code == 0
    assert "on: 2018-02-01" in Path("reviews", "AZE.yaml").read_text()


def test_codes_for_other_rubrics_stay_in_a_proposal(folder: Path) -> None:
    (folder / "rubrics" / "other").mkdir()
    for name in ("rubric", "state"):
        text = (folder / "rubrics" / "small" / f"{name}.yaml").read_text()
        text = (
            text.replace("id: small", "id: other").replace("id: state", "id: land").replace("{state: 1}", "{land: 1}")
        )
        for leaf in ("strategy", "awareness", "place", "approval", "expulsions"):
            text = text.replace(f"id: {leaf}", f"id: other_{leaf}")
        (folder / "rubrics" / "other" / f"{'land' if name == 'state' else name}.yaml").write_text(text)
    edit("{strategy: none}", "{strategy: none, other_strategy: drafted}")
    run("sheet", "AZE", "--review", "--rubric", "small")
    book = filled()
    row = next(row[0].row for row in book["Statements"].iter_rows(min_row=2) if row[1].value == "no-strategy")
    for head, value in (("Judgement", "dispute"), ("Reason", "No."), ("Proposed code", "strategy: adopted")):
        cell(book, row, head).value = value
    book.save("filled.xlsx")
    assert run("collect", "filled.xlsx", "--rubric", "small").exit_code == 0
    assert "codes: {other_strategy: drafted, strategy: adopted}" in Path("reviews", "AZE.yaml").read_text()
    for rubric in ("small", "other"):  # one digest, whichever rubric reads the profile
        assert document("reviews", "--rubric", rubric)["countries"][0]["void"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["AZE"], "needs --coder NAME and -o FILE; one for a reviewer needs --review"),
        (["AZE", "--coder", "third"], "needs --coder NAME and -o FILE"),
        (["AZE", "GEO", "--review"], "a review is of one country"),
        (["--review"], "a review is of one country"),
        (["AZE", "--review", "--coder", "third"], "leave out --coder and --blind"),
        (["AZE", "--review", "-o", "sheet.csv"], "use .xlsx"),
        (["AZE", "--review", "-o", "taken.xlsx"], "replace it with --force"),
    ],
)
def test_options_of_a_sheet_that_do_not_fit(arguments: list[str], message: str) -> None:
    Path("taken.xlsx").write_text("x")
    answer = run("sheet", *arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr


def test_a_country_without_evidence_gets_no_sheet(folder: Path) -> None:
    text = (folder / "profiles" / "AZE.yaml").read_text()
    (folder / "profiles" / "AZE.yaml").write_text(text.partition("statements:")[0] + "statements: []\n")
    assert "no statement enters the index of AZE" in run("sheet", "AZE", "--review").stderr


# -- the files ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_added_in_either_style() -> None:
    answer = {"on": "2018-03-01", "by": "first", "says": "rejected", "why": "No: it does."}
    line = 'a: {says: dispute, digest: "0123456789ab", why: So.}'
    data = f"{HEAD}{ONE}    statements:\n      {line}\n      b:\n        says: dispute\n        why: So.  # a remark\n".encode()
    added = with_answer(data, ("reviews", 0, "statements", "a"), answer)
    told = 'answer: {on: "2018-03-01", by: first, says: rejected, why: "No: it does."}'
    assert added == data.replace(b"why: So.}", f"why: So., {told}}}".encode())
    added = with_answer(data, ("reviews", 0, "statements", "b"), answer)
    assert added == data + f"        {told}\n".encode()
    assert with_answer(added or b"", ("reviews", 0, "statements", "b"), answer) is None


def test_a_review_is_added_behind_a_last_line_without_an_end() -> None:
    review = {"reviewer": "r", "role": "editor", "interest": "none", "on": "2018", "missing": [{"indicator": "a"}]}
    data = f"{HEAD}{ONE}    missing: []".encode()
    lines = (
        b"\n  - reviewer: r\n    role: editor\n    interest: none\n    on: 2018\n    missing:\n      - {indicator: a}"
    )
    assert with_review(data, "AZE", review | {"on": "2018-01-01"}) == data + lines.replace(
        b"on: 2018", b"on: 2018-01-01"
    )


# -- the desk ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(disputed: Path) -> Iterator[Running]:
    with running(disputed / "rubrics" / "small", disputed / "profiles", "third") as one:
        yield one


PAGE = "/countries/AZE/reviews"
ANSWER = {"key": "0.statements.no-strategy", "says": "upheld", "why": "A draft\nis known.", "by": "third"}


def test_the_desk_shows_reviews_and_takes_answers(desk: Running) -> None:
    shown = desk.get(PAGE).text
    assert "1 expert; 2 of 3 statements read" in shown
    assert "Missed by expert-1 (expert, 2018-02-01): Two were expelled. (https://example.org)" in shown
    statement = desk.get("/countries/AZE/statements/no-strategy").text
    assert "Disputed by expert-1" in statement
    assert "Answer it" in statement
    assert "Disputed by" not in desk.get("/countries/AZE/statements/place-2017").text
    assert "Nobody has reviewed this country" in desk.get("/countries/GEO/reviews").text
    before = Path("reviews", "AZE.yaml").read_bytes()
    done = desk.post(PAGE, {**ANSWER, "version": desk.version(PAGE)})
    assert (done.status, done.headers["location"]) == (303, PAGE)
    now = Path("reviews", "AZE.yaml").read_text()
    assert re.search(r'answer: \{on: "?20\d\d-\d\d-\d\d"?, by: third, says: upheld, why: "A draft is known."\}', now)
    assert len(now.splitlines()) == len(before.splitlines())
    done = desk.post(PAGE, {**ANSWER, "key": "0.missing.0", "says": "rejected", "version": desk.version(PAGE)})
    assert done.status == 303
    assert "Rejected by third" in desk.get(PAGE).text
    assert run("validate").exit_code == 0


def test_the_desk_refuses_what_does_not_fit(desk: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Path("reviews", "AZE.yaml").read_bytes()
    version = desk.version(PAGE)

    def refused(**fields: str) -> str:
        answer = desk.post(PAGE, {**ANSWER, "version": version, **fields})
        assert Path("reviews", "AZE.yaml").read_bytes() == before
        return answer.text

    assert "the file was changed meanwhile" in refused(version="0")
    assert "by: 'A Name' is not valid" in refused(by="A Name").replace("&#39;", "'")
    assert "A draft" in refused(by="A Name")  # what was typed stays
    assert "why" in refused(why="")
    assert "this is no open dispute" in refused(key="0.statements.place-2017")
    assert "There is no such judgement" in refused(key="9.statements.none")
    assert desk.post("/countries/GEO/reviews", {**ANSWER, "version": version}).status == 404

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_all", fail)
    assert "No space left on device" in refused()
    Path("reviews", "AZE.yaml").chmod(0o444)
    assert "is read-only" in refused()


def test_the_desk_names_errors_of_files(desk: Running) -> None:
    Path("reviews", "AZE.yaml").write_text("format: 2\n")
    assert "reviews/AZE.yaml:1:9" in desk.get(PAGE).text
    assert desk.post(PAGE, ANSWER).status == 404
    assert desk.get("/countries/AZE/statements/no-strategy").status == 200
    Path("profiles", "AZE.yaml").write_text("format: 2\n")
    assert "profiles/AZE.yaml" in desk.get(PAGE).text
