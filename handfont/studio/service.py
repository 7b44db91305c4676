"""What the studio computes: styles by name or token, pages as SVG, files to download."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from handfont import enrollment
from handfont.core.charset import ASCII
from handfont.core.forms import ALONE
from handfont.core.strokes import StrokeGlyph
from handfont.errors import OptionError, ScanError, StyleError
from handfont.layout import template_yaml
from handfont.layout.page_setup import PageSetup
from handfont.layout.plain_text import prepare
from handfont.layout.template import Template
from handfont.layout.typesetting import typeset
from handfont.output import svg
from handfont.output.document import Document
from handfont.output.metadata import DocumentInfo
from handfont.rendering import render
from handfont.studio.errors import ForgottenError
from handfont.studio.posterior_hand import FreshHand, drawn_style
from handfont.studio.requests import HandSource, LetterRequest, WritingRequest
from handfont.studio.style_map import Map
from handfont.style import store, yaml_format
from handfont.style.adjust import adjust
from handfont.style.mix import mix
from handfont.style.posterior import Origin, StylePosterior
from handfont.synthesis.hand import Hand
from handfont.synthesis.hand_cache import HandCache
from handfont.synthesis.joining import form_joins
from handfont.synthesis.legibility import legible
from handfont.synthesis.shear import matrix_of
from handfont.util import search_path
from handfont.util.files import temporary_folder
from handfont.util.lru_cache import LruCache
from handfont.util.progress import Watch

CACHE_SIZE = 40
"""Styles of the browser, and mixtures of two, that are held; others it has to send again."""
PREVIEW_PAGES = 3
"""Pages of a text that are shown."""


class _Mixture(NamedTuple):
    """A style between two others, which are held so that their identity stays their own."""

    first: StylePosterior
    second: StylePosterior
    style: StylePosterior


class Studio:
    """Its methods are called by one thread at a time, but for those that only look at a style."""

    def __init__(self) -> None:
        self._held: LruCache[str, StylePosterior] = LruCache(CACHE_SIZE)
        self._mixed: LruCache[tuple[int, int, float], _Mixture] = LruCache(CACHE_SIZE)
        self._hands = HandCache()

    @cached_property
    def known(self) -> dict[str, StylePosterior]:
        """The styles of the gallery; files that cannot be used are left out, as ``handfont styles`` says why."""
        found = {}
        for name, path in store.known().items():
            try:
                style = yaml_format.load(path)
                store.check_model(style, name)
                found[name] = style
            except StyleError:
                continue
        if not found:
            raise StyleError("no style can be used; install handfont again")
        return found

    @cached_property
    def map(self) -> Map:
        """The map of the gallery's styles."""
        return Map.of(self.known)

    @cached_property
    def templates(self) -> dict[str, Template]:
        """The templates that can be used."""
        found = {}
        for name, path in search_path.known("templates").items():
            try:
                found[name] = template_yaml.load(str(path))
            except OptionError:
                continue
        return found

    def start(self) -> dict[str, Any]:
        """What the page needs to know to begin."""
        return {
            "styles": [
                {
                    "name": name,
                    "about": style.origin.description,
                    "licence": style.origin.licence,
                    "ink": style.pen.ink,
                    "at": self.map.known[name],
                }
                for name, style in self.known.items()
            ],
            "templates": [
                {
                    "name": name,
                    "about": sheet.description,
                    "text": sheet.body,
                    "fields": [
                        {"name": field.name, "about": field.about, "required": field.required, "default": field.default}
                        for field in sheet.fields
                    ],
                }
                for name, sheet in self.templates.items()
            ],
            "characters": ASCII,
        }

    def hold(self, style: StylePosterior) -> dict[str, Any]:
        """Hold a style; its token for the browser, and what it knows of its writer."""
        token = hashlib.sha256(yaml_format.dumps(style).encode()).hexdigest()[:32]
        self._held.put(token, style)
        return {
            "token": token,
            "name": style.name,
            "samples": style.samples,
            "ink": style.pen.ink,
            "joined": style.joins is not None,
            "characters": "".join(sorted(style.characters)),
            "posterior": self.map.plain(style.writer),
        }

    def loaded(self, text: str) -> dict[str, Any]:
        """A style file that the browser sent."""
        style = yaml_format.loads(text, "the file")
        store.check_model(style, "the file")
        return self.hold(style)

    def scanned(self, data: bytes, suffix: str, said: str, name: str, watch: Watch) -> dict[str, Any]:
        """The style of a scan or photo, and what was understood of it; ``watch`` is told how far it is."""
        with temporary_folder() as folder:
            scan = folder / f"scan{suffix}"
            scan.write_bytes(data)
            if said.strip():
                scan.with_suffix(".txt").write_text(said, encoding="utf-8")
            try:
                origin = Origin("Scanned in the studio.", sources=("scan",))
                style, report = enrollment.enroll([scan], name, origin, watch=watch)
            except ScanError as error:
                # The page knows nothing of files beside files.
                message = error.message.replace(f"{folder}/", "").replace("scan.txt", "the text beside it")
                raise ScanError(message) from error
        doubtful = [f"{sample.character}: {reason}" for sample, reason in report.doubtful]
        return {
            **self.hold(style),
            "yaml": yaml_format.dumps(style),
            "read": len(report.samples),
            "doubtful": doubtful,
            "notes": report.notes,
        }

    def line(self, name: str, text: str) -> str:
        """A line of a known style, for the gallery."""
        style = self._named(name)
        setup = PageSetup(150.0, 30.0, 5.0, 3.0, 2.0, 1.0, x_height=7.0)
        hand = self._hands.make(style, 1.0)
        page = next(iter(typeset(prepare(text), hand, setup, 1, "gallery")))
        return svg.to_text(page, style.pen.ink, DocumentInfo(title=f"{name}: {text}"))

    def preview(self, writing: WritingRequest) -> dict[str, Any]:
        """The first pages as SVG, and whether there are more."""
        document = self._document(writing)
        pages = list(islice(iter(document.pages), PREVIEW_PAGES + 1))
        return {
            "pages": [svg.to_text(page, document.ink, document.info) for page in pages[:PREVIEW_PAGES]],
            "more": len(pages) > PREVIEW_PAGES,
        }

    def letter(self, asked: LetterRequest) -> dict[str, Any]:
        """The strokes of a letter in the order of writing, in x-heights, y up from the baseline, and the pen's width:
        the mean of how the hand writes it.
        """
        style = self._style(asked.writing)
        hand = self._hands.make(style, 0.0)
        joins = form_joins(hand.weights.strokes, asked.character, asked.joins) or ALONE
        if joins == ALONE:
            strokes = hand.write(asked.character, 0)[0].strokes
        else:
            usual = hand.allographs(asked.character, joins)[0]
            moved = StrokeGlyph(asked.character, usual.form.strokes(usual.points))
            strokes = moved.transformed(matrix_of(style.geometry), np.zeros(2, np.float32)).strokes
        return {"strokes": [np.round(stroke.astype(float), 3).tolist() for stroke in strokes], "pen": style.pen.width}

    def saved(self, writing: WritingRequest, kind: str) -> tuple[bytes, str]:
        """A file to download, and its suffix: several pages of PNG or SVG are a ZIP file."""
        if kind == "yaml":
            name = store.check_name(writing.name)
            return yaml_format.dumps(replace(self._style(writing), name=name)).encode(), "yaml"
        document = self._document(writing)
        with temporary_folder() as folder:
            files = document.save(folder / f"page.{kind}")
            if len(files) == 1:
                return files[0].read_bytes(), kind
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
                for file in files:
                    archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
            return packed.getvalue(), "zip"

    def _document(self, writing: WritingRequest) -> Document:
        # Only names: a path would make the client read our files.
        if writing.options.template not in self.templates:
            raise OptionError(f"there is no template '{writing.options.template}'")
        style = self._style(writing)
        if writing.fresh == "page":
            style = drawn_style(style, writing.options.seed)
        kind = FreshHand if writing.fresh == "letter" else Hand
        hands = partial(self._hands.make, kind=kind)
        return render(writing.text, style, writing.options, title=writing.name, hands=hands)

    def _style(self, writing: WritingRequest) -> StylePosterior:
        style = self._of(writing.hand)
        if writing.other is not None and writing.share > 0:
            other = self._of(writing.other)
            style = other if writing.share == 1 else self._between(style, other, writing.share)
        if (writing.slant, writing.weight, writing.width) != (0, 1, 1):
            style = adjust(style, style.name, writing.slant, writing.weight, writing.width)
        return style

    def _between(self, first: StylePosterior, second: StylePosterior, share: float) -> StylePosterior:
        share = round(share, 2)

        def make() -> _Mixture:
            mixed = mix([(first, 1 - share), (second, share)], f"{first.name}-{second.name}")
            return _Mixture(first, second, legible(mixed, [first, second])[0])

        return self._mixed.find((id(first), id(second), share), make).style

    def _of(self, source: HandSource) -> StylePosterior:
        if source.name:
            return self._named(source.name)
        style = self._held.get(source.token)
        if style is None:
            raise ForgottenError("the studio was started again; the page sends your letters once more")
        return style

    def _named(self, name: str) -> StylePosterior:
        if name not in self.known:
            raise StyleError(f"there is no style '{name}'")
        return self.known[name]
