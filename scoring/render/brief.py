"""`scoring brief` as a page of Markdown and as JSON."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.index.summary import below_thresholds, interval_name
from scoring.model.countries import named
from scoring.render.diff import moved_object
from scoring.render.objects import envelope, rubric_object
from scoring.render.statements import evidence_objects
from scoring.render.wording import sourced
from scoring.text import numbers
from scoring.text.markdown import plain
from scoring.text.prose import long_date, ordinal
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.statements import Evidence
    from scoring.change.attribution import Difference
    from scoring.change.brief import Brief, Changed, Outlook, Publication, RankChange, Since
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings

WITHHELD, PUBLISHED = "withheld", "published"

HASH = 12  # printed digits of a commit


def brief_markdown(brief: Brief, since: Since) -> str:
    """The page: changed scores, new evidence, and profiles that become outdated."""
    lines = [f"# What is new since {plain(_asked(since))}", "", f"{_title(brief.after)}. {_basis(since)}", ""]
    if brief.is_empty:
        lines += ["Nothing is new: no score changed, and no statement was added, removed or re-coded.", ""]
    else:
        lines += ["## Changes", "", *(list(_changes(brief, since)) or ["No index and no rank changed."]), ""]
        lines += ["## New evidence", "", *_evidence(brief, since)]
    lines += ["## Profiles that become outdated", "", _outdated(brief)]
    return "\n".join(lines).rstrip() + "\n"


def _title(assessment: Assessment) -> str:
    """The title of the assessment, with the rubric as code, so that it can be copied."""
    rubric = f"{assessment.book.rubric.id}@{assessment.book.rubric.version}"
    return f"`{rubric}`".join(map(plain, assessment.title.split(rubric)))


def _asked(since: Since) -> str:
    """What the comparison is asked to begin with; a day in words."""
    return long_date(dt.date.fromisoformat(since.asked)) if since.kind in ("day", "evidence") else since.asked


def _basis(since: Since) -> str:
    """The basis of the comparison, in a sentence."""
    if since.kind == "folder":
        return "Compared with the contents of that folder."
    if since.commit is not None:
        last = ", the last before that day (UTC)" if since.kind == "day" else ""
        return f"Compared with the repository at commit {since.commit[:HASH]}{last}."
    return (
        "No commit with these profiles is older than that day. Compared with the same profiles, limited to the "
        "evidence up to that day: statements dated later are new, undated statements are not."
    )


def _cause(cause: Cause, since: Since) -> str:
    """A cause in words; a statement that counts on the earlier day of the same evidence only has ended."""
    return "ended statements" if since.kind == "evidence" and cause == "removed statements" else cause


def _named(brief: Brief, code: str) -> str:
    return f"**{plain(named(code, brief.titles[code]))}**"


# -- changes -----------------------------------------------------------------------------------------------------------


def _changes(brief: Brief, since: Since) -> Iterator[str]:
    most = defaults().shown.brief_moves
    yield from _rubric(brief)
    yield from (f"- {_named(brief, code)} is new: {_standing(brief.after, code)}." for code in brief.came[:most])
    if more := brief.came[most:]:
        yield f"- Also new: {numbers.first([brief.titles[code] for code in more], defaults().shown.brief_names)}."
    if brief.gone:
        yield f"- Removed: {numbers.first([brief.titles[code] for code in brief.gone], defaults().shown.brief_names)}."
    yield from (f"- {_publication(brief, publication)}" for publication in brief.published[:most])
    for status in (WITHHELD, PUBLISHED):
        names = [
            brief.titles[publication.country]
            for publication in brief.published[most:]
            if _status(brief, publication) == status
        ]
        if names:
            yield f"- Also {status} now: {numbers.first(names, defaults().shown.brief_names)}."
    yield from _indices(brief, since)
    yield from _ranks(brief)


def _indices(brief: Brief, since: Since) -> Iterator[str]:
    ranks = {move.country: move for move in brief.ranks}
    visible = [
        difference
        for difference in brief.differences
        if difference.band[0] != difference.band[1] or _is_visible(difference)
    ]
    visible.sort(key=lambda difference: (-abs(_change(difference)), difference.country))
    significant = [difference for difference in visible if difference.is_significant]
    others = [difference for difference in visible if not difference.is_significant]
    most, names = defaults().shown.brief_moves, defaults().shown.brief_names
    for difference in significant[:most]:
        yield f"- {_difference(difference, ranks.get(difference.country), since)}"
    if more := significant[most:]:
        yield f"- Also significant: {numbers.first(list(map(_briefly, more)), names)}."
    if others:
        yield f"- Not significant: {numbers.first(list(map(_briefly, others)), names)}."
    small = [difference for difference in brief.differences if difference not in visible]
    if count := sum(difference.scale.exact_difference(_change(difference)) != 0 for difference in small):
        yield f"- {numbers.count(count, 'index', 'indices')} changed by less than the printed precision."


def _ranks(brief: Brief) -> Iterator[str]:
    beyond = [move for move in brief.ranks if move.is_beyond]
    most = defaults().shown.brief_moves
    both = f"{numbers.count(brief.ranked, 'country', 'countries')} published both times"
    for move in beyond[:most]:
        yield (
            f"- {_named(brief, move.country)} ranks {ordinal(move.now)} instead of {ordinal(move.was)} of {both}, "
            f"outside the previous {interval_name(brief.before.book.rubric)} of its rank "
            f"({_ranks_text(move.interval)})."
        )
    if more := beyond[most:]:
        names = [brief.titles[move.country] for move in more]
        yield f"- Also outside the previous interval of the rank: {numbers.first(names, defaults().shown.brief_names)}."
    if within := len(brief.ranks) - len(beyond):
        yield f"- {numbers.count(within, 'rank')} changed within the previous interval."


def _ranks_text(interval: tuple[int, int]) -> str:
    first, last = map(ordinal, interval)
    return first if first == last else f"{first} to {last}"


def _rubric(brief: Brief) -> Iterator[str]:
    if not brief.is_new_rubric:
        return
    rubrics = (brief.before.book.rubric, brief.after.book.rubric)
    was, now = (f"{rubric.id}@{rubric.version}" for rubric in rubrics)
    versions = f"both are labelled {now}" if was == now else f"{was}, now {now}"
    yield f"- **The rubric changed** ({versions}). It contributes to the changes below, which all count as significant."


def _standing(assessment: Assessment, code: str) -> str:
    """Index, bounds, band and rank of a country, or why the index is withheld."""
    [country] = [country for country in assessment.countries if country.code == code]
    bounds = f" (evidence bounds {country.index.bounds(' to ')})" if assessment.has_bounds else ""
    if not country.is_published:
        return f"{WITHHELD}{bounds}, since {country.because}"
    return f"{country.index.text} {country.scale.unit}{bounds}, {plain(country.standing)}"


def _status(brief: Brief, publication: Publication) -> str:
    return WITHHELD if brief.after.withheld_because[publication.after] else PUBLISHED


def _publication(brief: Brief, publication: Publication) -> str:
    was, now = (_standing(assessment, publication.country) for assessment in (brief.before, brief.after))
    status = _status(brief, publication)
    separator = " " if status == WITHHELD else ": "
    now = now.removeprefix(f"{WITHHELD} ")
    return f"{_named(brief, publication.country)} is now {status}{separator}{now}; it was {was}."


def _change(difference: Difference) -> float:
    return difference.split.now - difference.split.was


def _is_visible(difference: Difference) -> bool:
    """Whether the change of the index differs from 0 as it is printed."""
    return float(difference.scale.difference(_change(difference))) != 0


def _difference(difference: Difference, rank: RankChange | None, since: Since) -> str:
    low, high = (difference.scale.signed(end) for end in difference.intervals.change)
    was, now = map(difference.scale.points, (difference.split.was, difference.split.now))
    text = (
        f"**{plain(named(difference.country, difference.title))}**: from {was} to {now} "
        f"({difference.scale.signed(_change(difference))}, {interval_name(difference.rubric)} {low} to {high})"
    )
    if rank is not None:
        text += f", ranked {ordinal(rank.now)} instead of {ordinal(rank.was)}"
    if difference.band[0] != difference.band[1]:
        was_band, now_band = (f"“{plain(str(band))}”" for band in difference.band)
        text += f", band {now_band} instead of {was_band}"
    cause, part = max(difference.split.parts.items(), key=lambda pair: (abs(pair[1]), pair[0]))
    text += f". Mainly due to {_cause(cause, since)} ({difference.scale.signed(part)})"
    names = [
        f"`{change.statement}` ({difference.scale.signed(change.undone)})"
        for change in difference.split.statements
        if change.cause == cause and difference.scale.exact_difference(change.undone)
    ]
    return f"{text}: {numbers.first(names, defaults().shown.brief_statements)}." if names else f"{text}."


def _briefly(difference: Difference) -> str:
    has_moved = difference.band[0] != difference.band[1]
    band = plain(f", band “{difference.band[1]}” instead of “{difference.band[0]}”") if has_moved else ""
    return f"{difference.title} ({difference.scale.signed(_change(difference))}{band})"


# -- new evidence ------------------------------------------------------------------------------------------------------


def _evidence(brief: Brief, since: Since) -> Iterator[str]:
    grouped = groupby(brief.added, key=lambda evidence: evidence.profile.country)
    by_country = sorted(
        ((code, list(added)) for code, added in grouped), key=lambda country: (-len(country[1]), country[0])
    )
    if not by_country:
        yield "No statement was added."
        yield ""
    titles = {pillar.id: pillar.title for pillar in brief.after.book.pillars}
    countries, most = defaults().shown.brief_countries, defaults().shown.brief_statements
    for code, added in by_country[:countries]:
        yield f"{_named(brief, code)}, {numbers.count(len(added), 'statement')}:"
        yield ""
        shown = sorted(_spread(added)[:most], key=lambda evidence: (not evidence.pillars, evidence.pillars))
        yield from (f"- {_statement(evidence, titles)}" for evidence in shown)
        if len(added) > most:
            yield f"-{numbers.and_more(len(added) - most)}"
        yield ""
    if others := [f"{brief.titles[code]} ({len(added)})" for code, added in by_country[countries:]]:
        yield f"More statements of {numbers.first(others, defaults().shown.brief_names)}."
        yield ""
    for cause in dict.fromkeys(changed.cause for changed in brief.changed):
        changes = [changed for changed in brief.changed if changed.cause == cause]
        yield f"{_cause(cause, since).capitalize()} {_changed(changes, brief)}."
        yield ""


def _spread(added: Sequence[Evidence]) -> list[Evidence]:
    """The first statement of every pillar before the second of any; context last."""
    counts: dict[tuple[str, ...], int] = {}
    keys = []
    for evidence in added:
        pillar = evidence.pillars[:1]
        counts[pillar] = counts.get(pillar, -1) + 1
        keys.append((not evidence.pillars, counts[pillar]))
    return [evidence for _, evidence in sorted(zip(keys, added, strict=True), key=lambda pair: pair[0])]


def _statement(evidence: Evidence, titles: dict[str, str]) -> str:
    statement = evidence.statement
    pillars = ", ".join(titles[pillar] for pillar in evidence.pillars) or "Not coded for this rubric"
    return f"*{plain(pillars)}* {plain(statement.text)} ({sourced(statement, evidence.source)}) `{statement.id}`"


def _changed(changes: Sequence[Changed], brief: Brief) -> str:
    count = sum(len(changed.statements) for changed in changes)
    names = [f"{brief.titles[changed.country]} `{name}`" for changed in changes for name in changed.statements]
    return f"({count}): {numbers.first(names, defaults().shown.brief_names)}"


# -- profiles that become outdated -------------------------------------------------------------------------------------


def _outdated(brief: Brief) -> str:
    rule = (
        f"The rubric withholds an index with {below_thresholds(brief.after.book.rubric.publish)}. "
        "Without new statements, the evidence ages as follows:"
    )
    years, most = defaults().outlook_years, defaults().shown.brief_moves
    if not brief.outlooks:
        return (
            f"None: no index will be withheld by ageing alone in the next {years} years, "
            "and all profiles have evidence up to the same day."
        )
    columns = (
        Column("Country"),
        Column("Collected up to"),
        Column("Newest statement"),
        Column("Information", figures=True),
        Column(f"Information in {years} years", figures=True),
        Column("Withheld from"),
    )
    rows = tuple(_outlook(outlook, brief) for outlook in brief.outlooks[:most])
    notes = numbers.more_in_json(len(brief.outlooks) - most)
    return f"{rule}\n\n{as_markdown(Table(columns, rows, notes))}"


def _outlook(outlook: Outlook, brief: Brief) -> tuple[str, ...]:
    threshold = brief.after.book.rubric.publish.information
    first, last = outlook.days[0], outlook.days[-1]
    withheld = numbers.NONE
    if outlook.withheld:
        when = "now" if outlook.withheld == first else outlook.withheld.day.isoformat()
        withheld = f"{when} ({', '.join(outlook.withheld.withheld_because)})"
    return (
        named(outlook.country, brief.titles[outlook.country]),
        outlook.coded_until.isoformat(),
        outlook.newest or numbers.NONE,
        numbers.unit_against(first.information, threshold),
        numbers.unit_against(last.information, threshold),
        withheld,
    )


# -- JSON --------------------------------------------------------------------------------------------------------------


def brief_object(brief: Brief, since: Since, settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring brief`.

    Args:
        brief: what is new.
        since: the basis of the comparison.
        settings: of the simulation of the newer assessment.
    """
    head = envelope(brief.after.book, settings)
    was = rubric_object(brief.before.book)
    return {
        **head,
        "rubric": {**head["rubric"], "was": was, "now": head["rubric"], "changed": brief.is_new_rubric},
        "since": {"asked": since.asked, "compared_with": since.kind, "commit": since.commit},
        "moved": list(map(moved_object, brief.differences)),
        "ranked": brief.ranked,
        "ranks": [
            {
                "country": move.country,
                "was": move.was,
                "now": move.now,
                "interval": list(move.interval),
                "beyond": move.is_beyond,
            }
            for move in brief.ranks
        ],
        "published": [
            {
                "country": publication.country,
                "was": list(brief.before.withheld_because[publication.before]),
                "now": list(brief.after.withheld_because[publication.after]),
            }
            for publication in brief.published
        ],
        "came": list(brief.came),
        "gone": list(brief.gone),
        "added": evidence_objects(brief.added),
        "changed": [
            {"country": changed.country, "cause": changed.cause, "statements": list(changed.statements)}
            for changed in brief.changed
        ],
        "old": [
            {
                "country": outlook.country,
                "coded_until": outlook.coded_until.isoformat(),
                "newest_statement": outlook.newest,
                "behind": outlook.is_behind,
                "withheld_from": outlook.withheld.day.isoformat() if outlook.withheld else None,
                "days": [
                    {
                        "day": day.day.isoformat(),
                        "information": numbers.exact_unit(day.information),
                        "availability": numbers.exact_unit(day.availability),
                        "withheld_because": list(day.withheld_because),
                    }
                    for day in outlook.days
                ],
            }
            for outlook in brief.outlooks
        ],
    }
