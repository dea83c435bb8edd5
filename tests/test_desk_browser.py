"""The desk as coders meet it: in Chromium, by mouse and by keyboard, in two windows, and when it is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium import DESKTOP, PHONE, SCREENSHOTS, chromium, needs_axe, needs_chromium, violations
from conftest import PROFILE, ROOT, run
from desk_server import Client, Running, running, shipped

from scoring.files import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = needs_chromium

SOURCE = """\
# Government approves third cyber strategy

30 September 2021

The government of Georgia approved the third national cyber security strategy today. It covers the years 2021 to 2024
and comes with an action plan of 38 activities, each with a sum of money [1].

The National Security Council leads the work and reports to the government once a year [2].
"""
WORDS = "On 30 September 2021 Georgia adopted its third cyber security strategy, for 2021 to 2024, with a funded plan."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(browser: Browser, **options: Any) -> BrowserContext:
    """A coder whose browser asks for nothing but the desk; what breaks in a page fails the test."""
    context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
    context.on("console", lambda message: broken(message.text) if message.type in ("error", "warning") else None)
    context.on("weberror", lambda error: broken(str(error.error)))
    context.on("request", lambda request: None if request.url.startswith("http://127.0.0.1") else broken(request.url))
    return context


FAULTS: list[str] = []


def broken(text: str) -> None:
    if not any(sign in text for sign in ("409", "404", "ERR_CONNECTION_REFUSED")):  # what a test provokes
        FAULTS.append(text)


@pytest.fixture(autouse=True)
def nothing_breaks() -> Iterator[None]:
    FAULTS.clear()
    yield
    assert FAULTS == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    """Georgia and its neighbours, with a further coder."""
    profiles = shipped(tmp_path / "profiles", "GEO", "ARM", "AZE")
    with running(ROOT / "rubrics" / "resilience", profiles, "third") as one:
        yield one


def georgia(one: Running) -> str:
    return (one.desk.folder.path / "GEO.yaml").read_text(encoding="utf-8")


def fill(page: Page, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        field = page.locator(f'[name="{name}"]').first
        if field.evaluate("(node) => node.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


@needs_axe
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_nothing_is_cut_off(
    browser: Browser, desk: Running, viewport: Any, scheme: Any
) -> None:
    context = opened(browser, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto(desk.address)
    reading = re.search(r'href="(/coding/[0-9a-f]{16})', desk.get("/coding").text)
    assert reading is not None
    asked = desk.post("/countries/GEO/page", {"text": SOURCE, "suffix": ".md"})
    pages = [
        "/",
        "/countries/GEO",
        "/countries/GEO/questions/cyber_strategy",
        "/countries/GEO/new?indicator=cyber_strategy",
    ]
    pages += [asked.headers["location"], "/coding", reading[1], "/differences", "/agreement"]
    statement = re.search(r'href="(/countries/GEO/statements/[^"]+)"', desk.get(pages[2]).text)
    source = re.search(r'href="(/countries/GEO/sources/[^"]+)"', desk.get(pages[2]).text)
    assert statement is not None
    assert source is not None
    pages += [statement[1], source[1], f"/differences/GEO/{statement[1].rpartition('/')[2]}"]
    for path in pages:
        page.goto(f"{desk.origin}{path}")
        if "new" in path:
            page.locator("button[value=preview]").last.click()
        assert violations(page, scheme) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    context.close()


def test_one_country_from_a_page_to_a_score(browser: Browser, desk: Running) -> None:
    """The tutorial, step by step; with SCREENSHOTS its pictures are written."""
    context = opened(browser)
    page = context.new_page()

    def picture(name: str) -> None:
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")

    page.goto(desk.address)
    picture("countries")
    page.get_by_role("link", name="Georgia").click()
    picture("country")
    page.get_by_role("link", name="From a page").click()
    fill(page, {"text": SOURCE, "suffix": ".md"})
    page.get_by_role("button", name="Split into sentences").click()
    page.get_by_label("The government of Georgia approved").check()
    page.get_by_label("The National Security Council leads").check()
    picture("sentences")
    page.get_by_role("button", name="Write statements from the chosen sentences").click()
    assert page.locator("blockquote").inner_text().startswith("The government of Georgia approved")
    assert page.locator("#locator").input_value().startswith("Government approves third cyber strategy, paragraph")
    page.get_by_role("button", name="Which parts of a national cyber-security strategy are in force?").click()
    fill(page, {"text": WORDS, "date": "2021-09-30", "credibility": "2", "source.title": "Third cyber strategy"})
    fill(page, {"source.publisher": "Government of Georgia", "source.url": "https://example.org/482"})
    fill(page, {"source.reliability": "A", "source.published": "2021-09-30"})
    for item in ("in_force", "plan_or_budget"):
        page.locator(f'[name="code.cyber_strategy.{item}"][value=true]').check()
    page.locator(".problems .error").wait_for()  # checked while one types: the publisher is not in the register
    assert page.locator('[name="source.publisher"]').get_attribute("aria-invalid") == "true"
    fill(page, {"publisher.reliability": "A", "publisher.reason": "Official record.", "publisher.kind": "state body"})
    fill(page, {"publisher.country": "GEO", "publisher.controlled_by": "GEO"})
    page.locator(".moves").wait_for()
    page.evaluate("scrollTo(0, 0)")
    picture("statement")
    moves = page.locator(".moves").inner_text()
    assert "Governmental countermeasures" in moves
    assert "Rank" in moves
    before = georgia(desk)
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_role("heading", name="Saved", exact=True).is_visible()
    picture("saved")
    assert WORDS in georgia(desk)
    page.get_by_role("link", name="Next sentence").click()
    assert page.locator("blockquote").inner_text().startswith("The National Security Council leads")
    assert page.locator("#source").input_value() == "government-georgia-2021"
    page.go_back()
    page.get_by_role("button", name="Undo this save").click()
    assert georgia(desk) == before
    context.close()


def test_two_windows_on_one_file(browser: Browser, desk: Running) -> None:
    context = opened(browser)
    first, second = context.new_page(), context.new_page()
    first.goto(desk.address)
    for page in (first, second):
        page.goto(f"{desk.origin}/countries/GEO/new?indicator=attribution")
        fill(
            page,
            {"text": f"A fact of {'first' if page is first else 'second'}.", "locator": "Page 1", "credibility": "2"},
        )
        page.locator("#source").select_option(index=1)
        page.locator('[name="code.attribution.official"][value=partly]').check()
    first.get_by_role("button", name="Save", exact=True).click()
    second.get_by_role("button", name="Save", exact=True).click()
    assert second.get_by_role("heading", name="The file was changed meanwhile").is_visible()
    theirs, mine = second.locator(".diff").all_inner_texts()
    assert "A fact of first." in theirs
    assert "A fact of second." in mine
    second.get_by_role("button", name="Check mine on top of it").click()
    assert second.locator("#text").input_value() == "A fact of second."
    second.get_by_role("button", name="Save", exact=True).click()
    assert "A fact of first." in georgia(desk)
    assert "A fact of second." in georgia(desk)
    context.close()


def test_by_keyboard_alone(browser: Browser, desk: Running) -> None:
    context = opened(browser)
    page = context.new_page()
    page.goto(desk.address)
    page.goto(f"{desk.origin}/countries/GEO/new?indicator=counter_influence")

    def tab_to(selector: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{selector} is not reached by Tab")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to("#text")
    page.keyboard.type("Written without a mouse.")
    tab_to("#source")
    page.keyboard.press("ArrowDown")
    tab_to("#locator")
    page.keyboard.type("Page 2")
    tab_to("#credibility")
    page.keyboard.type("2")
    tab_to('.answer input[type="radio"]')
    page.keyboard.press("ArrowDown")
    tab_to("button[value=save]")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Saved", exact=True).wait_for()
    assert "Written without a mouse." in georgia(desk)
    context.close()


def test_blind_coding_of_a_country(browser: Browser, folder: Path) -> None:
    with running(folder / "rubrics" / "small", folder / "profiles", "second", is_blind=True) as one:
        context = opened(browser)
        page = context.new_page()
        page.goto(one.address)
        page.goto(f"{one.origin}/coding?country=AZE")
        page.get_by_role("link", name="Begin").click()
        for left in (3, 2, 1):
            assert f"{left} left to read" in page.locator(".meta").inner_text()
            assert not page.locator('input[type=radio]:checked:not([value=""])').count()
            if "strategy" in page.locator("h1").inner_text():
                page.locator("summary", has_text="Is a strategy in force?").click()
                page.get_by_label("adopted: Adopted").check()
                page.get_by_role("button", name="Save and go on").click()
            else:
                page.get_by_role("button", name="It codes nothing").click()
        assert "Nothing is left to read" in page.locator("main").inner_text()
        context.close()
    value: Any = reader.read((folder / "profiles" / "AZE.yaml").read_text(), "")[0]
    first = value["statements"][0]
    assert first["coders"] == {"second": {"strategy": "adopted"}}


def test_fifty_statements(desk: Running) -> None:
    """Each form as a browser sends it; the file stays one that the engine reads, and only grows."""
    before = georgia(desk).splitlines()
    for number in range(50):
        form = {"version": desk.version("/countries/GEO/new"), "text": f"Fact {number} of fifty.", "action": "save"}
        form |= {
            "source": next(iter(desk.desk.folder.snapshot().document("GEO")["sources"])),
            "locator": f"Page {number}",
        }
        form |= {"date": "2024-05", "credibility": "3", "confidence": "low", "indicator": "attribution"}
        form |= {"code.attribution.official": "partly"}
        assert desk.post("/countries/GEO/new", form).status == 303
    after = georgia(desk).splitlines()
    assert len(after) == len(before) + 50 * 8
    assert [line for line in after if "of fifty" in line] == [
        f"    text: Fact {number} of fifty." for number in range(50)
    ]
    where = ("--profiles", desk.desk.folder.path, "--rubric", ROOT / "rubrics" / "resilience")
    assert run("validate", *where).exit_code == 0


# -- a desk that is killed ---------------------------------------------------------------------------------------------


class Process:
    """`scoring desk` as a process of its own."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        command = [sys.executable, "-m", "scoring", "desk", "--rubric", "rubrics/small", "--port", str(port)]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        assert self.process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)", self.process.stdout.readline())
        assert found is not None
        self.address, self.port, self.token = found[0], int(found[1]), found[2]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_what_was_typed_outlives_the_desk(browser: Browser, folder: Path) -> None:
    context = opened(browser)
    page = context.new_page()
    first = Process(folder)
    page.goto(first.address)
    page.goto(f"http://127.0.0.1:{first.port}/countries/AZE/new?indicator=strategy")
    fill(page, {"text": "Typed before the desk was killed.", "locator": "Page 9"})
    page.get_by_label("drafted: Drafted").check()
    first.kill()
    assert (folder / "profiles" / "AZE.yaml").read_text() == PROFILE
    second = Process(folder, first.port)
    page.goto(second.address)
    page.goto(f"http://127.0.0.1:{second.port}/countries/AZE/new")
    page.get_by_role("button", name="Bring it back").click()
    page.wait_for_load_state()
    assert page.locator("#text").input_value() == "Typed before the desk was killed."
    assert page.get_by_label("drafted: Drafted").is_checked()
    fill(page, {"source": "page", "credibility": "2"})
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Saved", exact=True).wait_for()
    page.wait_for_load_state()  # its script forgets what was typed
    page.goto(f"http://127.0.0.1:{second.port}/countries/AZE/new")
    assert page.locator(".kept").inner_text() == ""
    context.close()
    second.kill()


def test_a_desk_that_is_killed_while_it_saves_leaves_a_whole_file(folder: Path) -> None:
    path = folder / "profiles" / "AZE.yaml"
    for wait in (0.05, 0.1, 0.2, 0.4):
        desk = Process(folder)
        client = Client(desk.port, desk.token)

        def save_all(one: Client = client) -> None:
            for number in range(1000):
                try:
                    form = {"version": one.version("/countries/AZE/new"), "action": "save", "text": f"Fact {number}"}
                    form |= {"source": "page", "locator": "x", "credibility": "2", "context": "yes"}
                    one.post("/countries/AZE/new", form)
                except (OSError, HTTPException):  # the desk is gone
                    return

        thread = threading.Thread(target=save_all)
        thread.start()
        time.sleep(wait)
        desk.kill()
        thread.join(timeout=30)
        text = path.read_text()
        assert text.startswith(PROFILE)  # each statement stands whole behind the others
        rest = text.removeprefix(PROFILE)
        assert re.fullmatch(
            r"(  - id: \S+\n    text: Fact \d+\n    source: page\n    locator: x\n    credibility: 2\n(    \w+: \w+\n)*    context: true\n)*",
            rest,
        )
        path.write_text(PROFILE)
