"""Import of optional packages, which only some outputs need."""

from __future__ import annotations

import importlib
from typing import Any

from scoring.errors import MissingPackageError


def require(module: str, extra: str | None = None) -> Any:
    """Import and return a module of an optional package.

    Args:
        module: The name of the module.
        extra: The extra of this project that installs it; None if it is installed on its own.

    Raises:
        MissingPackageError: It is not installed; the message gives the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        command = f"pip install '.[{extra}]' in a clone of this project" if extra else f"pip install {module}"
        message = f"{module} is not installed; {command}"
        raise MissingPackageError(message) from error
