"""Hands that are ready at once: what was found out about a style is kept for the next document written in it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from handfont.style.posterior import StylePosterior
from handfont.synthesis.allographs import Allographs
from handfont.synthesis.hand import Hand

CACHE_SIZE = 24


class HandCache:
    """Makes hands, and keeps the allographs of the styles used last.

    Seed, ink, pen, slant, width, size and neatness leave allographs as they are; only the latents and the characters
    that were seen make them. An allograph does not depend on which others were found with it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], tuple[Any, dict[str, Allographs]]] = OrderedDict()

    def make(self, style: StylePosterior, neatness: float, kind: type[Hand] = Hand) -> Hand:
        """A hand of the style."""
        return kind(style, neatness, found=self._allographs(style))

    def _allographs(self, style: StylePosterior) -> dict[str, Allographs]:
        # The characters are kept, too, so that their identity stays their own.
        key = (style.latent.tobytes(), id(style.characters))
        found = self._kept.pop(key, None) or (style.characters, {})
        self._kept[key] = found
        while len(self._kept) > CACHE_SIZE:
            self._kept.popitem(last=False)
        return found[1]
