"""A MongoDB for tests: the stand-in of Tests/MongoDB, which can be killed."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from server import ROOT, START_DEADLINE

RUN = ROOT / "Tests" / "MongoDB" / "run.sh"


class StandIn:
    """Keeps its data in a journal in `home`. After a restart it is at the same address."""

    def __init__(self, home: Path, *options: str) -> None:
        self.journal = home / "mongodb.journal"
        self.options = options
        self.port = 0
        self.uri = ""
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> "StandIn":
        self.process = await asyncio.create_subprocess_exec(
            str(RUN), "--port", str(self.port), "--journal", str(self.journal), *self.options,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), START_DEADLINE)
        self.uri = line.decode().removeprefix("listening on ").strip()
        self.port = int(self.uri.split("127.0.0.1:")[1].split("/")[0])
        return self

    async def kill(self) -> None:
        """kill -9; nothing if it is not running."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def meet(self, command: str, mode: dict | str, **data: object) -> None:
        """Lets commands of that name fail, as MongoDB's fault point failCommand does."""
        script = (
            "import json, pymongo, sys; uri, mode, data = sys.argv[1:]; "
            "pymongo.MongoClient(uri).admin.command("
            "'configureFailPoint', 'failCommand', mode=json.loads(mode), data=json.loads(data))"
        )
        data["failCommands"] = [command]
        process = await asyncio.create_subprocess_exec(
            str(RUN.parent / ".venv" / "bin" / "python"), "-c", script, self.uri, json.dumps(mode), json.dumps(data)
        )
        assert await process.wait() == 0
