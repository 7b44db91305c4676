"""What is learnt: how characters are written, what a glyph says of its writer, networks that look at glyphs."""
