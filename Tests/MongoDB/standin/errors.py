class CommandError(Exception):
    """What the answer to a command says instead of `ok: 1`."""

    def __init__(self, code, name, message, **fields):
        super().__init__(message)
        self.code = code
        self.answer = {"ok": 0.0, "code": code, "codeName": name, "errmsg": message, **fields}


class DuplicateKey(CommandError):
    def __init__(self, collection, index, key):
        super().__init__(
            11000,
            "DuplicateKey",
            f"E11000 duplicate key error collection: {collection} index: {index.name} dup key: {key}",
            keyPattern=index.spec["key"],
            keyValue=key,
        )


def unsupported(what):
    return CommandError(238, "NotImplemented", f"the stand-in for MongoDB has no {what}")


class ConnectionLost(Exception):
    """The connection ends here, without an answer."""
