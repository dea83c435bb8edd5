"""Compute comparable indices from a rubric and country profiles of sourced evidence.

>>> import scoring
>>> rubric, profiles = scoring.load()
>>> assessment = scoring.assess(rubric, profiles, as_of="2018-06-30")
>>> compared = scoring.compare(assessment, "Ukraine", "Georgia")
"""

TYPE_CHECKING = False  # not from `typing`: `python -m` would look for it in the working directory first

if TYPE_CHECKING:
    from scoring.api import (
        Result,
        audit,
        cite,
        compare,
        due,
        explain,
        figure,
        levers,
        peers,
        qualify,
        reach,
        reversals,
        reviews,
        scenario,
        sensitivity,
        simulate,
        trend,
        verify,
        vignettes,
        what_if,
    )
    from scoring.errors import InputError, MissingPackageError, Problem, ScoringError, UnknownNameError
    from scoring.files.load import load
    from scoring.index.assessment import Assessment, Figures, assess
    from scoring.index.leaves import Entry, Exclusion, Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.render.charts.canvas import Chart
    from scoring.uncertainty.simulation import Simulation

__version__: str
__all__ = [
    "Assessment",
    "Chart",
    "Entry",
    "Exclusion",
    "Figures",
    "InputError",
    "Leaf",
    "MissingPackageError",
    "Node",
    "Problem",
    "Profile",
    "Result",
    "RuleBook",
    "ScoringError",
    "Simulation",
    "UnknownNameError",
    "assess",
    "audit",
    "cite",
    "compare",
    "due",
    "explain",
    "figure",
    "levers",
    "load",
    "peers",
    "qualify",
    "reach",
    "reversals",
    "reviews",
    "scenario",
    "sensitivity",
    "simulate",
    "trend",
    "verify",
    "vignettes",
    "what_if",
]

_MODULES = {
    "api": (
        "Result",
        "audit",
        "cite",
        "compare",
        "due",
        "explain",
        "figure",
        "levers",
        "peers",
        "qualify",
        "reach",
        "reversals",
        "reviews",
        "scenario",
        "sensitivity",
        "simulate",
        "trend",
        "verify",
        "vignettes",
        "what_if",
    ),
    "errors": ("InputError", "MissingPackageError", "Problem", "ScoringError", "UnknownNameError"),
    "files.load": ("load",),
    "index.assessment": ("Assessment", "Figures", "assess"),
    "index.leaves": ("Entry", "Exclusion", "Leaf"),
    "index.tree": ("Node",),
    "model.profile": ("Profile",),
    "model.rubric": ("RuleBook",),
    "render.charts.canvas": ("Chart",),
    "uncertainty.simulation": ("Simulation",),
}


def __getattr__(name: str) -> object:
    """Import on first use, so that `scoring --help` does not wait for numpy and pydantic."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415  costs 30 ms

        return version("resilience-scoring")
    import importlib  # noqa: PLC0415

    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"scoring.{module}"), name)
    message = f"module 'scoring' has no attribute {name!r}"
    raise AttributeError(message)
