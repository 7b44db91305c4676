"""Pages that write themselves: SVG, GIF and MP4."""
