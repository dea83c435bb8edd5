"""The files of a rubric, and a profile, written from an import."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scoring.files.disk import RUBRIC_FILE, SUFFIX
from scoring.files.imports.numbers import span
from scoring.model.imports import ColumnGroup, NumberColumn, UsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.files.imports.table import Table
    from scoring.model.aggregation import Aggregated
    from scoring.model.imports import Import
    from scoring.model.profile import Profile

BANDS = "scored"  # the only band of an index without bands
KAPPA = 60  # as in the rubrics of this repository
_INDENT = "  "
_MAX_STEM = 50  # characters of an id before _pillar and a number
_WHOLE = 1e15  # whole numbers below are exact


def rubric_files(table: Table) -> dict[str, str]:
    """The files of the rubric: name -> text."""
    spec = table.spec
    tops = _pillars(spec)
    files = {RUBRIC_FILE: _rubric(spec, tops)}
    for name, node in tops:
        files[f"{name}{SUFFIX}"] = _pillar(table, name, node)
    return files


def _pillars(spec: Import) -> list[tuple[str, Any]]:
    """The top nodes with the ids of their pillars: a column, which keeps its id as an indicator, gets a new one."""
    taken = {RUBRIC_FILE.removesuffix(SUFFIX), spec.id, *(node.name for _, node in spec.nodes())}
    found = []
    for node in spec.indicators or ():
        names = (f"{node.name[:_MAX_STEM]}_pillar{number}" for number in ("", *range(2, len(taken) + 2)))
        name = node.name if isinstance(node, ColumnGroup) else next(one for one in names if one not in taken)
        taken.add(name)
        found.append((name, node))
    return found


def _rubric(spec: Import, tops: Sequence[tuple[str, Any]]) -> str:
    lines = [
        "# yaml-language-server: $schema=../../schemas/rubric.schema.json",
        f"# Written by `scoring import` from {spec.id}.import.yaml and {spec.file}. Edit that file and import again.",
        "format: 2",
        f"id: {spec.id}",
        f"version: {text(spec.version)}",
        f"title: {text(spec.title)}",
    ]
    lines += _given(spec, "scale", "better", "ties", "about")
    if spec.combine is None:
        lines.append(f"exponent: {number(1 if spec.exponent is None else spec.exponent)}")
    lines += _rule(spec, {node.name: name for name, node in tops})
    lines += [] if spec.missing == "refuse" else [f"missing: {spec.missing}"]
    lines += _given(spec, "round")
    lines.append(f"prior: {_flow(spec.prior)}")
    lines.append(f"publish: {_flow(spec.publish)}")
    lines.append("bands:")
    if spec.bands is None:
        lines.append(f"  - {{from: {number(spec.scale.from_)}, label: {BANDS}}}")
    else:
        lines += [f"  - {_flow(band)}" for band in spec.bands]
    exponent = 1 if spec.exponent is None else spec.exponent
    if spec.uncertainty is None:
        lines.append(f"uncertainty: {{kappa: {KAPPA}, exponents: {{{number(exponent)}: 1}}}}")
    lines += _given(spec, "uncertainty", "evidence", "comparable")
    lines.append("pillars:")
    lines += [f"  {name}: {number(node.weight)}" for name, node in tops]
    return "\n".join(lines) + "\n"


def _pillar(table: Table, name: str, node: Any) -> str:
    spec = table.spec
    lines = [
        "# yaml-language-server: $schema=../../schemas/pillar.schema.json",
        f"id: {name}",
    ]
    if not isinstance(node, ColumnGroup):
        titles = {column.name: column.title or column.column for column in spec.columns}
        lines += [f"title: {text(titles.get(node.name, node.name))}", "indicators:"]
        # the weight stands in rubric.yaml
        lines += _child(table, node.model_copy(update={"weight": 1.0}), "  ")
        return "\n".join(lines) + "\n"
    lines.append(f"title: {text(node.title or node.id)}")
    lines += [f"short: {text(node.short)}"] if node.short else []
    lines += _group_rule(spec, node)
    lines.append("indicators:")
    for child in node.indicators:
        lines += _child(table, child, "  ")
    return "\n".join(lines) + "\n"


def _group_rule(spec: Import, node: ColumnGroup) -> list[str]:
    lines = [] if node.exponent is None else [f"exponent: {number(node.exponent)}"]
    lines += _rule(node, {})
    missing = node.missing or spec.missing
    lines += [] if missing == "refuse" else [f"missing: {missing}"]
    return lines + ([] if node.round is None else [f"round: {node.round}"])


def _rule(node: Aggregated, names: Mapping[str, str]) -> list[str]:
    """The other rules than a mean; names: id in the import -> id in the rubric."""
    lines = [f"combine: {node.combine}"] if node.combine is not None else []
    lines += ["invert: true"] if node.invert else []
    lines += [f"offset: {number(node.offset)}"] if node.offset else []
    if node.gate is not None:
        gate = node.gate
        child = names.get(gate.node, gate.node)
        lines.append(f"gate: {{node: {child}, below: {number(gate.below)}, value: {number(gate.value)}}}")
    return lines


def _child(table: Table, node: Any, indent: str) -> list[str]:
    """The lines of an indicator, a group or what is used again."""
    spec = table.spec
    if isinstance(node, UsedColumn):
        return [f"{indent}- {{use: {node.use}, weight: {number(node.weight)}}}"]
    lines = [f"id: {node.name}"]
    if isinstance(node, ColumnGroup):
        title = text(node.title or node.id)
        lines += [f"question: {title}", f"rationale: {title}", "kind: group", f"weight: {number(node.weight)}"]
        lines += _group_rule(spec, node)
        lines.append("indicators:")
        for child in node.indicators:
            lines += _child(table, child, _INDENT)
    else:
        title = text(node.title or node.column)
        lines += [f"question: {title}", f"rationale: {text(f'Column {node.column} of {spec.file}.')}"]
        lines += [f"kind: {node.kind}", f"weight: {number(node.weight)}"]
        lines.append(f"half_life: {'null' if node.half_life is None else number(node.half_life)}")
        if isinstance(node, NumberColumn):
            worst, best = goalposts(table, node)
            lines += [f"worst: {number(worst)}", f"best: {number(best)}"]
            lines += ["log: true"] if node.log else []
            lines += ["clip: true"] if node.clip else []
        lines += [] if node.round is None else [f"round: {node.round}"]
    first, *others = lines
    return [f"{indent}- {first}", *(f"{indent}  {line}" for line in others)]


def goalposts(table: Table, node: NumberColumn) -> tuple[float, float]:
    """The goalposts of a column: those given, or its least and greatest value with the margin."""
    if given := table.spec.goalposts_of(node):
        return given.worst, given.best
    values = [float(code) for code in table.codes[node.name].values() if not isinstance(code, dict)]
    low, high = span(values, table.spec.margin)
    return (low, high) if node.direction == 1 else (high, low)


# -- YAML --------------------------------------------------------------------------------------------------------------


def _given(spec: Import, *names: str) -> Iterator[str]:
    """The keys of the rubric that the import has and that are not the default."""
    for name in names:
        value = getattr(spec, name)
        if name in spec.model_fields_set and value is not None:
            yield f"{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    """A value in YAML on one line."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return number(value) if isinstance(value, int | float) else text(str(value))


def number(value: float) -> str:
    """A number in the fewest digits that read back as the same."""
    return str(int(value)) if float(value).is_integer() and abs(value) < _WHOLE else repr(float(value))


def text(value: str) -> str:
    """Text in double quotes, or as it is if that is a plain word in YAML."""
    is_word = value.isascii() and value.replace("_", "").isalpha() and value.islower()
    return value if is_word and value not in _WORDS else json.dumps(value, ensure_ascii=False)


_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")  # not text, or not in YAML 1.1


def profile_text(profile: Profile, file: str) -> str:
    """A profile in YAML."""
    lines = [
        "# yaml-language-server: $schema=../schemas/profile.schema.json",
        f"# {profile.title}: written from {file} by `scoring import --expand`; it is read in place of the table.",
        "format: 1",
        f"country: {profile.country}",
        *([f"name: {text(profile.name)}"] if profile.name else []),
        *([f"actor: {profile.actor}"] if profile.actor else []),
        f"as_of: {profile.as_of if len(profile.as_of) > 4 else json.dumps(profile.as_of)}",  # noqa: PLR2004  a year
        "sources:",
    ]
    for name, source in profile.sources.items():
        lines.append(f"  {json.dumps(name)}:")
        given = source.model_dump(mode="json", exclude_none=True)
        lines += [f"    {key}: {_flow(value)}" for key, value in given.items()]
    lines.append("statements:")
    for statement in profile.statements:
        given = statement.model_dump(mode="json", exclude_defaults=True)
        first, *others = [f"{key}: {_flow(value)}" for key, value in given.items()]
        lines += [f"  - {first}", *(f"    {other}" for other in others)]
    return "\n".join(lines) + "\n"
