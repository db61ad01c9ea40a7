"""Three nodes on MongoDB (a stand-in) and Redis behind HAProxy: one desk, whatever part of it dies."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import redis.asyncio as redis

from agents import Agent, log_in
from cluster import Cluster, Node
from conftest import Room
from faults.run import Plan, run
from peer import POLLING, WEBSOCKET, Peer, unique
from server import free_port
from test_mongodb import built_with_mongodb  # noqa: F401  the fixture
from waiting import eventually


@pytest_asyncio.fixture(scope="module")
async def cluster(binary: Path, scratch: Path) -> AsyncIterator[Cluster]:
    made = Cluster(binary, scratch / "cluster")
    try:
        yield await made.start()
    finally:
        await made.end()


@pytest_asyncio.fixture(scope="module")
async def ada(cluster: Cluster) -> Agent:
    return await cluster.hire("ada", "Ada Lovelace")


async def is_helped(guest: Peer, agent: Peer) -> str:
    """The main job; returns the ticket's id."""
    ticket = (await guest.opens("Is anybody there?"))["ticketId"]
    await agent.hears("ticket:created", lambda told: told["ticket"]["ticketId"] == ticket)
    await agent.does("ticket:join", {"ticketId": ticket})
    await guest.emit("chat:typing", {"ticketId": ticket, "typing": True})
    await agent.hears("chat:typing", lambda told: told["ticketId"] == ticket)
    for number in range(20):
        await (guest if number % 2 else agent).say(ticket, f"message {number}")
    for peer in (guest, agent):
        await peer.hears("chat:message", lambda told: told["ticketId"] == ticket and told["text"] == "message 19")
        told = [message["seq"] for message in peer.heard("chat:message", lambda told: told["ticketId"] == ticket)]
        assert told == list(range(2, 22)), "each node tells in the order of seq"
    await agent.does("chat:read", {"ticketId": ticket, "seq": 21})
    await guest.hears("chat:read", lambda told: told["ticketId"] == ticket and told["seq"] == 21)
    await agent.does("ticket:close", {"ticketId": ticket})
    await guest.hears("ticket:closed", lambda told: told["ticket"]["ticketId"] == ticket)
    assert await guest.fails("chat:message", {"ticketId": ticket, "text": "late"}) == "closed"
    return ticket


@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING], ids=["websocket", "polling"])
async def test_a_guest_on_one_node_and_an_agent_on_another(
    cluster: Cluster, ada: Agent, transports: tuple[str, ...]
) -> None:
    rooms = [Room(node) for node in cluster.nodes]
    try:
        agent = await rooms[1].agent(ada, transports)
        guest = await rooms[0].guest(transports)
        await guest.hears("presence", lambda told: told["role"] == "agent" and told["online"])
        ticket = await is_helped(guest, agent)

        # The same guest, on the third node.
        again = await rooms[2].guest(transports, token=guest.guest_token or "")
        assert again.user_id == guest.user_id
        page = await again.does("chat:history", {"ticketId": ticket, "afterSeq": 0, "limit": 200})
        assert [message["seq"] for message in page["messages"]] == list(range(1, 22))
    finally:
        for room in rooms:
            await room.leave()


@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING], ids=["websocket", "polling"])
async def test_the_balancer_may_bring_them_to_different_nodes(
    cluster: Cluster, ada: Agent, transports: tuple[str, ...]
) -> None:
    """WebSockets go anywhere; what polls finds its node again by the balancer's cookie."""
    peers = [Peer(cluster.url, transports), Peer(cluster.url, transports)]
    guest, agent = peers
    try:
        before = await cluster.connections(transports[0])
        await guest.connect(auth={"guestToken": ""})
        between = await cluster.connections(transports[0])
        await agent.connect(headers=ada.headers)
        after = await cluster.connections(transports[0])
        guests, agents = ([new - old for old, new in zip(*counts)] for counts in ((before, between), (between, after)))
        assert sorted(guests) == sorted(agents) == [0, 0, 1] and guests != agents, (before, between, after)
        await is_helped(guest, agent)
    finally:
        await asyncio.gather(*(peer.close() for peer in peers))


async def test_an_emitter_of_another_program_reaches_browsers_on_every_node(cluster: Cluster) -> None:
    """An entry as the reference's emitter for Redis Streams writes it."""
    rooms = [Room(node) for node in cluster.nodes]
    try:
        guests = [await room.guest(transports) for room, transports in zip(rooms, (WEBSOCKET, POLLING, WEBSOCKET))]
        text = unique("news")
        data = {
            "packet": {"type": 2, "data": ["news", {"text": text}]},
            "opts": {"rooms": ["guests"], "except": [], "flags": {}},
        }
        async with redis.Redis(port=cluster.redis.port) as client:
            fields = {"uid": "emitter", "nsp": "/", "type": "3", "data": json.dumps(data)}
            await client.xadd("socket.io", fields, maxlen=10_000, approximate=True)
        for guest in guests:
            assert await guest.hears("news") == {"text": text}
    finally:
        for room in rooms:
            await room.leave()


async def test_agents_see_on_every_node_who_looks_at_a_ticket(cluster: Cluster, ada: Agent) -> None:
    bob = await cluster.hire("bob", "Bob")
    rooms = [Room(node) for node in cluster.nodes]
    try:
        guest, first, second = await rooms[0].guest(), await rooms[1].agent(ada), await rooms[2].agent(bob)
        ticket = (await guest.opens("hello"))["ticketId"]
        for agent in (first, second):
            await agent.does("ticket:join", {"ticketId": ticket})
        await first.does("ticket:viewing", {"ticketId": ticket, "state": "writing"})
        seen = await second.hears("ticket:viewing", lambda told: told["ticketId"] == ticket and told["state"] == "writing")
        assert seen["userId"] == ada.agent_id and not guest.heard("ticket:viewing")
    finally:
        for room in rooms:
            await room.leave()


async def test_a_revocation_reaches_every_node_within_a_second(cluster: Cluster) -> None:
    eve = await cluster.hire("eve", "Eve")
    room = Room(cluster.nodes[2])
    try:
        agent = await room.agent(eve)
        async with aiohttp.ClientSession() as http:
            start = time.monotonic()
            async with http.post(cluster.nodes[1].url + "/agent/logout", json={}, headers=eve.headers) as answer:
                assert answer.status < 400
        await agent.is_cut_off(5)
        assert time.monotonic() - start < 1
        assert agent.heard("revoked") == [{"reason": "logout"}]

        _, eve.cookie = await log_in(cluster.nodes[0].url, eve.username, eve.password)
        agent = await room.agent(eve)
        assert (await cluster.nodes[0].command("agent", "disable", eve.username)).status == 0
        start = time.monotonic()
        await agent.is_cut_off(5)
        assert time.monotonic() - start < 1
        assert agent.heard("revoked") == [{"reason": "disabled"}]
    finally:
        await room.leave()


async def test_a_limit_is_one_limit(cluster: Cluster, binary: Path) -> None:
    # None comes back while the test runs.
    nodes = [
        Node(
            *(binary, cluster.home / f"no-data-limited-{number}", cluster.home / f"log-limited-{number}"),
            ("--limits", "guest-messages=1/h:10"),
            cluster.environment,
            port=free_port(),
        )
        for number in range(2)
    ]
    rooms = [Room(node) for node in nodes]
    try:
        await asyncio.gather(*(node.start() for node in nodes))
        one = await rooms[0].guest()
        tabs = [one, await rooms[1].guest(token=one.guest_token or "")]
        ticket = (await one.opens("counts as well"))["ticketId"]
        for number in range(9):
            await tabs[number % 2].say(ticket, f"message {number}")
        for tab in tabs:
            assert await tab.fails("chat:message", {"ticketId": ticket, "text": "one too many"}) == "rate_limited"
    finally:
        await asyncio.gather(*(room.leave() for room in rooms))
        await asyncio.gather(*(node.stop() for node in nodes if node.is_running))


async def test_without_redis_each_node_goes_on_and_all_is_well_with_it(cluster: Cluster, ada: Agent) -> None:
    rooms = [Room(node) for node in cluster.nodes]

    async def talk(first: Peer, second: Peer, ticket: str) -> None:
        text = unique("text")
        await first.say(ticket, text)
        await second.hears("chat:message", lambda told: told["text"] == text)

    try:
        guest, agent = await rooms[0].guest(), await rooms[1].agent(ada)
        beside = await rooms[0].guest(POLLING, token=guest.guest_token or "")
        ticket = (await guest.opens("hello"))["ticketId"]
        for peer in (agent, beside):
            await peer.does("ticket:join", {"ticketId": ticket})
        await talk(guest, agent, ticket)
        await cluster.redis.kill()
        await eventually(partial(cluster.knows_redis, False), 10, "every node tells that Redis is away")
        await talk(guest, beside, ticket)
        text = unique("while it was away")
        await guest.say(ticket, text)
        await cluster.redis.start()
        await eventually(partial(cluster.knows_redis, True), 20, "every node has Redis again")
        await agent.hears("resync")
        page = await agent.does("chat:history", {"ticketId": ticket, "afterSeq": 0, "limit": 200})
        assert page["messages"][-1]["text"] == text
        await talk(agent, guest, ticket)
    finally:
        for room in rooms:
            await room.leave()


@pytest.mark.timeout(240)
async def test_a_kill_of_any_part_breaks_no_promise(
    binary: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("MARTLET_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
    plan = Plan(seconds=30, seed=seed, guests=4, agents=2, kills=(2.0, 3.0))
    report = await run(plan, Cluster(binary, scratch / "faulty-cluster"))
    with capsys.disabled():
        print(f"\n{report.table()}")
    assert not report.faults, f"seed {seed} (MARTLET_FAULTS_SEED): {report.faults[:10]}"
    # A run in which nothing happened proves nothing: each part is killed once at least.
    kills, stored = (int(report.figures[name].split()[0]) for name in ("kills", "stored"))
    assert kills >= 3 and stored >= 50, report.table()
