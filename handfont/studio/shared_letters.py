"""Letters that several browsers draw together: what one draws, the others get.

Each letter has a revision that its browser raises with every change; of two revisions the higher one counts. So all
browsers come to the same letters in whatever order changes arrive, and one that was away adds what it has.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from handfont.studio.errors import BusyError, RequestError

MOST_LETTERS = 1500
"""Letters, removed ones among them."""
MOST_BROWSERS = 24
"""Browsers that listen at the same time."""
HEARTBEAT = 10.0
"""Seconds after which a browser that gets nothing is sent a sign of life, so that one that has gone is noticed."""


class SharedLetter(NamedTuple):
    """A letter as browsers exchange it: ``data`` is None once it was removed."""

    identity: str
    revision: int
    data: dict[str, Any] | None


class SharedLetters:
    """The letters of a session; used in the event loop alone."""

    def __init__(self) -> None:
        self._letters: dict[str, tuple[int, SharedLetter, str]] = {}
        self._count = self._browsers = 0
        self._changed = asyncio.Event()
        self._closed = False

    def merge(self, letters: list[SharedLetter], browser: str) -> None:
        """Take over what a browser changed.

        Raises:
            RequestError: there are too many letters.
        """
        for letter in letters:
            held = self._letters.get(letter.identity)
            if held is not None and held[1].revision >= letter.revision:
                continue
            if held is None and len(self._letters) >= MOST_LETTERS:
                raise RequestError("that is too many letters for one session; start the studio again")
            self._count += 1
            self._letters[letter.identity] = self._count, letter, browser
        self._wake()

    def events(self, browser: str) -> AsyncIterator[str]:
        """What other browsers have changed so far, and whatever they change, as events of a stream.

        Raises:
            BusyError: too many browsers listen.
        """
        if self._browsers >= MOST_BROWSERS:
            raise BusyError("too many browsers share this studio; close one of them")
        return self._events(browser)

    async def _events(self, browser: str) -> AsyncIterator[str]:
        self._browsers += 1
        seen = -1
        try:
            while not self._closed:
                waiting = self._changed
                found = [letter for count, letter, by in self._letters.values() if count > seen and by != browser]
                first, seen = seen < 0, self._count
                if found or first:
                    yield f"data: {json.dumps([letter._asdict() for letter in found])}\n\n"
                try:
                    await asyncio.wait_for(waiting.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": here\n\n"
        finally:
            self._browsers -= 1

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
