"""From text and fresh glyphs to pages: spacing, line breaking, motion of the hand, placement."""
