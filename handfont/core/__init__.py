"""The vocabulary of every layer: characters, glyphs, strokes, ink. Imports nothing of handfont but itself and ``util``."""
