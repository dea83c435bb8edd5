"""Bad input: one clear line a fault, with file, line and column; exit 1; and no other file is refused because of it."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import TYPE_CHECKING, get_args

import pytest
import yaml
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, run
from hypothesis import given
from hypothesis import strategies as st

from scoring.change import lock
from scoring.errors import Problem, Slug, visible
from scoring.files import reader
from scoring.files.disk import opened
from scoring.files.load import load, load_rubric, profile_of
from scoring.index.assessment import assess
from scoring.model.rubric import Band, RuleBook

if TYPE_CHECKING:
    from pathlib import Path

FAR = "[" * 100_000

# what is replaced, by what, the line and column expected, and what the message must say
PROFILE_FAULTS = {
    "unknown key": (
        "    credibility: 2\n",
        "    credibility: 2\n    confidense: high\n",
        "14:5",
        "did you mean confidence?",
    ),
    "unknown level": ("strategy: none", "strategy: adoptd", "14:23", "levels: none, drafted, adopted"),
    "unknown indicator": ("{strategy:", "{strategie:", "14:13", "did you mean strategy?"),
    "unknown item": ("{strategy: none}", "{awareness: {sight: true}}", "14:25", "did you mean site?"),
    "no answer": ("{strategy: none}", "{awareness: {site: maybe}}", "14:31", "true, false, partly"),
    "duplicate key": (
        "    locator: Paragraph 1\n",
        "    locator: Paragraph 1\n    locator: Paragraph 2\n",
        "12:5",
        "duplicate key",
    ),
    "duplicate id": ("id: place-2017", "id: no-strategy", "15:9", "duplicate id"),
    "dangling source": (
        "source: page\n    locator: Paragraph 2",
        "source: pgae\n    locator: Paragraph 2",
        "17:13",
        "did you mean page?",
    ),
    "dangling same_as": (
        "    codes: {strategy",
        "    same_as: nowhere\n    codes: {strategy",
        "14:14",
        "unknown statement 'nowhere'",
    ),
    "same_as itself": (
        "    codes: {strategy",
        "    same_as: no-strategy\n    codes: {strategy",
        "14:14",
        "no-strategy -> no-strategy",
    ),
    "share above 100": ("share: 54", "share: 104", "28:31", "write 0 to 100"),
    "share below 0": ("{share: 54, n: 1000}", "-1", "28:23", "write 0 to 100"),
    "rank above N": ("rank: 48", "rank: 248", "21:27", "write 1 to 194"),
    "rank without N": ("{rank: 48, of: 194}", "{rank: 48}", "21:20", "of is missing"),
    "NaN": ("{share: 54, n: 1000}", ".nan", "28:23", "expected a share in percent"),
    "infinity": ("share: 54", "share: .inf", "28:31", "expected a share in percent"),
    "a count that is no number of events": ("{strategy: none}", "{expulsions: 1.5}", "14:25", "0, 1, 2"),
    "impossible date": ("date: 2016-05", "date: 2016-02-30", "26:11", "not a valid date"),
    "month 13": ("date: 2016-05", "date: 2016-13", "26:11", "not a valid date"),
    "until before date": ("date: 2016-05\n", "date: 2016-05\n    until: 2015\n", "27:12", "before the date"),
    "credibility 7": ("credibility: 1", "credibility: 7", "20:18", "less than or equal to 6"),
    "wide digits": ("credibility: 1", "credibility: \uff11", "20:18", "whole number"),
    "a digit above the line": ("n: 1000", "n: 10\u00b2", "28:38", "expected a sample size"),
    "Arabic digits": ("share: 54", "share: \u0665\u0664", "28:31", "expected a share in percent"),
    "a date in other digits": ("date: 2016-05", "date: \u0662\u0660\u0661\u0666", "26:11", "not a valid date"),
    "true for a number": ("credibility: 1", "credibility: true", "20:18", "whole number"),
    "missing locator": ("    locator: Paragraph 1\n", "", "8:5", "is missing"),
    "codes and context": (
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    context: true\n",
        "15:5",
        "both codes and context",
    ),
    "neither": ("    codes: {strategy: none}\n", "", "8:5", "neither codes nor context"),
    "wrong actor": ("actor: RUS", "actor: RUZ", "3:8", "unknown country code"),
    "NO as country": ("country: AZE", "country: NO", "2:10", "alpha-3"),
    "NO as key": ("actor: RUS", "NO: RUS", "3:1", "unknown key"),
    "anchor": ("text: No strategy", "text: &a No strategy", "9:11", "anchor &a"),
    "tag": ("text: No strategy", "text: !!python/object:os.system No strategy", "9:11", "tag"),
    "merge key": ("actor: RUS\n", "actor: RUS\n<<: {a: b}\n", "4:1", "merge keys are not allowed"),
    "colon in text": ("text: No strategy", "text: No: strategy", "9:13", "invalid YAML"),
    "control character": ("text: No strategy is in force.", 'text: "No \\e[31m strategy"', "9:11", "control character"),
    "right-to-left override": (
        "text: No strategy is in force.",
        "text: No \u202e strategy",
        "9:14",
        "control character",
    ),
    "composed and decomposed twins": (
        "  page: {",
        "  Caf\u00e9: {title: A}\n  Cafe\u0301: {title: A}\n  page: {",
        "7:3",
        "duplicate key",
    ),
    "source address": ("reliability: B", "reliability: B, url: 'javascript:alert(1)'", "6:70", "https://"),
    "second document": ("format: 1\n", "format: 1\n---\nformat: 1\n", "2:1", "second document"),
    "format 2": ("format: 1", "format: 2", "1:9", "allowed: 1"),
    "the country as actor": ("actor: RUS", "actor: AZE", "3:8", "is the assessed country itself"),
    "coders without codes": (
        "    codes: {strategy: none}\n",
        "    coders: {second: {strategy: none}}\n    context: true\n",
        "14:5",
        "needs the codes of the first coder",
    ),
    "a checklist without items": (
        "{strategy: none}",
        "{awareness: site}",
        "14:24",
        "expected answers to items of awareness",
    ),
    "a sample of none": ("n: 1000", "n: 0", "28:38", "expected a sample size"),
    "a share that is text": ("{share: 54, n: 1000}", "half", "28:23", "expected a share in percent"),
    "an unknown key of a share": ("n: 1000", "m: 1000", "28:35", "keys: share, n, error"),
    "a standard error of 0": ("n: 1000", "error: 0", "28:42", "expected a standard error above 0, got 0"),
    "a standard error below 0": ("n: 1000", "error: -2", "28:42", "expected a standard error above 0, got -2"),
    "a standard error that is text": ("n: 1000", "error: small", "28:42", "expected a standard error above 0"),
    "a standard error of a rank": ("of: 194", "of: 194, error: 1", "21:40", "keys: rank, of"),
    "a share that is whole": ("n: 1000", "whole: true", "28:35", "keys: share, n, error"),
    "a rank that is whole": ("of: 194", "of: 194, whole: true", "21:40", "keys: rank, of"),
    "a level that is whole": ("{strategy: none}", "{strategy: {count: 1, whole: true}}", "14:23", "expected a level"),
    "an item that is whole": ("{strategy: none}", "{awareness: {site: true, whole: true}}", "14:37", "unknown item"),
    "a count of 0 that is not whole": (
        "{strategy: none}",
        "{expulsions: {count: 0, whole: false}}",
        "14:43",
        "a count of 0 is about the whole window; remove whole",
    ),
    "a whole that is a number": (
        "{strategy: none}",
        "{expulsions: {count: 1, whole: 1}}",
        "14:43",
        "expected true or false, got 1",
    ),
    "whole without a count": (
        "{strategy: none}",
        "{expulsions: {whole: false}}",
        "14:25",
        "count is missing; write {count: …}",
    ),
    "a withdrawal without reason": (
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    withdrawn: {on: 2018-01-05, by: second}\n",
        "15:16",
        "withdrawn.why: is missing; add it [missing-key]",
    ),
    "a withdrawal without day": (
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    withdrawn: {on: soon, why: Misread., by: second}\n",
        "15:21",
        "withdrawn.on: 'soon' is not a valid date",
    ),
    "a withdrawal that is true": (
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    withdrawn: true\n",
        "15:16",
        "expected a mapping, got true",
    ),
    "a duplicate of a withdrawn statement": (
        "    codes: {strategy: none}\n  - id: place-2017\n",
        (
            "    codes: {strategy: none}\n    withdrawn: {on: 2018-01-05, why: Misread., by: second}\n"
            "  - id: place-2017\n    same_as: no-strategy\n"
        ),
        "17:14",
        "'no-strategy' is withdrawn; remove same_as, so that this statement counts instead [withdrawn]",
    ),
    "a newer statement under the id of a withdrawn one": (
        "    codes: {strategy: none}\n  - id: place-2017\n",
        (
            "    codes: {strategy: none}\n    withdrawn: {on: 2018-01-05, why: Misread., by: second}\n"
            "  - id: no-strategy\n"
        ),
        "16:9",
        "duplicate id 'no-strategy', which a withdrawn statement has; give each statement its own id [duplicate-id]",
    ),
    "field work on no day": (
        "date: 2016-05\n",
        "fielded: 2016-05-10/2016-06-31\n",
        "26:14",
        "fielded: '2016-05-10/2016-06-31' is not a valid date; write YYYY, YYYY-MM or YYYY-MM-DD [impossible-date]",
    ),
    "field work without end": ("date: 2016-05\n", "fielded: 2016-05-10/\n", "26:14", "is not a valid date"),
    "field work of three days": (
        "date: 2016-05\n",
        "fielded: 2016-05-10/2016-05-11/2016-05-12\n",
        "26:14",
        "is not a valid date",
    ),
    "field work that ends first": (
        "date: 2016-05\n",
        "fielded: 2016-06-02/2016-05-10\n",
        "26:14",
        "ends before it begins; write the first day, a slash and the last day",
    ),
    "field work before 1900": ("date: 2016-05\n", "fielded: 1016-05/2016-06\n", "26:14", "is before 1900"),
    "field work that is a list": ("date: 2016-05\n", "fielded: [2016-05-10]\n", "26:14", "expected text, got a list"),
    "a date beside other field work": (
        "date: 2016-05\n",
        "date: 2016-05\n    fielded: 2016-05-10/2016-06-02\n",
        "26:11",
        "date: 2016-05 is not 2016-06-02, the end of the field work; remove date [impossible-date]",
    ),
    "until before the end of the field work": (
        "date: 2016-05\n",
        "fielded: 2016-05-10/2016-06-02\n    until: 2016-05\n",
        "27:12",
        "2016-05 is before the date 2016-06-02",
    ),
    "a confidence that is none": (
        "credibility: 2\n",
        "credibility: 2\n    confidence: exactly\n",
        "14:17",
        "'exact', 'high', 'moderate' or 'low'",
    ),
    "a place that is text": ("{rank: 48, of: 194}", "48th", "21:20", "expected a rank"),
    "a place of one": ("of: 194", "of: 1", "21:35", "expected a whole number of at least 2"),
    "a count that is text": ("{strategy: none}", "{expulsions: two}", "14:25", "0, 1, 2"),
}


@pytest.mark.parametrize("name", PROFILE_FAULTS)
def test_a_fault_in_a_profile(folder: Path, name: str) -> None:
    old, new, place, says = PROFILE_FAULTS[name]
    assert PROFILE.count(old) >= 1
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace(old, new, 1))
    result = run("validate")
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith(f"profiles/AZE.yaml:{place}: ")]
    assert len(lines) == 1, result.stderr
    assert says in lines[0]
    others = run("score", "GEO")
    assert "Georgia (GEO)" in others.stdout
    assert others.exit_code == 1


# YAML takes what follows for a comment, and the text in front for all there is
CUT = {
    "at once": ("a: The law passed in vote #12 of parliament.\nb: c\n", "1:27: a"),
    "a hash alone": ("a: vote #\n", "1:9: a"),
    "two hashes": ("a: vote ##12\n", "1:9: a"),
    "from the beginning": ("a: #12 was a vote\nb: c\n", "1:4: a"),
    "from the beginning of a line": ("a:\n  #12 was a vote\nb: c\n", "2:3: a"),
    "the first line": ("a:\n  #12\n  was a vote\n", "2:3: a"),
    "the second line": ("a: The law passed in vote\n  #12 of parliament\nb: c\n", "2:3: a"),
    "in the second line": ("a: The law passed\n  in vote #12\n", "2:11: a"),
    "behind an empty line": ("a: The law passed.\n\n  #12 was the vote.\n", "3:3: a"),
    "an item": ("- vote #12\n- b\n", "1:8: [0]"),
    "the whole item": ("- a\n- #12\n", "2:3: [1]"),
    "the second line of an item": ("- vote\n  #12\n", "2:3: [0]"),
    "in braces": ("{a: vote #12\n}\n", "1:10: a"),
    "all in braces": ("{a: #12\n}\n", "1:5: a"),
    "in brackets": ("[vote #12\n, b]\n", "1:7: [0]"),
    "a line in brackets": ("[vote\n#12\n, b]\n", "2:1: [0]"),
    "behind brackets": ("a: [b] #12\nc: d\n", "1:8: "),
    "behind quotes": ("a: 'vote' #12\n", "1:11: a"),
    "behind quotes that hold one": ('a: "a #1" #12\n', "1:11: a"),
    "behind a quoted key": ('"a #1": vote #2\n', "1:14: a #1"),
    "the head of a block": ("a: | #12\n  b\n", "1:6: a"),
    "the end of a block": ("a: |\n  vote\n #12\nb: c\n", "3:2: a"),
    "behind letters of several bytes": ("ö: é😀 #12\n", "1:7: ö"),
    "behind a comment": ("a: # of old\n  vote #12\n", "2:8: a"),
}


@pytest.mark.parametrize("name", CUT)
def test_text_that_a_comment_would_cut_off(name: str) -> None:
    text, place = CUT[name]
    says = "text ends before ' #'; put it in quotes, or write '# ' for a comment [comment]"
    assert list(map(str, reader.read(text, "f")[1])) == [f"f:{place}: {says}".replace(": : ", ": ")]


COMMENTS = {
    "behind a value": "a: b # c #1\n",
    "in a heavier hand": "a: b ## c\n",
    "a line": "#a\n#b\na: b\n#c\n",
    "a line taken out of a mapping": "a:\n  b: c\n  #d: e\nf: g\n",
    "the first line of a mapping": "a:\n  #b: c\n  d: e\n",
    "a line taken out of a list": "- a\n#- b\n- c\n",
    "a line taken out of brackets": "[a,\n#b,\nc]\n",
    "the first line in brackets": "[\n#a,\nb]\n",
    "a line behind another": "a: b\n# c\n  #1\n",
    "a rule": "a: b\n#####\nc: d\n",
    "behind the head of a block": "a: | # b\n  c\n",
    "none: in quotes": "a: 'b #1'\nc: \"d #1\n  #2\"\n",
    "none: in a block": "a: |\n  b #1\n  #2\nc: d\n",
    "none: in a key": "'a #1': b\n",
    "none: without a space before it": "a: b#1\n",
}


@pytest.mark.parametrize("name", COMMENTS)
def test_a_comment_that_cuts_nothing_off(name: str) -> None:
    assert reader.read(COMMENTS[name], "f")[1] == ()


INVISIBLE = [
    *("\u00ad", "\u034f", "\u115f", "\u17b4", "\u180b", "\u180e", "\u200b", "\u2060", "\u2062", "\u206a", "\u3164"),
    *("\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\U0001d173", "\U000e0001", "\U000e0041", "\U000e0100"),
    *("\u200c", "\u200d"),  # joiners, between letters that need none
]


@pytest.mark.parametrize("character", INVISIBLE)
def test_a_character_that_shows_nothing(folder: Path, character: str) -> None:
    says = f"invisible character {character!a}; remove it [invisible-character]"
    for line, place in (
        (f"    text: No{character}strategy\n", "9:13: "),
        (f"    # of{character}old\n    text: No strategy\n", "9:9: "),
        (f'    text: "No\\U{ord(character):08x}strategy"\n', "9:11: statements[0].text: "),
    ):
        (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("    text: No strategy is in force.\n", line))
        assert run("validate").stderr == f"profiles/AZE.yaml:{place}{says}\n"
    (folder / "profiles" / "AZE.yaml").write_text(f'{PROFILE}"\\U{ord(character):08x}": 1\n')
    assert f"profiles/AZE.yaml:29:1: {visible(character)}: {says}" in run("validate").stderr


def test_every_character_that_shows_nothing_is_refused() -> None:
    marks = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}  # they show
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Cf" and code not in marks:
            assert isinstance(reader.decode(f"a{chr(code)}b".encode(), "f"), Problem), hex(code)


@pytest.mark.parametrize(
    "word",
    ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"],
    ids=["Persian", "Hindi", "Sinhala"],
)
def test_joiners_that_a_script_needs(word: str) -> None:
    assert reader.decode(word.encode(), "f") == word
    assert isinstance(reader.decode(f"{word}\u200c".encode(), "f"), Problem)
    assert isinstance(
        reader.decode(word.replace("\u200d", "\u200c\u200c").replace("\u062e", "1").encode(), "f"), Problem
    )


BYTES = {
    "empty": (b"", "1:1: is empty"),
    "blank": (b"\n\n  \n", "1:1: is empty"),
    "only a comment": (b"# nothing\n", "1:1: is empty"),
    "binary": (bytes(range(256)) * 8, "is not valid UTF-8"),
    "NUL": (b"format: 1\ncountry: A\0\n", "2:11: control character"),
    "Latin-1": (PROFILE.replace("No strategy", "K\u00f6nnte").encode("latin-1"), "9:12: byte 0xf6"),
    "Latin-1 behind a byte order mark": (b"\xef\xbb\xbfa: \xf6\n", "1:4: byte 0xf6"),
    "UTF-16": (PROFILE.encode("utf-16"), "1:1: byte 0xff"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "1:1: is empty"),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + PROFILE.encode(), "1:1: invisible character"),
    "line ends of old": (PROFILE.replace("\n", "\r").encode(), "1:10: carriage return without a line feed"),
    "a carriage return among others": (
        PROFILE.replace("\n", "\r\n").replace("AZE", "A\rZE").encode(),
        "2:11: carriage return without a line feed",
    ),
    "tab": (PROFILE.replace("    text:", "\ttext:", 1).encode(), "9:1: tab; use spaces instead"),
    "deep": (FAR.encode(), "nested deeper than 32"),
    "deep mappings": ("".join(" " * n + "a:\n" for n in range(200)).encode(), "nested deeper than 32"),
    "deep flow mappings": (b"{a: " * 100_000, "nested deeper than 32"),
    "billion laughs": (
        b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 123)),
        "1:4: a: anchor &a",
    ),
    "a list": (b"- 1\n", "1:1: expected a mapping, got a list"),
    "a number": (b"12\n", "1:1: expected a mapping, got 12"),
    "null": (b"~\n", "1:1: expected a mapping, got null"),
    "a long number": (b"format: " + b"9" * 100_000 + b"\n", "1:9: format"),
    "a key that is a list": (b"? [a]\n: b\n", "1:3: a key must be plain text"),
}


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_no_profile(folder: Path, name: str) -> None:
    data, says = BYTES[name]
    (folder / "profiles" / "AZE.yaml").write_bytes(data)
    start = time.process_time()
    result = run("validate")
    assert time.process_time() - start < 10
    assert result.exit_code == 1
    assert says in result.stderr
    assert all(line.startswith("profiles/AZE.yaml:") for line in result.stderr.splitlines())
    assert all(len(line) < 400 for line in result.stderr.splitlines())


def test_a_file_of_50_megabytes_is_not_read(folder: Path) -> None:
    with (folder / "profiles" / "AZE.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    result = run("validate")
    assert result.stderr == ("profiles/AZE.yaml:1:1: has 50 MiB; the limit is 10 MiB, split the file [too-large]\n")


def test_a_same_as_circle_of_two(folder: Path) -> None:
    text = PROFILE.replace("    codes: {strategy", "    same_as: place-2017\n    codes: {strategy")
    text = text.replace("    codes: {place", "    same_as: no-strategy\n    codes: {place")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    result = run("validate")
    assert result.stderr.splitlines() == [
        (
            "profiles/AZE.yaml:14:14: statements[0].same_as: is circular (no-strategy -> place-2017 -> no-strategy); "
            "remove same_as from the statement that is to be scored [same-as-circle]"
        ),
        (
            "profiles/AZE.yaml:22:14: statements[1].same_as: is circular (place-2017 -> no-strategy -> place-2017); "
            "remove same_as from the statement that is to be scored [same-as-circle]"
        ),
    ]


def test_all_faults_at_once(folder: Path) -> None:
    text = (
        PROFILE.replace("strategy: none", "strategy: adoptd")
        .replace("share: 54", "share: 540")
        .replace("source: page", "source: book", 1)
    )
    (folder / "profiles" / "AZE.yaml").write_text(text)
    result = run("validate")
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "statements[0].source",
        "statements[0].codes.strategy",
        "statements[2].codes.approval.share",
    ]


def test_a_profile_under_another_name(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").rename(folder / "profiles" / "ARM.yaml")
    assert "name the file AZE.yaml" in run("validate").stderr


RUBRIC_FAULTS = {
    "weights that sum to 0": ("rubric.yaml", "{state: 1}", "{state: 0}", "10:10: pillars: the weights sum to 0"),
    "a negative weight": ("rubric.yaml", "{state: 1}", "{state: -1}", "greater than or equal to 0"),
    "a pillar without a file": (
        "rubric.yaml",
        "{state: 1}",
        "{state: 1, society: 1}",
        "10:21: pillars.society: has no file",
    ),
    "bands that do not rise": ("rubric.yaml", "from: 50", "from: 0", "start at 0 and increase"),
    "a band label twice": ("rubric.yaml", "label: high", "label: low", "duplicate label 'low'"),
    "probabilities": ("rubric.yaml", "1: 0.5, 0.5: 0.5", "1: 0.5, 0.5: 0.4", "sum to 0.9"),
    "an exponent that is no number": (
        "rubric.yaml",
        "{1: 0.5, 0.5",
        "{one: 0.5, 0.5",
        "9:38: uncertainty.exponents.one",
    ),
    "an exponent in other digits": (
        "rubric.yaml",
        "{1: 0.5, 0.5",
        "{\u0661: 0.5, 0.5",
        "expected a number as exponent",
    ),
    "an endless exponent": (
        "rubric.yaml",
        "{1: 0.5, 0.5",
        "{1" + "0" * 400 + ": 0.5, 0.5",
        "expected a number as exponent",
    ),
    "a weight in other digits": ("rubric.yaml", "{state: 1}", "{state: \uff11}", "expected a number, got '\uff11'"),
    "a version that is a number": ("rubric.yaml", '"1.0.0"', "1.0", "3:10: version: expected text, got 1.0"),
    "an unknown key": (
        "rubric.yaml",
        "exponent: 0.5\n",
        "exponnt: 0.5\n",
        "5:1: exponnt: unknown key; did you mean exponent?",
    ),
    "an unknown kind": (
        "state.yaml",
        "kind: levels",
        "kind: level",
        "unknown kind of indicator 'level'; kinds: levels",
    ),
    "no kind": ("state.yaml", "    kind: levels\n", "", "kind is missing"),
    "one level": (
        "state.yaml",
        "      - {key: drafted, text: Drafted}\n      - {key: adopted, text: Adopted}\n",
        "",
        "at least 2",
    ),
    "an item twice": (
        "state.yaml",
        "      - {key: site, points: 1, text: Advice site}\n",
        "      - {key: site, points: 1, text: A}\n      - {key: site, points: 1, text: B}\n",
        "duplicate item 'site'",
    ),
    "infinity": ("state.yaml", "half_life: 3", "half_life: .inf", "expected a finite number"),
    "a level twice": ("state.yaml", "key: drafted", "key: none", "duplicate level 'none'"),
    "levels that fall": (
        "state.yaml",
        "text: Drafted}",
        "text: Drafted, value: 1}\n      - {key: d, text: D, value: 0.5}",
        "order the levels",
    ),
    "an item without points": ("state.yaml", "points: 1", "points: 0", "all points are 0"),
    "equal goalposts": ("state.yaml", "worst: 90", "worst: 10", "two different goalposts"),
    "an id twice": ("state.yaml", "id: place", "id: strategy", "ids are unique in the whole rubric"),
    "another name": ("state.yaml", "id: state\n", "id: estate\n", "differs from the file name"),
    "an unknown key of a level": ("state.yaml", "{key: none, text:", "{key: none, txt:", "did you mean text?"),
    "an unknown key of an indicator": (
        "state.yaml",
        "    half_life: null\n",
        "    half_life: null\n    half_live: 3\n",
        "did you mean half_life?",
    ),
}


@pytest.mark.parametrize("name", RUBRIC_FAULTS)
def test_a_fault_in_a_rubric(folder: Path, name: str) -> None:
    file, old, new, says = RUBRIC_FAULTS[name]
    path = folder / "rubrics" / "small" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    result = run("score")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert any(says in line and line.startswith("rubrics/small/") for line in result.stderr.splitlines()), result.stderr


def test_indicator_weights_that_sum_to_0(folder: Path) -> None:
    path = folder / "rubrics" / "small" / "state.yaml"
    path.write_text(re.sub(r"weight: 0\.\d", "weight: 0", path.read_text()))
    assert "rubrics/small/state.yaml:4:3: indicators: the weights sum to 0" in run("score").stderr


# -- the formats of a rubric -------------------------------------------------------------------------------------------

FORMAT_2 = RUBRIC.replace("format: 1", "format: 2")
KEYS = {  # key of format 2 -> file, text of format 1, text with the key, line and column, path
    "country": ("rubric", "centre: 0.5", "centre: 0.5, country: 3", "6:36: prior.country"),
    "pillar": ("rubric", "centre: 0.5", "centre: 0.5, pillar: 3", "6:36: prior.pillar"),
    "precision": ("rubric", "centre: 0.5", "centre: 0.5, precision: 2", "6:36: prior.precision"),  # the default
    "coder": ("rubric", "kappa: 60", "kappa: 60, coder: 0.04", "9:26: uncertainty.coder"),
    "source": ("rubric", "kappa: 60", "kappa: 60, source: {coded: 0.18, measured: 0.05}", "9:26: uncertainty.source"),
    "drift": ("rubric", "kappa: 60", "kappa: 60, drift: 9", "9:26: uncertainty.drift"),
    "expected": ("state", "half_life: 4", "half_life: 4, expected: 0.4", "23:124: indicators[3].expected"),
    "expected of an item": ("state", "points: 1", "points: 1, expected: 0", "21:32: indicators[1].items[0].expected"),
    "whole": ("state", "saturation: 10", "saturation: 10, whole: true", "24:117: indicators[4].whole"),  # the default
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_of_format_2_needs_format_2(folder: Path, name: str) -> None:
    file, old, new, place = KEYS[name]
    path = folder / "rubrics" / "small" / f"{file}.yaml"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    refused = run("validate")
    assert refused.exit_code == 1
    says = "is a key of format 2; write `format: 2` in rubric.yaml, or remove the key [format-key]"
    assert refused.stderr == f"rubrics/small/{file}.yaml:{place}: {says}\n"
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("format: 1", "format: 2"))
    accepted = run("validate", "--strict")
    assert (accepted.exit_code, accepted.stderr) == (0, "")


def test_all_keys_of_format_2_are_reported_at_once(folder: Path) -> None:
    for file, old, new, _ in KEYS.values():
        path = folder / "rubrics" / "small" / f"{file}.yaml"
        path.write_text(path.read_text().replace(old, new))
    assert run("validate").stderr.count("[format-key]") == len(KEYS)


def test_a_key_of_format_2_in_a_group(folder: Path) -> None:
    lines = (
        "  - {id: all, question: Q?, rationale: R., kind: group, weight: 1, indicators: [\n"
        "      {id: inner, question: Q?, rationale: R., kind: rank, weight: 1, half_life: 3, expected: 0.5}]}\n"
    )
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR + lines)
    assert run("validate").stderr.startswith("rubrics/small/state.yaml:26:85: indicators[5].indicators[0].expected: ")


SHARED = RUBRIC.replace("{kappa", "{shared: 0.3, kappa")
IGNORED = (
    "rubrics/small/rubric.yaml:9:15: warning: uncertainty.shared: is ignored; "
    "remove it: what indicators have in common now follows from the evidence [format-key]\n"
)


@pytest.mark.parametrize(
    "command",
    [
        *("validate", "validate profiles/AZE.yaml", "validate rubrics/small/rubric.yaml", "validate --rubric same"),
        *("score", "rank --draws 100", "compare AZE GEO --draws 100", "schema rubric", "cite AZE --draws 100"),
    ],
)
def test_shared_of_format_1_is_ignored_with_one_warning(folder: Path, command: str) -> None:
    arguments = command.replace("same", "rubrics/small").split()
    without = run(*arguments)
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(SHARED)
    done = run(*arguments)
    assert (without.exit_code, without.stderr) == (0, "")
    assert (done.exit_code, done.stderr) == (0, IGNORED)


def test_shared_of_format_1_changes_no_figure(folder: Path) -> None:
    before = run("score", "--format", "csv").stdout
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(SHARED)
    assert run("score", "--format", "csv").stdout == before


def test_shared_of_format_1_is_refused_when_warnings_are(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(SHARED)
    assert run("validate", "--strict").exit_code == 1
    told = run("validate", "--format", "github").stdout
    assert told.count("::warning file=rubrics/small/rubric.yaml,line=9,col=15") == 1


def test_the_warning_of_a_rubric_in_another_folder(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "rubric.yaml").write_text(SHARED)
    (other / "state.yaml").write_text(PILLAR)
    done = run("validate", "--rubric", "rubrics/small", "other/rubric.yaml", "other/state.yaml")
    assert (done.exit_code, done.stderr) == (0, IGNORED.replace("rubrics/small", "other"))


def test_shared_is_refused_in_format_2(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(SHARED.replace("format: 1", "format: 2"))
    for command in ("validate", "score"):
        refused = run(command)
        assert refused.exit_code == 1
        assert refused.stderr == IGNORED.replace("warning: ", "").replace("is ignored", "is a key of format 1")


def test_a_rubric_of_format_3(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("format: 1", "format: 3"))
    assert "rubrics/small/rubric.yaml:1:9: format: 3 is not allowed; allowed: 1 or 2" in run("validate").stderr


FORMAT_2_FAULTS = {
    "no country": ("rubric", "centre: 0.5", "centre: 0.5, country: 0", "6:45: prior.country: 0: should be greater"),
    "a negative country": ("rubric", "centre: 0.5", "centre: 0.5, country: -3", "6:45: prior.country: -3: should be"),
    "no pillar": ("rubric", "centre: 0.5", "centre: 0.5, pillar: 0", "6:44: prior.pillar: 0: should be greater than 0"),
    "a negative pillar": ("rubric", "centre: 0.5", "centre: 0.5, pillar: -1", "6:44: prior.pillar: -1: should be"),
    "no precision": (
        "rubric",
        "centre: 0.5",
        "centre: 0.5, precision: 0",
        "6:47: prior.precision: 0: should be greater",
    ),
    "endless precision": ("rubric", "centre: 0.5", "centre: 0.5, precision: .inf", "expected a finite number"),
    "no drift": ("rubric", "kappa: 60", "kappa: 60, drift: 0", "9:33: uncertainty.drift: 0: should be greater than 0"),
    "a negative coder": ("rubric", "kappa: 60", "kappa: 60, coder: -0.1", "9:33: uncertainty.coder: -0.1: should be"),
    "a negative source": (
        "rubric",
        "kappa: 60",
        "kappa: 60, source: {coded: -0.1}",
        "9:42: uncertainty.source.coded: -0.1: should be greater than or equal to 0",
    ),
    "a source that errs by all": (
        "rubric",
        "kappa: 60",
        "kappa: 60, source: {measured: 0.51}",
        "9:45: uncertainty.source.measured: 0.51: should be less than or equal to 0.5",
    ),
    "a source error by kind": ("rubric", "kappa: 60", "kappa: 60, source: {rank: 0.1}", "keys: coded, measured"),
    "an exact half-width": ("rubric", "kappa: 60", "kappa: 60, confidence: {exact: 0}", "keys: high, moderate, low"),
    "widths that fall": (
        "rubric",
        "kappa: 60",
        "kappa: 60, coder: 0.04, confidence: {high: 0.2}",
        "uncertainty.confidence.moderate: 0.15 is less than 0.2, the half-width of high confidence",
    ),
    "expected above 1": (
        "state",
        "half_life: 4",
        "half_life: 4, expected: 1.1",
        "23:134: indicators[3].expected: 1.1: should be less than or equal to 1",
    ),
    "expected below 0": (
        "state",
        "points: 1",
        "points: 1, expected: -0.1",
        "21:42: indicators[1].items[0].expected: -0.1: should be greater than or equal to 0",
    ),
    "expected of a checklist": (
        "state",
        "    items:",
        "    expected: 0.4\n    items:",
        "20:15: indicators[1].expected: is given for each item of a checklist; move it to the items",
    ),
    "whole where nothing is counted": (
        "state",
        "half_life: 4",
        "half_life: 4, whole: false",
        "23:124: indicators[3].whole: is a key of other kinds of indicator; remove it",
    ),
    "an item that is whole": ("state", "points: 1", "points: 1, whole: true", "keys: key, points, text, expected"),
    "whole that is text": ("state", "saturation: 10", "saturation: 10, whole: partly", "expected true or false"),
    "the latest of found events": (
        "state",
        "saturation: 10",
        "saturation: 10, whole: false, pool: latest",
        "24:137: indicators[4].pool: `latest` drops the earlier events, but with `whole: false` all found events add up",
    ),
}


@pytest.mark.parametrize("name", FORMAT_2_FAULTS)
def test_a_fault_in_a_rubric_of_format_2(folder: Path, name: str) -> None:
    file, old, new, says = FORMAT_2_FAULTS[name]
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_2)
    path = folder / "rubrics" / "small" / f"{file}.yaml"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    refused = run("score")
    assert (refused.exit_code, refused.stdout) == (1, "")
    [line] = refused.stderr.splitlines()
    assert line.startswith(f"rubrics/small/{file}.yaml:")
    assert says in line


def test_expected_values_that_nothing_uses(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_2.replace("weight: 0.25", "weight: 0"))
    text = PILLAR.replace("points: 1", "points: 1, expected: 0.2").replace(
        "half_life: 4", "half_life: 4, expected: 0.5"
    )
    (folder / "rubrics" / "small" / "state.yaml").write_text(text)
    says = "has no effect with `prior: {weight: 0}`; remove it, or write a weight above 0 [expected]"
    assert run("validate").stderr.splitlines() == [
        f"rubrics/small/state.yaml:21:32: indicators[1].items[0].expected: {says}",
        f"rubrics/small/state.yaml:23:124: indicators[3].expected: {says}",
    ]
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR)
    assert run("validate").exit_code == 0


@pytest.mark.parametrize("weight", ["0.25", "0"])
@pytest.mark.parametrize("code", ["0", "3", "{count: 3}", "{count: 3, whole: true}", "{count: 0, whole: true}"])
def test_codes_of_found_events(folder: Path, code: str, weight: str) -> None:
    rubric = FORMAT_2.replace("weight: 0.25", f"weight: {weight}")
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(rubric)
    path = folder / "rubrics" / "small" / "state.yaml"
    path.write_text(PILLAR.replace("saturation: 10", "saturation: 10, whole: false"))
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("{strategy: none}", f"{{expulsions: {code}}}"))
    done = run("validate", "--strict")
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_count_that_is_not_whole_where_all_are_found(folder: Path) -> None:
    """Without a warning a coder would believe that `whole: false` is heard."""
    code = "{expulsions: {count: 2, whole: false}}"
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("{strategy: none}", code))
    done = run("validate")
    assert done.exit_code == 0
    assert done.stderr == (
        "profiles/AZE.yaml:14:43: warning: statements[0].codes.expulsions.whole: has no effect: the events found "
        "count as all; remove it, or set whole: false for expulsions [whole]\n"
    )
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_2)
    path = folder / "rubrics" / "small" / "state.yaml"
    path.write_text(PILLAR.replace("saturation: 10", "saturation: 10, whole: false"))
    assert run("validate").stderr == ""


def test_an_exact_figure(folder: Path) -> None:
    text = PROFILE.replace("credibility: 1\n", "credibility: 1\n    confidence: exact\n")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    done = run("validate", "--strict")
    assert (done.exit_code, done.stderr) == (0, "")


LINES = {  # file -> what has one line
    "rubrics/small/rubric.yaml": ["A small index", "high"],
    "rubrics/small/state.yaml": ["State", "Is a strategy in force?", "No strategy", "Advice site"],
    "profiles/AZE.yaml": ["A page", "A publisher", "Paragraph 1"],
}


@pytest.mark.parametrize(("file", "text"), [(file, text) for file, texts in LINES.items() for text in texts])
def test_what_has_one_line(folder: Path, file: str, text: str) -> None:
    path = folder / file
    whole = path.read_text()
    assert f": {text}" in whole
    path.write_text(whole.replace(f": {text}", f': "{text}\\n  rank: 1"', 1))
    result = run("validate")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}:")
    assert "is not valid; write it on one line [bad-name]" in result.stderr
    path.write_text(whole.replace(f": {text}", f': "{text}\\n"', 1))  # a block of YAML ends so
    assert run("validate").exit_code == 0


def test_texts_and_notes_have_as_many_lines_as_they_like(folder: Path) -> None:
    text = PROFILE.replace("54 percent approved.", '"One.\\n\\nTwo."\n    note: |\n      One.\n\n      Two.')
    (folder / "profiles" / "AZE.yaml").write_text(text)
    assert run("validate").exit_code == 0


@pytest.mark.parametrize(
    "label", ['a "quoted" \\ label', "\\n", "\\u0041", "naïve – 最高", "'", "a\x7fb\x01c\td", "]\u2028["]
)
def test_any_label_of_a_band_stands_in_the_lock(label: str) -> None:
    book, profiles = load(ROOT / "tests/oracles/fixture/rubric", ROOT / "tests/oracles/fixture/profiles")
    band = Band.model_validate({"from": 0.0, "label": label})
    rubric = book.rubric.model_copy(update={"bands": (band,)})
    written = lock.locked(assess(book.model_copy(update={"rubric": rubric}), profiles))
    read, problems = lock.read(lock.text_of(written), "scores.lock")
    assert problems == ()
    assert read is not None
    assert label in {one.band for one in read.countries.values()}
    assert lock.figure_changes(written, read, 0) == ()


CASE_FAULTS = {
    "pillar: state": ("pillar: stat", "did you mean state?"),
    "strategy: none": ("strategy: non", "unknown level 'non'"),
    "{strategy": ("{strategi", "did you mean strategy?"),
    "value: 0": ("value: 1/0", "expected a number or fraction from 0 to 1"),
    "value: 0\n": ('value: "1e-999999999"\n', "expected a number or fraction from 0 to 1"),
    " 0\n": (' "\uff11/\uff12"\n', "expected a number or fraction from 0 to 1"),
    ": 0\n": (': " 1/2"\n', "expected a number or fraction from 0 to 1"),
}


@pytest.mark.parametrize("old", CASE_FAULTS)
def test_a_fault_in_a_case_file(folder: Path, old: str) -> None:
    text = "pillar: state\ncases:\n  - name: none\n    statement: There is none.\n    codes: {strategy: none}\n    value: 0\n"
    path = folder / "rubrics" / "small" / "state.cases.yaml"
    path.write_text(text)
    assert run("validate").exit_code == 0
    new, says = CASE_FAULTS[old]
    path.write_text(text.replace(old, new))
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.stderr


def test_a_case_name_twice_and_a_value_above_1(folder: Path) -> None:
    case = "  - {name: none, statement: There is none., codes: {strategy: none}, value: 2}\n"
    (folder / "rubrics" / "small" / "state.cases.yaml").write_text("pillar: state\ncases:\n" + case * 2)
    text = run("validate").stderr
    assert "duplicate name 'none'" in text
    assert text.count("expected a number or fraction from 0 to 1") == 2


def test_a_pillar_file_that_the_rubric_does_not_weigh(folder: Path) -> None:
    (folder / "rubrics" / "small" / "estate.yaml").write_text(PILLAR.replace("id: state\n", "id: estate\n"))
    assert "'estate' is not among the pillars of rubrics/small/rubric.yaml; did you mean state?" in run("score").stderr


def test_a_file_that_the_system_refuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(folder), "open", refuse)
    assert "cannot be read (Permission denied)" in run("validate", "profiles/AZE.yaml").stderr


def test_log_goalposts_and_values_must_be_above_0(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    line = "  - {id: budget, question: Q?, rationale: R., kind: number, weight: 1, half_life: 3, worst: 1, best: 9, log: true}\n"
    pillar.write_text(PILLAR + line)
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(PROFILE.replace("{strategy: none}", "{budget: 0}"))
    assert "14:21: statements[0].codes.budget: 0 has no logarithm" in run("validate").stderr
    profile.write_text(PROFILE.replace("{strategy: none}", "{budget: much}"))
    assert "expected a number, got 'much'" in run("validate").stderr
    pillar.write_text(PILLAR + line.replace("worst: 1", "worst: 0"))
    assert "needs goalposts above 0" in run("validate").stderr


def test_a_folder_that_is_none(folder: Path) -> None:
    assert "folder not found" in run("score", "--profiles", "nowhere").stderr
    assert "contains no rubric.yaml" in run("score", "--rubric", "profiles").stderr
    (folder / "rubrics" / "other").mkdir()
    (folder / "rubrics" / "other" / "rubric.yaml").write_text(RUBRIC)
    assert "contains several rubrics (other, small)" in run("score").stderr


def test_an_unreadable_file(folder: Path) -> None:
    (folder / "profiles" / "MDA.yaml").symlink_to(folder / "nowhere.yaml")
    result = run("score")
    assert "profiles/MDA.yaml:1:1: is a symbolic link that leaves its folder" in result.stderr
    assert "Azerbaijan (AZE)" in result.stdout


def test_yml_is_not_passed_over_in_silence(folder: Path) -> None:
    (folder / "profiles" / "MDA.yml").write_text(PROFILE)
    assert "profiles/MDA.yml:1:1: is not read; rename it to MDA.yaml" in run("validate").stderr


def test_every_message_has_a_heading_in_the_docs() -> None:
    text = (ROOT / "docs" / "messages.md").read_text()
    assert re.findall(r"^## (\S+)$", text, re.MULTILINE) == [*sorted(get_args(Slug)), "Findings"]


# -- fuzz --------------------------------------------------------------------------------------------------------------

_BOOK, _ = load_rubric(ROOT / "tests" / "oracles" / "fixture" / "rubric")
assert _BOOK is not None
BOOK: RuleBook = _BOOK
PIECES = st.sampled_from(
    [
        "a",
        "é",
        ": ",
        "- ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "'",
        '"',
        "#",
        " #1",
        "&a ",
        "*a",
        "!!t ",
        "|",
        ">",
        "?",
        "---\n",
        "~",
        "true",
        "NO",
        "1",
        "-.inf",
        ".nan",
        "0x1F",
        "2018-01-01",
        "\u202e",
        "\\x00",
        "%YAML 1.1\n",
        "<<: ",
        "=",
        "\x85",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    decoded = reader.decode(text.encode("utf-8", "surrogatepass"), "f")
    if isinstance(decoded, Problem):
        assert decoded.line >= 1
        return
    value, problems = reader.read(decoded, "f")
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert "\n" not in str(problem)
    if not problems:
        loaded = yaml.load(decoded, Loader=yaml.CBaseLoader)  # noqa: S506  a second opinion on the shape
        assert _shape(loaded) == _shape(value)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items()}
    return [_shape(one) for one in value] if isinstance(value, list) else "scalar"


@given(st.data())
def test_any_mutation_of_a_profile_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = (ROOT / "tests" / "oracles" / "fixture" / "profiles" / "XAC.yaml").read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    piece = data.draw(PIECES | st.text(max_size=5))
    path = tmp_path_factory.getbasetemp() / "XAC.yaml"
    path.write_bytes((text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass"))
    profile, problems = profile_of(opened(path), BOOK)
    assert (profile is None) == bool(problems)
    assert all("\n" not in str(problem) for problem in problems)
