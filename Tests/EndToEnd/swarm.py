"""Many guests in one process, each a bare WebSocket, as cheap as they can be had: they come back when they are cut off,
at times spread as the pages spread them.

    python swarm.py HOST PORT COUNT

Prints a line of JSON each time all have their `session` again: how long that took since the first was cut off, how many
attempts it took, and how many of them were refused.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import struct
import sys
import time

REQUEST = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def backoff(attempt: int) -> float:
    """Seconds, as `backoff` of web/shared/socket.js."""
    return min(15.0, 0.8 * 2**attempt) * (0.4 + 0.6 * random.random())


def frame(text: bytes) -> bytes:
    """One text frame. The mask is zero, so the bytes stay as they are."""
    length = bytes([0x80 | len(text)]) if len(text) < 126 else struct.pack("!BH", 0xFE, len(text))
    return b"\x81" + length + bytes(4) + text


class Swarm:
    def __init__(self, host: str, port: int, count: int):
        self.host, self.port, self.count = host, port, count
        self.request = REQUEST.format(host=host, port=port).encode()
        self.here = self.attempts = self.refused = 0
        self.start = time.monotonic()
        self.waits: list[float] = []

    def entered(self) -> None:
        self.here += 1
        self.waits.append(time.monotonic() - self.start)
        if self.here < self.count:
            return
        waits = sorted(self.waits)
        report = {
            "all": round(waits[-1], 2),
            "half": round(waits[len(waits) // 2], 2),
            "attempts": self.attempts,
            "refused": self.refused,
        }
        print(json.dumps(report), flush=True)

    def left(self) -> None:
        if self.here == self.count:
            self.start, self.attempts, self.refused, self.waits = time.monotonic(), 0, 0, []
        self.here -= 1


class Guest(asyncio.Protocol):
    def __init__(self, swarm: Swarm):
        self.swarm = swarm
        self.token = ""
        self.failures = 0
        self.is_here = False
        self.tasks: set[asyncio.Task] = set()

    def soon(self, delay: float) -> None:
        task = asyncio.get_running_loop().create_task(self.connect(delay))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def connect(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self.swarm.attempts += 1
        self.buffer, self.is_websocket = b"", False
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, self.swarm.host, self.swarm.port)
        except OSError:
            self.again()

    def again(self) -> None:
        self.soon(backoff(self.failures))
        self.failures += 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.swarm.request)  # type: ignore[attr-defined]

    def connection_lost(self, error: Exception | None) -> None:
        if self.is_here:
            self.is_here = False
            self.failures = 0
            self.swarm.left()
        else:
            self.swarm.refused += 1
        self.again()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_websocket:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.transport.abort()  # type: ignore[attr-defined]
                return
            self.buffer, self.is_websocket = rest, True
        while len(self.buffer) >= 2:
            length, start = self.buffer[1], 2
            if length == 126:
                if len(self.buffer) < 4:
                    return
                length, start = int.from_bytes(self.buffer[2:4], "big"), 4
            if len(self.buffer) < start + length:
                return
            text, self.buffer = self.buffer[start : start + length], self.buffer[start + length :]
            self.received(text)

    def received(self, text: bytes) -> None:
        if text.startswith(b"0"):
            self.write(b"40" + json.dumps({"guestToken": self.token}).encode())
        elif text == b"2":
            self.write(b"3")
        elif text.startswith(b'42["session"'):
            self.token = json.loads(text[2:])[1].get("guestToken", self.token)
            self.is_here = True
            self.swarm.entered()

    def write(self, text: bytes) -> None:
        self.transport.write(frame(text))  # type: ignore[attr-defined]


async def main() -> None:
    host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    swarm = Swarm(host, port, count)
    guests = [Guest(swarm) for _ in range(count)]
    for number, guest in enumerate(guests):
        # At first there is no hurry.
        guest.soon(number / 500)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
