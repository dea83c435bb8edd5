"""The terms, the origin and the use of the figures, for the workbook and the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.index.summary import BORROWED, interval_share, order, quantiles

if TYPE_CHECKING:
    from scoring.render.export.tables import Export

Lines = tuple[tuple[str, str], ...]


def made_by(export: Export) -> Lines:
    """The origin of the figures: rubric, engine, simulation and licence."""
    rubric = export.rubric.rubric
    licence = f"{export.licence.splitlines()[0]}; the full text is in LICENSE." if export.licence else "None is given."
    return (
        ("Scores", export.title),
        ("Rubric", f"{rubric.id} {rubric.version}, digest {export.rubric_digest}"),
        ("Engine", export.engine),
        ("Simulation", export.settings.text(verbose=True)),
        ("Licence", licence),
    )


def meanings(export: Export) -> Lines:
    """The terms and their definitions."""
    rubric = export.rubric.rubric
    publish = rubric.publish
    thresholds = f"availability {publish.availability:g} or information {publish.information:g}"
    bounds = ("Evidence bounds", "The lowest and the highest value consistent with the evidence.")
    bands = ", ".join(f"{band.label} {band.beginning}" for band in rubric.bands)
    first, _ = rubric.first_and_last
    spanned, has_bounds = export.scale.spanned, rubric.has_bounds
    below = "A node below a sum has its share of the scale of its parent (fields scale_from, scale_to of nodes)."
    low, high = quantiles(rubric)
    interval = f"{interval_share(rubric)} uncertainty interval, from the {low} % to the {high} % quantile"
    factors = f"{'missing evidence, ' if has_bounds else ''}sources, coding error, weights and exponent"
    counts = " Missing evidence counts as what is expected of it; none without evidence." if has_bounds else ""
    mean = ("Evidence mean", "The score computed from the evidence alone, without missing evidence (field stated).")
    thin = ("Insufficient data", f"A pillar below {thresholds}; it is marked ~ (field thin).")
    has_thin = any(field.name == "thin" for field in export.pillars.fields)
    borrowed = BORROWED.removeprefix("Borrowed: ").capitalize()
    return (
        (
            "Index",
            f"The score of a country, {spanned}, {first} first. It aggregates pillars, which aggregate indicators.",
        ),
        *((("Scale", below),) if export.has_own_scales else ()),
        ("Estimate", f"The score of a node.{counts}"),
        *((("Borrowed", borrowed),) if rubric.prior.borrows else ()),
        *((bounds,) if has_bounds else ()),
        ("Interval", f"{interval} of the simulation, which varies {factors}."),
        ("Distinguishable", order(rubric)),
        *((mean,) if has_bounds else ()),
        ("Information", "How much of a score rests on evidence, after grades and age; 0 to 1."),
        ("Availability", "How much of a score has any evidence; 0 to 1."),
        (
            "Withheld",
            f"Below {thresholds}, an index has no estimate, rank or band, and its parts have no estimate.",
        ),
        *((thin,) if has_thin else ()),
        (
            "Rank",
            f"1 is the {first} estimate among the published; {rubric.ranking.text}.",
        ),
        ("Band", f"The rubric's label for an estimate: {bands}."),
        ("Conflict", "How far the statements on one indicator contradict each other; 0 to 1."),
        ("Grade", "Admiralty grades: of the source A reliable … F cannot be judged, of the statement 1 confirmed … 6."),
    )


def for_use(export: Export) -> Lines:
    """How to cite the figures, their scope, and limits to their comparison."""
    scope = export.rubric.rubric.about.scope
    spans = "evidence bounds" if export.rubric.rubric.has_bounds else "its interval"
    return (
        (
            "How to cite",
            f"With {spans}, reference date and version of the rubric; the id (citation) identifies all inputs.",
        ),
        *((("What is scored", scope),) if scope else ()),
        *(("Before you compare", note) for note in export.notes),
    )
