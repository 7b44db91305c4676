"""Speed, memory and file size beside other programs: ``python benchmarks/speed.py [--runs 3] [--only letter]``.

Four tasks as a user meets them, each in a process of its own, from the command to the finished files; the programs take
turns, so that the machine's moods meet all of them; the last two, which take long, run once. ``once started`` is the
time of one call in a process that has written a word before. Prints a Markdown table; the ratios are what lasts. Others
are measured where they are installed:

    pip install --no-deps Handright==8.2.0 handwriting-generator==0.1.0
    npm install --prefix FOLDER handwritten.js@18      and    --node-modules FOLDER/node_modules

``--joined`` measures joined writing beside unjoined instead.

Handright writes pictures with a font jittered glyph by glyph, handwriting-generator one tall picture, handwritten.js a
PDF of pictures from six drawings of each letter; handfont draws each glyph anew, as vectors, with searchable text.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WARM = "handfont, once started"
SECONDS = "seconds.txt"
"""Where a program that times itself puts what it took."""
NOTE = "Dear Anna,\n\nthank you, see you on Sunday!\n\nTom\n"
LETTERS = 100

STARTED = """
import gc, sys, time
from pathlib import Path
from handfont.rendering import render
gc.set_threshold(200_000, 20, 100)  # as the program does
text, folder, style, seconds = sys.argv[1:]
render("Hello", style).save(f"{folder}/out.pdf")
start = time.perf_counter()
render(Path(text).read_text(), style, seed=1).save(f"{folder}/out.pdf")
Path(seconds).write_text(str(time.perf_counter() - start))
"""
HANDRIGHT = """
import sys
from pathlib import Path
from PIL import Image, ImageFont
from handright import Template, handwrite
font = ImageFont.truetype(sys.argv[2], size=44)
template = Template(background=Image.new("1", (1654, 2339), 1), font=font, line_spacing=66, left_margin=189,
                    right_margin=158, top_margin=189, bottom_margin=173, word_spacing_sigma=2, font_size_sigma=1,
                    perturb_theta_sigma=0.03)
text = Path(sys.argv[1]).read_text()
for copy in range(int(sys.argv[4])):
    for number, page in enumerate(handwrite(text, template, seed=copy)):
        page.save(f"{sys.argv[3]}/{copy}-{number}.png")
"""
GENERATOR = """
import sys
from pathlib import Path
from handwriting_generator.render import HandwritingRenderer, RenderConfig
text = Path(sys.argv[1]).read_text()
for copy in range(int(sys.argv[3])):
    HandwritingRenderer(RenderConfig()).render(text).save(f"{sys.argv[2]}/{copy}.png")
"""
HANDWRITTEN = """
const handwritten = require("handwritten.js"), fs = require("fs");
const [text, folder, copies] = [fs.readFileSync(process.argv[1], "utf8"), process.argv[2], +process.argv[3]];
(async () => {
  for (let copy = 0; copy < copies; copy++) await new Promise(async (done, failed) => {
    const pdf = await handwritten(text);
    pdf.pipe(fs.createWriteStream(`${folder}/${copy}.pdf`)).on("close", done).on("error", failed);
  });
})().catch(error => { console.error(error); process.exit(1); });
"""


@dataclass(frozen=True)
class Task:
    """A text, written ``copies`` times. ``others`` take part unless it would take them too long."""

    name: str
    text: str
    copies: int = 1
    others: bool = True

    @property
    def characters(self) -> int:
        return len(self.text) * self.copies


@dataclass(frozen=True)
class Run:
    """Seconds, peak megabytes of one process, and megabytes of what it wrote."""

    seconds: float
    memory: float
    size: float


def tasks() -> list[Task]:
    letter = (ROOT / "examples" / "letter.txt").read_text(encoding="utf-8")
    prose = letter.replace("\n\n", "\n")
    long = (prose * 11)[:24000]
    one_page = letter[:600]
    return [
        Task("short note", NOTE),
        Task("letter", long),
        Task("mail merge", one_page, LETTERS),
        Task("500 pages", (prose * 500)[:900_000], others=False),
    ]


Command = Callable[[Path, Path, Task], list[str]]


def programs(options: argparse.Namespace) -> dict[str, tuple[Command, dict[str, str]]]:
    """How each program that is installed is called, with a text, a folder and a task."""
    python = sys.executable

    def ours(text: Path, folder: Path, task: Task) -> list[str]:
        if task.copies > 1:
            rows = text.with_name("rows.csv")
            rows.write_text("number\n" + "".join(f"{number}\n" for number in range(task.copies)))
            return [python, "-m", "handfont", "batch", str(rows), "--text", str(text), "-s", options.style, "-q",
                    "--out", str(folder)]  # fmt: skip
        return [python, "-m", "handfont", "render", str(text), "-s", options.style, "-q", "-o", f"{folder}/out.pdf"]

    def started(text: Path, folder: Path, task: Task) -> list[str]:
        return [python, "-c", STARTED, str(text), str(folder), options.style, str(text.with_name(SECONDS))]

    found: dict[str, tuple[Command, dict[str, str]]] = {"handfont": (ours, {}), WARM: (started, {})}
    generator = importlib.util.find_spec("handwriting_generator")
    if importlib.util.find_spec("handright"):
        at = importlib.util.find_spec("reportlab") if generator is None else generator
        font = options.font or sorted(Path(str(at and at.origin)).parent.glob("fonts/*.ttf"))[0]
        found["Handright"] = (
            lambda text, folder, task: [python, "-c", HANDRIGHT, str(text), str(font), str(folder), str(task.copies)],
            {},
        )
    if generator:
        found["handwriting-generator"] = (
            lambda text, folder, task: [python, "-c", GENERATOR, str(text), str(folder), str(task.copies)],
            {},
        )
    if options.node_modules and shutil.which("node"):
        found["handwritten.js"] = (
            lambda text, folder, task: ["node", "-e", HANDWRITTEN, str(text), str(folder), str(task.copies)],
            {"NODE_PATH": str(Path(options.node_modules).resolve())},
        )
    return found


WATCH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)
sys.exit(code)
"""


def measured(command: Command, extra: dict[str, str], task: Task) -> Run:
    """One run of a program, watched by a process of its own, whose only child it is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text, out = folder / "text.txt", folder / "out"
        out.mkdir()
        text.write_text(task.text, encoding="utf-8")
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", WATCH, *command(text, out, task)],
            env=os.environ | extra,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{task.name} failed:\n{done.stderr}")
        if (folder / SECONDS).exists():
            seconds = float((folder / SECONDS).read_text())
        size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
        return Run(seconds, float(done.stdout.split()[-1]), size / 1e6)


def joined(runs: int) -> None:
    """Prints how much longer a text of 24,000 characters takes joined than not, for each shipped style that joins: by
    the clock, and of all cores together.
    """
    from handfont.options import RenderOptions
    from handfont.rendering import render
    from handfont.style.store import load_style, shipped

    text = (NOTE.replace("\n", " ") * 1000)[:24_000]
    print("| style | seconds unjoined | joined | ratio | of processor time |\n| --- | --- | --- | --- | --- |")
    for path in sorted(shipped().glob("*.yaml")):
        style = load_style(path)
        if style.joins is None:
            continue
        taken: dict[str, list[tuple[float, float]]] = {"never": [], "auto": []}
        with tempfile.TemporaryDirectory() as folder:
            for number in range(runs + 1):  # the first one of each finds its letters
                for way, seconds in taken.items():
                    clock, used = time.perf_counter(), time.process_time()
                    render(text, style, RenderOptions(joined=way, seed=number)).save(Path(folder) / "out.pdf")
                    seconds.append((time.perf_counter() - clock, time.process_time() - used))
        (clock, used), (longer, more) = (
            (min(column) for column in zip(*seconds[1:], strict=True)) for seconds in taken.values()
        )
        print(f"| {path.stem} | {clock:.2f} | {longer:.2f} | {longer / clock:.2f} | {more / used:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--style", default="ballpoint")
    parser.add_argument("--font", type=Path, help="for Handright; by default one that comes with the other packages")
    parser.add_argument("--node-modules", help="where handwritten.js is installed")
    parser.add_argument("--only", action="append", help="a task by name; may be given several times")
    parser.add_argument("--joined", action="store_true", help="only a long text joined, over the same unjoined")
    options = parser.parse_args()
    if options.joined:
        joined(options.runs)
        return
    print("| task | program | characters | seconds | characters/s | beside handfont | peak MB | file MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    known = programs(options)
    for task in tasks():
        if options.only and task.name not in options.only:
            continue
        chosen = [
            name
            for name in known
            if name == "handfont" or (task.copies == 1 and len(task.text) > 1000 if name == WARM else task.others)
        ]
        runs: dict[str, list[Run]] = {name: [] for name in chosen}
        for _ in range(options.runs if task.others and task.copies == 1 else 1):
            for name in chosen:
                runs[name].append(measured(*known[name], task))
        ours = statistics.median(run.seconds for run in runs["handfont"])
        for name in chosen:
            seconds = statistics.median(run.seconds for run in runs[name])
            last = runs[name][-1]
            print(
                f"| {task.name} | {name} | {task.characters:,} | {seconds:.1f} | {task.characters / seconds:,.0f} | "
                f"{seconds / ours:.2f} x | {max(run.memory for run in runs[name]):.0f} | {last.size:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
