"""The JSON Schemas of the kinds of file, by which an editor completes and checks a file."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
from typing import TYPE_CHECKING, Any

from scoring.model.coders import Coders
from scoring.model.editions import Editions
from scoring.model.fields import Model, nested
from scoring.model.groups import Groups
from scoring.model.imports import Import
from scoring.model.profile import Profile
from scoring.model.publishers import Register
from scoring.model.references import CaseFile
from scoring.model.review import ReviewFile
from scoring.model.rubric import Pillar, Rubric, RuleBook
from scoring.model.scenario import ScenarioFile
from scoring.model.vignettes import VignetteFile

if TYPE_CHECKING:
    from scoring.files.file_kinds import WithSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: WithSchema, book: RuleBook) -> dict[str, Any]:
    """The JSON Schema of a kind of file; in profiles, cases and vignettes the codes are those of the rubric."""
    models: dict[WithSchema, type[Model]] = {
        "rubric": Rubric,
        "pillar": Pillar,
        "profile": Profile,
        "cases": CaseFile,
        "vignettes": VignetteFile,
        "publishers": Register,
        "coders": Coders,
        "groups": Groups,
        "import": Import,
        "review": ReviewFile,
        "editions": Editions,
        "scenario": ScenarioFile,
    }
    document = models[kind].model_json_schema(by_alias=True)
    described = {models[kind].__name__: document, **document["$defs"]}
    for model in nested(models[kind]):
        _describe(model, described[model.__name__].get("properties", {}))
    if kind in ("profile", "cases", "vignettes", "review", "scenario"):
        definitions = document["$defs"]
        codes = {
            name: {"description": leaf.question, **leaf.code_schema()}
            for name, leaf in {**book.leaves, **book.beside}.items()
        }
        definitions["Codes"] = {
            "type": "object",
            "description": "Indicator: code; {} if a coder found no indicator",
            "properties": codes,
            "additionalProperties": False,
        }
        reference = {"$ref": "#/$defs/Codes"}
        if kind == "cases":
            definitions["Case"]["properties"]["codes"] = {**reference, "minProperties": 1, "maxProperties": 1}
        elif kind == "review":
            definitions["Judgement"]["properties"]["codes"] = reference
        elif kind == "scenario":
            definitions["Change"]["properties"]["codes"] = reference
        elif kind == "vignettes":
            definitions["Vignette"]["properties"]["answer"] = reference
        else:
            properties = definitions["Statement"]["properties"]
            properties["codes"] = reference
            properties["coders"] = {"type": "object", "additionalProperties": reference, "minProperties": 1}
            definitions["Adjudicated"]["properties"]["codes"] = reference
    return {"$schema": DRAFT, **document}


def _describe(model: type[Model], properties: dict[str, Any]) -> None:
    """Add the docstring below a field in the source as its description.

    pydantic can do this itself, but would read the source on every start.
    """
    for parent in model.__mro__:
        if issubclass(parent, Model):
            for name, text in _texts(parent).items():
                if field := model.model_fields.get(name):  # no class variable
                    properties[field.alias or name].setdefault("description", text)


@functools.cache
def _texts(model: type[Model]) -> dict[str, str]:
    """Field or class variable -> its docstring in the source of a model."""
    texts = {}
    [definition] = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101  the source of a class
    for field, text in itertools.pairwise(definition.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(value))):
                texts[name] = inspect.cleandoc(value)
    return texts
