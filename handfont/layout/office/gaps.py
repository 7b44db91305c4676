"""The space between paragraphs, as styles and empty paragraphs make it."""

from __future__ import annotations

from dataclasses import dataclass

from handfont.layout.block_measures import PARAGRAPH

NEAR = 3.0
"""Points between paragraphs below which they follow each other without a space."""
MAX_EMPTY = 6
"""Empty paragraphs after each other that make a gap larger."""


@dataclass(frozen=True)
class ParagraphSpace:
    """Points before and after a paragraph of a style; ``contextual``: none beside paragraphs of the same style."""

    style: str
    before: float = 0.0
    after: float = 0.0
    contextual: bool = False


@dataclass
class Gaps:
    """Counts empty paragraphs, and remembers the one before."""

    empty: int = 0
    _above: ParagraphSpace | None = None

    def before(self, own: ParagraphSpace) -> float:
        """Space before the next paragraph that is not empty, in lines."""
        above, empty = self._above, min(self.empty, MAX_EMPTY)
        self._above, self.empty = own, 0
        if above is None:
            return PARAGRAPH * empty
        alike = above.style == own.style and not empty
        after = 0.0 if alike and above.contextual else above.after
        upper = 0.0 if alike and own.contextual else own.before
        return (PARAGRAPH if max(after, upper) >= NEAR else 0.0) + PARAGRAPH * empty

    def broken(self) -> None:
        """Something else than a paragraph comes, with space of its own around it."""
        self.empty, self._above = 0, ParagraphSpace("", after=NEAR)
