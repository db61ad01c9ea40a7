"""A proxy that is a bad network: it drops, delays and duplicates what passes, and cuts connections.

It knows HTTP and WebSocket frames well enough to let a fault hit one whole request, or one half of it. All its choices
come from one `random.Random` for each party, which the query parameter `party` names.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

TEXT, CLOSE = 0x1, 0x8


@dataclass(frozen=True)
class Weather:
    """How likely each fault is, for each event or ack that passes (for each request, with polling)."""

    drop: float = 0.008
    duplicate: float = 0.04
    delay: float = 0.06
    longest_delay: float = 0.4
    cut: float = 0.012


CALM = Weather(drop=0, duplicate=0, delay=0, cut=0)


class Cut(Exception):
    """This connection ends here, without a word to either side."""


@dataclass
class Proxy:
    """`upstream` says where the server is now; it may be nowhere."""

    upstream: Callable[[], tuple[str, int]]
    seed: int
    weather: Weather = field(default_factory=Weather)
    #: drops, delays, duplicates and cuts, by name.
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._dice: dict[str, random.Random] = {}
        self._links: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listens on a free port of the loopback address; returns the URL."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        self.cut_all()
        await asyncio.gather(*self._links, return_exceptions=True)

    def cut_all(self) -> None:
        for link in self._links:
            link.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._links.add(task)
        try:
            await _Link(self, reader, writer).run()
        except (Cut, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            pass  # cut_all(); nobody awaits this task
        finally:
            writer.transport.abort()
            self._links.discard(task)

    def dice(self, party: str) -> random.Random:
        return self._dice.setdefault(party, random.Random(f"{self.seed}/proxy/{party}"))


class _Link:
    """One connection of a client, and the one to the server that belongs to it."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.dice = proxy.dice("")
        self.opened: list[asyncio.StreamWriter] = []

    async def run(self) -> None:
        try:
            up_reader, up_writer = await self._connect()
            while True:
                request = await _http_message(self.reader)
                self.dice = self.proxy.dice(_party(request.head))
                if request.is_upgrade:
                    up_writer.write(request.bytes)
                    response = await _http_message(up_reader)
                    self.writer.write(response.bytes)
                    if not response.head.startswith(b"HTTP/1.1 101"):
                        raise Cut
                    return await self._relay_frames(up_reader, up_writer)
                await self._request(request, up_reader, up_writer)
        finally:
            for writer in self.opened:
                writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self.proxy.upstream(), limit=1 << 22)
        self.opened.append(writer)
        return reader, writer

    # Polling: a fault hits a request or its answer.

    async def _request(
        self, request: _HTTP, up_reader: asyncio.StreamReader, up_writer: asyncio.StreamWriter
    ) -> None:
        fault = await self._fault(can_double=request.head.startswith(b"POST"))
        if fault in ("drop", "cut"):
            raise Cut
        if fault == "duplicate":
            again_reader, again_writer = await self._connect()
            again_writer.write(request.bytes)
            await _http_message(again_reader)
        up_writer.write(request.bytes)
        response = await _http_message(up_reader)
        if await self._fault(can_double=False) in ("drop", "cut"):
            raise Cut
        self.writer.write(response.bytes)
        await self.writer.drain()

    # WebSocket: a fault hits a frame.

    async def _relay_frames(self, up_reader: asyncio.StreamReader, up_writer: asyncio.StreamWriter) -> None:
        ways = [
            asyncio.ensure_future(self._frames(self.reader, up_writer, is_from_client=True)),
            asyncio.ensure_future(self._frames(up_reader, self.writer, is_from_client=False)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _frames(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_from_client: bool
    ) -> None:
        while True:
            frame, opcode, payload = await read_frame(reader)
            # Events (42) and acks (43); without the rest there would be no connection to disturb.
            is_hit = opcode == TEXT and payload[:2] in (b"42", b"43")
            fault = await self._fault(can_double=is_from_client) if is_hit else None
            if fault == "drop":
                continue
            if fault == "cut":
                # Sometimes before the frame, sometimes within it, sometimes after it.
                writer.write(frame[: self.dice.choice((0, len(frame) // 2, len(frame)))])
                await writer.drain()
                raise Cut
            writer.write(frame)
            if fault == "duplicate":
                writer.write(frame)
            await writer.drain()
            if opcode == CLOSE:
                return

    async def _fault(self, *, can_double: bool) -> str | None:
        """What happens to the next thing that passes; a delay has passed when it returns."""
        weather = self.proxy.weather
        dice = self.dice.random()
        for name in ("drop", "delay", "cut", "duplicate") if can_double else ("drop", "delay", "cut"):
            dice -= getattr(weather, name)
            if dice < 0:
                self.proxy.counts[name] += 1
                if name == "delay":
                    await asyncio.sleep(self.dice.uniform(0, weather.longest_delay))
                return name
        return None


@dataclass
class _HTTP:
    head: bytes
    body: bytes

    @property
    def bytes(self) -> bytes:
        return self.head + self.body

    @property
    def is_upgrade(self) -> bool:
        return b"\r\nupgrade: websocket" in self.head.lower()


async def _http_message(reader: asyncio.StreamReader) -> _HTTP:
    """A request or a response whose length is told by Content-Length, or that has no body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return _HTTP(head, await reader.readexactly(length))


def _party(head: bytes) -> str:
    target = head.split(b" ", 2)[1]
    return target.partition(b"party=")[2].partition(b"&")[0].decode()


async def read_frame(reader: asyncio.StreamReader) -> tuple[bytes, int, bytes]:
    """One WebSocket frame: all of its bytes, its opcode, its payload without the mask."""
    start = await reader.readexactly(2)
    length, head = start[1] & 0x7F, start
    if length >= 126:
        more = await reader.readexactly(2 if length == 126 else 8)
        length, head = int.from_bytes(more, "big"), head + more
    mask = await reader.readexactly(4) if start[1] & 0x80 else b""
    body = await reader.readexactly(length)
    payload = body
    if mask:
        whole = (mask * (length // 4 + 1))[:length]
        payload = (int.from_bytes(body, "big") ^ int.from_bytes(whole, "big")).to_bytes(length, "big")
    return head + mask + body, start[0] & 0xF, payload
