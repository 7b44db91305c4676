"""Outlines as a PDF's operators, compiled: most of a document's bytes are their numbers."""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import ByteArray, IntArray
from handfont.output.integer_outlines import Curves
from handfont.util.jit import compiled

MAX_NUMBER = 21
"""Characters of the longest number, its sign and the space after it."""
# Numbers of one type: for plain ones what is called would be compiled once for each.
_START, _UNIT = np.int64(0), np.int64(1)
_SPACE, _LINE, _MINUS, _ZERO = (np.int64(ord(sign)) for sign in " \n-0")
_Q, _RESTORE, _C, _M, _F, _N = (np.int64(ord(letter)) for letter in "qQcmfn")


def filled(curves: Curves) -> str:
    """Glyphs filled one by one, each in numbers relative to its origin, the coordinates as they were afterwards."""
    moves = np.diff(curves.origins, axis=0, prepend=0)
    contours, sizes = np.array(curves.contours, np.int64), np.array(curves.sizes, np.int64)
    most = 16 + len(contours) * (2 * MAX_NUMBER + 16) + len(sizes) * (2 * MAX_NUMBER + 4)
    text = np.empty(most + len(curves.curves) * (6 * MAX_NUMBER + 4), np.uint8)
    return text[: _filled(moves, contours, sizes, curves.curves, text)].tobytes().decode("ascii")


@compiled
def _filled(moves: IntArray, contours: IntArray, sizes: IntArray, curves: IntArray, text: ByteArray) -> int:
    """Writes the operators and returns their length."""
    at = _operator(text, _START, _Q)
    contour = curve = _START
    for glyph in range(len(contours)):
        for number in range(4):
            at = _number(text, at, _UNIT if number in (0, 3) else _START)
        at = _number(text, _number(text, at, moves[glyph, 0]), moves[glyph, 1])
        text[at] = _C
        at = _operator(text, at + 1, _M)
        for line in range(contour, contour + contours[glyph]):
            last = curve + sizes[line] - 1
            at = _operator(text, _number(text, _number(text, at, curves[last, 4]), curves[last, 5]), _M)
            for one in range(curve, last + 1):
                for number in range(6):
                    at = _number(text, at, curves[one, number])
                at = _operator(text, at, _C)
            curve = last + 1
        at = _operator(text, at, _F if contours[glyph] else _N)
        contour += contours[glyph]
    text[at] = _RESTORE
    return at + 1


@compiled
def _operator(text: ByteArray, at: int, letter: int) -> int:
    text[at], text[at + 1] = letter, _LINE
    return at + 2


@compiled
def _number(text: ByteArray, at: int, value: int) -> int:
    """A number and a space; returns where the next one goes."""
    if value < 0:
        text[at] = _MINUS
        at += 1
        value = -value
    digits, rest = 1, value
    while rest >= 10:
        rest //= 10
        digits += 1
    for place in range(at + digits - 1, at - 1, -1):
        text[place] = _ZERO + value % 10
        value //= 10
    text[at + digits] = _SPACE
    return at + digits + 1
