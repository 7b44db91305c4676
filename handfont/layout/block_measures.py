"""Sizes and spaces of headings, paragraphs and lists, in whatever format a text comes."""

from __future__ import annotations

HEADINGS = {1: (1.5, 1.0), 2: (1.25, 0.9), 3: (1.1, 0.75)}
"""Size of a heading and the space before it in lines; deeper ones are as large as the text."""
PARAGRAPH = 0.55
"""Space in lines between paragraphs."""
ITEM = 0.12
"""Space in lines between the items of a list without empty lines."""
LIST_INDENT = 3.3
"""X-heights that the items of a list are moved in."""
MAX_INDENTS = 6
"""Levels of lists and quotes that are moved in; deeper ones are not moved any further."""
