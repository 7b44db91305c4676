from __future__ import annotations

import io
import subprocess
import sys

import pytest

from handfont.util.terminal import SafeOutput, control, message, one_line, visible

HOSTILE = "a\x1b[2J\x07\r\x08\x7f\x9b31m\u202eb"


def test_what_a_terminal_obeys_is_shown_instead():
    assert visible(HOSTILE) == "a\\x1b[2J\\x07\\r\\x08\\x7f\\x9b31m\\u202eb"
    assert visible("two\nlines\tand 'é', ß, 日, א") == "two\nlines\tand 'é', ß, 日, א"
    assert message("2 rows:\n  one\n  a\nhandfont: all is well") == "2 rows:\n  one\n  a\\nhandfont: all is well"
    assert one_line("a\nb\tc") == "a\\nb\\tc"


def test_a_safe_stream_lets_only_its_own_control_characters_through():
    raw = io.BytesIO()
    stream = SafeOutput(raw, "utf-8", "backslashreplace")
    print(HOSTILE, "\udcff", file=stream)
    control(stream, "\rdone")
    stream.flush()
    assert raw.getvalue().decode() == visible(HOSTILE) + " \\udcff\n\rdone"
    plain = io.StringIO()
    control(plain, "\rdone")
    assert plain.getvalue() == "\rdone"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("styles", "show", HOSTILE), 2),
        (("styles", HOSTILE), 2),
        (("render", "--" + HOSTILE), 2),
        (("styles", "show", "\udcff"), 2),
    ],
)
def test_no_command_prints_names_raw(tmp_path, arguments, code):
    done = subprocess.run(
        [sys.executable, "-m", "handfont", *arguments], cwd=tmp_path, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == code
    said = (done.stdout + done.stderr).decode()
    assert "\\x1b[2J" in said or "\ufffd" in said
    assert not any(character in said for character in "\x1b\x07\r\x08\x7f\x9b\u202e"), said


def test_binary_output_is_as_it_is(tmp_path):
    code = (
        "import sys; from handfont.util import terminal; terminal.protect(); "
        "sys.stdout.buffer.write(bytes(range(256))); sys.stdout.flush()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert done.stdout == bytes(range(256))
