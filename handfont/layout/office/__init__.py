"""Documents of word processors: read as text with looks."""
