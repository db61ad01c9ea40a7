import threading
import time

from .errors import CommandError, ConnectionLost


class Faults:
    """The fault point `failCommand`, as MongoDB has it for its own tests, for the whole server.

    `loseReply` is the stand-in's own: the command is executed, then the connection ends.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.data = {}
        self.skips = self.times = 0

    def configure(self, command):
        if command["configureFailPoint"] != "failCommand":
            raise CommandError(2, "BadValue", "the stand-in for MongoDB has only the fault point failCommand")
        mode = command["mode"]
        limits = mode if isinstance(mode, dict) else {}
        with self.lock:
            self.data = {} if mode == "off" else command["data"]
            self.skips = limits.get("skip", 0)
            self.times = limits.get("times", float("inf"))

    def meet(self, name):
        """Called before a command. Raises, or returns what is to be done to the answer."""
        with self.lock:
            data = self.data
            if name not in data.get("failCommands", ()):
                return {}
            if self.skips > 0:
                self.skips -= 1
                return {}
            if self.times <= 0:
                return {}
            self.times -= 1
        if data.get("blockConnection"):
            time.sleep(data.get("blockTimeMS", 0) / 1000)
        if data.get("closeConnection"):
            raise ConnectionLost
        if "errorCode" in data:
            labels = {"errorLabels": data["errorLabels"]} if "errorLabels" in data else {}
            raise CommandError(data["errorCode"], "FailPoint", "failing by failCommand", **labels)
        return data

    @staticmethod
    def spoil(data, answer):
        if data.get("loseReply"):
            raise ConnectionLost
        if "writeConcernError" in data:
            return {**answer, "writeConcernError": data["writeConcernError"]}
        return answer
