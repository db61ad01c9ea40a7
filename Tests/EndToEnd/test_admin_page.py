"""The administration by hand: one server, one admin, and every section does what it says."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

import leaks
from agents import Agent, hire
from office import Office
from peer import Refused, unique
from server import ROOT, Server
from test_browser import A_HASH, browser, pytestmark  # noqa: F401


class House(Office):
    async def window(self, agent: Agent | None, width: int = 1100) -> Page:
        """A page of a browser of its own, logged in as `agent`."""
        return await (await self.context(agent, width, 800)).new_page()

    async def admin(self, section: str) -> Page:
        page = await self.window(self.nora)
        await page.goto(f"/admin#{section}")
        await expect(page.locator("#body")).not_to_have_attribute("aria-busy", "true")
        return page

    async def asks(self, path: str, **how: object) -> dict:
        async with aiohttp.ClientSession(self.server.url) as http:
            async with http.get(path, **how) as answer:  # type: ignore[arg-type]
                return await answer.json() | {"status": answer.status}


@pytest_asyncio.fixture(scope="module")
async def place(new_server: Callable[..., Server], browser: Browser) -> House:  # noqa: F811
    return await House.open(await new_server().start(), browser)


@pytest_asyncio.fixture
async def house(place: House) -> AsyncIterator[House]:
    yield place
    await place.leave()


def row(page: Page, text: str) -> object:
    return page.locator("#body li.row").filter(has_text=text)


async def test_the_first_steps_are_done_by_what_there_is(house: House) -> None:
    page = await house.admin("checklist")
    await expect(page.locator("[data-step=agents]")).to_contain_text("(done)")
    await expect(page.locator("[data-step=snippet]")).to_contain_text("(to do)")
    snippet = f'<script async src="{house.server.url}/widget.js" data-site="default"></script>'
    await expect(page.get_by_label("Snippet for your pages")).to_have_text(snippet)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == snippet
    guest = await house.room.guest()
    await guest.opens("The first message.")
    await page.reload()
    await expect(page.locator("[data-step=snippet]")).to_contain_text("(done)")


async def test_somebody_is_invited_and_begins(house: House) -> None:
    page = await house.admin("agents")
    await page.get_by_role("button", name="Invite somebody").click()
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.get_by_text("Please give a name.")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Samuel Berglund")
    await page.get_by_label("Username").fill("emil")
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(re.compile("is taken"))
    await page.get_by_label("Username").fill("samuel")
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_label("Link", exact=True).inner_text()
    leaks.keep(link.partition("#")[2], "a phrase of my own")
    assert link.startswith(house.server.url + "/invite#")
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Invite somebody")).to_be_focused()
    await expect(row(page, "Samuel Berglund")).to_contain_text("invitation until")
    assert link not in await page.content()

    theirs = await house.window(None, width=360)
    await theirs.goto(link)
    await expect(theirs.get_by_role("heading", name="Welcome, Samuel Berglund")).to_be_visible()
    await theirs.get_by_label("Password", exact=True).fill("a phrase of my own")
    await theirs.get_by_label("Password once more").fill("another phrase")
    await theirs.get_by_role("button", name="Save").click()
    await expect(theirs.get_by_text("not the same")).to_be_visible()
    await theirs.get_by_label("Password once more").fill("a phrase of my own")
    await theirs.get_by_role("button", name="Save").click()
    await expect(theirs.get_by_text("Your password is saved.")).to_be_visible(timeout=A_HASH)
    await theirs.get_by_label("Username").fill("samuel")
    await theirs.get_by_label("Password", exact=True).fill("a phrase of my own")
    await theirs.get_by_role("button", name="Log in").click()
    await expect(theirs).to_have_url(re.compile("/agent/dashboard"), timeout=A_HASH)
    await theirs.goto("about:blank")
    await theirs.goto(link)
    await expect(theirs.get_by_role("alert")).to_contain_text("used up or too old")
    # Agents have no business here.
    await theirs.goto("/admin")
    await expect(theirs.get_by_role("heading", name="Agents", exact=True)).to_have_count(0)
    await page.reload()
    await expect(row(page, "Samuel Berglund")).not_to_contain_text("invitation")


async def test_access_is_taken_and_given(house: House) -> None:
    page = await house.admin("agents")
    zoe = await hire(house.server, "zoe", "Zoe Adair")
    await page.reload()
    peer = await house.room.agent(zoe)
    await page.get_by_role("button", name="Manage Zoe Adair").click()
    await page.get_by_label("A second factor is a must").check()
    await page.get_by_role("button", name="Save").click()
    await expect(row(page, "Zoe Adair")).to_contain_text("Has to set up a second factor")
    await page.get_by_role("button", name="Manage Zoe Adair").click()
    await page.get_by_role("button", name="Disable").click()
    await expect(page.get_by_role("heading", name="Disable Zoe Adair?")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Manage Zoe Adair")).to_be_focused()
    await page.get_by_role("button", name="Manage Zoe Adair").click()
    await page.get_by_role("button", name="Disable").click()
    await page.get_by_role("button", name="Disable").click()
    await expect(row(page, "Zoe Adair")).to_contain_text("Disabled")
    await peer.is_cut_off(3)
    await page.get_by_role("button", name="Manage Zoe Adair").click()
    await page.get_by_role("button", name="Let in again").click()
    await expect(row(page, "Zoe Adair")).not_to_contain_text("Disabled")
    await page.get_by_role("button", name="Manage Zoe Adair").click()
    await page.get_by_role("button", name="Link for a new password").click()
    await expect(page.get_by_label("Link", exact=True)).to_contain_text("/reset#")
    await page.get_by_role("button", name="Done").click()
    # The last admin stays one.
    await page.get_by_role("button", name="Manage Nora Lindgren").click()
    await page.get_by_role("radio", name=re.compile("^Agent")).check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("last admin")


async def test_a_site_is_made_as_it_shall_look(house: House) -> None:
    page = await house.admin("sites/default")
    await page.get_by_label("Name", exact=True).fill("Lindgren Books")
    origins = page.get_by_label("Addresses that may show it")
    await origins.fill("ftp://shop.example")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("is no address of a site")).to_be_visible()
    await expect(origins).to_be_focused()
    await origins.fill("shop.example/basket\nhttps://www.shop.example")
    await page.get_by_label("Colour", exact=True).fill("#ffd60a")
    await expect(page.get_by_test_id("contrast")).to_contain_text("Black text on it is easy to read")
    await expect(page.get_by_test_id("contrast")).to_contain_text("faint on a white page")
    await page.get_by_role("radio", name="Left").check()
    await page.get_by_role("textbox", name="Title").fill("Ask a bookseller")
    shot = page.get_by_role("img", name=re.compile("#ffd60a, in the left corner, titled “Ask a bookseller”"))
    await expect(shot).to_be_visible()
    await page.get_by_label("Tell guests when to expect an answer").check()
    await page.get_by_label("Time zone").select_option("Europe/Stockholm")
    await page.get_by_label("Monday, until").fill("08:00")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("The end has to be after the beginning")).to_be_visible()
    await page.get_by_label("Monday, until").fill("00:00")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name="Lindgren Books", level=1)).to_be_visible()
    await expect(page.get_by_label("Addresses that may show it")).to_have_value(
        "https://shop.example\nhttps://www.shop.example"
    )
    config = await house.asks("/widget/config", headers={"Origin": "https://shop.example"})
    assert config["allowed"] and config["appearance"]["title"] == "Ask a bookseller"
    assert (config["appearance"]["color"], config["appearance"]["position"]) == ("#ffd60a", "left")
    assert config["hours"]["timeZone"] == "Europe/Stockholm"
    await page.goto("/admin#sites")
    await expect(page.get_by_text("Monday 09:00–24:00, Tuesday to Friday 09:00–17:00")).to_be_visible()


async def test_a_refused_origin_is_allowed(house: House) -> None:
    origin = {"Origin": "https://forgotten.example"}
    assert not (await house.asks("/widget/config", headers=origin))["allowed"]
    page = await house.admin("sites")
    await page.get_by_role("button", name="Allow https://forgotten.example on").click()
    await expect(page.get_by_role("region", name="Refused lately")).to_have_count(0)
    assert (await house.asks("/widget/config", headers=origin))["allowed"]


async def test_a_second_site_comes_and_goes(house: House) -> None:
    page = await house.admin("sites/new")
    await page.get_by_label("Name", exact=True).fill("Press")
    await page.get_by_role("button", name="Add the site").click()
    await expect(page.get_by_role("heading", name="Press", level=1)).to_be_visible()
    await page.get_by_role("button", name="Make a secret").click()
    secret = await page.get_by_label("Secret", exact=True).inner_text()
    leaks.keep(secret)
    assert len(secret) >= 40
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_text("This site has a secret.")).to_be_visible()
    assert secret not in await page.content()
    await page.get_by_role("button", name="Delete this site").click()
    yes = page.get_by_role("button", name="Delete for good")
    await expect(yes).to_be_disabled()
    await page.get_by_label("Type delete to confirm").fill("delete")
    await yes.click()
    await expect(page).to_have_url(re.compile("#sites$"))
    await expect(page.get_by_role("heading", name="Press")).to_have_count(0)


async def test_canned_replies_are_written_and_deleted(house: House) -> None:
    page = await house.admin("replies")
    await page.get_by_role("button", name="Write a reply").click()
    await page.get_by_label("Title").fill("Returns")
    await page.get_by_label("Text").fill("Hello {{name}}, send it back within 30 days.")
    await page.get_by_role("button", name="Save").click()
    await expect(row(page, "Returns").locator("mark")).to_have_text("{{name}}")
    await page.get_by_role("button", name="Edit Returns").click()
    await page.get_by_label("Title").fill("Sending back")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Edit Sending back")).to_be_focused()
    await page.get_by_role("button", name="Delete Sending back").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_text("No canned replies yet")).to_be_visible()


async def test_words_are_masked_from_the_next_message_on(house: House) -> None:
    page = await house.admin("words")
    await page.get_by_role("radio", name=re.compile("^Mask")).check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Please name at least one word")).to_be_visible()
    await page.get_by_label("Words").fill("fiddlesticks\n\nFiddlesticks")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#toast")).to_contain_text("in force")
    guest = await house.room.guest()
    ticket = await guest.opens("Oh fiddlesticks, it is late.")
    assert "fiddlesticks" not in ticket["lastText"]
    await page.get_by_role("radio", name="Off").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#toast")).to_contain_text("is off")


async def test_a_guest_is_exported_and_erased(house: House) -> None:
    guest = await house.room.guest()
    ticket = await guest.opens("Please forget me.")
    dashboard = await house.window(house.emil)
    await dashboard.goto(f"/agent/dashboard#unassigned/{ticket['ticketId']}")
    await expect(dashboard.get_by_role("log")).to_contain_text("Please forget me.")
    page = await house.admin(f"privacy/{guest.user_id}")
    async with page.expect_download() as download:
        await page.get_by_role("button", name=re.compile("^Export")).click()
    stored = json.loads((await (await download.value).path()).read_text())
    assert "Please forget me." in json.dumps(stored)
    await page.get_by_role("button", name=re.compile("^Erase")).click()
    await expect(page.get_by_role("button", name="Erase for good")).to_be_disabled()
    await page.get_by_label("Type erase to confirm").fill("erase")
    await page.get_by_label("Type erase to confirm").press("Enter")
    await expect(page.locator("#body").get_by_text("Erased: 1 conversation and 1 message.")).to_be_visible()
    # Nothing of it stays in the pages of others.
    await expect(dashboard.get_by_text("Please forget me.")).to_have_count(0)
    await expect(dashboard.get_by_text("This conversation is not available any more.")).to_be_visible()
    await expect(dashboard.locator("body")).not_to_contain_text(ticket["subject"])
    await page.reload()
    await page.get_by_role("button", name=re.compile("^Export")).click()
    await expect(page.get_by_text("Nothing is stored about a guest of this id.")).to_be_visible()


async def test_a_shorter_retention_is_asked_first(house: House) -> None:
    page = await house.admin("privacy")
    days = page.get_by_label("Days after the close")
    await expect(days).to_have_value("365")
    await days.fill("1.5")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Please give a whole number of days")).to_be_visible()
    await days.fill("90")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Shorten it").click()
    await expect(page.locator("#toast")).to_contain_text("is saved")
    await page.reload()
    await expect(page.get_by_label("Days after the close")).to_have_value("90")


async def test_a_session_is_ended(house: House) -> None:
    max_ = await hire(house.server, "max", "Max Frisk")
    peer = await house.room.agent(max_)
    page = await house.admin("sessions")
    await page.get_by_role("button", name=re.compile("End the session of Max Frisk")).click()
    await expect(row(page, "Max Frisk")).to_have_count(0)
    await peer.is_cut_off(3)
    try:
        await house.room.agent(max_)
    except Refused as refusal:
        assert refusal.payload == {"message": "unauthorized"}
    else:
        raise AssertionError("an ended session connects")


async def test_the_audit_log_tells_what_was_done(house: House) -> None:
    page = await house.admin("words")
    # One that is saved as it was leaves no entry.
    await page.get_by_label("Words").fill(unique("word"))
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#toast")).not_to_be_empty()
    await page.goto("/admin#audit")
    await expect(page.locator(".entry").first).to_contain_text("Nora Lindgren changed the word filter.")
    await page.get_by_label("Show").select_option("login.success")
    await expect(page).to_have_url(re.compile("#audit/login.success$"))
    await expect(page.locator(".entry").first).to_contain_text("logged in.")
    await expect(page.locator(".entry").filter(has_text="word filter")).to_have_count(0)
    await page.get_by_label("Show").select_option("backup.made")
    await expect(page.get_by_text("Nothing of this kind")).to_be_visible()


async def test_what_fails_says_how_to_go_on(house: House) -> None:
    page = await house.admin("agents")
    await page.route("**/admin/api/sites", lambda route: route.abort())
    await page.get_by_role("link", name="Sites & widget").click()
    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    await page.unroute("**/admin/api/sites")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator("#body .facts").first).to_be_visible()

    limited = {"status": 429, "headers": {"retry-after": "7"}, "json": {"error": {"code": "rate_limited", "message": ""}}}
    await page.route("**/admin/api/word-filter", lambda route: route.fulfill(**limited))  # type: ignore[arg-type]
    await page.get_by_role("link", name="Word filter").click()
    await expect(page.get_by_role("alert")).to_contain_text("wait 7 seconds")
    # An ended login leads to the login.
    await page.context.clear_cookies()
    await page.get_by_role("link", name="Sessions").click()
    await expect(page).to_have_url(re.compile("/agent/login"))
    await expect(page.get_by_text("Your session has ended.")).to_be_visible()


async def test_the_keyboard_alone_is_enough(house: House) -> None:
    page = await house.admin("checklist")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the content")).to_be_focused()
    for _ in range(2):
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Agents")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Agents", level=1)).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Invite somebody")).to_be_focused()


async def test_a_theme_is_chosen_for_this_browser(house: House) -> None:
    page = await house.window(house.nora)
    await page.emulate_media(color_scheme="light")
    other = await page.context.new_page()
    await other.goto("/admin#agents")
    await page.goto("/agent/settings")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("radio", name="Dark").check()
    assert await page.evaluate(ground) != light
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    await page.get_by_role("radio", name="Like the system").check()
    assert await page.evaluate(ground) == light
    await page.get_by_test_id("to-admin").click()
    await expect(page.get_by_role("heading", name="First steps", level=1)).to_be_visible()


def test_the_examples_of_a_hash_agree() -> None:
    """Those of the documentation that can be run here print what it says."""
    text = (ROOT / "docs" / "embedding.md").read_text()
    promised = re.search(r"prints `([0-9a-f]{64})`", text)
    assert promised
    for language, command in {"javascript": ["node", "-e"], "python": ["python3", "-c"]}.items():
        (example,) = [code for code in re.findall(rf"```{language}\n(.*?)```", text, re.S) if "customer-42" in code]
        told = subprocess.run([*command, example], capture_output=True, text=True, timeout=20, check=True)
        assert told.stdout.strip() == promised.group(1), language
