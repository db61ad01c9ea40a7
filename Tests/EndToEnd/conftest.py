"""What the tests share: one server for most of them, agents who are logged in, peers that end with the test."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

import leaks
from agents import Agent, hire
from peer import WEBSOCKET, Peer
from server import Server, find_binary

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"


@pytest.fixture(scope="session")
def binary() -> Path:
    path = find_binary()
    if path is None:
        pytest.exit(
            "the martlet binary is missing: build it with `swift build --product martlet`, or name it with MARTLET_BIN",
            returncode=1,
        )
    return path


@pytest.fixture(scope="session")
def artefacts() -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="session")
def scratch() -> Any:
    with tempfile.TemporaryDirectory(prefix="martlet-e2e-") as directory:
        yield Path(directory)


@pytest_asyncio.fixture(scope="session")
async def new_server(binary: Path, scratch: Path) -> AsyncIterator[Callable[..., Server]]:
    """Makes servers (not started yet), each on a new data directory, and ends what is left of them."""
    made: list[Server] = []

    def make(*arguments: str, env: dict[str, str] | None = None) -> Server:
        home = scratch / f"server-{len(made)}"
        home.mkdir()
        server = Server(binary, home / "data", home / "log", arguments, env or {})
        made.append(server)
        return server

    yield make
    for server in made:
        if server.is_running:
            await server.stop()
    # The last thing of a run: what all its servers wrote.
    found = {str(server.log): found for server in made if (found := leaks.leaked(server))}
    assert not found, f"secrets in logs: {found}"


@pytest_asyncio.fixture(scope="session")
async def server(new_server: Callable[..., Server], request: pytest.FixtureRequest) -> Server:
    """The server most tests share. They come from one address, faster than people do: test_limits.py has the limits."""
    started = await new_server("--allowed-origins", "https://shop.example").start()
    request.config.stash[SERVER] = started
    return started


@pytest_asyncio.fixture(scope="session")
async def ada(server: Server) -> Agent:
    return await hire(server, "ada", "Ada Lovelace")


@pytest_asyncio.fixture(scope="session")
async def ben(server: Server) -> Agent:
    return await hire(server, "ben", "Ben Bitdiddle", role="admin")


class Room:
    """Makes peers on one server and ends them with the test."""

    def __init__(self, server: Server):
        self.server = server
        self.peers: list[Peer] = []

    async def guest(self, transports: tuple[str, ...] = WEBSOCKET, token: str = "", **more: Any) -> Peer:
        """A guest as the pages connect one: with the token, or with an empty one."""
        return await self.anyone(transports, auth={"guestToken": token}, **more)

    async def agent(self, agent: Agent, transports: tuple[str, ...] = WEBSOCKET, **more: Any) -> Peer:
        return await self.anyone(transports, headers=agent.headers, **more)

    async def anyone(self, transports: tuple[str, ...] = WEBSOCKET, **how: Any) -> Peer:
        peer = Peer(self.server.url, transports)
        self.peers.append(peer)
        return await peer.connect(**how)

    async def leave(self) -> None:
        await asyncio.gather(*(peer.close() for peer in self.peers))


@pytest_asyncio.fixture
async def room(server: Server) -> AsyncIterator[Room]:
    made = Room(server)
    yield made
    await made.leave()


@pytest_asyncio.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps no cookies and makes a new connection for each request."""
    async with aiohttp.ClientSession(
        server.url,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(force_close=True),
        timeout=aiohttp.ClientTimeout(total=10),
    ) as session:
        yield session


SERVER = pytest.StashKey[Server]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Puts the end of the shared server's log into the report of a failed test."""
    report = yield
    shared = item.config.stash.get(SERVER, None)
    if report.failed and shared is not None:
        report.sections.append(("server log", shared.log_tail()))
        if not shared.is_running:
            report.sections.append(("server", "it is not running any more"))
    return report
