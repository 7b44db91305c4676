"""What a page says, as far as a machine can read it: the likeliest words, letters and signs in its lines.

The lists of words only help: a word that is in none can still be read. The lines are read twice: what languages the
words of the first time are of tells what words to expect. What comes out is then aligned like any transcript, and only
letters that are sure are used.
"""

from __future__ import annotations

import numpy as np

from handfont.core.arrays import FloatArray
from handfont.model.ink_aligner import CHARACTERS
from handfont.scan.freeform.language import LANGUAGES, word_list
from handfont.scan.freeform.line_decoder import Trace, decoded
from handfont.scan.freeform.line_grammar import grammar, whole
from handfont.scan.freeform.word_tree import word_tree
from handfont.util.progress import Watch

FIRM = 1.0
"""Words of each language that are taken to be on a page before it is read."""
MOST = 0.95
"""Share of a page's words, at most, that are expected to be of the languages it was read in."""


def text_of(lines: list[FloatArray], watch: Watch | None = None) -> str:
    """The text of a page, a line of it for each line's scores (3, C, N) of columns; ``watch`` is told how far it is."""
    scores = [whole(line) for line in lines]
    mixture, traces = (1 / len(LANGUAGES),) * len(LANGUAGES), list[Trace]()
    for again in range(2):
        mixture = _mixture(traces) if again else mixture
        rules, traces = grammar(mixture), []
        for number, line in enumerate(scores):
            if watch is not None:
                watch("reading lines", again * len(lines) + number, 2 * len(lines))
            traces.append(decoded(line, rules))
    return "\n".join(_written(trace, mixture) for trace in traces)


def line_text(columns: FloatArray) -> str:
    """The text of a line from the scores (3, C, N) of its columns."""
    return text_of([columns])


def _mixture(traces: list[Trace]) -> tuple[float, ...]:
    """Shares of the languages that the words of a page are of (expectation maximization), in hundredths."""
    what = np.concatenate([np.zeros(0, np.int64), *(trace.what for trace in traces)])
    nodes = what[what >= 0] // 3
    chance = word_list().chance[word_tree().word[nodes]]
    mixture = np.full(len(LANGUAGES), 1 / len(LANGUAGES))
    for _ in range(10):
        share = chance * mixture
        mixture = FIRM + (share / share.sum(axis=1, keepdims=True)).sum(axis=0)
        mixture /= mixture.sum()
    return tuple(np.round(MOST * mixture + (1 - MOST) / len(mixture), 2).tolist())


def _written(trace: Trace, mixture: tuple[float, ...]) -> str:
    """The characters of a line."""
    tree, shares = word_tree(), np.array(mixture)
    text = ""
    for what in trace.what.tolist():
        if what < 0:
            text += CHARACTERS[-1 - what]
            continue
        node, style = divmod(what, 3)
        word = word_list().spelled(int(tree.word[node]), shares)
        text += [word, word[:1].upper() + word[1:], word.upper()][style]
    return " ".join(text.split())
