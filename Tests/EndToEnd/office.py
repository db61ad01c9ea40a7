"""An office for tests of the dashboard: a server, two agents, their browser windows, and guests who write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Self

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from agents import Agent, hire
from conftest import Room
from peer import Peer
from server import Server


class Inbox:
    """An agent's dashboard in one tab."""

    def __init__(self, page: Page):
        self.page = page
        self.get = page.get_by_test_id
        self.log = page.get_by_role("log")
        self.composer = self.get("composer")
        self.hint = self.get("composer-hint")
        self.list = self.get("ticket-list")
        self.press = page.keyboard.press

    def row(self, text: str) -> Locator:
        return self.get("ticket").filter(has_text=text)

    async def names(self) -> list[str]:
        """Who stands in the list, from top to bottom of what is drawn."""
        rows = await self.list.locator("li").evaluate_all(
            "items => items.map(item => [item.ariaPosInSet, item.querySelector('.ticket-name').textContent])"
        )
        return [name for _, name in sorted(rows, key=lambda row: int(row[0]))]

    async def opens(self, text: str) -> None:
        await self.row(text).click()
        await expect(self.log).to_contain_text(text)

    async def writes(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def goes(self, fragment: str) -> None:
        await self.page.goto(f"/agent/dashboard#{fragment}")
        await expect(self.get("connection")).to_have_attribute("data-state", "ready")


@dataclass
class Office:
    server: Server
    browser: Browser
    nora: Agent
    emil: Agent
    room: Room
    contexts: list[BrowserContext] = field(default_factory=list)

    @classmethod
    async def open(cls, server: Server, browser: Browser) -> Self:
        nora = await hire(server, "nora", "Nora Lindgren", role="admin")
        return cls(server, browser, nora, await hire(server, "emil", "Emil Okafor"), Room(server))

    async def leave(self) -> None:
        """Ends what a test has opened."""
        await self.room.leave()
        while self.contexts:
            await self.contexts.pop().close()

    async def context(self, agent: Agent | None, width: int = 1440, height: int = 900) -> BrowserContext:
        context = await self.browser.new_context(
            base_url=self.server.url, viewport={"width": width, "height": height}, locale="en-GB"
        )
        self.contexts.append(context)
        if agent:
            await context.add_cookies([{"name": "token", "value": agent.cookie, "url": self.server.url}])
        return context

    async def inbox(
        self, agent: Agent | None = None, fragment: str = "unassigned", width: int = 1440, script: str = "", height: int = 900
    ) -> Inbox:
        """A window of a browser of its own; `script` runs before the page's own."""
        context = await self.context(agent or self.nora, width, height)
        if script:
            await context.add_init_script(script)
        inbox = Inbox(await context.new_page())
        await inbox.goes(fragment)
        return inbox

    async def guest(self, name: str) -> Peer:
        guest = await self.room.guest()
        await guest.does("guest:update", {"name": name})
        return guest

    async def written(self, *names: str) -> list[tuple[Peer, dict]]:
        """Guests of these names, each with a ticket, the last one on top of the list."""
        made = []
        for name in names:
            guest = await self.guest(name)
            made.append((guest, await guest.opens(f"{name} has a question")))
        return made


@pytest_asyncio.fixture(scope="module")
async def building(new_server: Callable[..., Server], browser: Browser) -> Office:  # noqa: F811
    return await Office.open(await new_server().start(), browser)


@pytest_asyncio.fixture
async def office(building: Office) -> AsyncIterator[Office]:
    """Begins with an empty desk: what the test before left open is closed."""
    cleaner = await building.room.agent(building.nora)
    while tickets := (await cleaner.does("ticket:list", {"status": "open", "limit": 100}))["tickets"]:
        for ticket in tickets:
            await cleaner.does("ticket:close", {"ticketId": ticket["ticketId"]})
    await cleaner.close()
    yield building
    await building.leave()
