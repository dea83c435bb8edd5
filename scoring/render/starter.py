"""The files of a new index, which `scoring init` writes: templates of data/init/, filled."""

from __future__ import annotations

import json
import re
from importlib import resources
from string import Template
from textwrap import indent
from typing import TYPE_CHECKING, Literal

import yaml

from scoring.errors import UnknownNameError, printable, quoted, repeated
from scoring.text import markdown
from scoring.text.spelling import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.resources.abc import Traversable

Size = Literal["full", "minimal"]
TITLE, PILLARS = "Example index", ("media", "courts")
NAMES = ("rubrics", "profiles", "README.md", "report.md")
"""What stands at the top of the folder of a new index."""
MOST_PILLARS, LONGEST_PILLAR, LONGEST_TITLE = 50, 40, 200  # an id of an indicator has 64 characters, a suffix included
_UNITS = ("XAA", "XAB")
_NAME = re.compile(r"(?!(?:true|false|null)$)[a-z][a-z0-9_]*")  # without what YAML reads as no text
_INDICATORS = "indicators.yaml"


def starter(size: Size, title: str = TITLE, pillars: Sequence[str] = PILLARS) -> dict[str, bytes]:
    """The files of a new index: path below its folder, with `/`, to content.

    The kinds of indicators are dealt out to the pillars in turn; with more pillars than kinds, they begin again.

    Args:
        size: one indicator of each kind with comments, or the smallest rubric.
        title: of the index; its id is made of it.
        pillars: their titles, of which their ids are made.

    Raises:
        UnknownNameError: a title cannot be used; the message says why.
    """
    templates = resources.files("scoring").joinpath("data", "init", size)
    kinds = list(yaml.safe_load(_read(templates, _INDICATORS)).values())
    index, titles = _index_id(_one_line(title, "the title")), _titles(pillars)
    files = {"README.md": "", f"rubrics/{index}/rubric.yaml": ""}
    profiles = {f"profiles/{unit}.yaml": _read(templates, f"{unit}.yaml") for unit in _UNITS}
    short = _short(titles)
    for position, (name, heading) in enumerate(titles.items()):
        words = {
            "pillar": name,
            "label": name.replace("_", "-"),
            "title": _in_quotes(heading),
            "short": short[name],
        }
        parts = kinds[position :: len(titles)] or [kinds[position % len(kinds)]]
        indicators = "\n".join(_filled(part["indicator"], words, "  ") for part in parts)
        files[f"rubrics/{index}/{name}.yaml"] = _filled(_read(templates, "pillar.yaml"), words) + indicators
        for unit in _UNITS:
            statements = [_filled(part[unit], words, "  ") for part in parts if unit in part]
            profiles[f"profiles/{unit}.yaml"] += "".join(f"\n{statement}" for statement in statements)
    listed = "\n".join(
        f"| `rubrics/{index}/{name}.yaml` | the pillar {markdown.plain(heading)}: its questions, with their answers |"
        for name, heading in titles.items()
    )
    weights = "\n".join(f"  {name}: 1" for name in titles)
    words = {"id": index, "title": _in_quotes(title.strip()), "pillars": weights}
    files[f"rubrics/{index}/rubric.yaml"] = _filled(_read(templates, "rubric.yaml"), words)
    words = {"id": index, "title": markdown.plain(title.strip()), "files": listed}
    files["README.md"] = _filled(_read(templates, "README.md"), words)
    files |= profiles
    if size == "full":
        files["report.md"] = _read(templates, "report.md")
    return {name: text.encode() for name, text in files.items()}


def _read(folder: Traversable, name: str) -> str:
    return folder.joinpath(name).read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str], prefix: str = "") -> str:
    return indent(Template(text).substitute(words), prefix)


def _in_quotes(text: str) -> str:
    """The text as it stands between the double quotes of YAML, whose escapes include those of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _one_line(text: str, what: str) -> str:
    """The text without space around it.

    Raises:
        UnknownNameError: it is empty, too long, or not of one line.
    """
    line = text.strip()
    if not line or len(line) > LONGEST_TITLE or printable(line) != line:
        message = f"{what} is {quoted(text)}; write one line of at most {LONGEST_TITLE} characters"
        raise UnknownNameError(message)
    return line


def _index_id(title: str) -> str:
    """The id of the index of a title; `index` if the title has no letters for one, such as one in Cyrillic."""
    name = folded(title).replace(" ", "_")[:LONGEST_PILLAR].strip("_")
    return name if _NAME.fullmatch(name) else "index"


def _titles(pillars: Sequence[str]) -> dict[str, str]:
    """Id of each pillar -> its title.

    Raises:
        UnknownNameError: no id can be made of a title, or there are none, too many, or two of the same id.
    """
    if not 1 <= len(pillars) <= MOST_PILLARS:
        message = f"{len(pillars)} pillars; give 1 to {MOST_PILLARS}"
        raise UnknownNameError(message)
    titles, names = [_one_line(pillar.replace("_", " "), "a pillar") for pillar in pillars], []
    for title in titles:
        name = folded(title).replace(" ", "_")
        if not _NAME.fullmatch(name) or len(name) > LONGEST_PILLAR or name == "rubric":
            reason = "is the name of another file" if name == "rubric" else "makes no id"
            message = (
                f"the pillar {quoted(title)} {reason}; write at most {LONGEST_PILLAR} letters a to z, digits and "
                "spaces, beginning with a letter, and its title in any script into its file"
            )
            raise UnknownNameError(message)
        names.append(name)
    if twice := repeated(names):
        message = f"two pillars have the id {twice[0]}; give each its own"
        raise UnknownNameError(message)
    return {name: title[0].upper() + title[1:] for name, title in zip(names, titles, strict=True)}


def _short(names: Iterable[str]) -> dict[str, str]:
    """Id of each pillar -> a code for narrow columns: three letters, and a number if another pillar has these."""
    codes: dict[str, str] = {}
    for name in names:
        stem = name.replace("_", "")[:3].upper()
        free = (f"{stem}{number}" for number in ("", *range(2, MOST_PILLARS + 1)))
        codes[name] = next(code for code in free if code not in codes.values())
    return codes
