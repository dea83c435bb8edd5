"""`scoring scenario` as tables, JSON and CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.analysis.scenario import changes_of
from scoring.files.scenario import answered_parts
from scoring.index.dataframes import NODE, node_cells
from scoring.index.summary import collected_earlier, interval_share
from scoring.render.objects import common_day, envelope, scale_object
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.prose import joined
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.scenario import CountryMove, Move, Supposed
    from scoring.index.assessment import Assessment
    from scoring.model.scale import Scale
    from scoring.model.scenario import ScenarioFile
    from scoring.text.frame import Columns
    from scoring.uncertainty.simulation import Simulation

WEIGHED = (
    "A supposed answer is certain (grade A1), counts from its date, and replaces all evidence on its indicator or item."
)
NO_FORECAST = "What is supposed is not expected: this is no forecast."

MOVED: Columns = {
    "country": str,
    "group": str,
    **NODE,
    **dict.fromkeys(("before", "after", "change", "low", "high", "answer", "certainty", "dropped"), float),
    **{f"{name}_{when}": int for when in ("before", "after") for name in ("rank", "rank_low", "rank_high")},
}


class Ranked(NamedTuple):
    """The rank of a country among all published ones, with its interval; None where its index is withheld."""

    rank: int | None
    interval: tuple[int, int] | None

    @property
    def text(self) -> str:
        """Such as `2 (1–4)`."""
        if self.rank is None or self.interval is None:
            return numbers.WITHHELD
        return f"{self.rank} ({'–'.join(map(str, self.interval))})"


def _ranked(simulation: Simulation, row: int) -> Ranked:
    return Ranked(simulation.assessment.rank[row], simulation.rank_interval(row))


# -- tables ------------------------------------------------------------------------------------------------------------


def scenario_tables(supposed: Supposed, *, verbose: bool = False) -> list[Table]:
    """What is supposed; the countries; the pillars that move; the groups."""
    before = supposed.before.assessment
    tables = [_supposed_table(supposed), _country_table(supposed)]
    if (pillars := _pillar_table(supposed)).rows:
        tables.append(pillars)
    if supposed.groups:
        tables.append(_group_table(supposed))
    last = tables[-1]
    notes = (
        *last.notes,
        WEIGHED,
        f"{NO_FORECAST} {before.title}.",
        supposed.before.settings.text(verbose=verbose),
        *collected_earlier(before.countries[move.row] for move in supposed.countries),
    )
    tables[-1] = Table(last.columns, last.rows, notes, last.title)
    return tables


def _supposed_table(supposed: Supposed) -> Table:
    columns = (Column("Country", key=True), Column("Supposed"), Column("Reason"))
    assessment, file = supposed.before.assessment, supposed.file
    rows = []
    for change in file.suppose:
        dated = f", {change.date}" if change.date else ""
        texts = [f"{text}{dated}" for text in _answers(assessment, change.codes)]
        texts += [f"without {name}" for name in change.drop]
        reason = change.reason or ""
        rows += [(change.country, text, reason if not number else "") for number, text in enumerate(texts)]
    return Table(columns, tuple(rows), (f"Reason: {file.reason}",), f"Supposed: {file.name}")


def _answers(assessment: Assessment, codes: Any) -> Iterator[str]:
    """Each answer in the words of the rubric."""
    for name, code in codes.items():
        indicator = assessment.book.leaves[name]
        scale = next(node.scale for node in assessment.nodes if node.indicator == name)
        for item in answered_parts(indicator, code):
            label = f"{name}/{item}" if item else name
            yield f"{label}: {indicator.written_out(indicator.answer_text(code, item, scale))}"


def _country_table(supposed: Supposed) -> Table:
    before, after = supposed.before, supposed.after
    scale, rubric = before.assessment.scale, before.assessment.book.rubric
    has_dropped = any(move.effects is not None and move.effects.dropped is not None for move in supposed.countries)
    columns = (
        Column("Country", key=True),
        Column("Before", figures=True),
        Column("After", figures=True),
        Column("Change", figures=True),
        Column("Interval", figures=True),
        Column("By answers", figures=True, part=1),
        Column("By certainty", figures=True, part=1),
        *([Column("By dropping", figures=True, part=1)] if has_dropped else []),
        Column("Rank before", figures=True, part=2),
        Column("Rank after", figures=True, part=2),
    )
    rows = tuple(
        (
            before.assessment.countries[move.row].label,
            *_cells(scale, move.index),
            *_effects(scale, move, has_dropped=has_dropped),
            _ranked(before, move.row).text,
            _ranked(after, move.row).text,
        )
        for move in supposed.countries
    )
    share = interval_share(rubric)
    ranked = len(before.assessment.ranked), len(after.assessment.ranked)
    among = (
        f"{ranked[0]} published" if ranked[0] == ranked[1] else f"{ranked[0]} published before and {ranked[1]} after"
    )
    notes = [
        f"Interval: {share} uncertainty interval of the change, from joint draws.",
        f"Rank: among the {among}, with the {share} interval.",
        "By certainty: the change if the answers at today's level were as certain as the supposed ones.",
    ]
    reasons = [
        f"{country.code} {when}: {country.reason}"
        for move in supposed.countries
        for when, one in (("before", before), ("after", after))
        if not (country := one.assessment.countries[move.row]).is_published
    ]
    notes += [f"Withheld, so that no change is given: {'; '.join(reasons)}."] if reasons else []
    return Table(columns, rows, tuple(notes))


def _cells(scale: Scale, move: Move) -> tuple[str, ...]:
    """Before, after, change, and its interval."""
    interval = f"{scale.signed(move.low)} to {scale.signed(move.high)}"
    return (
        scale.points(move.before),
        scale.points(move.after),
        scale.signed(move.change),
        numbers.NONE if math.isnan(move.low) else interval,
    )


def _effects(scale: Scale, move: CountryMove, *, has_dropped: bool) -> list[str]:
    parts = move.effects
    if parts is None or math.isnan(move.index.change):
        return [numbers.NONE] * (2 + has_dropped)
    dropped = numbers.NONE if parts.dropped is None else scale.signed(parts.dropped)
    return [scale.signed(parts.answer), scale.signed(parts.certainty), *([dropped] if has_dropped else [])]


def _pillar_table(supposed: Supposed) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Pillar", key=True),
        Column("Before", figures=True),
        Column("After", figures=True),
        Column("Change", figures=True),
        Column("Interval", figures=True),
    )
    rows = tuple(
        (supposed.before.assessment.profiles[move.row].country, node.label, *_cells(node.scale, pillar))
        for move in supposed.countries
        for node, pillar in move.pillars
        if not math.isnan(pillar.change) and float(node.scale.difference(abs(pillar.change)))
    )
    return Table(columns, rows, ("Pillars that stay the same as printed are left out; --format json has all.",))


def _group_table(supposed: Supposed) -> Table:
    columns = (
        Column("Group", key=True),
        Column("Countries"),
        Column("Before", figures=True),
        Column("After", figures=True),
        Column("Change", figures=True),
        Column("Interval", figures=True),
    )
    scale = supposed.before.assessment.scale
    rows = tuple((group.name, ", ".join(group.members), *_cells(scale, group.mean)) for group in supposed.groups)
    notes = ["Group: the mean of the indices of its countries."]
    notes += [
        f"Left out of {group.name}, since their index is withheld: {joined(list(group.left_out))}."
        for group in supposed.groups
        if group.left_out
    ]
    return Table(columns, rows, tuple(notes))


# -- JSON and CSV ------------------------------------------------------------------------------------------------------


def scenario_object(supposed: Supposed) -> dict[str, Any]:
    """The JSON document of `scoring scenario`."""
    before, after, file = supposed.before, supposed.after, supposed.file
    assessment = before.assessment
    scale = assessment.scale
    return {
        **envelope(assessment.book, before.settings),
        "name": file.name,
        "reason": file.reason,
        "as_of": common_day(assessment.countries),
        "suppose": [change.model_dump(mode="json") for change in file.suppose],
        "ranked": {"before": len(assessment.ranked), "after": len(after.assessment.ranked)},
        "countries": [
            {
                "country": assessment.profiles[move.row].country,
                "name": assessment.profiles[move.row].title,
                "changed": any(True for _ in changes_of(file, assessment.profiles[move.row].country)),
                "withheld_because": {
                    "before": list(assessment.withheld_because[move.row]),
                    "after": list(after.assessment.withheld_because[move.row]),
                },
                "index": _move_object(scale, move.index),
                "effects": _effects_object(scale, move),
                "rank": {
                    "before": _rank_object(_ranked(before, move.row)),
                    "after": _rank_object(_ranked(after, move.row)),
                },
                "pillars": {
                    node.id: {**_move_object(node.scale, pillar), **scale_object(node)} for node, pillar in move.pillars
                },
            }
            for move in supposed.countries
        ],
        "groups": [
            {
                "group": group.name,
                "countries": list(group.members),
                "left_out": list(group.left_out),
                "mean": _move_object(scale, group.mean),
            }
            for group in supposed.groups
        ],
    }


def _move_object(scale: Scale, move: Move) -> dict[str, Any]:
    return {
        "before": scale.exact(move.before),
        "after": scale.exact(move.after),
        "change": scale.exact_difference(move.change),
        "interval": [scale.exact_difference(move.low), scale.exact_difference(move.high)],
    }


def _effects_object(scale: Scale, move: CountryMove) -> dict[str, float | None] | None:
    parts = _parts(move).items()
    return {name: None if part is None else scale.exact_difference(part) for name, part in parts} or None


def _rank_object(ranked: Ranked) -> dict[str, Any]:
    return {"rank": ranked.rank, "interval": list(ranked.interval) if ranked.interval else None}


def scenario_csv(supposed: Supposed) -> str:
    """One line per country and node, and per group: before, after, change and its interval; ranks of the index."""
    headers = ["country", "group", "node", "before", "after", "change", "low", "high"]
    headers += ["rank_before", "rank_low_before", "rank_high_before", "rank_after", "rank_low_after", "rank_high_after"]
    document = scenario_object(supposed)
    lines: list[list[object]] = []
    for country in document["countries"]:
        ranks = [
            value
            for when in ("before", "after")
            for value in (country["rank"][when]["rank"], *(country["rank"][when]["interval"] or (None, None)))
        ]
        lines.append([country["country"], None, "index", *_values(country["index"]), *ranks])
        lines += [
            [country["country"], None, name, *_values(pillar), *[None] * len(ranks)]
            for name, pillar in country["pillars"].items()
        ]
    lines += [[None, group["group"], "index", *_values(group["mean"]), *[None] * 6] for group in document["groups"]]
    return as_csv(headers, lines)


def _values(move: dict[str, Any]) -> list[object]:
    return [move["before"], move["after"], move["change"], *move["interval"]]


# -- frame -------------------------------------------------------------------------------------------------------------


def scenario_frame(supposed: Supposed) -> Frame:
    """One record per country and node, and per group; the parts of the change and ranks are of the index alone."""
    return Frame(MOVED, tuple(_records(supposed)))


def _records(supposed: Supposed) -> Iterator[dict[str, Any]]:
    assessment = supposed.before.assessment
    index = node_cells(assessment.nodes[0])
    for move in supposed.countries:
        code = {"country": assessment.profiles[move.row].country}
        yield {**code, **index, **_figures(move.index), **_parts(move), **_ranks(supposed, move.row)}
        yield from ({**code, **node_cells(node), **_figures(pillar)} for node, pillar in move.pillars)
    yield from ({"group": group.name, **index, **_figures(group.mean)} for group in supposed.groups)


def _figures(move: Move) -> dict[str, float]:
    return {**move._asdict(), "change": move.change}


def _parts(move: CountryMove) -> dict[str, float | None]:
    """The parts of the change of the index; none without answers, or where no change is given."""
    return {} if move.effects is None or math.isnan(move.index.change) else move.effects._asdict()


def _ranks(supposed: Supposed, row: int) -> dict[str, int | None]:
    ranks: dict[str, int | None] = {}
    for when, simulation in (("before", supposed.before), ("after", supposed.after)):
        ranked = _ranked(simulation, row)
        low, high = ranked.interval or (None, None)
        ranks |= {f"rank_{when}": ranked.rank, f"rank_low_{when}": low, f"rank_high_{when}": high}
    return ranks


# -- a scenario as a file ----------------------------------------------------------------------------------------------


def scenario_yaml(file: ScenarioFile) -> str:
    """The file of a scenario."""
    import yaml  # noqa: PLC0415  slow, and only a file that is written needs it

    content = file.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
