"""The profiles of a table: each cell is a statement, made on reading, with its own place as locator.

A table lies in the folder of the profiles beside the file NAME.import.yaml. One with an error gives no profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import Violation
from scoring.files import reader, validation
from scoring.files.cells import Grid, grid
from scoring.files.disk import IMPORT, opened
from scoring.files.imports.sheet import Errors, Sheet, position_of, rows_of
from scoring.files.imports.spec import read_import, value_date
from scoring.files.imports.table import check_code, read_table
from scoring.model.fields import FrozenDict
from scoring.model.imports import NumberColumn, RankColumn, name_of
from scoring.model.profile import Profile, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from scoring.errors import Problem
    from scoring.files.disk import File
    from scoring.files.imports.sheet import Row
    from scoring.files.imports.table import Table
    from scoring.model.kinds import LeafIndicator
    from scoring.model.publishers import Register
    from scoring.model.rubric import RuleBook


def profiles_of_table(
    table: Table, indicators: Mapping[str, LeafIndicator], countries: Iterable[str] | None = None
) -> tuple[tuple[Profile, ...], list[Problem]]:
    """The profiles of the countries of a table, each cell a statement; or every problem.

    Args:
        table: Read and checked.
        indicators: Those of the rubric, and of the rubrics beside it.
        countries: Those wanted; by default all.
    """
    spec, errors = table.spec, Errors()
    if unknown := [
        (path, node)
        for path, node in spec.nodes()
        if isinstance(node, NumberColumn | RankColumn) and node.name not in indicators
    ]:
        found = [
            Violation(
                path if spec.meta is None else ("meta",),
                f"{node.name!r} is no indicator of the rubric; write the rubric again with `scoring import`",
                "unknown-indicator",
            )
            for path, node in unknown
        ]
        return (), table.file.located(found)
    wanted = table.main.rows if countries is None else [one for one in countries if one in table.main.rows]
    taken = [
        _Taken(name, name.replace("_", "-"), one.column, one.title or one.column, indicators[name])
        for one in spec.columns
        for name in (one.name,)
    ]
    profiles = tuple(_profile(table, table.main.rows[country], taken, errors) for country in wanted)
    return (() if errors.problems else profiles), errors.problems


class _Taken(NamedTuple):
    """An indicator with its column, and what does not depend on the country."""

    name: str
    label: str
    column: str
    title: str
    leaf: LeafIndicator


def _profile(table: Table, row: Row, taken: Sequence[_Taken], errors: Errors) -> Profile:
    spec, country = table.spec, row.country
    own, imputed = spec.id.replace("_", "-"), spec.layers.imputed
    sources: dict[str, Source] = {own: table.source}
    statements = []
    for name, label, column, title, leaf in taken:
        code = table.codes[name].get(country)
        if code is None:
            continue
        cell = table.cells[name][country]
        said = {key: layer.get(name, {}).get(country) for key, layer in table.layers.items()}
        if said.get("error"):
            code = {"value": code, "error": said["error"]}
        check_code(table.main.grid, cell, leaf, code, column, errors)
        source = own
        if publisher := said.get("publisher"):
            source = _source_of(publisher, table, sources)
        is_imputed = bool(said.get("imputed"))
        statements.append(
            Statement(
                id=label,
                text=f"{title}: {cell.text.strip()}{' (imputed)' if is_imputed else ''}",
                source=source,
                locator=table.main.grid.locator(cell),
                date=said.get("date") or value_date(spec.date or spec.as_of, spec.as_of),
                credibility=imputed.credibility if imputed and is_imputed else spec.source.credibility,
                confidence="moderate" if said.get("error") else "exact",
                codes={name: code},
            )
        )
    return Profile(
        format=1,
        country=country,
        name=row.name,
        actor=spec.actor,
        as_of=spec.as_of,
        sources=FrozenDict(sources),
        statements=tuple(statements),
    )


def _source_of(publisher: str, table: Table, sources: dict[str, Source]) -> str:
    """The id of the source of a publisher, which is added if it is new."""
    label = name_of(publisher).replace("_", "-") or "source"
    ids = (label, *(f"{label}-{number}" for number in range(2, reader.MAX_FAULTS)))
    source = next(one for one in ids if one not in sources or sources[one].publisher == publisher)
    if source not in sources:
        grade = table.spec.publishers.get(publisher, table.source.reliability)
        more = {"publisher": publisher, "reliability": grade, "title": f"{table.source.title}: {publisher}"}
        sources[source] = table.source.model_copy(update=more)
    return source


def profiles_of_import(
    file: File, beside: Mapping[str, File], book: RuleBook, register: Register | None = None
) -> tuple[tuple[Profile, ...], list[Problem]]:
    """The profiles of an import, their sources with their publishers; or every problem."""
    spec = read_import(file)
    if spec is None:
        return (), list(file.problems)
    table, problems = read_table(spec, file, beside)
    if table is None:
        return (), problems
    profiles, problems = profiles_of_table(table, {**book.beside, **book.leaves})
    if register is None or problems:
        return profiles, problems
    wrong = {
        (violation.message, violation.slug)
        for profile in profiles
        for violation in validation.publisher_errors(profile, register)
    }
    if wrong:
        return (), file.located(Violation(("source",), *one) for one in sorted(wrong))
    bodies = register.publishers
    return tuple(
        profile.model_copy(
            update={
                "sources": FrozenDict(
                    {name: one.published_by(bodies.get(one.publisher)) for name, one in profile.sources.items()}
                )
            }
        )
        for profile in profiles
    ), []


def own_units(path: Path) -> dict[str, str]:
    """The units that are no countries in the table of an import: code -> name; none if it has errors."""
    file = opened(path)
    spec = read_import(file)
    if spec is None or spec.name is None:
        return {}
    table = opened(path.parent / spec.file)
    found = grid(table, spec.sheet)
    if not isinstance(found, Grid) or len(found.rows) < spec.header:
        return {}
    heads = [cell.plain for cell in found.rows[spec.header - 1]]
    places = {head: place for head in (spec.code, spec.name) if (place := position_of(heads, head)) is not None}
    rows = rows_of(spec, Sheet(found, places, {}), Errors()) if spec.code in places else ()
    return {row.country: row.name for row in rows if row.name is not None}


def cell_positions(
    files: Sequence[File], countries: Container[str]
) -> dict[str, tuple[str, dict[str, tuple[int, int]]]]:
    """The positions of statements by country: the first table with it, and line and column by statement id.

    files: The imports and tables of a folder; those with errors are left out.
    """
    beside = {file.base: file for file in files}
    found: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {}
    for file in files:
        spec = read_import(file) if file.base.endswith(IMPORT) else None
        table = read_table(spec, file, beside)[0] if spec is not None else None
        for country in table.main.rows if table is not None else ():
            if table is not None and country in countries and country not in found:
                cells = {name.replace("_", "-"): places.get(country) for name, places in table.cells.items()}
                positions = {name: (cell.line, cell.column) for name, cell in cells.items() if cell is not None}
                found[country] = table.main.grid.file, positions
    return found
