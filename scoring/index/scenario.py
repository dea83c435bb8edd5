"""Scenarios: all inputs of an assessment as one value, and functions that return it with something changed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from scoring.errors import UnknownNameError, nearest
from scoring.index import assessment
from scoring.index.aggregate import aggregate
from scoring.index.leaves import as_known, out_of_time
from scoring.index.lookup import find_pillar
from scoring.model.actors import all_facing
from scoring.model.countries import not_in_the_set
from scoring.model.fields import read_date
from scoring.model.profile import Adjudicated, Profile, Source, Statement, with_edition

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Floats


@dataclass(frozen=True)
class Scenario:
    """All inputs of an assessment: the rule book, the profiles, the reference date, and a pillar that stands alone.

    Without a date each profile has its own reference date. Methods return a changed scenario.
    """

    book: RuleBook
    profiles: tuple[Profile, ...]
    as_of: dt.date | None = None
    pillar: str | None = None

    def assess(self) -> Assessment:
        """Score the countries.

        Raises:
            ValueError: a country has more than one profile.
        """
        return assessment.assess(self.book, self.profiles, as_of=self.as_of, pillar=self.pillar)

    def assess_each(self, pillars: Iterable[str | None]) -> list[Assessment]:
        """Score the countries by each of some pillars, None for the index; the evidence is scored once.

        Raises:
            ValueError: a country has more than one profile.
        """
        return assessment.assess_each(self.book, self.profiles, pillars, as_of=self.as_of)

    @property
    def profile(self) -> Profile:
        """The only profile; the scenario must have one country."""
        (profile,) = self.profiles
        return profile

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The reference date of each country."""
        return tuple(self.as_of or read_date(profile.as_of) for profile in self.profiles)

    def of(self, countries: Collection[str]) -> Scenario:
        """With only some countries, by their codes.

        Raises:
            UnknownNameError: a country is not in the set.
        """
        codes = [profile.country for profile in self.profiles]
        if unknown := [code for code in countries if code not in codes]:
            raise UnknownNameError(not_in_the_set(unknown, codes))
        return replace(self, profiles=tuple(profile for profile in self.profiles if profile.country in countries))

    def facing(self, actor: str | None) -> Scenario:
        """Of the countries as loaded, with what their profiles say of an actor; None changes nothing.

        Raises:
            UnknownNameError: no statement is about the actor.
        """
        if actor is None:
            return self
        return replace(self, profiles=all_facing(self.profiles, actor, self.book.leaves))

    def on(self, day: dt.date | None) -> Scenario:
        """With one reference date, of the countries that have an edition by then; None changes nothing."""
        return self if day is None else replace(self, profiles=with_edition(self.profiles, day), as_of=day)

    def known_by(self, day: dt.date | None) -> Scenario:
        """With only the statements whose source was published by a day; None changes nothing.

        A source without a date of publication counts as known.
        """
        if day is None:
            return self
        return replace(self, profiles=tuple(known_by(profile, day) for profile in self.profiles))

    def with_profile(self, profile: Profile) -> Scenario:
        """With one profile replaced by another of the same country."""
        return replace(
            self, profiles=tuple(profile if old.country == profile.country else old for old in self.profiles)
        )

    def by_pillar(self, pillar: str | None) -> Scenario:
        """With one pillar as its own index; its figures and draws stay the same. None changes nothing.

        Raises:
            UnknownNameError: the rubric has no such pillar.
        """
        return self if pillar is None else replace(self, pillar=find_pillar(self.book, pillar))

    def evidence_on(self, day: dt.date) -> Scenario:
        """With a reference date and only the statements in force on it. Undated statements are always in force."""
        return replace(self, profiles=tuple(_evidence_on(profile, day) for profile in self.profiles), as_of=day)

    def evidence_until(self, day: dt.date | None = None) -> Scenario:
        """With each country's evidence on a day, or on its own reference date if that is earlier."""
        days = [min(day or own, own) for own in self.days]
        if len(set(days)) == 1:
            return self.evidence_on(days[0])
        evidence = (_evidence_on(*pair) for pair in zip(self.profiles, days, strict=True))
        dated = (
            profile.model_copy(update={"as_of": own.isoformat()}) for profile, own in zip(evidence, days, strict=True)
        )
        return replace(self, profiles=tuple(dated), as_of=None)


def scenario_of(scored: Assessment) -> Scenario:
    """The scenario of an assessment."""
    days = set(scored.as_of)
    return Scenario(scored.book, scored.profiles, days.pop() if len(days) == 1 else None, scored.pillar)


def _evidence_on(profile: Profile, day: dt.date) -> Profile:
    in_force = tuple(as_known(one, day) for one in profile.statements if out_of_time(one, day) is None)
    return profile.model_copy(update={"statements": in_force})


# -- a profile with a supposed answer, or without a statement or source ------------------------------------------------


SUPPOSED = "supposed"  # id of the source, and first part of the ids of the statements, that are only supposed


def unused(label: str, taken: Container[str]) -> str:
    """The label, with a number appended if a profile already uses it."""
    labels = itertools.chain([label], (f"{label}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in labels if candidate not in taken)


def with_code(profile: Profile, leaf: LeafIndicator, code: Any, as_of: dt.date) -> Profile:
    """The profile with one certain answer in place of all evidence on an indicator.

    The answer has grade A1 and the reference date. On a checklist only the items that the code answers are replaced.
    """
    statements = [_without_answer(statement, leaf, code) for statement in profile.statements]
    name = unused(SUPPOSED, profile.sources)
    supposed = Statement(
        id=unused(f"{SUPPOSED}-{leaf.id.replace('_', '-')}", {statement.id for statement in statements}),
        text="Supposed, not observed.",
        source=name,
        locator="none",
        date=as_of.isoformat(),
        credibility=1,
        confidence="high",
        codes={leaf.id: code},
    )
    source = Source(title="Supposition", publisher="none", reliability="A")
    return profile.model_copy(
        update={"sources": {**profile.sources, name: source}, "statements": (*statements, supposed)}
    )


def _without_answer(statement: Statement, leaf: LeafIndicator, code: Any) -> Statement:
    """The statement without its codes on an indicator; on a checklist, without those on the items of `code`."""

    def kept(codes: Mapping[str, Any] | None) -> dict[str, Any]:
        kept_codes = dict(codes or {})
        old = kept_codes.pop(leaf.id, None)
        if leaf.checklist and old is not None:
            items = {key: answer for key, answer in old.items() if key not in code}
            kept_codes |= {leaf.id: items} if items else {}
        return kept_codes

    if leaf.id not in statement.counted:
        return statement
    coders = {coder: kept(codes) for coder, codes in (statement.coders or {}).items()}
    adjudicated = _adjudicated(statement, kept)
    return statement.model_copy(
        update={"codes": kept(statement.codes), "coders": coders or None, "adjudicated": adjudicated}
    )


def _adjudicated(
    statement: Statement, kept: Callable[[Mapping[str, Any] | None], Mapping[str, Any]]
) -> Adjudicated | None:
    """The decision on a statement with some of its codes; None if there is none."""
    decision = statement.adjudicated
    return decision and decision.model_copy(update={"codes": kept(decision.codes)})


def without_statement(profile: Profile, identifier: str) -> Profile:
    """The profile without a statement and its duplicates by `same_as`.

    Raises:
        UnknownNameError: unknown statement.
    """
    names = [statement.id for statement in profile.statements]
    if identifier not in names:
        message = (
            f"unknown statement {identifier!r} of {profile.country}; {nearest(identifier, sorted(names), 'statements')}"
        )
        raise UnknownNameError(message)
    dropped = {identifier}
    while duplicates := {other.id for other in profile.statements if other.same_as in dropped} - dropped:
        dropped |= duplicates
    kept = tuple(statement for statement in profile.statements if statement.id not in dropped)
    return profile.model_copy(update={"statements": kept})


def without_source(profile: Profile, source: str) -> Profile:
    """The profile without the statements of a source; a duplicate from another source replaces each."""
    return _without_sources(profile, {source})


def known_by(profile: Profile, day: dt.date) -> Profile:
    """The profile without the statements of sources that were published after a day, duplicates as below.

    Nor can a fact of a later date, or a later recheck, have been known.
    """
    known = tuple(as_known(statement, day) for statement in profile.statements)
    profile = profile.model_copy(update={"statements": known})
    sources = {name for name, source in profile.sources.items() if not source.is_known_by(day)}
    later = {one.id for one in profile.statements if one.date and read_date(one.date) > day}
    return _without_sources(profile, sources, later)


def _without_sources(profile: Profile, sources: Container[str], others: Container[str] = ()) -> Profile:
    """The profile without the statements of some sources, and some others.

    Where a dropped statement has duplicates by `same_as` from other sources, the first of these by id replaces it, and
    the others become duplicates of the replacement.
    """
    dropped = {
        statement.id: statement.same_as
        for statement in profile.statements
        if statement.source in sources or statement.id in others
    }
    replacements: dict[str, str] = {}
    kept = []
    for statement in sorted(profile.statements, key=lambda statement: statement.id):
        if statement.id in dropped:
            continue
        if statement.withdrawn:  # replaces none
            kept.append(statement)
            continue
        original, lost = statement.same_as, None
        while original in dropped:
            original, lost = dropped[original], original
        if original is None and lost is not None:
            replacement = replacements.setdefault(lost, statement.id)
            original = None if replacement == statement.id else replacement
        kept.append(statement.model_copy(update={"same_as": original}))
    return profile.model_copy(update={"statements": tuple(kept)})


# -- the same leaves under another tree --------------------------------------------------------------------------------


def without_node(nodes: Sequence[Node], dropped: Node) -> tuple[Node, ...]:
    """The tree with a node at weight 0, and each parent too whose children all have weight 0.

    An indicator that is used again is left out there, too.
    """
    changed = list(nodes)
    for node in nodes:
        if node.drawn_as == dropped.drawn_as:
            _leave_out(changed, node)
    return tuple(changed)


def _leave_out(changed: list[Node], dropped: Node) -> None:
    changed[dropped.position] = replace(dropped, local_weight=0.0)
    parent = dropped.parent
    if parent is not None and _gates(changed[parent], dropped):
        changed[parent] = replace(changed[parent], rule=replace(changed[parent].rule, gate=None))
    while parent is not None and not any(changed[child].local_weight for child in changed[parent].children):
        changed[parent] = replace(changed[parent], local_weight=0.0)
        parent = changed[parent].parent


def _gates(parent: Node, child: Node) -> bool:
    gate = parent.rule.gate
    return gate is not None and parent.children[gate.child] == child.position


def with_exponent(nodes: Sequence[Node], exponent: float) -> tuple[Node, ...]:
    """The tree with another exponent across pillars."""
    root, *others = nodes
    return (replace(root, rule=replace(root.rule, exponent=exponent)), *others)


def index_under(scored: Assessment, nodes: Sequence[Node]) -> Floats:
    """The index of each country from its leaves as scored, under another tree: shape (countries,), in [0, 1]."""
    estimates = scored.figures.estimate.copy()
    aggregate({"estimate": estimates}, nodes)
    return estimates[:, 0]


# -- between two scenarios of one country ------------------------------------------------------------------------------


EvidenceCause: TypeAlias = Literal["new statements", "removed statements", "re-coded statements", "grades and dates"]
Cause: TypeAlias = EvidenceCause | Literal["ageing", "borrowing", "rubric"]
EVIDENCE: tuple[EvidenceCause, ...] = get_args(EvidenceCause)
CODING = ("codes", "coders", "adjudicated", "absence", "same_as", "context", "left_out")
GRADING = ("source", "date", "until", "rechecked", "credibility", "confidence")


def statements_by_id(profile: Profile) -> dict[str, Statement]:
    """The statements of a profile that are not withdrawn, by their ids."""
    return {statement.id: statement for statement in profile.statements if not statement.withdrawn}


def with_changes(before: Statement | None, after: Statement | None, causes: Collection[Cause]) -> Statement | None:
    """The earlier state of a statement with some causes of change applied from the later one; None for none."""
    if before is None:
        return after if "new statements" in causes else None
    if after is None:
        return None if "removed statements" in causes else before
    recoded = ("coder", *CODING) if "re-coded statements" in causes else ()
    keys = (*recoded, *(GRADING if "grades and dates" in causes else ()))
    changed = before.model_copy(update={key: getattr(after, key) for key in keys if key in Statement.model_fields})
    return changed.with_standing(after.standing if recoded else before.standing)


def with_valid_codes(statement: Statement, book: RuleBook) -> Statement:
    """The statement without the codes that are not valid under a rubric."""

    def valid(codes: Mapping[str, object] | None) -> dict[str, object]:
        return {
            name: code
            for name, code in (codes or {}).items()
            if name in book.leaves and not list(book.leaves[name].code_errors(code))
        }

    coders = {coder: valid(codes) for coder, codes in (statement.coders or {}).items()}
    adjudicated = _adjudicated(statement, valid)
    return statement.model_copy(update={"codes": valid(statement.codes), "coders": coders, "adjudicated": adjudicated})
