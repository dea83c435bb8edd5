"""Why a figure is what it is: the tree down to the statement. Reads an assessment, recomputes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError, nearest
from scoring.index.lookup import find_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.assessment import Assessment
    from scoring.index.score import Entry, Exclusion, Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile, Source, Statement


@dataclass(frozen=True)
class Part:
    """What one statement brings to one leaf.

    share: of the whole index, in [0, 1]: the leaf's nominal share times w / (M + k). The shares of all parts sum to
    the information of the index; the rest is what nobody has said.
    """

    statement: Statement
    source: Source
    node: Node
    entry: Entry
    share: float


@dataclass(frozen=True)
class LeftOut:
    """A statement that codes a leaf and did not enter, with the one reason."""

    statement: Statement
    source: Source
    node: Node | None
    """None for the statement as a whole."""
    reason: str


@dataclass(frozen=True)
class Explained:
    """A node with what carries it: children, or the statements that entered and those that did not."""

    node: Node
    children: tuple[Explained, ...]
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]


REASONS = {
    "context": "context: recorded, never scored",
    "future": "dated after the as-of date",
    "until": "no longer in force on the as-of date",
    "same_as": "told already by another statement",
    "outside-window": "outside the window of years",
    "no-weight": "weighs nothing by its grades",
    "older-than-latest": "replaced by a newer statement",
}


def explain(assessment: Assessment, row: int, name: str | None = None) -> Explained:
    """Explain a node of the country in a row: the index, or the one that `find_node` finds.

    Raises:
        UnknownNameError: there is no such node, or more than one item has this key.
    """
    node = find_node(assessment, name) if name else assessment.nodes[0]
    return _explained(assessment, row, node)


def leaves(explained: Explained) -> Iterator[Explained]:
    """What takes statements itself, below a node or the node itself."""
    if not explained.children:
        yield explained
    for child in explained.children:
        yield from leaves(child)


def _explained(assessment: Assessment, row: int, node: Node) -> Explained:
    leaf = assessment.leaves[row].get(node.position)
    return Explained(
        node=node,
        children=tuple(_explained(assessment, row, assessment.nodes[child]) for child in node.children),
        parts=tuple(_parts(assessment, row, node, leaf)) if leaf else (),
        left_out=tuple(_left_out(assessment, row, node, leaf)) if leaf else (),
    )


def _parts(assessment: Assessment, row: int, node: Node, leaf: Leaf) -> Iterator[Part]:
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    total = sum(entry.weight for entry in leaf.entries) + assessment.book.rubric.prior.weight
    for entry in sorted(leaf.entries, key=lambda entry: (-entry.weight, entry.statement)):
        statement = statements[entry.statement]
        share = node.global_weight * entry.weight / total
        yield Part(statement, profile.sources[statement.source], node, entry, share)


def _left_out(assessment: Assessment, row: int, node: Node, leaf: Leaf) -> Iterator[LeftOut]:
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    for exclusion in assessment.exclusions[row]:
        statement = statements[exclusion.statement]
        if _concerns(exclusion, statement, leaf):
            yield LeftOut(statement, profile.sources[statement.source], node, exclusion.reason)


def _concerns(exclusion: Exclusion, statement: Statement, leaf: Leaf) -> bool:
    if exclusion.indicator is not None:
        return (exclusion.indicator, exclusion.item) == (leaf.indicator, leaf.item)
    code = (statement.codes or {}).get(leaf.indicator)
    return code is not None and (leaf.item is None or leaf.item in code)


@dataclass(frozen=True)
class StatementExplained:
    """The reverse: one statement, every leaf that it enters, and where it did not and why."""

    profile: Profile
    statement: Statement
    source: Source
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    twins: tuple[str, ...]
    """Statements that say to tell the same as this one."""


def explain_statement(assessment: Assessment, row: int, identifier: str) -> StatementExplained:
    """Explain where one statement of the country in a row goes.

    Raises:
        UnknownNameError: the profile has no such statement.
    """
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    if identifier not in statements:
        right = nearest(identifier, sorted(statements), "statements")
        message = f"{identifier!r} is no statement of {profile.country}; {right}"
        raise UnknownNameError(message)
    statement = statements[identifier]
    source = profile.sources[statement.source]
    parts: list[Part] = []
    left_out: list[LeftOut] = []
    for position, leaf in assessment.leaves[row].items():
        node = assessment.nodes[position]
        parts += [part for part in _parts(assessment, row, node, leaf) if part.statement.id == identifier]
        left_out += [one for one in _left_out(assessment, row, node, leaf) if one.statement.id == identifier]
    if not parts and not left_out:  # context codes no leaf
        left_out = [
            LeftOut(statement, source, None, exclusion.reason)
            for exclusion in assessment.exclusions[row]
            if exclusion.statement == identifier
        ]
    twins = tuple(sorted(other.id for other in profile.statements if other.same_as == identifier))
    return StatementExplained(profile, statement, source, tuple(parts), tuple(left_out), twins)
