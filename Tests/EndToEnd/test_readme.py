"""The library as a Swift developer meets it: the server of the README and the example, built and spoken to.

Here they are compiled against the modules of the debug build and linked with its objects, which takes seconds.
With LIBRARY_BUILD=package (`make readme-check`) each is built as the package it is, with all it depends on, which
takes minutes: the README's manifest and main.swift alone, beside a link to this repository.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import socketio
from playwright.async_api import Browser, expect

from server import ROOT, START_DEADLINE, STOP_DEADLINE, free_port
from test_browser import CHROMIUM, browser  # noqa: F401  the fixture
from waiting import eventually

EXAMPLE = ROOT / "Examples" / "chat-rooms"
BUILDS_PACKAGES = os.environ.get("LIBRARY_BUILD") == "package"
#: Packages and what they build stay, so that a second time is quick.
PACKAGES = ROOT / ".build" / "readme"
MAIN = "main.swift"
SECRET = "horse"

pytestmark = pytest.mark.timeout(3600 if BUILDS_PACKAGES else 180)


def readme_blocks() -> tuple[str, str]:
    """The manifest and the program of the README, as they stand there."""
    blocks = re.findall(r"^```swift\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2, "the README should have two blocks of Swift: a manifest and a program"
    return blocks[0], blocks[1]


def build_package(package: Path, product: str) -> Path:
    command = ["swift", "build", "--package-path", str(package), "--scratch-path", str(PACKAGES / "scratch")]
    subprocess.run(command, check=True)
    shown = subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True)
    return Path(shown.stdout.strip()) / product


def link(sources: list[Path], binary: Path) -> Path:
    """Compiles sources and links them with what the `martlet` binary has, its own files excepted."""
    shown = subprocess.run(["swift", "build", "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    built = Path(shown.stdout.strip())
    linked = built / "martlet.product" / "Objects.LinkFileList"
    if "MARTLET_BIN" in os.environ and not linked.is_file():
        pytest.skip("there is no debug build to link with, only the binary named by MARTLET_BIN")
    objects = linked.read_text().splitlines()
    listed = binary.with_suffix(".objects")
    listed.write_text("\n".join(line for line in objects if "/martlet.build/" not in line))
    options = subprocess.run([ROOT / "docs" / "options.sh"], check=True, capture_output=True, text=True).stdout.split("\n")
    command = ["swiftc", "-swift-version", "6", "-module-name", "Program", "-lstdc++", "-lz", "-o", str(binary)]
    subprocess.run([*command, *filter(None, options), *map(str, sources), f"@{listed}"], check=True)
    return binary


@asynccontextmanager
async def serving(binary: Path, cwd: Path, port: int, **env: str) -> AsyncIterator[str]:
    """Runs a server until the block ends; then it must end by itself, although clients are connected."""
    process = await asyncio.create_subprocess_exec(str(binary), cwd=cwd, env=os.environ | env)

    async def accepts() -> bool:
        assert process.returncode is None, f"the server ended with status {process.returncode}"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    try:
        await eventually(accepts, START_DEADLINE, "the server accepts connections")
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        assert await asyncio.wait_for(process.wait(), STOP_DEADLINE) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def client(url: str, namespace: str = "/", **how: object) -> AsyncIterator[socketio.AsyncSimpleClient]:
    connected = socketio.AsyncSimpleClient()
    await connected.connect(url, namespace=namespace, **how)
    try:
        yield connected
    finally:
        await connected.disconnect()


@pytest.fixture(scope="module")
def hello(scratch: Path) -> tuple[Path, int]:
    """The README's server, and its port: one that is free, in place of the one in the text."""
    manifest, program = readme_blocks()
    port = free_port()
    assert program.count("3000") == 1
    program = program.replace("3000", str(port))
    package = (PACKAGES if BUILDS_PACKAGES else scratch) / "hello"
    sources = package / "Sources" / "hello"
    sources.mkdir(parents=True, exist_ok=True)
    (package / "Package.swift").write_text(manifest)
    (sources / MAIN).write_text(program)
    if not BUILDS_PACKAGES:
        return link([sources / MAIN], package / "hello"), port
    # Where the manifest looks for it.
    beside = package.parent / "martlet"
    if not beside.is_symlink():
        beside.symlink_to(ROOT)
    return build_package(package, "hello"), port


@pytest.fixture(scope="module")
def chat_rooms(scratch: Path) -> Path:
    if BUILDS_PACKAGES:
        return build_package(EXAMPLE, "chat-rooms")
    return link(sorted((EXAMPLE / "Sources" / "chat-rooms").glob("*.swift")), scratch / "chat-rooms")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_the_readmes_server_echoes_and_has_rooms(hello: tuple[Path, int], scratch: Path, transport: str) -> None:
    binary, port = hello
    async with serving(binary, scratch, port) as url:
        async with client(url, transports=[transport]) as ada, client(url, transports=[transport]) as ben:
            assert await ada.call("echo", ("hello", {"n": 1}), timeout=10) == ("hello", {"n": 1})
            await ada.emit("join", "lobby")
            assert await ada.receive(timeout=10) == ["joined", ada.sid]
            await ben.emit("join", "lobby")
            assert await ada.receive(timeout=10) == ["joined", ben.sid]
            assert await ben.receive(timeout=10) == ["joined", ben.sid]
            await ada.emit("say", "good morning")
            assert await ben.receive(timeout=10) == ["said", "good morning"]


@pytest.fixture
async def chat(chat_rooms: Path) -> AsyncIterator[str]:
    port = free_port()
    async with serving(chat_rooms, EXAMPLE, port, PORT=str(port), OPERATOR_SECRET=SECRET) as url:
        yield url


Enter = Callable[[str], Awaitable[str]]


@pytest.fixture
async def token(chat: str) -> AsyncIterator[Enter]:
    """The way to a token for a name."""
    async with aiohttp.ClientSession() as http:

        async def issue(name: str) -> str:
            async with http.post(f"{chat}/token", data=name) as answer:
                assert answer.status == 200
                return await answer.text()

        yield issue


async def test_the_examples_people_see_their_room_alone(chat: str, token: Enter) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with client(chat, auth={"token": "guessed"}):
            pass

    async def enter(name: str) -> dict[str, object]:
        # A volatile event, such as that somebody types, may be dropped between two polls.
        return {"auth": {"token": await token(name)}, "transports": ["websocket"]}

    async with (
        client(chat, **await enter("Ada")) as ada,
        client(chat, **await enter("Ben")) as ben,
        client(chat, **await enter("Eve")) as eve,
    ):
        for peer in (ada, ben, eve):
            assert await peer.receive(timeout=10) == ["rooms", ["lobby", "swift", "music"]]
        assert "error" in await ada.call("join", "cellar", timeout=10)
        assert "error" in await ada.call("say", "to nobody", timeout=10)
        assert await ada.call("join", "swift", timeout=10) == {"people": ["Ada"]}
        assert await eve.call("join", "music", timeout=10) == {"people": ["Eve"]}
        assert await ben.call("join", "swift", timeout=10) == {"people": ["Ada", "Ben"]}
        assert await ada.receive(timeout=10) == ["joined", {"name": "Ben", "people": ["Ada", "Ben"]}]
        await ben.emit("typing")
        assert await ada.receive(timeout=10) == ["typing", "Ben"]
        assert await ben.call("say", "hello", timeout=10) == {"ok": True}
        assert await ada.receive(timeout=10) == ["said", {"name": "Ben", "text": "hello"}]
        assert await ben.receive(timeout=10) == ["said", {"name": "Ben", "text": "hello"}]

        with pytest.raises(socketio.exceptions.ConnectionError):
            async with client(chat, "/operators", auth={"secret": "wrong"}):
                pass
        script = await asyncio.create_subprocess_exec(
            *(sys.executable, "announce.py", "back at noon", chat),
            cwd=EXAMPLE,
            env=os.environ | {"OPERATOR_SECRET": SECRET},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(script.communicate(), 20)
        assert out.decode() == "told 3 people\n"
        # The first thing Eve hears: what was said in the other room did not reach her.
        for peer in (ada, ben, eve):
            assert await peer.receive(timeout=10) == ["announcement", "back at noon"]

        await ben.disconnect()
        assert await ada.receive(timeout=10) == ["left", {"name": "Ben", "people": ["Ada"]}]


@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed")
async def test_the_examples_page_talks(chat: str, browser: Browser, artefacts: Path) -> None:  # noqa: F811
    contexts = [await browser.new_context() for _ in range(2)]
    try:
        pages = []
        for context, name in zip(contexts, ("Ada", "Ben")):
            page = await context.new_page()
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            await page.goto(chat)
            await page.get_by_label("Your name").fill(name)
            await page.get_by_role("button", name="Enter").click()
            await expect(page.locator("#people")).to_contain_text(name)
            pages.append(page)
        ada, ben = pages
        await expect(ada.get_by_role("log")).to_contain_text("Ben came in")
        await ben.get_by_label("Say something").fill("Good morning")
        await expect(ada.locator("#typing")).to_have_text("Ben is typing")
        await ben.get_by_role("button", name="Send").click()
        for page in pages:
            await expect(page.get_by_role("log")).to_contain_text("Ben: Good morning")
        await ben.get_by_role("button", name="music").click()
        await expect(ada.get_by_role("log")).to_contain_text("Ben left")
        await expect(ada.locator("#people")).to_have_text("Ada")
        await ada.screenshot(path=artefacts / "example-chat-rooms.png")
    finally:
        for context in contexts:
            await context.close()
