"""The comment on a pull request of a stranger: the documented workflow, run by bash against a GitHub of our own."""

from __future__ import annotations

import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import PILLAR, PROFILE, ROOT, git, identified, run
from markdown_it import MarkdownIt

from scoring.model.countries import country_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOT = "github-actions[bot]"
MARKER = "<!-- scoring: one comment a pull request, updated -->"
NUMBER = 7
TOKEN = "s3cret"  # noqa: S105  of the GitHub below
LIMIT = 65_536
DRAFTED = PROFILE.replace("strategy: none", "strategy: drafted")
HOSTILE_BRANCH = "$(touch${IFS}ran)`touch${IFS}ran`;'\"|&"
ACTION = ".github/comment"


# -- a GitHub of our own -----------------------------------------------------------------------------------------------


class Hub(http.server.ThreadingHTTPServer):
    """The comments of one pull request, and what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.answer = 200
        self.elsewhere = ""

    def add(self, login: str | None, body: str) -> None:
        user = {"login": login, "type": "User"} if login else None
        self.comments.append({"id": len(self.comments) + 1, "user": user, "body": body})

    @property
    def ours(self) -> list[str]:
        return [one["body"] for one in self.comments if (one["user"] or {}).get("login") == BOT]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Hub

    def reply(self, code: int, document: object) -> None:
        self.send_response(code)
        if code in (301, 307):
            self.send_header("Location", self.server.elsewhere)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def answered(self) -> None:
        hub = self.server
        hub.asked.append(f"{self.command} {self.path}")
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.reply(401, {})
        if hub.answer != 200:
            return self.reply(hub.answer, {"message": "::error::no"})
        text = self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.loads(text)["body"] if text else ""
        if len(body) > LIMIT:
            return self.reply(422, {})
        listed = re.fullmatch(rf"/repos/o/r/issues/{NUMBER}/comments(?:\?per_page=100&page=(\d+))?", self.path)
        one = re.fullmatch(r"/repos/o/r/issues/comments/(\d+)", self.path)
        if self.command == "GET" and listed:
            first = 100 * (int(listed[1]) - 1)
            return self.reply(200, hub.comments[first : first + 100])
        if self.command == "POST" and listed:
            hub.add(BOT, body)
            return self.reply(201, {})
        if self.command == "PATCH" and one:
            comment = hub.comments[int(one[1]) - 1]
            assert comment["user"]["login"] == BOT
            comment["body"] = body
            return self.reply(200, {})
        return self.reply(404, {})

    do_GET = do_POST = do_PATCH = answered  # noqa: N815  names of http.server

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


# -- the workflow of the manual ----------------------------------------------------------------------------------------


def workflow(name: str) -> dict[str, Any]:
    """A workflow of docs/ci.md, by the name of its file."""
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    [block] = [block for block in blocks if block.startswith(f"# .github/workflows/{name}\n")]
    document = yaml.safe_load(block)
    assert isinstance(document, dict)
    return document


def action() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / ACTION / "action.yml").read_text())
    assert isinstance(document, dict)
    return document


def evaluated(text: object, values: dict[str, Any]) -> str:
    """A text with its expressions evaluated, of which these files need names and `||`."""

    def value(name: str) -> str:
        found: Any = values
        for part in name.strip().split("."):
            found = found[part]
        return str(found)

    def expression(match: re.Match[str]) -> str:
        return next(filter(None, map(value, match[1].split("||"))), "")

    return re.sub(r"\$\{\{(.*?)\}\}", expression, str(text))


class Hosted:
    """A repository on a server, what a runner has checked out of it, and the pull request of a stranger."""

    def __init__(self, folder: Path, base: Path, hub: Hub) -> None:
        self.hub, self.base, self.fork = hub, base, folder / "fork"
        self.server, self.temporary = folder / "server" / "o" / "r", folder / "runner"
        self.server.parent.mkdir(parents=True)
        git(folder, "clone", "--quiet", "--bare", str(base), str(self.server))
        git(folder, "clone", "--quiet", str(self.server), str(self.fork))
        (self.temporary / "scoring" / "bin").mkdir(parents=True)  # what the step that installs makes
        scoring = shutil.which("scoring", path=os.path.dirname(sys.executable))  # noqa: PTH120
        for name, program in (("scoring", scoring), ("python", sys.executable)):
            path = self.temporary / "scoring" / "bin" / name
            path.write_text(f'#!/bin/sh\n[ -z "$TOKEN" ] || [ {name} = python ] || exit 9\nexec "{program}" "$@"\n')
            path.chmod(0o755)

    def propose(self, branch: str = "main") -> None:
        """Commit what is in the fork, and push it as the pull request."""
        git(self.fork, "add", "--all")
        git(self.fork, "commit", "--quiet", "--allow-empty", "--message=proposed")
        git(self.fork, "push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{NUMBER}/head")
        self.branch = branch

    def commit_to_base(self) -> None:
        """Commit what is in the base, and begin the pull request there."""
        git(self.base, "add", "--all")
        git(self.base, "commit", "--quiet", "--message=base")
        git(self.base, "push", "--quiet", str(self.server), "main")
        git(self.fork, "fetch", "--quiet", "origin")
        git(self.fork, "reset", "--quiet", "--hard", "origin/main")

    def profile(self, country: str, text: str) -> None:
        (self.fork / "profiles" / f"{country}.yaml").write_text(text.replace("AZE", country))

    def run(self) -> subprocess.CompletedProcess[str]:
        """The shell steps of the workflow of comments, with the environment that GitHub gives them."""
        event = {"pull_request": {"number": NUMBER, "head": {"ref": self.branch}, "base": {"sha": "b" * 40}}}
        [job] = workflow("scores-comment.yml")["jobs"].values()
        composite = action()
        inputs = {name: one["default"] for name, one in composite["inputs"].items()}
        github = {"token": TOKEN, "event": event, "action_path": str(ROOT / ACTION)}
        steps = [one for step in job["steps"] for one in self.expanded(step, composite)]
        assert len(steps) == 3
        done = subprocess.CompletedProcess[str]([], 1)
        log = ""
        for step in steps:
            values = {"inputs": {name: evaluated(text, {"github": github}) for name, text in inputs.items()}}
            own = {name: evaluated(text, {**values, "github": github}) for name, text in step.get("env", {}).items()}
            environment = {
                **identified(),
                "RUNNER_TEMP": str(self.temporary),
                "GITHUB_ACTION_PATH": str(ROOT / ACTION),
                "GITHUB_SERVER_URL": self.server.parent.parent.as_uri(),
                "GITHUB_API_URL": f"http://127.0.0.1:{self.hub.server_port}",
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_RUN_ID": "99",
                **own,
            }
            command = [shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(
                command, cwd=self.base, env=environment, capture_output=True, text=True, check=False, timeout=120
            )
            log += done.stdout + done.stderr
            if done.returncode:
                break
        assert TOKEN not in log
        return subprocess.CompletedProcess([], done.returncode, log, "")

    @staticmethod
    def expanded(step: dict[str, Any], composite: dict[str, Any]) -> list[dict[str, Any]]:
        """A step that runs in the shell; of ours those of the action, without the one that installs."""
        if "run" in step:
            return [step]
        if step["uses"] != f"OWNER/REPOSITORY/{ACTION}@REF":
            return []
        assert composite["runs"]["steps"][0]["name"] == "Install"
        steps: list[dict[str, Any]] = composite["runs"]["steps"][1:]
        return steps


@pytest.fixture
def hosted(repository: Path, hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Hosted:
    return Hosted(tmp_path_factory.mktemp("hosted"), repository, hub)


def commented(hosted: Hosted) -> str:
    """The only comment of ours after a run, and nothing of the pull request in the checkout of the base."""
    before = sorted(path for path in hosted.base.rglob("*") if ".git" not in path.parts)
    done = hosted.run()
    assert done.returncode == 0, done.stdout
    assert sorted(path for path in hosted.base.rglob("*") if ".git" not in path.parts) == before
    [comment] = hosted.hub.ours
    assert comment.startswith(f"{MARKER}\n")
    assert len(comment) <= LIMIT
    return comment


# -- what is posted ----------------------------------------------------------------------------------------------------


def test_a_changed_profile(hosted: Hosted) -> None:
    hosted.profile("AZE", DRAFTED)
    hosted.propose()
    comment = commented(hosted)
    assert "| Azerbaijan (AZE) |" in comment
    assert "| no-strategy | re-coded statements |" in comment


def test_no_change(hosted: Hosted) -> None:
    (hosted.fork / "README.md").write_text("x")
    hosted.propose()
    assert commented(hosted).endswith("\nNo score changed.\n")


def test_the_comment_is_updated(hosted: Hosted) -> None:
    hosted.profile("AZE", DRAFTED)
    hosted.propose()
    first = commented(hosted)
    hosted.profile("AZE", PROFILE)
    hosted.propose()
    second = commented(hosted)
    assert first != second
    assert "No score changed." in second


def test_the_marker_of_a_stranger_is_not_updated(hosted: Hosted) -> None:
    forged = f"{MARKER}\nAll scores rise."
    for login in ("stranger", None, "github-actions", "other[bot]"):
        hosted.hub.add(login, forged)
    hosted.hub.comments += [
        {"id": 5 + extra, "user": {"login": "stranger"}, "body": f"{MARKER} {extra}"} for extra in range(150)
    ]
    hosted.hub.add(BOT, f"A comment of another workflow, which quotes {MARKER}")
    hosted.propose()
    hosted.run()
    hosted.run()
    *others, ours = hosted.hub.ours
    assert others == [f"A comment of another workflow, which quotes {MARKER}"]
    assert ours.startswith(MARKER)
    assert [one["body"] for one in hosted.hub.comments[:4]] == [forged] * 4
    assert sum(one.startswith(("POST", "PATCH")) for one in hosted.hub.asked) == 2


def test_a_forged_comment_file_is_not_posted(hosted: Hosted) -> None:
    """What the run of the pull request writes, its author may write, too."""
    for name in ("scoring-comment.md", "comment", "summary.md"):
        (hosted.fork / name).write_text(f"{MARKER}\nForged.\n")
    hosted.propose()
    assert "Forged" not in commented(hosted)
    assert "upload-artifact" not in (ROOT / "docs" / "ci.md").read_text()


def test_the_base_moved_on(hosted: Hosted) -> None:
    """Changes of the base since the branch left it are not those of the pull request."""
    hosted.profile("AZE", DRAFTED)
    hosted.propose()
    path = hosted.base / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("share: 54", "share: 20"))
    git(hosted.base, "commit", "--all", "--quiet", "--message=base")
    comment = commented(hosted)
    assert "AZE" in comment
    assert "(GEO)" not in comment


def test_a_deleted_profile(hosted: Hosted) -> None:
    (hosted.fork / "profiles" / "GEO.yaml").unlink()
    hosted.propose()
    assert "| GEO |  | country removed |" in commented(hosted)


def test_all_profiles_deleted(hosted: Hosted) -> None:
    shutil.rmtree(hosted.fork / "profiles")
    hosted.propose()
    assert "**No score was computed.**" in commented(hosted)


def test_a_renamed_file(hosted: Hosted) -> None:
    (hosted.fork / "profiles" / "GEO.yaml").rename(hosted.fork / "profiles" / "MDA.yaml")
    hosted.propose()
    comment = commented(hosted)
    assert "**No score was computed.**" in comment
    assert f"{hosted.server.parent.parent.as_uri()}/o/r/actions/runs/99" in comment
    path = hosted.fork / "profiles" / "MDA.yaml"
    path.write_text(path.read_text().replace("country: GEO", "country: MDA"))
    hosted.propose()
    comment = commented(hosted)
    assert "| MDA |  | new country |" in comment
    assert "| GEO |  | country removed |" in comment


def test_a_rubric_of_the_pull_request_is_not_used(hosted: Hosted) -> None:
    path = hosted.fork / "rubrics" / "small" / "state.yaml"
    path.write_text(PILLAR.replace("weight: 0.5", "weight: 0.1").replace("{key: none", "{key: nothing"))
    hosted.propose()
    comment = commented(hosted)
    assert comment.endswith("No score changed.\n")
    assert "A change of the rubric is not in these figures." in comment
    path.write_text("format: 99\n")
    hosted.propose()
    assert commented(hosted).endswith("No score changed.\n")
    shutil.rmtree(hosted.fork / "rubrics")
    (hosted.fork / "rubrics").symlink_to("/etc")
    hosted.propose()
    assert commented(hosted).endswith("No score changed.\n")


def codes(number: int) -> list[str]:
    """Codes that are no country's, and none that the folder has."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    every = (f"Q{first}{second}" for first in letters for second in letters)
    return [code for code in every if code not in country_names()][:number]


def test_three_hundred_changed_files(hosted: Hosted) -> None:
    for code in codes(300):
        text = PROFILE.replace("country: AZE", f"country: {code}\nname: The long name of a place, {code}")
        (hosted.base / "profiles" / f"{code}.yaml").write_text(text.replace("AZE", code))
    hosted.commit_to_base()
    for path in (hosted.fork / "profiles").glob("Q*.yaml"):
        path.write_text(path.read_text().replace("strategy: none", "strategy: drafted"))
    hosted.propose()
    comment = commented(hosted)
    assert len(comment) > LIMIT // 2
    lines = comment.splitlines()
    assert re.fullmatch(r"\d+ more lines are left out; `scoring diff` prints all\.", lines[-1])
    assert lines[-3] == "" or lines[-3].endswith((" |", " lower.", "**"))  # no line is cut


@pytest.mark.parametrize("line", ["x" * 100, "é" * 100, "\U0001f600" * 100, "x" * LIMIT])
def test_a_long_comment_is_cut_at_a_line(line: str) -> None:
    spec = importlib.util.spec_from_file_location("post", ROOT / ACTION / "post.py")
    assert spec is not None
    assert spec.loader is not None
    post = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(post)
    short = "x" * LIMIT
    assert post.bounded(short) == short
    text = f"{MARKER}\n" + f"{line}\n\n" * 3000
    cut = post.bounded(text)
    assert len(cut.encode()) <= LIMIT
    *kept, end = cut.splitlines()
    assert set(kept) <= {MARKER, line, ""}
    assert int(end.split()[0]) + kept.count(line) == 3000


# -- text of strangers -------------------------------------------------------------------------------------------------

EVIL = [
    "::error::x",
    "::add-mask::x",
    "##[error]x ##vso[task.setvariable variable=x]y",
    "@someone @org/team #1 GH-1 o/r#2",
    "<img src=x onerror=alert(1)><script>x</script><!-- x --><details>",
    "[a](https://example.org) https://example.org www.example.org ![x](https://example.org/x.png)",
    "a | b | `c` **d** $x$ <https://example.org>",
    "/merge",
    "${{ github.token }} $(touch ran) `touch ran`",
    "]]> --> \\",
]


def rendered(comment: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(comment))


def commands_in(log: str) -> list[str]:
    """Lines that a runner would take for a command."""
    return [line for line in log.splitlines() if re.search(r"^\s*::\w|##(\[|vso\[)", line)]


def test_hostile_text_of_profiles(hosted: Hosted) -> None:
    """The only text of a profile that is printed is the name of a unit that is no country."""
    named = dict(zip(codes(len(EVIL)), EVIL, strict=True))
    for code, text in named.items():
        profile = PROFILE.replace("country: AZE", f"country: AZE\nname: {json.dumps(text)}").replace("AZE", code)
        (hosted.base / "profiles" / f"{code}.yaml").write_text(profile)
    hosted.commit_to_base()
    for code in named:
        path = hosted.fork / "profiles" / f"{code}.yaml"
        path.write_text(path.read_text().replace("strategy: none", "strategy: drafted"))
    hosted.propose()
    comment = commented(hosted)
    for code in named:
        assert f"({code})" in comment
    html = rendered(comment.removeprefix(MARKER))
    rows = [row for row in html.split("<tr>") if any(f"({code})" in row for code in named)]
    cells = len(re.findall("<th[ >]", html.partition("</thead>")[0]))
    assert [row.count("<td") for row in rows] == [cells] * len(EVIL)
    for tag in ("<a ", "<img", "<script", "<details", "<!--", "<strong>d", "<code>"):
        assert tag not in html
    assert not re.search(r"@\w|#\d|\bGH-\d", html)
    assert not re.search("://|www\\.", comment)
    assert not re.search(r"^/\w", comment, re.MULTILINE)
    assert commands_in(comment) == []
    assert TOKEN not in comment


def test_hostile_text_in_errors(hosted: Hosted) -> None:
    for code, text in zip(codes(len(EVIL)), EVIL, strict=True):
        hosted.profile(code, PROFILE.replace("strategy: none", f"strategy: {json.dumps(text)}"))
        (hosted.fork / "profiles" / f"{text.replace('/', '_')}\n{text[:2]}.yaml".replace("/", "_")).write_text("a: 1\n")
    hosted.propose()
    done = hosted.run()
    assert done.returncode == 0
    [comment] = hosted.hub.ours
    assert "**No score was computed.**" in comment
    assert comment.count("](") == 1  # the log
    assert "unknown level" in done.stdout
    assert commands_in(done.stdout) == []


@pytest.mark.parametrize("branch", [HOSTILE_BRANCH, "a\nb", "--upload-pack=touch ran", "refs/heads/main"])
def test_a_hostile_name_of_the_branch(hosted: Hosted, branch: str) -> None:
    hosted.profile("AZE", DRAFTED)
    hosted.propose(branch)
    assert "AZE" in commented(hosted)
    assert not list(hosted.temporary.rglob("ran"))


def test_branches_of_the_names_of_our_references(hosted: Hosted) -> None:
    """A branch or tag that is called like the reference that the action reads."""
    git(
        hosted.fork,
        "push",
        "--quiet",
        "origin",
        "HEAD:refs/heads/refs/scoring/head",
        "HEAD:refs/tags/refs/scoring/head",
    )
    hosted.profile("AZE", DRAFTED)
    hosted.propose()
    assert "AZE" in commented(hosted)


def test_filters_and_hooks_are_not_run(hosted: Hosted) -> None:
    """Programs are registered on the runner, as Git LFS is, and the pull request asks for them."""
    ran = hosted.temporary / "ran"
    for key in (
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "merge.evil.driver",
    ):
        git(hosted.base, "config", key, f"touch {ran}")
    git(hosted.base, "config", "fetch.recurseSubmodules", "yes")
    hook = hosted.base / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    (hosted.fork / ".gitattributes").write_text("* filter=evil diff=evil merge=evil ident export-subst\n")
    (hosted.fork / ".gitmodules").write_text(
        '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch ran"\n\tupdate = !touch ran\n'
    )
    (hosted.fork / ".git-hooks").mkdir()
    for name in ("post-checkout", "post-merge"):
        (hosted.fork / ".git-hooks" / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hosted.fork / ".git-hooks" / name).chmod(0o755)
    for name in ("scoring.py", "yaml.py", "venv.py", "conftest.py", "sitecustomize.py"):
        (hosted.fork / name).write_text(f"open({str(ran)!r}, 'w')\n")
    hosted.profile("AZE", DRAFTED)
    git(hosted.fork, "add", "--all")
    git(hosted.fork, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    hosted.propose()
    assert "AZE" in commented(hosted)
    assert not ran.exists()


def test_profiles_that_are_links(hosted: Hosted) -> None:
    (hosted.fork / "profiles" / "AZE.yaml").unlink()
    (hosted.fork / "profiles" / "AZE.yaml").symlink_to("/etc/passwd")
    hosted.propose()
    assert "**No score was computed.**" in commented(hosted)


# -- failures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [403, 404, 422, 500])
def test_an_answer_of_github_that_is_an_error(hosted: Hosted, code: int) -> None:
    hosted.propose()
    hosted.hub.answer = code
    done = hosted.run()
    assert done.returncode == 1
    assert f"::error::GitHub answered {code} to http://" in done.stdout
    assert "Traceback" not in done.stdout
    assert "no" not in hosted.hub.ours


def test_the_token_is_sent_to_no_other_address(hosted: Hosted) -> None:
    with Hub() as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        hosted.hub.answer, hosted.hub.elsewhere = 307, f"http://127.0.0.1:{other.server_port}/"
        hosted.propose()
        assert hosted.run().returncode == 1
        other.shutdown()
        thread.join()
        assert other.asked == []


def test_a_number_that_is_none(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "NUMBER", "7:refs/heads/main +x")
    hosted.branch = "main"
    assert hosted.run().returncode == 1
    assert hosted.hub.asked == []


# -- the workflows -----------------------------------------------------------------------------------------------------


def test_no_expression_is_written_into_a_script() -> None:
    steps = [*action()["runs"]["steps"]]
    for name in ("scores.yml", "scores-comment.yml"):
        for job in workflow(name)["jobs"].values():
            steps += job["steps"]
    for step in steps:
        assert "${{" not in step.get("run", "")


def test_permissions() -> None:
    assert workflow("scores.yml")["permissions"] == {"contents": "read"}
    assert workflow("scores-comment.yml")["permissions"] == {"contents": "read", "pull-requests": "write"}
    [job] = workflow("scores-comment.yml")["jobs"].values()
    [checkout] = [step for step in job["steps"] if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert checkout["with"]["persist-credentials"] is False
    computing = [step for step in action()["runs"]["steps"] if "scoring/bin/scoring" in step["run"]]
    assert all("TOKEN" not in step["env"] for step in computing)


def test_actions_are_pinned_by_hash() -> None:
    uses = re.findall(r"uses: (\S+)(.*)", (ROOT / "docs" / "ci.md").read_text())
    foreign = [(name, version) for name, version in uses if not name.startswith("OWNER/REPOSITORY")]
    assert len(foreign) == 4
    for name, version in foreign:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", version)


# -- `scoring diff --head` ---------------------------------------------------------------------------------------------


def test_diff_of_two_revisions(repository: Path) -> None:
    path = repository / "profiles" / "AZE.yaml"
    git(repository, "checkout", "--quiet", "-b", "work")
    path.write_text(DRAFTED)
    git(repository, "commit", "--all", "--quiet", "--message=work")
    on_disk = run("diff", "main", "--format", "json").stdout
    git(repository, "checkout", "--quiet", "main")
    path.write_text("format: 99\n")  # what is on disk is not read
    assert run("diff", "--head", "work", "--format", "json").stdout == on_disk
    assert run("diff", "main", "--head", "work", "--format", "json").stdout == on_disk
    assert "AZE" in run("diff", "./scores.lock", "--head", "work").stdout
    assert "No score changed." in run("diff", "work", "--head", "work").stdout


def test_what_does_not_go_with_head(repository: Path) -> None:
    for arguments, message in (
        (("--head", "none"), "unknown git revision 'none'"),
        (("--head", ""), "unknown git revision"),
        (("--head", "--all"), "unknown git revision '--all'"),
        (("./rubrics", "--head", "main"), "with --head give a revision or a lock file"),
        (("--head", "main", "--format", "github"), "--head compares no files on disk"),
    ):
        result = run("diff", *arguments)
        assert result.exit_code == 2, result.stderr
        assert message in result.stderr
    git(repository, "checkout", "--quiet", "--orphan", "other")
    git(repository, "commit", "--quiet", "--message=other")
    result = run("diff", "--head", "main")
    assert result.exit_code == 2
    assert "no common commit of HEAD and" in result.stderr
