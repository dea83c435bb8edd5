"""Read a report of any format."""

from __future__ import annotations

from scoring.citing.documents.html import HTML, html_passages
from scoring.citing.documents.markup import (
    LATEX,
    LATEX_MARKUP,
    MARKDOWN,
    MARKDOWN_MARKUP,
    PLAIN_MARKUP,
    text_passages,
    without_comments,
)
from scoring.citing.documents.passages import Document, count_marks, decoded, passages_of, refuse_many
from scoring.citing.documents.word import word_passages


def read(data: bytes, suffix: str) -> Document:
    """Read a report by the suffix of its name: Markdown, LaTeX, HTML or Word, otherwise plain text.

    Raises:
        UnreadableError: not UTF-8, not a Word file, or too large.
    """
    if suffix == ".docx":
        return Document(passages_of(word_passages(data)), None)
    text = decoded(data)
    if suffix in HTML:
        refuse_many(count_marks(text, "<&"))
        return Document(passages_of(html_passages(text)), text)
    markup = LATEX_MARKUP if suffix in LATEX else MARKDOWN_MARKUP if suffix in MARKDOWN else PLAIN_MARKUP
    refuse_many(count_marks(text, markup.marks))
    return Document(
        passages_of(text_passages(without_comments(text) if markup is MARKDOWN_MARKUP else text, markup)), text
    )
