"""What is sent compressed: our own encoder, read by another's decoder."""

from __future__ import annotations

import ctypes
import gzip
import random
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCES = REPOSITORY / "Sources" / "CWebAssets"


@pytest.fixture(scope="module")
def deflate(tmp_path_factory) -> Callable[[bytes, int], bytes]:
    """`deflate(data, capacity)`: the encoder as the server has it; nothing where the result has no room."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        pytest.skip("no C compiler is on the PATH")
    library = tmp_path_factory.mktemp("deflate") / "deflate.so"
    sources = sorted(map(str, SOURCES.glob("deflate*.c")))
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), *sources], check=True, timeout=60)
    function = ctypes.CDLL(str(library)).deflate_bytes
    function.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    function.restype = ctypes.c_size_t

    def call(data: bytes, capacity: int) -> bytes:
        room = ctypes.create_string_buffer(b"\xaa" * (capacity + 8), capacity + 8)
        length = function(data, len(data), room, capacity)
        assert room.raw[capacity:] == b"\xaa" * 8, "it wrote behind its room"
        return room.raw[:length]

    return call


def inflate(data: bytes) -> bytes:
    reader = zlib.decompressobj(-15)
    text = reader.decompress(data)
    assert reader.eof and not reader.unused_data
    return text


def material(kind: str, length: int, chance: random.Random) -> bytes:
    match kind:
        case "noise":
            return chance.randbytes(length)
        case "one byte":
            return bytes([chance.randrange(256)]) * length
        case "few bytes":
            return bytes(chance.choices(b"abc", weights=[1, 10, 100], k=length))
        case "steep":
            # Its best code would have longer words than the format allows.
            return bytes(chance.choices(range(30), weights=[1.7**index for index in range(30)], k=length))
        case "repeats":
            data = bytearray(chance.randbytes(8))
            while len(data) < length:
                start = chance.randrange(max(0, len(data) - 40_000), len(data))
                data += data[start : start + chance.randrange(1, 400)] + chance.randbytes(chance.randrange(3))
            return bytes(data[:length])
    raise ValueError(kind)


@pytest.mark.parametrize("kind", ["noise", "one byte", "few bytes", "steep", "repeats"])
def test_whatever_is_compressed_can_be_read(deflate, kind: str) -> None:
    chance = random.Random(kind)
    for length in [*range(12), *(chance.randrange(3000) for _ in range(20)), 80_000]:
        data = material(kind, length, chance)
        packed = deflate(data, length * 2 + 800)
        assert inflate(packed) == data, f"{kind}, {length} bytes"
        assert not deflate(data, len(packed) - 1)
        assert deflate(data, len(packed)) == packed


def test_it_is_smaller_than_zlibs(deflate) -> None:
    files = [path.read_bytes() for path in (REPOSITORY / "web").rglob("*.js")]
    ours = sum(len(deflate(data, 2 * len(data) + 800)) for data in files)
    assert 0 < ours < 0.98 * sum(len(zlib.compress(data, 9)) for data in files)


async def test_every_file_is_the_same_compressed(server) -> None:
    headers = [{"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip"}]
    paths = [path.relative_to(REPOSITORY / "web") for path in (REPOSITORY / "web").rglob("*") if path.suffix in [".js", ".css", ".json"]]
    assert len(paths) > 50
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        for path in paths:
            if path.name.endswith(".test.js"):
                continue
            answers = []
            for asked in headers:
                async with http.get(f"{server.url}/assets/{path}", headers=asked) as answer:
                    assert answer.status == 200, path
                    body = await answer.read()
                    answers.append(gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body)
            assert answers[0] == answers[1], path
