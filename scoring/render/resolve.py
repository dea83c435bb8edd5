"""Results of `scoring resolve`: what an id is, what it scored, whether that still holds, and how to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.citing.citation import cite
from scoring.citing.errata import InEdition
from scoring.citing.resolve import IDS_ARE
from scoring.errors import visible
from scoring.files.defaults import defaults
from scoring.files.git import SHORT, day_of
from scoring.index.leaves import SHARES
from scoring.index.scores import among, reason_text
from scoring.index.summary import facing, interval_name, listed
from scoring.model.countries import named
from scoring.model.fields import read_date
from scoring.render.bibliography import address
from scoring.render.citation import texts
from scoring.render.errata import edition_object, in_a_line
from scoring.render.objects import scale_object
from scoring.render.wording import causes_text
from scoring.text import numbers
from scoring.text.prose import capital, long_date, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.citing.citation import Citation
    from scoring.citing.resolve import Edition, Resolved

ELSEWHERE = "clone the whole repository with git to search its history"
FIGURES = ("estimate", "stated", "low", "high", "information", "availability", "interval", "band")


def resolved_lines(resolved: Resolved, options: str = "") -> Iterator[str]:
    """The result as lines of text; options: to repeat in a command, such as ` --profiles folder`."""
    for line in _lines(resolved, options):
        yield visible(line)


def _lines(resolved: Resolved, options: str) -> Iterator[str]:
    yield resolved.text
    if resolved.status == "broken":
        yield f"Not an id: {'; '.join(resolved.faults)}."
        if all(IDS_ARE not in fault for fault in resolved.faults):
            yield f"{IDS_ARE[0].upper()}{IDS_ARE[1:]}."
    elif resolved.status == "unknown":
        yield "Status: unknown: no score has this id, neither a current one nor one of a past state that is known here."
        yield "It was altered, or made from a state that was not committed, or by another version of this program."
    else:
        yield from _score_lines(resolved)
    yield from _status(resolved)
    yield from _edition(resolved)
    if resolved.nearest:
        id_, commit = resolved.nearest
        yield f"Nearest known id: {id_} ({_at(commit) if commit else 'current'})"
    if resolved.gap and resolved.status != "current":
        yield f"Not everything is known here: {_gap(resolved.gap)}"
    yield from _ways(resolved, options)


def _score_lines(resolved: Resolved) -> Iterator[str]:
    """What the id is, and what it scored."""
    one = resolved.citation
    if one is None:
        return
    shown, rubric = texts(one), one.rubric
    what = "index" if one.node.parent is None else f"pillar {one.node.label!r}"
    subject = f"{what} of {with_article(one.name)}"
    yield f"What: {listed(subject, facing([one.actor]), f'as of {long_date(one.as_of)}')}"
    yield f"Rubric: {rubric.title} ({rubric.id}), version {rubric.version}, digest {one.rubric_digest[:SHORT]}"
    unit = _reason(one) if one.estimate is None else f" {one.node.scale.unit}"
    yield f"Score: {shown['estimate']}{unit}{f', band “{one.band}”' if one.band else ''}"
    if one.has_bounds:
        yield f"Evidence bounds: {shown['range']}"
    name = interval_name(rubric)
    if one.interval:
        yield f"{name[0].upper()}{name[1:]}: {shown['interval']}"
    else:
        why = "the first model drew it, which is not part of this version" if rubric.format == 1 else "not simulated"
        yield f"{name[0].upper()}{name[1:]}: not known here ({why})"
    yield f"Information: {shown['information']}; availability: {shown['availability']}"
    yield f"Rank: {_rank(resolved)}"
    if len(resolved.editions) > 1 or (resolved.editions and not _is_rank_of(resolved.editions[0], one)):
        yield f"Ranks by set of countries: {_editions(resolved.editions)}"
    if resolved.figure:
        yield f"#{resolved.figure}: {shown.get(resolved.figure, 'there is no figure of this name')}"


def _reason(one: Citation) -> str:
    """Why an index is withheld; nothing for a pillar, whose text says it."""
    shares = {name: getattr(one, name) for name in SHARES}
    reason = reason_text(one.withheld_because, shares, one.rubric.publish, one.missing, one.on_actor)
    return f" because {reason}" if one.node.parent is None and reason else ""


def _rank(resolved: Resolved) -> str:
    """The rank, or why there is none."""
    one = resolved.citation
    if one is None or not resolved.has_rank:
        return "not known here, since the other countries of that time are not"
    if one.rank is None:
        return "none" if one.estimate is not None else numbers.WITHHELD
    interval = f" (rank interval {texts(one)['rank_interval']})" if one.rank_interval else ""
    return f"{one.rank} of {one.ranked}{among(one.ranked, one.countries)}{interval}"


def _is_rank_of(edition: Edition, citation: Citation) -> bool:
    return (edition.rank, edition.ranked) == (citation.rank, citation.ranked)


def _editions(editions: tuple[Edition, ...]) -> str:
    most = defaults().shown.reason_statements
    shown = [
        f"{'no rank' if one.rank is None else one.rank} of {one.ranked} at {_at(one.revision)}"
        for one in editions[:most]
    ]
    more = len(editions) - most
    return "; ".join((*shown, *([numbers.and_more(more)] if more > 0 else [])))


def _at(commit: str) -> str:
    """A commit with its day."""
    day = day_of(commit)
    return f"revision {commit[:SHORT]}{f' of {long_date(day)}' if day else ''}"


def _status(resolved: Resolved) -> Iterator[str]:
    """Whether the score still holds, or what it is now."""
    now = resolved.now
    match resolved.status:
        case "current":
            yield "Status: current: the present rubric and profile give this score under this id"
        case "renewed" if now:
            yield f"Status: holds: rubric or profile were edited, and the figures are the same; the id is now {now.id}"
        case "changed" if now:
            yield f"Status: changed: {_change(resolved, now)}; the id is now {now.id}"
        case "gone":
            yield f"Status: no current score: {resolved.remark}"
        case "unknown" if now:
            subject = named(now.country, now.name)
            yield f"Today: the score of {subject} on that date is {_estimate(now)}, under the id {now.id}"
        case "unknown" if resolved.remark:
            yield f"Today: no score: {resolved.remark}"


def _edition(resolved: Resolved) -> Iterator[str]:
    """The edition that the id carries, and what was corrected since."""
    edition = resolved.edition
    if edition is None:
        return
    if isinstance(edition, str):
        yield capital(edition) + ("" if edition.endswith("?") else ".")
        return
    released = long_date(read_date(edition.edition.released))
    yield f"Edition: {edition.name}, released {released}: it has this score"
    if edition.errata and edition.errata.errata:
        yield f"Corrected since: {in_a_line(edition.errata)}"
        if edition.corrected and resolved.citation:
            one = resolved.citation
            pillar = None if one.node.parent is None else one.node.id
            corrected = cite(edition.corrected.only(one.country), one.country, pillar, one.as_of, simulate=False)
            yield f"Without the errors: {_estimate(corrected)}, evidence bounds {texts(corrected)['range']}"


def _estimate(citation: Citation) -> str:
    return texts(citation)["estimate"] + ("" if citation.estimate is None else f" {citation.node.scale.unit}")


def _change(resolved: Resolved, now: Citation) -> str:
    """What the score is now, and why it changed."""
    was = resolved.citation
    difference = ""
    if was and was.estimate is not None and now.estimate is not None:
        difference = f" ({now.node.scale.signed(now.estimate - was.estimate)})"
    same = was and texts(was)["estimate"] == texts(now)["estimate"]
    what = "the estimate is the same, other figures are not" if same else f"now {_estimate(now)}{difference}"
    causes = causes_text(now.node.scale, resolved.why) if resolved.why else ""
    method = "the scoring method changed" if resolved.method_changed else ""
    return ": ".join(filter(None, (what, "; ".join(filter(None, (method, causes))))))


def _gap(gap: str) -> str:
    """Why not every past score is known, and what to do."""
    if gap.startswith("no git history"):
        return f"{gap}, as in a downloaded folder without .git; {ELSEWHERE}"
    return f"{gap}; `git fetch --unshallow` fetches the rest" if gap.endswith("is shallow") else gap


def _ways(resolved: Resolved, options: str) -> Iterator[str]:
    """How to get to the score."""
    one = resolved.citation
    if one is None:
        return
    command = f"scoring cite {one.country}"
    command += "" if one.node.parent is None else f" --pillar {one.node.id}"
    command += f" --as-of {one.as_of.isoformat()}"
    if isinstance(resolved.edition, InEdition):
        part = "" if one.node.parent is None else f" --pillar {one.node.id}"
        yield f"Cite it as released: scoring cite {one.country}{part} --edition {resolved.edition.name}{options}"
    if resolved.status == "current":
        yield f"Cite it: {command}{options}"
    if resolved.revision:
        yield f"State: {_at(resolved.revision)}"
        yield f"Look at it: git checkout {resolved.revision[:SHORT]}"
        if resolved.status != "current":
            yield f"Cite it from there: {command} --revision {resolved.revision[:SHORT]}{options}"
    elif not resolved.gap:
        yield "State: the working folder; no commit has it yet"
    else:
        yield f"State: the working folder; past states are not known here: {_gap(resolved.gap)}"
    if url := address(one.rubric.about):
        yield f"Published at: {url}"


# -- JSON --------------------------------------------------------------------------------------------------------------


def resolved_object(resolved: Resolved) -> dict[str, Any]:
    """The result for JSON."""
    return {
        "id": resolved.text,
        "status": resolved.status,
        "faults": list(resolved.faults),
        "figure": resolved.figure or None,
        "revision": resolved.revision,
        "was": None if resolved.citation is None else _citation_object(resolved.citation, has_rank=resolved.has_rank),
        "editions": [{"revision": one.revision, "rank": one.rank, "ranked": one.ranked} for one in resolved.editions],
        "now": None if resolved.now is None else _citation_object(resolved.now, has_rank=True),
        "method_changed": resolved.method_changed,
        "why": causes_text(resolved.now.node.scale, resolved.why) if resolved.now and resolved.why else None,
        "nearest": resolved.nearest and {"id": resolved.nearest[0], "revision": resolved.nearest[1]},
        "remark": resolved.remark or None,
        "gap": resolved.gap or None,
        "edition": edition_object(resolved.edition) if isinstance(resolved.edition, InEdition) else None,
        "edition_remark": resolved.edition if isinstance(resolved.edition, str) else None,
    }


def _citation_object(one: Citation, *, has_rank: bool) -> dict[str, Any]:
    points, unit = one.node.scale.exact, numbers.exact_unit
    return {
        "id": one.id,
        "node": one.node.path,
        **scale_object(one.node),
        "country": one.country,
        "actor": one.actor,
        "as_of": one.as_of.isoformat(),
        "rubric_title": one.rubric.title,
        "rubric_version": one.rubric.version,
        "rubric_digest": one.rubric_digest,
        "profile_digest": one.profile_digest,
        "estimate": None if one.estimate is None else points(one.estimate),
        "stated": None if one.stated is None else points(one.stated),
        "low": points(one.low),
        "high": points(one.high),
        "information": unit(one.information),
        "availability": unit(one.availability),
        "interval": one.interval and [points(end) for end in one.interval],
        "band": one.band,
        "rank": one.rank if has_rank else None,
        "ranked": one.ranked if has_rank else None,
        "rank_interval": one.rank_interval if has_rank else None,
    }
