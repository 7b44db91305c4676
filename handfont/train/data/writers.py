"""What was written, by who wrote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Written(Protocol):
    """Anything that has a writer."""

    @property
    def writer(self) -> str:
        """The writer's name."""


_Item = TypeVar("_Item", bound=Written)


def by_writer(items: Iterable[_Item]) -> dict[str, list[_Item]]:
    """The items of each writer; writers, and the items of one, in the order given."""
    found: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        found[item.writer].append(item)
    return dict(found)


def of_first(items: Sequence[_Item], limit: int | None) -> list[_Item]:
    """The items of the first ``limit`` writers by name, or of all if it is None."""
    chosen = set(sorted({item.writer for item in items})[:limit])
    return [item for item in items if item.writer in chosen]
