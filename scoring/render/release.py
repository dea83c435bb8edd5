"""The folder of a released edition: data, lock, rubrics and profiles, and how catalogues and reports name it.

Nothing depends on the clock or the machine: the same commit gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.citing.citation import with_edition
from scoring.citing.editions import lock_text
from scoring.files.releases import DESCRIPTOR, DIGESTS, digest_of
from scoring.render import changes as changing
from scoring.render.bibliography import address
from scoring.render.dataset import dataset_object
from scoring.render.export import codebook, datapackage
from scoring.render.export.tables import export_of
from scoring.render.licences import licence_of, notice
from scoring.text.numbers import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.model.editions import Edition
    from scoring.model.rubric import About, Person
    from scoring.render.changes import Changes
    from scoring.render.export.tables import DataTable, Export
    from scoring.uncertainty.simulation import Simulation


def release_files(
    name: str,
    edition: Edition,
    simulation: Simulation,
    sources: Mapping[str, bytes],
    changes: Changes | None,
    lock_name: str,
) -> dict[str, bytes]:
    """All files of the folder of an edition, by their paths in it.

    Args:
        name: of the edition.
        edition: its entry in the registry.
        simulation: of its scores; the rubric names authors and a licence.
        sources: the files of rubrics and profiles, by their paths in the folder.
        changes: from the edition before; None for a first edition.
        lock_name: the name of the lock file of the rubric.
    """
    assessment = simulation.assessment
    about = assessment.book.rubric.about
    licence = about.licence or ""
    export = _export(name, simulation, notice(licence, _holders(about)))
    title = f"{assessment.book.rubric.title}, edition {name}"
    descriptor = {**datapackage.descriptor(export), **_package(name, edition, title, licence)}
    files = {
        **codebook.files(export),
        **datapackage.files(export),
        DESCRIPTOR: _json(descriptor),
        lock_name: lock_text(assessment).encode(),
        "LICENSE": (export.licence or "").encode(),
        "CHANGES.md": changing.page(title, changes).encode(),
        "CITATION.cff": _citation_cff(name, edition, title, about).encode(),
        ".zenodo.json": _json(_zenodo(name, edition, title, about)),
        **sources,
    }
    files["dataset.jsonld"] = _json(_dataset(name, edition, title, simulation, files))
    files["README.md"] = _readme(edition, title, lock_name, files).encode()
    digests = "".join(f"{digest_of(files[path])}  {path}\n" for path in sorted(files))
    return files | {DIGESTS: digests.encode()}


def _json(document: Any) -> bytes:
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def _export(name: str, simulation: Simulation, licence: str) -> Export:
    """The tables of the edition, whose ids carry its name."""
    export = export_of(simulation.assessment, simulation, licence)
    version = f"{export.rubric.rubric.version}+{name}"
    return replace(export, version=version, ranking=_cited(export.ranking, name))


def _cited(table: DataTable, name: str) -> DataTable:
    at = [field.name for field in table.fields].index("citation")
    rows = ((*row[:at], with_edition(str(row[at]), name), *row[at + 1 :]) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _package(name: str, edition: Edition, title: str, licence: str) -> dict[str, Any]:
    """What the descriptor of the data package says of the edition."""
    one = licence_of(licence)
    known = {"name": one.spdx, "path": one.url} if one.spdx else {"path": "LICENSE"}
    return {
        "title": title,
        "created": f"{edition.released}T00:00:00Z",
        "licenses": [{**known, "title": one.title}],
        "edition": {"name": name, **edition.model_dump(mode="json", exclude={"sums"})},
    }


def _holders(about: About) -> str:
    return ", ".join(map(_name, about.authors))


def _name(author: str | Person) -> str:
    return author if isinstance(author, str) else f"{author.given} {author.family}"


def _description(about: About, title: str) -> str:
    return " ".join(filter(None, (about.question, about.scope))) or title


def _citation_cff(name: str, edition: Edition, title: str, about: About) -> str:
    """CITATION.cff 1.2.0; strings are written as in JSON, which YAML reads."""
    licence, url = licence_of(about.licence or ""), address(about)
    values: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": f"Cite the edition; `scoring cite COUNTRY --edition {name}` cites a single figure.",
        "type": "dataset",
        "title": title,
        "abstract": _description(about, title),
        "version": name,
        "date-released": edition.released,
        **({"license": licence.spdx} if licence.spdx else {}),
        **({"doi": about.doi} if about.doi else {}),
        **({"url": url} if url else {}),
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
    for author in about.authors:
        keys = (
            {"name": author}
            if isinstance(author, str)
            else {"family-names": author.family, "given-names": author.given}
        )
        entry = "\n    ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
        lines += (["authors:\n"] if author is about.authors[0] else []) + [f"  - {entry}\n"]
    return "".join(lines)


def _zenodo(name: str, edition: Edition, title: str, about: About) -> dict[str, Any]:
    """The metadata of a deposit at Zenodo."""
    licence = licence_of(about.licence or "")
    return {
        "upload_type": "dataset",
        "title": title,
        "version": name,
        "publication_date": edition.released,
        "description": _description(about, title),
        "creators": [
            {"name": author if isinstance(author, str) else f"{author.family}, {author.given}"}
            for author in about.authors
        ],
        "access_right": "open",
        **({"license": licence.spdx.lower()} if licence.spdx else {}),
        **({"related_identifiers": [{"identifier": about.url, "relation": "isPartOf"}]} if about.url else {}),
    }


def _dataset(
    name: str, edition: Edition, title: str, simulation: Simulation, files: Mapping[str, bytes]
) -> dict[str, Any]:
    """The edition as a schema.org Dataset."""
    assessment = simulation.assessment
    rubric = assessment.book.rubric
    licence = licence_of(rubric.about.licence or "")
    creators = [
        {"@type": "Organization" if isinstance(author, str) else "Person", "name": _name(author)}
        for author in rubric.about.authors
    ]
    return dataset_object(
        assessment,
        name=title,
        version=f"{rubric.version}+{name}",
        days=assessment.as_of,
        license=licence.url or licence.title,
        creator=creators,
        datePublished=edition.released,
        files=[path for path in sorted(files) if path.startswith("data/")],
    )


def _readme(edition: Edition, title: str, lock_name: str, files: Mapping[str, bytes]) -> str:
    rubric = edition.rubric_id
    options = "" if lock_name == "scores.lock" else f" --rubric {rubric}"
    options += f" --as-of {edition.as_of}" if edition.as_of else ""
    profiles = sum(path.startswith("profiles/") for path in files)
    return f"""\
# {title}

Released on {edition.released}: {count(edition.countries, "country", "countries")}, rubric {edition.rubric}, commit
{edition.commit}.

| file | what it is |
| --- | --- |
| `datapackage.json`, `data/` | scores and evidence as a Frictionless Data Package; `codebook.md` explains its fields |
| `{lock_name}` | every figure of index and pillars, one per line |
| `rubrics/`, `profiles/` | what the scores were computed from, {count(profiles, "file")} of profiles |
| `CHANGES.md` | what moved since the edition before, and why |
| `CITATION.cff`, `.zenodo.json`, `dataset.jsonld` | how to cite the edition, and how catalogues list it |
| `LICENSE` | the licence of data and texts |
| `{DIGESTS}` | the sha256 of each file: `sha256sum --check {DIGESTS}` |

To compute the scores again, install the program and run in this folder:

    scoring check{options}
    scoring score{options}
"""
