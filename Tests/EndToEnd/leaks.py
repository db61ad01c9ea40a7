"""What must stand in no log and in no audit log: everything secret that the tests used, kept as they use it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from server import Server

#: Shorter ones, such as "hello", may be in a log by chance.
SHORTEST = 10

_secrets: set[str] = set()
#: Fields of events that hold what people wrote.
_WRITTEN = ("text", "subject", "query")


def keep(*secrets: str | None) -> None:
    """Remembers tokens, cookies, passwords, codes and texts, for `leaked`."""
    _secrets.update(secret for secret in secrets if secret and len(secret) >= SHORTEST)


def keep_written(payload: Any) -> None:
    """Remembers what an event's payload has of texts."""
    if isinstance(payload, dict):
        keep(*(value for name in _WRITTEN if isinstance(value := payload.get(name), str)))


def leaked(server: Server, among: Iterable[str] | None = None) -> list[str]:
    """Which secrets stand in the server's log, in what its commands said on standard error, or in its audit log."""
    text = "\n".join([server.log_text(), *server.command_errors, _audit(server)])
    return sorted(secret for secret in (_secrets if among is None else among) if secret in text)


def _audit(server: Server) -> str:
    """Every column of every entry; nothing if there is no database, or one that a test has broken."""
    path = server.data / "martlet.sqlite"
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
            return "\n".join(str(row) for row in database.execute("SELECT * FROM audit"))
    except sqlite3.Error:
        return ""
