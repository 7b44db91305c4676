"""Hands that are ready at once: what was found out about a style is used for the next document written in it."""

from __future__ import annotations

from typing import Any

from handfont.core.forms import Joins
from handfont.style.posterior import StylePosterior
from handfont.synthesis.allographs import Allographs
from handfont.synthesis.hand import Hand
from handfont.util.lru_cache import LruCache

CACHE_SIZE = 24
"""Styles whose allographs are held."""


class HandCache:
    """Makes hands, and holds the allographs of the styles used last.

    Seed, ink, pen, slant, width, size and neatness leave allographs as they are; only the latents and the characters
    that were seen make them. An allograph does not depend on which others were found with it.
    """

    def __init__(self) -> None:
        self._found: LruCache[tuple[bytes, int], tuple[Any, dict[tuple[str, Joins], Allographs]]] = LruCache(CACHE_SIZE)

    def make(self, style: StylePosterior, neatness: float, kind: type[Hand] = Hand) -> Hand:
        """A hand of the style."""
        return kind(style, neatness, found=self._allographs(style))

    def _allographs(self, style: StylePosterior) -> dict[tuple[str, Joins], Allographs]:
        # The characters are held, too, so that their identity stays their own.
        key = (style.latent.tobytes(), id(style.characters))
        return self._found.find(key, lambda: (style.characters, {}))[1]
