"""The story by hand: two browser windows, Debian's Chromium, pictures into artefacts/."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import shutil
import struct
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, async_playwright, expect

from conftest import Agent, Room, hire
from peer import unique
from server import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Names for pages of other sites, and what browsers do about cookies of other sites.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    "--test-third-party-cookie-phaseout",
]

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed: apt-get install chromium"
    ),
    pytest.mark.timeout(120),
]
expect.set_options(timeout=10_000)
#: A password is hashed in between: seconds in a debug build on a busy machine.
A_HASH = 60_000


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM, "chromium is not installed, and CI must not pass without it"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield launched
        await launched.close()


class Window:
    """A page with its complaints. Those about an address that `expected` fits are no fault of the page."""

    def __init__(self, page: Page, pictures: Path, name: str):
        self.page, self.name = page, name
        self.pictures = pictures
        self.complaints: list[str] = []
        self.expected: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"{name}: {error}"))
        page.on("console", self._console)
        page.on("dialog", lambda dialog: dialog.accept())

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        told = f"{message.text} ({message.location['url']})"
        if not any(re.search(pattern, told) for pattern in self.expected):
            self.complaints.append(f"{self.name}: {told}")

    async def picture(self, name: str) -> None:
        await self.page.screenshot(path=self.pictures / f"{name}.png")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def write(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.log.get_by_text(text)).to_be_visible()


@pytest_asyncio.fixture
async def windows(browser: Browser, server: Server, artefacts: Path) -> AsyncIterator[Callable]:
    opened: list[Window] = []
    contexts: list[BrowserContext] = []

    async def open_window(
        name: str, width: int, height: int, *, beside: Window | None = None, at: Server = server
    ) -> Window:
        """A window with cookies and storage of its own, or another tab of the one it is `beside`."""
        if beside:
            context = beside.page.context
        else:
            context = await browser.new_context(
                base_url=at.url, viewport={"width": width, "height": height}, locale="en-GB"
            )
            contexts.append(context)
        window = Window(await context.new_page(), artefacts, name)
        opened.append(window)
        return window

    yield open_window
    for context in contexts:
        await context.close()
    complaints = [complaint for window in opened for complaint in window.complaints]
    assert not complaints, complaints


async def log_in(window: Window, agent: Agent) -> None:
    await window.page.goto("/agent/dashboard")
    await expect(window.page).to_have_url(re.compile(r"/agent/login"))
    await window.page.get_by_label("Username").fill(agent.username)
    await window.page.get_by_label("Password", exact=True).fill(agent.password)
    await window.page.get_by_role("button", name=re.compile("log in|sign in", re.I)).click()
    await expect(window.page).to_have_url(re.compile(r"/agent/dashboard"), timeout=A_HASH)


def entry(window: Window, text: str) -> Locator:
    """The row of a conversation in the agent's list."""
    return window.page.get_by_test_id("ticket").filter(has_text=text)


async def test_the_story_in_two_windows(windows: Callable, ada: Agent) -> None:
    guest = await windows("guest", 900, 760)
    agent = await windows("agent", 1280, 800)
    question = "Hello, my parcel has not arrived. Can you see where it is?"
    answer = "Good morning! It left our house yesterday and should be with you today."
    thanks = "Wonderful, thank you!"

    # The agent is at the desk before the guest writes, so that the ticket has to appear by itself.
    await log_in(agent, ada)
    await agent.picture("1-dashboard-before")
    await guest.page.goto("/")
    await guest.write(question)
    await guest.picture("2-guest-has-written")

    await expect(entry(agent, question)).to_be_visible()
    await agent.picture("3-dashboard-ticket-appeared")
    await entry(agent, question).click()
    await expect(agent.log.get_by_text(question)).to_be_visible()
    await agent.write(answer)
    await expect(guest.log.get_by_text(answer)).to_be_visible()
    await guest.write(thanks)
    await expect(agent.log.get_by_text(thanks)).to_be_visible()
    await agent.picture("4-dashboard-conversation")
    await guest.picture("5-guest-conversation")

    # A reload keeps the conversation.
    await guest.page.reload()
    for text in (question, answer, thanks):
        await expect(guest.log.get_by_text(text)).to_be_visible()

    await agent.page.get_by_role("button", name="Close", exact=True).click()
    await expect(agent.page.get_by_test_id("closed-line")).to_be_visible()
    await expect(guest.page.get_by_test_id("closed-notice")).to_be_visible()
    await expect(guest.composer).to_be_hidden()
    await guest.picture("6-guest-is-told")
    await agent.picture("7-dashboard-closed")
    await guest.page.reload()
    await expect(guest.page.get_by_test_id("closed-notice")).to_be_visible()
    await expect(guest.log.get_by_text(answer)).to_be_visible()
    await expect(guest.composer).to_be_hidden()


async def test_text_is_text(windows: Callable, ada: Agent) -> None:
    """What looks like HTML is shown, not run, on both sides."""
    guest, agent = await windows("guest", 390, 760), await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await guest.page.goto("/")
    mark = unique("mark")
    text = f"<img src=x onerror=alert(1)> <script>document.title='x'</script> {mark}"
    await guest.write(text)
    await entry(agent, mark).click()
    await expect(agent.log.get_by_text(text)).to_be_visible()
    for window in (guest, agent):
        assert await window.page.locator("[onerror]").count() == 0
        assert await window.page.title() != "x"
    await guest.picture("8-guest-on-a-telephone")


async def test_without_websocket_the_page_polls(windows: Callable, ada: Agent) -> None:
    guest = await windows("guest", 900, 760)
    guest.expected = ["/socket.io/"]

    async def refuse(route: object) -> None:
        await route.close()  # type: ignore[attr-defined]

    await guest.page.route_web_socket(re.compile(".*"), refuse)
    async with guest.page.expect_response(
        lambda answer: "transport=polling" in answer.url and answer.request.method == "POST", timeout=30_000
    ):
        await guest.page.goto("/")
    text = unique("through polling")
    await guest.write(text)
    await guest.page.reload()
    await expect(guest.log.get_by_text(text)).to_be_visible(timeout=20_000)


async def test_a_conversation_is_assigned_after_a_message(windows: Callable, ada: Agent) -> None:
    """A message raises the ticket's version, and is no reason to refuse the assignment."""
    guest, agent = await windows("guest", 900, 760), await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await guest.page.goto("/")
    question = unique("who takes this")
    await guest.write(question)
    await entry(agent, question).click()
    await agent.write(unique("an answer"))
    await guest.write(unique("and more"))
    await agent.page.get_by_role("button", name="Assign to me").click()
    await expect(agent.page.get_by_role("button", name="Assigned to you. Change")).to_be_visible()
    last = unique("still more")
    await guest.write(last)
    await expect(agent.log.get_by_text(last)).to_be_visible()
    await agent.page.get_by_test_id("assignee").click()
    await agent.page.get_by_role("button", name="Release").click()
    await expect(agent.page.get_by_role("button", name="Assign to me")).to_be_visible()
    await expect(agent.page.get_by_role("alert").filter(visible=True)).to_have_count(0)


async def test_a_closed_conversation_is_read_and_reopened(windows: Callable, ada: Agent) -> None:
    guest, agent = await windows("guest", 900, 760), await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await guest.page.goto("/")
    question = unique("a question for later")
    await guest.write(question)
    await entry(agent, question).click()
    # Somebody who writes when it closes is led to what can be done next.
    await guest.composer.fill("half a sentence")
    await agent.page.get_by_role("button", name="Close", exact=True).click()
    await expect(guest.page.get_by_test_id("start-anew")).to_be_focused()
    await expect(entry(agent, question)).to_be_hidden()
    await agent.page.get_by_test_id("view-closed").click()
    await expect(entry(agent, question)).to_be_visible()
    await agent.page.reload()
    await entry(agent, question).click()
    await expect(agent.log.get_by_text(question)).to_be_visible()
    await expect(agent.page.get_by_test_id("closed-line")).to_contain_text(f"Closed by {ada.name}")
    await expect(agent.composer).to_be_hidden()
    await agent.page.get_by_role("button", name="Reopen").click()
    await agent.write(unique("one more thing"))
    await guest.write(unique("go on"))
    await agent.page.get_by_test_id("view-open").click()
    await expect(entry(agent, "go on")).to_be_visible()


async def test_two_tabs_of_one_guest_stay_in_one_conversation(windows: Callable, ada: Agent) -> None:
    one, agent = await windows("one", 900, 760), await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await one.page.goto("/")
    first, second = unique("the first"), unique("the second")
    await one.write(first)
    two = await windows("two", 900, 760, beside=one)
    await two.page.goto("/")
    await expect(two.log.get_by_text(first)).to_be_visible()
    await entry(agent, first).click()
    await agent.page.get_by_role("button", name="Close", exact=True).click()
    await expect(two.page.get_by_test_id("closed-notice")).to_be_visible()
    await one.page.get_by_test_id("start-anew").click()
    await one.write(second)
    await expect(two.log.get_by_text(second)).to_be_visible()
    # What happens in the old conversation takes nobody out of the new one.
    await agent.page.get_by_role("button", name="Reopen").click()
    await agent.write(unique("to the old one"))
    for tab in (one, two):
        await tab.page.reload()
        await expect(tab.log.get_by_text(second)).to_be_visible()
        await expect(tab.log.get_by_text(first)).to_have_count(0)


async def test_the_list_is_true_after_a_reconnect(windows: Callable, room: Room, ada: Agent, ben: Agent) -> None:
    agent, colleague, guest = await windows("agent", 1280, 800), await room.agent(ben), await room.guest()
    agent.expected = ["/socket.io/"]
    subject, other = unique("closed meanwhile"), unique("taken meanwhile")
    closed = (await guest.does("ticket:create", {"text": subject}))["ticket"]
    taken = (await guest.does("ticket:create", {"text": other}))["ticket"]
    await log_in(agent, ada)
    await agent.page.get_by_test_id("view-unassigned").click()
    for text in (subject, other):
        await expect(entry(agent, text)).to_be_visible()
    before = int(await agent.page.get_by_test_id("count-open").inner_text())
    await agent.page.context.set_offline(True)
    await expect(agent.page.get_by_test_id("connection")).to_contain_text("offline")
    await colleague.does("ticket:close", {"ticketId": closed["ticketId"]})
    await colleague.does("ticket:assign", {"ticketId": taken["ticketId"], "agentId": ben.agent_id})
    await agent.page.context.set_offline(False)
    for text in (subject, other):
        await expect(entry(agent, text)).to_have_count(0)
    await expect(agent.page.get_by_test_id("count-open")).to_have_text(str(before - 1))
    await agent.page.get_by_test_id("view-open").click()
    await expect(entry(agent, other)).to_be_visible()
    await expect(entry(agent, subject)).to_have_count(0)


async def test_a_conversation_that_is_none_is_said_so(windows: Callable, ada: Agent) -> None:
    agent = await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await agent.page.goto("/agent/dashboard#open/there-is-none")
    await expect(agent.page.get_by_role("heading", name="Not available")).to_be_visible()
    await expect(agent.composer).to_be_hidden()
    for name in ("Close", "Reopen", "Assign to me"):
        await expect(agent.page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    await agent.picture("9-dashboard-not-available")


async def test_logging_out_comes_without_reproach(windows: Callable, ada: Agent) -> None:
    agent = await windows("agent", 1280, 800)
    await log_in(agent, ada)
    await expect(agent.page.get_by_test_id("connection")).to_have_attribute("data-state", "ready")
    await agent.page.get_by_test_id("menu").click()
    await agent.page.get_by_test_id("logout").click()
    await expect(agent.page).to_have_url(re.compile(r"/agent/login$"))
    await expect(agent.page.get_by_role("status")).to_be_hidden()


async def test_a_message_that_waits_outlives_its_tab(windows: Callable) -> None:
    guest = await windows("guest", 900, 760)
    guest.expected = ["/socket.io/"]
    await guest.page.goto("/")
    await expect(guest.page.get_by_test_id("connection")).to_have_attribute("data-state", "ready")
    await guest.page.context.set_offline(True)
    text = unique("written without a net")
    await guest.write(text)
    context = guest.page.context
    async with guest.page.expect_event("close"):
        await guest.page.close(run_before_unload=True)
    await context.set_offline(False)
    again = await windows("guest again", 900, 760, beside=guest)
    await again.page.goto("/")
    message = again.page.get_by_test_id("message").filter(has_text=text)
    await expect(message).to_have_attribute("data-state", "stored")
    await again.page.reload()
    await expect(message).to_have_count(1)


async def test_a_server_that_dies_is_only_an_interruption(windows: Callable, new_server: Callable[..., Server]) -> None:
    """kill -9 with both pages open; what both write meanwhile arrives by itself, once."""
    mortal = await new_server().start()
    ada = await hire(mortal, "ada", "Ada Lovelace")
    guest, agent = await windows("guest", 900, 760, at=mortal), await windows("agent", 1280, 800, at=mortal)
    for window in (guest, agent):
        window.expected = ["/socket.io/", "polling.js"]
    await log_in(agent, ada)
    await guest.page.goto("/")
    question, answer, more = unique("before"), unique("the answer meanwhile"), unique("more meanwhile")
    await guest.write(question)
    await entry(agent, question).click()
    await expect(agent.log.get_by_text(question)).to_be_visible()
    mortal.arguments = ("--port", str(mortal.address[1]))
    await mortal.kill()
    await guest.write(more)
    await agent.write(answer)
    await expect(guest.page.get_by_test_id("connection")).to_contain_text("your message will be sent")
    await mortal.start()
    for window, own, other in ((guest, more, answer), (agent, answer, more)):
        await expect(window.log.get_by_text(other)).to_be_visible(timeout=30_000)
        sent = window.page.get_by_test_id("message").filter(has_text=own)
        await expect(sent).to_have_count(1)
        await expect(sent).to_have_attribute("data-state", re.compile("stored|seen"))
    await expect(entry(agent, more).or_(entry(agent, answer))).to_be_visible()


async def test_the_keyboard_stays_where_it_is_needed(windows: Callable, room: Room, ada: Agent) -> None:
    guest, agent = await windows("guest", 390, 700), await room.agent(ada)
    await guest.page.goto("/")
    # What is never drawn is no message.
    await guest.composer.fill("\u200b \u2060")
    await expect(guest.page.get_by_test_id("send")).to_be_disabled()
    await guest.composer.press("Enter")
    await expect(guest.page.get_by_test_id("message")).to_have_count(0)
    question = unique("tell me everything")
    await guest.write(question)
    created = await agent.hears("ticket:created", lambda event: event["ticket"].get("lastText") == question)
    ticket_id = created["ticket"]["ticketId"]
    for index in range(12):
        await agent.say(ticket_id, f"{index}: " + "a long story " * 12)
    await expect(guest.page.get_by_test_id("message")).to_have_count(13)
    await guest.log.evaluate("log => { log.scrollTop = 0 }")
    last = unique("the end")
    pill = guest.page.get_by_role("button", name="1 new message")
    await expect(guest.page.get_by_role("button", name="To the newest")).to_be_visible()
    await agent.say(ticket_id, last)
    await pill.press("Enter")
    await expect(guest.log.get_by_text(last)).to_be_in_viewport()
    await expect(guest.log).to_be_focused()


async def test_a_telephone_shows_who_it_is(windows: Callable, ada: Agent) -> None:
    guest, agent = await windows("guest", 900, 760), await windows("agent", 320, 640)
    await log_in(agent, ada)
    await guest.page.goto("/")
    question = unique("on the way")
    await guest.write(question)
    await expect(agent.page.get_by_role("main")).to_be_visible()
    await expect(agent.page.get_by_test_id("menu")).to_contain_text(ada.name)
    await entry(agent, question).click()
    await expect(agent.page.get_by_role("button", name="Assign to me")).to_be_visible()
    await expect(agent.page.get_by_role("heading", level=1)).to_have_count(1)
    title = agent.page.get_by_role("heading", name=re.compile(r"^Guest \d+$"))
    assert await title.evaluate("title => title.scrollWidth <= title.clientWidth"), "the name is cut"
    await agent.picture("10-dashboard-on-a-telephone")


def code_now(key: str) -> str:
    """What an authenticator app shows (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.new(base64.b32decode(key.replace(" ", "")), step, hashlib.sha1).digest()
    start = mac[19] & 15
    return f"{(struct.unpack('>I', mac[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


async def test_a_second_factor_is_set_up_and_asked_for(windows: Callable, server: Server) -> None:
    gus = await hire(server, "gus", "Gus Grissom")
    window = await windows("settings", 360, 740)
    page = window.page
    await page.context.add_cookies([{"name": "token", "value": gus.cookie, "url": server.url}])
    await page.goto("/agent/settings")
    await expect(page.get_by_text("Gus Grissom, logged in as gus.")).to_be_visible()
    await expect(page.get_by_text("this one", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360

    await page.get_by_role("button", name="Set it up").click()
    await page.get_by_label("Your password").fill(gus.password)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_test_id("key")).to_be_visible(timeout=A_HASH)
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await window.picture("settings-second-factor")
    await page.get_by_label("The code it shows").fill(code_now(await page.get_by_test_id("key").inner_text()))
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_test_id("codes").get_by_role("listitem")).to_have_count(10)
    code = await page.get_by_test_id("codes").get_by_role("listitem").first.inner_text()
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_text("It is on.")).to_be_visible()

    await page.get_by_role("button", name="Log out").click()
    await expect(page).to_have_url(re.compile(r"/agent/login"))
    window.expected.append("401")
    await page.get_by_label("Username").fill(gus.username)
    await page.get_by_label("Password", exact=True).fill(gus.password)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_label("Code of your authenticator app")).to_be_focused(timeout=A_HASH)
    await page.get_by_label("Code of your authenticator app").fill(code)
    await page.get_by_role("button", name="Log in").click()
    await expect(page).to_have_url(re.compile(r"/agent/dashboard"), timeout=A_HASH)
