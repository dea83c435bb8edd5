"""The rubric as a tree of nodes, whose order is that of the last axis of all arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from scoring.model.aggregation import Aggregated
from scoring.model.scale import DEFAULT
from scoring.statistics.combining import Gate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.model.aggregation import GateRule
    from scoring.model.rubric import RuleBook
    from scoring.model.scale import Scale
    from scoring.statistics.grid import Grid


PLAIN = Rule()


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
    scale: Scale = DEFAULT
    """On which its figures are printed: below a sum its share of the parent's scale, else that of the parent."""
    has_own_scale: bool = False
    """Whether that is not the scale of the rubric."""
    rule: Rule = PLAIN
    """How the node follows from its children."""
    missing: Literal["refuse", "drop"] = "refuse"
    grid: Grid | None = None
    """To which figures are rounded before they are aggregated further; None for no rounding."""
    saturation: float | None = None
    """Of a count: the number of events at which v reaches 1."""
    indicator: str | None = None
    """The indicator that takes statements, of it, of its items, and where it is used again."""
    drawn_as: str = ""
    """The path under which random numbers are drawn: where it is used again, that of the indicator."""
    parent: int | None = None
    children: tuple[int, ...] = ()

    @property
    def part(self) -> tuple[str, str | None]:
        """Of a leaf: the indicator, and the key of the item if it is one."""
        return self.indicator or "", self.id if self.kind == "item" else None

    @property
    def is_used_again(self) -> bool:
        """Whether its indicator stands elsewhere, too."""
        return self.drawn_as != self.path

    @property
    def exponent(self) -> float:
        """Of the mean of the children."""
        return self.rule.exponent


def tree(book: RuleBook, pillar: str | None = None) -> tuple[Node, ...]:
    """The nodes of a rubric in preorder, with all pillars or only one; weights of siblings are scaled to sum 1.

    A pillar that is its own index has the scale that it has in the whole index, and so has the index then.
    """
    nodes: list[Node] = []
    has_prior = book.rubric.has_bounds

    def add(
        model: Any,
        identifier: str,
        kind: Any,
        label: str,
        share: float,
        parent: Node | None,
        *,
        indicator: str | None = None,
        drawn_as: str = "",
    ) -> Node:
        path = f"{parent.path}/{identifier}" if parent else identifier
        scale = parent.scale.below(parent.rule.combine, share) if parent else whole
        node = Node(
            position=len(nodes),
            path=path,
            id=identifier,
            kind=kind,
            label=label,
            local_weight=share,
            global_weight=parent.global_weight * share if parent else 1.0,
            scale=scale,
            has_own_scale=scale != book.rubric.scale,
            rule=_rule(model, leaves_out=has_prior),
            missing=getattr(model, "missing", "refuse"),
            grid=None if (decimals := getattr(model, "round", None)) is None else scale.grid(decimals),
            saturation=getattr(model, "adds_up_to", None),
            indicator=indicator,
            drawn_as=drawn_as or path,
            parent=parent.position if parent else None,
        )
        nodes.append(node)
        return node

    def attach(parent: Node, children: list[Node], gate: GateRule | None = None) -> None:
        rule = parent.rule
        if gate is not None:
            child = next(number for number, child in enumerate(children) if gate.node in (child.id, child.indicator))
            limit, value = children[child].scale.off(gate.below), parent.scale.off(gate.value)
            rule = replace(rule, gate=Gate(child, limit, value))
        positions = tuple(child.position for child in children)
        nodes[parent.position] = replace(nodes[parent.position], children=positions, rule=rule)

    def add_indicators(model: Any, parent: Node) -> None:
        shares = _shares(model.indicators, "weight")
        attach(parent, [add_indicator(indicator, share, parent) for indicator, share in shares], model.gate)

    def add_indicator(indicator: Any, share: float, parent: Node) -> Node:
        if indicator.children:
            group = add(indicator, indicator.id, indicator.kind, indicator.question, share, parent)
            add_indicators(indicator, group)
            return group
        leaf, own = book.leaves[indicator.name], book.paths[indicator.name]
        identifier = indicator.id_in(parent.id)
        node = add(leaf, identifier, leaf.kind, leaf.question, share, parent, indicator=leaf.id, drawn_as=own)
        items = [
            add(item, item.key, "item", item.text, points, node, indicator=leaf.id, drawn_as=f"{own}/{item.key}")
            for item, points in _shares(leaf.checklist, "points")
        ]
        if items:
            attach(node, items)
        return node

    rubric = book.rubric
    total = sum(rubric.pillars.values())
    whole = (
        rubric.scale if pillar is None else rubric.scale.below(rubric.combine, rubric.pillars.get(pillar, 0.0) / total)
    )
    root = add(rubric, rubric.id, "index", rubric.title, 1.0, None)
    chosen = [model for model in book.pillars if pillar in (None, model.id)]
    shares = {name: weight / total for name, weight in rubric.pillars.items()} if pillar is None else {pillar: 1.0}
    pillars: list[Node] = []
    for model in chosen:
        node = add(model, model.id, "pillar", model.title, shares[model.id], root)
        add_indicators(model, node)
        pillars.append(node)
    if pillar is None:
        attach(root, pillars, rubric.gate)
    else:  # the figures of a pillar that is its own index stay the same
        attach(replace(root, rule=Rule(root.rule.exponent)), pillars)
        nodes[0] = replace(nodes[0], grid=None)
    return tuple(nodes)


def _rule(model: Any, *, leaves_out: bool) -> Rule:
    """The rule of a node without its gate; items and indicators that take statements have the plain mean.

    leaves_out: whether a sum leaves out what has no figure. With a prior, only evidence means have such children.
    """
    if not isinstance(model, Aggregated):
        return PLAIN
    exponent = getattr(model, "exponent", None)
    is_open = leaves_out and model.combine == "sum"
    exponent = 1.0 if exponent is None else exponent
    return Rule(exponent, model.combine, model.invert, model.offset, leaves_out=is_open)


def counting(nodes: Sequence[Node], positions: Iterable[int] = (0,)) -> frozenset[int]:
    """The positions of the nodes that some nodes depend on: by their weights, or as the child of a gate.

    positions: of these nodes; by default the index alone.
    """
    found, waiting = set[int](), list(positions)
    while waiting:
        node = nodes[waiting.pop()]
        found.add(node.position)
        gate = node.rule.gate
        waiting += [
            child
            for number, child in enumerate(node.children)
            if nodes[child].local_weight or (gate is not None and gate.child == number)
        ]
    return frozenset(found)


def _shares(siblings: Sequence[Any], weight: Literal["weight", "points"]) -> list[tuple[Any, float]]:
    """Each sibling with its weight; the weights sum to 1."""
    total = sum(abs(getattr(sibling, weight)) for sibling in siblings)
    return [(sibling, abs(getattr(sibling, weight)) / total) for sibling in siblings]


def places_of_leaves(nodes: Sequence[Node], book: RuleBook) -> dict[int, int]:
    """Position of each leaf of a tree -> its place among the leaves of the whole rubric."""
    places = {part: place for place, part in enumerate(book.parts)}
    return {node.position: places[node.part] for node in nodes if not node.children}


def node_names(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The id of each node; for an item `checklist/item`."""
    return tuple("/".join(node.path.split("/")[-2 if node.kind == "item" else -1 :]) for node in nodes)
