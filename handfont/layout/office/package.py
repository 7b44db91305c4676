"""Documents of word processors as files: whether they may be opened at all, and what could not be written of them."""

from __future__ import annotations

import logging
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handfont.errors import TextError
from handfont.util import checked, paths, pictures
from handfont.util.pictures import EmbeddedPicture
from handfont.util.wording import counted

MAX_BYTES = 100_000_000
"""Size of a document."""
MAX_UNPACKED = 400_000_000
"""Bytes of all that a document holds, unpacked ..."""
MAX_TEXT = 50_000_000
"""... and of each part of its text."""
MAX_PARTS = 5000
"""Files in a document."""
OLD = b"\xd0\xcf\x11\xe0"
"""What old documents of Word begin with, and new ones with a password."""
POINTS_TO_X_HEIGHT = 6.0
"""Points of a document that become one x-height of the writing: half the size of its usual letters."""
MONOSPACED = ("courier", "consolas", "menlo", "monaco", "lucida console", "typewriter", "cascadia code")
"""What names of fonts begin with, or contain, whose letters have one pitch; ``mono`` does, too."""
RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_LOG = logging.getLogger("handfont")


def check(path: Path, kind: str) -> None:
    """Whether a file is a document that may be unpacked; ``kind`` is what it should be, like ``Word document``.

    Raises:
        TextError: it is not.
    """
    if problem := paths.problem(path):
        raise TextError(f"the text {path} {problem}")
    try:
        with path.open("rb") as file:
            head = file.read(len(OLD))
        if path.stat().st_size > MAX_BYTES:
            raise TextError(f"the text {path} is larger than {MAX_BYTES // 10**6} MB; leave out some of its pictures")
        if head == OLD:
            raise TextError(
                f"the text {path} has a password, or is an old document of Word; save it without a password, as .docx"
            )
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
    except OSError as error:
        raise TextError(f"the text {path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged(path, kind) from error
    large = any(info.filename.endswith(".xml") and info.file_size > MAX_TEXT for info in infos)
    if large or len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise TextError(f"the text {path} is too large when it is unpacked; write it in parts")


def damaged(path: Path, kind: str) -> TextError:
    """What is said of a file that cannot be understood."""
    return TextError(f"the text {path} is damaged, or no {kind}; open it in a word processor and save it again")


@contextmanager
def understood(path: Path, kind: str) -> Iterator[None]:
    """Around the reading of a document: what libraries raise at damaged ones becomes a sentence.

    Raises:
        TextError: it cannot be understood.
    """
    try:
        yield
    except (TextError, checked.UnreadableError):
        raise
    except RecursionError as error:
        raise TextError(f"the text {path} is nested too deeply; write it in parts") from error
    except Exception as error:  # the libraries raise what their parsers do
        raise damaged(path, kind) from error


def monospaced(font: str | None) -> bool:
    """Whether a font's name says that its letters have one pitch."""
    name = (font or "").lower().replace("'", "").replace('"', "")
    return name.startswith(MONOSPACED) or "mono" in name.split() or "typewriter" in name


def picture(name: str, content: bytes) -> EmbeddedPicture | None:
    """A picture of a document; None for drawings of formats that are no pictures."""
    found = EmbeddedPicture(name, content)
    try:
        pictures.check(found)
    except pictures.PictureError:
        return None
    return found


def warn(path: Path, left_out: Counter[str]) -> None:
    """Say in one sentence what is not written; keys are nouns, or, if they end in ``s``, said without a number."""
    if left_out:
        shown = [name if name.endswith("s") else counted(number, name) for name, number in sorted(left_out.items())]
        _LOG.warning("%s: not written: %s", path, ", ".join(shown))
