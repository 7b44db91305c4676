"""Formulas: LaTeX as people type it, as a tree of symbols and what holds them, and drawn by a hand as one glyph."""
