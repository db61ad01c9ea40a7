"""The Socket.IO library's own server, and clients of it that nobody here wrote, blocking and asyncio ones alike."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import engineio.payload
import socketio

from server import Server
from waiting import notified

# This client gives up on an answer to a poll that has more packets, unless told otherwise; its manual says so.
engineio.payload.Payload.max_decode_packets = 1000

#: Generous: two cores, a debug build.
DEADLINE = 10.0


@dataclass
class Library(Server):
    """`socketio-conformance --mode features`; started again, it takes the port it had."""

    port: int = 0

    def command_line(self) -> list[str]:
        return ["--port", str(self.port), "--mode", "features", *self.arguments]

    async def start(self) -> "Library":
        await super().start()
        self.port = self.address[1]
        return self


def make_library(binary: Path, home: Path, *arguments: str) -> Library:
    home.mkdir()
    return Library(binary, home, home / "log", arguments)


class Listener:
    """What a client heard, in order, whatever thread it came on."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self._news = asyncio.Condition()
        self._loop = asyncio.get_running_loop()

    def note(self, event: str, *arguments: Any) -> None:
        async def add() -> None:
            async with self._news:
                self.heard.append((event, arguments))
                self._news.notify_all()

        asyncio.run_coroutine_threadsafe(add(), self._loop)

    async def hears(self, event: str, count: int = 1) -> tuple[Any, ...]:
        """The arguments of the event's occurrence of that number, waited for."""

        def found() -> list[tuple[Any, ...]]:
            return [arguments for name, arguments in self.heard if name == event]

        assert await notified(self._news, lambda: len(found()) >= count, DEADLINE), f"no {event}, only {self.heard}"
        return found()[count - 1]


class AsyncioClient(Listener):
    def __init__(self, url: str, transports: tuple[str, ...], **options: Any) -> None:
        super().__init__()
        self.url, self.transports = url, list(transports)
        self.sio = socketio.AsyncClient(request_timeout=30, reconnection_delay=0.1, reconnection_delay_max=0.2, **options)

    def listen(self, event: str, answer: Callable[..., Any] | None = None, namespace: str = "/") -> None:
        async def handle(*arguments: Any) -> Any:
            self.note(event, *arguments)
            return answer(*arguments) if answer else None

        self.sio.on(event, handle, namespace=namespace)

    async def connect(self, *namespaces: str, auth: Any = None) -> None:
        await self.sio.connect(
            self.url, transports=self.transports, namespaces=list(namespaces) or ["/"], auth=auth, wait_timeout=DEADLINE
        )

    async def emit(self, event: str, data: Any = None, namespace: str = "/") -> None:
        await self.sio.emit(event, data, namespace=namespace)

    async def call(self, event: str, data: Any = None, namespace: str = "/") -> Any:
        return await self.sio.call(event, data, namespace=namespace, timeout=DEADLINE)

    async def disconnect(self) -> None:
        await self.sio.disconnect()


class BlockingClient(Listener):
    def __init__(self, url: str, transports: tuple[str, ...], **options: Any) -> None:
        super().__init__()
        self.url, self.transports = url, list(transports)
        self.sio = socketio.Client(request_timeout=30, reconnection_delay=0.1, reconnection_delay_max=0.2, **options)

    def listen(self, event: str, answer: Callable[..., Any] | None = None, namespace: str = "/") -> None:
        def handle(*arguments: Any) -> Any:
            self.note(event, *arguments)
            return answer(*arguments) if answer else None

        self.sio.on(event, handle, namespace=namespace)

    async def connect(self, *namespaces: str, auth: Any = None) -> None:
        await asyncio.to_thread(
            self.sio.connect,
            self.url,
            transports=self.transports,
            namespaces=list(namespaces) or ["/"],
            auth=auth,
            wait_timeout=DEADLINE,
        )

    async def emit(self, event: str, data: Any = None, namespace: str = "/") -> None:
        await asyncio.to_thread(self.sio.emit, event, data, namespace=namespace)

    async def call(self, event: str, data: Any = None, namespace: str = "/") -> Any:
        return await asyncio.to_thread(self.sio.call, event, data, namespace=namespace, timeout=DEADLINE)

    async def disconnect(self) -> None:
        await asyncio.to_thread(self.sio.disconnect)
