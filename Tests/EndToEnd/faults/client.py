"""People who chat as the pages do: a clientId for each message, an outbox that outlives the tab, resuming by seq.

What the browser's modules do in web/shared (chat.js, conversation.js, outbox.js, socket.js) is done here in the same
order, with shorter patience.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
import random
import time
from dataclasses import dataclass, field
from typing import Any

from faults.checker import Evidence, Message, Sighting, Written
from faults.wire import Unanswered, Wire, end_tasks

#: How long an ack may take before the connection counts as half open.
ACK_PATIENCE = 5.0
OPEN_PATIENCE = 8.0
#: Ack and echo come in either order, so a jump in seq may close by itself within a moment.
GAP_PATIENCE = 0.25


@dataclass
class Ledger:
    """What all parties of a run have in common: the evidence, and figures."""

    evidence: Evidence = field(default_factory=Evidence)
    #: Whether one connection is told of a ticket's messages in their order, each once.
    is_told_in_order: bool = True
    requests: int = 0
    retries: int = 0
    connects: int = 0
    reloads: int = 0
    acks: int = 0
    #: Seconds from a request with a message to its ack, each attempt that was answered.
    ack_seconds: list[float] = field(default_factory=list)
    #: Seconds from the writer's keystroke to the ack with ok, interruptions included.
    stored_seconds: list[float] = field(default_factory=list)
    _texts: Any = field(default_factory=itertools.count)

    def new_text(self, who: str) -> str:
        return f"{who} writes text {next(self._texts)}"


@dataclass
class Entry:
    """A message on its way. `ticket_id` None: it opens a conversation."""

    client_id: str
    text: str
    ticket_id: str | None
    at: float
    has_failed: bool = False
    attempts: int = 0


@dataclass
class Storage:
    """What the browser keeps when the tab is gone. Tabs of one person share it; an outbox belongs to one of them."""

    token: str = ""
    ticket_id: str | None = None
    outboxes: dict[str, list[Entry]] = field(default_factory=dict)


class Screen:
    """The stored messages of one conversation, as one tab has them."""

    def __init__(self, ticket_id: str):
        self.ticket_id = ticket_id
        self.seqs: list[int] = []
        self.by_seq: dict[int, Message] = {}
        self.ticket: dict[str, Any] | None = None
        #: The seq from which on it is known: a tab that is loaded anew begins with the newest page.
        self.start = 1
        #: The last seq up to which nothing is missing, counted from `start`.
        self.contiguous = 0
        self.is_loaded = False
        self.is_current = False

    @property
    def messages(self) -> list[Message]:
        return [self.by_seq[seq] for seq in self.seqs]

    @property
    def is_missing(self) -> bool:
        newest = max(self.seqs[-1] if self.seqs else 0, self.ticket["lastSeq"] if self.ticket else 0)
        return newest > self.contiguous

    @property
    def is_closed(self) -> bool:
        return self.ticket is not None and self.ticket["status"] == "closed"

    def add(self, message: Message) -> str | None:
        """Takes a message from an ack, an event or a page; returns what is wrong with it."""
        known = self.by_seq.setdefault(message.seq, message)
        if known is not message and known != message:
            return f"two messages with one seq: {known} and {message}"
        if known is message:
            bisect.insort(self.seqs, message.seq)
            if message.seq < self.start:
                self.begin(message.seq)
            self._advance()
        return None

    def begin(self, start: int) -> None:
        """It is known from `start` on, or from the first message that is here already, if that is older."""
        self.start = min([start, *self.seqs[:1]])
        self.contiguous = self.start - 1
        self._advance()

    def _advance(self) -> None:
        while self.contiguous + 1 in self.by_seq:
            self.contiguous += 1

    def learn(self, ticket: dict[str, Any]) -> None:
        if self.ticket is None or ticket["version"] >= self.ticket["version"]:
            self.ticket = ticket


class Party:
    """One tab of one person. `cookie` makes an agent of it."""

    def __init__(
        self,
        name: str,
        url: str,
        ledger: Ledger,
        seed: int,
        *,
        storage: Storage | None = None,
        cookie: str | None = None,
        polls: bool = False,
    ):
        self.name = name
        self.url = f"{url}/socket.io/?party={name}"
        self.ledger = ledger
        self.dice = random.Random(f"{seed}/party/{name}")
        self.storage = storage or Storage()
        self.cookie = cookie
        self.polls = polls
        self.user_id = ""
        self.is_ready = False
        self.screens: dict[str, Screen] = {}
        self._wire: Wire | None = None
        self._heard: dict[str, int] = {}
        self._pumping: set[str | None] = set()
        self._healing: set[str] = set()
        self._tasks: set[asyncio.Task] = set()
        self._staying: asyncio.Task | None = None
        self._ids = itertools.count()

    @property
    def is_agent(self) -> bool:
        return self.cookie is not None

    @property
    def outbox(self) -> list[Entry]:
        return self.storage.outboxes.setdefault(self.name, [])

    def unsettled(self) -> list[str]:
        """What it still waits for, in words; nothing if it is connected and has all it knows of."""
        return [
            *([] if self.is_ready else ["is not connected"]),
            *(f"waits to send {entry.client_id}" for entry in self.outbox if not entry.has_failed),
            *(
                f"misses something of {screen.ticket_id}"
                for screen in self.screens.values()
                if not screen.is_current or screen.is_missing
            ),
        ]

    # The connection: backs off, connects again, resumes.

    def start(self) -> None:
        self._staying = asyncio.create_task(self._stay_connected())
        self._staying.add_done_callback(self._done)

    async def stop(self) -> None:
        await end_tasks(filter(None, [self._staying, *self._tasks]))
        if self._wire:
            await self._wire.close()
        self.is_ready = False

    async def reload(self) -> None:
        """The tab is loaded anew: all is forgotten but what the browser keeps."""
        await self.stop()
        self.ledger.reloads += 1
        self.screens.clear()
        self._pumping.clear()
        self._healing.clear()
        self._tasks.clear()
        self.start()

    def drop_connection(self) -> None:
        if self._wire:
            self._wire.end()

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            wire = Wire(self.url, polls=self.polls, cookie=self.cookie, on_event=self._on_event)
            self._wire = wire
            self._heard.clear()
            auth = None if self.is_agent else {"guestToken": self.storage.token}
            try:
                await wire.open(auth, OPEN_PATIENCE)
                failures = 0
                self.ledger.connects += 1
                opened = asyncio.create_task(self._restart_unless_ready(wire))
                await wire.closed.wait()
                opened.cancel()
            except Unanswered:
                failures += 1
            finally:
                self.is_ready = False
                for screen in self.screens.values():
                    screen.is_current = False
            await wire.close()
            await asyncio.sleep(min(1.0, 0.08 * 2**failures) * self.dice.uniform(0.4, 1))

    async def _restart_unless_ready(self, wire: Wire) -> None:
        """`session` may be lost as any other event."""
        await asyncio.sleep(OPEN_PATIENCE)
        if not self.is_ready:
            wire.end()

    def _on_event(self, name: str, payload: dict[str, Any]) -> None:
        if name == "session":
            self._on_session(payload)
        elif name == "chat:message":
            message = Message.on_the_wire(payload)
            if self.ledger.is_told_in_order and message.seq <= self._heard.get(message.ticket_id, 0):
                self._complain(f"heard out of order, or twice: {message}")
            self._heard[message.ticket_id] = message.seq
            self._take([message])
        elif name in ("ticket:created", "ticket:updated", "ticket:closed"):
            self._learn(payload["ticket"])
        elif name == "resync":
            for screen in self.screens.values():
                self._do(self._heal(screen))

    def _on_session(self, session: dict[str, Any]) -> None:
        if self.user_id and session["userId"] != self.user_id:
            self._complain(f"was {self.user_id} and is {session['userId']} now")
        self.user_id = session["userId"]
        if session.get("guestToken"):
            self.storage.token = session["guestToken"]
        self.is_ready = True
        self._do(self._resume())

    async def _resume(self) -> None:
        try:
            if self.is_agent:
                await self._list()
            elif self.storage.ticket_id:
                self._screen(self.storage.ticket_id)
            # One request for each conversation gives what was missed, and its state.
            for screen in list(self.screens.values()):
                await self._join(screen)
        except Unanswered:
            return
        self._pump_all()

    async def _list(self) -> None:
        cursor = None
        while True:
            query = {"status": "all", "limit": 100} | ({"cursor": cursor} if cursor else {})
            page = await self._ask("ticket:list", query)
            if not page["ok"]:
                return self.drop_connection()
            for ticket in page["tickets"]:
                self._learn(ticket)
            cursor = page.get("next")
            if not cursor:
                return

    async def _join(self, screen: Screen) -> None:
        after = {"afterSeq": screen.contiguous} if screen.is_loaded else {}
        page = await self._ask("ticket:join", {"ticketId": screen.ticket_id, **after})
        if not page["ok"]:
            self._complain(f"join was refused: {page}")
            return
        if not screen.is_loaded:
            screen.begin(page["messages"][0]["seq"] if page["messages"] else page["ticket"]["lastSeq"] + 1)
            screen.is_loaded = True
        self._take_page(screen, page)
        screen.is_current = True
        if screen.is_missing:
            await self._heal(screen)

    async def scroll_up(self) -> None:
        """Loads what is older than the newest page, in every conversation."""
        for screen in self.screens.values():
            while (start := screen.start) > 1:
                ask = {"ticketId": screen.ticket_id, "beforeSeq": start, "limit": 200}
                self._take_page(screen, await self._ask("chat:history", ask))
                if screen.start == start:
                    self._complain(f"nothing is older than {start} in {screen.ticket_id}")
                    break

    async def _heal(self, screen: Screen) -> None:
        """Asks for what comes after the last message up to which nothing is missing, until nothing is."""
        if screen.ticket_id in self._healing:
            return
        self._healing.add(screen.ticket_id)
        try:
            has_more = True
            while has_more:
                after = screen.contiguous
                ask = {"ticketId": screen.ticket_id, "afterSeq": after, "limit": 200}
                page = await self._ask("chat:history", ask)
                if not page["ok"]:
                    return
                self._take_page(screen, page)
                has_more = page["hasMore"] and screen.contiguous > after
        except Unanswered:
            pass
        finally:
            self._healing.discard(screen.ticket_id)
        if screen.is_current and screen.is_missing:
            self._do(self._heal_gap(screen))

    async def _heal_gap(self, screen: Screen) -> None:
        await asyncio.sleep(GAP_PATIENCE)
        if screen.is_missing and screen.is_current:
            await self._heal(screen)

    # What it learns

    def _screen(self, ticket_id: str) -> Screen:
        return self.screens.setdefault(ticket_id, Screen(ticket_id))

    def _learn(self, ticket: dict[str, Any]) -> None:
        self.ledger.evidence.sightings.add(Sighting.on_the_wire(ticket))
        ticket_id = ticket["ticketId"]
        is_new = ticket_id not in self.screens
        screen = self._screen(ticket_id)
        was_closed = screen.is_closed
        screen.learn(ticket)
        if is_new and self.is_agent and self.is_ready:
            self._do(self._join_quietly(screen))
        if was_closed and not screen.is_closed:
            self._try_again(ticket_id)
        if screen.is_current and screen.is_missing:
            self._do(self._heal_gap(screen))

    async def _join_quietly(self, screen: Screen) -> None:
        try:
            if not screen.is_current:
                await self._join(screen)
        except Unanswered:
            pass

    def _take(self, messages: list[Message]) -> None:
        for message in messages:
            self.ledger.evidence.told.add(message)
            screen = self._screen(message.ticket_id)
            trouble = screen.add(message)
            if trouble:
                self._complain(trouble)
            if screen.is_current and screen.is_missing:
                self._do(self._heal_gap(screen))
            self._settle(message)

    def _take_page(self, screen: Screen, page: dict[str, Any]) -> None:
        self._take([Message.on_the_wire(message) for message in page["messages"]])
        self._learn(page["ticket"])

    def _settle(self, message: Message) -> None:
        """Whatever shows that a message is stored ends its waiting: ack, echo or page."""
        if message.sender_id == self.user_id:
            self.outbox[:] = [entry for entry in self.outbox if entry.client_id != message.client_id]

    def _complain(self, what: str) -> None:
        self.ledger.evidence.complaints.append(f"{self.name}: {what}")

    # What it does

    def write(self, ticket_id: str | None) -> None:
        text = self.ledger.new_text(self.name)
        client_id = f"{self.name}-{int(time.time() * 1000):x}-{next(self._ids)}"
        self.ledger.evidence.written[client_id] = Written(client_id, self.user_id, text)
        self.outbox.append(Entry(client_id, text, ticket_id, time.monotonic()))
        self._do(self._pump(ticket_id))

    def give_up(self, entry: Entry) -> None:
        self.ledger.evidence.given_up.add(entry.client_id)
        self.outbox.remove(entry)

    async def change(self, event: str, payload: dict[str, Any]) -> None:
        """Closes, reopens or assigns; what comes of it is only looked at by the checker."""
        try:
            answer = await self._ask(event, payload)
        except Unanswered:
            return
        if answer["ok"]:
            self._learn(answer["ticket"])
        elif answer["error"]["code"] not in ("conflict", "unavailable", "rate_limited"):
            self._complain(f"{event} {payload} was answered {answer}")

    def _try_again(self, ticket_id: str) -> None:
        for entry in self.outbox:
            if entry.ticket_id == ticket_id:
                entry.has_failed = False
        self._do(self._pump(ticket_id))

    def _pump_all(self) -> None:
        for ticket_id in {entry.ticket_id for entry in self.outbox}:
            self._do(self._pump(ticket_id))

    async def _pump(self, ticket_id: str | None) -> None:
        """Sends what waits for one conversation, one after the other, in the order written."""
        if ticket_id in self._pumping:
            return
        self._pumping.add(ticket_id)
        try:
            while self.is_ready:
                entry = next((e for e in self.outbox if e.ticket_id == ticket_id and not e.has_failed), None)
                if entry is None:
                    return
                delay = await self._deliver(entry)
                if delay:
                    await asyncio.sleep(delay)
        except Unanswered:
            pass  # goes on at the next `session`
        finally:
            self._pumping.discard(ticket_id)

    async def _deliver(self, entry: Entry) -> float:
        """Returns how long to wait before the next one."""
        self.ledger.retries += entry.attempts > 0
        entry.attempts += 1
        ask: dict[str, Any] = {"text": entry.text, "clientId": entry.client_id}
        event = "chat:message" if entry.ticket_id else "ticket:create"
        if entry.ticket_id:
            ask["ticketId"] = entry.ticket_id
        start = time.monotonic()
        answer = await self._ask(event, ask)
        self.ledger.ack_seconds.append(time.monotonic() - start)
        if answer["ok"]:
            self.ledger.acks += 1
            self.ledger.stored_seconds.append(time.monotonic() - entry.at)
            message = Message.on_the_wire(answer["message"])
            self.ledger.evidence.acked.append(message)
            if event == "ticket:create":
                self._opened(answer["ticket"])
            self._take([message])
            return 0
        error = answer["error"]
        if error["code"] in ("rate_limited", "unavailable"):
            return error.get("retryAfterMs", 500) / 1000
        if error["code"] != "closed":
            self._complain(f"{event} {ask} was answered {answer}")
        entry.has_failed = True
        return 0

    def _opened(self, ticket: dict[str, Any]) -> None:
        ticket_id = self.storage.ticket_id = ticket["ticketId"]
        for entry in self.outbox:
            entry.ticket_id = entry.ticket_id or ticket_id
        screen = self._screen(ticket_id)
        screen.is_loaded = screen.is_current = True  # `ticket:create` has joined
        self._learn(ticket)
        self._do(self._pump(ticket_id))

    async def _ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        wire = self._wire
        assert wire
        self.ledger.requests += 1
        try:
            return await wire.request(event, payload, ACK_PATIENCE)
        except Unanswered as error:
            if str(error) == "timeout":
                wire.end()
            raise

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            self._complain(f"broke: {task.exception()!r}")
