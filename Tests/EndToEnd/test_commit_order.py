"""SIGKILL keeps what the kernel has; a loss of power does not. So nobody may be told of a message before the sync of
its commit has returned: seen from outside, by strace."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from faults.trace import STRACE, told_too_early
from faults.wire import Wire
from server import Server

WRITE = '7 pwrite64(14</d/martlet.sqlite-wal>, "\\n\\0mark-000001{}", 4096, 90696) = 4096'
SYNC = "7 fdatasync(14</d/martlet.sqlite-wal>) = 0"
TELL = '9 write(30<TCP:[127.0.0.1:4->127.0.0.1:3]>, "\\201~430[{{\\"clientId\\":\\"mark-{:06}\\"}}]", 80) = 80'


@pytest.mark.parametrize(
    ("lines", "early"),
    [
        ([WRITE, SYNC, TELL.format(1)], []),
        # Under way on another thread, and back before the ack.
        ([WRITE, f"{SYNC[:-5]} <unfinished ...>", "7 <... fdatasync resumed>) = 0", TELL.format(1)], []),
        # synchronous OFF: the same without the sync.
        ([WRITE, TELL.format(1)], ["mark-000001"]),
        ([WRITE, TELL.format(1), SYNC], ["mark-000001"]),
        ([TELL.format(1), WRITE, SYNC], ["mark-000001"]),
        ([SYNC, WRITE, TELL.format(1)], ["mark-000001"]),
        ([WRITE, f"{SYNC[:-5]} <unfinished ...>", TELL.format(1), "7 <... fdatasync resumed>) = 0"], ["mark-000001"]),
        # Written while a sync was under way already: the next one counts.
        ([f"{SYNC[:-5]} <unfinished ...>", WRITE, "7 <... fdatasync resumed>) = 0", TELL.format(1)], ["mark-000001"]),
        ([WRITE, SYNC.replace("= 0", "= -1 EIO (Input/output error)"), TELL.format(1)], ["mark-000001"]),
        ([WRITE, SYNC.replace("-wal", ""), TELL.format(1)], ["mark-000001"]),
        # A page holds earlier rows as well.
        ([WRITE, SYNC, WRITE.replace("{}", "mark-000002"), TELL.format(1), TELL.format(2)], ["mark-000002"]),
    ],
)
def test_the_reader_of_the_trace_sees(lines: list[str], early: list[str]) -> None:
    assert told_too_early(lines)[0] == early


async def can_trace() -> bool:
    if not shutil.which("strace"):
        return False
    process = await asyncio.create_subprocess_exec(
        "strace", "-o", "/dev/null", "true", stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


@pytest.mark.timeout(120)
async def test_nobody_is_told_of_a_message_before_its_commit_is_on_the_disk(binary: Path, scratch: Path) -> None:
    if not await can_trace():
        reason = "strace is missing" if not shutil.which("strace") else "this machine does not let strace trace"
        print(f"skipped: {reason}", file=sys.stderr)
        pytest.skip(reason)
    home = scratch / "commit-order"
    home.mkdir()
    trace, straced = home / "trace", home / "martlet"
    # A sync that takes 30 ms leaves time to be told too early.
    command = [*STRACE, "-e", "inject=fdatasync,fsync:delay_exit=30000", "-o", str(trace), str(binary)]
    straced.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    straced.chmod(0o700)
    server = Server(straced, home / "data", home / "log")
    await server.start()
    try:
        sent = await _chat(server)
    finally:
        await server.stop()
    with trace.open(errors="replace") as lines:
        early, told = told_too_early(lines)
    assert told == sent, "the trace does not show every message"
    assert not early, f"told before the sync returned: {early[:5]}, {len(early)} of {len(sent)}"


async def _chat(server: Server) -> set[str]:
    """One after the other, then many at once, so that several share a commit. Returns what was sent."""
    wire = Wire(server.url + "/socket.io/?", polls=False, cookie=None, on_event=lambda *_: None)
    await wire.open({"guestToken": ""}, 10)
    try:
        marks = [f"mark-{number:06}" for number in range(25)]
        opened = await wire.request("ticket:create", {"text": "hello", "clientId": marks[0]}, 10)
        if not opened["ok"]:
            # It reads the ticket again; a server that answers too early, which this is about, may not find it.
            opened = await wire.request("ticket:create", {"text": "hello", "clientId": marks[0]}, 10)
        ticket_id = opened["ticket"]["ticketId"]

        async def say(mark: str) -> None:
            ask = {"ticketId": ticket_id, "text": "hello", "clientId": mark}
            answer = await wire.request("chat:message", ask, 20)
            assert answer["ok"], answer

        for mark in marks[1:6]:
            await say(mark)
        await asyncio.gather(*map(say, marks[6:]))
        return set(marks)
    finally:
        await wire.close()
