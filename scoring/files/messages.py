"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from scoring.errors import Violation, dotted, nearest, with_point
from scoring.files import reader
from scoring.model.fields import Model, models_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic_core import ErrorDetails


M = TypeVar("M", bound=Model)


def is_below(path: reader.Path, told: set[str]) -> bool:
    """Whether a fault lies where one was told already: the second line would only be noise."""
    return any(dotted(path[:end]) in told for end in range(1, len(path) + 1))


# -- validation: all that is wrong, though one fault makes a whole model fail ------------------------------------------

_STAND_INS = ("standin", 0.8125, 1, "A", "XAA", "2000", "1.0.0")
"""Values of which one fits in nearly every place that needs one, and that a file hardly has."""


def validated(model: type[M], value: object) -> tuple[M | None, list[ErrorDetails]]:
    """The document as a model, or None and what pydantic finds, but for lists that are short since their items fail."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [one for one in error.errors(include_url=False) if not _follows(one)]


def _follows(details: ErrorDetails) -> bool:
    """Whether a list or mapping is too short only when those of its entries that failed are left out."""
    found = details["input"]
    return (
        details["type"] == "too_short" and isinstance(found, list | dict) and len(found) >= details["ctx"]["min_length"]
    )


def unrelated(faults: Iterable[Violation], others: Iterable[Violation]) -> Iterator[Violation]:
    """The faults that lie neither above nor below one of others, from which they might follow."""
    paths = {fault.path for fault in others}
    above = {path[:end] for path in paths for end in range(len(path))}
    for fault in faults:
        upwards = {fault.path[:end] for end in range(len(fault.path) + 1)}
        if fault.path not in above and paths.isdisjoint(upwards):
            yield fault


def with_stand_ins(model: type[M], value: reader.Value, errors: Sequence[ErrorDetails]) -> M | None:
    """The model with each faulty value left out, or another in its place, so that the rest can be checked.

    None where nothing fits, and where more is wrong than is told.
    """
    for stand_in in (None, *_STAND_INS):
        paths = [_file_path(details["loc"])[0] for details in errors]
        if len(paths) > reader.MOST_FAULTS or () in paths:
            return None
        for path in paths:
            _replace(value, path, stand_in)
        parsed, errors = validated(model, value)
        if parsed is not None:
            return parsed
    return None


def _replace(value: Any, path: reader.Path, stand_in: object) -> None:
    """Put a value in the place of another in a document, where that is still there; None takes a key out."""
    *outer, last = path
    with contextlib.suppress(LookupError, TypeError):
        for part in outer:
            value = value[part]
        if stand_in is not None:
            value[last] = stand_in
        elif isinstance(value, dict):
            del value[last]


# -- what pydantic says, in our words ----------------------------------------------------------------------------------

_TYPES = {
    "string_type": ("text", "write text, in quotes where YAML would read a number or true"),
    "float_type": ("a number", "write a number"),
    "int_type": ("a whole number", "write a whole number"),
    "int_from_float": ("a whole number", "write a whole number"),
    "bool_type": ("true or false", "write true or false"),
    "dict_type": ("a mapping", "write `key: value` lines"),
    "model_type": ("a mapping", "write `key: value` lines"),
    "model_attributes_type": ("a mapping", "write `key: value` lines"),
    "tuple_type": ("a list", "write `- ` lines"),
    "list_type": ("a list", "write `- ` lines"),
}


def violation_of(details: ErrorDetails, model: type[Model]) -> Violation:
    """Turn one finding of pydantic into a fault with a path of the file, what is wrong, and what would be right."""
    path, at_key = _file_path(details["loc"])
    kind, context, found = details["type"], details.get("ctx", {}), details["input"]
    shown = _text_of(found)
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        return Violation(path, f"unknown key; {nearest(str(path[-1]), known, 'keys')}", "unknown-key", at_key=True)
    if kind == "missing":
        return Violation(path, "is missing; add it", "missing-key")
    if kind in _TYPES:
        wanted, right = _TYPES[kind]
        right = f"write {point}" if "number" in wanted and (point := with_point(found)) else right
        return Violation(path, f"{shown} is not {wanted}; {right}", "wrong-type")
    if kind == "literal_error":
        return Violation(path, f"{shown} is not allowed; allowed: {context['expected']}", "not-allowed")
    if kind == "value_error":
        return Violation(path, f"{shown} {context['error']}", "impossible-date")
    if kind == "string_pattern_mismatch":
        return Violation(path, f"{shown} does not fit; {_NAMES[context['pattern']]}", "bad-name", at_key=at_key)
    if kind == "union_tag_invalid":
        kinds = context["expected_tags"].replace("'", "")
        return Violation((*path, "kind"), f"{context['tag']!r} is no kind of indicator; kinds: {kinds}", "not-allowed")
    if kind == "union_tag_not_found":
        return Violation(path, "kind is missing; add it", "missing-key")
    if kind == "finite_number":
        return Violation(path, f"{shown} is no finite number; write one", "not-finite")
    message = details["msg"].removeprefix("Input ").replace("String", "text").replace("Tuple", "the list")
    return Violation(path, f"{shown}: {message[:1].lower()}{message[1:]}", "out-of-range", at_key=at_key)


def _text_of(found: object) -> str:
    """What was found, in a part of a line."""
    if isinstance(found, dict | list):
        return "a mapping" if isinstance(found, dict) else "a list"
    text = repr(found[:60] if isinstance(found, str) else found)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004


def _file_path(loc: tuple[int | str, ...]) -> tuple[reader.Path, bool]:
    """Strip from pydantic's location what is not in the file: the kind after an indicator's place, and `[key]`."""
    path: list[int | str] = []
    at_key = False
    for place, part in enumerate(loc):
        is_kind = place >= 2 and isinstance(loc[place - 1], int) and loc[place - 2] == "indicators"  # noqa: PLR2004
        if is_kind or (part in ("float", "str") and place == len(loc) - 1):
            continue
        if part == "[key]":
            at_key = True
        else:
            path.append(part)
    return tuple(path), at_key


_NAMES = {
    r"^.+\s*$": "write it in one line",
    r"^[a-z][a-z0-9_]{0,63}$": "write lower-case letters, digits and underscores, beginning with a letter",
    r"^[a-z0-9][a-z0-9-]{0,79}$": "write lower-case letters, digits and hyphens",
    r"^[0-9]+\.[0-9]+\.[0-9]+$": 'write a version such as "1.0.0"',
    r"^-?[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?$": "write a number or a fraction in quotes, such as '1/2'",
    r"^[A-Z]{3}$": "write an ISO 3166-1 alpha-3 code such as AZE",
    r"^https?://[!-~]+$": "write an address that begins with https:// or http://",
}


def _keys(model: type[Model], path: reader.Path) -> list[str]:
    """The keys that a mapping of the file may have, by its place in the model."""
    models = [model]
    for part in path:
        fields = [info for each in models for name, info in each.model_fields.items() if part == (info.alias or name)]
        models = [below for info in fields for below in models_in(info.annotation)] or models
    return list(dict.fromkeys(info.alias or name for each in models for name, info in each.model_fields.items()))
