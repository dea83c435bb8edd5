"""Packages that only some outputs need, imported when those are asked for."""

from __future__ import annotations

import importlib
from typing import Any

from scoring.errors import MissingPackageError


def require(module: str, extra: str) -> Any:
    """Import a module of an optional package.

    Raises:
        MissingPackageError: it is not installed; the message says what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        message = f"{module} is not installed; pip install 'resilience-scoring[{extra}]'"
        raise MissingPackageError(message) from error
