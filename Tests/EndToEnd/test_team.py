"""What agents do among themselves: who is here, and answers at hand."""

from __future__ import annotations

from collections.abc import Callable

from conftest import Agent, Room, hire
from peer import unique
from server import Server


def status_of(peer_acks: dict, agent: Agent) -> str | None:
    return next((a["status"] for a in peer_acks["agents"] if a["agentId"] == agent.agent_id), None)


async def test_agents_see_who_is_here_and_guests_whether_anybody_answers(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    eve, mal = await hire(server, "eve", "Eve"), await hire(server, "mal", "Mal")
    room = Room(server)
    guest, one = await room.guest(), await room.agent(eve)
    await guest.hears("presence", lambda p: p == {"role": "agent", "online": True})
    listed = await one.does("agent:list")
    assert (status_of(listed, eve), status_of(listed, mal)) == ("online", "offline")
    assert set(listed["agents"][0]) == {"agentId", "name", "username", "role", "status"}

    since = guest.mark()
    assert (await one.does("presence:set", {"status": "away"}))["status"] == "away"
    await guest.hears("presence", lambda p: p == {"role": "agent", "online": False}, since)
    away = await one.hears("presence", lambda p: p.get("status") == "away")
    assert away == {"role": "agent", "userId": eve.agent_id, "online": True, "status": "away"}

    # A reload: gone and back, and still away. A page that says it is in use changes nothing about that.
    await one.close()
    again = await room.agent(eve)
    await again.hears("presence", lambda p: p.get("userId") == eve.agent_id and p["status"] == "away")
    assert (await again.does("presence:set", {"status": "online", "automatic": True}))["status"] == "away"

    # A guest who comes now hears the same; another agent who is here and not away makes the difference.
    late = await room.guest()
    await late.hears("presence", lambda p: p == {"role": "agent", "online": False})
    other = await room.agent(mal)
    await late.hears("presence", lambda p: p == {"role": "agent", "online": True})
    assert status_of(await other.does("agent:list"), eve) == "away"
    assert (await other.does("presence:set", {"status": "away", "automatic": True}))["status"] == "away"
    assert (await again.does("presence:set", {"status": "online"}))["status"] == "online"

    # A closed tab does not stay online.
    since = other.mark()
    await again.close()
    gone = await other.hears("presence", lambda p: p.get("userId") == eve.agent_id, since, within=25)
    assert gone == {"role": "agent", "userId": eve.agent_id, "online": False, "status": "offline"}
    for payload in ({}, {"status": "offline"}, {"status": "busy"}, {"status": 1}):
        assert await other.fails("presence:set", payload, field="status") == "invalid"
    await room.leave()
    assert await server.stop() == 0


async def test_admins_keep_answers_that_agents_have_at_hand(room: Room, ada: Agent, ben: Agent) -> None:
    agent, admin, guest = await room.agent(ada), await room.agent(ben), await room.guest()
    title = unique("Greeting")
    reply = (await admin.does("canned:save", {"title": title, "text": "Hello {{name}}"}))["reply"]
    assert set(reply) == {"cannedId", "title", "text", "updatedAt"}
    heard = await agent.hears("canned:updated", lambda p: reply in p["replies"])
    assert (await agent.does("canned:list"))["replies"] == heard["replies"]

    changed = (await admin.does("canned:save", {"cannedId": reply["cannedId"], "title": title, "text": "Hi"}))["reply"]
    assert (changed["cannedId"], changed["text"]) == (reply["cannedId"], "Hi")
    await agent.hears("canned:updated", lambda p: changed in p["replies"])
    since = agent.mark()
    await admin.does("canned:delete", {"cannedId": reply["cannedId"]})
    left = await agent.hears("canned:updated", since=since)
    assert reply["cannedId"] not in [r["cannedId"] for r in left["replies"]]
    assert not guest.heard("canned:updated")

    assert await admin.fails("canned:delete", {"cannedId": reply["cannedId"]}) == "not_found"
    assert await admin.fails("canned:save", {"cannedId": "none", "title": "t", "text": "x"}) == "not_found"
    assert await admin.fails("canned:save", {"title": " ", "text": "x"}, field="title") == "invalid"
    assert await admin.fails("canned:save", {"title": "t", "text": "x" * 4001}, field="text") == "invalid"
    for event, payload in [("canned:save", {"title": "t", "text": "x"}), ("canned:delete", {"cannedId": "x"})]:
        assert await agent.fails(event, payload) == "forbidden"
        assert await guest.fails(event, payload) == "forbidden"
    assert await guest.fails("canned:list") == await guest.fails("agent:list") == "forbidden"
    assert await guest.fails("presence:set", {"status": "away"}) == "forbidden"
