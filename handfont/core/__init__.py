"""The vocabulary of every layer: characters, glyphs, strokes, ink. Imports nothing but itself and ``util``."""
