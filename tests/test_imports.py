"""The rooms of the package: imports only go down, as setup.cfg lists them."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent


def test_imports_only_go_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True)
    assert code == EXIT_STATUS_SUCCESS, capsys.readouterr().out
