"""The options that ``handfont render`` and ``handfont batch`` share: how pages are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from handfont.cli.completion import complete_templates
from handfont.core import units
from handfont.errors import OptionError
from handfont.options import MAX_NEATNESS, SPACING, Joined, Missing, RenderOptions

_Command = Callable[..., Any]
_DEFAULTS = RenderOptions()


class _Share(click.ParamType[float]):
    """A share like 0.5%."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if not isinstance(value, str):
            return float(value)
        try:
            return units.share(value)
        except OptionError as error:
            self.fail(error.message, param, ctx)


def _choice(name: str, default: Joined | Missing, text: str) -> _Command:
    """An option whose values are the words of a kind of choice."""
    words = [choice.value for choice in type(default)]
    return click.option(name, type=click.Choice(words), default=default.value, show_default=True, help=text)


_OPTIONS = (
    click.option(
        "--paper",
        help="A4, 'A5 landscape', Letter ... or WIDTHxHEIGHT, like 120mmx180mm.  [the template's]",
    ),
    click.option(
        "--paper-photo",
        type=click.Path(),
        help="Picture of ruled paper to write on: its rules and margins are found.",
    ),
    click.option("--margin", help="All margins, like 2.5cm.  [the template's]"),
    click.option("--size", help="x-height of the writing, like 2.2mm.  [the writer's own, or what suits the rules]"),
    click.option("--line-height", help="From baseline to baseline, like 8mm.  [the writer's own, or the rules']"),
    click.option(
        "--letter-spacing",
        type=click.FloatRange(*SPACING),
        default=_DEFAULTS.letter_spacing,
        show_default=True,
        help="Factor of the gaps between letters that are not joined.",
    ),
    click.option(
        "--word-spacing",
        type=click.FloatRange(*SPACING),
        default=_DEFAULTS.word_spacing,
        show_default=True,
        help="Factor of the gaps between words.",
    ),
    click.option(
        "--mirrored", is_flag=True, help="Change the sides of margins on even pages, for sheets with two sides."
    ),
    click.option("--ink", help="Color of the ink, like navy or #1f2430.  [the writer's own]"),
    click.option("--strong-ink", help="Color of strong words.  [that of the text, or the template's]"),
    click.option("--emphasis-ink", help="Color of words with emphasis.  [that of the text, or the template's]"),
    click.option("--heading-ink", help="Color of headings.  [that of the text, or the template's]"),
    click.option(
        "--neatness",
        type=click.FloatRange(0, MAX_NEATNESS),
        default=_DEFAULTS.neatness,
        show_default=True,
        help="How much the hand varies: 0 not at all, 1 as the writer does, 2 twice that.",
    ),
    click.option(
        "--slips",
        type=_Share(),
        default=_DEFAULTS.slips,
        help="Share of words that are begun wrongly, crossed out and written again, like 0.5%.  [none]",
    ),
    _choice("--joined", _DEFAULTS.joined, "Join letters as the writer does, never, or all that people join."),
    click.option("--lang", help="Hyphenate words, by the rules of this language, like de or en_GB."),
    _choice("--missing", _DEFAULTS.missing, "What to do with characters that cannot be written."),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=_DEFAULTS.seed,
        show_default=True,
        help="The same seed writes the same letter, another one a different one.",
    ),
    click.option(
        "--template",
        "-t",
        default=_DEFAULTS.template,
        show_default=True,
        shell_complete=complete_templates,
        help="Name or file of the sheet to write on.",
    ),
)


def page_options(command: _Command) -> _Command:
    """Add the options to a command, which gets them as keywords of :class:`handfont.options.RenderOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
