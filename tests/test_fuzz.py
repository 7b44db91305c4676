"""Files of others, mutated: whatever is wrong with them is a sentence, and takes no time. Each run is the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from handfont.errors import UserError
from handfont.layout import markdown, plain_text, template_yaml
from handfont.style import store, yaml_format
from handfont.util import pictures, search_path

CASES = 200
LONGEST = 2000
"""Characters of a message."""
PIECES = ["[", "]", "{", "}", "&a ", "*a", "!!int ", "9" * 120, ".inf", "-1", ": ", "- ", "'", '"', "\n", "\t", "|",
          "\0",
          "\ud800", "é", "1e400", "null", "~", "0x" + "f" * 200, "<<: ", "2026-13-45", "x" * 300, "..", "?", "#", "%",
          "@", "`", "true", "\u0301" * 50, "![x](/)", "---\n", "\f", ">" * 80, "$" * 9]  # fmt: skip


def mutated(source: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 4)):
        start, kind = rng.randrange(len(source) + 1), rng.random()
        stop = start + rng.randint(1, 20)
        if kind < 0.5:
            source = source[:start] + rng.choice(PIECES) + source[start:]
        elif kind < 0.75:
            source = source[:start] + source[stop:]
        else:
            at = rng.randrange(len(source) + 1)
            source = source[:at] + source[start:stop] + source[at:]
    return source


def told(run, *arguments) -> bool:
    """Whether it was refused, in a sentence; any other exception fails the test."""
    try:
        run(*arguments)
    except UserError as error:
        assert 10 < len(error.message) < LONGEST
        return True
    return False


def counted(refused: int) -> None:
    # The mutations neither break everything nor nothing: what is tested is not only the first check.
    assert CASES * 0.1 < refused < CASES


def test_templates(tmp_path: Path) -> None:
    rng = random.Random(1)
    sources = [path.read_text(encoding="utf-8") for path in search_path.known("templates").values()]
    path = tmp_path / "t.yaml"

    def run(source: str) -> None:
        path.write_bytes(source.encode("utf-8", "surrogatepass"))
        template_yaml.load(str(path)).filled({}, "skip")

    counted(sum(told(run, mutated(rng.choice(sources), rng)) for _ in range(CASES)))


def test_styles(tmp_path: Path) -> None:
    rng = random.Random(2)
    rows = store.find("print").read_text(encoding="utf-8").split("\n")
    start = rows.index("characters:")
    source = "\n".join(rows[: start + 8]) + "\n"
    path = tmp_path / "s.yaml"

    def run(mutation: str) -> None:
        path.write_bytes(mutation.encode("utf-8", "surrogatepass"))
        store.check_model(yaml_format.load(path), str(path))

    assert not told(run, source)
    counted(sum(told(run, mutated(source, rng)) for _ in range(CASES)))


@pytest.mark.parametrize("missing", ["error", "skip"])
def test_texts_and_markdown(missing: str) -> None:
    rng = random.Random(3)
    source = (
        "---\nname: Anna\ndate: 3 May\n---\n# A *title*\n\n- one\n"
        "  1. two `code`\n\n> quote **bold** ~~gone~~\n"
        "\n| a | b |\n|---|--:|\n| c | d |\n\n```\nif x:\n    y\n```\n\n[link](http://example.org) end\n"
    )

    def run(mutation: str) -> None:
        _, body, skipped = plain_text.front_matter(mutation)
        cleaned = plain_text.clean(body, "the text", missing, skipped)
        list(markdown.blocks(cleaned))
        list(plain_text.blocks(cleaned))

    refused = sum(told(run, mutated(source, rng)) for _ in range(CASES))
    assert 0 < refused < CASES


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp", "tif", "bmp"])
def test_pictures(tmp_path: Path, suffix: str) -> None:
    rng = random.Random(4)
    path = tmp_path / f"a.{suffix}"
    Image.effect_noise((40, 30), 60).convert("RGB").save(path)
    content = path.read_bytes()
    refused = 0
    for _ in range(CASES // 5):
        changed = bytearray(content)
        for _ in range(rng.randint(1, 4)):
            changed[rng.randrange(60)] = rng.randrange(256)
        path.write_bytes(changed[: rng.choice([len(changed), rng.randrange(len(changed))])])
        try:
            pictures.check(path)
        except pictures.PictureError as error:
            assert len(str(error)) < LONGEST
            refused += 1
    assert refused > 0
