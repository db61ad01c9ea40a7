#!/usr/bin/env bash
# Runs the stand-in for MongoDB, in a virtual environment of its own. It listens on 127.0.0.1 and prints its URI.
#
#   Tests/MongoDB/run.sh                        until it is stopped; --help tells of a journal, logins and TLS
#   Tests/MongoDB/run.sh -- swift test ...      as long as the command runs, which finds it by MONGODB_URI
#   Tests/MongoDB/run.sh test                   the stand-in's own tests, with a driver that nobody here wrote
#
# What it is and is not: Tests/MongoDB/standin/__init__.py.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/.venv
stamp=$venv/requirements.txt

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv" || {
        printf 'python3 with its venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv\n' >&2
        exit 1
    }
fi
if ! cmp -s "$here/requirements.txt" "$stamp"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
export PYTHONPATH=$here
if [ "${1:-}" = test ]; then
    shift
    exec "$venv/bin/python" -m unittest discover --start-directory "$here" "$@"
fi
exec "$venv/bin/python" -W ignore::DeprecationWarning -m standin "$@"
