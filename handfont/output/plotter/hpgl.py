"""HPGL for pen plotters, written by vpype; each layer is a pen of the carousel."""

from __future__ import annotations

import copy
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from handfont.core.units import POINTS
from handfont.errors import OptionError, OutputError, parameter
from handfont.layout.page import Page
from handfont.options import FileOptions
from handfont.output.metadata import DocumentInfo
from handfont.output.plotter import profile
from handfont.output.plotter.beds import SLACK
from handfont.output.plotter.layers import layers_of
from handfont.output.plotter.simplify import kept_points
from handfont.util.extras import needs

if TYPE_CHECKING:
    from vpype import PaperConfig, PlotterConfig

PIXEL = POINTS["in"] / 96
"""Points to a pixel, in which vpype counts."""


def to_text(page: Page, ink: str, info: DocumentInfo, options: FileOptions) -> str:
    """The page as HPGL; identical pages give identical text.

    Raises:
        OptionError: a device is not named, or not known.
        OutputError: the device has no paper of the page's size, or something is outside of what it can reach.
    """
    vpype = _vpype()
    with _configured(options) as plotter:
        return _text(vpype, plotter, page, ink, options)


def check(options: FileOptions) -> None:
    """Find out whether a device is known.

    Raises:
        OptionError: none is named, it is not known, the configuration cannot be read, or vpype is not installed.
    """
    with _configured(options):
        pass


def notes(page: Page, options: FileOptions) -> list[str]:
    """What vpype's configuration says of how the plotter is set up, for a page that was written."""
    with _configured(options) as plotter:
        return [text for text in (plotter.info, _paper(page, plotter, options).info) if text]


def _text(vpype: Any, plotter: PlotterConfig, page: Page, ink: str, options: FileOptions) -> str:
    paper = _paper(page, plotter, options)
    document = vpype.Document(page_size=(page.width / PIXEL, page.height / PIXEL))
    for number, layer in enumerate(layers_of(page, ink, options), 1):
        lines = [(stroke[kept_points(stroke)] * (1, -1) + (0, page.height)) / PIXEL for stroke in layer.strokes()]
        document.add(vpype.LineCollection([line[:, 0] + 1j * line[:, 1] for line in lines]), number)
    if document.is_empty():
        raise OutputError("a page has nothing to plot, and HPGL has no empty pages; leave it out")
    _check_reach(document, page, plotter, paper, options)
    text = io.StringIO()
    vpype.write_hpgl(
        output=text,
        document=document,
        page_size=paper.name,
        landscape=page.width > page.height,
        center=False,
        device=options.device,
        velocity=None,
        absolute=True,
        quiet=True,
    )
    return text.getvalue()


@contextmanager
def _configured(options: FileOptions) -> Iterator[PlotterConfig]:
    """The device as vpype's configuration has it: the same one for the whole process, so what is added goes again."""
    manager = _vpype().config_manager
    before = copy.deepcopy(manager.config)
    try:
        if options.plotter_config is not None:
            # Read before by ourselves: vpype has no words for what is wrong with a file.
            profile.read_config(Path(options.plotter_config))
            manager.load_config_file(options.plotter_config)
        yield _device(manager, options)
    finally:
        manager.config.clear()
        manager.config.update(before)


def _device(manager: Any, options: FileOptions) -> PlotterConfig:
    listed = ", ".join(manager.get_plotter_list())
    if options.device is None:
        raise OptionError(f"HPGL is made for one plotter; name it with {parameter('device')}: {listed}")
    try:
        plotter = manager.get_plotter_config(options.device)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OptionError(f"the configuration of the plotter '{options.device}' is wrong: {error!r}") from error
    if plotter is None:
        raise OptionError(f"{parameter('device')} '{options.device}' is no plotter that is known for HPGL: {listed}")
    return plotter


def _vpype() -> Any:
    with needs("HPGL", "plotter"):
        import vpype
    return vpype


def _paper(page: Page, plotter: PlotterConfig, options: FileOptions) -> PaperConfig:
    """The paper of a plotter that has the size of the page, whichever side is up; else one of any size."""
    sides = sorted((page.width, page.height))
    for paper in plotter.paper_configs:
        if paper.paper_size is not None:
            own = sorted(side * PIXEL for side in paper.paper_size)
            if np.abs(np.subtract(sides, own)).max() <= SLACK * POINTS["mm"]:
                return paper
    for paper in plotter.paper_configs:
        if paper.paper_size is None:
            return paper
    listed = ", ".join(paper.name for paper in plotter.paper_configs)
    raise OutputError(
        f"{options.device} has no paper of {sides[0] / POINTS['mm']:.0f} x {sides[1] / POINTS['mm']:.0f} mm; choose "
        f"{parameter('paper')} among what it has: {listed}"
    )


def _check_reach(document: Any, page: Page, plotter: PlotterConfig, paper: PaperConfig, options: FileOptions) -> None:
    """Find out whether the pen reaches all that is drawn: vpype cuts off what it does not.

    Raises:
        OutputError: something is out of reach.
    """
    if paper.x_range is None or paper.y_range is None or paper.paper_size is None:
        return
    width, height = paper.paper_size
    placed = copy.deepcopy(document)
    # The steps of vpype.write_hpgl, before it crops.
    if (page.width > page.height) != (width > height):
        placed.rotate(-math.pi / 2)
        placed.translate(0, height)
    if paper.rotate_180:
        placed.scale(-1, -1)
        placed.translate(width, height)
    x, y = paper.origin_location
    placed.translate(-x, -(height - y if paper.origin_location_reference == "botleft" else y))
    placed.scale(1 / plotter.plotter_unit_length, (-1 if paper.y_axis_up else 1) / plotter.plotter_unit_length)
    bounds = np.array(placed.bounds())
    low, high = bounds[:2], bounds[2:]
    if (low < (paper.x_range[0], paper.y_range[0])).any() or (high > (paper.x_range[1], paper.y_range[1])).any():
        raise OutputError(
            f"{options.device} cannot reach all of what is written on its paper {paper.name}, near the edges; choose "
            f"a wider {parameter('margin')}"
        )
