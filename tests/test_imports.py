"""The rooms of the package: imports only go down, as pyproject.toml lists them."""

from __future__ import annotations

import ast
import configparser
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
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


EXTRAS = {
    "handfont/batch/engines": "cluster",
    "handfont/cli/export.py": "font",
    "handfont/cli/studio.py": "studio",
    "handfont/evaluate": "train",
    "handfont/layout/office": "office",
    "handfont/output/animation": "video",
    "handfont/output/font": "font",
    "handfont/output/plotter": "plotter",
    "handfont/studio": "studio",
    "handfont/train": "train",
}
"""The extra that a part of the package may need."""
IF_THERE = {"pillow_heif"}
"""Packages that are used where they are installed."""


def imported(file: Path) -> Iterator[str]:
    """The packages that a module imports when it runs, not only for types."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in types:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def test_what_is_imported_is_installed_with_it() -> None:
    """A plain installation has all that its modules import, and an extra what its own do."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = {"": config["options"]["install_requires"], **dict(config["options.extras_require"])}
    named = {
        extra: {re.split(r"[ <>=\[]", line.strip())[0].lower() for line in text.strip().splitlines()}
        for extra, text in lists.items()
    }
    distributions = importlib.metadata.packages_distributions()
    missing = []
    for file in sorted((ROOT / "handfont").rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        extra = next((extra for part, extra in EXTRAS.items() if place.startswith(part)), "")
        for package in imported(file):
            if package in sys.stdlib_module_names or package in IF_THERE or package.startswith("handfont"):
                continue
            if not {name.lower() for name in distributions.get(package, [package])} & (named[""] | named[extra]):
                missing.append(f"{place}: {package}")
    assert missing == []
