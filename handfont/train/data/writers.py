"""What was written, by who wrote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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
