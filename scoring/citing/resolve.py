"""What an id is: read from any text, found among the current scores or in the git history, and compared with now."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from urllib.parse import unquote

from scoring.change.attribution import Split, split_change
from scoring.citing.budget import SIMULATION_COST
from scoring.citing.citation import HASH, OF_THE_SET, cite, identify, own_day, quantities, run_of_all_pillars
from scoring.citing.ids import ID, Cited, cited_as, cited_of
from scoring.citing.past import Past
from scoring.errors import UnknownNameError, shortened
from scoring.model.countries import country_names
from scoring.model.editions import NAME as EDITION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.citing.citation import Citation
    from scoring.citing.errata import InEdition
    from scoring.citing.history import Archive
    from scoring.uncertainty.run import Run

Status: TypeAlias = Literal["current", "renewed", "changed", "gone", "unknown", "broken"]
MAX_TEXT = 4096  # characters of a text with an id
NEAR = 3  # changed, added or lost digits of a hash that is still recognized; other hashes differ in about 15 of 16
LEAST = 8  # digits of a hash that is compared with known ones
IDS_ARE = f"an id is <name>@<version>/<country>/<date>/<{HASH} digits>"


# -- the id in a text --------------------------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
_MARKUP = re.compile(
    r"\\(?:allowbreak|linebreak|break|hspace\*?\{0pt\}|url|path|texttt|[-/])(?:\{\})?+|\\(?=\W|_)|<wbr ?/?>|&shy;"
)
# as ID, with white space anywhere between its parts and letters of either case
_S = r"\s{0,16}+"
_NAME = r"[a-z][a-z0-9_]{0,63}+"
_SPACED = re.compile(
    rf"(?<![a-z0-9_])(?P<path>{_NAME}(?:{_S}/{_S}{_NAME})?){_S}@{_S}"
    rf"(?P<version>\d{{1,9}}{_S}\.{_S}\d{{1,9}}{_S}\.{_S}\d{{1,9}}){_S}"
    rf"(?:\+{_S}(?P<edition>\d{{4}}{_S}\.{_S}\d{{1,3}}){_S})?/{_S}(?P<country>[a-z]{{3}}){_S}/{_S}"
    rf"(?P<day>\d{{4}}{_S}-{_S}\d\d{_S}-{_S}\d\d){_S}/{_S}(?P<hash>(?:[0-9a-f]{_S}){{{HASH - 1}}}[0-9a-f])"
    r"(?![0-9a-z])(?:#(?P<figure>[a-z_]{1,64}+))?",
    re.ASCII | re.IGNORECASE,
)
_BARE = re.compile(rf"(?<![0-9a-z])[0-9a-f]{{{LEAST},{HASH + NEAR}}}(?![0-9a-z])", re.IGNORECASE)
_AROUND = "()[]{}<>.,;:!?*`|~\"'“”„«»‹›–—-\\/ "


class Broken(NamedTuple):
    """What is left of an id that cannot be read."""

    text: str
    faults: tuple[str, ...]
    """What is wrong with it; empty if it is whole."""
    path: str = ""
    version: str = ""
    country: str = ""
    day: str = ""
    hash: str = ""


def read(text: str) -> tuple[Cited, str] | Broken:
    """The id in a text with the figure named after `#`, or what is left of one.

    Markup and characters around the id, line breaks, spaces and invisible characters in it, and the case of letters do
    not matter.

    Raises:
        UnknownNameError: there are several ids.
    """
    plain = html.unescape(text[:MAX_TEXT])
    plain = unquote(plain) if re.search(r"%(?:40|2f)", plain, re.IGNORECASE) else plain
    plain = _MARKUP.sub("", _INVISIBLE.sub("", plain).translate(_DASHES))
    matches = list(ID.finditer(plain)) or list(_SPACED.finditer(plain))
    found = {_cited(match): match["figure"] or "" for match in reversed(matches)}
    if len(found) > 1:
        message = f"{len(found)} ids are given; resolve one at a time, or write them to a file for `scoring verify`"
        raise UnknownNameError(message)
    for cited, figure in found.items():
        return (cited, figure) if _is_day(cited.day) else Broken(cited.text, (_day_fault(cited.day),), *cited[1:6])
    return _broken(plain)


def _cited(match: re.Match[str]) -> Cited:
    if match.re is ID:
        return cited_of(match)
    path, version, country, day, digest, edition = (
        "".join((match[name] or "").split()).lower()
        for name in ("path", "version", "country", "day", "hash", "edition")
    )
    return cited_as(path, version, country.upper(), day, digest, edition)


def _broken(text: str) -> Broken:
    """What is left of an id, with what is wrong in each part."""
    shown = shortened("".join(text.split()), 120)
    head, at, rest = "".join(text.split()).partition("@")
    if not at:
        bare = _BARE.search(text)
        return Broken(shown, (f"it has no @; {IDS_ARE}",), hash=bare[0].lower() if bare else "")
    words = re.search(r"[\w/.-]{1,130}$", head)
    path = words[0].strip(_AROUND) if words else ""
    parts = [part.strip(_AROUND) for part in rest.partition("#")[0].split("/")[:8]]
    version, country, day, digest = (*parts[:4], *("",) * 4)[:4]
    digest = digest[: HASH * 2]
    version, plus, edition = version.partition("+")
    faults = []
    if not re.fullmatch(rf"{_NAME}(?:/{_NAME})?", path, re.ASCII):
        faults.append(f"the name before @ is {_quoted(path)}; it is a rubric or <rubric>/<pillar>, in small letters")
    if not re.fullmatch(r"\d{1,9}\.\d{1,9}\.\d{1,9}", version, re.ASCII):
        faults.append(f"the version is {_quoted(version)}; it is three numbers, such as 1.1.0")
    if plus and not re.fullmatch(EDITION[1:-1], edition, re.ASCII):
        faults.append(f"the edition after + is {_quoted(edition)}; it is a year, a dot and a number, such as 2025.1")
    if not re.fullmatch(r"[A-Z]{3}", country, re.ASCII | re.IGNORECASE):
        faults.append(f"the country is {_quoted(country)}; it is a code of three letters, such as AZE")
    if not _is_day(day):
        faults.append(_day_fault(day))
    if not re.fullmatch(rf"[0-9a-f]{{{HASH}}}", digest, re.IGNORECASE):
        faults.append(_hash_fault(digest))
    return Broken(shown, tuple(faults) or (IDS_ARE,), path, version, country.upper(), day, digest.lower())


def _quoted(part: str) -> str:
    return repr(shortened(part, 60)) if part else "missing"


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day_fault(day: str) -> str:
    return f"the date is {_quoted(day)}; it is a day that exists, such as 2018-06-30"


def _hash_fault(digest: str) -> str:
    wrong = sorted(set(re.sub(r"[0-9a-f]", "", digest, flags=re.IGNORECASE)))
    if wrong:
        return f"the hash contains {', '.join(map(repr, wrong[:5]))}; it is {HASH} of the digits 0-9 and a-f"
    return f"the hash has {len(digest)} digits; it has {HASH}"


# -- the score ---------------------------------------------------------------------------------------------------------


class Edition(NamedTuple):
    """The rank of a score in one set of countries."""

    revision: str
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class Resolved:
    """What is known about an id."""

    text: str
    """The id, or what is left of it."""
    status: Status
    """Current; under a new id with the same figures; changed; without a score today; unknown; or not an id."""
    figure: str = ""
    """The name of the figure that the id was given with."""
    faults: tuple[str, ...] = ()
    """What is wrong with an id that cannot be read."""
    citation: Citation | None = None
    """The score that the id was made for."""
    has_rank: bool = False
    """Whether the other countries of the citation are known, so that its rank is."""
    revision: str | None = None
    """The newest known commit with the id."""
    editions: tuple[Edition, ...] = ()
    """The different ranks that the score had in past sets of countries, newest first."""
    now: Citation | None = None
    """The current score of the same country, pillar and date."""
    why: Split | None = None
    """Why the score changed."""
    method_changed: bool = False
    """Whether the scoring model changed."""
    nearest: tuple[str, str | None] | None = None
    """The known id whose hash differs by little, and its commit; None for a commit if it is current."""
    remark: str = ""
    """Why there is no current score."""
    gap: str = ""
    """Why not every past score is known."""
    edition: InEdition | str | None = None
    """The edition that the id carries, or why it does not have this score; None for an id without one."""


def resolve(text: str, now: Run, archive: Archive) -> Resolved:
    """Find out what the id in a text is.

    Args:
        text: an id with anything around it.
        now: the current countries.
        archive: the past ones.

    Raises:
        UnknownNameError: the text contains several ids.
    """
    given, now = read(text), run_of_all_pillars(now)
    if isinstance(given, Broken):
        return Resolved(given.text, "broken", faults=given.faults, nearest=_nearest(given, now, archive))
    [cited, figure] = given
    if not cited.edition:
        return _resolved(cited, figure, now, archive)
    found = archive.history.edition(cited)
    if isinstance(found, str):
        return replace(_resolved(cited, figure, now, archive), text=cited.written, edition=found)
    of_edition = _alone(archive, Past(found.edition.commit, found.run))
    return replace(_resolved(cited, figure, now, of_edition), text=cited.written, edition=found, editions=())


def _alone(archive: Archive, past: Past) -> Archive:
    """The archive as if there were one past state, which has the score, so that no other is searched."""
    history = archive.history._replace(find=lambda _: past, gap=str)
    return archive._replace(history=history, editions=lambda *_: iter([past]))


def _resolved(cited: Cited, figure: str, now: Run, archive: Archive) -> Resolved:
    """What is known about an id, whatever edition it carries."""
    current, remark = _current(cited, now)
    past = archive.history.find(cited)
    is_current = current is not None and current.id == cited.text
    if current is not None and is_current:
        return Resolved(
            cited.text,
            "current",
            figure,
            citation=current,
            has_rank=True,
            revision=past and past.revision,
            editions=_editions(cited, now.digests(cited.country), archive)[0],
            now=current,
            gap=archive.history.gap(),
        )
    if past is None:
        near = _nearest(Broken(cited.text, (), *cited[1:6]), now, archive)
        gap = archive.history.gap()
        return Resolved(cited.text, "unknown", figure, now=current, nearest=near, remark=remark, gap=gap)
    editions, newest = _editions(cited, past.run.digests(cited.country), archive)
    of = newest or past
    citation = cite(of.run, cited.country, cited.pillar, _day(cited), simulate=_is_drawn(of, archive))
    return Resolved(
        cited.text,
        _past_status(citation, current),
        figure,
        citation=citation,
        has_rank=newest is not None,
        revision=of.revision,
        editions=editions,
        now=current,
        why=_why(cited, past.run, now) if current else None,
        method_changed=current is not None and current.rubric.format != citation.rubric.format,
        remark=remark,
        gap=archive.history.gap(),
    )


def _current(cited: Cited, now: Run) -> tuple[Citation | None, str]:
    """The current score of a country, pillar and date; or why there is none."""
    rubric, path = now.scenario.book.rubric.id, cited.path.partition("/")[0]
    if path != rubric:
        return None, f"the rubric here is {rubric!r}, not {path!r}; give another folder with --rubric"
    try:
        return cite(now, cited.country, cited.pillar, _day(cited)), ""
    except UnknownNameError as error:
        return None, str(error)


def _is_drawn(past: Past, archive: Archive) -> bool:
    """Whether to simulate a past score: not one of format 1, which another model drew, nor beyond the budget."""
    scenario = past.run.scenario
    return scenario.book.rubric.format > 1 and archive.history.budget.spend(SIMULATION_COST * len(scenario.profiles))


def _past_status(citation: Citation, current: Citation | None) -> Status:
    if current is None:
        return "gone"
    then, today = (_printed(one) for one in (citation, current))
    return "renewed" if then == today else "changed"


def _printed(citation: Citation) -> dict[str, object]:
    """The printed figures that neither other countries nor draws change, rounded as printed."""
    return {
        name: value
        if value is None or isinstance(value, str)
        else tuple(round(one, value.decimals) for one in value.numbers)
        for name, value in quantities(citation).items()
        if name not in OF_THE_SET and name != "interval"
    }


def _editions(
    cited: Cited, digests: tuple[str, str] | None, archive: Archive
) -> tuple[tuple[Edition, ...], Past | None]:
    """The different ranks of a score in past sets of countries, newest first, and the newest set."""
    found: dict[tuple[int | None, int], Edition] = {}
    newest = None
    for past in archive.editions(cited.country, digests) if digests else ():
        newest = newest or past
        if not archive.history.budget.spend(len(past.run.scenario.profiles)):
            break
        one = cite(past.run, cited.country, cited.pillar, _day(cited), simulate=False)
        found.setdefault((one.rank, one.ranked), Edition(past.revision, one.rank, one.ranked))
    return tuple(found.values()), newest


def _why(cited: Cited, past: Run, now: Run) -> Split:
    """Attribution of the change of a score to causes."""
    before, after = (run.scenario.of([cited.country]).on(_day(cited)).by_pillar(cited.pillar) for run in (past, now))
    return split_change(before, after)


def _day(cited: Cited) -> dt.date:
    return dt.date.fromisoformat(cited.day)


# -- the nearest known id ----------------------------------------------------------------------------------------------


def _nearest(given: Broken, now: Run, archive: Archive) -> tuple[str, str | None] | None:
    """The known id with the nearest hash, and its commit; None if none is near."""
    if len(given.hash) < LEAST:
        return None
    best: tuple[int, int] | None = None
    nearest = None
    for id_, commit in _known(given, now, archive):
        distance = _distance(given.hash, id_.rpartition("/")[2])
        if distance > NEAR or (distance == 0 and id_ == given.text):
            continue
        rank = distance, _differing(given, id_)
        if best is None or rank < best:
            best, nearest = rank, (id_, commit)
        if distance == 0:
            break
    return nearest


def _known(given: Broken, now: Run, archive: Archive) -> Iterator[tuple[str, str | None]]:
    """Known ids, each with its commit: those of the country and date, then of other dates and of other countries.

    The past ids of other countries take long and are searched only if the given country is none.
    """
    codes = [profile.country for profile in now.scenario.profiles]
    countries = [given.country] if re.fullmatch("[A-Z]{3}", given.country) else []
    days = [given.day, ""] if _is_day(given.day) else [""]
    for country, day in itertools.product(countries, days):
        yield from _current_ids(country, day, now)
        yield from archive.known(country, day)
    others = [code for code in codes if code not in countries]
    for country, day in itertools.product(others, days):
        yield from _current_ids(country, day, now)
    if given.country not in country_names():
        for country, day in itertools.product(others, days):
            yield from archive.known(country, day)


def _current_ids(country: str, day: str, now: Run) -> Iterator[tuple[str, None]]:
    """The current ids of a country on a date, or on that of its profile."""
    try:
        run = now.only(country)
    except UnknownNameError:
        return
    assessment = run.assessment(dt.date.fromisoformat(day) if day else own_day(run, country))
    for node in (assessment.nodes[0], *assessment.pillars):
        yield identify(assessment, 0, node), None


def _differing(given: Broken, id_: str) -> int:
    """The number of other parts in which ids differ."""
    path, _, rest = id_.partition("@")
    return sum(one != other for one, other in zip((path, *rest.split("/")[:3]), given[2:6], strict=True))


def _distance(one: str, other: str) -> int:
    """The number of digits to change, insert or remove (Levenshtein 1966); cut-off digits at the end count nothing."""
    if len(one) < HASH and other.startswith(one):
        return 0
    row = list(range(len(other) + 1))
    for position, digit in enumerate(one, 1):
        above, row = row, [position]
        for column, expected in enumerate(other, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (digit != expected)))
    return row[-1]
