"""A written document: pages that are set as they are asked for, and the files they become."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, overload

from handfont.errors import OutputError, ReaderGoneError, parameter
from handfont.layout.page import Page
from handfont.options import FILM_FORMATS, FORMATS, PLOTTER_FORMATS, FileOptions
from handfont.output.metadata import DocumentInfo
from handfont.util import signals
from handfont.util.files import atomic, check_writable, temporary_folder
from handfont.util.prefetch import prefetch
from handfont.util.progress import Watch

SUFFIXES = MappingProxyType(
    {name: name for name in (*FORMATS, *PLOTTER_FORMATS, *FILM_FORMATS)} | {"nc": "gcode", "hpg": "hpgl", "plt": "hpgl"}
)
"""Formats of documents, by the suffix of a file."""
AHEAD = 4
"""Pages set while an earlier one is being written."""


class Pages:
    """The pages of a document, set again whenever they are gone through: the same ones, as everything is seeded.

    Going through them holds one page in memory; taking one by its number, or their number before they were gone
    through, sets and holds them all. The first page is set at once, so that errors are raised at once.
    """

    def __init__(self, typeset: Callable[[], Iterable[Page]]) -> None:
        self._typeset = typeset
        self._begun: Iterator[Page] | None = iter(typeset())
        self._first = next(self._begun, None)
        self._pages_set: list[Page] | None = None
        self._count: int | None = None

    def __iter__(self) -> Iterator[Page]:
        if self._pages_set is not None:
            yield from self._pages_set
            return
        begun, self._begun = self._begun, None
        first = [] if begun is None or self._first is None else [self._first]
        self._first = None
        count = 0
        for page in chain(first, begun if begun is not None else self._typeset()):
            signals.end_if_asked()
            count += 1
            yield page
        self._count = count

    def __len__(self) -> int:
        if self._count is None:
            self._count = len(self._all())
        return self._count

    @overload
    def __getitem__(self, index: int) -> Page: ...

    @overload
    def __getitem__(self, index: slice) -> list[Page]: ...

    def __getitem__(self, index: int | slice) -> Page | list[Page]:
        return self._all()[index]

    def _all(self) -> list[Page]:
        if self._pages_set is None:
            self._pages_set = list(iter(self))  # not list(self), which asks for the length first
        return self._pages_set


def _counted(pages: Pages | list[Page], watch: Watch) -> Pages:
    """The pages, each of which is told to ``watch`` when it is asked for."""

    def counted() -> Iterator[Page]:
        for number, page in enumerate(pages):
            watch("writing pages", number, None)
            yield page

    return Pages(counted)


@dataclass(frozen=True)
class Document:
    """A written document: its pages, the ink, what it says of itself, and the seed of how its paper looks."""

    pages: Pages | list[Page]
    ink: str
    info: DocumentInfo
    seed: int = 0

    def save(
        self,
        path: Path | str,
        options: FileOptions | None = None,
        watch: Watch | None = None,
    ) -> list[Path]:
        """Write the document; the suffix of ``path`` chooses the format. Nothing half-written is left behind, and a
        file that is there already is replaced only once the new one is complete. ``watch`` is told how many pages are
        written.

        Returns:
            The files: one for a PDF, GIF or MP4; the others are one file a page, ``letter-1.png``, ``letter-2.png`` ...
            if there are several.

        Raises:
            OutputError: unknown format, or the file cannot be written.
            OptionError: an option is set that is another format's.
        """
        if watch is not None:
            return replace(self, pages=_counted(self.pages, watch)).save(path, options)
        path, options = Path(path), options or FileOptions()
        kind = check_output(path)
        check_options(kind, options)
        if kind == "png":
            return self._png(path, options)
        if kind == "pdf" or kind in FILM_FORMATS:
            with atomic(path) as temporary:
                if kind == "pdf":
                    self._pdf(temporary)
                else:
                    self._film(temporary, kind, options)
            return [path]
        return self._texts(path, kind, options)

    def stream(self, target: BinaryIO, kind: str = "pdf", options: FileOptions | None = None) -> None:
        """Write the document to an open file, such as standard output, once all of it is made.

        Raises:
            OutputError: unknown format, several pages as PNG or SVG, or the file cannot be written.
            ReaderGoneError: it is a pipe that nobody reads any more.
        """
        with temporary_folder() as folder:
            files = self.save(folder / f"document.{kind}", options)
            if len(files) > 1:
                raise OutputError(
                    f"{len(files)} pages of {kind.upper()} do not fit into one stream; name a file, or choose PDF"
                )
            with files[0].open("rb") as file:
                try:
                    shutil.copyfileobj(file, target)
                    target.flush()
                except BrokenPipeError as error:
                    raise ReaderGoneError("whoever read standard output has gone") from error
                except OSError as error:
                    raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error

    def _pdf(self, path: Path) -> int:
        from handfont.output.pdf import writer

        with closing(prefetch(self.pages, AHEAD)) as pages:
            return writer.write(pages, path, self.ink, self.info)

    def _png(self, path: Path, options: FileOptions) -> list[Path]:
        from handfont.output import png

        with ExitStack() as stack:
            folder = stack.enter_context(temporary_folder())
            whole = folder / "document.pdf"
            count = self._pdf(whole)
            targets = [path] if options.montage else _numbered(path, count)
            temporaries = [stack.enter_context(atomic(target)) for target in targets]
            if options.montage:
                png.montage(whole, temporaries[0], options, self.seed)
            else:
                png.rasterise(whole, temporaries, options, self.seed)
        return targets

    def _film(self, path: Path, kind: str, options: FileOptions) -> None:
        from handfont.output.animation import film

        film.write(self.pages, path, kind, self.ink, self.info, options)

    def _texts(self, path: Path, kind: str, options: FileOptions) -> list[Path]:
        """A text for each page: SVG, G-code or HPGL."""
        to_text = _page_writer(kind, options)
        with ExitStack() as stack:
            folder = stack.enter_context(temporary_folder())
            written: list[Path] = []
            with closing(prefetch(self.pages, AHEAD)) as pages:
                for page in pages:
                    written.append(folder / str(len(written)))
                    written[-1].write_text(to_text(page, self.ink, self.info, options), encoding="utf-8", newline="\n")
            targets = _numbered(path, len(written))
            for source, target in zip(written, targets, strict=True):
                shutil.copyfile(source, stack.enter_context(atomic(target)))
        return targets


def _page_writer(kind: str, options: FileOptions) -> Callable[[Page, str, DocumentInfo, FileOptions], str]:
    """What turns a page into the text of a file."""
    if kind == "gcode":
        from handfont.output.plotter import gcode

        return gcode.to_text
    if kind == "hpgl":
        from handfont.output.plotter import hpgl

        return hpgl.to_text
    if options.strokes:
        from handfont.output.plotter import svg as plotter_svg

        return plotter_svg.to_text
    if options.animate:
        from handfont.output.animation import svg as animated_svg

        return animated_svg.to_text
    from handfont.output import svg

    return lambda page, ink, info, _: svg.to_text(page, ink, info)


def check_options(kind: str, options: FileOptions) -> None:
    """Find out before any work whether a file of the format ``kind`` can be written so.

    Raises:
        OptionError: an option is set that is another format's, a plotter is not known, or a package is not installed.
    """
    options.check(kind)
    if kind == "gcode":
        from handfont.output.plotter import gcode

        gcode.check(options)
    elif kind == "hpgl":
        from handfont.output.plotter import hpgl

        hpgl.check(options)
    elif kind == "mp4":
        from handfont.output.animation import mp4

        mp4.check()
    elif options.device is not None:
        from handfont.output.plotter import beds

        beds.check_name(options.device)


def plotter_notes(kind: str, document: Document, options: FileOptions) -> list[str]:
    """How the plotter must be set up for a document of the format ``kind``; nothing for other formats."""
    if kind not in PLOTTER_FORMATS:
        return []
    page = next(iter(document.pages))
    if kind == "gcode":
        from handfont.output.plotter import gcode

        return gcode.notes(page, options)
    from handfont.output.plotter import hpgl

    return hpgl.notes(page, options)


def check_output(path: Path, kind: str | None = None) -> str:
    """Find out before any work whether a document can be saved as ``path``, in the format ``kind`` if one was named.

    Returns:
        The format.

    Raises:
        OutputError: unknown format, or a folder that is missing or cannot be written.
    """
    found = SUFFIXES.get(path.suffix.lower().lstrip("."))
    if found is None:
        raise OutputError(
            f"cannot write {path}: the name must end in .pdf, .png or .svg, .gcode or .hpgl for plotters, or .gif or "
            ".mp4 for films"
        )
    if kind is not None and found != kind:
        raise OutputError(
            f"cannot write {path} as {kind.upper()}: the name says {found.upper()}; leave {parameter('format')} out, "
            f"or name it .{kind}"
        )
    check_writable(path)
    return found


def standard_output() -> BinaryIO:
    """Standard output, for bytes.

    Raises:
        OutputError: it is a terminal, which shows no pages.
    """
    if sys.stdout.isatty():
        raise OutputError("a document is nothing to show in a terminal; send it on with | or >, or name a file with -o")
    return sys.stdout.buffer


def _numbered(path: Path, count: int) -> list[Path]:
    if count == 1:
        return [path]
    digits = len(str(count))
    return [path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}") for number in range(1, count + 1)]
