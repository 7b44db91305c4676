"""G-code: a page as the moves of a machine, slower where the pen turns tightly; each pen is a layer.

The texts of a profile (see :mod:`handfont.output.plotter.profile`) are filled in for each layer, stroke and point, as
vpype-gcode does, which knows no feed rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from handfont.core.arrays import BoolArray, DoubleArray
from handfont.core.units import POINTS
from handfont.errors import OptionError
from handfont.layout.page import Page
from handfont.options import FileOptions
from handfont.output.metadata import DocumentInfo
from handfont.output.pen_speed import speeds
from handfont.output.plotter import beds, profile
from handfont.output.plotter.layers import Drawn, Layer, layers_of
from handfont.output.plotter.profile import Profile
from handfont.output.plotter.simplify import kept_points

FEED_STEP = 10.0
"""To which feed rates are rounded."""


def to_text(page: Page, ink: str, info: DocumentInfo, options: FileOptions) -> str:
    """The page as G-code; identical pages give identical text.

    Raises:
        OptionError: the profile is not known, or has a field that nothing is known of.
        OutputError: the page is larger than the bed of the profile.
    """
    chosen = profile.load(options.device, options.plotter_config)
    layers = layers_of(page, ink, options)
    return _Writer(chosen, _Frame(page, chosen, layers), info.title).text(layers)


def check(options: FileOptions) -> None:
    """Find out whether G-code can be written so, by writing strokes of two layers.

    Raises:
        OptionError: the profile is not known, or is wrong.
    """
    chosen = profile.load(options.device, options.plotter_config)
    stroke = np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0]])
    layers = [Layer("", "#000000", 1.0, ((Drawn(None, (stroke, stroke)),),))] * 2
    sheet = Page(10.0, 10.0)
    _Writer(chosen, _Frame(sheet, replace(chosen, bed=None), layers), "").text(layers)


def notes(page: Page, options: FileOptions) -> list[str]:
    """What the profile says of how the machine is set up."""
    info = profile.load(options.device, options.plotter_config).info
    return [info] if info else []


class _Frame:
    """From points of the page to units of the machine, in the order in which vpype-gcode transforms: scaled, moved,
    mirrored about what is drawn, mirrored about the page.

    Raises:
        OutputError: the page is larger than the bed.
    """

    def __init__(self, page: Page, chosen: Profile, layers: Sequence[Layer]) -> None:
        self.turned = False
        if chosen.bed is not None:
            beds.check_bed(page.width, page.height, chosen.bed, chosen.name)
            self.turned = not beds.fits_upright(page.width, page.height, chosen.bed)
        self.width = page.width
        height = page.width if self.turned else page.height
        width = page.height if self.turned else page.width
        numbers, flags = chosen.numbers, chosen.flags
        # y points down in vpype.
        self.scale = np.array([numbers["scale_x"], -numbers["scale_y"]]) / chosen.unit
        self.shift = np.array([numbers["offset_x"], numbers["offset_y"] - self.scale[1] * height])
        drawn = [self(stroke) for layer in layers for stroke in layer.strokes()]
        low, high = np.zeros(2), np.zeros(2)
        if drawn:
            points = np.concatenate(drawn)
            low, high = points.min(axis=0), points.max(axis=0)
        self._mirror(np.array([flags["invert_x"], flags["invert_y"]]), low + high)
        self._mirror(
            np.array([flags["horizontal_flip"], flags["vertical_flip"]]), np.array([width, height]) / chosen.unit
        )

    def _mirror(self, axes: BoolArray, ends: DoubleArray) -> None:
        """Mirror the axes about half of ``ends``."""
        self.scale = np.where(axes, -self.scale, self.scale)
        self.shift = np.where(axes, ends - self.shift, self.shift)

    def __call__(self, points: DoubleArray) -> DoubleArray:
        """Points (N, 2) of the page, y up, as the machine counts."""
        if self.turned:
            points = np.stack([points[:, 1], self.width - points[:, 0]], axis=1)
        return np.asarray(points * self.scale + self.shift)


class _Writer:
    """Fills in the texts of a profile."""

    def __init__(self, chosen: Profile, frame: _Frame, filename: str) -> None:
        self.chosen, self.frame = chosen, frame
        self.fields: dict[str, Any] = {**chosen.defaults, "filename": filename}
        self.written: list[str] = []
        self._at(0.0, 0.0)

    def text(self, layers: Sequence[Layer]) -> str:
        """The whole file."""
        self._put("document_start")
        for index, layer in enumerate(layers):
            self.fields |= {
                **_counted("layer_index", index),
                "layer_id": index + 1,
                "vp_name": layer.name,
                "vp_color": layer.ink,
                "vp_pen_width": layer.pen / POINTS["mm"],
            }
            self._put("layer_start")
            strokes = list(layer.strokes())
            for number, stroke in enumerate(strokes):
                self.fields |= _counted("lines_index", number)
                self._stroke(stroke)
                if number + 1 < len(strokes):
                    self._put("line_join")
            self.fields |= _counted("layer_index", index)
            self._put("layer_end")
            if index + 1 < len(layers):
                self._put("layer_join")
        self._put("document_end")
        return "".join(self.written)

    def _stroke(self, stroke: DoubleArray) -> None:
        self._put("line_start")
        number = self.fields["lines_index"]
        kept = kept_points(stroke)
        points, shares = stroke[kept], np.minimum.reduceat(speeds(stroke), kept[:-1])
        most, least = self.chosen.numbers["feed"], self.chosen.numbers["slowest_feed"]
        feeds = [most, *np.clip(np.rint(shares * most / FEED_STEP) * FEED_STEP, least, most).tolist()]
        for index, ((x, y), feed) in enumerate(zip(self.frame(points).tolist(), feeds, strict=True)):
            self._at(x, y)
            self.fields |= _counted("segment_index", index)
            self.fields["feed"] = feed
            self._put(self._part(index, len(points)))
        self.fields |= _counted("lines_index", number)
        self._put("line_end")

    def _part(self, index: int, count: int) -> str:
        templates = self.chosen.templates
        if index == 0 and "segment_first" in templates:
            return "segment_first"
        if index + 1 == count and "segment_last" in templates:
            return "segment_last"
        return "segment"

    def _at(self, x: float, y: float) -> None:
        """Where the pen is now, in the fields that vpype-gcode has for it."""
        fields = self.fields
        dx, dy = x - fields.get("x", 0.0), y - fields.get("y", 0.0)
        idx, idy = round(x - fields.get("ix", 0)), round(y - fields.get("iy", 0))
        fields |= {"x": x, "y": y, "dx": dx, "dy": dy, "_x": -x, "_y": -y, "_dx": -dx, "_dy": -dy}
        fields |= {"idx": idx, "idy": idy, "ix": fields.get("ix", 0) + idx, "iy": fields.get("iy", 0) + idy}

    def _put(self, key: str) -> None:
        template = self.chosen.templates.get(key)
        if template is None:
            return
        try:
            self.written.append(template.format_map(self.fields))
        except (KeyError, ValueError, IndexError, AttributeError, TypeError) as error:
            wrong = f"the field {error} is not known" if isinstance(error, KeyError) else str(error)
            raise OptionError(f"the profile of G-code '{self.chosen.name}' is wrong: '{key}': {wrong}") from error


def _counted(name: str, number: int) -> dict[str, int]:
    """A number counted from 0 and from 1, under the names that vpype-gcode has for it."""
    return {"index": number, "index1": number + 1, name: number, f"{name}1": number + 1}
