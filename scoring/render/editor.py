"""JSON Schema, so that an editor completes and checks while one types."""

from __future__ import annotations

from typing import Any, Literal

from scoring import schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = ("rubric", "pillar", "profile", "cases")


def json_schema(kind: Literal["rubric", "pillar", "profile", "cases"], book: schema.RuleBook) -> dict[str, Any]:
    """The JSON Schema of one kind of file; the codes of profile and cases are those of the rubric."""
    models: dict[str, type[schema.Model]] = {
        "rubric": schema.Rubric,
        "pillar": schema.Pillar,
        "profile": schema.Profile,
        "cases": schema.CaseFile,
    }
    document = models[kind].model_json_schema(by_alias=True)
    if kind in ("profile", "cases"):
        definitions = document["$defs"]
        codes = {leaf.id: _code_schema(leaf) for pillar in book.pillars for leaf in schema.leaves(pillar.indicators)}
        definitions["Codes"] = {
            "type": "object",
            "description": "Indicator: code",
            "properties": codes,
            "additionalProperties": False,
            "minProperties": 1,
        }
        reference = {"$ref": "#/$defs/Codes"}
        if kind == "cases":
            definitions["Case"]["properties"]["codes"] = {**reference, "maxProperties": 1}
        else:
            properties = definitions["Statement"]["properties"]
            properties["codes"] = reference
            properties["coders"] = {"type": "object", "additionalProperties": reference, "minProperties": 1}
    return {"$schema": DRAFT, **document}


def _code_schema(leaf: schema.LeafIndicator) -> dict[str, Any]:
    number = {"type": "number"}
    described: dict[str, Any] = {"description": leaf.question}
    match leaf:
        case schema.LevelsIndicator():
            described["anyOf"] = [{"const": level.key, "description": level.text} for level in leaf.levels]
        case schema.ChecklistIndicator():
            described |= {
                "type": "object",
                "properties": {
                    item.key: {"enum": [True, False, "partly"], "description": item.text} for item in leaf.items
                },
                "additionalProperties": False,
                "minProperties": 1,
            }
        case schema.NumberIndicator():
            described |= number
        case schema.ShareIndicator():
            share = {"type": "number", "minimum": 0, "maximum": 100}
            sample = {"type": "integer", "minimum": 1}
            described["anyOf"] = [share, _object({"share": share, "n": sample}, required=["share"])]
        case schema.RankIndicator():
            whole = {"type": "integer", "minimum": 1}
            described |= _object({"rank": whole, "of": whole}, required=["rank", "of"])
        case schema.CountIndicator():
            described |= {"type": "integer", "minimum": 0}
    return described


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
