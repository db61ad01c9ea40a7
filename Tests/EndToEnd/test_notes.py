"""What agents write to each other, and that guests hear nothing of it in any form."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

from conftest import Agent, Room, hire
from peer import Peer, unique
from server import Server


async def test_notes_reach_the_other_agents_in_the_ticket(room: Room, ada: Agent, ben: Agent) -> None:
    guest, one, other = await room.guest(), await room.agent(ada), await room.agent(ben)
    ticket = (await guest.opens("hello"))["ticketId"]
    await one.does("ticket:join", {"ticketId": ticket})
    await other.does("ticket:join", {"ticketId": ticket})
    text = unique("Careful")
    note = (await one.does("note:add", {"ticketId": ticket, "text": text, "clientId": "n1"}))["note"]
    assert (note["noteSeq"], note["afterSeq"], note["authorName"], note["text"]) == (1, 1, "Ada Lovelace", text)
    assert (await other.hears("note:added", lambda e: e["note"]["noteId"] == note["noteId"]))["note"] == note
    assert (await one.does("note:add", {"ticketId": ticket, "text": "again", "clientId": "n1"}))["note"] == note
    assert (await other.does("note:list", {"ticketId": ticket}))["notes"] == [note]
    assert (await other.does("note:list", {"ticketId": ticket, "afterNoteSeq": 1}))["notes"] == []
    assert await other.fails("note:list", {"ticketId": ticket, "afterNoteSeq": -1}, field="afterNoteSeq") == "invalid"

    await one.does("ticket:viewing", {"ticketId": ticket, "state": "noting"})
    seen = await other.hears("ticket:viewing", lambda e: e["ticketId"] == ticket)
    assert seen == {"ticketId": ticket, "userId": ada.agent_id, "name": "Ada Lovelace", "state": "noting"}
    late = await room.agent(ben)
    await late.does("ticket:join", {"ticketId": ticket})
    await late.hears("ticket:viewing", lambda e: e["userId"] == ada.agent_id and e["state"] == "noting")
    await one.close()
    await late.hears("ticket:viewing", lambda e: e["userId"] == ada.agent_id and e["state"] == "none")


async def story(room: Room, server: Server, ada: Agent, ben: Agent, beside: bool) -> list[str]:
    """The same conversation, with or without what agents do among themselves; returns what the guest heard."""
    guest, one, other = await room.guest(), await room.agent(ada), await room.agent(ben)
    ticket = (await guest.opens("hello"))["ticketId"]
    join = await one.does("ticket:join", {"ticketId": ticket})
    assert join["ok"]
    await other.does("ticket:join", {"ticketId": ticket})

    async def aside(text: str) -> None:
        if not beside:
            return
        await one.does("ticket:viewing", {"ticketId": ticket, "state": "noting"})
        await one.does("note:add", {"ticketId": ticket, "text": text})
        await other.does("ticket:search", {"query": "hello"})
        await other.does("note:list", {"ticketId": ticket})

    acks: list[dict] = []
    await aside("first")
    await one.does("chat:message", {"ticketId": ticket, "text": "good morning"})
    await guest.hears("chat:message", lambda m: m["text"] == "good morning")
    await aside("second")
    acks.append(await guest.does("chat:message", {"ticketId": ticket, "text": "thanks"}))
    acks.append(await guest.does("chat:history", {"ticketId": ticket}))
    await aside("third")
    acks.append(await guest.does("ticket:mine", {}))
    await one.does("ticket:close", {"ticketId": ticket})
    await guest.hears("ticket:closed", lambda e: e["ticketId"] == ticket)
    await aside("fourth")
    acks.append(await guest.does("ticket:join", {"ticketId": ticket, "afterSeq": 0}))
    heard = [repr((entry.event, entry.payload)) for entry in guest.events] + [repr(ack) for ack in acks]
    for peer in (guest, one, other):
        await peer.close()
    return [plain(line) for line in heard]


def plain(line: str) -> str:
    """Without what differs from one conversation to the next anyway: ids, tokens and times."""
    line = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", line)
    line = re.sub(r"v1\.[\w.-]+", "TOKEN", line)
    line = re.sub(r"'number': \d+", "'number': N", line)
    return re.sub(r"'[\w-]{20,}'", "ID", line)


async def test_a_guest_hears_the_same_with_and_without_notes(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    ada, ben = await hire(server, "ada", "Ada"), await hire(server, "ben", "Ben")
    room = Room(server)
    # The first time, agents come online in between.
    await story(room, server, ada, ben, beside=False)
    without = await story(room, server, ada, ben, beside=False)
    with_notes = await story(room, server, ada, ben, beside=True)
    assert len(without) > 6
    assert with_notes == without
    await room.leave()
    assert await server.stop() == 0


async def test_guests_say_who_they_are_see_their_tickets_and_end_them(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    # Before there is a ticket, it waits for it.
    assert (await guest.does("guest:update", {"name": "Zoe"})) | {"ok": 1} == {"ok": 1, "name": "Zoe", "email": None}
    created = await guest.does("ticket:create", {"text": "hello"})
    ticket = created["ticket"]
    assert ticket["customerName"] == created["message"]["senderName"] == "Zoe"
    assert await guest.fails("guest:update", {"email": "nowhere"}, field="email") == "invalid"
    done = await guest.does("guest:update", {"email": "zoe@example.com"})
    assert (done["name"], done["email"]) == ("Zoe", "zoe@example.com")
    changed = await agent.hears("ticket:updated", lambda e: e["ticket"]["ticketId"] == ticket["ticketId"])
    assert changed["ticket"]["customerEmail"] == "zoe@example.com"
    assert (await guest.does("guest:update", {"email": None}))["email"] is None
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await guest.emit("chat:typing", {"ticketId": ticket["ticketId"], "typing": True})
    assert (await agent.hears("chat:typing"))["name"] == "Zoe"
    said = (await guest.does("chat:message", {"ticketId": ticket["ticketId"], "text": "it is me"}))["message"]
    assert said["senderName"] == "Zoe"
    ended = (await guest.does("ticket:end", {"ticketId": ticket["ticketId"]}))["ticket"]
    assert (ended["status"], ended["closedBy"]["role"]) == ("closed", "guest")
    closed = await agent.hears("ticket:closed", lambda e: e["ticketId"] == ticket["ticketId"])
    assert closed["closedBy"]["name"] == "Zoe"
    mine = await guest.does("ticket:mine", {})
    assert [t["ticketId"] for t in mine["tickets"]] == [ticket["ticketId"]]


async def test_agents_find_what_was_written(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    word = unique("Quokka")
    ticket = (await guest.opens(f"my {word} is \u00e9xcellent"))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket})
    await agent.does("note:add", {"ticketId": ticket, "text": f"about the {word}"})
    hits = await finds(agent, word, 2)
    assert [("noteSeq" in hit, hit.get("seq")) for hit in hits] in ([(True, None), (False, 1)], [(False, 1), (True, None)])
    hit = (await finds(agent, f"{word} excel", 1))[0]
    units = hit["excerpt"].encode("utf-16-le")
    marked = [units[a * 2 : b * 2].decode("utf-16-le") for a, b in hit["ranges"]]
    assert marked[-1] == "\u00e9xcellent"
    for payload, field in (({}, "query"), ({"query": "!"}, "query"), ({"query": "x", "status": "odd"}, "status")):
        assert await agent.fails("ticket:search", payload, field=field) == "invalid"


async def finds(agent: Peer, query: str, count: int) -> list[dict]:
    deadline = time.monotonic() + 10
    while True:
        hits = (await agent.does("ticket:search", {"query": query}))["hits"]
        if len(hits) >= count or time.monotonic() > deadline:
            assert len(hits) == count, hits
            return hits
        await asyncio.sleep(0.05)
