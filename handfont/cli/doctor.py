"""``handfont doctor``: what handfont runs on here, for those who look for a fault or report one."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

import click

PACKAGES = ("torch", "numpy", "numba", "pillow", "opencv-python-headless", "reportlab", "pypdf", "pypdfium2", "click")
"""Those whose versions matter most."""
EXTRAS = {
    "studio": "starlette",
    "office": "python-docx",
    "font": "fonttools",
    "plotter": "vpype",
    "video": "av",
    "cluster": "ray",
    "train": "torchvision",
}
"""A package that each extra brings."""


@click.command(short_help="What handfont runs on here.")
def command() -> None:
    """Show versions, processors, where compiled code, styles and templates are, and whether handfont can write.

    Ends with exit code 2 if something is missing; send its output with a report of a fault.
    """
    import handfont

    _row("handfont", f"{handfont.__version__}, Python {platform.python_version()}, {platform.platform()}")
    _row("packages", ", ".join(f"{name} {_version(name) or 'missing'}" for name in PACKAGES))
    _row("extras", ", ".join(f"{name} {'yes' if _version(package) else 'no'}" for name, package in EXTRAS.items()))
    _row("torch", _torch())
    _row("cores", _cores())
    _row("compiled", _cache())
    for kind in ("styles", "templates"):
        _row(kind, _folders(kind))
    problems = _problems()
    for problem in problems:
        click.echo(f"handfont: {problem}", err=True)
    if problems:
        sys.exit(2)
    _row("a test", "a word was written: all is well")


def _row(name: str, value: str) -> None:
    click.echo(f"{name:10}{value}")


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _torch() -> str:
    try:
        import torch
    except Exception as error:  # a broken installation raises anything
        return f"does not load: {error}"
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none, and none is needed"
    return f"{torch.__version__}, GPU: {gpu}"


def _cores() -> str:
    from handfont.util.parallel import processors, threads

    asked = os.environ.get("OMP_NUM_THREADS")
    return f"{processors()}, of which {threads()} are used" + (f" (OMP_NUM_THREADS={asked})" if asked else "")


def _cache() -> str:
    from handfont.util.compile_cache import cache_folder

    folder = cache_folder()
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []
    return f"{folder}, {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB"


def _folders(kind: str) -> str:
    from handfont.util import search_path

    return f"{len(search_path.known(kind))} in {search_path.looked_in(kind)}; new ones go to " + str(
        search_path.writable(kind)[0]
    )


def _problems() -> list[str]:
    """What keeps handfont from working, found by writing a word."""
    from handfont import RenderOptions, render
    from handfont.errors import HandfontError
    from handfont.style import store

    try:
        names = sorted(path.stem for path in store.shipped().glob("*.yaml"))
        if not names:
            return ["the shipped styles are missing; install handfont again"]
        page = render("handfont", names[0], RenderOptions()).pages[0]
    except HandfontError as error:
        return [error.message]
    except Exception as error:  # whatever is broken is to be named
        return [f"writing a word fails with {type(error).__name__}: {error}; install handfont again"]
    drawn = [glyph.glyph.outline.contours for line in page.lines for word in line.words for glyph in word.glyphs]
    return [] if len(drawn) == len("handfont") and all(drawn) else ["a word was written without its letters"]
