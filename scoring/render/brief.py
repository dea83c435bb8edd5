"""A briefing of what is new, as a page of Markdown and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.model.countries import country_name
from scoring.render.diff import moved_object
from scoring.render.objects import envelope, rubric_object
from scoring.render.statements import evidence_objects
from scoring.render.wording import interval_name, sourced
from scoring.text import numbers
from scoring.text.markdown import plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.statements import Evidence
    from scoring.change.attribution import Difference
    from scoring.change.brief import Brief, Changed, Outlook, Publication, RankMove, Since
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings

WITHHELD, PUBLISHED = "withheld", "published"

HASH = 12  # digits of a commit


def brief_markdown(found: Brief, since: Since) -> str:
    """One page: what moved, the new evidence, and the profiles that grow old."""
    lines = [f"# What is new since {plain(since.asked)}", "", f"{plain(found.after.title)}. {_basis(since)}", ""]
    if found.is_empty:
        lines += ["Nothing is new: no score moved, no statement came, went or was coded otherwise.", ""]
    else:
        lines += ["## What moved", "", *(list(_moved(found, since)) or ["No index and no rank moved."]), ""]
        lines += ["## New evidence", "", *_evidence(found, since)]
    lines += ["## Profiles that grow old", "", _old(found)]
    return "\n".join(lines).rstrip() + "\n"


def _basis(since: Since) -> str:
    """What was compared with, in a sentence."""
    if since.kind == "folder":
        return "Compared with what that folder holds."
    if since.commit is not None:
        last = ", the last before that day (UTC)" if since.kind == "day" else ""
        return f"Compared with what the repository held at commit {since.commit[:HASH]}{last}."
    return (
        "Compared with the same profiles as their evidence stood on that day, since no commit with them is older: "
        "statements dated later are new, undated ones are not."
    )


def _cause(cause: Cause, since: Since) -> str:
    """A cause in words; between two days of evidence, what is no longer there has ended."""
    return "ended statements" if since.kind == "evidence" and cause == "removed statements" else cause


def _named(code: str) -> str:
    return f"**{plain(country_name(code))} ({code})**"


# -- what moved --------------------------------------------------------------------------------------------------------


def _moved(found: Brief, since: Since) -> Iterator[str]:
    most = defaults().shown.brief_moves
    yield from _rubric(found)
    yield from (f"- {_named(code)} is new: {_standing(found.after, code)}." for code in found.came[:most])
    if more := found.came[most:]:
        yield f"- New too: {numbers.first(list(map(country_name, more)), defaults().shown.brief_names)}."
    if found.gone:
        yield f"- Gone: {numbers.first(list(map(country_name, found.gone)), defaults().shown.brief_names)}."
    yield from (f"- {_publication(found, one)}" for one in found.published[:most])
    for what in (WITHHELD, PUBLISHED):
        if names := [country_name(one.country) for one in found.published[most:] if _status(found, one) == what]:
            yield f"- {what.capitalize()} now too: {numbers.first(names, defaults().shown.brief_names)}."
    yield from _indices(found, since)
    yield from _ranks(found)


def _indices(found: Brief, since: Since) -> Iterator[str]:
    ranks = {one.country: one for one in found.ranks}
    seen = [one for one in found.differences if one.band[0] != one.band[1] or _shows(one)]
    seen.sort(key=lambda one: (-abs(_move(one)), one.country))
    loud = [one for one in seen if one.is_significant]
    most = defaults().shown.brief_moves
    yield from (f"- {_difference(one, ranks.get(one.country), since)}" for one in loud[:most])
    if more := loud[most:]:
        yield f"- More than noise too: {numbers.first([_briefly(one) for one in more], defaults().shown.brief_names)}."
    if quiet := [one for one in seen if not one.is_significant]:
        yield f"- Within noise: {numbers.first([_briefly(one) for one in quiet], defaults().shown.brief_names)}."
    unseen = sum(numbers.exact_points(_move(one)) != 0 for one in found.differences if one not in seen)
    if unseen:
        yield f"- {numbers.count(unseen, 'index', 'indices')} moved by less than is shown."


def _ranks(found: Brief) -> Iterator[str]:
    beyond = [one for one in found.ranks if one.is_beyond]
    most = defaults().shown.brief_moves
    for one in beyond[:most]:
        interval = f"{one.interval[0]}–{one.interval[1]}"
        yield (
            f"- {_named(one.country)}: rank {one.was} to {one.now} of {found.ranked} published both times, beyond the "
            f"interval it had ({interval}, {interval_name(found.before.book.rubric)})."
        )
    if more := beyond[most:]:
        names = [country_name(one.country) for one in more]
        yield f"- Ranks beyond their interval too: {numbers.first(names, defaults().shown.brief_names)}."
    if within := len(found.ranks) - len(beyond):
        yield f"- {numbers.count(within, 'rank')} moved, and not beyond the old interval."


def _rubric(found: Brief) -> Iterator[str]:
    if not found.is_new_rubric:
        return
    was, now = (f"{one.id}@{one.version}" for one in (found.before.book.rubric, found.after.book.rubric))
    same = f"both call themselves {now}" if was == now else f"{was}, now {now}"
    yield f"- **The rubric changed** ({same}): a decision, never noise; it has a part in the moves below."


def _standing(assessment: Assessment, code: str) -> str:
    """Where a country stands: index, range and rank, or why there is none."""
    [country] = [country for country in assessment.countries if country.code == code]
    low, high = map(numbers.points, (country.index.low, country.index.high))
    if not country.is_published:
        return f"{WITHHELD}, range {low} to {high}, since {country.reason}"
    estimate = numbers.points(country.index.estimate)
    return f"{estimate}, range {low} to {high}, {plain(str(country.band))}, rank {country.rank} of {country.ranked}"


def _status(found: Brief, one: Publication) -> str:
    return WITHHELD if found.after.withheld_because[one.after] else PUBLISHED


def _publication(found: Brief, one: Publication) -> str:
    was, now = (_standing(edition, one.country) for edition in (found.before, found.after))
    what = _status(found, one)
    return f"{_named(one.country)} is {what} now: {now.removeprefix(f'{WITHHELD}, ')}; it was {was}."


def _move(one: Difference) -> float:
    return one.split.now - one.split.was


def _shows(one: Difference) -> bool:
    """Whether the move is one in the figures as they are printed."""
    return float(numbers.points(_move(one))) != 0


def _difference(one: Difference, rank: RankMove | None, since: Since) -> str:
    low, high = (numbers.signed_points(end) for end in one.interval)
    text = (
        f"{_named(one.country)}: {numbers.points(one.split.was)} to {numbers.points(one.split.now)} "
        f"({numbers.signed_points(_move(one))}, {interval_name(one.rubric)} {low} to {high})"
    )
    if rank is not None:
        text += f", rank {rank.was} to {rank.now}"
    if one.band[0] != one.band[1]:
        text += f", band {plain(str(one.band[0]))} to {plain(str(one.band[1]))}"
    cause, part = max(one.split.parts.items(), key=lambda pair: (abs(pair[1]), pair[0]))
    text += f". Mostly {_cause(cause, since)} ({numbers.signed_points(part)})"
    names = [
        f"`{change.statement}` ({numbers.signed_points(change.undone)})"
        for change in one.split.statements
        if change.cause == cause and numbers.exact_points(change.undone)
    ]
    return f"{text}: {numbers.first(names, defaults().shown.brief_statements)}." if names else f"{text}."


def _briefly(one: Difference) -> str:
    band = plain(f", {one.band[0]} to {one.band[1]}") if one.band[0] != one.band[1] else ""
    return f"{country_name(one.country)} ({numbers.signed_points(_move(one))}{band})"


# -- new evidence ------------------------------------------------------------------------------------------------------


def _evidence(found: Brief, since: Since) -> Iterator[str]:
    by_country = [(code, list(some)) for code, some in groupby(found.added, key=lambda one: one.profile.country)]
    by_country.sort(key=lambda one: (-len(one[1]), one[0]))
    if not by_country:
        yield "No statement was added."
        yield ""
    titles = {pillar.id: pillar.title for pillar in found.after.book.pillars}
    countries, most = defaults().shown.brief_countries, defaults().shown.brief_statements
    for code, some in by_country[:countries]:
        yield f"{_named(code)}, {_count(some)}:"
        yield ""
        shown = sorted(_spread(some)[:most], key=lambda one: (not one.pillars, one.pillars))
        yield from (f"- {_statement(one, titles)}" for one in shown)
        if len(some) > most:
            yield f"-{numbers.and_more(len(some) - most)}"
        yield ""
    if rest := [f"{country_name(code)} ({len(some)})" for code, some in by_country[countries:]]:
        yield f"More statements of {numbers.first(rest, defaults().shown.brief_names)}."
        yield ""
    for cause in dict.fromkeys(one.cause for one in found.changed):
        yield f"{_cause(cause, since).capitalize()}: {_changed([one for one in found.changed if one.cause == cause])}."
        yield ""


def _spread(some: Sequence[Evidence]) -> list[Evidence]:
    """The first of every pillar before the second of any, context last."""
    pillars: dict[tuple[str, ...], int] = {}
    places = []
    for one in some:
        place = pillars[one.pillars[:1]] = pillars.get(one.pillars[:1], -1) + 1
        places.append((not one.pillars, place))
    return [one for _, one in sorted(zip(places, some, strict=True), key=lambda pair: pair[0])]


def _count(some: Sequence[Evidence]) -> str:
    return numbers.count(len(some), "statement")


def _statement(one: Evidence, titles: dict[str, str]) -> str:
    pillars = ", ".join(titles[pillar] for pillar in one.pillars) or "Context, not scored"
    return f"*{plain(pillars)}* {plain(one.statement.text)} ({sourced(one.statement, one.source)}) `{one.statement.id}`"


def _changed(some: Sequence[Changed]) -> str:
    count = sum(len(one.statements) for one in some)
    names = [f"{one.country} `{name}`" for one in some for name in one.statements]
    return f"{count}, {numbers.first(names, defaults().shown.brief_names)}"


# -- profiles that grow old --------------------------------------------------------------------------------------------


def _old(found: Brief) -> str:
    publish = found.after.book.rubric.publish
    rule = (
        f"The rubric withholds an index below information {publish.information:g} or availability "
        f"{publish.availability:g}. If nothing is added, evidence ages:"
    )
    years, most = defaults().outlook_years, defaults().shown.brief_moves
    if not found.outlooks:
        return f"None: no index is withheld by age alone in the next {years} years, no profile is behind others."
    columns = (
        Column("Country"),
        Column("Gathered up to"),
        Column("Newest statement"),
        Column("Information", figures=True),
        Column(f"In {years} years", figures=True),
        Column("Withheld from"),
    )
    rows = tuple(_outlook(one) for one in found.outlooks[:most])
    notes = numbers.more_in_json(len(found.outlooks) - most)
    return f"{rule}\n\n{as_markdown(Table(columns, rows, notes))}"


def _outlook(one: Outlook) -> tuple[str, ...]:
    first, last = one.days[0], one.days[-1]
    withheld = numbers.NONE
    if one.withheld:
        when = "now" if one.withheld == first else one.withheld.day.isoformat()
        withheld = f"{when} ({', '.join(one.withheld.withheld_because)})"
    return (
        f"{country_name(one.country)} ({one.country})",
        one.coded_until.isoformat(),
        one.newest or numbers.NONE,
        numbers.unit(first.information),
        numbers.unit(last.information),
        withheld,
    )


# -- for machines ------------------------------------------------------------------------------------------------------


def brief_object(found: Brief, since: Since, settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring brief`; settings: those of now."""
    head = envelope(found.after.book, settings)
    was = rubric_object(found.before.book)
    return {
        **head,
        "rubric": {**head["rubric"], "was": was, "now": head["rubric"], "changed": found.is_new_rubric},
        "since": {"asked": since.asked, "compared_with": since.kind, "commit": since.commit},
        "moved": list(map(moved_object, found.differences)),
        "ranked": found.ranked,
        "ranks": [
            {
                "country": one.country,
                "was": one.was,
                "now": one.now,
                "interval": list(one.interval),
                "beyond": one.is_beyond,
            }
            for one in found.ranks
        ],
        "published": [
            {
                "country": one.country,
                "was": list(found.before.withheld_because[one.before]),
                "now": list(found.after.withheld_because[one.after]),
            }
            for one in found.published
        ],
        "came": list(found.came),
        "gone": list(found.gone),
        "added": evidence_objects(found.added),
        "changed": [
            {"country": one.country, "cause": one.cause, "statements": list(one.statements)} for one in found.changed
        ],
        "old": [
            {
                "country": one.country,
                "coded_until": one.coded_until.isoformat(),
                "newest_statement": one.newest,
                "behind": one.is_behind,
                "withheld_from": one.withheld.day.isoformat() if one.withheld else None,
                "days": [
                    {
                        "day": day.day.isoformat(),
                        "information": numbers.exact_unit(day.information),
                        "availability": numbers.exact_unit(day.availability),
                        "withheld_because": list(day.withheld_because),
                    }
                    for day in one.days
                ],
            }
            for one in found.outlooks
        ],
    }
