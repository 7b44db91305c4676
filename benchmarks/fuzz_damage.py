"""How the fuzz runs spoil files: YAML as people and attackers change it, damaged bytes, odd pictures."""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
from pathlib import Path

SCAN = Path(__file__).resolve().parent.parent / "tests" / "data" / "grid_sheet.jpg"
VALUES = ("1e308", "-1e308", ".inf", ".nan", "-1", "0", "9" * 5000, "1e-320", "null", "''", "[]", "{}", "[[[[[]]]]]",
          "true",
          "2026-11-29", "'\\ud800'", "'\\0'", "\"\\x1b[31m\"", "!!python/object/apply:os.system ['true']",
          "!!binary aGFsbG8=",
          "&a [*a]", "*nothing", "0x" + "f" * 500, "[" * 3000, "'" + "x" * 30_000 + "'", "999999mm", "-3mm", "1e9cm",
          "A4", "navy", "'#12'", "{min: 9mm, max: 1mm}", "../../etc/passwd", "/dev/zero", "/", "missing.png",
          "1000000")  # fmt: skip
PLAUSIBLE = ("0.1", "0.5", "1", "2", "5", "12", "100", "-0.3", "1e-9", "0", "5mm", "30mm", "2cm", "A5", "A6", "navy",
             "x", "true", "centre")  # fmt: skip


def picture(rng: random.Random) -> bytes:
    """A picture: sound, damaged, of odd dimensions, or one that is small in the file and large in memory."""
    from PIL import Image

    odd = rng.random()
    if odd < 0.3:
        return _png(*rng.choice(((1, 1), (1, 60_000), (60_000, 1), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (0, 5),
                                 (12_000, 9000),
                                 (1_800_000, 64), (64, 1_800_000), (5000, 5000))))  # fmt: skip
    image = Image.open(SCAN)
    left, top = rng.randrange(image.width // 2), rng.randrange(image.height // 2)
    image = image.crop((left, top, left + rng.randint(5, 400), top + rng.randint(5, 400)))
    image = image.convert(
        rng.choice(("RGB", "L", "1", "P", "CMYK", "RGBA", "I;16", "F") if odd < 0.6 else ("RGB", "L"))
    )
    content = io.BytesIO()
    kind = rng.choice(("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "PDF"))
    try:
        image.save(content, kind)
    except (OSError, ValueError):
        image.convert("RGB").save(content, "PNG")
    return bytes_changed(rng, content.getvalue()) if odd > 0.7 else content.getvalue()


def _png(width: int, height: int) -> bytes:
    """A PNG of one gray whose data is whole up to 200 million pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeeze, pixels = zlib.compressobj(1), b""
    row = b"\0" * (1 + (width + 7) // 8) if width * height < 2e8 or width < 1e5 else b"\0"
    for _ in range(min(height, 2_000_000) if width * height < 2e8 else 10):
        pixels += squeeze.compress(row)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels + squeeze.flush()) + part(b"IEND", b"")


def changed(rng: random.Random, text: str) -> bytes:
    """A YAML file with one to three changes, or some bytes of it damaged."""
    if rng.random() < 0.15:
        return bytes_changed(rng, text.encode())
    for _ in range(rng.randint(1, 3)):
        text = _of_yaml(rng, text)
    return text.encode("utf-8", "replace")


def _of_yaml(rng: random.Random, text: str) -> str:
    """One change of the kind that people, editors and attackers make: a value, a line, a key, an end too early."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    kind = rng.choice((0, 0, 0, 2, 2, 2, 2, 3, 4, 5))
    values = PLAUSIBLE if rng.random() < 0.6 else VALUES
    if kind == 0:
        lines[at] = re.sub(r"(:\s+|-\s+)(?=\S).*", lambda found: f"{found[1]}{rng.choice(values)}", lines[at], count=1)
    elif kind == 2:
        numbers = list(re.finditer(r"-?\d[\d.]*", text))
        if numbers:
            found = rng.choice(numbers)
            return text[: found.start()] + rng.choice(values) + text[found.end() :]
    elif kind == 3:
        del lines[at]
    elif kind == 4:
        lines[at] = rng.choice(
            (lines[at] * 2, "  " + lines[at], lines[at].lstrip(), f"new: {rng.choice(VALUES)}\n", "\t" + lines[at])
        )
    else:
        return text[: rng.randrange(len(text))]
    return "".join(lines)


def bytes_changed(rng: random.Random, content: bytes) -> bytes:
    """Content with some bytes changed, left out or put in."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 20))):
        if not changed:
            break
        at = rng.randrange(len(changed))
        how = rng.randrange(4)
        if how <= 1:
            changed[at] = rng.randrange(256)
        elif how == 2:
            del changed[at : at + rng.choice((1, 9, 500))]
        else:
            changed[at:at] = bytes(rng.choices(range(256), k=rng.choice((1, 9, 50))))
    return bytes(changed)
