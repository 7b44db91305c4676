"""The studio's server: on this machine alone, until it is interrupted."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable

import uvicorn

from handfont.errors import OptionError, parameter
from handfont.studio.app import application
from handfont.studio.connections import Connection

HOST = "127.0.0.1"
"""This machine alone."""


def serve(port: int, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the studio at a port (0: any that is free), and open it in the browser.

    Raises:
        OptionError: the port is taken.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise OptionError(
            f"port {port} cannot be used ({getattr(error, 'strerror', None) or error}); choose another "
            f"one with {parameter('port')}, or any that is free with {parameter('port', '0')}"
        ) from error
    chosen = listening.getsockname()[1]
    hosts = {f"{name}:{chosen}" for name in (HOST, "localhost")}
    config = uvicorn.Config(
        application(lambda: hosts),
        http=Connection,
        ws="none",
        log_level="warning",
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_000,
    )
    address = f"http://{HOST}:{chosen}/"
    say(f"The studio is at {address} (Ctrl-C ends it)")
    if browser:
        webbrowser.open(address)  # the socket listens already: the browser waits
    uvicorn.Server(config).run(sockets=[listening])
