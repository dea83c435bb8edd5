"""The formats of report templates, by the suffix of a file."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.citing.documents.html import HTML
from scoring.citing.documents.markup import MARKDOWN
from scoring.citing.documents.typst import TYPST
from scoring.render.report.figures import images
from scoring.render.report.fill import fill_text
from scoring.render.report.html import html
from scoring.render.report.latex import latex
from scoring.render.report.markdown import markdown
from scoring.render.report.typst import typst
from scoring.render.report.word import fill_word

if TYPE_CHECKING:
    from scoring.render.charts.images import Form as ImageForm
    from scoring.render.report.fill import Filled
    from scoring.render.report.placeholders import Filler

Form: TypeAlias = Literal["markdown", "html", "latex", "typst", "word"]
QUARTO = (".qmd", ".rmd")
BY_SUFFIX: dict[str, Form] = {
    **dict.fromkeys(MARKDOWN, "markdown"),
    **dict.fromkeys(HTML, "html"),
    ".tex": "latex",
    **dict.fromkeys(TYPST, "typst"),
    ".docx": "word",
}
*_ALL, _LAST = BY_SUFFIX
SUFFIXES = f"{', '.join(_ALL)} or {_LAST}"
INERT: dict[Form, str] = {"markdown": "&#{};", "html": "&#{};", "latex": "{{}}\\char{}{{}}", "typst": "\\u{{{:x}}}"}
"""How a character is escaped that would make a line a command of a CI system."""


def form_of(name: str) -> Form | None:
    """The format of a file by its name; None if it is unknown."""
    return BY_SUFFIX.get(PurePath(name).suffix.lower())


def folder_of(stem: str) -> str:
    """The folder of the figures of a report, beside it; no format needs to escape its name."""
    return f"{re.sub(r'[^A-Za-z0-9.-]+', '-', stem).strip('-.') or 'report'}-figures"


def fill(template: bytes, name: str, filler: Filler, folder: str) -> Filled:
    """A filled template.

    Args:
        template: The file.
        name: Of the file, for messages.
        filler: Has the values.
        folder: Of the figures, beside the report.

    Raises:
        MissingPackageError: a package that the format needs is not installed.
        UnreadableError: the file cannot be read, or a limit is exceeded.
    """
    match form_of(name):
        case "html":
            return fill_text(template, name, filler, html())
        case "latex":
            return fill_text(template, name, filler, latex(folder))
        case "typst":
            return fill_text(template, name, filler, typst(folder))
        case "word":
            return fill_word(template, name, filler)
        case _:
            is_quarto = PurePath(name).suffix.lower() in QUARTO
            return fill_text(template, name, filler, markdown(folder, is_quarto=is_quarto))


def files(filled: Filled, form: Form, folder: str) -> dict[str, bytes]:
    """The figures of a report, by their paths beside it.

    Raises:
        MissingPackageError: LaTeX needs PDF, which a package makes.
    """
    kind: ImageForm = "pdf" if form == "latex" else "svg"
    return {f"{folder}/{name}": data for picture in filled.pictures for name, data in images(picture, kind).items()}
