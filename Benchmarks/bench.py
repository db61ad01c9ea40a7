"""Measures Martlet against the peer in one run, in turn, and says what came of it.

    bench.py --martlet BIN --load BIN                     writes docs/performance.md and ratios.json
    bench.py --martlet BIN --load BIN --check             compares with ratios.json; status 1 for a loss of over 20 percent
    bench.py ... --rounds 1 --seconds 1 --size 0.05 --dry a quick trial that writes nothing
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
RATIOS = HERE / "ratios.json"
PAGE = HERE.parent / "docs" / "performance.md"
SERVER_CORE, LOAD_CORE = "0", "1"
ALLOWED_LOSS = 0.2
CONTENDERS = ("Martlet", "python-socketio")


@dataclass
class Case:
    """One way of loading a server, and the figure of it that counts."""

    name: str
    mode: str
    figure: str
    sizes: dict[str, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    is_timed: bool = True
    more_is_better: bool = True


CASES = (
    Case("messages, 100 guests x 8 in flight", "chat", "acks per server CPU second", {"connections": 100},
         ("--in-flight", "8")),
    Case("messages, 100 guests x 1", "chat", "acks per server CPU second", {"connections": 100}, ("--in-flight", "1")),
    Case("deliveries to a room of 1,000", "fanout", "deliveries per server CPU second", {"members": 1000}),
    Case("messages by polling, 100 guests x 1", "polling", "acks per server CPU second", {"connections": 100}),
    Case("a help desk's day, 50 guests, 4 agents", "mixed", "events per server CPU second", {"guests": 50}),
    Case("handshakes", "connect", "handshakes per server CPU second", {"connections": 5000}, is_timed=False),
    Case("kB of an idle guest with a ticket", "idle", "memory of each", {"connections": 2000}, is_timed=False,
         more_is_better=False),
)


@dataclass
class Server:
    port: int
    pid: int
    cookie: str | None = None


def pinned(core: str, *command: str) -> list[str]:
    return ["taskset", "-c", core, *command]


@contextmanager
def running(command: list[str], **options: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, text=True, stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def martlet(binary: str) -> Iterator[Server]:
    """SQLite, every commit synced; one agent is logged in."""
    with tempfile.TemporaryDirectory() as data:
        command = pinned(SERVER_CORE, binary, "serve", "--port", "0", "--data-dir", data, "--limits", "off")
        with running(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            if not found:
                raise SystemExit("martlet did not start")
            port, password = int(found[1]), "a good long password"
            add = [binary, "agent", "add", "ada", "--name", "Ada", "--role", "agent", "--password-stdin"]
            subprocess.run([*add, "--data-dir", data], input=password, text=True, check=True, capture_output=True)
            login = urllib.request.Request(
                f"http://127.0.0.1:{port}/agent/login",
                json.dumps({"username": "ada", "password": password}).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(login, timeout=10) as answer:
                cookie = answer.headers["Set-Cookie"].partition(";")[0]
            yield Server(port, process.pid, cookie)


@contextmanager
def peer() -> Iterator[Server]:
    """The same events in memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(pinned(SERVER_CORE, sys.executable, str(HERE / "peers" / "desk.py"), str(port))) as process:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process.pid, "token=none")


def measure(case: Case, server: Server, arguments: argparse.Namespace) -> float:
    command = [arguments.load, case.mode, "--port", str(server.port), "--pid", str(server.pid), "--json", *case.options]
    for name, count in case.sizes.items():
        command += [f"--{name}", str(max(4, int(count * arguments.size)))]
    if case.is_timed:
        command += ["--seconds", str(arguments.seconds), "--warm-up", str(min(2, arguments.seconds))]
    if case.mode == "mixed" and server.cookie:
        command += ["--cookie", server.cookie]
    done = subprocess.run(pinned(LOAD_CORE, *command), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(f"{case.name}: {done.stderr.strip()}")
    figures = json.loads(done.stdout)
    if case.figure not in figures:
        raise SystemExit(f"{case.name}: the run was too short to tell; {figures}")
    return float(figures[case.figure])


Results = dict[str, dict[str, list[float]]]


def run(arguments: argparse.Namespace) -> Results:
    results: Results = {case.name: {name: [] for name in CONTENDERS} for case in CASES}
    for turn in range(arguments.rounds):
        for case in CASES:
            for name in CONTENDERS:
                with martlet(arguments.martlet) if name == "Martlet" else peer() as server:
                    value = measure(case, server, arguments)
                results[case.name][name].append(value)
                print(f"{turn + 1}/{arguments.rounds}  {case.name}: {name} {shown(value)}", flush=True)
    return results


def ratio(case: Case, results: Results) -> float:
    """How many times better Martlet's median is."""
    ours, theirs = (statistics.median(results[case.name][name]) for name in CONTENDERS)
    return ours / theirs if case.more_is_better else theirs / max(ours, 0.01)


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def spread(values: list[float]) -> str:
    return f"{shown(statistics.median(values))} ({shown(min(values))} to {shown(max(values))})"


def machine() -> str:
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    versions = subprocess.run([sys.executable, "-m", "pip", "freeze"], capture_output=True, text=True).stdout
    packages = ", ".join(re.findall(r"^(?:python-socketio|uvicorn|uvloop)==.*$", versions, re.MULTILINE))
    return (
        f"{model[1] if model else platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def table(results: Results, arguments: argparse.Namespace) -> str:
    lines = [
        f"Measured on {date.today()}: {machine()}. The server has core {SERVER_CORE}, the load core {LOAD_CORE}. Medians of "
        f"{arguments.rounds} turns of {arguments.seconds} s, with the least and the most; rates are per second of the "
        "server's CPU time.",
        "",
        "| | Martlet, SQLite, every commit on disk | python-socketio, uvicorn, in memory | times better (below 1: worse) |",
        "|---|---|---|---|",
    ]
    for case in CASES:
        ours, theirs = (spread(results[case.name][name]) for name in CONTENDERS)
        lines.append(f"| {case.name} | {ours} | {theirs} | {ratio(case, results):.1f} |")
    return "\n".join(lines)


def losses(results: Results) -> list[str]:
    stored = json.loads(RATIOS.read_text())
    found = []
    for case in CASES:
        was, now = stored.get(case.name), ratio(case, results)
        if was is not None and now < was * (1 - ALLOWED_LOSS):
            found.append(f"{case.name}: {now:.2f} times better, was {was:.2f}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--size", type=float, default=1, help="of the numbers of guests")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dry", action="store_true")
    arguments = parser.parse_args()
    if arguments.check and not RATIOS.exists():
        raise SystemExit("nothing to compare with: run `make bench` first")
    results = run(arguments)
    print(table(results, arguments))
    if arguments.check:
        lost = losses(results)
        raise SystemExit("\n".join(lost) if lost else 0)
    if not arguments.dry:
        RATIOS.write_text(json.dumps({case.name: round(ratio(case, results), 3) for case in CASES}, indent=2) + "\n")
        page = PAGE.read_text()
        parts = re.split(r"(<!-- bench -->\n|<!-- /bench -->)", page)
        parts[2] = table(results, arguments) + "\n"
        PAGE.write_text("".join(parts))


if __name__ == "__main__":
    main()
