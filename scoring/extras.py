"""Packages that only some outputs need, imported when those are asked for."""

from __future__ import annotations

import importlib
from typing import Any

from scoring.errors import MissingPackageError


def require(module: str, extra: str | None = None) -> Any:
    """Import a module of an optional package, which comes with an extra or by itself.

    Raises:
        MissingPackageError: it is not installed; the message says what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        right = f"pip install '.[{extra}]' in a clone of this project" if extra else f"pip install {module}"
        message = f"{module} is not installed; {right}"
        raise MissingPackageError(message) from error
