"""What was loaded does not change: a figure goes back to what stands in the file."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PROFILE, ROOT
from pydantic import ValidationError

from scoring.files.disk import opened
from scoring.files.load import load, load_cases, load_tables
from scoring.model.digest import digest
from scoring.model.fields import FrozenDict, Model
from scoring.model.kinds.checklist import ChecklistIndicator
from scoring.model.profile import Profile, Source, Statement
from scoring.model.references import Case, PublishedTable
from scoring.model.rubric import Band

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIXTURE = ROOT / "tests" / "oracles" / "fixture"


@pytest.fixture(scope="module")
def loaded() -> tuple[Model, ...]:
    """A rule book with every kind of indicator, profiles with coders, cases and tables."""
    book, profiles = load(FIXTURE / "rubric", FIXTURE / "profiles")
    ours, some = load(ROOT / "rubrics", ROOT / "profiles")
    cases, _ = load_cases(ROOT / "rubrics" / "resilience", ours)
    tables, _ = load_tables(ROOT / "published", ours)
    return book, *profiles, ours, *some[:3], *cases, *tables.values()


def parts(value: Any) -> Iterator[Any]:
    """A value and all that it is made of."""
    yield value
    inner: Iterable[Any] = ()
    if isinstance(value, Model):
        inner = value.__dict__.values()
    elif isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, tuple | list | set):
        inner = value
    for one in inner:
        yield from parts(one)


def test_all_parts_are_models_frozen_dicts_tuples_and_plain_values(loaded: tuple[Model, ...]) -> None:
    kinds = {type(one) for one in parts(loaded)}
    plain = {tuple, FrozenDict, str, int, float, bool, type(None)}
    assert {one for one in kinds if not issubclass(one, Model)} == plain
    assert {Statement, Source, ChecklistIndicator, Band, Case, PublishedTable} < kinds


def test_no_field_of_a_model_can_be_set(loaded: tuple[Model, ...]) -> None:
    for model in (one for one in parts(loaded) if isinstance(one, Model)):
        for name in type(model).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(model, name, None)


def _or(one: dict[str, Any]) -> None:
    one |= {"a": 1}


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "set": lambda one: one.__setitem__("a", 1),
    "delete": lambda one: one.__delitem__(next(iter(one))),
    "update": lambda one: one.update(a=1),
    "setdefault": lambda one: one.setdefault("a", 1),
    "pop": lambda one: one.pop(next(iter(one))),
    "popitem": lambda one: one.popitem(),
    "clear": lambda one: one.clear(),
    "join": _or,
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_mapping_can_be_changed(loaded: tuple[Model, ...], change: str) -> None:
    mappings = [one for one in parts(loaded) if isinstance(one, dict) and one]
    assert len(mappings) > 100
    for one in mappings:
        before = dict(one)
        with pytest.raises(TypeError, match="do not change"):
            CHANGES[change](one)
        assert one == before


def test_every_way_to_change_a_dict_is_known() -> None:
    free = {"copy", "fromkeys", "get", "items", "keys", "values"}  # give something else
    public = {name for name in dir(dict) if not name.startswith("_")} | {"__setitem__", "__delitem__", "__ior__"}
    assert {name for name in public if getattr(FrozenDict, name) is FrozenDict._refuse} == public - free


def test_a_list_in_a_code_is_frozen_too(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("{strategy: none}", "{strategy: [none]}"))
    profile = opened(Path("profiles/AZE.yaml")).parse(Profile)
    assert profile is not None
    assert profile.statements[0].codes == {"strategy": ("none",)}


def test_what_is_left_out_is_frozen_too() -> None:
    given = {"format": 1, "country": "XAA", "actor": "XAB", "as_of": "2018", "statements": ()}
    profile = Profile.model_validate(given)
    assert list(map(type, parts(profile.sources))) == [FrozenDict]
    assert profile.model_dump(exclude_defaults=True) == given


def test_copies_and_digests_are_those_of_plain_values(loaded: tuple[Model, ...]) -> None:
    for model in loaded:
        pickled = pickle.loads(pickle.dumps(model))  # noqa: S301  our own
        for other in (copy.copy(model), copy.deepcopy(model), model.model_copy(deep=True), pickled):
            assert other == model
            assert digest(other) == digest(model)
            assert dict not in map(type, parts(other))
        dumped = model.model_dump(by_alias=True)
        assert FrozenDict not in map(type, parts(dumped))
        assert type(model).model_validate(dumped) == model
