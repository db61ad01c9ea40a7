"""The events of a help desk on python-socketio and uvicorn, everything in memory: what Martlet is compared with.

It checks no roles, keeps nothing and limits nobody; each event is answered and told to the same sockets as by Martlet.

    python desk.py PORT
"""

from __future__ import annotations

import secrets
import sys
import time
from typing import Any

import socketio
import uvicorn

Payload = dict[str, Any]

io = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins=[], max_http_buffer_size=1_000_000)
tickets: dict[str, Payload] = {}
messages: dict[str, list[Payload]] = {}
people: dict[str, Payload] = {}


def ok(**fields: Any) -> Payload:
    return {"ok": True, **fields}


def room(payload: Payload) -> str:
    return "ticket:" + payload["ticketId"]


async def post(sid: str, ticket: Payload, text: str) -> Payload:
    who = people[sid]
    ticket["lastSeq"] += 1
    message = {
        "messageId": secrets.token_urlsafe(16), "ticketId": ticket["ticketId"], "seq": ticket["lastSeq"],
        "senderId": who["userId"], "senderRole": who["role"], "senderName": who["name"], "text": text,
        "timestamp": time.time(),
    }
    ticket["lastText"] = text[:120]
    ticket["lastMessageAt"] = message["timestamp"]
    messages[ticket["ticketId"]].append(message)
    await io.emit("chat:message", message, room=room(ticket))
    return message


@io.event
async def connect(sid: str, environ: Payload, auth: Payload | None) -> None:
    role = "guest" if auth and "guestToken" in auth else "agent"
    token = (auth or {}).get("guestToken") or secrets.token_urlsafe(16)
    people[sid] = {"userId": token, "role": role, "name": role}
    await io.enter_room(sid, role + "s")
    await io.emit("session", {**people[sid], "guestToken": token, "serverTime": time.time()}, to=sid)
    await io.emit("presence", {"role": "agent", "online": True}, to=sid)


@io.event
async def disconnect(sid: str, reason: str) -> None:
    people.pop(sid, None)


@io.on("ticket:create")
async def create(sid: str, payload: Payload) -> Payload:
    ticket = {
        "ticketId": secrets.token_urlsafe(16), "number": len(tickets) + 1, "customerId": people[sid]["userId"],
        "subject": payload.get("subject", ""), "status": "open", "createdAt": time.time(), "lastSeq": 0,
    }
    tickets[ticket["ticketId"]] = ticket
    messages[ticket["ticketId"]] = []
    await io.enter_room(sid, room(ticket))
    await io.emit("ticket:created", {"ticket": ticket}, room="agents")
    if "text" in payload:
        return ok(ticket=ticket, message=await post(sid, ticket, payload["text"]))
    return ok(ticket=ticket)


@io.on("ticket:join")
async def join(sid: str, payload: Payload) -> Payload:
    await io.enter_room(sid, room(payload))
    return ok(ticket=tickets[payload["ticketId"]], messages=messages[payload["ticketId"]][-50:], hasMore=False)


@io.on("room:leave")
async def leave(sid: str, payload: Payload) -> Payload:
    await io.leave_room(sid, room(payload))
    return ok()


@io.on("ticket:list")
async def listing(sid: str, payload: Payload) -> Payload:
    found = [ticket for ticket in tickets.values() if ticket["status"] == "open"]
    return ok(tickets=found[-50:], counts={"open": len(found)})


@io.on("ticket:mine")
async def mine(sid: str, payload: Payload) -> Payload:
    own = people[sid]["userId"]
    return ok(tickets=[ticket for ticket in tickets.values() if ticket["customerId"] == own])


@io.on("ticket:close")
@io.on("ticket:end")
async def close(sid: str, payload: Payload) -> Payload:
    ticket = tickets[payload["ticketId"]]
    ticket.update(status="closed", closedAt=time.time())
    told = {"ticketId": ticket["ticketId"], "closedAt": ticket["closedAt"], "ticket": ticket}
    await io.emit("ticket:closed", told, room=["agents", room(ticket)])
    return ok(ticket=ticket)


@io.on("chat:message")
async def message(sid: str, payload: Payload) -> Payload:
    return ok(message=await post(sid, tickets[payload["ticketId"]], payload["text"]))


@io.on("chat:typing")
async def typing(sid: str, payload: Payload) -> Payload:
    await io.emit("chat:typing", {**people[sid], **payload}, room=room(payload), skip_sid=sid)
    return ok()


@io.on("chat:read")
async def read(sid: str, payload: Payload) -> Payload:
    await io.emit("chat:read", {**people[sid], **payload}, room=room(payload), skip_sid=sid)
    return ok()


if __name__ == "__main__":
    uvicorn.run(socketio.ASGIApp(io), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", backlog=4096)
