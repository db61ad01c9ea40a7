import argparse
import os
import signal
import ssl
import subprocess
import sys
import threading

from .journal import Journal
from .server import REPLICA_SET, Server
from .storage import Storage


def main():
    parser = argparse.ArgumentParser(prog="run.sh", description="Serves a stand-in for MongoDB on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--journal", metavar="FILE", help="keeps the data over a restart or kill; default: nothing is kept")
    parser.add_argument("--user", metavar="NAME:PASSWORD", help="who may log in, by SCRAM-SHA-256; default: no login")
    parser.add_argument("--tls", metavar="FILE", help="certificate and key, PEM; default: no TLS")
    parser.add_argument(
        "command", nargs="*", help="serve only as long as this command runs, which gets MONGODB_URI; its status is ours"
    )
    options = parser.parse_args()

    storage = Storage()
    journal = Journal(options.journal) if options.journal else None
    if journal:
        journal.replay(storage.apply)
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.tls)
    users = dict([options.user.split(":", 1)]) if options.user else {}
    server = Server(options.port, storage, journal, users, tls)
    login = f"{options.user}@" if options.user else ""
    uri = f"mongodb://{login}{server.name}/?replicaSet={REPLICA_SET}" + ("&tls=true" if tls else "")
    if not options.command:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f"listening on {uri}", flush=True)
        server.serve_forever()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.exit(subprocess.run(options.command, env={**os.environ, "MONGODB_URI": uri}).returncode)


main()
