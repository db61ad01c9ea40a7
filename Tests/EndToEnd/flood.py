"""A flood of malformed connections and packets, bounded in number, against a server on this machine:

    python flood.py HOST PORT COUNT [SEED]

A process of its own, so that whoever measures beside it does not share its clock. Prints what became of the
connections as one line of JSON.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import socket
import struct
import sys
from collections import Counter

from raw import PATH, masked

AT_ONCE = 64
PATIENCE = 1.0

OPENING = b'40{"guestToken":""}'
UPGRADE = (
    f"GET {PATH}websocket HTTP/1.1\r\nHost: flood\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n\r\n"
).encode()
POLL = f"GET {PATH}polling HTTP/1.1\r\nHost: flood\r\n\r\n".encode()

#: Sent as the first bytes of a connection.
BYTES = [
    b"\x00" * 512,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x55" * 200,
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"c" * 200_000 + b"\r\n\r\n",
    b"POST " + PATH.encode() + b"polling HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n4abc!",
    b"POST " + PATH.encode() + b"polling&sid=none HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n" + b"4" * 4096,
    b"POST " + PATH.encode() + b"polling&sid=x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    UPGRADE.replace(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 1"),
    UPGRADE.replace(b"EIO=4", b"EIO=3"),
    UPGRADE.replace(b"websocket HTTP", b"websocket&sid=unknown HTTP"),
    POLL.replace(b"EIO=4", b"EIO=%zz"),
    POLL[:-3],
    UPGRADE + b"\x81\x02no",
    b"",
]

#: Sent on a WebSocket that was opened, before or after CONNECT.
FRAMES = [
    b"\x81\x05hello",
    masked(1, b"\xff\xfe"),
    masked(1, b"4", first=0xC0),
    masked(3, b""),
    masked(9, b"p" * 126),
    masked(1, b"", length=1 << 62),
    masked(2, b"", length=2_000_000),
    masked(1, b"x", first=0) + masked(1, b"y"),
    masked(0, b"continued"),
    masked(8, b"\x00"),
    masked(8, struct.pack(">H", 1005)),
    masked(1, b"4abc"),
    masked(1, b"42{}"),
    masked(1, b'42["connect"]'),
    masked(1, b"42" + b"[" * 20_000),
    masked(1, b'4599999999999999999999-["x"]'),
    masked(1, b'451-["x",{"_placeholder":true,"num":7}]') + masked(2, b"x"),
    masked(1, b'42["chat:message",{"ticketId":"none","text":' + b'"' + b"a" * 100_000 + b'"}]'),
    masked(1, b"6") * 200,
    masked(9, b"") * 2000,
]


async def one(address: tuple[str, int], rng: random.Random, seen: Counter[str]) -> None:
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), PATIENCE)
    except (OSError, asyncio.TimeoutError):
        seen["not accepted"] += 1
        return
    seen["connections"] += 1
    try:
        if rng.random() < 0.5:
            writer.write(rng.choice(BYTES))
        else:
            writer.write(UPGRADE)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            if head.startswith(b"HTTP/1.1 101"):
                seen["upgraded"] += 1
                if rng.random() < 0.7:
                    writer.write(masked(1, OPENING))
                writer.write(rng.choice(FRAMES))
                seen["packets"] += 1
        if rng.random() < 0.3:
            # Gone without a word, or with a reset.
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            await asyncio.wait_for(reader.read(), PATIENCE / 4)
            seen["ended by the server"] += 1
    except (OSError, EOFError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def main() -> None:
    host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    seen: Counter[str] = Counter()
    left = iter(range(count))

    async def flood() -> None:
        for _ in left:
            await one((host, port), rng, seen)

    await asyncio.gather(*(flood() for _ in range(AT_ONCE)))
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
