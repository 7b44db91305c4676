"""A few cases of each kind of the fuzz runs in ``benchmarks/fuzz.py``, which has hundreds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parent.parent / "benchmarks" / "fuzz.py"


def test_broken_and_hostile_files_of_every_kind_meet_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, str(FUZZ), "--cases", "2", "--seed", "1000"],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:] if line.strip()]
    assert [row[:2] for row in rows] == [
        [kind, "2"] for kind in ("styles", "templates", "texts", "markdown", "tables", "pictures", "jinja")
    ]


def test_the_fuzz_run_finds_a_fault(tmp_path):
    """With a command line that fails for every text: the run says which cases, and ends with 1."""
    program = (
        "import sys; from pathlib import Path; sys.argv = ['fuzz.py', '--cases', '2', '--kinds', 'texts']\n"
        f"sys.path.insert(0, {str(FUZZ.parent)!r}); import fuzz\n"
        "fuzz.warm(); from handfont.layout import plain_text as text\n"
        "text.read = lambda path: 1 / 0\nfuzz.warm = lambda: None\nsys.exit(fuzz.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, text=True, capture_output=True, timeout=600, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "texts 0: traceback" in done.stdout
