"""Broken, hostile and odd files given to the command line: ``python benchmarks/fuzz.py [--cases 200] [--kinds jinja]``.

Prints for each kind its cases, exit codes, faults, the slowest case and the largest memory. It exits with 1 if there
was a traceback, an exit code that is not one of a user's error, or a case over the limits of time and memory.

Each case runs the real command line in a process of its own, forked from one in which everything is loaded. Seconds are
of the processor, so that a busy machine changes nothing; ``--keep DIR`` keeps the files of cases that fail.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch: threads do not outlive a fork

import argparse
import contextlib
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

import fuzz_cases  # noqa: E402

SECONDS, MEGABYTES = 20, 1500
HANG = 10
"""Times the limit in seconds by the clock after which a case is ended that takes no processor time either."""
ADDRESSES = 6 << 30
"""Bytes of addresses that a case may ask for, so that a fault of one cannot take the machine's memory."""
EXPECTED = {0, 2}


@dataclass
class Ran:
    """What became of one case."""

    code: int
    seconds: float
    megabytes: float
    output: str
    arguments: list[str] = field(default_factory=list)

    def fault(self) -> str:
        """What is wrong with it, if anything is."""
        if "Traceback (most recent call last)" in self.output or "a fault of handfont" in self.output:
            return "traceback"
        if self.seconds > SECONDS or self.code in (-signal.SIGXCPU, -signal.SIGKILL):
            return f"{self.seconds:.0f} s"
        if self.megabytes > MEGABYTES:
            return f"{self.megabytes:.0f} MB"
        return "" if self.code in EXPECTED else f"exit code {self.code}"


def warm() -> None:
    """Load all that commands need, and use it once."""
    from handfont.cli import main

    with tempfile.TemporaryDirectory() as name, _inside(name):
        Path("l.md").write_text("# Dear Anna\n\nall is well, **so far**.\n")
        Path("t.jsonl").write_text('{"name": "Anna"}\n')
        for arguments in (
            ["render", "l.md", "--style", "print", "-o", "o.pdf", "-q"],
            ["styles", "check", "print"],
            ["render", "l.md", "--style", "print", "-o", "o.svg", "-q"],
            ["templates", "show", "plain"],
            ["batch", "t.jsonl", "--text", "l.md", "--style", "print", "--dry-run", "-q"],
        ):
            with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
                main.main(arguments)
    for module in ("cli.enroll", "cli.studio", "enrollment", "layout.markdown", "batch.sheet"):
        with contextlib.suppress(ImportError):
            __import__(f"handfont.{module}")


@contextlib.contextmanager
def _inside(name: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(name)
    try:
        yield
    finally:
        os.chdir(before)


def run(kind: str, number: int, keep: Path | None = None) -> Ran:
    """Run one case in a process forked from this one."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        with tempfile.TemporaryFile() as output:
            work = folder / "work"
            work.mkdir()
            arguments = fuzz_cases.make(kind, number, work)
            sys.stdout.flush()
            sys.stderr.flush()
            child = os.fork()
            if child == 0:
                _child(arguments, folder, output.fileno())
            status, used = _wait(child)
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
        done = Ran(
            os.waitstatus_to_exitcode(status),
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3),
            said,
            arguments,
        )
        if keep and done.fault():
            shutil.copytree(work, keep / f"{kind}-{number}", dirs_exist_ok=True)
            (keep / f"{kind}-{number}.txt").write_text(f"{arguments}\n{said}", encoding="utf-8", errors="replace")
        return done
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _child(arguments: list[str], folder: Path, output: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 2, SECONDS + 4))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"):
            os.environ[name] = str(folder)
        tempfile.tempdir = None
        os.chdir(folder / "work")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        from handfont.cli import main
        from handfont.util import signals, terminal

        terminal.protect()
        signals.heed()
        code = int(main.main(arguments))
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _wait(child: int) -> tuple[int, resource.struct_rusage]:
    end = time.monotonic() + HANG * SECONDS
    pause = 0.001
    while True:
        found, status, used = os.wait4(child, os.WNOHANG)
        if found:
            return status, used
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            return status, used
        time.sleep(pause)
        pause = min(0.05, 1.5 * pause)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="Number of the first case.")
    parser.add_argument("--kinds", nargs="+", choices=sorted(fuzz_cases.KINDS), default=list(fuzz_cases.KINDS))
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    warm()
    faults: list[str] = []
    print(
        f"{'kind':10} {'cases':>5} {'exit codes':24} {'faults':>6} {'slowest s':>9} {'case':>5} "
        f"{'peak MB':>8} {'case':>5}"
    )
    for kind in options.kinds:
        ran = {number: run(kind, number, options.keep) for number in range(options.seed, options.seed + options.cases)}
        wrong = {number: one for number, one in ran.items() if one.fault()}
        slowest, largest = max(ran, key=lambda at: ran[at].seconds), max(ran, key=lambda at: ran[at].megabytes)
        codes = " ".join(f"{code}:{count}" for code, count in sorted(Counter(one.code for one in ran.values()).items()))
        print(
            f"{kind:10} {len(ran):5} {codes:24} {len(wrong):6} {ran[slowest].seconds:9.1f} {slowest:5} "
            f"{ran[largest].megabytes:8.0f} {largest:5}",
            flush=True,
        )
        for number, one in wrong.items():
            last = (one.output.strip().splitlines() or [""])[-1][:160]
            faults.append(f"{kind} {number}: {one.fault()}: {ascii(' '.join(one.arguments))[:120]}: {last!a}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
