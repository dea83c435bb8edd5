"""An index of something else: no output has a word of the shipped indices, or speaks of what the rubric does not have.

Three museums, without an actor, on a scale of 0 to 10 on which lower is better, with and without a prior.
"""

from __future__ import annotations

import contextlib
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import run

if TYPE_CHECKING:
    from collections.abc import Iterator

RUBRIC = """\
format: 2
id: museums
version: "1.0.0"
title: Museum visits
scale: {from: 0, to: 10, decimals: 2}
better: lower
exponent: 1
prior: {weight: 0, centre: 0.5}
publish: {availability: 0.5, information: 0.4}
bands: [{from: 0, label: near}, {from: 5, label: far}]
uncertainty: {kappa: 60, exponents: {1: 1}}
pillars: {entry: 1, rooms: 1}
"""
ENTRY = """\
id: entry
title: Entry
indicators:
  - {id: queue, question: How long is the queue?, rationale: Visitors wait., kind: number, weight: 1, half_life: 5,
     worst: 0, best: 60}
  - id: desk
    question: How is the desk staffed?
    rationale: Visitors ask.
    kind: levels
    weight: 1
    half_life: null
    levels: [{key: full, text: Two people.}, {key: one, text: One person.}, {key: none, text: Nobody.}]
"""
ROOMS = """\
id: rooms
title: Rooms
indicators:
  - {id: closed, question: How many rooms are closed?, rationale: Visitors see less., kind: count, weight: 1,
     half_life: null, window: 3, saturation: 10}
  - id: services
    question: Which services does it lack?
    rationale: Visitors need them.
    kind: checklist
    weight: 1
    half_life: null
    items: [{key: no_lift, points: 1, text: There is no lift.}, {key: no_cafe, points: 1, text: There is no cafe.}]
"""
MUSEUMS = {
    "QMA": ("Old Museum", 12, "full", 2),
    "QMB": ("New Museum", 25, "one", 3),
    "QMC": ("Sea Museum", 50, "none", 7),
}
PUBLISHED = """\
title: Guide of museums
publisher: A guide
read_from: Its page
measures: The joy of a visit
expected: Agreement
url: https://example.org
year: 2020
accessed: 2020-07-01
better: higher
near: [entry]
values: {QMA: 9, QMB: 5, QMC: 1}
"""
TEMPLATE = (
    "{{ rubric.title }}: {{ QMA.index }} ({{ QMA.rank }}) {{ QMA.cite }}\n\n{{ table: ranking }}\n\n{{ table: QMA }}\n"
)
DRAWS = ("--draws", "100")
PRINTED: dict[str, tuple[str, ...]] = {
    "score": (),
    "explain": ("QMA",),
    "rank": DRAWS,
    "compare": ("QMA", "QMB", "QMC", *DRAWS),
    "trend": ("QMA", *DRAWS),
    "whatif": ("QMC", "--set", "desk=full", *DRAWS),
    "levers": ("QMC",),
    "sensitivity": DRAWS,
    "audit": DRAWS,
    "validity": (),
    "agreement": (),
    "statements": (),
    "lock": (),
    "check": (),
    "brief": ("--since", "2019-06-01", *DRAWS),
    "cite": ("QMA", *DRAWS),
    "fill": ("report.md", *DRAWS),
    "new": ("QMD", "--name", "Fourth Museum"),
    "validate": (),
}
WRITTEN = {"docs": ("-o", "docs"), "site": ("site",), "figures": ("figures",), "export": ("export",)}
SHIPPED = re.compile(
    r"resilien|hostile|exposure|exposed|foreign(?!key)|interference|influence|kremlin|russia|threat|attack|defend"
    r"|disinformation|countermeasure|intelligence|facing|the actor|activity|at the desk|not reviewed|expert"
    r"|beforehand|so few countries",
    re.IGNORECASE,
)
OF_A_PRIOR = re.compile(
    r"missing evidence|evidence bound|bounds(?!\")|evidence mean|insufficient|usual level|is expected|expected (?:at|of)"
    r"|borrow|\bthin\b|the remainder"
    r"|what is missing",
    re.IGNORECASE,
)
METHOD = "site/method.html"  # the method of all indices
TEXTS = (".html", ".md", ".svg")


def write(folder: Path, rubric: str) -> None:
    """The index of museums: rubric, profiles and a published table."""
    profiles = {}
    for code, (name, minutes, desk, closed) in MUSEUMS.items():
        told = {"source": "guide", "locator": "Page 1", "date": "2020-01-01", "credibility": 1}
        codes = {
            "queue": minutes,
            "desk": desk,
            "closed": closed,
            "services": {"no_lift": minutes > 20, "no_cafe": True},
        }
        statements = [
            {"id": one.replace("_", "-"), "text": f"The guide says so of {one}.", **told, "codes": {one: code_}}
            for one, code_ in codes.items()
        ]
        source = {"title": "Guide", "publisher": "A guide", "reliability": "A", "url": "https://example.org"}
        days = {"as_of": "2020-06-30", "editions": ["2021-06-30"]}
        profile = {"format": 1, "country": code, "name": name, **days, "sources": {"guide": source}}
        profiles[f"profiles/{code}.yaml"] = yaml.safe_dump(profile | {"statements": statements}, sort_keys=False)
    files = {
        "rubrics/museums/rubric.yaml": rubric,
        "rubrics/museums/entry.yaml": ENTRY,
        "rubrics/museums/rooms.yaml": ROOMS,
        "published/guide.yaml": PUBLISHED,
        "report.md": TEMPLATE,
        **profiles,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def outputs(folder: Path, rubric: str) -> dict[str, str]:
    """All that the commands print and write, without the name of the engine, by command or file."""
    write(folder, rubric)
    with contextlib.chdir(folder):
        found = {}
        for command, arguments in PRINTED.items():
            result = run(command, *arguments)
            assert result.exit_code == 0, f"{command}: {result.output}"
            found[command] = result.output
        for command, arguments in WRITTEN.items():
            assert run(command, *arguments, *DRAWS).exit_code == 0
            paths = (path for path in Path(command).rglob("*") if path.suffix in (*TEXTS, ".csv", ".json", ".js"))
            found |= {path.as_posix(): path.read_text() for path in paths}
        found["export/scores.xlsx"] = "\n".join(_cells(Path("export/scores.xlsx")))
    return {name: unescape(re.sub(r"resilience-scoring|&shy;", "", text)) for name, text in found.items()}


def _cells(path: Path) -> Iterator[str]:
    openpyxl = pytest.importorskip("openpyxl")
    for sheet in openpyxl.load_workbook(path):
        yield from (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


@pytest.fixture(scope="module")
def certain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outputs of the index without a prior."""
    pytest.importorskip("jinja2")
    return outputs(tmp_path_factory.mktemp("certain"), RUBRIC)


@pytest.fixture(scope="module")
def open_(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outputs of the index with a prior that borrows from the record of a museum."""
    pytest.importorskip("jinja2")
    prior = "prior: {weight: 0.25, centre: 0.5, country: 3}"
    rubric = RUBRIC.replace("prior: {weight: 0, centre: 0.5}", prior).replace("better: lower\n", "")
    return outputs(tmp_path_factory.mktemp("open"), rubric)


def _with(pattern: re.Pattern[str], texts: dict[str, str]) -> dict[str, str]:
    """Where a word stands, with the words around it."""
    around = {name: pattern.search(text) for name, text in texts.items()}
    return {name: texts[name][max(match.start() - 60, 0) : match.end() + 40] for name, match in around.items() if match}


def test_no_word_of_the_shipped_indices(certain: dict[str, str], open_: dict[str, str]) -> None:
    for texts in (certain, open_):
        scripts = {name: text for name, text in texts.items() if name.startswith("site/assets")}
        assert _with(SHIPPED, {name: texts[name] for name in texts.keys() - scripts.keys() - {METHOD}}) == {}
        assert _with(re.compile(r"resilien|exposure|hostile", re.IGNORECASE), texts) == {}


def test_without_a_prior_nothing_speaks_of_missing_evidence(certain: dict[str, str]) -> None:
    read = {name for name in certain if Path(name).suffix in (*TEXTS, ".xlsx", "")} - {METHOD}
    assert {"score", "rank", "brief", "site/index.html", "figures/ranking.svg", "export/codebook.md"} <= read
    assert _with(OF_A_PRIOR, {name: certain[name] for name in read}) == {}
    assert {"stated", "low", "high", "borrowed", "actor"}.isdisjoint(
        certain["export/data/ranking.csv"].split("\n")[0].split(",")
    )


def test_with_a_prior_they_do(open_: dict[str, str]) -> None:
    for name in (
        "score",
        "explain",
        "sensitivity",
        "site/index.html",
        "export/codebook.md",
        "figures/waterfall-QMA.svg",
    ):
        assert OF_A_PRIOR.search(open_[name]), name


def test_lower_is_better_in_words(certain: dict[str, str]) -> None:
    assert "1 = lowest estimate" in certain["score"]
    assert "Lower is better: rank 1 is the lowest index." in certain["explain"]
    assert "P(QMA ranks above)" in certain["compare"]
    assert "on which lower is better." in certain["cite"]
    assert "Museum visits" in certain["fill"]
    assert "1 is the lowest estimate" in certain["site/index.html"]
    assert re.search(r"Change +By certainty", certain["levers"])
    assert '"better": "lower"' in certain["export/datapackage.json"]
    assert '"to": 10' in certain["export/datapackage.json"]


def test_texts_of_the_rubric_are_quoted(tmp_path: Path) -> None:
    about = "about: {levers: What would shorten the queue, validity: 'Asked once, by post.', names: [musée]}\n"
    texts = outputs(tmp_path, RUBRIC + about)
    assert "## What would shorten the queue" in texts["docs/countries/QMA.md"]
    assert "What would shorten the queue" in texts["site/countries/QMA.html"]
    assert "Asked once, by post." in texts["docs/validity.md"]


def test_a_report_names_the_index_by_its_title_or_the_words_of_its_rubric(tmp_path: Path) -> None:
    write(tmp_path, RUBRIC + "about: {names: [musée]}\n")
    with contextlib.chdir(tmp_path):
        identifier = re.search(r"museums@[^\]]+", run("cite", "QMA").stdout)
        assert identifier
        for name, is_own in (("Museum Visits Index", True), ("Musées Index", True), ("Castle Index", False)):
            Path("r.md").write_text(f"In the {name} the Old Museum had 2.31 points ({identifier[0]}).\n")
            assert ("wrong" in run("verify", "r.md").stdout.splitlines()[0]) == is_own, name
