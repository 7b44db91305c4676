"""What the fuzz runs are made of: for each kind, files that are broken, hostile or odd, and a command that reads them.

Every case is made from its kind and number alone, so that one that fails can be made again.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import fuzz_jinja
from fuzz_damage import VALUES, bytes_changed, changed, picture

HERE = Path(__file__).resolve().parent.parent
STYLES, TEMPLATES, EXAMPLES = HERE / "styles", HERE / "templates", HERE / "examples"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CHARACTERS = (LETTERS, LETTERS.upper(), "0123456789", ".,;:!?'\"()-–—…", "äöüßéèêçñøåłőžșŵ", "\t\n\n\f\r\x0b",
              "\u0301\u0308\u0327\u0338",
              "\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066", "\x00\x01\x1b\x7f\x85", "中文テキスト",
              "👍🏽🏴‍☠️", "אבגעربي",
              "½²³™€£§°‰", "{}[]<>|\\^~`#*_$%&@=+/")  # fmt: skip


def make(kind: str, number: int, folder: Path) -> list[str]:
    """Write the files of a case into ``folder``, the working folder of its command; the command's arguments."""
    return KINDS[kind](random.Random(f"{kind} {number}"), folder)


def _style(rng: random.Random, folder: Path) -> list[str]:
    source = (STYLES / f"{rng.choice(('print', 'slant'))}.yaml").read_text(encoding="utf-8")
    (folder / "s.yaml").write_bytes(changed(rng, source))
    (folder / "l.txt").write_text("Dear Anna,\nall is well.\n")
    weight = rng.choice(("0.5", "1e308", "-1", "nan", "inf", "9" * 400, "0", ""))
    return rng.choice(
        (
            ["styles", "show", "s.yaml"],
            ["styles", "check", "s.yaml"],
            ["styles", "import", "s.yaml", "--name", "new"],
            ["styles", "mix", f"s.yaml:{weight}", "print:0.5", "-o", "new"],
            ["styles", "preview", "s.yaml", "-o", "p.png"],
            ["styles", "adjust", "s.yaml", "-o", "new", "--slant", rng.choice(("8", "89", "1e308", "nan"))],
            ["render", "l.txt", "--style", "s.yaml", "-o", "o.pdf"],
            ["styles", "export", "s.yaml", "-o", "e.yaml"],
        )
    )


def _template(rng: random.Random, folder: Path) -> list[str]:
    source = rng.choice(sorted(TEMPLATES.glob("*.yaml"))).read_text(encoding="utf-8")
    if rng.random() < 0.3:
        source += rng.choice(
            (
                "background: b.png\n",
                "columns: 3\ncolumn-gap: 8mm\n",
                "pages: 1\n",
                "landscape: true\n",
                "size: {min: 1mm, max: 9mm}\n",
                f"background: {rng.choice(VALUES)}\n",
            )
        )
        (folder / "b.png").write_bytes(picture(rng))
    (folder / "t.yaml").write_bytes(changed(rng, source))
    (folder / "l.txt").write_text("Dear Anna,\nall is well.\n")
    field = rng.choice((["--field", "date=3 May"], ["--field", "x=" + "y" * 500], []))
    return rng.choice(
        (
            ["templates", "show", "t.yaml"],
            ["templates", "preview", "t.yaml", "-o", "p.png", "--style", "print"],
            ["render", "l.txt", "--style", "print", "--template", "t.yaml", "-o", "o.pdf", *field],
            ["render", "--style", "print", "--template", "t.yaml", "-o", "o.svg", *field],
        )
    )


def _text(rng: random.Random, folder: Path) -> list[str]:
    parts = []
    odd = rng.random()
    for _ in range(rng.randint(1, 30)):
        some = rng.choice(CHARACTERS if odd > 0.7 else CHARACTERS[:5])
        parts.append(
            "".join(rng.choices(some, k=rng.choice((1, 5, 5, 30, 300)))) + rng.choice((" ", " ", "\n", "\n\n"))
        )
    text = "".join(parts)
    if odd < 0.1:
        text = rng.choice(
            (
                "e" + "\u0301" * 200_000,
                "x" * 20_000,
                "\n" * 100_000,
                " " * 300_000,
                "\f" * 900,
                "a\u0338" * 5000,
                "https://example.org/" + "a/b-c_" * 3000,
                "\t" * 50_000 + "x",
                "-" * 20_000,
            )
        )
    elif odd < 0.3:
        fields = changed(rng, "date: 3 May\nsender: Anna\n").decode("utf-8", "replace")
        text = f"---\n{fields}---\n{text}"
    content = text.encode("utf-8" if odd < 0.2 else rng.choice(("utf-8",) * 8 + ("utf-16", "cp1252")), "replace")
    (folder / "l.txt").write_bytes(bytes_changed(rng, content) if rng.random() < 0.1 else content)
    options = (
        []
        if rng.random() < 0.4
        else rng.choice(
            (
                [],
                ["--missing", "box"],
                ["--lang", rng.choice(("de", "en_GB", "xx", "../de", ""))],
                ["--size", rng.choice(("2mm", "0.01mm", "90mm", "nan", "1e999mm", "-2mm"))],
                ["--ink", rng.choice(VALUES)],
                ["--margin", rng.choice(("1mm", "200mm", "-5mm", "0mm"))],
                ["--paper", rng.choice(("A6", "1mmx1mm", "1e9mmx5mm", "x"))],
                ["--line-height", rng.choice(("7mm", "0mm", "1e9mm"))],
                ["--template", rng.choice(("letter", "lined", "postcard"))],
                ["--field", rng.choice(("date=x", "=", "x", "date=" + "y" * 3000))],
                ["--seed", "9" * 30],
                ["--dpi", "1e308"],
            )
        )
    )
    output = rng.choice(("o.pdf", "o.svg", "o.png"))
    if rng.random() < 0.1:
        output = rng.choice(("n" * 300 + ".pdf", "no/o.pdf", "o.doc", "\udcff.pdf"))
    missing = [] if "--missing" in options or rng.random() < 0.2 else ["--missing", "skip"]
    return ["render", "l.txt", "--style", "print", "-o", output, *missing, *options]


def _markdown(rng: random.Random, folder: Path) -> list[str]:
    (folder / "p.png").write_bytes(picture(rng))
    # Not deeper: twice as long a document takes a core over 20 seconds to write, however plain its text.
    deep = rng.choice((3, 30, 300, 1500))
    pieces: list[Callable[[], str]] = [
        lambda: ">" * deep + " quoted\n",
        lambda: "#" * rng.randint(1, 9) + " Heading\n\n",
        lambda: "*" * deep + "x\n",
        lambda: "".join("  " * i + "- item\n" for i in range(min(deep, 200))),
        lambda: "1. one\n2. two\n   - three\n",
        lambda: "![shown](p.png)\n\n",
        lambda: f"![shown]({rng.choice(('gone.png', '/dev/zero', '../..', 'data:x', 'http://x/y.png'))})\n",
        lambda: "|a|b|\n|-|:-:|\n" + "|c|d|\n" * min(deep, 50),
        lambda: "[a](b)" * min(deep, 500) + "\n",
        lambda: "[" * deep + "x\n",
        lambda: "`" * deep + "code\n",
        lambda: "```\n" + "code\n" * min(deep, 90) + "```\n\n",
        lambda: "<div>" * deep + "\n",
        lambda: "---\n",
        lambda: "***strong*** ~~gone~~ _so_ \\* &amp; &#x41; &nothing;\n\n",
        lambda: "* " * deep + "\n",
        lambda: "word " * min(deep, 400) + "\n\n",
        lambda: "[x]: y\n" * min(deep, 500),
        lambda: "&" * deep + "\n\n",
        lambda: "|" * deep + "\n" + "|-" * deep + "|\n",
        lambda: "> - " * min(deep, 300) + "x\n",
        lambda: "![" * deep + "\n",
    ]
    text = "".join(rng.choice(pieces)() for _ in range(rng.randint(1, 12)))
    (folder / "l.md").write_bytes(bytes_changed(rng, text.encode()) if rng.random() < 0.2 else text.encode())
    return ["render", "l.md", "--style", "print", "--missing", "skip", "-o", rng.choice(("o.pdf", "o.svg"))]


def _table(rng: random.Random, folder: Path) -> list[str]:
    rows = [
        ["name", "gift"],
        *([rng.choice(("Anna", "Zoë", "José", "", "x" * 2000, "=1+1")), str(i)] for i in range(5)),
    ]
    odd = ["a", "", "\x1b[2J", "x" * 50_000, "\u202e", "中", '"', "9" * 5000, "a\nb", "{{ gift }}", "\x00", "-1"]
    if rng.random() < 0.5:
        rows[rng.randrange(6)][rng.randrange(2)] = rng.choice(odd)
    if rng.random() < 0.3:
        column = rng.choice(("style", "template", "seed", "format"))
        rows = [[*row, rng.choice(odd) if number else column] for number, row in enumerate(rows)]
    kind = rng.choice(("csv", "tsv", "jsonl", "xlsx"))
    (folder / f"t.{kind}").write_bytes(_rows(rng, rows, kind))
    (folder / "l.txt").write_text("Dear {{ name }}, {{ gift }}\n")
    name = rng.choice(
        (
            "{{ name }}-{{ row }}.pdf",
            "{{ name }}.pdf",
            "{{ name }}/{{ row }}",
            "x" * 400 + "/{{ row }}.png",
            "{{ row }}.doc",
            "../{{ row }}.pdf",
            "{{ '\\ud800' }}",
            "\udcff{{ row }}.pdf",
            "a/" * 900 + "{{ row }}",
        )
    )
    encodings = ("utf-8", "utf-16", "idna", "utf-7", "cp1252", "hex", "x", "utf-32", "punycode", "")
    options = rng.choice(
        (
            [],
            ["--encoding", rng.choice(encodings)],
            ["--separator", rng.choice((";", "xx", "\t", '"', ""))],
            ["--sheet", "Other"],
            ["--limit", "2"],
            ["--merge", "all.pdf"],
            ["--name", name],
            ["--name", name],
        )
    )
    end = ["--dry-run"] if rng.random() < 0.7 else ["--out", rng.choice(("o", "o" * 300, "l.txt", "\udcff", "a/b/c"))]
    return ["batch", f"t.{kind}", "--text", "l.txt", "--style", "print", "--workers", "1", *options, *end]


def _rows(rng: random.Random, rows: list[list[str]], kind: str) -> bytes:
    if kind == "xlsx":
        return bytes_changed(rng, _spreadsheet(rows)) if rng.random() < 0.7 else _spreadsheet(rows)
    if kind == "jsonl":
        values = ('"\\ud800"', "[" * 2000, "1e999", "9" * 5000, "NaN", '[[["a"]]]', '{"a": {"b": 1}}', "null", "tru",
                  '"\\u0000"')  # fmt: skip
        lines = [json.dumps(dict(zip(rows[0], row, strict=True))) for row in rows[1:]]
        lines.append(f'{{"name": {rng.choice(values)}, "gift": "x"}}')
        content = "\n".join(lines).encode()
    else:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if kind == "tsv" else ",").writerows(rows)
        content = text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace")
    return bytes_changed(rng, content) if rng.random() < 0.4 else content


def _spreadsheet(rows: list[list[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    for row in rows:
        book.active.append([ILLEGAL_CHARACTERS_RE.sub("", cell)[:30_000] for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _pictures(rng: random.Random, folder: Path) -> list[str]:
    name = rng.choice(("p.png", "p.png", "p.jpg", "p.pdf", "p.tif", "p.webp"))
    (folder / name).write_bytes(picture(rng))
    (folder / "p.txt").write_text(rng.choice(("abc\n", "", "\x00", "abcdefgh\n" * 20)))
    (folder / "t.yaml").write_text(f"schema: handfont-template/1\ndescription: x\npaper: A6\nbackground: {name}\n")
    (folder / "l.md").write_text(f"![shown]({name})\n\nHello\n")
    return rng.choice(
        (
            ["enroll", name, "--name", "x"],
            ["enroll", name, "--name", "x", "--text", "p.txt"],
            ["enroll", name, "--name", "x", "--dry-run"],
            ["enroll", ".", "--name", "x"],
            ["render", "l.md", "--style", "print", "--template", "t.yaml", "-o", "o.pdf"],
            ["render", "l.md", "--style", "print", "-o", "o.pdf"],
        )
    )


KINDS: dict[str, Callable[[random.Random, Path], list[str]]] = {
    "styles": _style,
    "templates": _template,
    "texts": _text,
    "markdown": _markdown,
    "tables": _table,
    "pictures": _pictures,
    "jinja": fuzz_jinja.make,
}
