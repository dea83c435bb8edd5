"""A page of a chart as the bytes of an image: SVG, PNG or PDF."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.extras import require
from scoring.render.charts.pdf import settled
from scoring.render.charts.style import INCH

if TYPE_CHECKING:
    from scoring.render.charts.canvas import Chart, Page

Form: TypeAlias = Literal["svg", "png", "pdf"]
PIXELS = 2  # of a PNG per pixel of the chart
PRINTED = 300  # pixels an inch of a PNG for print
POINT = 72  # points an inch, in which PDF measures
TALLEST = 16_000  # pixels of a PNG; a taller chart is scaled down


def image(chart: Chart, page: Page, form: Form) -> bytes:
    """A page in a format.

    Raises:
        MissingPackageError: PNG and PDF need a package that is not installed.
    """
    if form == "svg":
        return page.svg.encode()
    convert = require("vl_convert", "report")
    locale = chart.style.locale
    title, described_as = locale.of(chart.head.heading), locale.of(chart.head.alt)
    is_print = chart.style.unit != "px"
    if form == "pdf":
        data = bytes(convert.svg_to_pdf(page.svg))
        return settled(data, {"Title": title, "Subject": described_as}, POINT / INCH if is_print else 1)
    tallest = TALLEST / page.height
    if is_print:
        png = bytes(convert.svg_to_png(page.svg, scale=min(POINT / INCH, tallest), ppi=PRINTED))
    else:
        png = bytes(convert.svg_to_png(page.svg, scale=min(PIXELS, tallest)))
    return described(png, {"Title": title, "Description": described_as})


def described(png: bytes, texts: dict[str, str]) -> bytes:
    """A PNG with texts after its header, each an iTXt chunk (PNG specification, third edition, 11.3.3.4)."""
    header = 8 + 4 + 4 + 13 + 4  # signature; length, type, data and checksum of IHDR
    chunks = b""
    for keyword, text in texts.items():
        body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0en\0\0" + text.encode()
        chunks += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:header] + chunks + png[header:]
