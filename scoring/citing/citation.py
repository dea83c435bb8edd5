"""What is cited of a country: a figure with all that makes it checkable, under an id that can be recomputed."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import UnknownNameError
from scoring.index.assessment import band, missing
from scoring.index.lookup import find_country
from scoring.index.scenario import Scenario
from scoring.index.tree import node_names
from scoring.model.countries import not_in_the_set
from scoring.model.digest import digest
from scoring.model.fields import read_date
from scoring.model.profile import Profile, coded_until
from scoring.uncertainty.simulation import Simulation, rank_interval, settings_of, simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import Rubric, RuleBook
    from scoring.uncertainty.draws import Settings


FORMAT = 1
HASH = 16  # hexadecimal digits
POINTS = ("estimate", "stated", "low", "high")  # on the scale of 0 to 100
SHARES = ("information", "availability")  # on the scale of 0 to 1


@dataclass(frozen=True)
class Citation:
    """One figure of one country, ready to be cited; values in [0, 1]."""

    id: str
    node: Node
    country: str
    actor: str
    as_of: dt.date
    rubric: Rubric
    rubric_digest: str
    profile_digest: str
    estimate: float | None
    """None where the index is withheld, or there is no evidence on the pillar."""
    stated: float | None
    low: float
    high: float
    information: float
    availability: float
    interval: tuple[float, float] | None
    """5 and 95 % of the draws; None where nothing was drawn."""
    withheld_because: tuple[str, ...]
    """The publication tests that fail; of a pillar, which keeps its estimate, those that make it thin."""
    missing: tuple[str, ...]
    """The nodes for want of which there is no estimate."""
    coded_until: dt.date
    """The day up to which evidence was gathered."""
    has_bounds: bool
    """Whether evidence leaves anything open: not under a prior without weight."""
    band: str | None
    """Of an index that is published; the rubric's bands are not for pillars."""
    rank: int | None
    ranked: int
    """How many countries have a rank."""
    countries: int
    """How many there are."""
    rank_interval: tuple[int, int] | None
    """None of what is withheld, or where nothing was drawn."""
    settings: Settings


OF_THE_SET = frozenset(("rank", "ranked", "rank_interval"))  # figures that other countries have a part in
DRAWN = frozenset(("interval", "rank_interval"))


class Quantity(NamedTuple):
    """A figure as it is printed: its numbers, the decimals it is printed with, and whether draws made it."""

    numbers: tuple[float, ...]
    """One number; the two ends of a range; a rank with its interval is three quantities."""
    decimals: int
    drawn: bool = False


def quantities(citation: Citation) -> dict[str, Quantity | str | None]:
    """Every figure of a citation by name, on the scale of print; a band is text; None is withheld, or none."""
    found: dict[str, Quantity | str | None] = {
        "estimate": _quantity(citation.estimate),
        "stated": _quantity(citation.stated),
        "low": _quantity(citation.low),
        "high": _quantity(citation.high),
        "range": _quantity(citation.low, citation.high),
        "interval": citation.interval and _quantity(*citation.interval, drawn=True),
        "rank": None if citation.rank is None else Quantity((citation.rank,), 0),
        "ranked": Quantity((citation.ranked,), 0),
        "rank_interval": citation.rank_interval and Quantity(citation.rank_interval, 0, drawn=True),
        "band": citation.band,
    }
    return found | {name: Quantity((getattr(citation, name),), 2) for name in SHARES}


def _quantity(*values: float | None, drawn: bool = False) -> Quantity | None:
    """Values in [0, 1] in points; None where one of them is none."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    return Quantity(tuple(map(_points, known)), 1, drawn) if len(known) == len(values) else None


def _points(value: float) -> float:
    """A value in [0, 1] on the scale of 0 to 100, without the last digit that binary multiplication adds."""
    return float(Decimal(repr(value)) * 100)


# -- the id ------------------------------------------------------------------------------------------------------------


def identify(assessment: Assessment, row: int, node: Node | None = None) -> str:
    """The id of a score: `<path>@<version>/<country>/<as-of date>/<hash>`, of the index or a node of it.

    The hash is the first 16 hexadecimal digits of the sha256 of canonical JSON, written down in docs/citing.md: what
    the score was made from, and what came of it. Other countries have no part in it.
    """
    node = node or assessment.nodes[0]
    version, profile, day = assessment.book.rubric.version, assessment.profiles[row], assessment.as_of[row].isoformat()
    arrays = {name: getattr(assessment.figures, name) for name in (*POINTS, *SHARES)} | {"estimate": assessment.shown}
    values = {
        name: float(arrays[name][row, node.position]) * scale
        for names, scale in ((POINTS, 100), (SHARES, 1))
        for name in names
    }
    made = {
        "actor": profile.actor,
        "as_of": day,
        "country": profile.country,
        # as text with six decimals: how a number is written differs from program to program
        "figures": {name: f"{value:.6f}" for name, value in values.items() if not math.isnan(value)},
        "format": FORMAT,
        "node": node.path,
        "profile": assessment.profile_digests[row],
        "rubric": assessment.rubric_digest,
        "version": version,
    }
    text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{node.path}@{version}/{profile.country}/{day}/{hashlib.sha256(text.encode()).hexdigest()[:HASH]}"


# -- the figures -------------------------------------------------------------------------------------------------------


def citation_of(whole: Assessment, row: int, alone: Assessment, drawn: Simulation | Settings) -> Citation:
    """The citation of the country in a row: of the index where `alone` is `whole`, else of the one pillar it has.

    Args:
        whole: all countries on one day.
        row: of the country.
        alone: the same countries by what is cited, the index or a pillar as if it were the index.
        drawn: the draws of `alone`, or the settings alone where none are wanted.
    """
    is_index = alone is whole
    path = alone.nodes[0 if is_index else 1].path
    node = next(one for one in whole.nodes if one.path == path)
    values = {name: float(getattr(whole.figures, name)[row, node.position]) for name in (*POINTS, *SHARES)}
    withheld, rubric = alone.withheld_because[row], whole.book.rubric
    shown = float(whole.shown[row, node.position])
    estimate = None if math.isnan(shown) else shown
    draws = drawn if isinstance(drawn, Simulation) else None
    return Citation(
        id=identify(whole, row, node),
        node=node,
        country=whole.profiles[row].country,
        actor=whole.profiles[row].actor,
        as_of=whole.as_of[row],
        rubric=rubric,
        rubric_digest=whole.rubric_digest,
        profile_digest=whole.profile_digests[row],
        estimate=estimate,
        stated=None if math.isnan(values["stated"]) else values["stated"],
        low=values["low"],
        high=values["high"],
        information=values["information"],
        availability=values["availability"],
        interval=None if draws is None else (float(draws.low[row]), float(draws.high[row])),
        withheld_because=withheld,
        missing=node_names(missing(alone, row)),
        coded_until=coded_until(whole.profiles[row], whole.as_of[row]),
        has_bounds=rubric.prior.weight > 0,
        band=None if estimate is None or not is_index else band(estimate, rubric.bands),
        rank=alone.rank[row],
        ranked=sum(rank is not None for rank in alone.rank),
        countries=len(alone.rank),
        rank_interval=None if draws is None else rank_interval(draws.rank_probability[row]),
        settings=drawn.settings if isinstance(drawn, Simulation) else drawn,
    )


class Citing:
    """Cites any country of a set, on any day; what a day or a pillar costs is paid once.

    All countries are scored on the day of the citation, so that a rank compares like with like.
    """

    def __init__(
        self,
        book: RuleBook,
        profiles: Sequence[Profile],
        *,
        draws: int = 20_000,
        seed: int = 0,
        shared: float | None = None,
    ) -> None:
        self.scenario = Scenario(book, tuple(profiles))
        self.book, self.profiles = book, {profile.country: profile for profile in profiles}
        self.draws, self.seed, self.shared = draws, seed, shared
        self.assessment = functools.cache(self._assessment)
        self.alone = functools.cache(self._alone)
        self.drawn = functools.cache(self._drawn)
        self.only = functools.cache(self._only)
        self.made_of = functools.cache(self._made_of)

    def _assessment(self, day: dt.date) -> Assessment:
        """All countries on a day."""
        return self.scenario.on(day).assess()

    def _alone(self, day: dt.date, pillar: str | None) -> Assessment:
        """All countries on a day, scored by one pillar as if it were the whole index; None: by all."""
        return self.assessment(day) if pillar is None else self.scenario.on(day).by_pillar(pillar).assess()

    def _settings(self, day: dt.date, pillar: str | None) -> Settings:
        return settings_of(self.alone(day, pillar), draws=self.draws, seed=self.seed, shared=self.shared)

    def _drawn(self, day: dt.date, pillar: str | None) -> Simulation:
        """The draws of `alone`."""
        return simulate(self.alone(day, pillar), self._settings(day, pillar))

    def _only(self, country: str) -> Citing:
        """The same of one country: all figures but those `OF_THE_SET` are the same, and cost less."""
        self.day_of(country)
        return Citing(self.book, [self.profiles[country]], draws=self.draws, seed=self.seed, shared=self.shared)

    def _made_of(self, country: str) -> tuple[str, str] | None:
        """Digests of the rubric and the profile of a country; None where it is not in the set."""
        if country not in self.profiles:
            return None
        return digest(self.book), digest(self.profiles[country])

    def day_of(self, country: str) -> dt.date:
        """The day that a profile speaks for.

        Raises:
            UnknownNameError: the country is not in the set.
        """
        if country not in self.profiles:
            raise UnknownNameError(not_in_the_set([country], self.profiles))
        return read_date(self.profiles[country].as_of)

    def cite(
        self, country: str, pillar: str | None = None, as_of: dt.date | None = None, *, drawn: bool = True
    ) -> Citation:
        """Cite the index of a country, or one of its pillars, on a day; by default its profile's own.

        A pillar is drawn and ranked as if it were the whole index, under the rubric's rule of publication.

        Args:
            country: its code.
            pillar: id of a pillar; None for the index.
            as_of: the day.
            drawn: whether the two figures of draws are wanted, `DRAWN`.

        Raises:
            UnknownNameError: there is no such country or pillar.
        """
        own = self.day_of(country)
        day = as_of or own
        whole, alone = self.assessment(day), self.alone(day, pillar)
        draws = self.drawn(day, pillar) if drawn else self._settings(day, pillar)
        return citation_of(whole, find_country(whole, country), alone, draws)
