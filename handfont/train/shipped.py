"""The styles that come with handfont, enrolled again: ``python -m handfont.train.shipped --data DIR --scan GRID``.

Styles belong to their weights; new weights need this once.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from handfont import sdf
from handfont.charset import INDEX
from handfont.enrolment import enroll, style_of
from handfont.errors import HandfontError
from handfont.glyph import GlyphSample, Metrics
from handfont.model import inference
from handfont.model.loading import Weights, load_weights
from handfont.style import yaml_format
from handfont.style.posterior import Origin, StylePosterior
from handfont.train import unipen

GRID_STYLE = "ballpoint"
UNIPEN_STYLES = {"slant": "ud14bb14b08"}
"""Style name -> UNIPEN *train* writer."""
PEN = 0.11
INK = "#20242c"
PER_CHARACTER = 6


def samples_of(glyphs: list[unipen.StrokeGlyph], weights: Weights, per_character: int = PER_CHARACTER
               ) -> list[GlyphSample]:
    """Up to so many samples of each character: those the reader is surest of, for a few labels are wrong."""
    found = []
    for glyph in glyphs:
        shape, _, centre_y, side = sdf.from_strokes(glyph.strokes, sdf.MIN_SIZE)
        metrics = Metrics(side, centre_y if glyph.baseline else None)
        found.append(GlyphSample(glyph.label, shape, metrics, PEN, "unipen", (0, 0, 0, 0)))
    probability = inference.read(weights.reader, np.stack([sample.shape for sample in found]))
    own = probability[np.arange(len(found)), [INDEX[sample.character] for sample in found]]
    chosen: dict[str, list[GlyphSample]] = {}
    for index in np.argsort(-own, kind="stable"):
        kept = chosen.setdefault(found[index].character, [])
        if len(kept) < per_character:
            kept.append(found[index])
    return [sample for character in sorted(chosen) for sample in chosen[character]]


def unipen_style(name: str, writer: str, data: Path, weights: Weights) -> StylePosterior:
    """The style of a UNIPEN writer."""
    glyphs = [glyph for glyph in unipen.read(data / "unipen", "train") if glyph.writer == writer]
    if not glyphs:
        raise HandfontError(f"UNIPEN has no train writer {writer}")
    origin = Origin(f"A writer of the UNIPEN collection (train_r01_v07, writer {writer}).",
                    "CC BY 4.0, Unipen consortium 1999", ("doi:10.5281/zenodo.1195803",))
    return style_of(samples_of(glyphs, weights), name, INK, origin, weights)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="Folder with unipen/.")
@click.option("--scan", type=click.Path(path_type=Path, exists=True), required=True, help="The filled grid.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("styles"), show_default=True)
def main(data: Path, scan: Path, out: Path) -> None:
    """Enrol the shipped styles with the installed weights."""
    weights = load_weights()
    origin = Origin("A filled grid in blue ballpoint, from the examples of builtree/handwrite.",
                    "MIT, Copyright (c) 2022 Builtree", (scan.name,))
    styles = [enroll([scan], GRID_STYLE, origin)[0]]
    styles += [unipen_style(name, writer, data, weights) for name, writer in UNIPEN_STYLES.items()]
    for style in styles:
        yaml_format.save(style, out / f"{style.name}.yaml")
        click.echo(f"{style.name}: {style.samples} glyphs of {len(style.characters)} characters")


if __name__ == "__main__":
    main()
