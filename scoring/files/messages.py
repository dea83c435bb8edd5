"""Validation of a document by its pydantic model, with the findings of pydantic as violations in plain words."""

from __future__ import annotations

import contextlib
import copy
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import ValidationError

from scoring.errors import Problem, Violation, dotted, nearest, quoted, with_point
from scoring.files import reader
from scoring.model.fields import Model, models_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic_core import ErrorDetails


M = TypeVar("M", bound=Model)


def add_problem(problems: list[Problem], problem: Problem) -> None:
    """Add a problem of a file, unless there are more than `reader.MAX_FAULTS`, which is then said once."""
    if len(problems) == reader.MAX_FAULTS:
        message = f"has more than {reader.MAX_FAULTS} errors; these are the first, fix them and try again"
        problems.append(Problem(problem.file, 1, 1, "", message, "too-many-faults"))
    elif len(problems) < reader.MAX_FAULTS:
        problems.append(problem)


def is_below(path: reader.Path, reported: set[str]) -> bool:
    """Whether a path is, or is below, one that already has a problem."""
    return any(dotted(path[:end]) in reported for end in range(1, len(path) + 1))


# -- validation that continues after the first error ------------------------------------------------------------------

_STAND_INS = ("standin", 0.8125, 1, "A", "XAA", "2000", "1.0.0", "000000000000")
"""Values that replace invalid ones; for nearly every field one of them is valid, and files hardly contain them."""


def validated(model: type[M], value: object) -> tuple[M | None, list[ErrorDetails]]:
    """The document as a model, or None and the errors, without those that only follow from another."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [details for details in error.errors(include_url=False) if not _follows(details)]


def _follows(details: ErrorDetails) -> bool:
    """Whether a list or mapping is too short only because pydantic omits its invalid entries."""
    entries, is_short = details["input"], details["type"] == "too_short"
    return is_short and isinstance(entries, list | dict) and len(entries) >= details["ctx"]["min_length"]


def unrelated(violations: Iterable[Violation], others: Iterable[Violation]) -> Iterator[Violation]:
    """The violations that are neither above nor below one of the others, whose consequence they may be."""
    paths = {violation.path for violation in others}
    above = {path[:end] for path in paths for end in range(len(path))}
    for violation in violations:
        upwards = {violation.path[:end] for end in range(len(violation.path) + 1)}
        if violation.path not in above and paths.isdisjoint(upwards):
            yield violation


def with_stand_ins(model: type[M], value: reader.Value, errors: Sequence[ErrorDetails]) -> M | None:
    """The model with invalid values removed or replaced, so that all other values can be validated.

    None if no replacement is valid, or if there are more errors than are reported.
    """
    value = copy.deepcopy(value)
    for stand_in in (None, *_STAND_INS):
        paths = [_file_path(details["loc"])[0] for details in errors]
        if len(paths) > reader.MAX_FAULTS or () in paths:
            return None
        for path in paths:
            _replace(value, path, stand_in)
        parsed, errors = validated(model, value)
        if parsed is not None:
            return parsed
    return None


def _replace(value: Any, path: reader.Path, stand_in: object) -> None:
    """Replace a value in a document if it still exists; None removes a key."""
    *outer, last = path
    with contextlib.suppress(LookupError, TypeError):
        for part in outer:
            value = value[part]
        if stand_in is not None:
            value[last] = stand_in
        elif isinstance(value, dict):
            del value[last]


# -- findings of pydantic in plain words -------------------------------------------------------------------------------

_TYPES = {
    "string_type": ("text", "quote text that YAML reads as a number, true or null"),
    "float_type": ("a number", ""),
    "int_type": ("a whole number", ""),
    "int_from_float": ("a whole number", ""),
    "bool_type": ("true or false", ""),
    "dict_type": ("a mapping", "write `key: value` lines"),
    "model_type": ("a mapping", "write `key: value` lines"),
    "model_attributes_type": ("a mapping", "write `key: value` lines"),
    "tuple_type": ("a list", "write `- ` lines"),
    "list_type": ("a list", "write `- ` lines"),
}
"""Type of a finding -> what is expected, and a hint."""


def violation_of(details: ErrorDetails, model: type[Model]) -> Violation:
    """A finding of pydantic as a violation, with the path in the file and a message in plain words."""
    path, at_key = _file_path(details["loc"])
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    shown = quoted(value)
    if kind == "extra_forbidden":
        known, key = _keys(model, details["loc"][:-1]), str(path[-1])
        if key in _keys(model, path[:-1]):
            return Violation(path, "is a key of other kinds of indicator; remove it", "unknown-key", at_key=True)
        return Violation(path, f"unknown key; {nearest(key, known, 'keys')}", "unknown-key", at_key=True)
    if kind == "missing":
        return Violation(path, "is missing; add it", "missing-key")
    if kind in _TYPES:
        expected, hint = _TYPES[kind]
        if "number" in expected and (point := with_point(value)):
            hint = f"write {point}"
        message = f"expected {expected}, got {shown}"
        return Violation(path, f"{message}; {hint}" if hint else message, "wrong-type")
    if kind == "literal_error":
        return Violation(path, f"{shown} is not allowed; allowed: {context['expected']}", "not-allowed")
    if kind == "value_error":
        return Violation(path, f"{shown} {context['error']}", "impossible-date")
    if kind == "string_pattern_mismatch":
        return Violation(path, f"{shown} is not valid; {_PATTERNS[context['pattern']]}", "bad-name", at_key=at_key)
    if kind == "union_tag_invalid":
        kinds = context["expected_tags"].replace("'", "")
        return Violation(
            (*path, "kind"), f"unknown kind of indicator {context['tag']!r}; kinds: {kinds}", "not-allowed"
        )
    if kind == "union_tag_not_found":
        return Violation(path, "kind is missing; add it", "missing-key")
    if kind == "finite_number":
        return Violation(path, f"expected a finite number, got {shown}", "not-finite")
    if kind in ("too_short", "too_long"):
        limit = f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        return Violation(path, f"has {context['actual_length']} entries; write {limit}", "out-of-range", at_key=at_key)
    message = details["msg"].removeprefix("Input ").replace("String", "text")
    return Violation(path, f"{shown}: {message[:1].lower()}{message[1:]}", "out-of-range", at_key=at_key)


def _file_path(loc: tuple[int | str, ...]) -> tuple[reader.Path, bool]:
    """Pydantic's location as a path of the file without kinds and `[key]`, and whether the key is wrong."""
    path: list[int | str] = []
    at_key = False
    for index, part in enumerate(loc):
        if _is_kind(loc, index) or part == "by coder" or (part in ("float", "str") and index == len(loc) - 1):
            continue
        if part == "[key]":
            at_key = True
        else:
            path.append(part)
    return tuple(path), at_key


def _is_kind(loc: tuple[int | str, ...], index: int) -> bool:
    """Whether a part of pydantic's location is the kind of an indicator, which is in no path of a file."""
    return index >= 2 and isinstance(loc[index - 1], int) and loc[index - 2] == "indicators"  # noqa: PLR2004


_PATTERNS = {
    r"^.+\s*$": "write it on one line",
    r"^[a-z][a-z0-9_]{0,63}$": "use lower-case letters, digits and underscores, starting with a letter",
    r"^[a-z0-9][a-z0-9-]{0,79}$": "use lower-case letters, digits and hyphens",
    r"^[0-9]+\.[0-9]+\.[0-9]+$": 'write a version such as "1.0.0"',
    r"^-?[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?$": "write a number or a fraction in quotes, such as '1/2'",
    r"^\w[\w. -]{0,150}\.(csv|tsv|xlsx|xlsm|parquet)$": "write the name of a .csv, .tsv, .xlsx or .parquet file",
    r"^[0-9]{4}\.[1-9][0-9]{0,2}$": "write a year, a dot and a number, such as 2025.1",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "write a day as YYYY-MM-DD",
    r"^[a-z][a-z0-9_]{0,63}@[0-9]+\.[0-9]+\.[0-9]+$": "write id and version of a rubric, such as resilience@3.1.0",
    r"^[0-9a-f]{12}$": "write twelve digits 0-9 and a-f as the program printed them, in quotes",
    r"^[0-9a-f]{40}$": "write the whole hash of a commit, 40 digits 0-9 and a-f, in quotes",
    r"^[0-9a-f]{64}$": "write a sha256, 64 digits 0-9 and a-f, in quotes",
    r"^[A-Z]{3}$": "write an ISO 3166-1 alpha-3 code such as AZE",
    r"^https?://[!-~]+$": "write a URL that starts with https:// or http://",
}


def _keys(model: type[Model], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping at a location may have; without kinds in it, those of indicators of all kinds."""
    models = [model]
    for index, part in enumerate(loc):
        if _is_kind(loc, index):
            models = [child for child in models if part in get_args(child.model_fields["kind"].annotation)]
            continue
        fields = [
            info for parent in models for name, info in parent.model_fields.items() if part == (info.alias or name)
        ]
        models = [child for info in fields for child in models_in(info.annotation)] or models
    return list(dict.fromkeys(info.alias or name for parent in models for name, info in parent.model_fields.items()))
