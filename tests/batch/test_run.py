"""Runs as they go in the night: killed, interrupted, resumed, out of room."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pypdf
import pytest

from handfont.batch.run import RunOptions, run
from handfont.errors import BatchError

from .conftest import write_table

ROWS = 30


def start(desk, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "handfont", "batch", *map(str, arguments)],
        cwd=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def batch(desk, *arguments):
    process = start(desk, *arguments)
    output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"manifest.jsonl", ".handfont-batch.lock"}
    }


def records(folder):
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def lines(folder):
    path = folder / "manifest.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.fixture
def many(desk):
    write_table(desk / "many.csv", ROWS)
    return desk


def wait_for(process, folder, count):
    while lines(folder) < count and process.poll() is None:
        time.sleep(0.02)


def test_killed_three_times_and_resumed_is_as_if_undisturbed(many, planner):
    run(planner("many.csv"), many / "whole", RunOptions(quiet=True, merged=many / "whole.pdf"))
    whole = files(many / "whole")
    assert len(whole) == ROWS
    torn = many / "torn"
    order = ["many.csv", "--text", "letter.txt", "-s", "me", "-o", "torn", "-j", 2, "-q"]
    for count in (3, 9, 16):
        process = start(many, *order, *(["--resume"] if torn.exists() else []))
        wait_for(process, torn, count)
        process.kill()
        process.wait()
        for name, content in files(torn).items():
            assert name.endswith(".part") or content == whole[name], "half-written"
        with (torn / "manifest.jsonl").open("ab") as file:
            file.write(b'{"row": 1, "sta')  # as if killed while it wrote the line
    code, output, errors = batch(many, *order, "--resume", "--merge", "torn.pdf")
    assert code == 0, output + errors
    assert files(torn) == whole
    assert (many / "torn.pdf").read_bytes() == (many / "whole.pdf").read_bytes()
    assert sum(record["status"] == "done" for record in records(torn)) >= ROWS
    assert len(pypdf.PdfReader(many / "torn.pdf").pages) == ROWS


def test_a_worker_that_is_killed_costs_no_letter(many, planner):
    from multiprocessing import active_children

    killed = []

    def killing(told):
        if not killed:
            victim = active_children()[0]
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    here = planner("few.csv")
    from handfont.batch import manifest

    add = manifest.Manifest.add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest.Manifest, "add", lambda self, what: (add(self, what), killing(what))[0])
        outcome = run(here, many / "out", RunOptions(workers=2, quiet=True))
    assert killed
    assert (outcome.done, outcome.failed) == (4, 0)


def test_resume_redoes_what_is_missing_or_changed_and_nothing_else(desk, planner):
    run(planner(), desk / "out", RunOptions(quiet=True))
    before = files(desk / "out")
    names = sorted(before)
    stamps = {name: (desk / "out" / name).stat().st_mtime_ns for name in names}
    (desk / "out" / names[0]).unlink()
    (desk / "out" / names[1]).write_bytes(b"changed")
    with pytest.raises(BatchError, match="holds a batch already; add resume"):
        run(planner(), desk / "out", RunOptions(quiet=True))
    outcome = run(planner(), desk / "out", RunOptions(quiet=True, resume=True))
    assert (outcome.done, outcome.already_done) == (4, 2)
    assert files(desk / "out") == before
    assert all((desk / "out" / name).stat().st_mtime_ns == stamps[name] for name in names[2:])
    outcome = run(
        planner(text="Dear {{ name }},\n{{ sum }} euros!\n", seed=1), desk / "out", RunOptions(quiet=True, resume=True)
    )
    assert outcome.already_done == 0
    assert not set(files(desk / "out").values()) & set(before.values())


def test_a_good_row_is_never_lost_to_a_bad_one(desk):
    (desk / "mixed.csv").write_text("name,sum\nA,1\n中,2\nC\nD,4\n", encoding="utf-8")
    order = ["mixed.csv", "--text", "letter.txt", "-s", "me", "--name", "{{ name }}.pdf"]
    code, output, errors = batch(desk, *order, "--dry-run")
    assert code == 2
    assert "row 2 (line 3): its text has characters" in output
    assert "row 3 (line 4): has 1 cells" in output
    code, output, errors = batch(desk, *order, "-o", "out", "--on-error", "stop")
    assert (code, (desk / "out").exists()) == (2, False)
    code, output, errors = batch(desk, *order, "-o", "out")
    assert code == 2
    assert "2 of 4 rows failed" in errors
    assert sorted(files(desk / "out")) == ["A.pdf", "D.pdf"]
    assert {record["row"]: record["status"] for record in records(desk / "out")} == {
        1: "done",
        2: "failed",
        3: "failed",
        4: "done",
    }


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_finishes_what_is_begun(many, number, code):
    process = start(many, "many.csv", "--text", "letter.txt", "-s", "me", "-o", "out", "-j", 2)
    wait_for(process, many / "out", 3)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert "go on with --resume" in errors
    assert "Traceback" not in errors
    done = {record["file"] for record in records(many / "out")}
    assert 3 <= len(done) < ROWS
    assert set(files(many / "out")) == done


def test_a_full_disk_stops_the_batch_and_it_can_be_resumed(desk):
    small = desk / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be made by root")
    order = ["few.csv", "--text", "letter.txt", "-s", "me", "-o", "small", "-j", 1, "-q"]
    try:
        (small / "ballast").write_bytes(b"x" * 48_000)
        code, _, errors = batch(desk, *order)
        assert code == 2
        assert "No space left on device" in errors
        assert "--resume" in errors
        (small / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(small)], check=True)
        code, _, errors = batch(desk, *order, "--resume")
        assert code == 0, errors
        assert len(files(small)) == 4
    finally:
        subprocess.run(["umount", str(small)], check=False)
