"""Reading people's paper: from image files to glyph samples."""
