"""Parts of the sentences of messages."""

from __future__ import annotations


def shortened(text: str, most: int = 40) -> str:
    """A text as messages show it: its beginning, where it has more than ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is 1."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
