"""LaTeX to formulas, by latex2mathml."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from handfont.errors import TextError
from handfont.layout.formulas.mathml import MathmlReader, UnwritableError
from handfont.layout.formulas.nodes import Formula
from handfont.util.wording import shortened

MAX_CHARACTERS = 2000
"""Length of a formula."""
_REFUSED = re.compile(r"\\(newcommand|renewcommand|providecommand|def|let|newenvironment|label|ref|tag|require)\b")
"""Commands that write nothing, or that define others."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(aligned|align|align\*|gathered|gather|gather\*|split|equation\*?)\}")
_NOT = (("\\not=", "\\neq "), ("\\not\\in ", "\\notin "), ("\\not\\subset ", "⊄ "), ("\\not\\equiv ", "≢ "))
_REASONS = {
    "MissingSuperScriptOrSubscriptError": "a ^ or _ has nothing after it",
    "DoubleSubscriptsError": "it has two subscripts after each other",
    "DoubleSuperscriptsError": "it has two superscripts after each other",
    "NoAvailableTokensError": "it ends too early, or a bracket is missing",
    "ExtraLeftOrMissingRightError": "a \\left has no \\right",
    "MissingEndError": "a \\begin has no \\end",
    "NumeratorNotFoundError": "a fraction has no numerator",
    "DenominatorNotFoundError": "a fraction has no denominator",
}


def parse(latex: str, where: str, display: bool = False) -> Formula:
    """The formula that LaTeX means.

    Args:
        where: what messages call the text that it is in.

    Raises:
        TextError: it is no LaTeX, or has something that cannot be written by hand.
    """
    source = " ".join(latex.split())
    try:
        return MathmlReader(display, plain="\\&" in source).formula(_mathml(source, display))
    except UnwritableError as error:
        raise TextError(f"{where}: the formula ${shortened(source)}$ {error}") from error


def _mathml(latex: str, display: bool) -> Element:
    from latex2mathml.converter import convert_to_element

    if len(latex) > MAX_CHARACTERS:
        raise UnwritableError(f"has {len(latex)} characters; at most {MAX_CHARACTERS} are written")
    if found := _REFUSED.search(latex):
        raise UnwritableError(f"has \\{found[1]}, which cannot be written by hand; leave it out")
    source = _ENVIRONMENT.sub(" ", latex)
    for command, same in _NOT:
        source = source.replace(command, same)
    if not _balanced(source):
        raise UnwritableError("cannot be understood: its braces { } do not match")
    try:
        root: Element = convert_to_element(source, display="block" if display else "inline")
    except RecursionError as error:
        raise UnwritableError("is nested too deeply") from error
    except Exception as error:  # the parser raises what Python does where LaTeX is none
        reason = _REASONS.get(type(error).__name__, "it is no LaTeX")
        raise UnwritableError(f"cannot be understood: {reason}") from error
    return root


def _balanced(source: str) -> bool:
    depth = 0
    for token in re.findall(r"\\.|[{}]", source):
        depth += (token == "{") - (token == "}")
        if depth < 0:
            return False
    return depth == 0
