"""How close signs and digits stand to their neighbors on pages of the shipped styles: ``python benchmarks/spacing.py``.

Counts, for each style: full stops and other low marks that stand under the ink before them, upright and along the slant
of the hand; pairs with a sign or two digits whose ink is nearer than ``NEAR``; and the mean distance between the boxes
of neighboring letters, which must not change with the rest. The reference are people's lines in the UNIPEN collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from handfont.core.glyph import BAND_BOTTOM, BAND_TOP, BANDS, Glyph
from handfont.layout.content import StyledWord
from handfont.layout.shaping import GlyphShaper
from handfont.style.store import load_style
from handfont.synthesis.hand import Hand
from handfont.train.data import pen_lines
from handfont.train.data.pen_lines import PenLetter

TEXT = """Dear Mr. T. V. Yates, thank you for your letter of 12 May 1950? No: it's the one of 7:15 p.m. on the 24th, I
think. "Come at once," you said (see p. 17 f.), and 'tis done: 12.5 % of it by 10:45, the rest (r) at 9:30... We sold
1,750 eggs; the price was $7.25 each, i.e. 77 °C isn't what you'd call cool. In 1947, P. F. Taylor (Mr. Y. Ivanov's
friend) wrote: "All of it; half of it! Why? I can't tell." He lives at 17 Fifth Ave., flat 4. [sic] The L. of V. was
built 1711-1777, cf. T. & F. 'Off' he went, off. Of course, Dr. J. W. if you'll pay 7,50 * 2, you'd get 15; 14.7; 0.75,
1/2. It is very far, my dear, but I never lay, by and by, in the air of our river. Your grey dog, puppy, is happy; my
boy, too. W. F. Taylor"""
STYLES = ("ballpoint", "broad", "compact", "felt", "fine", "italic", "print", "running", "slant")
SEEDS = range(2)
NEAR = 0.1
"""Ink that is nearer than so many x-heights, a pen's width, looks like a collision."""
LOW = ".,;:"
HEIGHTS = BAND_BOTTOM + (np.arange(BANDS) + 0.5) * (BAND_TOP - BAND_BOTTOM) / BANDS

Pairs = list[tuple[float, float]]


@dataclass
class Counted:
    """Distances between boxes, upright and along the slant, in x-heights; and how many other pairs collide."""

    low: Pairs = field(default_factory=list)
    digits: Pairs = field(default_factory=list)
    letters: Pairs = field(default_factory=list)
    signs: int = 0
    collide: int = 0

    def add(self, first: str, second: str, upright: float, slanted: float) -> None:
        if second in LOW:
            self.low.append((upright, slanted))
        elif first.isdigit() and second.isdigit():
            self.digits.append((upright, slanted))
        elif first.isalpha() and second.isalpha():
            self.letters.append((upright, slanted))

    def row(self) -> str:
        low = np.array(self.low)
        means = [np.median(pairs, axis=0)[1] for pairs in (self.letters, self.digits, low)]
        return (
            f"{len(low):5} {100 * (low[:, 0] < 0).mean():8.0f} {100 * (low[:, 1] < 0).mean():8.0f} "
            f"{self.collide:5} of {self.signs:4} {np.mean(self.letters, axis=0)[0]:8.3f} "
            f"{means[0]:8.2f} {means[1]:8.2f} {means[2]:8.2f}"
        )


def drawn(style: str) -> Counted:
    """Pairs as they are set for a style."""
    found = Counted()
    hand = Hand(load_style(style))
    for seed in SEEDS:
        for box in GlyphShaper(hand, seed).boxes([StyledWord(part) for part in TEXT.split()]):
            for (one, x), (other, at) in pairwise(zip(box.glyphs, box.origins, strict=True)):
                _count(found, one, other, float(at - x), hand.slant)
    return found


def _count(found: Counted, one: Glyph, other: Glyph, apart: float, slant: float) -> None:
    left, right = other.left_edge + apart, one.right_edge
    upright = float(np.nanmin(left) - np.nanmax(right))
    slanted = float(np.nanmin(left - slant * HEIGHTS) - np.nanmax(right - slant * HEIGHTS))
    found.add(one.character, other.character, upright, slanted)
    if not (one.character + other.character).isalpha():
        across = np.maximum(left[None] - right[:, None], 0.0)
        along = np.maximum(np.abs(HEIGHTS[:, None] - HEIGHTS) - (BAND_TOP - BAND_BOTTOM) / BANDS, 0.0)
        found.signs += 1
        found.collide += bool(np.nanmin(np.hypot(across, along)) < NEAR)


def written(folder: Path) -> Counted:
    """Pairs as people wrote them, all of the *train* writers; their pen is taken to be ``NEAR`` wide."""
    found = Counted()
    for texts in pen_lines.read(folder, "train").values():
        lines = [line for text in texts for line in text.lines]
        slant = pen_lines.slant_of([letter for line in lines for letter in line])
        for one, other in (pair for line in lines for pair in pairwise(line)):
            if not other.spaced:
                upright, slanted = (_between(one, other, lean) - NEAR for lean in (0.0, slant))
                found.add(one.character, other.character, upright, slanted)
    return found


def _between(one: PenLetter, other: PenLetter, slant: float) -> float:
    def across(letter: PenLetter) -> NDArray[np.float64]:
        points = letter.points
        return np.asarray(points[:, 0] - slant * points[:, 1])

    return float(across(other).min() - across(one).max())


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), help="Folder with unipen/, for people's lines.")
def main(data: Path | None) -> None:
    click.echo(
        "low marks: number, % under the ink before them, upright and along the slant; colliding signs; letters' "
        "boxes apart, mean; medians along the slant between letters, digits, and before low marks"
    )
    for style in STYLES:
        click.echo(f"{style:10} {drawn(style).row()}")
    if data is not None:
        click.echo(f"{'people':10} {written(data / 'unipen').row()}")


if __name__ == "__main__":
    main()
