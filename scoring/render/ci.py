"""Remarks on lines of files, in formats of CI systems: GitHub, SARIF, JUnit, GitLab.

Paths are relative to the root of the repository. Characters that a format does not allow are escaped, and no text from
an input file can become a workflow command.
"""

from __future__ import annotations

import functools
import hashlib
import json
import operator
import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote
from xml.etree import ElementTree as ET

from scoring.errors import inert, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scoring.errors import Problem

Form: TypeAlias = Literal["github", "sarif", "junit", "gitlab"]
Level: TypeAlias = Literal["error", "warning", "notice"]
FORMS: tuple[Form, ...] = ("github", "sarif", "junit", "gitlab")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SEVERITY = {"error": "major", "warning": "minor", "notice": "info"}  # GitLab's words
SARIF_LEVEL = {"error": "error", "warning": "warning", "notice": "note"}  # the most severe first
# GitHub refuses an upload of more than 25,000 results or 10 MB compressed, and keeps only 5,000 results of a run:
# https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
SARIF_RESULTS = 5_000
SARIF_BYTES = 9_000_000  # of all results before compression, which leaves room for the rules
SARIF_TEXT = 1_000  # characters of a message; GitHub shows 1,024 of a description
MESSAGES = Path(__file__).parents[1] / "data" / "messages.yaml"
DOCS = "SCORING_DOCS"  # environment variable: the address of the folder docs, which the action sets


class Remark(NamedTuple):
    """A message on a position in a file; line and column count from 1."""

    level: Level
    file: str
    line: int
    column: int
    rule: str
    message: str


def of_problem(problem: Problem) -> Remark:
    """An error or warning as a remark."""
    message = f"{problem.path}: {problem.message}" if problem.path else problem.message
    return Remark(problem.level, problem.file, problem.line, problem.column, problem.slug, message)


def render(
    form: Form, remarks: Iterable[Remark], files: Iterable[str], failing: Collection[Level] = ("error", "warning")
) -> str:
    """Remarks in a format; files: those that were checked; failing: the levels with which a file fails."""
    remarks, files = tuple(remarks), tuple(files)
    path = {file: from_root(file) for file in {*files, *(remark.file for remark in remarks)}}
    unique = {remark._replace(file=path[remark.file], message=_shown(remark.message)) for remark in remarks}
    ordered = sorted(unique, key=operator.attrgetter("file", "line", "column", "rule", "message"))
    match form:
        case "github":
            return "".join(map(_command, ordered))
        case "junit":
            return inert(_junit(ordered, [path[file] for file in files], failing), "&#{};")
        case _:
            document = _sarif(ordered) if form == "sarif" else _gitlab(ordered)
            return inert(json.dumps(document, ensure_ascii=False, indent=2), r"\u{:04x}") + "\n"


def _shown(text: str) -> str:
    """Text with every character visible, and line breaks kept."""
    return "\n".join(map(printable, text.splitlines()))


def from_root(file: str) -> str:
    """The path of a file from the root of its repository; unchanged outside a repository.

    The root is the nearest parent with `.git`, which in a worktree or submodule is a file. Without git, GitHub
    checks out files without `.git`; then the root is the workspace of the runner.
    """
    path = Path(os.path.abspath(file))  # noqa: PTH100  does not resolve links
    workspace = os.environ.get("GITHUB_WORKSPACE")
    roots = [folder for folder in path.parents if os.path.exists(folder / ".git")]  # noqa: PTH110  never raises
    if workspace:
        roots.append(Path(workspace))
    return next((path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)), file)


def _command(remark: Remark) -> str:
    """A workflow command; its text is escaped, so that it cannot end the line, a property, or start a command."""
    file = _property(_shown(remark.file))
    properties = f"file={file},line={remark.line},col={remark.column},title={_property(remark.rule)}"
    return "::" + inert(f"{remark.level} {properties}::{_data(remark.message)}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _fingerprint(remark: Remark, seen: dict[str, int]) -> str:
    """A hash of a remark that does not depend on its line, with a number for repeated remarks."""
    plain = f"{remark.rule}\x1f{remark.file}\x1f{remark.message}"
    seen[plain] = seen.get(plain, 0) + 1
    return hashlib.sha256(f"{plain}\x1f{seen[plain]}".encode(errors="surrogatepass")).hexdigest()


def _sarif(remarks: Sequence[Remark]) -> dict[str, Any]:
    levels = list(SARIF_LEVEL)
    kept = _within_limits(sorted(remarks, key=lambda remark: levels.index(remark.level)))
    seen: dict[str, int] = {}
    rules = sorted({remark.rule for remark in kept})
    number = {rule: index for index, rule in enumerate(rules)}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "scoring",
                        "semanticVersion": version("resilience-scoring"),
                        "rules": list(map(_rule, rules)),
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(remark, number[remark.rule], seen) for remark in kept],
            }
        ],
    }


def _within_limits(remarks: Sequence[Remark]) -> list[Remark]:
    """The first remarks, as many as GitHub keeps; in place of the others one that says how many there are."""
    kept: list[Remark] = []
    size = 0
    for remark in remarks:
        short = remark._replace(message=shortened(remark.message, SARIF_TEXT))
        size += len(json.dumps(_result(short, 0, {}), ensure_ascii=False).encode(errors="replace"))
        if size > SARIF_BYTES:
            break
        kept.append(short)
    if len(kept) == len(remarks) <= SARIF_RESULTS:
        return kept
    kept = kept[: SARIF_RESULTS - 1]
    left_out = len(remarks) - len(kept)
    message = f"{left_out} more results are left out, none more severe than these; fix these and run again"
    return [*kept, Remark(remarks[len(kept)].level, remarks[0].file, 1, 1, "too-many-faults", message)]


def _result(remark: Remark, rule: int, seen: dict[str, int]) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": _uri(remark.file)},
        "region": {"startLine": remark.line, "startColumn": remark.column},
    }
    return {
        "ruleId": remark.rule,
        "ruleIndex": rule,
        "level": SARIF_LEVEL[remark.level],
        "message": {"text": remark.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"remark/v1": _fingerprint(remark, seen)},
    }


def _rule(rule: str) -> dict[str, Any]:
    """A rule with what docs/messages.md says of it, and a link to its heading where the address of docs is known."""
    page = _messages()
    if entry := page["messages"].get(rule):
        title, heading = entry["title"], rule
        text = f"{entry['meaning']}\n\nWhat to do: {entry['do']}"
    else:
        title, heading = rule.replace("-", " "), "findings"
        finding = page["findings"].get(rule)
        text = f"Applies to {finding['applies']}." if finding else title
    name, docs = f"docs/messages.md#{heading}", os.environ.get(DOCS, "").rstrip("/")
    address = f"{docs}/messages.md#{heading}" if docs.startswith("https://") else ""
    link = f"[{name}]({address})" if address else f"`{name}`"
    return {
        "id": rule,
        "shortDescription": {"text": shortened(title, SARIF_TEXT)},
        "fullDescription": {"text": shortened(text, SARIF_TEXT)},
        "help": {"text": f"{text}\n\nSee {address or name}", "markdown": f"{text}\n\nSee {link}"},
        **({"helpUri": address} if address else {}),
    }


@functools.cache
def _messages() -> dict[str, Any]:
    import yaml  # noqa: PLC0415  slow, and only SARIF needs it

    page: dict[str, Any] = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    return page


def _uri(file: str) -> str:
    """The URI of a file, relative or absolute; the bytes of a name that is not UTF-8 are kept."""
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
    """One test case per file, failed with a remark of a failing level; other remarks are its output."""
    failed: dict[str, list[Remark]] = {file: [] for file in sorted({*files, *(remark.file for remark in remarks)})}
    passed: dict[str, list[Remark]] = {file: [] for file in failed}
    for remark in remarks:
        (failed if remark.level in failing else passed)[remark.file].append(remark)
    failures = sum(map(bool, failed.values()))
    suites = ET.Element("testsuites")
    suite = ET.SubElement(
        suites, "testsuite", name="scoring", tests=str(len(failed)), failures=str(failures), errors="0", skipped="0"
    )
    for file, failures_of_file in failed.items():
        name = _shown(file)
        case = ET.SubElement(suite, "testcase", name=name, classname="scoring", time="0")
        if failures_of_file:
            first = failures_of_file[0]
            ET.SubElement(case, "failure", message=first.message, type=first.rule).text = _lines(failures_of_file)
        if passed[file]:
            ET.SubElement(case, "system-out").text = _lines(passed[file])
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _lines(remarks: Iterable[Remark]) -> str:
    return "\n".join(
        f"{_shown(remark.file)}:{remark.line}:{remark.column}: {remark.message} [{remark.rule}]" for remark in remarks
    )
