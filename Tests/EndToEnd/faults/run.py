"""One run: a server, a proxy that fails, people who chat, kills, and the verdict."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Protocol

from agents import Agent, hire
from faults.checker import Evidence, Message, Sighting, faults_in
from faults.client import Ledger, Party, Storage
from faults.proxy import CALM, Proxy
from faults.wire import Unanswered, Wire, end_tasks
from server import Server

#: Until everybody has everything, once nothing fails any more.
SETTLING = 120.0
#: A conversation that a guest opens beyond these would meet the limit per guest.
TICKETS_PER_GUEST = 4


@dataclass(frozen=True)
class Plan:
    """What two cores and a debug build can bear with room to spare."""

    seconds: float = 60
    seed: int = 1
    guests: int = 4
    agents: int = 3
    #: Seconds between two doings of one person, on average.
    pace: float = 0.45
    #: Seconds between two kills, shortest and longest.
    kills: tuple[float, float] = (3.0, 9.0)


@dataclass
class Report:
    plan: Plan
    faults: list[str]
    figures: dict[str, str]

    def table(self) -> str:
        width = max(map(len, self.figures))
        lines = [f"{name:<{width}}  {figure}" for name, figure in self.figures.items()]
        return "\n".join([f"seed {self.plan.seed}", *lines, *(self.faults[:40] or ["every promise was kept"])])


class Subject(Protocol):
    """What is put to the test."""

    #: Where clients find it now; it may be nowhere.
    address: tuple[str, int]
    kills: int
    #: Of the kills, those while it started.
    starts_cut_short: int
    #: See `Ledger.is_told_in_order`.
    tells_in_order: bool

    async def start(self) -> object: ...

    async def hire(self, username: str, name: str) -> Agent: ...

    async def fail(self, dice: random.Random) -> None:
        """Kills something and starts it again."""

    async def read(self, evidence: Evidence) -> None:
        """Reads all that is stored, from beneath."""

    async def end(self) -> None: ...


class OneServer:
    """A server on its data directory, which is killed as a whole."""

    tells_in_order = True

    def __init__(self, server: Server):
        self.server = server
        self.kills = self.starts_cut_short = 0

    @property
    def address(self) -> tuple[str, int]:
        return self.server.address

    async def start(self) -> None:
        await self.server.start()

    async def hire(self, username: str, name: str) -> Agent:
        return await hire(self.server, username, name)

    async def fail(self, dice: random.Random) -> None:
        await self.server.kill()
        self.kills += 1
        await asyncio.sleep(dice.uniform(0, 0.5))
        while dice.random() < 0.15:
            await self._kill_while_it_starts(dice.uniform(0, 0.4))
        await self.server.start()

    async def _kill_while_it_starts(self, delay: float) -> None:
        before = self.server.process
        starting = asyncio.create_task(self.server.start())
        await asyncio.wait([starting], timeout=delay)
        while self.server.process is before:
            await asyncio.sleep(0.005)
        await self.server.kill()
        self.kills += 1
        self.starts_cut_short += 1
        with suppress(AssertionError):  # "never printed": it was killed before
            await starting

    async def read(self, evidence: Evidence) -> None:
        await self.server.kill()
        read_file(self.server.data / "martlet.sqlite", evidence)

    async def end(self) -> None:
        if self.server.is_running:
            await self.server.kill()


async def run(plan: Plan, subject: Subject, tell: Callable[[str], None] = print) -> Report:
    """Runs `plan` on what has nobody in it yet, and takes it down; the seed is told first."""
    tell(f"faults: {plan.seconds:g} s, seed {plan.seed}")
    stage = _Stage(plan, subject)
    try:
        await subject.start()
        await stage.set()
        await stage.play(tell)
        await stage.settle()
        await stage.take_evidence()
    finally:
        await stage.clear()
    return Report(plan, faults_in(stage.ledger.evidence), stage.figures())


class _Stage:
    def __init__(self, plan: Plan, subject: Subject):
        self.plan, self.subject = plan, subject
        self.ledger = Ledger(is_told_in_order=subject.tells_in_order)
        self.proxy = Proxy(lambda: subject.address, plan.seed)
        self.parties: list[Party] = []
        self.cookies: list[tuple[str, str]] = []
        self.seconds = 0.0

    async def set(self) -> None:
        plan, ledger = self.plan, self.ledger
        url = await self.proxy.start()
        for number in range(plan.agents):
            agent = await self.subject.hire(f"agent{number}", f"Agent {number}")
            self.cookies.append((agent.agent_id, agent.cookie))
            # The last of each kind polls: what a proxy that blocks WebSocket makes of a browser.
            polls = number == plan.agents - 1 and number > 0
            self._enter(Party(f"agent{number}", url, ledger, plan.seed, cookie=agent.cookie, polls=polls))
        for number in range(plan.guests):
            polls = number == plan.guests - 1 and number > 0
            self._enter(Party(f"guest{number}", url, ledger, plan.seed, polls=polls))
        # A second tab of the first guest, once there is a guest: before, it would become another one.
        first = next(party for party in self.parties if not party.is_agent)
        deadline = time.monotonic() + SETTLING
        while not first.storage.token:
            assert time.monotonic() < deadline, "the first guest never connected"
            await asyncio.sleep(0.05)
        self._enter(Party("guest0-tab", url, ledger, plan.seed, storage=first.storage))

    def _enter(self, party: Party) -> None:
        self.parties.append(party)
        party.start()

    # The play

    async def play(self, tell: Callable[[str], None]) -> None:
        start = time.monotonic()
        is_over = asyncio.Event()
        killing = asyncio.create_task(self._kill_now_and_then(is_over))
        living = [asyncio.create_task(self._live(party, is_over)) for party in self.parties]
        try:
            while (left := start + self.plan.seconds - time.monotonic()) > 0:
                done, _ = await asyncio.wait([killing, *living], timeout=min(left, 60), return_when="FIRST_COMPLETED")
                for work in done:
                    work.result()
                if self.plan.seconds > 120:
                    tell(f"{time.monotonic() - start:6.0f} s: {self.subject.kills} kills, {self.ledger.acks} acks")
            # Between a kill and the next start is no place to stop, nor is the middle of a reload.
            is_over.set()
            await asyncio.gather(killing, *living)
        finally:
            await end_tasks([killing, *living])
            self.seconds = time.monotonic() - start

    async def _live(self, party: Party, is_over: asyncio.Event) -> None:
        act = self._as_agent if party.is_agent else self._as_guest
        while not await _is_set(is_over, party.dice.uniform(0, 2 * self.plan.pace)):
            if party.user_id:
                await act(party)

    async def _as_guest(self, guest: Party) -> None:
        dice, ticket_id = guest.dice.random(), guest.storage.ticket_id
        screen = guest.screens.get(ticket_id or "")
        refused = [entry for entry in guest.outbox if entry.has_failed]
        if dice < 0.03:
            return await guest.reload()
        if refused and dice < 0.2:
            # Gives it up, or begins anew with it: then it is another message, in another conversation.
            guest.give_up(refused[0])
            if len(guest.screens) < TICKETS_PER_GUEST and guest.name == "guest0":
                guest.storage.ticket_id = None
            return
        if ticket_id is None and any(entry.ticket_id is None for entry in guest.outbox):
            return  # one message opens a conversation; the next waits for it
        if guest.name.endswith("-tab") and ticket_id is None:
            return  # the first tab opens conversations
        if len(guest.outbox) < 8 and not (screen and screen.is_closed and dice < 0.8):
            guest.write(ticket_id)

    async def _as_agent(self, agent: Party) -> None:
        dice = agent.dice.random()
        if dice < 0.015:
            return await agent.reload()
        ticket_ids = sorted(agent.screens)
        if not ticket_ids or len(agent.outbox) >= 8:
            return
        ticket_id = agent.dice.choice(ticket_ids)
        screen = agent.screens[ticket_id]
        if screen.is_closed and dice < 0.5:
            await agent.change("ticket:reopen", {"ticketId": ticket_id})
        elif dice < 0.07:
            await agent.change("ticket:close", {"ticketId": ticket_id})
        elif dice < 0.15:
            assignee = agent.dice.choice([None, *(agent_id for agent_id, _ in self.cookies)])
            more = {"ifVersion": screen.ticket["version"]} if screen.ticket and agent.dice.random() < 0.5 else {}
            await agent.change("ticket:assign", {"ticketId": ticket_id, "agentId": assignee, **more})
        elif dice < 0.2 and agent.outbox:
            agent.give_up(agent.dice.choice(agent.outbox))
        else:
            agent.write(ticket_id)

    async def _kill_now_and_then(self, is_over: asyncio.Event) -> None:
        dice = random.Random(f"{self.plan.seed}/kills")
        while not await _is_set(is_over, dice.uniform(*self.plan.kills)):
            await self.subject.fail(dice)

    # The end

    async def settle(self) -> None:
        """Nothing fails any more, but all connections once: whoever has less than the others must find out."""
        self.proxy.weather = CALM
        # Copies may have been dropped without anybody knowing. A new connection asks for all.
        for party in self.parties:
            party.drop_connection()
            party.is_ready = False
        deadline = time.monotonic() + SETTLING
        while unsettled := self._unsettled():
            if time.monotonic() > deadline:
                self.ledger.evidence.complaints.append(f"not settled within {SETTLING:g} s: {unsettled}")
                break
            await asyncio.sleep(0.1)
        for party in self.parties:
            try:
                await party.scroll_up()
            except Unanswered as error:
                self.ledger.evidence.complaints.append(f"{party.name} could not read older messages: {error}")

    def _unsettled(self) -> list[str]:
        """Who still waits for what. In calm weather, what one is told comes to all the others by itself."""
        newest: dict[str, int] = {}
        for party in self.parties:
            for screen in party.screens.values():
                newest[screen.ticket_id] = max(screen.contiguous, newest.get(screen.ticket_id, 0))
        return [
            f"{party.name} {what}"
            for party in self.parties
            for what in party.unsettled()
            + [
                f"has {screen.contiguous} of {newest[screen.ticket_id]} messages of {screen.ticket_id}"
                for screen in party.screens.values()
                if screen.contiguous < newest[screen.ticket_id]
            ]
        ]

    async def take_evidence(self) -> None:
        evidence = self.ledger.evidence
        for party in self.parties:
            for screen in party.screens.values():
                evidence.screens[party.name, screen.ticket_id] = screen.messages
            evidence.refused |= {entry.client_id for entry in party.outbox}
        for ticket_id in {ticket_id for _, ticket_id in evidence.screens}:
            evidence.history[ticket_id] = await self._history(ticket_id)
        await self.subject.read(evidence)

    async def _history(self, ticket_id: str) -> list[Message]:
        host, port = self.subject.address
        url = f"http://{host}:{port}/socket.io/?"
        wire = Wire(url, polls=False, cookie=self.cookies[0][1], on_event=lambda *_: None)
        await wire.open(None, 10)
        try:
            messages: list[Message] = []
            while True:
                after = messages[-1].seq if messages else 0
                page = await wire.request("chat:history", {"ticketId": ticket_id, "afterSeq": after, "limit": 200}, 10)
                messages += map(Message.on_the_wire, page["messages"])
                if not page["hasMore"]:
                    return messages
        finally:
            await wire.close()

    async def clear(self) -> None:
        await asyncio.gather(*(party.stop() for party in self.parties))
        await self.proxy.stop()
        await self.subject.end()

    def figures(self) -> dict[str, str]:
        ledger, counts = self.ledger, self.proxy.counts
        evidence = ledger.evidence
        return {
            "seconds": f"{self.seconds:.0f}",
            "parties": f"{len(self.parties)} ({self.plan.guests} guests, one in two tabs, {self.plan.agents} agents)",
            "messages written": str(len(evidence.written)),
            "acknowledged": str(len({message.message_id for message in evidence.acked})),
            "stored": str(len(evidence.stored)),
            "given up, or refused by a close": str(len(evidence.given_up | evidence.refused)),
            "conversations": str(len(evidence.tickets)),
            "requests": str(ledger.requests),
            "messages sent again": str(ledger.retries),
            "kills": f"{self.subject.kills} ({self.subject.starts_cut_short} of them while it started)",
            "cuts": str(counts["cut"]),
            "duplicates injected": str(counts["duplicate"]),
            "drops": str(counts["drop"]),
            "delays": str(counts["delay"]),
            "reconnects": str(ledger.connects - len(self.parties)),
            "reloads": str(ledger.reloads),
            "ack of an attempt": _spread(ledger.ack_seconds),
            "from writing to ack": _spread(ledger.stored_seconds),
        }


async def _is_set(event: asyncio.Event, within: float) -> bool:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event.wait(), within)
    return event.is_set()


def read_file(path: Path, evidence: Evidence) -> None:
    """Reads a copy of the database, as the killed server left it."""
    copy = path.parent.parent / "evidence"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path.parent, copy)
    with closing(sqlite3.connect(copy / path.name)) as db:
        (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            evidence.complaints.append(f"the file is damaged: {verdict}")
        evidence.tickets = [
            Sighting(ticket_id, version, last_seq, status == "closed", _iso(closed_at))
            for ticket_id, version, last_seq, status, closed_at in db.execute(
                "SELECT id, version, lastSeq, status, closedAt FROM tickets"
            )
        ]
        evidence.stored = [
            Message(*row)
            for row in db.execute(
                "SELECT tickets.id, m.seq, m.id, users.id, m.text, m.clientId FROM messages m "
                "JOIN tickets ON tickets.row = m.ticketRow JOIN users ON users.row = m.senderRow"
            )
        ]


def _iso(milliseconds: int | None) -> str | None:
    """As the server spells it on the wire."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:03}Z"


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms"


def one_server(binary: Path, home: Path) -> OneServer:
    home.mkdir(parents=True, exist_ok=True)
    return OneServer(Server(binary, home / "data", home / "log"))
