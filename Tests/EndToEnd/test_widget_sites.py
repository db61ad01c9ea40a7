"""The widget on pages of other sites: third-party cookies blocked, strict and hostile pages, and how much it weighs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, expect
from playwright.async_api import Page as BrowserPage

from agents import Agent, hire
from conftest import Room
from peer import unique
from server import Server
from sites import Sites
from test_browser import browser, pytestmark  # noqa: F401: the browser all tests share

REPOSITORY = Path(__file__).parents[2]

#: In bytes of gzip bodies, as the browser counts them.
BUDGET_CLOSED = 4_000
BUDGET_OPEN = 12_000


@dataclass
class Place:
    """A server, the sites with its widget, and an agent who answers."""

    server: Server
    sites: Sites
    agent: Agent
    admin: Agent

    async def administer(self, method: str, path: str, **payload: Any) -> dict[str, Any]:
        """A call of the admin API."""
        async with aiohttp.ClientSession(headers=self.admin.headers) as http:
            async with http.request(method, self.server.url + path, json=payload) as answer:
                assert answer.status < 300, f"{method} {path}: {answer.status} {await answer.text()}"
                return await answer.json()

    @property
    def chat(self) -> str:
        """The server under a name of its own, so that it is another site to every page."""
        return f"http://chat.test:{urlsplit(self.server.url).port}"


@pytest_asyncio.fixture(scope="session")
async def place(new_server) -> AsyncIterator[Place]:
    sites = await Sites().start()
    server = await new_server("--allowed-origins", sites.origin("shop.test")).start()
    agent, admin = await hire(server, "cyd", "Cyd Charisse"), await hire(server, "dee", "Dee Dee", role="admin")
    made = Place(server, sites, agent, admin)
    sites.fill(made.chat)
    yield made
    await sites.stop()


@dataclass
class Traffic:
    """What a page has loaded, by the browser's own count."""

    urls: dict[str, str] = field(default_factory=dict)
    headers: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    sockets: list[str] = field(default_factory=list)

    @staticmethod
    async def of(page: BrowserPage) -> "Traffic":
        traffic = Traffic()
        session = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", traffic._sent)
        session.on("Network.responseReceived", traffic._received)
        session.on("Network.loadingFinished", traffic._finished)
        session.on("Network.webSocketCreated", lambda event: traffic.sockets.append(event["url"]))
        await session.send("Network.enable")
        return traffic

    def _sent(self, event: dict) -> None:
        self.urls[event["requestId"]] = event["request"]["url"]

    def _received(self, event: dict) -> None:
        self.headers[event["requestId"]] = int(event["response"]["encodedDataLength"])

    def _finished(self, event: dict) -> None:
        self.whole[event["requestId"]] = int(event["encodedDataLength"])

    def of_server(self, chat: str) -> dict[str, tuple[int, int]]:
        """Body and whole length of each answer, by path. The conversation itself is none of the widget's files."""
        return {
            urlsplit(url).path: (self.whole[key] - self.headers[key], self.whole[key])
            for key, url in self.urls.items()
            if key in self.whole and url.startswith(chat) and "/socket.io/" not in url
        }

    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in [*self.urls.values(), *self.sockets] if not url.startswith("data:")}


class Visit:
    """A visitor's page with the widget on it."""

    def __init__(self, page: BrowserPage, traffic: Traffic):
        self.page, self.traffic = page, traffic
        self.told: list[str] = []
        page.on("console", lambda message: self.told.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.told.append(f"error: {error}"))

    @property
    def errors(self) -> list[str]:
        return [line for line in self.told if line.startswith("error")]

    @property
    def widget(self) -> Locator:
        return self.page.locator("martlet-chat")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator("button.launcher")

    @property
    def composer(self) -> Locator:
        return self.widget.get_by_test_id("composer")

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.composer).to_be_visible()

    async def write(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.message(text)).to_have_attribute("data-state", re.compile("stored|seen"))

    async def says(self, text: str) -> None:
        """Waits until the console has a line with the text."""
        async with asyncio.timeout(10):
            while not any(text in line for line in self.told):
                await self.page.wait_for_event("console")

    def message(self, text: str) -> Locator:
        return self.widget.get_by_test_id("message").filter(has_text=text)


@pytest_asyncio.fixture
async def visitor(browser: Browser, place: Place) -> AsyncIterator:  # noqa: F811
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    async def visit(name: str, host: str = "shop.test", *, beside: Visit | None = None) -> Visit:
        context = beside.page.context if beside else await browser.new_context(locale="en-GB", reduced_motion="reduce")
        if not beside:
            contexts.append(context)
        page = await context.new_page()
        made = Visit(page, await Traffic.of(page))
        visits.append(made)
        await page.goto(place.sites.url(host, name))
        return made

    yield visit
    for context in contexts:
        assert not await context.cookies(place.chat), "the widget needs no cookie"
        await context.close()
    complaints = [line for made in visits for line in made.errors]
    assert not complaints, complaints


@pytest_asyncio.fixture
async def desk(place: Place) -> AsyncIterator:
    room = Room(place.server)
    agent = await room.agent(place.agent)
    yield agent
    await room.leave()


async def answer(agent, question: str, text: str) -> None:
    """The agent answers the ticket that begins with the question."""
    tickets = (await agent.does("ticket:list", {}))["tickets"]
    ticket = next(ticket for ticket in tickets if ticket["lastText"] == question)
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await agent.say(ticket["ticketId"], text)


@pytest.mark.parametrize("name", ["plain", "strict", "hostile"])
async def test_a_visitor_of_another_site_is_answered(visitor, desk, name: str) -> None:
    """On a page of plain http with third-party cookies blocked; under the documented policy; and on a hostile page."""
    visit = await visitor(name)
    assert not await visit.page.evaluate("isSecureContext"), "shop.test should be a page of plain http"
    await visit.open()
    question, reply = unique("Do you have this in blue?"), unique("We do!")
    await visit.write(question)
    await answer(desk, question, reply)
    await expect(visit.message(reply)).to_be_visible()

    # It is there again after a reload, on other pages and in other tabs, and nobody had to open it.
    other = await visitor("plain", beside=visit)
    await other.open()
    await expect(other.message(reply)).to_be_visible()
    await visit.page.reload()
    await expect(visit.message(question)).to_be_visible()


async def weigh(visit: Visit, place: Place) -> int:
    """Prints what came from the server, and returns the bytes of the bodies."""
    await visit.page.wait_for_load_state("networkidle")
    loaded = visit.traffic.of_server(place.chat)
    for path, (body, sent) in loaded.items():
        print(f"{path}: {body} bytes of body, {sent} with headers")
    return sum(body for body, _ in loaded.values())


async def test_an_unopened_launcher_keeps_its_budget_and_to_itself(visitor, place: Place, capsys) -> None:
    visit = await visitor("plain")
    await expect(visit.launcher).to_be_visible()
    weight = await weigh(visit, place)
    with capsys.disabled():
        print(f"\nbefore the launcher is opened: {weight} of {BUDGET_CLOSED} bytes")
    assert 0 < weight <= BUDGET_CLOSED
    assert visit.traffic.hosts() == {urlsplit(visit.page.url).netloc, urlsplit(place.chat).netloc}
    assert not visit.traffic.sockets, "nobody has opened it, and there is no earlier visit"
    assert not [url for url in visit.traffic.urls.values() if "/socket.io/" in url]


async def test_the_whole_widget_keeps_its_budget(visitor, place: Place, desk, capsys) -> None:
    """All that a conversation needs: what is seldom wanted comes when it is asked for."""
    visit = await visitor("plain")
    await visit.open()
    question, reply = unique("How much is it?"), unique("It is 9.99.")
    await visit.write(question)
    await answer(desk, question, reply)
    await expect(visit.message(reply)).to_be_visible()
    weight = await weigh(visit, place)
    with capsys.disabled():
        print(f"\nin all: {weight} of {BUDGET_OPEN} bytes")
    assert visit.traffic.hosts() == {urlsplit(visit.page.url).netloc, urlsplit(place.chat).netloc}
    assert BUDGET_CLOSED / 2 < weight <= BUDGET_OPEN


async def test_the_widget_keeps_its_budget_where_nobody_is_there(visitor, place: Place, capsys) -> None:
    """With the form for an address, which is filled in."""
    visit = await visitor("plain")
    await visit.open()
    await visit.write(unique("Is anybody there?"))
    offer = visit.page.get_by_role("button", name="Tell us where to reach you")
    await expect(offer).to_be_visible(timeout=20_000)
    await offer.click()
    await visit.page.get_by_label("E-mail").fill("ann@shop.example")
    await visit.page.get_by_role("button", name="Save").click()
    await expect(visit.widget.get_by_text("Thank you.")).to_be_visible()
    await expect(offer).to_be_hidden()
    weight = await weigh(visit, place)
    with capsys.disabled():
        print(f"\nwith nobody there: {weight} of {BUDGET_OPEN} bytes")
    assert weight <= BUDGET_OPEN


#: Everything of a browser that the widget has to do with, beside events.
USED = """Window EventTarget Node Element HTMLElement HTMLButtonElement HTMLInputElement HTMLTextAreaElement HTMLFormElement
HTMLAnchorElement HTMLScriptElement SVGElement SVGSVGElement SVGPathElement Storage Location Navigator History Document ShadowRoot
WebSocket Response Request AbortController AbortSignal CSSStyleSheet CSSStyleDeclaration DOMTokenList DOMStringMap MediaQueryList
VisualViewport ResizeObserver Object Function Array String Number Date Map Set Promise Error RegExp Math JSON Intl URL URLSearchParams
Blob Crypto Uint8Array TextEncoder DataTransfer""".split()
PROPERTIES = """(used) => {
    const names = Object.getOwnPropertyNames(window);
    const objects = names.filter((name) => used.includes(name) || name.endsWith('Event')).map((name) => window[name]);
    objects.push(Intl.DateTimeFormat, Intl.RelativeTimeFormat, new Intl.DateTimeFormat().resolvedOptions());
    return [...names, ...objects.flatMap((it) => [it, it.prototype ?? {}]).flatMap((it) => Object.getOwnPropertyNames(it))];
}"""


def keys(value: Any) -> set[str]:
    """The names in a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


async def test_what_is_shortened_is_nobody_elses(visitor, place: Place, desk) -> None:
    """Properties that get short names are none of the browser's, go over no wire and lie in no storage."""
    names = set((REPOSITORY / "web/widget/own-properties.txt").read_text().split())
    visit = await visitor("plain")
    sent: list[str] = []

    def listen(socket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: sent.append(str(frame)))

    visit.page.on("websocket", listen)
    others = set(await visit.page.evaluate(PROPERTIES, USED))
    assert {"textContent", "getItem", "key", "at", "persisted", "dataset", "languages"} <= others
    await visit.open()
    question, reply = unique("Is it long?"), unique("It is short.")
    await visit.write(question)
    await answer(desk, question, reply)
    await expect(visit.message(reply)).to_be_visible()
    for frame in sent:
        start = re.search(r"[\[{]", frame)
        others |= keys(json.loads(frame[start.start() :])) if start else set()
    config = await visit.page.evaluate(f"fetch('{place.chat}/widget/config').then((answer) => answer.json())")
    others |= keys(config)
    # What waits to be sent lies in the storage.
    others |= {"clientId", "text", "at", "ticketId", "owner"}
    assert {"guestToken", "ticket", "senderName", "appearance"} <= others
    assert names.isdisjoint(others), names & others


async def test_what_could_not_come_at_once_comes_later(visitor) -> None:
    visit = await visitor("plain")
    await visit.page.route("**/more.js", lambda route: route.abort())
    await visit.open()
    question = unique("Is https://shop.example/blue the one")
    async with visit.page.expect_event("requestfailed"):
        await visit.write(question)
    link = visit.message(question).get_by_role("link")
    await expect(link).to_have_count(0)
    await visit.page.unroute("**/more.js")
    await expect(link).to_have_attribute("href", "https://shop.example/blue", timeout=15_000)
    assert visit.told, "the browser says what it could not load"
    visit.told.clear()


async def test_a_returning_visitor_hears_of_an_answer_before_opening(visitor, desk) -> None:
    first = await visitor("plain")
    await first.open()
    question, reply = unique("Is it still there?"), unique("It is.")
    await first.write(question)
    await first.launcher.click()
    await expect(first.composer).to_be_hidden()
    await first.page.close()

    second = await visitor("plain", beside=first)
    await expect(second.launcher).to_be_visible()
    if not second.traffic.sockets:
        await second.page.wait_for_event("websocket")
    await answer(desk, question, reply)
    await expect(second.launcher).to_have_accessible_name(re.compile("1 unread"))
    await expect(second.composer).to_be_hidden()


async def test_a_site_that_is_not_allowed_sees_no_launcher_and_the_console_says_why(visitor, place: Place) -> None:
    visit = await visitor("plain", "evil.test")
    origin = place.sites.origin("evil.test")
    await visit.says(origin)
    await expect(visit.launcher).to_be_hidden()
    assert not visit.traffic.sockets
    assert visit.page.url.startswith(origin)


async def test_a_site_that_an_admin_adds_has_its_own_origin_and_look(visitor, desk, place: Place) -> None:
    made = await place.administer(
        "POST",
        "/admin/api/sites",
        name="Second shop",
        origins=[place.sites.origin("second.test")],
        appearance={"color": "#7a1fa2", "position": "left", "greeting": "Welcome to the second shop.", "title": "Second"},
    )
    site = made["site"]["siteId"]
    place.sites.add("second", place.chat, site)
    visit = await visitor("second", "second.test")
    await visit.open()
    box = await visit.launcher.bounding_box()
    assert box and box["x"] < 100
    await expect(visit.launcher).to_have_css("background-color", "rgb(122, 31, 162)")
    await expect(visit.widget.get_by_text("Welcome to the second shop.")).to_be_visible()
    question, reply = unique("Is this the second shop?"), unique("It is.")
    await visit.write(question)
    await answer(desk, question, reply)
    await expect(visit.message(reply)).to_be_visible()

    stranger = await visitor("second", "third.test")
    await stranger.says(place.sites.origin("third.test"))
    await expect(stranger.launcher).to_be_hidden()
    refused = (await place.administer("GET", "/admin/api/sites"))["refused"]
    assert [entry["siteId"] for entry in refused if entry["origin"] == place.sites.origin("third.test")] == [site]
    await place.administer("POST", f"/admin/api/sites/{site}/origins", origin=place.sites.origin("third.test"))
    await stranger.page.reload()
    await stranger.open()


#: The look of everything in the shadow root, as the browser computed it; custom properties are not look.
LOOK = """element => [...element.shadowRoot.querySelectorAll('*')].map(inner => {
    const style = getComputedStyle(inner);
    const look = {};
    for (const name of style) if (!name.startsWith('--')) look[name] = style.getPropertyValue(name);
    return [inner.tagName + '.' + inner.getAttribute('class'), look];
})"""


async def test_a_page_cannot_spoil_the_look_of_the_widget_nor_the_widget_the_pages(visitor) -> None:
    looks = {}
    for name in ["plain", "hostile"]:
        visit = await visitor(name)
        before = await visit.page.evaluate("getComputedStyle(buy).cssText + getComputedStyle(price).cssText")
        await visit.open()
        # The pointer would colour what it is on.
        await visit.page.mouse.move(1, 1)
        looks[name] = await visit.widget.evaluate(LOOK)
        assert await visit.page.evaluate("getComputedStyle(buy).cssText + getComputedStyle(price).cssText") == before
        names = await visit.page.evaluate("Object.keys(window).filter((key) => /martlet/i.test(key))")
        assert names == ["Martlet"]
        box = await visit.launcher.bounding_box()
        assert box and box["width"] >= 24 and box["height"] >= 24
    differences = [
        (plain[0], key, value, hostile[1].get(key))
        for plain, hostile in zip(looks["plain"], looks["hostile"], strict=True)
        for key, value in plain[1].items()
        if hostile[1].get(key) != value
    ]
    assert not differences, differences[:20]
