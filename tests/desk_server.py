"""A desk that answers on loopback, in a thread of the test."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from scoring.desk.desk import Desk
from scoring.desk.folder import Folder
from scoring.desk.serve import server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "a-token-of-the-test"  # noqa: S105  no secret
ROOT = Path(__file__).parent.parent


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Client:
    """Who asks a desk that answers under a port, and to a token."""

    port: int
    token: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"{self.origin}/?token={self.token}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request as it is given, without anything of a browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read().decode())
        connection.close()
        return answer

    def get(self, path: str) -> Answer:
        """A page, as the browser of the coder asks for it."""
        return self.ask("GET", path, headers=self.cookie)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        """A form, as the browser of the coder sends it."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        return self.ask("POST", path, urlencode(fields, doseq=True).encode(), self.cookie | form)

    def version(self, path: str) -> str:
        """The version of the file for which a form is opened."""
        found = re.search(r'name="version" value="([0-9a-f]+)"', self.get(path).text)
        assert found is not None
        return found[1]

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"scoring-desk-{self.port}={self.token}"}


@dataclass(frozen=True)
class Running(Client):
    """A desk of this process, and who asks it."""

    desk: Desk


@contextmanager
def running(rubric: Path, profiles: Path, coder: str | None = None, *, is_blind: bool = False) -> Iterator[Running]:
    """A desk while it answers."""
    desk = Desk(Folder(rubric, profiles), coder, is_blind=is_blind)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        own = server(desk, port, TOKEN)
        thread = threading.Thread(target=own.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Running(port, TOKEN, desk)
        finally:
            own.should_exit = True
            thread.join(timeout=10)
            desk.close()


def shipped(folder: Path, *countries: str) -> Path:
    """A folder with profiles of the shipped set and their register."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*countries, "publishers"):
        shutil.copy(ROOT / "profiles" / f"{name}.yaml", folder)
    return folder
