"""What the commands do, for Python and notebooks: functions of an assessment and the names of countries.

A country is named by its code or an English name, in any case. What a function gives shows itself as the command of
the same name does.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from scoring.analysis import audit as auditing
from scoring.analysis import compare as comparing
from scoring.analysis import explain as explaining
from scoring.analysis import sensitivity as varying
from scoring.analysis import whatif
from scoring.change import trend as trends
from scoring.citing import citation as citations
from scoring.citing import reports as reading
from scoring.citing import verify as verifying
from scoring.errors import InputError, ScoringError
from scoring.files.disk import shown
from scoring.index.lookup import find_country, find_pillar
from scoring.index.scenario import scenario_of
from scoring.render import audit as audit_rendering
from scoring.render import compare as compare_rendering
from scoring.render import explain as explain_rendering
from scoring.render import sensitivity as sensitivity_rendering
from scoring.render import trend as trend_rendering
from scoring.render import verify as verify_rendering
from scoring.render import whatif as whatif_rendering
from scoring.render.citation import cited
from scoring.text.table import as_html
from scoring.text.terminal import as_text
from scoring.uncertainty import simulation as simulating
from scoring.uncertainty.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.analysis.audit import Check
    from scoring.analysis.compare import Comparison
    from scoring.analysis.explain import Explained, StatementExplained
    from scoring.analysis.sensitivity import Sensitivity
    from scoring.analysis.whatif import Supposition
    from scoring.change.trend import Pace, Point
    from scoring.citing.citation import Citation
    from scoring.citing.verify import Verdict
    from scoring.index.assessment import Assessment
    from scoring.text.table import Table
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Result(Generic[T]):
    """What a function gives: `value` to compute with, shown by `print`, and by itself in a notebook."""

    value: T
    tables: tuple[Table, ...] = ()
    text: str = ""
    """Where there is no table."""

    def __str__(self) -> str:
        return self.text or as_text(self.tables)

    def __repr__(self) -> str:
        return f"<Result of {type(self.value).__name__}>"

    def _repr_html_(self) -> str:
        return "".join(map(as_html, self.tables)) or f"<pre>{escape(self.text)}</pre>"


def simulate(
    assessment: Assessment, *, draws: int | None = None, seed: int = 0, shared: float | None = None
) -> Simulation:
    """Simulate the indices of all countries: intervals, ranks, and who lies above whom.

    Args:
        assessment: the countries, from `scoring.assess`.
        draws: how many.
        seed: of the random numbers; the same seed gives the same draws.
        shared: the part of the variance that draws of one indicator share, in [0, 1]; by default the rubric's.

    Returns:
        What the draws say, in the order of the assessment.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> simulation = scoring.simulate(assessment, draws=500)
        >>> simulation.chance_above("Estonia", "Azerbaijan") > 0.95
        True
    """
    return simulating.simulate(assessment, _settings(assessment, draws, seed, shared))


def compare(
    assessment: Assessment, first: str, second: str, *, simulation: Simulation | None = None, anyway: bool = False
) -> Result[Comparison]:
    """Say what drives the difference of two countries, how sure their order is, and which evidence it depends on.

    Args:
        assessment: the countries, from `scoring.assess`.
        first: a country.
        second: another.
        simulation: of the same assessment, from `scoring.simulate`; by default it is made.
        anyway: go on where the scores are not comparable.

    Returns:
        Pillars, indicators and statements behind the difference. `above` and `below` are rows of the assessment.

    Raises:
        UnknownNameError: a country is not in the set.
        ScoringError: an index is withheld, or the scores are not comparable; the message says why.

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
    tables = compare_rendering.comparison_tables(assessment, [compared], simulation or simulate(assessment))
    return Result(compared, tuple(tables))


def explain(
    assessment: Assessment, country: str, node: str | None = None, *, statement: str | None = None
) -> Result[Explained | StatementExplained]:
    """Follow a figure down to its statements, or a statement up to the figures that it has a part in.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: whose figure.
        node: an indicator, pillar or item: its id, path, short code, title or question; by default the index.
        statement: id of a statement, for the reverse.

    Returns:
        The tree below the node, or the statement with all that it enters.

    Raises:
        UnknownNameError: there is no such country, node or statement.
        ValueError: both a node and a statement are given.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> strategy = scoring.explain(assessment, "AZE", "cyber_strategy")
        >>> [part.statement.id for part in strategy.value.parts]
        ['no-cyber-strategy']
        >>> "cyber_strategy" in str(scoring.explain(assessment, "AZE", statement="no-cyber-strategy"))
        True
    """
    row = find_country(assessment, country)
    if statement is None:
        tree = explaining.explain(assessment, row, node)
        return Result(tree, text=explain_rendering.tree_text(assessment, row, tree))
    if node is not None:
        message = "a node and a statement ask for two things; give one of them"
        raise ValueError(message)
    reverse = explaining.explain_statement(assessment, row, statement)
    return Result(reverse, text=explain_rendering.statement_text(assessment, row, reverse))


def sensitivity(
    assessment: Assessment,
    *countries: str,
    exponents: Sequence[float] | None = None,
    draws: int | None = None,
    seed: int = 0,
    shared: float | None = None,
) -> Result[Sensitivity]:
    """Say which uncertainty makes the spread, and what each pillar, indicator, source, exponent and weight would do.

    Args:
        assessment: the countries, from `scoring.assess`.
        countries: whose index, differences and sources are looked at; by default the indices of all.
        exponents: across pillars, to compare; by default those of scoring/data/defaults.yaml.
        draws: how many, as of `scoring.simulate`; they are made once for each group of factors, and twice more.
        seed: as of `scoring.simulate`.
        shared: as of `scoring.simulate`.

    Returns:
        Sobol' indices of the groups of factors, and the indices and ranks with each thing left out.

    Raises:
        UnknownNameError: a country is not in the set.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> found = scoring.sensitivity(assessment, "AZE", draws=100)
        >>> [variant.name for variant in found.value.exponents]
        ['1', '0.5', '0.125', '-1']
    """
    rows = list(dict.fromkeys(find_country(assessment, name) for name in countries))
    found = varying.sensitivity(assessment, _settings(assessment, draws, seed, shared), rows, exponents=exponents)
    return Result(found, tuple(sensitivity_rendering.sensitivity_tables(assessment, found)))


def what_if(
    assessment: Assessment,
    country: str,
    *,
    answers: Mapping[str, Any] | None = None,
    dropped: Sequence[str] = (),
    draws: int | None = None,
    seed: int = 0,
    shared: float | None = None,
) -> Result[Supposition]:
    """Show what supposed answers or lost statements move, among all the other countries.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: whose answers and statements.
        answers: indicator (id or question) -> code, as a profile would have it. It is certain (grade A1, on the as-of
            date) and replaces the evidence on its indicator.
        dropped: ids of statements to leave out, each with those that tell the same.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.
        shared: as of `scoring.simulate`.

    Returns:
        The assessment before and after, and the draws of the difference.

    Raises:
        UnknownNameError: there is no such country, indicator or statement, or the code is no answer to the indicator.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> supposed = scoring.what_if(assessment, "AZE", answers={"cyber_strategy": "adopted"}, draws=100)
        >>> bool(supposed.value.difference.mean() > 0)
        True
    """
    coded = [whatif.answer(assessment.book, name, code) for name, code in (answers or {}).items()]
    row = find_country(assessment, country)
    settings = _settings(assessment, draws, seed, shared)
    supposed = whatif.what_if(assessment, row, settings, answers=coded, dropped=dropped)
    return Result(supposed, text=whatif_rendering.supposition_text(supposed))


def trend(
    assessment: Assessment,
    country: str,
    every: Pace = "year",
    *,
    draws: int | None = None,
    seed: int = 0,
    shared: float | None = None,
) -> Result[tuple[Point, ...]]:
    """Follow the index of a country from its first edition to its last.

    Args:
        assessment: the countries, from `scoring.assess`; on whatever day.
        country: which to follow.
        every: days between the editions: ends of a `year` or `quarter`, or of each `edition` alone.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.
        shared: as of `scoring.simulate`.

    Returns:
        A point a day, each with the step that led to it.

    Raises:
        UnknownNameError: the country is not in the set.

    Example:
        >>> assessment = scoring.assess(*scoring.load())
        >>> points = scoring.trend(assessment, "Georgia", "edition", draws=100).value
        >>> points[0].is_edition
        True
    """
    code = assessment.profiles[find_country(assessment, country)].country
    settings = _settings(assessment, draws, seed, shared)
    points = trends.trend(scenario_of(assessment).of([code]), settings, every)
    return Result(points, tuple(trend_rendering.trend_tables(points)))


def audit(assessment: Assessment, *, simulation: Simulation | None = None) -> Result[tuple[Check, ...]]:
    """Check the index as a statistician would; the rubric says what counts as doubtful.

    Args:
        assessment: the countries, from `scoring.assess`.
        simulation: of the same assessment, from `scoring.simulate`; by default it is made.

    Returns:
        Each check with its findings, or the reason why the number of countries does not bear it.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> checks = scoring.audit(assessment, simulation=scoring.simulate(assessment, draws=100)).value
        >>> checks[0].name
        'availability'
    """
    drawn = simulation or simulate(assessment)
    checks = auditing.audit(assessment, drawn)
    return Result(checks, tuple(audit_rendering.audit_tables(assessment, checks, drawn.settings)))


def cite(
    assessment: Assessment,
    country: str,
    pillar: str | None = None,
    *,
    draws: int | None = None,
    seed: int = 0,
    shared: float | None = None,
) -> Result[Citation]:
    """Cite the index of a country, or a pillar of it, under an id that anyone can recompute.

    The day is that of the country in the assessment; all others are scored on it too, so that a rank compares like with
    like.

    Args:
        assessment: the countries, from `scoring.assess`.
        country: whose score.
        pillar: its id, short code or title; by default the index.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.
        shared: as of `scoring.simulate`.

    Returns:
        The figures, what they were made from, and the id.

    Raises:
        UnknownNameError: there is no such country or pillar.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> scoring.cite(assessment, "AZE", draws=100).value.id.rpartition("/")[0]
        'resilience@1.1.0/AZE/2018-06-30'
    """
    row = find_country(assessment, country)
    run = _run(assessment, draws, seed, shared)
    node = None if pillar is None else find_pillar(assessment.book, pillar)
    figure = citations.cite(run, assessment.profiles[row].country, node, assessment.as_of[row])
    return Result(figure, text=cited(figure, "text"))


def verify(
    assessment: Assessment, *reports: Path | str, draws: int | None = None, seed: int = 0, shared: float | None = None
) -> Result[dict[str, tuple[Verdict, ...]]]:
    """Recompute what reports cite, and say whether it holds.

    What an earlier rubric or profile gave is not looked up here: an id that is not of this assessment is unknown. The
    command `scoring verify` looks into the git history.

    Args:
        assessment: the countries, from `scoring.assess`; each id names its day itself.
        reports: files, in Markdown, Quarto, LaTeX, HTML, Word or plain text.
        draws: as of `scoring.simulate`.
        seed: as of `scoring.simulate`.
        shared: as of `scoring.simulate`.

    Returns:
        File -> what became of each id in it.

    Raises:
        InputError: a file cannot be read.

    Example:
        >>> assessment = scoring.assess(*scoring.load(), as_of="2018-06-30")
        >>> _ = Path("report.md").write_text(str(scoring.cite(assessment, "AZE", draws=100)))
        >>> [verdict.status for verdict in scoring.verify(assessment, "report.md", draws=100).value["report.md"]]
        ['holds']
    """
    documents, problems = reading.read_reports(map(Path, reports))
    if problems:
        raise InputError(problems)
    run = _run(assessment, draws, seed, shared)
    checked = verifying.verify(tuple(documents.values()), run, verifying.no_history())
    verdicts = dict(zip(map(shown, documents), checked, strict=True))
    lines = [
        line
        for (file, some), document in zip(verdicts.items(), documents.values(), strict=True)
        for line in verify_rendering.verdict_lines(file, document, some)
    ]
    every = [verdict for some in verdicts.values() for verdict in some]
    text = "".join(f"{line}\n" for line in (*lines, verify_rendering.summary(every, len(documents))))
    return Result(verdicts, text=text)


def _settings(assessment: Assessment, draws: int | None, seed: int, shared: float | None) -> Settings:
    return simulating.settings_of(assessment, draws=draws, seed=seed, shared=shared)


def _run(assessment: Assessment, draws: int | None, seed: int, shared: float | None) -> Run:
    return Run(scenario_of(assessment), _settings(assessment, draws, seed, shared))
