"""Waiting with a deadline instead of sleeping for luck."""

from __future__ import annotations

import asyncio
import time
from typing import Awaitable, Callable


async def notified(condition: asyncio.Condition, predicate: Callable[[], object], within: float) -> bool:
    """Waits until the predicate holds, looking after each notification; False at the deadline."""

    async def wait() -> None:
        async with condition:
            await condition.wait_for(predicate)

    try:
        await asyncio.wait_for(wait(), within)
    except asyncio.TimeoutError:
        return bool(predicate())
    return True


async def eventually(check: Callable[[], Awaitable[object]], within: float, what: str) -> object:
    """Asks again and again until the answer is true; for what nobody announces."""
    deadline = time.monotonic() + within
    while True:
        answer = await check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        await asyncio.sleep(0.05)
