"""A user of the desk: a python-socketio client that keeps all it hears, in order."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Any, Callable

import aiohttp
import socketio

from leaks import keep, keep_written
from waiting import notified

#: How long an event may take before it counts as lost. Generous: two cores, a debug build.
HEARING = 5.0

WEBSOCKET = ("websocket",)
POLLING = ("polling",)
UPGRADE = ("polling", "websocket")

_unique = itertools.count(1)


def unique(word: str) -> str:
    """A text or id that no other test uses."""
    return f"{word}-{next(_unique)}-{time.time_ns():x}"


class Refused(Exception):
    """The server answered CONNECT with CONNECT_ERROR, or refused the handshake."""

    def __init__(self, payload: Any):
        super().__init__(str(payload))
        self.payload = payload


def _browser() -> aiohttp.ClientSession:
    """Keeps cookies of any host, as browsers do: by one of them a balancer finds the node again."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


@dataclass
class Heard:
    event: str
    payload: Any
    at: float


class Peer:
    def __init__(self, url: str, transports: tuple[str, ...] = WEBSOCKET):
        self.url = url
        self.transports = transports
        self.events: list[Heard] = []
        self.is_connected = False
        self.guest_token: str | None = None
        self._news = asyncio.Condition()
        self._refusal: Any = None
        self._sio = socketio.AsyncClient(reconnection=False, request_timeout=10, http_session=_browser)
        self._sio.on("connect_error", self._on_refusal)
        self._sio.on("disconnect", self._on_disconnect)
        self._sio.on("*", self._on_event)

    async def connect(self, auth: Any = None, headers: dict[str, str] | None = None, query: str = "") -> "Peer":
        try:
            await self._sio.connect(
                self.url + query,
                auth=auth,
                headers=dict(headers or {}),
                transports=list(self.transports),
                wait_timeout=HEARING,
            )
        except socketio.exceptions.ConnectionError as error:
            raise Refused(self._refusal if self._refusal is not None else str(error)) from None
        self.is_connected = True
        if "websocket" in self.transports:
            assert self._sio.transport() == "websocket", "the connection was not upgraded"
        session = await self.hears("session")
        self.guest_token = session.get("guestToken")
        keep(self.guest_token)
        return self

    async def _on_refusal(self, payload: Any = None) -> None:
        self._refusal = payload

    async def _on_disconnect(self, *_: Any) -> None:
        async with self._news:
            self.is_connected = False
            self._news.notify_all()

    async def _on_event(self, event: str, *arguments: Any) -> None:
        async with self._news:
            self.events.append(Heard(event, arguments[0] if arguments else None, time.monotonic()))
            self._news.notify_all()

    # What it knows

    @property
    def session(self) -> dict[str, Any]:
        return self.heard("session")[0]

    @property
    def user_id(self) -> str:
        return self.session["userId"]

    def mark(self) -> int:
        """A place in the list of events; `hears` and `heard` can look from there on."""
        return len(self.events)

    def heard(self, event: str, where: Callable[[Any], bool] = lambda _: True, since: int = 0) -> list[Any]:
        return [h.payload for h in self.events[since:] if h.event == event and where(h.payload)]

    async def hears(
        self, event: str, where: Callable[[Any], bool] = lambda _: True, since: int = 0, within: float = HEARING
    ) -> Any:
        """The first such event, waited for."""
        found = await notified(self._news, lambda: self.heard(event, where, since), within)
        names = [(h.event, h.payload) for h in self.events[since:]]
        assert found, f"no such {event!r} within {within} s; heard {names}"
        return self.heard(event, where, since)[0]

    async def is_cut_off(self, within: float) -> None:
        """Waits until the server has ended the connection."""
        ended = await notified(self._news, lambda: not self.is_connected, within)
        assert ended, f"still connected after {within} s; heard {self.events}"

    # What it does

    async def call(self, event: str, payload: Any = None, within: float = HEARING) -> dict[str, Any]:
        """Emits and returns the ack, whatever it says."""
        keep_written(payload)
        return await self._sio.call(event, {} if payload is None else payload, timeout=within)

    async def does(self, event: str, payload: Any = None, within: float = HEARING) -> dict[str, Any]:
        """Emits, expects `ok`, returns the ack."""
        ack = await self.call(event, payload, within)
        assert ack.get("ok") is True, f"{event} {payload!r} was answered {ack}"
        return ack

    async def fails(self, event: str, payload: Any = None, field: str | None = None) -> str:
        """Emits, expects an error, returns its code; with `field` also checks the field it names."""
        ack = await self.call(event, payload)
        assert ack.get("ok") is False, f"{event} {payload!r} was answered {ack}"
        error = ack["error"]
        assert isinstance(error["message"], str) and error["message"]
        if field is not None:
            assert error.get("field") == field, f"{event} {payload!r} was answered {ack}"
        return error["code"]

    async def emit(self, event: str, payload: Any) -> None:
        """Emits without asking for an ack."""
        keep_written(payload)
        await self._sio.emit(event, payload)

    async def say(self, ticket_id: str, text: str, **more: Any) -> dict[str, Any]:
        return (await self.does("chat:message", {"ticketId": ticket_id, "text": text, **more}))["message"]

    async def opens(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        """Creates a ticket and returns it."""
        payload = {"subject": unique("subject"), "clientId": unique("c"), **more}
        if text is not None:
            payload["text"] = text
        return (await self.does("ticket:create", payload))["ticket"]

    async def close(self) -> None:
        self.is_connected = False
        try:
            await asyncio.wait_for(self._sio.disconnect(), 2)
        except (asyncio.TimeoutError, OSError):
            pass
