"""All guests come back at once after a restart, and the server neither refuses nor starves them.

`make reconnect` does it with 5,000; otherwise it is 500.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Room
from server import Server
from test_command_line import cpu_seconds

COUNT = int(os.environ.get("RECONNECT_SOCKETS", "500"))
PROCESSES = 4
BACK_WITHIN = 30.0
#: For the guest who writes meanwhile. The machine does the work of all clients too.
ACK_WITHIN = 5.0


async def next_report(swarm: asyncio.subprocess.Process, within: float) -> dict:
    assert swarm.stdout
    return json.loads(await asyncio.wait_for(swarm.stdout.readline(), within))


def resident_megabytes(server: Server) -> float:
    assert server.process
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.timeout(300)
async def test_everybody_comes_back(new_server: Callable[..., Server]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < COUNT + 200:
        pytest.skip(f"only {hard} files may be open")
    server = await new_server().start()
    server.arguments = ("--port", str(server.address[1]))
    host, port = server.address
    swarms = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, str(Path(__file__).with_name("swarm.py"))),
            *(host, str(port), str(COUNT // PROCESSES)),
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    room = Room(server)
    try:
        await asyncio.gather(*(next_report(swarm, 120) for swarm in swarms))
        await server.kill()
        start = time.monotonic()
        await server.start()
        reports = asyncio.gather(*(next_report(swarm, BACK_WITHIN) for swarm in swarms))
        guest = await room.guest()
        ticket_id = (await guest.opens())["ticketId"]
        acks: list[float] = []
        while not reports.done():
            sent = time.monotonic()
            await guest.does("chat:message", {"ticketId": ticket_id, "text": "x"}, within=ACK_WITHIN)
            acks.append(time.monotonic() - sent)
            await asyncio.sleep(0.05)
        found = await reports
        print(
            f"\n{COUNT} guests back {max(report['all'] for report in found)} s after the kill "
            f"(half of them {statistics.median(report['half'] for report in found)} s, "
            f"all {time.monotonic() - start:.1f} s after the start was asked for); "
            f"{sum(report['attempts'] for report in found)} attempts, "
            f"{sum(report['refused'] for report in found)} ended by a listening server; acks of another guest: "
            f"median {statistics.median(acks) * 1000:.0f} ms, slowest {max(acks) * 1000:.0f} ms of {len(acks)}; "
            f"server: {cpu_seconds(server):.1f} s CPU, {resident_megabytes(server):.0f} MB"
        )
        assert sum(report["refused"] for report in found) == 0, found
        assert max(report["all"] for report in found) < BACK_WITHIN
    finally:
        for swarm in swarms:
            swarm.kill()
            await swarm.wait()
        await room.leave()
    assert await server.stop() == 0
