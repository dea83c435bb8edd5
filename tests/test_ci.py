"""Where CI looks: every form against its public schema, the hooks run by pre-commit, the action's script by bash."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, get_args

import pytest
import xmlschema
import yaml
from conftest import PROFILE, ROOT, git, identified, run
from jsonschema import Draft4Validator, Draft7Validator

from scoring.cli import options
from scoring.errors import Slug
from scoring.render import ci, verify
from scoring.render.ci import Remark
from scoring.render.citation import STYLES

if TYPE_CHECKING:
    from pathlib import Path

SCHEMAS = ROOT / "tests" / "schemas"
HOSTILE = "a::error file=x,line=1::b\r\n::set-output name=y::z % <b>&\"' ]]> é"
REMARKS = [
    Remark("error", "profiles/AZE.yaml", 3, 5, "unknown-key", HOSTILE),
    Remark("error", "profiles/AZE.yaml", 3, 5, "unknown-key", HOSTILE),
    Remark("warning", "profiles/a b,c:ö.yaml", 1, 1, "score-moved", "moved"),
    Remark("notice", "profiles/GEO.yaml", 2, 1, "statement-moved", "so"),
    Remark("notice", "profiles/GEO.yaml", 9, 1, "statement-moved", "so"),
]
# https://docs.gitlab.com/ci/testing/code_quality/: what GitLab reads of a report
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {"lines": {"required": ["begin"], "properties": {"begin": {"type": "integer"}}}},
            },
        },
    },
}


@pytest.mark.parametrize("remarks", [REMARKS, []])
def test_sarif_is_valid(remarks: list[Remark]) -> None:
    document = json.loads(ci.render("sarif", remarks, ()))
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text())
    validator = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
    assert list(validator(schema).iter_errors(document)) == []
    results = document["runs"][0]["results"]
    assert len(results) == len(set(remarks))
    assert len({result["partialFingerprints"]["remark/v1"] for result in results}) == len(results)
    if remarks:
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
        assert "profiles/a%20b%2Cc%3A%C3%B6.yaml" in places
        assert [result["level"] for result in results] == ["error", "warning", "note", "note"]


def sarif(remarks: list[Remark]) -> tuple[dict[str, Any], str]:
    """The run of a SARIF document that fits the schema, and its text."""
    text = ci.render("sarif", remarks, ())
    document = json.loads(text)
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text())
    validator = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
    assert next(validator(schema).iter_errors(document), None) is None
    [found] = document["runs"]
    assert isinstance(found, dict)
    return found, text


LEVELS: tuple[ci.Level, ...] = ("notice", "warning", "error")


@pytest.mark.parametrize("number", [4_999, 5_000, 5_001, 30_000])
def test_sarif_has_as_many_results_as_github_keeps(number: int) -> None:
    """https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit."""
    remarks = [
        Remark(LEVELS[one % 3], f"profiles/{one % 700:03}.yaml", one, 1, "tab" if one % 2 else "alias", f"{one}")
        for one in range(1, number + 1)
    ]
    found, _ = sarif(remarks)
    results = found["results"]
    assert len(results) == min(number, 5_000)
    order = [("error", "warning", "note").index(result["level"]) for result in results]
    assert order == sorted(order)
    last = results[-1]["message"]["text"]
    if number > 5_000:
        assert last.startswith(f"{number - 4_999:} more results are left out")
        assert results[-1]["ruleId"] == "too-many-faults"
    else:
        assert "left out" not in last
    for result in results:
        assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({result["partialFingerprints"]["remark/v1"] for result in results}) == len(results)


def test_sarif_is_at_most_10_mb_compressed() -> None:
    """Long names and messages that do not compress."""
    numbers = random.Random(0)  # noqa: S311

    def noise(length: int) -> str:
        return "".join(chr(numbers.randrange(0x4E00, 0x9FA0)) for _ in range(length))

    remarks = [Remark("error", f"profiles/{noise(300)}.yaml", 1, 1, "tab", noise(3_000)) for _ in range(3_500)]
    found, text = sarif(remarks)
    assert len(gzip.compress(text.encode())) < 10_000_000
    *kept, last = found["results"]
    assert 1_000 < len(kept) < len(remarks)
    assert last["message"]["text"].startswith(f"{len(remarks) - len(kept)} more results")
    assert all(len(result["message"]["text"]) <= 1_000 for result in kept)


@pytest.mark.parametrize("docs", ["", "https://github.com/o/r/blob/v1/docs", "javascript:x"])
def test_every_rule_of_sarif_has_a_help_text(docs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_DOCS", docs)
    page = (ROOT / "docs" / "messages.md").read_text()
    findings = [f"citation-{kind.replace(' ', '-')}" for kind in verify.LEVELS]
    names = [*get_args(Slug), *findings, "citation-none", "score-moved"]
    found, _ = sarif([Remark("error", "a.yaml", 1, 1, name, "x") for name in names])
    rules = {rule["id"]: rule for rule in found["tool"]["driver"]["rules"]}
    assert set(rules) == set(names)
    for name, rule in rules.items():
        assert rule["help"]["text"] not in ("", name)
        assert len(rule["shortDescription"]["text"]) <= 1_024
        assert len(rule["fullDescription"]["text"]) <= 1_024
        heading = rule["help"]["text"].rpartition("messages.md#")[2]
        assert f"\n## {heading}\n" in page.replace("## Findings", "## findings")
        assert name == heading or f"| `{name}` |" in page
        if docs.startswith("https:"):
            assert rule["helpUri"] == f"{docs}/messages.md#{heading}"
            assert f"]({rule['helpUri']})" in rule["help"]["markdown"]
        else:
            assert "helpUri" not in rule


@pytest.mark.parametrize("remarks", [REMARKS, []])
def test_junit_is_valid(remarks: list[Remark]) -> None:
    text = ci.render("junit", remarks, ("profiles/AZE.yaml", "profiles/MDA.yaml"))
    schema = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
    schema.validate(text.partition("\n")[2])
    assert text.count("<failure") == (2 if remarks else 0)
    assert "<b>" not in text


@pytest.mark.parametrize("remarks", [REMARKS, []])
def test_gitlab_is_as_its_manual_says(remarks: list[Remark]) -> None:
    document = json.loads(ci.render("gitlab", remarks, ()))
    assert list(Draft7Validator(GITLAB).iter_errors(document)) == []
    assert len({one["fingerprint"] for one in document}) == len(document)
    moved = [one._replace(line=one.line + 7) for one in remarks]
    again = json.loads(ci.render("gitlab", moved, ()))
    assert [one["fingerprint"] for one in again] == [one["fingerprint"] for one in document]


def test_github_commands_stay_one_a_line() -> None:
    text = ci.render("github", REMARKS, ())
    lines = text.splitlines()
    assert len(lines) == 4
    assert lines[0] == (
        "::error file=profiles/AZE.yaml,line=3,col=5,title=unknown-key::a::error file=x,line=1::b%0A"
        "::set-output name=y::z %25 <b>&\"' ]]> é"
    )
    assert "file=profiles/a b%2Cc%3Aö.yaml," in text


@pytest.mark.parametrize("form", ci.FORMS)
@pytest.mark.parametrize("command", ["validate", "check"])
def test_a_fault_in_every_form(folder: Path, command: str, form: str) -> None:
    run("lock")
    assert run(command, "--format", form).exit_code == 0
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: nine"))
    result = run(command, "--format", form)
    assert result.exit_code == 1
    assert "nine" in result.stdout
    if form == "github":
        assert result.stdout.startswith("::error file=profiles/AZE.yaml,line=14,col=23,title=unknown-level::")
    run(command, "--format", form, "-o", "report")
    assert (folder / "report").read_text() == result.stdout


def test_the_command_line_offers_every_form() -> None:
    """It names them itself, since importing render.ci costs time."""
    assert options.CI_FORMS == ci.FORMS


@pytest.mark.parametrize("form", ci.FORMS)
def test_a_move_in_every_form(folder: Path, form: str) -> None:
    run("lock")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: drafted"))
    result = run("check", "--format", form)
    assert result.exit_code == 3
    assert "AZE index: estimate" in result.stdout
    (folder / "profiles" / "AZE.yaml").unlink()
    assert "AZE: country removed" in run("check", "--format", form).stdout


def test_moves_are_one_remark_a_country_with_the_index_first(folder: Path) -> None:
    for code in ("ARM", "MDA", "UKR"):
        (folder / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    run("lock")
    for code in ("ARM", "AZE", "MDA"):
        path = folder / "profiles" / f"{code}.yaml"
        path.write_text(path.read_text().replace("strategy: none", "strategy: drafted"))
    (folder / "profiles" / "UKR.yaml").unlink()
    lines = run("check", "--format", "github").stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        *(f"::error file=profiles/{code}.yaml" for code in ("ARM", "AZE", "MDA")),
        "::error file=scores.lock",
    ]
    assert re.search(
        r"::ARM index: estimate \S+ -> \S+, band low -> high, stated .*; state: estimate .*; `scoring diff` explains why$",
        lines[0],
    )
    assert "::UKR: country removed; " in lines[3]
    assert len(json.loads(run("check", "--format", "gitlab").stdout)) == 4
    lines = run("diff", "./scores.lock", "--format", "github").stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"::warning file=profiles/{code}.yaml" for code in ("ARM", "AZE", "MDA", "UKR")
    ]


# -- paths -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, in a folder of a repository; a profile in it has a fault."""
    (folder / "data" / "set").mkdir(parents=True)
    for name in ("rubrics", "profiles"):
        (folder / name).rename(folder / "data" / "set" / name)
    monkeypatch.chdir(folder / "data" / "set")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (folder / "data" / "set" / "profiles" / "AZE.yaml").write_text("format: 2\n")
    return folder


def places(form: str) -> set[str]:
    """The files that remarks are on, as a CI system reads them."""
    text = run("validate", "--format", form).stdout
    if form == "github":
        return {re.findall("file=([^,]*),", line)[0] for line in text.splitlines()}
    if form == "junit":
        return {one.get("name") or "" for one in ET.fromstring(text).iter("testcase") if len(one)}  # noqa: S314  ours
    document = json.loads(text)
    if form == "gitlab":
        return {one["location"]["path"] for one in document}
    locations = [one["locations"][0]["physicalLocation"] for one in document["runs"][0]["results"]]
    return {one["artifactLocation"]["uri"] for one in locations}


@pytest.mark.parametrize("form", ci.FORMS)
def test_paths_begin_at_the_top_of_the_repository(below: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert places(form) == {"profiles/AZE.yaml"}  # no repository
    monkeypatch.setenv("GITHUB_WORKSPACE", str(below / "elsewhere"))
    assert places(form) == {"profiles/AZE.yaml"}
    monkeypatch.setenv("GITHUB_WORKSPACE", str(below))  # checked out without git
    assert places(form) == {"data/set/profiles/AZE.yaml"}
    (below / "data" / ".git").write_text("gitdir: /elsewhere\n")  # a repository below where the runner works
    assert places(form) == {"set/profiles/AZE.yaml"}
    (below / "data" / ".git").unlink()
    monkeypatch.delenv("GITHUB_WORKSPACE")
    (below / ".git").mkdir()
    assert places(form) == {"data/set/profiles/AZE.yaml"}


def test_a_file_outside_of_any_repository_has_its_whole_address(tmp_path: Path) -> None:
    [result] = json.loads(ci.render("sarif", [Remark("error", f"{tmp_path}/a b.yaml", 1, 1, "tab", "x")], ()))["runs"][
        0
    ]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"file://{tmp_path}/a%20b.yaml"


# -- text of strangers in a log ----------------------------------------------------------------------------------------

# github.com/actions/runner, src/Runner.Common/ActionCommand.cs and the names that its extensions register
REGISTERED = (
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher"),
    *("save-state", "set-env", "set-output", "stop-commands", "warning"),
)


def commands_in(log: str) -> list[str]:
    """What a runner would run of what a step prints: of GitHub, old and new, and of Azure."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        new = re.match(r"\s*::([^ :]+)[^\n]*?::", line)
        old = re.search(r"##\[([^\] ]+)", line)
        if new and new[1] in REGISTERED:
            found.append(new[1])
        elif old and old[1] in REGISTERED:
            found.append(old[1])
        if "##vso[" in line:
            found.append("vso")
    return found


EVIL = [
    "::error::x",
    "::stop-commands::x",
    "  ::add-mask::x",
    "a ##[error]x",
    "a ##vso[task.setvariable variable=x]y",
    "###[set-env name=PATH]x",
]


def test_the_commands_are_commands() -> None:
    assert commands_in("\n".join(EVIL)) == ["error", "stop-commands", "add-mask", "error", "vso", "set-env"]
    assert commands_in("a ::error::x\n:: x ::\n::: {.note}\n## [x]") == []


@pytest.mark.parametrize("form", ["text", *ci.FORMS])
@pytest.mark.parametrize("command", ["validate", "check"])
def test_a_file_name_is_no_command(folder: Path, command: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("lock")
    names = [
        *EVIL,
        "<b>&\"' ]]>",
        "\x1b[31m",
        "\udcff\udcc3\udca9",
        "a\n::error::b",
        "a\r::error::b",
        "\ufffe",
        "é, ö:",
    ]
    for name in names:
        (folder / "profiles" / f"{name}.yaml").write_text("")
    monkeypatch.chdir(folder / "profiles")  # so that the lines begin with the names
    arguments = (
        "--rubric",
        "../rubrics",
        "--profiles",
        ".",
        *(("--lock", "../scores.lock") if command == "check" else ()),
    )
    given = "table" if (form, command) == ("text", "check") else form
    result = run(command, "--format", given, *arguments)
    assert result.exit_code == 1
    assert commands_in(result.stderr) == []
    assert len(result.stderr.splitlines()) == len(names)
    assert all(line.isprintable() for line in result.stderr.splitlines())
    if form == "github":
        assert commands_in(result.stdout) == ["error"] * len(names)
        assert len(result.stdout.splitlines()) == len(names)
        return
    assert commands_in(result.stdout) == []
    result.stdout.encode()
    if form == "junit":
        xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(result.stdout.partition("\n")[2])
        found = {one.get("name") for one in ET.fromstring(result.stdout).iter("testcase")}  # noqa: S314  ours
        assert {"::error::x.yaml", "a ##[error]x.yaml", r"\udcffé.yaml"} < found
    elif form == "sarif":
        document = json.loads(result.stdout)
        assert list(Draft7Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text())).iter_errors(document)) == []
        results = document["runs"][0]["results"]
        uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
        assert {"%FF%C3%A9.yaml", "a%20%23%23%5Berror%5Dx.yaml", "a%0A%3A%3Aerror%3A%3Ab.yaml"} < uris
    elif form == "gitlab":
        found = {one["location"]["path"] for one in json.loads(result.stdout)}
        assert {"::error::x.yaml", "a ##[error]x.yaml", r"\udcffé.yaml"} < found


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_profile_or_rubric_is_a_command(folder: Path, text: str) -> None:
    run("lock", "-o", "scores.lock")
    for name, old in (("rubrics/small/rubric.yaml", "A small index"), ("rubrics/small/state.yaml", "title: State")):
        path = folder / name
        path.write_text(path.read_text().replace(old, old.replace(old.split(": ")[-1], json.dumps(text))))
    profile = PROFILE.replace("No strategy is in force.", json.dumps(f"a\n{text}"))
    profile = profile.replace("A page, publisher: A publisher", f"{json.dumps(text)}, publisher: {json.dumps(text)}")
    (folder / "profiles" / "AZE.yaml").write_text(
        profile.replace("locator: Paragraph 1", f"locator: {json.dumps(text)}")
    )
    (folder / "t.md").write_text("{{ rubric.title }}\n\n{{ table: pillars }}\n")
    draws = ("--draws", "100")
    for arguments in (
        *(("score", "--format", form) for form in ("table", "json", "csv", "markdown")),
        *(("statements", "--format", form) for form in ("table", "json", "csv", "markdown")),
        *(("explain", "AZE", "--format", form) for form in ("text", "json")),
        ("explain", "AZE", "--statement", "no-strategy"),
        *(("cite", "AZE", "--style", style, *draws) for style in STYLES),
        *(("brief", "--since", "2017", "--format", form, *draws) for form in ("json", "markdown")),
        *(("compare", "AZE", "GEO", "--format", form, *draws) for form in ("json", "markdown")),
        ("fill", "t.md", *draws),
        ("new", "MDA"),
        ("check",),
    ):
        result = run(*arguments)
        assert result.exit_code in (0, 3), result.stderr
        assert commands_in(result.stdout + result.stderr) == [], arguments
        if "json" in arguments:
            json.loads(result.stdout)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit installs hooks from a git repository")
def test_the_hooks_run_by_pre_commit(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (repository / ".pre-commit-config.yaml").write_text(
        f"repos: [{{repo: {ROOT.as_posix()}, rev: HEAD, hooks: [{{id: scoring-validate}}, {{id: scoring-check}}, {{id: scoring-verify}}]}}]\n"
    )
    environment = {**identified(), "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("hooks"))}

    def hooks() -> subprocess.CompletedProcess[str]:
        git(repository, "add", ".")
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
        return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)

    (repository / "report.md").write_text(run("cite", "AZE").stdout)
    assert hooks().returncode == 0
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: drafted"))
    moved = hooks()
    assert moved.returncode == 1
    assert "exit code: 3" in moved.stdout
    assert "report.md:1:24: outdated: index 32.9" in moved.stdout
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: nine"))
    faulty = hooks()
    assert faulty.returncode == 1
    assert "profiles/AZE.yaml:14:23" in faulty.stdout


def action() -> dict[str, object]:
    document = yaml.safe_load((ROOT / "action.yml").read_text())
    assert isinstance(document, dict)
    return document


def test_no_input_of_the_action_is_written_into_a_script() -> None:
    for step in action()["runs"]["steps"]:  # type: ignore[index]
        assert "${{" not in step["run"]


@pytest.mark.parametrize(
    ("code", "exit_code", "says", "moved"),
    [
        ("none", 0, "No score changed.", "false"),
        ("drafted", 3, "| Azerbaijan (AZE) |", "true"),
        ("nine", 1, "Errors; no score was computed.", "false"),
    ],
)
def test_the_action(repository: Path, code: str, exit_code: int, says: str, moved: str) -> None:
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", f"strategy: {code}"))
    done = acted(repository)
    assert done.returncode == exit_code, done.stderr
    comment = (repository / "scoring-comment.md").read_text()
    assert comment.startswith("<!-- scoring:")
    assert says in comment
    assert (repository / "summary.md").read_text() == comment
    assert (repository / "output").read_text() == f"moved={moved}\n"
    assert json.loads((repository / "report.sarif").read_text())["version"] == "2.1.0"
    assert ("::error file=profiles/AZE.yaml" in done.stdout) == bool(exit_code)


def test_the_action_verifies_reports(repository: Path) -> None:
    (repository / "a.md").write_text(run("cite", "AZE").stdout)
    assert acted(repository, REPORTS="*.md none.tex").returncode == 1
    assert acted(repository, REPORTS="[ab]*.md").returncode == 0
    (repository / "b c.md").write_text(run("cite", "GEO").stdout.replace("index was 70.4", "index was 70.5"))
    done = acted(repository, REPORTS="[ab]*.md")
    assert done.returncode == 3
    assert "::error file=b c.md,line=1,col=21,title=citation-wrong::index 70.5 [" in done.stdout
    assert (repository / "output").read_text().endswith("verified=false\nmoved=false\n")
    comment = (repository / "scoring-comment.md").read_text()
    assert "Citations: 2 files, 2 ids (0 unknown), 14 figures: 13 holds, 0 unknown, 0 outdated, 1 wrong.\n" in comment


def test_the_action_writes_through_no_link(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    names = ("scoring-comment.md", "report.sarif", "faults.txt")
    for name in names:
        (outside / name).write_text("kept\n")
        (repository / name).symlink_to(outside / name)
    done = acted(repository)
    assert done.returncode == 0, done.stderr
    assert [(outside / name).read_text() for name in names] == ["kept\n"] * 3
    assert "No score changed." in (repository / "scoring-comment.md").read_text()
    assert "report.sarif: cannot be written (a symbolic link leads to it)" in done.stderr
    (repository / "out").symlink_to(outside)
    done = acted(repository, COMMENT="out/comment.md", SARIF="")
    assert done.returncode == 1
    assert "the comment is not written: a link leads to out/comment.md" in done.stdout
    assert not (outside / "comment.md").exists()


@pytest.mark.parametrize("file", ["action.yml", ".github/comment/action.yml"])
def test_the_actions_install_isolated_and_outside_the_checkout(repository: Path, tmp_path: Path, file: str) -> None:
    """Python puts the working directory first on its path, but for -I; a pull request may bring a venv.py."""
    (tmp_path / "bin").mkdir()
    for name in ("bin/python3", "scoring/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f'#!/bin/sh\necho "$PWD $*" >>{tmp_path}/called\n')
        (tmp_path / name).chmod(0o755)
    install = yaml.safe_load((ROOT / file).read_text())["runs"]["steps"][0]["run"]
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "ACTION": "/action"}
    subprocess.run([shutil.which("bash") or "bash", "-euc", install], cwd=repository, env=environment, check=True)
    called = (tmp_path / "called").read_text().splitlines()
    assert [line.split()[:4] for line in called] == [[str(tmp_path), "-I", "-m", name] for name in ("venv", "pip")]


def acted(repository: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The action's script, run in a repository."""
    defaults = {name.upper(): str(one.get("default", "")) for name, one in action()["inputs"].items()}  # type: ignore[attr-defined]
    environment = {
        **os.environ,
        **defaults,
        "SARIF": "report.sarif",
        **inputs,
        "SCORING": shutil.which("scoring", path=os.path.dirname(sys.executable)) or "scoring",  # noqa: PTH120
        "GITHUB_STEP_SUMMARY": str(repository / "summary.md"),
        "GITHUB_OUTPUT": str(repository / "output"),
    }
    script = ROOT / ".github" / "check.sh"
    bash = shutil.which("bash") or "bash"
    return subprocess.run([bash, script], cwd=repository, env=environment, capture_output=True, text=True, check=False)


def test_the_comment_of_the_workflow_is_found_again_by_its_marker() -> None:
    markers = {
        re.search(r"<!-- scoring[^>]*-->", (ROOT / path).read_text())[0]  # type: ignore[index]
        for path in (".github/check.sh", ".github/comment/post.py")
    }
    assert len(markers) == 1


def test_the_workflows_of_the_manual_are_yaml() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        assert isinstance(yaml.safe_load(block), dict)
