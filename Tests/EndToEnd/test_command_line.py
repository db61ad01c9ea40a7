"""Starts that cannot succeed end with one clear line, status 1, and nothing changed on disk."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from conftest import Agent, hire
from server import LISTENING, START_DEADLINE, Finished, Server, clean_environment, run, snapshot
from waiting import eventually

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
        (("--help",), ("serve", "agent", "guest", "word-filter", "backup", "verify", "restore")),
        (("serve", "--help"), ("--host", "--port", "--data-dir", "--allowed-origins", "--trusted-proxies", "--limits",
                               "--tls-cert", "--log-level", "--shutdown-timeout", "--retention-days", "--metrics-token",
                               "--store", "--mongodb-uri", "--mongodb-pool", "--mongodb-timeout", "--redis-url")),
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
    finished = await server.command("serve", "--port", "0")
    says_one_line(finished, str(server.data), "--store mongodb", "--redis-url")
    assert server.is_running


@pytest.mark.parametrize(
    "arguments, env, dotenv, words",
    [
        (("--no-such-flag", "1"), {}, "", ("no-such-flag",)),
        (("--port", "many"), {}, "", ("port",)),
        (("--port", "65536"), {}, "", ("port",)),
        (("--port", "-1"), {}, "", ("port",)),
        (("--shutdown-timeout", "0"), {}, "", ("shutdown-timeout",)),
        (("--shutdown-timeout", "soon"), {}, "", ("shutdown-timeout",)),
        (("--log-level", "loud"), {}, "", ("log-level",)),
        (("--retention-days", "-1"), {}, "", ("retention-days",)),
        (("--metrics-token", "short"), {}, "", ("metrics-token",)),
        (("--redis-url", "http://x"), {}, "", ("redis-url", "redis://")),
        ((), {"MARTLET_REDIS_URL": "redis://x:port"}, "", ("MARTLET_REDIS_URL",)),
        (("--store", "postgres"), {}, "", ("store", "sqlite", "mongodb")),
        (("--mongodb-pool", "4"), {}, "", ("mongodb-pool", "--store mongodb")),
        ((), {"MARTLET_MONGODB_URI": "mongodb://a"}, "", ("MARTLET_MONGODB_URI", "--store mongodb")),
        # Without the trait it says how to build with it, otherwise that the address is missing.
        (("--store", "mongodb"), {}, "", ("mongodb",)),
        (("--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"), {}, "", ("/nowhere/",)),
        (("--tls-cert", "cert.pem"), {}, "", ("tls-key",)),
        (("--allowed-origins", "shop"), {}, "", ("allowed-origins",)),
        (("--trusted-proxies", "10.0.0.0/33"), {}, "", ("trusted-proxies",)),
        (("--trusted-proxies", "proxy.example"), {}, "", ("trusted-proxies",)),
        (("--limits", "on"), {}, "", ("limits",)),
        (("--limits", "guest-mesages=5/s"), {}, "", ("guest-mesages",)),
        (("--limits", "open-tickets=many"), {}, "", ("open-tickets",)),
        (("--limits", "off", "--host", "0.0.0.0"), {}, "", ("limits", "loopback")),
        ((), {"MARTLET_LIMITS": "guest-messages=0/s"}, "", ("MARTLET_LIMITS", "guest-messages")),
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


async def test_a_reader_of_the_output_who_goes_does_not_end_the_server(binary: Path, tmp_path: Path) -> None:
    """`martlet serve 2>&1 | head -1`."""
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        str(binary),
        *("serve", "--port", "0", "--data-dir", "data", "--log-level", "trace"),
        cwd=tmp_path,
        env=clean_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)

    def first_line() -> str:
        """Up to the address, and not a byte further."""
        line = b""
        while not LISTENING.search(line.decode()) or not line.endswith(b"\n"):
            byte = os.read(reading, 1)
            assert byte, line
            line += byte
        os.close(reading)
        return line.decode()

    try:
        line = await asyncio.wait_for(asyncio.to_thread(first_line), START_DEADLINE)
        match = LISTENING.search(line)
        assert match
        async with aiohttp.ClientSession(match.group(1)) as http:
            for path in ("/healthz", "/no/such/page", "/healthz"):
                async with http.get(path) as answer:
                    assert answer.status in (200, 404), path
        assert process.returncode is None
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_command_whose_reader_has_gone_ends_in_order(server: Server, ada: Agent) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        str(server.binary),
        *("agent", "list", "--data-dir", str(server.data)),
        cwd=server.log.parent,
        env=clean_environment(),
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)
    assert await asyncio.wait_for(process.wait(), 15) == 0


@pytest.mark.parametrize(
    "username, name, password, word",
    [("ada", "Ada", "short", "password"), ("a da", "Ada", "a good long password", "username"),
     ("ada", " ", "a good long password", "name")],
)
async def test_an_agent_that_cannot_be_added_leaves_nothing_behind(
    binary: Path, tmp_path: Path, username: str, name: str, password: str, word: str
) -> None:
    finished = await run(
        binary,
        *("agent", "add", username, "--name", name, "--password-stdin", "--data-dir", "data"),
        cwd=tmp_path,
        stdin=password + "\n",
    )
    says_one_line(finished, word)
    assert snapshot(tmp_path) == {}, "nothing may change on disk"


async def test_a_password_is_reset_only_where_there_are_agents(binary: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    before = snapshot(tmp_path)
    for data in ("none", "empty"):
        for password, word in [("short", "password"), ("a good long password", data)]:
            finished = await run(
                binary,
                *("agent", "reset-password", "ada", "--password-stdin", "--data-dir", data),
                cwd=tmp_path,
                stdin=password + "\n",
            )
            says_one_line(finished, word)
    assert snapshot(tmp_path) == before, "nothing may change on disk"


async def test_a_database_without_its_end(binary: Path, tmp_path: Path) -> None:
    added = await run(
        binary,
        *("agent", "add", "ada", "--name", "Ada", "--password-stdin", "--data-dir", "data"),
        cwd=tmp_path,
        stdin="a good long password\n",
    )
    assert added.status == 0, added
    database = tmp_path / "data" / "martlet.sqlite"
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size // 2)
    before = snapshot(tmp_path)
    for arguments in (("serve", "--port", "0"), ("agent", "list")):
        says_one_line(
            await run(binary, *arguments, "--data-dir", "data", cwd=tmp_path), "martlet.sqlite", "damaged"
        )
        assert snapshot(tmp_path) == before, "nothing may change on disk"


async def test_data_that_others_may_read_is_said_in_the_log(new_server: Callable[..., Server]) -> None:
    server = new_server()
    server.data.mkdir(mode=0o755)
    await server.start()
    assert "Others on this machine" in server.log_text() and str(server.data) in server.log_text()
    assert await server.stop() == 0
    assert server.data.stat().st_mode & 0o777 == 0o755, "the mode stays as somebody chose it"


async def test_the_limit_of_open_files_is_raised(new_server: Callable[..., Server]) -> None:
    """The usual soft limit is no bound; the hard one is."""
    server = await new_server().start()
    assert server.process
    limits = Path(f"/proc/{server.process.pid}/limits")
    if limits.exists():
        line = next(line for line in limits.read_text().splitlines() if line.startswith("Max open files"))
        assert line.split()[3] == line.split()[4], line
    assert await server.stop() == 0


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux binds processes to cores")
async def test_there_is_an_event_loop_for_each_core_it_may_run_on(binary: Path, tmp_path: Path) -> None:
    core = min(os.sched_getaffinity(0))
    bound = tmp_path / "bound"
    bound.write_text(
        f"#!{sys.executable}\nimport os, sys\nos.sched_setaffinity(0, {{{core}}})\n"
        f"os.execv('{binary}', ['{binary}', *sys.argv[1:]])\n"
    )
    bound.chmod(0o755)
    server = await Server(bound, tmp_path / "data", tmp_path / "log").start()
    assert server.process
    names = [task.read_text().strip() for task in Path(f"/proc/{server.process.pid}/task").glob("*/comm")]
    assert len([name for name in names if name.startswith("NIO-SGLTN")]) == 1, names
    assert await server.stop() == 0


def cpu_seconds(server: Server) -> float:
    """Of the whole process so far; 0 where nobody says."""
    assert server.process
    stat = Path(f"/proc/{server.process.pid}/stat")
    if not stat.exists():
        return 0
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_with_all_descriptors_taken_the_store_still_answers(binary: Path, tmp_path: Path) -> None:
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -n 80\nexec "{binary}" "$@"\n')
    limited.chmod(0o755)
    server = await Server(limited, tmp_path / "data", tmp_path / "log").start()

    async def is_ready(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        await asyncio.wait_for(reader.readexactly(len(b'{"ok":true}')), 5)
        return head.startswith(b"HTTP/1.1 200 ")

    try:
        early = await asyncio.open_connection(*server.address)
        others = [await asyncio.open_connection(*server.address) for _ in range(120)]
        # Twice as many as there are readers, and all of them after the descriptors are gone.
        for _ in range(10):
            assert await is_ready(*early)
        before, start = cpu_seconds(server), time.monotonic()
        await asyncio.sleep(2)
        busy = (cpu_seconds(server) - before) / (time.monotonic() - start)
        assert busy < 0.2, "those who wait to be accepted cost nothing"
        for _, writer in (*others, early):
            writer.close()

        async def is_back() -> bool:
            reader, writer = await asyncio.open_connection(*server.address)
            try:
                return await is_ready(reader, writer)
            finally:
                writer.close()

        await eventually(is_back, 10, "new connections are taken once others have gone")
    finally:
        assert await server.stop() == 0


async def test_old_logins_are_forgotten(new_server: Callable[..., Server]) -> None:
    server = await new_server().start()
    old, recent = await hire(server, "old", "Old"), await hire(server, "recent", "Recent")
    assert await server.stop() == 0
    database = server.data / "martlet.sqlite"
    with sqlite3.connect(database) as connection:
        changed = connection.execute(
            "UPDATE loginSessions SET expiresAt = expiresAt - 31 * 86400000 "
            "WHERE accountRow = (SELECT row FROM users WHERE id = ?)",
            (old.agent_id,),
        )
        assert changed.rowcount == 1
    connection.close()
    await server.start()

    async def is_forgotten() -> bool:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        rows = connection.execute(
            "SELECT users.id FROM loginSessions JOIN users ON users.row = loginSessions.accountRow"
        ).fetchall()
        connection.close()
        return [row[0] for row in rows] == [recent.agent_id]

    await eventually(is_forgotten, 5, "the old login has gone and the recent one has not")
    assert await server.stop() == 0


async def test_roles_and_second_factors_beside_a_running_server(
    new_server: Callable[..., Server],
) -> None:
    """What the commands change, the running server obeys; the last admin stays one."""
    started = await new_server().start()
    boss = await hire(started, "boss", "Boss", role="admin")
    says_one_line(await started.command("agent", "set-role", "boss", "--role", "agent"), "last admin")
    says_one_line(await started.command("agent", "disable", "boss"), "last admin")
    says_one_line(await started.command("agent", "set-role", "nobody", "--role", "agent"), "nobody")

    async def dashboard(cookie: str) -> tuple[int, str]:
        async with aiohttp.ClientSession(headers={"Cookie": f"token={cookie}"}) as http:
            async with http.get(started.url + "/agent/dashboard", allow_redirects=False) as answer:
                return answer.status, answer.headers.get("Location", "")

    assert await dashboard(boss.cookie) == (200, "")
    assert (await started.command("agent", "require-totp", "boss")).status == 0
    assert await dashboard(boss.cookie) == (303, "/agent/settings")
    listed = json.loads((await started.command("agent", "list", "--json")).out)
    assert [(row["secondFactor"], row["requiresSecondFactor"]) for row in listed] == [(False, True)]
    assert (await started.command("agent", "require-totp", "boss", "--off")).status == 0
    assert (await started.command("agent", "reset-totp", "boss")).status == 0
    assert await dashboard(boss.cookie) == (200, "")

    # Another key signs within a second, and what the old one has signed still counts.
    old = (started.data / "jwt-secret").read_bytes()
    rotated = await started.command("secret", "rotate")
    assert rotated.status == 0, rotated
    [retired] = started.data.glob("jwt-secret.retired-*")
    assert retired.read_bytes() == old != (started.data / "jwt-secret").read_bytes()
    assert retired.stat().st_mode & 0o777 == 0o600

    async def renewed() -> str:
        async with aiohttp.ClientSession(headers={"Cookie": f"token={boss.cookie}"}) as http:
            async with http.post(started.url + "/agent/renew") as answer:
                assert answer.status == 200
                return answer.cookies["token"].value

    deadline = time.monotonic() + 5
    while (cookie := await renewed()).split(".")[0] == boss.cookie.split(".")[0]:
        assert time.monotonic() < deadline, "the server still signs with the old key"
        await asyncio.sleep(0.1)
    assert await dashboard(cookie) == await dashboard(boss.cookie) == (200, "")
    await started.stop()
    await started.start()
    assert await dashboard(cookie) == await dashboard(boss.cookie) == (200, "")

    # A key from the environment is not ours to change.
    started.env = {"MARTLET_JWT_SECRET": "x" * 32}
    says_one_line(await started.command("secret", "rotate"), "MARTLET_JWT_SECRET")
