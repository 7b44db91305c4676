"""A page of 2,000 characters for a plotter, and one that writes itself: ``python benchmarks/plotter.py [STYLE ...]``.

Seconds to set the page, and to write it with little travel as SVG, G-code and HPGL; what vpype reads back of the SVG:
size of the page, layers, strokes, meters drawn and, in percent of them, moved with the pen up: as written, with
``--optimize --forward`` and with ``--optimize``; kilobytes and seconds of the animated SVG, and of a GIF.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import vpype

import handfont
from handfont.options import FileOptions, RenderOptions
from handfont.output.document import Document

ROOT = Path(__file__).parents[1]
CHARACTERS = 2000
PLOTTED = (
    FileOptions(strokes=True),
    FileOptions(strokes=True, optimize=True, forward=True),
    FileOptions(strokes=True, optimize=True),
)
COLUMNS = (
    ("set s", 7),
    ("SVG s", 7),
    ("G-code s", 9),
    ("HPGL s", 8),
    ("page mm", 9),
    ("layers", 7),
    ("strokes", 8),
    ("drawn m", 8),
    ("written %", 10),
    ("forward %", 10),
    ("optimized %", 12),
    ("animated KB", 12),
    ("s", 5),
    ("GIF KB", 7),
    ("s", 5),
)


def saved(document: Document, path: Path, options: FileOptions) -> float:
    """Seconds to write a file."""
    start = time.perf_counter()
    files = document.save(path, options)
    if files != [path]:
        sys.exit(f"the text does not fit a page: {files}")
    return time.perf_counter() - start


def row(style: str, text: str, folder: Path) -> list[str]:
    options = RenderOptions(seed=1, size="1.4mm", line_height="6mm")
    start = time.perf_counter()
    document = handfont.render(text, style, options)
    pages = len(document.pages)
    cells = [f"{time.perf_counter() - start:.2f}"]
    if pages != 1:
        sys.exit(f"the text fills {pages} pages in the style {style}")
    shares, seconds = [], []
    for plotted in PLOTTED:
        seconds.append(saved(document, folder / "page.svg", plotted))
        read = vpype.read_multilayer_svg(str(folder / "page.svg"), quantization=0.1)
        moved = sum(layer.pen_up_length()[0] for layer in read.layers.values())
        shares.append(100 * moved / read.length())
    cells.append(f"{seconds[-1]:.2f}")
    for name, device in (("page.gcode", None), ("page.hpgl", "hp7475a")):
        cells.append(f"{saved(document, folder / name, FileOptions(optimize=True, device=device)):.2f}")
    width, height = (side / 96 * 25.4 for side in read.page_size)
    cells += [f"{width:.0f}x{height:.0f}", str(len(read.layers)), str(sum(map(len, read.layers.values())))]
    cells += [f"{read.length() / 96 * 0.0254:.2f}", *(f"{share:.0f}" for share in shares)]
    for name, moving in (("moving.svg", FileOptions(animate=True)), ("film.gif", FileOptions())):
        seconds_taken = saved(document, folder / name, moving)
        cells += [f"{(folder / name).stat().st_size / 1000:.0f}", f"{seconds_taken:.1f}"]
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("styles", nargs="*", default=["ballpoint", "print", "neat", "mixed", "rounded", "cursive"])
    styles = parser.parse_args().styles
    text = " ".join(((ROOT / "examples" / "letter.txt").read_text(encoding="utf-8") * 2).split())[:CHARACTERS]
    print(f"{len(text)} characters\n{'':10}" + "".join(f"{name:>{width}}" for name, width in COLUMNS))
    with tempfile.TemporaryDirectory() as folder:
        handfont.render("warm", styles[0]).save(Path(folder) / "page.svg", PLOTTED[2])  # loads the model
        for style in styles:
            cells = row(style, text, Path(folder))
            print(f"{style:10}" + "".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True)))


if __name__ == "__main__":
    main()
