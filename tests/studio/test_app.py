"""What the server refuses."""

from __future__ import annotations

import contextlib
import json
import socket
import urllib.error
import urllib.request

import numpy as np
import pytest

from handfont.studio import request_guard
from handfont.studio.stroke_input import begins_word, letters
from handfont.style import yaml_format


def ask(studio: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, object]]:
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    asked = urllib.request.Request(studio + path, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, {}
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_strangers_are_refused(studio, headers, status):
    assert ask(studio, "", **headers)[0] == status


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("api/read", {"strokes": []}, 400, "nothing was drawn"),
        ("api/read", {"strokes": [[[1e9, 0]]]}, 400, "not a list of points"),
        ("api/read", b"{", 400, "not JSON"),
        ("api/page", {"hand": {"name": "../../etc/passwd"}, "text": "a"}, 422, "no style"),
        ("api/page", {"hand": {"name": "slant"}, "text": "a", "template": "/etc/passwd"}, 422, "no template"),
        ("api/page", {"hand": {"token": "gone"}, "text": "a"}, 410, "started again"),
        ("api/page", {"hand": {"name": "slant"}, "text": ""}, 422, "empty"),
        ("api/style", b"schema: no", 422, "schema"),
        ("api/read", b" " * 4_000_001, 413, "too large"),
        ("api/style", b" " * 8_000_001, 413, "at most 8 MB"),
        ("api/page", {"hand": {"name": "slant"}, "text": "a", "seed": 10**400}, 400, "401 digits"),
        ("api/page", {"hand": {"name": "slant"}, "text": "a", "seed": 10**90}, 400, "'seed' must lie between"),
        ("api/page", {"hand": {"name": "slant"}, "text": "a", "seed": float("nan")}, 400, "not finite"),
        ("api/page", {"hand": {"name": "slant"}, "text": "\ud800"}, 400, "half of a surrogate pair"),
        ("api/page", {"hand": {"name": "\x1b[2J"}, "text": "a"}, 422, "no style"),
        ("api/read", b"[" * 100_000, 400, "nested more than"),
        ("api/line", {"strokes": [[[0, 0], [0, 1]]], "typed": "日"}, 400, "cannot be learnt"),
        ("api/line", {"strokes": [[[0, 0], [0, 1]]], "typed": 5}, 400, "must be text"),
        ("api/line", {"strokes": [[[-390, 0], [390, 1]] * 3], "typed": "a"}, 400, "too much for one letter or line"),
        ("api/line", {"strokes": [[[0, 0], [2, 1]]], "typed": "a" * 200}, 422, "200 letters were typed"),
        ("api/learn", {"letters": [{"strokes": [[[0, 0]]], "character": "a", "joins": [1, 0]}]}, 400, "true and false"),
        ("api/letter", {"hand": {"name": "slant"}, "text": "a", "character": ""}, 400, "cannot be written"),
        ("api/share", {"letters": [{"identity": "a", "revision": 0}]}, 400, "'revision' must be a whole number"),
        ("api/invite", {}, 404, "cannot be reached from other machines"),
    ],
)
def test_bad_requests_are_one_sentence(studio, path, body, status, says):
    code, told = ask(studio, path, body)
    assert (code, says in str(told["error"])) == (status, True), told


MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
FILE = b'--x\r\nContent-Disposition: form-data; name="scan"; filename="a.png"\r\n\r\n'


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"no multipart at all", MULTIPART, 400),
        (b"--x\r\nno header\r\n\r\n\r\n--x--", MULTIPART, 400),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--\r\n", MULTIPART, 400),
        (FILE + b"x\r\n--x--\r\n", {"content-type": "multipart/form-data"}, 400),
        (FILE + b"x\r\n--x--\r\n", {"content-type": "multipart/form-data; boundary="}, 400),
        (b"a=1", {"content-type": "application/x-www-form-urlencoded"}, 422),
        (b"%", {"content-type": "application/x-www-form-urlencoded"}, 422),
        (b"x", {"content-type": "image/png"}, 422),
        (FILE + b"\r\n--x--\r\n", MULTIPART, 422),
        (FILE + b"no picture\r\n--x--\r\n", MULTIPART, 422),
        (FILE + b"never ends", MULTIPART, 422),
        (FILE * 3, MULTIPART, 400),
        (b"", MULTIPART, 422),
        (FILE.replace(b'; filename="a.png"', b"") + b"x" * 1_100_000 + b"\r\n--x--\r\n", MULTIPART, 400),
    ],
)
def test_bad_uploads_are_one_sentence(studio, body, headers, status):
    code, told = ask(studio, "api/scan", body, **headers)
    assert (code, bool(told["error"])) == (status, True), told


def test_the_limits_of_a_style_are_those_of_its_file():
    assert request_guard.LIMITS["/api/style"] == yaml_format.LIMITS.size


def test_a_line_that_has_not_the_letters_typed_is_refused_with_both_counts(studio):
    def o(x: float):
        return [[x + 0.45 * np.cos(a), 0.5 + 0.5 * np.sin(a)] for a in np.linspace(1, 7.28, 25)]

    def ell(x: float):
        return [[x, 2.0], [x, 0.0]]

    loll = [ell(0.0), o(1.0), ell(2.0), ell(2.5)]
    for typed, message in (
        ("lol", "4 letters can be made out in the line, but 3 letters were typed"),
        ("lolll", "4 letters can be made out in the line, but 5 letters were typed"),
        ("l", "4 letters can be made out in the line, but 1 letter was typed"),
    ):
        code, told = ask(studio, "api/line", {"strokes": loll, "typed": typed})
        assert (code, message in str(told["error"])) == (422, True), told
    for typed in ("", "loll", "l o ll"):
        assert ask(studio, "api/line", {"strokes": loll, "typed": typed})[0] == 200
    # A letter whose strokes stand apart is not known to be one until it is typed.
    k = [[[0, 2], [0, 0]], [[0.75, 1], [0.2, 0.45], [0.8, 0]]]
    assert len(letters([np.array(stroke, np.float32) for stroke in k])) == 2
    assert ask(studio, "api/line", {"strokes": k, "typed": "k"})[0] == 200


def address(studio: str) -> tuple[str, int]:
    host, port = studio.removeprefix("http://").strip("/").split(":")
    return host, int(port)


def test_half_open_connections_shut_nobody_out_and_are_dropped(studio):
    held = [socket.create_connection(address(studio), timeout=60) for _ in range(250)]
    try:
        for half in held:
            with contextlib.suppress(OSError):
                half.sendall(b"POST /api/read HTTP/1.1\r\nHost: x\r\n")
        assert ask(studio, "")[0] == 200
        assert ask(studio, "api/start")[0] == 200
        # All are closed before long: those over the limit at once, the others as their heads are late.
        for half in held:
            with contextlib.suppress(ConnectionResetError):
                assert half.recv(1) == b""
    finally:
        for half in held:
            half.close()


def test_bodies_that_never_come_shut_nobody_out(studio):
    host, port = address(studio)
    head = (
        f"POST /api/read HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        "Content-Length: 100\r\n\r\n"
    ).encode()
    held = [socket.create_connection((host, port), timeout=60) for _ in range(150)]
    try:
        for half in held:
            with contextlib.suppress(OSError):
                half.sendall(head)
        assert ask(studio, "")[0] == 200
    finally:
        for half in held:
            half.close()
    assert ask(studio, "")[0] == 200


def test_no_path_leads_to_files(studio):
    assert ask(studio, "static/app.py")[0] == 404


def test_a_line_is_parted_into_letters():
    def bar(x: float, y0: float = 0, y1: float = 1):
        return np.array([[x, y0], [x + 0.1, y1]], np.float32)

    strokes = [bar(0), bar(0.02, 1.4, 1.5), bar(1), np.array([[0.8, 0.9], [1.3, 0.9]], np.float32), bar(3)]
    groups = letters(strokes)
    assert groups == [[0, 1], [2, 3], [4]]
    assert begins_word(strokes, groups) == [False, False, True]
    assert len(letters(strokes, 4)) == 4
