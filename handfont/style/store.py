"""Where styles live: ``./styles``, the user's own folder, then those that come with handfont; the first one counts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from handfont.errors import OutputError, StyleError, parameter
from handfont.model.config import CURRENT, installed
from handfont.style import sample_file, yaml_format
from handfont.style.posterior import StylePosterior
from handfont.util import paths, search_path
from handfont.util.files import reason
from handfont.util.locks import locked
from handfont.util.transaction import recover, replaced_together

NAME = re.compile(r"[^\W_][\w.-]{0,63}")
"""What a style may be called, so that it can be a file name everywhere."""
WAIT = 600.0
"""Seconds to wait for another process that changes the same style."""


def shipped() -> Path:
    """The folder of the styles that come with handfont (the package ``handfont_styles``, which holds only data).

    Raises:
        StyleError: handfont runs from a source tree without being installed.
    """
    folder = search_path.shipped("styles")
    if folder is None:
        raise StyleError("the shipped styles are missing; install handfont with 'pip install .'")
    return folder


@dataclass(frozen=True)
class StyleFiles:
    """A style's file, and what is written beside it when it is enrolled."""

    style: Path
    samples: Path
    preview: Path
    report: Path

    @classmethod
    def of(cls, style: Path) -> StyleFiles:
        """The files that belong to the file of a style."""
        return cls(
            style,
            sample_file.path_of(style),
            style.with_name(f"{style.stem}.preview.png"),
            style.with_name(f"{style.stem}.report.html"),
        )

    @property
    def others(self) -> list[Path]:
        """The files beside the style's own, which may be missing."""
        return [self.samples, self.preview, self.report]


@contextmanager
def changing(style: Path, waiting: Callable[[], object] | None = None) -> Iterator[None]:
    """One process at a time changes a style, from reading it to writing it; others wait, as ``waiting`` says.

    What a process left that was killed while it wrote is finished or undone first.

    Raises:
        OutputError: the folder may not be written to, or another process takes more than ten minutes.
    """
    busy = f"the style {style} is being changed by another process; try again when that has ended"
    with locked(style.with_name(f".{style.stem}.lock"), busy, WAIT, waiting):
        recover(style, StyleFiles.of(style).others)
        yield


def folder_for_new() -> Path:
    """Where new styles go if no folder is named: ``./styles``, but in a source tree of handfont the user's own."""
    return search_path.writable("styles")[0]


def folder_of(name: str) -> Path:
    """The folder, of those for new styles, that has the style ``name``.

    Raises:
        StyleError: none has it.
    """
    folders = search_path.writable("styles")
    for folder in folders:
        if not paths.problem(folder / f"{name}.yaml"):
            return folder
    looked = " or ".join(str(folder) for folder in folders)
    raise StyleError(
        f"there is no style '{name}' in {looked}; enroll it first, without {parameter('add')}, or name its folder with "
        f"{parameter('out')}"
    )


def own(name: str) -> Path:
    """The file of a style of the user's.

    Raises:
        StyleError: there is none of that name, or it comes with handfont.
    """
    path = find(name)
    if path.parent.resolve() == shipped().resolve():
        raise StyleError(f"the style '{name}' comes with handfont and stays; only styles of your own can be changed")
    return path


def remove(style: Path) -> None:
    """Remove a style and what is beside it.

    Raises:
        OutputError: a file cannot be removed.
    """
    with changing(style):
        # The style goes first: what is left after an interruption belongs to no style.
        for file in (style, *StyleFiles.of(style).others):
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise OutputError(f"{file} cannot be removed: {reason(error)}") from error


def rename(style: Path, name: str) -> Path:
    """Give a style another name, in its folder; the file that it then is.

    Raises:
        StyleError: no style can be called so, or one is.
        OutputError: a file cannot be written or removed.
    """
    new = style.with_name(f"{check_name(name)}.yaml")
    with changing(style), changing(new):
        if new.exists():
            raise StyleError(
                f"there is a style '{name}' in {new.parent} already; choose another name, or remove it first"
            )
        old, files = StyleFiles.of(style), StyleFiles.of(new)
        renamed = replace(yaml_format.load(style), name=name)
        with replaced_together(new, files.others) as parts:
            for before, after in zip(old.others, files.others, strict=True):
                if before.exists():
                    shutil.copyfile(before, parts[after])
                else:
                    parts.pop(after).unlink()
            parts[new].write_text(yaml_format.dumps(renamed), encoding="utf-8")
    remove(style)
    return new


def check_name(name: str) -> str:
    """The name itself if a style may be called so.

    Raises:
        StyleError: it could not be a file name everywhere.
    """
    if not NAME.fullmatch(name):
        raise StyleError(f"'{name}' cannot name a style; use letters, digits, '-', '_' and '.', up to 64 of them")
    return name


def known() -> dict[str, Path]:
    """All styles that are found, by name.

    Raises:
        StyleError: handfont runs from a source tree without being installed.
    """
    shipped()
    return search_path.known("styles")


def find(name: str) -> Path:
    """The file of a style, given by name or by path.

    Raises:
        StyleError: there is none; the message lists those there are.
    """
    if search_path.is_path(name):
        path = Path(name)
        if problem := paths.problem(path):
            raise StyleError(f"the style file {name} {problem}")
        return path
    styles = known()
    if name in styles:
        return styles[name]
    raise StyleError(search_path.unknown("styles", name, "none yet, 'handfont enroll' makes one"))


def load_style(name: str | Path) -> StylePosterior:
    """A style by name or path, checked against the installed weights.

    Raises:
        StyleError: unknown, broken, or enrolled with other weights.
    """
    path = find(str(name))
    style = yaml_format.load(path)
    check_model(style, str(path))
    return style


def check_model(style: StylePosterior, where: str) -> None:
    """Refuse a style whose latents belong to other weights or have other dimensions."""
    if style.model != CURRENT:
        raise StyleError(
            f"{where} was enrolled with the weights '{style.model}', this handfont has '{CURRENT}'; "
            "enroll the scans again"
        )
    config = installed()
    if len(style.writer.mean) != config.style:
        raise StyleError(
            f"{where}: field 'writer' has {len(style.writer.mean)} dimensions, the weights have {config.style}"
        )
    for character, variants in style.characters.items():
        if character not in config.characters:
            raise StyleError(f"{where}: field 'characters' holds '{character}', which the weights do not know")
        if len(variants[0].mean) != config.strokes or len(variants[0].variance) != config.directions:
            raise StyleError(
                f"{where}: field 'characters.{character}' has {len(variants[0].mean)} means and "
                f"{len(variants[0].variance)} variances, the weights have {config.strokes} and "
                f"{config.directions}"
            )
        for variant in variants:
            if variant.form >= len(config.forms) or config.forms[variant.form] != character:
                raise StyleError(
                    f"{where}: field 'characters.{character}' has the form {variant.form}, which is none "
                    f"of '{character}'"
                )
