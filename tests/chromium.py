"""Chromium, as a reader or a coder has it, and axe-core."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
AXE = os.environ.get("AXE", "")  # axe.min.js of the package axe-core
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")  # a folder to write those of the docs to
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: apt-get install chromium")
needs_axe = pytest.mark.skipif(not AXE, reason="AXE does not name axe.min.js: npm pack axe-core")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  where there is no Chromium it is not needed

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def violations(page: Page, scheme: str = "light") -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page with all its parts open: rule -> the first places."""
    page.eval_on_selector_all("details", "(all) => all.forEach((node) => { node.open = true; })")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    options: dict[str, Any] = {"preload": False}  # the policy lets nothing be fetched
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]  # the rest does not depend on colours
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
