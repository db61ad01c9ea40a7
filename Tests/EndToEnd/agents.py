"""Accounts made on the command line, and their logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

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
    async with aiohttp.ClientSession() as http:
        async with http.post(url + "/agent/login", json={"username": username, "password": password}) as answer:
            body = await answer.text()
            assert answer.status == 200, f"login of {username}: {answer.status} {body}"
            return (await answer.json())["agent"], answer.cookies["token"].value


async def hire(server: Server, username: str, name: str, role: str = "agent") -> Agent:
    """Makes an account on the command line and logs in."""
    password = f"correct horse {username} staple"
    done = await server.command(
        "agent", "add", username, "--name", name, "--role", role, "--password-stdin", stdin=password + "\n"
    )
    assert done.status == 0, f"agent add {username}: {done}"
    account, cookie = await log_in(server.url, username, password)
    return Agent(account["agentId"], username, name, password, cookie)
