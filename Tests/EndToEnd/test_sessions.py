"""Who somebody is: decided by the server at connect, ended when the login ends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agents import Agent, hire, log_in
from conftest import Room
from peer import POLLING, WEBSOCKET, Refused
from raw import PATH, Raw
from server import Server

#: The promise is one second; the rest is for a busy machine.
A_SECOND = 1.5


async def test_claiming_a_role_gives_nothing(room: Room, ada: Agent) -> None:
    claims = {"role": "admin", "userId": ada.agent_id, "agentId": ada.agent_id, "name": "Ada", "token": ada.cookie}
    for auth in (claims, claims | {"guestToken": ""}):
        peer = await room.anyone(auth=auth, query="/?role=admin&token=" + ada.cookie)
        assert peer.session["role"] == "guest" and peer.user_id != ada.agent_id
        assert await peer.fails("ticket:list", {"role": "admin"}) == "forbidden"


async def test_a_guest_token_even_an_empty_one_wins_over_the_cookie(room: Room, ada: Agent) -> None:
    peer = await room.guest(headers=ada.headers)
    assert peer.session["role"] == "guest"


async def test_without_cookie_and_token_one_is_a_guest(room: Room) -> None:
    peer = await room.anyone()
    assert peer.session["role"] == "guest" and peer.guest_token


async def test_an_admin_is_an_admin(room: Room, ben: Agent) -> None:
    peer = await room.agent(ben)
    assert (peer.session["role"], peer.user_id, peer.session["name"]) == ("admin", ben.agent_id, "Ben Bitdiddle")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(header: dict[str, Any], payload: dict[str, Any], key: bytes) -> str:
    body = b64(json.dumps(header).encode()) + "." + b64(json.dumps(payload).encode())
    return body + "." + b64(hmac.new(key, body.encode(), hashlib.sha256).digest())


def signing_key(token: str, data: Path) -> tuple[bytes, Path]:
    """The key of a token and its file, found among the small files of the data directory, whatever their form."""
    body, _, signature = token.rpartition(".")

    def forms(contents: bytes) -> list[bytes]:
        found = [contents, contents.strip()]
        for part in contents.split():
            for text in (part, part.split(b"=", 1)[-1], part.strip(b'",')):
                found.append(text)
                for decode in (lambda t: unb64(t.decode()), base64.b64decode, lambda t: bytes.fromhex(t.decode())):
                    try:
                        found.append(decode(text))
                    except ValueError:
                        pass
        return found

    for path in data.rglob("*"):
        if path.is_file() and path.stat().st_size < 4096:
            for key in forms(path.read_bytes()):
                if key and b64(hmac.new(key, body.encode(), hashlib.sha256).digest()) == signature:
                    return key, path
    pytest.skip("the signing key was not found in the data directory")


async def is_unauthorized(server: Server, cookie: str) -> None:
    async with Raw(server.url, connect=None, headers={"Cookie": f"token={cookie}"}) as raw:
        await raw.ws.send_str("40")
        assert await raw.frame() == '44{"message":"unauthorized"}', cookie


async def test_a_forged_cookie_is_unauthorized(room: Room, server: Server, ada: Agent) -> None:
    header, payload, signature = ada.cookie.split(".")
    claims = json.loads(unb64(payload))
    assert json.loads(unb64(header))["alg"] == "HS256"
    assert claims["role"] == "agent" and claims["name"] == "Ada Lovelace" and claims["sid"]
    assert claims["id"] == claims["sub"] == ada.agent_id
    promoted = b64(json.dumps(claims | {"role": "admin"}).encode())
    none = b64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    kept = json.loads(unb64(header))
    for cookie in (
        f"{header}.{promoted}.{signature}",
        f"{none}.{promoted}.",
        f"{none}.{promoted}.{signature}",
        f"{header}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        f"{header}.{payload}.",
        signed(kept, claims, b"secret"),
        signed(kept, claims, b""),
        signed(kept | {"alg": "HS512"}, claims, b"secret"),
        "nonsense",
        "a.b.c",
        "..",
    ):
        await is_unauthorized(server, cookie)
    for transports in (WEBSOCKET, POLLING):
        with pytest.raises(Refused) as refused:
            await room.anyone(transports, headers={"Cookie": "token=nonsense"})
        assert refused.value.payload == {"message": "unauthorized"}
    assert (await room.agent(ada)).session["role"] == "agent", "the true one still counts"


async def test_an_expired_or_unknown_login_is_unauthorized(room: Room, server: Server, ada: Agent) -> None:
    key, _ = signing_key(ada.cookie, server.data)
    header, payload = (json.loads(unb64(part)) for part in ada.cookie.split(".")[:2])
    now = int(time.time())
    again = await room.anyone(headers={"Cookie": f"token={signed(header, payload, key)}"})
    assert again.user_id == ada.agent_id, "the token as made here is accepted, so what follows is not for its form"
    for change in (
        {"exp": now - 1, "iat": now - 3600},
        {"exp": now - 86400 * 365},
        {"sid": "unknown-login-session"},
        {"aud": "another"},
        {"iss": "another"},
    ):
        await is_unauthorized(server, signed(header, payload | change, key))


async def test_the_signing_key_is_for_the_owner_only(server: Server, ada: Agent) -> None:
    _, path = signing_key(ada.cookie, server.data)
    assert path.stat().st_mode & 0o777 == 0o600, path.name


async def test_origins(room: Room, server: Server, ada: Agent) -> None:
    own, allowed = server.url, "https://shop.example"
    assert (await room.agent(Agent(*_cookie_with(ada)), query="")).session["role"] == "agent"

    async def role(**headers: str) -> str:
        peer = await room.anyone(headers=ada.headers | {k.replace("_", "-"): v for k, v in headers.items()})
        return peer.session["role"]

    assert await role(Origin=own) == "agent"
    assert await role(Origin=allowed) == "guest", "an allowed origin never gets more than guest"
    assert await role(Sec_Fetch_Site="same-origin") == "agent"
    assert await role(Sec_Fetch_Site="none") == "agent"
    assert await role(Sec_Fetch_Site="cross-site") == "guest"

    async with aiohttp.ClientSession() as http:
        for origin in ("https://evil.example", "null", own + ".evil.example", "http://shop.example", "https://shop.example:8443"):
            async with http.get(server.url + PATH + "polling", headers={"Origin": origin}) as answer:
                assert answer.status == 403, origin
                assert await answer.json(content_type=None) == {"code": 4, "message": "Forbidden"}
                assert "Access-Control-Allow-Credentials" not in answer.headers
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(server.url + PATH + "websocket", headers={"Origin": origin})
            assert refused.value.status == 403, origin
        async with http.get(server.url + PATH + "polling", headers={"Origin": allowed}) as answer:
            assert answer.status == 200
            assert answer.headers.get("Access-Control-Allow-Origin") in (allowed, "*")
            assert "Access-Control-Allow-Credentials" not in answer.headers
            sid = json.loads((await answer.text())[1:])["sid"]
        # Every request of a session passes the check, not only the first.
        url = server.url + PATH + "polling&sid=" + sid
        async with http.post(url, data="40", headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 403


def _cookie_with(agent: Agent) -> tuple[str, ...]:
    """The cookie among others, as browsers send it."""
    return (agent.agent_id, agent.username, agent.name, agent.password, agent.cookie + "; theme=dark")


async def test_a_foreign_ticket_and_none_give_the_same_bytes(room: Room, server: Server) -> None:
    owner = await room.guest()
    ticket_id = (await owner.opens("private"))["ticketId"]
    async with Raw(server.url) as stranger:
        for number, (event, more) in enumerate(
            [
                ("ticket:join", {}),
                ("chat:message", {"text": "hello"}),
                ("chat:history", {}),
                ("chat:typing", {"typing": True}),
                ("chat:read", {"seq": 1}),
            ]
        ):
            foreign = await stranger.ack(number, event, {"ticketId": ticket_id, **more})
            for missing in (ticket_id[::-1], "x", "../" + ticket_id):
                assert await stranger.ack(number, event, {"ticketId": missing, **more}) == foreign
            assert '"code":"not_found"' in foreign and ticket_id not in foreign


async def test_logout_ends_the_sockets_of_that_login_only(room: Room, server: Server, ada: Agent) -> None:
    _, cookie = await log_in(server.url, ada.username, ada.password)
    other = Agent(ada.agent_id, ada.username, ada.name, ada.password, cookie)
    stays = await room.agent(ada)
    leaving = [await room.agent(other, transports) for transports in (WEBSOCKET, POLLING)]
    async with aiohttp.ClientSession() as http:
        async with http.post(server.url + "/agent/logout", headers=other.headers, json={}) as answer:
            assert answer.status == 200
            assert answer.cookies["token"].value == "" or answer.cookies["token"]["max-age"] == "0"
    start = time.monotonic()
    for peer in leaving:
        assert (await peer.hears("revoked", within=A_SECOND))["reason"]
        await peer.is_cut_off(within=max(0.1, start + A_SECOND - time.monotonic()))
    await is_unauthorized(server, cookie)
    await stays.does("ticket:list")
    assert not stays.heard("revoked")


async def test_renewing_gives_a_new_cookie_and_keeps_the_login(
    room: Room, server: Server, ada: Agent, http: aiohttp.ClientSession
) -> None:
    peer = await room.agent(ada)
    async with http.post("/agent/renew", headers=ada.headers) as answer:
        assert answer.status == 200
        assert (await answer.json())["expiresAt"].endswith("Z")
        renewed = answer.cookies["token"].value
    claims = [json.loads(unb64(token.split(".")[1])) for token in (ada.cookie, renewed)]
    assert claims[0]["sid"] == claims[1]["sid"] and claims[1]["exp"] >= claims[0]["exp"]
    after = await room.anyone(headers={"Cookie": f"token={renewed}"})
    assert after.user_id == ada.agent_id
    await peer.does("ticket:list")
    async with http.post("/agent/renew") as answer:
        assert answer.status == 401


async def test_disabling_an_agent_ends_the_sockets(room: Room, server: Server) -> None:
    cleo = await hire(server, "cleo", "Cleo")
    peers = [await room.agent(cleo, transports) for transports in (WEBSOCKET, POLLING)]
    done = await server.command("agent", "disable", "cleo")
    start = time.monotonic()
    assert done.status == 0, done
    for peer in peers:
        await peer.hears("revoked", within=A_SECOND)
        await peer.is_cut_off(within=max(0.1, start + A_SECOND - time.monotonic()))
    await is_unauthorized(server, cleo.cookie)
    listed = {agent["username"]: agent for agent in await agents(server)}
    assert (listed["cleo"]["name"], listed["cleo"]["role"]) == ("Cleo", "agent")
    enabled = await server.command("agent", "enable", "cleo")
    assert enabled.status == 0, enabled
    account, cookie = await log_in(server.url, "cleo", cleo.password)
    assert account["agentId"] == cleo.agent_id
    again = await room.anyone(headers={"Cookie": f"token={cookie}"})
    assert again.session["role"] == "agent"

    # A new password ends that login too, and the old password is dead.
    since = again.mark()
    reset = await server.command("agent", "reset-password", "cleo", "--password-stdin", stdin="a wholly new password\n")
    start = time.monotonic()
    assert reset.status == 0, reset
    await again.hears("revoked", since=since, within=A_SECOND)
    await again.is_cut_off(within=max(0.1, start + A_SECOND - time.monotonic()))
    async with aiohttp.ClientSession() as http:
        async with http.post(
            server.url + "/agent/login", json={"username": "cleo", "password": cleo.password}
        ) as answer:
            assert answer.status == 401
    await log_in(server.url, "cleo", "a wholly new password")


async def agents(server: Server) -> list[dict[str, Any]]:
    listed = await server.command("agent", "list", "--json")
    assert listed.status == 0, listed
    value = json.loads(listed.out)
    return value["agents"] if isinstance(value, dict) else value
