"""Documents of word processors with fields in them: ``{{ first_name }}`` in any paragraph or cell.

Word processors part a text into runs as they like; a field keeps the look of its first brace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handfont.batch.text_template import TextTemplate
from handfont.errors import OptionError
from handfont.layout.content import TextStyle
from handfont.layout.rich_text import Pieces, RichText, joined

_FIELD = re.compile(r"\{\{.*?\}\}")
_STATEMENT = re.compile(r"\{[%#].{0,40}")
_QUOTES = str.maketrans("“”„‘’", '"""\'\'')
"""What word processors make of straight quotes."""


class DocumentTemplate:
    """A document with fields, parsed once and filled in for each row."""

    def __init__(self, source: RichText, where: str) -> None:
        """Raises:
        OptionError: it has statements, or something that is no field.
        """
        self.where = where
        if found := _STATEMENT.search(source.plain):
            raise OptionError(
                f"{where} has '{found[0]}'; of documents of word processors, only fields like {{{{ first_name }}}} are "
                "filled in: write what has conditions as .md or .txt"
            )
        self._templates: dict[str, TextTemplate] = {}
        self._source = source.mapped(_whole_fields)
        self._source.mapped(self._parsed)

    def filled(self, fields: Mapping[str, Any]) -> RichText:
        """The document with a row's fields.

        Raises:
            UnknownNameError: it uses a name that is no field.
            TextError: it cannot be filled in.
        """
        return self._source.mapped(
            lambda line: joined([(self._filled(text, fields), look) for text, look in line if text])
        )

    def _parsed(self, line: Pieces) -> Pieces:
        for text, _ in line:
            if "{{" in text and text not in self._templates:
                self._templates[text] = TextTemplate(text, self.where)
        return line

    def _filled(self, text: str, fields: Mapping[str, Any]) -> str:
        template = self._templates.get(text)
        # A line end in a cell does not part a paragraph.
        return text if template is None else template.filled(fields).replace("\n", " ")


def _whole_fields(line: Pieces) -> Pieces:
    """A line whose fields are each in one piece, with the quotes that a field needs."""
    text = "".join(part for part, _ in line)
    if "{{" not in text:
        return line
    looks = [look for part, look in line for _ in part]
    characters = list(text)
    for found in _FIELD.finditer(text):
        for index in range(*found.span()):
            looks[index] = looks[found.start()]
            characters[index] = characters[index].translate(_QUOTES)
    pieces: list[tuple[str, TextStyle]] = list(zip(characters, looks, strict=True))
    return joined(pieces)
