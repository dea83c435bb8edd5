"""The calls, in order: profiles and rubric in, an assessment out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError
from scoring.index.tree import Node, node_names
from scoring.model.countries import country_code, not_in_the_set
from scoring.text.spelling import chosen

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook


def find_country(assessment: Assessment, name: str) -> int:
    """The row of a country; name: its code or an English name of it, in any case.

    Raises:
        UnknownNameError: it names no country, or one that is not in the set.
    """
    codes = [profile.country for profile in assessment.profiles]
    code = country_code(name, codes)
    if code not in codes:
        raise UnknownNameError(not_in_the_set([code], codes))
    return codes.index(code)


def find_pillar(book: RuleBook, name: str) -> str:
    """The id of a pillar; name: its id, short code or title, in any case.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    return chosen(name, {one.id: (one.short or "", one.title) for one in book.pillars}, "pillar")


def find_indicator(book: RuleBook, name: str) -> LeafIndicator:
    """An indicator; name: its id or its question, in any case.

    Raises:
        UnknownNameError: the rubric has no such indicator.
    """
    questions = {identifier: (leaf.question,) for identifier, leaf in book.leaves.items()}
    return book.leaves[chosen(name, questions, "indicator")]


def find_node(assessment: Assessment, name: str) -> Node:
    """The node with an id, a path or the end of one, a short code, title or question, in any case.

    Raises:
        UnknownNameError: none or several fit.
    """
    nodes = assessment.nodes
    exact = [node for node in nodes if node.path == name or node.path.endswith(f"/{name}")]
    if len(exact) == 1:
        return exact[0]
    shorts = {pillar.id: pillar.short or "" for pillar in assessment.book.pillars}
    named = dict(zip(node_names(nodes), nodes, strict=True))
    spelt = {one: (node.path, node.id, node.label, shorts.get(node.id, "")) for one, node in named.items()}
    return named[chosen(name, spelt, "node")]
