#!/usr/bin/env bash
# Runs bench.py in a virtual environment of its own, on release builds; arguments go to it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/.venv
stamp=$venv/requirements.txt

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
if ! cmp -s "$here/requirements.txt" "$stamp"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
martlet=${MARTLET_BIN:-$(cd "$here/.." && swift build -c release --show-bin-path)/martlet}
# A server refuses to start with settings that it does not know.
unset MARTLET_BIN
swift build --package-path "$here" -c release --product martlet-load
load=$(swift build --package-path "$here" -c release --show-bin-path)/martlet-load
exec "$venv/bin/python" "$here/bench.py" --martlet "$martlet" --load "$load" "$@"
