"""The words of scoring/data/page_words.yaml, and the words of a text."""

from __future__ import annotations

import functools
import itertools
import re
from importlib import resources
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD = re.compile(r"[^\W_]++(?:[’'\u2019][^\W_]++)*+")
"""A word or number; an apostrophe inside belongs to it."""


@functools.cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = resources.files("scoring").joinpath("data", "page_words.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, list[list[str]]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506  `no` and `on` stay text
    return {name: frozenset(itertools.chain.from_iterable(lists)) for name, lists in loaded.items()}


def words_for(purpose: str) -> frozenset[str]:
    """The words of a purpose, a key of the file, in lower case."""
    return _lists()[purpose]
