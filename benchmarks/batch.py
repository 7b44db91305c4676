"""Letters a minute with one worker and with two, seconds to check many rows, memory against rows: ``python
benchmarks/batch.py [--letters 60] [--rows 10000]``.

Whole processes are timed; rates are of the run without its start, which the manifest's first record ends.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEXT = """Dear {{ name }},

thank you so much for your gift of {{ gift }} euros. It has already helped us to buy seeds and tools for the school
garden, where forty children now grow their own tomatoes, beans and pumpkins. Last week they harvested the first
baskets, and cooked soup for the whole street.

We would love to show you the garden. Come by on any Saturday in September between ten and four; there will be tea, cake
and a small tour. If you cannot come, we will gladly send you some pictures and a drawing by the children.

With warm greetings from all of us in the garden, and until soon,

Tom
"""


def table(path: Path, rows: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "gift"])
        writer.writerows([("Anna", "Jürgen", "Zoë")[i % 3], i] for i in range(rows))
    return path


def rate(command: list[str], folder: Path, rows: int) -> float:
    """Letters a minute from the first one that is recorded to the end of the run."""
    process = subprocess.Popen(command)
    manifest = folder / "manifest.jsonl"
    while process.poll() is None and (not manifest.exists() or not manifest.stat().st_size):
        time.sleep(0.01)
    first = manifest.read_bytes().count(b"\n")
    start = time.perf_counter()
    if process.wait():
        raise SystemExit("the batch failed")
    return 60 * (rows - first) / (time.perf_counter() - start)


def checked(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command, measured in a process that runs nothing else."""
    code = (
        "import resource,subprocess,sys,time; s=time.perf_counter(); subprocess.run(sys.argv[1:],check=True,"
        "stdout=subprocess.DEVNULL); print(time.perf_counter()-s,"
        "resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1000)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=60)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--style", default="ballpoint")
    options = parser.parse_args()
    program = [sys.executable, "-m", "handfont", "batch"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "letter.txt").write_text(TEXT, encoding="utf-8")
        common = ["--text", str(folder / "letter.txt"), "--style", options.style, "--quiet"]
        print(f"letters of {len(TEXT)} characters")
        source = table(folder / "letters.csv", options.letters)
        rates = {}
        for workers in (1, 2):
            out = folder / f"out{workers}"
            rates[workers] = rate(
                [*program, str(source), *common, "--out", str(out), "--workers", str(workers)], out, options.letters
            )
            print(f"{workers} worker{'s' if workers > 1 else ' '} {rates[workers]:8.0f} a minute")
        print(f"2 against 1 {rates[2] / rates[1]:6.2f}")
        same = all(
            (folder / "out2" / path.name).read_bytes() == path.read_bytes() for path in (folder / "out1").glob("*.pdf")
        )
        print(f"same bytes  {'yes' if same else 'NO'}")
        print(f"{'rows':>9} {'checked in s':>13} {'peak MB':>8}")
        for rows in (options.rows // 10, options.rows, 10 * options.rows):
            seconds, memory = checked([*program, str(table(folder / "rows.csv", rows)), *common, "--dry-run"])
            print(f"{rows:>9} {seconds:>13.1f} {memory:>8.0f}")
    print(f"peak memory of any process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000:.0f} MB")


if __name__ == "__main__":
    main()
