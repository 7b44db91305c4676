"""Addresses as QR codes, in the terminal and on the page."""

from __future__ import annotations

import io

import segno


def as_text(address: str) -> str:
    """A QR code of block characters, two rows to a line, for a dark or bright terminal."""
    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def as_svg(address: str) -> str:
    """A QR code as an SVG document, black on white."""
    drawn = io.BytesIO()
    segno.make(address, micro=False).save(drawn, kind="svg", scale=6, light="#fff")
    return drawn.getvalue().decode()
