"""The dashboard by hand: views and list, composer, what colleagues see of each other, search, size."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from office import Inbox, Office, building, office  # noqa: F401
from peer import unique
from test_browser import browser, pytestmark  # noqa: F401
from waiting import eventually


# Three panes


async def test_views_count_and_the_selection_stays(office: Office) -> None:  # noqa: F811
    (ada, _), (ben, first), (cleo, _) = await office.written("Ada", "Ben", "Cleo")
    inbox = await office.inbox()
    assert await inbox.names() == ["Cleo", "Ben", "Ada"]
    for view, count in (("mine", "0"), ("unassigned", "3"), ("open", "3")):
        await expect(inbox.get(f"count-{view}")).to_have_text(count)
    await inbox.opens("Ben has a question")
    await inbox.page.mouse.move(1200, 500)
    await inbox.page.mouse.click(1200, 500)
    await ada.say((await ada.does("ticket:mine", {}))["tickets"][0]["ticketId"], "Are you there?")
    await expect(inbox.list.locator("li[aria-posinset='1']")).to_contain_text("Are you there?")
    await expect(inbox.row("Ben")).to_have_attribute("aria-current", "true")
    assert await inbox.names() == ["Ada", "Cleo", "Ben"]

    await inbox.get("assign").click()
    for view, count in (("mine", "1"), ("unassigned", "2"), ("open", "3")):
        await expect(inbox.get(f"count-{view}")).to_have_text(count)
    await inbox.get("view-mine").click()
    await inbox.opens("Ben has a question")
    await inbox.get("close").click()
    await expect(inbox.get("count-mine")).to_have_text("0")
    await inbox.get("view-closed").click()
    await inbox.row("Ben").first.click()
    await expect(inbox.get("closed-line")).to_contain_text("Closed by Nora Lindgren")
    await inbox.get("reopen").click()
    await expect(inbox.get("count-open")).to_have_text("3")
    assert first["number"] > 0 and cleo.is_connected and ben.is_connected


async def test_rows_do_not_move_under_the_pointer(office: Office) -> None:  # noqa: F811
    (ada, ticket), _, _ = await office.written("Ada", "Ben", "Cleo")
    inbox = await office.inbox()
    await inbox.row("Cleo").hover()
    await ada.say(ticket["ticketId"], "Hello?")
    await expect(inbox.row("Hello?")).to_be_visible()
    await expect(inbox.get("list-news")).to_have_text("1 update")
    assert await inbox.names() == ["Cleo", "Ben", "Ada"]
    await inbox.page.mouse.move(1200, 500)
    await expect(inbox.get("list-news")).to_be_hidden()
    assert await inbox.names() == ["Ada", "Cleo", "Ben"]


async def test_details_fold_away_and_stay_so(office: Office) -> None:  # noqa: F811
    guest = await office.guest("Ada")
    await guest.does("ticket:create", {"text": "An earlier one"})
    await guest.opens("Ada has a question")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    await expect(inbox.get("context")).to_contain_text("Ada")
    await expect(inbox.get("earlier")).to_contain_text("An earlier one")
    await inbox.get("details").click()
    await expect(inbox.get("context")).to_be_hidden()
    await inbox.page.reload()
    await expect(inbox.log).to_contain_text("Ada has a question")
    await expect(inbox.get("context")).to_be_hidden()
    await inbox.get("details").click()
    await expect(inbox.get("context")).to_be_visible()


async def test_on_a_phone_one_pane_is_shown_at_a_time(office: Office) -> None:  # noqa: F811
    await office.written("Ada", "Ben")
    inbox = await office.inbox(width=360, height=640)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not await inbox.page.evaluate(wide)
    await inbox.opens("Ada has a question")
    await expect(inbox.list).to_be_hidden()
    await expect(inbox.composer).to_be_in_viewport()
    assert not await inbox.page.evaluate(wide)
    await inbox.get("details").click()
    await expect(inbox.get("context")).to_be_in_viewport()
    assert not await inbox.page.evaluate(wide)
    await inbox.page.get_by_role("button", name="Close details").click()
    await inbox.page.get_by_role("link", name="Back to the list").click()
    await expect(inbox.row("Ben")).to_be_visible()
    await expect(inbox.composer).to_be_hidden()


# Composer


async def test_each_conversation_has_its_draft(office: Office) -> None:  # noqa: F811
    await office.written("Ada", "Ben")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    await inbox.composer.fill("half an answer to Ada")
    await inbox.get("mode-note").click()
    await inbox.composer.fill("half a note")
    await inbox.opens("Ben has a question")
    await expect(inbox.composer).to_have_value("")
    await inbox.composer.fill("for Ben")
    await inbox.page.reload()
    await expect(inbox.composer).to_have_value("for Ben")
    await inbox.opens("Ada has a question")
    await expect(inbox.composer).to_have_value("half an answer to Ada")
    await inbox.get("mode-note").click()
    await expect(inbox.composer).to_have_value("half a note")
    await expect(inbox.row("Ben has a question")).to_contain_text("Draft")


async def test_enter_sends_or_begins_a_line_as_one_likes(office: Office) -> None:  # noqa: F811
    await office.written("Ada")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    await inbox.composer.fill("one")
    await inbox.press("Shift+Enter")
    await inbox.page.keyboard.type("two")
    await expect(inbox.composer).to_have_value("one\ntwo")
    await inbox.press("Enter")
    await expect(inbox.log.get_by_text("one\ntwo")).to_be_visible()
    await inbox.get("menu").click()
    await inbox.page.get_by_role("radio", name="Ctrl+Enter").check()
    await inbox.press("Escape")
    await inbox.composer.fill("three")
    await inbox.press("Enter")
    await inbox.page.keyboard.type("four")
    await expect(inbox.composer).to_have_value("three\nfour")
    await inbox.press("Control+Enter")
    await expect(inbox.log.get_by_text("three\nfour")).to_be_visible()
    await expect(inbox.composer).to_have_value("")


async def test_canned_replies_are_filled_or_not_sent(office: Office) -> None:  # noqa: F811
    admin = await office.room.agent(office.nora)
    for title, text in (("Greeting", "Hello {{name}}, how can I help?"), ("Parcel", "It left on {{day}}.")):
        await admin.does("canned:save", {"title": title, "text": text})
    (guest, _), = await office.written("Ada")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    await inbox.composer.press_sequentially("/")
    await expect(inbox.get("canned").get_by_role("option")).to_have_count(2)
    await inbox.composer.press_sequentially("gre")
    await expect(inbox.get("canned").get_by_role("option")).to_have_count(1)
    await inbox.press("Enter")
    await expect(inbox.composer).to_have_value("Hello Ada, how can I help?")
    await inbox.press("Enter")
    await guest.hears("chat:message", lambda message: message["text"] == "Hello Ada, how can I help?")

    await inbox.composer.press_sequentially("/par")
    await inbox.press("Tab")
    await expect(inbox.composer).to_have_value("It left on {{day}}.")
    await inbox.press("Enter")
    await expect(inbox.hint).to_contain_text("Fill in {{day}} before you send this.")
    # It is selected: typing puts the day there.
    await inbox.page.keyboard.type("Monday")
    await inbox.press("Enter")
    await guest.hears("chat:message", lambda message: message["text"] == "It left on Monday.")
    assert not guest.heard("chat:message", lambda message: "{{" in message["text"])


async def test_notes_look_different_and_files_are_refused(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    inbox = await office.inbox()
    await inbox.opens("Ada has a question")
    colour = "element => getComputedStyle(element.closest('.composer-box')).backgroundColor"
    reply = await inbox.composer.evaluate(colour)
    await inbox.get("mode-note").click()
    await expect(inbox.page.locator(".composer-box")).not_to_have_css("background-color", reply)
    note = unique("only for us")
    await inbox.writes(note)
    await expect(inbox.log).to_contain_text(note)
    await inbox.composer.evaluate(
        """field => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(['x'], 'photo.png'));
            field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(inbox.hint).to_contain_text("Files cannot be sent here.")
    await inbox.get("mode-reply").click()
    await inbox.writes("an answer")
    await guest.hears("chat:message", lambda message: message["text"] == "an answer")
    assert note not in str(guest.events)
    assert note not in str(await guest.does("chat:history", {"ticketId": ticket["ticketId"]}))


# Colleagues


async def test_a_conversation_is_taken_given_and_released(office: Office) -> None:  # noqa: F811
    await office.written("Ada")
    nora, emil = await office.inbox(), await office.inbox(office.emil)
    await nora.opens("Ada has a question")
    await nora.get("assign").click()
    await expect(nora.get("assignee")).to_contain_text("You")
    await expect(emil.get("count-unassigned")).to_have_text("0")
    await nora.get("assignee").click()
    await nora.page.get_by_role("button", name="Emil Okafor").click()
    await expect(nora.get("assignee")).to_contain_text("Emil Okafor")
    await expect(emil.get("count-mine")).to_have_text("1")
    await emil.get("view-mine").click()
    await emil.opens("Ada has a question")
    await emil.get("assignee").click()
    await emil.page.get_by_role("button", name="Release").click()
    await expect(emil.get("assignee")).to_contain_text("Unassigned")
    await expect(nora.get("count-unassigned")).to_have_text("1")


async def test_one_sees_who_else_looks_and_answers(office: Office) -> None:  # noqa: F811
    (guest, ticket), = await office.written("Ada")
    nora, emil = await office.inbox(), await office.inbox(office.emil)
    for inbox in (nora, emil):
        await inbox.opens("Ada has a question")
    await expect(nora.get("viewers")).to_have_text("Emil Okafor is looking at this")
    await emil.composer.fill("I know this")
    await expect(nora.get("viewers")).to_have_text("Emil Okafor is answering")
    await expect(nora.get("viewers")).to_have_attribute("data-kind", "warning")
    await guest.hears("chat:typing", lambda event: event["typing"] and event["role"] != "guest")
    await emil.get("mode-note").click()
    await emil.composer.fill("what do you think?")
    await expect(nora.get("viewers")).to_have_text("Emil Okafor is writing a note")
    await emil.goes("unassigned")
    await expect(nora.get("viewers")).to_have_text("")

    await guest.emit("chat:typing", {"ticketId": ticket["ticketId"], "typing": True})
    await expect(nora.get("typing")).to_contain_text("Ada")
    await nora.writes("Here I am")
    bubble = nora.log.locator("[data-state]").filter(has_text="Here I am")
    await expect(bubble).to_have_attribute("data-state", "stored")
    seq = (await guest.hears("chat:message", lambda message: message["text"] == "Here I am"))["seq"]
    await guest.does("chat:read", {"ticketId": ticket["ticketId"], "seq": seq})
    await expect(bubble).to_have_attribute("data-state", "seen")


async def test_presence_of_guests_and_agents(office: Office) -> None:  # noqa: F811
    (guest, _), = await office.written("Ada")
    context = await office.context(office.nora)
    page = await context.new_page()
    await page.clock.install()
    nora, emil = Inbox(page), await office.inbox(office.emil)
    await nora.goes("unassigned")
    await emil.opens("Ada has a question")
    await expect(emil.get("guest-presence")).to_have_text("Online")
    await guest.close()
    await expect(emil.get("guest-presence")).to_have_text("Offline", timeout=20_000)

    async def nora_is(status: str) -> None:
        async def is_listed_so() -> bool:
            await emil.get("assignee").click()
            words = await emil.page.get_by_role("button", name="Nora Lindgren").inner_text()
            await emil.press("Escape")
            return words.endswith(status)

        await eventually(is_listed_so, 10, f"Nora is {status}")

    await nora_is("Online")
    await nora.get("menu").click()
    await page.get_by_role("radio", name="Away").check()
    await nora_is("Away")
    await page.get_by_role("radio", name="Online").check()
    await nora_is("Online")
    await page.clock.fast_forward("10:01")
    await nora_is("Away")
    await page.mouse.move(700, 300)
    await nora_is("Online")


# Search


async def test_search_finds_as_one_types_and_opens_the_place(office: Office) -> None:  # noqa: F811
    (guest, ticket), (_, other) = await office.written("Ada", "Ben")
    word = unique("gutenberg").replace("-", "")
    hidden = unique("onlynote").replace("-", "")
    await guest.say(ticket["ticketId"], f"Where is the {word} bible?")
    for number in range(60):
        await guest.say(ticket["ticketId"], f"more {number}")
    agent = await office.room.agent(office.emil)
    await agent.does("note:add", {"ticketId": other["ticketId"], "text": f"Ask {hidden} about this"})
    inbox = await office.inbox()
    await inbox.press("/")
    await expect(inbox.get("search")).to_be_focused()
    await inbox.page.keyboard.type(word[:-3])
    await expect(inbox.get("hit")).to_have_count(1)
    await expect(inbox.get("hit").locator("mark")).to_have_text(word)
    await inbox.press("ArrowDown")
    await inbox.press("Enter")
    await expect(inbox.log.get_by_text(word)).to_be_in_viewport()
    await inbox.get("search").fill(hidden)
    await expect(inbox.get("hit")).to_contain_text("In a private note")
    await inbox.get("hit").click()
    await expect(inbox.log).to_contain_text(hidden)
    await inbox.get("search").fill("nothinghasthisword")
    await expect(inbox.get("hits-status")).to_contain_text("Nothing found")
    await inbox.get("search").press("Escape")
    await expect(inbox.row("Ben")).to_be_visible()


async def test_search_finds_people_and_subjects(office: Office) -> None:  # noqa: F811
    name, subject = (unique(word).replace("-", "") for word in ("zuleika", "samovar"))
    guest = await office.guest(f"{name} Dobson")
    await guest.opens("Can you help me?", subject=f"My {subject} leaks")
    await office.written("Ben")
    inbox = await office.inbox()
    for query in (name, subject):
        await inbox.get("search").fill(query[:-2])
        await expect(inbox.get("hit")).to_have_count(1)
        await expect(inbox.get("hit").locator("mark")).to_have_text(query)
        await inbox.get("hit").click()
        await expect(inbox.page.get_by_role("heading", name=f"{name} Dobson", level=2)).to_be_visible()
        await expect(inbox.log).to_contain_text("Can you help me?")
        await inbox.goes("unassigned")


# Size

#: Keeps the lists that are asked for.
LISTENER = """
    globalThis.lists = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (packet) {
      if (String(packet).includes('"ticket:list"')) globalThis.lists.push(JSON.parse(packet.slice(packet.indexOf('[')))[1]);
      return send.call(this, packet);
    };
"""



async def test_a_thousand_tickets_are_a_few_rows(office: Office) -> None:  # noqa: F811
    guests = [await office.guest(f"Guest {number:02}") for number in range(20)]

    async def fill(guest, number: int) -> None:
        for ticket in range(50):
            await guest.opens(f"question {number} {ticket}")

    await asyncio.gather(*(fill(guest, number) for number, guest in enumerate(guests)))
    inbox = await office.inbox(script=LISTENER)
    await expect(inbox.get("count-unassigned")).to_have_text("1,000")
    await expect(inbox.list.locator("li").first).to_have_attribute("aria-setsize", "1000")
    asked: list[str] = []
    inbox.page.on("request", lambda request: asked.append(request.url))
    scroller = inbox.page.locator("#list-scroll")
    for _ in range(60):
        await scroller.evaluate("element => (element.scrollTop = element.scrollHeight)")
        if await inbox.list.locator("li[aria-posinset='1000']").count():
            break
        await asyncio.sleep(0.1)
    await expect(inbox.list.locator("li[aria-posinset='1000']")).to_be_visible()
    assert await inbox.list.locator("li").count() < 60
    # Ten pages, each but the first behind the one before.
    lists = await inbox.page.evaluate("lists")
    assert [(page["limit"], "cursor" in page) for page in lists] == [(100, False)] + [(100, True)] * 9
    drawing = await scroller.evaluate(
        """async element => {
            const frames = [];
            let last = performance.now();
            for (let step = 0; step < 60; step += 1) {
              element.scrollTop = element.scrollHeight * (step / 60);
              await new Promise(requestAnimationFrame);
              frames.push(performance.now() - last);
              last = performance.now();
            }
            return frames.sort((a, b) => a - b)[30];
        }"""
    )
    assert drawing < 50, f"a frame takes {drawing} ms"
    await scroller.evaluate("element => (element.scrollTop = 0)")
    ticket = (await guests[0].does("ticket:mine", {}))["tickets"][-1]
    await inbox.page.mouse.move(1200, 500)
    await guests[0].say(ticket["ticketId"], "on top again")
    await expect(inbox.list.locator("li[aria-posinset='1']")).to_contain_text("on top again")
    # The news came alone: no list was asked for anew, and nothing was loaded.
    assert await inbox.page.evaluate("lists") == lists
    assert not [url for url in asked if "/socket.io/" not in url]
