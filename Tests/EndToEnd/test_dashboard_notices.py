"""How the dashboard tells of news: a sound, a notification, the title and the icon of its tab."""

from __future__ import annotations

from playwright.async_api import BrowserContext, expect

from office import Inbox, Office, building, office  # noqa: F401
from test_browser import browser, pytestmark  # noqa: F401
from waiting import eventually

#: Counts what would be heard, keeps what would be shown; `hasFocus` is what the test says.
RECORDER = """
    globalThis.rung = 0;
    globalThis.shown = [];
    globalThis.isInFront = true;
    document.hasFocus = () => globalThis.isInFront;
    globalThis.AudioContext = class {
      state = 'running'; currentTime = 0; destination = {};
      createOscillator() { return { frequency: {}, connect: (next) => next, start: () => (globalThis.rung += 0.5), stop() {} }; }
      createGain() { return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: () => {} }; }
    };
    globalThis.Notification = class {
      static permission = 'default';
      static requestPermission() { this.permission = 'granted'; return Promise.resolve('granted'); }
      constructor(title, { body }) { this.words = `${title}: ${body}`; globalThis.shown.push(this); }
      close() {}
    };
"""
#: Locks are given in the order they are asked for: after this one, the page knows whether it may tell.
SETTLED = "navigator.locks.request('settled', () => {})"


async def two_tabs(context: BrowserContext) -> tuple[Inbox, Inbox]:
    await context.add_init_script(RECORDER)
    first, second = Inbox(await context.new_page()), Inbox(await context.new_page())
    for tab in (first, second):
        await tab.goes("unassigned")
    return first, second


async def told(tabs: tuple[Inbox, ...], title: str) -> tuple[float, list[str]]:
    """What all tabs have rung and shown once all have heard, as their titles tell."""
    for tab in tabs:
        await expect(tab.page).to_have_title(title)
        await tab.page.evaluate(SETTLED)
    rung = [await tab.page.evaluate("rung") for tab in tabs]
    shown = [await tab.page.evaluate("shown.map(({ words }) => words)") for tab in tabs]
    return sum(rung), sum(shown, [])


async def test_one_tab_rings_and_the_title_counts(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    tabs = first, second = await two_tabs(await office.context(office.nora))
    icon = first.page.locator("link[rel=icon]")
    # What she wrote is seen in one tab, so that nothing is new.
    await second.opens("Ada has a question")
    await expect(first.page).to_have_title("Martlet")
    await expect(icon).to_have_attribute("href", "/assets/shared/icon.svg")
    await second.goes("unassigned")
    for tab in tabs:
        await tab.page.mouse.click(700, 500)
    await first.page.bring_to_front()
    await first.get("menu").click()
    await first.get("sound-test").click()
    await expect(first.page.get_by_text("Played")).to_be_visible()
    assert await told(tabs, "Martlet") == (1, [])
    await first.press("Escape")

    await guest.say(ticket["ticketId"], "Anybody there?")
    assert await told(tabs, "(1) Martlet") == (2, [])
    await expect(icon).to_have_attribute("href", "/assets/dashboard/icon-news.svg")

    # What was read in one tab is read in all; and the conversation before the agent's eyes does not ring.
    await second.page.bring_to_front()
    await second.opens("Anybody there?")
    await expect(first.page).to_have_title("Martlet")
    await first.page.evaluate("isInFront = false")
    await first.page.bring_to_front()
    await first.get("menu").click()
    await first.page.get_by_role("radio", name="Off", exact=True).check()
    await first.press("Escape")
    await guest.say(ticket["ticketId"], "Still here")
    await expect(second.log).to_contain_text("Still here")
    assert await told(tabs, "Martlet") == (2, [])


async def test_what_one_prefers_holds_in_all_tabs(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    first, second = tabs = await two_tabs(await office.context(office.nora))
    for tab in tabs:
        await tab.page.mouse.click(700, 500)
    await first.page.bring_to_front()
    await first.get("menu").click()
    await first.page.get_by_role("radio", name="Off", exact=True).check()
    await first.page.get_by_role("radio", name="Ctrl+Enter").check()
    await first.page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    await guest.say(ticket["ticketId"], "Quiet, please")
    assert await told(tabs, "(1) Martlet") == (0, [])
    await second.page.bring_to_front()
    await second.press("?")
    await expect(second.get("cheat-sheet")).to_have_count(0)
    await second.get("menu").click()
    await expect(second.page.get_by_role("radio", name="Off", exact=True)).to_be_checked()
    await expect(second.page.get_by_role("switch", name="Single-key shortcuts")).not_to_be_checked()
    # What is changed here keeps what was changed there.
    await second.page.get_by_role("radio", name="Mine", exact=True).check()
    await expect(first.page.get_by_role("radio", name="Mine", exact=True)).to_be_checked()
    await expect(second.page.get_by_role("radio", name="Ctrl+Enter")).to_be_checked()


async def test_a_tab_that_may_not_sound_leaves_it_to_another(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    touched, untouched = tabs = await two_tabs(await office.context(office.nora))
    await touched.page.mouse.click(700, 500)
    # The one behind waits for the one in front, which would have the claim if it made one.
    await touched.page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")
    await guest.say(ticket["ticketId"], "Anybody there?")
    await eventually(lambda: touched.page.evaluate("rung"), 10, "the touched tab rings")
    assert await untouched.page.evaluate("rung") == 0
    assert await told(tabs, "(1) Martlet") == (1, [])


async def test_notifications_come_to_who_wants_them(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    tabs = first, second = await two_tabs(await office.context(office.nora))
    for tab in tabs:
        await tab.page.evaluate("isInFront = false")

    async def shown_after(text: str) -> list[str]:
        await guest.say(ticket["ticketId"], text)
        for tab in tabs:
            await expect(tab.row(text)).to_be_visible()
        return (await told(tabs, "(1) Martlet"))[1]

    assert await shown_after("Nobody asked for this") == []
    await first.page.bring_to_front()
    await first.get("menu").click()
    await first.page.get_by_label("Desktop notifications").check()
    await first.press("Escape")
    # The browser asks once for all tabs; this stand-in has to be told.
    await second.page.evaluate("Notification.permission = 'granted'")
    assert await shown_after("Anybody there?") == ["Ada: Anybody there?"]
    for tab in tabs:
        await tab.page.evaluate("isInFront = true")
    assert await shown_after("Before your eyes") == ["Ada: Anybody there?"]
    (here,) = [tab for tab in tabs if await tab.page.evaluate("shown.length")]
    await here.page.evaluate("shown[0].onclick()")
    await expect(here.page.get_by_role("heading", name="Ada", level=2)).to_be_visible()
    await expect(here.log).to_contain_text("Before your eyes")
    await first.page.bring_to_front()
    await first.get("menu").click()
    await first.page.get_by_label("Desktop notifications").uncheck()
    await first.press("Escape")
    for tab in tabs:
        await tab.page.evaluate("isInFront = false")
        await tab.goes("unassigned")
    await guest.say(ticket["ticketId"], "And now?")
    for tab in tabs:
        await expect(tab.row("And now?")).to_be_visible()
    assert (await told(tabs, "(1) Martlet"))[1] == ["Ada: Anybody there?"]
