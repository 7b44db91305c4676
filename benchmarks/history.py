"""Adds a row to ``benchmarks/history.md``: ``python benchmarks/history.py NAME``, NAME being a version.

Seconds mean little from one machine to the next, so each row has the seconds of a fixed piece of NumPy work beside the
others, measured in turns with them: compare the quotients. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import time
from pathlib import Path

import numpy as np
import speed

HISTORY = Path(__file__).with_name("history.md")
HEADER = """# History

Made by `history.py`. *work*: seconds of a fixed piece of NumPy work on the machine, in the same minutes.

| version | date | work s | note s | 24,000 characters s | peak MB | file MB | letters a minute |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
ROUNDS = 3


def work() -> float:
    """Seconds of a fixed piece of work."""
    start = time.perf_counter()
    values = np.random.default_rng(0).random(2_000_000)
    for _ in range(20):
        values = np.sort(np.sin(values * 100) + values)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--style", default="ballpoint")
    parser.set_defaults(font=None, node_modules=None)
    options = parser.parse_args()
    command, extra = speed.programs(options)["handfont"]
    tasks = {task.name: task for task in speed.tasks()}
    works, notes, letters = [], [], []
    for _ in range(ROUNDS):
        works.append(work())
        notes.append(speed.measured(command, extra, tasks["short note"]))
        letters.append(speed.measured(command, extra, tasks["letter"]))
    merge = speed.measured(command, extra, tasks["mail merge"])
    row = [
        options.name,
        datetime.date.today().isoformat(),
        f"{statistics.median(works):.2f}",
        f"{statistics.median(run.seconds for run in notes):.2f}",
        f"{statistics.median(run.seconds for run in letters):.2f}",
        f"{max(run.memory for run in letters):.0f}",
        f"{letters[0].size:.2f}",
        f"{60 * speed.LETTERS / merge.seconds:,.0f}",
    ]
    text = HISTORY.read_text(encoding="utf-8") if HISTORY.exists() else HEADER
    HISTORY.write_text(f"{text}| {' | '.join(row)} |\n", encoding="utf-8")
    print(f"added to {HISTORY}: {', '.join(row)}")


if __name__ == "__main__":
    main()
