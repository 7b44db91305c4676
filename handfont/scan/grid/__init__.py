"""Grids of single letters of anybody."""
