"""Firefox without a driver in between: WebDriver BiDi (w3.org/TR/webdriver-bidi) over its remote debugging port."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import shutil
from pathlib import Path
from typing import Any

import aiohttp

from waiting import eventually

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
#: A first start on a busy machine of two cores.
START_DEADLINE = 60.0
ANSWER_DEADLINE = 30.0
SEEING = 15.0

#: Names of other sites lead to this machine; nothing is asked of the network, and nothing of the person.
PREFERENCES = {
    "network.dns.localDomains": "shop.test,chat.test",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "app.update.disabledForTesting": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}

#: Looks into shadow roots too, as people do.
FIND = """(selector) => {
    const look = (root) => root.querySelector(selector)
        ?? [...root.querySelectorAll('*')].map((one) => one.shadowRoot && look(one.shadowRoot)).find(Boolean);
    return look(document);
}"""

ENTER = "\ue007"


class Firefox:
    """One browser with a profile of its own."""

    def __init__(self, home: Path):
        self.home = home
        self.complaints: list[str] = []
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future] = {}

    async def start(self) -> "Firefox":
        assert FIREFOX
        self.home.mkdir()
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in PREFERENCES.items()]
        (self.home / "user.js").write_text("\n".join(lines))
        self._process = await asyncio.create_subprocess_exec(
            FIREFOX, "--headless", "--no-remote", "--profile", str(self.home), "--remote-debugging-port", "0",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        address = await asyncio.wait_for(self._address(), START_DEADLINE)
        self._drain = asyncio.create_task(self._ignore_output())
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(address + "/session", max_msg_size=0)
        self._reader = asyncio.create_task(self._read())
        await self.ask("session.new", {"capabilities": {}})
        await self.ask("session.subscribe", {"events": ["log.entryAdded"]})
        return self

    async def _address(self) -> str:
        assert self._process.stderr
        while line := (await self._process.stderr.readline()).decode(errors="replace"):
            if match := LISTENING.search(line):
                return match.group(1)
        raise AssertionError("Firefox ended before it listened")

    async def _ignore_output(self) -> None:
        assert self._process.stderr
        while await self._process.stderr.readline():
            pass

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if told["type"] == "event":
                self._note(told["params"])
            elif (answer := self._answers.pop(told.get("id"), None)) and not answer.done():
                answer.set_result(told)

    def _note(self, entry: dict[str, Any]) -> None:
        if entry.get("level") == "error":
            self.complaints.append(str(entry.get("text")))

    async def ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Sends a command and returns its result."""
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        told = await asyncio.wait_for(self._answers[number], ANSWER_DEADLINE)
        assert told["type"] == "success", f"{method}: {told}"
        return told["result"]

    async def open(self, url: str) -> "Tab":
        """A page with cookies and storage of its own."""
        person = (await self.ask("browser.createUserContext", {}))["userContext"]
        made = await self.ask("browsingContext.create", {"type": "tab", "userContext": person})
        tab = Tab(self, made["context"])
        await tab.go(url)
        return tab

    async def stop(self) -> None:
        try:
            await self.ask("browser.close", {})
            await asyncio.wait_for(self._process.wait(), ANSWER_DEADLINE)
        except (AssertionError, asyncio.TimeoutError, ConnectionError):
            self._process.kill()
            await self._process.wait()
        await self._socket.close()
        await self._http.close()
        self._reader.cancel()
        self._drain.cancel()


class Tab:
    def __init__(self, firefox: Firefox, context: str):
        self.firefox, self.context = firefox, context

    async def go(self, url: str) -> None:
        await self.firefox.ask("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})

    async def reload(self) -> None:
        await self.firefox.ask("browsingContext.reload", {"context": self.context, "wait": "complete"})

    async def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression gives; it has to be JSON. `find(selector)` looks into shadow roots too."""
        told = await self.firefox.ask(
            "script.evaluate",
            {
                "expression": f"(async (find) => JSON.stringify(await ({expression})) ?? 'null')({FIND})",
                "target": {"context": self.context},
                "awaitPromise": True,
            },
        )
        assert told["type"] == "success", f"{expression}: {told}"
        return json.loads(told["result"]["value"])

    async def sees(self, expression: str, within: float = SEEING) -> Any:
        """Waits until the expression is true."""
        return await eventually(lambda: self.evaluate(expression), within, expression)

    async def reads(self, text: str) -> None:
        """Waits until the text is among the messages."""
        log = "find('[role=log]')?.innerText.includes"
        await self.sees(f"{log}({json.dumps(text)})")

    async def click(self, selector: str) -> None:
        """Clicks with the pointer, in the middle of the element, once it is there."""
        found = f"find({json.dumps(selector)})"
        await self.sees(f"{found}?.checkVisibility() && ({found}.scrollIntoView({{block: 'nearest'}}), true)")
        box = await self.evaluate(f"{found}.getBoundingClientRect()")
        x, y = (int(box[at] + box[size] / 2) for at, size in (("x", "width"), ("y", "height")))
        pointer = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "actions": pointer})

    async def type(self, text: str) -> None:
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keys", "actions": keys})

    async def _act(self, source: dict[str, Any]) -> None:
        await self.firefox.ask("input.performActions", {"context": self.context, "actions": [source]})

    async def picture(self, path: Path) -> None:
        told = await self.firefox.ask("browsingContext.captureScreenshot", {"context": self.context})
        path.write_bytes(base64.b64decode(told["data"]))
