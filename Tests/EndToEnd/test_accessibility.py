"""axe-core on every page, in both themes and the main states, within the widget's shadow root too. No rule is off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

import screenshots
from demo import Demo, furnish
from peer import Peer
from server import Server
from shop import Shop
from test_browser import browser, pytestmark  # noqa: F401

#: All rules that axe runs by itself, and the one of WCAG 2.2 that it does not.
OPTIONS = {"rules": {"target-size": {"enabled": True}}}
THEMES = ("light", "dark")


@dataclass
class House:
    demo: Demo
    shop: Shop
    browser: Browser

    async def context(self, theme: str, width: int = 1280, height: int = 800) -> BrowserContext:
        return await self.browser.new_context(
            base_url=self.demo.server.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            locale="en-GB",
        )


@pytest_asyncio.fixture(scope="module")
async def house(new_server: Callable[..., Server], browser: Browser) -> AsyncIterator[House]:  # noqa: F811
    shop = await Shop().start()
    server = await new_server().start()
    demo = await furnish(server, origins=[shop.url])
    shop.chat = server.url
    emil = await Peer(server.url).connect(headers=demo.agents["emil"].headers)
    yield House(demo, shop, browser)
    await emil.close()
    await shop.stop()


async def faults(page: Page) -> list[str]:
    """What axe finds, a line each; what it could not decide is none."""
    found = (await Axe().run(page, options=OPTIONS)).response
    return [
        f"{violation['id']}: {node['target']} {(node['any'] + node['all'] + node['none'] + [{'message': ''}])[0]['message']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def wrong_login(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto("/agent/login?error=unauthorized")
    await page.get_by_role("alert").wait_for()


async def used_link(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto("/invite#AAAAAAAAAAAAAAAAAAAAAA")
    await page.get_by_role("link", name="Log in").wait_for()


async def closed_talk(page: Page, demo: Demo, shop: Shop) -> None:
    await screenshots.returning(page, demo, "Ingrid Solheim")
    await page.goto("/")
    await page.get_by_test_id("start-anew").wait_for()


async def second_factor(page: Page, demo: Demo, shop: Shop) -> None:
    await screenshots.settings(page, demo, shop)
    await page.get_by_role("button", name="Set it up").click()
    await page.get_by_label("Your password").wait_for()


async def closed_ticket(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto(f"/agent/dashboard#closed/{screenshots.ticket(demo, 'Ingrid Solheim')}")
    await page.get_by_test_id("closed-line").wait_for()


def at(path: str) -> screenshots.Steps:
    async def steps(page: Page, demo: Demo, shop: Shop) -> None:
        await page.goto(path)
        await page.get_by_role("heading", level=1).wait_for()

    return steps


def clicking(steps: screenshots.Steps, name: str, shows: str = "dialog[open]") -> screenshots.Steps:
    async def more(page: Page, demo: Demo, shop: Shop) -> None:
        await steps(page, demo, shop)
        await page.get_by_role("button", name=name).first.click()
        await page.locator(shows).first.wait_for()

    return more


AGENTS, REPLIES = screenshots.PAGES["admin-agents"], screenshots.PAGES["admin-replies"]

STATES: dict[str, screenshots.Steps] = screenshots.PAGES | {
    "login-refused": wrong_login,
    "invite-used": used_link,
    "setup-used": at("/setup"),
    "logout": at("/agent/logout"),
    "not-found": at("/nowhere"),
    "customer-closed": closed_talk,
    "settings-second-factor": second_factor,
    "dashboard-closed": closed_ticket,
    "admin-invite": clicking(AGENTS, "Invite somebody"),
    "admin-agent": clicking(AGENTS, "Manage Emil Okafor"),
    "admin-reply": clicking(REPLIES, "Edit Returns"),
    "admin-delete-reply": clicking(REPLIES, "Delete Returns"),
    "admin-new-site": screenshots.admin("sites/new", ".shot"),
    "admin-guest": screenshots.admin("privacy/some-guest-or-other", ".row"),
    "admin-failure": screenshots.admin("sites/there-is-none", ".empty"),
}
ANYBODY = (*screenshots.GUESTS, "setup", "not-found")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("theme", THEMES)
async def test_axe_finds_nothing(house: House, theme: str) -> None:
    """All states in one browser each, one after the other: a page of its own costs more than the check."""
    told: dict[str, list[str]] = {}
    for name, steps in STATES.items():
        # Narrow ones in the other half of the runs: what differs is the layout.
        is_narrow = (list(STATES).index(name) + THEMES.index(theme)) % 2 == 1
        context = await house.context(theme, *((360, 740) if is_narrow else (1280, 800)))
        await screenshots.enter(context, name, house.demo, ANYBODY)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        await steps(page, house.demo, house.shop)
        if found := await faults(page):
            told[name] = found
        width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            told.setdefault(name, []).append(f"{width} px wider than the window")
        await context.close()
    assert not told, "\n".join(f"{name}, {theme}: {fault}" for name, found in told.items() for fault in found)


PLANTED: dict[str, tuple[str, str]] = {
    "button-name": ("/admin#agents", "document.querySelector('#body button').textContent = ''"),
    "color-contrast": ("/agent/login", "document.querySelector('h1').style.color = '#d8d4cc'"),
    "target-size": (
        "/agent/login",
        "const row = document.createElement('div'); row.style.display = 'flex'; document.querySelector('form').append(row);"
        " for (const name of 'xy') { const small = document.createElement('button'); small.textContent = name;"
        " small.style.cssText = 'inline-size: 10px; block-size: 10px; padding: 0; border: 0'; row.append(small) }",
    ),
}


async def test_a_planted_fault_is_found(house: House) -> None:
    context = await house.context("light")
    await screenshots.enter(context, "admin", house.demo, ())
    page = await context.new_page()
    await page.goto("/admin#agents")
    await page.locator("#body .row").first.wait_for()
    assert not await faults(page)
    await page.evaluate(PLANTED["button-name"][1])
    assert any(fault.startswith("button-name") for fault in await faults(page))
    await context.clear_cookies()
    for rule in ("color-contrast", "target-size"):
        path, plant = PLANTED[rule]
        await page.goto(path)
        await page.evaluate(plant)
        assert any(fault.startswith(rule) for fault in await faults(page)), rule
    # Within the shadow root too.
    await screenshots.widget_new(page, house.demo, house.shop)
    await page.evaluate(
        "document.querySelector('martlet-chat').shadowRoot.querySelector('[data-testid=send]').removeAttribute('aria-label')"
    )
    assert any(fault.startswith("button-name") for fault in await faults(page))
    await context.close()
