"""The Socket.IO library with python-socketio, blocking and asyncio, over each transport: what its users rely on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import socketio

from library import AsyncioClient, BlockingClient, Library, make_library
from peer import POLLING, UPGRADE, WEBSOCKET
from raw import Wire, masked
from server import find_binary

Client = AsyncioClient | BlockingClient
MakeClient = Callable[..., Client]

#: Binary values at the top, in a list and in an object.
MIXED = ({"a": b"\x00\xff", "b": [b"", 1, {"c": b"abc"}]}, b"last", "text é", None)


@pytest.fixture(scope="session")
def library_binary() -> Path:
    path = find_binary("socketio-conformance")
    assert path, "build it with `swift build --product socketio-conformance`"
    return path


@pytest_asyncio.fixture(scope="session")
async def library(library_binary: Path, scratch: Path) -> AsyncIterator[Library]:
    made = make_library(library_binary, scratch / "library")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(params=[AsyncioClient, BlockingClient], ids=["asyncio", "blocking"])
def kind(request: pytest.FixtureRequest) -> type[Client]:
    return request.param


@pytest.fixture(params=[POLLING, WEBSOCKET, UPGRADE], ids=["polling", "websocket", "upgrade"])
def transports(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


@pytest_asyncio.fixture
async def new_client(
    library: Library, kind: type[Client], transports: tuple[str, ...]
) -> AsyncIterator[MakeClient]:
    made: list[Client] = []

    def make(url: str = "", **options: Any) -> Client:
        client = kind(url or library.url, transports, **({"reconnection": False} | options))
        made.append(client)
        return client

    yield make
    await asyncio.gather(*(asyncio.wait_for(client.disconnect(), 10) for client in made), return_exceptions=True)


async def test_events_come_back_in_order(new_client: MakeClient, transports: tuple[str, ...]) -> None:
    client = new_client()
    client.listen("message-back")
    await client.connect()
    assert client.sio.transport() == transports[-1]
    for number in range(100):
        await client.emit("message", number)
    await client.hears("message-back", count=100)
    assert [arguments for event, arguments in client.heard if event == "message-back"] == [(n,) for n in range(100)]


async def test_values_of_every_kind_come_back_in_events_and_acks(new_client: MakeClient) -> None:
    client = new_client()
    client.listen("message-back")
    await client.connect()
    for number, value in enumerate([MIXED, ("x" * 100_000,), (b"y" * 100_000,), (1.5, True, [], {}), ()], 1):
        await client.emit("message", value)
        assert await client.hears("message-back", number) == value
        answer = await client.call("message-with-ack", value)
        # One argument comes as itself.
        assert answer == (value[0] if len(value) == 1 else value or None)


async def test_namespaces_share_a_connection(new_client: MakeClient) -> None:
    client = new_client()
    for namespace in ("/", "/custom"):
        client.listen("auth", namespace=namespace)
    client.listen("welcome", namespace="/shop-7")
    client.listen("message-back")
    await client.connect("/", "/custom", "/shop-7", auth={"token": "x"})
    assert await client.hears("auth", 2) == ({"token": "x"},)
    assert await client.hears("welcome") == ("/shop-7",)
    await client.emit("message", "one")
    assert await client.hears("message-back") == ("one",)


async def test_a_refused_namespace_says_why(new_client: MakeClient) -> None:
    for namespace, auth, expected in [
        ("/random", None, {"message": "Invalid namespace"}),
        ("/members", {"token": "wrong"}, {"message": "not a member", "data": {"code": 7}}),
    ]:
        client = new_client()
        client.listen("connect_error", namespace=namespace)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(namespace, auth=auth)
        assert await client.hears("connect_error") in [(expected,), (expected["message"],)]
    member = new_client()
    await member.connect("/members", auth={"token": "secret"})


async def test_rooms_reach_the_others_in_them(new_client: MakeClient) -> None:
    teller, insider, outsider = new_client(), new_client(), new_client()
    for client in (teller, insider, outsider):
        client.listen("told")
        client.listen("message-back")
        await client.connect()
    for client in (teller, insider):
        await client.call("join", ("a", "b"))
    await teller.emit("tell", ("a", "news", b"\x01"))
    assert await insider.hears("told") == ("news", b"\x01")
    await insider.call("leave", "a")
    await teller.emit("tell", ("a", "not for you"))
    await teller.emit("tell", ("b", "but this"))
    assert await insider.hears("told", 2) == ("but this",)
    for client in (teller, outsider):
        await client.call("message-with-ack", "behind it")
        assert not [event for event, _ in client.heard if event == "told"]


async def test_the_server_asks_and_the_client_answers(new_client: MakeClient) -> None:
    client = new_client()
    client.listen("question", answer=lambda question: (question, b"\x02", "more"))
    client.listen("answered")
    await client.connect()
    for number, question in enumerate(["why", b"\x01\x00", {"a": b"x"}], 1):
        await client.emit("ask", question)
        assert await client.hears("answered", number) == (question, b"\x02", "more")


async def test_the_server_asks_everybody(
    library_binary: Path, scratch: Path, new_client: MakeClient, request: pytest.FixtureRequest
) -> None:
    # A server of its own: there is nobody else to ask.
    alone = make_library(library_binary, scratch / f"ask-{request.node.name}")
    await alone.start()
    try:
        clients = [new_client(alone.url) for _ in range(3)]
        for client in clients:
            client.listen("question", answer=lambda question: question)
            await client.connect()
        assert await clients[0].call("ask-all", "all well?") == (3, 0)
    finally:
        await alone.stop()


async def test_who_leaves_is_told_of_with_the_reason(new_client: MakeClient) -> None:
    observer, leaver = new_client(), new_client()
    observer.listen("left")
    await observer.connect()
    await leaver.connect()
    sid = leaver.sio.get_sid()
    await leaver.disconnect()
    while (left := await observer.hears("left", 1))[0] != sid:
        observer.heard.remove(("left", left))
    # Over a WebSocket this client may close before its DISCONNECT has left.
    assert left[1] in ("client namespace disconnect", "transport close")


@pytest.mark.parametrize("order", ["kick", "ban"])
async def test_after_the_servers_will_nobody_reconnects(new_client: MakeClient, order: str) -> None:
    client = new_client(reconnection=True)
    client.listen("connect")
    client.listen("disconnect")
    await client.connect()
    await client.hears("connect")
    await client.emit(order)
    assert await client.hears("disconnect") == (socketio.Client.reason.SERVER_DISCONNECT,)
    if order == "ban" and isinstance(client, BlockingClient):
        # Its threads race: one may see the connection's end before the other is done with the DISCONNECT, and then
        # it does reconnect.
        return
    # Ten times the delay of a reconnection.
    await asyncio.sleep(1)
    assert [event for event, _ in client.heard].count("connect") == 1
    # But it may be told to.
    await client.connect()
    assert await client.call("message-with-ack", 1) == 1


def session_kicked_while_it_polls(address: tuple[str, int]) -> bool:
    """Whether the answer to the POST was there when the poll told what the POST had led to."""
    poll, post = socket.create_connection(address), socket.create_connection(address)
    path = "/socket.io/?EIO=4&transport=polling"

    def ask(connection: socket.socket, method: str, body: str = "") -> None:
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall((head + body).encode())

    def answer(connection: socket.socket) -> str:
        connection.settimeout(10)
        return connection.recv(10_000).decode()

    with poll, post:
        ask(poll, "GET")
        path += "&sid=" + answer(poll).split('"sid":"')[1].split('"')[0]
        ask(post, "POST", "40")
        answer(post)
        welcome = ""
        while "auth" not in welcome:
            ask(poll, "GET")
            welcome = answer(poll)
        ask(poll, "GET")
        ask(post, "POST", '42["kick"]')
        assert answer(poll).endswith("41")
        post.setblocking(False)
        try:
            return post.recv(10_000).endswith(b"ok")
        except BlockingIOError:
            return False


async def test_the_answer_to_a_post_comes_before_what_it_led_to(library: Library) -> None:
    # Each has a GET and a POST on event loops of their own, or on one.
    rounds = [await asyncio.to_thread(session_kicked_while_it_polls, library.address) for _ in range(300)]
    assert rounds.count(False) == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_clients_come_back_after_a_restart_on_the_same_port(
    library_binary: Path, scratch: Path, new_client: MakeClient, end: str, request: pytest.FixtureRequest
) -> None:
    mortal = make_library(library_binary, scratch / request.node.name)
    await mortal.start()
    try:
        client = new_client(mortal.url, reconnection=True)
        client.listen("connect")
        client.listen("disconnect")
        await client.connect()
        await client.hears("connect")
        first = client.sio.get_sid()
        await getattr(mortal, end)()
        await client.hears("disconnect")
        await mortal.start()
        await client.hears("connect", 2)
        assert client.sio.get_sid() != first
        assert await client.call("message-with-ack", b"\x01") == b"\x01"
    finally:
        await mortal.stop()


def memory(pid: int) -> dict[str, int]:
    """VmRSS (now) and VmHWM (the most there was) of a process, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}


async def deaf_client(address: tuple[str, int]) -> Wire:
    """A client in the main namespace that never reads, with little room for it in the kernel either."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, address)
    wire = Wire(address)
    wire.reader, wire.writer = await asyncio.open_connection(sock=small)
    await wire.upgrade()
    await wire.send(masked(1, b"40"))
    wire.writer.transport.pause_reading()
    return wire


@pytest.mark.timeout(180)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
async def test_clients_that_never_read_cost_no_more_than_their_bound(
    library_binary: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf, bound = 200, 1
    # No ping in the time of the test: those who do not read do not answer either.
    server = make_library(library_binary, scratch / "deaf", "--ping-interval", "300000")
    await server.start()
    assert server.process
    wires: list[Wire] = []
    try:
        for _ in range(deaf):
            wires.append(await deaf_client(server.address))
        async with aiohttp.ClientSession() as http:
            # Who reads hears everything, and of the end of each who does not.
            async with http.ws_connect(server.url + "/socket.io/?EIO=4&transport=websocket", max_msg_size=0) as reader:
                await reader.send_str("40")
                before = memory(server.process.pid)
                heard = ended = 0
                # More than the kernel and the bound take together, in parts that the reader's own bound has room for, and
                # of small events, since large ones are shared.
                for part in range(30):
                    await reader.send_str(f'42{part}["flood",50,4000]')
                    is_answered = False
                    while not is_answered or (part == 29 and ended < deaf):
                        text = await asyncio.wait_for(reader.receive_str(), 60)
                        is_answered = is_answered or text.startswith(f"43{part}[")
                        heard += text.startswith('42["drop"')
                        ended += text.startswith('42["left"') and text.endswith('"buffer overflow"]')
        after = memory(server.process.pid)
        with capsys.disabled():
            print(
                f"\n{deaf} clients that never read, 6 MB sent to each: "
                f"{before['VmRSS']} MiB before, {after['VmHWM']} at most, {after['VmRSS']} after"
            )
        assert heard == 1500
        assert after["VmHWM"] - before["VmRSS"] <= deaf * bound + 64, (before, after)
    finally:
        for wire in wires:
            wire.writer.transport.abort()
        await server.stop()
