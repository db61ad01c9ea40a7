"""Writes a picture of each page, light and dark, wide and on a telephone, into artefacts/screenshots.

    make screenshots                                all of them
    Tests/EndToEnd/run.sh screenshots admin widget  those whose name has one of these words
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from demo import Demo, furnish
from peer import Peer
from server import ROOT, Server, find_binary
from shop import Shop
from test_browser import CHROMIUM, SWITCHES

OUT = ROOT / "artefacts" / "screenshots"
SIZES = {"wide": (1280, 800), "phone": (360, 740)}
WAIT = 15_000

Steps = Callable[[Page, Demo, Shop], Awaitable[None]]


def ticket(demo: Demo, name: str) -> str:
    return next(talk.ticket_id for talk in demo.talks if talk.name == name)


async def login(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto("/agent/login")
    await page.get_by_label("Username").fill("nora")


async def settings(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto("/agent/settings")
    await page.get_by_text("logged in as").wait_for()


async def invite(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto(demo.invitation)
    await page.get_by_label("Password", exact=True).wait_for()


async def dashboard(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto(f"/agent/dashboard#open/{ticket(demo, 'Maja Berg')}")
    await page.get_by_test_id("message").first.wait_for()


async def dashboard_list(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto("/agent/dashboard")
    await page.get_by_test_id("ticket").first.wait_for()


async def customer(page: Page, demo: Demo, shop: Shop) -> None:
    await returning(page, demo, "Aylin Kaya")
    await page.goto("/")
    await page.get_by_test_id("message").nth(2).wait_for()


async def widget_closed(page: Page, demo: Demo, shop: Shop) -> None:
    await page.goto(shop.url)
    await page.get_by_role("button", name="Open chat").wait_for()


async def widget_new(page: Page, demo: Demo, shop: Shop) -> None:
    await widget_closed(page, demo, shop)
    await page.get_by_role("button", name="Open chat").click()
    await page.get_by_test_id("composer").wait_for()


async def widget(page: Page, demo: Demo, shop: Shop) -> None:
    await returning(page, demo, "Maja Berg")
    await page.goto(shop.url)
    await page.get_by_role("button", name="Open chat").click()
    await page.get_by_test_id("message").nth(4).wait_for()


async def returning(page: Page, demo: Demo, name: str) -> None:
    """The browser of a guest who was here before."""
    talk = next(talk for talk in demo.talks if talk.name == name)
    known = json.dumps({"guest": talk.token, "ticket": talk.ticket_id})
    await page.add_init_script(
        f"for (const site of ['', 'default.']) for (const [key, value] of Object.entries({known}))"
        " localStorage.setItem(`martlet.${site}${key}`, value);"
    )


def admin(section: str, shows: str) -> Steps:
    async def steps(page: Page, demo: Demo, shop: Shop) -> None:
        await page.goto(f"/admin#{section}")
        await page.locator(f"#body {shows}").first.wait_for()

    return steps


PAGES: dict[str, Steps] = {
    "login": login,
    "invite": invite,
    "settings": settings,
    "customer": customer,
    "widget-closed": widget_closed,
    "widget-new": widget_new,
    "widget": widget,
    "dashboard": dashboard,
    "dashboard-list": dashboard_list,
    "admin-checklist": admin("checklist", ".step"),
    "admin-agents": admin("agents", ".row"),
    "admin-sites": admin("sites", ".facts"),
    "admin-site": admin("sites/default", ".shot"),
    "admin-sessions": admin("sessions", ".row"),
    "admin-replies": admin("replies", ".row"),
    "admin-words": admin("words", "textarea"),
    "admin-privacy": admin("privacy", "form"),
    "admin-audit": admin("audit", ".entry"),
}
GUESTS = ("login", "invite", "customer", "widget")


async def take(browser: Browser, demo: Demo, shop: Shop, wanted: list[str]) -> int:
    taken = 0
    for theme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            for name, steps in PAGES.items():
                if wanted and not any(word in name for word in wanted):
                    continue
                context = await browser.new_context(
                    base_url=demo.server.url,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                    locale="en-GB",
                    timezone_id="Europe/Stockholm",
                    has_touch=size == "phone",
                )
                await _picture(context, name, steps, demo, shop, OUT / f"{name}-{size}-{theme}.png")
                await context.close()
                taken += 1
    return taken


async def enter(context: BrowserContext, name: str, demo: Demo, anybody: tuple[str, ...] = GUESTS) -> None:
    """Logs the admin in, where the page is not one that anybody may see."""
    if not name.startswith(anybody):
        await context.add_cookies([{"name": "token", "value": demo.nora.cookie, "url": demo.server.url}])


async def _picture(context: BrowserContext, name: str, steps: Steps, demo: Demo, shop: Shop, path: Path) -> None:
    await enter(context, name, demo)
    page = await context.new_page()
    page.set_default_timeout(WAIT)
    await steps(page, demo, shop)
    await page.evaluate("document.fonts.ready")
    # Presence and read positions follow what is shown.
    await page.wait_for_timeout(500)
    await page.screenshot(path=path, caret="hide")


async def main(wanted: list[str]) -> None:
    binary = find_binary()
    if binary is None or CHROMIUM is None:
        sys.exit("this needs the built binary (`swift build --product martlet`) and Chromium")
    OUT.mkdir(parents=True, exist_ok=True)
    shop = await Shop().start()
    with tempfile.TemporaryDirectory(prefix="martlet-pictures-") as home:
        server = await Server(binary, Path(home) / "data", Path(home) / "log").start()
        try:
            demo = await furnish(server, origins=[shop.url])
            shop.chat = server.url
            # Somebody is there to answer.
            emil = await Peer(server.url).connect(headers=demo.agents["emil"].headers)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
                taken = await take(browser, demo, shop, wanted)
                await browser.close()
            await emil.close()
        finally:
            await server.stop()
            await shop.stop()
    print(f"{taken} pictures in {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
