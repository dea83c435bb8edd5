"""What the documents say of the program is so, and what they link to exists."""

from __future__ import annotations

import doctest
import functools
import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import refresh
import yaml
from conftest import PILLAR, PROFILE, REGISTER, ROOT, RUBRIC, run
from markdown_it import MarkdownIt

import scoring
from scoring import cli
from scoring.cli import output
from scoring.cli.commands import commands
from scoring.files.load import load
from scoring.model.fields import Model, read_date
from scoring.model.kinds import INDICATORS
from scoring.model.profile import Profile
from scoring.model.publishers import Register
from scoring.model.references import CaseFile
from scoring.model.review import ReviewFile
from scoring.model.rubric import Pillar, Rubric

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TUTORIAL = ROOT / "docs" / "tutorial.md"


def links(text: str) -> list[str]:
    """The targets of links and pictures of a page that lead to files."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for one in token.children or []:
            target = str(one.attrs.get("href") or one.attrs.get("src") or "")
            if target and not re.match("[a-z]+:", target):
                found.append(target)
    return found


def headings(text: str) -> set[str]:
    """The names that the headings of a page are linked by."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for target in links(page.read_text()):
        file, _, heading = target.partition("#")
        path = page.parent / file if file else page
        if not path.exists() or (heading and heading not in headings(path.read_text())):
            found.append(target)
    return found


def test_every_link_of_the_documents_leads_somewhere() -> None:
    assert {page.name: found for page in PAGES if (found := broken(page))} == {}


def test_pages_that_are_written_elsewhere_link_to_nothing_that_is_not_there(folder: Path) -> None:
    assert run("docs", "-o", "elsewhere", "--draws", "100").exit_code == 0
    pages = [*(folder / "elsewhere").rglob("*.md")]
    assert len(pages) == 5
    assert {page.name: found for page in pages if (found := broken(page))} == {}
    assert [page.name for page in pages if "What this implies" in page.read_text()] == []
    for name in ("limits.md", "method.md"):
        (folder / "elsewhere" / name).write_bytes((ROOT / "docs" / name).read_bytes())
    assert run("docs", "-o", "elsewhere", "--draws", "100").exit_code == 0
    assert "[What this implies](../limits.md)" in (folder / "elsewhere" / "countries" / "AZE.md").read_text()
    assert "](method.md#12-" in (folder / "elsewhere" / "agreement.md").read_text()


@pytest.mark.parametrize("part", [refresh.commands_page, refresh.messages_page], ids=lambda part: part.__name__)
def test_generated_pages_are_current(part: refresh.Part) -> None:
    assert list(refresh.outdated(part)) == []


def test_the_page_of_commands_has_each_of_them_once() -> None:
    heads = re.findall(r"^### scoring (\S+)$", (ROOT / "docs" / "cli.md").read_text(), re.MULTILINE)
    assert heads == list(commands.commands)


MESSAGES = yaml.safe_load(refresh.MESSAGES.read_text())["messages"]
IMPORT = """\
id: table
title: A table
as_of: 2018-01-01
actor: RUS
source: {title: A page, publisher: A publisher, reliability: B, url: "https://example.org"}
file: table.csv
code: country
indicators: [{column: approval, worst: 90, best: 10}]
"""
FILES = {
    "rubrics/small/rubric.yaml": RUBRIC,
    "rubrics/small/state.yaml": PILLAR,
    "profiles/AZE.yaml": PROFILE,
    "profiles/publishers.yaml": REGISTER,
    "profiles/table.import.yaml": IMPORT,
    "profiles/table.csv": "country,approval\nMDA,54\n",
}


@pytest.mark.parametrize("slug", [slug for slug, entry in MESSAGES.items() if "bad" in entry])
def test_a_bad_example_has_its_fault_and_the_good_one_is_without(folder: Path, slug: str) -> None:
    bad, good = MESSAGES[slug]["bad"], MESSAGES[slug]["good"]
    indents = [" " * size for size in range(8)]
    [(name, indent), *_] = [
        (name, indent)
        for name, text in FILES.items()
        for indent in indents[::-1]
        if textwrap.indent(good, indent) in text
    ]
    for other in ("profiles/publishers.yaml", "profiles/table.import.yaml", "profiles/table.csv"):
        (folder / other).write_text(FILES[other])
    assert run("validate", "--strict").exit_code == 0
    text = FILES[name].replace(textwrap.indent(good, indent), textwrap.indent(bad, indent), 1)
    (folder / name).write_text(text)
    assert f"[{slug}]" in run("validate").stderr


def test_messages_names_every_exit_code() -> None:
    codes = {cli.FAILED, cli.INTERRUPTED, output.BAD_INPUT, output.USAGE, output.SCORES_CHANGED, 0}
    [told] = re.findall(
        r"^Exit codes: (.*?)\n\n", (ROOT / "docs" / "messages.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert {int(part.split()[0]) for part in told.split("; ")} == codes
    ends = re.findall(r"sys\.exit\((\w+)\)", "".join(path.read_text() for path in ROOT.glob("scoring/**/*.py")))
    assert {getattr(cli, end, None) or getattr(output, end) for end in ends} == codes - {0}


def models(annotation: Any) -> set[type[Model]]:
    """The models in an annotation, and those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return {annotation}.union(*(models(one.annotation) for one in annotation.model_fields.values()))
    return set().union(*map(models, get_args(annotation)))


def keys(*roots: type[Model]) -> list[str]:
    """Every key that files of some models may have."""
    found = set().union(*map(models, roots))
    return sorted({info.alias or name for one in found for name, info in one.model_fields.items()})


@pytest.mark.parametrize(
    ("page", "roots"),
    [
        ("rubric-format.md", (Rubric, Pillar, *INDICATORS, CaseFile)),
        ("profile-format.md", (Profile, Register)),
        ("reviews.md", (ReviewFile,)),
    ],
)
def test_every_key_is_described(page: str, roots: tuple[type[Model], ...]) -> None:
    text = (ROOT / "docs" / page).read_text()
    found = keys(*roots)
    assert "format" in found
    assert [key for key in found if not re.search(rf"`{key}`|^ *(?:- )?{key}:", text, re.MULTILINE)] == []


def test_what_the_limits_count() -> None:
    profiles = load(ROOT / "rubrics" / "resilience", ROOT / "profiles")[1]
    text = " ".join((ROOT / "docs" / "limits.md").read_text().split())
    for day, words in (("2018-06-30", "in the first edition"), ("2025-06-30", "in the second")):
        counts = [
            sum(
                bool(one.counted)
                and not (one.same_as or one.withdrawn)
                and (one.date is None or read_date(one.date) <= read_date(day))
                for one in profile.statements
            )
            for profile in profiles
            if day in (profile.as_of, *profile.editions)
        ]
        assert f"{min(counts)} to {max(counts)} coded statements {words}" in text


def test_the_second_source_of_the_coding_guide(folder: Path) -> None:
    """The weights by hand from section 3 of the method: (R + 2 Q) / 3, with B, C = 0.75, 0.5 and 1, 2 = 1, 0.75."""
    text = (ROOT / "docs" / "coding.md").read_text()
    [block] = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    head = "format: 1\ncountry: XAA\nactor: RUS\nas_of: 2018-03-01\n"
    (folder / "profiles" / "XAA.yaml").write_text(head + block)
    for name in ("AZE", "GEO"):
        (folder / "profiles" / f"{name}.yaml").unlink()
    rubric = ("--rubric", ROOT / "rubrics" / "resilience")
    assert run("validate", "--strict", *rubric).stderr == ""
    document = json.loads(run("explain", "XAA", "cyber_strategy", *rubric, "--format", "json").stdout)
    [item] = [one for one in document["node"]["children"] if one["statements"]]
    [entered] = item["statements"]
    first, second = yaml.safe_load(block)["statements"]
    assert (entered["id"], entered["weight"]) == (first["id"], pytest.approx((0.75 + 2) / 3))
    assert item["not_entered"] == [{"id": second["id"], "reason": "same_as"}]
    told = re.findall(r"rises from ([0-9.]+) to ([0-9.]+)\. .*?weight of ([0-9.]+) in all", text, re.DOTALL)
    both = (0.75 + 2 * 0.75) / 3 + (0.5 + 2 * 0.75) / 3
    assert told == [("0.75", f"{(0.75 + 2) / 3:.2f}", f"{both:.2f}")]


def test_no_package_of_this_name_is_promised() -> None:
    """It is in no registry: what is installed is a clone."""
    texts = {path: path.read_text() for path in [*PAGES, *ROOT.glob("scoring/**/*.py")] if path.name != "CHANGELOG.md"}
    assert [path.name for path, text in texts.items() if re.search(r"pip install '?resilience-scoring", text)] == []


FUNCTIONS = [name for name in scoring.__all__ if inspect.isfunction(getattr(scoring, name))]


@pytest.fixture(scope="module")
def loaded_once() -> Callable[..., Any]:
    """`scoring.load`, of which every example of a function is the first user."""
    return functools.cache(scoring.load)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_a_function_gives_what_it_says(
    name: str, loaded_once: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scoring, "load", loaded_once, raising=False)
    function = getattr(scoring, name)
    told = inspect.getdoc(function) or ""
    assert {"Args", "Returns", "Example"} <= set(re.findall(r"^(\w+):$", told, re.MULTILINE))
    [test] = doctest.DocTestFinder(recurse=False).find(function, name, globs={"scoring": scoring, "Path": Path})
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_example_of_the_package_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(scoring.__doc__ or "", {}, "scoring", None, None)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_tutorial_shows_what_happens_when_it_is_followed() -> None:
    assert list(refresh.outdated(refresh.tutorial)) == []


def test_the_tutorial_on_an_own_index_shows_what_happens_when_it_is_followed() -> None:
    assert list(refresh.outdated(refresh.own_index)) == []


def test_the_tutorial_installs_as_the_readme_does() -> None:
    kind, content = next(iter(refresh.BLOCK.findall(TUTORIAL.read_text())))
    assert kind == "sh"
    assert " && ".join(content.splitlines()[:2]) in (ROOT / "README.md").read_text()


def test_the_commands_that_pages_show_print_that() -> None:
    assert list(refresh.outdated(refresh.reading)) == []


def test_every_page_is_in_the_index() -> None:
    listed = links((ROOT / "docs" / "README.md").read_text())
    assert [path.name for path in ROOT.glob("docs/*.*") if path.name not in (*listed, "README.md")] == []


def test_the_keys_of_the_glossary_exist(folder: Path) -> None:
    outputs = [
        *(
            run("schema", kind).stdout
            for kind in (
                "rubric",
                "pillar",
                "profile",
                "vignettes",
                "publishers",
                "coders",
                "groups",
                "review",
                "scenario",
            )
        ),
        *(
            run(*command, "--format", "json").stdout
            for command in (("explain", "AZE"), ("levers", "AZE"), ("agreement",))
        ),
        *(run("rank", "--draws", "100", "--format", form).stdout for form in ("json", "csv")),
        run("compare", "AZE", "GEO", "--draws", "100", "--format", "json").stdout,
        run("sensitivity", "--draws", "100", "--format", "json").stdout,
        run("lock").stdout + (folder / "scores.lock").read_text(),
        *((ROOT / name).read_text() for name in ("schemas/output/validity.schema.json", "events/euvsdisinfo.yaml")),
        (ROOT / "schemas" / "output" / "compare.schema.json").read_text(),
    ]
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| (.*) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    keys = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert {"stated", "as_of"} <= keys
    assert [key for key in sorted(keys) if not any(re.search(rf"\b{key}\b", output) for output in outputs)] == []
