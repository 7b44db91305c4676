"""Writing on the rules of a photographed sheet: set on level rules, and moved to where the rules of the picture are.

Each rule of the picture has its own height, slope and bend, and rules that are further from the camera are closer
together; what is written follows all of that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from handfont.core.arrays import DoubleArray
from handfont.core.glyph import Outline
from handfont.errors import OptionError
from handfont.layout.page import Mark, Page, PlacedGlyph
from handfont.util import paths, pictures

if TYPE_CHECKING:  # and OpenCV, which checking a text must not wait for
    from handfont.scan.ruled_paper import RuledPaper

AFTER_MARGIN, AFTER_EDGE = 0.25, 0.7
"""Room between writing and a margin line, and between it and the end of a rule, in the spacing of rules."""
CLOSEST = 4.0
"""Points between rules that can be written on, at least."""


class _Moved(NamedTuple):
    """Where points come to lie, how a line slopes there, and its size beside the level one, (N,) each."""

    x: DoubleArray
    y: DoubleArray
    slope: DoubleArray
    scale: DoubleArray


@dataclass(frozen=True, eq=False)
class RuledSurface:
    """The rules of a sheet ``width`` by ``height``, in points, numbered from the top.

    On the level sheet the rule ``k`` is ``first + k * step`` from the top, and writing begins ``left`` from its left
    side and ends at ``right``. Of each rule (N,): its distance from the top at the column ``middle``, how it falls to
    the right, its bend, the spacing of rules there beside ``step``, and where writing on it begins.
    """

    width: float
    height: float
    first: float
    step: float
    left: float
    right: float
    middle: float
    tops: DoubleArray
    falls: DoubleArray
    bends: DoubleArray
    scales: DoubleArray
    edges: DoubleArray

    def page(self, page: Page) -> Page:
        """A page that was set on level rules, with what is written on it moved to the rules of the picture."""
        glyphs = [glyph for line in page.lines for word in line.words for glyph in word.glyphs]
        moved = iter(self._glyphs(glyphs))
        lines = [
            replace(
                line, words=tuple(replace(word, glyphs=tuple(next(moved) for _ in word.glyphs)) for word in line.words)
            )
            for line in page.lines
        ]
        return replace(page, lines=lines, marks=[self._mark(mark) for mark in page.marks])

    def _glyphs(self, glyphs: list[PlacedGlyph]) -> list[PlacedGlyph]:
        if not glyphs:
            return []
        x, y, scale, turn = np.array([glyph[1:] for glyph in glyphs], np.float64).T
        moved = self._moved(x, y)
        columns = (moved.x, moved.y, scale * moved.scale, turn + np.degrees(np.arctan(moved.slope)))
        places = zip(*(column.tolist() for column in columns), strict=True)
        return [PlacedGlyph(glyph.glyph, *place) for glyph, place in zip(glyphs, places, strict=True)]

    def _mark(self, mark: Mark) -> Mark:
        contours = tuple(self._points(contour).astype(np.float32) for contour in mark.outline.contours)
        return replace(mark, outline=Outline(contours), path=self._points(mark.path).astype(np.float32))

    def _points(self, points: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> DoubleArray:
        flat = points.reshape(-1, 2).astype(np.float64)
        moved = self._moved(flat[:, 0], flat[:, 1])
        return np.stack([moved.x, moved.y], axis=1).reshape(points.shape)

    def _moved(self, x: DoubleArray, y: DoubleArray) -> _Moved:
        rule = (self.height - y - self.first) / self.step
        scale, edge, fall, bend = (
            _between(values, rule) for values in (self.scales, self.edges, self.falls, self.bends)
        )
        column = edge + (x - self.left) * scale
        away = column - self.middle
        down = _between(self.tops, rule) + fall * away + bend * away**2
        return _Moved(column, self.height - down, -(fall + 2 * bend * away), scale)


def _between(values: DoubleArray, rule: DoubleArray) -> DoubleArray:
    """Values between those of rules (N,), at fractions of their numbers; beyond the last ones they go on as there."""
    at = np.clip(np.floor(rule).astype(int), 0, len(values) - 2)
    return np.asarray(values[at] + (rule - at) * (values[at + 1] - values[at]))


def on_photo(path: Path, longer: float) -> RuledSurface:
    """The rules of a photo of ruled paper, as a sheet of a given length of its longer side, in points.

    Raises:
        OptionError: the picture cannot be read, or no rules are found.
    """
    if problem := paths.problem(path):
        raise OptionError(f"the paper photo {path} {problem}")
    state = path.stat()
    found = _found(path, state.st_mtime_ns, state.st_size)
    if found is None:
        raise OptionError(
            f"no rules were found on the paper photo {path}; take it from straight above in even light, with all of "
            "the sheet in it, or write on a sheet that is drawn: a template like lined"
        )
    return _surface(found, longer / max(found.width, found.height), path)


@lru_cache(maxsize=8)
def _found(path: Path, modified: int, size: int) -> RuledPaper | None:
    """The rules of a photo as it is; ``modified`` and ``size`` tell its states apart."""
    from PIL import ImageOps

    from handfont.scan import ruled_paper

    try:
        with pictures.opened(path) as image:
            page = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except pictures.PictureError as error:
        raise OptionError(f"the paper photo {path} {error}") from error
    except Exception as error:  # Pillow raises all sorts of exceptions at damaged files
        raise OptionError(f"the paper photo {path} cannot be read: {error}") from error
    return ruled_paper.find(page)


def _surface(found: RuledPaper, points: float, path: Path) -> RuledSurface:
    """Rules in pixels as a surface, ``points`` to a pixel."""
    tops = found.rows * points
    count = len(tops)
    step = float(tops[-1] - tops[0]) / (count - 1)
    if step < CLOSEST:
        raise OptionError(f"the rules on the paper photo {path} are too close to write on; name a larger paper")
    numbers = np.arange(count)
    # The spacing changes slowly down a photo; differences of neighboring rules would show how exactly each is seen.
    scales = np.polyval(np.polyder(np.polyfit(numbers, tops, 3 if count > 2 * 4 else 1)), numbers) / step
    rooms = [AFTER_MARGIN if margin else AFTER_EDGE for margin in found.margins]
    edges = found.left * points + rooms[0] * step * scales
    ends = found.right * points - rooms[1] * step * scales
    middle = count // 2
    left = float(edges[middle])
    right = left + float(((ends - edges) / scales).min())
    return RuledSurface(
        found.width * points,
        found.height * points,
        float(tops[0]),
        step,
        left,
        right,
        found.middle * points,
        tops,
        found.slopes,
        found.bends / points,
        scales,
        edges,
    )
