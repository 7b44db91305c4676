"""Builds a page that shows the hands that come with handfont, for a web site: ``python benchmarks/gallery.py site/``.

``site/index.html`` has a card for each style, on which a sentence writes itself; all it loads is beside it.
"""

from __future__ import annotations

import argparse
import re
import shutil
from html import escape
from pathlib import Path

from handfont import FileOptions, RenderOptions, render
from handfont.style import store
from handfont.style.posterior import StylePosterior

TEXT = "Dear Margaret, thank you for your lovely letter. We read it aloud, twice, at 7:15."
PAPER = RenderOptions(paper="120mmx44mm", margin="6mm", size="2.4mm", seed=4)
PICTURE = Path(__file__).parent.parent / "docs" / "before-after.jpg"
HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>handfont: hands that write</title>
<style>
:root { color-scheme: light dark; --paper: #fff; --ground: #f3f1ec; --text: #26221c; }
@media (prefers-color-scheme: dark) { :root { --ground: #1d1c1a; --text: #ece7dd; } }
body { margin: 0 auto; max-width: 1180px; padding: 24px 16px; background: var(--ground); color: var(--text);
  font: 17px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 32px; }
img { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--paper); }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 20px; }
figure { margin: 0; }
figcaption { padding: 8px 2px; font-size: 15px; }
a { color: inherit; }
</style>
<h1>handfont</h1>
<p>Whole documents in a real person's handwriting: yours, from one photo.</p>
<img src="before-after.jpg" alt="Left, a filled grid, photographed; right, a letter that handfont wrote in that hand">
<p>And these hands come with it. Each letter is drawn anew, as it writes itself here.</p>
<main>
"""


def card(style: StylePosterior, folder: Path) -> str:
    """The figure of a style, whose picture is written to the folder."""
    file = folder / f"{style.name}.svg"
    render(TEXT, style, PAPER).save(file, FileOptions(animate=True, duration="5s"))
    about = re.split("A writer of|Its rhythm", style.origin.description)[0].strip() or "Slanted a little."
    joined = ", joined" if style.joins is not None and "join" not in about.lower() else ""
    name, words = escape(style.name), escape(TEXT)
    return (
        f'<figure><a href="{name}.svg"><img src="{name}.svg" loading="lazy" alt="{words} (in the hand {name})"></a>'
        f"<figcaption><b>{name}</b>{joined}: {escape(about)} {escape(style.origin.licence)}</figcaption></figure>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the page is written")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    styles = [store.load_style(path) for path in sorted(store.shipped().glob("*.yaml"))]
    cards = "".join(card(style, folder) for style in styles)
    shutil.copyfile(PICTURE, folder / PICTURE.name)
    (folder / "index.html").write_text(f"{HEAD}{cards}</main>\n</html>\n", encoding="utf-8")
    print(f"{folder / 'index.html'}: {len(styles)} hands")


if __name__ == "__main__":
    main()
