from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from handfont.util import checked
from handfont.util.checked import Limits, UnreadableError, load_json, load_yaml


def test_yaml_and_json_as_they_are() -> None:
    assert load_yaml("a: 1\nb: [1.5, x, true]\nc: 'ü'\n") == {"a": 1, "b": [1.5, "x", True], "c": "ü"}
    assert load_yaml("a: 012\nb: 1:30\nc: yes\n", plain=True) == {"a": "012", "b": "1:30", "c": "yes"}
    assert load_json('{"a": [1, 2.5, null, "\\u00fc \\ud83d\\ude00"]}') == {"a": [1, 2.5, None, "ü 😀"]}
    assert load_json(b'\xef\xbb\xbf{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}') == {"a": "[" * 30}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "9" * 5000, "number of 5000 digits"),
        ("a: 0b" + "1" * 20_000, "number of 20002 digits"),
        ("a: 0x" + "f" * 6000, "number of 6002 digits"),
        ("a: " + "9" * 400, "number of 400 digits"),
        ("a: .inf", "not finite"),
        ("a: -.inf", "not finite"),
        ("a: .nan", "not finite"),
        ("a: 1.0e+400", "not finite"),
        ("a: " + "[" * 100_000, "more than 20 levels"),
        ("- " * 200 + "a", "more than 20 levels"),
        ("a: [" + "1," * 250_000 + "]", "more than 200000 values"),
        ("a: &x [1]\nb: *x\n", r"YAML alias, \*x"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "YAML alias"),
        ("x" * 1_000_001, "1000001 characters"),
        ("a: [1\nb: 2", "not readable YAML at line 2, column 2"),
        ("a: !!int x", "not readable YAML"),
        ("a: !!timestamp 2001-99-99", "not readable YAML"),
        ("a: !!python/object:os.system x", "not readable YAML"),
        ("[1]: {[2]: 3}", "not readable YAML"),
        ("a: \x00", "not readable YAML"),
        ('a: "\\ud800"', "surrogate|not readable"),
        ("a: 2001-13-45", "not readable YAML"),
    ],
)
def test_yaml_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        load_yaml(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": ' + "9" * 5000 + "}", "number of 5000 digits"),
        ('{"a": 0.' + "1" * 5000 + "}", "number of 5002 digits"),
        ('{"a": Infinity}', "not finite"),
        ('{"a": NaN}', "not finite"),
        ('{"a": 1e999}', "not finite"),
        ("[" * 100_000, "more than 20 levels"),
        ('{"a":' * 21 + "1" + "}" * 21, "more than 20 levels"),
        ("[" + "1," * 200_001 + "1]", "more than 200000 values"),
        ('"\\ud800"', r"surrogate pair \(U\+D800\)"),
        ('{"a": "\ud800"}', "surrogate pair"),
        ("[1", "not readable JSON"),
        ("1" * 1_000_001, "1000001 characters"),
    ],
)
def test_json_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        load_json(text)


def test_malformed_is_told_from_over_a_limit() -> None:
    for text, malformed in (("a: [", True), ("a: " + "[" * 50, False), ("a: *b", False)):
        with pytest.raises(UnreadableError) as caught:
            load_yaml(text)
        assert caught.value.malformed is malformed
    with pytest.raises(UnreadableError, match="more than 2 levels"):
        load_json("[[[1]]]", Limits(depth=2))


def test_files_are_read_up_to_a_limit(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes("\ufeffgrün".encode())
    large.write_bytes(b"x" * 11)
    assert checked.read_text(small, 10) == "grün"
    with pytest.raises(UnreadableError, match="larger than"):
        checked.read_text(large, 10)
    small.write_bytes(b"gr\xfcn")
    with pytest.raises(UnreadableError, match=r"not UTF-8 text \(byte 2\)"):
        checked.read_text(small, 10)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_devices_are_read_up_to_a_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"from a pipe"))
    writer.start()
    assert checked.read_text(pipe, 100) == "from a pipe"
    writer.join()
    if Path("/dev/zero").exists():
        with pytest.raises(UnreadableError, match="larger than"):
            checked.read_bytes(Path("/dev/zero"), 1000)
