"""The rules of tickets and messages, and what bad input gets."""

from __future__ import annotations

import asyncio

import pytest

from conftest import Agent, Room
from peer import Peer, unique

MISSING = "no-such-ticket-0000000000"

#: A server may wait some seconds before it says that somebody left, so that a reload does not flicker.
GRACE = 25.0


@pytest.mark.parametrize(
    "event, payload",
    [
        ("ticket:list", {}),
        ("ticket:close", {"ticketId": MISSING}),
        ("ticket:reopen", {"ticketId": MISSING}),
        ("ticket:assign", {"ticketId": MISSING, "agentId": None}),
    ],
)
async def test_an_agents_event_from_a_guest_is_forbidden(room: Room, event: str, payload: dict) -> None:
    guest = await room.guest()
    assert await guest.fails(event, payload) == "forbidden"


async def test_a_guest_may_not_close_or_assign_even_the_own_ticket(room: Room, ada: Agent) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("mine")))["ticketId"]
    assert await guest.fails("ticket:close", {"ticketId": ticket_id}) == "forbidden"
    assert await guest.fails("ticket:assign", {"ticketId": ticket_id, "agentId": ada.agent_id}) == "forbidden"
    assert (await guest.does("chat:history", {"ticketId": ticket_id}))["ticket"]["status"] == "open"


async def test_only_guests_create_tickets(room: Room, ada: Agent) -> None:
    agent = await room.agent(ada)
    assert await agent.fails("ticket:create", {"subject": "x"}) == "forbidden"


async def test_the_sender_comes_from_the_connection_never_from_the_payload(room: Room, ada: Agent) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    claimed = {"senderId": ada.agent_id, "senderRole": "agent", "senderName": "Ada", "role": "admin", "seq": 99}
    message = await guest.say(ticket_id, "who am I", **claimed)
    assert (message["senderId"], message["senderRole"], message["seq"]) == (guest.user_id, "guest", 2)


@pytest.mark.parametrize(
    "event, more",
    [
        ("ticket:join", {}),
        ("chat:message", {"text": "hello"}),
        ("chat:history", {}),
        ("chat:typing", {"typing": True}),
        ("chat:read", {"seq": 1}),
    ],
)
async def test_somebody_elses_ticket_is_not_found(room: Room, event: str, more: dict) -> None:
    owner, stranger = await room.guest(), await room.guest()
    ticket_id = (await owner.opens(unique("private")))["ticketId"]
    foreign = await stranger.call(event, {"ticketId": ticket_id, **more})
    missing = await stranger.call(event, {"ticketId": ticket_id[::-1], **more})
    assert foreign == missing and foreign["error"]["code"] == "not_found"


async def test_a_missing_ticket_is_not_found_for_agents(room: Room, ada: Agent) -> None:
    agent = await room.agent(ada)
    for event, more in [
        ("ticket:join", {}),
        ("ticket:close", {}),
        ("ticket:reopen", {}),
        ("ticket:assign", {"agentId": None}),
        ("chat:message", {"text": "x"}),
        ("chat:history", {}),
    ]:
        assert await agent.fails(event, {"ticketId": MISSING, **more}) == "not_found", event


async def test_invalid_input_names_its_field(room: Room, ada: Agent) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    here = {"ticketId": ticket_id}
    for event, payload, field in [
        ("chat:message", here, "text"),
        ("chat:message", here | {"text": ""}, "text"),
        ("chat:message", here | {"text": "x" * 4001}, "text"),
        ("chat:message", here | {"text": 42}, "text"),
        ("chat:message", here | {"text": None}, "text"),
        ("chat:message", here | {"text": ["x"]}, "text"),
        ("chat:message", here | {"text": {"toString": "x"}}, "text"),
        ("chat:message", here | {"text": "x", "clientId": ""}, "clientId"),
        ("chat:message", here | {"text": "x", "clientId": "c" * 65}, "clientId"),
        ("chat:message", here | {"text": "x", "clientId": 7}, "clientId"),
        ("chat:message", {"text": "x"}, "ticketId"),
        ("chat:message", {"text": "x", "ticketId": 7}, "ticketId"),
        ("chat:message", {"text": "x", "ticketId": {"$ne": ""}}, "ticketId"),
        ("chat:history", here | {"limit": 0}, "limit"),
        ("chat:history", here | {"limit": 201}, "limit"),
        ("chat:history", here | {"limit": -1}, "limit"),
        ("chat:history", here | {"limit": 1.5}, "limit"),
        ("chat:history", here | {"limit": "10"}, "limit"),
        ("chat:history", here | {"afterSeq": "1"}, "afterSeq"),
        ("chat:history", here | {"beforeSeq": True}, "beforeSeq"),
        ("chat:history", here | {"afterSeq": 1, "beforeSeq": 3}, None),
        ("chat:typing", here | {"typing": "yes"}, "typing"),
        ("chat:read", here | {"seq": "1"}, "seq"),
        ("chat:read", here, "seq"),
        ("ticket:create", {"subject": "s" * 201}, "subject"),
        ("ticket:create", {"subject": 3}, "subject"),
        ("ticket:create", {"text": "x" * 4001}, "text"),
        ("ticket:join", {}, "ticketId"),
        ("ticket:join", here | {"afterSeq": []}, "afterSeq"),
    ]:
        assert await guest.fails(event, payload, field) == "invalid", (event, payload)
    for payload in ("text", 3, None, [], [here]):
        ack = await guest._sio.call("chat:message", payload, timeout=5)
        assert ack["ok"] is False and ack["error"]["code"] == "invalid", payload
    ack = await guest._sio.call("chat:message", (), timeout=5)
    assert ack["ok"] is False and ack["error"]["code"] == "invalid", "no argument at all"

    agent = await room.agent(ada)
    for payload, field in [
        ({"status": "lost"}, "status"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"cursor": "not a cursor"}, "cursor"),
        ({"assignee": 4}, "assignee"),
    ]:
        assert await agent.fails("ticket:list", payload, field) == "invalid", payload
    assert await agent.fails("ticket:assign", here | {"agentId": 5}, "agentId") == "invalid"
    assert await agent.fails("ticket:assign", here | {"agentId": None, "ifVersion": "1"}, "ifVersion") == "invalid"

    # None of it was stored, and the connection still serves.
    assert (await guest.does("chat:history", here))["ticket"]["lastSeq"] == 1


async def test_texts_up_to_the_bound_come_back_as_they_were(room: Room) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    texts = [
        "x" * 4000,
        "ü" * 4000,
        'quotes " and \\ and / and </script><b>&amp;',
        "line\nbreak\ttab \u2028 \u2029",
        "emoji 👩‍👩‍👧‍👦 and النص العربي and 日本語",
        '42["chat:message"]',
        "{\"_placeholder\":true,\"num\":0}",
    ]
    for text in texts:
        assert (await guest.say(ticket_id, text))["text"] == text
    stored = await guest.does("chat:history", {"ticketId": ticket_id, "afterSeq": 1})
    assert [m["text"] for m in stored["messages"]] == texts
    assert (await guest.say(ticket_id, "a\u0001b\r\nc"))["text"] == "ab\nc", "no control characters, one kind of line end"


async def test_a_retry_is_stored_and_sent_once(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket_id})
    client_id = unique("retry")
    first = await guest.say(ticket_id, "once", clientId=client_id)
    retries = await asyncio.gather(*(guest.say(ticket_id, "once", clientId=client_id) for _ in range(3)))
    other = await guest.say(ticket_id, "another text", clientId=client_id)
    assert all(message == first for message in [*retries, other])
    mine = await agent.say(ticket_id, "mine", clientId=client_id)
    assert mine["seq"] == 3, "the same clientId of another sender is another message"
    await agent.hears("chat:message", lambda m: m["messageId"] == mine["messageId"])
    assert len(agent.heard("chat:message", lambda m: m["messageId"] == first["messageId"])) == 1
    await agent.does("ticket:close", {"ticketId": ticket_id})
    assert await guest.say(ticket_id, "once", clientId=client_id) == first, "also after the close"


async def test_creating_a_ticket_twice_with_one_client_id_gives_one_ticket(room: Room) -> None:
    guest = await room.guest()
    payload = {"subject": "twice", "text": "hello", "clientId": unique("create")}
    first, second = await guest.does("ticket:create", payload), await guest.does("ticket:create", payload)
    assert first["ticket"]["ticketId"] == second["ticket"]["ticketId"]
    assert second["message"]["messageId"] == first["message"]["messageId"]
    assert second["ticket"]["lastSeq"] == 1


async def test_events_without_an_ack_are_done_all_the_same(room: Room) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    text = unique("silent")
    await guest.emit("chat:message", {"ticketId": ticket_id, "text": text})
    await guest.hears("chat:message", lambda m: m["text"] == text)


async def test_history_has_exclusive_bounds_and_says_whether_there_is_more(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket_id = (await guest.opens(unique("one")))["ticketId"]
    await asyncio.gather(*(agent.say(ticket_id, f"message {number}") for number in range(59)))

    async def seqs(**bounds: int) -> tuple[list[int], bool]:
        page = await guest.does("chat:history", {"ticketId": ticket_id, **bounds})
        assert page["ticket"]["lastSeq"] == 60
        return [m["seq"] for m in page["messages"]], page["hasMore"]

    assert await seqs() == (list(range(11, 61)), True), "the newest 50, ascending"
    assert await seqs(limit=60) == (list(range(1, 61)), False)
    assert await seqs(limit=200) == (list(range(1, 61)), False)
    assert await seqs(afterSeq=0, limit=3) == ([1, 2, 3], True)
    assert await seqs(afterSeq=57) == ([58, 59, 60], False)
    assert await seqs(afterSeq=57, limit=3) == ([58, 59, 60], False)
    assert await seqs(afterSeq=60) == ([], False)
    assert await seqs(afterSeq=1000) == ([], False)
    assert await seqs(beforeSeq=4) == ([1, 2, 3], False)
    assert await seqs(beforeSeq=4, limit=2) == ([2, 3], True)
    assert await seqs(beforeSeq=1) == ([], False)
    joined = await agent.does("ticket:join", {"ticketId": ticket_id, "afterSeq": 58})
    assert [m["seq"] for m in joined["messages"]] == [59, 60]


async def test_all_hear_messages_in_one_order_without_a_hole(room: Room, ada: Agent, ben: Agent) -> None:
    guest, first, second = await room.guest(), await room.agent(ada), await room.agent(ben)
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    for agent in (first, second):
        await agent.does("ticket:join", {"ticketId": ticket_id})
    await asyncio.gather(*(peer.say(ticket_id, f"{n}") for n in range(8) for peer in (guest, first, second)))
    for peer in (guest, first, second):
        await peer.hears("chat:message", lambda m: m["seq"] == 25)
        heard = [m["seq"] for m in peer.heard("chat:message") if m["ticketId"] == ticket_id and m["seq"] > 1]
        assert heard == list(range(2, 26))


async def test_reading_moves_forward_only_and_not_past_the_end(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket_id = (await guest.opens(unique("one")))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket_id})
    for text in ("two", "three"):
        await guest.say(ticket_id, text)

    async def agents_read() -> int:
        return (await guest.does("chat:history", {"ticketId": ticket_id}))["ticket"]["reads"]["agents"]

    await agent.does("chat:read", {"ticketId": ticket_id, "seq": 2})
    assert (await guest.hears("chat:read", lambda p: p["ticketId"] == ticket_id))["seq"] == 2
    assert await agents_read() == 2
    await agent.does("chat:read", {"ticketId": ticket_id, "seq": 1})
    assert await agents_read() == 2
    await agent.does("chat:read", {"ticketId": ticket_id, "seq": 1000})
    assert (await guest.hears("chat:read", lambda p: p["seq"] > 2))["seq"] == 3
    assert await agents_read() == 3


async def test_reading_is_told_to_the_rooms_other_sockets_only(room: Room, ada: Agent) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    reader, second = await room.agent(ada), await room.agent(ada)
    for agent in (reader, second):
        await agent.does("ticket:join", {"ticketId": ticket_id})
    await reader.does("chat:read", {"ticketId": ticket_id, "seq": 1})
    for peer in (second, guest):
        read = await peer.hears("chat:read", lambda p: p["ticketId"] == ticket_id)
        assert (read["userId"], read["seq"]) == (ada.agent_id, 1), "the reader's other sockets are others"
    # Whatever was sent to the room before this message is there when the message is.
    last = await guest.say(ticket_id, unique("later"))
    await reader.hears("chat:message", lambda m: m["messageId"] == last["messageId"])
    assert not reader.heard("chat:read"), "the socket that read hears nothing of it"


async def test_a_page_of_history_ends_where_texts_get_long(room: Room) -> None:
    guest = await room.guest()
    ticket_id = (await guest.opens())["ticketId"]
    text = "\N{DOVE OF PEACE}" * 4000
    size = len(text.encode())
    sent = [(await guest.say(ticket_id, text, clientId=unique("c")))["seq"] for _ in range(30)]
    joined = await guest.does("ticket:join", {"ticketId": ticket_id})
    seqs = [m["seq"] for m in joined["messages"]]
    assert joined["hasMore"] is True and seqs == sent[-len(seqs):], "the newest that fit"
    assert size * len(seqs) <= 256 * 1024 < size * (len(seqs) + 1)
    caught_up: list[int] = []
    while True:
        page = await guest.does(
            "ticket:join", {"ticketId": ticket_id, "afterSeq": caught_up[-1] if caught_up else 0}
        )
        caught_up += [m["seq"] for m in page["messages"]]
        if not page["hasMore"]:
            break
    assert caught_up == sent


async def test_assigning_tells_everybody_and_refuses_an_old_version(room: Room, ada: Agent, ben: Agent) -> None:
    guest, first, second = await room.guest(), await room.agent(ada), await room.agent(ben)
    ticket = await guest.opens(unique("hello"))
    ticket_id = ticket["ticketId"]
    assert ticket.get("assigneeId") is None
    assigned = (
        await first.does(
            "ticket:assign", {"ticketId": ticket_id, "agentId": ada.agent_id, "ifVersion": ticket["version"]}
        )
    )["ticket"]
    assert assigned["assigneeId"] == ada.agent_id and assigned["version"] > ticket["version"]
    assert assigned["assigneeName"] == ada.name
    for peer in (guest, first, second):
        await peer.hears(
            "ticket:updated",
            lambda p: p["ticket"]["ticketId"] == ticket_id and p["ticket"].get("assigneeName") == ada.name,
        )
    old = {"ticketId": ticket_id, "agentId": ben.agent_id, "ifVersion": ticket["version"]}
    assert await second.fails("ticket:assign", old) == "conflict"
    assert await second.fails("ticket:assign", {"ticketId": ticket_id, "agentId": "nobody"}) in ("invalid", "not_found")
    taken = await second.does("ticket:assign", {"ticketId": ticket_id, "agentId": ben.agent_id})
    assert taken["ticket"]["assigneeId"] == ben.agent_id
    freed = await second.does("ticket:assign", {"ticketId": ticket_id, "agentId": None})
    assert "assigneeId" not in freed["ticket"] and "assigneeName" not in freed["ticket"]


async def test_lists_count_filter_and_page(room: Room, ada: Agent, ben: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    before = (await agent.does("ticket:list"))["counts"]
    assert set(before) == {"mine", "unassigned", "open", "closed"}
    mine, free, done = [(await guest.opens(unique("hello")))["ticketId"] for _ in range(3)]
    await agent.does("ticket:assign", {"ticketId": mine, "agentId": ada.agent_id})
    await agent.does("ticket:close", {"ticketId": done})

    async def ids(**query: object) -> list[str]:
        found: list[str] = []
        cursor: dict[str, object] = {}
        for _ in range(100):
            page = await agent.does("ticket:list", {"limit": 2, **query, **cursor})
            assert len(page["tickets"]) <= 2
            found += [t["ticketId"] for t in page["tickets"]]
            if page.get("next") is None:
                return found
            cursor = {"cursor": page["next"]}
        raise AssertionError("the pages never end")

    after = (await agent.does("ticket:list"))["counts"]
    grown = {key: after[key] - before[key] for key in before}
    assert grown == {"mine": 1, "unassigned": 1, "open": 2, "closed": 1}

    by_default = await ids()
    assert len(set(by_default)) == len(by_default), "no ticket on two pages"
    assert {mine, free} <= set(by_default) and done not in by_default, "the default is all open ones"
    assert len(by_default) == after["open"]
    assert await ids(status="open") == by_default
    assert done in await ids(status="closed") and mine not in await ids(status="closed")
    assert {mine, free, done} <= set(await ids(status="all"))
    assert mine in await ids(assignee="me") and free not in await ids(assignee="me")
    assert free in await ids(assignee="none") and mine not in await ids(assignee="none")
    assert await ids(assignee=ada.agent_id) == await ids(assignee="me")
    assert mine not in await ids(assignee=ben.agent_id)

    await guest.say(mine, "up again")
    assert (await ids())[0] == mine, "newest activity first"


async def test_leaving_a_room_stops_its_messages_and_nothing_else(room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket_id = (await guest.opens(unique("hello")))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket_id})
    left = agent.mark()
    await agent.does("room:leave", {"ticketId": ticket_id})
    said = await guest.say(ticket_id, unique("behind your back"))
    # The agent is outside now and hears of it as activity, which comes after the message would have.
    await agent.hears("ticket:activity", lambda p: p["ticketId"] == ticket_id and p["lastSeq"] == said["seq"], left)
    assert not agent.heard("chat:message", since=left)
    assert (await agent.does("chat:history", {"ticketId": ticket_id}))["ticket"]["status"] == "open"
    await agent.say(ticket_id, "sending does not join")
    await guest.hears("chat:message", lambda m: m["text"] == "sending does not join")
    again = await guest.say(ticket_id, unique("still outside"))
    await agent.hears("ticket:activity", lambda p: p["ticketId"] == ticket_id and p["lastSeq"] == again["seq"], left)
    assert not agent.heard("chat:message", since=left)


async def test_activity_reaches_agents_outside_the_room_and_is_coalesced(room: Room, ada: Agent, ben: Agent) -> None:
    guest, inside, outside = await room.guest(), await room.agent(ada), await room.agent(ben)
    ticket_id = (await guest.opens(unique("one")))["ticketId"]
    await inside.does("ticket:join", {"ticketId": ticket_id})
    since = outside.mark()
    said = await asyncio.gather(*(guest.say(ticket_id, unique("quick")) for _ in range(12)))
    last = max(said, key=lambda m: m["seq"])
    newest = await outside.hears(
        "ticket:activity", lambda p: p["ticketId"] == ticket_id and p["lastSeq"] == last["seq"], since
    )
    assert newest["lastText"] == last["text"] and newest["senderRole"] == "guest"
    assert newest["lastMessageAt"] == last["timestamp"] and isinstance(newest["version"], int)
    came = [h.at for h in outside.events[since:] if h.event == "ticket:activity" and h.payload["ticketId"] == ticket_id]
    # 250 ms apart as sent; a little less as heard.
    assert all(later - earlier > 0.15 for earlier, later in zip(came, came[1:])), came
    assert not outside.heard("chat:message"), "messages go to the room only"
    assert not inside.heard("ticket:activity", lambda p: p["ticketId"] == ticket_id and p["lastSeq"] > 1)


async def test_guests_hear_nothing_of_each_other(room: Room, ada: Agent) -> None:
    owner, stranger = await room.guest(), await room.guest()
    ticket_id = (await owner.opens(unique("private")))["ticketId"]
    agent = await room.agent(ada)
    await stranger.call("ticket:join", {"ticketId": ticket_id})
    await agent.say(ticket_id, "only for one")
    await agent.does("ticket:close", {"ticketId": ticket_id})
    await owner.hears("ticket:closed", lambda p: p["ticketId"] == ticket_id)
    # A round trip of the stranger's own comes after all that was sent to it before.
    await stranger.opens(unique("own"))
    wrong = [h for h in stranger.events if ticket_id in str(h.payload) or h.event in ("ticket:created", "ticket:activity")]
    assert not wrong


@pytest.mark.timeout(100)
async def test_presence(room: Room, ada: Agent, ben: Agent) -> None:
    first = await room.agent(ada)
    guest = await room.guest()
    assert await guest.hears("presence", lambda p: p["online"]) == {"role": "agent", "online": True}
    await guest.opens(unique("hello"))
    await first.hears("presence", lambda p: p.get("userId") == guest.user_id and p["online"] and p["role"] == "guest")

    second = await room.agent(ben)
    await first.hears("presence", lambda p: p.get("userId") == ben.agent_id and p["online"])
    # The state of now follows `session` for somebody who comes later.
    await second.hears("presence", lambda p: p.get("userId") == guest.user_id and p["online"])
    await second.hears("presence", lambda p: p.get("userId") == ada.agent_id and p["online"])

    async def goes(peer: Peer, watcher: Peer) -> None:
        user_id = peer.user_id
        since = watcher.mark()
        await peer.close()
        await watcher.hears(
            "presence", lambda p: p.get("userId") == user_id and p["online"] is False, since, within=GRACE
        )

    await goes(second, first)
    await goes(guest, first)
    late = await room.guest()
    since = late.mark()
    await first.close()
    assert await late.hears("presence", lambda p: not p["online"], since, within=GRACE) == {
        "role": "agent",
        "online": False,
    }
    assert all("userId" not in p for p in late.heard("presence")), "guests hear of agents as a whole"
