"""Reads what strace saw: whether anybody was told of a message before its commit was on the disk."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Written as clientId, found again in the pages of the log and in the frames on the wire.
MARK = re.compile(r"mark-\d{6}")
_CALL = re.compile(r"^(?P<thread>\d+)\s+(?P<name>\w+)\(\d+<(?P<file>[^>]*)>?(?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<thread>\d+)\s+<\.\.\. (?P<name>\w+) resumed>.*= (?P<result>-?\d+)")
_RESULT = re.compile(r"\)\s*= (?P<result>-?\d+)")

STRACE = [
    *("strace", "-D", "-f", "-qq", "-yy", "-s", "65536", "-e", "signal=none"),
    *("-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64,pwritev"),
]


def told_too_early(lines: Iterable[str]) -> tuple[list[str], set[str]]:
    """The marks that left through a TCP connection before a sync of the log that had begun after the mark was written
    there returned 0; and all marks that left. `lines` are those of strace -f -yy, in its order."""
    written: set[str] = set()
    safe: set[str] = set()
    told: set[str] = set()
    early: list[str] = []
    # By thread: what a sync that has begun and not returned will make safe.
    syncing: dict[str, set[str]] = {}
    for line in lines:
        resumed = _RESUMED.match(line)
        if resumed:
            covered = syncing.pop(resumed["thread"], set()) if "sync" in resumed["name"] else set()
            if resumed["result"] == "0":
                safe |= covered
            continue
        call = _CALL.match(line)
        if not call:
            continue
        is_log = call["file"].endswith("-wal")
        if "sync" in call["name"]:
            result = _RESULT.search(line)
            if is_log and result is None:
                syncing[call["thread"]] = set(written)
            elif is_log and result and result["result"] == "0":
                safe |= written
        elif is_log:
            written |= set(MARK.findall(line))
        elif call["file"].startswith("TCP"):
            marks = set(MARK.findall(line))
            early += sorted(marks - safe - told)
            told |= marks
    return early, told
