"""Accounts and their logins."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import struct
import time
from base64 import b32decode, b64encode
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import aiohttp

from leaks import keep
from server import Server


@dataclass
class Agent:
    """An account, and the cookie of its login."""

    agent_id: str
    username: str
    name: str
    password: str
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"token={self.cookie}"}


async def log_in(url: str, username: str, password: str) -> tuple[dict[str, Any], str]:
    """Logs in by HTTP; returns the agent and the cookie."""
    keep(password)
    async with aiohttp.ClientSession() as http:
        async with http.post(url + "/agent/login", json={"username": username, "password": password}) as answer:
            body = await answer.text()
            assert answer.status == 200, f"login of {username}: {answer.status} {body}"
            cookie, device = (answer.cookies[name].value for name in ("token", "device"))
            keep(cookie, device)
            return (await answer.json())["agent"], cookie


def code_of(key: str, steps_ahead: int = 0) -> str:
    """What an authenticator app shows for a key as text (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    mac = hmac.digest(b32decode(key.replace(" ", "").upper()), counter, "sha1")
    offset = mac[-1] & 15
    return f"{(struct.unpack_from('>I', mac, offset)[0] & 0x7FFFFFFF) % 1_000_000:06}"


async def hire(server: Server, username: str, name: str, role: str = "agent") -> Agent:
    """Puts an account into the running server's database and logs in.

    Its hash is a cheap one (the parameters stand in it): the usual one takes 4 s in a debug build, twice a test. What
    `martlet agent add` does is tested in test_command_line.py.
    """
    password = f"correct horse {username} staple"
    agent_id, now = secrets.token_urlsafe(16), time.time_ns() // 1_000_000
    with closing(sqlite3.connect(server.data / "martlet.sqlite", timeout=10)) as database, database:
        row = database.execute("INSERT INTO users (id) VALUES (?)", (agent_id,)).lastrowid
        database.execute(
            "INSERT INTO accounts (row, username, name, role, passwordHash, isDisabled, createdAt, changedAt) "
            "VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
            (row, username, name, role, _cheap_hash(password), now, now),
        )
    account, cookie = await log_in(server.url, username, password)
    assert account["agentId"] == agent_id
    return Agent(agent_id, username, name, password, cookie)


def _cheap_hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=2**4, r=8, p=1, dklen=32)
    return "$scrypt$ln=4,r=8,p=1$" + "$".join(b64encode(part).decode().rstrip("=") for part in (salt, key))
