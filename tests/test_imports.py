"""The rooms of the package: imports only go down, as pyproject.toml lists them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent


def test_imports_only_go_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_checking_a_batch_waits_for_neither_torch_nor_numba(tmp_path: Path) -> None:
    (tmp_path / "guests.csv").write_text("name\nAnna\n", encoding="utf-8")
    (tmp_path / "letter.txt").write_text("Dear {{ name }},\n", encoding="utf-8")
    code = (
        "import sys; from handfont.cli.main import main\n"
        "done = main('batch guests.csv --text letter.txt --style print --out out --dry-run'.split())\n"
        "print(done, sorted({'torch', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr
