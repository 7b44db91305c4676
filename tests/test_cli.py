"""The command line as a user meets it: each kind of call in a process of its own, what it says of them in this one."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import unprivileged
import yaml

from handfont.style import yaml_format

LONG = "x" * 300
"""A name that no file can have."""


@pytest.fixture
def desk(tmp_path, furnished):
    """A folder with a style, letters good and bad, and scans."""
    return shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory, style, grid_scan):
    tmp_path = tmp_path_factory.mktemp("desk")
    (tmp_path / "styles").mkdir()
    yaml_format.save(style, tmp_path / "styles" / "me.yaml")
    (tmp_path / "letter.txt").write_text("Dear Anna,\nall is well.\n")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "chinese.txt").write_text("Dear\nAn\u4e2d a", encoding="utf-8")
    (tmp_path / "latin1.txt").write_bytes(b"caf\xe9")
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "scans").mkdir()
    shutil.copy(grid_scan, tmp_path / "scans")
    shutil.copy(grid_scan.with_suffix(".txt"), tmp_path / "scans")
    (tmp_path / "none").mkdir()
    (tmp_path / "fake.jpg").write_text("this is no picture")
    data = yaml.safe_load(yaml_format.dumps(style))
    for name, change in {"foreign": {"model": "hand-0"}, "odd": {"pen": {"width": "wide"}}}.items():
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(data | change, allow_unicode=True))
    (tmp_path / "evil.yaml").write_text("!!python/object/apply:os.system ['touch pwned']")
    (tmp_path / "torn.yaml").write_text("schema: [")
    return tmp_path


def test_enroll_then_render(handfont, desk):
    done = handfont("enroll", "scans", "--name", "anna", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert "80 glyphs of 80 characters" in done.stdout
    assert "inferred from the others: # $ *" in done.stdout
    assert (desk / "styles" / "anna.preview.png").stat().st_size > 10_000
    done = handfont("render", "letter.txt", "--style", "anna", cwd=desk)
    assert (done.returncode, done.stdout) == (0, "1 page written to letter.pdf\n"), done.stderr
    assert (desk / "letter.pdf").read_bytes().startswith(b"%PDF")
    done = handfont("render", "letter.txt", "-s", "styles/anna.yaml", "-o", "page.png", "--dpi", 80, "-q", cwd=desk)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (desk / "page.png").exists()


def test_the_same_seed_gives_the_same_bytes_in_two_processes(handfont, desk):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        done = handfont("render", "letter.txt", "-s", "me", "--seed", seed, "-o", f"{name}.pdf", cwd=desk)
        assert done.returncode == 0, done.stderr
    a, b, c = ((desk / f"{name}.pdf").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["enroll", "nowhere"], "nowhere does not exist"),
        (["enroll", "none"], "no scans found in none"),
        (["enroll", "fake.jpg"], "fake.jpg is not an image"),
        (["enroll", "scans", "--name", "a/b"], "cannot name a style"),
        (["render", "letter.txt", "-s", "mee"], "did you mean 'me'? Known styles: "),
        (["render", "letter.txt", "-s", "gone.yaml"], "gone.yaml does not exist"),
        (["render", "letter.txt", "-s", "torn.yaml"], "torn.yaml is not readable YAML at line 1"),
        (["render", "letter.txt", "-s", "evil.yaml"], "evil.yaml is not readable YAML"),
        (["render", "letter.txt", "-s", "odd.yaml"], "field 'pen.width' must be a number"),
        (["render", "letter.txt", "-s", "foreign.yaml"], "enrolled with the weights 'hand-0'"),
        (["render", "chinese.txt", "-s", "me"], "U+4E2D CJK UNIFIED IDEOGRAPH-4E2D) at line 2 column 3"),
        (["render", "binary.txt", "-s", "me"], "binary.txt is no text in any usual encoding"),
        (["render", "chinese.txt", "-s", "me"], "--missing skip leaves them out"),
        (["render", "letter.txt", "-s", "mee"], "they were looked for in styles/, "),
        (["render", "letter.txt", "-s", "me", "-t", "planet"], "they were looked for in templates/ (not there), "),
        (["render", "letter.txt", "-s", "me", "--ink", "[]"], "'[]' is not a colour"),
        (["render", LONG + ".txt", "-s", "me"], "File name too long"),
        (["render", "letter.txt", "-s", "me", "-o", LONG + ".pdf"], "File name too long"),
        (["render", "letter.txt", "-s", "me", "-o", f"{LONG}/a.pdf"], "File name too long"),
        (["render", "letter.txt", "-s", "me", "--out", "y/" * 2100], "File name too long"),
        (["render", "letter.txt", "-s", LONG + ".yaml"], "File name too long"),
        (["render", "letter.txt", "-s", "me", "-t", LONG + ".yaml"], "File name too long"),
        (["styles", "export", "me", "-o", LONG + ".yaml"], "File name too long"),
        (["sheet", "-o", LONG + ".pdf"], "File name too long"),
        (["styles", "show", "/"], "is a folder"),
        (["styles", "mix", "me:1e308", "print:1e308", "-o", "m"], "the weight 1e+308 is out of range"),
        (["render", "letter.txt", "-s", "me", "--lang", os.fsdecode(b"\xff")], "cannot be hyphenated"),
        (["render", "letter.txt", "-s", os.fsdecode(b"\xff")], "there is no style"),
        (["render", "letter.txt", "-s", "me", "--ink", os.fsdecode(b"\xff")], "is not a colour"),
        (["render", "empty.txt", "-s", "me"], "empty.txt is empty"),
        (["render", "gone.txt", "-s", "me"], "gone.txt does not exist"),
        (["render", "letter.txt", "-s", "me", "-o", "no/letter.pdf"], "the folder no does not exist"),
        (["render", "letter.txt", "-s", "me", "-o", "styles"], "must end in .pdf, .png or .svg"),
        (["render", "letter.txt", "-s", "me", "-o", "letter.doc"], "must end in .pdf, .png or .svg"),
        (["render", "letter.txt", "-s", "me", "--margin", "3"], "is not a length"),
        (["render", "letter.txt", "-s", "me", "--margin", "20cm"], "no room to write"),
        (["render", "letter.txt", "-s", "me", "--paper", "huge"], "is not a paper size"),
        (["render", "letter.txt", "-s", "me", "-t", "planet"], "templates: dotted, envelope"),
        (["render", "letter.txt", "-s", "me", "--field", "name"], "--field 'name' is not NAME=VALUE"),
        (["render", "letter.txt", "-s", "me", "--field", "name=x"], "the template 'plain' has no field 'name'"),
        (["render", "-s", "me", "-t", "envelope"], "needs the field 'address'"),
        (["render", "-s", "me"], "the text is empty"),
        (["templates", "show", "planet"], "nown templates: "),
        (["render", "letter.txt", "-s", "me", "--neatness", "5"], "not in the range"),
        (["render", "letter.txt", "-s", "me", "--dpi", "1", "-o", "a.png"], "--dpi 1 is out of range"),
        (["render", "letter.txt", "-s", "me", "--look", "scan"], "--look scan is for PNG"),
        (["render", "letter.txt", "-s", "me", "-o", "a.svg", "--transparent"], "--transparent is for PNG"),
        (["render", "letter.txt", "-s", "me", "-o", "a.png", "--transparent", "--look", "photo"], "shows no paper"),
        (["render", "letter.txt", "-s", "me", "-o", "a.png", "--format", "svg"], "the name says PNG"),
        (["render", "letter.txt", "-s", "me", "--strokes"], "--strokes is for SVG"),
        (["render", "letter.txt", "-s", "me", "-o", "a.png", "--strokes"], "--strokes is for SVG"),
        (
            ["render", "letter.txt", "latin1.txt", "-s", "me", "--out", "all", "--strokes"],
            "--strokes is for a single text",
        ),
        (["render", "letter.txt", "-s", "me", "-o", "a.gcode", "--device", "robot"], "'robot' is no profile of G-code"),
        (["render", "letter.txt", "-s", "me", "-o", "a.hpgl"], "name it with --device"),
        (
            ["render", "letter.txt", "-s", "me", "-o", "a.gcode", "--plotter-config", "no"],
            "--plotter-config: cannot read",
        ),
        (["render", "letter.txt"], "Missing option '--style'"),
        (["fly"], "No such command"),
    ],
)
def test_user_errors_are_one_sentence_and_leave_nothing(handfont_here, desk, arguments, message):
    before = sorted(desk.rglob("*"))
    done = handfont_here(*arguments, cwd=desk)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if done.stderr.startswith("handfont: "):
        assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert sorted(desk.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["enroll", "none"],
        ["render", "letter.txt", "-s", "odd.yaml"],
        ["render", "letter.txt", "-s", os.fsdecode(b"\xff")],
        ["render", "letter.txt"],
        ["styles", "mix", "me:1e308", "print:1e308", "-o", "m"],
        ["fly"],
    ],
)
def test_a_process_ends_as_the_call_does(handfont, handfont_here, desk, arguments):
    process, call = handfont(*arguments, cwd=desk), handfont_here(*arguments, cwd=desk)
    assert process.returncode == 2
    assert (process.returncode, process.stdout, process.stderr) == (call.returncode, call.stdout, call.stderr)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder(handfont, desk):
    (desk / "none").chmod(0o500)
    done = handfont("render", "letter.txt", "-s", "me", "-o", "none/a.pdf", cwd=desk)
    assert (done.returncode, "no permission" in done.stderr) == (2, True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_folder_that_takes_no_files(handfont_here, desk):
    done = handfont_here("render", "letter.txt", "-s", "me", "-o", "/proc/a.pdf", cwd=desk)
    assert done.returncode == 2
    assert "cannot write /proc/a.pdf" in done.stderr


def test_styles_are_listed(handfont, desk):
    done = handfont("styles", cwd=desk)
    assert done.returncode == 0
    assert "me " in done.stdout
    assert "ballpoint" in done.stdout


def test_templates_are_listed_shown_and_previewed(handfont_here, desk):
    done = handfont_here("templates", "list", cwd=desk)
    assert "postcard     A6 postcard" in done.stdout
    done = handfont_here("templates", "show", "postcard", cwd=desk)
    assert "--field address=...  whom the card is to (required)" in done.stdout
    assert "schema: handfont-template/1" in done.stdout
    done = handfont_here("templates", "preview", "postcard", "--style", "me", "--dpi", 60, cwd=desk)
    assert (done.returncode, done.stdout) == (0, "postcard written to postcard.png\n"), done.stderr
    assert (desk / "postcard.png").stat().st_size > 2000


def test_markdown_by_its_name_and_fields_with_lines(handfont, desk):
    (desk / "note.md").write_text("# Hello\n\n" + "x" * 200 + "\n")
    done = handfont(
        "render", "note.md", "-s", "me", "-t", "letter", "-f", "sender=Tom\\nTown", "-f", "signature=T", cwd=desk
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("note.md: 'xxx")
    assert done.stdout == "1 page written to note.pdf\n"


def test_strokes_for_a_plotter(handfont_here, desk):
    done = handfont_here("render", "letter.txt", "-s", "me", "-o", "letter.svg", "--strokes", cwd=desk)
    assert (done.returncode, done.stdout) == (0, "1 page written to letter.svg\n"), done.stderr
    paths = ET.parse(desk / "letter.svg").findall(".//{*}path")
    assert len(paths) > len("DearAnna,alliswell.")
    assert not any("z" in path.get("d") for path in paths)
    done = handfont_here("render", "letter.txt", "-s", "me", "-o", "-", "--format", "svg", "--strokes", cwd=desk)
    assert done.stdout == (desk / "letter.svg").read_text(encoding="utf-8"), done.stderr


@pytest.mark.parametrize("command", [[], ["enroll"], ["render"], ["styles"], ["templates"], ["train"]])
def test_help(handfont, command):
    done = handfont(*command, "--help")
    assert done.returncode == 0
    assert "Usage: handfont" in done.stdout


def test_help_does_not_wait_for_torch(handfont):
    import subprocess

    code = "import sys; from handfont.cli.main import main; main(['--help']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize(
    "arguments",
    [["gone.txt", "-s", "print"], ["letter.txt", "-s", "gone"], ["letter.txt", "-s", "print", "-t", "gone"]],
)
def test_what_is_missing_is_told_before_torch_is_loaded(desk, arguments):
    import subprocess

    code = (
        "import sys; from handfont.cli.main import main; print(main(['render', *sys.argv[1:]]), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=desk, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2 False\n", done.stderr


def test_a_text_from_standard_input(desk, handfont_here, monkeypatch):
    import subprocess

    command = [sys.executable, "-m", "handfont", "render", "-", "-s", "me"]
    done = subprocess.run(command, cwd=desk, input=b"Dear Anna, it is gr\xfcn", capture_output=True, check=False)
    assert (done.returncode, done.stdout[:4]) == (0, b"%PDF")
    assert b"-: read as cp1252, which is a guess" in done.stderr

    def rendered(*options, text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return handfont_here("render", "-", "-s", "me", *options, cwd=desk)

    done = rendered("-o", "a.svg", text=b"Dear Anna")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 page written to a.svg\n", "")
    done = rendered(text="Dear \u4e2d".encode())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("handfont: standard input has characters that this hand cannot write")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
def test_names_that_are_not_utf_8(desk):
    import subprocess

    name = b"gr\xfcn"
    folder = os.fsencode(desk)
    for source, target in ((b"letter.txt", name + b".txt"), (b"styles/me.yaml", name + b".yaml")):
        shutil.copy(os.path.join(folder, source), os.path.join(folder, target))  # noqa: PTH118

    def ran(*arguments):
        command = [os.fsencode(sys.executable), b"-m", b"handfont", *arguments]
        return subprocess.run(command, cwd=desk, capture_output=True, check=False)

    done = ran(b"render", name + b".txt", b"-s", name + b".yaml", b"-o", name + b".svg")
    assert (done.returncode, done.stderr) == (0, b"")
    assert name + b".svg" in os.listdir(folder)  # noqa: PTH208
    done = ran(b"styles", b"show", name + b".yaml")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has folders of others")
def test_folders_that_may_not_be_read_or_written(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    for kind in ("styles", "templates", "closed"):
        (tmp_path / kind).mkdir(mode=0o700)
    (tmp_path / "closed" / "a.yaml").touch()
    for path in (tmp_path, *tmp_path.iterdir()):
        os.chown(path, 65534, 65534)

    tmp_path.chmod(0o755)
    cases = (
        (("styles", "show", "gone"), "styles/ (may not be read)"),
        (("styles", "show", "closed/a.yaml"), "closed/a.yaml cannot be read: Permission denied"),
        (("render", "closed/a.txt", "-s", "print"), "Permission denied"),
        (("render", "letter.txt", "-s", "print", "-o", "a.pdf"), "no permission to write"),
        (("render", "letter.txt", "-s", "print", "-o", "closed/a.pdf"), "Permission denied"),
        (("templates", "show", "closed/a.yaml"), "closed/a.yaml cannot be read: Permission denied"),
        (("styles", "mix", "print", "slant", "-o", "m"), "no permission to write in the folder styles"),
    )
    commands = [("styles",), *(arguments for arguments, _ in cases)]
    listed, *refused = unprivileged.run(commands, tmp_path, HOME=str(tmp_path / "closed"))
    assert "ballpoint" in listed.out
    for (_, message), done in zip(cases, refused, strict=True):
        assert (done.code, done.err.count("\n")) == (2, 1), done.err
        assert message in done.err


def test_a_document_on_standard_output(desk, handfont_here):
    import subprocess

    def bytes_of(*options):
        command = [sys.executable, "-m", "handfont", "render", "letter.txt", "-s", "me", "-o", "-", *options]
        return subprocess.run(command, cwd=desk, capture_output=True, check=False)

    before = sorted(desk.rglob("*"))
    assert bytes_of().stdout.startswith(b"%PDF")
    assert bytes_of("--format", "png", "--dpi", "50").stdout.startswith(b"\x89PNG")
    svg = ("render", "letter.txt", "-s", "me", "-o", "-", "--format", "svg")
    assert "<svg" in handfont_here(*svg, cwd=desk).stdout
    (desk / "letter.txt").write_text("one\ftwo")
    done = handfont_here(*svg, cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 pages of SVG do not fit into one stream" in done.stderr
    assert sorted(desk.rglob("*")) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk(desk):
    import subprocess

    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "handfont", "render", "letter.txt", "-s", "me", "-o", "-"]
        done = subprocess.run(command, cwd=desk, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "handfont: cannot write to standard output: No space left on device\n")


def test_a_reader_that_went_away(desk):
    import subprocess

    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "handfont", "render", "letter.txt", "-s", "me", "-o", "-"],
        cwd=desk,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_document_leaves_nothing_and_what_was_there(desk, number, code):
    import subprocess
    import time

    # Many pages: the first one is all that is waited for, the others take long enough to be interrupted in.
    (desk / "long.txt").write_text("All work and no play makes a dull letter.\n" * 800)
    (desk / "long.pdf").write_text("the old one")
    before = sorted(desk.rglob("*"))
    # What runs in the background of a script inherits an ignored SIGINT, and so would the program.
    with subprocess.Popen(
        [sys.executable, "-m", "handfont", "render", "long.txt", "-s", "me"],
        cwd=desk,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    ) as process:
        for _ in range(12000):
            time.sleep(0.01)
            if sorted(desk.rglob("*")) != before:  # the temporary file: pages are being written
                break
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told.strip()) == (code, "handfont: interrupted; nothing half-written was left")
    assert sorted(desk.rglob("*")) == before
    assert (desk / "long.pdf").read_text() == "the old one"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_write_protected_file_is_kept(handfont, desk):
    (desk / "letter.pdf").write_text("mine")
    (desk / "letter.pdf").chmod(0o400)
    done = handfont("render", "letter.txt", "-s", "me", cwd=desk)
    assert (done.returncode, "write-protected" in done.stderr) == (2, True)
    assert (desk / "letter.pdf").read_text() == "mine"
