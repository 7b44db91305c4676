"""The README, run: each block of commands in the order of the page, as a reader would type them.

The first block is run by a shell, and so is what only a shell understands; other commands are called in this process.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import docx
import pytest

from handfont.cli.main import COMMANDS, cli
from handfont.style import yaml_format

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
"""The README and the pages of the documentation."""
NOT_RUN = re.compile(
    r"((uv )?pip|pipx|uv tool) install .*|pytest .*|handfont studio|"
    # All characters of a hand take a while; tests of fonts write fonts of some.
    r"handfont export \S+ -o \S+|"
    # These need the data that weights are made of.
    r"handfont train .*|python -m handfont\.(train\.shipped_styles|evaluate\.judges) .*|handfont evaluate .*"
)
"""What installs, or does not end by itself, or is run by the tests of its own."""
FOR_SHELL = re.compile(r"[*?$|<>~;&`\\]")
"""What a shell has a meaning for."""
OTHERS = {"--extra-index-url", "--torch-backend", "--dist", "--scan", "--pip-args"}
"""Options of other programs, and of modules that are run."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[str]:
    """The commands of a block that are run."""
    lines = [re.sub(r"\s+#.*", "", line) for line in block.splitlines()]
    return [command for line in lines for command in line.split(" && ") if command and not NOT_RUN.fullmatch(command)]


@pytest.fixture(scope="module")
def desk(style, tmp_path_factory) -> Path:
    """The folder a reader is in: a clone, a letter, notes, a scan and the style made of it."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "examples", folder / "examples")
    for name in ("letter.txt", "notes.md"):
        shutil.copy(ROOT / "examples" / name, folder)
    document = docx.Document()
    document.add_paragraph("Dear Tom")
    document.save(folder / "letter.docx")
    (folder / "tests" / "data").mkdir(parents=True)
    for file in (ROOT / "tests" / "data").glob("grid_sheet.*"):
        shutil.copy(file, folder / "tests" / "data")
        shutil.copy(file, folder / file.name.replace("grid_sheet", "mine"))
        (folder / "scans").mkdir(exist_ok=True)
        shutil.copy(file, folder / "scans")
    (folder / "styles").mkdir()
    yaml_format.save(style, folder / "styles" / "anna.yaml")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "handfont").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m handfont "$@"\n')
    (programs / "fortune").write_text('#!/bin/sh\necho "You will write many letters."\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    return folder


def run(desk: Path, arguments: list[str]) -> None:
    environment = os.environ | {"PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(arguments, cwd=desk, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


BLOCKS = [block for block in blocks("sh") if commands(block)]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[:40])
def test_commands(desk, handfont_here, block):
    shell = ["bash", "-euo", "pipefail", "-c"]
    if block == BLOCKS[0]:
        run(desk, [*shell, "\n".join(commands(block))])
        return
    for command in commands(block):
        program, *arguments = shlex.split(command)
        if program != "handfont" or FOR_SHELL.search(command):
            run(desk, [*shell, command])
        else:
            done = handfont_here(*arguments, cwd=desk)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block[-40:])
def test_python(desk, block):
    with contextlib.chdir(desk):
        exec(block, {"__name__": "__main__"})


def options(command: click.Command) -> set[str]:
    """All options of a command and of those below it."""
    found = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found |= options(command.get_command(context, name))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_and_commands_are_there(page):
    text = re.sub(r"`(python|sphinx|gunicorn|docker) [^`]*`", "", PAGES[page])
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - OTHERS - {"--help", "--version"} <= options(cli)
    assert set(re.findall(r"`handfont ([a-z]+)", text)) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_are_there(page):
    text = re.sub(r"`[^`\n]+`", "", PAGES[page])
    for path in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^":]+)"', text):
        assert (page.parent / path).exists(), path
    for path in re.findall(r"`((?:handfont|docs|benchmarks|examples|tests)/[\w./-]+\.\w+)`", PAGES[page]):
        assert (ROOT / path).exists(), path
