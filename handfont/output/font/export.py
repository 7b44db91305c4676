"""A style as font files, as one readable recipe: style -> ports -> glyphs -> shapes -> spacing -> tables -> files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from fontTools.ttLib import TTFont

from handfont.errors import OptionError, OutputError, parameter
from handfont.model.joins import ALWAYS
from handfont.options import Joined
from handfont.output.font import characters as inventory
from handfont.output.font import features, glyphs, naming, shapes, spacing, tables
from handfont.output.font.options import FontOptions
from handfont.style.adjust import adjust
from handfont.style.posterior import StylePosterior
from handfont.style.store import load_style
from handfont.synthesis.alternates import Alternates
from handfont.synthesis.hand import Hand
from handfont.synthesis.joining import base_of
from handfont.synthesis.ports import Ports, ports_of
from handfont.util.dates import source_date
from handfont.util.files import atomic, check_writable

FORMATS = {"otf": (False, None), "ttf": (True, None), "woff2": (True, "woff2"), "woff": (True, "woff")}
"""By the suffix of a file: whether outlines are TrueType's, which browsers embed as they are where a page is printed to
PDF, and how the font is compressed.
"""


def export(style: str | Path | StylePosterior, path: Path | str, options: FontOptions | None = None) -> list[Path]:
    """Write a style as a font; the suffix of ``path`` chooses the format: ``.otf``, ``.ttf``, ``.woff2`` or ``.woff``.

    A file that is there already is replaced only once all fonts are complete.

    Args:
        style: the name of a style, the path of one, or a style itself.
        path: of the regular weight; ``anna.otf`` has ``anna-Bold.otf`` beside it.
        options: what the font is to be.

    Returns:
        The files: the regular weight first.

    Raises:
        StyleError, OptionError, OutputError: see their messages.
    """
    path, options = Path(path), options or FontOptions()
    targets = files_of(path, options)
    quadratic, flavor = FORMATS[_suffix(path)]
    known = style if isinstance(style, StylePosterior) else load_style(style)
    with ExitStack() as stack:
        for target, font in zip(targets, fonts(known, options, quadratic), strict=True):
            temporary = stack.enter_context(atomic(target))
            font.flavor = flavor
            font.save(temporary, reorderTables=None)
    return targets


def files_of(path: Path, options: FontOptions) -> list[Path]:
    """The files that fonts are written to, found writable before any work.

    Raises:
        OutputError: unknown format, a file that cannot be written, or a date in the environment that is none.
    """
    source_date()
    if _suffix(path) not in FORMATS and not path.is_dir():
        raise OutputError(f"cannot write {path}: the name must end in .otf, .ttf, .woff2 or .woff")
    weights = [naming.WEIGHTS[name].name for name in options.weights]
    targets = [path, *(path.with_name(f"{path.stem}-{weight}{path.suffix}") for weight in weights)]
    for target in targets:
        check_writable(target)
    return targets


def fonts(style: StylePosterior, options: FontOptions, quadratic: bool = False) -> Iterator[TTFont]:
    """The fonts of a family: the regular weight, then the others.

    Raises:
        OptionError: the characters cannot be joined, are too many, or a weight's pen is too wide or narrow.
    """
    family = options.family or naming.default_family(style, options.weights)
    if options.joined is not Joined.AUTO:
        style = replace(style, joins=ALWAYS if options.joined is Joined.ALWAYS else None)
    weights = [naming.WEIGHTS[name] for name in options.weights]
    # All pens are found possible before any font is drawn.
    styles = [style, *(adjust(style, style.name, weight=weight.pen) for weight in weights)]
    chosen = inventory.chosen(options.characters)
    for weight, own in zip([naming.REGULAR, *weights], styles, strict=True):
        yield _font(own, weight, family, chosen, options, quadratic)


def _font(
    style: StylePosterior, weight: naming.Weight, family: str, chosen: str, options: FontOptions, quadratic: bool
) -> TTFont:
    hand = Hand(style, options.neatness)
    order = inventory.GlyphOrder(chosen, options.alternates, _ports(hand, chosen, options))
    order.check()
    drawn = shapes.shapes_of(order, Alternates(hand, options.alternates, options.seed, order.ports))
    set_apart = spacing.spacing_of(order, drawn, style.rhythm, shapes.slant_of(hand))
    table = glyphs.glyph_table(order, drawn, set_apart)
    text = features.feature_file(order, set_apart)
    names = naming.all_names(family, weight, style)
    return tables.build(table, text, names, weight, style.rhythm, style.pen.width, quadratic)


def _ports(hand: Hand, chosen: str, options: FontOptions) -> Ports | None:
    """The ports of a hand; None where it joins none of the characters.

    Raises:
        OptionError: letters are to be joined always, and people join none of these.
    """
    letters = [letter for letter in dict.fromkeys(map(base_of, chosen)) if letter]
    ports = ports_of(hand, letters)
    if ports is None and options.joined is Joined.ALWAYS:
        raise OptionError(
            f"people join none of the {parameter('characters')} '{chosen[:20]}', so "
            f"{parameter('joined', 'always')} has nothing to join; add letters, or leave it out"
        )
    return ports


def _suffix(path: Path) -> str:
    return path.suffix.lower().lstrip(".")
