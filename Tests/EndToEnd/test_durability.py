"""The promise: what was acknowledged is there, whatever happens to the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from conftest import Room, hire
from peer import POLLING, WEBSOCKET, Peer, unique
from raw import Raw
from server import SETUP_LINK, Server

PARALLEL = 8
KILL_AFTER = 60


@pytest.mark.timeout(120)
async def test_kill_9_during_a_chat_loses_nothing_acknowledged(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    room = Room(server)
    try:
        await _chat_and_kill(server, room)
    finally:
        await room.leave()


async def _chat_and_kill(server: Server, room: Room) -> None:
    eve = await hire(server, "eve", "Eve")
    agent = await room.agent(eve)
    guest = await room.guest(POLLING)
    ticket_id = (await guest.opens("first"))["ticketId"]
    acknowledged: dict[int, dict] = {}
    sent: dict[str, str] = {}
    enough = asyncio.Event()

    async def chatter(peer: Peer, who: str) -> None:
        for number in range(200):
            client_id, text = unique(who), f"{who} says {number}"
            sent[client_id] = text
            try:
                ack = await peer.call("chat:message", {"ticketId": ticket_id, "text": text, "clientId": client_id})
            except Exception:  # noqa: BLE001 - the server is gone: whatever the client library makes of it
                return
            if not ack["ok"]:
                assert ack["error"]["code"] == "rate_limited", ack
                return
            acknowledged[ack["message"]["seq"]] = ack["message"]
            if len(acknowledged) >= KILL_AFTER:
                enough.set()

    talkers = [asyncio.create_task(chatter(agent, f"agent{n}")) for n in range(PARALLEL)]
    talkers += [asyncio.create_task(chatter(guest, f"guest{n}")) for n in range(2)]
    await asyncio.wait_for(enough.wait(), 30)
    await server.kill()
    unknown = len(sent) - len(acknowledged)
    await room.leave()
    await asyncio.wait(talkers, timeout=10)
    for task in talkers:
        task.cancel()

    await server.start()
    assert not any(SETUP_LINK.search(line) for line in server.lines), "there is an agent: no setup link"
    guest_again = await room.guest(WEBSOCKET, token=guest.guest_token or "")
    assert guest_again.user_id == guest.user_id, "the guest is the same after a restart"
    agent_again = await room.agent(eve)
    assert agent_again.user_id == eve.agent_id, "the login outlives the restart"

    stored: list[dict] = []
    while True:
        after = stored[-1]["seq"] if stored else 0
        page = await guest_again.does("chat:history", {"ticketId": ticket_id, "afterSeq": after, "limit": 200})
        stored += page["messages"]
        if not page["hasMore"]:
            break
    assert [m["seq"] for m in stored] == list(range(1, len(stored) + 1)), "a hole in seq"
    assert page["ticket"]["lastSeq"] == len(stored)
    by_seq = {m["seq"]: m for m in stored}
    lost = [seq for seq, message in acknowledged.items() if by_seq.get(seq) != message]
    assert not lost, f"acknowledged and not there, or not the same: {lost}"
    assert len(acknowledged) + 1 <= len(stored) <= len(acknowledged) + 1 + unknown

    # What was sent and not answered is sent again, and is there once.
    await agent_again.does("ticket:join", {"ticketId": ticket_id})
    known = {m.get("clientId") for m in stored}
    for client_id, text in list(sent.items()):
        if client_id in {m.get("clientId") for m in acknowledged.values()}:
            continue
        peer = guest_again if client_id.startswith("guest") else agent_again
        message = await peer.say(ticket_id, text, clientId=client_id)
        assert message["text"] == text
        if client_id in known:
            assert message["seq"] <= len(stored), "a message that was stored is not stored again"
    everything = await agent_again.does("chat:history", {"ticketId": ticket_id, "limit": 200})
    ids = [m.get("clientId") for m in everything["messages"] if m["seq"] > 1]
    assert len(ids) == len(set(ids))

    # An ordinary end: connections are closed without a disconnect packet, so that clients come back.
    polling = await room.guest(POLLING)
    async with Raw(server.url) as raw:
        stopping = asyncio.create_task(server.stop())
        frames = await raw.is_ended()
        assert "41" not in frames and raw.close_code == 1001, (frames, raw.close_code)
        assert await stopping == 0
    await polling.is_cut_off(within=5)
