"""The hand: fresh glyphs of a writer."""
