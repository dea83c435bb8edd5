"""scores.lock: the scores last agreed on, one figure per line, so that no change goes unnoticed. The format is TOML.

Each country has a seal, a hash of its figures. It distinguishes a file that was edited by hand, merged badly or damaged
from a score that changed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import tomllib
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import AliasChoices, Field, ValidationError

from scoring.errors import Problem, dotted
from scoring.files.disk import opened, shown
from scoring.files.reader import as_text
from scoring.index.leaves import SHARES
from scoring.model.fields import CountryCode, Model, Name, Number
from scoring.model.scale import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.model.rubric import RuleBook
    from scoring.model.scale import Scale


WITHHELD = "withheld_estimate"  # the key of the estimate of a withheld index, which is not a published figure
DECIMALS = 6
SEAL = 16  # hexadecimal digits
MAX_LINE = 1000  # characters; ours have 120, and tomllib takes gigabytes for a key of 30,000 parts
HEAD = """\
# The scores as `scoring lock` last wrote them; `scoring check` tells what moved since. Not to be edited by hand.
"""
_POSITION = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)$| \(at end of document\)$")


class LockedFigures(Model):
    """Figures of one node, on its scale, information in [0, 1]; None for none."""

    estimate: Number | None = Field(None, validation_alias=AliasChoices("estimate", WITHHELD))
    stated: Number | None = None
    low: Number | None = None
    high: Number | None = None
    information: Number | None = None


FIGURES = tuple(LockedFigures.model_fields)


class LockedCountry(Model):
    """One country; rank and band are None if the index is withheld. The seal is set when the file is written."""

    seal: str = ""
    actor: CountryCode | None = None
    as_of: str
    profile_digest: str
    rank: int | None = None
    band: str | None = None
    index: LockedFigures
    pillars: dict[Name, LockedFigures]


class Lock(Model):
    """The file scores.lock."""

    format: Literal[1]
    rubric: str
    rubric_digest: str
    countries: dict[CountryCode, LockedCountry]


class FigureChange(NamedTuple):
    """A figure that differs from the lock file; node and figure are empty for an added or removed country."""

    country: str
    node: str
    figure: str
    was: float | int | str | None
    now: float | int | str | None


def scales_of(assessment: Assessment) -> dict[str, Scale]:
    """The scales of the index, under `index`, and of each pillar under its id."""
    return {"index": assessment.scale} | {node.id: node.scale for node in assessment.pillars}


def locked(assessment: Assessment, scales: Mapping[str, Scale] | None = None) -> Lock:
    """The lock of an assessment; scales: on which its figures are, by default those of its own nodes."""
    rubric, scales = assessment.book.rubric, scales_of(assessment) | dict(scales or {})
    return Lock(
        format=1,
        rubric=f"{rubric.id}@{rubric.version}",
        rubric_digest=assessment.rubric_digest,
        countries={
            country.code: LockedCountry(
                actor=country.profile.actor,
                as_of=country.as_of.isoformat(),
                profile_digest=country.digest,
                rank=country.rank,
                band=country.band,
                index=_figures(country.index, scales["index"]),
                pillars={pillar.node.id: _figures(pillar, scales[pillar.node.id]) for pillar in country.pillars},
            )
            for country in assessment.countries
        },
    )


def _figures(score: Score, scale: Scale) -> LockedFigures:
    """The rounded figures of a node, with the computed estimate, so that changes of withheld ones are seen too."""
    values = {name: getattr(score, name) for name in FIGURES} | {"estimate": score.computed}
    return LockedFigures(
        **{
            name: None if math.isnan(value) else round(value if name in SHARES else scale.on(value), DECIMALS)
            for name, value in values.items()
        }
    )


def text_of(lock: Lock) -> str:
    """The text of the file: one figure per line, countries by code, pillars by id."""
    head = [HEAD, "format = 1", f'rubric = "{lock.rubric}"', f'rubric_digest = "{lock.rubric_digest}"']
    sections = [_section(code, country) for code, country in sorted(lock.countries.items())]
    return "\n\n".join(["\n".join(head), *sections]) + "\n"


def _section(code: str, country: LockedCountry) -> str:
    """The lines of a country, its seal first. The seal does not depend on the key that the estimate has."""
    lines = list(_lines(country.__dict__, ("actor", "as_of", "profile_digest", "rank", "band")))
    nodes = {"index": country.index} | {f"pillars.{name}": pillar for name, pillar in sorted(country.pillars.items())}
    for name, figures in nodes.items():
        lines += [f"[countries.{code}.{name}]", *_lines(figures.__dict__, FIGURES)]
    seal = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:SEAL]
    text = "\n".join([f"[countries.{code}]", f'seal = "{seal}"', *lines])
    is_withheld = country.rank is None and country.index.estimate is not None
    return text.replace("\nestimate = ", f"\n{WITHHELD} = ", 1) if is_withheld else text


def _lines(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        value = values[key]
        if isinstance(value, str):
            yield f"{key} = {_basic_string(value)}"
        elif value is not None:
            yield f"{key} = {value!r}"


def _basic_string(text: str) -> str:
    """A TOML string: the escapes of JSON, and that of the character U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def is_lock(path: Path) -> bool:
    """Whether a file is a lock file, by its first line."""
    try:
        if not path.is_file():  # reading a pipe would block
            return False
        with path.open("rb") as file:
            return as_text(file.read(len(BOM_UTF8 + HEAD.encode()) + 1)).startswith(HEAD)
    except (OSError, UnicodeDecodeError):
        return False


def load(path: Path, book: RuleBook | None = None) -> tuple[Lock | None, tuple[Problem, ...]]:
    """Read a lock file: the lock, or None and the problems if there is none, or it is damaged or of another rubric."""
    if not os.path.lexists(path):
        message = "the lock file does not exist; write it with `scoring lock`"
        return None, (Problem(shown(path), 1, 1, "", message, "no-lock"),)
    file = opened(path)
    if file.text is None:
        return None, tuple(file.problems)
    lock, problems = read(file.text, file.name)
    name = lock.rubric.partition("@")[0] if lock else ""
    if lock and book and name != book.rubric.id:
        message = f"has the scores of {name}, not of {book.rubric.id}; give another file, or --rubric {name}"
        return None, (Problem(file.name, 1, 1, "rubric", message, "other-rubric"),)
    return lock, problems


def is_of_another(path: Path, book: RuleBook) -> bool:
    """Whether a file is the lock of another rubric, which a new one must not replace."""
    lock = load(path)[0] if os.path.lexists(path) else None
    return lock is not None and lock.rubric.partition("@")[0] != book.rubric.id


def read(text: str, file: str) -> tuple[Lock | None, tuple[Problem, ...]]:
    """Parse the text of a lock file: the lock, or None and the problems if it is damaged.

    Args:
        text: of the file.
        file: its name, for the problems.
    """
    fix = "write it again with `scoring lock`, or restore it from the git history"
    lines = text.split("\n")
    if long := [number for number, line in enumerate(lines, start=1) if len(line) > MAX_LINE]:
        message = f"is damaged: a line has more than {MAX_LINE:,} characters; {fix}"
        return None, (Problem(file, long[0], 1, "", message, "damaged-lock"),)
    try:
        lock = Lock.model_validate({"countries": {}} | tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.search(str(error))
        line, column = (int(match[1]), int(match[2])) if match and match[1] else (text.count("\n") + 1, 1)
        reason = _POSITION.sub("", str(error))
        return None, (Problem(file, line, column, "", f"is damaged: {reason}; {fix}", "damaged-lock"),)
    except ValidationError as error:
        return None, tuple(
            Problem(file, 1, 1, dotted(detail["loc"]), f"is damaged: {detail['msg'].lower()}; {fix}", "damaged-lock")
            for detail in error.errors(include_url=False)
        )
    except RecursionError:  # thousands of lines with a bracket, which tomllib does not report
        return None, (Problem(file, 1, 1, "", f"is damaged: brackets are nested too deep; {fix}", "damaged-lock"),)
    problems = tuple(
        Problem(
            file,
            lines.index(f"[countries.{code}]") + 1 if f"[countries.{code}]" in lines else 1,
            1,
            f"countries.{code}",
            f"does not match its seal: edited by hand, merged badly or damaged; {fix}",
            "damaged-lock",
        )
        for code, country in sorted(lock.countries.items())
        if f'seal = "{country.seal}"' != _section(code, country).split("\n", 2)[1]
    )
    return (None if problems else lock), problems


def figure_changes(
    old: Lock, new: Lock, tolerance: float, scales: Mapping[str, Scale] | None = None
) -> tuple[FigureChange, ...]:
    """The figures that differ by more than the tolerance.

    Actor and reference date are compared too: a score for another day is another score.

    Args:
        old: the lock before.
        new: the lock now.
        tolerance: on a scale of 0 to 100; a hundredth of it for information.
        scales: of index and pillars, from `scales_of`; any other is 0 to 100.
    """
    changes: list[FigureChange] = []
    for code in sorted({*old.countries, *new.countries}):
        was, now = old.countries.get(code), new.countries.get(code)
        if was is None or now is None:
            figures = [country.index.estimate if country else None for country in (was, now)]
            changes.append(FigureChange(code, "", "", *figures))
            continue
        changes += [
            FigureChange(code, "index", name, getattr(was, name), getattr(now, name))
            for name in ("actor", "as_of", "rank", "band")
            if getattr(was, name) != getattr(now, name)
        ]
        nodes = [("index", was.index, now.index)]
        absent = LockedFigures()
        nodes += [
            (pillar, was.pillars.get(pillar, absent), now.pillars.get(pillar, absent))
            for pillar in sorted({*was.pillars, *now.pillars})
        ]
        for node, before, after in nodes:
            width = (scales or {}).get(node, DEFAULT).width
            changes += [
                FigureChange(code, node, name, a, b)
                for name in FIGURES
                for a, b in [(getattr(before, name), getattr(after, name))]
                if _differs(a, b, tolerance / 100 if name in SHARES else tolerance * (width / 100))
            ]
    return tuple(changes)


def _differs(was: float | None, now: float | None, tolerance: float) -> bool:
    return was != now if was is None or now is None else abs(was - now) > tolerance


def changed_profiles(old: Lock, new: Lock) -> tuple[str, ...]:
    """The codes of countries whose profile changed, whether or not a figure did."""
    return tuple(
        code
        for code in sorted({*old.countries} & {*new.countries})
        if old.countries[code].profile_digest != new.countries[code].profile_digest
    )
