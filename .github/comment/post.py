"""Post a file as the comment of a pull request, or update the comment of an earlier run.

The comment is known by a hidden marker and by its author: anyone can write the marker.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "<!-- scoring: one comment a pull request, updated -->"
MOST = 65_536  # GitHub's limit in characters, used for bytes, which are never fewer
NOTE = 200  # bytes kept free for the sentence on what was left out
PAGE = 100  # comments per request, the most that GitHub returns
TIMEOUT = 30  # seconds


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: urllib would send the token along to the new address."""

    def redirect_request(self, *_: object) -> None:
        """Refuse every redirect, so that it is an HTTPError."""


OPENER = urllib.request.build_opener(_NoRedirect)


def bounded(text: str) -> str:
    """The text, cut after a line so that GitHub accepts it, with the number of lines that were left out."""
    if len(text.encode()) <= MOST:
        return text
    lines = text.split("\n")
    kept, size = 0, 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > MOST - NOTE:
            break
        kept += 1
    left_out = len([line for line in lines[kept:] if line])
    return "\n".join([*lines[:kept], "", f"{left_out} more lines are left out; `scoring diff` prints all.", ""])


def request(method: str, path: str, document: dict[str, str] | None = None) -> Any:
    """The answer of GitHub's API on a path of the repository."""
    address = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['TOKEN']}",
        "Content-Type": "application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = None if document is None else json.dumps(document).encode()
    asked = urllib.request.Request(address, data, headers, method=method)  # noqa: S310  the runner's own address
    with OPENER.open(asked, timeout=TIMEOUT) as answer:
        return json.load(answer)


def comments(number: int) -> Iterator[dict[str, Any]]:
    """All comments of the pull request, oldest first."""
    page = 1
    while found := request("GET", f"issues/{number}/comments?per_page={PAGE}&page={page}"):
        yield from found
        if len(found) < PAGE:
            return
        page += 1


def is_ours(comment: dict[str, Any], author: str) -> bool:
    """Whether an earlier run wrote a comment; a deleted account has no user."""
    return (comment["user"] or {}).get("login") == author and (comment["body"] or "").startswith(MARKER)


def main() -> None:
    """Post or update."""
    number, author = int(os.environ["NUMBER"]), os.environ["AUTHOR"]
    text = bounded(f"{MARKER}\n{Path(sys.argv[1]).read_text(encoding='utf-8')}")
    try:
        earlier = next((one["id"] for one in comments(number) if is_ours(one, author)), None)
        if earlier is None:
            request("POST", f"issues/{number}/comments", {"body": text})
        else:
            request("PATCH", f"issues/comments/{int(earlier)}", {"body": text})
    except urllib.error.HTTPError as error:
        sys.exit(f"::error::GitHub answered {error.code} to {error.geturl()}; the comment was not written")
    except OSError as error:
        sys.exit(f"::error::GitHub's API was not reached ({type(error).__name__}); the comment was not written")


if __name__ == "__main__":
    main()
