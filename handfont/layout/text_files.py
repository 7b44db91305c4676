"""Files with a text to be written: plain text, Markdown, documents of word processors."""

from __future__ import annotations

from pathlib import Path

from handfont.errors import OptionError, TextError
from handfont.layout import plain_text, rich_text
from handfont.layout.rich_text import RichText
from handfont.options import Missing

DOCUMENTS = (".docx", ".docm", ".dotx", ".odt", ".ott")
"""Documents of word processors that are read."""
OTHERS = {
    ".doc": "is an old document of Word; save it as .docx",
    ".rtf": "is Rich Text; save it as .docx or .odt",
    ".pages": "is a document of Pages; export it as Word (.docx)",
    ".pdf": "is a PDF, which holds no paragraphs; save its text as .docx or .txt, or make it a template's background",
    ".wpd": "is a document of WordPerfect; save it as .docx or .odt",
    ".wps": "is a document of Works; save it as .docx or .odt",
    ".sxw": "is an old document of OpenOffice; save it as .odt",
    ".fodt": "is a flat OpenDocument text; save it as .odt",
    ".gdoc": "is a link to a document in the web; download it as .docx",
    ".tex": "is a document of LaTeX, whose formulas can be written in Markdown; save its text as .md",
    ".html": "is a web page; save its text as .txt or .md",
    ".htm": "is a web page; save its text as .txt or .md",
}
"""Files with text in them that are not read, and what to do."""
Text = str | RichText
"""A text with looks, or one whose looks, if any, are Markdown."""


def read(path: Path) -> Text:
    """The text of a file; see :func:`handfont.layout.plain_text.read` for those that are text alone.

    Raises:
        TextError: it cannot be read, or is a kind of document that is not.
        OptionError: a package that reads it is not installed.
    """
    kind = path.suffix.lower()
    plain_text.check_readable(path)
    if kind in OTHERS:
        raise TextError(f"the text {path} {OTHERS[kind]}")
    if kind not in DOCUMENTS:
        return plain_text.read(path)
    try:
        if kind in (".odt", ".ott"):
            from handfont.layout.office import opendocument

            return opendocument.read(path)
        from handfont.layout.office import word

        return word.read(path)
    except ModuleNotFoundError as error:
        raise OptionError(
            f"to read {path}, the package {error.name} is needed, which a plain installation leaves out; install it "
            "with: pip install 'handfont[office]'"
        ) from error


def check(text: RichText, where: str, missing: Missing, may_be_empty: bool) -> RichText:
    """A document as it will be written, all of it writable.

    Raises:
        TextError: it is empty, or has characters that cannot be written.
    """
    cleaned = rich_text.cleaned(text, where, missing)
    return cleaned if may_be_empty else rich_text.checked(cleaned, where)
