"""What is in the output folder besides the documents: of killed runs, of former tables, of other people."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from handfont.batch.manifest import Manifest
from handfont.batch.plan import Job
from handfont.batch.run import LOCK, RunOptions, run
from handfont.batch.worker import Result
from handfont.errors import BatchError, OutputError
from handfont.options import FileOptions, RenderOptions

from .conftest import write_table

QUIET = RunOptions(quiet=True)
RESUME = RunOptions(quiet=True, resume=True)
PRUNE = RunOptions(quiet=True, resume=True, prune=True)


def names(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"manifest.jsonl", LOCK}
    )


def test_only_temporary_files_of_the_batch_are_removed(desk, planner):
    out = desk / "out"
    run(planner(), out, QUIET)
    documents = names(out)
    (out / "notes").mkdir()
    ours = [".letter-00001.pdf.a_b9c3de.part", ".letter-00004.pdf.aaaaaaaa.part"]
    others = [
        ".thesis.doc.part",
        ".thesis.pdf.aaaaaaaa.part",
        ".letter-00009.pdf.aaaaaaaa.part",
        ".letter-00001.pdf.part",
        "notes/.letter-00001.pdf.aaaaaaaa.part",
    ]
    for name in [*ours, *others]:
        (out / name).write_text("x")
    run(planner(), out, RESUME)
    assert names(out) == sorted([*documents, *others])


def test_the_lock_is_in_the_folder_whatever_the_temporary_folder_is(desk, planner, monkeypatch):
    out = desk / "out"
    out.mkdir()
    (desk / "elsewhere").mkdir()
    monkeypatch.setenv("TMPDIR", str(desk / "elsewhere"))
    code = (
        "import sys; from pathlib import Path; from handfont.util.locks import locked\n"
        f"with locked(Path('out') / '{LOCK}', 'busy'): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(desk), "PATH": "/usr/bin"},
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(OutputError, match="another batch is writing to"):
        run(planner(), out, QUIET)
    assert names(out) == []
    holder.communicate(timeout=60)
    assert run(planner(), out, QUIET).done == 4


def test_documents_of_rows_that_are_gone_are_named_and_pruned_only_when_asked(desk, planner):
    out = desk / "out"
    order = {"pattern": "{{ name }}/{{ row }}.pdf"}
    run(planner(**order), out, QUIET)
    assert names(out) == ["Anna/1.pdf", "José/4.pdf", "Jürgen/2.pdf", "Zoë/3.pdf"]
    write_table(desk / "few.csv", 1)
    (out / "Zoë" / "3.pdf").write_bytes(b"signed by hand")
    (out / "José" / "notes.txt").write_text("mine")
    outcome = run(planner(**order), out, RESUME)
    assert (outcome.done, outcome.left, outcome.removed) == (1, ["José/4.pdf", "Jürgen/2.pdf"], 0)
    assert len(names(out)) == 5
    outcome = run(planner(**order), out, PRUNE)
    assert (outcome.left_count, outcome.removed) == (0, 2)
    assert names(out) == ["Anna/1.pdf", "José/notes.txt", "Zoë/3.pdf"]
    assert not (out / "Jürgen").exists()
    assert run(planner(**order), out, RESUME).left_count == 0
    with pytest.raises(BatchError):
        run(planner(**order), out, QUIET)


def test_nothing_is_pruned_while_a_row_has_no_name(desk, planner):
    out = desk / "out"
    run(planner(pattern="{{ name }}.pdf"), out, QUIET)
    (desk / "few.csv").write_text("name,sum\nAnna,0\nJürgen\n", encoding="utf-8")
    outcome = run(planner(pattern="{{ name }}.pdf"), out, PRUNE)
    assert (outcome.failed, outcome.nameless, outcome.removed, outcome.left_count) == (1, 1, 0, 3)
    assert len(names(out)) == 4


def result(name, key, files):
    return Result(Job(1, "line 2", name, "x", "s", RenderOptions(), FileOptions(), key), tuple(files.items()))


def test_pages_that_a_document_has_no_more_are_left_over(tmp_path):
    from handfont.batch.worker import sha256

    pages = [tmp_path / f"a-{page}.png" for page in (1, 2, 3)]
    for page in pages:
        page.write_text("x")
    digest = sha256(pages[0])
    manifest = Manifest(tmp_path)
    manifest.add(result("a.png", "k1", {page.name: digest for page in pages}))
    manifest.add(result("a.png", "k2", {page.name: digest for page in pages[:2]}))
    manifest.close()
    manifest = Manifest(tmp_path)
    manifest.claim("a.png")
    assert list(manifest.unclaimed()) == ["a-3.png"]
    assert manifest.remove("a-3.png")
    manifest.close()
    assert names(tmp_path) == ["a-1.png", "a-2.png"]


GOOD = {
    "row": 1,
    "place": "line 2",
    "status": "done",
    "file": "a.pdf",
    "sha256": "0",
    "seconds": 1,
    "error": None,
    "key": "k",
}


@pytest.mark.parametrize(
    "line",
    [
        "[1, 2]",
        '"text"',
        "7",
        "1" * 5000,
        '{"row": ' + "1" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 5000 + "1" + "}" * 5000,
        json.dumps(GOOD | {"file": ["a"]}),
        json.dumps(GOOD | {"file": {"a": 1}}),
        json.dumps(GOOD | {"files": ["a"]}),
        json.dumps(GOOD | {"files": {"a.pdf": 1}}),
        json.dumps(GOOD | {"key": []}),
        json.dumps(GOOD | {"file": "\ud800"}),
        json.dumps(GOOD | {"status": []}),
        json.dumps(GOOD | {"file": "x" * 9000}),
        json.dumps({"status": "done"}),
        json.dumps(GOOD | {"files": {"../outside.pdf": "0"}}),
        json.dumps(GOOD | {"files": {"/etc/passwd": "0"}}),
        "\0\xff",
    ],
    ids=lambda line: line[:20],
)
def test_a_manifest_with_anything_in_it_is_read(tmp_path, line):
    (tmp_path / "manifest.jsonl").write_text(f"{line}\n{json.dumps(GOOD)}\n", encoding="latin-1")
    manifest = Manifest(tmp_path)
    assert manifest.finished(Job(1, "", "a.pdf", "x", "s", RenderOptions(), FileOptions(), "k")) == ()
    assert list(manifest.unclaimed()) == []
    manifest.close()


def test_files_outside_of_the_folder_are_never_pruned(tmp_path):
    from handfont.batch.worker import sha256

    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "mine.pdf").write_text("x")
    (out / "link").symlink_to(tmp_path)
    digest = sha256(tmp_path / "mine.pdf")
    outside = ("../mine.pdf", str(tmp_path / "mine.pdf"), "link/mine.pdf")
    lines = [GOOD | {"file": name, "sha256": digest} for name in outside]
    (out / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    manifest = Manifest(out)
    assert [manifest.remove(name) for name in manifest.unclaimed()] == [False]
    manifest.close()
    assert (tmp_path / "mine.pdf").exists()


@pytest.mark.parametrize("content", ["some notes of mine", "one\ntwo\n", "[1]\n"])
def test_a_file_that_is_no_manifest_is_left_alone(tmp_path, content):
    (tmp_path / "manifest.jsonl").write_text(content)
    with pytest.raises(BatchError, match="is no manifest of a batch"):
        Manifest(tmp_path)
    assert (tmp_path / "manifest.jsonl").read_text() == content
