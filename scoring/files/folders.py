"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from scoring.errors import InputError, Problem
from scoring.files import reader
from scoring.files.disk import RUBRIC_FILE, opened, shown

# -- where the files are -----------------------------------------------------------------------------------------------

_PACKAGE = Path(__file__).parents[1]


class Folders(NamedTuple):
    """Where a set lies: its rubrics (or one of them), its profiles, and the tables of others."""

    rubric: Path
    profiles: Path
    published: Path
    is_shipped: bool
    """Whether any of them is the copy that comes with the package."""


def folders(rubric: Path | None = None, profiles: Path | None = None, published: Path | None = None) -> Folders:
    """The folders as given; else `rubrics`, `profiles` and `published` of the working directory.

    The set that comes with the package serves where the working directory has neither rubrics nor profiles: its
    profiles and tables go with its rubric alone, so that an own rubric is never run on them.
    """
    is_own = any(os.path.lexists(name) for name in ("rubrics", "profiles"))
    own_rubric, own_profiles = is_own or rubric is not None, is_own or rubric is not None or profiles is not None
    return Folders(
        rubric or (Path("rubrics") if own_rubric else _shipped("rubrics")),
        profiles or (Path("profiles") if own_profiles else _shipped("profiles")),
        published or (Path("published") if own_profiles else _shipped("published")),
        is_shipped=not own_rubric,
    )


def _shipped(name: str) -> Path:
    """A folder of the package, or of the checkout that it is imported from."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def licence_beside(profiles: Path) -> str | None:
    """The text of the file LICENSE beside the folder of the profiles; None where there is none that can be read."""
    data = opened(Path(os.path.realpath(profiles)).parent / "LICENSE").data
    try:
        return reader.as_text(data or b"").strip() or None
    except UnicodeDecodeError:
        return None


def rubric_folder(folder: Path) -> Path:
    """The folder with rubric.yaml: this one, or the only one below it.

    Raises:
        InputError: there is none, or more than one.
    """
    if os.path.lexists(folder / RUBRIC_FILE):
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{RUBRIC_FILE}")) if os.path.isdir(folder) else []  # noqa: PTH112
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(shown, found))
    message = (
        f"holds several rubrics ({names}); name one with --rubric"
        if found
        else f"holds no {RUBRIC_FILE}; name a folder that does with --rubric"
    )
    raise InputError([Problem(shown(folder), 1, 1, "", message, "no-rubric")])
