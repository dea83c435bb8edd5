"""The fields in which a code is entered, from the schema of its kind of indicator: a new kind has its form at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.files import reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.model.kinds import LeafIndicator

NO_ANSWER = ""
_ANSWERS: dict[str, object] = {"true": True, "false": False}


class Option(NamedTuple):
    """One of the answers to choose from."""

    value: str
    text: str


class Field(NamedTuple):
    """One field of a form."""

    key: str
    """Level, item or figure; empty for the whole code."""
    label: str
    options: tuple[Option, ...]
    """Empty for a figure, which is typed."""
    value: str
    """As it was answered; empty for no answer."""


def answer_fields(indicator: LeafIndicator, texts: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of an indicator, filled with their texts: key -> text."""
    return tuple(field._replace(value=texts.get(field.key, NO_ANSWER)) for field in _fields(indicator.code_schema()))


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    choices = schema.get("anyOf", ())
    if choices and all("const" in choice for choice in choices):
        options = tuple(Option(str(choice["const"]), choice.get("description", "")) for choice in choices)
        return (Field("", "", options, NO_ANSWER),)
    properties = next((one["properties"] for one in (schema, *choices) if "properties" in one), None)
    if properties is None:
        return (Field("", "", (), NO_ANSWER),)
    return tuple(Field(key, one.get("description", ""), _options(one), NO_ANSWER) for key, one in properties.items())


def _options(schema: Mapping[str, Any]) -> tuple[Option, ...]:
    values = (True, False) if schema.get("type") == "boolean" else schema.get("enum", ())
    return tuple(Option(str(value).lower() if isinstance(value, bool) else str(value), "") for value in values)


def answer_texts(indicator: LeafIndicator, code: Any) -> dict[str, str]:
    """A code as the texts of its fields: key -> text."""
    if code is None:
        return {}
    if isinstance(code, dict):
        return {key: _as_text(value) for key, value in code.items()}
    whole, *_ = _fields(indicator.code_schema())
    return {whole.key: _as_text(code)}


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def code_of(indicator: LeafIndicator, texts: Mapping[str, str]) -> Any:
    """The code that the texts of the fields give; None without any answer.

    A figure alone is written as such, without the braces of a mapping, where the kind allows both.
    """
    given = {key: _value(text) for key, text in texts.items() if text.strip()}
    if not given:
        return None
    if set(given) == {""}:
        return given[""]
    schema = indicator.code_schema()
    fields = _fields(schema)
    is_either = any("properties" in one for one in schema.get("anyOf", ()))
    return given[fields[0].key] if is_either and set(given) == {fields[0].key} else given


def _value(text: str) -> Any:
    """The value of a text as YAML reads it; what is no number, true or false stays as it was typed."""
    text = text.strip()
    if text in _ANSWERS:
        return _ANSWERS[text]
    value = reader.read(text, "")[0] if re.fullmatch(r"[-+0-9.eE]{1,40}", text) else None
    return text if value is None else value
