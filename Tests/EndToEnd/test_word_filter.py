"""Words without a place in the chat: masked or refused, as the operator says while the server runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from conftest import Agent, Room
from server import Server
from waiting import eventually


@pytest_asyncio.fixture
async def filtered(server: Server) -> AsyncIterator[Server]:
    yield server
    off = await server.command("word-filter", "--mode", "off", "--words-stdin")
    assert off.status == 0, off


async def test_a_running_server_masks_and_refuses_as_it_is_told(filtered: Server, room: Room, ada: Agent) -> None:
    guest, agent = await room.guest(), await room.agent(ada)
    ticket = (await guest.opens("hello"))["ticketId"]
    await agent.does("ticket:join", {"ticketId": ticket})

    shown = await filtered.command("word-filter", "--mode", "mask", "--words-stdin", stdin="flimflam\n\nzap zop\n")
    assert (shown.status, shown.out.split("\n")) == (0, ["mask", "flimflam", "zap zop", ""]), shown

    async def is_masked() -> bool:
        return (await guest.say(ticket, "you FLIMFLAM"))["text"] == "you ********"

    await eventually(is_masked, 5, "the server follows the new filter")
    await agent.hears("chat:message", lambda message: message["text"] == "you ********")
    assert (await agent.say(ticket, "zap, zop"))["text"] == "***, ***"

    assert (await filtered.command("word-filter", "--mode", "refuse")).status == 0

    async def is_refused() -> bool:
        ack = await guest.call("chat:message", {"ticketId": ticket, "text": "you flimflam"})
        return not ack["ok"] and (ack["error"]["code"], ack["error"]["field"]) == ("invalid", "text")

    await eventually(is_refused, 5, "the server refuses")
    assert await guest.fails("ticket:create", {"subject": "flimflam"}, field="subject") == "invalid"
    await guest.say(ticket, "sorry")


async def test_a_filter_that_makes_no_sense_is_refused(filtered: Server) -> None:
    for arguments, stdin in [(("--mode", "shout"), ""), (("--words-stdin",), "...\n"), (("--words-stdin",), "x" * 65)]:
        refused = await filtered.command("word-filter", *arguments, stdin=stdin)
        assert (refused.status, len(refused.err_lines)) == (1, 1), refused
    shown = await filtered.command("word-filter")
    assert (shown.status, shown.out) == (0, "off\n"), shown
