"""What people may ask about their own data, and what is not kept for ever."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from conftest import Agent, Room, hire
from peer import unique
from server import Server
from waiting import eventually

DAY = 86_400_000


async def test_a_customer_is_exported_and_erased_beside_a_running_server(
    server: Server, room: Room, ada: Agent
) -> None:
    agent, guest, other = await room.agent(ada), await room.guest(), await room.guest()
    secret, kept = unique("the secret"), unique("kept")
    ticket = await guest.opens(secret)
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await agent.say(ticket["ticketId"], "an answer")
    other_ticket = await other.opens(kept)

    exported = await server.command("guest", "export", guest.user_id)
    assert exported.status == 0, exported
    document = json.loads(exported.out)
    assert document["guest"]["guestId"] == guest.user_id
    assert [t["ticket"]["ticketId"] for t in document["tickets"]] == [ticket["ticketId"]]
    assert [m["text"] for m in document["tickets"][0]["messages"]] == [secret, "an answer"]
    assert kept not in exported.out

    erased = await server.command("guest", "erase", guest.user_id)
    assert (erased.status, "1 tickets, 2 messages" in erased.out) == (0, True), erased
    assert await agent.fails("ticket:join", {"ticketId": ticket["ticketId"]}) == "not_found"
    assert await guest.fails("chat:message", {"ticketId": ticket["ticketId"], "text": "hello?"}) == "not_found"
    await agent.does("ticket:join", {"ticketId": other_ticket["ticketId"]})
    for file in server.data.glob("martlet.sqlite*"):
        assert secret.encode() not in file.read_bytes(), f"{file.name} still has the text"

    again = await guest.opens("a new beginning")
    assert (again["customerId"], again["lastSeq"]) == (guest.user_id, 1)
    for command in ("export", "erase"):
        unknown = await server.command("guest", command, "nobody")
        assert (unknown.status, len(unknown.err_lines)) == (1, 1) and "nobody" in unknown.err


async def test_closed_tickets_are_deleted_after_the_retention(new_server: Callable[..., Server]) -> None:
    server = await new_server("--retention-days", "30").start()
    room = Room(server)
    agent = await room.agent(await hire(server, "eve", "Eve"))
    guest = await room.guest()
    tickets = {name: (await guest.opens(name))["ticketId"] for name in ("old", "recent", "open")}
    for name in ("old", "recent"):
        await agent.does("ticket:close", {"ticketId": tickets[name]})
    await room.leave()
    assert await server.stop() == 0
    database = server.data / "martlet.sqlite"
    with sqlite3.connect(database) as connection:
        for name, days in [("old", 31), ("recent", 29), ("open", 400)]:
            connection.execute(
                "UPDATE tickets SET activityAt = activityAt - ?1, closedAt = closedAt - ?1 WHERE id = ?2",
                (days * DAY, tickets[name]),
            )
    connection.close()
    await server.start()

    async def are_left() -> bool:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        rows = connection.execute("SELECT id FROM tickets").fetchall()
        connection.close()
        return {row[0] for row in rows} == {tickets["recent"], tickets["open"]}

    await eventually(are_left, 10, "only what is closed for longer than 30 days has gone")
    assert await server.stop() == 0
