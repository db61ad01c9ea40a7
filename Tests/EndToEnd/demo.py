"""A small desk that could be somebody's: a bookshop with three who answer. For pictures and for checks of the pages."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import aiohttp

import leaks
from agents import Agent, hire
from peer import Peer
from server import Server

SITE = {
    "name": "Lindgren Books",
    "origins": ["https://lindgren.example", "https://www.lindgren.example"],
    "appearance": {
        "color": "#1f4e79",
        "position": "right",
        "title": "Lindgren Books",
        "greeting": "Hello! Ask us about an order, or what to read next.",
    },
    "hours": {
        "timeZone": "Europe/Stockholm",
        "days": [{"day": day, "from": "09:00", "to": "18:00"} for day in range(1, 6)]
        + [{"day": 6, "from": "10:00", "to": "16:00"}],
    },
}

REPLIES = {
    "Where is my parcel": "Hello {{name}}, I am looking it up. Could you tell me the number of the order?",
    "Returns": "You can send a book back within 30 days, in the box it came in. The label is in your account.",
    "Opening hours": "Our shop is open Monday to Friday from 9 to 18, and on Saturday from 10 to 16.",
    "Gift wrapping": "Of course! Choose gift wrapping in the cart; we add a card with your words.",
}


@dataclass
class Talk:
    """A conversation: who writes, and what, `>` before what the desk answers. `minutes` is how long ago it began."""

    name: str | None
    lines: list[str]
    minutes: int
    email: str | None = None
    assignee: str | None = None
    note: str | None = None
    is_closed: bool = False
    token: str = ""
    ticket_id: str = ""


TALKS = [
    Talk(
        "Maja Berg",
        [
            "Hi! My order 20418 should have come yesterday, and it is a birthday present. Can you see where it is?",
            "> Hello Maja! I see it: it left our house on Monday and is with the courier in Uppsala since this morning.",
            "> It should be with you today before six.",
            "Oh, that is in time. Thank you so much!",
            "One more thing: can I still add a card to it?",
        ],
        18,
        email="maja.berg@example.org",
        assignee="nora",
        note="Third delay with this courier this week. I have asked them for a refund of the shipping.",
    ),
    Talk("Tom Whitfield", ["The code of my gift card is refused at the checkout. It says “already used”."], 7),
    Talk(
        "Aylin Kaya",
        [
            "We would like twelve copies of “The Moomins and the Great Flood” for our book club. Is there a discount?",
            "> For ten copies or more we take 15 % off. Shall I put them aside?",
            "Yes please!",
        ],
        46,
        email="aylin@readingcircle.example",
        assignee="emil",
    ),
    Talk(None, ["Do you have Pippi Longstocking in Arabic?"], 64),
    Talk("يوسف حداد", ["مرحبا، هل يمكنني تغيير عنوان التوصيل بعد الطلب؟"], 95, assignee="priya"),
    Talk(
        "Ingrid Solheim",
        ["Is the shop open on Saturday?", "> Yes, from ten to four. See you then!", "Lovely, thank you."],
        190,
        is_closed=True,
    ),
    Talk("Jonas Weber", ["Which of the Wimsey novels should one read first?", "> “Whose Body?”, we think. Enjoy!"], 1500, is_closed=True),
]


@dataclass
class Demo:
    server: Server
    #: The admin.
    nora: Agent
    agents: dict[str, Agent]
    talks: list[Talk]
    invitation: str = ""
    site: dict[str, Any] = field(default_factory=dict)


async def furnish(server: Server, origins: list[str] | None = None) -> Demo:
    """Fills a running server that is empty. Times are moved back afterwards, while it rests, and it runs again.

    `origins` may show the widget too.
    """
    people = {"nora": "Nora Lindgren", "emil": "Emil Okafor", "priya": "Priya Raman"}
    agents = {
        username: await hire(server, username, name, role="admin" if username == "nora" else "agent")
        for username, name in people.items()
    }
    demo = Demo(server, agents["nora"], agents, [Talk(**vars(talk)) for talk in TALKS])
    demo.site = SITE | {"origins": [*SITE["origins"], *(origins or [])]}
    async with aiohttp.ClientSession(server.url, headers=demo.nora.headers) as http:
        await _asks(http, "PUT", "/admin/api/sites/default", demo.site)
        invited = {"username": "samuel", "name": "Samuel Berglund", "role": "agent"}
        demo.invitation = (await _asks(http, "POST", "/admin/api/agents", invited))["link"]["url"]
        leaks.keep(demo.invitation.partition("#")[2])
    desk = {name: await Peer(server.url).connect(headers=agent.headers) for name, agent in agents.items()}
    for title, text in REPLIES.items():
        await desk["nora"].does("canned:save", {"title": title, "text": text})
    for talk in demo.talks:
        await _hold(server, talk, desk, agents)
    for peer in desk.values():
        await peer.close()
    server.arguments = (*server.arguments, "--port", str(server.address[1]))
    await server.stop()
    _move_back(server, demo.talks)
    await server.start()
    return demo


async def _asks(http: aiohttp.ClientSession, method: str, path: str, body: Any) -> Any:
    async with http.request(method, path, json=body) as answer:
        assert answer.status < 300, f"{method} {path}: {answer.status} {await answer.text()}"
        return await answer.json()


async def _hold(server: Server, talk: Talk, desk: dict[str, Peer], agents: dict[str, Agent]) -> None:
    guest = await Peer(server.url).connect(auth={"guestToken": ""})
    talk.token = guest.guest_token or ""
    first, *rest = talk.lines
    # The language of the text is the reader's to find, and no subject is needed.
    talk.ticket_id = (await guest.does("ticket:create", {"text": first}))["ticket"]["ticketId"]
    if talk.name:
        await guest.does("guest:update", {"name": talk.name, **({"email": talk.email} if talk.email else {})})
    agent = desk[talk.assignee or "nora"]
    if talk.assignee:
        await agent.does("ticket:assign", {"ticketId": talk.ticket_id, "agentId": agents[talk.assignee].agent_id})
    for line in rest:
        if line.startswith("> "):
            await agent.say(talk.ticket_id, line[2:])
        else:
            await guest.say(talk.ticket_id, line)
    if talk.note:
        await desk["emil"].does("note:add", {"ticketId": talk.ticket_id, "text": talk.note})
    if talk.is_closed:
        await agent.does("chat:read", {"ticketId": talk.ticket_id, "seq": len(talk.lines)})
        await agent.does("ticket:close", {"ticketId": talk.ticket_id})
    await guest.close()


def _move_back(server: Server, talks: list[Talk]) -> None:
    """Each conversation began when it says, and went on by two minutes a line."""
    with closing(sqlite3.connect(server.data / "martlet.sqlite", timeout=10)) as database, database:
        for talk in talks:
            begun = talk.minutes * 60_000
            last = max(begun - 120_000 * (len(talk.lines) - 1), 30_000)
            row = database.execute("SELECT row FROM tickets WHERE id = ?", (talk.ticket_id,)).fetchone()[0]
            database.execute(
                "UPDATE tickets SET createdAt = createdAt - ?, activityAt = activityAt - ?, "
                "lastMessageAt = lastMessageAt - ?, closedAt = closedAt - ? WHERE row = ?",
                (begun, last, last, last, row),
            )
            database.execute(
                "UPDATE messages SET timestamp = timestamp - max(?, ? - 120000 * (seq - 1)) WHERE ticketRow = ?",
                (last, begun, row),
            )
