#!/usr/bin/env bash
# Runs the end-to-end tests in a virtual environment of their own; arguments go to pytest.
#
#   Tests/EndToEnd/run.sh                   all
#   Tests/EndToEnd/run.sh -k polling -x     some
#   Tests/EndToEnd/run.sh screenshots       a picture of each page, into artefacts/screenshots
#   Tests/EndToEnd/run.sh faults --help     the checker of the delivery promises, for as long as one likes
#
# The binary is the debug build's, or the one named by MARTLET_BIN.
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
cd "$here/../.."
if [ "${1:-}" = faults ]; then
    shift
    PYTHONPATH=$here exec "$venv/bin/python" -m faults "$@"
fi
if [ "${1:-}" = screenshots ]; then
    shift
    exec "$venv/bin/python" "$here/screenshots.py" "$@"
fi
exec "$venv/bin/python" -m pytest -c "$here/pytest.ini" --rootdir "$here" "${@:-$here}"
