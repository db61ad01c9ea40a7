"""The story by hand: two browser windows, Debian's Chromium, pictures into artefacts/."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from conftest import Agent
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
]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"),
    pytest.mark.timeout(120),
]
expect.set_options(timeout=10_000)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield launched
        await launched.close()


class Window:
    """A window of a browser of its own: its cookies, storage and complaints."""

    def __init__(self, page: Page, pictures: Path, name: str):
        self.page, self.name = page, name
        self.pictures = pictures
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"{name}: {error}"))
        page.on("console", self._console)
        page.on("dialog", lambda dialog: dialog.accept())

    def _console(self, message: object) -> None:
        # What the network refuses on purpose is told by the browser as well; that is no fault of the page.
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and "Failed to load resource" not in text:
            self.complaints.append(f"{self.name}: {text}")

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
    contexts = []

    async def open_window(name: str, width: int, height: int) -> Window:
        context = await browser.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, locale="en-GB"
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
    await expect(window.page).to_have_url(re.compile(r"/agent/dashboard"))


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

    entry = agent.page.get_by_test_id("ticket").filter(has_text=question)
    await expect(entry).to_be_visible()
    await agent.picture("3-dashboard-ticket-appeared")
    await entry.click()
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
    await agent.page.get_by_test_id("ticket").filter(has_text=mark).click()
    await expect(agent.log.get_by_text(text)).to_be_visible()
    for window in (guest, agent):
        assert await window.page.locator("[onerror]").count() == 0
        assert await window.page.title() != "x"
    await guest.picture("8-guest-on-a-telephone")


async def test_without_websocket_the_page_polls(windows: Callable, ada: Agent) -> None:
    guest = await windows("guest", 900, 760)

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
