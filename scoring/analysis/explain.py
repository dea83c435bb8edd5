"""Trace a figure down to its statements, and a statement up to the leaves that it enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from scoring.errors import UnknownNameError, nearest
from scoring.index.lookup import find_node
from scoring.index.rescoring import evidence_of, indices, leaves_of_rubric
from scoring.index.scenario import scenario_of, without_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry, Exclusion, Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile, Source, Statement

Shares: TypeAlias = "dict[str, dict[int, float]]"
"""Id of a statement -> position of a leaf -> the part of the index that rests on it there."""


@dataclass(frozen=True)
class Part:
    """One statement as it enters one leaf.

    `share` is of the index, in [0, 1]: the global weight of the leaf times its information times w / M, M the sum of w.
    The shares of all parts sum to the information of the index; the remainder is missing evidence.
    """

    statement: Statement
    source: Source
    node: Node
    entry: Entry
    share: float

    @property
    def is_confirmed(self) -> bool | None:
        """Whether a person gave the code, or each of several; None without a register of coders."""
        standing = self.statement.standing
        return None if standing is None else self.node.part in standing.by_person


@dataclass(frozen=True)
class LeftOut:
    """A statement that codes a leaf and did not enter, with the reason."""

    statement: Statement
    source: Source
    node: Node | None
    """None if the statement enters no leaf at all."""
    reason: str


class Expectation(NamedTuple):
    """What is expected of missing evidence on a leaf, and why; in [0, 1], offsets in [-1, 1]."""

    expected: float
    """e, the usual level: what the rubric expects of all countries."""
    country: float
    """b, the offset of the country."""
    pillar: float
    """b_p, the offset of the pillar of the country."""
    centre: float
    """c = e + b + b_p, limited to 0.02 to 0.98 where the rubric borrows."""


@dataclass(frozen=True)
class Explained:
    """A node with its children, or with the statements that entered and those that did not."""

    node: Node
    expectation: Expectation | None
    """None for nodes that are no leaf, and where the prior has no weight."""
    children: tuple[Explained, ...]
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]


REASONS = {
    "withdrawn": "withdrawn: kept on record, never scored",
    "context": "context: recorded, never scored",
    "future": "dated after the reference date",
    "until": "no longer in force on the reference date",
    "same_as": "duplicate of another statement",
    "outside-window": "outside the window of years",
    "not-qualified": "coded only by coders who are not qualified for the indicator",
    "no-weight": "weight 0 by its grades",
    "older-than-latest": "replaced by a newer statement",
}


def not_qualified(statement: Statement, node: Node) -> tuple[str, ...]:
    """The coders whose codes of a statement on a leaf do not count, since they are not qualified; empty without any."""
    first = statement.standing.first if statement.standing else None
    coders = {coder or first or "the first coder" for coder, *part in statement.left_out if tuple(part) == node.part}
    return tuple(sorted(coders))


def explain(assessment: Assessment, row: int, name: str | None = None) -> Explained:
    """Explain a node of the country in a row: by default the index.

    Args:
        assessment: the countries.
        row: of the country.
        name: of the node, as of `find_node`.

    Raises:
        UnknownNameError: no node matches, or more than one.
    """
    node = find_node(assessment, name) if name else assessment.nodes[0]
    return _explained(assessment, row, node)


def leaves(explained: Explained) -> Iterator[Explained]:
    """The leaves below a node, or the node itself if it is a leaf."""
    if not explained.children:
        yield explained
    for child in explained.children:
        yield from leaves(child)


def _explained(assessment: Assessment, row: int, node: Node) -> Explained:
    leaf = assessment.leaves[row].get(node.position)
    return Explained(
        node=node,
        expectation=_expectation(assessment, row, leaf) if leaf and assessment.has_bounds else None,
        children=tuple(_explained(assessment, row, assessment.nodes[child]) for child in node.children),
        parts=tuple(_parts(assessment, row, node, leaf)) if leaf else (),
        left_out=tuple(_left_out(assessment, row, node, leaf)) if leaf else (),
    )


def _expectation(assessment: Assessment, row: int, leaf: Leaf) -> Expectation:
    book, found = assessment.book, assessment.offsets
    pillar = book.pillars.index(book.pillar_of[leaf.indicator])
    return Expectation(leaf.expected, float(found.country[row]), float(found.pillars[row, pillar]), leaf.centre)


def shares(assessment: Assessment, row: int) -> Shares:
    """The part of the index that rests on each statement of the country in a row; all sum to its information."""
    found: Shares = {}
    for position, leaf in assessment.leaves[row].items():
        for entry, share in entry_shares(assessment.nodes[position], leaf):
            found.setdefault(entry.statement, {})[position] = share
    return found


def entry_shares(node: Node, leaf: Leaf) -> Iterator[tuple[Entry, float]]:
    """Each entry of a leaf with its share as of a `Part`."""
    total = sum(entry.weight for entry in leaf.entries)
    for entry in leaf.entries:
        yield entry, node.global_weight * leaf.pooled.information * entry.weight / total


def _parts(assessment: Assessment, row: int, node: Node, leaf: Leaf) -> Iterator[Part]:
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    for entry, share in sorted(entry_shares(node, leaf), key=lambda pair: (-pair[0].weight, pair[0].statement)):
        statement = statements[entry.statement]
        yield Part(statement, profile.sources[statement.source], node, entry, share)


def _left_out(assessment: Assessment, row: int, node: Node, leaf: Leaf) -> Iterator[LeftOut]:
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    for exclusion in assessment.exclusions[row]:
        statement = statements[exclusion.statement]
        if _concerns(exclusion, statement, leaf):
            yield LeftOut(statement, profile.sources[statement.source], node, exclusion.reason)


def _concerns(exclusion: Exclusion, statement: Statement, leaf: Leaf) -> bool:
    """Whether an exclusion keeps a statement out of a leaf that it codes."""
    if exclusion.indicator is not None:
        return (exclusion.indicator, exclusion.item) == (leaf.indicator, leaf.item)
    code = statement.counted.get(leaf.indicator)
    return code is not None and (leaf.item is None or leaf.item in code)


@dataclass(frozen=True)
class StatementExplained:
    """One statement, the leaves that it enters, and those that it does not enter, with the reason."""

    profile: Profile
    statement: Statement
    source: Source
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    duplicates: tuple[str, ...]
    """Statements that are duplicates of this one by `same_as`."""
    effect: float
    """The index minus the index without the statement and its duplicates, in [-1, 1]; NaN where one is missing."""
    through_centre: float
    """The effect minus the one with what is expected held: it comes from what is then expected of missing evidence."""


def explain_statement(assessment: Assessment, row: int, identifier: str) -> StatementExplained:
    """Explain which leaves one statement of the country in a row enters.

    Raises:
        UnknownNameError: unknown statement.
    """
    profile = assessment.profiles[row]
    statements = {statement.id: statement for statement in profile.statements}
    if identifier not in statements:
        known = nearest(identifier, sorted(statements), "statements")
        message = f"unknown statement {identifier!r} of {profile.country}; {known}"
        raise UnknownNameError(message)
    statement = statements[identifier]
    source = profile.sources[statement.source]
    parts: list[Part] = []
    left_out: list[LeftOut] = []
    for position, leaf in assessment.leaves[row].items():
        node = assessment.nodes[position]
        parts += [part for part in _parts(assessment, row, node, leaf) if part.statement.id == identifier]
        left_out += [other for other in _left_out(assessment, row, node, leaf) if other.statement.id == identifier]
    if not parts and not left_out:  # a context statement codes no leaf
        left_out = [
            LeftOut(statement, source, None, exclusion.reason)
            for exclusion in assessment.exclusions[row]
            if exclusion.statement == identifier
        ]
    duplicates = tuple(sorted(other.id for other in profile.statements if other.same_as == identifier))
    effect, through_centre = _effect(assessment, row, identifier)
    return StatementExplained(
        profile, statement, source, tuple(parts), tuple(left_out), duplicates, effect, through_centre
    )


def _effect(assessment: Assessment, row: int, identifier: str) -> tuple[float, float]:
    """The effect of a statement on the index, and the part of it that comes through what is expected."""
    profile = without_statement(assessment.profiles[row], identifier)
    without = scenario_of(assessment).with_profile(profile).of([profile.country]).assess()
    leaves = leaves_of_rubric(assessment, row)
    held = indices(assessment, evidence_of(leaves_of_rubric(without, 0)), np.array([leaf.centre for leaf in leaves]))
    before, after = float(assessment.figures.estimate[row, 0]), float(without.figures.estimate[0, 0])
    return before - after, float(held) - after
