"""From a page to statements: sentences with places, words taken from a source, proposals, and the command."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import random
import re
import subprocess
import sys
import time
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest
import yaml
from conftest import W, run, word_file
from hypothesis import given
from hypothesis import strategies as st

from scoring.citing.documents import reading as documents
from scoring.citing.documents.passages import Document
from scoring.drafting import overlap, pdf, reading
from scoring.drafting.overlap import shared_runs
from scoring.drafting.proposals import (
    index_of,
    known_of,
    near,
    near_duplicates,
    proposed,
    proposed_indicators,
    stem,
)
from scoring.drafting.reading import Sentence, SourcePage, read_page
from scoring.drafting.sentences import MAX_SENTENCE, clean, is_sentence, sentences_of
from scoring.errors import MissingPackageError
from scoring.files import reader
from scoring.files.archive import MAX_BYTES, UnreadableError
from scoring.files.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

ROOT = Path(__file__).parent.parent


def texts(text: str) -> list[str]:
    return [part.text for part in sentences_of(text)]


def placed(page: SourcePage) -> list[tuple[str, str]]:
    return [(one.text, one.locator) for one in page.sentences]


# -- sentences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentences",
    [
        # English
        ["Mr. J. Smith of the U.S. Senate cited Art. 5 of No. 7.", "Growth was 3.5 percent.", "It rose."],
        ["He said: “It is over.”", "Then he left (see p. 3).", "“Why?” he asked.", "Nobody knew!"],
        ["They waited...", "And nothing came…", "Firms such as Acme Inc. were named.", "The U.S.", "The law stayed."],
        ["It was adopted by parliament (by 80 votes.)", "54 members voted for it."],
        ["1. The first duty is to report.", "II. The second is to act."],
        ["In 2017.", "There were 12.", "The rest left at 5 p.m.", "He stayed."],
        ["It costs 5 %.", "Then more."],
        # German
        [
            "Die Regierung beschloss am 3. Oktober 2017 das Gesetz, z. B. in § 4 Abs. 2 Nr. 1.",
            "Der Minister sagte: „Das reicht nicht.“",
            "Danach kam Dr. Müller, der im 20. Jahrhundert bzw. nach dem II. Weltkrieg geboren ist.",
            "Es galt ab 2018.",
            "Die Frist endete.",
        ],
        # Russian
        [
            "В 2018 г. Парламент принял закон (ст. 5 п. 2).",
            "Об этом сообщил А. С. Иванов, т.е. министр, и др. депутаты.",
            "«Это не угроза».",
            "Затем он уехал на ул. Ленина.",
            "Что дальше?",
            "Никто не знает…",
            "В Москве молчат.",
        ],
        # Georgian
        [
            "2018 წ. ივნისში პარლამენტმა კიბერუსაფრთხოების სტრატეგია მიიღო.",
            "ამის შესახებ პროფ. გ. ბერიძემ განაცხადა.",
            "„ეს არის საფრთხე“, თქვა მან.",
            "რა იქნება შემდეგ?",
            "არავინ იცის.",
        ],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    assert texts(" ".join(sentences)) == sentences


def test_reference_marks_are_not_text() -> None:
    parts = list(
        sentences_of("It was adopted.[3] It holds [4, 5].[6–8] It is large².¹² The area is 5 km². See [2017] there.")
    )
    assert [part.text for part in parts] == [
        "It was adopted.",
        "It holds.",
        "It is large.",
        "The area is 5 km².",
        "See [2017] there.",
    ]
    assert [part.notes for part in parts] == [("3",), ("4, 5", "6–8"), ("2", "12"), (), ()]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Home", False),
        ("About us", False),
        ("It rose.", True),
        ("Really so?”", True),
        ("Yes.", False),
        ("Accept all our cookies", True),
        ("- — … !", False),
        ("word " * (MAX_SENTENCE // 5 + 1), False),
        ("", False),
    ],
)
def test_what_is_a_sentence(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_sentence(text) is is_one


def test_characters_that_nobody_sees_are_removed() -> None:
    assert clean("a\u200bb\u00ad c\u2028d\x07\n e\ufeff") == "ab c d e"


# -- pages ---------------------------------------------------------------------------------------------------------------

HTML = """<html><head><title>Law &amp; order</title></head><body>
<!-- <h2> --><ul><li>Home<li>About us</ul><p>We use cookies on this page.</p>
<h2>Relations <b>with</b> the Russian Federation<sup>9</sup></h2>
<p>The law was adopted.<sup>3</sup> It is <a href="#fn4"><sup>4</sup></a> in force.<a href="#fn5" title="a title">[5]</a></p>
<p>See <img alt="A map of all places"> there is more.</p>
<div><p>The end of it.<sup><a href="#fn4">[4]</a><a href="#fn5">[5]</a></sup></p></div>
<h3></h3><h3 class="a very long one">A heading that is a good deal longer than sixty characters, as some are</h3>
<table><tr><th>State<th>Share<tr><td>Estonia<td>5 of 10</table>
<section class="footnotes"><ol><li id="fn4">Note four text.<a href="#fnref4">up</a></li><li id="fn5">Five is here.</li></ol></section>
</body></html>"""
MARKDOWN = """---
title: "On the law"
author: Somebody of the ministry of all
---
# In *parliament*

It was adopted by all.[^3] It ended^4^ then. It holds.^[A note in its place.]

[^3]: The note of three.

> ## Afterwards
>
> Nothing else came of it.

```
# no heading
```
- one item of the list
- another item of the list
"""
TEXT = """\
Report of the ministry

First paragraph of it
over two lines.

1. The first item of all
2. The second item of all

Short. Yes!

- A bullet that stands alone

Afterwards

It went on (see above)."""


def test_html_has_places_by_heading_paragraph_and_note() -> None:
    page = read_page(HTML.encode(), ".html")
    first = "Relations with the Russian Federation"
    assert page.title == "Law & order"
    assert page.left_out == 3  # Home, About us, the head of the table
    assert placed(page) == [
        ("We use cookies on this page.", "Paragraph 1"),
        ("The law was adopted.", f"{first}, paragraph 1, note 3"),
        ("It is in force.", f"{first}, paragraph 1, notes 4, 5"),
        ("Note four text.", f"{first}, paragraph 1, note 4"),
        ("Five is here.", f"{first}, paragraph 1, note 5"),
        ("See there is more.", f"{first}, paragraph 2"),
        ("A map of all places", f"{first}, paragraph 2"),
        ("The end of it.", f"{first}, paragraph 3, notes 4, 5"),
        ("State: Estonia; Share: 5 of 10", "A heading that is a good deal longer than sixty…, paragraph 1"),
    ]
    assert [one.number for one in page.sentences] == list(range(1, 10))


def test_a_paragraph_of_a_picture() -> None:
    page = read_page(b"<p><img alt='A bridge in the capital'></p><p>It is closed since May.</p>", ".html")
    assert placed(page) == [("A bridge in the capital", "Paragraph 1"), ("It is closed since May.", "Paragraph 2")]


def test_a_title_in_a_note_is_part_of_it() -> None:
    note = "<aside class=footnote id=n>It says<b title='a seal'> so</b> here.</aside>"
    page = read_page(f"<p>It is in force.<a href='#n'>7</a> Since then.</p>{note}".encode(), ".html")
    assert placed(page) == [
        ("It is in force.", "Paragraph 1, note 7"),
        ("Since then.", "Paragraph 1"),
        ("It says (a seal) so here.", "Paragraph 1, note 7"),
    ]


def test_a_cell_that_is_a_bracket() -> None:
    rows = "<tr><th>A<th>B<tr><td rowspan=2>)<td>one thing came first<tr><td>another came after it"
    page = read_page(f"<table>{rows}</table>".encode(), ".html")
    assert [one.text for one in page.sentences] == [
        "A: ); B: one thing came first",
        "A: ); B: another came after it",
    ]


def test_markdown() -> None:
    page = read_page(MARKDOWN.encode(), ".md")
    assert page.title == "On the law"
    assert placed(page) == [
        ("It was adopted by all.", "In parliament, paragraph 1, note 3"),
        ("It ended then.", "In parliament, paragraph 1, note 4"),
        ("It holds.", "In parliament, paragraph 1"),
        ("The note of three.", "In parliament, paragraph 1, note 3"),
        ("A note in its place.", "In parliament, paragraph 1"),
        ("Nothing else came of it.", "Afterwards, paragraph 1"),
        ("one item of the list", "Afterwards, paragraph 2"),
        ("another item of the list", "Afterwards, paragraph 3"),
    ]


def test_plain_text() -> None:
    page = read_page(TEXT.encode(), ".txt")
    head = "Report of the ministry"
    assert page.title == head
    assert page.left_out == 2  # Short. Yes!
    assert placed(page) == [
        ("First paragraph of it over two lines.", f"{head}, paragraph 1"),
        ("1. The first item of all", f"{head}, paragraph 2"),
        ("2. The second item of all", f"{head}, paragraph 3"),
        ("- A bullet that stands alone", f"{head}, paragraph 4"),
        ("It went on (see above).", "Afterwards, paragraph 1"),
    ]


def test_a_page_without_headings_or_title() -> None:
    assert read_page(b"One thing came first.\n\nAnother came after it.", "") == SourcePage(
        "",
        (
            Sentence(1, "One thing came first.", "Paragraph 1"),
            Sentence(2, "Another came after it.", "Paragraph 2"),
        ),
    )
    assert read_page(b"<p>It is a page.</p>", ".htm").title == ""
    assert read_page(b"---\nauthor: A\n---\nIt is a page.", ".md").title == ""


def test_word() -> None:
    def paragraph(*runs: str) -> str:
        return "<w:p>" + "".join(f"<w:r>{run}</w:r>" for run in runs) + "</w:p>"

    note = "<w:t>Adopted by all</w:t>", "<w:footnoteReference w:id='7'/>", "<w:t>.</w:t>"
    body = paragraph(*note) + paragraph("<w:t>It holds still today</w:t>", "<w:endnoteReference w:id='2'/>", note[1])
    notes = (
        f"<w:footnotes xmlns:w='{W}'><w:footnote w:id='7'>{paragraph('<w:t>The first note text.</w:t>')}</w:footnote>"
    )
    notes += f"<w:footnote w:id='8'>{paragraph('<w:t>Nobody refers to this.</w:t>')}</w:footnote></w:footnotes>"
    more = {
        "word/footnotes.xml": notes,
        "word/header1.xml": f"<w:hdr xmlns:w='{W}'>{paragraph('<w:t>Draft of the ministry, page 1</w:t>')}</w:hdr>",
        "docProps/core.xml": "<p xmlns:dc='x'><dc:title>Law &amp; order</dc:title></p>",
    }
    page = read_page(word_file(body, more), ".docx")
    assert page.title == "Law & order"
    assert placed(page) == [
        ("Adopted by all.", "Paragraph 1, note 1"),
        ("The first note text.", "Paragraph 1, note 1"),
        ("It holds still today", "Paragraph 2, note 1"),
        ("Draft of the ministry, page 1", "Header, paragraph 1"),
        ("Nobody refers to this.", "Notes, paragraph 1"),
    ]


def test_a_page_without_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenDocument and EPUB, which Pandoc reads."""
    document = documents.read(b"One thing came first.\n\nAnother came after it.", ".txt")
    monkeypatch.setattr(reading, "read", lambda *_: Document(document.passages, None))
    assert [one.locator for one in read_page(b"", ".odt").sentences] == ["Paragraph 1", "Paragraph 2"]


# -- PDF -----------------------------------------------------------------------------------------------------------------


def pdf_file(*streams: bytes, title: str = "A report") -> bytes:
    """A PDF of pages with these streams of instructions."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for stream in streams:
        packed = zlib.compress(stream, 9)
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed))
        content = len(objects)
        resources = b"/Resources<</Font<</F 3 0 R>>>>"
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R%s>>" % (content, resources))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    objects.append(b"<</Title(%s)>>" % title.encode())
    data, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end = b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(objects),
        len(data),
    )
    return data + head + end


def lines(*given: str) -> bytes:
    shown = b" ".join(b"(%s) Tj T*" % line.encode() for line in given)
    return b"BT /F 12 Tf 50 700 Td 14 TL %s ET" % shown


GOOD = pdf_file(
    lines(
        "The government adopted a national strat-",
        "egy for cyber security in March 2018.",
        "It names the actor.",
        "A new paragraph begins here and goes on",
    ),
    lines("The second page has this."),
)


def encrypted(data: bytes, user: str, owner: str | None = None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner_password=owner, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [GOOD, encrypted(GOOD, "", "of the owner")])
def test_pdf(data: bytes) -> None:
    page = read_page(data, ".pdf")
    assert page.title == "A report"
    assert placed(page) == [
        ("The government adopted a national strategy for cyber security in March 2018.", "Page 1, paragraph 1"),
        ("It names the actor.", "Page 1, paragraph 1"),
        ("A new paragraph begins here and goes on", "Page 1, paragraph 2"),
        ("The second page has this.", "Page 2, paragraph 1"),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pdf_file(b"q Q"), "no text layer, only pictures; give a copy with recognised text"),
        (GOOD[:300], "no readable PDF; open it in a viewer"),
        (b"%PDF-1.4 nothing", "no readable PDF"),
        (b"hello", "no readable PDF"),
        (encrypted(GOOD, "secret"), "is encrypted; save a copy without a password"),
        (pdf_file(b" " * 2**28), "takes more than 10 seconds or 400 MiB to read"),
        (pdf_file(b"BT /F 12 Tf " + b"(a) Tj " * 20_000_000 + b"ET"), "takes more than 10 seconds or 400 MiB"),
        (b"%PDF-" + b" " * MAX_BYTES, "more than 20 MiB"),
    ],
)
def test_a_hostile_pdf_is_refused_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_page(data, ".pdf")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_WAIT", 0.001)
    with pytest.raises(UnreadableError, match="takes more than"):
        read_page(GOOD, ".pdf")


def test_a_child_that_is_ended_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UnreadableError, match="takes more than"):
        read_page(GOOD, ".pdf")


def test_without_pypdf_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(MissingPackageError, match=r"pip install '.\[coding\]'"):
        read_page(GOOD, ".pdf")


def test_what_the_child_process_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, without its limits: they would stay."""
    monkeypatch.setattr(pdf, "_limit", lambda: None)
    assert pdf._read(GOOD)["title"] == "A report"
    assert pdf._read(encrypted(GOOD, "secret")) == {"error": "locked"}
    assert pdf._read(pdf_file(b"q Q")) == {"error": "empty"}
    assert pdf._read(b"%PDF-1.4 nothing") == {"error": "broken"}
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    assert pdf._read(GOOD) == {"error": "long"}
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    monkeypatch.setattr(pdf, "MAX_BYTES", 10)
    assert pdf._read(GOOD) == {"error": "costly"}

    def fails(error: Exception) -> Callable[[object], object]:
        def raises(_: object) -> object:
            raise error

        return raises

    for error, name in ((MemoryError(), "costly"), (pypdf.errors.DependencyError(), "locked")):
        monkeypatch.setattr(pypdf, "PdfReader", fails(error))
        assert pdf._read(GOOD) == {"error": name}


def test_where_there_are_no_limits_a_pdf_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    pdf._limit()
    assert pdf._read(GOOD)["title"] == "A report"


def test_paragraphs_of_a_page() -> None:
    text = "A long line of the first paragraph, which is whole\nends.\nThe second one is quite as long as the first is\n \nThird"
    assert pdf.paragraphs_of(text) == (
        "A long line of the first paragraph, which is whole ends.",
        "The second one is quite as long as the first is",
        "Third",
    )
    assert pdf.paragraphs_of("") == ()


# -- hostile pages -------------------------------------------------------------------------------------------------------


def hostile_pages() -> dict[str, Callable[[int], tuple[bytes, str]]]:
    """By name, a page of n parts."""

    def word(
        body: Callable[[int], str], more: Callable[[int], dict[str, str]] | None = None
    ) -> Callable[[int], tuple[bytes, str]]:
        return lambda n: (word_file(body(n), more(n) if more else None), ".docx")

    def page(part: str, suffix: str = ".html") -> Callable[[int], tuple[bytes, str]]:
        return lambda n: ((part * n).encode(), suffix)

    run_ = "<w:p><w:r><w:t>It was adopted by all</w:t>{}</w:r></w:p>"
    return {
        "stops": page(". ", ".txt"),
        "dots": page(".", ".txt"),
        "closing": page(".)", ".txt"),
        "opening": lambda n: (b"a. " + b"(" * n, ".txt"),
        "brackets": page("[1", ".txt"),
        "marks": page("a.[3]¹ ", ".txt"),
        "one sentence": page("word ", ".txt"),
        "headings": page("<h1>"),
        "open headings": page("<h1 "),
        "raised": page("a<sup>b"),
        "links": page("a<a b>"),
        "titles": page("<title "),
        "pictures": page("a<img alt=b>"),
        "front": lambda n: (b"---\n" + b"a\n" * n, ".md"),
        "notes in word": word(
            lambda n: "".join(run_.format(f"<w:footnoteReference w:id='{one}'/>") for one in range(n)),
            lambda n: {
                "word/footnotes.xml": f"<w:footnotes xmlns:w='{W}'>"
                + "".join(f"<w:footnote w:id='{one}'>{run_.format('')}</w:footnote>" for one in range(n))
                + "</w:footnotes>"
            },
        ),
        "tables in word": word(lambda n: "<w:tbl><w:tr><w:tc>" * n + run_.format("") + "</w:tc></w:tr></w:tbl>" * n),
    }


def seconds(data: bytes, suffix: str) -> float:
    started = time.process_time()
    with contextlib.suppress(UnreadableError):
        read_page(data, suffix)
    return time.process_time() - started


@pytest.mark.parametrize("name", hostile_pages())
def test_time_grows_with_the_size_of_a_page(name: str) -> None:
    page = hostile_pages()[name]
    few = 5_000
    short = min(seconds(*page(few)) for _ in range(2))
    assert seconds(*page(8 * few)) < 3 * 8 * short + 0.2  # quadratic: 64 times


def test_too_many_sentences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SENTENCES", 2)
    assert len(read_page(b"It came first. It came second.", ".txt").sentences) == 2
    with pytest.raises(UnreadableError, match="has more than 2 sentences; split it"):
        read_page(b"It came first. It came second. Third.", ".txt")


def test_a_bomb_of_entities_in_word_is_refused() -> None:
    bomb = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '" + "&b;" * 100 + "'>]>"
    with pytest.raises(UnreadableError, match="document type"):
        read_page(word_file("", {"word/bomb.xml": f"{bomb}<a>&c;</a>"}), ".docx")


@pytest.mark.skipif(find_spec("resource") is None, reason="Windows has no limits")
@pytest.mark.parametrize("name", ["notes in word", "tables in word", "one sentence", "stops", "raised"])
def test_memory_of_hostile_pages(name: str) -> None:
    """Within 400 MiB above the interpreter: in a process of its own, which the operating system would end."""
    size = {"notes in word": 60_000, "tables in word": 60_000, "one sentence": 4_000_000, "stops": 10_000_000}
    data, suffix = hostile_pages()[name](size.get(name, 190_000))
    code = (
        "import resource, sys\nfrom scoring.drafting.reading import read_page, UnreadableError\n"
        "data = sys.stdin.buffer.read()\n"
        "from scoring.drafting.pdf import _limit\n_limit()\n"
        f"try: read_page(data, {suffix!r})\nexcept UnreadableError as error: print(error)\n"
    )
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COV")}  # which is slow
    done = subprocess.run([sys.executable, "-c", code], input=data, env=plain, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.binary(max_size=300), st.sampled_from([".html", ".md", ".txt", ".docx", ""]))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    with contextlib.suppress(UnreadableError):
        read_page(data, suffix)


@given(
    st.lists(
        st.sampled_from(
            [
                "<h2>",
                "</h2>",
                "<p>",
                "<sup>",
                "</sup>",
                "3",
                "[4]",
                "a word ",
                ". ",
                "<a href=#n>",
                "</a>",
                "<li id=n>",
                "<img alt=x>",
                "<td>",
            ]
        ),
        max_size=40,
    )
)
def test_any_markup_is_read(parts: list[str]) -> None:
    page = read_page("".join(parts).encode(), ".html")
    assert [one.number for one in page.sentences] == list(range(1, len(page.sentences) + 1))
    assert all("\ue000" not in one.text + one.locator and one.locator for one in page.sentences)


# -- runs of words -------------------------------------------------------------------------------------------------------


def naive(text: Sequence[str], source: Sequence[str]) -> list[tuple[int, int]]:
    """All runs of a text that occur in the source and are in no longer one, by trying each."""

    def occurs(run_: Sequence[str]) -> bool:
        return any(source[start : start + len(run_)] == run_ for start in range(len(source) - len(run_) + 1))

    runs = [(i, j) for i in range(len(text)) for j in range(i + 1, len(text) + 1) if occurs(text[i:j])]
    return [run_ for run_ in runs if not any(o != run_ and o[0] <= run_[0] and run_[1] <= o[1] for o in runs)]


WORDS = st.lists(st.sampled_from("abc"), max_size=14)


@given(WORDS, st.lists(st.sampled_from("abcd"), max_size=20))
def test_longest_runs(text: list[str], source: list[str]) -> None:
    assert [tuple(one) for one in overlap._longest(text, source)] == naive(text, source)


@given(WORDS, WORDS, st.integers(1, 5))
def test_shared_runs(text: list[str], source: list[str], least: int) -> None:
    words = ["w" + one for one in text]  # a letter alone may be a linking word
    expected = [" ".join(words[i:j]) for i, j in naive(text, source) if j - i >= least]
    assert list(shared_runs(" ".join(words), " ".join("w" + one for one in source), least)) == expected


def test_a_run_is_given_in_the_words_of_the_text() -> None:
    source = "He said that the law, “On Information”, was adopted by the parliament."
    text = "It is known THAT the law on information was Adopted by them; a law."
    assert shared_runs(text, source) == ("THAT the law on information was Adopted by",)
    assert shared_runs(text, source, 9) == ()
    assert shared_runs("Too short.", source) == ()
    assert shared_runs("", "") == ()


def test_names_numbers_and_linking_words_alone_are_no_fault() -> None:
    name = "the Ministry of Internal Affairs of the Republic of Azerbaijan on 1 March 2018"
    assert shared_runs(name, name) == ()
    assert shared_runs(f"{name} decided", f"{name} decided") == (f"{name} decided",)
    assert (
        shared_runs("Die Rede des Ministers der Republik im Oktober", "die rede des ministers der republik im oktober")
        == ()
    )
    georgian = "საქართველოს პარლამენტმა მიიღო ახალი კანონი კიბერუსაფრთხოების შესახებ"
    assert shared_runs(georgian, georgian) == (georgian,)


def test_runs_take_time_in_proportion() -> None:
    def taken(count: int) -> float:
        generator = random.Random(1)  # noqa: S311
        text = " ".join(generator.choice("ab") * 2 for _ in range(count))
        started = time.process_time()
        shared_runs(text, text * 2)
        return time.process_time() - started

    assert taken(40_000) < 3 * 8 * taken(5_000) + 0.3


# -- proposals -----------------------------------------------------------------------------------------------------------


def test_stems() -> None:
    words = "adopted adopts adopting strategies passes mostly press law laws less status state sanctions"
    assert [stem(word) for word in words.split()] == [
        *(
            "adopt",
            "adopt",
            "adopt",
            "strategy",
            "pass",
            "most",
            "press",
            "law",
            "laws",
            "less",
            "status",
            "stat",
            "sanction",
        ),
    ]


@pytest.fixture
def small(folder: Path) -> tuple[RuleBook, tuple[Profile, ...]]:
    return load(folder / "rubrics" / "small", folder / "profiles")


def test_an_indicator_is_proposed_by_words_of_its_question_and_statements(
    small: tuple[RuleBook, tuple[Profile, ...]],
) -> None:
    book, profiles = small
    found = proposed_indicators("Parliament drafted a strategy that 54 percent approved.", book, profiles)
    assert [(one.indicator, one.words) for one in found] == [
        ("approval", ("approved", "percent")),
        ("strategy", ("drafted", "strategy")),
    ]
    assert (
        proposed_indicators("Parliament drafted a strategy that 54 percent approved.", book, profiles, 1) == found[:1]
    )
    assert proposed_indicators("Nothing like it, 54!", book, profiles) == ()
    assert proposed_indicators("", book, profiles) == ()


def test_the_similarity_is_the_cosine(small: tuple[RuleBook, tuple[Profile, ...]]) -> None:
    """By hand: `approval` has `share` of its question, and `percent` and `approved` of two statements."""
    book, profiles = small
    # 5 indicators and 3 statements in each of 2 profiles: 11 texts
    share, percent = math.log(12 / 2), math.log(12 / 3)
    # the scale of the indicator has no anchors
    length = math.hypot(share, math.sqrt(2) * percent, math.sqrt(2) * percent)
    [found] = proposed(index_of(book, profiles), "The share.")
    assert found.indicator == "approval"
    assert found.similarity == pytest.approx(share / length)
    [found] = proposed(index_of(book, profiles), "Percent, percent, unheard")
    both = math.sqrt(2) * percent, math.log(12)
    assert found.similarity == pytest.approx(both[0] / math.hypot(*both) * math.sqrt(2) * percent / length)


def changed(profile: Profile, texts: dict[str, object]) -> Profile:
    """The profile with these changes of its first statement."""
    first, *others = profile.statements
    return profile.model_copy(update={"statements": (first.model_copy(update=texts), *others)})


def test_near_duplicates(small: tuple[RuleBook, tuple[Profile, ...]]) -> None:
    profile = small[1][0]  # no-strategy 2017, place-2017 2017, poll-2016 2016-05
    text = "54 percent approved."
    [found] = near_duplicates(text, "2016-05-30", profile)
    assert found.id == "poll-2016"
    assert found.share == pytest.approx(1)
    assert near_duplicates(text, "2016", profile)[0].share == pytest.approx(0.5)
    assert near_duplicates(text, None, profile)[0].share == pytest.approx(0.5)
    assert near_duplicates(text, "2017", profile)[0].share == pytest.approx(1 / 3)
    assert near_duplicates(text, "2017", profile, 0.34) == ()
    # place, 48 and 194, each in one of three statements; and a word that none has
    weight, unknown = math.log(4 / 2), math.log(4)
    [found] = near(known_of(profile), "Place 48 unheard", "2017-03")
    assert (found.id, found.text) == ("place-2017", "Place 48 of 194.")
    assert found.share == pytest.approx(2 * 2 * weight / (2 * weight + unknown + 3 * weight) / 2)
    assert near_duplicates("Of which?", None, profile) == ()


def test_words_that_all_texts_have_propose_nothing(small: tuple[RuleBook, tuple[Profile, ...]]) -> None:
    book = small[0]
    pillar = book.pillars[0].model_copy(update={"indicators": book.pillars[0].indicators[:1]})
    alone = type(book)(rubric=book.rubric, pillars=(type(pillar).model_validate(pillar.model_dump()),))
    assert proposed_indicators("Is a strategy in force?", alone, ()) == ()


def test_withdrawn_statements_are_not_proposed(small: tuple[RuleBook, tuple[Profile, ...]]) -> None:
    book, profiles = small
    withdrawn = changed(
        profiles[0], {"withdrawn": {"on": "2018", "why": "Wrong.", "by": "x"}, "text": "Unheard of words"}
    )
    assert near_duplicates("Unheard of words", None, withdrawn) == ()
    assert proposed_indicators("Unheard of words", book, [withdrawn]) == ()
    assert [
        one.indicator for one in proposed_indicators("Unheard", book, [changed(profiles[0], {"text": "Unheard"})])
    ] == ["strategy"]


def test_a_very_long_text_is_compared_up_to_a_limit(small: tuple[RuleBook, tuple[Profile, ...]]) -> None:
    assert proposed_indicators("unheard " * 2000 + "strategy", *small) == ()


def test_proposals_on_the_shipped_profiles() -> None:
    """Without the profiles of three countries, the indicator of their statements is nearly always among the five."""
    book, profiles = load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    left_out = {"AUT", "GEO", "MDA"}
    index = index_of(book, [profile for profile in profiles if profile.country not in left_out])
    first = among = count = 0
    for profile in profiles:
        for statement in profile.statements if profile.country in left_out else ():
            if statement.counted and not statement.withdrawn:
                found = [one.indicator for one in proposed(index, statement.text)]
                first += found[:1] != [] and found[0] in statement.counted
                among += bool(set(found) & set(statement.counted))
                count += 1
    assert count > 200
    assert first / count > 0.8
    assert among / count > 0.95


# -- the command ---------------------------------------------------------------------------------------------------------

PAGE = """\
# In parliament

On 3 March 2018 the chamber adopted a strategy. 54 percent approved “it”.
"""


@pytest.fixture
def page(folder: Path) -> Path:
    (folder / "page.md").write_text(PAGE)
    return folder


def test_a_draft(page: Path) -> None:  # noqa: ARG001
    result = run("draft", "page.md", "--country", "AZE", "-o", "draft.yaml")
    assert (result.exit_code, result.output) == (0, "")
    text = Path("draft.yaml").read_text()
    assert reader.read(text, "")[1] == ()
    document = yaml.safe_load(text)
    assert document == {
        "draft": 1,
        "rubric": "small 1.0.0",
        "country": "AZE",
        "source": {"title": "In parliament"},
        "statements": [
            {
                "quote": "On 3 March 2018 the chamber adopted a strategy.",
                "locator": "In parliament, paragraph 1",
                "text": "",
            },
            {"quote": "54 percent approved “it”.", "locator": "In parliament, paragraph 1", "text": ""},
        ],
    }
    assert "codes nothing by itself" in text
    assert "    # date: 2018-03-03 # the only one in the sentence\n" in text
    assert re.search(r"^    # codes: \{strategy: \} # 0\.\d\d, by adopted, strategy$", text, re.MULTILINE)
    assert "    # same_as: poll-2016 # 0.50: 54 percent approved.\n" in text
    assert text.index("54 percent") < text.index("same_as")
    assert run("draft", "page.md", "--country", "AZE").stdout == text
    assert run("draft", "page.md", "--country", "AZE", "-o", "-").stdout == text


def test_a_draft_of_chosen_sentences(page: Path) -> None:  # noqa: ARG001
    text = run("draft", "page.md", "--find", "PERC approve", "--most", "0").stdout
    assert "statements: # 1 sentence, 1 other left out\n" in text
    assert "# country:\n" in text
    assert "codes:" not in text
    Path("page.md").write_text(PAGE + "\n[Home](x)\n\nOne [2].\n")
    assert "statements: # 2 sentences, 2 shorter pieces left out\n" in run("draft", "page.md").stdout


def test_an_indicator_with_hardly_a_word_in_common_is_not_proposed(page: Path) -> None:  # noqa: ARG001
    words = " ".join(f"unheard{number}" for number in range(300))
    Path("page.md").write_text(f"A strategy {words}.\n")
    assert "codes: {" not in run("draft", "page.md").stdout
    Path("page.md").write_text("A strategy unheard of.\n")
    assert "codes: {strategy: }" in run("draft", "page.md").stdout


def test_a_draft_replaces_nothing(page: Path) -> None:
    (page / "draft.yaml").write_text("mine")
    result = run("draft", "page.md", "-o", "draft.yaml")
    assert result.exit_code == 2
    assert "draft.yaml exists and may contain statements" in result.stderr
    assert (page / "draft.yaml").read_text() == "mine"
    assert run("draft", "page.md", "-o", "draft.yaml", "--force").exit_code == 0
    for output, says in (("draft.md", "use .yaml"), ("profiles/MDA.yaml", "a draft is none")):
        result = run("draft", "page.md", "-o", output)
        assert (result.exit_code, says in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["none.md"], 1, "none.md:1:1: file not found; give an existing path [not-a-file]\n"),
        (["nul.txt"], 1, "nul.txt:1:1: is not a text file and cannot be read"),
        (["short.txt"], 1, "short.txt:1:1: has no sentence; save the page as it is shown"),
        (["page.md", "--find", "absent"], 2, "page.md has no sentence with 'absent'; give other words"),
        (["page.md", "--country", "MDA"], 2, "profiles has no profile of MDA"),
        (["page.md", "--as-of", "2018"], 2, "--as-of cannot be used here"),
    ],
)
def test_a_draft_that_cannot_be_made(page: Path, arguments: list[str], code: int, says: str) -> None:
    (page / "nul.txt").write_bytes(b"a\0b")
    (page / "short.txt").write_text("Home")
    result = run("draft", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert says in result.stderr


def test_a_draft_has_a_greatest_length(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr("scoring.render.draft.MOST_STATEMENTS", 1)
    result = run("draft", "page.md")
    assert result.exit_code == 2
    assert "a draft has at most 1 sentences, not 2; choose some with --find" in result.stderr


def test_a_draft_with_unreadable_profiles(page: Path) -> None:
    (page / "profiles" / "GEO.yaml").write_text("format: 1\n")
    result = run("draft", "page.md", "-o", "draft.yaml")
    assert result.exit_code == 1
    assert not (page / "draft.yaml").exists()
    result = run("draft", "page.md", "--country", "GEO")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "profiles/GEO.yaml" in result.stderr


def test_a_draft_is_no_profile(page: Path) -> None:
    run("draft", "page.md", "-o", "draft.yaml")
    says = "draft.yaml:1:1: is a draft of `scoring draft` and no profile; copy its statements into a profile"
    result = run("validate", "draft.yaml")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(says)
    (page / "draft.yaml").rename(page / "profiles" / "draft.yaml")
    for command in ("validate", "score"):
        result = run(command)
        assert (result.exit_code, f"profiles/{says}" in result.stderr) == (1, True)


def test_hostile_text_of_a_page_stays_text(page: Path) -> None:
    evil = "He said: \"a # b\": {c} \x1b[31m 'd' \\ e\u202e f\n# profile: - x ##[error] \u2028 gone here: now."
    (page / "page.html").write_text(f"<title>&quot;\n - x: #</title><p>{evil}</p>")
    text = run("draft", "page.html").stdout
    assert "\x1b" not in text
    document, problems = reader.read(text, "")
    assert problems == ()
    assert isinstance(document, dict)
    assert document["source"] == {"title": '" - x: #'}
    assert json.dumps(document["statements"]).count("quote") == 1
