"""Packets nobody should send: that connection ends, the server lives, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from conftest import Agent, Room
from peer import unique
from raw import PATH, Raw, Wire, masked
from server import Server


class Bystanders:
    """A guest and an agent in conversation, who must not notice anything."""

    def __init__(self, room: Room, ada: Agent):
        self.room, self.ada = room, ada

    async def sit_down(self) -> "Bystanders":
        self.guest = await self.room.guest()
        self.agent = await self.room.agent(self.ada)
        self.ticket_id = (await self.guest.opens("hello"))["ticketId"]
        await self.agent.does("ticket:join", {"ticketId": self.ticket_id})
        return self

    async def talk(self) -> None:
        text = unique("still here")
        await self.agent.say(self.ticket_id, text)
        await self.guest.hears("chat:message", lambda m: m["text"] == text)
        assert self.guest.is_connected and self.agent.is_connected


@pytest_asyncio.fixture
async def bystanders(room: Room, server: Server, ada: Agent) -> AsyncIterator[Bystanders]:
    seated = await Bystanders(room, ada).sit_down()
    pid = server.process.pid if server.process else None
    yield seated
    await seated.talk()
    assert server.is_running and server.process and server.process.pid == pid


#: Sent on a connected socket; each one ends the connection.
PACKETS = [
    "4abc",
    "4",
    "49",
    "42",
    "42{}",
    "42[]",
    "42abc[\"x\"]",
    "42[1]",
    "42[null]",
    "42[\"x\"",
    "42[\"x\"]]",
    "42[\"x\",]",
    "42[\"x\",01]",
    "42[\"x\",\"\\ud800\"",
    "42[\"connect\"]",
    "42[\"disconnect\"]",
    "42[\"connect_error\"]",
    "42[\"disconnecting\"]",
    "42[\"newListener\"]",
    "42[\"removeListener\"]",
    "42-1[\"x\"]",
    "45[\"x\"]",
    "4599999999999999999999-[\"x\"]",
    "45-1-[\"x\"]",
    "40",
    "40{\"again\":1}",
    "4" + "7" * 1000,
    "9",
    "x",
    "",
    "\u0000",
    "42" + "[" * 50000,
    "42[\"chat:message\"," + "{\"a\":" * 20000,
    "42[\"chat:message\"," + "[" * 101 + "]" * 101 + "]",
]


async def test_an_invalid_packet_ends_its_connection(server: Server, bystanders: Bystanders) -> None:
    for packet in PACKETS:
        async with Raw(server.url) as raw:
            await raw.ws.send_str(packet)
            try:
                await raw.is_ended()
            except AssertionError as error:
                raise AssertionError(f"after {packet[:80]!r}: {error}") from None
    await bystanders.talk()


async def test_before_connect_only_connect_is_accepted(server: Server, bystanders: Bystanders) -> None:
    for packet in ('42["chat:message",{}]', '430["x"]', "40[1]", "40null", '40"x"', "40{", "41"):
        async with Raw(server.url, connect=None) as raw:
            await raw.ws.send_str(packet)
            try:
                await raw.is_ended()
            except AssertionError as error:
                raise AssertionError(f"after {packet!r}: {error}") from None


async def test_unknown_things_that_are_no_error(server: Server, bystanders: Bystanders) -> None:
    async with Raw(server.url) as raw:
        await raw.ws.send_str('4277["no such event",1]')
        await raw.ws.send_str('43999["an ack nobody asked for"]')
        await raw.ws.send_str("40/random,")
        assert await raw.until("44") == '44/random,{"message":"Invalid namespace"}'
        await raw.ws.send_str('42["no ack asked for"]')
        acked = await raw.ack(1, "ticket:create", {"subject": "alive"})
        assert '"ok":true' in acked


async def test_bytes_that_are_no_websocket(server: Server, bystanders: Bystanders) -> None:
    for name, data in {
        "unmasked": b"\x81\x02" + b"40",
        "reserved bit": masked(1, b"40", first=0xC0),
        "reserved opcode": masked(3, b"40"),
        "reserved control": masked(11, b""),
        "long control": masked(9, b"x" * 126),
        "fragmented control": masked(9, b"x", first=0),
        "continuation of nothing": masked(0, b"40"),
        "text within fragments": masked(1, b"4", first=0) + masked(1, b"0"),
        "invalid UTF-8": masked(1, b"4\xff\xfe"),
        "overlong UTF-8": masked(1, b"4\xc0\xaf"),
        "eight exabytes": masked(1, b"", length=(1 << 63) - 1),
        "length with its sign": masked(1, b"", length=(1 << 64) - 1),
        "over the bound": masked(1, b"", length=1_000_001 + 64),
        "close with one byte": masked(8, b"\x03"),
        "close with a bad code": masked(8, (1005).to_bytes(2, "big")),
        "binary nobody announced": masked(2, b"\x00" * 64),
    }.items():
        async with Wire(server.address) as wire:
            await wire.upgrade()
            await wire.send(data)
            try:
                await wire.rest()
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from None
    await bystanders.talk()


async def test_bytes_that_are_no_http(server: Server, bystanders: Bystanders) -> None:
    host = b"Host: x\r\n"
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    path = (PATH + "websocket").encode()
    for name, data in {
        "noise": b"\x16\x03\x01\x02\x00\x01\x00" + bytes(range(256)) + b"\r\n\r\n",
        "no version": b"GET /\r\n\r\n",
        "negative length": b"POST " + path + b" HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
        "two lengths": b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "endless header": b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 300_000,
        "short key": b"GET " + path + b" HTTP/1.1\r\n" + host + upgrade + b"Sec-WebSocket-Key: x\r\n\r\n",
        "no key": b"GET " + path + b" HTTP/1.1\r\n" + host + upgrade + b"\r\n",
        "old version": b"GET " + path + b" HTTP/1.1\r\n" + host + upgrade.replace(b"13", b"8")
        + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "upgrade of a page": b"GET / HTTP/1.1\r\n" + host + upgrade
        + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    }.items():
        async with Wire(server.address) as wire:
            await wire.send(data)
            # Some answer or none, but never 101 and never an open connection that hears no more.
            try:
                answer = await asyncio.wait_for(wire.reader.read(4096), 5)
            except ConnectionError:
                answer = b""
            except asyncio.TimeoutError:
                raise AssertionError(f"{name}: neither an answer nor an end") from None
            assert b" 101 " not in answer.split(b"\r\n", 1)[0], name
    # Gone in the middle of things.
    for data in (b"GET / HT", b"POST " + path + b" HTTP/1.1\r\n" + host + b"Content-Length: 100\r\n\r\n40"):
        async with Wire(server.address) as wire:
            await wire.send(data)
            wire.writer.transport.abort()


async def test_bodies_that_break_off(server: Server, bystanders: Bystanders) -> None:
    head = b"POST /agent/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    errors = _errors(server)
    broken_chunk = head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"use\r\nnonsense\r\n"
    async with Wire(server.address) as wire:
        await wire.send(broken_chunk)
        answer = await wire.rest()
        assert not answer or b" 400 " in answer.split(b"\r\n", 1)[0], answer
    for data in (head + b"Content-Length: 100\r\n\r\n{", broken_chunk):
        async with Wire(server.address) as wire:
            await wire.send(data)
            wire.writer.transport.abort()
        async with Wire(server.address) as wire:
            await wire.send(data)
            wire.writer.write_eof()
            answer = await wire.rest()
            assert not answer or b" 400 " in answer.split(b"\r\n", 1)[0], answer
    await bystanders.talk()
    assert _errors(server) == errors, "what a client does wrong is no error of the server"


def _errors(server: Server) -> list[str]:
    return [line for line in server.log_text().splitlines() if " error " in line]


async def test_bad_handshakes(server: Server, http: aiohttp.ClientSession) -> None:
    for query, code, message in [
        ("transport=polling", 5, "Unsupported protocol version"),
        ("EIO=3&transport=polling", 5, "Unsupported protocol version"),
        ("EIO=4", 0, "Transport unknown"),
        ("EIO=4&transport=carrier-pigeon", 0, "Transport unknown"),
        ("EIO=4&transport=polling&sid=nobody", 1, "Session ID unknown"),
        ("EIO=4&transport=polling&sid=%00%ff", 1, "Session ID unknown"),
    ]:
        async with http.get("/socket.io/?" + query) as answer:
            assert answer.status == 400, query
            assert await answer.json(content_type=None) == {"code": code, "message": message}, query
    async with http.post(PATH + "polling", data="40") as answer:
        assert answer.status == 400
        assert await answer.json(content_type=None) == {"code": 2, "message": "Bad handshake method"}


class Polling:
    """A polling session by hand."""

    def __init__(self, http: aiohttp.ClientSession):
        self.http = http

    async def open(self) -> "Polling":
        async with self.http.get(PATH + "polling") as answer:
            assert answer.status == 200
            body = await answer.text()
        opened = json.loads(body[1:])
        assert set(opened) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
        self.url = PATH + "polling&sid=" + opened["sid"]
        return self

    async def post(self, body: str | bytes, **headers: str) -> int:
        async with self.http.post(self.url, data=body, headers={"Content-Type": "text/plain", **headers}) as answer:
            await answer.read()
            return answer.status

    async def get(self) -> tuple[int, str]:
        async with self.http.get(self.url, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            return answer.status, await answer.text()

    async def is_gone(self) -> bool:
        """A GET of a session that ended may still bring its last packets, once."""
        for _ in range(2):
            try:
                status, _ = await self.get()
            except asyncio.TimeoutError:
                return False
            if status == 400:
                return True
        return False


async def test_an_invalid_packet_ends_its_polling_session(http: aiohttp.ClientSession, bystanders: Bystanders) -> None:
    for body in ("abc", "42", "4abc", "40\x1e42{}", "\x1e", "bnot base64!", "9"):
        polling = await Polling(http).open()
        await polling.post(body)
        assert await polling.is_gone(), f"after {body!r}"
    await bystanders.talk()


async def test_too_much_is_refused_and_the_session_survives(http: aiohttp.ClientSession, bystanders: Bystanders) -> None:
    polling = await Polling(http).open()
    assert await polling.post(b"4" + b"x" * 1_000_000) == 413

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"4" * 50_000

    try:
        async with http.post(polling.url, data=stream()) as answer:
            assert answer.status == 413
    except (aiohttp.ClientError, ConnectionError):
        pass  # closed while we were still sending: refused as well
    assert await polling.post('40{"guestToken":""}') == 200
    status, body = await polling.get()
    assert status == 200 and body.startswith("40{")


async def test_a_hundred_who_leave_without_a_word(server: Server, bystanders: Bystanders) -> None:
    async def drop(number: int) -> None:
        async with Wire(server.address) as wire:
            await wire.upgrade()
            await wire.send(masked(1, b'40{"guestToken":""}') if number % 2 else b"\x81")
            wire.writer.transport.abort()

    # Below the default of 50 handshakes a second with a burst of 200.
    for start in range(0, 100, 20):
        await asyncio.gather(*(drop(number) for number in range(start, start + 20)))
    await bystanders.talk()
