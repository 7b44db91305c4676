"""Looks of a rasterised page: as scanned by a flatbed, or photographed on a desk; seeded.

A clean page has flat ink on flat white. Real ink is drawn into the fibres of the paper, so that its density varies and
its edge is a little soft; paper has a grain and a tint; scanners and rooms have light that falls off; sheets lie askew.
"""

from __future__ import annotations

import cv2
import numpy as np

from handfont.core.arrays import ByteArray, DoubleArray, FloatArray
from handfont.core.random_streams import stream
from handfont.options import Look

PAPER = {Look.SCAN: (0.972, 0.968, 0.955), Look.PHOTO: (0.925, 0.905, 0.865)}
"""Reflectance of white paper, red, green and blue."""
GRAIN = {Look.SCAN: 0.009, Look.PHOTO: 0.014}
"""Standard deviation of the grain of paper, in reflectance."""
TURN = {Look.SCAN: 0.45, Look.PHOTO: 1.1}
"""Standard deviation of the sheet's turn in degrees."""
SHADE = {Look.SCAN: 0.018, Look.PHOTO: 0.16}
"""How much darker the darkest corner is."""
DESK = (0.36, 0.29, 0.235)
"""What a photograph shows around the sheet."""
BORDER = 0.035
"""Of a photograph, around the sheet, as a share of its longer side."""


def apply(image: ByteArray, look: Look, dpi: float, seed: int, page: int) -> ByteArray:
    """A page (rows, columns, 3) in another look; the same seed and page number give the same pixels."""
    if look is Look.CLEAN:
        return image
    rng = stream(seed, "look", look.value, page)
    light: FloatArray = image.astype(np.float32) / np.float32(255)
    light = _absorbed(light, dpi, rng)
    rows, columns = light.shape[:2]
    light *= np.array(PAPER[look], np.float32) * _grain((rows, columns), dpi, rng, GRAIN[look])[..., None]
    light = _laid(light, look, dpi, rng)
    light *= _shade((rows, columns), rng, SHADE[look], look is Look.PHOTO)[..., None]
    if look is Look.PHOTO:
        # A lens is less sharp than a scanner, and the light of a room is warm.
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.3, dpi / 260)), np.float32)
        light *= np.array([1.02, 1.0, 0.965], np.float32)
    light += rng.standard_normal(light.shape, dtype=np.float32) * (0.006 if look is Look.SCAN else 0.011)
    return np.asarray(np.clip(light * 255 + 0.5, 0, 255), np.uint8)


def _absorbed(light: FloatArray, dpi: float, rng: np.random.Generator) -> FloatArray:
    """Ink drawn into the paper: its edge follows the fibres, its density varies along the stroke."""
    rows, columns = light.shape[:2]
    fibre = _noise((rows, columns), dpi / 180, rng)
    shift = dpi / 700 * np.stack([fibre, _noise((rows, columns), dpi / 180, rng)])
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    bled = cv2.remap(light, x + shift[0], y + shift[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    bled = cv2.GaussianBlur(bled, (0, 0), max(0.25, dpi / 420))
    density = 0.92 + 0.04 * fibre + 0.05 * _noise((rows, columns), dpi / 14, rng)
    # Ink is a filter: it takes a power of the light, so that paler places have the colour's hue.
    return np.asarray(np.power(np.maximum(bled, 1e-3), np.clip(density, 0.55, 1.12)[..., None]), np.float32)


def _grain(shape: tuple[int, int], dpi: float, rng: np.random.Generator, amount: float) -> FloatArray:
    """Fine fibres and cloudiness of paper, about 1."""
    fine, coarse = _noise(shape, dpi / 130, rng), _noise(shape, dpi / 8, rng)
    return np.asarray(1 + amount * (0.8 * fine + 0.25 * coarse), np.float32)


def _noise(shape: tuple[int, int], size: float, rng: np.random.Generator) -> FloatArray:
    """Smooth noise of unit variance with features of about ``size`` pixels."""
    coarse = max(size / 2, 1.0)
    small = tuple(max(4, int(np.ceil(side / coarse))) for side in shape)
    noise = cv2.GaussianBlur(rng.standard_normal(small, dtype=np.float32), (0, 0), max(0.5, size / coarse / 2))
    noise = (noise - noise.mean()) / noise.std()
    return np.asarray(cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _laid(light: FloatArray, look: Look, dpi: float, rng: np.random.Generator) -> FloatArray:
    """The sheet a little askew: on the scanner's lid, or on a desk, seen not quite from above."""
    rows, columns = light.shape[:2]
    turn = np.radians(float(np.clip(rng.standard_normal(), -2, 2)) * TURN[look])
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    centre = corners.mean(axis=0)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    if look is Look.SCAN:
        # The lid is as white as the paper; what turns out of the glass is cut off.
        placed = (corners - centre) @ rotation + centre
        white = tuple(float(value) for value in np.array(PAPER[look]) * 1.01)
        return _warped(light, corners, placed, (columns, rows), white)
    border = BORDER * max(rows, columns)
    lean = rng.uniform(-1, 1, (4, 2)) * 0.012 * max(rows, columns)
    size = (columns, rows)
    inner = np.array([columns - 2 * border, rows - 2 * border]) / (columns, rows)
    placed = ((corners - centre) * min(inner)) @ rotation + centre + lean
    sheet = _warped(light, corners, placed, size, (0.0, 0.0, 0.0))
    mask = _warped(np.ones_like(light), corners, placed, size, (0.0, 0.0, 0.0))
    desk = np.array(DESK, np.float32) * (1 + 0.10 * _wood((rows, columns), dpi, rng))[..., None]
    offset = dpi / 28
    shadow = cv2.GaussianBlur(mask[..., 0], (0, 0), offset)
    shadow = np.roll(shadow, (int(offset), int(offset * 0.7)), axis=(0, 1))
    return np.asarray(sheet + (1 - mask) * desk * (1 - 0.55 * shadow)[..., None], np.float32)


def _wood(shape: tuple[int, int], dpi: float, rng: np.random.Generator) -> FloatArray:
    """Grain along the desk."""
    narrow = _noise((shape[0], 64), dpi / 40, rng)
    return np.asarray(
        cv2.resize(narrow, shape[::-1], interpolation=cv2.INTER_CUBIC) + 0.5 * _noise(shape, dpi / 4, rng), np.float32
    )


def _warped(
    light: FloatArray, source: FloatArray, target: DoubleArray, size: tuple[int, int], border: tuple[float, ...]
) -> FloatArray:
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(
            light, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=border
        ),
        np.float32,
    )


def _shade(shape: tuple[int, int], rng: np.random.Generator, amount: float, lamp: bool) -> FloatArray:
    """Light over the page, 1 where it is brightest: it falls off to one side, and towards the corners of a lens."""
    rows, columns = shape
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1:1:32j, -1:1:32j]
    slope = (np.cos(angle) * x + np.sin(angle) * y) / np.sqrt(2)
    fall = amount * (0.5 - 0.5 * slope)
    if lamp:
        fall += 0.35 * amount * (x**2 + y**2) / 2
    return np.asarray(cv2.resize((1 - fall).astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC))
