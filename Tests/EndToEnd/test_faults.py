"""The promises of delivery, under faults for a minute; and that their checker sees what is planted."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from faults.checker import Evidence, Message, Sighting, Written, faults_in
from faults.client import Screen
from faults.proxy import CALM, Proxy, Weather, read_frame
from faults.run import Plan, one_server, run
from raw import masked


def seed() -> int:
    """MARTLET_FAULTS_SEED repeats a run."""
    return int(os.environ.get("MARTLET_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.mark.timeout(240)
async def test_a_minute_of_faults_breaks_no_promise(
    binary: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(seconds=60, seed=seed())
    report = await run(plan, one_server(binary, scratch / "faults"))
    with capsys.disabled():
        print(f"\n{report.table()}")
    assert not report.faults, f"seed {plan.seed} (MARTLET_FAULTS_SEED): {report.faults[:10]}"
    # A run in which nothing happened proves nothing.
    kills, cuts, stored = (int(report.figures[name].split()[0]) for name in ("kills", "cuts", "stored"))
    assert kills >= 3 and cuts >= 10 and stored >= 100, report.table()


# What the checker has to see


def message(seq: int, **fields: object) -> Message:
    return replace(Message("t", seq, f"m{seq}", "guest", f"text {seq}", f"c{seq}"), **fields)


def closed(version: int, last_seq: int, at: str = "noon") -> Sighting:
    return Sighting("t", version, last_seq, True, at)


def opened(version: int, last_seq: int) -> Sighting:
    return Sighting("t", version, last_seq, False, None)


def good() -> Evidence:
    """Three messages, all of them seen by everybody, then a close."""
    messages = [message(seq) for seq in (1, 2, 3)]
    return Evidence(
        stored=list(messages),
        tickets=[closed(4, 3)],
        history={"t": list(messages)},
        screens={("ada", "t"): list(messages), ("guest", "t"): list(messages)},
        acked=list(messages),
        told=set(messages),
        sightings={opened(1, 1), opened(3, 3), closed(4, 3)},
        written={f"c{seq}": Written(f"c{seq}", "guest", f"text {seq}") for seq in (1, 2, 3)},
    )


def test_kept_promises_are_no_faults() -> None:
    evidence = good()
    assert faults_in(evidence) == []
    # What was refused, given up or stored without its ack reaching anybody breaks none.
    evidence.written["c4"] = Written("c4", "guest", "text 4")
    evidence.given_up.add("c4")
    evidence.acked.pop()
    assert faults_in(evidence) == []


def lose_an_acked_message(evidence: Evidence) -> None:
    """As after a commit that never reached the disk: nobody else has it either."""
    for messages in (evidence.stored, *evidence.history.values(), *evidence.screens.values()):
        messages.pop()
    evidence.tickets = [closed(3, 2)]
    evidence.sightings = {closed(3, 2)}


def change_an_acked_message(evidence: Evidence) -> None:
    evidence.acked[1] = message(2, text="another text")


def lose_a_text(evidence: Evidence) -> None:
    evidence.written["c4"] = Written("c4", "guest", "never sent")


def store_one_twice(evidence: Evidence) -> None:
    again = message(4, message_id="m4", text="text 3", client_id="c3")
    for messages in (evidence.stored, *evidence.history.values(), *evidence.screens.values()):
        messages.append(again)
    evidence.tickets = [opened(4, 4)]
    evidence.sightings = {opened(4, 4)}


def leave_a_hole(evidence: Evidence) -> None:
    for messages in (evidence.stored, *evidence.history.values(), *evidence.screens.values()):
        messages[2] = message(4, message_id="m3", text="text 3", client_id="c3")
    evidence.acked.pop()
    evidence.told = set(evidence.stored)


def differ_in_order(evidence: Evidence) -> None:
    evidence.screens["ada", "t"][:2] = reversed(evidence.screens["ada", "t"][:2])


def miss_the_last_one(evidence: Evidence) -> None:
    evidence.screens["ada", "t"].pop()


def differ_on_the_wire(evidence: Evidence) -> None:
    evidence.history["t"].pop()


def store_after_the_close(evidence: Evidence) -> None:
    """The close was told at seq 2; the third message came in after it."""
    evidence.sightings = {opened(1, 1), closed(3, 2)}


def store_before_the_reopening(evidence: Evidence) -> None:
    evidence.tickets = [opened(5, 3)]
    evidence.sightings = {closed(4, 2), opened(5, 3)}


def tell_what_is_not_stored(evidence: Evidence) -> None:
    evidence.told.add(message(3, message_id="ghost"))


@pytest.mark.parametrize(
    ("plant", "word"),
    [
        (lose_an_acked_message, "lost"),
        (change_an_acked_message, "changed"),
        (lose_a_text, "text lost"),
        (store_one_twice, "stored 2 times"),
        (leave_a_hole, "hole"),
        (differ_in_order, "order"),
        (miss_the_last_one, "order"),
        (differ_on_the_wire, "order: chat:history"),
        (store_after_the_close, "after close"),
        (store_before_the_reopening, "after close"),
        (tell_what_is_not_stored, "told and not stored"),
    ],
)
def test_the_checker_finds(plant: Callable[[Evidence], None], word: str) -> None:
    evidence = good()
    plant(evidence)
    found = faults_in(evidence)
    assert any(fault.startswith(word) for fault in found), found


def test_a_close_and_a_reopening_between_two_messages_are_no_fault() -> None:
    evidence = good()
    evidence.tickets = [opened(5, 3)]
    evidence.sightings = {closed(3, 2), opened(4, 2), opened(5, 3)}
    assert faults_in(evidence) == []
    # Told of the close and of the message only; the reopening lies between.
    evidence.sightings = {closed(3, 2)}
    assert faults_in(evidence) == []


# The client


def test_a_screen_keeps_what_it_heard_before_the_newest_page() -> None:
    screen = Screen("t")
    for seq in (1, 2, 3):
        screen.add(message(seq))
    screen.begin(2)
    assert (screen.start, screen.contiguous) == (1, 3)


# The proxy


async def echo_server() -> tuple[asyncio.Server, list[bytes]]:
    """Upgrades anybody, keeps the frames it gets and answers nothing."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
        try:
            while True:
                heard.append((await read_frame(reader))[2])
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0), heard


async def through_the_proxy(weather: Weather, frames: int) -> tuple[list[bytes], Proxy]:
    """Sends events through a proxy until it cuts; what arrived."""
    server, heard = await echo_server()
    proxy = Proxy(lambda: server.sockets[0].getsockname(), seed=7, weather=weather)
    port = int((await proxy.start()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /socket.io/?party=ada&EIO=4 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    for number in range(frames):
        writer.write(masked(1, b'42%d["x"]' % number))
    writer.write(masked(8, b""))
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()
    await proxy.stop()
    server.close()
    return heard, proxy


async def test_the_proxy_passes_all_in_calm_weather() -> None:
    heard, proxy = await through_the_proxy(CALM, 50)
    assert heard[:-1] == [b'42%d["x"]' % number for number in range(50)]
    assert not proxy.counts


async def test_the_proxy_drops_and_duplicates_by_its_seed() -> None:
    weather = replace(CALM, drop=0.2, duplicate=0.2)
    (first, proxy), (second, _) = await through_the_proxy(weather, 50), await through_the_proxy(weather, 50)
    assert first == second
    assert len(first) - 1 == 50 - proxy.counts["drop"] + proxy.counts["duplicate"]
    assert proxy.counts["drop"] and proxy.counts["duplicate"]


async def test_the_proxy_cuts_a_connection_for_good() -> None:
    heard, proxy = await through_the_proxy(replace(CALM, cut=0.2), 200)
    assert proxy.counts["cut"] == 1 and len(heard) < 100
