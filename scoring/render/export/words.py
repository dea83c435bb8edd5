"""What the words of the field mean and what the figures were made by, for the workbook and the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.render.wording import interval_name, order, settings_text

if TYPE_CHECKING:
    from scoring.render.export.tables import Export

Lines = tuple[tuple[str, str], ...]


def made_by(export: Export) -> Lines:
    """Rubric, engine, draws, licence."""
    rubric = export.rubric.rubric
    licence = (
        f"{export.licence.splitlines()[0]}; the whole text stands in LICENSE." if export.licence else "None named."
    )
    return (
        ("Scores", export.title),
        ("Rubric", f"{rubric.id} {rubric.version}, digest {export.rubric_digest}"),
        ("Engine", export.engine),
        ("Draws", settings_text(export.settings, verbose=True)),
        ("Licence", licence),
    )


def meanings(export: Export) -> Lines:
    """The words of the field."""
    publish = export.rubric.rubric.publish
    least = f"availability {publish.availability:g} or information {publish.information:g}"
    bounds = ("Range", "Evidence bounds: the lowest and the highest value consistent with the evidence.")
    bands = ", ".join(f"{band.label} from {band.from_:g}" for band in export.rubric.rubric.bands)
    interval = interval_name(export.rubric.rubric, " to ")
    return (
        ("Index", "The figure of a country, 0 to 100, 100 the best; it joins the pillars, which join indicators."),
        ("Estimate", "The figure. Missing evidence counts as the middle in it; without any evidence there is none."),
        *((bounds,) if export.rubric.rubric.prior.weight > 0 else ()),
        (
            "Interval",
            f"{interval} of the draws: missing evidence, coding error, weights and exponent.",
        ),
        ("Distinguishable", order(export.rubric.rubric)),
        ("Stated", "What the evidence alone says, whatever its weight."),
        ("Information", "How much of a figure rests on evidence, after grades and age; 0 to 1."),
        ("Availability", "How much of a figure has any evidence at all; 0 to 1."),
        (
            "Withheld",
            f"Below {least} an index has no estimate, rank or band, nor have its parts; the reason is given.",
        ),
        ("Thin", f"A pillar below {least}; it is marked ~."),
        ("Rank", "1 is the highest estimate among the published; ties share the best rank (1, 1, 3)."),
        ("Band", f"The rubric's word for an estimate: {bands}."),
        ("Conflict", "How far the statements on one indicator contradict each other; 0 to 1."),
        ("Grade", "Admiralty grades: of the source A reliable … F cannot be judged, of the statement 1 confirmed … 6."),
    )


def for_use(export: Export) -> Lines:
    """How to cite, and what the figures do not say."""
    scope = export.rubric.rubric.about.scope
    return (
        (
            "How to cite",
            "With range, as-of date and version of the rubric; the id (citation) says what the score was made from.",
        ),
        *((("What is scored", scope),) if scope else ()),
        *(("Before you compare", note) for note in export.notes),
    )
