"""Thousands of letters: a table and a template in, one document a row out."""
