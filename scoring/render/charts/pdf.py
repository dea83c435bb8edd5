"""PDF from vl-convert, with metadata and the same bytes in every run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from scoring.extras import require

if TYPE_CHECKING:
    from collections.abc import Mapping


def settled(data: bytes, metadata: Mapping[str, str], scale: float = 1) -> bytes:
    """The same document with its objects in the order of their references, in another size, and with metadata.

    svg2pdf, which vl-convert calls, lists fonts and numbers their objects in an order that differs between runs.

    Raises:
        MissingPackageError: pypdf is not installed.
    """
    pypdf, generic = require("pypdf", "report"), require("pypdf.generic", "report")
    reader, writer = pypdf.PdfReader(io.BytesIO(data)), pypdf.PdfWriter()
    for page in reader.pages:
        resources = page["/Resources"]
        fonts = sorted(resources.get("/Font", {}).items())
        resources[generic.NameObject("/Font")] = generic.DictionaryObject(fonts)
    writer.append(reader)
    if scale != 1:
        for page in writer.pages:
            page.scale_by(scale)
    writer.add_metadata({f"/{key}": text for key, text in metadata.items()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
