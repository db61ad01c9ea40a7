import os

import bson


class Journal:
    """What was changed, in a file that is only added to: one document of BSON for each command that changed something.

    What is written is with the system before the command is answered, so it survives `kill -9`. It is not synced to
    the disk: it does not survive a loss of power.
    """

    def __init__(self, path):
        self.path = path
        self.file = None

    def replay(self, apply):
        """Plays back what is whole, cuts off a record that a kill has left half written, and goes on after it."""
        whole = 0
        if os.path.exists(self.path):
            with open(self.path, "rb") as file:
                data = file.read()
            while whole + 4 <= len(data):
                end = whole + int.from_bytes(data[whole : whole + 4], "little")
                if end > len(data):
                    break
                for change in bson.decode(data[whole:end])["changes"]:
                    apply(change)
                whole = end
        self.file = open(self.path, "ab", buffering=0)
        self.file.truncate(whole)

    def append(self, changes):
        data = memoryview(bson.encode({"changes": changes}))
        while data:
            data = data[self.file.write(data) :]
