"""Malformed connections and packets by the thousand: the process lives, and others hardly notice."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

from conftest import Agent, Room
from server import Server

COUNT = 10_000
#: Milliseconds that an ordinary user's ack may take in the worst of a hundred cases. A debug build works some ten
#: times longer on each byte of the flood, which is what its users wait for.
BOUND = {"release": 100, "debug": 1000}


@pytest.mark.timeout(180)
async def test_ten_thousand_malformed_connections_hardly_slow_ordinary_users(
    server: Server, room: Room, ada: Agent
) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket = (await guest.opens("hello"))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket})
    pid = server.process.pid if server.process else None
    host, port = server.address
    flood = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("flood.py")),
        *(host, str(port), str(COUNT)),
        stdout=asyncio.subprocess.PIPE,
    )
    waited: list[float] = []
    try:
        while flood.returncode is None:
            for peer in (guest, agent):
                began = time.perf_counter()
                await peer.does("chat:read", {"ticketId": ticket, "seq": 1})
                waited.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(0.02)
    finally:
        if flood.returncode is None:
            flood.kill()
    assert flood.stdout and await flood.wait() == 0
    seen = json.loads(await flood.stdout.read())
    waited.sort()
    p50, p99 = waited[len(waited) // 2], waited[len(waited) * 99 // 100]
    print(f"\n{seen}; {len(waited)} acks beside them: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {waited[-1]:.1f} ms")
    assert seen["connections"] >= COUNT * 0.9, seen
    assert seen["packets"] > 0, "nothing got as far as a packet"
    assert server.is_running and server.process and server.process.pid == pid
    assert guest.is_connected and agent.is_connected
    assert len(waited) > 50
    assert p99 < BOUND["release" if "release" in server.binary.parts else "debug"]
