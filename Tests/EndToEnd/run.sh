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
python=$("$here/../../scripts/venv.sh" "$here")
cd "$here/../.."
if [ "${1:-}" = faults ]; then
    shift
    PYTHONPATH=$here exec "$python" -m faults "$@"
fi
if [ "${1:-}" = screenshots ]; then
    shift
    exec "$python" "$here/screenshots.py" "$@"
fi
exec "$python" -m pytest -c "$here/pytest.ini" --rootdir "$here" "${@:-$here}"
