"""Pages for pen plotters: the paths of the pen as SVG, G-code and HPGL."""
