"""A small world to vary: the rubric of the oracle's fixture with every kind of indicator, and five made-up countries.

XAA is strong; XAB holds its own; EST is XAB under a code that is on the map; XAC is too thin to be published; XAE is
published and has no evidence at all on one of the two pillars.
"""

from __future__ import annotations

import copy
import itertools
import json
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from conftest import ROOT, YAML

if TYPE_CHECKING:
    from pathlib import Path

FIXTURE = ROOT / "tests" / "oracles" / "fixture"


def _plain(path: Path) -> dict[str, Any]:
    """YAML as plain values, dates as text."""
    read = yaml.load(path.read_text(), YAML)  # noqa: S506  a safe one
    found: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return found


@dataclass
class World:
    """Rubric, pillars and profiles as they stand in YAML, to be changed and written."""

    rubric: dict[str, Any] = field(default_factory=lambda: _plain(FIXTURE / "rubric" / "rubric.yaml"))
    pillars: dict[str, Any] = field(default_factory=dict)
    profiles: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rubric["publish"] = {"availability": 0.5, "information": 0.3}
        self.pillars = {name: _plain(FIXTURE / "rubric" / f"{name}.yaml") for name in self.rubric["pillars"]}
        self.profiles = {code: _plain(FIXTURE / "profiles" / f"{code}.yaml") for code in ("XAA", "XAB", "XAC")}
        self.profiles["XAA"]["editions"] = ["2027-01-01"]
        self.add("EST", self.profiles["XAB"]["statements"])
        state = {one["id"] for one in self.pillars["state_response"]["indicators"]}
        self.add("XAE", [one for one in self.profiles["XAA"]["statements"] if set(one.get("codes", ())) <= state])

    def add(self, code: str, statements: list[dict[str, Any]]) -> None:
        """A country with some of the statements of the fixture."""
        names = {one["source"] for one in statements}
        like = next(
            one
            for one in self.profiles.values()
            if names <= one["sources"].keys() and statements[0] in one["statements"]
        )
        self.profiles[code] = {**copy.deepcopy(like), "country": code, "statements": copy.deepcopy(statements)}
        self.profiles[code].pop("editions", None)

    def crowd(self, count: int) -> None:
        """Add countries, each XAA or XAB without one statement, until there are so many."""
        codes = (f"XB{letter}" for letter in string.ascii_uppercase)
        for number, code in zip(itertools.count(), codes):
            if len(self.profiles) >= count:
                return
            statements = self.profiles["XAA" if number % 2 else "XAB"]["statements"]
            gone = statements[number % len(statements)]["id"]
            self.add(code, [one for one in statements if gone not in (one["id"], one.get("same_as"))])

    def only_country(self, code: str) -> None:
        """Leave one country."""
        self.profiles = {code: self.profiles[code]}

    def only_pillar(self, name: str) -> None:
        """Leave one pillar, and the statements that code it alone."""
        self.rubric["pillars"] = {name: 1}
        self.pillars = {name: self.pillars[name]}
        asked = {one["id"] for one in self.pillars[name]["indicators"]}
        for profile in self.profiles.values():
            profile["statements"] = [one for one in profile["statements"] if set(one.get("codes", ())) <= asked]

    def write(self, folder: Path) -> None:
        """The world as `rubrics/small` and `profiles` of a folder; JSON is YAML."""
        texts = {f"rubrics/small/{name}.yaml": one for name, one in {"rubric": self.rubric, **self.pillars}.items()}
        texts |= {f"profiles/{code}.yaml": profile for code, profile in self.profiles.items()}
        for name, one in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(json.dumps(one, ensure_ascii=False))
