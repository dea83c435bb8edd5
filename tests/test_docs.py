"""What the documents say of the program is so, and what they link to exists.

Run as a script, it writes the outputs in the `console` blocks of the documents again.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import ROOT, run
from markdown_it import MarkdownIt

from scoring import cli
from scoring.cli import output
from scoring.files.load import load
from scoring.model.fields import Model
from scoring.model.kinds import INDICATORS
from scoring.model.profile import Profile
from scoring.model.references import CaseFile
from scoring.model.rubric import Pillar, Rubric

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TUTORIAL = ROOT / "docs" / "tutorial.md"
READING = ROOT / "docs" / "reading.md"
BLOCK = re.compile(r"^```(sh|yaml|console|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d+\.\d+")


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
    (folder / "published").mkdir()
    assert run("docs", "-o", "elsewhere", "--draws", "100").exit_code == 0
    pages = [*(folder / "elsewhere").rglob("*.md")]
    assert len(pages) == 6
    assert {page.name: found for page in pages if (found := broken(page))} == {}
    assert [page.name for page in pages if "What that means" in page.read_text()] == []
    for name in ("limits.md", "method.md"):
        (folder / "elsewhere" / name).write_bytes((ROOT / "docs" / name).read_bytes())
    assert run("docs", "-o", "elsewhere", "--draws", "100").exit_code == 0
    assert "[What that means](../limits.md)" in (folder / "elsewhere" / "countries" / "AZE.md").read_text()
    assert "](method.md#12-" in (folder / "elsewhere" / "agreement.md").read_text()


def test_messages_names_every_exit_code() -> None:
    codes = {cli.FAILED, cli.INTERRUPTED, output.BAD_INPUT, output.USAGE, output.MOVED, 0}
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
        ("profile-format.md", (Profile,)),
    ],
)
def test_every_key_is_described(page: str, roots: tuple[type[Model], ...]) -> None:
    text = (ROOT / "docs" / page).read_text()
    found = keys(*roots)
    assert {"format", "id"} <= set(found)
    assert [key for key in found if not re.search(rf"`{key}`|^ *(?:- )?{key}:", text, re.MULTILINE)] == []


def test_what_the_limits_count() -> None:
    profiles = load(ROOT / "rubrics" / "resilience", ROOT / "profiles")[1]
    counts = [
        sum(bool(one.codes) and not one.same_as and (one.date or "") <= profile.as_of for one in profile.statements)
        for profile in profiles
    ]
    text = (ROOT / "docs" / "limits.md").read_text()
    assert f"rest on {min(counts)} to {max(counts)} coded statements in the first edition" in text


def test_no_package_of_this_name_is_promised() -> None:
    """It is in no registry: what is installed is a clone."""
    texts = {path: path.read_text() for path in [*PAGES, *ROOT.glob("scoring/**/*.py")] if path.name != "CHANGELOG.md"}
    assert [path.name for path, text in texts.items() if re.search(r"pip install '?resilience-scoring", text)] == []


# -- pages that are worked through ---------------------------------------------------------------------------------------


def replaced(profile: str, lines: str) -> str:
    """A profile in which these lines stand in place of the part that begins with the same key."""
    key = lines.partition(":")[0]
    return re.sub(rf"^{key}:.*?(?=^$|\Z)", lambda _: lines, profile, flags=re.MULTILINE | re.DOTALL)


def worked_through(text: str) -> str:
    """A page with the outputs that its commands print when they are run in order, in the current folder.

    A `sh` block is run unless it installs, a `yaml` block is put into example/XAA.yaml, a `text` block stands there.
    """
    profile = Path("example", "XAA.yaml")

    def done(block: re.Match[str]) -> str:
        kind, content = block.groups()
        if kind == "sh" and "pip" not in content:
            subprocess.run(["sh", "-e", "-c", content], check=True)  # noqa: S607
        elif kind == "yaml":
            assert content not in profile.read_text()
            profile.write_text(replaced(profile.read_text(), content))
            assert content in profile.read_text()
        elif kind == "text":
            assert content in profile.read_text()
        elif kind == "console":
            prompt = content.splitlines()[0]
            assert prompt.startswith("$ scoring ")
            return f"```console\n{prompt}\n{run(*shlex.split(prompt)[2:]).output}```"
        return block[0]

    return BLOCK.sub(done, text)


def worked_tutorial(folder: Path) -> str:
    """The tutorial with the outputs of its commands, in a folder with the files of a clone that it needs."""
    shutil.copytree(ROOT / "rubrics", folder / "rubrics")
    shutil.copytree(ROOT / "docs" / "tutorial", folder / "docs" / "tutorial")
    with chdir(folder):
        return worked_through(TUTORIAL.read_text())


def worked_page(page: Path) -> str:
    """A page with the outputs of its commands, in this repository."""
    with chdir(ROOT):
        return worked_through(page.read_text())


def assert_same(text: str, printed: str) -> None:
    """All but the last digit of a number: draws may differ in it between processors."""
    assert NUMBER.sub("#", text) == NUMBER.sub("#", printed)
    for ours, theirs in zip(NUMBER.findall(text), NUMBER.findall(printed), strict=True):
        assert abs(float(ours) - float(theirs)) < 0.11


def test_the_tutorial_shows_what_happens_when_it_is_followed(tmp_path: Path) -> None:
    assert_same(TUTORIAL.read_text(), worked_tutorial(tmp_path))


def test_the_tutorial_installs_as_the_readme_does() -> None:
    kind, content = next(iter(BLOCK.findall(TUTORIAL.read_text())))
    assert kind == "sh"
    assert " && ".join(content.splitlines()[:2]) in (ROOT / "README.md").read_text()


def test_the_commands_that_pages_show_print_that() -> None:
    assert_same(READING.read_text(), worked_page(READING))


def test_every_page_is_in_the_index() -> None:
    listed = links((ROOT / "docs" / "README.md").read_text())
    assert [path.name for path in ROOT.glob("docs/*.*") if path.name not in (*listed, "README.md")] == []


def test_the_keys_of_the_glossary_exist(folder: Path) -> None:
    outputs = [
        *(run("schema", kind).stdout for kind in ("rubric", "pillar", "profile")),
        *(
            run(*command, "--format", "json").stdout
            for command in (("explain", "AZE"), ("levers", "AZE"), ("agreement",))
        ),
        *(run("rank", "--draws", "100", "--format", form).stdout for form in ("json", "csv")),
        run("compare", "AZE", "GEO", "--draws", "100", "--format", "json").stdout,
        run("sensitivity", "--draws", "100", "--format", "json").stdout,
        run("lock").stdout + (folder / "scores.lock").read_text(),
    ]
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| (.*) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    keys = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert {"stated", "as_of"} <= keys
    assert [key for key in sorted(keys) if not any(re.search(rf"\b{key}\b", output) for output in outputs)] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        TUTORIAL.write_text(worked_tutorial(Path(scratch)))
    READING.write_text(worked_page(READING))
