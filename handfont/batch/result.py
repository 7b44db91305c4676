"""What became of a batch: counts, and the sentences of its summary."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_LISTED = 50
"""Failures that the summary lists; all are in the manifest."""


@dataclass
class BatchResult:
    """What became of a batch.

    Args:
        rows: rows of the table.
        done: documents there are.
        already_done: those of them that an earlier run wrote.
        failed: rows without a document.
        failures: the first of them, a sentence each.
        nameless: failed rows whose documents' names are not known.
        left: the first files of rows that are no longer in the table.
        left_count: how many there are.
        removed: how many were removed.
    """

    rows: int = 0
    done: int = 0
    already_done: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    nameless: int = 0
    left: list[str] = field(default_factory=list)
    left_count: int = 0
    removed: int = 0

    def fail(self, number: int, place: str, problem: str) -> str:
        """Count a failure; returns the sentence for it."""
        self.failed += 1
        sentence = f"row {number} ({place}): {problem}" if place else problem
        if len(self.failures) < MAX_LISTED:
            self.failures.append(sentence)
        return sentence

    def listed(self) -> str:
        """The first failures, a line each, and how many more there are."""
        more = self.failed - len(self.failures)
        return "".join(f"\n  {sentence}" for sentence in self.failures) + (f"\n  and {more} more" if more else "")
