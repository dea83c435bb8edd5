"""A citation as an entry of a bibliography: BibTeX, BibLaTeX, CSL-JSON, RIS, and references in two text styles.

An entry has the id where the common styles print it: as the anchor of the address, or, without an address, in fields of
its own. A DOI is given as an address, since styles print a DOI alone, without an anchor.
"""

from __future__ import annotations

import functools
import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from scoring.text.prose import MONTHS, capital, long_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.citing.citation import Citation
    from scoring.model.rubric import About, Person

EntryStyle: TypeAlias = Literal["bibtex", "biblatex", "csl-json", "ris", "apa", "chicago"]
ENTRY_STYLES: tuple[EntryStyle, ...] = ("bibtex", "biblatex", "csl-json", "ris", "apa", "chicago")
NO_DATE = "n.d."
_LATEX = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--", "\n": " "}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "“": "``", "”": "''"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # BibTeX counts escaped braces too
    | {'"': "''"}  # \textquotedbl needs another font encoding, and babel makes " a command
)
_IN_URL = {
    ord(character): f"%{ord(character):02X}" for character in '\\{}"<>^`|'
}  # not allowed in a URI, or in a field
_BREAK_AFTER = re.compile(r"([/@]|\\#)(?=[^/])")


def entries(citations: Sequence[tuple[Citation, str]], style: EntryStyle, accessed: dt.date | None) -> str:
    """One bibliography, with a final line feed.

    Args:
        citations: each with the text of an annotation, which has all figures.
        style: of the bibliography.
        accessed: the day on which the reader saw the scores; left out if None.
    """
    if style == "csl-json":
        items = [_csl(citation, annotation, accessed) for citation, annotation in citations]
        return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_entry(citation, annotation, style, accessed) for citation, annotation in citations)


def _entry(citation: Citation, annotation: str, style: EntryStyle, accessed: dt.date | None) -> str:
    match style:
        case "bibtex":
            return _bib("misc", citation, _bibtex(citation, annotation, accessed))
        case "biblatex":
            return _bib("dataset", citation, _biblatex(citation, annotation, accessed))
        case "ris":
            lines = (*_ris(citation, annotation, accessed), ("ER", ""))
            return "".join(f"{tag}  - {' '.join(text.split())}\n" for tag, text in lines)
        case "apa":
            return _apa(citation, accessed) + "\n"
        case _:  # "chicago"
            return _chicago(citation, accessed) + "\n"


@functools.cache
def engine() -> str:
    """Name and version of this package."""
    return f"resilience-scoring {version('resilience-scoring')}"


def address(about: About) -> str | None:
    """Where the index is published: the address of its DOI, or else its own."""
    url = f"https://doi.org/{about.doi}" if about.doi else about.url
    return url and url.translate(_IN_URL)


def latex(text: str) -> str:
    """Text escaped for LaTeX."""
    return text.translate(_LATEX)


def latex_id(text: str) -> str:
    """An id or address in LaTeX, in a typewriter font, where a line may end after each part."""
    breakable = _BREAK_AFTER.sub(r"\1\\allowbreak{}", latex(text))
    return f"\\texttt{{{breakable}}}"


# -- fields ------------------------------------------------------------------------------------------------------------


def _key(citation: Citation) -> str:
    """The key of an entry: rubric, its version, pillar if any, country and reference date."""
    rubric = citation.rubric
    pillar = "" if citation.node.parent is None else f"-{citation.node.id}"
    return f"{rubric.id}-{rubric.version}{pillar}-{citation.country}-{citation.as_of.isoformat()}".replace("_", "-")


def _title(citation: Citation) -> str:
    pillar = "" if citation.node.parent is None else f", {citation.node.label}"
    return " ".join(f"{citation.name}, {citation.rubric.title}{pillar}".split())


def _edition(citation: Citation) -> str:
    number = f"{citation.edition}, " if citation.edition else ""
    return f"edition {number}of {long_date(citation.as_of)}"


def _url(citation: Citation) -> str | None:
    """The address with the id as its anchor."""
    found = address(citation.rubric.about)
    return f"{found}#{citation.id}" if found else None


def _published(citation: Citation) -> tuple[str, ...]:
    """Year, month and day of publication, as far as they are known."""
    published = citation.rubric.about.published
    return tuple(published.split("-")) if published else ()


def _publisher(citation: Citation) -> str | None:
    """The publisher, unless it is the only author."""
    about = citation.rubric.about
    return None if about.authors == (about.publisher,) else about.publisher


def _american(day: dt.date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


# -- BibTeX and BibLaTeX -----------------------------------------------------------------------------------------------


def _bib(kind: str, citation: Citation, fields: Mapping[str, str | None]) -> str:
    lines = [f"  {name} = {{{text}}},\n" for name, text in fields.items() if text]
    return f"@{kind}{{{_key(citation)},\n{''.join(lines)}}}\n"


def _bib_authors(authors: Sequence[str | Person]) -> str:
    return " and ".join(
        f"{{{latex(one)}}}" if isinstance(one, str) else f"{{{latex(one.family)}}}, {latex(one.given)}"
        for one in authors
    )


def _bibtex(citation: Citation, annotation: str, accessed: dt.date | None) -> dict[str, str | None]:
    """The fields for styles that know no address, edition or version: these are repeated where such styles print."""
    about, found = citation.rubric.about, address(citation.rubric.about)
    by = [*([latex(publisher)] if (publisher := _publisher(citation)) else []), *([latex_id(found)] if found else [])]
    seen = f", accessed {long_date(accessed)}" if accessed else ""
    return {
        "author": _bib_authors(about.authors),
        "title": f"{{{latex(_title(citation))}}}",
        "edition": _edition(citation),
        "howpublished": ", ".join(by),
        "year": "".join(_published(citation)[:1]),
        "version": citation.rubric.version,
        "note": f"Version {citation.rubric.version}, {_edition(citation)}{seen}, {latex_id(citation.id)}",
        "url": _url(citation),
        "annote": latex(annotation),
    }


def _biblatex(citation: Citation, annotation: str, accessed: dt.date | None) -> dict[str, str | None]:
    url = _url(citation)
    return {
        "author": _bib_authors(citation.rubric.about.authors),
        "title": f"{{{latex(_title(citation))}}}",
        "edition": capital(_edition(citation)),
        "version": citation.rubric.version,
        "date": "-".join(_published(citation)),
        "publisher": latex(_publisher(citation) or ""),
        "note": None if url else latex_id(citation.id),
        "url": url,
        "urldate": accessed.isoformat() if accessed and url else None,
        "annotation": latex(annotation),
    }


# -- CSL-JSON and RIS --------------------------------------------------------------------------------------------------


def _csl(citation: Citation, annotation: str, accessed: dt.date | None) -> dict[str, Any]:
    """An item of CSL-JSON; `custom` has the id, what is borrowed, and full digests and settings for recomputing.

    Without an address, each of the styles prints the number or the number in a collection; it begins with a word, since
    some styles begin it with a capital.
    """
    about, published, url = citation.rubric.about, _published(citation), _url(citation)
    collection = {
        "collection-title": citation.rubric.title,
        "collection-number": citation.id,
        "number": f"id {citation.id}",
    }
    seen = {"accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]}} if accessed else {}
    optional = {
        "author": [
            {"literal": one} if isinstance(one, str) else {"family": one.family, "given": one.given}
            for one in about.authors
        ],
        "issued": {"date-parts": [list(map(int, published))]} if published else None,
        "publisher": _publisher(citation),
    }
    return {
        "id": _key(citation),
        "type": "dataset",
        "title": _title(citation),
        **{name: value for name, value in optional.items() if value},
        "edition": _edition(citation),
        "version": citation.rubric.version,
        **({"URL": url} if url else collection),
        **seen,
        "note": annotation,
        "custom": {
            "id": citation.id,
            **(
                {}
                if citation.borrowed is None
                else {"borrowed": citation.node.scale.exact_difference(citation.borrowed)}
            ),
            "rubric_digest": citation.rubric_digest,
            "profile_digest": citation.profile_digest,
            "engine": engine(),
            "draws": citation.settings.draws,
            "seed": citation.settings.seed,
        },
    }


def _ris(citation: Citation, annotation: str, accessed: dt.date | None) -> Iterator[tuple[str, str]]:
    published = _published(citation)
    yield "TY", "DATA"
    yield "ID", _key(citation)
    for one in citation.rubric.about.authors:
        yield "AU", one if isinstance(one, str) else f"{one.family}, {one.given}"
    yield "TI", _title(citation)
    if published:
        yield "PY", published[0]
        yield "DA", "/".join((*published, "", "")[:3]) + "/"
    yield "ET", f"version {citation.rubric.version}, {_edition(citation)}"
    if publisher := _publisher(citation):
        yield "PB", publisher
    if url := _url(citation):
        yield "UR", url
    if accessed:
        yield "Y2", f"{accessed:%Y/%m/%d}/"
    yield "AN", citation.id
    yield "N1", annotation


# -- references as text ------------------------------------------------------------------------------------------------


def _apa(citation: Citation, accessed: dt.date | None) -> str:
    """A reference in the form of the APA (7th edition) for a data set."""
    url = _url(citation)
    marks = [f"Version {citation.rubric.version}", _edition(citation), *([] if url else [citation.id])]
    authors = [
        one if isinstance(one, str) else f"{one.family}, {_initials(one)}" for one in citation.rubric.about.authors
    ]
    title = f"{_title(citation)} ({'; '.join(marks)}) [Data set]"
    year = f"({''.join(_published(citation)[:1]) or NO_DATE})"
    first = [_list(authors, ", & "), year, title] if authors else [title, year]
    source = f"Retrieved {_american(accessed)}, from {url}" if accessed and url else url
    return " ".join((*map(_stopped, filter(None, (*first, _publisher(citation)))), *([source] if source else [])))


def _chicago(citation: Citation, accessed: dt.date | None) -> str:
    """A reference in the form of the Chicago Manual of Style, with author and date."""
    url = _url(citation)
    names: list[str] = []
    for one in citation.rubric.about.authors:  # only the first name is inverted
        inverted = not names
        names.append(
            one if isinstance(one, str) else f"{one.family}, {one.given}" if inverted else f"{one.given} {one.family}"
        )
    year = "".join(_published(citation)[:1]) or NO_DATE
    title = f"“{_stopped(_title(citation))}”"
    parts = (
        _stopped(_list(names, ", and ")) if names else "",
        *((_stopped(year), title) if names else (title, _stopped(year))),
        f"Version {citation.rubric.version}.",
        f"{capital(_edition(citation))}.",
        _stopped(publisher) if (publisher := _publisher(citation)) else "",
        f"Accessed {_american(accessed)}." if accessed else "",
        f"{url or citation.id}.",
    )
    return " ".join(filter(None, parts))


def _initials(person: Person) -> str:
    """`Mary-Ann Jo` as `M.-A. J.`."""
    return " ".join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in person.given.split())


def _list(names: Sequence[str], last: str) -> str:
    """`a`, `a, & b`, `a, b, & c`."""
    return last.join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _stopped(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
