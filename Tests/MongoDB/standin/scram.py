"""The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) as MongoDB carries it. Passwords are ASCII."""

import base64
import hashlib
import hmac
import secrets

from .errors import CommandError

ITERATIONS = 4096
# As MongoDB has it: libmongoc takes no other.
SALT_BYTES = 28


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Login:
    """One conversation of one connection."""

    def __init__(self, users, payload):
        self.bare = bytes(payload).decode().removeprefix("n,,")
        fields = dict(part.split("=", 1) for part in self.bare.split(","))
        password = users.get(fields["n"])
        self.is_known = password is not None
        salt = secrets.token_bytes(SALT_BYTES)
        self.salted = hashlib.pbkdf2_hmac("sha256", (password or "").encode(), salt, ITERATIONS)
        nonce = fields["r"] + secrets.token_hex(12)
        self.first = f"r={nonce},s={base64.b64encode(salt).decode()},i={ITERATIONS}"

    def answer(self):
        return self._message(self.first, done=False)

    def finish(self, payload):
        """Ends the conversation, or raises."""
        without_proof, proof = bytes(payload).decode().rsplit(",p=", 1)
        signed = f"{self.bare},{self.first},{without_proof}"
        key = mac(self.salted, "Client Key")
        signature = mac(hashlib.sha256(key).digest(), signed)
        expected = bytes(one ^ other for one, other in zip(key, signature))
        if not self.is_known or not hmac.compare_digest(expected, base64.b64decode(proof)):
            raise CommandError(18, "AuthenticationFailed", "Authentication failed.")
        server = base64.b64encode(mac(mac(self.salted, "Server Key"), signed)).decode()
        return self._message(f"v={server}", done=True)

    @staticmethod
    def _message(text, done):
        return {"ok": 1.0, "conversationId": 1, "done": done, "payload": text.encode()}
