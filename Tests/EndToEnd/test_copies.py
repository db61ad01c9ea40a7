"""`martlet backup`, `verify` and `restore`, as an operator uses them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from conftest import Room, hire
from server import Server, run, snapshot
from test_command_line import says_one_line


async def test_a_backup_under_load_restores_everybody_elsewhere(
    new_server: Callable[..., Server], binary: Path, tmp_path: Path
) -> None:
    server = await new_server().start()
    room = Room(server)
    file = tmp_path / "backup"
    try:
        ada = await hire(server, "ada", "Ada")
        guests = [await room.guest() for _ in range(4)]
        tickets = [(await guest.opens("first"))["ticketId"] for guest in guests]
        acknowledged: list[tuple[str, int]] = []
        is_over = asyncio.Event()

        async def chatter(number: int) -> None:
            while not is_over.is_set():
                ack = await guests[number].call("chat:message", {"ticketId": tickets[number], "text": "x" * 500})
                if ack["ok"]:
                    acknowledged.append((tickets[number], ack["message"]["seq"]))
                await asyncio.sleep(0)

        talkers = [asyncio.create_task(chatter(number % 4)) for number in range(12)]
        while len(acknowledged) < 100:
            await asyncio.sleep(0.01)
        before = list(acknowledged)
        saved = await server.command("backup", str(file))
        is_over.set()
        await asyncio.gather(*talkers)
        assert saved.status == 0 and str(file) in saved.out, saved
        assert len(acknowledged) > len(before), "writing went on"
        says_one_line(await server.command("backup", str(file)), str(file), "--force")
        says_one_line(await server.command("restore", str(file)), str(server.data))
        live = await server.command("verify", "--json")
        assert live.status == 0 and json.loads(live.out)["ok"] is True, live
        tokens = [guest.guest_token for guest in guests]
        names = [guest.user_id for guest in guests]
    finally:
        await room.leave()
    assert await server.stop() == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]

    checked = await run(binary, "verify", str(file), cwd=tmp_path)
    assert checked.status == 0 and "no faults" in checked.out, checked
    assert [path.name for path in tmp_path.iterdir()] == ["backup"], "looking leaves nothing behind"

    elsewhere = new_server()
    restored = await elsewhere.command("restore", str(file))
    assert restored.status == 0, restored
    await elsewhere.start()
    room = Room(elsewhere)
    try:
        agent = await room.agent(ada)
        assert agent.user_id == ada.agent_id, "a login outlives the move"
        for number, token in enumerate(tokens):
            guest = await room.guest(token=token or "")
            assert guest.user_id == names[number], "a guest keeps the conversation"
            last = max(seq for ticket, seq in before if ticket == tickets[number])
            page = await guest.does("chat:history", {"ticketId": tickets[number], "limit": 1})
            assert page["ticket"]["lastSeq"] >= last
    finally:
        await room.leave()
    assert await elsewhere.stop() == 0


async def test_what_a_restore_replaces_is_kept(new_server: Callable[..., Server], tmp_path: Path) -> None:
    server = await new_server().start()
    await hire(server, "ada", "Ada")
    file = str(tmp_path / "backup")
    assert (await server.command("backup", file)).status == 0
    await hire(server, "ben", "Ben")
    await server.kill()
    restored = await server.command("restore", file)
    assert restored.status == 0, restored
    aside = next(path for path in server.data.iterdir() if path.name.startswith("before-restore-"))
    assert str(aside) in restored.out
    told = (await server.command("audit", "--limit", "1")).out.split("\t")
    assert told[1:3] == ["(command line)", "backup.restored"]

    async def agents(data: Path) -> list[str]:
        listed = await run(server.binary, "agent", "list", "--json", "--data-dir", str(data), cwd=tmp_path)
        return [account["username"] for account in json.loads(listed.out)]

    assert await agents(server.data) == ["ada"]
    assert await agents(aside) == ["ada", "ben"]
    await server.start()
    assert await server.stop() == 0


async def test_damage_is_found_and_not_restored(new_server: Callable[..., Server], tmp_path: Path) -> None:
    server = await new_server().start()
    await hire(server, "ada", "Ada")
    room = Room(server)
    guest = await room.guest()
    ticket_id = (await guest.opens("first"))["ticketId"]
    for text in ("second", "third"):
        await guest.say(ticket_id, text)
    await room.leave()
    file = tmp_path / "backup"
    assert (await server.command("backup", str(file))).status == 0
    assert await server.stop() == 0
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM messages WHERE seq = 2")
    database.close()
    before = snapshot(server.data)
    found = await server.command("verify", str(file), "--json")
    assert found.status == 1, found
    assert [fault["check"] for fault in json.loads(found.out)["faults"]] == ["seqHoles"]
    for command in ("verify", "restore"):
        finished = await server.command(command, str(file))
        assert finished.status == 1 and "seqHoles" in finished.err and "ticket 1" in finished.err, finished
    assert snapshot(server.data) == before, "nothing may change on disk"
    assert (await server.command("restore", str(file), "--force")).status == 0

    with file.open("r+b") as half:
        half.truncate(file.stat().st_size // 2)
    for command in ("verify", "restore"):
        says_one_line(await server.command(command, str(file), *(["--force"] if command == "restore" else [])), "damaged")
    says_one_line(await server.command("verify", str(tmp_path / "none")), "none")
    says_one_line(await run(server.binary, "backup", "b", "--data-dir", "none", cwd=tmp_path), "none")
    assert not (tmp_path / "none").exists()


async def test_a_newer_database_is_refused_by_every_command(new_server: Callable[..., Server], tmp_path: Path) -> None:
    server = await new_server().start()
    assert await server.stop() == 0
    database = sqlite3.connect(server.data / "martlet.sqlite")
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = snapshot(server.data)
    for arguments in (["serve", "--port", "0"], ["agent", "list"], ["backup", str(tmp_path / "b")], ["verify"]):
        says_one_line(await server.command(*arguments), "version 99")
    assert snapshot(server.data) == before and not list(tmp_path.iterdir())
