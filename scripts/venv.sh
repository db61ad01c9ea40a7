#!/usr/bin/env bash
# Makes the virtual environment DIRECTORY/.venv with what DIRECTORY/requirements.txt names, unless it is there. Prints its
# Python.
#
#   python=$(scripts/venv.sh Tests/EndToEnd)
set -euo pipefail
home=$(cd "$1" && pwd)
python=$home/.venv/bin/python
stamp=$home/.venv/requirements.txt

if [ ! -x "$python" ] || ! "$python" -c '' 2>/dev/null; then
    rm -rf "$home/.venv"
    python3 -m venv "$home/.venv" >&2 || {
        printf 'python3 with its venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv\n' >&2
        exit 1
    }
fi
if ! cmp -s "$home/requirements.txt" "$stamp"; then
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$home/requirements.txt" >&2
    cp "$home/requirements.txt" "$stamp"
fi
printf '%s\n' "$python"
