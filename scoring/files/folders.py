"""Where rubrics, profiles and published indices are: given folders, the working directory, or the package."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import NamedTuple

from scoring.errors import InputError, Problem
from scoring.files import reader
from scoring.files.disk import IMPORT, RUBRIC_FILE, SUFFIX, opened, shown
from scoring.model.countries import country_names
from scoring.text.spelling import folded

MAX_RUBRICS = 20  # in one folder
_PACKAGE = Path(__file__).parents[1]
_CODE = re.compile(r"[A-Z]{3}")


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
    if rubric is not None and not os.path.lexists(rubric):
        rubric = _named(rubric)
    has_local = any(os.path.lexists(name) for name in ("rubrics", "profiles"))
    custom_rubric = has_local or rubric is not None
    custom_profiles = custom_rubric or profiles is not None
    return Folders(
        rubric or (Path("rubrics") if custom_rubric else _shipped("rubrics")),
        profiles or (Path("profiles") if custom_profiles else _shipped("profiles")),
        published or (Path("published") if custom_profiles else _shipped("published")),
        is_shipped=not custom_rubric,
    )


def _named(name: Path) -> Path:
    """The folder of the rubric of a name; the name itself as a path if there is none."""
    bases = (Path("rubrics"), _shipped("rubrics"))
    base = next((base for base in bases if os.path.lexists(base)), bases[0])
    is_name = len(name.parts) == 1 and os.path.lexists(base / name / RUBRIC_FILE)
    return base / name if is_name else name


def _shipped(name: str) -> Path:
    """A data folder of the package, or of the checkout that the package is imported from."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def units_in(folder: Path) -> set[str]:
    """The codes in a folder of profiles that are no country's: of its files, and of its tables with names."""
    from scoring.files.imports.profiles import own_units  # noqa: PLC0415  slow, and few folders have tables

    names = [path.name.removesuffix(SUFFIX) for path in folder.iterdir()]
    found = {name for name in names if _CODE.fullmatch(name) and name not in country_names()}
    tables = [name for name in names if f"{name}{SUFFIX}".endswith(IMPORT)]
    return found.union(*(own_units(folder / f"{name}{SUFFIX}") for name in tables))


def unit_named(text: str, folder: Path) -> str | None:
    """The code of the unit whose profile or row in a folder gives it this name; None if there is none.

    Only profiles with a code that is no country's are read, and of these only the lines before the sources; and tables
    with a column of names.
    """
    wanted = folded(text)
    try:
        codes = sorted(path.name.removesuffix(SUFFIX) for path in folder.iterdir())
    except (OSError, ValueError):
        return None  # the command itself reports why the folder cannot be read
    for code in codes:
        if f"{code}{SUFFIX}".endswith(IMPORT):
            from scoring.files.imports.profiles import own_units  # noqa: PLC0415  slow, and few folders have tables

            own = own_units(folder / f"{code}{SUFFIX}")
            if found := [unit for unit in own if text == unit or folded(own[unit]) == wanted]:
                return found[0]
        if _CODE.fullmatch(code) and code not in country_names():
            head = (opened(folder / f"{code}{SUFFIX}").data or b"").partition(b"\nsources:")[0]
            read = reader.read(head.decode(errors="replace"), "")[0]
            name = read.get("name") if isinstance(read, dict) else None
            if isinstance(name, str) and folded(name) == wanted:
                return code
    return None


def licence_beside(profiles: Path) -> str | None:
    """The text of the file LICENSE next to the folder of the profiles; None if it does not exist or cannot be read."""
    data = opened(Path(os.path.realpath(profiles)).parent / "LICENSE").data
    try:
        return reader.as_text(data or b"").strip() or None
    except UnicodeDecodeError:
        return None


def reviews_folder(profiles: Path) -> Path:
    """The folder `reviews` next to the folder of the profiles, whether or not it exists."""
    return Path(os.path.abspath(profiles)).parent / "reviews"  # noqa: PTH100  links stay as they are


def scenarios_folder(profiles: Path) -> Path:
    """The folder `scenarios` next to the folder of the profiles, whether or not it exists."""
    return reviews_folder(profiles).with_name("scenarios")


def rubric_folder(folder: Path, how: str = "with --rubric") -> Path:
    """The folder with rubric.yaml: this folder, or its subfolder with the only rubric, or with that of `default: true`.

    how: Such a folder is given, for a message.

    Raises:
        InputError: There is none, or several of which not exactly one is the default.
    """
    if os.path.lexists(folder / RUBRIC_FILE):
        return folder
    rubrics = rubrics_in(folder)
    chosen = rubrics if len(rubrics) < 2 else [rubric for rubric in rubrics if _is_default(rubric)]  # noqa: PLR2004
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(rubric.name for rubric in rubrics)
    message = (
        f"contains several rubrics ({names}); choose one {how}, or write `default: true` in `about` of one"
        if rubrics
        else f"contains no {RUBRIC_FILE}; give the folder of a rubric {how}"
    )
    raise InputError([Problem(shown(folder), 1, 1, "", message, "no-rubric")])


def rubrics_in(folder: Path) -> list[Path]:
    """The subfolders with a rubric, at most `MAX_RUBRICS`, by name."""
    if not os.path.isdir(folder):  # noqa: PTH112  Path.is_dir may raise
        return []
    found = (path.parent for path in folder.glob(f"*/{RUBRIC_FILE}"))
    return sorted(itertools.islice(found, MAX_RUBRICS))


def rubrics_beside(rubric: Path) -> list[Path]:
    """The folders of the other rubrics in the folder that contains the one of a rubric."""
    real = Path(os.path.realpath(rubric))
    return [other for other in rubrics_in(rubric.parent) if Path(os.path.realpath(other)) != real]


def _is_default(rubric: Path) -> bool:
    """Whether the rubric of a folder is the one to use if none is named."""
    read = reader.read(opened(rubric / RUBRIC_FILE).text or "", "")[0]
    about = read.get("about") if isinstance(read, dict) else None
    return isinstance(about, dict) and about.get("default") is True
