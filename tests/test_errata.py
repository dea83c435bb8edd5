"""What was corrected since a release: which statements, when, and how the figures move by that alone."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import git, release, run

from scoring.render.errata import Corrections, country_values

DRAWS = ("--draws", "100")
NEW = "  - {id: more-2017, text: Signed., source: page, locator: p. 9, date: 2017, credibility: 1, codes: {strategy: none}}\n"
OTHER_SOURCE = 'page: {title: A page, publisher: A publisher, reliability: B, archived: "https://example.org"}'


@pytest.fixture
def released(folder: Path) -> Path:
    """The folder with edition 2018.1."""
    result = release(folder)
    assert result.exit_code == 0, result.output
    return folder


def changed(old: str, new: str, country: str = "AZE") -> None:
    path = Path(f"profiles/{country}.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def commit(folder: Path, day: str = "2026-02-03") -> None:
    git(folder, "add", "profiles", "rubrics")
    git(folder, "-c", "user.name=t", "commit", "--quiet", "--message=Edit", f"--date={day}T12:00:00Z")


def document(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("errata", *arguments, *DRAWS, "--format", "json").stdout)
    return found


def country(code: str = "AZE") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in document()["countries"] if one["country"] == code)
    return found


def withdrawn(why: str = "The page was misread.") -> None:
    changed(
        "    codes: {approval: {share: 54, n: 1000}}\n",
        f"    codes: {{approval: {{share: 54, n: 1000}}}}\n    withdrawn: {{on: 2026-02-01, why: {why}, by: second}}\n",
    )


def test_without_a_correction_there_is_none(released: Path) -> None:  # noqa: ARG001
    result = run("errata", *DRAWS)
    assert (result.exit_code, result.stdout.splitlines()[0][:38]) == (0, "No errata of edition 2018.1, released ")
    assert country() == {"country": "AZE", "as_of": "2018-01-01", "errata": [], "added": [], "figures": []}
    assert run("errata", "--format", "csv").stdout.count("\n") == 1


def test_without_an_edition_there_is_nothing_to_correct(folder: Path) -> None:  # noqa: ARG001
    result = run("errata")
    assert (result.exit_code, "no edition of small is released yet" in result.stderr) == (2, True)
    assert run("errata", "--as-of", "2018").exit_code == 2


def test_a_statement_that_was_withdrawn(released: Path) -> None:
    was = json.loads(run("score", "AZE", "--edition", "2018.1", "--format", "json").stdout)["countries"][0]["index"]
    text = Path("profiles/AZE.yaml").read_text(encoding="utf-8")
    without = released.parent / f"{released.name}-without"
    without.mkdir()
    (without / "AZE.yaml").write_text(text[: text.index("  - id: poll-2016")], encoding="utf-8")
    [dropped] = json.loads(run("score", "--profiles", without, "--format", "json").stdout)["countries"]
    withdrawn()
    [erratum] = country()["errata"]
    assert erratum["commit"] is None
    assert (erratum["statement"], erratum["kind"], erratum["changed"]) == ("poll-2016", "withdrawn", [])
    assert (erratum["on"], erratum["why"]) == ("2026-02-01", "The page was misread.")
    commit(released)
    found = country()
    [erratum] = found["errata"]
    assert len(erratum["commit"]) == 40
    index = found["figures"][0]
    assert index["node"] == "small"
    assert {name: index["released"][name] for name in ("estimate", "low", "high")} == {
        name: was[name] for name in ("estimate", "low", "high")
    }
    # that of a profile that never had the statement
    assert {name: index["corrected"][name] for name in ("estimate", "low", "high")} == {
        name: dropped["index"][name] for name in ("estimate", "low", "high")
    }


def test_a_withdrawn_statement_has_one_word_everywhere(released: Path) -> None:
    """Of an edition, and of a figure that was cited without one."""
    text = run("cite", "AZE", *DRAWS).stdout
    Path("report.md").write_text(text, encoding="utf-8")
    found = re.search(r"\[(small@\S+)\]", text)
    assert found
    withdrawn()
    commit(released)
    assert "withdrawn: The page was misread." in run("errata", *DRAWS).stdout
    for result in (run("verify", "report.md", *DRAWS), run("resolve", found[1], *DRAWS)):
        assert result.exit_code == 3, result.stderr
        assert re.search(r"removed or withdrawn statements [-+−]\d+\.\d \(poll-2016\)", result.stdout), result.stdout


def test_the_effect_of_one_correction_is_the_whole_change(released: Path) -> None:
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    commit(released)
    found = country()
    [erratum] = found["errata"]
    index = found["figures"][0]
    assert erratum["effect"] == pytest.approx(index["corrected"]["estimate"] - index["released"]["estimate"], abs=2e-6)
    # with one statement of grade B2 on it the mean over the pillar rises
    assert erratum["effect"] > 10
    now = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]["index"]
    assert index["corrected"]["estimate"] == now["estimate"]
    low, high = index["corrected"]["interval"]
    assert low < index["corrected"]["estimate"] < high


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("codes: {strategy: none}", "codes: {strategy: drafted}", ["codes"]),
        ("date: 2016-05", "date: 2016-06", ["date"]),
        ("    credibility: 1", "    credibility: 3", ["credibility"]),
        ("    codes: {strategy: none}", "    confidence: low\n    codes: {strategy: none}", ["confidence"]),
        ("    codes: {strategy: none}", "    until: 2017-08\n    codes: {strategy: none}", ["until"]),
        (
            "    codes: {strategy: none}",
            "    coders: {second: {strategy: drafted}}\n    codes: {strategy: none}",
            ["coders"],
        ),
    ],
)
def test_what_is_scored_of_a_statement(released: Path, old: str, new: str, keys: list[str]) -> None:  # noqa: ARG001
    changed(old, new)
    assert [one["changed"] for one in country()["errata"]] == [keys]


def test_a_grade_of_a_source_is_one_of_all_its_statements(released: Path) -> None:  # noqa: ARG001
    changed("reliability: B", "reliability: C")
    assert {one["statement"]: one["changed"] for one in country()["errata"]} == {
        name: ["reliability"] for name in ("no-strategy", "place-2017", "poll-2016")
    }


def test_another_source_is_one_and_another_name_of_it_is_none(released: Path) -> None:  # noqa: ARG001
    changed(
        OTHER_SOURCE, f"{OTHER_SOURCE}\n  same: {OTHER_SOURCE[6:]}\n  other: {OTHER_SOURCE[6:].replace('A page', 'B')}"
    )
    changed("source: page\n    locator: Paragraph 1", "source: same\n    locator: Paragraph 1")
    changed("source: page\n    locator: Paragraph 2", "source: other\n    locator: Paragraph 2")
    assert [(one["statement"], one["changed"]) for one in country()["errata"]] == [("place-2017", ["source"])]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("54 percent approved.", "Fifty-four percent approved."),
        ("locator: Paragraph 3", "locator: Page 3"),
        ("    codes: {strategy: none}", "    until: 2019\n    codes: {strategy: none}"),  # after the day of the edition
        ("    codes: {strategy: none}", "    note: Read twice.\n    codes: {strategy: none}"),
    ],
)
def test_what_is_not_scored_is_no_correction(released: Path, old: str, new: str) -> None:  # noqa: ARG001
    changed(old, new)
    assert country()["errata"] == []


def test_a_recheck_is_a_correction_only_up_to_the_day_of_the_edition(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(pillar.read_text().replace("half_life: null", "half_life: 3"))
    assert release(folder).exit_code == 0
    changed("    codes: {strategy: none}", "    rechecked: 2019-05-01\n    codes: {strategy: none}")
    assert country()["errata"] == []
    changed("rechecked: 2019-05-01", "rechecked: 2017-12-31")
    assert [one["changed"] for one in country()["errata"]] == [["rechecked"]]


def test_new_evidence_is_counted_and_is_no_erratum(released: Path) -> None:  # noqa: ARG001
    with Path("profiles/GEO.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW)
        file.write(NEW.replace("more", "later").replace("date: 2017", "date: 2018-03"))  # after the day of the edition
    assert (country("GEO")["errata"], country("GEO")["added"]) == ([], ["more-2017"])
    result = run("errata", *DRAWS)
    assert "New evidence since, which is no erratum (statements): GEO 1." in result.stdout


def test_a_correction_alone_moves_the_figures(released: Path) -> None:
    """With new evidence beside it, the corrected figure is that of the correction alone."""
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    alone = country()["figures"]
    with Path("profiles/AZE.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW)
    commit(released)
    assert country()["figures"] == alone


def test_a_statement_that_was_removed(released: Path) -> None:
    text = Path("profiles/AZE.yaml").read_text(encoding="utf-8")
    start = text.index("  - id: place-2017")
    Path("profiles/AZE.yaml").write_text(text[:start] + text[text.index("  - id: poll-2016") :], encoding="utf-8")
    commit(released)
    changed("54 percent", "55 percent")
    commit(released)
    [erratum] = country()["errata"]
    assert (erratum["statement"], erratum["kind"], erratum["why"]) == ("place-2017", "removed", None)
    assert erratum["on"] is not None


def test_the_commit_is_the_one_that_made_the_last_correction(released: Path) -> None:
    changed("date: 2016-05", "date: 2016-06")
    commit(released)
    changed("date: 2016-06", "date: 2016-07")
    commit(released)
    hash_ = git_head(released)
    changed("54 percent approved.", "Fifty-four percent approved.")
    commit(released)
    assert [one["commit"] for one in country()["errata"]] == [hash_]
    changed("date: 2016-07", "date: 2016-08")
    assert [(one["commit"], one["on"]) for one in country()["errata"]] == [(None, None)]
    assert "not committed" in run("errata", "AZE", *DRAWS).stdout


def git_head(folder: Path) -> str:
    return (folder / ".git" / "refs" / "heads" / "main").read_text(encoding="utf-8").strip()


def test_the_latest_correction_comes_first(released: Path) -> None:
    changed("date: 2016-05", "date: 2016-06")
    commit(released)
    changed("codes: {strategy: none}", "codes: {strategy: none}\n    withdrawn: {on: 2018-02-01, why: So., by: second}")
    changed("    credibility: 1", "    credibility: 2")
    names = [one["statement"] for one in country()["errata"]]
    assert names == ["place-2017", "poll-2016", "no-strategy"]  # not committed, today, 2018


def test_a_duplicate_that_counts_instead_is_a_correction(folder: Path) -> None:
    with Path("profiles/AZE.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW.replace("codes:", "same_as: no-strategy, codes:"))
    assert release(folder).exit_code == 0
    changed("same_as: no-strategy, ", "")
    changed("codes: {strategy: none}", "codes: {strategy: none}\n    withdrawn: {on: 2018-02-01, why: So., by: second}")
    found = {one["statement"]: (one["kind"], one["changed"]) for one in country()["errata"]}
    assert found == {"no-strategy": ("withdrawn", []), "more-2017": ("edited", ["same_as"])}


def test_a_withdrawal_that_was_taken_back_is_a_correction(folder: Path) -> None:
    plain = Path("profiles/AZE.yaml").read_text(encoding="utf-8")
    withdrawn()
    assert release(folder).exit_code == 0
    Path("profiles/AZE.yaml").write_text(plain, encoding="utf-8")
    found = country()
    assert [(one["statement"], one["kind"], one["changed"]) for one in found["errata"]] == [
        ("poll-2016", "edited", ["withdrawn"])
    ]
    now = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]["index"]
    assert found["figures"][0]["corrected"]["low"] == now["low"]
    assert "counts again, after it was withdrawn" in run("errata", *DRAWS).stdout


def test_a_page_of_a_country_that_the_edition_does_not_have() -> None:
    assert country_values(Corrections("2018.1", "2018-02-01", {}), "AZE") is None


def test_what_the_edition_did_not_count_is_no_correction(folder: Path) -> None:
    with Path("profiles/AZE.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW.replace("codes: {strategy: none}", "context: true"))
        file.write(
            NEW.replace("more", "wrong").replace("codes:", "withdrawn: {on: 2018-02-01, why: So., by: second}, codes:")
        )
    assert release(folder).exit_code == 0
    changed("Signed., source: page, locator: p. 9, date: 2017", "Signed., source: page, locator: p. 9, date: 2016")
    text = Path("profiles/AZE.yaml").read_text(encoding="utf-8")
    Path("profiles/AZE.yaml").write_text(text[: text.index("  - {id: wrong")], encoding="utf-8")
    assert country()["errata"] == []


def test_another_rubric_is_no_correction(released: Path) -> None:
    """Codes of questions that only one of the two rubrics has, or that they code differently, stay as released."""
    with Path("profiles/GEO.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW.replace("codes: {strategy: none}", "context: true"))
    assert release(released, "2018.2").exit_code == 0
    changed("context: true", "codes: {fresh: {rank: 1, of: 9}}", "GEO")
    rubric, pillar = Path("rubrics/small/rubric.yaml"), Path("rubrics/small/state.yaml")
    rubric.write_text(rubric.read_text().replace('version: "1.0.0"', 'version: "2.0.0"'), encoding="utf-8")
    text = pillar.read_text(encoding="utf-8")
    text = text.replace("{key: drafted, text: Drafted}", "{key: drafting, text: Drafted}").replace(
        "key: none", "key: no"
    )
    text = (
        re.sub("  - {id: approval.*\n", "", text)
        + "  - {id: fresh, question: Q?, rationale: So., kind: rank, weight: 0.1, half_life: 3}\n"
    )
    pillar.write_text(text, encoding="utf-8")
    for code in ("AZE", "GEO"):
        changed("codes: {approval: {share: 54, n: 1000}}", "codes: {fresh: {rank: 3, of: 9}}", code)
    changed("codes: {strategy: none}", "codes: {strategy: no}")
    changed("codes: {place: {rank: 48, of: 194}}", "codes: {place: {rank: 47, of: 194}}")
    commit(released)
    assert {one["country"]: [e["statement"] for e in one["errata"]] for one in document()["countries"]} == {
        "AZE": ["place-2017"],
        "GEO": [],
    }


def test_a_country_without_a_profile_is_named(released: Path) -> None:  # noqa: ARG001
    Path("profiles/GEO.yaml").unlink()
    assert document()["without_profile"] == ["GEO"]
    assert "In the edition, and without a profile now: GEO." in run("errata", *DRAWS).stdout
    assert document("GEO")["countries"] == []
    assert document("AZE")["without_profile"] == []
    unknown = run("errata", "MDA")
    assert (unknown.exit_code, "edition 2018.1: Moldova (MDA) is not in the set" in unknown.stderr) == (2, True)


def test_the_table_and_its_csv(released: Path) -> None:
    withdrawn("'It, the page, was misread.'")
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    commit(released)
    table = run("errata", *DRAWS).stdout
    assert "withdrawn: It, the page, was misread." in table
    assert "other codes" in table
    rows = {row["statement"]: row for row in csv.DictReader(io.StringIO(run("errata", "--format", "csv").stdout))}
    assert rows["poll-2016"]["why"] == "It, the page, was misread."
    assert rows["no-strategy"]["changed"] == "codes"
    assert rows["no-strategy"]["edition"] == "2018.1"


def test_the_latest_edition_is_the_default(released: Path) -> None:
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    assert release(released, "2018.2").exit_code == 0
    assert document()["edition"]["name"] == "2018.2"
    assert country()["errata"] == []
    of_first = document("--edition", "2018.1")
    assert [one["statement"] for one in of_first["countries"][0]["errata"]] == ["no-strategy"]


# -- in verify and resolve ---------------------------------------------------------------------------------------------


def cited() -> str:
    """A report that cites the edition, and its id."""
    text = run("cite", "AZE", "--edition", "2018.1", *DRAWS).stdout
    Path("report.md").write_text(text, encoding="utf-8")
    found = re.search(r"\[(\S+)\]", text)
    assert found
    return found[1]


def test_new_evidence_leaves_a_figure_of_an_edition_right(released: Path) -> None:
    id_ = cited()
    plain = Path("report.md").read_text(encoding="utf-8").replace("+2018.1", "")
    with Path("profiles/AZE.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW.replace("strategy: none", "strategy: adopted"))
    commit(released)
    assert run("verify", "report.md", *DRAWS).exit_code == 0
    assert run("resolve", id_, *DRAWS).exit_code == 3
    Path("report.md").write_text(plain, encoding="utf-8")
    assert run("verify", "report.md", *DRAWS).exit_code == 3


def test_a_correction_makes_it_outdated_and_says_when(released: Path) -> None:
    id_ = cited()
    changed("codes: {strategy: none}", "codes: {strategy: adopted}\n    # corrected")
    commit(released)
    result = run("verify", "report.md", *DRAWS)
    index = country()["figures"][0]
    corrected = f"{index['corrected']['estimate']:.1f}"
    assert result.exit_code == 3
    assert re.search(
        rf"outdated: index [0-9.]+ \[\S+\]: corrected on \d{{4}}-\d\d-\d\d no-strategy \(other codes\); {corrected} "
        rf"without the errors; now {corrected}",
        result.stdout,
    )
    found = json.loads(run("verify", "report.md", *DRAWS, "--format", "json").stdout)["citations"][0]
    assert found["id"] == id_
    assert [one["statement"] for one in found["edition"]["errata"]] == ["no-strategy"]
    assert found["figures"][0]["corrected"] == corrected
    resolved = run("resolve", id_, *DRAWS).stdout
    assert "no-strategy (other codes)" in resolved
    assert f"Without the errors: {corrected} of 100" in resolved


def test_index_and_pillar_of_an_edition_are_both_looked_up(released: Path) -> None:
    text = run("cite", "AZE", "--edition", "2018.1", *DRAWS).stdout
    text += "\n" + run("cite", "AZE", "--pillar", "state", "--edition", "2018.1", *DRAWS).stdout
    Path("report.md").write_text(text, encoding="utf-8")
    assert run("verify", "report.md", *DRAWS).exit_code == 0
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    commit(released)
    found = json.loads(run("verify", "report.md", *DRAWS, "--format", "json").stdout)["citations"]
    assert [one["edition"]["errata"][0]["statement"] for one in found] == ["no-strategy", "no-strategy"]


def test_a_wrong_figure_is_wrong_in_the_edition_too(released: Path) -> None:  # noqa: ARG001
    cited()
    text = Path("report.md").read_text(encoding="utf-8")
    figure = re.search(r"index was ([0-9.]+)", text)
    assert figure
    Path("report.md").write_text(
        text.replace(figure[1], figure[1][:-1] + ("9" if figure[1][-1] != "9" else "8")), encoding="utf-8"
    )
    result = run("verify", "report.md", *DRAWS)
    assert (result.exit_code, f"in edition 2018.1 it is {figure[1]}" in result.stdout) == (3, True), result.stdout


def test_a_fix_leaves_the_edition(released: Path) -> None:
    id_ = cited()
    Path("report.md").write_text(f"The index is {country_estimate()} [{id_}].\n", encoding="utf-8")
    changed("codes: {strategy: none}", "codes: {strategy: adopted}")
    commit(released)
    assert run("verify", "--fix", "report.md", *DRAWS).exit_code == 0
    text = Path("report.md").read_text(encoding="utf-8")
    assert "+2018.1" not in text
    assert run("verify", "report.md", *DRAWS).exit_code == 0


def country_estimate() -> str:
    found = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]["index"]["estimate"]
    return f"{found:.1f}"


def test_a_country_that_left_is_unknown_with_its_edition(released: Path) -> None:
    id_ = cited()
    Path("profiles/AZE.yaml").unlink()
    commit(released)
    result = run("verify", "report.md", *DRAWS)
    assert result.exit_code == 1
    assert "Edition: 2018.1" in run("resolve", id_, *DRAWS).stdout
