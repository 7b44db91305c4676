"""Connections to the studio: none may wait for ever, and no program may have all of them."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 5.0
"""Time within which the head of a request must have come."""
REQUEST_SECONDS = 120.0
"""Time within which a whole request must have come."""
MAX_PER_CLIENT = 60
"""Connections from one address. (A browser has six.)"""
MAX_CONNECTIONS = 150
"""Connections in all."""
WATCH_INTERVAL = 0.5
"""Seconds between two looks at how long a connection has waited."""


class Connection(H11Protocol):
    """A connection that is closed when its request takes too long to come.

    Where there are too many, the oldest one is closed that waits for its client: whoever sends a request at once always
    finds room.
    """

    _began = 0.0
    """When the first byte of the request could have come: it is counted from there."""
    _between = False
    """Whether a request was answered and no other one has begun; uvicorn closes such a connection after a while."""
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room for the connection if there are too many."""
        super().connection_made(transport)
        self._began = self.loop.time()
        others = [other for other in self.connections if isinstance(other, Connection)]
        self._make_room([other for other in others if other._address == self._address], MAX_PER_CLIENT)
        self._make_room(others, MAX_CONNECTIONS)
        self._watch = self.loop.call_later(WATCH_INTERVAL, self._look)

    def data_received(self, data: bytes) -> None:
        """Note when a request begins."""
        if self._between:
            self._between, self._began = False, self.loop.time()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Note that the connection waits for its next request."""
        self._between = True
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    @property
    def _address(self) -> Any:
        return self.client[0] if self.client else None

    @property
    def _without_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    @property
    def _waits_for_client(self) -> bool:
        return self._without_head or self.cycle.more_body or self.flow.write_paused

    def _look(self) -> None:
        """Close the connection if its request is late."""
        late = self.loop.time() - self._began
        if self._without_head and not self._between:
            drop = late > HEAD_SECONDS
        else:
            drop = not self._without_head and self.cycle.more_body and late > REQUEST_SECONDS
        if drop:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(WATCH_INTERVAL, self._look)

    def _make_room(self, connections: list[Connection], most: int) -> None:
        open_ones = [other for other in connections if not other.transport.is_closing()]
        if len(open_ones) <= most:
            return
        idle = [other for other in open_ones if other is not self and other._waits_for_client]
        min(idle, key=lambda other: other._began, default=self).transport.abort()
