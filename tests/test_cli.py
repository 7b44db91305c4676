"""The command line as a user meets it, each call in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
import yaml

from handfont.style import yaml_format


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


@pytest.mark.parametrize(("arguments", "message"), [
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
    (["render", "latin1.txt", "-s", "me"], "latin1.txt is not UTF-8"),
    (["render", "empty.txt", "-s", "me"], "empty.txt is empty"),
    (["render", "gone.txt", "-s", "me"], "gone.txt cannot be read"),
    (["render", "letter.txt", "-s", "me", "-o", "no/letter.pdf"], "the folder no does not exist"),
    (["render", "letter.txt", "-s", "me", "-o", "styles"], "must end in .pdf, .png or .svg"),
    (["render", "letter.txt", "-s", "me", "-o", "letter.doc"], "must end in .pdf, .png or .svg"),
    (["render", "letter.txt", "-s", "me", "--margin", "3"], "is not a length"),
    (["render", "letter.txt", "-s", "me", "--margin", "20cm"], "no room to write"),
    (["render", "letter.txt", "-s", "me", "--paper", "huge"], "is not a paper size"),
    (["render", "letter.txt", "-s", "me", "-t", "planet"], "known templates: dotted, envelope"),
    (["render", "letter.txt", "-s", "me", "--field", "name"], "--field 'name' is not NAME=VALUE"),
    (["render", "letter.txt", "-s", "me", "--field", "name=x"], "the template 'plain' has no field 'name'"),
    (["render", "-s", "me", "-t", "envelope"], "needs the field 'address'"),
    (["render", "-s", "me"], "the text is empty"),
    (["templates", "show", "planet"], "known templates: "),
    (["render", "letter.txt", "-s", "me", "--neatness", "5"], "not in the range"),
    (["render", "letter.txt", "-s", "me", "--dpi", "1", "-o", "a.png"], "--dpi 1 is out of range"),
    (["render", "letter.txt", "-s", "me", "--look", "scan"], "--look scan is for PNG"),
    (["render", "letter.txt", "-s", "me", "-o", "a.svg", "--transparent"], "--transparent is for PNG"),
    (["render", "letter.txt", "-s", "me", "-o", "a.png", "--transparent", "--look", "photo"], "shows no paper"),
    (["render", "letter.txt", "-s", "me", "-o", "a.png", "--format", "svg"], "the name says PNG"),
    (["render", "letter.txt"], "Missing option '--style'"),
    (["fly"], "No such command"),
])
def test_user_errors_are_one_sentence_and_leave_nothing(handfont, desk, arguments, message):
    before = sorted(desk.rglob("*"))
    done = handfont(*arguments, cwd=desk)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if done.stderr.startswith("handfont: "):
        assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert sorted(desk.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder(handfont, desk):
    (desk / "none").chmod(0o500)
    done = handfont("render", "letter.txt", "-s", "me", "-o", "none/a.pdf", cwd=desk)
    assert (done.returncode, "no permission" in done.stderr) == (2, True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_folder_that_takes_no_files(handfont, desk):
    done = handfont("render", "letter.txt", "-s", "me", "-o", "/proc/a.pdf", cwd=desk)
    assert done.returncode == 2
    assert "cannot write /proc/a.pdf" in done.stderr


def test_styles_are_listed(handfont, desk):
    done = handfont("styles", cwd=desk)
    assert done.returncode == 0
    assert "me " in done.stdout
    assert "ballpoint" in done.stdout


def test_templates_are_listed_shown_and_previewed(handfont, desk):
    done = handfont("templates", "list", cwd=desk)
    assert "postcard     A6 postcard" in done.stdout
    done = handfont("templates", "show", "postcard", cwd=desk)
    assert "--field address=...  whom the card is to (required)" in done.stdout
    assert "schema: handfont-template/1" in done.stdout
    done = handfont("templates", "preview", "postcard", "--style", "me", "--dpi", 60, cwd=desk)
    assert (done.returncode, done.stdout) == (0, "postcard written to postcard.png\n"), done.stderr
    assert (desk / "postcard.png").stat().st_size > 2000


def test_markdown_by_its_name_and_fields_with_lines(handfont, desk):
    (desk / "note.md").write_text("# Hello\n\n" + "x" * 200 + "\n")
    done = handfont("render", "note.md", "-s", "me", "-t", "letter", "-f", "sender=Tom\\nTown", "-f", "signature=T",
                    cwd=desk)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("note.md: 'xxx")
    assert done.stdout == "1 page written to note.pdf\n"


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


def test_a_document_on_standard_output(desk):
    import subprocess

    def bytes_of(*options):
        command = [sys.executable, "-m", "handfont", "render", "letter.txt", "-s", "me", "-o", "-", *options]
        return subprocess.run(command, cwd=desk, capture_output=True, check=False)

    before = sorted(desk.rglob("*"))
    assert bytes_of().stdout.startswith(b"%PDF")
    assert bytes_of("--format", "png", "--dpi", "50").stdout.startswith(b"\x89PNG")
    assert b"<svg" in bytes_of("--format", "svg").stdout
    (desk / "letter.txt").write_text("one\ftwo")
    done = bytes_of("--format", "svg")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"2 pages of SVG do not fit into one stream" in done.stderr
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
    done = subprocess.run([sys.executable, "-m", "handfont", "render", "letter.txt", "-s", "me", "-o", "-"], cwd=desk,
                          stdout=write, stderr=subprocess.PIPE, text=True, check=False)
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
    with subprocess.Popen([sys.executable, "-m", "handfont", "render", "long.txt", "-s", "me"], cwd=desk,
                          stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)) as process:
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
