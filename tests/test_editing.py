"""Statements, sources and publishers spliced into the text of a file: nothing else changes, whatever its style."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
from conftest import FIRST_EDITION, PROFILE, REGISTER, ROOT
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.files import reader
from scoring.files.editing import with_publisher, with_source, with_statement

NEW = {"id": "new-one", "text": "A new fact: it is 5 % #1.", "source": "page", "locator": "Page 3", "date": 2018}
NEW |= {"credibility": 2, "codes": {"awareness": {"site": "partly"}}}
SOURCE = {"title": "Another: page", "publisher": "A publisher", "reliability": "B"}
STYLES = {
    "as shipped": PROFILE,
    "CRLF": PROFILE.replace("\n", "\r\n"),
    "byte order mark": f"\ufeff{PROFILE}",
    "no line end at the end": PROFILE.rstrip("\n"),
    "dashes at the margin": PROFILE.replace("  - id", "- id").replace("    ", "  "),
    "sources in braces": PROFILE.replace("sources:\n  page:", "sources: {page:").replace('org"}', 'org"}}'),
    "comments": PROFILE.replace("date: 2017\n", "date: 2017 # the year alone\n").replace("  - id", "  # next\n  - id"),
    "empty lines": PROFILE.replace("  - id", "\n  - id"),
    "a note over lines": PROFILE.replace("credibility: 2", "note: |\n      Two\n      lines.\n    credibility: 2"),
    "a folded text": PROFILE.replace(
        "text: No strategy is in force.", "text: >-\n      No strategy\n      is in force."
    ),
    "codes over lines": PROFILE.replace("codes: {strategy: none}", "codes:\n      strategy: none"),
    "braces": PROFILE.replace(
        "  - id: no-strategy\n    text: No strategy is in force.\n    source: page\n    locator: Paragraph 1\n    date: 2017\n"
        "    credibility: 2\n    codes: {strategy: none}\n",
        "  - {id: no-strategy, text: No strategy is in force., source: page, locator: Paragraph 1, date: 2017, "
        "credibility: 2, codes: {strategy: none}}\n",
    ),
    "a key of its own last": f"{PROFILE}searched:\n  - {{indicator: strategy, words: x, where: y, on: 2018}}\n",
    "no statements": f"{PROFILE.partition('statements:')[0]}statements: []\n",
    "nothing": "format: 1\ncountry: AZE\nas_of: 2018\nsources: {}\nstatements: []\n# the end\n",
    "no sources": "format: 1\ncountry: AZE\nas_of: 2018\nstatements: [] # none yet\n",
}


def document(data: bytes) -> dict[str, Any]:
    value, problems = reader.read(reader.as_text(data), "")
    assert problems == ()
    assert isinstance(value, dict)
    return value


def statements(data: bytes) -> dict[str, Any]:
    return {one["id"]: one for one in document(data)["statements"] or ()}


def removed_lines(before: bytes, after: bytes) -> list[bytes]:
    """The lines of the file before that are not in the one after."""
    old, new = (data.decode("latin-1").splitlines(keepends=True) for data in (before, after))
    changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [line.encode("latin-1") for kind, start, end, *_ in changes if kind != "equal" for line in old[start:end]]


@pytest.mark.parametrize("style", STYLES)
def test_a_new_statement_adds_lines_and_changes_none(style: str) -> None:
    before = STYLES[style].encode()
    after = with_statement(before, NEW)
    assert statements(after) == {**statements(before), "new-one": NEW}
    assert list(statements(after))[-1] == "new-one"
    rest = {key: value for key, value in document(after).items() if key != "statements"}
    assert rest == {key: value for key, value in document(before).items() if key != "statements"}
    gone = removed_lines(before, after)
    assert gone in ([], [before.splitlines(keepends=True)[-1]]) or b"statements: []" in gone[0]
    assert (b"\r\n" in before) == (b"\r\n" in after)
    assert b"\n" not in after.replace(b"\r\n", b"") or b"\r\n" not in before


@pytest.mark.parametrize("style", STYLES)
def test_a_new_source_stands_after_the_others(style: str) -> None:
    before = STYLES[style].encode()
    after = with_source(before, "other", SOURCE)
    assert document(after)["sources"] == {**(document(before).get("sources") or {}), "other": SOURCE}
    assert list(document(after)["sources"])[-1] == "other"
    assert statements(after) == statements(before)


@pytest.mark.parametrize("style", [style for style in STYLES if "no-strategy" in STYLES[style]])
@pytest.mark.parametrize(
    "change",
    [
        {"text": "Another: text"},
        {"date": None},
        {"date": "2017-05", "note": "So it says."},
        {"codes": {"strategy": "drafted"}, "until": 2019},
        {"codes": None, "context": True},
        {"credibility": 3},
        {"note": None, "event": "an-event"},
        {"codes": {"strategy": "none", "awareness": {"site": True}}},
        {"date": None, "codes": None, "context": True, "credibility": 4},
    ],
    ids=str,
)
def test_an_edit_changes_its_keys_alone(style: str, change: dict[str, Any]) -> None:
    before = STYLES[style].encode()
    old = statements(before)["no-strategy"]
    new = {key: value for key, value in {**old, **change}.items() if value is not None}
    after = with_statement(before, new)
    assert statements(after) == {**statements(before), "no-strategy": new}
    assert list(statements(after)) == list(statements(before))
    assert len(removed_lines(before, after)) <= sum(str(old.get(key, "")).count("\n") + 3 for key in change)
    assert with_statement(after, new) == after


@pytest.mark.parametrize("country", FIRST_EDITION[:4])
def test_shipped_profiles_keep_every_other_byte(country: str) -> None:
    before = (ROOT / "profiles" / f"{country}.yaml").read_bytes()
    for old in document(before)["statements"][::25]:
        new = {**old, "note": "Looked at again.", "credibility": 6}
        after = with_statement(before, new)
        gone = removed_lines(before, after)
        assert len(gone) <= 2
        assert all(line.lstrip().startswith((b"note:", b"credibility:")) for line in gone)
        assert statements(after)[old["id"]] == new
        assert with_statement(after, old).count(b"\n") == before.count(b"\n")


def test_a_new_statement_stands_behind_the_one_that_is_named() -> None:
    after = with_statement(PROFILE.encode(), NEW, after="no-strategy")
    assert list(statements(after)) == ["no-strategy", "new-one", "place-2017", "poll-2016"]


def test_the_first_key_of_an_item_is_removed_without_its_dash() -> None:
    before = PROFILE.replace("  - id: no-strategy", "  - note: First.\n    id: no-strategy").encode()
    new = {key: value for key, value in statements(before)["no-strategy"].items() if key != "note"}
    assert with_statement(before, new).decode() == PROFILE


def test_comments_beside_what_stays_are_kept() -> None:
    codes = (
        "codes:\n      # why\n      strategy: none # so it says\n      awareness: {site: true, # on paper\n        }"
    )
    before = PROFILE.replace("codes: {strategy: none}", codes).encode()
    old = statements(before)["no-strategy"]
    after = with_statement(before, {**old, "codes": {"strategy": "none", "awareness": {"site": False}}})
    assert after.decode() == before.decode().replace("{site: true, # on paper", "{site: false, # on paper")
    braces = b"format: 1\nstatements:\n  - {id: a, text: 'One', # first\n     date: 2017, note: x}\n"
    assert with_statement(braces, statements(braces)["a"]) == braces
    kept = {"id": "a", "text": "One", "credibility": 2}
    assert with_statement(braces, kept) == b"format: 1\nstatements:\n  - {id: a, text: 'One', credibility: 2}\n"
    some = {"id": "a", "text": "One", "note": "x"}
    assert with_statement(braces, some) == b"format: 1\nstatements:\n  - {id: a, text: 'One', # first\n     note: x}\n"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\u202e", "\ufeff", "\u2028"])
def test_a_character_that_no_file_may_have_is_written_for_the_reader_to_refuse(character: str) -> None:
    data = with_statement(PROFILE.encode(), {**NEW, "text": f"A{character}b"})
    text = reader.decode(data, "AZE.yaml")
    assert isinstance(text, str)
    [problem] = reader.read(text, "AZE.yaml")[1]
    assert problem.slug in ("control-character", "invisible-character")


def test_a_source_is_edited_in_place() -> None:
    after = with_source(PROFILE.replace("{title: A page,", "{title: A page, note: Old,").encode(), "page", SOURCE)
    assert document(after)["sources"] == {"page": SOURCE}
    assert b'page: {title: "Another: page", publisher: A publisher, reliability: B}' in after
    block = with_source(PROFILE.encode(), "other", SOURCE)
    assert with_source(block, "other", {**SOURCE, "published": 2017}).decode() == block.decode().replace(
        "    reliability: B\nstatements", "    reliability: B\n    published: 2017\nstatements"
    )


def test_a_publisher_stands_in_the_order_of_names() -> None:
    keys = {"reliability": "A", "reason": "A record: so.", "kind": "state body"}
    for name, order in (("Zeta", ["A publisher", "Zeta"]), ("1st", ["1st", "A publisher"])):
        after = with_publisher(REGISTER.encode(), name, keys)
        assert list(document(after)["publishers"]) == order
        assert document(after)["publishers"][name] == keys
        assert removed_lines(REGISTER.encode(), after) == []
    flow = with_publisher(b"format: 1\npublishers: {A: {reliability: B, reason: x, kind: other}}\n", "B, C", keys)
    assert document(flow)["publishers"]["B, C"] == keys


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_text_is_read_back(text: str) -> None:
    assume(isinstance(reader.decode(text.encode(), ""), str))  # which has no character that a file may not have
    for value in (text, f"yes: {text}", f"- {text}", f"{text} # {text}", f'"{text}'):
        after = with_statement(PROFILE.encode(), {**NEW, "text": value})
        assert statements(after)["new-one"]["text"] == value
