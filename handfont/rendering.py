"""Rendering, as one readable recipe: text and style -> fresh glyphs -> pages -> file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from handfont.errors import OptionError, OutputError
from handfont.files import atomic, check_writable
from handfont.hand import Hand
from handfont.layout import page as layout
from handfont.layout import template as templates
from handfont.layout import text as texts
from handfont.layout import units
from handfont.layout.page import PageSetup
from handfont.output import pdf, png
from handfont.output.pdf import DocumentInfo
from handfont.pages import Page
from handfont.style.posterior import StylePosterior
from handfont.style.store import load_style

FORMATS = ("pdf", "png")
DEFAULT_DPI = 200.0


@dataclass(frozen=True)
class Document:
    """A written document: its pages, the ink, and what it tells of itself."""

    pages: list[Page]
    ink: str
    info: DocumentInfo

    def save(self, path: Path | str, dpi: float = DEFAULT_DPI) -> list[Path]:
        """Write the document; the suffix of ``path`` chooses the format. Nothing half-written is left behind.

        Returns:
            The files: one for a PDF; a PNG is one file a page, ``letter-1.png``, ``letter-2.png`` ... if there are
            several.

        Raises:
            OutputError: unknown format, or the file cannot be written.
            OptionError: the resolution is out of range.
        """
        path = Path(path)
        check_output(path)
        if path.suffix.lower() == ".pdf":
            with atomic(path) as temporary:
                pdf.write(self.pages, temporary, self.ink, self.info)
            return [path]
        targets = _numbered(path, len(self.pages))
        with ExitStack() as stack:
            temporaries = [stack.enter_context(atomic(target)) for target in targets]
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="handfont-"))
            whole = Path(folder) / "document.pdf"
            pdf.write(self.pages, whole, self.ink, self.info)
            png.rasterise(whole, temporaries, dpi)
        return targets


def check_output(path: Path) -> None:
    """Find out before any work whether a document can be saved as ``path``.

    Raises:
        OutputError: unknown format, or a folder that is missing or cannot be written.
    """
    if path.suffix.lower().lstrip(".") not in FORMATS:
        listed = " or ".join(f".{name}" for name in FORMATS)
        raise OutputError(f"cannot write {path}: the name must end in {listed}")
    check_writable(path)


def page_setup(
    template: str, paper: str | None, margin: str | None, size: str | None, line_height: str | None
) -> PageSetup:
    """The sheet: a template, with what was typed in its place.

    Raises:
        OptionError: the template is unknown, or a length cannot be understood or is out of range.
    """
    values: dict[str, float] = {}
    if paper is not None:
        values["width"], values["height"] = units.paper(paper)
    if margin is not None:
        value = units.length(margin, "margin")
        if value < 0:
            raise OptionError(f"margin '{margin}' is negative")
        values.update(dict.fromkeys(("margin_left", "margin_right", "margin_top", "margin_bottom"), value))
    for name, text, key in (("size", size, "x_height"), ("line height", line_height, "leading")):
        if text is not None:
            value = units.length(text, name)
            if value < 1:
                raise OptionError(f"{name} '{text}' is too small to write")
            values[key] = value
    return replace(templates.load(template), **values)


def _numbered(path: Path, count: int) -> list[Path]:
    if count == 1:
        return [path]
    digits = len(str(count))
    return [path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}") for number in range(1, count + 1)]


def render(
    text: str, style: str | Path | StylePosterior, *, template: str | Path = "plain", seed: int = 0,
    fields: Mapping[str, str] | None = None, markdown: bool = False, document: str = "", neatness: float = 1.0,
    ink: str | None = None, paper: str | None = None, margin: str | None = None, size: str | None = None,
    line_height: str | None = None, lang: str | None = None, missing: str = "error", title: str = "",
    where: str = "the text",
) -> Document:
    """Write ``text`` by hand.

    Args:
        style: the name of a style, the path of one, or a style itself.
        template: the sheet, by name or path.
        seed: the same seed writes the same document, another one writes it anew.
        document: what tells documents of one seed apart, like the row of a mail merge.
        neatness: 0 (no variation at all) to 2 (twice the writer's own).
        ink: colour ``#rrggbb`` instead of the writer's.
        paper, margin, size, line_height: typed in place of the template's, with units.
        where: what messages call the text.

    Raises:
        StyleError, TextError, OptionError: see their messages.
    """
    if not 0 <= neatness <= 2:
        raise OptionError(f"neatness {neatness:g} is out of range; use 0 to 2")
    if seed < 0:
        raise OptionError(f"the seed {seed} is negative; use 0 or more")
    setup = page_setup(str(template), paper, margin, size, line_height)
    lines = texts.prepare(text, where)
    known = style if isinstance(style, StylePosterior) else load_style(style)
    if ink:
        known = replace(known, pen=replace(known.pen, ink=_colour(ink)))
    pages = layout.typeset(lines, Hand(known, neatness), setup, seed, document)
    return Document(list(pages), known.pen.ink, DocumentInfo(title=title, language=lang or "en"))


def _colour(text: str) -> str:
    from reportlab.lib.colors import toColor

    try:
        red, green, blue = (round(part * 255) for part in toColor(text).rgb())
    except (ValueError, AttributeError) as error:
        raise OptionError(f"'{text}' is not a colour; write a name like navy or a value like #1f2430") from error
    return f"#{red:02x}{green:02x}{blue:02x}"
