"""The studio's web application: its page, and what the page asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from importlib import resources
from pathlib import PurePath
from typing import Any

from python_multipart.exceptions import MultipartParseError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from handfont.studio.access import Access
from handfont.studio.answers import json_errors, json_of
from handfont.studio.errors import RequestError
from handfont.studio.executor import Worker
from handfont.studio.request_guard import Guard
from handfont.studio.requests import RequestParser
from handfont.studio.shared_letters import SharedLetters

SCRIPTS = (
    "studio", "api", "browser_storage", "drawing", "elements", "history", "letters", "line", "looking", "page",
    "posterior", "scans", "sharing", "sections",
)  # fmt: skip
"""Modules of the page."""
FILES = {
    "index.html": "text/html",
    "studio.css": "text/css",
    "icon.svg": "image/svg+xml",
    **{f"{name}.js": "text/javascript" for name in SCRIPTS},
}
"""The files of the page, and their media types."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".pdf")
"""Of scans."""


class App:
    """Answers requests: the event loop only waits, two workers compute.

    Args:
        invite: makes an address of this studio for a browser of another machine; None if none can reach it.
    """

    def __init__(self, invite: Callable[[], str] | None = None) -> None:
        self.now, self.later = Worker("studio"), Worker("studio-later")
        self.shared = SharedLetters()
        self.invite_address = invite
        self._progress: dict[str, tuple[str, int, int | None]] = {}

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
        found = await self.now.do(f"start {_tab(request)}", lambda: self.studio().start())
        return JSONResponse({**found, "shared": self.invite_address is not None})

    async def read(self, request: Request) -> Response:
        """The likeliest characters of a drawn letter."""
        asked = await json_of(request)

        def work() -> dict[str, Any]:
            from handfont.studio import enrollment

            found = enrollment.read([RequestParser(asked).strokes()], self.weights())
            return {"candidates": found[0].candidates}

        return JSONResponse(await self.now.do(f"read {_tab(request)} {_letter(request)}", work))

    async def line(self, request: Request) -> Response:
        """What a drawn line says, or, where that is typed, its letters."""
        asked = await json_of(request)

        def work() -> dict[str, Any]:
            from handfont.studio import enrollment

            parts = RequestParser(asked)
            strokes, typed = parts.strokes(), parts.typed()
            if not typed:
                return {"text": enrollment.read_line(strokes, self.weights())}
            letters = enrollment.part_line(strokes, typed, self.weights())
            return {"letters": [{**one._asdict(), "strokes": [s.tolist() for s in one.strokes]} for one in letters]}

        return JSONResponse(await self.now.do(f"line {_tab(request)} {_letter(request)}", work))

    async def prepare(self, request: Request) -> Response:
        """A line is about to be drawn: what reading joined words needs is loaded."""

        def work() -> dict[str, Any]:
            from handfont.scan.freeform.language import word_list

            word_list()
            return {}

        return JSONResponse(await self.later.do(f"prepare {_tab(request)}", work))

    async def letter(self, request: Request) -> Response:
        """The strokes of a letter in a hand."""
        asked = await json_of(request)

        def work() -> Any:
            return self.studio().letter(RequestParser(asked).inspected())

        return JSONResponse(await self.now.do(f"letter {_tab(request)}", work))

    async def share(self, request: Request) -> Response:
        """Letters that a browser drew, changed or removed, for all others."""
        self.shared.merge(RequestParser(await json_of(request)).shared(), _tab(request))
        return JSONResponse({})

    async def events(self, request: Request) -> Response:
        """Letters of other browsers, as they come."""
        stream = self.shared.events(request.query_params.get("tab", "")[:40])
        return StreamingResponse(stream, media_type="text/event-stream")

    async def invite(self, request: Request) -> Response:
        """An address for one browser more, as text and as a picture to scan."""
        if self.invite_address is None:
            return JSONResponse({"error": "this studio cannot be reached from other machines"}, 404)
        from handfont.studio.qr_code import as_svg

        address = self.invite_address()
        return JSONResponse({"address": address, "picture": as_svg(address)})

    async def progress(self, request: Request) -> Response:
        """How far the scan of a tab is."""
        step, done, total = self._progress.get(_tab(request), ("", 0, None))
        return JSONResponse({"step": step, "done": done, "total": total})

    async def learn(self, request: Request) -> Response:
        """The style of drawn letters."""
        asked = await json_of(request)

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
        tab = _tab(request)

        def watch(step: str, done: int, total: int | None) -> None:
            self._progress[tab] = step, done, total

        try:
            work = partial(self.studio().scanned, data, suffix, said, "scan", watch)
            return JSONResponse(await self.later.do(f"scan {tab}", work))
        finally:
            self._progress.pop(tab, None)

    async def page(self, request: Request) -> Response:
        """The first pages of a document."""
        asked = await json_of(request)

        def work() -> Any:
            return self.studio().preview(RequestParser(asked).writing())

        return JSONResponse(await self.now.do(f"page {_tab(request)}", work))

    async def save(self, request: Request) -> Response:
        """A document or a style file to download."""
        asked, kind = await json_of(request), request.path_params["kind"]
        if kind not in ("pdf", "png", "svg", "yaml"):
            return JSONResponse({"error": "only PDF, PNG, SVG and style files can be saved"}, 404)

        def work() -> Any:
            return self.studio().saved(RequestParser(asked).writing(), kind)

        data, suffix = await self.now.do(f"save {_tab(request)} {kind}", work)
        return Response(data, media_type="application/octet-stream", headers={"x-suffix": suffix})

    async def sample(self, request: Request) -> Response:
        """A line in a shipped style, for the gallery."""
        name = request.path_params["name"]
        text = await self.now.do(f"sample {_tab(request)} {name}", lambda: self.studio().line(name, name))
        return Response(text, media_type="image/svg+xml")


def application(app: App, hosts: Callable[[], set[str]], access: Access | None = None) -> Starlette:
    """The application, for a server that is reached at ``hosts``, or by those that have ``access``."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        app.now.begin(app.warm)
        yield
        app.now.close()
        app.later.close()

    routes = [
        Route("/", app.file),
        Route("/static/{name}", app.file),
        Route("/api/start", json_errors(app.start)),
        Route("/api/sample/{name}", json_errors(app.sample)),
        Route("/api/events", json_errors(app.events)),
        Route("/api/progress", json_errors(app.progress)),
    ]
    posts = {
        "read": app.read,
        "line": app.line,
        "prepare": app.prepare,
        "learn": app.learn,
        "style": app.style,
        "scan": app.scan,
        "page": app.page,
        "letter": app.letter,
        "share": app.share,
        "invite": app.invite,
        "save/{kind}": app.save,
    }
    routes += [Route(f"/api/{path}", json_errors(endpoint), methods=["POST"]) for path, endpoint in posts.items()]
    return Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts, access=access)], lifespan=lifespan)


def _tab(request: Request) -> str:
    return request.headers.get("x-tab", "")[:40]


def _letter(request: Request) -> str:
    return request.headers.get("x-letter", "")[:40]


@lru_cache
def _file(name: str) -> bytes:
    return resources.files("handfont.studio").joinpath("static").joinpath(name).read_bytes()
