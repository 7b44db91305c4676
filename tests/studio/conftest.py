"""The studio as its own process, on a port of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def studio() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "handfont", "studio", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=None,
        bufsize=1,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split(" at ")[1].split(" (")[0]
    yield address
    process.terminate()
    process.wait(20)
