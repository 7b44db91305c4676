"""PDF, written page by page."""
