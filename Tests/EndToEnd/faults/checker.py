"""Decides whether the promises of delivery were kept: a pure function over what was stored and what was seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    ticket_id: str
    seq: int
    message_id: str
    sender_id: str
    text: str
    client_id: str | None

    @staticmethod
    def on_the_wire(message: dict[str, Any]) -> Message:
        return Message(
            message["ticketId"],
            message["seq"],
            message["messageId"],
            message["senderId"],
            message["text"],
            message.get("clientId"),
        )


@dataclass(frozen=True)
class Sighting:
    """A ticket as somebody was told of it, or as it is stored in the end."""

    ticket_id: str
    version: int
    last_seq: int
    is_closed: bool
    closed_at: str | None

    @staticmethod
    def on_the_wire(ticket: dict[str, Any]) -> Sighting:
        return Sighting(
            ticket["ticketId"],
            ticket["version"],
            ticket["lastSeq"],
            ticket["status"] == "closed",
            ticket.get("closedAt"),
        )


@dataclass(frozen=True)
class Written:
    """What a person wrote: a text that nobody wrote twice, under its clientId."""

    client_id: str
    sender_id: str
    text: str


@dataclass
class Evidence:
    #: From the file, in no order: messages, and each ticket as it stands.
    stored: list[Message] = field(default_factory=list)
    tickets: list[Sighting] = field(default_factory=list)
    #: From `chat:history`, by ticket.
    history: dict[str, list[Message]] = field(default_factory=dict)
    #: What each party has on its screen: (party, ticketId) to messages, in the order shown.
    screens: dict[tuple[str, str], list[Message]] = field(default_factory=dict)
    #: Each message of an ack with `ok`.
    acked: list[Message] = field(default_factory=list)
    #: Each message that anybody was told, by ack, event or page.
    told: set[Message] = field(default_factory=set)
    sightings: set[Sighting] = field(default_factory=set)
    written: dict[str, Written] = field(default_factory=dict)
    #: clientIds that their writer gave up, or still sees as refused.
    given_up: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    #: What was wrong at the moment it happened, in words.
    complaints: list[str] = field(default_factory=list)


def faults_in(evidence: Evidence) -> list[str]:
    """Every broken promise, in words; none if all were kept."""
    stored: dict[str, list[Message]] = defaultdict(list)
    for message in sorted(evidence.stored, key=lambda message: message.seq):
        stored[message.ticket_id].append(message)
    return [
        *evidence.complaints,
        *_lost(evidence),
        *_doubled(evidence),
        *_holes(evidence, stored),
        *_disagreements(evidence, stored),
        *_after_close(evidence),
    ]


def _lost(evidence: Evidence) -> Iterable[str]:
    by_id = {message.message_id: message for message in evidence.stored}
    for message in sorted(set(evidence.acked), key=lambda message: (message.ticket_id, message.seq)):
        found = by_id.get(message.message_id)
        if found is None:
            yield f"lost: acknowledged and not stored: {message}"
        elif found != message:
            yield f"changed: acknowledged as {message}, stored as {found}"
    for message in evidence.told - set(evidence.acked):
        if by_id.get(message.message_id) != message:
            yield f"told and not stored so: {message}"
    kept = {message.client_id for message in evidence.stored}
    for client_id, written in evidence.written.items():
        if client_id not in kept | evidence.given_up | evidence.refused:
            yield f"text lost: neither stored nor given up by its writer: {written}"


def _doubled(evidence: Evidence) -> Iterable[str]:
    keys = {
        "clientId": lambda message: message.client_id and (message.ticket_id, message.sender_id, message.client_id),
        "messageId": lambda message: message.message_id,
        "text": lambda message: message.text,
    }
    for name, key_of in keys.items():
        counted = Counter(filter(None, map(key_of, evidence.stored)))
        yield from (f"stored {count} times, by {name}: {key}" for key, count in counted.items() if count > 1)
    for message in evidence.stored:
        written = evidence.written.get(message.client_id or "")
        if (message.sender_id, message.text) != (written and (written.sender_id, written.text)):
            yield f"stored but not written so: {message}, written {written}"


def _holes(evidence: Evidence, stored: dict[str, list[Message]]) -> Iterable[str]:
    for ticket in evidence.tickets:
        seqs = [message.seq for message in stored[ticket.ticket_id]]
        if seqs != list(range(1, ticket.last_seq + 1)):
            yield f"hole: ticket {ticket.ticket_id} ends at {ticket.last_seq} and has {_short(seqs)}"
    for ticket_id in stored.keys() - {ticket.ticket_id for ticket in evidence.tickets}:
        yield f"messages without a ticket: {ticket_id}"


def _disagreements(evidence: Evidence, stored: dict[str, list[Message]]) -> Iterable[str]:
    lists = {("chat:history", ticket_id): messages for ticket_id, messages in evidence.history.items()}
    for (party, ticket_id), messages in (lists | evidence.screens).items():
        truth = stored.get(ticket_id, [])
        if messages != truth:
            at = next((i for i, (a, b) in enumerate(zip(messages, truth)) if a != b), min(len(messages), len(truth)))
            yield (
                f"order: {party} has {len(messages)} messages of ticket {ticket_id}, stored are {len(truth)}; "
                f"the first difference is at place {at + 1}: {messages[at:at + 1]} for {truth[at:at + 1]}"
            )


def _after_close(evidence: Evidence) -> Iterable[str]:
    """Each change raises the version by one; so a closed ticket whose last seq moves took a message."""
    by_ticket: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in evidence.sightings | set(evidence.tickets):
        by_ticket[sighting.ticket_id].append(sighting)
    for sightings in by_ticket.values():
        sightings.sort(key=lambda sighting: (sighting.version, sighting.last_seq))
        for before, after in zip(sightings, sightings[1:]):
            steps, growth = after.version - before.version, after.last_seq - before.last_seq
            if steps == 0 or not 0 <= growth <= steps:
                yield f"version: {before} cannot become {after}"
            is_still_closed = after.is_closed and after.closed_at == before.closed_at
            # A reopening is a step of its own.
            if before.is_closed and growth > (0 if is_still_closed else steps - 1):
                yield f"after close: a message came between {before} and {after}"


def _short(seqs: list[int]) -> str:
    return str(seqs) if len(seqs) <= 12 else f"{seqs[:6]} ... {seqs[-6:]}, {len(seqs)} in all"
