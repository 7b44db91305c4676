"""What the server refuses."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import numpy as np
import pytest

from handfont.studio.strokes import begins_word, letters


def ask(studio: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, object]]:
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    asked = urllib.request.Request(studio + path, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, {}
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.parametrize(("headers", "status"), [
    ({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
])
def test_strangers_are_refused(studio, headers, status):
    assert ask(studio, "", **headers)[0] == status


@pytest.mark.parametrize(("path", "body", "status", "says"), [
    ("api/read", {"strokes": []}, 400, "nothing was drawn"),
    ("api/read", {"strokes": [[[1e9, 0]]]}, 400, "not a list of points"),
    ("api/read", b"{", 400, "not JSON"),
    ("api/page", {"hand": {"name": "../../etc/passwd"}, "text": "a"}, 422, "no style"),
    ("api/page", {"hand": {"name": "slant"}, "text": "a", "template": "/etc/passwd"}, 422, "no template"),
    ("api/page", {"hand": {"token": "gone"}, "text": "a"}, 410, "started anew"),
    ("api/page", {"hand": {"name": "slant"}, "text": ""}, 422, "empty"),
    ("api/style", b"schema: no", 422, "schema"),
    ("api/read", b" " * 4_000_001, 413, "too large"),
])
def test_bad_requests_are_one_sentence(studio, path, body, status, says):
    code, told = ask(studio, path, body)
    assert (code, says in str(told["error"])) == (status, True), told


def test_no_path_leads_to_files(studio):
    assert ask(studio, "page/app.py")[0] == 404


def test_a_line_is_parted_into_letters():
    def bar(x: float, y0: float = 0, y1: float = 1):
        return np.array([[x, y0], [x + 0.1, y1]], np.float32)

    strokes = [bar(0), bar(0.02, 1.4, 1.5), bar(1), np.array([[0.8, 0.9], [1.3, 0.9]], np.float32), bar(3)]
    groups = letters(strokes)
    assert groups == [[0, 1], [2, 3], [4]]
    assert begins_word(strokes, groups) == [False, False, True]
    assert len(letters(strokes, 4)) == 4
