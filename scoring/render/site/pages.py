"""The pages of questions, method, rubrics compared, data, and those that the script fills."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from scoring.index.summary import own_scales
from scoring.model.kinds import AnyIndicator, LeafIndicator
from scoring.render import findings
from scoring.render import matrix as rendering
from scoring.render.charts.editions import of_index
from scoring.render.charts.matrix import matrix_chart, matrix_name
from scoring.render.charts.style import USUAL_STYLE, WEB
from scoring.render.dataset import dataset_object
from scoring.render.site.frame import page
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.analysis.matrix import Matrix
    from scoring.analysis.statements import Evidence
    from scoring.index.assessment import Assessment
    from scoring.model.kinds import Sibling
    from scoring.model.scale import Scale
    from scoring.render.charts.editions import Moved
    from scoring.render.site.frame import Site


def matrix(site: Site) -> bytes:
    """The page of the countries by this rubric and by each of the others, on the default day."""
    return page(
        site,
        "matrix",
        "matrix.html",
        ". ".join(map(findings.of_matrix, site.matrices)) + ".",
        day=long_date(site.default.day),
        matrices=[
            {
                "title": one.rubrics[1].title,
                "figure": matrix_name(*one.rubrics),
                "finding": findings.of_matrix(one),
                "chart": Markup(_drawn(one)),  # noqa: S704  the chart escapes all text
                "headers": ["Country", *rendering.headers(one)],
                "rows": [
                    {
                        "code": both.first.country.code,
                        "name": both.first.country.name,
                        "cells": rendering.cells(both),
                        "withheld": not both.is_point,
                    }
                    for both in rendering.by_rank(one)
                ],
                "notes": rendering.notes(one),
            }
            for one in site.matrices
        ],
    )


def _drawn(both: Matrix) -> str:
    """The chart of two rubrics; empty where no country has an index by both."""
    return matrix_chart(both, USUAL_STYLE).svg if any(one.is_point for one in both.countries) else ""


def compare(site: Site) -> bytes:
    """The page on which the script compares countries."""
    most = len(site.about["compared"])
    text = f"Two to {most} countries side by side: figures, probabilities, and what explains the difference."
    return page(site, "compare", "compare.html", text)


def rubric(site: Site) -> bytes:
    """The page of all questions with their anchors."""
    assessment = site.default.assessment
    nodes = {node.path: node for node in assessment.nodes}
    root = assessment.nodes[0].id
    pillars = [
        {
            "id": pillar.id,
            "title": pillar.title,
            "share": numbers.percent(nodes[f"{root}/{pillar.id}"].global_weight),
            "questions": [_question(indicator, f"{root}/{pillar.id}", assessment) for indicator in pillar.indicators],
        }
        for pillar in assessment.book.pillars
    ]
    bands = assessment.book.rubric.bands
    return page(
        site,
        "rubric",
        "rubric.html",
        "Every question with its weight, its anchors, and guidance on borderline cases.",
        pillars=pillars,
        bands=bands,
        digest=assessment.rubric_digest,
    )


def _question(child: Sibling, parent: str, assessment: Assessment) -> dict[str, Any]:
    name = child.id_in(parent.rsplit("/", 1)[-1])
    path = f"{parent}/{name}"
    [node] = [node for node in assessment.nodes if node.path == path]
    indicator = child if isinstance(child, AnyIndicator) else assessment.book.leaves[child.name]
    return {
        "id": node.id,
        "question": indicator.question,
        "kind": indicator.kind,
        "share": numbers.percent(node.global_weight),
        "terms": "",
        "anchors": [],
        "scale": "",
        **(_answers(indicator, node.scale) if isinstance(indicator, LeafIndicator) else {}),
        "rationale": indicator.rationale,
        "guidance": indicator.guidance or "",
        "children": [_question(one, path, assessment) for one in indicator.children],
    }


def _answers(leaf: LeafIndicator, scale: Scale) -> dict[str, Any]:
    """How an indicator is answered: a sentence on its scale, or a table of its levels or items."""
    answered: dict[str, Any] = {"terms": _terms(leaf), "scale": leaf.scale(scale)}
    if not answered["scale"]:
        answered["header"], kind = ("Points", "Items") if leaf.checklist else ("Value", "Levels")
        answered["caption"] = f"{kind} of {leaf.id}"
        answered["anchors"] = [
            (
                f"{anchor.points:g}" if anchor.value is None else scale.points(anchor.value),
                anchor.key,
                leaf.written_out(anchor.text),
            )
            for anchor in leaf.anchors()
        ]
    return answered


def _terms(indicator: LeafIndicator) -> str:
    ageing = "does not age" if indicator.half_life is None else f"half-life {indicator.half_life:g} years"
    newest = ", only the newest counts" if indicator.pool == "latest" else ""
    return f"; {ageing}{newest}."


def method(site: Site, text: str) -> bytes:
    """The page of the method, from Markdown in which HTML is disabled."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for wide in ("pre", "table"):  # scrolled by keyboard, too
        html = html.replace(f"<{wide}>", f'<{wide} tabindex="0">')
    return page(
        site,
        "method",
        "method.html",
        "From statements to figures: weights, missing evidence, aggregation, publication, uncertainty.",
        method=Markup(html),  # noqa: S704  the text is the project's own, and HTML in it is disabled
    )


def evidence(site: Site, listed: Sequence[Evidence]) -> bytes:
    """The page on which the script shows the statements of all countries."""
    shown = [one.statement for one in listed if not one.statement.withdrawn]
    years = sorted({statement.date[:4] for statement in shown if statement.date}, reverse=True)
    text = f"{numbers.count(len(shown), 'statement')} with their sources, by country, pillar, publisher, year and text."
    return page(site, "evidence", "evidence.html", text, count=f"{len(shown):,}", years=years)


def trend(site: Site, moved: Sequence[Moved]) -> bytes:
    """The page of the countries with several editions: the first and the last of each."""
    drawn = of_index(moved, WEB)
    return page(
        site,
        "trend",
        "trend.html",
        f"{drawn.head.heading}.",
        chart=Markup(drawn.svg),  # noqa: S704  the chart escapes all text
        finding=drawn.head.heading,
        rows=list(map(_moved, moved)),
    )


def _moved(change: Moved) -> dict[str, str]:
    """A row of the editions; without a change where an index is withheld."""
    first, last = change.ends
    row = {
        "code": last.code,
        "name": last.name,
        "first_day": first.as_of.isoformat(),
        "last_day": last.as_of.isoformat(),
        "first": first.index.text,
        "last": last.index.text,
    }
    [index, *_], signed = change.changes, last.scale.signed
    if not (first.is_published and last.is_published and index.intervals):
        return row | dict.fromkeys(("change", "interval", "evidence", "significant"), "")
    return row | {
        "change": signed(last.index.estimate - first.index.estimate, 1),
        "interval": " to ".join(signed(end, 1) for end in index.intervals.change),
        "evidence": " to ".join(signed(end, 1) for end in index.intervals.evidence),
        "significant": "yes" if index.is_significant else "no",
    }


def embed(site: Site) -> bytes:
    """The page that leads to one figure, for other sites."""
    return page(site, "embed", "embed.html", "One figure of the index.")


def not_found(site: Site) -> bytes:
    """The page for addresses that do not exist; its links are complete, since it is shown in place of any page."""
    values = {"root": site.address} if site.address else {}
    return page(site, "notfound", "404.html", "This page does not exist.", **values)


def sitemap(address: str, files: Iterable[str]) -> bytes:
    """All pages for search engines (sitemaps.org, 0.9)."""
    hidden = ("404.html", "embed.html")
    pages = [name.removesuffix("index.html") for name in sorted(files) if name.endswith(".html") and name not in hidden]
    locations = "".join(f"<url><loc>{escape(address + name)}</loc></url>\n" for name in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{locations}</urlset>\n"
    ).encode()


def _dataset(site: Site, files: Mapping[str, bytes]) -> Markup:
    """The data as a schema.org Dataset, in JSON that is safe inside a script element."""
    found = dataset_object(
        site.default.assessment,
        name=f"{site.about['rubric']['title']}, {site.default.day.isoformat()}",
        version=site.about["rubric"]["version"],
        days=(site.default.day,),
        files=[name for name in sorted(files) if name.startswith("data/") and name.endswith((".csv", ".json"))],
        address=site.address or "",
    )
    text = json.dumps(found, ensure_ascii=False, indent=1)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  no text can end the element


def downloads(site: Site, files: Mapping[str, bytes]) -> bytes:
    """The page of the files for download, with their sizes."""
    assessment = site.default.assessment
    titles = {
        "scores.csv": "Scores, CSV",
        "scores.json": "Scores with every indicator, JSON",
        "ranks.csv": "Ranks, CSV",
        "scores.lock": "Lock file for `scoring check`",
    }

    def entry(name: str, title: str) -> tuple[str, str, str]:
        return name, title, f"{name.rsplit('/', 1)[-1]}, {max(1, round(len(files[name]) / 1000))} kB"

    days = [(day, [entry(f"data/{day}-{end}", title) for end, title in titles.items()]) for day in site.about["days"]]
    return page(
        site,
        "data",
        "data.html",
        "Scores, ranks and statements as CSV and JSON, with lock files and digests.",
        dataset=_dataset(site, files),
        days=days,
        files=[entry("data/statements.csv", "All statements with sources and codes, CSV")],
        digest=assessment.rubric_digest,
        scales=own_scales(assessment.countries[0]) if assessment.countries else "",
        profiles=[(country.code, country.name, country.digest) for country in assessment.countries],
    )
