"""The audit log, and that neither it nor any log holds a secret. All servers of a run are looked at when it ends."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import aiohttp

import leaks
from agents import Agent, hire
from conftest import Room
from peer import unique
from server import Server
from waiting import eventually

PASSWORD = "an excellent pass phrase"


async def entries(server: Server, *arguments: str) -> list[dict]:
    """The audit log, oldest first."""
    told = await server.command("audit", "--json", "--limit", "1000", *arguments)
    assert told.status == 0, told
    return json.loads(told.out)[::-1]


async def test_the_audit_log_tells_who_did_what(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    root = await hire(server, "root", "Grace Hopper", role="admin")
    added = await server.command(
        "agent", "add", "eve", "--name", "Eve", "--role", "agent", "--password-stdin", stdin=PASSWORD
    )
    assert added.status == 0, added
    for arguments in (["set-role", "eve", "--role", "admin"], ["require-totp", "eve"], ["disable", "eve"]):
        assert (await server.command("agent", *arguments)).status == 0
    assert (await server.command("secret", "rotate")).status == 0
    assert (await server.command("backup", str(server.data.parent / "copy"))).status == 0
    filtered = await server.command("word-filter", "--mode", "mask", "--words-stdin", stdin="thesecretword\n")
    assert filtered.status == 0, filtered

    room = Room(server)
    guest = await room.guest()
    await guest.opens(unique("what a guest wrote"))
    for command in ("export", "erase"):
        assert (await server.command("guest", command, guest.user_id)).status == 0
    await room.leave()
    async with aiohttp.ClientSession(server.url, headers=root.headers) as http:
        async with http.post("/agent/logout", json={}) as answer:
            assert answer.status == 200

    told = await entries(server)
    who = [(e["actor"].get("name", e["actor"]["kind"]), e["action"], e.get("target", {}).get("name")) for e in told]
    assert who == [
        ("Grace Hopper", "login.success", "root"),
        ("command_line", "account.created", "eve"),
        ("command_line", "account.role", "eve"),
        ("command_line", "second_factor.required", "eve"),
        ("command_line", "account.disabled", "eve"),
        ("command_line", "secret.rotated", None),
        ("command_line", "backup.made", None),
        ("command_line", "settings.word_filter", None),
        ("command_line", "guest.exported", None),
        ("command_line", "guest.erased", None),
        ("Grace Hopper", "logout", "root"),
    ]
    assert told[-2]["target"] == {"kind": "guest", "id": guest.user_id}
    text = json.dumps(told)
    assert "127.0.0.1" not in text and "thesecretword" not in text and "what a guest wrote" not in text

    lines = (await server.command("audit", "--limit", "2")).out.splitlines()
    assert [line.split("\t")[1:4] for line in lines] == [
        ["Grace Hopper", "logout", "root"], ["(command line)", "guest.erased", guest.user_id],
    ]
    assert (await server.command("audit", "--limit", "0")).status == 1


async def test_a_flood_of_failures_takes_a_few_entries(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    await hire(server, "ada", "Ada Lovelace")
    # Each costs a hash, until the address has to wait.
    typed = [unique("typed-by-mistake") for _ in range(2)]
    async with aiohttp.ClientSession(server.url) as http:
        for username in [*typed, *["ada"] * 100]:
            async with http.post("/agent/login", json={"username": username, "password": PASSWORD}) as answer:
                assert answer.status in (401, 429)

    async def are_told() -> bool:
        return len([e for e in await entries(server) if e["action"] == "login.failure"]) == 7

    await eventually(are_told, 5, "the first failures in the audit log")
    assert await server.stop() == 0
    told = [e for e in await entries(server) if e["action"].startswith("login.") and e["actor"]["kind"] == "nobody"]
    assert len(told) == 8, "a line for each would fill the disk"
    counted = sum(int(e["detail"].split()[0]) for e in told if e["action"] == "login.throttled")
    assert counted + len([e for e in told if e["action"] == "login.failure"]) == 102
    assert {e["target"]["name"] for e in told if "target" in e} <= {"ada"}
    assert not leaks.leaked(server, typed)


async def test_entries_can_be_neither_changed_nor_deleted(server: Server, ada: Agent) -> None:
    with closing(sqlite3.connect(server.data / "martlet.sqlite", timeout=10)) as database:
        for statement in ("UPDATE audit SET actorName = 'x'", "DELETE FROM audit"):
            try:
                database.execute(statement)
            except sqlite3.IntegrityError as error:
                assert "only added to" in str(error)
            else:
                raise AssertionError(statement)


async def test_a_secret_in_a_log_would_be_found(new_server: Callable[..., Server], room: Room, ada: Agent) -> None:
    """The look that ends each run, on what was planted."""
    guest = await room.guest()
    text = unique("a text that nobody may log")
    await guest.opens(text)
    planted = [guest.guest_token, text, ada.cookie, ada.password]
    server = new_server()
    for secret in planted:
        server.log.write_text(f"info: somebody said {secret}!\n")
        assert leaks.leaked(server) == [secret]
    server.log.write_text("info: nothing\n")
    assert leaks.leaked(server) == []
    server.command_errors.append(f"martlet: {text} is no option\n")
    assert leaks.leaked(server) == [text]
    server.command_errors.clear()

    await server.start()
    with closing(sqlite3.connect(server.data / "martlet.sqlite", timeout=10)) as database, database:
        sql = "INSERT INTO audit (at, actorKind, action, detail) VALUES (0, 'nobody', 'logout', ?)"
        database.execute(sql, (guest.guest_token,))
    assert leaks.leaked(server) == [guest.guest_token]
    # It may not stay for the end of the run, and an entry cannot be deleted.
    assert await server.stop() == 0
    for file in server.data.glob("martlet.sqlite*"):
        file.unlink()


async def test_a_talkative_log_holds_no_secret_either(new_server: Callable[..., Server]) -> None:
    """The most that can be asked of the log, in a whole story. The end of the run looks at it."""
    server = await new_server("--log-level", "trace").start()
    setup = await server.setup_token()
    leaks.keep(setup, PASSWORD)
    async with aiohttp.ClientSession(server.url) as http:
        body = {"token": setup, "username": "root", "name": "Grace Hopper", "password": PASSWORD}
        async with http.post("/setup", json=body) as answer:
            assert answer.status == 201
        for wrong in ({"password": unique("a wrong password")}, {"username": unique("password-as-name")}):
            leaks.keep(*wrong.values())
            async with http.post("/agent/login", json={"username": "root", "password": PASSWORD} | wrong) as answer:
                assert answer.status == 401
    ada = await hire(server, "ada", "Ada Lovelace")
    room = Room(server)
    agent, guest = await room.agent(ada), await room.guest()
    ticket = await guest.opens(unique("a question of a guest"))
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await agent.say(ticket["ticketId"], unique("an answer of an agent"))
    polling = await room.guest(("polling",), token=guest.guest_token)
    await polling.say(ticket["ticketId"], unique("another question"))
    assert await polling.fails("chat:message", {"ticketId": ticket["ticketId"], "text": unique("too long") * 1000})
    async with aiohttp.ClientSession(server.url, headers=ada.headers) as http:
        async with http.post("/agent/renew", json={}) as answer:
            leaks.keep(answer.cookies["token"].value)
    await room.leave()
    assert (await server.command("guest", "export", guest.user_id)).status == 0
    assert await server.stop() == 0
    assert len(server.log_text()) > 1000
    assert leaks.leaked(server) == []
