"""Where YAML files of a kind (``styles``, ``templates``) live; the first place that has a name counts."""

from __future__ import annotations

import difflib
import os
from importlib.util import find_spec
from pathlib import Path

from handfont.util import paths


def shipped(kind: str) -> Path | None:
    """The folder that comes with handfont, a package ``handfont_KIND`` of data; None in a tree not installed."""
    spec = find_spec(f"handfont_{kind}")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def folders(kind: str) -> list[Path]:
    """``./KIND``, the user's configuration folder, the package's, in this order; they need not exist."""
    from platformdirs import user_config_path

    own = [Path(kind), user_config_path("handfont") / kind]
    came_with = shipped(kind)
    return own if came_with is None else [*own, came_with]


def is_source(folder: Path) -> bool:
    """Whether a folder belongs to a source tree of handfont, from which it is installed: what is put there would be
    installed, and given to others, with handfont.
    """
    tree = folder.absolute().parent
    return not paths.problem(tree / "handfont" / "__init__.py") and not all(
        paths.problem(tree / name) for name in ("setup.cfg", "pyproject.toml", "setup.py")
    )


def writable(kind: str) -> list[Path]:
    """The user's own folders among :func:`folders`; new files go to the first."""
    here, own = folders(kind)[:2]
    return [own] if is_source(here) else [here, own]


def known(kind: str) -> dict[str, Path]:
    """All files of a kind that are found, by name, sorted."""
    result: dict[str, Path] = {}
    for folder in folders(kind):
        for path in sorted(folder.glob("*.yaml")) if paths.is_folder(folder) else []:
            result.setdefault(path.stem, path)
    return dict(sorted(result.items()))


def looked_in(kind: str) -> str:
    """Where files of a kind are looked for, as the end of a sentence, with why a folder cannot be read."""
    return ", ".join(f"{folder}{os.sep}{_state(folder)}" for folder in folders(kind))


def _state(folder: Path) -> str:
    if not paths.is_folder(folder):
        return " (not there)"
    return "" if os.access(folder, os.R_OK | os.X_OK) else " (may not be read)"


def unknown(kind: str, name: str, none: str) -> str:
    """The sentence for a name of a kind that is not found, with the one that may be meant; ``none``: if none are."""
    names = known(kind)
    close = difflib.get_close_matches(name, names, n=1)
    meant = f", did you mean '{close[0]}'? Known" if close else "; known"
    listed = ", ".join(names) or none
    one = kind.removesuffix("s")
    return f"there is no {one} '{name}'{meant} {kind}: {listed}; they were looked for in {looked_in(kind)}"


def is_path(name: str) -> bool:
    """Whether a name that was typed means a file rather than something to be searched for."""
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name
