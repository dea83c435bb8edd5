"""The desk as a program meets it: pages, forms, files, and requests that are refused."""

from __future__ import annotations

import re
import socket
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode

import pytest
from conftest import PROFILE, REGISTER, ROOT, run
from desk_server import TOKEN, Running, running
from hypothesis import given
from hypothesis import strategies as st

from scoring.desk import guard
from scoring.desk.app import _fields
from scoring.files import reader, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW: dict[str, Any] = {
    "text": "A strategy was adopted.",
    "source": "page",
    "locator": "Paragraph 4",
    "date": "2017-06-30",
    "credibility": "2",
    "confidence": "moderate",
    "indicator": ["strategy"],
    "code.strategy.": "adopted",
}


@pytest.fixture
def small(folder: Path) -> Iterator[Running]:
    with running(folder / "rubrics" / "small", folder / "profiles") as one:
        yield one


@pytest.fixture
def coding(folder: Path) -> Iterator[Running]:
    with running(folder / "rubrics" / "small", folder / "profiles", "second") as one:
        yield one


def profile(country: str = "AZE") -> dict[str, Any]:
    value, problems = reader.read(Path("profiles", f"{country}.yaml").read_text(), "")
    assert problems == ()
    assert isinstance(value, dict)
    return value


def statement(name: str, country: str = "AZE") -> dict[str, Any]:
    return next(one for one in profile(country)["statements"] if one["id"] == name)


def plain(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("&lt;", "<").split())


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_country(small: Running) -> None:
    overview = small.get("/")
    assert overview.status == 200
    assert "Azerbaijan" in overview.text
    assert "2 of 5" not in overview.text  # three of five questions have evidence
    assert "3 of 5" in overview.text
    country = plain(small.get("/countries/AZE").text)
    assert "What would matter most" in country
    assert "Which services exist?" in country
    question = plain(small.get("/countries/AZE/questions/strategy").text)
    assert "No strategy is in force." in question
    assert "adopted Adopted 1.00" in question
    assert "Weight 0.75" in question  # grades B and 2: (0.75 + 2 × 0.75) / 3


def test_a_country_is_shown_on_the_days_of_its_editions(small: Running) -> None:
    Path("profiles/AZE.yaml").write_text(PROFILE.replace("sources:", "editions: [2016-06-30]\nsources:", 1))
    earlier = plain(small.get("/?on=2016-06-30").text)
    assert "Azerbaijan" in earlier
    assert "No edition by 2016-06-30: Georgia." in earlier
    assert "No edition" not in plain(small.get("/?on=2018-01-01").text)
    assert "No edition" not in plain(small.get("/?on=2017-01-01").text)  # no edition of any country


def test_each_kind_of_indicator_has_its_fields(small: Running) -> None:
    fields = {
        "strategy": ['value="none"', 'value="drafted"', 'value="adopted"'],
        "awareness": ['name="code.awareness.site" value="true"', 'value="partly"'],
        "place": ['name="code.place.rank"', 'name="code.place.of"'],
        "approval": ['name="code.approval.share"', 'name="code.approval.n"', 'name="code.approval.error"'],
        "expulsions": ['name="code.expulsions.count"', 'name="code.expulsions.whole" value="true"'],
    }
    for name, expected in fields.items():
        page = small.get(f"/countries/AZE/new?indicator={name}").text
        assert all(one in page for one in expected), name


def test_a_file_with_errors_is_shown_with_its_places(small: Running) -> None:
    path = Path("profiles/AZE.yaml")
    path.write_text(PROFILE.replace("credibility: 1", "credibility: 9"))
    assert "profiles/AZE.yaml:20:18" in small.get("/").text
    for address in ("/countries/AZE", "/countries/AZE/new", "/countries/AZE/page"):
        assert "AZE has errors" in small.get(address).text
    path.write_text(PROFILE)
    assert "What would matter most" in small.get("/countries/AZE").text


def test_what_does_not_exist_is_not_found(small: Running) -> None:
    for path in ("/countries/EST", "/countries/..%2f", "/countries/AZE/questions/x", "/countries/AZE/statements/x"):
        assert small.get(path).status == 404
    for path in ("/countries/AZE/sources/x", "/saved/0", "/nothing", "/differences/AZE/no-strategy", "/assets/x"):
        assert small.get(path).status == 404


# -- forms -------------------------------------------------------------------------------------------------------------


def test_a_statement_is_checked_saved_and_undone(small: Running) -> None:
    before = Path("profiles/AZE.yaml").read_bytes()
    form = {**NEW, "version": small.version("/countries/AZE/new")}
    checked = small.post("/countries/AZE/new", {**form, "action": "preview"})
    assert "strategy 1.00 0.75" in plain(checked.text)
    assert "The index" in plain(checked.text)
    assert "+ - id: strategy-adopted-2017" in plain(checked.text)
    assert Path("profiles/AZE.yaml").read_bytes() == before
    done = small.post("/countries/AZE/new", {**form, "action": "save"})
    assert done.status == 303
    added = {"id": "strategy-adopted-2017", "text": NEW["text"], "source": "page", "locator": "Paragraph 4"}
    added |= {"date": "2017-06-30", "credibility": 2, "confidence": "moderate", "codes": {"strategy": "adopted"}}
    assert statement("strategy-adopted-2017") == added
    saved = small.get(done.headers["location"]).text
    assert "+    codes: {strategy: adopted}" in saved
    number = done.headers["location"].removeprefix("/saved/").partition("?")[0]
    assert small.post("/undo", {"number": number}).status == 200
    assert Path("profiles/AZE.yaml").read_bytes() == before
    assert "undone already" in small.post("/undo", {"number": number}).text
    assert small.post("/undo", {}).status == 303


def test_errors_are_those_of_the_engine_and_nothing_is_saved(small: Running) -> None:
    before = Path("profiles/AZE.yaml").read_bytes()
    form = {
        **NEW,
        "version": small.version("/countries/AZE/new"),
        "indicator": ["approval", "place"],
        "date": "2017-13",
    }
    form |= {"code.approval.share": "54,5", "code.place.rank": "0", "credibility": "", "locator": ""}
    for action in ("preview", "save"):
        answer = plain(small.post("/countries/AZE/new", {**form, "action": action}).text)
        assert "Date of the fact '2017-13' is not a valid date" in answer
        assert "expected a share in percent, got '54,5'; write 54.5" in answer
        assert "of is missing" in answer
        assert "Credibility of the statement is missing" in answer
        assert "Place in the source is missing" in answer
        assert "statements[" not in answer
    assert Path("profiles/AZE.yaml").read_bytes() == before


def test_an_edit_keeps_what_the_form_does_not_show(small: Running) -> None:
    path = "/countries/AZE/statements/poll-2016"
    text = Path("profiles/AZE.yaml").read_text().replace("2016-05\n", "2016-05 # by month\n")
    Path("profiles/AZE.yaml").write_text(text)
    form = {"version": small.version(path), "id": "poll-2016", "text": "54 percent approved of it.", "source": "page"}
    form |= {
        "locator": "Paragraph 3",
        "date": "2016-05",
        "credibility": "2",
        "confidence": "",
        "code.approval.share": "54",
    }
    done = small.post(path, {**form, "indicator": ["approval"], "code.approval.n": "1000", "action": "save"})
    assert done.status == 303
    assert Path("profiles/AZE.yaml").read_text() == text.replace("54 percent approved.", "54 percent approved of it.")


def test_a_new_source_and_publisher_are_saved_with_the_statement(folder: Path) -> None:
    (folder / "profiles" / "publishers.yaml").write_text(REGISTER)
    with running(folder / "rubrics" / "small", folder / "profiles") as one:
        form = {**NEW, "version": one.version("/countries/AZE/new"), "source": "", "source.title": "Law: 1"}
        form |= {"source.publisher": "Parliament", "source.reliability": "A", "source.published": "2017"}
        answer = plain(one.post("/countries/AZE/new", {**form, "action": "save"}).text)
        assert "Publisher is not in the register yet" in answer
        form |= {"publisher.reliability": "A", "publisher.reason": "Record.", "publisher.kind": "state body"}
        assert one.post("/countries/AZE/new", {**form, "action": "save"}).status == 303
        assert profile()["sources"] == {
            "page": {
                "title": "A page",
                "publisher": "A publisher",
                "reliability": "B",
                "archived": "https://example.org",
            },
            "parliament-2017": {"title": "Law: 1", "publisher": "Parliament", "reliability": "A", "published": 2017},
        }
        assert run("validate", "--rubric", "rubrics/small").exit_code == 0
        source = "/countries/AZE/sources/parliament-2017"
        edit = {"version": one.version(source), "source.title": "Law 1", "source.publisher": "Parliament"}
        edit |= {"source.reliability": "B", "source.published": "2017"}
        assert "differs from A" in one.post(source, {**edit, "action": "preview"}).text
        done = one.post(source, {**edit, "source.grade_note": "A draft.", "action": "save"})
        assert done.status == 303
        assert "not the last save" in one.post("/undo", {"number": "0"}).text
        one.post("/undo", {"number": "1"})
        one.post("/undo", {"number": "0"})
    assert (folder / "profiles" / "publishers.yaml").read_text() == REGISTER
    assert (folder / "profiles" / "AZE.yaml").read_text() == PROFILE


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(small: Running) -> None:
    path = Path("profiles/AZE.yaml")
    form = {**NEW, "version": small.version("/countries/AZE/new")}
    changed = PROFILE.replace("54 percent approved.", "54 percent approved of him.")
    path.write_text(changed)
    answer = small.post("/countries/AZE/new", {**form, "action": "save"})
    assert answer.status == 409
    assert "+    text: 54 percent approved of him." in answer.text
    assert "+    text: A strategy was adopted." in answer.text
    assert path.read_text() == changed
    version = re.search(r'name="version" value="([0-9a-f]+)"', answer.text)
    assert version is not None
    assert small.post("/countries/AZE/new", {**form, "version": version[1], "action": "save"}).status == 303
    assert statement("poll-2016")["text"] == "54 percent approved of him."
    path.write_text(changed)
    assert "was changed after this save" in small.post("/undo", {"number": "0"}).text
    assert path.read_text() == changed


def test_what_exists_is_not_replaced_and_no_text_stands_twice(small: Running) -> None:
    form = {**NEW, "version": small.version("/countries/AZE/new"), "action": "save"}
    taken = small.post("/countries/AZE/new", {**form, "id": "poll-2016"}).text
    assert "a statement has the id poll-2016 already" in taken
    source = {
        "source": "",
        "source.id": "page",
        "source.title": "x",
        "source.publisher": "y",
        "source.reliability": "B",
    }
    assert "a source has the id page already" in small.post("/countries/AZE/new", {**form, **source}).text
    twice = {**form, "text": "no strategy is  in force."}
    assert "no-strategy has the same text already" in small.post("/countries/AZE/new", twice).text
    assert Path("profiles/AZE.yaml").read_text() == PROFILE
    assert small.post("/countries/AZE/new", {**twice, "same_as": "no-strategy", "date": "2017"}).status == 303


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\u202e"])
def test_characters_that_no_file_may_have_are_named(small: Running, character: str) -> None:
    form = {**NEW, "version": small.version("/countries/AZE/new"), "note": f"a{character}b"}
    for action in ("preview", "save"):
        answer = small.post("/countries/AZE/new", {**form, "action": action})
        assert answer.status == 200
        assert "character" in plain(answer.text)
    assert Path("profiles/AZE.yaml").read_text() == PROFILE


def test_nothing_is_saved_beside_a_register_with_errors(folder: Path) -> None:
    register = folder / "profiles" / "publishers.yaml"
    register.write_text(REGISTER)
    with running(folder / "rubrics" / "small", folder / "profiles") as one:
        form = {**NEW, "version": one.version("/countries/AZE/new"), "action": "save"}
        register.write_text(REGISTER.replace("kind: newspaper", "kind: paper"))
        assert "publishers.yaml has errors" in one.post("/countries/AZE/new", form).text
        assert "publishers.yaml" in one.get("/").text
        register.write_text(REGISTER)
        assert one.post("/countries/AZE/new", form).status == 303


def test_a_file_that_is_read_only_stays(small: Running) -> None:
    path = Path("profiles/AZE.yaml")
    path.chmod(0o444)
    form = {**NEW, "version": small.version("/countries/AZE/new"), "action": "save"}
    assert "AZE.yaml is read-only" in small.post("/countries/AZE/new", form).text
    assert path.read_text() == PROFILE


def test_a_file_that_is_gone_is_said_to_be(small: Running) -> None:
    form = {**NEW, "version": small.version("/countries/AZE/new"), "action": "save"}
    Path("profiles/AZE.yaml").unlink()
    assert small.post("/countries/AZE/new", form).status == 404


def test_a_failed_write_leaves_the_files(small: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_all", full)
    form = {**NEW, "version": small.version("/countries/AZE/new"), "action": "save"}
    assert "Nothing was saved: No space left on device." in plain(small.post("/countries/AZE/new", form).text)
    assert Path("profiles/AZE.yaml").read_text() == PROFILE


def test_questions_are_added_to_a_form(small: Running) -> None:
    form = {**NEW, "version": small.version("/countries/AZE/new")}
    page = small.post("/countries/AZE/new", {**form, "add": "awareness", "action": "add"}).text
    assert 'name="code.awareness.site"' in page
    assert 'value="adopted" checked' in page
    assert 'name="code.place.rank"' in small.post("/countries/AZE/new", {**form, "propose": "place"}).text
    assert 'name="code.nothing' not in small.post("/countries/AZE/new", {**form, "propose": "nothing"}).text


def test_a_page_becomes_statements(small: Running) -> None:
    page = "A strategy was adopted by the government of the country in June 2017. It rained.\n\nNobody objected to it then."
    asked = small.post("/countries/AZE/page", {"text": page, "suffix": ".txt"})
    sentences = small.get(asked.headers["location"]).text
    assert "A strategy was adopted by the government" in sentences
    assert "Paragraph 2" in sentences
    key = asked.headers["location"].partition("page=")[2]
    assert (
        "Nobody objected"
        not in small.get(f"/countries/AZE/page?page={key}&find=strategy").text.partition('<form method="post" class')[0]
    )
    chosen = small.post("/countries/AZE/chosen", {"page": key, "sentence": ["1", "3"]})
    form = small.get(chosen.headers["location"]).text
    assert "<blockquote>A strategy was adopted by the government" in form
    assert 'value="Paragraph 1"' in form
    fields = {**NEW, "version": small.version("/countries/AZE/new"), "page": key, "sentences": "1,3"}
    copied = {**fields, "text": "A strategy was adopted by the government of the country.", "action": "preview"}
    assert "These words are those of the source" in small.post("/countries/AZE/new", copied).text
    done = small.post("/countries/AZE/new", {**fields, "action": "save"})
    following = small.get(done.headers["location"]).text
    assert f"page={key}&amp;sentences=3&amp;source=page" in following
    none = small.post("/countries/AZE/chosen", {"page": key}).headers["location"]
    assert "No sentence was chosen" in small.get(none).text
    assert small.get(f"/countries/AZE/new?page={key}&sentences={'9' * 5000}").status == 200
    assert small.get("/saved/0?sentences=1").status == 200
    assert small.post("/countries/AZE/chosen", {"page": "x"}).status == 404
    assert "no sentence" in small.post("/countries/AZE/page", {"text": " ", "suffix": ".html"}).text


# -- the coder room ----------------------------------------------------------------------------------------------------


def next_to_read(one: Running) -> str:
    found = re.search(r'href="(/coding/[0-9a-f]{16})', one.get("/coding").text)
    assert found is not None
    return found[1]


def test_a_blind_coder_sees_no_code_and_no_choice(folder: Path) -> None:
    with running(folder / "rubrics" / "small", folder / "profiles", "second", is_blind=True) as one:
        assert "0 of 6" in plain(one.get("/").text)
        page = one.get(next_to_read(one)).text
        assert "no-strategy" not in page
        assert "AZE" not in page.replace("profiles", "")
        assert " checked" not in re.sub(r'value="" checked', "", page)
        for path in ("/countries/AZE", "/agreement", "/differences", "/countries/AZE/new"):
            assert one.get(path).status == 404


def test_readings_agreement_and_a_decision(coding: Running) -> None:
    read = 0
    while (found := re.search(r'href="(/coding/[0-9a-f]{16})', coding.get("/coding?country=AZE").text)) is not None:
        page = coding.get(found[1])
        version = re.search(r'name="version" value="([0-9a-f]+)"', page.text)
        assert version is not None
        form: dict[str, Any] = {"version": version[1], "action": "save"}
        assert "answer a question" in coding.post(found[1], form).text
        if "<h1>No strategy" in page.text:
            form["code.strategy."] = "drafted"
        elif "<h1>Place 48" in page.text:
            form |= {"code.place.rank": "300", "code.place.of": "194"}
            assert "rank" in plain(coding.post(found[1], form).text)
            form["code.place.rank"] = "48"
        else:
            form |= {"action": "nothing", "code.approval.share": "54"}
            assert "take the answers back" in coding.post(found[1], form).text
            del form["code.approval.share"]
        assert coding.post(found[1], form).status == 303
        read += 1
    assert read == 3
    assert statement("no-strategy")["coders"] == {"second": {"strategy": "drafted"}}
    assert statement("place-2017")["coders"] == {"second": {"place": {"rank": 48, "of": 194}}}
    assert statement("poll-2016")["coders"] == {"second": {}}
    before = Path("profiles/AZE.yaml").read_text()
    assert coding.post(next_to_read(coding), {"action": "nothing"}).status == 303
    undo = re.search(r'name="number" value="(\d+)"', coding.get(next_to_read(coding)).text)
    assert undo is not None
    assert "Undone" in coding.post("/undo", {"number": undo[1]}).text
    assert Path("profiles/AZE.yaml").read_text() == before
    assert "/differences/AZE/no-strategy" in coding.get("/differences").text
    assert "/differences/AZE/place-2017" not in coding.get("/differences").text
    for _ in range(100):
        page_text = coding.get("/agreement").text
        if "data-reload" not in page_text:
            break
        time.sleep(0.1)
    assert "3 statements were read by two coders" in page_text
    assert "alpha" in page_text.lower()
    decision = "/differences/AZE/no-strategy"
    assert "none" in coding.get(decision).text
    assert 'value="drafted" checked' in coding.get(f"{decision}?as=second").text
    form = {"version": coding.version(decision), "code.strategy.": "drafted", "by": "third", "reason": ""}
    assert "Why" in plain(coding.post(decision, {**form, "action": "save"}).text)
    form["reason"] = "A draft\r\nis told."
    assert "changed meanwhile" in coding.post(decision, {**form, "version": "0", "action": "save"}).text
    assert coding.post(decision, {**form, "action": "save"}).status == 303
    assert statement("no-strategy")["adjudicated"] == {
        "codes": {"strategy": "drafted"},
        "reason": "A draft is told.",
        "by": "third",
    }
    assert "/differences/AZE/no-strategy" not in coding.get("/differences").text
    assert run("validate", "--rubric", "rubrics/small").exit_code == 0


# -- requests that are refused -----------------------------------------------------------------------------------------


def test_only_the_desk_itself_is_answered(small: Running) -> None:
    own = small.cookie
    assert small.ask("GET", "/").status == 403
    assert small.ask("GET", "/?token=wrong").status == 403
    opened = small.ask("GET", f"/?token={TOKEN}")
    assert opened.status == 303
    assert re.fullmatch(
        rf"scoring-desk-{small.port}={TOKEN}; HttpOnly; Path=/; SameSite=strict", opened.headers["set-cookie"]
    )
    for host in (
        "example.org",
        f"example.org:{small.port}",
        "127.0.0.1",
        f"[::1]:{small.port}",
        f"127.0.0.1:{small.port}.example.org",
    ):
        assert small.ask("GET", "/", headers={**own, "Host": host}).status == 421  # DNS rebinding
    assert small.ask("GET", "/", headers={**own, "Host": f"localhost:{small.port}"}).status == 200
    for origin in (
        "https://example.org",
        "null",
        f"http://127.0.0.1:{small.port + 1}",
        f"https://127.0.0.1:{small.port}",
    ):
        for method in ("GET", "POST"):
            assert small.ask(method, "/undo", b"", {**own, "Origin": origin}).status == 403
    assert small.ask("POST", "/undo", b"", own).status == 403  # a form of a browser names its origin
    for site in ("cross-site", "same-site"):
        assert small.ask("GET", "/", headers={**own, "Sec-Fetch-Site": site}).status == 403
    assert small.ask("DELETE", "/", headers={**own, "Origin": small.origin}).status == 405


def test_cookies_of_other_programs_are_not_read(small: Running) -> None:
    own = small.cookie["Cookie"]
    for other in (
        'other={"a": [1,2]}',
        'jup="x',
        "a[b]=c",
        'x=a"b',
        "=x",
        "name@x=1",
        "a b c",
        'a="' + "\\" * 60_000 + '"',
    ):
        for cookie in (f"{other}; {own}", f"{own}; {other}"):
            assert small.ask("GET", "/", headers={"Cookie": cookie}).status == 200, other[:20]
    assert small.ask("GET", "/", headers={"Cookie": f"x{own}"}).status == 403


def test_the_fields_of_a_form_take_memory_in_proportion_to_it() -> None:
    text = "Слово и дело % + = & ; ü " * 20_000
    body = urlencode({"text": text, "a": ["1", "", "%"]}, doseq=True).encode()
    tracemalloc.start()
    assert _fields(body) == {"text": [text], "a": ["1", "", "%"]}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * len(body)
    assert _fields(b"a=%&b=%4&c=%zz&=x&d") == {"a": ["%"], "b": ["%4"], "c": ["%zz"], "": ["x"], "d": [""]}


@given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.lists(st.text(max_size=80), min_size=1, max_size=3), max_size=4)
)
def test_fields_are_read_as_the_standard_library_reads_them(fields: dict[str, list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.desk.app.PIECE", 7)
        body = urlencode(fields, doseq=True)
        assert _fields(body.encode()) == (parse_qs(body, keep_blank_values=True) or {"": [""]})


def test_answers_tell_browsers_to_be_strict(small: Running) -> None:
    for answer in (small.get("/"), small.ask("GET", "/"), small.get("/assets/desk.js"), small.get("/nothing")):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_text_is_escaped(small: Running) -> None:
    evil = "<script>alert(1)</script>\"'>&"
    form = {**NEW, "text": evil, "version": small.version("/countries/AZE/new"), "action": "preview"}
    page = small.post("/countries/AZE/new", form).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in small.get(f"/countries/AZE/new?locator={quote(evil)}").text
    assert small.post("/countries/AZE/new", {**form, "action": "save"}).status == 303
    assert statement("script-alert-1-script-2017")["text"] == evil
    assert "<script>alert" not in small.get("/countries/AZE/questions/strategy").text


def test_what_is_too_large_or_too_slow_is_refused(small: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = small.cookie | {"Origin": small.origin, "Content-Type": "application/x-www-form-urlencoded"}
    monkeypatch.setattr(guard, "MAX_BODY", 100_000)
    assert small.ask("POST", "/countries/AZE/page", b"text=" + b"x" * 100_001, headers).status == 413
    many = b"&".join(b"sentence=%d" % number for number in range(6000))
    assert small.ask("POST", "/countries/AZE/chosen", many, headers).status == 400
    monkeypatch.setattr(guard, "SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", small.port), timeout=10) as slow:
        lines = [
            "POST /undo HTTP/1.1",
            f"Host: 127.0.0.1:{small.port}",
            *(f"{key}: {value}" for key, value in headers.items()),
        ]
        slow.sendall("\r\n".join([*lines, "Content-Length: 100", "", "x"]).encode())
        assert b"408" in slow.recv(1000)


def test_odd_requests_get_an_answer(small: Running) -> None:
    headers = small.cookie | {"Origin": small.origin}
    for path in (
        "/countries/AZE/new",
        "/countries/AZE/page",
        "/countries/AZE/statements/poll-2016",
        "/undo",
        "/coding",
    ):
        for body in (
            b"",
            b"\xff\xfe",
            b"action=save",
            b"action=save&credibility=" + b"9" * 5000,
            b"page=x&sentence=" + b"9" * 5000,
            b"action=preview&version=%00",
            b"indicator=..%2f&code..=1&action=save",
        ):
            assert small.ask("POST", path, body, headers).status in (200, 303, 400, 404, 409)
    assert Path("profiles/AZE.yaml").read_text() == PROFILE
    assert sorted(path.name for path in Path("profiles").iterdir()) == ["AZE.yaml", "GEO.yaml"]


def test_the_command_says_what_it_cannot_do(folder: Path) -> None:
    wrong = {
        ("--blind",): "--blind needs the name of the coder",
        ("--coder", "Not A Name"): "is not the name of a coder",
        ("--port", "70000"): "70000 is not in the range",
        ("--profiles", "nowhere"): "nowhere",
    }
    for arguments, message in wrong.items():
        result = run("desk", "--rubric", "rubrics/small", *arguments)
        assert result.exit_code in (1, 2), arguments
        assert message in result.output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("desk", "--rubric", "rubrics/small", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "cannot be used" in result.output
    assert str(folder) not in result.output
    assert ROOT.exists()
