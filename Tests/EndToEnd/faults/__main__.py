"""Runs the checker from the command line; exit status 1 if a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from faults.run import Plan, one_server, run
from server import find_binary


def main() -> int:
    plan = Plan()
    parser = argparse.ArgumentParser(prog="faults", description="Checks the promises of delivery under faults.")
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="how long people chat (default: 60)")
    parser.add_argument("--seed", type=int, help="repeats a run as far as the scheduler lets it (default: a new one)")
    parser.add_argument("--guests", type=int, default=plan.guests)
    parser.add_argument("--agents", type=int, default=plan.agents)
    parser.add_argument("--pace", type=float, default=plan.pace, help="seconds between two doings of one person")
    parser.add_argument("--keep", type=Path, help="directory that keeps data and log (default: none)")
    asked = parser.parse_args()
    binary = find_binary()
    if binary is None:
        print("the martlet binary is missing: build it, or name it with MARTLET_BIN", file=sys.stderr)
        return 1
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    plan = Plan(asked.seconds, seed, asked.guests, asked.agents, asked.pace)

    def tell(line: str) -> None:
        print(line, flush=True)

    with tempfile.TemporaryDirectory(prefix="martlet-faults-") as scratch:
        report = asyncio.run(run(plan, one_server(binary, asked.keep or Path(scratch)), tell))
    tell(report.table())
    return 1 if report.faults else 0


sys.exit(main())
