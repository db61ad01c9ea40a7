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
python=$("$here/../../scripts/venv.sh" "$here")
export PYTHONPATH=$here
if [ "${1:-}" = test ]; then
    shift
    exec "$python" -m unittest discover --start-directory "$here" "$@"
fi
exec "$python" -W ignore::DeprecationWarning -m standin "$@"
