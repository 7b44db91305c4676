"""Requests as plain data, and errors as answers of one sentence."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from handfont.errors import HandfontError, ModelError, UserError
from handfont.studio.errors import BusyError, ForgottenError, RequestError, SupersededError, TooLargeError
from handfont.studio.request_guard import MAX_BODY
from handfont.util.checked import Limits, UnreadableError, load_json
from handfont.util.paths import described

JSON_LIMITS = Limits(MAX_BODY, depth=10, values=2_000_000)
"""What a request may hold."""

Endpoint = Callable[[Request], Awaitable[Response]]


ANSWERS: tuple[tuple[type[HandfontError], int, dict[str, bool]], ...] = (
    (SupersededError, 409, {"superseded": True}),
    (BusyError, 503, {}),
    (RequestError, 400, {}),
    (ForgottenError, 410, {"forgotten": True}),
    (UserError, 422, {}),
    (ModelError, 422, {}),
)
"""The status of HTTP for each kind of error, and what the page is to know of it; the first kind that fits counts."""


def json_errors(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose errors, whatever they are, reach the page as one sentence."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except TooLargeError:
            raise
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads
        except OSError as error:  # no room, no permission
            return JSONResponse({"error": described(error)}, 422)
        except Exception as error:
            return _error_response(error)

    return answered


def _error_response(error: Exception) -> JSONResponse:
    for kind, status, flags in ANSWERS:
        if isinstance(error, kind):
            return JSONResponse({"error": str(error), **flags}, status)
    traceback.print_exception(error)
    message = "handfont failed at this, which is a fault of its own; the terminal where it was started says what it is"
    return JSONResponse({"error": message}, 500)


async def json_of(request: Request) -> Any:
    """The plain data of a request.

    Raises:
        RequestError: it is no JSON, or holds too much.
    """
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise RequestError("the request is not JSON")
    try:
        return load_json(await request.body(), JSON_LIMITS)
    except UnreadableError as error:
        raise RequestError("the request is not JSON" if error.malformed else f"the request {error}") from error
