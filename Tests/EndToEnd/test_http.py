"""Pages, login, setup and health, by HTTP alone."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from conftest import Agent
from server import SETUP_LINK, Server, run, snapshot

PASSWORD = "a good long password"


async def test_alive_and_able_to_serve(http: aiohttp.ClientSession) -> None:
    for path in ("/healthz", "/readyz"):
        async with http.get(path) as answer:
            assert answer.status == 200, path


async def test_pages_for_everybody(http: aiohttp.ClientSession) -> None:
    for path in ("/", "/agent/login", "/agent/logout"):
        async with http.get(path, allow_redirects=False) as answer:
            assert answer.status == 200, path
            assert answer.content_type == "text/html", path
            policy = answer.headers["Content-Security-Policy"]
            framers = "frame-ancestors https://shop.example" if path == "/" else "frame-ancestors 'none'"
            for directive in ("default-src 'none'", "script-src 'self'", framers, "base-uri 'none'"):
                assert directive in policy, (path, policy)
            assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
            assert answer.headers["Referrer-Policy"] == "same-origin", path
            page = await answer.text()
            assert " style=" not in page and "<style" not in page, f"{path}: the policy forbids inline style"


async def test_assets(http: aiohttp.ClientSession, server: Server) -> None:
    async with http.get("/assets/shared/socket.js") as answer:
        assert answer.status == 200
        assert answer.content_type in ("text/javascript", "application/javascript")
    for path in (
        "/assets/customer/index.html",
        "/assets/shared/socket.test.js",
        "/assets/shared",
        "/assets/",
        "/assets/../Package.swift",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc/passwd",
        "/assets//etc/passwd",
    ):
        async with http.get(URL(server.url + path, encoded=True)) as answer:
            assert answer.status in (400, 404), path


async def test_a_page_that_is_not_there(http: aiohttp.ClientSession) -> None:
    async with http.get("/no/such/page", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 404
        assert answer.content_type == "text/html"


async def test_the_dashboard_is_for_agents(http: aiohttp.ClientSession, ada: Agent) -> None:
    for cookie in ("", "token=nonsense", "token=" + ada.cookie[:-2]):
        async with http.get("/agent/dashboard", headers={"Cookie": cookie}, allow_redirects=False) as answer:
            assert answer.status == 303, cookie
            assert answer.headers["Location"].startswith("/agent/login")
        async with http.get("/agent/me", headers={"Cookie": cookie}) as answer:
            assert answer.status == 401
            assert (await answer.json())["error"]["code"] == "unauthorized"
    async with http.get("/agent/dashboard", headers=ada.headers, allow_redirects=False) as answer:
        assert answer.status == 200 and answer.content_type == "text/html"
    async with http.get("/agent/me", headers=ada.headers) as answer:
        assert (await answer.json())["agent"]["agentId"] == ada.agent_id


async def test_login(http: aiohttp.ClientSession, ada: Agent) -> None:
    async with http.post("/agent/login", json={"username": ada.username, "password": ada.password}) as answer:
        assert answer.status == 200
        agent = (await answer.json())["agent"]
        assert agent == {"agentId": ada.agent_id, "username": "ada", "name": "Ada Lovelace", "role": "agent"}
        attributes = [part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")]
        assert attributes[0].startswith("token=")
        assert {"httponly", "samesite=lax", "path=/"} <= set(attributes)
        assert "secure" not in attributes, "the address here is http"
        assert not any(part.startswith("domain=") for part in attributes)


async def test_unknown_and_wrong_get_the_same_bytes(http: aiohttp.ClientSession, ada: Agent) -> None:
    async def refused(username: str, password: str) -> tuple[int, bytes, list[str]]:
        async with http.post("/agent/login", json={"username": username, "password": password}) as answer:
            return answer.status, await answer.read(), sorted(name.lower() for name in answer.headers)

    wrong = await refused(ada.username, "wrong")
    unknown = await refused("nobody-of-that-name", "wrong")
    assert wrong == unknown
    assert wrong[0] == 401 and b'"unauthorized"' in wrong[1] and "set-cookie" not in wrong[2]


async def test_a_login_that_is_no_login(http: aiohttp.ClientSession) -> None:
    for body in ("", "{", "[]", "null", '{"username":1,"password":2}', '{"username":"ada"}', "[" * 5000):
        async with http.post("/agent/login", data=body, headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400, body[:40]
            assert (await answer.json())["error"]["code"] == "invalid", body[:40]


async def test_the_login_form(http: aiohttp.ClientSession, server: Server, ada: Agent) -> None:
    form = {"username": ada.username, "password": ada.password}
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    async with http.post("/agent/login", data=form, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/agent/dashboard")
        cookie = answer.cookies["token"].value
    async with http.get("/agent/dashboard", headers={"Cookie": f"token={cookie}"}) as answer:
        assert answer.status == 200
    async with http.post(
        "/agent/login", data=form | {"password": "wrong"}, headers=headers, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/agent/login?error=unauthorized")
        assert "Set-Cookie" not in answer.headers
    headers |= {"Cookie": f"token={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    async with http.post("/agent/logout", data="", headers=headers, allow_redirects=False) as answer:
        assert answer.status == 303 and answer.headers["Location"].startswith("/agent/login")
    async with http.get("/agent/me", headers={"Cookie": f"token={cookie}"}) as answer:
        assert answer.status == 401, "the login has ended on the server, not only in the browser"


async def test_a_foreign_origin_may_not_write(http: aiohttp.ClientSession, server: Server, ada: Agent) -> None:
    credentials = {"username": ada.username, "password": ada.password}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://shop.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": server.url + ".evil.example"},
    ):
        for path in ("/agent/login", "/agent/logout", "/agent/renew", "/setup"):
            async with http.post(path, json=credentials, headers=headers | ada.headers) as answer:
                assert answer.status == 403, (path, headers)
                assert "Set-Cookie" not in answer.headers
    async with http.get("/agent/me", headers=ada.headers) as answer:
        assert answer.status == 200, "nothing of it has ended the login"


async def test_people_get_pages_where_programs_get_errors(http: aiohttp.ClientSession) -> None:
    form = {"username": "x"}
    for status, path, headers, data in [
        (403, "/agent/login", {"Origin": "https://evil.example"}, form),
        (400, "/agent/login", {}, form),
        (413, "/agent/login", {}, {"username": "x" * 100_000}),
        (404, "/agent/nothing", {}, form),
        (401, "/agent/renew", {}, form),
    ]:
        async with http.post(path, data=data, headers=headers | {"Accept": "text/html,*/*;q=0.8"}) as answer:
            assert (answer.status, answer.content_type) == (status, "text/html"), path
            page = await answer.text()
            assert "<h1>" in page and "style=" not in page and "Error" not in page
        async with http.post(path, data=data, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (status, "application/json"), path


async def test_the_login_of_somebody_logged_in(http: aiohttp.ClientSession, ada: Agent) -> None:
    async with http.get("/agent/login", headers=ada.headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/agent/dashboard")


async def test_under_tls_a_page_without_is_foreign(
    new_server: Callable[..., Server], tmp_path: Path
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is missing")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", "2", "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0
    server = await new_server("--tls-cert", str(certificate), "--tls-key", str(key)).start()
    assert server.url.startswith("https://")
    async with aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(ssl=False)) as http:
        for origin, status in [(server.url, 200), (server.url.replace("https:", "http:"), 403)]:
            async with http.post("/agent/logout", json={}, headers={"Origin": origin}) as answer:
                assert answer.status == status, origin
        async with http.get("/") as answer:
            assert answer.headers["Strict-Transport-Security"]
    assert await server.stop() == 0


@pytest.mark.timeout(180)
async def test_the_setup_link_works_once(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    old = await server.setup_token()
    assert await server.stop() == 0
    server = await server.start()
    token = await server.setup_token()
    assert token != old, "a new link at each start"
    assert len(token) >= 22, "128 bits"

    async with aiohttp.ClientSession(server.url) as http:

        async def setup(**change: object) -> tuple[int, dict]:
            body = {"token": token, "username": "root", "name": "Grace Hopper", "password": PASSWORD} | change
            async with http.post("/setup", json=body) as answer:
                return answer.status, await answer.json()

        async with http.get("/setup") as answer:
            assert answer.status == 200 and answer.content_type == "text/html"
        for wrong in (old, "x" * 22, token[:-1], token + "x"):
            status, body = await setup(token=wrong)
            assert (status, body["error"]["code"]) == (404, "not_found"), wrong
        for field, value in [("username", ""), ("username", 1), ("name", ""), ("name", "x" * 201), ("password", "short")]:
            status, body = await setup(**{field: value})
            assert (status, body["error"]["code"], body["error"]["field"]) == (400, "invalid", field), value
        status, body = await setup()
        assert status == 201, body
        assert (body["agent"]["username"], body["agent"]["role"]) == ("root", "admin")
        status, body = await setup(username="second")
        assert (status, body["error"]["code"]) == (404, "not_found")
        async with http.post("/agent/login", json={"username": "root", "password": PASSWORD}) as answer:
            assert answer.status == 200

    assert token not in server.log_text() and PASSWORD not in server.log_text()
    assert await server.stop() == 0
    await _newer_version(server)


async def _newer_version(server: Server) -> None:
    """The stopped server's data, as a newer Martlet would leave it, is refused and not touched."""
    databases = []
    for path in server.data.rglob("*"):
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
            databases.append(path)
    assert databases, "no SQLite database in the data directory"
    for path in databases:
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            database.execute("PRAGMA user_version = %d" % (version + 1000))
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    before = snapshot(server.data)
    refused = await run(
        server.binary, "serve", "--port", "0", "--data-dir", str(server.data), cwd=server.log.parent
    )
    assert refused.status == 1, refused
    assert len(refused.err_lines) == 1 and str(version + 1000) in refused.err, refused
    assert not SETUP_LINK.search(refused.out) and "listening" not in refused.out
    assert snapshot(server.data) == before, "nothing may change on disk"
    refused = await run(server.binary, "agent", "list", "--data-dir", str(server.data), cwd=server.log.parent)
    assert refused.status == 1 and len(refused.err_lines) == 1, refused
    assert snapshot(server.data) == before, "nor by another command"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_methods_nobody_serves(http: aiohttp.ClientSession, method: str) -> None:
    async with http.request(method, "/agent/login") as answer:
        assert answer.status in (404, 405)
