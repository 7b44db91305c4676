"""Real files and one enrollment shared by the tests."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import reportlab
from filelock import FileLock

from handfont.core.charset import ASCII
from handfont.enrollment import EnrollReport, enroll
from handfont.style.posterior import StylePosterior

if "PYTEST_XDIST_WORKER" in os.environ:  # tests run beside each other: each of them, and what it starts, on one core
    os.environ.setdefault("OMP_NUM_THREADS", "1")

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def grid_scan() -> Path:
    return DATA / "grid_sheet.jpg"


@pytest.fixture(scope="session")
def enrolled(grid_scan: Path, tmp_path_factory) -> tuple[StylePosterior, EnrollReport]:
    """The sheet, enrolled once for all processes that run tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "enrolled.pickle"
    with FileLock(folder / "enrolled.lock"):
        if not path.exists():
            made, told = enroll([grid_scan], "grid")
            path.write_bytes(pickle.dumps((made, told, [told.fits.get(id(sample)) for sample in told.samples])))
    style, report, fits = pickle.loads(path.read_bytes())
    # Fits belong to samples by identity, which pickling does not keep.
    report.fits = {id(sample): fit for sample, fit in zip(report.samples, fits, strict=True)}
    return style, report


@pytest.fixture(scope="session")
def style(enrolled: tuple[StylePosterior, EnrollReport]) -> StylePosterior:
    return enrolled[0]


@pytest.fixture
def handfont():
    """Runs the command line in a process of its own, as a user does."""

    def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "handfont", *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


def line(label, writer, rng, x, contributor="kai"):
    """One record: a squiggle that is the same for a label, a little different each time, in tablet units."""
    own = np.random.default_rng(ord(label))
    tall = 700 if label.isupper() or label in "bdfhkl0123456789" else 400
    points = own.uniform(0, 1, (8, 2)) * [300, tall] + rng.normal(0, 12, (8, 2))
    points = np.rint(points - points.min(axis=0)).astype(int)
    return {"w": writer, "c": contributor, "l": label, "q": "OK", "o": [x, 1000], "s": [points.ravel().tolist()]}


def word(text, writer, rng):
    """Letters beside each other, as the files of words have them."""
    strokes = [line(label, writer, rng, 0)["s"][0] for label in text]
    placed = [
        [value + 500 * k * (1 - place % 2) for place, value in enumerate(stroke)] for k, stroke in enumerate(strokes)
    ]
    letters = [{"l": label, "parts": [[k, 0, len(placed[k]) // 2 - 1]]} for k, label in enumerate(text)]
    placed.append([100, 800, 110, 820, 120, 810])  # a dot on the first letter, written last
    letters[0]["parts"].append([len(text), 0, 2])
    return {
        "w": writer, "c": "kai", "l": text, "q": "OK", "o": [0, 0], "s": placed, "letters": letters,
        "joined": [False] * (len(text) - 1),
    }  # fmt: skip


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    """A small data folder of the real formats: pen strokes made up for the test, and the font that reportlab brings."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "unipen").mkdir()
    (folder / "fonts").mkdir()
    for split, writers in (("train", ("w1", "w2", "w3")), ("dev", ("v1",))):
        rng = np.random.default_rng(len(split))
        records = [line(label, writer, rng, 500 * i) for writer in writers for i, label in enumerate(ASCII * 2)]
        for kind, chosen in (("chars", records), ("chars_in_context", records[:400])):
            with gzip.open(folder / "unipen" / f"{kind}.{split}.jsonl.gz", "wt") as file:
                file.writelines(json.dumps(record) + "\n" for record in chosen)
        with gzip.open(folder / "unipen" / f"joined.{split}.jsonl.gz", "wt") as file:
            file.writelines(
                json.dumps(word("".join(pair), writers[0], rng)) + "\n" for pair in zip("abcd", "mnoe", strict=True)
            )
        with gzip.open(folder / "unipen" / f"words.{split}.jsonl.gz", "wt") as file:
            file.writelines(
                json.dumps(word("".join(pair), writers[-1], rng)) + "\n" for pair in zip("abcd", "mnoe", strict=True)
            )
    shutil.copy(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", folder / "fonts")
    (folder / "fonts" / "fonts.csv").write_text("file,family,licence,style\nVera.ttf,vera,BSD,print\n")
    return folder


@pytest.fixture(scope="session")
def prepared(data: Path, tmp_path_factory) -> Path:
    """A work folder in which the glyphs of ``data`` are prepared."""
    from handfont.train.data import corpus

    folder = tmp_path_factory.mktemp("prepared")
    for split in ("train", "dev"):
        corpus.build(data, split, folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def dhsd() -> Path:
    """Some photographed words of DHSD."""
    return DATA / "dhsd"
