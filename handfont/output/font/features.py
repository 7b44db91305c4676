"""The substitutions and the kerning of a font, in the language of feature files that Adobe made for them.

Text comes in as glyphs of block 0, unjoined. ``calt`` first joins letters: one that the hand joins to the next takes
the form that is left at its port, and what follows takes the form that is entered there. Then drawings take turns: each
glyph becomes the drawing after that of the glyph before it, across spaces too, so that equal letters that are fewer
than ``count`` letters apart differ. What begins a text, or a word where a program hands over single words, begins with
a drawing that its second letter chooses; ``rand`` lets words begin with any. ``ss01`` and so on choose one drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from handfont.output.font.characters import GlyphOrder, name_of
from handfont.output.font.spacing import Spacing, side_of
from handfont.synthesis.alternates import APART, Form
from handfont.synthesis.joining import base_of

SETS = 20
"""Stylistic sets that there are in OpenType."""
SPACES = ("space", "uni00A0", "uni2009", "uni202F")
"""Glyphs of spaces."""


def feature_file(order: GlyphOrder, spacing: Spacing) -> str:
    """Everything that a program does with the glyphs of a font, as the text of a feature file."""
    parts = [
        "languagesystem DFLT dflt;",
        "languagesystem latn dflt;",
        *_classes(order),
        *_joining(order),
        *_choosing(order),
        *_turning(order),
        *_kerning(order, spacing),
        _definitions(order),
    ]
    return "\n".join([*parts, ""])


def _names(glyphs: Iterable[tuple[Form, str]], block: int = 0) -> str:
    return " ".join(name_of(character, form, block) for form, character in glyphs)


def _classes(order: GlyphOrder) -> Iterator[str]:
    for block in range(order.count + 1):
        yield f"@D{block} = [{_names(order.block, block)}];"
    yield f"@SPACES = [{' '.join(SPACES)}];"


def _joining(order: GlyphOrder) -> Iterator[str]:
    """Letters take the forms of their ports."""
    ports = order.ports
    if ports is None:
        return
    groups: dict[str, list[str]] = defaultdict(list)
    for left, rights in ports.followers.items():
        groups[rights].append(left)
    left_at = Form(None, True)
    rules = []
    for rights, lefts in groups.items():
        before = order.having(left_at, lefts)
        after = [character for character in order.characters if base_of(character) in set(rights)]
        if before and after:
            rules.append(
                f"  sub [{_names((APART, c) for c in before)}]' [{_names((APART, c) for c in after)}] "
                f"by [{_names((left_at, c) for c in before)}];"
            )
    if not rules:
        return
    yield from ("lookup leave {", *rules, "} leave;", "lookup enter {")
    for number in range(len(ports.levels)):
        bases = [letter for letter, level in ports.level.items() if level == number]
        leaving = [(form, c) for form, c in order.block if form.onward and base_of(c) in bases]
        entered = [(form, c) for form, c in order.block if form.entry == number]
        if leaving and entered:
            plain = [(Form(None, form.onward), c) for form, c in entered]
            yield f"  sub [{_names(leaving)}] [{_names(plain)}]' by [{_names(entered)}];"
    yield "} enter;"
    yield "feature calt { lookup leave; lookup enter; } calt;"


def _choosing(order: GlyphOrder) -> Iterator[str]:
    """One drawing for all, and any drawing."""
    for number in range(1, min(order.count, SETS) + 1):
        tag, label = f"ss{number:02}", f'featureNames {{ name "Drawing {number}"; }};'
        yield f"feature {tag} {{ {label} sub @D0 by @D{number}; }} {tag};"
    yield "lookup any {"
    for form, character in order.block:
        others = " ".join(name_of(character, form, block) for block in range(1, order.count + 1))
        yield f"  sub {name_of(character, form)} from [{others}];"
    yield "} any;"
    yield "feature aalt { lookup any; } aalt;"
    yield "lookup begin { sub @SPACES @D0' lookup any; } begin;"
    yield "feature rand { lookup begin; } rand;"


def _turning(order: GlyphOrder) -> Iterator[str]:
    """Each glyph becomes the drawing after that of the glyph before it."""
    yield "lookup turn {"
    for block in range(1, order.count + 1):
        following = block % order.count + 1
        yield f"  sub @D{block} @D0' by @D{following};"
        yield f"  sub @D{block} @SPACES @D0' by @D{following};"
    # Common letters and others are dealt out evenly to the drawings to begin with.
    for number in range(1, order.count):
        second = [(form, c) for index, (form, c) in enumerate(order.block) if index % order.count == number]
        if second:
            yield f"  sub @D0' [{_names(second)}] by @D{number + 1};"
    yield "  sub @D0' by @D1;"
    yield "} turn;"
    yield "feature calt { lookup turn; } calt;"


def _kerning(order: GlyphOrder, spacing: Spacing) -> Iterator[str]:
    lefts: dict[str, list[str]] = defaultdict(list, {" ": list(SPACES)})
    rights: dict[str, list[str]] = defaultdict(list, {" ": list(SPACES)})
    for block in range(order.count + 1):
        for form, character in order.block:
            side, name = side_of(character), name_of(character, form, block)
            if not form.onward:
                lefts[side].append(name)
            if form.entry is None:
                rights[side].append(name)
    used_left = dict.fromkeys(left for left, _ in spacing.kerning)
    used_right = dict.fromkeys(right for _, right in spacing.kerning)
    if not spacing.kerning:
        return
    for prefix, used, glyphs in (("L", used_left, lefts), ("R", used_right, rights)):
        for side in used:
            yield f"@{prefix}{ord(side):04X} = [{' '.join(glyphs[side])}];"
    yield "feature kern {"
    for (left, right), amount in spacing.kerning.items():
        yield f"  pos @L{ord(left):04X} @R{ord(right):04X} {amount};"
    yield "} kern;"


def _definitions(order: GlyphOrder) -> str:
    every = " ".join(f"@D{block}" for block in range(order.count + 1))
    return f"table GDEF {{ GlyphClassDef [{every}], , , ; }} GDEF;"
