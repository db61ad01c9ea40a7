"""MongoDB's wire protocol: OP_MSG, and OP_QUERY for the first hello of older drivers."""

import datetime
import socket
import socketserver
import struct
import threading
import time

import bson

from .commands import Commands
from .errors import CommandError, ConnectionLost
from .faults import Faults
from .scram import Login

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
CHECKSUM_PRESENT, MORE_TO_COME = 1, 2
MAXIMUM_MESSAGE = 48_000_000
REPLICA_SET = "rs0"
WITHOUT_LOGIN = {"hello", "isMaster", "ismaster", "saslStart", "saslContinue", "ping", "buildInfo", "endSessions"}


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, storage, journal, users, tls):
        super().__init__(("127.0.0.1", port), Connection)
        self.commands = Commands(storage, journal)
        self.lock = threading.Lock()
        self.faults = Faults()
        self.users = users
        self.tls = tls
        # Drivers take a primary with a lower id than they have seen for one that was voted out. An id of the usual form
        # is random within a second, in which a stand-in may be started twice.
        self.election = bson.ObjectId(time.time_ns().to_bytes(12, "big"))

    @property
    def name(self):
        host, port = self.server_address
        return f"{host}:{port}"

    def handle_error(self, request, client_address):
        # A client that went away is nothing to tell of; whatever else went wrong is.
        socketserver.sys.excepthook(*socketserver.sys.exc_info())

    def hello(self, command):
        answer = {
            "ok": 1.0,
            "helloOk": True,
            "isWritablePrimary": True,
            "ismaster": True,
            "secondary": False,
            "setName": REPLICA_SET,
            "setVersion": 1,
            "electionId": self.election,
            "hosts": [self.name],
            "primary": self.name,
            "me": self.name,
            "lastWrite": {"lastWriteDate": datetime.datetime.now(datetime.timezone.utc)},
            "localTime": datetime.datetime.now(datetime.timezone.utc),
            "logicalSessionTimeoutMinutes": 30,
            "maxBsonObjectSize": 16 * 1024 * 1024,
            "maxMessageSizeBytes": MAXIMUM_MESSAGE,
            "maxWriteBatchSize": 100_000,
            "minWireVersion": 0,
            "maxWireVersion": 17,
            "readOnly": False,
        }
        if "saslSupportedMechs" in command:
            answer["saslSupportedMechs"] = ["SCRAM-SHA-256"]
        return answer


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        self.login = None
        self.is_logged_in = not self.server.users
        try:
            if self.server.tls:
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                self.exchange()
        except (ConnectionLost, OSError, EOFError):
            self.request.close()

    def exchange(self):
        """Reads one message and answers it."""
        length, request, _, operation = struct.unpack("<iiii", self.receive(16))
        if not 16 < length <= MAXIMUM_MESSAGE:
            raise ConnectionLost
        body = self.receive(length - 16)
        if operation == OP_MSG:
            flags, command = self.read_message(body)
            answer = self.answer(command)
            if not flags & MORE_TO_COME:
                self.send(OP_MSG, request, struct.pack("<IB", 0, 0) + bson.encode(answer))
        elif operation == OP_QUERY:
            answer = self.answer(self.read_query(body))
            self.send(OP_REPLY, request, struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(answer))
        else:
            raise ConnectionLost

    def receive(self, count):
        data = bytearray()
        while len(data) < count:
            part = self.request.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def send(self, operation, request, body):
        self.request.sendall(struct.pack("<iiii", 16 + len(body), 0, request, operation) + body)

    @staticmethod
    def read_message(body):
        """A section is a document, or a name with documents, which belong into the command under that name."""
        (flags,) = struct.unpack_from("<I", body)
        end = len(body) - (4 if flags & CHECKSUM_PRESENT else 0)
        command, sequences, position = {}, {}, 4
        while position < end:
            kind = body[position]
            (length,) = struct.unpack_from("<i", body, position + 1)
            section = body[position + 1 : position + 1 + length]
            if kind == 0:
                command = bson.decode(section)
            else:
                name_end = section.index(0, 4)
                sequences[section[4:name_end].decode()] = bson.decode_all(section[name_end + 1 :])
            position += 1 + length
        return flags, {**command, **sequences}

    @staticmethod
    def read_query(body):
        name_end = body.index(0, 4)
        start = name_end + 9
        (length,) = struct.unpack_from("<i", body, start)
        command = bson.decode(body[start : start + length])
        return {**command.get("$query", command), "$db": body[4:name_end].decode().split(".")[0]}

    def answer(self, command):
        name = next(iter(command))
        try:
            if name == "configureFailPoint":
                self.server.faults.configure(command)
                return {"ok": 1.0}
            fault = self.server.faults.meet(name)
            return self.server.faults.spoil(fault, self.run(name, command))
        except CommandError as error:
            return error.answer

    def run(self, name, command):
        if name in ("hello", "isMaster", "ismaster"):
            answer = self.server.hello(command)
            login = command.get("speculativeAuthenticate")
            if login and self.server.users and login.get("mechanism") == "SCRAM-SHA-256":
                answer["speculativeAuthenticate"] = self.start_login(login)
            return answer
        if name == "saslStart":
            return self.start_login(command)
        if name == "saslContinue":
            if self.login is None:
                raise CommandError(17, "ProtocolError", "No SASL session state found")
            answer = self.login.finish(command["payload"])
            self.is_logged_in = True
            return answer
        if not self.is_logged_in and name not in WITHOUT_LOGIN:
            raise CommandError(13, "Unauthorized", f"command {name} requires authentication")
        with self.server.lock:
            return self.server.commands.run(command)

    def start_login(self, command):
        if command.get("mechanism") != "SCRAM-SHA-256":
            raise CommandError(334, "MechanismUnavailable", "only SCRAM-SHA-256 is there")
        self.login = Login(self.server.users, command["payload"])
        return self.login.answer()
