"""A store that cannot be written to: writes are refused in bounded time, all else goes on, nothing acknowledged is
lost, and it comes back by itself."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from conftest import Room
from peer import Peer
from server import Server, run
from waiting import eventually

#: The busy timeout of 5 s and what surrounds it; beyond that, room for a busy machine.
REFUSED_WITHIN = 6.0 + 3.0
#: A write while the trouble is known waits for nothing.
AT_ONCE = 2.0
#: It looks once a second whether the trouble is over.
BACK_WITHIN = 10.0


async def ready(server: Server) -> tuple[int, str | None]:
    """What /readyz says: the status, and the reason of a refusal. /healthz says at the same time that all is well."""
    async with aiohttp.ClientSession(server.url, timeout=aiohttp.ClientTimeout(total=5)) as http:
        async with http.get("/healthz") as answer:
            assert answer.status == 200
        async with http.get("/readyz") as answer:
            return answer.status, (await answer.json()).get("error", {}).get("reason")


class Writer:
    """A guest who keeps what was acknowledged and measures how long answers take."""

    def __init__(self, guest: Peer, ticket_id: str):
        self.guest = guest
        self.ticket_id = ticket_id
        self.acknowledged: dict[int, str] = {}
        self.slowest_refusal = 0.0

    async def write(self, text: str) -> bool:
        start = time.monotonic()
        ack = await self.guest.call("chat:message", {"ticketId": self.ticket_id, "text": text}, within=30)
        if ack["ok"]:
            self.acknowledged[ack["message"]["seq"]] = text
            return True
        assert ack["error"]["code"] == "unavailable", ack
        self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - start)
        return False

    async def history(self) -> dict[int, str]:
        stored: dict[int, str] = {}
        while True:
            page = await self.guest.does(
                "chat:history", {"ticketId": self.ticket_id, "afterSeq": max(stored, default=0), "limit": 200}
            )
            stored |= {message["seq"]: message["text"] for message in page["messages"]}
            if not page["hasMore"]:
                return stored


@asynccontextmanager
async def writer_on(server: Server) -> AsyncIterator[Writer]:
    room = Room(server)
    try:
        guest = await room.guest()
        yield Writer(guest, (await guest.opens())["ticketId"])
    finally:
        await room.leave()


async def is_refused_and_comes_back(server: Server, writer: Writer, reason: str, heal: Callable[[], Any]) -> None:
    """From the first refusal to the first message after it."""
    assert await ready(server) == (503, reason)
    assert await writer.history() == writer.acknowledged, "reading goes on, and shows what was acknowledged"
    writer.slowest_refusal = 0
    assert not any(await asyncio.gather(*(writer.write(f"refused {n}") for n in range(20))))
    assert writer.slowest_refusal < AT_ONCE
    heal()

    async def is_back() -> bool:
        return await ready(server) == (200, None)

    await eventually(is_back, BACK_WITHIN, "/readyz says that it is over")
    assert await writer.write("again")
    assert await writer.history() == writer.acknowledged
    log = server.log_text()
    assert log.count("The store takes no writes") == log.count("The store takes writes again") <= 10, log


async def test_locked_by_another_process(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    async with writer_on(server) as writer:
        assert await writer.write("before")
        other = sqlite3.connect(server.data / "martlet.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        command = ("agent", "add", "ada", "--name", "Ada", "--password-stdin")
        adding = asyncio.create_task(server.command(*command, stdin="a good long password\n"))
        answers = await asyncio.gather(*(writer.write(f"waits {n}") for n in range(50)))
        assert not any(answers)
        assert writer.slowest_refusal < REFUSED_WITHIN
        added = await adding
        assert added.status == 1 and "locked" in added.err and len(added.err_lines) == 1, added
        await is_refused_and_comes_back(server, writer, "locked", lambda: (other.execute("ROLLBACK"), other.close()))
    assert await server.stop() == 0


def may_mount() -> bool:
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(shutil.which("unshare") is None or not may_mount(), reason="mounting is not permitted")
async def test_full_disk(binary: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    small = tmp_path / "on-a-small-disk"
    small.write_text(
        f"#!/bin/sh\nexec unshare -m sh -c 'mount -t tmpfs -o size=1m,mode=700 none {data}; exec {binary} \"$@\"' - \"$@\"\n"
    )
    small.chmod(0o755)
    server = await Server(small, data, tmp_path / "log").start()
    assert server.process
    inside = Path(f"/proc/{server.process.pid}/root{data}")
    try:
        async with writer_on(server) as writer:
            assert await writer.write("before")
            ballast = inside / "ballast"
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
                while True:
                    file.write(bytes(4096))
            for number in range(500):
                if not await writer.write(f"{number} " + "x" * 3000):
                    break
            assert writer.slowest_refusal < AT_ONCE
            # What the failed commit had already reserved is room for a few small ones.
            while await ready(server) != (503, "disk_full") or await writer.write("x" * 3000):
                assert len(writer.acknowledged) < 500
            await is_refused_and_comes_back(server, writer, "disk_full", ballast.unlink)
            copy = tmp_path / "copy"
            shutil.copytree(inside, copy)
            is_all_there(copy, writer)
    finally:
        assert await server.stop() == 0


def is_all_there(data: Path, writer: Writer) -> None:
    """What another process would find after a crash."""
    with sqlite3.connect(data / "martlet.sqlite") as database:
        stored = dict(database.execute("SELECT seq, text FROM messages"))
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    assert stored == writer.acknowledged


def refuse_writes(path: Path, refuses: bool = True) -> bool:
    """Makes a file immutable, or no more; False where that is not permitted."""
    done = subprocess.run(["chattr", "+i" if refuses else "-i", str(path)], capture_output=True, check=False)
    return done.returncode == 0


def may_refuse_writes(directory: Path) -> bool:
    """On some file systems whoever has the file open may still write."""
    probe = directory / "probe"
    with probe.open("wb", buffering=0) as file:
        if not refuse_writes(probe):
            return False
        try:
            file.write(b"x")
        except PermissionError:
            return True
        else:
            return False
        finally:
            refuse_writes(probe, False)


@pytest.mark.skipif(shutil.which("chattr") is None, reason="there is no chattr")
async def test_a_disk_that_refuses(binary: Path, tmp_path: Path) -> None:
    if not may_refuse_writes(tmp_path):
        pytest.skip("files cannot be made immutable here")
    server = await Server(binary, tmp_path / "data", tmp_path / "log").start()
    log = server.data / "martlet.sqlite-wal"
    try:
        async with writer_on(server) as writer:
            assert await writer.write("before")
            refuse_writes(log)
            assert not await writer.write("refused")
            assert writer.slowest_refusal < AT_ONCE
            await is_refused_and_comes_back(server, writer, "io_error", lambda: refuse_writes(log, False))
    finally:
        refuse_writes(log, False)
        assert await server.stop() == 0


@pytest.mark.skipif(shutil.which("unshare") is None or not may_mount(), reason="mounting is not permitted")
async def test_a_read_only_disk_at_the_start(new_server: Callable[..., Server], binary: Path, tmp_path: Path) -> None:
    server = await new_server().start()
    assert await server.stop() == 0
    for arguments in (["serve", "--port", "0"], ["agent", "disable", "ada"]):
        finished = await run(
            Path("/usr/bin/env"),
            *("unshare", "-m", "sh", "-c", 'mount --bind -o ro "$0" "$0" && exec "$@"', str(server.data), str(binary)),
            *(*arguments, "--data-dir", str(server.data)),
            cwd=tmp_path,
        )
        assert finished.status == 1 and len(finished.err_lines) == 1, finished
        assert "cannot write to" in finished.err and str(server.data) in finished.err, finished
    await server.start()
    assert await server.stop() == 0
