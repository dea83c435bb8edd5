"""The rubric as a tree of nodes, whose order is that of the last axis of all arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.model.rubric import RuleBook
    from scoring.statistics.grid import Grid


@dataclass(frozen=True)
class Node:
    """A node of the tree; `position` and `children` are indices on the node axis of all arrays."""

    position: int
    path: str
    """Ids from the index down, separated by `/`; for an item the last part is its key."""
    id: str
    kind: str
    """index, pillar or item, or the kind of the indicator."""
    label: str
    """Title, question or text."""
    local_weight: float
    """Weight among the siblings; these weights sum to 1."""
    global_weight: float
    """Share of the whole index: the product of the local weights from the index down."""
    exponent: float = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    grid: Grid | None = None
    """To which figures are rounded before they are aggregated further; None for no rounding."""
    saturation: float | None = None
    """Of a count: the number of events at which v reaches 1."""
    parent: int | None = None
    children: tuple[int, ...] = ()


def tree(book: RuleBook, pillar: str | None = None) -> tuple[Node, ...]:
    """The nodes of a rubric in preorder, with all pillars or only one; weights of siblings are scaled to sum 1."""
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
            grid=None if (decimals := getattr(model, "round", None)) is None else book.rubric.scale.grid(decimals),
            saturation=getattr(model, "adds_up_to", None),
            parent=parent.position if parent else None,
        )
        nodes.append(node)
        return node

    def attach(parent: Node, children: list[Node]) -> None:
        nodes[parent.position] = replace(nodes[parent.position], children=tuple(child.position for child in children))

    def add_indicators(indicators: Sequence[Any], parent: Node) -> None:
        attach(parent, [add_indicator(indicator, share, parent) for indicator, share in _shares(indicators, "weight")])

    def add_indicator(indicator: Any, share: float, parent: Node) -> Node:
        node = add(indicator, indicator.id, indicator.kind, indicator.question, share, parent)
        if indicator.children:
            add_indicators(indicator.children, node)
        elif indicator.checklist:
            items = _shares(indicator.checklist, "points")
            attach(node, [add(item, item.key, "item", item.text, points, node) for item, points in items])
        return node

    rubric = book.rubric
    root = add(rubric, rubric.id, "index", rubric.title, 1.0, None)
    chosen = [model for model in book.pillars if pillar in (None, model.id)]
    weights = rubric.pillars if pillar is None else {pillar: 1.0}
    total = sum(weights.values())
    pillars: list[Node] = []
    for model in chosen:
        node = add(model, model.id, "pillar", model.title, weights[model.id] / total, root)
        add_indicators(model.indicators, node)
        pillars.append(node)
    attach(root, pillars)
    return tuple(nodes)


def _shares(siblings: Sequence[Any], weight: Literal["weight", "points"]) -> list[tuple[Any, float]]:
    """Each sibling with its weight; the weights sum to 1."""
    total = sum(abs(getattr(sibling, weight)) for sibling in siblings)
    return [(sibling, abs(getattr(sibling, weight)) / total) for sibling in siblings]


def node_names(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The id of each node; for an item `checklist/item`."""
    return tuple("/".join(node.path.split("/")[-2 if node.kind == "item" else -1 :]) for node in nodes)
