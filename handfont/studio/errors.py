"""Errors that the studio's page gets, beside the errors of handfont itself."""

from __future__ import annotations

from handfont.errors import HandfontError, UserError


class RequestError(UserError):
    """A request that the studio's own page would not send, or more than fits."""


class LineError(UserError):
    """A line does not have the letters that were typed."""


class ForgottenError(HandfontError):
    """The server does not have the style of a token (any more): the browser sends it again."""


class SupersededError(HandfontError):
    """A newer request of the same kind came from the same tab; nobody waits for this one."""


class BusyError(HandfontError):
    """More is waiting than will be done soon."""


class TooLargeError(Exception):
    """A body that came without its length, or a wrong one, is larger than the limit."""
