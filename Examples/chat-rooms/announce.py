"""Says something to everybody in the chat: OPERATOR_SECRET=... python3 announce.py TEXT [URL]

Needs a Socket.IO client: python3 -m pip install "python-socketio[client]"
"""

import os
import sys

import socketio

text, url = sys.argv[1], (sys.argv[2:] or ["http://127.0.0.1:3000"])[0]
with socketio.Client() as client:
    client.connect(url, auth={"secret": os.environ["OPERATOR_SECRET"]}, namespaces=["/operators"])
    print("told", client.call("announce", text, namespace="/operators"), "people")
