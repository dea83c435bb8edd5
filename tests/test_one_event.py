"""One event codes one indicator of a list: within a statement, by `event`, and by `same_as`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, RUBRIC, run

from scoring.files.load import load
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

LISTS = "one_event:\n  acts: [strategy, awareness]\n"
SECOND = "{place: {rank: 48, of: 194}}"


@pytest.fixture
def listed(folder: Path) -> Path:
    """The small rubric with a list of two indicators; its second is the wider question."""
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC + LISTS)
    return folder


def validated(folder: Path, *changes: tuple[str, str]) -> list[str]:
    text = PROFILE
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "profiles" / "AZE.yaml").write_text(text)
    return [line for line in run("validate").stderr.splitlines() if "AZE.yaml" in line and "warning" not in line]


def test_a_statement_codes_one_of_a_list(listed: Path) -> None:
    errors = validated(listed, ("{strategy: none}", "{strategy: none, awareness: {site: true}}"))
    assert errors == [
        (
            "profiles/AZE.yaml:14:29: statements[0].codes.awareness: one event codes one of strategy, awareness; "
            "remove awareness, or split the statement [one-event]"
        )
    ]


def test_statements_of_one_event_code_the_same(listed: Path) -> None:
    event = "    event: ministry-2017\n    codes: "
    errors = validated(
        listed,
        ("    codes: {strategy", event + "{strategy"),
        (f"    codes: {SECOND}", event + "{awareness: {site: true}}"),
    )
    assert errors == [
        (
            "profiles/AZE.yaml:23:13: statements[1].codes.awareness: 'no-strategy', on the same event, codes "
            "strategy; one event codes one of the two [one-event]"
        )
    ]


def test_a_duplicate_is_on_the_same_event(listed: Path) -> None:
    second = "    same_as: no-strategy\n    codes: {awareness: {site: true}}"
    (error,) = validated(listed, (f"    codes: {SECOND}", second))
    assert "'no-strategy', on the same event, codes strategy" in error


@pytest.mark.parametrize("name", ["another event", "another list", "withdrawn", "adjudicated"])
def test_what_is_allowed(listed: Path, name: str) -> None:
    changes = {
        "another event": [(SECOND, "{awareness: {site: true}}")],
        "another list": [(SECOND, f"{SECOND[:-1]}, strategy: none}}")],
        "withdrawn": [
            (
                f"    codes: {SECOND}",
                (
                    "    same_as: no-strategy\n    withdrawn: {on: 2018-01-02, why: Misread., by: second}\n"
                    "    codes: {awareness: {site: true}}"
                ),
            )
        ],
        "adjudicated": [
            (
                "    codes: {strategy: none}",
                (
                    "    codes: {strategy: none, awareness: {site: true}}\n    coders: {second: {strategy: none}}\n"
                    "    adjudicated: {codes: {strategy: none}, reason: One fact., by: first}"
                ),
            )
        ],
    }
    assert validated(listed, *changes[name]) == []


def test_without_lists_nothing_is_refused(folder: Path) -> None:
    assert validated(folder, ("{strategy: none}", "{strategy: none, awareness: {site: true}}")) == []


def test_a_list_names_known_indicators_once(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(
        RUBRIC + "one_event:\n  acts: [strategie, awareness, awareness]\n"
    )
    assert {line.split(": ", 1)[1] for line in run("validate").stderr.splitlines()} == {
        "one_event.acts[0]: unknown indicator 'strategie'; did you mean strategy? [unknown-indicator]",
        "one_event.acts: duplicate indicator 'awareness'; name it once [duplicate-id]",
    }


def test_the_event_is_not_part_of_the_digest(folder: Path) -> None:
    before = digest(load()[1][0])
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("    codes: {str", "    event: e\n    codes: {str"))
    assert load()[1][0].statements[0].event == "e"
    assert digest(load()[1][0]) == before
