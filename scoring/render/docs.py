"""The pages that `scoring docs` writes: path below the output folder -> text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.agreement import agreement
from scoring.analysis.country import country_summary
from scoring.analysis.reviews import reviewed
from scoring.analysis.validity import validity
from scoring.change.trend import trend
from scoring.render import country, pages
from scoring.render.agreement import agreement_page
from scoring.render.validity import validity_page

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from scoring.model.references import PublishedTable
    from scoring.model.review import CountryReviews
    from scoring.uncertainty.run import Run

LINKED = ("limits.md", "method.md")  # pages written by hand, which the generated pages link to if they exist


def documentation(
    run: Run,
    tables: Mapping[str, PublishedTable],
    linked: Collection[str],
    reviews: Mapping[str, CountryReviews] | None = None,
) -> dict[str, str]:
    """The pages on countries, sources, agreement and validity, as path -> text.

    Args:
        run: the scored countries.
        tables: the published indices to compare with, by id.
        linked: those of `LINKED` that exist.
        reviews: by country.
    """
    assessment = run.assessment()
    rows = range(len(assessment.profiles))
    documents = {
        "countries/README.md": pages.countries_page(assessment),
        "sources.md": pages.sources_page(assessment),
        "agreement.md": agreement_page(
            assessment, agreement(assessment, rows, run.settings.seed), has_method="method.md" in linked
        ),
        **(validity_page(assessment, tables, validity(assessment, tables)) if tables else {}),
    }
    for row, profile in enumerate(assessment.profiles):
        own = (reviews or {}).get(profile.country)
        documents[f"countries/{profile.country}.md"] = country.country_page(
            assessment,
            row,
            run.simulation(),
            country_summary(assessment, row),
            trend(run.scenario.of([profile.country]), run.settings, "edition"),
            has_limits="limits.md" in linked,
            found=None if own is None else reviewed(assessment, row, own),
        )
    return documents
