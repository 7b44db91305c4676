"""Pages of ordinary writing: ink, lines, letters cut out by a transcript or by reading."""
