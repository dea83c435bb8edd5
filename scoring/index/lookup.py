"""Find countries, pillars, indicators and nodes by the names that people type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError
from scoring.index.tree import node_names
from scoring.model.countries import country_code, not_in_the_set
from scoring.text.spelling import chosen, folded

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook


def find_country(assessment: Assessment, name: str) -> int:
    """The row of a country; name: its code or an English name, in any case.

    Raises:
        UnknownNameError: unknown country, or not in the set.
    """
    codes = [profile.country for profile in assessment.profiles]
    own = {folded(profile.name): profile.country for profile in assessment.profiles if profile.name}
    code = own.get(folded(name)) or country_code(name, codes)
    if code not in codes:
        raise UnknownNameError(not_in_the_set([code], codes))
    return codes.index(code)


def find_pillar(book: RuleBook, name: str) -> str:
    """The id of a pillar; name: its id, short code or title, in any case.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    return chosen(name, {pillar.id: (pillar.short or "", pillar.title) for pillar in book.pillars}, "pillar")


def find_indicator(book: RuleBook, name: str) -> LeafIndicator:
    """The indicator; name: its id or question, in any case.

    Raises:
        UnknownNameError: the rubric has no such indicator.
    """
    questions = {identifier: (leaf.question,) for identifier, leaf in book.leaves.items()}
    return book.leaves[chosen(name, questions, "indicator")]


def find_node(assessment: Assessment, name: str) -> Node:
    """The node; name: its id, path or the end of its path, short code, title or question, in any case.

    Raises:
        UnknownNameError: no node matches, or more than one.
    """
    nodes = assessment.nodes
    exact = [node for node in nodes if node.path == name or node.path.endswith(f"/{name}")]
    if len(exact) == 1:
        return exact[0]
    shorts = {pillar.id: pillar.short or "" for pillar in assessment.book.pillars}
    by_name = dict(zip(node_names(nodes), nodes, strict=True))
    spellings = {key: (node.path, node.id, node.label, shorts.get(node.id, "")) for key, node in by_name.items()}
    return by_name[chosen(name, spellings, "node")]
