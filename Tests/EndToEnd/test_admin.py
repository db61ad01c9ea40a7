"""What admins do over HTTP: who logs in, what holds for everybody, and the data of guests."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import aiohttp
import pytest

import leaks
from agents import log_in
from conftest import Agent, Room, hire
from peer import Refused, unique
from server import Server
from waiting import eventually

DAY = 86_400_000


class Admin:
    """Asks the API in the name of one agent."""

    def __init__(self, http: aiohttp.ClientSession, agent: Agent):
        self.http = http
        self.headers = agent.headers

    async def does(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        async with self.http.request(method, "/admin/api" + path, json=body, headers=self.headers) as answer:
            text = await answer.text()
            assert answer.status == status, f"{method} {path}: {answer.status} {text}"
            return json.loads(text)


async def use(http: aiohttp.ClientSession, token: str, password: str) -> tuple[int, Any]:
    leaks.keep(token, password)
    async with http.post("/password-link", json={"token": token, "password": password}) as answer:
        return answer.status, await answer.json()


async def test_an_invited_agent_chooses_a_password_and_later_another(
    server: Server, room: Room, ben: Agent, http: aiohttp.ClientSession
) -> None:
    admin = Admin(http, ben)
    made = await admin.does("POST", "/agents", {"username": "Zoe", "name": "Zoe Z", "role": "agent"}, status=201)
    agent, link = made["agent"], made["link"]
    assert (agent["username"], agent["hasPassword"], agent["link"]["kind"]) == ("zoe", False, "invite")
    page, token = link["url"].split("#")
    assert page == server.url + "/invite"
    async with http.get("/invite") as answer:
        assert answer.status == 200 and answer.content_type == "text/html"
    async with http.post("/password-link/check", json={"token": token}) as answer:
        assert await answer.json() == {"username": "zoe", "name": "Zoe Z", "kind": "invite"}

    status, refused = await use(http, token, "zoezoezoe1")
    assert (status, refused["error"]["field"]) == (400, "password")
    assert await use(http, token, "a first good one") == (200, {"username": "zoe"})
    assert (await use(http, token, "a second good one"))[0] == 404
    known, cookie = await log_in(server.url, "zoe", "a first good one")
    assert known["agentId"] == agent["agentId"]
    peer = await room.anyone(headers={"Cookie": f"token={cookie}"})

    # Reset by an admin: the older of two links is dead, the password in force until the other is used.
    first = (await admin.does("POST", f"/agents/{agent['agentId']}/link"))["link"]["url"]
    second = (await admin.does("POST", f"/agents/{agent['agentId']}/link"))["link"]
    assert second["kind"] == "reset" and "/reset#" in second["url"]
    assert (await use(http, first.split("#")[1], "a second good one"))[0] == 404
    await peer.does("agent:list")
    assert (await use(http, second["url"].split("#")[1], "a second good one"))[0] == 200
    await peer.hears("revoked", lambda p: p["reason"] == "password_changed")
    await peer.is_cut_off(within=5)
    await log_in(server.url, "zoe", "a second good one")

    log = (await admin.does("GET", "/audit?limit=50"))["entries"]
    about = [e for e in log if e.get("target", {}).get("id") == agent["agentId"]]
    assert [(e["action"], e["actor"].get("userId"), e.get("detail")) for e in reversed(about)] == [
        ("account.created", ben.agent_id, "agent"),
        ("link.issued", ben.agent_id, "invite"),
        ("link.used", agent["agentId"], "invite"),
        ("login.success", agent["agentId"], about[-4].get("detail")),
        ("link.issued", ben.agent_id, "reset"),
        ("link.issued", ben.agent_id, "reset"),
        ("link.used", agent["agentId"], "reset"),
        ("login.success", agent["agentId"], about[0].get("detail")),
    ]

    # Nothing of a token is stored as it is.
    for file in server.data.glob("martlet.sqlite*"):
        assert token.encode() not in file.read_bytes()


async def test_a_disabled_agent_is_out_within_a_second_and_the_last_admin_stays(
    new_server: Callable[..., Server],
) -> None:
    server = await new_server().start()
    root, eve = await hire(server, "root", "Root", role="admin"), await hire(server, "eve", "Eve")
    room = Room(server)
    peer, other = await room.agent(eve), await room.agent(root)
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        admin = Admin(http, root)
        await admin.does("POST", "/agents", {"username": "new", "name": "New", "role": "admin"}, status=201)
        for change in ({"disabled": True}, {"role": "agent"}):
            refused = await admin.does("PATCH", f"/agents/{root.agent_id}", change, status=409)
            assert refused["error"]["code"] == "conflict"
        changed = await admin.does("PATCH", f"/agents/{eve.agent_id}", {"disabled": True})
        assert changed["agent"]["disabled"] is True
        await peer.hears("revoked", lambda p: p["reason"] == "disabled", within=3)
        await peer.is_cut_off(within=3)
        try:
            await room.agent(eve)
            raise AssertionError("a disabled agent came in")
        except Refused as refusal:
            assert "unauthorized" in str(refusal)
        assert eve.agent_id not in [a["agentId"] for a in (await other.does("agent:list"))["agents"]]
        names = {a["username"]: a["disabled"] for a in (await admin.does("GET", "/agents"))["agents"]}
        assert names == {"eve": True, "new": False, "root": False}
    await room.leave()
    assert await server.stop() == 0


LATE_REQUESTS = {
    "/admin/api/agents": {"username": "accomplice", "name": "A. Complice", "role": "admin"},
    "/agent/api/password": {"current": "?", "password": "another good one"},
    "/agent/api/second-factor": {"current": "?"},
    "/agent/api/second-factor/recovery-codes": {"current": "?"},
    "/agent/api/second-factor/remove": {"current": "?"},
}


@pytest.mark.parametrize("path", LATE_REQUESTS)
async def test_an_admin_who_is_disabled_halfway_through_a_request_does_nothing_more(
    server: Server, http: aiohttp.ClientSession, ben: Agent, path: str
) -> None:
    """The headers come while the login is in force, the rest of the body when it has ended."""
    leaver = await hire(server, unique("leaver").replace(" ", "-"), "Lee Leaver", role="admin")
    fields = LATE_REQUESTS[path]
    body = json.dumps(fields | ({"current": leaver.password} if "current" in fields else {})).encode()
    host, port = server.address
    reader, writer = await asyncio.open_connection(host, port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Cookie: {leaver.headers['Cookie']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:5])
    await writer.drain()
    # Whoever reads the body has looked at the login by now: another request of the same kind is answered.
    admin = Admin(http, ben)
    await admin.does("GET", "/agents")
    await admin.does("PATCH", f"/agents/{leaver.agent_id}", {"disabled": True})
    writer.write(body[5:])
    await writer.drain()
    status = (await asyncio.wait_for(reader.readline(), 10)).split()
    writer.close()
    assert status[1] == b"401", status
    listed = await admin.does("GET", "/agents")
    assert "accomplice" not in [agent["username"] for agent in listed["agents"]]


async def test_retention_set_by_an_admin_is_obeyed_and_survives_a_restart(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    root = await hire(server, "root", "Root", role="admin")
    room = Room(server)
    agent, guest = await room.agent(root), await room.guest()
    ticket = await guest.opens("old")
    await agent.does("ticket:close", {"ticketId": ticket["ticketId"]})
    await room.leave()
    database = server.data / "martlet.sqlite"
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute("UPDATE tickets SET activityAt = activityAt - ?1, closedAt = closedAt - ?1", (31 * DAY,))
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        admin = Admin(http, root)
        assert await admin.does("GET", "/retention") == {"days": 365, "isFixed": False}
        assert await admin.does("PUT", "/retention", {"days": 30}) == {"days": 30, "isFixed": False}

        async def is_gone() -> bool:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                return connection.execute("SELECT count(*) FROM tickets").fetchone() == (0,)

        await eventually(is_gone, 5, "what is older than the new time has gone")
    assert await server.stop() == 0
    server.arguments = ("--retention-days", "7")
    await server.start()
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        admin = Admin(http, root)
        assert await admin.does("GET", "/retention") == {"days": 7, "isFixed": True}
        await admin.does("PUT", "/retention", {"days": 9}, status=409)
    assert await server.stop() == 0
    server.arguments = ()
    await server.start()
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        assert await Admin(http, root).does("GET", "/retention") == {"days": 30, "isFixed": False}
    assert await server.stop() == 0


async def test_a_guest_is_exported_and_erased(
    server: Server, room: Room, ada: Agent, ben: Agent, http: aiohttp.ClientSession
) -> None:
    admin, agent, guest = Admin(http, ben), await room.agent(ada), await room.guest()
    secret = unique("the secret")
    ticket = await guest.opens(secret)
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await agent.say(ticket["ticketId"], "an answer")
    path = f"/admin/api/guests/{guest.user_id}/export"
    async with http.get(path, headers=ben.headers) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        document = json.loads(await answer.text())
    command = await server.command("guest", "export", guest.user_id)
    assert json.loads(command.out) == document
    assert [m["text"] for m in document["tickets"][0]["messages"]] == [secret, "an answer"]
    async with http.get(path, headers=ada.headers) as answer:
        assert answer.status == 403
    assert await admin.does("DELETE", f"/guests/{guest.user_id}") == {"tickets": 1, "messages": 2}
    # Whoever shows it looks again.
    for peer in (agent, guest):
        await peer.hears("resync")
    await admin.does("DELETE", f"/guests/{guest.user_id}", status=404)
    log = (await admin.does("GET", "/audit?limit=10"))["entries"]
    about = [(e["action"], e["actor"]["kind"]) for e in log if e.get("target", {}).get("id") == guest.user_id]
    assert about == [("guest.erased", "account"), ("guest.exported", "command_line"), ("guest.exported", "account")]
    assert await agent.fails("ticket:join", {"ticketId": ticket["ticketId"]}) == "not_found"
    for file in server.data.glob("martlet.sqlite*"):
        assert secret.encode() not in file.read_bytes(), f"{file.name} still has the text"


async def test_the_word_filter_of_an_admin_holds_at_once(
    server: Server, room: Room, ben: Agent, http: aiohttp.ClientSession
) -> None:
    admin, guest = Admin(http, ben), await room.guest()
    before = await admin.does("GET", "/word-filter")
    try:
        await admin.does("PUT", "/word-filter", {"mode": "mask", "words": ["flimflam"]})
        ticket = (await guest.opens("hello"))["ticketId"]
        assert (await guest.say(ticket, "you flimflam"))["text"] == "you ********"
        shown = await server.command("word-filter")
        assert shown.out.split() == ["mask", "flimflam"]
        newest = (await admin.does("GET", "/audit?limit=1&action=settings.word_filter"))["entries"][0]
        assert (newest["actor"]["userId"], newest["detail"]) == (ben.agent_id, "mask, 1 words")
    finally:
        await admin.does("PUT", "/word-filter", before)


async def test_the_administration_is_a_page_for_admins(http: aiohttp.ClientSession, ada: Agent, ben: Agent) -> None:
    for headers, status in [({}, 303), (ada.headers, 403), (ben.headers, 200)]:
        async with http.get("/admin", headers=headers | {"Accept": "text/html"}, allow_redirects=False) as answer:
            assert answer.status == status
            assert status != 303 or answer.headers["Location"] == "/agent/login"
