"""Starts that cannot succeed end with one clear line, status 1, and nothing changed on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import aiohttp
import pytest

from conftest import Agent, hire
from server import Finished, Server, run, snapshot

#: What a parser of flags says about a wrong use; anything else that goes wrong is 1.
WRONG_USE = 64


def says_one_line(finished: Finished, *words: str) -> None:
    assert finished.status == 1, finished
    assert len(finished.err_lines) == 1, finished
    assert "listening" not in finished.out, finished
    for word in words:
        assert word in finished.err, finished


async def test_help_names_the_commands(binary: Path, tmp_path: Path) -> None:
    for arguments, words in [
        (("--help",), ("serve", "agent")),
        (("serve", "--help"), ("--host", "--port", "--data-dir", "--allowed-origins", "--tls-cert", "--log-level")),
        (("agent", "--help"), ("add", "list", "disable", "reset-password")),
    ]:
        finished = await run(binary, *arguments, cwd=tmp_path)
        assert finished.status == 0
        for word in words:
            assert word in finished.out, (arguments, word)
    assert not list(tmp_path.iterdir()), "asking for help leaves nothing behind"


async def test_a_port_in_use(server: Server, binary: Path, tmp_path: Path) -> None:
    host, port = server.address
    data = tmp_path / "data"
    finished = await run(
        binary, "serve", "--host", host, "--port", str(port), "--data-dir", str(data), cwd=tmp_path
    )
    says_one_line(finished, str(port))
    assert snapshot(tmp_path) == {}, "nothing may change on disk"


async def test_a_data_directory_that_cannot_be_written(binary: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    before = snapshot(tmp_path)
    for data in (in_the_way, in_the_way / "data", Path("/proc/martlet")):
        finished = await run(binary, "serve", "--port", "0", "--data-dir", str(data), cwd=tmp_path)
        says_one_line(finished, str(data))
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_read_only_data_directory(binary: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o555)
    says_one_line(await run(binary, "serve", "--port", "0", "--data-dir", str(data), cwd=tmp_path), str(data))
    assert snapshot(data) == {}


async def test_a_data_directory_in_use(server: Server, ada: Agent) -> None:
    says_one_line(await server.command("serve", "--port", "0"), str(server.data))
    assert server.is_running


@pytest.mark.parametrize(
    "arguments, env, dotenv, words",
    [
        (("--no-such-flag", "1"), {}, "", ("no-such-flag",)),
        (("--port", "many"), {}, "", ("port",)),
        (("--port", "65536"), {}, "", ("port",)),
        (("--port", "-1"), {}, "", ("port",)),
        (("--log-level", "loud"), {}, "", ("log-level",)),
        (("--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"), {}, "", ("/nowhere/",)),
        (("--tls-cert", "cert.pem"), {}, "", ("tls-key",)),
        (("--allowed-origins", "shop"), {}, "", ("allowed-origins",)),
        ((), {"MARTLET_FOO": "1"}, "", ("MARTLET_FOO",)),
        ((), {"MARTLET_PORT": "many"}, "", ("MARTLET_PORT",)),
        ((), {"MARTLET_LOG_LEVEL": "loud"}, "", ("MARTLET_LOG_LEVEL",)),
        ((), {}, "MARTLET_FOO=1\n", ("MARTLET_FOO",)),
        ((), {}, "MARTLET_PORT=many\n", ("MARTLET_PORT",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
async def test_configuration_that_makes_no_sense(
    binary: Path, tmp_path: Path, arguments: tuple[str, ...], env: dict, dotenv: str, words: tuple[str, ...]
) -> None:
    if dotenv:
        (tmp_path / ".env").write_text(dotenv)
    before = snapshot(tmp_path)
    port = () if any("port" in key.lower() for key in (*arguments, *env, dotenv)) else ("--port", "0")
    finished = await run(binary, "serve", *port, "--data-dir", "data", *arguments, cwd=tmp_path, env=env)
    assert finished.status in ((1, WRONG_USE) if arguments else (1,)), finished
    if finished.status == 1:
        assert len(finished.err_lines) == 1, finished
    named = finished.err.lower().replace("_", "-")
    for word in words:
        assert word.lower().replace("_", "-") in named or word.lower().removeprefix("martlet_").replace("_", "-") in named
    assert "listening" not in finished.out
    assert snapshot(tmp_path) == before, "nothing may change on disk"


async def test_accounts_beside_a_running_server(server: Server) -> None:
    dora = await hire(server, "dora", "Dora")
    listed = await server.command("agent", "list", "--json")
    assert listed.status == 0, listed
    value = json.loads(listed.out)
    accounts = {account["username"]: account for account in (value["agents"] if isinstance(value, dict) else value)}
    assert (accounts["dora"]["name"], accounts["dora"]["role"]) == ("Dora", "agent")
    assert "password" not in listed.out.lower() and "scrypt" not in listed.out
    plain = await server.command("agent", "list")
    assert plain.status == 0 and "dora" in plain.out and "Dora" in plain.out

    password = "another good password\n"
    for arguments, word in [
        (("add", "dora", "--name", "Again", "--role", "agent", "--password-stdin"), "dora"),
        (("disable", "nobody"), "nobody"),
        (("enable", "nobody"), "nobody"),
        (("reset-password", "nobody", "--password-stdin"), "nobody"),
    ]:
        says_one_line(await server.command("agent", *arguments, stdin=password), word)
    empty = await server.command("agent", "reset-password", "dora", "--password-stdin", stdin="")
    says_one_line(empty, "password")
    role = await server.command("agent", "add", "x", "--name", "X", "--role", "king", "--password-stdin", stdin=password)
    assert role.status in (1, WRONG_USE) and role.err_lines, role

    async with aiohttp.ClientSession() as http:
        async with http.get(server.url + "/agent/me", headers=dora.headers) as answer:
            assert answer.status == 200, "none of it touched the account"
