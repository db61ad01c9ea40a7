#!/usr/bin/env bash
# Runs bench.py in a virtual environment of its own, on release builds; arguments go to it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$("$here/../scripts/venv.sh" "$here")
martlet=${MARTLET_BIN:-$(cd "$here/.." && swift build -c release --show-bin-path)/martlet}
# A server refuses to start with settings that it does not know.
unset MARTLET_BIN
swift build --package-path "$here" -c release --product martlet-load
load=$(swift build --package-path "$here" -c release --show-bin-path)/martlet-load
exec "$python" "$here/bench.py" --martlet "$martlet" --load "$load" "$@"
