"""The studio's web application: its page, and what the page asks for."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib import resources
from pathlib import PurePath
from typing import Any

from python_multipart.exceptions import MultipartParseError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handfont.errors import HandfontError, ModelError, UserError
from handfont.studio.errors import BusyError, ForgottenError, RequestError, SupersededError, TooLargeError
from handfont.studio.executor import Worker
from handfont.studio.request_guard import MAX_BODY, Guard
from handfont.studio.requests import RequestParser
from handfont.util.checked import Limits, UnreadableError, load_json
from handfont.util.paths import described

FILES = {
    "index.html": "text/html",
    "studio.css": "text/css",
    "icon.svg": "image/svg+xml",
    **{f"{name}.js": "text/javascript" for name in ("studio", "drawing", "posterior", "api", "browser_storage")},
}
"""The files of the page, and their media types."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".pdf")
"""Of scans."""
JSON_LIMITS = Limits(MAX_BODY, depth=10, values=2_000_000)
"""What a request may hold."""

Endpoint = Callable[[Request], Awaitable[Response]]


class App:
    """Answers requests: the event loop only waits, two workers compute."""

    def __init__(self) -> None:
        self.now, self.later = Worker("studio"), Worker("studio-later")

    @lru_cache(maxsize=1)  # noqa: B019  one for each server
    def studio(self) -> Any:
        """Imported on the worker, so that the page is there before torch is."""
        from handfont.studio.service import Studio

        return Studio()

    @lru_cache(maxsize=1)  # noqa: B019
    def weights(self) -> Any:
        """The installed weights, loaded on the worker."""
        from handfont.model.loading import load_weights

        return load_weights()

    def warm(self) -> None:
        """What the first letter and the first page will need."""
        import numpy as np

        self.studio().start()
        self.weights()
        from handfont.studio import enrollment

        enrollment.read([[np.array([[0, 0], [0, 1]], np.float32)]], self.weights())

    async def file(self, request: Request) -> Response:
        """A file of the page."""
        name = request.path_params.get("name", "index.html")
        if name not in FILES:
            return JSONResponse({"error": "there is no such page"}, 404)
        return Response(_file(name), media_type=FILES[name])

    async def start(self, request: Request) -> Response:
        """What the page needs to begin."""
        return JSONResponse(await self.now.do(f"start {_tab(request)}", lambda: self.studio().start()))

    async def read(self, request: Request) -> Response:
        """The likeliest characters of a drawn letter."""
        asked = await _json(request)

        def work() -> dict[str, Any]:
            from handfont.studio import enrollment

            found = enrollment.read([RequestParser(asked).strokes()], self.weights())
            return {"candidates": found[0].candidates}

        return JSONResponse(await self.now.do(f"read {_tab(request)} {_letter(request)}", work))

    async def line(self, request: Request) -> Response:
        """The letters of a drawn line, and what each is."""
        asked = await _json(request)

        def work() -> dict[str, Any]:
            from handfont.studio import enrollment

            parts = RequestParser(asked)
            line = enrollment.read_line(parts.strokes(), parts.typed(), self.weights())
            candidates = [letter.candidates for letter in line.letters]
            return {"groups": line.groups, "candidates": candidates, "text": line.text}

        return JSONResponse(await self.now.do(f"line {_tab(request)} {_letter(request)}", work))

    async def learn(self, request: Request) -> Response:
        """The style of drawn letters."""
        asked = await _json(request)

        def work() -> Any:
            from handfont.studio import enrollment

            style = enrollment.learn(RequestParser(asked).letters(), self.weights())
            return self.studio().hold(style)

        return JSONResponse(await self.now.do(f"learn {_tab(request)}", work))

    async def style(self, request: Request) -> Response:
        """A style file that the browser sent."""
        try:
            text = (await request.body()).decode("utf-8")
        except UnicodeDecodeError:
            return JSONResponse({"error": "the file is not a style: it is not UTF-8 text"}, 422)
        return JSONResponse(await self.now.do(f"style {_tab(request)}", lambda: self.studio().loaded(text)))

    async def scan(self, request: Request) -> Response:
        """The style of an uploaded scan."""
        try:
            async with request.form(max_files=1, max_fields=3, max_part_size=1_000_000) as form:
                file = form.get("scan")
                if file is None or isinstance(file, str):
                    return JSONResponse({"error": "no scan was sent"}, 422)
                data = await file.read()
                suffix = PurePath(file.filename or "").suffix.lower()
                said = str(form.get("text") or "")[:20_000]
        except (HTTPException, MultiPartException, MultipartParseError) as error:
            raise RequestError("the upload cannot be read; choose the file again") from error
        if suffix not in SUFFIXES:
            return JSONResponse({"error": "that is not a scan; JPEG, PNG, TIFF, WebP, BMP and PDF can be read"}, 422)
        if not data:
            return JSONResponse({"error": "the file is empty"}, 422)
        return JSONResponse(
            await self.later.do(f"scan {_tab(request)}", lambda: self.studio().scanned(data, suffix, said, "scan"))
        )

    async def page(self, request: Request) -> Response:
        """The first pages of a document."""
        asked = await _json(request)

        def work() -> Any:
            return self.studio().preview(RequestParser(asked).writing())

        return JSONResponse(await self.now.do(f"page {_tab(request)}", work))

    async def save(self, request: Request) -> Response:
        """A document or a style file to download."""
        asked, kind = await _json(request), request.path_params["kind"]
        if kind not in ("pdf", "png", "yaml"):
            return JSONResponse({"error": "only PDF, PNG and style files can be saved"}, 404)

        def work() -> Any:
            return self.studio().saved(RequestParser(asked).writing(), kind)

        data, suffix = await self.now.do(f"save {_tab(request)} {kind}", work)
        return Response(data, media_type="application/octet-stream", headers={"x-suffix": suffix})

    async def sample(self, request: Request) -> Response:
        """A line in a shipped style, for the gallery."""
        name = request.path_params["name"]
        text = await self.now.do(f"sample {_tab(request)} {name}", lambda: self.studio().line(name, name))
        return Response(text, media_type="image/svg+xml")


def application(hosts: Callable[[], set[str]]) -> Starlette:
    """The application, for a server that is reached at ``hosts``."""
    app = App()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        app.now._thread.submit(app.warm)
        yield
        app.now.close()
        app.later.close()

    routes = [
        Route("/", app.file),
        Route("/static/{name}", app.file),
        Route("/api/start", _json_errors(app.start)),
        Route("/api/sample/{name}", _json_errors(app.sample)),
    ]
    posts = {
        "read": app.read,
        "line": app.line,
        "learn": app.learn,
        "style": app.style,
        "scan": app.scan,
        "page": app.page,
        "save/{kind}": app.save,
    }
    routes += [Route(f"/api/{path}", _json_errors(endpoint), methods=["POST"]) for path, endpoint in posts.items()]
    return Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts)], lifespan=lifespan)


ANSWERS: tuple[tuple[type[HandfontError], int, dict[str, bool]], ...] = (
    (SupersededError, 409, {"superseded": True}),
    (BusyError, 503, {}),
    (RequestError, 400, {}),
    (ForgottenError, 410, {"forgotten": True}),
    (UserError, 422, {}),
    (ModelError, 422, {}),
)
"""The status of HTTP for each kind of error, and what the page is to know of it; the first kind that fits counts."""


def _json_errors(endpoint: Endpoint) -> Endpoint:
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


async def _json(request: Request) -> Any:
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise RequestError("the request is not JSON")
    try:
        return load_json(await request.body(), JSON_LIMITS)
    except UnreadableError as error:
        raise RequestError("the request is not JSON" if error.malformed else f"the request {error}") from error


def _tab(request: Request) -> str:
    return request.headers.get("x-tab", "")[:40]


def _letter(request: Request) -> str:
    return request.headers.get("x-letter", "")[:40]


@lru_cache
def _file(name: str) -> bytes:
    return resources.files("handfont.studio").joinpath("static").joinpath(name).read_bytes()
