"""The wire by hand, for what a well-behaved client never sends, and to see bytes rather than values."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from types import TracebackType
from typing import Any

import aiohttp

PATH = "/socket.io/?EIO=4&transport="
DEADLINE = 5.0


class Raw:
    """A Socket.IO client of frames: what is sent goes out as it is, what comes is kept as text."""

    def __init__(self, url: str, connect: str | None = '40{"guestToken":""}', headers: dict[str, str] | None = None):
        self.url = url
        self.connect = connect
        self.headers = headers or {}
        self.session: dict[str, Any] = {}
        self.close_code: int | None = None

    async def __aenter__(self) -> "Raw":
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self.ws = await self.http.ws_connect(self.url + PATH + "websocket", headers=self.headers, autoclose=True)
        opened = await self.frame()
        assert opened.startswith("0{"), opened
        self.open = json.loads(opened[1:])
        if self.connect is not None:
            await self.ws.send_str(self.connect)
            answer = await self.frame()
            assert answer.startswith('40{"sid":"'), answer
            self.session = json.loads((await self.until('42["session",'))[2:])[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.ws.close()
        await self.http.close()

    async def frame(self) -> str:
        """The next text frame; pings are answered by the way. Raises EOFError when the connection has ended."""
        while True:
            message = await asyncio.wait_for(self.ws.receive(), DEADLINE)
            if message.type == aiohttp.WSMsgType.TEXT:
                if message.data == "2":
                    await self.ws.send_str("3")
                    continue
                return message.data
            self.close_code = self.ws.close_code
            raise EOFError(f"{message.type}, code {self.close_code}")

    async def until(self, start: str) -> str:
        """The next frame that begins so; others are passed over."""
        while True:
            text = await self.frame()
            if text.startswith(start):
                return text

    async def ack(self, number: int, event: str, payload: Any) -> str:
        """The whole ack frame, as it came."""
        await self.ws.send_str(f"42{number}" + json.dumps([event, payload]))
        return await self.until(f"43{number}[")

    async def is_ended(self) -> list[str]:
        """Waits for the end of the connection; returns the frames that came before."""
        frames: list[str] = []
        try:
            while True:
                frames.append(await self.frame())
        except EOFError:
            return frames
        except asyncio.TimeoutError:
            raise AssertionError(f"the connection is still there after {DEADLINE} s; frames {frames}") from None


class Wire:
    """A TCP connection to the server, for bytes no library would send."""

    def __init__(self, address: tuple[str, int]):
        self.address = address

    async def __aenter__(self) -> "Wire":
        self.reader, self.writer = await asyncio.open_connection(*self.address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    async def send(self, data: bytes) -> None:
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            pass  # the server may have closed already: that is what the tests look for

    async def upgrade(self) -> None:
        """Opens a WebSocket and reads its open packet."""
        host, port = self.address
        key = base64.b64encode(os.urandom(16)).decode()
        await self.send(
            f"GET {PATH}websocket HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), DEADLINE)
        assert head.startswith(b"HTTP/1.1 101"), head
        header = await asyncio.wait_for(self.reader.readexactly(2), DEADLINE)
        assert header[0] == 0x81 and header[1] < 126, header
        await asyncio.wait_for(self.reader.readexactly(header[1]), DEADLINE)

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), DEADLINE)
        except ConnectionError:
            return b""
        except asyncio.TimeoutError:
            raise AssertionError(f"the connection is still open after {DEADLINE} s") from None


def masked(opcode: int, payload: bytes, first: int = 0x80, length: int | None = None) -> bytes:
    """One client frame. `first` are the bits above the opcode; `length` a lie about the size."""
    size = len(payload) if length is None else length
    if size < 126:
        head = bytes([first | opcode, 0x80 | size])
    elif size < 65536:
        head = bytes([first | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
    mask = b"\x11\x22\x33\x44"
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
