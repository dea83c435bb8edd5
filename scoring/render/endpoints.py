"""Small JSON and CSV documents of released editions, for programs that read them from a web host: api/v1.

docs/endpoints.md describes them, and schemas/api/v1 has their schemas. Keys are added, and never renamed or removed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field

from scoring.render.output_schemas import Interval, Shape, described
from scoring.text.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.files.releases import PillarRow, RankingRow, Release

ROOT, LATEST, FORMAT = "api/v1", "latest", 1
Figure: TypeAlias = float | None


class ListedEdition(Shape):
    """A released edition."""

    name: str
    title: str
    released: str
    rubric: str
    """Id and version."""
    as_of: str | None
    """The reference date of all scores; null where each country has its own."""
    countries: int
    url: str
    """Of its index, from the folder of this document."""


class EditionList(Shape):
    """The released editions, the newest first."""

    format_version: Literal[1]
    latest: str
    editions: list[ListedEdition]


class ApiEdition(Shape):
    """The edition of a document."""

    name: str
    released: str
    rubric: str
    rubric_digest: str
    commit: str


class ApiLicence(Shape):
    """The licence of the figures."""

    title: str
    name: str | None
    """Its identifier in the SPDX list, if it is known."""
    url: str | None


class ApiScale(Shape):
    """The scale of figures."""

    from_: float = Field(alias="from")
    to: float
    decimals: int


class ApiIndex(Shape):
    """The index of a country; estimate, rank and band are null where it is withheld."""

    estimate: Figure
    low: Figure
    """The lower evidence bound; null where the rubric has none."""
    high: Figure
    interval: Interval
    """The uncertainty interval."""
    information: float
    availability: float
    band: str | None
    rank: int | None
    ranked: int
    rank_interval: tuple[int, int] | None
    withheld_because: str | None


class ListedCountry(ApiIndex):
    """A country of an edition."""

    country: str
    name: str
    as_of: str
    citation: str
    url: str
    """From the folder of this document."""


class ApiPillar(Shape):
    """The score of a pillar; the estimate is null where it has no evidence, or the index is withheld."""

    id: str
    title: str
    scale: ApiScale
    estimate: Figure
    low: Figure
    high: Figure
    information: float
    availability: float
    insufficient_data: bool
    """Whether information or availability is below the threshold of publication."""


class EditionIndex(Shape):
    """An edition with the index of each country, the first rank first and the withheld last."""

    format_version: Literal[1]
    edition: ApiEdition
    title: str
    licence: ApiLicence
    scale: ApiScale
    better: Literal["higher", "lower"]
    countries: list[ListedCountry]


class CountryDocument(Shape):
    """A country of an edition: index and pillars."""

    format_version: Literal[1]
    edition: ApiEdition
    licence: ApiLicence
    scale: ApiScale
    country: str
    name: str
    actor: str | None
    as_of: str
    citation: str
    index: ApiIndex
    pillars: list[ApiPillar]


DOCUMENTS: dict[str, type[Shape]] = {
    "editions": EditionList,
    "index": EditionIndex,
    "country": CountryDocument,
}
"""Shape of editions.json, index.json and countries/<CODE>.json."""


def api_schema(document: str) -> dict[str, Any]:
    """The JSON Schema of a document; further keys are allowed, since some may be added."""
    schema = described(DOCUMENTS[document], f"api/v1: {document}")
    for shape in (schema, *schema.get("$defs", {}).values()):
        shape.pop("additionalProperties", None)
    return schema


def endpoints(releases: Sequence[Release]) -> dict[str, bytes]:
    """The documents by their paths in the folder of a site.

    releases: at least one, of one rubric, the newest first.
    """
    files = {f"{ROOT}/editions.json": _json(_list(releases))}
    for folder, release in ((LATEST, releases[0]), *((one.name, one) for one in releases)):
        files |= {f"{ROOT}/{folder}/{path}": data for path, data in _edition(release).items()}
    return files


def _json(document: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)}\n".encode()


def _list(releases: Sequence[Release]) -> dict[str, Any]:
    listed = [
        {
            "name": one.name,
            "title": one.package.title,
            "released": one.package.edition.released,
            "rubric": one.package.edition.rubric,
            "as_of": one.package.edition.as_of,
            "countries": one.package.edition.countries,
            "url": f"{one.name}/index.json",
        }
        for one in releases
    ]
    return {"format_version": FORMAT, "latest": releases[0].name, "editions": listed}


def _edition(release: Release) -> dict[str, bytes]:
    """The documents of an edition, by their paths in its folder."""
    countries = [_country(release, row) for row in release.ranking]
    listed = [
        {
            **{name: one[name] for name in ("country", "name", "as_of", "citation")},
            "url": f"countries/{one['country']}.json",
            **one["index"],
        }
        for one in countries
    ]
    shared = _shared(release)
    index = {
        **{name: shared[name] for name in ("format_version", "edition")},
        "title": release.package.title,
        **{name: shared[name] for name in ("licence", "scale")},
        "better": release.package.rubric.better,
        "countries": listed,
    }
    files = {"index.json": _json(index), "countries.csv": _csv(listed)}
    return files | {f"countries/{one['country']}.json": _json(one) for one in countries}


CSV = (
    *("country", "name", "as_of", "rank", "rank_low", "rank_high", "estimate", "low", "high", "interval_low"),
    *("interval_high", "information", "availability", "band", "withheld_because", "citation"),
)
"""Columns of countries.csv; an empty cell is a figure that does not exist."""


def _csv(countries: Sequence[Mapping[str, Any]]) -> bytes:
    rows = []
    for one in countries:
        rank_low, rank_high = one["rank_interval"] or (None, None)
        low, high = one["interval"]
        values = {**one, "rank_low": rank_low, "rank_high": rank_high, "interval_low": low, "interval_high": high}
        rows.append([values[name] for name in CSV])
    return as_csv(CSV, rows).encode()


def _shared(release: Release) -> dict[str, Any]:
    """What each document says of its edition."""
    edition, rubric, licence = release.package.edition, release.package.rubric, release.package.licenses[0]
    is_address = licence.path is not None and licence.path.startswith("https://")
    return {
        "format_version": FORMAT,
        "edition": {
            "name": edition.name,
            "released": edition.released,
            "rubric": edition.rubric,
            "rubric_digest": rubric.digest,
            "commit": edition.commit,
        },
        "licence": {"title": licence.title, "name": licence.name, "url": licence.path if is_address else None},
        "scale": {"from": rubric.scale.from_, "to": rubric.scale.to, "decimals": rubric.scale.decimals},
    }


def _country(release: Release, row: RankingRow) -> dict[str, Any]:
    index = {
        **{name: getattr(row, name) for name in ("estimate", "low", "high")},
        "interval": [row.interval_low, row.interval_high],
        **{name: getattr(row, name) for name in ("information", "availability", "band", "rank", "ranked")},
        "rank_interval": None if row.rank_low is None else [row.rank_low, row.rank_high],
        "withheld_because": row.withheld_because,
    }
    return {
        **_shared(release),
        **{name: getattr(row, name) for name in ("country", "name", "actor", "as_of", "citation")},
        "index": index,
        "pillars": [_pillar(release, pillar) for pillar in release.pillars if pillar.country == row.country],
    }


def _pillar(release: Release, row: PillarRow) -> dict[str, Any]:
    node = next(node for node in release.nodes if node.node == row.node)
    scale = release.package.rubric.scale
    return {
        "id": row.node.rpartition("/")[2],
        "title": node.label,
        "scale": {
            "from": scale.from_ if node.scale_from is None else node.scale_from,
            "to": scale.to if node.scale_to is None else node.scale_to,
            "decimals": scale.decimals,
        },
        **{name: getattr(row, name) for name in ("estimate", "low", "high", "information", "availability")},
        "insufficient_data": row.thin,
    }
