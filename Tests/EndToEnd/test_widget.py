"""The widget as a guest meets it: launcher, panel, what a message goes through, what outlives a reload, calls, languages."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from conftest import Agent, Room, hire
from peer import Peer, unique
from server import Server
from test_browser import browser, pytestmark  # noqa: F401 - the browser all tests share

STUB = "window.Martlet=window.Martlet||function(){(Martlet.q=Martlet.q||[]).push(arguments)};"


@pytest_asyncio.fixture(scope="session")
async def shop(new_server: Callable[..., Server]) -> AsyncIterator["Shop"]:
    made = Shop()
    await made.open(new_server)
    yield made
    await made.close()


class Shop:
    """A site with the widget on each of its pages, and the server that the widget comes from."""

    async def open(self, new_server: Callable[..., Server]) -> None:
        application = web.Application()
        application.router.add_get("/{page}", self._page)
        self.runner = web.AppRunner(application)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.server = await new_server("--allowed-origins", self.url).start()

    async def close(self) -> None:
        await self.runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        data = " ".join(f'data-{key}="{value}"' for key, value in request.query.items() if key != "lang")
        text = (
            f'<!doctype html><html lang="{request.query.get("lang", "en")}"><meta name="viewport" content="width=device-width">'
            f"<title>A shop</title><link rel=icon href=data:,><h1>A shop</h1><button id=before>Buy</button><script>{STUB}"
            "var told=[];for(const name of ['ready','open','close','message','unread'])"
            "Martlet('on',name,(value)=>told.push([name,value]))</script>"
            f'<script async src="{self.server.url}/widget.js" {data}></script>'
        )
        return web.Response(text=text, content_type="text/html")


class Visit:
    """One page with the widget on it."""

    def __init__(self, page: Page, pictures: Path):
        self.page, self.pictures = page, pictures
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def launcher(self) -> Locator:
        return self.page.locator("martlet-chat .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator("martlet-chat .panel")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    def message(self, text: str) -> Locator:
        return self.page.get_by_test_id("message").filter(has_text=text)

    async def write(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.message(text)).to_be_visible()

    async def more(self, name: str) -> Locator:
        await self.page.get_by_role("button", name="More").click()
        return self.page.get_by_role("button", name=name)

    async def told(self, event: str) -> list:
        return await self.page.evaluate("name => told.filter(([told]) => told === name).map(([, value]) => value ?? null)", event)

    async def picture(self, name: str) -> None:
        await self.page.screenshot(path=self.pictures / f"{name}.png")


@pytest_asyncio.fixture
async def visit(browser: Browser, shop: Shop, artefacts: Path) -> AsyncIterator[Callable]:  # noqa: F811
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    async def make(path: str = "page", width: int = 1000, height: int = 800, *, beside: Visit | None = None, **how) -> Visit:
        if beside:
            context = beside.page.context
        else:
            context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", **how)
            contexts.append(context)
        made = Visit(await context.new_page(), artefacts)
        visits.append(made)
        await made.page.goto(f"{shop.url}/{path}")
        return made

    yield make
    complaints = [complaint for made in visits for complaint in made.complaints]
    for context in contexts:
        await context.close()
    assert not complaints, complaints


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Peer]:
    """An agent of the shop, there from the start."""
    room = Room(shop.server)
    yield await room.agent(await shop_agent(shop))
    await room.leave()


async def shop_agent(shop: Shop) -> Agent:
    if not hasattr(shop, "agent"):
        shop.agent = await hire(shop.server, "eve", "Eve Online")
    return shop.agent


async def site_with(shop: Shop, **fields: object) -> tuple[str, str]:
    """A site of its own on the shop's origin: its id and its secret."""
    if not hasattr(shop, "admin"):
        shop.admin = await hire(shop.server, "max", "Max Power", role="admin")
    headers = {**shop.admin.headers, "Origin": shop.server.url}
    api = f"{shop.server.url}/admin/api/sites"
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as session:
        async with session.post(api, json={"name": unique("shop"), "origins": [shop.url], **fields}) as answer:
            assert answer.status == 201, await answer.text()
            site = (await answer.json())["site"]["siteId"]
        async with session.post(f"{api}/{site}/secret") as answer:
            return site, (await answer.json())["secret"]


async def ticket_of(desk: Peer, text: str) -> str:
    created = await desk.hears("ticket:created", lambda event: event["ticket"].get("lastText") == text)
    await desk.does("ticket:join", {"ticketId": created["ticket"]["ticketId"]})
    return created["ticket"]["ticketId"]


async def test_the_launcher_is_a_button_that_says_what_it_does(visit: Callable) -> None:
    guest = await visit()
    await expect(guest.launcher).to_have_accessible_name("Open chat")
    await expect(guest.launcher).to_have_attribute("aria-expanded", "false")
    box = await guest.launcher.bounding_box()
    assert box and box["x"] > 900 and box["y"] > 700 and box["width"] >= 56
    await guest.picture("widget-1-closed")
    await guest.launcher.focus()
    await guest.page.keyboard.press("Enter")
    await expect(guest.composer).to_be_focused()
    await expect(guest.page.get_by_role("dialog", name="How can we help?")).to_be_visible()
    await expect(guest.launcher).to_have_accessible_name("Close chat")
    panel = await guest.panel.bounding_box()
    assert panel and (panel["width"], panel["height"]) == (380, 640)
    await guest.picture("widget-2-open")
    # Esc closes it, and whoever uses the keyboard is where he was.
    await guest.page.keyboard.press("Escape")
    await expect(guest.panel).to_be_hidden()
    await expect(guest.launcher).to_be_focused()
    assert (await guest.told("ready"), len(await guest.told("open")), len(await guest.told("close"))) == ([None], 1, 1)


@pytest.mark.parametrize("height", [740, 300], ids=["whole", "keyboard"])
async def test_a_telephone_is_filled_and_its_keyboard_hides_nothing(visit: Callable, height: int) -> None:
    """The keyboard is emulated: what it leaves of a telephone is about 360 x 300."""
    guest = await visit("page", 360, height, has_touch=True)
    await guest.launcher.click()
    await expect(guest.composer).to_be_in_viewport(ratio=1)
    panel = await guest.panel.bounding_box()
    assert panel and (panel["x"], panel["y"], panel["width"], panel["height"]) == (0, 0, 360, height)
    assert await guest.composer.evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16
    assert await guest.page.evaluate("document.documentElement.scrollWidth") <= 360
    await expect(guest.launcher).to_be_hidden()
    await guest.picture(f"widget-3-telephone-{height}")
    await guest.page.get_by_role("button", name="Close chat").click()
    await expect(guest.launcher).to_be_focused()


async def test_a_message_is_stored_and_seen_and_answered(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    await guest.launcher.click()
    await expect(guest.page.get_by_test_id("presence")).to_have_text("We are here. Just write.")
    # Nothing is asked before one may write.
    await expect(guest.panel.get_by_role("textbox")).to_have_count(1)
    question = unique("Where is https://shop.example/parcel?id=7, please 👋")
    await guest.write(question)
    await expect(guest.message(question)).to_have_attribute("data-state", "stored")
    await expect(guest.message(question)).to_contain_text("Sent")
    await expect(guest.page.get_by_role("link", name="https://shop.example/parcel?id=7")).to_have_attribute("target", "_blank")
    ticket = await ticket_of(desk, question)
    await desk.does("chat:read", {"ticketId": ticket, "seq": 1})
    await expect(guest.message(question)).to_have_attribute("data-state", "seen")
    await expect(guest.message(question)).to_contain_text("Seen")
    await desk.does("chat:typing", {"ticketId": ticket, "typing": True})
    await expect(guest.page.get_by_test_id("typing")).to_have_text("Eve Online is typing")
    await guest.picture("widget-4-typing")
    answer = unique("مرحبا " + "supercalifragilistic" * 6)
    await desk.say(ticket, answer)
    await expect(guest.message(answer)).to_have_attribute("data-state", "received")
    await expect(guest.page.get_by_test_id("typing")).to_be_empty()
    await expect(guest.message(answer).locator(".bubble")).to_have_attribute("dir", "auto")
    assert await guest.message(answer).locator(".bubble").evaluate("it => getComputedStyle(it).direction") == "rtl"
    assert await guest.log.evaluate("log => log.scrollWidth <= log.clientWidth"), "a long word is broken"
    assert [message["text"] for message in await guest.told("message")] == [answer]
    await guest.picture("widget-5-answered")


async def test_nobody_there_is_no_dead_end(visit: Callable) -> None:
    guest = await visit()
    await guest.launcher.click()
    await expect(guest.page.get_by_test_id("presence")).to_contain_text("your message is kept", timeout=20_000)
    await expect(guest.page.get_by_role("button", name="Tell us where to reach you")).to_be_hidden()
    question = unique("Is anybody there?")
    await guest.write(question)
    await expect(guest.message(question)).to_have_attribute("data-state", "stored")
    await guest.page.get_by_role("button", name="Tell us where to reach you").click()
    await expect(guest.page.get_by_label("Name")).to_be_focused()
    await guest.page.get_by_label("Name").fill("Ann")
    await guest.page.get_by_label("E-mail").fill("ann@example.com")
    await guest.picture("widget-6-contact")
    await guest.page.get_by_role("button", name="Save", exact=True).click()
    await expect(guest.page.get_by_test_id("notice")).to_have_text("Thank you.")
    await expect(guest.composer).to_be_focused()
    await expect(guest.page.get_by_role("button", name="Tell us where to reach you")).to_be_hidden()


async def test_older_messages_come_on_the_way_up_and_new_ones_wait_behind_a_pill(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    await guest.launcher.click()
    question = unique("tell me everything")
    await guest.write(question)
    ticket = await ticket_of(desk, question)
    for index in range(70):
        await desk.say(ticket, f"part {index}.")
    await expect(guest.message("part 69.")).to_be_visible()
    await guest.page.reload()
    await expect(guest.message("part 69.")).to_be_in_viewport()
    await expect(guest.message("part 0.")).to_have_count(0)
    await guest.log.evaluate("log => { log.scrollTop = 0 }")
    await expect(guest.message(question)).to_have_count(1)
    await expect(guest.message(question)).not_to_be_in_viewport()
    last = unique("the end")
    await desk.say(ticket, last)
    pill = guest.page.get_by_role("button", name="1 new message")
    await expect(pill).to_be_visible()
    await expect(guest.message(last)).not_to_be_in_viewport()
    await guest.picture("widget-7-pill")
    await pill.click()
    await expect(guest.message(last)).to_be_in_viewport()


async def test_closing_the_panel_is_not_the_end_and_an_answer_is_counted(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    await guest.launcher.click()
    question = unique("I will be back")
    await guest.write(question)
    ticket = await ticket_of(desk, question)
    await guest.page.get_by_role("button", name="Close chat").first.click()
    await desk.say(ticket, unique("one"))
    await desk.say(ticket, unique("two"))
    await expect(guest.launcher).to_have_accessible_name("Open chat, 2 unread")
    await guest.picture("widget-8-unread")
    # On another page too, without opening anything.
    other = await visit("other", beside=guest)
    await expect(other.launcher).to_have_accessible_name("Open chat, 2 unread")
    await other.launcher.click()
    await expect(other.message(question)).to_be_visible()
    await expect(guest.launcher).to_have_accessible_name("Open chat")
    # An open panel and half a sentence outlive the page.
    await other.composer.fill("half a sentence")
    await other.page.goto(other.page.url + "?x=1")
    await expect(other.composer).to_have_value("half a sentence")


async def test_a_conversation_is_ended_and_another_begun_and_both_are_there(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    await guest.launcher.click()
    first, second = unique("the first matter"), unique("the second matter")
    await guest.write(first)
    await expect(guest.message(first)).to_have_attribute("data-state", "stored")
    end = await guest.more("End this conversation")
    await guest.picture("widget-9-more")
    await end.click()
    await guest.page.get_by_role("button", name="Really end it? Press again").click()
    await expect(guest.page.get_by_test_id("closed-notice")).to_contain_text("You ended this conversation.")
    await expect(guest.composer).to_be_hidden()
    await guest.picture("widget-10-ended")
    await guest.page.get_by_test_id("start-anew").click()
    await guest.write(second)
    await expect(guest.message(second)).to_have_attribute("data-state", "stored")
    await expect(guest.message(first)).to_have_count(0)
    await (await guest.more(first)).click()
    await expect(guest.message(first)).to_be_visible()
    await expect(guest.page.get_by_test_id("closed-notice")).to_be_visible()
    await (await guest.more(second)).click()
    await expect(guest.message(second)).to_be_visible()


async def test_a_transcript_has_what_was_said(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    await guest.launcher.click()
    question, answer = unique("<b>keep this</b>"), unique("kept & sent")
    await guest.write(question)
    ticket_id, note = await ticket_of(desk, question), unique("only for us")
    await desk.does("note:add", {"ticketId": ticket_id, "text": note})
    await desk.say(ticket_id, answer)
    await expect(guest.message(answer)).to_be_visible()
    for name, kind in (("Save as text", "txt"), ("Save as a web page", "html")):
        button = await guest.more(name)
        async with guest.page.expect_download() as download:
            await button.click()
        file = await download.value
        assert re.fullmatch(rf"chat-\d+\.{kind}", file.suggested_filename)
        text = Path(await file.path()).read_text()
        assert "Eve Online" in text and "<script" not in text and note not in text
        assert (question in text, answer in text) == (kind == "txt", kind == "txt")


async def test_without_a_connection_nothing_is_lost(visit: Callable) -> None:
    guest = await visit()
    await guest.launcher.click()
    await guest.write(unique("before"))
    await guest.page.context.set_offline(True)
    text = unique("meanwhile")
    await guest.write(text)
    line = guest.page.get_by_test_id("connection")
    await expect(line).to_be_empty()
    await expect(line).to_have_text("You are offline, your message will be sent")
    await expect(guest.message(text)).to_have_attribute("data-state", "waiting")
    await guest.picture("widget-11-offline")
    await guest.page.context.set_offline(False)
    await expect(guest.message(text)).to_have_attribute("data-state", "stored")
    await expect(line).to_be_empty()


async def test_files_are_refused_in_words(visit: Callable) -> None:
    guest = await visit()
    await guest.launcher.click()
    await guest.composer.evaluate("""field => {
        const files = new DataTransfer();
        files.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true }));
    }""")
    await expect(guest.panel.get_by_role("alert").filter(visible=True)).to_contain_text("Files cannot be sent here")


async def test_a_page_can_call_it_before_it_has_come_and_afterwards(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    call = "(...call) => { Martlet(...call[0]) }"
    await expect(guest.launcher).to_be_visible()
    await guest.page.evaluate(call, ["open"])
    await expect(guest.composer).to_be_visible()
    await guest.page.evaluate(call, ["identify", {"name": "Ann", "email": "ann@example.com"}])
    question = unique("who am I?")
    await guest.write(question)
    ticket = await ticket_of(desk, question)
    await guest.page.evaluate(call, ["toggle"])
    await expect(guest.panel).to_be_hidden()
    await desk.say(ticket, unique("Ann?"))
    await expect(guest.launcher).to_have_accessible_name("Open chat, 1 unread")
    assert await guest.told("unread") == [1]
    await guest.page.evaluate(call, ["hide"])
    await expect(guest.launcher).to_be_hidden()
    await guest.page.evaluate(call, ["show"])
    await expect(guest.launcher).to_be_visible()
    # Somebody else sits down at this computer.
    await guest.page.evaluate(call, ["reset"])
    await expect(guest.launcher).to_have_accessible_name("Open chat")
    await guest.page.evaluate(call, ["open"])
    await expect(guest.message(question)).to_have_count(0)
    assert await guest.page.evaluate("localStorage.getItem('martlet.default.ticket')") == ""
    await guest.page.evaluate(call, ["destroy"])
    await expect(guest.page.locator("martlet-chat")).to_have_count(0)
    assert await guest.page.evaluate("typeof Martlet") == "undefined"


@pytest.mark.parametrize("path", ["page?locale=de", "page?lang=de-AT"])
async def test_it_speaks_the_language_of_the_page(visit: Callable, path: str) -> None:
    guest = await visit(path)
    await expect(guest.launcher).to_have_accessible_name("Chat öffnen")
    await guest.launcher.click()
    await expect(guest.page.get_by_role("heading", name="Wie können wir helfen?")).to_be_visible()
    await expect(guest.composer).to_have_attribute("placeholder", "Nachricht schreiben")


async def test_arabic_is_written_from_the_right(visit: Callable) -> None:
    guest = await visit("page?locale=ar", 360, 740)
    await guest.launcher.click()
    await guest.write("مرحبا")
    assert await guest.panel.evaluate("panel => getComputedStyle(panel).direction") == "rtl"
    send, field = await guest.page.get_by_test_id("send").bounding_box(), await guest.composer.bounding_box()
    assert send and field and send["x"] < field["x"]
    await guest.picture("widget-12-arabic")


async def test_dark_is_dark_and_can_be_chosen(visit: Callable) -> None:
    guest = await visit(color_scheme="dark")
    await guest.launcher.click()
    colour = "panel => getComputedStyle(panel).backgroundColor"
    dark = await guest.panel.evaluate(colour)
    await guest.picture("widget-13-dark")
    await (await guest.more("Change light and dark")).click()
    light = await guest.panel.evaluate(colour)
    assert dark != light
    await guest.page.reload()
    await expect(guest.panel).to_be_visible()
    assert await guest.panel.evaluate(colour) == light


async def test_motion_can_be_spared_and_colours_forced(visit: Callable, desk: Peer) -> None:
    guest = await visit(reduced_motion="reduce", forced_colors="active")
    await guest.launcher.click()
    question = unique("calm")
    await guest.write(question)
    await desk.does("chat:typing", {"ticketId": await ticket_of(desk, question), "typing": True})
    typing = guest.page.get_by_test_id("typing")
    await expect(typing).not_to_be_empty()
    assert await typing.evaluate("line => getComputedStyle(line, '::after').animationName") == "none"
    await expect(guest.message(question).locator(".bubble")).to_have_css("border-top-style", "solid")
    await guest.picture("widget-14-forced-colours")


async def test_a_site_has_its_own_look_and_hours(visit: Callable, shop: Shop) -> None:
    tomorrow = time.gmtime(time.time() + 86_400).tm_wday + 1
    site, _ = await site_with(
        shop,
        appearance={"color": "#ffe08a", "position": "left", "greeting": "Ahoy!", "title": "Ask the crew"},
        hours={"timeZone": "UTC", "days": [{"day": tomorrow, "from": "09:00", "to": "17:00"}]},
    )
    guest = await visit(f"page?site={site}")
    box = await guest.launcher.bounding_box()
    assert box and box["x"] < 40
    await expect(guest.launcher).to_have_css("color", "rgb(0, 0, 0)")
    await guest.launcher.click()
    await expect(guest.page.get_by_role("dialog", name="Ask the crew")).to_be_visible()
    await expect(guest.log).to_contain_text("Ahoy!")
    weekday = time.strftime("%A", time.gmtime(time.time() + 86_400))
    await expect(guest.page.get_by_test_id("presence")).to_contain_text(f"We answer from {weekday}", timeout=20_000)
    await guest.picture("widget-15-own-look")


async def test_whom_a_site_vouches_for_is_the_same_on_every_device(visit: Callable, shop: Shop, desk: Peer) -> None:
    site, secret = await site_with(shop)
    exp = int(time.time()) + 3600
    name = unique("user")
    person = {"id": name, "exp": exp, "name": "Ann Onymous", "hash": hmac.new(secret.encode(), f"{name}\n{exp}".encode(), hashlib.sha256).hexdigest()}
    call = "person => { Martlet('identify', person); Martlet('open') }"
    one, two, liar = [await visit(f"page?site={site}") for _ in range(3)]
    await one.page.evaluate(call, person)
    question = unique("it is me")
    await expect(one.composer).to_be_visible()
    await one.write(question)
    created = await desk.hears("ticket:created", lambda event: event["ticket"].get("lastText") == question)
    assert (created["ticket"]["verified"], created["ticket"]["customerName"]) == (True, "Ann Onymous")
    await two.page.evaluate(call, person)
    await expect(two.message(question)).to_be_visible()
    await liar.page.evaluate(call, {**person, "hash": "0" * 64})
    await expect(liar.page.get_by_test_id("notice")).to_contain_text("could not be opened")
    await expect(liar.message(question)).to_have_count(0)


async def test_the_whole_story_by_keyboard(visit: Callable, desk: Peer) -> None:
    guest = await visit()
    press = guest.page.keyboard.press
    focused = "() => { let it = document.activeElement; while (it.shadowRoot) it = it.shadowRoot.activeElement; return it.ariaLabel ?? it.textContent }"
    await expect(guest.launcher).to_be_visible()
    await press("Tab")
    await press("Tab")
    assert await guest.page.evaluate(focused) == "Open chat"
    await press("Enter")
    await expect(guest.composer).to_be_focused()
    question = unique("without a mouse")
    await guest.page.keyboard.type(question)
    await press("Enter")
    await expect(guest.message(question)).to_have_attribute("data-state", "stored")
    for expected in ("Messages", "Close chat", "More"):
        await press("Shift+Tab")
        assert await guest.page.evaluate(focused) == expected
    await press("Enter")
    await expect(guest.page.get_by_role("button", name="Back")).to_be_focused()
    await press("Escape")
    await expect(guest.page.get_by_role("button", name="More")).to_be_focused()
    await press("Escape")
    await expect(guest.launcher).to_be_focused()
