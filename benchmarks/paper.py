"""Written pages as scanners and phones see them: pen trajectories drawn on paper, and the paper spoiled, truth known.

Lengths on paper are millimetres from its upper left corner, y down; pictures are RGB.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

DRAWN_DPI = 400
"""Resolution that pages are drawn at, before a scanner sees them."""

RGB = NDArray[np.uint8]
Strokes = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Pen:
    """Colour and stroke width in millimetres; ``cover`` of ink, ``grain`` how much paper shows through, 0..1."""

    name: str
    colour: tuple[int, int, int]
    width: float
    cover: float = 0.95
    grain: float = 0.0


PENS = (
    Pen("blue ballpoint", (30, 50, 140), 0.35, 0.85),
    Pen("black fineliner", (20, 20, 25), 0.4),
    Pen("gel pen", (25, 30, 60), 0.5),
    Pen("felt-tip", (15, 15, 20), 0.8),
    Pen("pencil", (80, 80, 82), 0.4, 0.7, 0.3),
    Pen("red ballpoint", (190, 40, 50), 0.35, 0.85),
    Pen("green gel", (20, 110, 60), 0.45),
)


@dataclass(frozen=True)
class Look:
    """How a page is seen. ``blur`` is the standard deviation in pixels of the picture; ``perspective`` the largest
    shift of a corner as a share of the side; ``turn`` in degrees; ``quarter`` turns by 90 degrees; ``shade`` how much
    darker the dark side is, ``edge`` whether a hard shadow falls on the page; ``bend`` of curled paper in millimetres;
    ``cut`` millimetres that are missing at one side; ``grey`` printed and scanned without colour.
    """

    dpi: float = 300
    blur: float = 0.6
    noise: float = 3.0
    perspective: float = 0.0
    turn: float = 0.0
    quarter: int = 0
    shade: float = 0.05
    edge: bool = False
    bend: float = 0.0
    cut: float = 0.0
    grey: bool = False
    quality: int = 85
    paper: tuple[int, int, int] = (250, 249, 245)
    desk: tuple[int, int, int] = (120, 95, 70)


def scanned(rng: np.random.Generator) -> Look:
    """A page on a flatbed: even light, a little crooked, any resolution, any way up, now and then an edge cut off."""
    return Look(
        dpi=float(rng.choice([150, 200, 300, 300, 400, 600], p=[0.2, 0.2, 0.2, 0.2, 0.15, 0.05])),
        blur=rng.uniform(0.4, 1.0),
        noise=rng.uniform(1, 5),
        turn=rng.normal(0, 1.2),
        shade=rng.uniform(0, 0.06),
        quarter=int(rng.choice([0, 0, 0, 1, 2, 3])),
        cut=16.0 if rng.random() < 0.1 else 0.0,
        grey=rng.random() < 0.3,
        quality=int(rng.integers(60, 95)),
        desk=(250, 250, 250),
    )


def photographed(rng: np.random.Generator) -> Look:
    """A page on a desk by a phone held in the hand."""
    return Look(
        dpi=rng.uniform(150, 320),
        blur=rng.uniform(0.7, 1.6),
        noise=rng.uniform(2, 8),
        perspective=rng.uniform(0.01, 0.08),
        turn=rng.normal(0, 4),
        quarter=int(rng.choice([0, 0, 1, 2, 3])),
        shade=rng.uniform(0.1, 0.45),
        edge=rng.random() < 0.4,
        bend=rng.uniform(0, 2.0),
        cut=16.0 if rng.random() < 0.1 else 0.0,
        grey=rng.random() < 0.2,
        quality=int(rng.integers(50, 92)),
        paper=(int(rng.integers(225, 252)), int(rng.integers(222, 250)), int(rng.integers(210, 246))),
        desk=tuple(int(v) for v in rng.integers(30, 200, 3)),
    )


class Sheet:
    """A page being written on: ``printed`` (height, width, 3) at ``DRAWN_DPI``, or white paper of a size."""

    def __init__(self, size: tuple[float, float], printed: RGB | None = None) -> None:
        self.unit = DRAWN_DPI / 25.4
        self.size = size
        shape = round(size[1] * self.unit), round(size[0] * self.unit)
        self.page = (
            np.full((*shape, 3), 255, np.uint8)
            if printed is None
            else cv2.resize(printed, shape[::-1], interpolation=cv2.INTER_AREA)
        )
        self.ink = np.zeros(shape, np.uint8)

    def write(self, strokes: Strokes, pen: Pen) -> None:
        """Draw strokes, (points, 2) in millimetres, y down."""
        fine = 4
        width = max(1, round(pen.width * self.unit * fine))
        everything = np.concatenate(strokes) * self.unit
        low = np.floor(everything.min(axis=0) - pen.width * self.unit - 2).astype(int)
        high = np.ceil(everything.max(axis=0) + pen.width * self.unit + 2).astype(int)
        low, high = np.maximum(low, 0), np.minimum(high, self.ink.shape[::-1])
        if (high <= low).any():
            return
        patch = np.zeros(((high - low) * fine)[::-1], np.uint8)
        for stroke in strokes:
            points = np.round((stroke * self.unit - low) * fine).astype(np.int32)
            cv2.polylines(patch, [points.reshape(-1, 1, 2)], False, 255, width)
            cv2.circle(patch, [int(v) for v in points[0]], width // 2, 255, -1)
        small = cv2.resize(patch, None, fx=1 / fine, fy=1 / fine, interpolation=cv2.INTER_AREA)
        area = np.s_[low[1] : high[1], low[0] : high[0]]
        self.ink[area] = np.maximum(self.ink[area], small)

    def inked(self, pen: Pen, rng: np.random.Generator) -> RGB:
        """The page with its ink, as it lies there."""
        cover = self.ink.astype(np.float32) * (pen.cover / 255)
        if pen.grain:
            grain = cv2.GaussianBlur(rng.standard_normal(cover.shape, np.float32), (0, 0), 1.5) * 2.5
            cover *= np.clip(1 - pen.grain * (0.5 + grain), 0, 1)
        result = self.page.copy()
        where = self.ink > 0
        share = cover[where][:, None] * (1 - np.array(pen.colour, np.float32) / 255)
        result[where] = (result[where] * (1 - share)).astype(np.uint8)
        return result


@dataclass(frozen=True)
class Picture:
    """What a scanner or phone made of a page. ``matrix`` (3, 3) takes millimetres to pixels; paper ``tall`` mm high is
    curled by ``bend`` mm.
    """

    page: RGB
    matrix: NDArray[np.float64]
    tall: float
    bend: float

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (..., 2), in millimetres on the paper, lie in the picture."""
        moved = points.reshape(-1, 2).copy()
        for _ in range(4):
            moved[:, 1] = points.reshape(-1, 2)[:, 1] - self.bend * np.sin(np.pi * moved[:, 1] / self.tall)
        return np.asarray(cv2.perspectiveTransform(moved[None], self.matrix)[0].reshape(points.shape))


def seen(page: RGB, size: tuple[float, float], look: Look, rng: np.random.Generator) -> Picture:
    """The page as the look has it."""
    unit = look.dpi / 25.4
    factor = DRAWN_DPI / look.dpi
    wide, tall = size[0] * unit, size[1] * unit
    border = 0.0 if look.perspective == 0 else 12 * unit
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]])
    moved = corners + rng.uniform(-1, 1, (4, 2)) * look.perspective * min(wide, tall)
    angle = np.radians(look.turn)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (moved - (wide / 2, tall / 2)) @ turn.T
    moved += border - moved.min(axis=0) if look.perspective else np.array([wide / 2, tall / 2])
    extent = np.ceil(moved.max(axis=0) + border).astype(int) if look.perspective else np.round([wide, tall]).astype(int)
    paper = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]])
    matrix = cv2.getPerspectiveTransform(paper.astype(np.float32), moved.astype(np.float32)).astype(np.float64)
    # Paper's grey first, then one resampling from the drawn page to the picture's pixels.
    levels = (np.arange(256)[:, None] * np.array(look.paper) / 255).astype(np.uint8)
    source = np.asarray(cv2.LUT(page, levels[None]), np.uint8)
    if factor > 1.5:
        source = cv2.resize(source, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    height, width = source.shape[:2]
    if look.bend:
        source = _bent(source, look.bend * height / size[1])
    to_mm = np.diag([width / size[0], height / size[1], 1.0])
    final = matrix @ np.linalg.inv(to_mm)
    picture = cv2.warpPerspective(
        source, final, (int(extent[0]), int(extent[1])), flags=cv2.INTER_LINEAR, borderValue=look.desk
    )
    if look.cut:
        drop = round(look.cut * unit)
        side = int(rng.integers(4))
        picture = [picture[drop:], picture[:, drop:], picture[:-drop], picture[:, :-drop]][side]
        matrix = np.array([[1, 0, -drop * (side == 1)], [0, 1, -drop * (side == 0)], [0, 0, 1.0]]) @ matrix
    for _ in range(look.quarter):
        matrix = np.array([[0, 1, 0], [-1, 0, picture.shape[1]], [0, 0, 1.0]]) @ matrix
        picture = np.rot90(picture)
    return Picture(_lit(np.ascontiguousarray(picture), look, rng), matrix, size[1], look.bend)


def _bent(source: RGB, pixels: float) -> RGB:
    """Paper that curls: rows move up by a half wave along the page, more on one side."""
    height, width = source.shape[:2]
    rows = np.arange(height, dtype=np.float32)
    wave = (np.sin(np.pi * rows / height) * pixels).astype(np.float32)
    map_x = np.repeat(np.arange(width, dtype=np.float32)[None], height, axis=0)
    map_y = (rows + wave)[:, None] * np.ones((1, width), np.float32)
    return np.asarray(cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _lit(picture: RGB, look: Look, rng: np.random.Generator) -> RGB:
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (xs - 0.5) * np.float32(np.cos(angle)) + (ys - 0.5) * np.float32(np.sin(angle))
    light = 1 - look.shade * np.clip(ramp + 0.5, 0, 1)
    if look.edge:
        where = (xs - rng.uniform(0.2, 0.8)) * np.float32(np.cos(angle + 1)) + (
            ys - rng.uniform(0.2, 0.8)
        ) * np.float32(np.sin(angle + 1))
        light *= 1 - 0.35 / (1 + np.exp(-np.clip(where * 60, -30, 30)))
    blurred = cv2.GaussianBlur(picture, (0, 0), look.blur) if look.blur else picture
    result = blurred.astype(np.float32)
    result *= light[:, :, None]
    tile = rng.standard_normal((1024, 1024, 3), np.float32) * look.noise
    for top in range(0, height, 1024):
        for left in range(0, width, 1024):
            part = result[top : top + 1024, left : left + 1024]
            part += tile[: part.shape[0], : part.shape[1]]
    if look.grey:
        result[:] = (result @ np.array([0.299, 0.587, 0.114], np.float32))[:, :, None]
    _, code = cv2.imencode(
        ".jpg", np.clip(result, 0, 255).astype(np.uint8)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, look.quality]
    )
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[:, :, ::-1])
