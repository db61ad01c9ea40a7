"""SIGTERM: what is in flight is answered, clients are told to come back, the process ends with 0."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
import pytest

from peer import Peer
from raw import PATH, Raw
from server import Server

IN_FLIGHT = 50
#: For whatever has to happen at once, on a busy machine.
AT_ONCE = 3.0


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Nothing is committed meanwhile: what is sent stays in flight."""
    connection = sqlite3.connect(server.data / "martlet.sqlite", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def open_ticket(raw: Raw) -> str:
    return json.loads((await raw.ack(0, "ticket:create", {}))[3:])[0]["ticket"]["ticketId"]


async def say(raw: Raw, number: int, ticket_id: str) -> None:
    payload = {"ticketId": ticket_id, "text": f"m{number}", "clientId": f"c{number}"}
    await raw.ws.send_str(f"42{number}" + json.dumps(["chat:message", payload]))


def acknowledged(frames: list[str]) -> dict[int, int]:
    """Number of the message to its seq, of what was answered with `ok`."""
    acks = (frame[2:].partition("[") for frame in frames if frame.startswith("43"))
    answers = {int(number): json.loads("[" + body)[0] for number, _, body in acks}
    return {number: answer["message"]["seq"] for number, answer in answers.items() if answer["ok"]}


async def test_what_is_in_flight_is_answered(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    assert server.process
    async with Raw(server.url) as raw:
        ticket_id = await open_ticket(raw)
        token = raw.session["guestToken"]
        with locked(server):
            for number in range(1, IN_FLIGHT + 1):
                await say(raw, number, ticket_id)
            server.process.send_signal(signal.SIGTERM)
            # What comes after the signal may or may not be answered.
            for number in range(IN_FLIGHT + 1, 2 * IN_FLIGHT):
                await asyncio.sleep(0.01)
                await say(raw, number, ticket_id)
            async with aiohttp.ClientSession() as http:
                async with http.get(server.url + PATH + "polling") as answer:
                    assert answer.status == 503, "no new connections"
        frames = await raw.is_ended()
        assert "41" not in frames and raw.close_code == 1001, (frames, raw.close_code)
        acks = acknowledged(frames)
    assert await asyncio.wait_for(server.process.wait(), AT_ONCE) == 0
    assert set(range(1, IN_FLIGHT + 1)) <= set(acks), "what reached the server before the signal is answered"

    await server.start()
    guest = await Peer(server.url).connect(auth={"guestToken": token})
    history = await guest.does("chat:history", {"ticketId": ticket_id, "afterSeq": 0, "limit": 200})
    stored = {message["clientId"]: message["seq"] for message in history["messages"]}
    assert {f"c{number}": seq for number, seq in acks.items()}.items() <= stored.items()
    assert sorted(stored.values()) == list(range(1, len(stored) + 1))
    await guest.close()
    assert await server.stop() == 0


async def test_the_time_to_end_has_a_bound(new_server: Callable[..., Server]) -> None:
    server = await new_server("--shutdown-timeout", "1").start()
    assert server.process
    async with Raw(server.url) as raw:
        ticket_id = await open_ticket(raw)
        with locked(server):
            await say(raw, 1, ticket_id)
            start = time.monotonic()
            assert await server.stop() == 0
            assert time.monotonic() - start < 1 + AT_ONCE


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_at_once(new_server: Callable[..., Server], second: signal.Signals) -> None:
    server = await new_server("--shutdown-timeout", "60").start()
    assert server.process
    async with Raw(server.url) as raw:
        ticket_id = await open_ticket(raw)
        with locked(server):
            await say(raw, 1, ticket_id)
            server.process.send_signal(signal.SIGINT)
            async with aiohttp.ClientSession() as http:

                async def status() -> int:
                    async with http.get(server.url + PATH + "polling") as answer:
                        return answer.status

                deadline = time.monotonic() + AT_ONCE
                while await status() != 503:
                    assert time.monotonic() < deadline, "it has not begun to end"
            server.process.send_signal(second)
            assert await asyncio.wait_for(server.process.wait(), AT_ONCE) == -second
    await server.stop()
