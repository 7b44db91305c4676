"""Words as a pen would write them, of a few plain letters."""

from __future__ import annotations

import numpy as np

from handfont.train.data.word_paths import WordPath, evenly, marks

ARC = np.linspace(0, 2 * np.pi, 25)
LETTERS = {  # strokes in x-heights above the baseline, and how far the next letter is away
    "o": ([np.stack([0.4 - 0.4 * np.sin(ARC), 0.5 + 0.5 * np.cos(ARC)], axis=1)], 0.95),
    "l": ([np.array([(0.1, 1.8), (0.1, 0.0)])], 0.5),
    "v": ([np.array([(0, 1), (0.4, 0), (0.8, 1)], float)], 1.0),
    "i": ([np.array([(0, 1), (0, 0)], float), np.array([(0.02, 1.4), (0.02, 1.5)])], 0.4),
    "z": ([np.array([(0, 1), (0.7, 1), (0, 0), (0.7, 0)], float)], 0.9),
}


def written(text: str, writer: str = "anna", late: bool = False) -> WordPath:
    """A word of strokes apart; dots are written at its end if ``late``."""
    strokes, owners, x = [], [], 0.0
    dots = []
    for index, c in enumerate(text):
        for number, part in enumerate(LETTERS[c][0]):
            (dots if late and number else strokes).append((part + np.array([x, 0.0]), index))
        x += LETTERS[c][1]
    paths = [evenly(part)[0] for part, _ in strokes + dots]
    owners = [index for _, index in strokes + dots]
    lengths = [len(path) for path in paths]
    return WordPath(
        writer,
        text,
        np.concatenate(paths).astype(np.float32),
        np.repeat(np.arange(len(paths)), lengths),
        np.repeat(owners, lengths),
        np.repeat(marks(paths), lengths),
        (False,) * (len(text) - 1),
    )


def recorded(text: str, writer: str, rng: np.random.Generator) -> dict[str, object]:
    """A word as the files of UNIPEN have it, in tablet units, its letters known and joined in one stroke."""
    strokes: list[list[int]] = [[]]
    letters, dots, x = [], [], 0.0
    for c in text:
        first = len(strokes[0]) // 2
        body, *rest = (
            np.rint(400 * (evenly(part + np.array([x, 0.0]))[0] + rng.normal(0, 0.01, 2))) for part in LETTERS[c][0]
        )
        strokes[0] += body.astype(int).ravel().tolist()
        letters.append({"l": c, "parts": [[0, first, len(strokes[0]) // 2 - 1]]})
        dots += [(len(letters) - 1, dot.astype(int).ravel().tolist()) for dot in rest]
        x += LETTERS[c][1]
    for index, dot in dots:
        letters[index]["parts"].append([len(strokes), 0, len(dot) // 2 - 1])
        strokes.append(dot)
    joined = [True] * (len(text) - 1)
    return {
        "w": writer,
        "c": "kai",
        "l": text,
        "q": "OK",
        "o": [0, 0],
        "s": strokes,
        "letters": letters,
        "joined": joined,
    }
