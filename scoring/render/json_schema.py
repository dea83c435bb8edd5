"""JSON Schema, so that an editor completes and checks while one types."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
from typing import TYPE_CHECKING, Any, Literal

from scoring.model import kinds, profile, references, rubric
from scoring.model.kinds import (
    ChecklistIndicator,
    CountIndicator,
    LeafIndicator,
    LevelsIndicator,
    NumberIndicator,
    RankIndicator,
    ShareIndicator,
    leaf_indicators,
)
from scoring.model.profile import Profile
from scoring.model.references import CaseFile
from scoring.model.rubric import Pillar, Rubric, RuleBook

if TYPE_CHECKING:
    from scoring.model.fields import Model

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = ("rubric", "pillar", "profile", "cases")


def json_schema(kind: Literal["rubric", "pillar", "profile", "cases"], book: RuleBook) -> dict[str, Any]:
    """The JSON Schema of one kind of file; the codes of profile and cases are those of the rubric."""
    models: dict[str, type[Model]] = {
        "rubric": Rubric,
        "pillar": Pillar,
        "profile": Profile,
        "cases": CaseFile,
    }
    document = models[kind].model_json_schema(by_alias=True)
    shapes = {name: shape for module in (kinds, profile, references, rubric) for name, shape in vars(module).items()}
    for name, described in {models[kind].__name__: document, **document.get("$defs", {})}.items():
        _describe(shapes.get(name), described.get("properties", {}))
    if kind in ("profile", "cases"):
        definitions = document["$defs"]
        codes = {leaf.id: _code_schema(leaf) for pillar in book.pillars for leaf in leaf_indicators(pillar.indicators)}
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


def _describe(model: type[Model] | None, properties: dict[str, Any]) -> None:
    """Add what stands below a field in the source as its description.

    pydantic could read it itself, but on every start, where nobody asks for it.
    """
    if model is None:
        return
    texts = _texts()
    for field, info in model.model_fields.items():
        found = [texts[one.__name__, field] for one in model.__mro__ if (one.__name__, field) in texts]
        if found:
            properties[info.alias or field].setdefault("description", found[0])


@functools.cache
def _texts() -> dict[tuple[str, str], str]:
    """Class and field -> the text below it in the source of the models."""
    texts = {}
    modules = (kinds, profile, references, rubric)
    for node in itertools.chain.from_iterable(ast.parse(inspect.getsource(module)).body for module in modules):
        if isinstance(node, ast.ClassDef):
            for field, text in itertools.pairwise(node.body):
                match field, text:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(value))):
                        texts[node.name, name] = inspect.cleandoc(value)
    return texts


def _code_schema(leaf: LeafIndicator) -> dict[str, Any]:
    number = {"type": "number"}
    described: dict[str, Any] = {"description": leaf.question}
    match leaf:
        case LevelsIndicator():
            described["anyOf"] = [{"const": level.key, "description": level.text} for level in leaf.levels]
        case ChecklistIndicator():
            described |= {
                "type": "object",
                "properties": {
                    item.key: {"enum": [True, False, "partly"], "description": item.text} for item in leaf.items
                },
                "additionalProperties": False,
                "minProperties": 1,
            }
        case NumberIndicator():
            described |= number
        case ShareIndicator():
            share = {"type": "number", "minimum": 0, "maximum": 100}
            sample = {"type": "integer", "minimum": 1}
            described["anyOf"] = [share, _object({"share": share, "n": sample}, required=["share"])]
        case RankIndicator():
            whole = {"type": "integer", "minimum": 1}
            described |= _object({"rank": whole, "of": whole}, required=["rank", "of"])
        case CountIndicator():
            described |= {"type": "integer", "minimum": 0}
    return described


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
