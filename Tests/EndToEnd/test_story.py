"""The main job, told by a client nobody here wrote, over each transport."""

from __future__ import annotations

import re

import pytest

from conftest import Agent, Room
from peer import POLLING, UPGRADE, WEBSOCKET, unique
from server import Server

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING, UPGRADE], ids=["websocket", "polling", "upgrade"])
async def test_a_guest_is_helped_and_the_ticket_closed(
    room: Room, server: Server, ada: Agent, transports: tuple[str, ...]
) -> None:
    agent = await room.agent(ada, transports)
    assert agent.session["userId"] == ada.agent_id
    assert agent.session["role"] == "agent"
    assert agent.session["name"] == "Ada Lovelace"
    assert "guestToken" not in agent.session
    assert TIME.fullmatch(agent.session["expiresAt"]) and TIME.fullmatch(agent.session["serverTime"])

    guest = await room.guest(transports)
    assert guest.session["role"] == "guest"
    assert guest.session["guestToken"]
    assert "expiresAt" not in guest.session
    assert TIME.fullmatch(guest.session["serverTime"])

    # The guest writes; the agent sees the ticket appear.
    subject, question, client_id = unique("subject"), unique("secret-question"), unique("c")
    created = await guest.does("ticket:create", {"subject": subject, "text": question, "clientId": client_id})
    ticket, first = created["ticket"], created["message"]
    ticket_id = ticket["ticketId"]
    assert ticket["customerId"] == guest.user_id
    assert ticket["subject"] == subject
    assert ticket["status"] == "open"
    assert ticket["verified"] is False
    assert isinstance(ticket["number"], int) and isinstance(ticket["version"], int)
    assert ticket["lastSeq"] == 1 and ticket["lastText"] == question
    assert TIME.fullmatch(ticket["createdAt"]) and TIME.fullmatch(ticket["lastMessageAt"])
    assert "closedAt" not in ticket or ticket["closedAt"] is None
    assert first == first | {
        "ticketId": ticket_id,
        "seq": 1,
        "senderId": guest.user_id,
        "senderRole": "guest",
        "text": question,
        "clientId": client_id,
    }
    assert first["messageId"] and TIME.fullmatch(first["timestamp"])
    appeared = await agent.hears("ticket:created", lambda p: p["ticket"]["ticketId"] == ticket_id)
    assert appeared["ticket"]["subject"] == subject
    assert "unread" not in appeared["ticket"], "unread belongs into acks only"

    # The agent joins and replies; both hear the reply, the sender included.
    joined = await agent.does("ticket:join", {"ticketId": ticket_id})
    assert [m["text"] for m in joined["messages"]] == [question]
    assert joined["hasMore"] is False and joined["ticket"]["ticketId"] == ticket_id
    answer = await agent.say(ticket_id, unique("secret-answer"), clientId=unique("c"))
    assert (answer["seq"], answer["senderRole"], answer["senderName"]) == (2, "agent", "Ada Lovelace")
    for peer in (guest, agent):
        assert await peer.hears("chat:message", lambda m: m["messageId"] == answer["messageId"]) == answer

    # Typing and reading go to the others of the room.
    await guest.does("chat:typing", {"ticketId": ticket_id, "typing": True})
    typing = await agent.hears("chat:typing", lambda p: p["ticketId"] == ticket_id)
    assert (typing["userId"], typing["role"], typing["typing"]) == (guest.user_id, "guest", True)
    await agent.does("chat:typing", {"ticketId": ticket_id, "typing": True})
    typing = await guest.hears("chat:typing", lambda p: p["ticketId"] == ticket_id)
    assert (typing["role"], typing["name"]) == ("agent", "Ada Lovelace")
    await guest.does("chat:read", {"ticketId": ticket_id, "seq": 2})
    read = await agent.hears("chat:read", lambda p: p["ticketId"] == ticket_id)
    assert (read["userId"], read["role"], read["seq"]) == (guest.user_id, "guest", 2)

    thanks = await guest.say(ticket_id, unique("secret-thanks"))
    await guest.hears("chat:message", lambda m: m["messageId"] == thanks["messageId"])
    assert not guest.heard("chat:read"), "one's own reading does not come back"
    assert thanks["seq"] == 3
    await agent.hears("chat:message", lambda m: m["messageId"] == thanks["messageId"])

    # The agent closes; the guest is told and can no longer write.
    closed = await agent.does("ticket:close", {"ticketId": ticket_id})
    assert closed["ticket"]["status"] == "closed" and TIME.fullmatch(closed["ticket"]["closedAt"])
    for peer in (guest, agent):
        told = await peer.hears("ticket:closed", lambda p: p["ticketId"] == ticket_id)
        assert told["closedBy"] == {"userId": ada.agent_id, "role": "agent", "name": "Ada Lovelace"}
        assert told["ticket"]["status"] == "closed" and told["closedAt"] == told["ticket"]["closedAt"]
    for peer in (guest, agent):
        assert await peer.fails("chat:message", {"ticketId": ticket_id, "text": "late"}) == "closed"
    again = await agent.does("ticket:close", {"ticketId": ticket_id})
    assert again["ticket"]["closedAt"] == closed["ticket"]["closedAt"], "closing twice changes nothing"

    # The archive: listed by status, readable, reopenable.
    listed = await agent.does("ticket:list", {"status": "closed", "limit": 100})
    assert ticket_id in [t["ticketId"] for t in listed["tickets"]]
    history = await agent.does("chat:history", {"ticketId": ticket_id})
    assert [m["seq"] for m in history["messages"]] == [1, 2, 3]
    assert history["ticket"]["reads"]["guest"] >= 2
    reopened = await agent.does("ticket:reopen", {"ticketId": ticket_id})
    assert reopened["ticket"]["status"] == "open"
    await guest.hears("ticket:updated", lambda p: p["ticket"]["ticketId"] == ticket_id and p["ticket"]["status"] == "open")
    assert (await guest.say(ticket_id, unique("secret-again")))["seq"] == 4

    # Nothing said, and no secret, is in the log.
    log = server.log_text()
    for secret in ("secret-question", "secret-answer", "secret-thanks", guest.guest_token, ada.cookie, ada.password):
        assert secret and secret not in log


async def test_a_guest_keeps_identity_and_conversation_over_reconnects(room: Room, ada: Agent) -> None:
    first = await room.guest()
    ticket = await first.opens(unique("hello"))
    assert first.guest_token
    await first.close()

    second = await room.guest(POLLING, token=first.guest_token)
    assert second.user_id == first.user_id
    assert second.guest_token in (None, first.guest_token)
    joined = await second.does("ticket:join", {"ticketId": ticket["ticketId"]})
    assert [m["senderId"] for m in joined["messages"]] == [first.user_id]

    forged = await room.guest(token=first.guest_token[:-1] + ("A" if first.guest_token[-1] != "A" else "B"))
    assert forged.session["role"] == "guest"
    assert forged.user_id != first.user_id and forged.guest_token, "a forged token gets a new guest"
    public = await room.guest(token=first.user_id)
    assert public.user_id != first.user_id, "the public guestId is no proof"


async def test_messages_missed_while_away_are_fetched_by_seq(room: Room, ada: Agent) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    await guest.close()
    agent = await room.agent(ada)
    await agent.does("ticket:join", {"ticketId": ticket_id})
    for number in range(3):
        await agent.say(ticket_id, f"missed {number}")
    await agent.does("ticket:close", {"ticketId": ticket_id})

    back = await room.guest(token=guest.guest_token)
    caught_up = await back.does("ticket:join", {"ticketId": ticket_id, "afterSeq": 1})
    assert [m["seq"] for m in caught_up["messages"]] == [2, 3, 4]
    assert caught_up["hasMore"] is False
    assert caught_up["ticket"]["status"] == "closed", "the state comes along"
