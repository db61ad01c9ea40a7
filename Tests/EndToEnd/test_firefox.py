"""The story in Firefox ESR: a guest writes, an agent answers, on the pages and in the widget."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents import Agent
from firefox import ENTER, FIREFOX, Firefox, Tab
from peer import unique
from server import Server
from test_widget_sites import Place, answer, desk, place  # noqa: F401

pytestmark = [
    pytest.mark.skipif(
        FIREFOX is None and not os.environ.get("CI"), reason="Firefox is not installed: apt-get install firefox-esr"
    ),
    pytest.mark.timeout(180),
]


@pytest_asyncio.fixture(scope="module")
async def firefox(scratch: Path) -> AsyncIterator[Firefox]:
    assert FIREFOX, "Firefox is not installed, and CI must not pass without it"
    started = await Firefox(scratch / "firefox").start()
    yield started
    await started.stop()


async def write(tab: Tab, text: str) -> None:
    await tab.click("[data-testid=composer]")
    await tab.type(text + ENTER)
    await tab.reads(text)


async def test_the_story_in_firefox(firefox: Firefox, server: Server, ada: Agent, artefacts: Path) -> None:
    question, reply, thanks = unique("Where is my parcel?"), unique("On its way."), unique("Thank you!")
    agent = await firefox.open(server.url + "/agent/login")
    await agent.click("input[name=username]")
    await agent.type(ada.username)
    await agent.click("input[name=password]")
    await agent.type(ada.password + ENTER)
    await agent.sees("location.pathname === '/agent/dashboard' && document.readyState === 'complete'")

    guest = await firefox.open(server.url + "/")
    await write(guest, question)
    row = f"[...document.querySelectorAll('[data-testid=ticket]')].find((one) => one.innerText.includes({json.dumps(question)}))"
    await agent.sees(f"{row} && ({row}.id ||= 'the-row')")
    await agent.click("#" + await agent.evaluate(f"{row}.id"))
    await agent.reads(question)
    await write(agent, reply)
    await guest.reads(reply)
    await write(guest, thanks)
    await agent.reads(thanks)
    await guest.picture(artefacts / "firefox-guest.png")
    await agent.picture(artefacts / "firefox-agent.png")

    await guest.reload()
    for text in (question, reply, thanks):
        await guest.reads(text)
    assert not firefox.complaints, firefox.complaints


async def test_the_widget_in_firefox(firefox: Firefox, place: Place, desk, artefacts: Path) -> None:  # noqa: F811
    """On a page of plain http, under the policy that is documented."""
    question, reply = unique("Do you have this in green?"), unique("We do!")
    guest = await firefox.open(place.sites.url("shop.test", "strict"))
    assert not await guest.evaluate("isSecureContext")
    await guest.click("button.launcher")
    await write(guest, question)
    await guest.sees(f"find('[data-testid=message][data-state=stored]')?.innerText.includes({json.dumps(question)})")
    await answer(desk, question, reply)
    await guest.reads(reply)
    await guest.picture(artefacts / "firefox-widget.png")
    assert not firefox.complaints, firefox.complaints
