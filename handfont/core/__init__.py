"""The vocabulary of every layer: strokes, pen, outlines. Imports nothing of handfont but itself and ``util``."""
