"""Read a report of any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.citing.documents import pandoc
from scoring.citing.documents.delimited import DELIMITED, delimited_passages
from scoring.citing.documents.html import HTML, html_passages
from scoring.citing.documents.latex import latex_passages
from scoring.citing.documents.markdown import markdown_passages
from scoring.citing.documents.markup import LATEX, MARKDOWN, text_passages
from scoring.citing.documents.passages import Document, count_marks, decoded, passages_of, refuse_many
from scoring.citing.documents.word import word_passages
from scoring.files.archive import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNATURES = {
    b"%PDF-": "is a PDF, which cannot be read; give the file that it was made from",
    b"{\\rtf": "is RTF, which cannot be read; save it as .docx",
    b"PK\x03\x04": "is a ZIP archive, which cannot be read; Word files end in .docx",
    b"\xd0\xcf\x11\xe0": "is a file of an old Office program, which cannot be read; save it as .docx",
}
"""First bytes of what is no text."""
_PROBED = 8192  # bytes
_NO_KEYS: Mapping[str, str] = {}


def read(data: bytes, suffix: str, keys: Mapping[str, str] = _NO_KEYS) -> Document:
    """Read a report by the suffix of its name: Markdown, LaTeX, HTML, Word, tables, otherwise plain text.

    Args:
        data: The file.
        suffix: Of its name, in small letters.
        keys: Ids by the keys of bibliographies.

    Raises:
        UnreadableError: No text, not a Word file, too large, or nested too deep.
    """
    if suffix == ".docx":
        return Document(passages_of(word_passages(data)), None)
    if suffix in pandoc.FORMATS:
        return Document(passages_of(pandoc.pandoc_passages(data, suffix)), None)
    for signature, reason in _SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableError(reason)
    text = decoded(data)
    if "\0" in text[:_PROBED]:
        message = "is not a text file and cannot be read; save it as text, HTML or Word (.docx)"
        raise UnreadableError(message)
    if suffix in HTML:
        refuse_many(count_marks(text, "<&"))
        parsed = html_passages(text)
    elif suffix in MARKDOWN:
        refuse_many(count_marks(text, "<*_`>&\\|[]!~$"))
        parsed = markdown_passages(text, keys)
    elif suffix in LATEX:
        refuse_many(count_marks(text, (*"%\\{}$~&", "--")))
        parsed = latex_passages(text, keys, is_bibliography=suffix == ".bib")
    elif suffix in DELIMITED:
        refuse_many(count_marks(text, ',;\t"'))
        parsed = delimited_passages(text)
    else:
        refuse_many(count_marks(text, ""))
        parsed = text_passages(text)
    return Document(passages_of(parsed), text)
