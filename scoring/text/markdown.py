"""What generated pages have in common."""

from __future__ import annotations

import re

from scoring.text.table import escaped

_IN_ADDRESS = {ord(character): f"%{ord(character):02X}" for character in '<>\\`|{}^"'}  # none may stand in a URI
_REFERENCE = re.compile(r"&(?=#?\w+;)")  # Markdown would read `&copy;` as ©


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return escaped(text)


def linked(text: str, url: str | None) -> str:
    """Text as a link, or the text alone; nothing in an address ends the link, or the cell that it stands in."""
    if url is None:
        return plain(text)
    return f"[{plain(text)}](<{_REFERENCE.sub('&amp;', url.translate(_IN_ADDRESS))}>)"
