"""The picture that other sites show for a link to a page: 1,200 by 630 pixels, as Open Graph recommends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import extras
from scoring.processes import on_all_cores
from scoring.render import findings
from scoring.render.charts.canvas import FAMILY, clean, text_width, wrapped
from scoring.render.colours import PAPER, QUIET, RULE, SOFT, STRONG
from scoring.render.site import pages
from scoring.render.site.frame import PREVIEW
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.index.scores import CountryScore
    from scoring.render.site.frame import Site
    from scoring.uncertainty.simulation import Simulation

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
TITLE, FINDING, NOTE = 34, 64, 28  # font sizes
LINES = 4  # of the finding, which is set smaller if it needs more


def _preview(title: str, finding: str, note: str, simulation: Simulation, country: CountryScore | None) -> str:
    """A picture as SVG: what the figures show, and for a published country its index with the interval on the scale."""
    size = next(
        (size for size in (FINDING, 52, 42) if len(wrapped(finding, WIDTH - 2 * MARGIN, size, bold=True)) <= LINES), 34
    )
    lines = wrapped(finding, WIDTH - 2 * MARGIN, size, bold=True)
    texts = [
        _text(MARGIN, 190 + position * size * 1.2, size, clean(line), 'font-weight="bold"')
        for position, line in enumerate(lines)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="{FAMILY}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/><rect width="{WIDTH}" height="96" fill="{STRONG}"/>',
        _text(MARGIN, 61, _fitting(title), clean(title), f'font-weight="bold" fill="{PAPER}"'),
        *texts,
        *(_bar(simulation, country) if country and country.is_published else []),
        _text(MARGIN, HEIGHT - 40, NOTE, clean(note), f'fill="{QUIET}"'),
        "</svg>",
    ]
    return "".join(parts)


def _text(x: float, y: float, size: float, text: str, attributes: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" {attributes}>{text}</text>'


def _fitting(title: str) -> float:
    return min(TITLE, TITLE * (WIDTH - 2 * MARGIN) / text_width(title, TITLE, bold=True))


def _bar(simulation: Simulation, country: CountryScore) -> list[str]:
    """The index of a country with its uncertainty interval on the whole scale."""
    scale, y = country.scale, HEIGHT - 150

    def x(value: float) -> float:
        return round(MARGIN + value * (WIDTH - 2 * MARGIN), 1)

    low, high = float(simulation.low[country.row]), float(simulation.high[country.row])
    ends = (("start", 0.0), ("middle", 0.5), ("end", 1.0))
    return [
        f'<path d="M{x(0)} {y}H{x(1)}" stroke="{RULE}" stroke-width="4"/>',
        f'<path d="M{x(low)} {y}H{x(high)}" stroke="{SOFT}" stroke-width="26"/>',
        f'<circle cx="{x(country.index.estimate)}" cy="{y}" r="16" fill="{STRONG}" stroke="{PAPER}" stroke-width="4"/>',
        *(
            _text(x(value), y + 48, 24, f"{scale.figure(value):g}", f'fill="{QUIET}" text-anchor="{anchor}"')
            for anchor, value in ends
        ),
    ]


def for_the_web(site: Site, address: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What only a site with an address needs: the list of its pages, and the pictures of links to them.

    Raises:
        MissingPackageError: pictures need a package that is not installed.
    """
    convert = extras.require("vl_convert", "report")
    simulation, rubric = site.default.views[0].simulation, site.default.assessment.book.rubric
    note = f"{rubric.id} {rubric.version}, {long_date(site.default.day)}"
    pictures = {PREVIEW: _preview(rubric.title, f"{findings.of_ranking(simulation)}.", note, simulation, None)} | {
        f"countries/{country.code}.png": _preview(
            rubric.title, f"{findings.of_country(simulation, country)}.", note, simulation, country
        )
        for country in site.default.assessment.countries
    }
    drawn = on_all_cores(lambda svg: bytes(convert.svg_to_png(svg)), list(pictures.values()))
    images = dict(zip(pictures, drawn, strict=True))
    return images | {"sitemap.xml": pages.sitemap(address, files)}
