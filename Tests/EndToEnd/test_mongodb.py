"""Servers on MongoDB, with a stand-in for it: what is acknowledged stays, nodes share their keys, faults pass by themselves."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from conftest import Room
from mongodb import StandIn
from peer import POLLING, WEBSOCKET, unique
from server import Server, clean_environment, run, snapshot
from waiting import eventually


@pytest.fixture(scope="module", autouse=True)
def built_with_mongodb(binary: Path) -> None:
    command = [binary, "agent", "list", "--store", "mongodb"]
    said = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    if "built without MongoDB" in said.stderr:
        pytest.skip("martlet is built without MongoDB: swift build --product martlet --traits MongoDB")


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[StandIn]:
    stand_in = await StandIn(tmp_path).start()
    yield stand_in
    await stand_in.kill()


def on(database: StandIn, **more: str) -> dict[str, str]:
    return {"MARTLET_STORE": "mongodb", "MARTLET_MONGODB_URI": database.uri, "MARTLET_MONGODB_TIMEOUT": "2"} | more


async def answers(server: Server, path: str, status: int) -> bool:
    async with aiohttp.ClientSession() as http, http.get(server.url + path) as answer:
        return answer.status == status


async def has(found: dict, count: int) -> bool:
    return len(found) >= count


async def test_a_killed_store_loses_nothing_acknowledged(database: StandIn, new_server: Callable[..., Server]) -> None:
    server = await new_server(env=on(database)).start()
    room = Room(server)
    try:
        guest = await room.guest(WEBSOCKET)
        again = await room.guest(POLLING, token=guest.guest_token or "")
        ticket = (await guest.opens("first"))["ticketId"]
        acknowledged: dict[str, dict] = {}

        async def chatter(peer, who: str) -> None:
            for number in range(60):
                message = {"ticketId": ticket, "text": f"{who} {number}", "clientId": unique(who)}
                while True:
                    ack = await peer.call("chat:message", message)
                    if ack["ok"]:
                        break
                    assert ack["error"]["code"] == "unavailable", ack
                    await asyncio.sleep(0.1)
                acknowledged[message["clientId"]] = ack["message"]

        talkers = [asyncio.create_task(chatter(peer, who)) for peer, who in ((guest, "one"), (again, "other"))]
        for told in (20, 60):
            await eventually(partial(has, acknowledged, told), 30, "messages")
            await database.kill()
            await eventually(partial(answers, server, "/readyz", 503), 10, "the server tells that it is not ready")
            assert await answers(server, "/healthz", 200)
            await database.start()
        await asyncio.wait_for(asyncio.gather(*talkers), 60)
        await eventually(partial(answers, server, "/readyz", 200), 10, "ready again")

        page = await guest.does("chat:history", {"ticketId": ticket, "afterSeq": 0, "limit": 200})
        stored = {message["clientId"]: message for message in page["messages"] if message.get("clientId")}
        assert [message["seq"] for message in page["messages"]] == list(range(1, 122)), "a hole, or one twice"
        assert all(stored[key] == message for key, message in acknowledged.items())
    finally:
        await room.leave()


async def test_nodes_share_their_keys(database: StandIn, new_server: Callable[..., Server]) -> None:
    one, two = await new_server(env=on(database)).start(), await new_server(env=on(database)).start()
    rooms = [Room(one), Room(two)]
    try:
        guest = await rooms[0].guest(WEBSOCKET)
        ticket = (await guest.opens("first"))["ticketId"]
        elsewhere = await rooms[1].guest(WEBSOCKET, token=guest.guest_token or "")
        assert elsewhere.user_id == guest.user_id
        page = await elsewhere.does("chat:history", {"ticketId": ticket, "afterSeq": 0})
        assert [message["text"] for message in page["messages"]] == ["first"]
    finally:
        for room in rooms:
            await room.leave()


async def test_a_node_with_another_key_is_refused(database: StandIn, new_server: Callable[..., Server]) -> None:
    first = await new_server(env=on(database, MARTLET_JWT_SECRET="a" * 32)).start()
    for secret in ("b" * 32, ""):
        environment = on(database, MARTLET_JWT_SECRET=secret)
        refused = await run(first.binary, "serve", "--port", "0", cwd=first.log.parent, env=environment)
        assert refused.status == 1 and len(refused.err_lines) == 1 and "key that signs logins" in refused.err, refused
        assert secret == "" or secret not in refused.err
    first.env = on(database, MARTLET_JWT_SECRET="b" * 32)
    assert (await first.command("secret", "rotate")).status == 0
    await first.stop()
    await first.start()


async def test_a_login_and_tls(binary: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out", certificate,
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )
    both = tmp_path / "both.pem"
    both.write_bytes((tmp_path / "key.pem").read_bytes() + certificate.read_bytes())
    database = await StandIn(tmp_path, "--tls", str(both), "--user", "martlet:let me in").start()
    try:
        # The password in the URI is what libmongoc would have, with %20 for a blank.
        uri = database.uri.replace("let me in", "let%20me%20in") + f"&tlsCAFile={certificate}"

        async def agents(uri: str):
            return await run(binary, "agent", "list", cwd=tmp_path, env=on(database, MARTLET_MONGODB_URI=uri))

        assert (await agents(uri)).status == 0
        for wrong in (uri.replace("let%20", "not%20"), uri.split("&tlsCAFile")[0], uri.replace("martlet:", "somebody:")):
            refused = await agents(wrong)
            assert refused.status == 1 and len(refused.err_lines) == 1, refused
            assert "%20" not in refused.err and "let me" not in refused.err, "the password is told to nobody"
    finally:
        await database.kill()


@pytest.mark.parametrize(
    "arguments, word",
    [
        ((), "--mongodb-uri"),
        (("--mongodb-uri", "redis://a"), "mongodb-uri"),
        (("--mongodb-uri", "mongodb://127.0.0.1:1/?replicaSet=rs0", "--mongodb-timeout", "1"), "no primary"),
        (("--mongodb-uri", "mongodb://127.0.0.1:1", "--mongodb-pool", "0"), "mongodb-pool"),
        (("--mongodb-uri", "mongodb://127.0.0.1:1", "--mongodb-timeout", "soon"), "mongodb-timeout"),
    ],
)
async def test_what_makes_no_sense_is_one_line(binary: Path, tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    for command in (("serve", "--port", "0"), ("agent", "list")):
        refused = await run(binary, *command, "--store", "mongodb", *arguments, cwd=tmp_path)
        assert refused.status == 1 and len(refused.err_lines) == 1 and word in refused.err, refused
    assert not list(tmp_path.iterdir())


async def test_copies_are_for_the_data_directory(binary: Path, tmp_path: Path) -> None:
    refused = await run(binary, "backup", "copy", cwd=tmp_path, env={"MARTLET_STORE": "mongodb"})
    assert refused.status == 1 and "mongodump" in refused.err, refused


async def test_a_data_directory_moves_into_it(database: StandIn, new_server: Callable[..., Server]) -> None:
    old = await new_server().start()
    room = Room(old)
    guest = await room.guest(WEBSOCKET)
    ticket = (await guest.opens("first"))["ticketId"]
    for number in range(400):
        await guest.does("chat:message", {"ticketId": ticket, "text": f"message {number}", "clientId": unique("guest")})
    history = await guest.does("chat:history", {"ticketId": ticket, "afterSeq": 300, "limit": 200})
    migrate = ("migrate", "--from", "sqlite", "--to", "mongodb", "--mongodb-uri", database.uri)
    refused = await old.command(*migrate)
    assert refused.status == 1 and "stop it first" in refused.err, refused
    await room.leave()
    await old.stop()

    # Into the midst of the messages: every page of them is a command that the journal has.
    await database.meet("insert", {"skip": 3}, errorCode=10107)
    stopped = await old.command(*migrate, "--mongodb-timeout", "1")
    assert stopped.status == 1 and "goes on with it" in stopped.err, stopped
    await database.meet("insert", "off")
    new = new_server(env=on(database))
    refused = await new.command("agent", "list")
    assert refused.status == 1 and "martlet migrate has not finished" in refused.err, refused
    before = snapshot(old.data)

    moved = await old.command(*migrate)
    assert moved.status == 0 and "message: 401, the same in both" in moved.out and "done" in moved.out, moved
    assert snapshot(old.data).keys() == before.keys()
    again = await old.command(*migrate)
    assert again.status == 1 and "not empty" in again.err, again

    await new.start()
    room = Room(new)
    try:
        same = await room.guest(WEBSOCKET, token=guest.guest_token or "")
        assert same.user_id == guest.user_id
        assert await same.does("chat:history", {"ticketId": ticket, "afterSeq": 300, "limit": 200}) == history
        other = await same.opens("second")
        assert other["number"] == history["ticket"]["number"] + 1
    finally:
        await room.leave()
