"""Who may talk to the desk: its own pages in the browser of whoever started it, and nobody else.

Any page that is open in the same browser can send requests to loopback, and a name server can make its own name point
there (DNS rebinding). So each request must name the loopback address as host, come from the desk's own pages, and carry
the token of the address that was printed at the start.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 20 * 2**20  # bytes of a request: a page that is pasted
SECONDS = 10  # for the body of a request to arrive
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # `no-referrer` would have browsers send the origin `null`
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
CLOSED = "Open the address that `scoring desk` printed at its start: it has the token without which nothing is shown.\n"


class Guard:
    """ASGI middleware: refuses a request that is not from the desk's own pages, and bounds its body."""

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self.app, self.token = app, token
        self.cookie = f"scoring-desk-{port}"  # cookies do not tell ports apart
        self.hosts = (f"127.0.0.1:{port}", f"localhost:{port}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            return  # no lifespan, and no web sockets

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        response = self._refusal(scope)
        if response is None:
            try:
                async with asyncio.timeout(SECONDS):
                    body = await _body(receive)
            except TimeoutError:
                response = PlainTextResponse(f"The request took more than {SECONDS} seconds to arrive.\n", 408)
            else:
                if body is None:
                    response = PlainTextResponse(f"More than {MAX_BODY // 2**20} MiB; give a part of it.\n", 413)
        if response is not None:
            await response(scope, receive, with_headers)
            return
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def read() -> Message:
            return next(parts, {"type": "http.disconnect"})

        await self.app(scope, read, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is refused, or that brings the token; None for one that may go on."""
        headers: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, []).append(value.decode("latin-1"))
        host, origin = headers.get(b"host", []), headers.get(b"origin", [])
        if len(host) != 1 or host[0] not in self.hosts:
            return PlainTextResponse("The desk answers under its own address alone.\n", 421)
        own = [f"http://{host[0]}"]
        is_read = scope["method"] in ("GET", "HEAD")
        if (origin != own and (origin or not is_read)) or headers.get(b"sec-fetch-site", ["none"])[0] not in (
            "same-origin",
            "none",
        ):
            return PlainTextResponse("The request comes from another page, and is refused.\n", 403)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if is_read and scope["path"] == "/" and self._is_token(given):
            response = RedirectResponse("/", 303)
            response.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
            return response
        if not self._is_token(_cookie(headers.get(b"cookie", []), self.cookie)):
            return PlainTextResponse(CLOSED, 403)
        return None

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.token.encode())


def _cookie(headers: list[str], name: str) -> str:
    """The value of a cookie; empty if it was not sent.

    Other programs on this machine set cookies too, in any form; none of them is read.
    """
    pairs = (one.strip().partition("=") for header in headers for one in header.split(";"))
    return next((value for found, _, value in pairs if found == name), "")


async def _body(receive: Receive) -> bytes | None:
    """The whole body of a request; None if it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)
