"""The kinds of YAML file."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

WithSchema: TypeAlias = Literal[
    "rubric",
    "pillar",
    "profile",
    "cases",
    "vignettes",
    "publishers",
    "coders",
    "groups",
    "import",
    "review",
    "editions",
    "scenario",
]
"""Those of which `scoring schema` prints a JSON Schema."""
Kind: TypeAlias = WithSchema | Literal["table"]
WITH_SCHEMA: tuple[WithSchema, ...] = get_args(WithSchema)
