from __future__ import annotations

import pytest

from handfont.batch.document_template import DocumentTemplate
from handfont.batch.text_template import UnknownNameError
from handfont.errors import OptionError
from handfont.layout.content import PLAIN, TextStyle
from handfont.layout.rich_text import Paragraph, RichText

STRONG = TextStyle(strong=True)


def document(*pieces):
    return RichText((Paragraph((tuple(pieces),)),))


def test_fields_may_be_parted_into_runs():
    source = document(("Dear {{ na", PLAIN), ("me }}", STRONG), (", {{ sum or “none” }}!", STRONG))
    template = DocumentTemplate(source, "a.docx")
    (part,) = template.filled({"name": "Ann {{ x }}\nB", "sum": ""}).parts
    assert part.lines == ((("Dear Ann {{ x }} B", PLAIN), (", none!", STRONG)),)


def test_what_is_no_field():
    with pytest.raises(OptionError, match=r"a.docx has '{% if x %}'; .* only fields"):
        DocumentTemplate(document(("{% if x %}", PLAIN)), "a.docx")
    with pytest.raises(OptionError, match="cannot be understood"):
        DocumentTemplate(document(("{{ 1 + }}", PLAIN)), "a.docx")
    with pytest.raises(UnknownNameError, match="did you mean 'name'"):
        DocumentTemplate(document(("{{ nam }}", PLAIN)), "a.docx").filled({"name": "A"})
