"""The audit log, and that neither it nor any log holds a secret. All servers of a run are looked at when it ends."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import quote

import aiohttp

import leaks
from agents import Agent, code_of, hire
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
    quoted = unique('a "quoted"\ttext über') + "\nof two lines"
    leaks.keep(quoted)
    server = new_server()
    for secret in (text, ada.password, quoted):
        for spelling in (secret, json.dumps(secret), quote(secret)):
            server.log.write_text(f"info: somebody said {spelling}!\n")
            assert leaks.leaked(server) == [secret]
    for secret in (guest.guest_token, ada.cookie):
        server.log.write_text(f"info: somebody said {secret}!\n")
        assert secret in leaks.leaked(server)
    for shape in (
        "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2ln", "v1.k.guest.MTIzNDU2Nzg5MDEyMzQ1Njc4", "0a1b-2c3d-4e5f",
        "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "$scrypt$ln=16,r=8,p=2$c2FsdA$aGFzaA",
    ):
        server.log.write_text(f"info: nobody has kept {shape}\n")
        assert len(leaks.leaked(server)) == 1, shape
    server.log.write_text("info: nothing\n")
    assert leaks.leaked(server) == []
    server.command_errors.append(f"martlet: {text} is no option\n")
    assert leaks.leaked(server) == [text]
    server.command_errors.clear()

    await server.start()
    key = (server.data / "guest-secret").read_bytes()
    for spelling in (key.hex(), base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()):
        server.command_errors.append(f"martlet: the key is {spelling}\n")
        assert len(leaks.leaked(server)) >= 1, spelling
        server.command_errors.clear()
    with closing(sqlite3.connect(server.data / "martlet.sqlite", timeout=10)) as database, database:
        sql = "INSERT INTO audit (at, actorKind, action, detail) VALUES (0, 'nobody', 'logout', ?)"
        database.execute(sql, (guest.guest_token,))
    assert guest.guest_token in leaks.leaked(server)
    # It may not stay for the end of the run, and an entry cannot be deleted.
    assert await server.stop() == 0
    for file in server.data.glob("martlet.sqlite*"):
        file.unlink()


async def _uses_a_second_factor(server: Server, agent: Agent) -> None:
    """Sets one up, logs in with it and with a recovery code, and once gives no code."""
    async with aiohttp.ClientSession(server.url, headers=agent.headers) as http:

        async def ask(path: str, **body: str) -> dict:
            async with http.post(f"/agent/api/second-factor{path}", json=body) as answer:
                assert answer.status == 200, f"{path}: {answer.status} {await answer.text()}"
                return await answer.json()

        made = await ask("", current=agent.password)
        confirmed = await ask("/confirm", setup=made["setup"], code=code_of(made["key"], -1))
        renewed = await ask("/recovery-codes", current=agent.password)
    codes = [code for answer in (confirmed, renewed) for code in answer["recoveryCodes"]]
    leaks.keep(made["key"], made["key"].replace(" ", ""), made["uri"], made["setup"])
    leaks.keep(*codes, *(code.replace("-", "") for code in codes))
    credentials = {"username": agent.username, "password": agent.password}
    async with aiohttp.ClientSession(server.url) as http:
        for code, status in ((code_of(made["key"]), 200), (renewed["recoveryCodes"][0], 200), ("", 401)):
            async with http.post("/agent/login", json=credentials | {"code": code}) as answer:
                assert answer.status == status, await answer.text()
                leaks.keep(*(cookie.value for cookie in answer.cookies.values()))


async def _makes_links_and_a_secret(server: Server, admin: Agent) -> None:
    async with aiohttp.ClientSession(server.url, headers=admin.headers) as http:
        invited = {"username": "samuel", "name": "Samuel", "role": "agent"}
        async with http.post("/admin/api/agents", json=invited) as answer:
            token = (await answer.json())["link"]["url"].partition("#")[2]
        async with http.post("/admin/api/sites/default/secret", json={}) as answer:
            secret = (await answer.json())["secret"]
        leaks.keep(token, secret, PASSWORD)
        async with http.post("/password-link/check", json={"token": token}) as answer:
            assert answer.status == 200
        async with http.post("/password-link", json={"token": token, "password": PASSWORD}) as answer:
            assert answer.status == 200


async def test_second_factors_are_in_the_audit_log(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    ada = await hire(server, "ada", "Ada Lovelace")
    await _uses_a_second_factor(server, ada)
    # Only now is it known that nobody gives the code.
    assert await server.stop() == 0
    told = [(e["action"], e.get("detail")) for e in await entries(server) if e["target"]["name"] == "ada"]
    assert [action for action, _ in told] == [
        "login.success", "second_factor.set", "recovery_codes.renewed", "login.success", "recovery_codes.used",
        "login.success", "login.unfinished",
    ]
    assert ("recovery_codes.used", "9 left") in told and told[-1] == ("login.unfinished", "1 try")


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
    await _uses_a_second_factor(server, ada)
    await _makes_links_and_a_secret(server, await hire(server, "cyd", "Cyd Charisse", role="admin"))
    assert (await server.command("guest", "export", guest.user_id)).status == 0
    assert await server.stop() == 0
    assert len(server.log_text()) > 1000
    assert leaks.leaked(server) == []
