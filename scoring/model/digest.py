"""The digest of a rubric or a profile, by which citations and the cache identify it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.model.fields import Model


_UNSCORED: dict[str, Any] = {
    "about": True,  # in a Rubric
    "rubric": {"about": True},  # in a RuleBook
    "sources": {"__all__": {"grade_note", "published", "archived"}},  # in a Profile
    "statements": {"__all__": {"event"}},
    "searched": True,
}


# of indicators and items, however deep: the first decides which profiles are refused, the second which statements a
# profile facing another actor has
_NOT_SCORED = {"rechecked": False, "actors": "all"}

_DIGEST = "_digest"  # beside the fields, as a cached property is


def digest(model: Model) -> str:
    """SHA-256 of the canonical JSON of a model, as 64 hexadecimal digits.

    Canonical JSON omits defaults, sorts keys, sorts statements by id, writes whole numbers without a decimal point, and
    has no white space; it is encoded as UTF-8. So the order of keys and statements, comments and quotes do not change
    the digest. Codes that do not count by the register of coders are listed. What changes no score is omitted: searches
    and withdrawn statements; the texts in `about` of a rubric and what it marks `rechecked: false` or `actors: all`; of
    a statement its event; and of a source the note on its grade, its day of publication and the address of its archived
    copy.

    A model does not change, so that its digest is computed once.
    """
    remembered: dict[str, str] = model.__dict__
    if _DIGEST not in remembered:
        remembered[_DIGEST] = _digest(model)
    return remembered[_DIGEST]


def _digest(model: Model) -> str:
    plain = _canonical(model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_UNSCORED))
    if isinstance(plain.get("pillars"), list):  # of a RuleBook; those of a Rubric are weights by name
        plain["pillars"] = _without(plain["pillars"], _NOT_SCORED)
    for entry, statement in zip(plain.get("statements", ()), getattr(model, "statements", ()), strict=False):
        if left_out := getattr(statement, "left_out", None):
            entry["left_out"] = sorted([part or "" for part in code] for code in left_out)
    if "statements" in plain:
        kept = (statement for statement in plain["statements"] if "withdrawn" not in statement)
        plain["statements"] = sorted(kept, key=lambda statement: statement["id"])
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without(value: Any, keys: Mapping[str, Any]) -> Any:
    """The value with all mappings in it, at any depth, without the keys that have the given value."""
    if isinstance(value, dict):
        # a level, too, may have such a name; its value is a number
        kept = {name: entry for name, entry in value.items() if name not in keys or not _is(entry, keys[name])}
        return {name: _without(entry, keys) for name, entry in kept.items()}
    return [_without(entry, keys) for entry in value] if isinstance(value, list) else value


def _is(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: entry if isinstance(entry, str) else _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
