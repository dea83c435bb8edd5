"""From a page to statements: text that is pasted, as sentences to choose from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scoring.desk.countries import read_of
from scoring.desk.desk import Page, Redirect, missing
from scoring.drafting.reading import read_page
from scoring.files.archive import UnreadableError

if TYPE_CHECKING:
    from scoring.desk.desk import Desk, Request

SUFFIXES = (".txt", ".html", ".md")
MAX_SHOWN = 500  # sentences on a page; a search finds the others


def page(desk: Desk, request: Request) -> Page | Redirect:
    """Paste a page, and choose among its sentences."""
    country = request.path["country"]
    read = read_of(desk.folder.snapshot(), country)
    if read.profile is None:
        return desk.page("broken", read=read, code=country)
    reason = ""
    if request.is_post:
        suffix = request.texts.get("suffix", "")
        try:
            source = read_page(request.texts.get("text", "").encode(), suffix if suffix in SUFFIXES else ".txt")
        except UnreadableError as error:
            reason = f"The page {error}."
        else:
            if source.sentences:
                return Redirect(f"/countries/{country}/page?{urlencode({'page': desk.keep(source)})}")
            reason = "There is no sentence in it; paste the text of the page."
    key, find = request.query.get("page", ""), request.query.get("find", "")
    kept = desk.source_pages.get(key)
    if request.query.get("none"):
        reason = "No sentence was chosen. Tick those that answer a question."
    words = find.casefold().split()
    fitting = [one for one in kept.sentences if all(word in one.text.casefold() for word in words)] if kept else []
    return desk.page(
        "page",
        400 if request.is_post else 200,
        profile=read.profile,
        page=kept,
        key=key,
        find=find,
        sentences=fitting[:MAX_SHOWN],
        left_out=max(0, len(fitting) - MAX_SHOWN),
        reason=reason,
    )


def chosen(desk: Desk, request: Request) -> Redirect:
    """Open the form with the first of the chosen sentences."""
    country, key = request.path["country"], request.texts.get("page", "")
    read_of(desk.folder.snapshot(), country)
    if key not in desk.source_pages:
        missing("source page", "it is no longer in memory; paste it again")
    numbers = [number for number in request.fields.get("sentence", ()) if re.fullmatch("[0-9]{1,6}", number)]
    if not numbers:
        return Redirect(f"/countries/{country}/page?{urlencode({'page': key, 'none': 1})}")
    return Redirect(f"/countries/{country}/new?{urlencode({'page': key, 'sentences': ','.join(numbers)})}")
