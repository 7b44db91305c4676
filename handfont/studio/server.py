"""The studio's server: on this machine alone, or for its network, until it is interrupted."""

from __future__ import annotations

import errno
import socket
import sys
import webbrowser
from collections.abc import Callable

import uvicorn

from handfont.errors import OptionError, parameter
from handfont.studio import network
from handfont.studio.access import Access
from handfont.studio.app import App, application
from handfont.studio.connections import Connection
from handfont.studio.shared_letters import SharedLetters

WARNING = (
    "It can be reached in the network: whoever opens one of these addresses can draw and see what is drawn, and "
    "nothing is encrypted. Each address opens once."
)
"""What is said before others may come."""


def serve(host: str, port: int, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the studio at a host and port (0: any that is free), and open it in the browser.

    At a host that other machines can reach, a browser needs an address with a token, which opens once.

    Raises:
        OptionError: the host is none of this machine's, or the port is taken.
    """
    place = network.place(host)
    listening = _listening(place, port)
    chosen = listening.getsockname()[1]
    address = f"http://{place.name}:{chosen}/"
    hosts = {f"{name}:{chosen}" for name in (place.name, "localhost")}
    access: Access | None = None
    app = App()
    if place.reachable:
        access = admitting = Access(f"handfont-{chosen}")

        def invite() -> str:
            return f"http://{place.reachable}:{chosen}/?token={admitting.invitation()}"

        app = App(invite)
        address += f"?token={access.invitation()}"
    config = uvicorn.Config(
        application(app, lambda: hosts, access),
        http=Connection,
        ws="none",
        log_level="warning",
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_000,
    )
    say(f"The studio is at {address} (Ctrl-C ends it)")
    if app.invite_address is not None:
        _say_invitation(app.invite_address(), say)
    if browser:
        webbrowser.open(address)  # the socket listens already: the browser waits
    _Server(config, app.shared).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that ends the streams of letters first: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, shared: SharedLetters) -> None:
        super().__init__(config)
        self._shared = shared

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then everything."""
        self._shared.close()
        await super().shutdown(sockets)


def _listening(place: network.Place, port: int) -> socket.socket:
    listening = socket.socket(place.family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((place.address, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        if isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL:
            raise OptionError(
                f"{place.address} is no address of this machine; give {parameter('host')} one that is, or 0.0.0.0 for "
                "all"
            ) from error
        raise OptionError(
            f"port {port} cannot be used ({reason}); choose another "
            f"one with {parameter('port')}, or any that is free with {parameter('port', '0')}"
        ) from error
    return listening


def _say_invitation(address: str, say: Callable[[str], None]) -> None:
    """An address for a phone or tablet, with a picture of it where the terminal can show one."""
    from handfont.studio.qr_code import as_text

    say(f"On a phone or tablet in the same network: {address}")
    code = as_text(address)
    try:
        code.encode(sys.stdout.encoding or "ascii")
        say(code)
    except UnicodeEncodeError:
        pass  # a terminal without block characters; the page shows the code, too
    say(WARNING)
