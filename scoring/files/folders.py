"""Where rubrics, profiles and published indices are: given folders, the working directory, or the package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from scoring.errors import InputError, Problem
from scoring.files import reader
from scoring.files.disk import RUBRIC_FILE, opened, shown

_PACKAGE = Path(__file__).parents[1]


class Folders(NamedTuple):
    """The folders of rubrics (or of one rubric), of profiles and of published indices."""

    rubric: Path
    profiles: Path
    published: Path
    is_shipped: bool
    """Whether the rubric is the copy in the package."""


def folders(rubric: Path | None = None, profiles: Path | None = None, published: Path | None = None) -> Folders:
    """The given folders; for those not given `rubrics`, `profiles` and `published` of the working directory.

    If the working directory has neither rubrics nor profiles, the copies in the package are used. The profiles and
    published indices of the package are used only with its rubric, so that a custom rubric never scores them.
    """
    has_local = any(os.path.lexists(name) for name in ("rubrics", "profiles"))
    custom_rubric = has_local or rubric is not None
    custom_profiles = custom_rubric or profiles is not None
    return Folders(
        rubric or (Path("rubrics") if custom_rubric else _shipped("rubrics")),
        profiles or (Path("profiles") if custom_profiles else _shipped("profiles")),
        published or (Path("published") if custom_profiles else _shipped("published")),
        is_shipped=not custom_rubric,
    )


def _shipped(name: str) -> Path:
    """A data folder of the package, or of the checkout that the package is imported from."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def licence_beside(profiles: Path) -> str | None:
    """The text of the file LICENSE next to the folder of the profiles; None if it does not exist or cannot be read."""
    data = opened(Path(os.path.realpath(profiles)).parent / "LICENSE").data
    try:
        return reader.as_text(data or b"").strip() or None
    except UnicodeDecodeError:
        return None


def rubric_folder(folder: Path) -> Path:
    """The folder with rubric.yaml: this folder, or its only subfolder that contains one.

    Raises:
        InputError: There is none, or more than one.
    """
    if os.path.lexists(folder / RUBRIC_FILE):
        return folder
    rubrics = sorted(path.parent for path in folder.glob(f"*/{RUBRIC_FILE}")) if os.path.isdir(folder) else []  # noqa: PTH112
    if len(rubrics) == 1:
        return rubrics[0]
    names = ", ".join(map(shown, rubrics))
    message = (
        f"contains several rubrics ({names}); choose one with --rubric"
        if rubrics
        else f"contains no {RUBRIC_FILE}; give the folder of a rubric with --rubric"
    )
    raise InputError([Problem(shown(folder), 1, 1, "", message, "no-rubric")])
