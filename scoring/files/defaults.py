"""The settings of data/defaults.yaml, read on first use so that `scoring --help` stays fast."""

from __future__ import annotations

import functools
from pathlib import Path

from scoring.errors import InputError
from scoring.files.disk import opened
from scoring.model.defaults import Defaults

FILE = Path(__file__).parents[1] / "data" / "defaults.yaml"


@functools.cache
def defaults() -> Defaults:
    """The settings used when no option overrides them.

    Raises:
        InputError: The file has errors.
    """
    file = opened(FILE)
    settings = file.parse(Defaults)
    if settings is None:
        raise InputError(file.problems)
    return settings
