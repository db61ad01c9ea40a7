"""Starts the built server and its command line, as a person at a terminal would."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from leaks import keep
from waiting import notified

ROOT = Path(__file__).resolve().parents[2]
LISTENING = re.compile(r"listening on (https?://\S+)")
SETUP_LINK = re.compile(r"(https?://\S+/setup)#(\S+)")

#: A start in a debug build on a busy machine of two cores.
START_DEADLINE = 45.0
STOP_DEADLINE = 15.0
#: A command that hashes a password, or a start that has to fail.
COMMAND_DEADLINE = 45.0


def find_binary(name: str = "martlet") -> Path | None:
    """The binary named by MARTLET_BIN or one beside it, else the debug build's; None if there is none."""
    named = os.environ.get("MARTLET_BIN")
    if named and (name == "martlet" or Path(named).with_name(name).is_file()):
        path = Path(named).with_name(name) if name != "martlet" else Path(named)
    else:
        shown = subprocess.run(
            ["swift", "build", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        path = Path(shown.stdout.strip() or "/nowhere") / name
    return path.resolve() if path.is_file() and os.access(path, os.X_OK) else None


def free_port() -> int:
    """A port of the loopback address that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment without our own keys: an unknown MARTLET_ key stops the start."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MARTLET_")}
    return kept | (extra or {})


@dataclass
class Finished:
    status: int
    out: str
    err: str

    @property
    def err_lines(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.strip()]


async def run(
    binary: Path,
    *arguments: str,
    cwd: Path,
    stdin: str = "",
    env: dict[str, str] | None = None,
    deadline: float = COMMAND_DEADLINE,
) -> Finished:
    """Runs one command to its end. A server that starts against expectation is ended at the deadline."""
    process = await asyncio.create_subprocess_exec(
        str(binary),
        *arguments,
        cwd=cwd,
        env=clean_environment(env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), deadline)
    except asyncio.TimeoutError:
        process.kill()
        out, err = await process.communicate()
        raise AssertionError(f"{arguments} did not end within {deadline} s; it said {out!r} and {err!r}") from None
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), err.decode())


@dataclass
class Server:
    """One running server on a data directory of its own."""

    binary: Path
    data: Path
    log: Path
    arguments: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""
    #: What its commands said on standard error.
    command_errors: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    _reader: asyncio.Task | None = None
    _news: asyncio.Condition | None = None

    def command_line(self) -> list[str]:
        # Tests ask for more than people do; what the limits do is tested where they are named.
        limits = [] if "--limits" in self.arguments else ["--limits", "off"]
        return ["serve", "--port", "0", "--data-dir", str(self.data), *limits, *self.arguments]

    async def start(self) -> "Server":
        self.lines = []
        self._news = asyncio.Condition()
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                str(self.binary),
                *self.command_line(),
                cwd=self.log.parent,
                env=clean_environment(self.env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self._reader = asyncio.create_task(self._read())
        match = await self._line(LISTENING)
        self.url = match.group(1).rstrip("/")
        return self

    async def _read(self) -> None:
        assert self.process and self.process.stdout and self._news
        while line := await self.process.stdout.readline():
            async with self._news:
                self.lines.append(line.decode().rstrip("\n"))
                self._news.notify_all()
        await self.process.wait()
        async with self._news:
            self._news.notify_all()

    async def _line(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """The first line of standard output that fits, waited for."""
        assert self.process and self._news

        def found() -> re.Match[str] | None:
            return next((match for match in map(pattern.search, self.lines) if match), None)

        await notified(self._news, lambda: found() or self.process.returncode is not None, START_DEADLINE)
        match = found()
        assert match, (
            f"the server never printed {pattern.pattern!r} (exit status {self.process.returncode}); "
            f"it printed {self.lines}\n{self.log_tail()}"
        )
        return match

    async def setup_token(self) -> str:
        """The secret of the setup link, printed while there is no agent."""
        token = (await self._line(SETUP_LINK)).group(2)
        keep(token)
        return token

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.split("://", 1)[1].rsplit(":", 1)
        return host.strip("[]"), int(port)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def kill(self) -> None:
        """kill -9: nothing is flushed, nobody is told."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        await self._drain()

    async def stop(self) -> int:
        """Ends it the ordinary way; returns the exit status."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), STOP_DEADLINE)
            except asyncio.TimeoutError:
                await self.kill()
                raise AssertionError(f"the server did not end within {STOP_DEADLINE} s of SIGTERM") from None
        await self._drain()
        assert self.process.returncode is not None
        return self.process.returncode

    async def _drain(self) -> None:
        if self._reader:
            await self._reader
            self._reader = None

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log_text().splitlines()[-lines:])

    async def command(self, *arguments: str, stdin: str = "") -> Finished:
        """`martlet ARGUMENTS` on this server's data directory, beside it."""
        finished = await run(
            self.binary, *arguments, "--data-dir", str(self.data), cwd=self.log.parent, stdin=stdin, env=self.env
        )
        self.command_errors.append(finished.err)
        return finished


def snapshot(directory: Path) -> dict[str, str]:
    """What lies in a directory: name to mode and contents."""
    if not directory.exists():
        return {}
    return {
        str(path.relative_to(directory)): f"{path.stat().st_mode:o} "
        + (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "directory")
        for path in sorted(directory.rglob("*"))
    }
