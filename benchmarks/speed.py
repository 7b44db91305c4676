"""How long a letter takes from the command to the PDF: ``python benchmarks/speed.py [--runs 5]``.

Whole processes are timed, as a user meets them; the machine's noise shows in the spread.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def timed(command: list[str], runs: int) -> tuple[float, float, float]:
    """Minimum, median and maximum seconds of a command."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds), statistics.median(seconds), max(seconds)


def row(task: str, characters: int | str, times: tuple[float, float, float]) -> str:
    low, middle, high = times
    return f"{task:14} {characters:>10} {low:7.2f} {middle:9.2f} {high:7.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--style", default="ballpoint")
    options = parser.parse_args()
    runs, style = options.runs, options.style
    letter = (ROOT / "examples" / "letter.txt").read_text(encoding="utf-8")
    program = [sys.executable, "-m", "handfont"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = {"short note": "Dear Anna,\n\nthank you, see you on Sunday!\n\nTom\n", "letter": letter,
                 "letter x 10": "\n\n".join([letter] * 10)}
        print(f"{'task':14} {'characters':>10} {'min s':>7} {'median s':>9} {'max s':>7} {'KB':>7}")
        print(row("--help", "", timed([*program, "--help"], runs)))
        for task, text in texts.items():
            source, target = folder / "text.txt", folder / "out.pdf"
            source.write_text(text, encoding="utf-8")
            times = timed([*program, "render", str(source), "--style", style, "-o", str(target)], runs)
            print(row(task, len(text), times) + f" {target.stat().st_size / 1000:>7.0f}")
        scan = ROOT / "tests" / "data" / "grid_sheet.jpg"
        times = timed([*program, "enroll", str(scan), "-o", str(folder / "styles")], runs)
        print(row("enroll a grid", "", times))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"peak memory of any of them: {peak:.0f} MB")


if __name__ == "__main__":
    main()
