from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml

from handfont.layout.office import formulas, word

NAMES = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
)


def t(text):
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(name, text):
    return f"<m:{name}>{t(text)}</m:{name}>"


OMML = {
    f"<m:f>{part('num', 'a+1')}{part('den', '2b')}</m:f>": "(a + 1)/(2b)",
    f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/>{part('e', 'x')}</m:rad>": "√x",
    f"<m:rad>{part('deg', '3')}{part('e', 'x')}</m:rad>": "∛x",
    f"<m:sSubSup>{part('e', 'x')}{part('sub', '1')}{part('sup', '2')}</m:sSubSup>": "x₁²",
    f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{part('sub', 'i=1')}{part('sup', 'n')}{part('e', 'i')}</m:nary>": (
        "∑_(i = 1)ⁿ i"
    ),
    f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr>{part('e', 'x')}</m:d>": "[x]",
    f"<m:func><m:fName>{t('sin')}</m:fName>{part('e', 'x')}</m:func>": "sin x",
    f"<m:acc>{part('e', 'x')}</m:acc>": "x̂",
    f"<m:m><m:mr>{part('e', '1')}{part('e', '2')}</m:mr></m:m>": "1, 2",
    t("12.5 = max"): "12.5 = max",
}


@pytest.mark.parametrize("source", OMML)
def test_formulas_of_word(source):
    element = parse_xml(f"<m:oMath {NAMES}>{source}</m:oMath>")
    assert formulas.from_omml(element, False).text == OMML[source]


def test_mathml_of_opendocument():
    content = (
        b'<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mfrac><mn>1</mn><mi>x</mi></mfrac>'
        b"<mo>=</mo><msup><mi>y</mi><mn> 2 </mn></msup></mrow>"
        b'<annotation encoding="StarMath">over</annotation></semantics></math>'
    )
    found = formulas.from_mathml(content)
    assert (found.text, found.display) == ("1/x = y²", True)
    assert formulas.from_mathml(b"<chart/>") is None
    assert formulas.from_mathml(b"<math") is None
    assert formulas.from_mathml(b"<math><mphantom/></math>") is None


def test_a_formula_is_a_word_of_its_paragraph(tmp_path):
    document = docx.Document()
    document.add_paragraph("so ")._p.append(parse_xml(f"<m:oMath {NAMES}>{t('x=2')}</m:oMath>"))
    document.save(tmp_path / "a.docx")
    text = word.read(tmp_path / "a.docx")
    assert text.plain == "so x = 2"


def test_a_formula_with_a_line_of_its_own_is_centred(tmp_path):
    document = docx.Document()
    for name in ("oMathPara", "oMath"):
        source = f"<m:oMath>{t('x=2')}</m:oMath>" if name == "oMathPara" else t("x=2")
        document.add_paragraph()._p.append(parse_xml(f"<m:{name} {NAMES}>{source}</m:{name}>"))
    document.save(tmp_path / "a.docx")
    own, beside = word.read(tmp_path / "a.docx").parts
    assert (own.align, beside.align) == ("centre", None)
    assert own.lines[0][0][1].formula.display
