"""An index as a schema.org Dataset, by which search engines and catalogues list it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from scoring.index.assessment import Assessment


def dataset_object(
    assessment: Assessment,
    *,
    name: str,
    version: str,
    days: Iterable[dt.date],
    files: Iterable[str],
    address: str = "",
    **more: Any,
) -> dict[str, Any]:
    """The JSON-LD of scores; what is empty is left out.

    Args:
        assessment: the scores.
        name: of the data set.
        version: of the data set.
        days: the reference dates.
        files: the data files, by their paths below the address.
        address: where the data set is on the web; it ends in a slash.
        more: further keys, or others in place of these.
    """
    texts = assessment.book.rubric.about
    ends = sorted({day.isoformat() for day in days})
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name,
        "description": " ".join(filter(None, (texts.question, texts.scope))) or assessment.book.rubric.title,
        "version": version,
        "identifier": assessment.rubric_digest,
        "url": texts.url or address,
        "sameAs": texts.doi and f"https://doi.org/{texts.doi}",
        "license": texts.licence,
        "isAccessibleForFree": True,
        "temporalCoverage": "/".join(dict.fromkeys((*ends[:1], *ends[-1:]))),
        "spatialCoverage": [country.name for country in assessment.countries],
        "variableMeasured": ["Index", *(node.label for node in assessment.pillars)],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": "text/csv" if file.endswith(".csv") else "application/json",
                "contentUrl": f"{address}{file}",
            }
            for file in files
        ],
    }
    return {key: value for key, value in (found | more).items() if value}
