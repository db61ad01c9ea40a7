"""Several nodes on one MongoDB and one Redis, behind a balancer: all on this machine, each ended by its own process id."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from agents import Agent, log_in
from faults.checker import Evidence, Message, Sighting
from faults.wire import Wire
from mongodb import StandIn
from server import ROOT, Server, free_port
from waiting import eventually

#: Polling goes back to the node that has the session; a WebSocket is one connection, and may go anywhere.
BALANCER = ROOT / "deploy" / "haproxy-cluster.cfg"


def tool(name: str) -> str:
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


class Process:
    """A helper program on a port of its own, which comes back to it."""

    def __init__(self, command: list[str], port: int) -> None:
        self.command, self.port = command, port
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(*self.command, stdout=quiet, stderr=quiet)
        await eventually(self._answers, 10, f"{self.command[0]} listens")

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def kill(self) -> None:
        """kill -9; nothing if it is not running."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()


@dataclass
class Node(Server):
    """A server that comes back to the port that the balancer knows."""

    port: int = 0

    def command_line(self) -> list[str]:
        limits = [] if "--limits" in self.arguments else ["--limits", "off"]
        return ["serve", "--port", str(self.port), *limits, *self.arguments]


class Cluster:
    """Three nodes; a subject for the checker of delivery, which kills one part of it after the other."""

    #: Of a ticket to which two nodes write, a third may hear in another order (docs/scaling.md); screens are in order all the same.
    tells_in_order = False

    def __init__(self, binary: Path, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.database = StandIn(home)
        port = free_port()
        self.redis = Process(
            [tool("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"], port
        )
        self.nodes = [
            Node(binary, home / f"no-data-{number}", home / f"log-{number}", port=free_port()) for number in range(3)
        ]
        self.balancer = Process([tool("haproxy"), "-f", str(home / "haproxy.cfg"), "-db"], free_port())
        self.kills = self.starts_cut_short = 0
        self._agent: Agent | None = None
        self._round = 0

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.balancer.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.balancer.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "MARTLET_STORE": "mongodb",
            "MARTLET_MONGODB_URI": self.database.uri,
            "MARTLET_MONGODB_TIMEOUT": "2",
            "MARTLET_REDIS_URL": f"redis://127.0.0.1:{self.redis.port}",
        }

    async def start(self) -> "Cluster":
        await self.database.start()
        await self.redis.start()
        for node in self.nodes:
            node.env = self.environment
            await node.start()
        text = BALANCER.read_text().replace("bind :3000", f"bind 127.0.0.1:{self.balancer.port}")
        for number, node in enumerate(self.nodes, 1):
            text = text.replace(f"node-{number}:3000", f"127.0.0.1:{node.port}")
        (self.home / "haproxy.cfg").write_text(text)
        checked = subprocess.run([*self.balancer.command[:3], "-c"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0 and "warning" not in checked.stderr.lower(), checked.stderr
        await self.balancer.start()
        await eventually(self.is_ready, 20, "the balancer has a node")
        return self

    async def is_ready(self) -> bool:
        return await self._answers(self.url, lambda answer: answer.get("ok") is True)

    async def knows_redis(self, is_there: bool) -> bool:
        """Whether every node says so of itself."""
        said = [await self._answers(node.url, lambda answer: answer.get("cluster") is is_there) for node in self.nodes]
        return all(said)

    async def connections(self, transport: str) -> list[int]:
        """How many sessions each node has."""
        return [await self._connections(node, transport) for node in self.nodes]

    @staticmethod
    async def _connections(node: Node, transport: str) -> int:
        async with aiohttp.ClientSession() as http, http.get(node.url + "/metrics") as answer:
            found = re.search(rf'^martlet_connections{{.*"{transport}".*}} (\d+)', await answer.text(), re.MULTILINE)
            return int(found.group(1)) if found else 0

    @staticmethod
    async def _answers(url: str, fits: Callable[[dict], bool]) -> bool:
        try:
            async with aiohttp.ClientSession() as http, http.get(url + "/readyz") as answer:
                return fits(await answer.json()) if answer.content_type == "application/json" else False
        except (aiohttp.ClientError, OSError):
            return False

    async def hire(self, username: str, name: str) -> Agent:
        password = f"correct horse {username} staple"
        node = self.nodes[0]
        added = await node.command(
            "agent", "add", username, "--name", name, "--role", "agent", "--password-stdin", stdin=password
        )
        assert added.status == 0, added
        account, cookie = await log_in(node.url, username, password)
        self._agent = Agent(account["agentId"], username, name, password, cookie)
        return self._agent

    async def fail(self, dice: random.Random) -> None:
        """A node, the store and Redis, in turn, so that a short run has had each."""
        parts: list[Callable[[float], Awaitable[None]]] = [self.lose_node, self.lose_store, self.lose_redis]
        await parts[self._round % len(parts)](dice.uniform(0.2, 1.5))
        self._round += 1

    async def lose_node(self, seconds: float, number: int | None = None) -> None:
        await self._lose(self.nodes[self._round % 3 if number is None else number], seconds)

    async def lose_store(self, seconds: float) -> None:
        await self._lose(self.database, seconds)

    async def lose_redis(self, seconds: float) -> None:
        await self._lose(self.redis, seconds)

    async def _lose(self, part: Node | StandIn | Process, seconds: float) -> None:
        await part.kill()
        self.kills += 1
        await asyncio.sleep(seconds)
        await part.start()

    async def read(self, evidence: Evidence) -> None:
        """What a node that starts anew finds in the store."""
        assert self._agent
        for node in self.nodes:
            await node.kill()
        node = await self.nodes[0].start()
        wire = Wire(f"{node.url}/socket.io/?", polls=False, cookie=self._agent.cookie, on_event=lambda *_: None)
        await wire.open(None, 10)
        cursor: dict[str, str] = {}
        while True:
            page = await wire.request("ticket:list", {"status": "all", "limit": 100, **cursor}, 10)
            evidence.tickets += map(Sighting.on_the_wire, page["tickets"])
            if not page.get("next"):
                break
            cursor = {"cursor": page["next"]}
        for ticket in evidence.tickets:
            after = 0
            while True:
                asked = {"ticketId": ticket.ticket_id, "afterSeq": after, "limit": 200}
                page = await wire.request("chat:history", asked, 10)
                evidence.stored += map(Message.on_the_wire, page["messages"])
                if not page["hasMore"]:
                    break
                after = page["messages"][-1]["seq"]
        await wire.close()

    async def end(self) -> None:
        await self.balancer.kill()
        for node in self.nodes:
            if node.is_running:
                await node.kill()
        await self.redis.kill()
        await self.database.kill()
