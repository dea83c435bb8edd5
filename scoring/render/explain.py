"""`scoring explain` as indented text and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.analysis.country import basis
from scoring.analysis.explain import Expectation, Explained, Part, StatementExplained
from scoring.analysis.reliance import reliance
from scoring.index.borrowing import LEAST, MOST
from scoring.index.dataframes import NODE, node_cells
from scoring.index.leaves import as_known, codes_by_coder, counted_codes
from scoring.index.rescoring import expected_values
from scoring.index.summary import facing, listed
from scoring.model.profile import edition_of, is_retrospective
from scoring.render.objects import envelope, leaf_figures, node_figures
from scoring.render.reviews import dispute_lines, judged_object, judged_text, reviewed_object, summary
from scoring.render.wording import code_text, coder_marks, origin, reliance_lines, why_left_out
from scoring.statistics.combining import NOISE
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.prose import capital, long_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from scoring.analysis.explain import Expectation, Explained, LeftOut, Part, StatementExplained
    from scoring.analysis.reviews import Reviewed
    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry
    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Source, Statement
    from scoring.model.rubric import RuleBook
    from scoring.model.scale import Scale
    from scoring.text.frame import Columns


STEP = "  "
SAID: Columns = {
    **dict.fromkeys(("source", "text", "title", "publisher", "url", "archived", "published", "locator"), str),
    **dict.fromkeys(("date", "fielded", "rechecked", "reliability"), str),
    "credibility": int,
    "confidence": str,
    "absence": bool,
}
ENTERED: Columns = {
    "country": str,
    **NODE,
    "statement": str,
    "enters": bool,
    "reason": str,
    "answer": str,
    **dict.fromkeys(("value", "weight", "grade_factor", "age_factor", "detectability_factor"), float),
    **dict.fromkeys(("share_of_index", "effect", "through_centre"), float),
    **dict.fromkeys(("confirmed_by_person", "retrospective"), bool),
    **SAID,
}


def tree_text(assessment: Assessment, row: int, explained: Explained, found: Reviewed | None = None) -> str:
    """The text of `scoring explain COUNTRY [NODE]`: the tree of nodes down to their statements.

    found: the reviews of the country, if there are any.
    """
    country = assessment.countries[row]
    lines = [heading(assessment, country), ""]
    lines += _node_lines(assessment, country, explained, "", found)
    context = basis(assessment, row).context if explained.node.parent is None else 0
    rest = "; missing evidence is the remainder" if assessment.has_bounds else ""
    lines += [
        "",
        "Weight = grade x age x detectability. Share: the part of the index that rests on the statement.",
        f"All shares sum to the information of the index{rest}.",
        *(["Lower is better: rank 1 is the lowest index."] if assessment.book.rubric.lower_is_better else []),
    ]
    if relied := reliance(country.profile, explained):
        lines += reliance_lines(country.profile, relied)
    if found and explained.node.parent is None:
        lines.append(f"Reviews: {summary(assessment, found)}.")
    if context:
        count = f"{numbers.count(context, 'context statement')} {'is' if context == 1 else 'are'} recorded"
        lines.append(f"{count} and not scored; `scoring statements` lists all.")
    if explained.node.parent is None:
        gone = sorted(statement.id for statement in country.profile.statements if statement.withdrawn)
        lines += (
            [f"Withdrawn: {', '.join(gone)}; `scoring explain {country.code} --statement ID` says why."] if gone else []
        )
    return "\n".join(lines) + "\n"


def heading(assessment: Assessment, country: CountryScore) -> str:
    """The first line: country, actor, date, rubric, and rank and band or why the index is withheld."""
    rubric = assessment.book.rubric
    day = f"as of {long_date(country.as_of)}"
    subject = listed(country.label, facing([country.profile.actor]), day, f"{rubric.id}@{rubric.version}")
    return f"{subject}: {country.standing}"


def _node_lines(
    assessment: Assessment, country: CountryScore, explained: Explained, indent: str, found: Reviewed | None
) -> Iterator[str]:
    node = explained.node
    yield f"{indent}{_node_title(node)}"
    yield f"{indent}{STEP}{_node_figures(assessment, country, node)}"
    yield from (f"{indent}{STEP}{line}" for line in _rule_lines(assessment, country, node))
    if explained.expectation and has_expectations(assessment.book):
        subject = "what is missing is" if explained.parts else "without evidence of its own, it is"
        yield f"{indent}{STEP}{subject} {expectation_text(assessment.book, node, explained.expectation)}"
    deeper = indent + STEP
    for child in explained.children:
        yield from _node_lines(assessment, country, child, deeper, found)
    for part in explained.parts:
        yield from _part_lines(assessment, country.row, part, deeper)
        yield from (f"{deeper}  {line}" for line in dispute_lines(found, part.statement))
    for excluded in explained.left_out:
        yield f"{deeper}- not used: {excluded.statement.id} ({why_left_out(excluded)})"
        yield from (f"{deeper}  {line}" for line in dispute_lines(found, excluded.statement))
    if not explained.children and not explained.parts and not explained.left_out:
        yield f"{deeper}- no statement"


def _node_title(node: Node) -> str:
    weight = "" if node.kind == "index" else f", {numbers.percent(node.global_weight)} % of the index"
    scale = f", {node.scale.spanned}" if node.has_own_scale else ""
    return f"{node.id}: {node.label} [{node.kind}{weight}{scale}]"


def _rule_lines(assessment: Assessment, country: CountryScore, node: Node) -> Iterator[str]:
    """How a node follows from its children, where that is no plain mean; and whether its gate decides."""
    rule = node.rule
    if rule.text:
        yield f"the {rule.text} of what is below"
    if rule.gate is None:
        return
    child = assessment.nodes[node.children[rule.gate.child]]
    limit, value = f"{child.id} is at most {child.scale.points(rule.gate.below)}", node.scale.points(rule.gate.value)
    decides = country.nodes[child.position].computed <= rule.gate.below + NOISE
    yield f"{value}, since {limit}" if decides else f"{value} if {limit}, which it is not"


def _node_figures(assessment: Assessment, country: CountryScore, node: Node) -> str:
    score = country.nodes[node.position]
    text = score.text
    if assessment.has_bounds:
        enters = node.parent is not None and not score.has_evidence
        counts = f"; enters as {score.scale.points(score.computed)}" if enters else ""
        text += f" (bounds {score.bounds(' to ')}{counts}), evidence mean {score.scale.points(score.stated)}"
    text += f", information {numbers.unit(score.information)}"
    if node.children:
        borrowed = (
            ""
            if math.isnan(score.borrowed) or not assessment.book.rubric.prior.borrows
            else (f", borrowed {score.scale.signed(score.borrowed)}")
        )
        return f"{text}, availability {numbers.unit(score.availability)}{borrowed}"
    conflict = numbers.unit(score.conflict) if score.conflict > 0 else ""
    return f"{text}, conflict {conflict}" if conflict and float(conflict) else text


def has_expectations(book: RuleBook) -> bool:
    """Whether the rubric expects anything else of missing evidence than the same level everywhere."""
    prior = book.rubric.prior
    return prior.borrows or (prior.weight > 0 and bool((expected_values(book) != prior.centre).any()))


def expectation_text(book: RuleBook, node: Node, expectation: Expectation) -> str:
    """What is expected of missing evidence, and why: `expected at 58.0: usual level 52.0, country +9.1, ...`."""
    prior, scale = book.rubric.prior, node.scale
    expected = f"expected at {scale.points(expectation.centre)}"
    if not prior.borrows:
        return f"{expected}, the usual level"
    parts = [
        f"usual level {scale.points(expectation.expected)}",
        *([] if prior.country is None else [f"country {scale.signed(expectation.country)}"]),
        *([] if prior.pillar is None else [f"pillar {scale.signed(expectation.pillar)}"]),
        *([f"at least {scale.points(LEAST, -1)}"] if expectation.centre == LEAST else []),
        *([f"at most {scale.points(MOST, -1)}"] if expectation.centre == MOST else []),
    ]
    return f"{expected}: {', '.join(parts)}"


def _part_lines(assessment: Assessment, row: int, part: Part, indent: str) -> Iterator[str]:
    entry, statement, source = part.entry, part.statement, part.source
    yield f"{indent}- {statement.id}: {statement.text}"
    yield f"{indent}  {_value(part.node, entry)} = {written_out(assessment, part)}"
    yield (
        f"{indent}  weight {numbers.unit(entry.weight)} = {numbers.unit(entry.grade)} x "
        f"{numbers.unit(entry.decay)} x {numbers.unit(entry.detectability)}, share {numbers.percent(part.share, 2)} %"
    )
    yield f"{indent}  {citation(statement, source)}"
    yield from (f"{indent}  {mark}" for mark in (*_marks(assessment.profiles[row], statement), *coder_marks(part)))
    if statement.adjudicated:
        yield f"{indent}  {adjudicated_text(assessment, part)}"


def adjudicated_text(assessment: Assessment, part: Part) -> str:
    """Who adjudicated the code of a statement, what the coders had read, and why."""
    decision = part.statement.adjudicated
    assert decision is not None  # noqa: S101  callers check
    indicator, item = _question(assessment, part.node)
    codes = codes_by_coder(part.statement, indicator.id, item)
    read = " | ".join(code_text(code[item] if item else code) for code in codes) or "nothing here"
    return f"adjudicated by {decision.by} (coders: {read}): {decision.reason}"


def _answer(assessment: Assessment, part: Part) -> str:
    """The answers that count in the words of the rubric, for JSON; equal answers appear once."""
    return " | ".join(_answers(assessment, part))


def written_out(assessment: Assessment, part: Part) -> str:
    """The answers as above, each to be read without the other anchors of the indicator."""
    indicator, _ = _question(assessment, part.node)
    return " | ".join(map(indicator.written_out, _answers(assessment, part)))


def _answers(assessment: Assessment, part: Part) -> list[str]:
    indicator, item = _question(assessment, part.node)
    codes = counted_codes(part.statement, indicator.id, item)
    return list(dict.fromkeys(indicator.answer_text(code, item, part.node.scale) for code in codes))


def _question(assessment: Assessment, node: Node) -> tuple[LeafIndicator, str | None]:
    """The indicator of a leaf, and the key of the item if it is one."""
    indicator, item = node.part
    return assessment.book.leaves[indicator], item


def _value(node: Node, entry: Entry) -> str:
    return f"value {node.scale.points(entry.value)}" if node.saturation is None else f"count {entry.value:g}"


def citation(statement: Statement, source: Source) -> str:
    """Source, locator, date and grade of a statement in one line."""
    name, locator, date, grade = origin(statement, source)
    return f"{name}; {locator}; {date}; grade {grade}"


def _marks(profile: Profile, statement: Statement) -> Iterator[str]:
    """That a statement is retrospective, with the two days."""
    if is_retrospective(profile, statement):
        published, edition = profile.sources[statement.source].published, edition_of(profile, statement).isoformat()
        yield f"retrospective: published {published}, after the edition of {edition}"


def _recheck_lines(day: dt.date, statement: Statement) -> Iterator[str]:
    """When a statement was rechecked, and whether that counts on a day."""
    if statement.rechecked:
        counts = "it ages from there" if as_known(statement, day).rechecked else "later, so that it has no effect yet"
        yield f"{STEP}Rechecked: {statement.rechecked}; {counts}"


def statement_text(
    assessment: Assessment, row: int, explained: StatementExplained, found: Reviewed | None = None
) -> str:
    """The text of `scoring explain COUNTRY --statement ID`: from the statement up to the index.

    found: the reviews of the country, if there are any.
    """
    statement, source = explained.statement, explained.source
    lines = [
        f"{statement.id}: {statement.text}",
        f"{STEP}{citation(statement, source)}",
        *([f"{STEP}{source.url}"] if source.url else []),
        *([f"{STEP}Field work: {statement.fielded}"] if statement.fielded else []),
        *_recheck_lines(assessment.as_of[row], statement),
        *([f"{STEP}Archived: {source.archived}"] if source.archived else []),
        *(f"{STEP}{mark}" for mark in _marks(explained.profile, statement)),
        *([f"{STEP}Note: {statement.note}"] if statement.note else []),
        *([f"{STEP}Duplicates: {', '.join(explained.duplicates)}"] if explained.duplicates else []),
        *(f"{STEP}{capital(judged_text(one))}" for one in (found.of(statement.id) if found else ())),
        "",
    ]
    if explained.parts:
        lines += [_effect_text(assessment, explained), ""]
    for part in explained.parts:
        lines.append(f"Enters {part.node.path}")
        lines.append(f"{STEP}{_value(part.node, part.entry)} = {written_out(assessment, part)}")
        lines.append(
            f"{STEP}weight {numbers.unit(part.entry.weight)} = "
            f"{numbers.unit(part.entry.grade)} x {numbers.unit(part.entry.decay)} x "
            f"{numbers.unit(part.entry.detectability)}, share of the index {numbers.percent(part.share, 2)} %"
        )
        lines += [f"{STEP}{mark}" for mark in coder_marks(part)]
        if statement.adjudicated:
            lines.append(f"{STEP}{adjudicated_text(assessment, part)}")
        node: Node | None = part.node
        while node is not None:
            lines.append(f"{STEP}{node.id}: {_node_figures(assessment, assessment.countries[row], node)}")
            node = None if node.parent is None else assessment.nodes[node.parent]
    for excluded in explained.left_out:
        node_path = excluded.node.path if excluded.node else "the index"
        original = f" ({statement.same_as})" if excluded.reason == "same_as" else ""
        lines.append(f"Does not enter {node_path}: {why_left_out(excluded)}{original}")
    return "\n".join(lines) + "\n"


def _effect_text(assessment: Assessment, explained: StatementExplained) -> str:
    """The effect of the statement on the index, and the part of it that comes through what is expected."""
    signed = assessment.scale.signed
    effect = f"Effect on the index: {signed(explained.effect, 1)}"
    if assessment.book.rubric.prior.borrows:
        effect += f", of which {signed(explained.through_centre, 1)} through what is expected elsewhere"
    return f"{effect} (the index minus the index without the statement)"


# -- JSON --------------------------------------------------------------------------------------------------------------


def tree_object(
    assessment: Assessment, row: int, explained: Explained, found: Reviewed | None = None
) -> dict[str, Any]:
    """The JSON document of `scoring explain COUNTRY [NODE]`."""
    return {
        **_country_envelope(assessment, row),
        "node": _explained_object(assessment, row, explained),
        "reliance": _reliance_object(assessment.profiles[row], explained),
        **({"reviewed": reviewed_object(assessment, found)} if found else {}),
    }


def _reliance_object(profile: Profile, explained: Explained) -> dict[str, Any] | None:
    found = reliance(profile, explained)
    if found is None:
        return None
    controlled = found.state_controlled
    return {
        "largest_source": found.source,
        "largest_share": numbers.exact_unit(found.largest),
        "state_controlled": None if controlled is None else numbers.exact_unit(controlled),
        "by_state": {state: numbers.exact_unit(share) for state, share in found.by_state},
        "retrospective": None if found.retrospective is None else numbers.exact_unit(found.retrospective),
        "unconfirmed": None if found.unconfirmed is None else numbers.exact_unit(found.unconfirmed),
        "sources": found.sources,
        "undated_sources": found.undated,
    }


def statement_object(
    assessment: Assessment, row: int, explained: StatementExplained, found: Reviewed | None = None
) -> dict[str, Any]:
    """The JSON document of `scoring explain COUNTRY --statement ID`."""
    return {
        **_country_envelope(assessment, row),
        "statement": described(explained.statement, explained.source),
        "retrospective": is_retrospective(explained.profile, explained.statement),
        "twins": list(explained.duplicates),
        "enters": [{"path": part.node.path, **_part_figures(assessment, part)} for part in explained.parts],
        "not_entered": [
            {"path": excluded.node.path if excluded.node else None, "reason": excluded.reason}
            for excluded in explained.left_out
        ],
        "effect": assessment.scale.exact_difference(explained.effect),
        "through_centre": assessment.scale.exact_difference(explained.through_centre),
        "pillars": {pillar.node.id: node_figures(pillar) for pillar in assessment.countries[row].pillars},
        "index": node_figures(assessment.countries[row].index),
        **({"judgements": list(map(judged_object, found.of(explained.statement.id)))} if found else {}),
    }


def _country_envelope(assessment: Assessment, row: int) -> dict[str, Any]:
    profile = assessment.profiles[row]
    return {
        **envelope(assessment.book),
        "country": profile.country,
        "actor": profile.actor,
        "as_of": assessment.as_of[row].isoformat(),
        "profile_digest": assessment.profile_digests[row],
    }


def _explained_object(assessment: Assessment, row: int, explained: Explained) -> dict[str, Any]:
    node = explained.node
    return {
        "path": node.path,
        "kind": node.kind,
        "label": node.label,
        "share_of_index": numbers.exact_unit(node.global_weight),
        **leaf_figures(assessment.countries[row].nodes[node.position]),
        **({} if explained.children else _expectation_figures(node.scale, explained.expectation)),
        "children": [_explained_object(assessment, row, child) for child in explained.children],
        "statements": [
            {
                **described(part.statement, part.source),
                "retrospective": is_retrospective(assessment.profiles[row], part.statement),
                **_part_figures(assessment, part),
            }
            for part in explained.parts
        ],
        "not_entered": [{"id": excluded.statement.id, "reason": excluded.reason} for excluded in explained.left_out],
    }


def _expectation_figures(scale: Scale, expectation: Expectation | None) -> dict[str, float | None]:
    if expectation is None:
        return dict.fromkeys(("expected", "country_offset", "pillar_offset", "centre"))
    return {
        "expected": scale.exact(expectation.expected),
        "country_offset": scale.exact_difference(expectation.country),
        "pillar_offset": scale.exact_difference(expectation.pillar),
        "centre": scale.exact(expectation.centre),
    }


def _part_figures(assessment: Assessment, part: Part) -> dict[str, Any]:
    entry = part.entry
    is_count = part.node.saturation is not None
    return {
        "answer": _answer(assessment, part),
        "confirmed_by_person": part.is_confirmed,
        "value": entry.value if is_count else part.node.scale.exact(entry.value),
        "weight": numbers.exact_unit(entry.weight),
        "grade_factor": numbers.exact_unit(entry.grade),
        "age_factor": numbers.exact_unit(entry.decay),
        "detectability_factor": numbers.exact_unit(entry.detectability),
        "share_of_index": numbers.exact_unit(part.share),
    }


def described(statement: Statement, source: Source) -> dict[str, Any]:
    """A statement with its source, for JSON."""
    return {
        "id": statement.id,
        "text": statement.text,
        "source": statement.source,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "archived": source.archived,
        "published": source.published,
        "locator": statement.locator,
        "date": statement.date,
        "fielded": statement.fielded,
        "rechecked": statement.rechecked,
        "reliability": source.reliability,
        "credibility": statement.credibility,
        "confidence": statement.confidence,
        "absence": statement.absence,
        "withdrawn": statement.withdrawn.model_dump() if statement.withdrawn else None,
        "adjudicated": statement.adjudicated and statement.adjudicated.model_dump(mode="json"),
    }


# -- frame -------------------------------------------------------------------------------------------------------------


def tree_frame(assessment: Assessment, row: int, explained: Explained) -> Frame:
    """One record per question and statement that enters it or not; one without a statement where there is none.

    `value` is in [0, 1], of a count the number of events. `effect` and `through_centre` are missing.
    """
    return Frame(ENTERED, tuple(_records(assessment, row, explained)))


def _records(assessment: Assessment, row: int, explained: Explained) -> Iterator[dict[str, Any]]:
    for child in explained.children:
        yield from _records(assessment, row, child)
    for part in explained.parts:
        yield _part_record(assessment, row, part)
    for excluded in explained.left_out:
        yield _left_out_record(assessment, row, excluded)
    if not explained.children and not explained.parts and not explained.left_out:
        yield {"country": assessment.profiles[row].country, **node_cells(explained.node)}


def statement_frame(assessment: Assessment, row: int, explained: StatementExplained) -> Frame:
    """One record per question that the statement enters or not; in each the effect of the statement on the index."""
    effect = {"effect": explained.effect, "through_centre": explained.through_centre}
    parts = (_part_record(assessment, row, part) for part in explained.parts)
    left_out = (_left_out_record(assessment, row, excluded) for excluded in explained.left_out)
    return Frame(ENTERED, tuple({**record, **effect} for record in (*parts, *left_out)))


def _part_record(assessment: Assessment, row: int, part: Part) -> dict[str, Any]:
    entry = part.entry
    return {
        **_said(assessment, row, part.statement, part.source),
        **node_cells(part.node),
        "enters": True,
        "answer": _answer(assessment, part),
        "value": entry.value,
        "weight": entry.weight,
        "grade_factor": entry.grade,
        "age_factor": entry.decay,
        "detectability_factor": entry.detectability,
        "share_of_index": part.share,
        "confirmed_by_person": part.is_confirmed,
    }


def _left_out_record(assessment: Assessment, row: int, excluded: LeftOut) -> dict[str, Any]:
    node = node_cells(excluded.node) if excluded.node else {}
    said = _said(assessment, row, excluded.statement, excluded.source)
    return {**said, **node, "enters": False, "reason": excluded.reason}


def _said(assessment: Assessment, row: int, statement: Statement, source: Source) -> dict[str, Any]:
    texts = described(statement, source)
    return {
        "country": assessment.profiles[row].country,
        "statement": statement.id,
        "retrospective": is_retrospective(assessment.profiles[row], statement),
        **{name: texts[name] for name in SAID},
    }
