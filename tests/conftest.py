"""Real files and one enrolment shared by the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from handfont.enrolment import EnrolReport, enroll
from handfont.style.posterior import StylePosterior

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def grid_scan() -> Path:
    return DATA / "grid_sheet.jpg"


@pytest.fixture(scope="session")
def enrolled(grid_scan: Path) -> tuple[StylePosterior, EnrolReport]:
    return enroll([grid_scan], "grid")


@pytest.fixture(scope="session")
def style(enrolled: tuple[StylePosterior, EnrolReport]) -> StylePosterior:
    return enrolled[0]


@pytest.fixture
def handfont():
    """Runs the command line in a process of its own, as a user does."""

    def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "handfont", *map(str, arguments)], cwd=cwd, capture_output=True,
                              text=True, timeout=300, check=False)

    return run
