#!/usr/bin/env bash
# Prints what the compiler needs to find the modules that `swift build` has made, and those they import, those of C
# included: one option a line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=$(swift build --show-bin-path)
swiftc -print-target-info |
    python3 -c 'import json, sys; print("-target", json.load(sys.stdin)["target"]["triple"], sep="\n")'
printf '%s\n' -I "$bin/Modules"
for map in "$bin"/*.build/module.modulemap; do
    printf '%s\n' -Xcc "-fmodule-map-file=$map"
done
for headers in .build/checkouts/*/Sources/*/include; do
    printf '%s\n' -I "$PWD/$headers"
done
