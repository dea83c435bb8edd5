"""Remarks on lines of files, in the forms that CI systems show: GitHub, SARIF, JUnit, GitLab.

They want paths from the top of the repository, wherever the command runs. What a form cannot hold is written as an
escape, and no text of a stranger is a command, in whichever form it is printed.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote
from xml.etree import ElementTree as ET

from scoring.errors import inert, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scoring.errors import Problem

Form: TypeAlias = Literal["github", "sarif", "junit", "gitlab"]
Level: TypeAlias = Literal["error", "warning", "notice"]
FORMS: tuple[Form, ...] = ("github", "sarif", "junit", "gitlab")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SEVERITY = {"error": "major", "warning": "minor", "notice": "info"}  # GitLab's words
SARIF_LEVEL = {"error": "error", "warning": "warning", "notice": "note"}


class Remark(NamedTuple):
    """What is to be said of one line of one file; line and column count from 1."""

    level: Level
    file: str
    line: int
    column: int
    rule: str
    message: str


def of_problem(problem: Problem) -> Remark:
    """A fault or a warning as a remark."""
    message = f"{problem.path}: {problem.message}" if problem.path else problem.message
    return Remark(problem.level, problem.file, problem.line, problem.column, problem.slug, message)


def render(
    form: Form, remarks: Iterable[Remark], files: Iterable[str], failing: Collection[Level] = ("error", "warning")
) -> str:
    """Remarks in one form; files are those that were looked at, and failing the levels by which one does not pass."""
    remarks, files = tuple(remarks), tuple(files)
    place = {file: from_top(file) for file in {*files, *(one.file for one in remarks)}}
    placed = {one._replace(file=place[one.file], message=_shown(one.message)) for one in remarks}
    found = sorted(placed, key=lambda one: (one.file, one.line, one.column, one.rule, one.message))
    match form:
        case "github":
            return "".join(map(_command, found))
        case "junit":
            return inert(_junit(found, [place[file] for file in files], failing), "&#{};")
        case _:
            document = _sarif(found) if form == "sarif" else _gitlab(found)
            return inert(json.dumps(document, ensure_ascii=False, indent=2), r"\u{:04x}") + "\n"


def _shown(text: str) -> str:
    """Text in which every character shows, in lines: what each form can hold."""
    return "\n".join(map(printable, text.splitlines()))


def from_top(file: str) -> str:
    """The path of a file from the top of its repository; as it is where it lies in none.

    The top is the nearest folder above with `.git`, which in a worktree or submodule is a file. What GitHub checks out
    where git is not installed has none: there it is the folder that the runner works in.
    """
    path = Path(os.path.abspath(file))  # noqa: PTH100  links stay as they are
    workspace = os.environ.get("GITHUB_WORKSPACE")
    tops = [folder for folder in path.parents if os.path.exists(folder / ".git")]  # noqa: PTH110  asks and never fails
    if workspace:
        tops.append(Path(workspace))
    return next((path.relative_to(top).as_posix() for top in tops if path.is_relative_to(top)), file)


def _command(remark: Remark) -> str:
    """A workflow command; what the text holds can end neither its line nor its properties, nor be another command."""
    file = _property(_shown(remark.file))
    place = f"file={file},line={remark.line},col={remark.column},title={_property(remark.rule)}"
    return "::" + inert(f"{remark.level} {place}::{_data(remark.message)}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _fingerprint(remark: Remark, seen: dict[str, int]) -> str:
    """The same for the same remark wherever its line moves to, and different for each of several alike."""
    plain = f"{remark.rule}\x1f{remark.file}\x1f{remark.message}"
    seen[plain] = seen.get(plain, 0) + 1
    return hashlib.sha256(f"{plain}\x1f{seen[plain]}".encode(errors="surrogatepass")).hexdigest()


def _sarif(remarks: Sequence[Remark]) -> dict[str, Any]:
    seen: dict[str, int] = {}
    rules = sorted({remark.rule for remark in remarks})
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "scoring",
                        "semanticVersion": version("resilience-scoring"),
                        "rules": [{"id": rule, "shortDescription": {"text": rule.replace("-", " ")}} for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": remark.rule,
                        "ruleIndex": rules.index(remark.rule),
                        "level": SARIF_LEVEL[remark.level],
                        "message": {"text": remark.message},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": _uri(remark.file)},
                                    "region": {"startLine": remark.line, "startColumn": remark.column},
                                }
                            }
                        ],
                        "partialFingerprints": {"remark/v1": _fingerprint(remark, seen)},
                    }
                    for remark in remarks
                ],
            }
        ],
    }


def _uri(file: str) -> str:
    """The address of a file, relative or whole; a name that is not UTF-8 keeps its bytes."""
    return Path(file).as_uri() if Path(file).is_absolute() else quote(os.fsencode(file))


def _gitlab(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    return [
        {
            "description": remark.message,
            "check_name": remark.rule,
            "fingerprint": _fingerprint(remark, seen),
            "severity": SEVERITY[remark.level],
            "location": {"path": _shown(remark.file), "lines": {"begin": remark.line}},
        }
        for remark in remarks
    ]


def _junit(remarks: Sequence[Remark], files: Iterable[str], failing: Collection[Level]) -> str:
    """One case a file; a file with a remark of a failing level failed, and other remarks are what it says."""
    failed: dict[str, list[Remark]] = {file: [] for file in sorted({*files, *(remark.file for remark in remarks)})}
    said: dict[str, list[Remark]] = {file: [] for file in failed}
    for remark in remarks:
        (failed if remark.level in failing else said)[remark.file].append(remark)
    failures = sum(map(bool, failed.values()))
    suites = ET.Element("testsuites")
    suite = ET.SubElement(
        suites, "testsuite", name="scoring", tests=str(len(failed)), failures=str(failures), errors="0", skipped="0"
    )
    for file, own in failed.items():
        name = _shown(file)
        case = ET.SubElement(suite, "testcase", name=name, classname="scoring", time="0")
        if own:
            failure = ET.SubElement(case, "failure", message=own[0].message, type=own[0].rule)
            failure.text = _listed(own)
        if said[file]:
            ET.SubElement(case, "system-out").text = _listed(said[file])
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _listed(remarks: Iterable[Remark]) -> str:
    return "\n".join(f"{_shown(one.file)}:{one.line}:{one.column}: {one.message} [{one.rule}]" for one in remarks)
