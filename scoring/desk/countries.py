"""Pages that show how far the evidence is: all countries, one country, one question."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.analysis.country import basis
from scoring.analysis.explain import REASONS, Explained, explain, leaves
from scoring.desk.desk import missing
from scoring.desk.folder import has_edition
from scoring.model.profile import edition_days
from scoring.render.wording import code_text
from scoring.text.numbers import count

if TYPE_CHECKING:
    import datetime as dt

    from scoring.desk.desk import Desk, Page, Request
    from scoring.desk.folder import Read, Snapshot
    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Statement

WANTED = 8  # questions that would matter most


class Answered(NamedTuple):
    """How many questions of a node have evidence."""

    score: Score
    answered: int
    questions: int

    @property
    def text(self) -> str:
        """Such as `5 of 7`."""
        return f"{self.answered} of {self.questions}"


class Row(NamedTuple):
    """A country in the list of all."""

    code: str
    name: str
    whole: Score
    """The index."""
    pillars: tuple[Answered, ...]
    coded: int
    read: int
    """How many coded statements the coder of the desk has read; those read by any second coder if there is none."""
    open: int
    """How many statements are read differently and not decided."""


class Question(NamedTuple):
    """An indicator with what is known of it."""

    indicator: LeafIndicator
    node: Node
    score: Score
    statements: int
    answered: str
    """Of a checklist, how many items have evidence."""
    lost: float
    """How much narrower the bounds of the index would be if all was known of it, in [0, 1]."""


def overview(desk: Desk, request: Request) -> Page:
    """All countries with their progress."""
    snapshot = desk.folder.snapshot()
    days = sorted({day for profile in snapshot.profiles for day in edition_days(profile)})
    chosen = next((day for day in days if day.isoformat() == request.query.get("on")), desk.folder.day)
    ordered = sorted(snapshot.profiles, key=lambda one: one.title)
    rows = [_row(desk, one, chosen) for one in ordered if chosen is None or has_edition(one, chosen)]
    broken = {code: read.problems for code, read in snapshot.read.items() if read.profile is None}
    return desk.page(
        "overview",
        rows=rows,
        without=[one.title for one in ordered if chosen is not None and not has_edition(one, chosen)],
        broken=broken,
        problems=snapshot.problems,
        days=[day.isoformat() for day in days],
        chosen=chosen and chosen.isoformat(),
        pillars=desk.folder.book.pillars,
    )


def _row(desk: Desk, profile: Profile, day: dt.date | None) -> Row:
    assessment = desk.folder.assessment(profile, day)
    country = assessment.countries[0]
    coded = [one for one in profile.statements if one.codes is not None and not one.withdrawn]
    read = [one for one in coded if one.coders and (desk.coder is None or desk.coder in one.coders)]
    pillars = tuple(_answered(assessment, pillar) for pillar in country.pillars)
    return Row(profile.country, profile.title, country.index, pillars, len(coded), len(read), sum(map(is_open, coded)))


def is_open(statement: Statement) -> bool:
    """Whether coders read a statement differently and nobody decided."""
    readings = (statement.codes or {}, *(statement.coders or {}).values())
    return statement.adjudicated is None and any(one != readings[0] for one in readings)


def _answered(assessment: Assessment, score: Score) -> Answered:
    below = [leaf for leaf in assessment.leaves[0] if is_below(assessment.nodes[leaf], score.node)]
    return Answered(score, sum(bool(assessment.leaves[0][leaf].entries) for leaf in below), len(below))


def is_below(node: Node, above: Node) -> bool:
    """Whether a node is another one or below it."""
    return f"{node.path}/".startswith(f"{above.path}/")


def read_of(snapshot: Snapshot, code: str) -> Read:
    """The profile of a country of the address."""
    return snapshot.read[code] if code in snapshot.read else missing("country", code)


def country(desk: Desk, request: Request) -> Page:
    """One country: what is known, what is missing, and what would matter most."""
    snapshot = desk.folder.snapshot()
    read = read_of(snapshot, request.path["country"])
    if read.profile is None:
        return desk.page("broken", read=read, code=request.path["country"])
    assessment = desk.folder.assessment(read.profile)
    index = explain(assessment, 0)
    questions = questions_of(desk, assessment, index)
    wanted = sorted((one for one in questions if one.lost > 0), key=lambda one: -one.lost)[:WANTED]
    return desk.page(
        "country",
        profile=read.profile,
        country=assessment.countries[0],
        basis=basis(assessment, 0),
        pillars=[
            (_answered(assessment, pillar), [one for one in questions if is_below(one.node, pillar.node)])
            for pillar in assessment.countries[0].pillars
        ],
        wanted=wanted,
        others=[one for one in read.profile.statements if not one.counted or one.withdrawn],
    )


def questions_of(desk: Desk, assessment: Assessment, index: Explained) -> list[Question]:
    """The indicators of a country, in the order of the rubric."""
    found: dict[str, list[Explained]] = {}
    for leaf in leaves(index):
        found.setdefault(_indicator_id(assessment, leaf.node), []).append(leaf)
    scores = assessment.countries[0].nodes
    questions = []
    for name, parts in found.items():
        node = next(node for node in assessment.nodes if node.id == name)
        statements = {part.statement.id for leaf in parts for part in leaf.parts}
        answered = sum(bool(leaf.parts) for leaf in parts)
        score = scores[node.position]
        lost = node.global_weight * (score.high - score.low)
        text = f"{answered} of {len(parts)} items" if len(parts) > 1 else ""
        questions.append(
            Question(
                desk.folder.book.leaves[name],
                node,
                score,
                len(statements),
                text,
                0.0 if math.isnan(lost) else lost,
            )
        )
    return questions


def _indicator_id(assessment: Assessment, leaf: Node) -> str:
    """The id of the indicator of a leaf, which may be an item of it."""
    return assessment.nodes[leaf.parent].id if leaf.kind == "item" and leaf.parent is not None else leaf.id


def question(desk: Desk, request: Request) -> Page:
    """One question with its anchors, guidance and statements."""
    snapshot = desk.folder.snapshot()
    read = read_of(snapshot, request.path["country"])
    name = request.path["indicator"]
    if read.profile is None or name not in desk.folder.book.leaves:
        missing("question")
    assessment = desk.folder.assessment(read.profile)
    indicator = desk.folder.book.leaves[name]
    node = next(node for node in assessment.nodes if node.id == name)
    explained = list(leaves(explain(assessment, 0, node.path)))
    return desk.page(
        "question",
        profile=read.profile,
        indicator=indicator,
        pillar=desk.folder.book.pillar_of[name],
        score=assessment.countries[0].nodes[node.position],
        statements=list(_statements(read.profile, name, explained)),
        searched=[one for one in read.profile.searched if one.indicator == name],
    )


def _statements(profile: Profile, name: str, explained: list[Explained]) -> Any:
    """The statements that code an indicator: each with how it enters, or why it does not."""
    for statement in profile.statements:
        if name not in statement.counted:
            continue
        parts = [part for leaf in explained for part in leaf.parts if part.statement.id == statement.id]
        reasons = {left.reason for leaf in explained for left in leaf.left_out if left.statement.id == statement.id}
        yield {
            "statement": statement,
            "source": profile.sources[statement.source],
            "code": code_text(statement.counted[name]),
            "weight": max((part.entry.weight for part in parts), default=None),
            "share": sum(part.share for part in parts),
            "why": "; ".join(REASONS.get(reason, reason) for reason in sorted(reasons)) if not parts else "",
            "is_open": is_open(statement),
            "readers": count(1 + len(statement.coders or {}), "reading"),
        }
