"""What must stand in no log and in no audit log: everything secret that the tests used, kept as they use it."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from server import Server

#: Shorter ones, such as "hello", may be in a log by chance.
SHORTEST = 10

_secrets: set[str] = set()
#: Fields of events that hold what people wrote.
_WRITTEN = ("text", "subject", "query")

#: What is a secret by its looks, whoever made it and whether or not a test has kept it.
SHAPES = {
    "a login's token": re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}"),
    "a guest's token": re.compile(r"\bv1\.[\w-]+\.[\w-]+\.[\w-]{20,}"),
    "a recovery code": re.compile(r"\b[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}\b(?!-)"),
    "a second factor's key": re.compile(r"\botpauth://|\b(?:[A-Z2-7]{4} ?){8}\b"),
    "a password's hash": re.compile(r"\$scrypt\$"),
}


def keep(*secrets: str | None) -> None:
    """Remembers tokens, cookies, passwords, codes and texts, for `leaked`."""
    _secrets.update(secret for secret in secrets if secret and len(secret) >= SHORTEST)


def keep_written(payload: Any) -> None:
    """Remembers what an event's payload has of texts."""
    if isinstance(payload, dict):
        keep(*(value for name in _WRITTEN if isinstance(value := payload.get(name), str)))


def leaked(server: Server, among: Iterable[str] | None = None) -> list[str]:
    """Which secrets stand in the server's log, in what its commands said on standard error, or in its audit log."""
    text = "\n".join([server.log_text(), *server.command_errors, *_audit(server.data)])
    secrets = {*_secrets, *_own_keys(server.data)} if among is None else among
    found = {secret for secret in secrets if any(spelling in text for spelling in _spellings(secret))}
    return sorted(found | {f"{name}: {match[0]}" for name, shape in SHAPES.items() if (match := shape.search(text))})


def _spellings(secret: str) -> set[str]:
    """As it is, and as JSON and URLs write it."""
    return {secret, *(json.dumps(secret, ensure_ascii=ascii)[1:-1] for ascii in (True, False)), quote(secret), quote_plus(secret)}


def _own_keys(data: Path) -> Iterator[str]:
    """The keys that the server made, as somebody might print them."""
    for file in data.glob("*-secret*"):
        key = file.read_bytes().strip()
        yield from (key.hex(), key.hex().upper(), base64.b64encode(key).decode().rstrip("="))
        yield base64.urlsafe_b64encode(key).decode().rstrip("=")
        # They may be kept as text.
        if key.isascii():
            yield key.decode()


def _audit(data: Path) -> list[str]:
    """Every column of every entry; nothing if there is no database."""
    path = data / "martlet.sqlite"
    if not path.is_file():
        return []
    # Not read-only: what a killed server left in its write-ahead log counts as well.
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=10)) as database:
        return [str(column) for row in database.execute("SELECT * FROM audit") for column in row if column is not None]
