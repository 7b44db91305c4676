"""Measuring the model on writers it never saw, always beside what real repetitions of those writers reach."""
