"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.model.fields import Model


_UNSCORED: dict[str, Any] = {"about": True, "rubric": {"about": True}}  # of a rubric, and of a rule book


def digest(model: Model) -> str:
    """sha256 over the canonical JSON of a model, as 64 hexadecimal digits.

    Canonical: defaults left out, keys sorted, statements in the order of their ids, whole numbers without a point,
    no white space, UTF-8. Thus the order of keys and statements, comments and quotes change no digest. The texts of a
    rubric that move no score, `about`, are left out.
    """
    plain = _canonical(model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_UNSCORED))
    if "statements" in plain:
        plain["statements"].sort(key=lambda statement: statement["id"])
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: entry if isinstance(entry, str) else _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
