"""What one guest, agent, socket or address may ask for, with limits small enough to reach."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from conftest import Agent, Room, hire
from peer import POLLING, Peer, Refused, unique
from raw import PATH, Raw, Wire, masked
from server import Server
from test_browser import CHROMIUM, browser, entry, windows  # noqa: F401 (fixtures)
from waiting import eventually

CONNECT = b'40{"guestToken":""}'


@pytest_asyncio.fixture(scope="session")
async def staffed(new_server: Callable[..., Server]) -> tuple[Path, Agent]:
    """A data directory with an agent who is logged in, to copy: hashing a password takes long."""
    server = await new_server().start()
    agent = await hire(server, "ada", "Ada Lovelace")
    await server.stop()
    return server.data, agent


@pytest_asyncio.fixture
async def limited(new_server: Callable[..., Server], staffed: tuple[Path, Agent]) -> AsyncIterator[Callable]:
    """Starts servers with limits of their own, where the agent is known, and makes guests and agents there."""
    rooms: list[Room] = []

    async def start(changes: str, *arguments: str) -> Room:
        server = new_server("--limits", changes, *arguments)
        shutil.copytree(staffed[0], server.data)
        started = Room(await server.start())
        rooms.append(started)
        return started

    yield start
    for room in rooms:
        await room.leave()
        await room.server.stop()


def behind(address: str) -> dict[str, str]:
    """The header of a proxy that heard from this address."""
    return {"X-Forwarded-For": address}


async def refusal(peer: Peer, event: str, payload: Any) -> int:
    """Expects rate_limited and returns the time to wait, in milliseconds."""
    ack = await peer.call(event, payload)
    assert ack["ok"] is False and ack["error"]["code"] == "rate_limited", ack
    wait = ack["error"]["retryAfterMs"]
    assert isinstance(wait, int) and wait > 0
    return wait


async def test_the_defaults(limited: Callable, staffed: tuple[Path, Agent]) -> None:
    room = await limited("default")
    guest, agent = await room.guest(), await room.agent(staffed[1])
    tickets = [(await guest.opens("one of five"))["ticketId"] for _ in range(5)]
    assert await refusal(guest, "ticket:create", {"text": "one too many"}) == 600_000
    again = await room.guest(token=guest.guest_token)
    assert await refusal(again, "ticket:create", {}) == 600_000, "it is the guest's limit, not the socket's"

    for peer, burst in ((again, 30), (agent, 100)):
        acks = await asyncio.gather(
            *(peer.call("chat:message", {"ticketId": tickets[0], "text": f"{n}"}, 20) for n in range(burst + 40))
        )
        stored = sum(ack["ok"] for ack in acks)
        refused = [ack["error"] for ack in acks if not ack["ok"]]
        # Those that came back meanwhile are stored as well; what went before counts.
        assert stored >= burst - 12 and refused, stored
        assert {error["code"] for error in refused} == {"rate_limited"}
        assert all(0 < error["retryAfterMs"] <= 200 for error in refused)


async def test_who_waits_as_told_is_served(limited: Callable) -> None:
    room = await limited("guest-messages=2/s:3")
    guest = await room.guest()
    ticket_id = (await guest.opens("hello"))["ticketId"]
    sent = []
    for number in range(6):
        text = unique(str(number))
        sent.append(text)
        payload = {"ticketId": ticket_id, "text": text, "clientId": unique("c")}
        while not (ack := await guest.call("chat:message", payload))["ok"]:
            assert ack["error"]["code"] == "rate_limited"
            await asyncio.sleep(ack["error"]["retryAfterMs"] / 1000)
    history = await guest.does("chat:history", {"ticketId": ticket_id})
    assert [message["text"] for message in history["messages"]] == ["hello", *sent]


async def test_a_flood_concerns_only_the_one_who_makes_it(limited: Callable) -> None:
    """Thirty people of one office chat while one of them floods."""
    room = await limited("default")
    flooder = await room.guest()
    flooded = (await flooder.opens("flood"))["ticketId"]
    flooding = True

    async def flood() -> int:
        refused = 0
        while flooding:
            acks = await asyncio.gather(
                *(flooder.call("chat:message", {"ticketId": flooded, "text": "x"}, 30) for _ in range(100))
            )
            refused += sum(not ack["ok"] for ack in acks)
            await flooder.emit("ticket:create", {})
        return refused

    task = asyncio.create_task(flood())

    async def chat(number: int) -> None:
        guest = await room.guest()
        ticket_id = (await guest.opens(f"I am number {number}"))["ticketId"]
        for text in ("one", "two", "three"):
            await guest.say(ticket_id, text)
        history = await guest.does("chat:history", {"ticketId": ticket_id})
        assert [message["text"] for message in history["messages"]][1:] == ["one", "two", "three"]

    await asyncio.gather(*(chat(number) for number in range(30)))
    flooding = False
    assert await task > 20
    history = await flooder.does("chat:history", {"ticketId": flooded, "limit": 200})
    assert history["ticket"]["lastSeq"] < 200


async def test_the_tickets_of_a_guest_are_counted_across_a_restart(limited: Callable, staffed: tuple[Path, Agent]) -> None:
    room = await limited("open-tickets=2,guest-tickets=3/h")
    guest = await room.guest()
    tickets = [await guest.opens(clientId=f"c{n}") for n in range(2)]
    assert await refusal(guest, "ticket:create", {}) == 600_000
    await room.server.kill()
    await room.server.start()
    guest = await room.guest(token=guest.guest_token)
    assert await refusal(guest, "ticket:create", {}) == 600_000
    same = await guest.does("ticket:create", {"clientId": "c1"})
    assert same["ticket"]["ticketId"] == tickets[1]["ticketId"], "a retry is no new ticket"

    agent = await room.agent(staffed[1])
    for ticket in tickets:
        await agent.does("ticket:close", {"ticketId": ticket["ticketId"]})
    third = await guest.opens()
    await agent.does("ticket:close", {"ticketId": third["ticketId"]})
    assert 60_000 < await refusal(guest, "ticket:create", {}) <= 1_200_000
    other = await room.guest()
    await other.opens()


async def test_the_places_of_sockets_come_back(limited: Callable, staffed: tuple[Path, Agent]) -> None:
    room = await limited("guest-sockets=3,address-sockets=8,handshakes=1000/s")
    first = await room.guest()
    others = [await room.guest(token=first.guest_token) for _ in range(2)]
    with pytest.raises(Refused) as refused:
        await room.guest(token=first.guest_token)
    assert refused.value.payload == {"message": "rate_limited", "data": {"retryAfterMs": 5000}}
    for _ in range(4):
        with pytest.raises(Refused):
            await room.guest(POLLING, token=first.guest_token)

    # Cut off while it is decided who they are, refused, left and entered again: nothing of it keeps a place.
    for _ in range(12):
        async with Wire(room.server.address) as wire:
            await wire.upgrade()
            await wire.send(masked(1, CONNECT))
    async def is_free() -> bool:
        try:
            await (await room.guest()).close()
            return True
        except Refused:
            return False

    await eventually(is_free, 10, "a place after those that were cut off")
    async with Raw(room.server.url) as raw:
        for _ in range(20):
            await raw.ws.send_str("41")
            await raw.ws.send_str(CONNECT.decode())
            answer = await raw.until("4")
            while not answer.startswith(("40", "44")):
                answer = await raw.until("4")
            assert answer.startswith("40"), answer
    await others[0].close()

    async def back() -> bool:
        try:
            await room.guest(token=first.guest_token)
            return True
        except Refused:
            return False

    await eventually(back, 10, "the place of the socket that went")

    # Eight at the address: three are here; five more fit, and no sixth.
    async def five_more() -> list[Peer]:
        made = []
        try:
            for _ in range(5):
                made.append(await room.guest())
        except Refused:
            await asyncio.gather(*(peer.close() for peer in made))
            return []
        return made

    await eventually(five_more, 10, "all eight places of the address")
    with pytest.raises(Refused) as refused:
        await room.guest()
    assert refused.value.payload["message"] == "rate_limited"
    await room.agent(staffed[1])


async def test_a_crowd_that_comes_back_at_once_is_let_in_bit_by_bit(limited: Callable) -> None:
    room = await limited("handshakes=100/s:20")

    async def come(http: aiohttp.ClientSession) -> int:
        refused = 0
        while True:
            try:
                async with http.ws_connect(room.server.url + PATH + "websocket") as socket:
                    assert (await socket.receive_str()).startswith("0{")
                    await socket.send_str(CONNECT.decode())
                    assert (await socket.receive_str()).startswith("40{")
                    return refused
            except aiohttp.WSServerHandshakeError as error:
                assert error.status == 403
                refused += 1
                await asyncio.sleep(0.2 * 1.5 ** min(refused, 5))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        before = time.monotonic()
        refusals = await asyncio.wait_for(asyncio.gather(*(come(http) for _ in range(150))), 60)
        assert sum(refusals) > 0 and time.monotonic() - before > 1.0, "the first 20 at once, then 100 a second"
        async with http.get(room.server.url + PATH + "polling") as answer:
            if answer.status == 403:
                assert await answer.json() == {"code": 4, "message": "Forbidden"}


async def test_without_limits_all_are_served_at_once(room: Room) -> None:
    """On the shared server, which has none."""
    assert "limits are off" in room.server.log_text()
    guests = [await room.guest()]
    guests += await asyncio.gather(*(room.guest(token=guests[0].guest_token) for _ in range(14)))
    for number in range(7):
        ticket = await guests[number].opens()
    await asyncio.gather(
        *(guest.does("chat:message", {"ticketId": ticket["ticketId"], "text": "x"}, 30) for guest in guests * 10)
    )


async def test_the_word_of_a_proxy_counts_if_it_is_trusted(limited: Callable) -> None:
    room = await limited("handshakes=2/h", "--trusted-proxies", "127.0.0.0/8, 10.0.0.0/8")

    async def comes(forwarded: str) -> bool:
        async with aiohttp.ClientSession() as http:
            async with http.get(room.server.url + PATH + "polling", headers=behind(forwarded)) as answer:
                return answer.status == 200

    assert [await comes("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert await comes("192.0.2.2")
    assert not await comes("192.0.2.77, 192.0.2.1"), "what the client wrote itself does not count"
    assert not await comes("192.0.2.1, 10.1.2.3"), "a second proxy"
    assert not await comes("192.0.2.1:4711")
    # An IPv6 network of 64 bits is one address.
    assert [await comes(f"2001:db8::{n}") for n in range(3)] == [True, True, False]
    assert await comes("[2001:db8:0:1::1]:443")
    # What is no address is counted as the proxy's own.
    assert [await comes(text) for text in ("nonsense", "", "192.0.2.2,")] == [True, True, False]

    room = await limited("handshakes=2/h")
    assert [await comes(f"192.0.2.{n}") for n in range(3)] == [True, True, False], "nobody is trusted by default"
    assert "--trusted-proxies" in room.server.log_text()


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")
@pytest.mark.timeout(120)
async def test_the_pages_count_down_and_send_again(
    limited: Callable, staffed: tuple[Path, Agent], windows: Callable  # noqa: F811
) -> None:
    room = await limited("guest-messages=12/m:2,agent-messages=12/m:1")
    guest = await windows("guest", 900, 760, at=room.server)
    agent = await windows("agent", 1280, 800, at=room.server)
    texts = [unique(word) for word in ("first", "second", "third", "fourth")]
    await guest.page.goto("/")
    for text in texts:
        await guest.write(text)
    line = guest.page.get_by_test_id("connection")
    await expect(line).to_have_text("One moment: sending again in 3 s")
    await guest.picture("limits-guest")
    await expect(line).to_have_text("One moment: sending again in 2 s")

    await agent.page.context.add_cookies([{"name": "token", "value": staffed[1].cookie, "url": room.server.url}])
    await agent.page.goto("/agent/dashboard")
    await entry(agent, texts[0]).or_(entry(agent, texts[1])).or_(entry(agent, texts[2])).first.click()
    answers = [unique(word) for word in ("fine", "really")]
    for text in answers:
        await agent.write(text)
    await expect(agent.page.get_by_test_id("connection")).to_have_text("One moment: sending again in 3 s")
    await agent.picture("limits-agent")

    # All of it arrives, in order, and nothing is said any more.
    for text in texts + answers:
        await expect(agent.log.get_by_text(text)).to_be_visible(timeout=30_000)
    shown = [await row.inner_text() for row in await agent.log.locator(".own .bubble").all()]
    assert shown == answers
    await expect(guest.page.locator('[data-testid="message"][data-state="waiting"]')).to_have_count(0, timeout=30_000)
    assert [await row.inner_text() for row in await guest.log.locator(".own .bubble").all()] == texts
    for window in (guest, agent):
        await expect(window.page.get_by_test_id("connection")).to_be_empty()
