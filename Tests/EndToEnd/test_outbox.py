"""What is written without a connection: it waits where one sees it, outlives the tab, and arrives once, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.async_api import Locator, Page, expect

from agents import Agent
from conftest import Room
from peer import unique
from test_browser import Window, browser, entry, log_in, pytestmark, windows  # noqa: F401 - fixtures

READY = "ready"


def messages(window: Window) -> Locator:
    return window.page.get_by_test_id("message")


def bubble(window: Window, text: str) -> Locator:
    return messages(window).filter(has_text=text)


async def is_connected(window: Window) -> None:
    await expect(window.page.get_by_test_id("connection")).to_have_attribute("data-state", READY)


async def go_offline(window: Window) -> None:
    window.expected = ["/socket.io/", "ERR_INTERNET_DISCONNECTED"]
    await window.page.context.set_offline(True)
    await expect(window.page.get_by_test_id("connection")).not_to_have_attribute("data-state", READY)


async def have_arrived(window: Window, texts: list[str]) -> None:
    """Each once, stored, and in the order written."""
    for text in texts:
        await expect(bubble(window, text)).to_have_attribute("data-state", re.compile("stored|seen"), timeout=20_000)
    shown = await messages(window).locator(".bubble").all_inner_texts()
    assert [text for text in shown if text in texts] == texts


async def reload_without_a_net(page: Page) -> None:
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        await page.reload()


async def test_three_messages_written_offline_survive_a_reload(windows: Callable, room: Room, ada: Agent) -> None:
    guest, agent = await windows("guest", 900, 760), await room.agent(ada)
    await guest.page.goto("/")
    question = unique("the first")
    await guest.write(question)
    await go_offline(guest)
    texts = [unique(word) for word in ("one", "two", "three")]
    for text in texts:
        await guest.write(text)
        await expect(bubble(guest, text)).to_have_attribute("data-state", "waiting")
    await expect(guest.page.get_by_test_id("connection")).to_contain_text("will be sent")
    await reload_without_a_net(guest.page)
    await guest.page.context.set_offline(False)
    await guest.page.goto("/")
    await have_arrived(guest, [question, *texts])
    tickets = (await agent.does("ticket:list"))["tickets"]
    ticket = next(ticket for ticket in tickets if ticket["lastText"] == texts[-1])
    stored = await agent.does("chat:history", {"ticketId": ticket["ticketId"]})
    assert [message["text"] for message in stored["messages"]] == [question, *texts]


async def test_two_tabs_with_the_same_outbox_send_it_once(windows: Callable, room: Room, ada: Agent) -> None:
    """The worst case: both tabs hold the entry and send it, as if one had taken the other for dead."""
    one, agent = await windows("one", 900, 760), await room.agent(ada)
    await one.page.goto("/")
    question = unique("who has it")
    await one.write(question)
    await expect(bubble(one, question)).to_have_attribute("data-state", "stored")
    ticket_id = await one.page.evaluate("localStorage.getItem('martlet.default.ticket')")
    text = unique("in both outboxes")
    entries = [{"clientId": unique("c"), "text": text, "ticketId": ticket_id, "at": "DATE", "owner": None}]
    # Each tab finds the entry as its own when it loads; neither knows of the other.
    put = "localStorage.setItem('martlet.default.guest.outbox', `%s`.replace('DATE', new Date().toISOString()))"
    two = await windows("two", 900, 760, beside=one)
    for tab in (one, two):
        await tab.page.add_init_script(put % json.dumps(entries))
    await one.page.reload()
    await two.page.goto("/")
    for tab in (one, two):
        await have_arrived(tab, [question, text])
        await expect(messages(tab)).to_have_count(2)
    stored = await agent.does("chat:history", {"ticketId": ticket_id})
    assert [message["text"] for message in stored["messages"]] == [question, text]


async def test_a_closed_tab_leaves_its_message_to_the_one_beside_it(windows: Callable) -> None:
    one = await windows("one", 900, 760)
    await one.page.goto("/")
    question = unique("two tabs")
    await one.write(question)
    two = await windows("two", 900, 760, beside=one)
    await two.page.goto("/")
    await expect(bubble(two, question)).to_be_visible()
    two.expected = ["/socket.io/", "ERR_INTERNET_DISCONNECTED"]
    await go_offline(one)
    text = unique("left behind")
    await one.write(text)
    async with one.page.expect_event("close"):
        await one.page.close(run_before_unload=True)
    await expect(bubble(two, text)).to_have_attribute("data-state", "waiting")
    await two.page.context.set_offline(False)
    await have_arrived(two, [question, text])


async def test_a_waiting_message_is_given_up_by_its_writer_only(windows: Callable) -> None:
    guest = await windows("guest", 900, 760)
    await guest.page.goto("/")
    question = unique("before")
    await guest.write(question)
    await go_offline(guest)
    kept, regretted = unique("I mean it"), unique("I regret it")
    await guest.write(regretted)
    await guest.write(kept)
    await expect(bubble(guest, kept).get_by_role("button", name="Edit")).to_be_visible()
    await guest.picture("11-guest-waiting")
    await bubble(guest, regretted).get_by_role("button", name="Edit").click()
    await expect(bubble(guest, regretted)).to_have_count(0)
    await expect(guest.composer).to_have_value(regretted)
    await guest.composer.fill("")
    await guest.page.context.set_offline(False)
    await have_arrived(guest, [question, kept])
    await guest.page.reload()
    await have_arrived(guest, [question, kept])
    await expect(messages(guest)).to_have_count(2)


def requests_of(window: Window) -> list[list]:
    """What the window asks with an ack over WebSockets it opens from now on, gathered as it goes."""
    asked: list[list] = []

    def sent(frame: str | bytes) -> None:
        found = re.match(r"42\d+(\[.*)", str(frame))
        if found:
            asked.append(json.loads(found[1]))

    window.page.on("websocket", lambda socket: socket.on("framesent", sent))
    return asked


async def test_reconnecting_costs_one_request(windows: Callable, room: Room, ada: Agent) -> None:
    """`ticket:join` with afterSeq gives the messages and the state; nothing else has to be asked for."""
    guest, agent = await windows("guest", 900, 760), await room.agent(ada)
    asked = requests_of(guest)
    await guest.page.goto("/")
    question = unique("how much")
    await guest.write(question)
    await expect(bubble(guest, question)).to_have_attribute("data-state", "stored")
    ticket_id = await guest.page.evaluate("localStorage.getItem('martlet.default.ticket')")
    await go_offline(guest)
    missed = [unique("missed") for _ in range(3)]
    for text in missed:
        await agent.say(ticket_id, text)
    await agent.does("ticket:close", {"ticketId": ticket_id})
    asked.clear()
    await guest.page.context.set_offline(False)
    await expect(guest.page.get_by_test_id("closed-notice")).to_be_visible(timeout=20_000)
    for text in missed:
        await expect(bubble(guest, text)).to_have_count(1)
    assert asked == [["ticket:join", {"ticketId": ticket_id, "afterSeq": 1}]]


async def in_one_conversation(windows: Callable, ada: Agent, room: Room) -> tuple[Window, str, str]:
    """An agent's window on a new conversation; its id and the guest's question."""
    agent, guest = await windows("agent", 1280, 800), await room.guest()
    await log_in(agent, ada)
    question = unique("please answer")
    ticket = await guest.opens(question)
    await entry(agent, question).click()
    await expect(bubble(agent, question)).to_be_visible()
    return agent, ticket["ticketId"], question


async def test_an_agent_who_reconnects_joins_the_open_conversation_once(
    windows: Callable, room: Room, ada: Agent
) -> None:
    """The list comes anew, and the open conversation by one request; notes have their own."""
    agent, ticket_id, _ = await in_one_conversation(windows, ada, room)
    asked = requests_of(agent)
    await go_offline(agent)
    guest = room.peers[0]
    text = unique("missed")
    await guest.say(ticket_id, text)
    await agent.page.context.set_offline(False)
    await expect(bubble(agent, text)).to_have_count(1, timeout=20_000)
    await is_connected(agent)
    about = [[name, payload] for name, payload in asked if payload.get("ticketId") == ticket_id]
    assert [name for name, _ in about].count("note:list") <= 1
    about = [[name, payload] for name, payload in about if name != "note:list"]
    assert about == [["ticket:join", {"ticketId": ticket_id, "afterSeq": 1}]]


async def test_an_agents_message_outlives_its_tab(windows: Callable, room: Room, ada: Agent) -> None:
    agent, _, question = await in_one_conversation(windows, ada, room)
    address = agent.page.url
    await go_offline(agent)
    texts = [unique("first answer"), unique("second answer")]
    for text in texts:
        await agent.write(text)
    await expect(bubble(agent, texts[1]).get_by_role("button", name="Edit")).to_be_visible()
    await agent.picture("12-agent-waiting")
    context = agent.page.context
    async with agent.page.expect_event("close"):
        await agent.page.close(run_before_unload=True)
    await context.set_offline(False)
    again = await windows("agent again", 1280, 800, beside=agent)
    await again.page.goto(address)
    await expect(bubble(again, question)).to_be_visible()
    await have_arrived(again, texts)


async def test_who_logs_out_is_asked_and_leaves_nothing_behind(windows: Callable, room: Room, ada: Agent) -> None:
    agent, _, _ = await in_one_conversation(windows, ada, room)
    await go_offline(agent)
    secret = unique("never to be sent")
    await agent.write(secret)
    asked: list[str] = []
    agent.page.on("dialog", lambda dialog: asked.append(dialog.message))
    stored = "JSON.stringify(localStorage)"
    assert secret in await agent.page.evaluate(stored)
    await agent.page.get_by_test_id("menu").click()
    await agent.page.get_by_test_id("logout").click()
    assert asked and "not been sent" in asked[0]
    await agent.page.context.set_offline(False)
    await agent.page.goto("/agent/login")
    assert secret not in await agent.page.evaluate(stored)


async def test_a_login_that_is_ended_takes_the_outbox_along(
    windows: Callable, room: Room, ada: Agent
) -> None:
    """Whoever ended it may have done so because somebody else sits there."""
    agent, _, _ = await in_one_conversation(windows, ada, room)
    key = f"martlet.agent.{ada.agent_id}.outbox"
    waiting = json.dumps([{"clientId": "c", "text": "x", "ticketId": "t", "at": "2999-01-01T00:00:00Z", "owner": "x"}])
    await agent.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, waiting])
    other = await windows("other tab", 1280, 800, beside=agent)
    await other.page.goto("/agent/logout")
    # Without the script that clears the storage: only the server's word is left.
    await other.page.evaluate("fetch('/agent/logout', {method: 'POST'})")
    await expect(agent.page).to_have_url(re.compile("/agent/login"))
    assert await agent.page.evaluate("key => localStorage.getItem(key)", key) in (None, "[]")
