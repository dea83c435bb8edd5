"""What a score follows from, and the same with something changed: one value, and functions from value to value."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from scoring.errors import UnknownNameError, nearest
from scoring.index import assessment
from scoring.index.aggregate import aggregate
from scoring.index.lookup import find_pillar
from scoring.index.score import in_force, out_of_time, score_leaf
from scoring.model.countries import not_in_the_set
from scoring.model.fields import read_date
from scoring.model.kinds import LeafIndicator
from scoring.model.profile import Profile, Source, Statement
from scoring.model.rubric import RuleBook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.score import Leaf
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.statistics.arrays import Floats


@dataclass(frozen=True)
class Scenario:
    """Everything that scores follow from: the rule book, the profiles, and the day that all are scored on.

    Without a day each profile is scored on its own. A method gives the scenario with one thing changed.
    """

    book: RuleBook
    profiles: tuple[Profile, ...]
    as_of: dt.date | None = None

    def assess(self) -> Assessment:
        """Score the countries.

        Raises:
            ValueError: a country comes twice.
        """
        return assessment.assess(self.book, self.profiles, as_of=self.as_of)

    @property
    def profile(self) -> Profile:
        """The profile of a scenario of one country."""
        (profile,) = self.profiles
        return profile

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The day that each country is scored on."""
        return tuple(self.as_of or read_date(profile.as_of) for profile in self.profiles)

    def of(self, countries: Collection[str]) -> Scenario:
        """Some countries alone, by their codes.

        Raises:
            UnknownNameError: one is not in the set.
        """
        codes = [profile.country for profile in self.profiles]
        if unknown := [code for code in countries if code not in codes]:
            raise UnknownNameError(not_in_the_set(unknown, codes))
        return replace(self, profiles=tuple(profile for profile in self.profiles if profile.country in countries))

    def on(self, day: dt.date | None) -> Scenario:
        """All countries on one day; None changes nothing."""
        return self if day is None else replace(self, as_of=day)

    def with_profile(self, profile: Profile) -> Scenario:
        """With another profile of one country."""
        return replace(
            self, profiles=tuple(profile if old.country == profile.country else old for old in self.profiles)
        )

    def by_pillar(self, pillar: str | None) -> Scenario:
        """By one pillar as if it were the whole index; draws keep their addresses. None changes nothing.

        Raises:
            UnknownNameError: the rubric has no such pillar.
        """
        if pillar is None:
            return self
        name = find_pillar(self.book, pillar)
        rubric = self.book.rubric.model_copy(update={"pillars": {name: 1.0}})
        pillars = tuple(model for model in self.book.pillars if model.id == name)
        return replace(self, book=RuleBook(rubric=rubric, pillars=pillars))

    def evidence_on(self, day: dt.date) -> Scenario:
        """On a day, with the statements alone that are in force on it; what is undated always is."""
        return Scenario(self.book, tuple(_evidence_on(profile, day) for profile in self.profiles), day)

    def evidence_until(self, day: dt.date | None = None) -> Scenario:
        """With the evidence of a day, of a country whose own day is earlier that of its own, as without a day."""
        days = [min(day or own, own) for own in self.days]
        if len(set(days)) == 1:
            return self.evidence_on(days[0])
        evidence = (_evidence_on(*pair) for pair in zip(self.profiles, days, strict=True))
        dated = (
            profile.model_copy(update={"as_of": own.isoformat()}) for profile, own in zip(evidence, days, strict=True)
        )
        return Scenario(self.book, tuple(dated))


def scenario_of(scored: Assessment) -> Scenario:
    """The scenario that an assessment is of."""
    days = set(scored.as_of)
    return Scenario(scored.book, scored.profiles, days.pop() if len(days) == 1 else None)


def _evidence_on(profile: Profile, day: dt.date) -> Profile:
    standing = tuple(statement for statement in profile.statements if out_of_time(statement, day) is None)
    return profile.model_copy(update={"statements": standing})


# -- a profile with an answer supposed, or without a statement or source -----------------------------------------------


SUPPOSED = "supposed"  # id of the source, and beginning of the ids of the statements, that are only supposed


def unused(label: str, taken: Container[str]) -> str:
    """The label, with a number behind it where a profile has it already."""
    labels = itertools.chain([label], (f"{label}-{number}" for number in itertools.count(2)))
    return next(one for one in labels if one not in taken)


def with_code(profile: Profile, leaf: LeafIndicator, code: Any, as_of: dt.date) -> Profile:
    """The profile with one certain answer (grade A1, dated on the day) in place of all evidence on an indicator.

    Of a checklist only the items that the code answers are replaced.
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
    def kept(codes: Mapping[str, Any] | None) -> dict[str, Any]:
        rest = dict(codes or {})
        old = rest.pop(leaf.id, None)
        if leaf.checklist and old is not None:
            items = {key: answer for key, answer in old.items() if key not in code}
            rest |= {leaf.id: items} if items else {}
        return rest

    if leaf.id not in (statement.codes or {}):
        return statement
    coders = {coder: kept(codes) for coder, codes in (statement.coders or {}).items()}
    return statement.model_copy(update={"codes": kept(statement.codes), "coders": coders or None})


def without_statement(profile: Profile, identifier: str) -> Profile:
    """The profile without a statement and its same_as twins; older waves step in under `latest`.

    Raises:
        UnknownNameError: there is no such statement.
    """
    names = [statement.id for statement in profile.statements]
    if identifier not in names:
        message = f"{identifier!r} is no statement of {profile.country}; {nearest(identifier, names, 'statements')}"
        raise UnknownNameError(message)
    gone = {identifier}
    while twins := {one.id for one in profile.statements if one.same_as in gone} - gone:
        gone |= twins
    kept = tuple(statement for statement in profile.statements if statement.id not in gone)
    return profile.model_copy(update={"statements": kept})


def without_source(profile: Profile, source: str) -> Profile:
    """The profile without a source; a `same_as` twin from elsewhere takes its first telling's place."""
    gone = {statement.id: statement.same_as for statement in profile.statements if statement.source == source}
    heirs: dict[str, str] = {}
    kept = []
    for statement in sorted(profile.statements, key=lambda one: one.id):
        if statement.id in gone:
            continue
        told, lost = statement.same_as, None
        while told in gone:
            told, lost = gone[told], told
        if told is None and lost is not None:
            heir = heirs.setdefault(lost, statement.id)
            told = None if heir == statement.id else heir
        kept.append(statement.model_copy(update={"same_as": told}))
    return profile.model_copy(update={"statements": tuple(kept)})


def rescored(scored: Assessment, row: int, profile: Profile, positions: Iterable[int]) -> Iterator[tuple[int, Leaf]]:
    """Some leaves of the country in a row, by a changed profile of it, each with its position in the tree."""
    as_of, rubric = scored.as_of[row], scored.book.rubric
    standing = [statement for statement in profile.statements if in_force(statement, as_of) is None]
    standing.sort(key=lambda statement: statement.id)
    for position in positions:
        before = scored.leaves[row][position]
        indicator = scored.book.leaves[before.indicator]
        coded = [statement for statement in standing if indicator.id in (statement.codes or {})]
        leaf, _ = score_leaf(indicator, before.item, coded, profile, rubric, as_of)
        yield position, leaf


# -- the same leaves under another tree --------------------------------------------------------------------------------


def without_node(nodes: Sequence[Node], gone: Node) -> tuple[Node, ...]:
    """The tree without the weight of a node, and of each parent that nothing is left of."""
    changed = list(nodes)
    changed[gone.position] = replace(gone, local_weight=0.0)
    parent = gone.parent
    while parent is not None and not any(changed[child].local_weight for child in changed[parent].children):
        changed[parent] = replace(changed[parent], local_weight=0.0)
        parent = changed[parent].parent
    return tuple(changed)


def with_exponent(nodes: Sequence[Node], exponent: float) -> tuple[Node, ...]:
    """The tree with another exponent across pillars."""
    root, *others = nodes
    return (replace(root, exponent=exponent), *others)


def index_under(scored: Assessment, nodes: Sequence[Node]) -> Floats:
    """The index of each country by the leaves as they are scored, under another tree: (countries,), in [0, 1]."""
    estimates = scored.figures.estimate.copy()
    aggregate({"estimate": estimates}, nodes)
    return estimates[:, 0]


# -- between two scenarios of one country ------------------------------------------------------------------------------


Cause: TypeAlias = Literal[
    "new statements", "removed statements", "re-coded statements", "grades and dates", "rubric", "time"
]
CODING = ("codes", "coders", "absence", "same_as", "context")
GRADING = ("source", "date", "until", "credibility", "confidence")


def statements_by_id(profile: Profile) -> dict[str, Statement]:
    """The statements of a profile by their ids."""
    return {statement.id: statement for statement in profile.statements}


def mixed(before: Scenario, after: Scenario, on: Collection[Cause]) -> Scenario:
    """The scenario before with some causes in force."""
    old, new = statements_by_id(before.profile), statements_by_id(after.profile)
    statements = []
    for name in sorted({*old, *new}):
        if name not in old:
            if "new statements" in on:
                statements.append(new[name])
        elif name not in new:
            if "removed statements" not in on:
                statements.append(old[name])
        else:
            keys = (CODING if "re-coded statements" in on else ()) + (GRADING if "grades and dates" in on else ())
            statements.append(old[name].model_copy(update={key: getattr(new[name], key) for key in keys}))
    sources = (before.profile.sources, after.profile.sources)
    first, second = sources if "grades and dates" in on else reversed(sources)
    book = after.book if "rubric" in on else before.book
    profile = before.profile.model_copy(
        update={"sources": {**first, **second}, "statements": tuple(_fitting(one, book) for one in statements)}
    )
    return Scenario(book, (profile,), (after if "time" in on else before).days[0])


def _fitting(statement: Statement, book: RuleBook) -> Statement:
    """The statement without the codes that this rubric has no place for."""

    def fitting(codes: Mapping[str, object] | None) -> dict[str, object]:
        return {
            name: code
            for name, code in (codes or {}).items()
            if name in book.leaves and not list(book.leaves[name].code_errors(code))
        }

    coders = {coder: fitting(codes) for coder, codes in (statement.coders or {}).items()}
    return statement.model_copy(update={"codes": fitting(statement.codes), "coders": coders})


def undone(before: Scenario, after: Scenario, name: str) -> Scenario:
    """The scenario after with one statement as it was before."""
    old, statements = statements_by_id(before.profile), statements_by_id(after.profile)
    sources = after.profile.sources
    statements.pop(name, None)
    if name in old:
        own = unused(f"{old[name].source}-before", sources)  # the source as it was graded then, beside that of now
        sources = {**sources, own: before.profile.sources[old[name].source]}
        statements[name] = _fitting(old[name], after.book).model_copy(update={"source": own})
    profile = after.profile.model_copy(update={"sources": sources, "statements": tuple(statements.values())})
    return after.with_profile(profile)
