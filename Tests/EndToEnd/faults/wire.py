"""A small Socket.IO client over one connection, WebSocket or polling. It never connects again: that is for its user."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import aiohttp

SEPARATOR = "\x1e"


async def end_tasks(tasks: Iterable[asyncio.Task]) -> None:
    """Cancels until they are done: before Python 3.12 a wait with a timeout can swallow a cancellation."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)


class Unanswered(Exception):
    """No answer came: what was asked for may have been done or not."""


class Wire:
    """`on_event(name, payload)` is called for each event, in order; `closed` is set when the connection has ended."""

    def __init__(self, url: str, *, polls: bool, cookie: str | None, on_event: Callable[[str, Any], None]):
        self.url = f"{url}&EIO=4&transport={'polling' if polls else 'websocket'}"
        self.polls = polls
        self.on_event = on_event
        self.closed = asyncio.Event()
        #: The login, and what a balancer adds to find the same node again.
        self._cookies = {"token": cookie} if cookie else {}
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: list[asyncio.Task] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, auth: dict[str, Any] | None, within: float) -> None:
        """Connects to the main namespace. Raises `Unanswered` if that does not come to pass in time."""
        # A connection of its own for each request: a broken one is never used again by chance.
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(force_close=True)
        )
        try:
            await asyncio.wait_for(self._connect(auth), within)
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError, Unanswered) as error:
            await self.close()
            raise Unanswered(str(error)) from None

    async def _connect(self, auth: dict[str, Any] | None) -> None:
        await (self._open_polling() if self.polls else self._open_websocket())
        self._send("40" + (json.dumps(auth) if auth is not None else ""))
        await self._connected

    async def request(self, event: str, payload: dict[str, Any], within: float) -> dict[str, Any]:
        """Emits and returns the ack."""
        if self.closed.is_set():
            raise Unanswered("disconnected")
        number = next(self._ids)
        answer = self._acks[number] = asyncio.get_running_loop().create_future()
        self.emit(event, payload, ack=str(number))
        try:
            return await asyncio.wait_for(answer, within)
        except asyncio.TimeoutError:
            raise Unanswered("timeout") from None
        finally:
            self._acks.pop(number, None)

    def emit(self, event: str, payload: dict[str, Any], ack: str = "") -> None:
        self._send(f"42{ack}{json.dumps([event, payload])}")

    async def close(self) -> None:
        self.end()
        await end_tasks(self._tasks)
        if self._socket:
            # It may be broken in any way by now.
            with suppress(asyncio.TimeoutError, aiohttp.ClientError, OSError):
                await asyncio.wait_for(self._socket.close(), 0.2)
        await self._http.close()

    def _send(self, packet: str) -> None:
        self._outgoing.put_nowait(packet)

    def end(self) -> None:
        """Gives the connection up: nothing is answered any more."""
        self.closed.set()
        for answer in [*self._acks.values(), self._connected]:
            if not answer.done():
                answer.set_exception(Unanswered("disconnected"))
                answer.exception()  # somebody may have stopped waiting for it

    def _run(self, *works: Any) -> None:
        async def until_it_ends(work: Any) -> None:
            try:
                await work
            except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError):
                pass
            self.end()

        self._tasks = [asyncio.create_task(until_it_ends(work)) for work in works]

    @property
    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": pairs} if pairs else {}

    # WebSocket

    async def _open_websocket(self) -> None:
        self._socket = await self._http.ws_connect(self.url, headers=self._headers, max_msg_size=1 << 24)
        self._run(self._read_frames(self._socket), self._write_frames(self._socket))

    async def _read_frames(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                self._receive(message.data)

    async def _write_frames(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await socket.send_str(await self._outgoing.get())

    # Polling

    async def _open_polling(self) -> None:
        (opened,) = await self._poll(self.url)
        sid = json.loads(opened[1:])["sid"]
        address = f"{self.url}&sid={sid}"
        self._run(self._read_polls(address), self._write_posts(address))

    async def _poll(self, address: str) -> list[str]:
        async with self._http.get(address, headers=self._headers) as answer:
            if answer.status != 200:
                raise ValueError(answer.status)
            self._cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}
            return (await answer.text()).split(SEPARATOR)

    async def _read_polls(self, address: str) -> None:
        while True:
            for packet in await self._poll(address):
                if packet == "1":
                    return
                self._receive(packet)

    async def _write_posts(self, address: str) -> None:
        while True:
            packets = [await self._outgoing.get()]
            while not self._outgoing.empty():
                packets.append(self._outgoing.get_nowait())
            async with self._http.post(address, data=SEPARATOR.join(packets), headers=self._headers) as answer:
                if answer.status != 200:
                    raise ValueError(answer.status)

    # Packets

    def _receive(self, packet: str) -> None:
        if packet == "2":
            self._send("3")
        elif packet.startswith("40"):
            if not self._connected.done():
                self._connected.set_result(None)
        elif packet.startswith("42"):
            name, payload = json.loads(packet[2:])
            self.on_event(name, payload)
        elif packet.startswith("43"):
            number, _, values = packet[2:].partition("[")
            answer = self._acks.get(int(number))
            if answer and not answer.done():
                answer.set_result(json.loads("[" + values)[0])
        elif packet.startswith(("41", "44")):
            self.end()
