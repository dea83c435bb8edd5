"""The command line as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, ROOT, run

import scoring
from scoring.cli.output import ENCODING_FALLBACK
from scoring.model.kinds.number import NumberIndicator

if TYPE_CHECKING:
    from pathlib import Path

FIXTURE = ROOT / "tests" / "oracles" / "fixture"
ON_FIXTURE = ("--rubric", str(FIXTURE / "rubric"), "--profiles", str(FIXTURE / "profiles"))
EXPECTED = json.loads((FIXTURE / "expected.json").read_text())["countries"]


def test_score_table() -> None:
    result = run("score", *ON_FIXTURE)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Two-pillar fixture, fixture_public@1.0.0, facing XZZ, as of 1 January 2026"
    xaa = next(line for line in lines if "XAA" in line)
    assert xaa.split()[1:3] == ["XAA", "69.3"]
    assert "48.3–90.2" in xaa
    assert "·········━━━━●━━━━━·" in xaa
    xac = next(line for line in lines if "XAC" in line)
    index = EXPECTED["XAC"]["nodes"]["fixture_public"]
    found = {name: f"{float(index[name]):.2f}" for name in ("availability", "information")}
    assert f"availability {found['availability']} is below 0.65; information {found['information']} is below 0.4" in xac
    assert "46.7" not in xac
    assert lines.index(xac) > lines.index(xaa)


EACH = """
import contextlib, sys
from scoring.cli.commands import commands
for arguments in sys.argv[1:]:
    with contextlib.suppress(SystemExit):
        commands(arguments.split())
    print(end="\\f", flush=True)
"""


def test_a_terminal_without_utf8_gets_signs_of_ascii_and_escapes_for_letters(few: Path) -> None:
    asked = ("score", "rank --draws 100", "compare SVK CZE --draws 100", "explain AZE", "statements AZE --format json")

    def shown(encoding: str) -> list[str]:
        command = [sys.executable, "-c", EACH, *asked]
        done = subprocess.run(
            command, capture_output=True, cwd=few, env={**os.environ, "PYTHONIOENCODING": encoding}, check=True
        )
        return done.stdout.decode(encoding).split("\f")

    in_ascii, in_full = shown("ascii"), shown("utf-8")
    head, rule, first = in_ascii[0].splitlines()[1:4]
    assert "0 ... 100" in head
    assert set(rule) == {"-"}
    assert len(rule) == max(map(len, (head, first)))
    assert "------o--" in first
    assert [text.count("?") for text in in_ascii] == [text.count("?") for text in in_full]
    assert json.loads(in_ascii[4]) == json.loads(in_full[4])


def test_what_a_stream_cannot_decode_is_an_error_as_ever() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", ENCODING_FALLBACK)


def test_score_json() -> None:
    document = json.loads(run("score", "--format", "json", *ON_FIXTURE).stdout)
    assert list(document) == ["format_version", "rubric", "as_of", "countries"]
    assert list(document["rubric"]) == ["id", "version", "digest"]
    assert document["as_of"] == "2026-01-01"
    for country in document["countries"]:
        assert list(country) == [
            *("country", "name", "actor", "as_of", "coded_until", "profile_digest", "published", "withheld_because"),
            *("rank", "band", "index", "pillars", "indicators"),
        ]
        expected = EXPECTED[country["country"]]
        assert list(country["index"]) == [
            "estimate",
            "stated",
            "low",
            "high",
            "information",
            "availability",
            "borrowed",
        ]
        for name, value in expected["index_points"].items():
            if name == "estimate" and not country["published"]:
                assert country["index"][name] is None
            else:
                assert country["index"][name] == pytest.approx(float(value), abs=5e-7)
        leaf = country["indicators"]["threat_named"]
        node = expected["nodes"]["fixture_public/state_response/threat_named"]
        assert leaf["conflict"] == pytest.approx(float(node["conflict"]), abs=5e-7)
        assert leaf["low"] == pytest.approx(100 * float(node["low"]), abs=5e-7)
        assert "conflict" not in country["indicators"]["defences"]
    assert [country["rank"] for country in document["countries"]] == [1, 2, None]


def test_same_input_same_bytes_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("table", "json", "csv", "markdown"):
        here = run("score", "--format", form, *ON_FIXTURE).stdout
        monkeypatch.chdir(tmp_path)
        assert run("score", "--format", form, *ON_FIXTURE).stdout == here
        assert str(ROOT) not in here


def test_score_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(run("score", "--format", "csv", *ON_FIXTURE).stdout)))
    assert [row["country"] for row in rows] == ["XAA", "XAB", "XAC"]
    assert float(rows[0]["estimate"]) == pytest.approx(69.296807, abs=1e-6)
    assert rows[2]["estimate"] == ""
    assert rows[2]["withheld_because"] == "availability information"
    expected = 100 * float(EXPECTED["XAB"]["nodes"]["fixture_public/society"]["high"])
    assert float(rows[1]["society.high"]) == pytest.approx(expected, abs=1e-6)


def test_score_markdown() -> None:
    text = run("score", "--format", "markdown", *ON_FIXTURE).stdout
    assert "| 1 | XAA | 69.3 | 48.3–90.2 |" in text
    assert "| XAC | 2.5–89.2 |" in text


def test_ranks_are_among_all_whichever_are_printed() -> None:
    [country] = json.loads(run("score", "XAB", "--format", "json", *ON_FIXTURE).stdout)["countries"]
    assert (country["country"], country["rank"]) == ("XAB", 2)


def test_as_of_moves_all_to_one_day() -> None:
    document = json.loads(run("score", "--as-of", "2024", "--format", "json", *ON_FIXTURE).stdout)
    assert document["as_of"] == "2024-07-01"


def test_countries_of_different_days_have_no_common_day(folder: Path) -> None:
    other = folder / "profiles" / "GEO.yaml"
    other.write_text(other.read_text().replace("as_of: 2018-01-01", "as_of: 2020-01-01"))
    assert json.loads(run("score", "--format", "json").stdout)["as_of"] is None
    assert "each country's own date, 1 January 2018 to 1 January 2020" in run("score").stdout
    assert "Not comparable: GEO and AZE differ in as_of." in run("score").stdout


def test_explain_follows_a_figure_to_its_statements() -> None:
    text = run("explain", "XAA", "threat_named", *ON_FIXTURE).stdout
    assert "57.2 (bounds 38.7 to 75.6), evidence mean 61.3, information 0.63, conflict 0.20" in text
    # .75 x 2^(-297/365.25/3) = .62154 and its share .6 x .3 x w / (M + k) = .0825...
    assert "weight 0.62 = 0.75 x 0.83 x 1.00, share 8.26 %" in text
    assert "Institute, Country report; p. 3; 2025-03-10; grade B2" in text
    assert "- not used: plan-2026 (dated after the reference date)" in text
    assert "- not used: named-again (duplicate of another statement)" in text


@pytest.mark.parametrize(
    ("node", "says"),
    [
        ("strategy", "value 0.0 = none: No strategy\n"),
        ("place", "value 75.6 = rank 48 of 194\n"),  # (194 - 48) / 193
        ("approval", "value 45.0 = 54 % of 1000 respondents (0 at 90 %, 100 at 10 %)\n"),  # (54 - 90) / (10 - 90)
        ("expulsions", "count 2 = 2 within 5 years (100 from 10 on)\n"),
        ("site", "value 50.0 = partly: Advice site\n"),
    ],
)
def test_explain_gives_the_answer_in_the_words_of_the_rubric(folder: Path, node: str, says: str) -> None:
    path = folder / "profiles" / "AZE.yaml"
    more = "  - {id: more, text: x, source: page, locator: x, date: 2017, credibility: 2, codes: "
    path.write_text(path.read_text() + more + "{expulsions: 2, awareness: {site: partly}}}\n")
    assert says in run("explain", "AZE", node).stdout
    [statement] = json.loads(run("explain", "AZE", node, "--format", "json").stdout)["node"]["statements"]
    assert statement["answer"] == says.split(" = ")[1].strip()


def test_the_answer_of_a_number_names_its_goalposts() -> None:
    asked = {"id": "a", "question": "?", "rationale": "x", "weight": 1.0, "half_life": None, "kind": "number"}
    indicator = NumberIndicator.model_validate({**asked, "worst": 1.0, "best": 100.0, "log": True})
    assert indicator.answer_text(10) == "10 (0 at 1, 100 at 100 on a logarithmic scale)"
    assert indicator.model_copy(update={"log": False}).answer_text(12.5) == "12.5 (0 at 1, 100 at 100)"


def test_shares_sum_to_the_information_of_the_index() -> None:
    for country, expected in EXPECTED.items():
        document = json.loads(run("explain", country, "--format", "json", *ON_FIXTURE).stdout)
        shares: list[float] = []

        def collect(node: dict[str, object], shares: list[float] = shares) -> None:
            shares.extend(one["share_of_index"] for one in node["statements"])  # type: ignore[attr-defined]
            for child in node["children"]:  # type: ignore[attr-defined]
                collect(child)

        collect(document["node"])
        assert sum(shares) == pytest.approx(float(expected["nodes"]["fixture_public"]["information"]), abs=1e-5)


def test_explain_a_statement() -> None:
    text = run("explain", "XAA", "--statement", "named-2025", *ON_FIXTURE).stdout
    assert "Duplicates: named-again" in text
    assert "Enters fixture_public/state_response/threat_named" in text
    assert "fixture_public: 69.3 (bounds 48.3 to 90.2)" in text
    twin = run("explain", "XAA", "--statement", "named-again", *ON_FIXTURE).stdout
    assert "duplicate of another statement (named-2025)" in twin
    context = run("explain", "XAA", "--statement", "minority", *ON_FIXTURE).stdout
    assert "Does not enter the index: context: recorded, never scored" in context
    document = json.loads(run("explain", "XAA", "--statement", "minority", "--format", "json", *ON_FIXTURE).stdout)
    assert document["not_entered"] == [{"path": None, "reason": "context"}]


def test_explain_of_a_withheld_country_shows_no_estimate_of_the_index() -> None:
    text = run("explain", "XAC", *ON_FIXTURE).stdout
    assert "withheld, since availability 0.46 is below 0.65" in text  # .46 in expected.json
    assert "withheld (bounds 2.5 to 89.2)" in text
    assert "46.7" not in text
    assert "- no statement" in text


def test_statements_are_selected() -> None:
    def ids(*options: str) -> list[str]:
        found = json.loads(run("statements", "--format", "json", *options, *ON_FIXTURE).stdout)
        return [one["id"] for one in found["statements"]]

    assert ids("XAA", "--indicator", "expulsions") == ["expelled-2015", "expelled-2021", "expelled-2023"]
    assert ids("XAB", "--source", "press", "--from", "2024-03", "--to", "2024-05-04") == ["poll", "denied-2024"]
    assert ids("XAC", "--pillar", "society") == ["poll"]
    assert "trade" not in ids("XAC", "--as-of", "2024-12-31")
    assert len(ids()) == 19 + 15 + 4


def test_statements_in_other_formats() -> None:
    options = ("statements", "XAA", "--indicator", "defences", *ON_FIXTURE)
    assert "defences=team:true" in run(*options).stdout
    rows = list(csv.DictReader(io.StringIO(run(*options, "--format", "csv").stdout)))
    assert [row["codes"] for row in rows] == [
        "defences=paid_boards:false",
        "defences=team:true",
        "defences=advice:partly",
    ]
    assert "| XAA | 2024-11 | team |" in run(*options, "--format", "markdown").stdout
    assert "(duplicate of named-2025)" in run("statements", "XAA", *ON_FIXTURE).stdout


def test_text_of_a_stranger_stays_text(folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(PROFILE.replace("Place 48 of 194.", "'=HYPERLINK(\"x\") | <b>@all</b> [red]'"))
    assert "\"'=HYPERLINK(" in run("statements", "AZE", "--format", "csv").stdout
    markdown = run("statements", "AZE", "--format", "markdown").stdout
    assert "\\| &#60;b&#62;@&#8203;all&#60;/b&#62; \\[red\\]" in markdown
    assert "<b>@all</b> [red]" in run("statements", "AZE").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score", "XXX", *ON_FIXTURE), "XXX is not in the set; countries: XAA, XAB, XAC"),
        (("explain", "XAA", "strategie", *ON_FIXTURE), "did you mean strategy?"),
        (("explain", "XAA", "--statement", "named-2026", *ON_FIXTURE), "did you mean named-2025?"),
        (("explain", "XAA", "strategy", "--statement", "x", *ON_FIXTURE), "give one of them"),
        (("statements", "--pillar", "societies", *ON_FIXTURE), "did you mean society?"),
        (("statements", "--source", "nobody", *ON_FIXTURE), "sources: blog, law-gazette, press, report"),
        (
            ("statements", "--from", "2018-02-30", *ON_FIXTURE),
            "expected a calendar date as YYYY, YYYY-MM or YYYY-MM-DD, got '2018-02-30'",
        ),
        (("new", "ZZZ"), "unknown country 'ZZZ'; write a name or an ISO 3166-1 code"),
        (("score", "--format", "xml"), "is not one of"),
        (("scor",), "No such command"),
    ],
)
def test_wrong_usage_exits_2(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr


def test_new_prints_a_profile_that_is_valid(folder: Path) -> None:
    assert run("new", "MDA", "--as-of", "2018-01-01", "-o", folder / "profiles" / "MDA.yaml").exit_code == 0
    assert run("validate").exit_code == 0
    text = (folder / "profiles" / "MDA.yaml").read_text()
    for question in ("strategy: Is a strategy in force?", "strategy: drafted  (Drafted)", "awareness: {site: true}"):
        assert question in text
    assert "Moldova (MDA)" in run("score").stdout
    assert run("new", "XAA", "--actor", "XZZ", *ON_FIXTURE[:2]).stdout.count("budget: 12.5") == 1


def test_new_without_a_day_takes_today(folder: Path) -> None:
    assert folder.is_dir()
    assert "as_of: 20" in run("new", "MDA").stdout


def test_output_file_is_whole_or_not_there(folder: Path) -> None:
    target = folder / "scores.json"
    assert run("score", "--format", "json", "-o", target).exit_code == 0
    good = target.read_text()
    assert good == run("score", "--format", "json").stdout
    assert stat.S_IMODE(target.stat().st_mode) & 0o444
    (folder / "profiles" / "GEO.yaml").write_text("format: 2\n")
    result = run("score", "--format", "json", "-o", target)
    assert result.exit_code == 1
    assert "is not written" in result.stderr
    assert target.read_text() == good
    (folder / "profiles" / "GEO.yaml").unlink()
    nowhere = run("score", "AZE", "-o", folder / "none" / "scores.txt")
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (1, True)
    assert run("score", "-o", folder / "scores.txt").exit_code == 0
    assert (folder / "scores.txt").read_text() == run("score").stdout
    assert sorted(path.name for path in folder.iterdir()) == ["profiles", "rubrics", "scores.json", "scores.txt"]


def test_a_failed_move_leaves_nothing_behind(folder: Path) -> None:
    (folder / "taken").mkdir()
    result = run("score", "-o", folder / "taken")
    assert result.exit_code == 2
    from scoring.cli import output  # noqa: PLC0415

    with pytest.raises(SystemExit) as stopped:
        output.replace_file("text", folder / "taken")
    assert stopped.value.code == 1
    assert sorted(path.name for path in folder.iterdir()) == ["profiles", "rubrics", "taken"]


def test_a_country_asked_for_that_cannot_be_read(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text("format: 2\n")
    result = run("score", "AZE")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "allowed: 1" in result.stderr
    assert run("explain", "GEO").exit_code == 1


def test_validate_single_files(folder: Path) -> None:
    assert run("validate", "profiles/AZE.yaml").exit_code == 0
    (folder / "rubrics" / "small" / "state.yaml").write_text("id: state\n")
    assert run("validate", "profiles/AZE.yaml").exit_code == 1


def test_python_m_scoring_and_version() -> None:
    command = [sys.executable, "-m", "scoring", "--version"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert found == f"scoring {scoring.__version__}\n"
    assert "score" in subprocess.run(command[:-1], capture_output=True, text=True, check=False).stderr


def test_python_calls(folder: Path) -> None:
    rubric, profiles = scoring.load()
    assessment = scoring.assess(rubric, profiles, as_of="2018-01-01")
    assert assessment.figures.estimate.shape == (2, len(assessment.nodes))
    with pytest.raises(ValueError, match="read-only"):
        assessment.figures.estimate[0, 0] = 1
    with pytest.raises(ValueError, match="more than one profile of AZE"):
        scoring.assess(rubric, [profiles[0], profiles[0]])
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        scoring.nothing  # noqa: B018
    (folder / "profiles" / "AZE.yaml").write_text("")
    with pytest.raises(scoring.InputError, match="is empty") as caught:
        scoring.load()
    assert caught.value.problems[0].file == "profiles/AZE.yaml"
    (folder / "rubrics" / "small" / "state.yaml").write_text("")
    with pytest.raises(scoring.InputError, match=r"state\.yaml:1:1: is empty"):
        scoring.load()
