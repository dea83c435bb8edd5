"""Ids by the keys of bibliographies, so that a citation of a key cites its score."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scoring.citing.documents.latex import bibliography_keys
from scoring.citing.documents.passages import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

BIBLIOGRAPHIES = (".bib", ".json")
MAX_BIBLIOGRAPHY = 4 * 2**20  # bytes; of a larger one the keys are not known
_ID = re.compile(
    r"(?<![a-z0-9_])[a-z][a-z0-9_]{0,63}(?:/[a-z][a-z0-9_]{0,63})?@\d{1,9}\.\d{1,9}\.\d{1,9}(?:\+\d{4}\.\d{1,3})?"
    r"/[A-Z]{3}/\d{4}-\d\d-\d\d/[0-9a-f]{16}(?![0-9a-f])"
)


def cited_keys(data: bytes, suffix: str) -> dict[str, str]:
    """The first id in the text of each entry of a BibTeX (.bib) or CSL (.json) file, by its key.

    Raises:
        UnreadableError: Not UTF-8, or too large.
    """
    text = decoded(data)
    entries = bibliography_keys(text) if suffix == ".bib" else _csl(text)
    return {key: match[0] for key, written in entries if (match := _ID.search(written))}


def _csl(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    for item in document if isinstance(document, list) else [document]:
        if isinstance(item, dict) and isinstance(item.get("id"), str | int):
            yield str(item["id"]), json.dumps(item, ensure_ascii=False)
