"""Start the desk on loopback."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING

import uvicorn

from scoring.desk.app import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.desk.desk import Desk

LOOPBACK = "127.0.0.1"
CONNECTIONS = 100  # at a time


def serve(desk: Desk, port: int, started: Callable[[str], None]) -> None:
    """Serve the desk until it is interrupted.

    Args:
        desk: The desk.
        port: On loopback; 0 for any that is free.
        started: Called with the address, which contains the token.

    Raises:
        OSError: The port cannot be used.
    """
    with socket.create_server((LOOPBACK, port), backlog=CONNECTIONS) as listening:
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        desk.warm()
        started(f"http://{LOOPBACK}:{port}/?token={token}")
        server(desk, port, token).run(sockets=[listening])
        desk.close()


def server(desk: Desk, port: int, token: str) -> uvicorn.Server:
    """The server of a desk that answers under a port of loopback, and to a token."""
    return uvicorn.Server(
        uvicorn.Config(
            application(desk, port=port, token=token),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
    )
