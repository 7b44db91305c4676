"""How fast the studio answers: start to first page, letter to label, a line redrawn, then with ten tabs at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import numpy as np

LINE = "The quick brown fox jumps over the lazy dog, again and again"
CIRCLE = [[float(np.cos(a)), float(np.sin(a))] for a in np.linspace(0, 6.3, 40)]


def ask(address: str, path: str, body: object, tab: str) -> float:
    began = time.perf_counter()
    headers = {"content-type": "application/json", "x-tab": tab}
    with urllib.request.urlopen(urllib.request.Request(address + path, json.dumps(body).encode(), headers)) as answer:
        answer.read()
    return time.perf_counter() - began


def main() -> None:
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "handfont", "studio", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split(" at ")[1].split(" (")[0]

        def page(seed: int, tab: str) -> float:
            return ask(address, "api/page", {"hand": {"name": "ballpoint"}, "text": LINE, "seed": seed}, tab)

        def letter(tab: str) -> float:
            return ask(address, "api/read", {"strokes": [CIRCLE]}, tab)

        page(0, "first")
        rows = [("start to first page", [time.perf_counter() - began])]
        rows += [
            ("letter to label", [letter("one") for _ in range(20)]),
            ("line of 60 characters redrawn", [page(seed, "one") for seed in range(1, 15)]),
        ]
        with ThreadPoolExecutor(10) as tabs:
            both = list(
                tabs.map(lambda tab: [(letter(f"tab {tab}"), page(seed, f"tab {tab}")) for seed in range(5)], range(10))
            )
        rows += [
            ("... letter, ten tabs at once", [pair[0] for tab in both for pair in tab]),
            ("... line, ten tabs at once", [pair[1] for tab in both for pair in tab]),
        ]
        process.terminate()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print("| what | median ms | slowest ms |\n| --- | --- | --- |")
    for name, seconds in rows:
        print(f"| {name} | {1000 * np.median(seconds):.0f} | {1000 * max(seconds):.0f} |")


if __name__ == "__main__":
    main()
