"""Images in a Word file: the file of each, its relationship to the part that shows it, and the drawing in the text."""

from __future__ import annotations

import posixpath
import re
import struct
from typing import TYPE_CHECKING, Any

from scoring.render.report.figures import images

if TYPE_CHECKING:
    from scoring.render.report.values import Picture

EMU = {"mm": 36_000, "twip": 635}  # English metric units (ECMA-376, 20.1.2.1)
MEDIA = "media/scoring-"  # beginning of the name of an image
_TYPES, _RELATIONS = "[Content_Types].xml", "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
_STRICT = "purl.oclc.org"
_SPACES = {
    "wp": ("drawingml/2006/wordprocessingDrawing", "drawingml/wordprocessingDrawing"),
    "a": ("drawingml/2006/main", "drawingml/main"),
    "pic": ("drawingml/2006/picture", "drawingml/picture"),
    "r": ("officeDocument/2006/relationships", "officeDocument/relationships"),
}
_DRAWN_ID = re.compile(r"<(?:\w+:)?docPr\b[^>]*?\bid=[\"'](\d{1,9})")


class Images:
    """The images that are added to a file; files: its entries by name, which `register` completes."""

    def __init__(self, files: dict[str, bytes], etree: Any) -> None:
        self.files, self.etree = files, etree
        self.media: dict[Picture, list[str]] = {}
        self.count = 0
        self.relations: dict[str, dict[str, str]] = {}  # part -> target -> id
        self.strict: set[str] = set()
        texts = (data.decode("utf-8", "replace") for name, data in files.items() if name.endswith(".xml"))
        self.last = max((int(match[1]) for text in texts for match in _DRAWN_ID.finditer(text)), default=0)

    def drawings(self, part: str, picture: Picture, word: str, width: int) -> list[Any]:
        """The runs with the pages of a picture in a part, as wide as asked, at most as the line.

        Args:
            part: Name of the part.
            picture: What is shown.
            word: Prefix of Word names in the part.
            width: Of the line, in twentieths of a point.

        Raises:
            MissingPackageError: a package that makes PNG is not installed.
        """
        folder = posixpath.dirname(part)
        if picture not in self.media:
            self.media[picture] = []
            for data in images(picture, "png").values():
                self.count += 1
                self.media[picture].append(f"{MEDIA}{self.count}.png")
                self.files[posixpath.join(folder, self.media[picture][-1])] = data
        return [self._drawing(part, target, picture, word, width) for target in self.media[picture]]

    def _drawing(self, part: str, target: str, picture: Picture, word: str, width: int) -> Any:
        is_strict = _STRICT in word
        spaces = {
            key: f"http://{'purl.oclc.org/ooxml' if is_strict else 'schemas.openxmlformats.org'}/{names[is_strict]}"
            for key, names in _SPACES.items()
        }
        relation = f"scoringImage{target.removeprefix(MEDIA).removesuffix('.png')}"
        self.relations.setdefault(part, {})[target] = relation
        if is_strict:
            self.strict.add(part)
        data = self.files[posixpath.join(posixpath.dirname(part), target)]
        across, down = struct.unpack(">II", data[16:24])  # of the header of the PNG
        line = width * EMU["twip"]
        wide = min(line, int(picture.width * EMU["mm"])) if picture.width else line
        extent = {"cx": str(wide), "cy": str(wide * down // across)}
        self.last += 1
        about = {"id": str(self.last), "name": picture.chart.name, "descr": _printable(picture.alt)}
        return self._drawn(spaces, word, extent, about, relation)

    def _drawn(
        self, spaces: dict[str, str], word: str, extent: dict[str, str], about: dict[str, str], relation: str
    ) -> Any:
        def element(tag: str, /, *children: Any, **attributes: str) -> Any:
            key, _, local = tag.partition(":")
            made = self.etree.Element(
                f"{{{spaces[key]}}}{local}", attributes, nsmap={one: spaces[one] for one in ("wp", "a", "pic", "r")}
            )
            made.extend(children)
            return made

        blip = element("a:blip")
        blip.set(f"{{{spaces['r']}}}embed", relation)
        shown = element(
            "pic:pic",
            element("pic:nvPicPr", element("pic:cNvPr", **about), element("pic:cNvPicPr")),
            element("pic:blipFill", blip, element("a:stretch", element("a:fillRect"))),
            element(
                "pic:spPr",
                element("a:xfrm", element("a:off", x="0", y="0"), element("a:ext", **extent)),
                element("a:prstGeom", element("a:avLst"), prst="rect"),
            ),
        )
        inline = element(
            "wp:inline",
            element("wp:extent", **extent),
            element("wp:docPr", **about),
            element("wp:cNvGraphicFramePr", element("a:graphicFrameLocks", noChangeAspect="1")),
            element("a:graphic", element("a:graphicData", shown, uri=spaces["pic"])),
            **dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        )
        run = self.etree.Element(f"{word}r")
        self.etree.SubElement(run, f"{word}drawing").append(inline)
        return run

    def register(self) -> None:
        """Add the relationships of the images, and the type of their files."""
        for part, targets in self.relations.items():
            folder, file = posixpath.split(part)
            name = posixpath.join(folder, "_rels", f"{file}.rels")
            root = self._root(name, f"{{{_RELATIONS}}}Relationships", _RELATIONS)
            kind = _SPACES["r"][part in self.strict]
            host = "purl.oclc.org/ooxml" if part in self.strict else "schemas.openxmlformats.org"
            for target, relation in targets.items():
                attributes = {"Id": relation, "Type": f"http://{host}/{kind}/image", "Target": target}
                self.etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", attributes)
            self._write(name, root)
        if self.relations:
            root = self._root(_TYPES, f"{{{_CONTENT}}}Types", _CONTENT)
            if not any(one.get("Extension", "").lower() == "png" for one in root):
                default = self.etree.Element(f"{{{_CONTENT}}}Default", {"Extension": "png", "ContentType": "image/png"})
                root.insert(0, default)
            self._write(_TYPES, root)

    def _root(self, name: str, tag: str, space: str) -> Any:
        if name not in self.files:
            return self.etree.Element(tag, nsmap={None: space})
        parser = self.etree.XMLParser(resolve_entities=False, no_network=True)
        return self.etree.fromstring(self.files[name], parser)

    def _write(self, name: str, root: Any) -> None:
        self.files[name] = self.etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
