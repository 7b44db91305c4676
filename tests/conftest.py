"""Real files and one enrollment shared by the tests."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import reportlab
from filelock import FileLock
from written_words import recorded

from handfont.cli.main import main
from handfont.core.charset import ASCII
from handfont.enrollment import EnrollReport, enroll
from handfont.style.posterior import StylePosterior
from handfont.util.terminal import SafeOutput

if "PYTEST_XDIST_WORKER" in os.environ:  # tests run beside each other: each of them, and what it starts, on one core
    os.environ.setdefault("OMP_NUM_THREADS", "1")

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def grid_scan() -> Path:
    return DATA / "grid_sheet.jpg"


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Makes a file or folder once for all processes that run tests: the first that needs it does, others wait."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def path_of(name: str, make: Callable[[Path], object]) -> Path:
        path, unfinished = shared / name, shared / f"{name}-unfinished"
        with FileLock(shared / f"{name}.lock"):
            if not path.exists():
                make(unfinished)
                unfinished.rename(path)
        return path

    return path_of


@pytest.fixture(scope="session")
def enrolled(grid_scan: Path, once) -> tuple[StylePosterior, EnrollReport]:
    """The sheet, enrolled."""

    def make(path: Path) -> None:
        made, told = enroll([grid_scan], "grid")
        path.write_bytes(pickle.dumps((made, told, [told.fits.get(id(sample)) for sample in told.samples])))

    style, report, fits = pickle.loads(once("enrolled.pickle", make).read_bytes())
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


@pytest.fixture
def handfont_here():
    """Runs the command line in this process, with the output streams of the program: no second is spent on imports."""

    def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        streams = [SafeOutput(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2)]
        with (
            contextlib.chdir(cwd or Path.cwd()),
            contextlib.redirect_stdout(streams[0]),
            contextlib.redirect_stderr(streams[1]),
        ):
            code = main([*map(str, arguments)])
        said = []
        for stream in streams:
            stream.flush()
            said.append(stream.buffer.getvalue().decode())
        return subprocess.CompletedProcess(arguments, code, *said)

    return run


def line(label, writer, rng, x, contributor="kai"):
    """One record: a squiggle that is the same for a label, a little different each time, in tablet units."""
    own = np.random.default_rng(ord(label))
    tall = 700 if label.isupper() or label in "bdfhkl0123456789" else 400
    points = own.uniform(0, 1, (8, 2)) * [300, tall] + rng.normal(0, 12, (8, 2))
    points = np.rint(points - points.min(axis=0)).astype(int)
    return {"w": writer, "c": contributor, "l": label, "q": "OK", "o": [x, 1000], "s": [points.ravel().tolist()]}


@pytest.fixture(scope="session")
def data(once) -> Path:
    """A small data folder of the real formats: pen strokes made up for the test, and the font that reportlab brings."""
    return once("small-data", write_data)


def write_data(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "unipen").mkdir()
    (folder / "fonts").mkdir()
    for split, writers in (("train", ("w1", "w2", "w3")), ("dev", ("v1",))):
        rng = np.random.default_rng(len(split))
        records = [line(label, writer, rng, 500 * i) for writer in writers for i, label in enumerate(ASCII * 2)]
        for kind, chosen in (("chars", records), ("chars_in_context", records[:400])):
            with gzip.open(folder / "unipen" / f"{kind}.{split}.jsonl.gz", "wt") as file:
                file.writelines(json.dumps(record) + "\n" for record in chosen)
        words = [recorded(text, writer, rng) for writer in writers for text in ("vol", "lovo", "zoo", "ovil") * 5]
        for kind in ("joined", "words"):
            with gzip.open(folder / "unipen" / f"{kind}.{split}.jsonl.gz", "wt") as file:
                file.writelines(json.dumps(word) + "\n" for word in words)
    shutil.copy(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", folder / "fonts")
    (folder / "fonts" / "fonts.csv").write_text("file,family,licence,style\nVera.ttf,vera,BSD,print\n")


@pytest.fixture(scope="session")
def prepared(data: Path, once, tmp_path_factory) -> Path:
    """A work folder in which the glyphs of ``data`` are prepared: each process has a copy, to which tests may add."""
    from handfont.train.data import corpus

    def make(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for split in ("train", "dev"):
            corpus.build(data, split, folder, workers=1)

    return shutil.copytree(once("prepared", make), tmp_path_factory.mktemp("prepared"), dirs_exist_ok=True)


@pytest.fixture(scope="session")
def dhsd() -> Path:
    """Some photographed words of DHSD."""
    return DATA / "dhsd"
