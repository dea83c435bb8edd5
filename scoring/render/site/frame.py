"""What all pages share: the frame around them, their style sheet and their script."""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from scoring.render.site.shades import style_of
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.analysis.matrix import Matrix
    from scoring.model.rubric import Rubric
    from scoring.model.scale import Scale
    from scoring.render.errata import Corrections
    from scoring.render.site.snapshot import Snapshot

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'none'"
)
SCRIPTS = (
    "core.js",
    "view.js",
    "tips.js",
    "figures.js",
    "overview.js",
    "country.js",
    "compare.js",
    "evidence.js",
    "embed.js",
    "main.js",
)


PREVIEW = "assets/preview.png"  # the picture of links to pages that have none of their own


class Site(NamedTuple):
    """The values that all pages share."""

    snapshots: tuple[Snapshot, ...]
    default: Snapshot
    about: dict[str, Any]
    address: str | None
    """Where the site will be on the web, with a slash at the end; None if that is not known."""
    matrices: tuple[Matrix, ...] = ()
    """The countries on the default day by this rubric and by each of the others."""
    has_trend: bool = False
    """Whether any country has several editions."""
    corrections: Corrections | None = None
    """What was corrected since the last released edition; None without one."""

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """The pages of the navigation, file and name."""
        optional = (("trend.html", "Editions"), self.has_trend), (("matrix.html", "Rubrics compared"), self.matrices)
        return (
            ("index.html", "Overview"),
            ("compare.html", "Compare"),
            *(page for page, is_there in optional if is_there),
            ("evidence.html", "Evidence"),
            ("rubric.html", "Rubric"),
            ("method.html", "Method"),
            ("data.html", "Data"),
        )


@cache
def environment(scale: Scale) -> Environment:
    """The templates of the site, with filters that print figures on a scale."""
    made = Environment(
        loader=PackageLoader("scoring.render.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "points": lambda value, own=None: (own or scale).points(value),
        "signed": lambda difference, own=None: (own or scale).signed(difference),
        "unit": numbers.unit,
        "place": place,
    }
    made.globals |= {"scale": scale}
    return made


def place(value: float) -> str:
    """Where a value in [0, 1] is on a bar, in percent with one decimal; the script rounds in the same way."""
    return f"{0 if math.isnan(value) else math.floor(value * 1000 + 0.5) / 10:g}%"


def page(site: Site, template: str, here: str, description: str, **values: Any) -> bytes:
    """A page from its template; `here` is its file, `description` one sentence on what it shows."""
    whole = site.default.assessment
    shared = {
        "about": site.about,
        "texts": whole.book.rubric.about,
        "pages": site.pages,
        "policy": POLICY,
        "here": here,
        "root": "../" * here.count("/"),
        "address": site.address,
        "description": description,
        "page": template,
        "image": PREVIEW,
        "summary": f"{numbers.count(len(whole.countries), 'country', 'countries')}, {len(whole.ranked)} published.",
    }
    text = environment(whole.scale).get_template(f"{template}.html.j2").render(shared | values)
    return text.encode()


def assets(rubric: Rubric) -> dict[str, bytes]:
    """The style sheet with a shade per band, the script, and the script that runs before a page is shown."""
    static = resources.files("scoring.render.site") / "static"
    parts = [(static / name).read_text("utf-8") for name in SCRIPTS]
    script = "(() => {\n'use strict';\n\n" + "\n".join(parts) + "})();\n"
    return {
        "assets/site.css": style_of(rubric).encode() + (static / "site.css").read_bytes(),
        "assets/early.js": (static / "early.js").read_bytes(),
        "assets/site.js": script.encode(),
    }
