"""The routes of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, unquote_to_bytes

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from scoring.desk import coding, countries, entry, excerpts, reviews
from scoring.desk.desk import NotFoundError, Page, Redirect, Request
from scoring.desk.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette import requests

    from scoring.desk.desk import Desk

PIECE = 2**16  # bytes
MAX_FIELDS = 5000  # of a form: every sentence of a long page may be chosen
Handle: TypeAlias = "Callable[[Desk, Request], Page | Redirect]"
BLIND: dict[str, Handle] = {"/coding": coding.coding, "/coding/{key}": coding.reading}
"""The pages of a coder who may not see the codes of others."""
OPEN: dict[str, Handle] = {
    "/": countries.overview,
    "/countries/{country}": countries.country,
    "/countries/{country}/questions/{indicator}": countries.question,
    "/countries/{country}/new": entry.statement,
    "/countries/{country}/statements/{id}": entry.statement,
    "/countries/{country}/sources/{id}": entry.source,
    "/countries/{country}/reviews": reviews.reviews,
    "/countries/{country}/page": excerpts.page,
    "/countries/{country}/chosen": excerpts.chosen,
    "/saved/{number}": entry.saved,
    "/agreement": coding.agreement_page,
    "/differences": coding.differences,
    "/differences/{country}/{id}": coding.decision,
}


def application(desk: Desk, *, port: int, token: str) -> Starlette:
    """The desk as an ASGI application that answers under a port and to a token."""
    handles = {"/undo": entry.undo, **({} if desk.coder is None else BLIND), **OPEN}
    if desk.is_blind:
        handles = {"/": coding.coding, "/undo": entry.undo, **BLIND}
    routes = [Route(path, _endpoint(desk, handle), methods=["GET", "POST"]) for path, handle in handles.items()]
    routes.append(Route("/assets/{name}", _asset(desk), methods=["GET"]))
    guard = Middleware(Guard, port=port, token=token)
    app = Starlette(routes=routes, middleware=[guard], exception_handlers={404: _unknown})
    app.router.redirect_slashes = False
    return app


def _endpoint(desk: Desk, handle: Handle) -> Callable[[requests.Request], Awaitable[Response]]:
    async def endpoint(request: requests.Request) -> Response:
        body = await request.body()
        if body.count(b"&") >= MAX_FIELDS:
            return PlainTextResponse(f"The form has more than {MAX_FIELDS} fields.\n", 400)
        fields = await run_in_threadpool(_fields, body)
        query = {name: values[-1] for name, values in parse_qs(request.url.query, keep_blank_values=True).items()}
        own = Request(request.method == "POST", dict(request.path_params), query, fields)
        try:
            answer = await run_in_threadpool(handle, desk, own)
        except NotFoundError as error:
            return PlainTextResponse(f"{error}\n", 404)
        if isinstance(answer, Redirect):
            return RedirectResponse(answer.url, 303)
        return HTMLResponse(answer.html, answer.status)

    return endpoint


def _fields(body: bytes) -> dict[str, list[str]]:
    """The fields of a form, as browsers send it."""
    fields: dict[str, list[str]] = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        name, _, value = pair.partition(b"=")
        fields.setdefault(_unquoted(name), []).append(_unquoted(value))
    return fields


def _unquoted(data: bytes) -> str:
    """The text of a part of a form; in pieces, since `unquote` makes an object of each escape."""
    text = bytearray()
    start = 0
    while start < len(data):
        end = min(start + PIECE, len(data))
        cut = data.rfind(b"%", end - 2, end)  # an escape that would be cut off
        end = cut if start < cut and end < len(data) else end
        text += unquote_to_bytes(data[start:end])
        start = end
    return text.decode(errors="replace")


def _asset(desk: Desk) -> Callable[[requests.Request], Awaitable[Response]]:
    async def asset(request: requests.Request) -> Response:
        found = desk.assets.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("There is no such file.\n", 404)
        data, kind = found
        return Response(data, media_type=kind)

    return asset


async def _unknown(_request: requests.Request, _error: Exception) -> Response:
    return PlainTextResponse("There is no such page; begin at /.\n", 404)
