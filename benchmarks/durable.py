"""What it costs that a file outlives a power failure: ``python benchmarks/durable.py [--folder .] [--files 200]``.

Milliseconds to write a file whole and to rename it, without and with waiting for the disk (fsync of the file and of its
folder): of a style, of a letter, and of a line appended to a manifest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from handfont.util.files import atomic, fsync, fsync_folder


def written(path: Path, data: bytes, durable: bool) -> None:
    with atomic(path, durable) as temporary:
        temporary.write_bytes(data)


def appended(path: Path, line: bytes, durable: bool) -> None:
    with path.open("ab") as file:
        file.write(line)
    if durable:
        fsync(path)
        fsync_folder(path.parent)


def milliseconds(act: Callable[[Path, bytes, bool], None], folder: Path, data: bytes, durable: bool, files: int) -> str:
    times = []
    for number in range(files):
        start = time.perf_counter()
        act(folder / ("manifest.jsonl" if act is appended else str(number)), data, durable)
        times.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(times):6.2f} ({sorted(times)[int(0.95 * files)]:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default=".")
    parser.add_argument("--files", type=int, default=200)
    arguments = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; median (95th percentile)\n")
    print(f"{'':24}{'ms':>16}{'ms, durable':>18}")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        for what, act, size in (
            ("style of 80 kB", written, 80_000),
            ("letter of 25 kB", written, 25_000),
            ("PDF of 5 MB", written, 5_000_000),
            ("line of a manifest", appended, 300),
        ):
            data = os.urandom(size - 1) + b"\n"
            plain, durable = (milliseconds(act, Path(name), data, way, arguments.files) for way in (False, True))
            print(f"{what:24}{plain:>16}{durable:>18}")


if __name__ == "__main__":
    main()
