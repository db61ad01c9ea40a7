"""Says something to everybody in the chat: OPERATOR_SECRET=... python3 announce.py TEXT [URL]

Needs a Socket.IO client: python3 -m pip install "python-socketio[asyncio_client]"
"""

import asyncio
import os
import sys

import socketio


async def announce(text: str, url: str = "http://127.0.0.1:3000") -> None:
    async with socketio.AsyncSimpleClient() as client:
        await client.connect(url, auth={"secret": os.environ["OPERATOR_SECRET"]}, namespace="/operators")
        print("told", await client.call("announce", text), "people")


asyncio.run(announce(*sys.argv[1:]))
