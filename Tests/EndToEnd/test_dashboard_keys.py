"""The dashboard without a pointer: single keys, the palette, the whole story; and what it hands out as files."""

from __future__ import annotations

from playwright.async_api import Page, expect

from office import Inbox, Office, building, office  # noqa: F401
from peer import unique
from test_browser import browser, pytestmark  # noqa: F401


async def test_single_keys_do_what_the_list_of_keys_says(office: Office) -> None:  # noqa: F811
    await office.written("Ada", "Ben")
    inbox = await office.inbox()
    press = inbox.press
    await expect(inbox.get("ticket")).to_have_count(2)
    await press("j")
    await expect(inbox.log).to_contain_text("Ben has a question")
    await press("j")
    await expect(inbox.log).to_contain_text("Ada has a question")
    await press("k")
    await expect(inbox.log).to_contain_text("Ben has a question")
    await press("r")
    await expect(inbox.composer).to_be_focused()
    await inbox.page.keyboard.type("jk")
    await expect(inbox.composer).to_have_value("jk")
    await press("Control+a")
    await press("Delete")
    await press("Escape")
    await expect(inbox.row("Ben")).to_be_focused()
    await press("n")
    await expect(inbox.page.get_by_role("textbox", name="Private note")).to_be_focused()
    await press("Escape")
    await press("a")
    await expect(inbox.get("assignee")).to_contain_text("You")
    await press("/")
    await expect(inbox.get("search")).to_be_focused()
    await press("Escape")
    await inbox.row("Ada").focus()
    await press("?")
    await expect(inbox.get("cheat-sheet")).to_be_visible()
    # In a dialog, keys do nothing behind it.
    await press("e")
    await press("Escape")
    await expect(inbox.get("cheat-sheet")).to_have_count(0)
    await expect(inbox.row("Ada")).to_be_focused()
    await expect(inbox.get("closed-line")).to_be_hidden()
    await press("Alt+e")
    await expect(inbox.get("close")).to_be_visible()
    await press("e")
    await expect(inbox.get("closed-line")).to_be_visible()


async def test_single_keys_can_be_turned_off(office: Office) -> None:  # noqa: F811
    await office.written("Ada")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    await inbox.get("menu").click()
    await inbox.page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    await inbox.press("Escape")
    await inbox.row("Ada").focus()
    for key in ("e", "a", "?", "/"):
        await inbox.press(key)
    await expect(inbox.row("Ada")).to_be_focused()
    await expect(inbox.get("cheat-sheet")).to_have_count(0)
    await expect(inbox.get("assignee")).to_contain_text("Unassigned")
    await inbox.press("Control+k")
    await expect(inbox.get("palette")).to_be_visible()
    await inbox.page.reload()
    await inbox.row("Ada").focus()
    await inbox.press("a")
    await expect(inbox.get("assignee")).to_contain_text("Unassigned")


async def test_the_palette_finds_commands_and_people(office: Office) -> None:  # noqa: F811
    await office.written("Ada", "Ben")
    inbox = await office.inbox()
    await expect(inbox.get("ticket")).to_have_count(2)
    await inbox.press("Control+k")
    await inbox.page.keyboard.type("ada")
    await expect(inbox.get("palette").get_by_role("option").first).to_contain_text("Ada")
    await inbox.press("Enter")
    await expect(inbox.log).to_contain_text("Ada has a question")
    await inbox.press("Meta+k")
    await inbox.page.keyboard.type("assign to")
    await inbox.press("Enter")
    await expect(inbox.get("assignee")).to_contain_text("You")
    await inbox.press("Control+k")
    await inbox.page.keyboard.type("go to closed")
    await inbox.press("Enter")
    await expect(inbox.page.get_by_role("heading", name="Closed", level=2)).to_be_visible()
    await inbox.press("Control+k")
    await inbox.press("Escape")
    await expect(inbox.get("palette")).to_have_count(0)


async def focused(page: Page) -> str:
    """What a screen reader says of the element that has the focus."""
    return await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent.trim()")


async def tab_to(page: Page, name: str, limit: int = 40) -> None:
    """Presses Tab until something has the focus whose name begins so."""
    passed = []
    for _ in range(limit):
        await page.keyboard.press("Tab")
        passed.append((await focused(page))[:40])
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"Tab does not come to {name}, only to {passed}")


async def test_a_working_day_without_a_pointer(office: Office) -> None:  # noqa: F811
    (guest, _), = await office.written("Ada")
    page = await (await office.context(None)).new_page()
    keyboard = page.keyboard
    await page.goto("/agent/login")
    await expect(page.get_by_label("Username")).to_be_focused()
    await keyboard.type(office.nora.username)
    await keyboard.press("Tab")
    await keyboard.type(office.nora.password)
    await keyboard.press("Enter")
    inbox = Inbox(page)
    await expect(inbox.row("Ada")).to_be_visible(timeout=60_000)

    await tab_to(page, "Unassigned")
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Unassigned", level=2)).to_be_visible()
    # Her initial stands before her name.
    await tab_to(page, "AAda")
    await keyboard.press("Enter")
    await expect(inbox.log).to_contain_text("Ada has a question")
    await expect(page.get_by_role("heading", name="Ada", level=2)).to_be_focused()
    await keyboard.press("r")
    await expect(inbox.composer).to_be_focused()
    answer, note = unique("an answer"), unique("a note")
    await keyboard.type(answer)
    await keyboard.press("Enter")
    await guest.hears("chat:message", lambda message: message["text"] == answer)
    await keyboard.press("Escape")
    await expect(inbox.row("Ada")).to_be_focused()
    await keyboard.press("n")
    await keyboard.type(note)
    await keyboard.press("Enter")
    await expect(inbox.log).to_contain_text(note)
    await keyboard.press("Escape")

    await tab_to(page, "Assign to me")
    await keyboard.press("Space")
    await expect(inbox.get("assignee")).to_contain_text("You")
    await expect(inbox.get("assignee")).to_be_focused()
    await keyboard.press("Enter")
    await tab_to(page, "Emil Okafor")
    await keyboard.press("Enter")
    await expect(inbox.get("assignee")).to_contain_text("Emil Okafor")
    await expect(inbox.get("assignee")).to_be_focused()
    await tab_to(page, "Close")
    await keyboard.press("Enter")
    await guest.hears("ticket:closed")
    await expect(inbox.get("reopen")).to_be_focused()

    await keyboard.press("/")
    await keyboard.type(note)
    await expect(inbox.get("hit")).to_have_count(1)
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(inbox.log).to_contain_text(note)
    await tab_to(page, "NL")
    await keyboard.press("Enter")
    await tab_to(page, "Log out")
    await keyboard.press("Enter")
    await expect(page.get_by_label("Username")).to_be_visible()


async def test_a_conversation_is_saved_with_and_without_notes(office: Office) -> None:  # noqa: F811
    (_, ticket), = await office.written("Ada")
    agent = await office.room.agent(office.emil)
    note = unique("between us")
    await agent.does("ticket:join", {"ticketId": ticket["ticketId"]})
    await agent.say(ticket["ticketId"], "<b>Good</b> morning")
    await agent.does("note:add", {"ticketId": ticket["ticketId"], "text": note})
    inbox = await office.inbox()
    await inbox.row("Ada").click()
    await expect(inbox.log).to_contain_text(note)

    async def saved(kind: str) -> str:
        async with inbox.page.expect_download() as download:
            await inbox.get(f"transcript-{kind}").click()
        file = await download.value
        assert file.suggested_filename == f"conversation-{ticket['number']}.{'txt' if kind == 'text' else 'html'}"
        return (await file.path()).read_text()

    text = await saved("text")
    assert "Ada has a question" in text and "Emil Okafor" in text and "<b>Good</b> morning" in text
    assert note not in text
    page = await saved("html")
    assert "&#60;b&#62;Good&#60;/b&#62; morning" in page and note not in page and "<script" not in page
    await inbox.get("with-notes").check()
    for kind in ("text", "html"):
        marked = await saved(kind)
        assert note in marked and "private note" in marked


async def test_the_theme_follows_the_system_or_the_switch(office: Office) -> None:  # noqa: F811
    inbox = await office.inbox()
    paper = "getComputedStyle(document.body).backgroundColor"
    await inbox.page.emulate_media(color_scheme="light")
    light = await inbox.page.evaluate(paper)
    await inbox.page.emulate_media(color_scheme="dark")
    dark = await inbox.page.evaluate(paper)
    assert light != dark
    await inbox.get("menu").click()
    await inbox.page.get_by_role("radio", name="Light").check()
    assert await inbox.page.evaluate(paper) == light
    await inbox.page.reload()
    assert await inbox.page.evaluate(paper) == light
    await inbox.get("menu").click()
    await inbox.page.get_by_role("radio", name="Auto").check()
    assert await inbox.page.evaluate(paper) == dark
