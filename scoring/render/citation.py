"""A citation as sentences, a note, or an entry of a bibliography."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.citing.citation import Quantity, quantities
from scoring.index.dataframes import NODE, node_cells
from scoring.index.leaves import SHARES
from scoring.index.scores import among, reason_text
from scoring.index.summary import facing, interval_name, listed
from scoring.render.bibliography import ENTRY_STYLES, EntryStyle, address, engine, entries, latex, latex_id
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.markdown import plain
from scoring.text.prose import capital, long_date, ordinal, possessive, with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.citing.citation import Citation
    from scoring.text.frame import Columns

Style: TypeAlias = Literal["text", "note", "markdown", "latex"] | EntryStyle
STYLES: tuple[Style, ...] = ("text", "note", "markdown", "latex", *ENTRY_STYLES)
WITHHELD = numbers.WITHHELD
SHORT = 12  # hexadecimal digits of an abbreviated digest
CITED: Columns = {
    **dict.fromkeys(("id", "country", "name", "actor"), str),
    "as_of": dt.date,
    **NODE,
    "withheld_because": str,
    **dict.fromkeys(("estimate", "low", "high", "stated", "bounds_low", "bounds_high", "borrowed"), float),
    **dict.fromkeys(SHARES, float),
    **dict.fromkeys(("rank", "rank_low", "rank_high", "ranked", "countries"), int),
    "band": str,
}


def cited(citation: Citation, style: Style, accessed: dt.date | None = None) -> str:
    """The citation in a style, with a final line feed.

    accessed: the day on which the reader saw the scores, for entries of bibliographies.
    """
    return annex((citation,), style, accessed)


def annex(citations: Sequence[Citation], style: Style, accessed: dt.date | None = None) -> str:
    """Several citations: paragraphs, or one bibliography."""
    match style:
        case "text":
            paragraphs = [line(citation) for citation in citations]
        case "note":
            paragraphs = [_note(citation) for citation in citations]
        case "markdown":
            paragraphs = [_paragraph(one, plain, "`{}`".format, "<{}>".format) for one in citations]
        case "latex":
            paragraphs = [_paragraph(citation, latex, latex_id, latex_id) for citation in citations]
        case _:
            return entries([(citation, line(citation)) for citation in citations], style, accessed)
    return "\n".join(f"{paragraph}\n" for paragraph in paragraphs)


def line(citation: Citation) -> str:
    """All figures, reference date, id, digests and engine, in one line."""
    return _paragraph(citation, str, str, str)


def _paragraph(
    citation: Citation, text: Callable[[str], str], code: Callable[[str], str], link: Callable[[str], str]
) -> str:
    """The sentences of a citation; text, code, link: how a format writes text, an id, and an address."""
    index, url = text(_index(citation)), address(citation.rubric.about)
    sentences = (
        f"{text(_sentence(citation))} [{code(citation.id)}].",
        *map(text, _borrowed(citation)),
        f"{index} ({link(url)})." if url else f"{index}.",
        *map(text, _computed(citation)),
    )
    return " ".join(sentences)


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


def figure_text(quantity: Quantity | str, decimals: int | None = None, dash: str = "–") -> str:
    """A printed figure; decimals: instead of its own number of decimals; dash: between two numbers."""
    if isinstance(quantity, str):
        return quantity
    digits = quantity.decimals if decimals is None else decimals
    return dash.join(number_text(number, digits, signed=quantity.signed) for number in quantity.numbers)


def number_text(number: float, decimals: int, *, signed: bool) -> str:
    """A number with so many decimals; signed: with its sign."""
    return f"{numbers.rounded(number, decimals):{'+' if signed else ''}f}"


# -- sentences ---------------------------------------------------------------------------------------------------------


def _name(citation: Citation) -> str:
    return with_article(" ".join(citation.name.split()))


def _label(citation: Citation) -> str:
    return " ".join(citation.node.label.split())


def _subject(citation: Citation) -> str:
    """`Moldova's index`, `The index of the Netherlands`, `Moldova's score for Public attitudes`."""
    name, is_index = _name(citation), citation.node.parent is None
    figure, topic = ("index", "") if is_index else ("score", f" for {_label(citation)}")
    if name[-1].isalnum() and not name.endswith("s"):
        return f"{capital(possessive(name))} {figure}{topic}"
    return f"The {figure} of {name}{topic}"


def _sentence(citation: Citation) -> str:
    """Figure, day, intervals, rank and band, without a full stop."""
    return "; ".join((_figure(citation), *_standing(citation)))


def _figure(citation: Citation) -> str:
    when, spans = f"on {long_date(citation.as_of)}", _in_brackets(_spans(citation))
    if citation.estimate is not None:
        return f"{_subject(citation)} was {texts(citation)['estimate']} {citation.node.scale.unit} {when}{spans}"
    if citation.node.parent is None:
        return f"{_subject(citation)} was withheld {when}{spans} because {_reason(citation)}"
    return f"There was no evidence on {_label(citation)} for {_name(citation)} {when}{spans}"


def _spans(citation: Citation) -> Iterator[str]:
    values = quantities(citation)
    for name, title in (("interval", interval_name(citation.rubric)), ("range", "evidence bounds")):
        quantity = values[name]
        if isinstance(quantity, Quantity) and (name != "range" or citation.has_bounds):
            yield f"{title} {figure_text(quantity, dash=' to ')}"


def _in_brackets(parts: Iterator[str]) -> str:
    inside = "; ".join(parts)
    return f" ({inside})" if inside else ""


def _standing(citation: Citation) -> Iterator[str]:
    if citation.rank is not None:
        yield f"it ranked {_rank(citation)}"
    elif citation.node.parent is not None:
        yield f"it was not ranked because {_reason(citation)}"
    if citation.band:
        yield f"its band was “{citation.band}”"


def _rank(citation: Citation) -> str:
    """`7th of 8, plausibly 6th to 8th`."""
    others = among(citation.ranked, citation.countries)
    interval = citation.rank_interval
    plausible = f", plausibly {_places(*interval)}" if interval else ""
    return f"{ordinal(citation.rank or 0)} of {citation.ranked}{others}{plausible}"


def _places(first: int, last: int) -> str:
    """`6th to 8th`, or `7th only`."""
    return f"{ordinal(first)} to {ordinal(last)}" if first < last else f"{ordinal(first)} only"


def _reason(citation: Citation) -> str:
    shares = {name: getattr(citation, name) for name in SHARES}
    publish = citation.rubric.publish
    reason = reason_text(citation.withheld_because, shares, publish, citation.missing, citation.on_actor)
    return reason.replace("; ", " and ")


def _borrowed(citation: Citation) -> Iterator[str]:
    if citation.borrowed is not None:
        yield f"Of this figure, {texts(citation)['borrowed']} points are borrowed from the country's own record."


def _index(citation: Citation) -> str:
    rubric = citation.rubric
    actor = facing([citation.actor])
    index = listed(" ".join(rubric.title.split()), f"version {rubric.version}", actor and f"for countries {actor}")
    is_index = citation.node.parent is None
    text = f"The index is {index}" if is_index else f"{_label(citation)} is a pillar of {index}"
    return f"{text}, on which lower is better" if rubric.lower_is_better else text


def _computed(citation: Citation) -> Iterator[str]:
    """What it takes to recompute the figures."""
    settings = citation.settings
    if citation.coded_until < citation.as_of:
        yield f"Evidence was collected only until {long_date(citation.coded_until)}."
    yield (
        f"Computed by {engine()} from rubric {citation.rubric_digest[:SHORT]} and profile "
        f"{citation.profile_digest[:SHORT]}, with {settings.draws} draws and seed {settings.seed}."
    )


def _note(citation: Citation) -> str:
    """Figure, interval, rank, rank interval and id, for a footnote."""
    name = citation.name
    what = "index" if citation.node.parent is None else _label(citation)
    parts, values = [f"{name}, {what} {_note_figure(citation)}"], quantities(citation)
    if isinstance(interval := values["interval"], Quantity):
        parts.append(f"{interval_name(citation.rubric)} {figure_text(interval, dash=' to ')}")
    if citation.rank is not None:
        parts.append(f"ranked {_rank(citation)}")
    elif citation.estimate is not None:
        parts.append("not ranked")
    return f"{', '.join(parts)}; {citation.id}."


def _note_figure(citation: Citation) -> str:
    shown = texts(citation)["estimate"]
    return shown if citation.estimate is None else f"{shown} {citation.node.scale.unit}"


# -- frame -------------------------------------------------------------------------------------------------------------


def citation_frame(citation: Citation) -> Frame:
    """One record; `low` and `high` are the uncertainty interval, `bounds_low` and `bounds_high` the evidence bounds."""
    low, high = citation.interval or (None, None)
    rank_low, rank_high = citation.rank_interval or (None, None)
    record = {
        "id": citation.id,
        "country": citation.country,
        "name": citation.name,
        "actor": citation.actor,
        "as_of": citation.as_of,
        **node_cells(citation.node),
        "withheld_because": " ".join(citation.withheld_because) or None,
        "estimate": citation.estimate,
        "low": low,
        "high": high,
        "stated": citation.stated,
        "bounds_low": citation.low,
        "bounds_high": citation.high,
        "borrowed": citation.borrowed,
        **{name: getattr(citation, name) for name in SHARES},
        "rank": citation.rank,
        "rank_low": rank_low,
        "rank_high": rank_high,
        "ranked": citation.ranked,
        "countries": citation.countries,
        "band": citation.band,
    }
    return Frame(CITED, (record,))
