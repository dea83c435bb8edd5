"""The settings of data/defaults.yaml, read once and only where one is needed: `scoring --help` needs none."""

from __future__ import annotations

import functools
from pathlib import Path

from scoring.errors import InputError
from scoring.files.disk import opened
from scoring.model.defaults import Defaults

FILE = Path(__file__).parents[1] / "data" / "defaults.yaml"


@functools.cache
def defaults() -> Defaults:
    """The settings that hold where nothing else is asked for.

    Raises:
        InputError: with every fault of the file and its place.
    """
    file = opened(FILE)
    settings = file.parse(Defaults)
    if settings is None:
        raise InputError(file.problems)
    return settings
