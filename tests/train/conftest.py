"""A small data folder of the real formats: pen strokes made up for the test, and the font that reportlab brings."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import reportlab

from handfont.charset import ASCII


def line(label, writer, rng, x, contributor="kai"):
    """One record: a squiggle that is the same for a label, a little different each time, in tablet units."""
    own = np.random.default_rng(ord(label))
    tall = 700 if label.isupper() or label in "bdfhkl0123456789" else 400
    points = own.uniform(0, 1, (8, 2)) * [300, tall] + rng.normal(0, 12, (8, 2))
    points = np.rint(points - points.min(axis=0)).astype(int)
    return {"w": writer, "c": contributor, "l": label, "q": "OK", "o": [x, 1000], "s": [points.ravel().tolist()]}


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "unipen").mkdir()
    (folder / "fonts").mkdir()
    for split, writers in (("train", ("w1", "w2", "w3")), ("dev", ("v1",))):
        rng = np.random.default_rng(len(split))
        records = [line(label, writer, rng, 500 * i) for writer in writers for i, label in enumerate(ASCII * 2)]
        for kind, chosen in (("chars", records), ("chars_in_context", records[:400])):
            with gzip.open(folder / "unipen" / f"{kind}.{split}.jsonl.gz", "wt") as file:
                file.writelines(json.dumps(record) + "\n" for record in chosen)
    shutil.copy(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", folder / "fonts")
    (folder / "fonts" / "fonts.csv").write_text("file,family,licence,style\nVera.ttf,vera,BSD,print\n")
    return folder
