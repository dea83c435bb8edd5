"""A citation as a line of text, and as an entry of a bibliography."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from scoring.citing.citation import Quantity, quantities
from scoring.index.leaves import SHARES
from scoring.index.scores import among, reason_text
from scoring.index.summary import interval_name
from scoring.model.countries import country_name
from scoring.text import numbers
from scoring.text.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.citing.citation import Citation

Style: TypeAlias = Literal["text", "markdown", "latex", "bibtex", "csl-json", "ris"]
STYLES: tuple[Style, ...] = ("text", "markdown", "latex", "bibtex", "csl-json", "ris")
WITHHELD = numbers.WITHHELD
SHORT = 12  # hexadecimal digits of an abbreviated digest
_LATEX = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--", "\n": " "}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # BibTeX counts escaped braces too
    | {'"': "''"}  # \textquotedbl needs another font encoding, and babel makes " a command
)


def cited(citation: Citation, style: Style) -> str:
    """The citation in a style, with a final line feed."""
    match style:
        case "text":
            return line(citation) + "\n"
        case "markdown":
            return f"{plain(_statement(citation))}; `{citation.id}`\n"
        case "latex":
            return f"{latex(_statement(citation))}; \\texttt{{{latex(citation.id)}}}\n"
        case "bibtex":
            return _bibtex(citation)
        case "csl-json":
            return json.dumps([_csl(citation)], ensure_ascii=False, indent=2) + "\n"
        case _:  # "ris"
            return "".join(f"{tag}  - {text}\n" for tag, text in _ris(citation))


def line(citation: Citation) -> str:
    """All figures, reference date, digests, engine and id, in one line."""
    return f"{_statement(citation)}; {citation.id}"


def texts(citation: Citation) -> dict[str, str]:
    """Every printed figure by name: `withheld` for a withheld one, a dash for a missing one.

    The estimate of a pillar without evidence is `no evidence`.
    """
    withheld = ("estimate", "rank", "rank_interval", "band") if citation.withheld_because else ()
    words = dict.fromkeys(withheld, WITHHELD)
    if citation.stated is None and citation.node.parent is not None:
        words["estimate"] = numbers.NO_EVIDENCE
    return {
        name: words.get(name, numbers.NONE) if quantity is None else figure_text(quantity)
        for name, quantity in quantities(citation).items()
    }


def figure_text(quantity: Quantity | str, decimals: int | None = None) -> str:
    """A printed figure; decimals: instead of its own number of decimals."""
    if isinstance(quantity, str):
        return quantity
    digits = quantity.decimals if decimals is None else decimals
    return "–".join(number_text(number, digits, signed=quantity.signed) for number in quantity.numbers)


def number_text(number: float, decimals: int, *, signed: bool) -> str:
    """A number with so many decimals; signed: with its sign."""
    return f"{numbers.rounded(number, decimals):{'+' if signed else ''}f}"


def engine() -> str:
    """Name and version of this package."""
    return f"resilience-scoring {version('resilience-scoring')}"


def latex(text: str) -> str:
    """Text escaped for LaTeX."""
    return text.translate(_LATEX)


def _statement(citation: Citation) -> str:
    """The line of a citation without the id."""
    return "; ".join(
        (
            f"{_subject(citation)}: {', '.join(_figures(citation))}",
            f"actor {citation.actor}, as of {citation.as_of.isoformat()}{_collected_until(citation)}",
            f"rubric {citation.rubric_digest[:SHORT]}, profile {citation.profile_digest[:SHORT]}",
            f"{engine()}, {citation.settings.draws} draws, seed {citation.settings.seed}",
        )
    )


def _collected_until(citation: Citation) -> str:
    """The date until which evidence was collected, if before the reference date."""
    if citation.coded_until >= citation.as_of:
        return ""
    return f", evidence collected only until {citation.coded_until.isoformat()}"


def _subject(citation: Citation) -> str:
    pillar = "" if citation.node.parent is None else f", {citation.node.label}"
    return f"{country_name(citation.country)}, {citation.rubric.title}{pillar}"


def _figures(citation: Citation) -> Iterator[str]:
    """The figures, in the words that `scoring verify` reads."""
    shown, values = texts(citation), quantities(citation)
    publish, is_index = citation.rubric.publish, citation.node.parent is None
    shares = {name: getattr(citation, name) for name in SHARES}
    reason = reason_text(citation.withheld_because, shares, publish, citation.missing).replace("; ", " and ")
    if citation.estimate is not None:
        yield f"{'index' if is_index else 'score'} {shown['estimate']} of 100"
    elif is_index:
        yield f"index {WITHHELD} because {reason}"
    else:
        yield shown["estimate"]
    if citation.borrowed is not None:
        yield f"of which {shown['borrowed']} borrowed from the country's own record"
    if values["range"] and citation.has_bounds:
        yield f"evidence bounds {shown['range']}"
    if values["interval"]:
        yield f"{interval_name(citation.rubric)} {shown['interval']}"
    if citation.rank is not None:
        others = among(citation.ranked, citation.countries)
        yield f"rank {shown['rank']} of {shown['ranked']} ({shown['rank_interval']}){others}"
    elif not is_index:
        yield f"not ranked because {reason}"
    if citation.band:
        yield f"band {citation.band}"


# -- bibliographies ----------------------------------------------------------------------------------------------------


def _key(citation: Citation) -> str:
    """The key of an entry: rubric, pillar if any, country and reference date."""
    pillar = "" if citation.node.parent is None else f"-{citation.node.id}"
    return f"{citation.rubric.id}{pillar}-{citation.country}-{citation.as_of.isoformat()}".replace("_", "-")


def _bibtex(citation: Citation) -> str:
    fields = {
        "title": f"{{{latex(_subject(citation))}}}",
        "year": str(citation.as_of.year),
        "howpublished": latex(engine()),
        "version": citation.rubric.version,
        "note": f"{latex(_statement(citation))}; \\texttt{{{latex(citation.id)}}}",
    }
    lines = [f"  {name} = {{{text}}},\n" for name, text in fields.items()]
    return f"@misc{{{_key(citation)},\n{''.join(lines)}}}\n"


def _csl(citation: Citation) -> dict[str, Any]:
    """An item of CSL-JSON; `custom` has what is borrowed, and the full digests and settings for recomputing it."""
    return {
        "id": _key(citation),
        "type": "dataset",
        "title": _subject(citation),
        "issued": {"date-parts": [[citation.as_of.year, citation.as_of.month, citation.as_of.day]]},
        "version": citation.rubric.version,
        "number": citation.id,
        "note": line(citation),
        "custom": {
            **({} if citation.borrowed is None else {"borrowed": numbers.exact_points(citation.borrowed)}),
            "rubric_digest": citation.rubric_digest,
            "profile_digest": citation.profile_digest,
            "engine": engine(),
            "draws": citation.settings.draws,
            "seed": citation.settings.seed,
        },
    }


def _ris(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "TY", "DATA"
    yield "ID", _key(citation)
    yield "TI", " ".join(_subject(citation).split())
    yield "PY", str(citation.as_of.year)
    yield "DA", citation.as_of.strftime("%Y/%m/%d")
    yield "ET", citation.rubric.version
    yield "AN", citation.id
    yield "N1", " ".join(line(citation).split())
    yield "ER", ""
