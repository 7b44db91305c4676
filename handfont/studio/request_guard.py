"""Who may ask, and how much: only pages of this very server, in limits of size and rate; and what pages may load.

A web page anywhere may make a browser send requests to 127.0.0.1, and may have its own name resolve to it: so the Host
must be ours (against rebinding), and whatever changes or computes must come from our own origin. A studio that can be
reached in the network answers to any name of its machine, but only to browsers that came with a token.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handfont.studio.access import Access
from handfont.studio.errors import TooLargeError

RATE = 80.0
"""Requests a second in the long run: ten tabs that draw, and no more."""
BURST = 400.0
"""Requests at once."""
TOO_LARGE = 413
"""The status of HTTP."""
MAX_BODY = 4_000_000
"""Bytes of a request."""
MAX_UPLOAD = 60_000_000
"""Bytes of a scan."""
LIMITS = {"/api/scan": MAX_UPLOAD, "/api/style": 8_000_000}
"""Bytes of a request to these; for a style as of :data:`handfont.style.yaml_format.LIMITS`."""
HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
"""Headers of every response: the page loads nothing from elsewhere, and no other page may frame it."""
STRANGER = (
    "This studio opens only with an address that was not used before: scan the code in the terminal where it was "
    "started, or choose Phone or tablet on a page of it that is open."
)
"""What a browser without a token is told."""


class Guard:
    """Middleware around the studio at ``hosts``, like ``127.0.0.1:8310``; with ``access``, at any address of the
    machine, but only for browsers that have it.
    """

    def __init__(self, app: ASGIApp, hosts: Callable[[], set[str]], access: Access | None = None) -> None:
        self._app, self._hosts, self._access = app, hosts, access
        self._left, self._at = BURST, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: refuse it, or hand it on with its body counted and the headers of the answer added."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            try:
                await self._app(scope, _counted(receive, _limit(scope)), send_guarded)
            except TooLargeError:
                refusal = _too_large(_limit(scope))
        if refusal is not None:
            if refusal.status_code == TOO_LARGE:
                await _drain(receive)
            await refusal(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """What to answer a request that must not be served, by its headers."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        hosts = self._hosts() if self._access is None else {headers.get(b"host", "")}
        if headers.get(b"host", "") not in hosts:
            return _refused(421, "this studio answers only at its own address")
        if not self._ours(scope["method"], headers, hosts):
            return _refused(403, "the request does not come from the studio's own page")
        if not self._in_time():
            return _refused(429, "too many requests; wait a moment")
        length = headers.get(b"content-length", "0")
        if not length.isdigit() or int(length) > _limit(scope):
            return _too_large(_limit(scope))
        return None if self._access is None else self._strange(scope, headers, self._access)

    def _strange(self, scope: Scope, headers: dict[bytes, str], access: Access) -> Response | None:
        """What to answer a browser that has no cookie, or that comes with a token."""
        front = scope["method"] == "GET" and scope["path"] == "/"
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0] if front else ""
        known = access.knows(headers.get(b"cookie", ""))
        cookie = access.admitted(token) if token and not known else None
        if cookie or (known and token):
            # The token does not stay in the address, nor in the browser's history.
            return RedirectResponse("/", 303, {"set-cookie": cookie} if cookie else None)
        if known:
            return None
        return HTMLResponse(_page(STRANGER), 403) if front else _refused(403, STRANGER)

    def _ours(self, method: str, headers: dict[bytes, str], hosts: set[str]) -> bool:
        origin = headers.get(b"origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return False
        site = headers.get(b"sec-fetch-site", "same-origin")
        return site == "same-origin" or (method == "GET" and site == "none")

    def _in_time(self) -> bool:
        now = time.monotonic()
        self._left, self._at = min(BURST, self._left + (now - self._at) * RATE), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _page(sentence: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>handfont studio</title></head><body><h1>handfont studio</h1><p>{sentence}</p></body></html>"
    )


def _limit(scope: Scope) -> int:
    """Bytes that the body of a request may have."""
    return LIMITS.get(scope["path"], MAX_BODY)


def _counted(receive: Receive, limit: int) -> Receive:
    """``receive``, which raises TooLargeError once a body is longer than ``limit``."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLargeError
        return message

    return counted


async def _drain(receive: Receive) -> None:
    """Read the rest of a body: a browser that is still sending would take the answer for a lost connection."""
    left = 4 * MAX_UPLOAD
    while left > 0:
        part = await receive()
        left -= len(part.get("body", b""))
        if not part.get("more_body"):
            break


def _refused(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status)


def _too_large(limit: int) -> JSONResponse:
    return _refused(TOO_LARGE, f"that is too large; at most {limit // 10**6} MB can be sent")
