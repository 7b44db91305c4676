"""Who may use a studio that can be reached in the network: browsers that came with a token nobody had used before."""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from http.cookies import CookieError, SimpleCookie

MOST_INVITATIONS = 20
"""Tokens that wait to be used; of more, the oldest ones are void."""
TOKEN_BYTES = 18
"""Random bytes of a token."""


class Access:
    """Invitations, each for one browser, and the cookie that a browser gets for one.

    Args:
        name: of the cookie, as browsers have one set of cookies for all ports of a machine.
    """

    def __init__(self, name: str) -> None:
        self.cookie = name
        self._pass = secrets.token_urlsafe(TOKEN_BYTES)
        self._unused: deque[str] = deque(maxlen=MOST_INVITATIONS)

    def invitation(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._unused.append(token)
        return token

    def admitted(self, token: str) -> str | None:
        """The cookie, as the header of a response sets it, for a token, which is used up; None if it is none."""
        for unused in list(self._unused):
            if hmac.compare_digest(unused.encode(), token.encode()):
                self._unused.remove(unused)
                return f"{self.cookie}={self._pass}; Path=/; HttpOnly; SameSite=Lax"
        return None

    def knows(self, header: str) -> bool:
        """Whether a request's header ``Cookie`` holds the cookie."""
        try:
            found = SimpleCookie(header).get(self.cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._pass.encode())
