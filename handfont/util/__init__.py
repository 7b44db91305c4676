"""Tools without handwriting in them: files, locks, signals, limits. Imports nothing of handfont but ``errors``."""
