"""Who may use a studio in the network, where it is, and what its browsers share."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from handfont.errors import OptionError
from handfont.studio import network
from handfont.studio.access import MOST_INVITATIONS, Access
from handfont.studio.request_guard import STRANGER, Guard
from handfont.studio.shared_letters import SharedLetter, SharedLetters


def answer(guard: Guard, target: str = "/", **headers: str) -> tuple[int, dict[str, str], str]:
    path, _, query = target.partition("?")
    sent: list[dict[str, Any]] = []
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "a:1", **headers}.items()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": named}
    asyncio.run(guard(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent).decode()


async def inside(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def test_a_token_admits_one_browser_which_is_known_by_its_cookie():
    access = Access("handfont-1")
    guard = Guard(inside, set, access)
    token = access.invitation()
    for target in ("/", "/?token=", "/?token=%00x", "/?token=wrong"):
        status, _, body = answer(guard, target)
        assert (status, STRANGER in body) == (403, True)
    status, _, body = answer(guard, f"/api/start?token={token}")
    assert (status, json.loads(body)["error"]) == (403, STRANGER)
    status, headers, _ = answer(guard, f"/?token={token}")
    assert (status, headers["location"]) == (303, "/")
    assert "HttpOnly" in headers["set-cookie"] and "SameSite=Lax" in headers["set-cookie"]
    cookie = headers["set-cookie"].split(";")[0]
    assert answer(guard, f"/?token={token}")[0] == 403  # it was used
    assert answer(guard, "/api/start", cookie=f"other=1; {cookie}")[2] == "inside"
    assert answer(guard, f"/?token={token}", cookie=cookie)[0] == 303  # of an old address nothing is left to see
    assert answer(guard, "/", cookie=cookie[:-1])[0] == 403
    assert answer(guard, "/", cookie=cookie, origin="http://b:1")[0] == 403
    assert answer(guard, "/", cookie=cookie, origin="http://a:1")[0] == 200


def test_old_invitations_are_void():
    access = Access("x")
    first, *others = [access.invitation() for _ in range(MOST_INVITATIONS + 1)]
    assert access.admitted(first) is None
    assert all(access.admitted(token) for token in others)


def test_addresses_are_those_that_others_reach():
    assert network.place("127.0.0.1").reachable == ""
    assert network.place("localhost").reachable == ""
    assert network.place("0.0.0.0").name == "127.0.0.1"
    assert network.place("0.0.0.0").reachable not in ("", "0.0.0.0")
    assert network.place("192.0.2.7")[2:] == ("192.0.2.7", "192.0.2.7")
    with pytest.raises(OptionError, match="the host 'no such host' is not known"):
        network.place("no such host")


def test_browsers_come_to_the_same_letters_in_whatever_order_changes_arrive():
    def letter(identity: str, revision: int, data: Any = None) -> SharedLetter:
        return SharedLetter(identity, revision, data)

    async def session() -> list[list[tuple[str, int]]]:
        shared = SharedLetters()
        shared.merge([letter("a", 2, {}), letter("b", 1, {})], "laptop")
        stream = shared.events("phone")
        got = [await anext(stream)]
        shared.merge([letter("a", 1, {}), letter("b", 2)], "laptop")  # the first is late
        got.append(await anext(stream))
        shared.merge([letter("c", 1, {})], "phone")  # its own
        shared.merge([letter("b", 3, {})], "laptop")
        got.append(await anext(stream))
        got.append(await anext(shared.events("laptop")))
        shared.close()
        assert [event async for event in stream] == []
        return [[(one["identity"], one["revision"]) for one in json.loads(event[5:])] for event in got]

    assert asyncio.run(session()) == [[("a", 2), ("b", 1)], [("b", 2)], [("b", 3)], [("c", 1)]]
