"""Whether what a style of one page writes can be read: ``python benchmarks/written_back.py --data DIR [--paths FILE]``.

The pages of ``joined_pages.py``, by writers never trained on, are enrolled with their transcripts; each style writes
a text of ours, which is read without a transcript as a page of free writing is, words of the language and all. Prints
for each page the letters that the style is of, what the reader of single glyphs gives to their strokes (mean, and share
of those that get less than 0.2), and the share of the characters that is misread.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np
from joined_pages import scan_of, writers_of
from PIL import Image
from writing import distance

from handfont.enrollment import enroll
from handfont.errors import ScanError
from handfont.model.loading import load_weights
from handfont.options import FileOptions, RenderOptions
from handfont.rendering import render
from handfont.scan.estimation import legibility_of
from handfont.scan.freeform import reader
from handfont.style.posterior import StylePosterior

TEXT = """the weather was fine all week and we often sat in the garden until late at night
please remember to bring the keys and the letter for our neighbour when you come back
they have been waiting a long time for the answer and would like to know it before monday
a small boat lay on the bank of the river where children played between the old trees"""
UNREAD = 0.2


def misread(style: StylePosterior, x_height: float, folder: Path) -> float:
    """Share of the characters of a text written in a style that are misread, x-heights in millimeters."""
    options = RenderOptions(paper="230mmx140mm", margin="10mm", seed=2, size=f"{x_height:.2f}mm")
    picture = render(TEXT, style, options).save(folder / "written.png", FileOptions(dpi=200))[0]
    page = cv2.imread(str(picture))[:, :, ::-1]
    try:
        text = "".join(reader.aligned_page(page, None, "written.png", load_weights()).text.characters)
    except ScanError:
        text = ""
    return distance(" ".join(text.split()), " ".join(TEXT.split())) / len(TEXT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with unipen/")
    parser.add_argument("--paths", type=Path, help="weights of the aligner of pen paths: writers without exact letters")
    parser.add_argument("--kinds", default="exact,joined,print")
    parser.add_argument("--most", type=int, default=8, help="writers of each kind")
    parser.add_argument("--save", type=Path, help="folder for the pages written")
    options = parser.parse_args()
    kinds = writers_of(options.data / "unipen", options.paths)
    print("| kind, page | letters | strokes read | under 0.2 | written text misread |\n| --- | --- | --- | --- | --- |")
    for kind in options.kinds.split(","):
        rows = []
        for index, words in enumerate(list(kinds[kind].values())[: options.most]):
            view, truth, _, label = scan_of(words, index, 0)
            with tempfile.TemporaryDirectory() as folder:
                scan = Path(folder) / "page.png"
                Image.fromarray(view.page).save(scan)
                scan.with_suffix(".txt").write_text(truth.text, encoding="utf-8")
                style, report = enroll([scan], "writer")
                read = np.array(list(legibility_of(report.archive.used, report.fits, load_weights()).values()))
                wrong = misread(style, truth.x_height, Path(folder))
                if options.save:
                    options.save.mkdir(parents=True, exist_ok=True)
                    (Path(folder) / "written.png").rename(options.save / f"{kind}-{index}.png")
            rows.append((len(read), read.mean(), (read < UNREAD).mean(), wrong))
            row(f"{kind}, {label}", rows[-1])
        row(f"{kind}, mean", tuple(np.mean(rows, axis=0)))


def row(name: str, values: tuple[float, ...]) -> None:
    letters, read, unread, wrong = values
    print(f"| {name} | {letters:.0f} | {read:.3f} | {100 * unread:.1f} % | {100 * wrong:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
