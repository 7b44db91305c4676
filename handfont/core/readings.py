"""Characters that a hand does not have, but that plainly read as others: what is written for them.

Full-width letters of clipboard texts, letters of mathematical alphabets, roman numerals and units in one character,
and spaces of typographers are what they stand for, by Unicode's compatibility decomposition. Emoji are pictures:
:func:`likeness` gives a sign that shows about the same, for those who ask for it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from handfont.core.composites import WRITABLE

_KNOWN = frozenset(WRITABLE)
_SPACES = dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000\u1680", " ")
_SIGNS = {
    "∙": "·", "‣": "•", "⁃": "•", "∎": "■", "‼": "!!", "⁇": "??", "⁈": "?!", "⁉": "!?", "❗": "!", "❕": "!", "❓": "?",
    "❔": "?", "➕": "+", "➖": "–", "➗": "÷", "✅": "✓", "❌": "✗", "❎": "☒", "🗸": "✓", "🗹": "☑", "🗷": "☒",
    "💯": "100", "、": ",", "。": ".", "・": "·", "「": "“", "」": "”", "〜": "~", "‱": "%oo", "₨": "Rs", "℞": "Rx",
    "⸺": "——", "❝": "“", "❞": "”", "❛": "‘", "❜": "’", "ʹ": "'", "ʺ": '"', "ʼ": "’", "ˈ": "'", "＇": "'",
    "‴": "'''", "∕": "/", "⧸": "/", "ⅼ": "l", "﹣": "-", "￣": "¯", "￨": "|", "❘": "|", "⎯": "—", "─": "—", "━": "—",
    "│": "|", "┃": "|",
}  # fmt: skip
"""Signs that Unicode does not decompose."""
_LIKENESSES = {
    "☺": "😀😃😄😁😆😅🤣😂🙂😊😇🥰😍🤩😘😗☻😋😎🤗😌😙😚🤓😺😸",
    "☹": "😢😭😞😔😟🙁😕😣😖😩😫🥺😿😥😰😓",
    "😉": "😜😏🤪",
    "😐": "😑😶🤨🙄",
    "😮": "😯😲😱😳🤯",
    "♥": "🧡💛💚💙💜🖤🤍🤎💕💖💗💘💝💞💓💟",
    "★": "🌟✨💫🌠",
    "☀": "🌞🔆☼🌤",
    "☾": "🌙🌛🌜☽",
    "☁": "⛅🌥🌧☔",
    "☂": "🌂⛱",
    "♪": "🎵",
    "♫": "🎶♬",
    "✉": "📧📩💌📨🖂",
    "⌂": "🏠🏡🏘🛖",
    "✿": "🌸🌼🌻🌺🌷🌹💐❀✾🏵",
    "☕": "🍵",
}
_LIKENESS = {emoji: sign for sign, group in _LIKENESSES.items() for emoji in group if emoji not in WRITABLE}
_SKIN = frozenset("🏻🏼🏽🏾🏿")


@lru_cache(maxsize=4096)
def reading(character: str) -> str | None:
    """What a character that cannot be written plainly reads as, of characters that can be; None if nothing."""
    if character in _SPACES:
        return _SPACES[character]
    if character in _SIGNS:
        return _SIGNS[character]
    kind, *codes = unicodedata.decomposition(character).split() or [""]
    if not kind.startswith("<") or kind in ("<super>", "<sub>"):  # x\u1d43 is not xa
        return None
    found = []
    for code in codes:
        part = chr(int(code, 16))
        own = part if part in _KNOWN or part == " " else reading(part)
        if own is None:
            return None
        found.append(own)
    text = "".join(found).strip() or " "
    return f"({text})" if kind == "<circle>" else text


def likeness(character: str) -> str | None:
    """A sign that shows about what an emoji does; empty for one that only changes another; None if there is none."""
    return "" if character in _SKIN else _LIKENESS.get(character)
