"""The options of ``handfont render`` for files: pictures, plotters and animations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from handfont.options import FileOptions, Look

_Command = Callable[..., Any]
_DEFAULTS = FileOptions()
_OPTIONS = (
    click.option("--dpi", type=float, default=_DEFAULTS.dpi, show_default=True, help="Resolution of PNG pages."),
    click.option(
        "--look",
        type=click.Choice([choice.value for choice in Look]),
        default=_DEFAULTS.look.value,
        show_default=True,
        help="PNG pages as they are, or as if scanned or photographed.",
    ),
    click.option("--transparent", is_flag=True, help="PNG pages without the white of the paper."),
    click.option("--montage", is_flag=True, help="All pages in one PNG."),
    click.option("--strokes", is_flag=True, help="SVG of the pen's paths instead of its ink, for plotters."),
    click.option("--ruling", is_flag=True, help="Plotters also draw the sheet's printed rules."),
    click.option(
        "--optimize", is_flag=True, help="Plotters draw lines and strokes in the direction that saves travel between."
    ),
    click.option("--forward", is_flag=True, help="With --optimize: no line is drawn backwards, from its end."),
    click.option("--preview", is_flag=True, help="SVG for plotters also shows how the raised pen travels."),
    click.option(
        "--device",
        metavar="NAME",
        help="The plotter: for SVG an AxiDraw like axidraw-v3, for G-code a profile like grbl, for HPGL a device like "
        "hp7475a.",
    ),
    click.option(
        "--plotter-config", metavar="FILE", help="Configuration of vpype (TOML) with devices and profiles of your own."
    ),
    click.option("--animate", is_flag=True, help="SVG in which the page writes itself."),
    click.option(
        "--duration",
        metavar="TIME",
        help="How long a page of an animation takes, like 20s or 1.5min.  [as long as the pen, but 30s at most]",
    ),
    click.option("--fps", type=float, default=_DEFAULTS.fps, show_default=True, help="Frames a second of GIF and MP4."),
    click.option(
        "--frame-width",
        type=int,
        default=_DEFAULTS.frame_width,
        show_default=True,
        help="Width of GIF and MP4 in pixels.",
    ),
)


def file_options(command: _Command) -> _Command:
    """Add the options to a command, which gets them as ``files``, a :class:`handfont.options.FileOptions`."""

    @wraps(command)
    def wrapped(**values: Any) -> Any:
        own = {name: values.pop(name) for name in list(values) if name in FileOptions.__dataclass_fields__}
        return command(files=FileOptions(**own), **values)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
