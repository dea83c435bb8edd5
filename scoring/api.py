"""The commands as Python functions, which take an assessment and names of countries.

A country is given by its code or an English name, in any case. `print` shows a result as the command of the same name
prints it; a notebook shows it as tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from scoring.analysis import audit as auditing
from scoring.analysis import compare as comparing
from scoring.analysis import due as upkeep
from scoring.analysis import explain as explaining
from scoring.analysis import levers as improving
from scoring.analysis import peers as peering
from scoring.analysis import reach as reaching
from scoring.analysis import reviews as reviewing
from scoring.analysis import scenario as scenarios
from scoring.analysis import sensitivity as sensitivity_analysis
from scoring.analysis import turn as turning
from scoring.analysis import whatif
from scoring.analysis.qualification import code_errors, qualification
from scoring.analysis.smallest import EXHAUSTED
from scoring.change import trend as trends
from scoring.citing import citation as citations
from scoring.citing import reports as report_files
from scoring.citing import verify as verifying
from scoring.citing.past import no_history
from scoring.errors import InputError, ScoringError
from scoring.files import scenario as scenario_files
from scoring.files.defaults import defaults
from scoring.files.disk import shown
from scoring.files.folders import folders, rubric_folder
from scoring.files.load import groups_in, load_rubric, required_vignettes
from scoring.files.reviews import load_reviews
from scoring.index.lookup import find_country, find_pillar
from scoring.index.scenario import scenario_of
from scoring.model.fields import read_date
from scoring.render import audit as audit_rendering
from scoring.render import citation as citation_rendering
from scoring.render import compare as compare_rendering
from scoring.render import due as due_rendering
from scoring.render import explain as explain_rendering
from scoring.render import levers as levers_rendering
from scoring.render import peers as peers_rendering
from scoring.render import qualify as qualify_rendering
from scoring.render import reach as reach_rendering
from scoring.render import reviews as review_rendering
from scoring.render import scenario as scenario_rendering
from scoring.render import sensitivity as sensitivity_rendering
from scoring.render import trend as trend_rendering
from scoring.render import turn as turn_rendering
from scoring.render import verify as verify_rendering
from scoring.render import whatif as whatif_rendering
from scoring.render.charts import gallery
from scoring.render.charts.geography import kilometres
from scoring.text.table import as_html
from scoring.text.terminal import as_text
from scoring.uncertainty import simulation as simulating
from scoring.uncertainty.run import Run

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import polars as pl

    from scoring.analysis.audit import Check
    from scoring.analysis.compare import Comparison
    from scoring.analysis.due import CountryDue
    from scoring.analysis.explain import Explained, StatementExplained
    from scoring.analysis.levers import Lever
    from scoring.analysis.peers import Standing
    from scoring.analysis.qualification import Qualification
    from scoring.analysis.reach import Reach
    from scoring.analysis.reviews import Reviewed
    from scoring.analysis.scenario import Supposed
    from scoring.analysis.sensitivity import Sensitivity
    from scoring.analysis.turn import Reversals
    from scoring.analysis.whatif import Supposition
    from scoring.change.trend import Pace, Point
    from scoring.citing.citation import Citation
    from scoring.citing.verify import Verified
    from scoring.index.assessment import Assessment
    from scoring.model.rubric import RuleBook
    from scoring.model.vignettes import VignetteFile
    from scoring.render.charts.canvas import Chart
    from scoring.text.frame import Frame
    from scoring.text.table import Table
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Result(Generic[T]):
    """The result of a function: `value` to compute with, records for a data frame, and tables or text that show it.

    Figures of `value` and of data frames are unrounded and in [0, 1], whatever scale prints them; `low` and `high` are
    the ends of the uncertainty interval of what the record is about.
    """

    value: T
    frame: Frame
    """The records, as of the function in the module of the command in scoring/render."""
    tables: tuple[Table, ...] = ()
    text: str = ""
    """Shown where there are no tables."""

    def to_pandas(self) -> pd.DataFrame:
        """The records as a data frame of pandas, with NA, NaN or NaT for none.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return self.frame.to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The same data frame in polars, with null for none.

        Raises:
            MissingPackageError: polars is not installed.
        """
        return self.frame.to_polars()

    def __str__(self) -> str:
        return self.text or as_text(self.tables)

    def __repr__(self) -> str:
        return f"<Result of {type(self.value).__name__}>"

    def _repr_html_(self) -> str:
        return "".join(map(as_html, self.tables)) or f"<pre>{escape(self.text)}</pre>"


def vignettes(rubric: Path | str | None = None) -> dict[str, str]:
    """The texts by which coders of a rubric are measured, by their ids; without the answers.

    Args:
        rubric: folder with rubric.yaml and vignettes.yaml, as in `scoring.load`.

    Returns:
        Id -> text, in the order of the file.

    Raises:
        InputError: the rubric or its vignettes have errors, or there are none.

    Example:
        >>> scoring.vignettes()["espionage-article"]
        'The criminal code punishes espionage for a foreign state with up to fifteen years in prison.'
    """
    _, file = _vignettes(rubric)
    return {vignette.id: vignette.text for vignette in file.vignettes}


def qualify(
    codes: Mapping[str, Mapping[str, Any]], coder: str = "coder", *, rubric: Path | str | None = None
) -> Result[Qualification]:
    """Measure a coder, person or machine, by the vignettes of a rubric.

    Args:
        codes: id of a vignette -> indicator -> code, of every vignette; {} where the coder found nothing to code.
        coder: the id of the coder, which the tables show.
        rubric: folder with rubric.yaml and vignettes.yaml, as in `scoring.load`.

    Returns:
        The measures by indicator and in all, the answers that differ from the key, and for what the coder is qualified.

    Raises:
        InputError: the rubric or its vignettes have errors, or there are none.
        ScoringError: a vignette is missing or unknown, or a code is not valid; the message names all of them.

    Example:
        >>> overlooked = scoring.qualify({name: {} for name in scoring.vignettes()}, "nothing").value
        >>> overlooked.whole.exact, overlooked.qualified
        (0.0, ())
    """
    book, file = _vignettes(rubric)
    if wrong := list(code_errors(book, file, codes)):
        raise ScoringError("\n".join(wrong))
    result = qualification(book, file, codes)
    tables = qualify_rendering.qualification_tables(book, coder, result, len(result.wrong))
    return Result(result, qualify_rendering.qualification_frame(coder, result), tuple(tables))


def _vignettes(rubric: Path | str | None) -> tuple[RuleBook, VignetteFile]:
    folder = rubric_folder(folders(Path(rubric) if rubric else None).rubric)
    book, problems = load_rubric(folder)
    if book is None:
        raise InputError(problems)
    return book, required_vignettes(folder, book)


def simulate(assessment: Assessment, *, draws: int | None = None, seed: int = 0) -> Simulation:
    """Simulate the indices of all countries: uncertainty intervals, ranks and the probability of each order.

    Args:
        assessment: the countries, from `scoring.assess`.
        draws: number of Monte Carlo draws.
        seed: of the random numbers; the same seed gives the same draws.

    Returns:
        Means, intervals, rank and band probabilities, and P(A above B), in the order of the assessment.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> simulation = scoring.simulate(assessment, draws=500)
        >>> simulation.chance_above("Estonia", "Azerbaijan") > 0.95
        True
    """
    return simulating.simulate(assessment, _settings(assessment, draws, seed))


def compare(
    assessment: Assessment, first: str, second: str, *, simulation: Simulation | None = None, anyway: bool = False
) -> Result[Comparison]:
    """Explain the difference between two countries, how certain their order is, and which evidence it depends on.

    Args:
        assessment: the countries, from `scoring.assess`.
        first: a country.
        second: another country.
        simulation: of the same assessment, from `scoring.simulate`; by default it is run.
        anyway: compare even if the scores are not comparable.

    Returns:
        Contributions of pillars and indicators, and the statements without which the ranking reverses. `above` and
        `below` are rows of the assessment.

    Raises:
        UnknownNameError: a country is not in the set.
        ScoringError: an index is withheld, or the scores are not comparable; the message gives the reason.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> compared = scoring.compare(assessment, "GEO", "Ukraine", simulation=scoring.simulate(assessment, draws=500))
        >>> assessment.profiles[compared.value.above].country
        'UKR'
    """
    rows = [find_country(assessment, name) for name in (first, second)]
    caveats = list(compare_rendering.caveats(assessment, rows))
    if caveats and not anyway:
        raise ScoringError(" ".join(caveats))
    compared = comparing.compare(assessment, *rows)
    simulation = simulation or simulate(assessment)
    tables = compare_rendering.comparison_tables(assessment, [compared], simulation)
    return Result(compared, compare_rendering.comparison_frame(assessment, compared, simulation), tuple(tables))


def reversals(
    assessment: Assessment, first: str, second: str, *, draws: int | None = None, seed: int = 0
) -> Result[Reversals]:
    """Show what puts the lower of two countries above the other, and which answers to look for next.

    Args:
        assessment: the countries, from `scoring.assess`.
        first: a country.
        second: another country.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The smallest sets of statements and answers, the nearest weights and the exponents that reverse the ranking, and
        the answers that contribute most to the variance of the difference, with P(A above B) for each way in which they
        may come out. `above` and `below` are rows of the assessment. Reviews are not read.

    Raises:
        UnknownNameError: a country is not in the set.
        ScoringError: an index is withheld, the scores are not comparable, or the two are equal.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> found = scoring.reversals(assessment, "GEO", "Ukraine", draws=200).value
        >>> assessment.profiles[found.above].country, len(found.open)
        ('UKR', 5)
    """
    rows = [find_country(assessment, name) for name in (first, second)]
    if caveats := list(compare_rendering.caveats(assessment, rows)):
        raise ScoringError(" ".join(caveats))
    codes = [assessment.profiles[row].country for row in rows]
    settings = _settings(assessment, draws, seed)
    compared = comparing.compare(assessment, *rows)
    if not compared.is_above:
        message = f"{' and '.join(codes)} are equal, so that there is no order to reverse"
        raise ScoringError(message)
    found = turning.reversals(assessment, compared, settings)
    simulation = simulating.simulate(assessment, settings)
    tables = compare_rendering.comparison_tables(assessment, [compared], simulation, turns=[found])
    return Result(found, turn_rendering.turn_frame(assessment, found), tuple(tables))


def peers(
    assessment: Assessment,
    country: str,
    *,
    group: str | None = None,
    like: int | None = None,
    exposure: Assessment | None = None,
    profiles: Path | str | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> Result[Standing]:
    """Compare a country with the median of its peers: a group, or the countries most similar to it.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country.
        group: id or title of a group in groups.yaml; by default the smallest group of the country with at least three
            other members whose index is published.
        like: compare with so many similar countries instead.
        exposure: of the same countries by another rubric; for `like` its published indices count beside the distance on
            the map.
        profiles: the folder of the profiles, as of `scoring.load`, which has groups.yaml.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The index, each pillar and each indicator against the median of the peers, with the interval of the difference
        and the rank among them. Countries are rows of the assessment.

    Raises:
        UnknownNameError: the country is not in the set, or the group is unknown.
        InputError: groups.yaml has errors.
        ScoringError: there is no groups.yaml, no group fits, no peer is published, or none is known to be similar.
        ValueError: both a group and `like` are given.

    Example:
        >>> assessment = scoring.assess(*scoring.load())
        >>> found = scoring.peers(assessment, "Georgia", group="Eastern Partnership", draws=100).value
        >>> len(found.peers), found.index.difference > 0
        (5, True)
    """
    row = find_country(assessment, country)
    if like is not None:
        if group is not None:
            message = "give a group or like, not both"
            raise ValueError(message)
        apart = kilometres([profile.country for profile in assessment.profiles])
        chosen = peering.similar(assessment, row, like, exposure, apart)
    else:
        folder = folders(None, Path(profiles) if profiles else None).profiles
        groups, problems = groups_in(folder)
        if problems:
            raise InputError(problems)
        if groups is None:
            message = f"{shown(folder)} has no groups.yaml; write one (docs/peers.md), or give like"
            raise ScoringError(message)
        chosen = peering.of_group(assessment, row, groups, group, defaults().peers.least)
    settings = _settings(assessment, draws, seed)
    found = peering.standing(assessment, row, chosen.rows, settings)
    tables = peers_rendering.peers_tables(assessment, found, chosen, settings)
    return Result(found, peers_rendering.peers_frame(assessment, found), tuple(tables))


def explain(
    assessment: Assessment, country: str, node: str | None = None, *, statement: str | None = None
) -> Result[Explained | StatementExplained]:
    """Trace a figure down to its statements, or a statement up to the figures that it enters.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country.
        node: an indicator, pillar or item: its id, path, short code, title or question; by default the index.
        statement: id of a statement, to trace it up.

    Returns:
        The tree below the node, or the statement with all indicators that it enters.

    Raises:
        UnknownNameError: unknown country, node or statement.
        ValueError: both a node and a statement are given.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> strategy = scoring.explain(assessment, "AZE", "cyber_strategy")
        >>> "no-cyber-strategy" in str(strategy)
        True
        >>> "cyber_strategy" in str(scoring.explain(assessment, "AZE", statement="no-cyber-strategy"))
        True
    """
    row = find_country(assessment, country)
    if statement is None:
        tree = explaining.explain(assessment, row, node)
        frame = explain_rendering.tree_frame(assessment, row, tree)
        return Result(tree, frame, text=explain_rendering.tree_text(assessment, row, tree))
    if node is not None:
        message = "give a node or a statement, not both"
        raise ValueError(message)
    explained = explaining.explain_statement(assessment, row, statement)
    frame = explain_rendering.statement_frame(assessment, row, explained)
    return Result(explained, frame, text=explain_rendering.statement_text(assessment, row, explained))


def reviews(
    assessment: Assessment, *countries: str, profiles: Path | str | None = None
) -> Result[tuple[Reviewed, ...]]:
    """Show how far countries were reviewed, and their indices if disputes are upheld.

    Args:
        assessment: the countries, from `scoring.assess`.
        countries: by default all that have a review.
        profiles: the folder of the profiles, as of `scoring.load`; the folder `reviews` lies next to it.

    Returns:
        One value per country with a review: what was read, disputed and answered, what is void since an edit, and the
        index if pending disputes are upheld.

    Raises:
        UnknownNameError: a country is not in the set.
        InputError: a file of reviews has errors.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> scoring.reviews(assessment, "AZE").value
        ()
    """
    rows = list(dict.fromkeys(find_country(assessment, name) for name in countries))
    codes = {assessment.profiles[row].country: row for row in rows or range(len(assessment.profiles))}
    folder = folders(None, Path(profiles) if profiles else None).profiles
    loaded, problems = load_reviews(folder, assessment.book, codes)
    if problems:
        raise InputError(problems)
    found = tuple(reviewing.reviewed(assessment, codes[code], loaded[code]) for code in sorted(loaded))
    tables = review_rendering.review_tables(assessment, found, codes.keys() - loaded.keys())
    return Result(found, review_rendering.reviews_frame(assessment, found), tuple(tables))


def sensitivity(
    assessment: Assessment,
    *countries: str,
    exponents: Sequence[float] | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> Result[Sensitivity]:
    """Run a sensitivity analysis: factor groups, and each pillar, indicator, source, exponent and weight.

    Args:
        assessment: the countries, from `scoring.assess`.
        countries: whose index, differences and sources are analysed; by default the indices of all countries.
        exponents: across pillars, to compare; by default those of scoring/data/defaults.yaml, or none if the rubric has
            no mean across pillars.
        draws: number of Monte Carlo draws of each of seven samples.
        seed: as of `scoring.simulate`.

    Returns:
        Sobol' indices of the groups of factors; indices and ranks without each pillar, indicator and source, and under
        each exponent.

    Raises:
        UnknownNameError: a country is not in the set.
        ValueError: exponents are given, but the rubric has no mean across pillars.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> result = scoring.sensitivity(assessment, "AZE", draws=100)
        >>> [variant.name for variant in result.value.exponents]
        ['1', '0.5', '0.125', '-1']
    """
    rows = list(dict.fromkeys(find_country(assessment, name) for name in countries))
    settings = _settings(assessment, defaults().sensitivity_draws if draws is None else draws, seed)
    analysis = sensitivity_analysis.sensitivity(assessment, settings, rows, exponents=exponents)
    tables = sensitivity_rendering.sensitivity_tables(assessment, analysis)
    return Result(analysis, sensitivity_rendering.sensitivity_frame(assessment, analysis), tuple(tables))


def what_if(
    assessment: Assessment,
    country: str,
    *,
    answers: Mapping[str, Any] | None = None,
    dropped: Sequence[str] = (),
    draws: int | None = None,
    seed: int = 0,
) -> Result[Supposition]:
    """Show the effect of supposed answers or dropped statements on the index and the ranking.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country that is changed.
        answers: indicator (id or question) -> code, as in a profile. The answer is certain (grade A1, on the reference
            date) and replaces the evidence on its indicator.
        dropped: ids of statements to drop, each with its duplicates.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The assessments before and after, and the draws of the difference of the index. `effects` splits the difference:
        what the answers change against equally certain answers at today's level, what certainty alone changes, and what
        dropped statements change.

    Raises:
        UnknownNameError: unknown country, indicator or statement, or a code that does not answer the indicator.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> supposed = scoring.what_if(assessment, "AZE", answers={"cyber_strategy": {"in_force": True}}, draws=100)
        >>> bool(supposed.value.difference.mean() > 0)
        True
    """
    coded = [whatif.answer(assessment.book, name, code) for name, code in (answers or {}).items()]
    row = find_country(assessment, country)
    settings = _settings(assessment, draws, seed)
    supposed = whatif.what_if(assessment, row, settings, answers=coded, dropped=dropped)
    text = whatif_rendering.supposition_text(supposed)
    return Result(supposed, whatif_rendering.supposition_frame(supposed), text=text)


def trend(
    assessment: Assessment,
    country: str,
    every: Pace = "year",
    *,
    draws: int | None = None,
    seed: int = 0,
) -> Result[tuple[Point, ...]]:
    """The index of a country over time, from its first edition to its last.

    Args:
        assessment: the countries, from `scoring.assess`; its reference date does not matter.
        country: the country.
        every: `year` or `quarter` adds the ends of years or quarters between the editions; `edition` adds none.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        One point per day, each with the change since the day before it.

    Raises:
        UnknownNameError: the country is not in the set.

    Example:
        >>> assessment = scoring.assess(*scoring.load())
        >>> points = scoring.trend(assessment, "Georgia", "edition", draws=100).value
        >>> points[0].is_edition
        True
    """
    code = assessment.profiles[find_country(assessment, country)].country
    settings = _settings(assessment, draws, seed)
    points = trends.trend(scenario_of(assessment).of([code]), settings, every)
    return Result(points, trend_rendering.trend_frame(points), tuple(trend_rendering.trend_tables(points)))


def audit(assessment: Assessment, *, simulation: Simulation | None = None) -> Result[tuple[Check, ...]]:
    """Check the statistical coherence of the index; the rubric has the thresholds for what is doubtful.

    Args:
        assessment: the countries, from `scoring.assess`.
        simulation: of the same assessment, from `scoring.simulate`; by default it is run.

    Returns:
        Each check with its findings, or the reason why it cannot be made, such as too few countries.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> checks = scoring.audit(assessment, simulation=scoring.simulate(assessment, draws=100)).value
        >>> checks[0].name
        'availability'
    """
    simulation = simulation or simulate(assessment)
    checks = auditing.audit(assessment, simulation)
    tables = audit_rendering.audit_tables(assessment, checks, simulation.settings)
    return Result(checks, audit_rendering.audit_frame(checks), tuple(tables))


def due(assessment: Assessment, *countries: str, on: dt.date | str | None = None) -> Result[tuple[CountryDue, ...]]:
    """List what to look at first to keep an edition up: what loses information, what ended, and which sources.

    Args:
        assessment: the countries, from `scoring.assess`.
        countries: whose evidence is listed; by default all.
        on: the later day, as a date or as text; by default a year after the reference date of each country.

    Returns:
        For each country its information on both days if nothing is added, the statements that lose information, those
        that ended and left a question without evidence, and the sources that are not archived or were not read for
        long.

    Raises:
        UnknownNameError: a country is not in the set.
        ValueError: `on` is not a date, or not after the reference date of a country.

    Example:
        >>> assessment = scoring.assess(*scoring.load())
        >>> [georgia] = scoring.due(assessment, "Georgia", on="2030").value
        >>> georgia.before > georgia.after
        True
    """
    rows = sorted({find_country(assessment, name) for name in countries} or range(len(assessment.profiles)))
    found = upkeep.due(assessment, rows, read_date(on) if isinstance(on, str) else on)
    tables = due_rendering.due_tables(assessment, found, defaults().shown.due)
    return Result(found, due_rendering.due_frame(found), tuple(tables))


def cite(
    assessment: Assessment,
    country: str,
    pillar: str | None = None,
    *,
    draws: int | None = None,
    seed: int = 0,
) -> Result[Citation]:
    """Cite the index of a country, or a pillar of it, with an id that anyone can recompute.

    All countries are scored on the reference date of this country, so that ranks are comparable.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country.
        pillar: its id, short code or title; by default the index.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The figures, their inputs, and the id.

    Raises:
        UnknownNameError: unknown country or pillar.

    Example:
        >>> assessment = scoring.assess(*scoring.load())
        >>> scoring.cite(assessment, "AZE", draws=100).value.id.rpartition("/")[0]
        'resilience@3.1.0/AZE/2025-06-30'
    """
    row = find_country(assessment, country)
    run = _run(assessment, draws, seed)
    node = None if pillar is None else find_pillar(assessment.book, pillar)
    cited = citations.cite(run, assessment.profiles[row].country, node, assessment.as_of[row])
    return Result(cited, citation_rendering.citation_frame(cited), text=citation_rendering.cited(cited, "text"))


def verify(
    assessment: Assessment, *reports: Path | str, draws: int | None = None, seed: int = 0
) -> Result[dict[str, Verified]]:
    """Recompute the figures that reports cite, and compare.

    An id of an earlier rubric or profile is unknown here. The command `scoring verify` also searches the git history.

    Args:
        assessment: the countries, from `scoring.assess`; each id contains its own reference date.
        reports: files, in Markdown, Quarto, LaTeX, HTML, Word or plain text.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        File -> one verdict for each id in it.

    Raises:
        InputError: a file cannot be read.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> _ = Path("report.md").write_text(str(scoring.cite(assessment, "AZE", draws=100)))
        >>> verified = scoring.verify(assessment, "report.md", draws=100).value["report.md"]
        >>> [verdict.status for verdict in verified.verdicts]
        ['holds']
    """
    documents, problems = report_files.read_reports(map(Path, reports))
    if problems:
        raise InputError(problems)
    run = _run(assessment, draws, seed)
    checked = verifying.verify(tuple(documents.values()), run, no_history())
    verified = dict(zip(map(shown, documents), checked, strict=True))
    lines = [
        line
        for (file, of_file), document in zip(verified.items(), documents.values(), strict=True)
        for line in verify_rendering.verified_lines(file, document, of_file)
    ]
    text = "".join(f"{line}\n" for line in (*lines, verify_rendering.summary(checked)))
    frame = verify_rendering.verified_frame(zip(verified, documents.values(), checked, strict=True))
    return Result(verified, frame, text=text)


def _settings(assessment: Assessment, draws: int | None, seed: int) -> Settings:
    return simulating.settings_of(assessment, draws=draws, seed=seed)


def _run(assessment: Assessment, draws: int | None, seed: int) -> Run:
    return Run(scenario_of(assessment), _settings(assessment, draws, seed))


def scenario(
    assessment: Assessment, file: Path | str | Mapping[str, Any], *, draws: int | None = None, seed: int = 0
) -> Result[Supposed]:
    """Show the effect of supposed answers and dropped statements of several countries at once. It is no forecast.

    Args:
        assessment: the countries, from `scoring.assess`. Its reference date counts; that of the file must be the same.
        file: a scenario file, or its content as a mapping.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        All countries before and after, and the move of each country, pillar and group that the scenario names, with its
        interval from joint draws.

    Raises:
        InputError: the file has errors; `problems` has all of them.
        ScoringError: the file has another reference date than the assessment.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> change = {"country": "AZE", "codes": {"cyber_strategy": {"in_force": True}}}
        >>> plan = {"format": 1, "name": "A strategy", "reason": "A draft exists.", "suppose": [change]}
        >>> [move] = scoring.scenario(assessment, plan, draws=100).value.countries
        >>> move.index.change > 0
        True
    """
    day = scenario_of(assessment).as_of
    source = Path(file) if isinstance(file, str) else file
    document, problems = scenario_files.load_scenario(source, assessment.book, assessment.profiles, day)
    if document is None:
        raise InputError(problems)
    if document.as_of and read_date(document.as_of) != day:
        message = f"the scenario is as of {document.as_of}, and the assessment is not; assess the countries on that day"
        raise ScoringError(message)
    supposed = scenarios.suppose(assessment, document, _settings(assessment, draws, seed))
    tables = scenario_rendering.scenario_tables(supposed)
    return Result(supposed, scenario_rendering.scenario_frame(supposed), tuple(tables))


def levers(assessment: Assessment, country: str) -> Result[tuple[Lever, ...]]:
    """List the possible improvements of a country, the largest gain first.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country.

    Returns:
        Each answer that could be one step better, and what the index would gain by it, and by certainty alone.

    Raises:
        UnknownNameError: the country is not in the set.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> scoring.levers(assessment, "AZE").value[0].gain > 0
        True
    """
    row = find_country(assessment, country)
    found = improving.levers(assessment, row)
    tables = (levers_rendering.levers_table(assessment, row, found),)
    return Result(found, levers_rendering.levers_frame(assessment, row, found), tables)


def reach(
    assessment: Assessment,
    country: str,
    figure: float,
    *,
    most: int = EXHAUSTED,
    draws: int | None = None,
    seed: int = 0,
) -> Result[Reach]:
    """Find the fewest steps with which the index of a country reaches a figure. It is no forecast.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: the country, whose index is published.
        figure: on the scale of the index, as it is printed, such as 65.
        most: the greatest number of steps. All sets of up to three are tried; further steps are added one by one.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The steps, the index after them, and the country before and after; or the best steps, if none reach the figure.

    Raises:
        UnknownNameError: the country is not in the set.
        ScoringError: its index is withheld.
        ValueError: the figure is not on the scale of the index, or `most` is less than 1.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> reached = scoring.reach(assessment, "AZE", 45, draws=100).value
        >>> reached.is_reached, len(reached.steps)
        (True, 1)
    """
    row, scale = find_country(assessment, country), assessment.scale
    if not scale.has(figure):
        message = f"{figure:g} is not on the scale of the index, {scale.spanned}"
        raise ValueError(message)
    if most < 1:
        message = f"most is {most}; give at least 1 step"
        raise ValueError(message)
    if not (scored := assessment.countries[row]).is_published:
        message = f"Nothing to reach: the index of {scored.code} is withheld ({scored.reason})."
        raise ScoringError(message)
    settings = _settings(assessment, draws, seed)
    reached = reaching.reach(assessment, row, settings, wanted=scale.off(figure), most=most)
    tables = tuple(reach_rendering.reach_tables(assessment, row, reached))
    return Result(reached, reach_rendering.reach_frame(assessment, row, reached), tables)


def figure(
    assessment: Assessment,
    name: str,
    *,
    countries: Sequence[str] = (),
    others: Sequence[Assessment] = (),
    draws: int | None = None,
    seed: int = 0,
) -> Chart:
    """Draw a chart, which shows itself in a notebook.

    Args:
        assessment: the countries, from `scoring.assess`.
        name: as of `scoring figures`: `ranking`, `pillars`, `panels`, `map`, `editions`; `country-GEO`, `waterfall-GEO`
            or `editions-GEO` of one country; `matrix-A-B` with the ids of two rubrics.
        countries: in figures of the set; by default all. Ranks stay those among all.
        others: the same countries by other rubrics, for `matrix-A-B`.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.

    Returns:
        The chart: `svg` has its text, and `save("ranking.png")` writes it as SVG, PNG or PDF.

    Raises:
        UnknownNameError: there is no such figure, or a country is not in the set.
        ScoringError: there are no countries.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> scoring.figure(assessment, "ranking", draws=100)
        <Chart ranking>
    """
    if not assessment.profiles:
        message = "Nothing to draw: the assessment has no countries."
        raise ScoringError(message)
    codes = [assessment.profiles[find_country(assessment, country)].country for country in countries]
    runs = [_run(other, draws, seed) for other in others]
    return gallery.figure(_run(assessment, draws, seed), name, others=runs, chosen=codes)
