"""handfont writes whole documents in a real person's handwriting.

import handfont

style, report = handfont.enroll([Path("scans/grid.jpg")], "alice")
handfont.render("Dear Anna, ...", style, handfont.RenderOptions(seed=1)).save("letter.pdf")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handfont.enrollment import enroll as enroll
    from handfont.errors import HandfontError as HandfontError
    from handfont.options import FileOptions as FileOptions
    from handfont.options import RenderOptions as RenderOptions
    from handfont.output.document import Document as Document
    from handfont.output.font.export import export as export
    from handfont.output.font.options import FontOptions as FontOptions
    from handfont.rendering import render as render
    from handfont.style.posterior import StylePosterior as StylePosterior
    from handfont.style.store import load_style as load_style

__version__ = "0.1.0"

_PUBLIC = {
    "FileOptions": "handfont.options",
    "RenderOptions": "handfont.options",
    "enroll": "handfont.enrollment",
    "render": "handfont.rendering",
    "Document": "handfont.output.document",
    "FontOptions": "handfont.output.font.options",
    "export": "handfont.output.font.export",
    "load_style": "handfont.style.store",
    "StylePosterior": "handfont.style.posterior",
    "HandfontError": "handfont.errors",
}
__all__ = [
    "Document",
    "FileOptions",
    "FontOptions",
    "HandfontError",
    "RenderOptions",
    "StylePosterior",
    "enroll",
    "export",
    "load_style",
    "render",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: importing handfont must not cost the seconds that torch takes.
    if name not in _PUBLIC:
        raise AttributeError(f"module 'handfont' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)
