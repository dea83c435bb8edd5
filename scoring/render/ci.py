"""Remarks on lines of files, in the forms that CI systems show: GitHub, SARIF, JUnit, GitLab."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.errors import Problem

Form: TypeAlias = Literal["github", "sarif", "junit", "gitlab"]
FORMS: tuple[Form, ...] = ("github", "sarif", "junit", "gitlab")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SEVERITY = {"error": "major", "warning": "minor", "notice": "info"}  # GitLab's words
SARIF_LEVEL = {"error": "error", "warning": "warning", "notice": "note"}


class Remark(NamedTuple):
    """What is to be said of one line of one file; line and column count from 1."""

    level: Literal["error", "warning", "notice"]
    file: str
    line: int
    column: int
    rule: str
    message: str


def of_problem(problem: Problem) -> Remark:
    """A fault as a remark."""
    message = f"{problem.path}: {problem.message}" if problem.path else problem.message
    return Remark("error", problem.file, problem.line, problem.column, problem.slug, message)


def render(form: Form, remarks: Iterable[Remark], files: Sequence[str]) -> str:
    """Remarks in one form; files are those that were looked at, so that JUnit can say what passed."""
    found = sorted(set(remarks), key=lambda one: (one.file, one.line, one.column, one.rule, one.message))
    if form == "github":
        return "".join(map(_command, found))
    if form == "junit":
        return _junit(found, files)
    return json.dumps(_sarif(found) if form == "sarif" else _gitlab(found), ensure_ascii=False, indent=2) + "\n"


def _command(remark: Remark) -> str:
    """A workflow command; what the text holds can end neither its line nor its properties."""
    place = f"file={_property(remark.file)},line={remark.line},col={remark.column},title={_property(remark.rule)}"
    return f"::{remark.level} {place}::{_data(remark.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _fingerprint(remark: Remark, seen: dict[str, int]) -> str:
    """The same for the same remark wherever its line moves to, and different for each of several alike."""
    plain = f"{remark.rule}\x1f{remark.file}\x1f{remark.message}"
    seen[plain] = seen.get(plain, 0) + 1
    return hashlib.sha256(f"{plain}\x1f{seen[plain]}".encode()).hexdigest()


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
    from urllib.parse import quote  # noqa: PLC0415

    return quote(file)


def _gitlab(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    return [
        {
            "description": remark.message,
            "check_name": remark.rule,
            "fingerprint": _fingerprint(remark, seen),
            "severity": SEVERITY[remark.level],
            "location": {"path": remark.file, "lines": {"begin": remark.line}},
        }
        for remark in remarks
    ]


def _junit(remarks: Sequence[Remark], files: Sequence[str]) -> str:
    """One case a file; a file with an error or a warning failed, and notices are what it says."""
    failing: dict[str, list[Remark]] = {file: [] for file in sorted({*files, *(remark.file for remark in remarks)})}
    notices: dict[str, list[Remark]] = {file: [] for file in failing}
    for remark in remarks:
        (notices if remark.level == "notice" else failing)[remark.file].append(remark)
    failures = sum(map(bool, failing.values()))
    suites = ET.Element("testsuites")
    suite = ET.SubElement(
        suites, "testsuite", name="scoring", tests=str(len(failing)), failures=str(failures), errors="0", skipped="0"
    )
    for file, own in failing.items():
        case = ET.SubElement(suite, "testcase", name=file, classname="scoring", time="0")
        if own:
            failure = ET.SubElement(case, "failure", message=own[0].message, type=own[0].rule)
            failure.text = _listed(own)
        if notices[file]:
            ET.SubElement(case, "system-out").text = _listed(notices[file])
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _listed(remarks: Iterable[Remark]) -> str:
    return "\n".join(f"{one.file}:{one.line}:{one.column}: {one.message} [{one.rule}]" for one in remarks)
