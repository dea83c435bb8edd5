"""What the engine says: frozen values with arrays inside, which compute nothing.

A value can be asked for itself as a table or a frame; what makes it lies above, and is imported when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from scoring.model.rubric import RuleBook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.model.rubric import RuleBook


@dataclass(frozen=True)
class Node:
    """A node of the tree; `position` and `children` are places on the node axis of all arrays."""

    position: int
    path: str
    """Ids from the index down, joined by `/`; the last part of an item is its key."""
    id: str
    kind: str
    """index, pillar or item, or the kind of the indicator."""
    label: str
    """Title, question or text."""
    local_weight: float
    """Weight among its siblings, which sum to 1."""
    global_weight: float
    """Share of the whole index: the product of the shares down to here."""
    exponent: float = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    round: int | None = None
    saturation: float | None = None
    """Of a count: the number of events at which v reaches 1."""
    parent: int | None = None
    children: tuple[int, ...] = ()


def tree(book: RuleBook) -> tuple[Node, ...]:
    """Lay out the rubric as nodes in preorder, weights of siblings scaled to sum 1."""
    nodes: list[Node] = []

    def add(model: Any, identifier: str, kind: Any, label: str, share: float, parent: Node | None) -> Node:
        node = Node(
            position=len(nodes),
            path=f"{parent.path}/{identifier}" if parent else identifier,
            id=identifier,
            kind=kind,
            label=label,
            local_weight=share,
            global_weight=parent.global_weight * share if parent else 1.0,
            exponent=getattr(model, "exponent", 1.0),
            missing=getattr(model, "missing", "refuse"),
            round=getattr(model, "round", None),
            saturation=getattr(model, "adds_up_to", None),
            parent=parent.position if parent else None,
        )
        nodes.append(node)
        return node

    def attach(parent: Node, children: list[Node]) -> None:
        nodes[parent.position] = replace(nodes[parent.position], children=tuple(child.position for child in children))

    def add_indicators(indicators: Sequence[Any], parent: Node) -> None:
        attach(parent, [add_indicator(one, share, parent) for one, share in _shares(indicators, "weight")])

    def add_indicator(indicator: Any, share: float, parent: Node) -> Node:
        node = add(indicator, indicator.id, indicator.kind, indicator.question, share, parent)
        if indicator.children:
            add_indicators(indicator.children, node)
        elif indicator.checklist:
            items = _shares(indicator.checklist, "points")
            attach(node, [add(item, item.key, "item", item.text, part, node) for item, part in items])
        return node

    rubric = book.rubric
    root = add(rubric, rubric.id, "index", rubric.title, 1.0, None)
    total = sum(rubric.pillars.values())
    tops: list[Node] = []
    for pillar in book.pillars:
        node = add(pillar, pillar.id, "pillar", pillar.title, rubric.pillars[pillar.id] / total, root)
        add_indicators(pillar.indicators, node)
        tops.append(node)
    attach(root, tops)
    return tuple(nodes)


def _shares(siblings: Sequence[Any], weight: Literal["weight", "points"]) -> list[tuple[Any, float]]:
    total = sum(abs(getattr(one, weight)) for one in siblings)
    return [(one, abs(getattr(one, weight)) / total) for one in siblings]


def node_names(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The ids of indicators; of items, with that of their checklist."""
    return tuple("/".join(node.path.split("/")[-2 if node.kind == "item" else -1 :]) for node in nodes)
