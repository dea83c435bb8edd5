"""Text and links in Markdown."""

from __future__ import annotations

import re

from scoring.text.table import escaped

_IN_ADDRESS = {ord(character): f"%{ord(character):02X}" for character in '<>\\`|{}^"'}  # not allowed in a URI
_REFERENCE = re.compile(r"&(?=#?\w+;)")  # Markdown would read `&copy;` as ©


def plain(text: str) -> str:
    """The text, escaped so that Markdown shows it unchanged."""
    return escaped(text)


def linked(text: str, url: str | None) -> str:
    """A Markdown link, or only the text without a URL; an escaped URL cannot end the link or its table cell."""
    if url is None:
        return plain(text)
    return f"[{plain(text)}](<{_REFERENCE.sub('&amp;', url.translate(_IN_ADDRESS))}>)"
