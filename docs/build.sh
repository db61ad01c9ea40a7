#!/usr/bin/env bash
# Checks and builds the documentation of the four libraries, from modules that `swift build` has made.
#
#   docs/build.sh    into .build/docs; `python3 -m http.server -d .build/docs` shows it under /documentation/
#
# Fails on a public symbol without a comment, on code that does not compile, be it in an article, in a comment, in the
# README or in Examples, and on every warning of DocC, such as a link that leads nowhere.
#
# DocC's own tool is part of the toolchain. Its package plugin is not used: each user of the libraries would have to
# fetch it (docs/decisions/0005-dependencies.md).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly modules=(EngineIO SocketIO SocketIOHummingbird SocketIORedis)
readonly out=.build/docs work=.build/docs-work
bin=$(swift build --show-bin-path)
for module in "${modules[@]}"; do
    if [ ! -f "$bin/Modules/$module.swiftmodule" ]; then
        printf '%s is not built: run swift build\n' "$module" >&2
        exit 1
    fi
done
mapfile -t options < <(docs/options.sh)

rm -rf "$work"
mkdir -p "$work"
for module in "${modules[@]}"; do
    mkdir "$work/$module"
    swift symbolgraph-extract -module-name "$module" "${options[@]}" -output-dir "$work/$module" \
        -minimum-access-level public -skip-synthesized-members -skip-inherited-docs -emit-extension-block-symbols
done
python3 docs/comments.py "$work"/*/*.symbols.json
python3 docs/code.py "$work"/*/*.symbols.json -- "${options[@]}"

archives=()
dependencies=()
for module in "${modules[@]}"; do
    archive=$work/$module.doccarchive
    docc convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$work/$module" \
        --fallback-display-name "$module" --fallback-bundle-identifier "$module" --output-path "$archive" \
        --enable-experimental-external-link-support "${dependencies[@]}" --warnings-as-errors
    archives+=("$archive")
    dependencies+=(--dependency "$archive")
done
rm -rf "$out"
docc merge "${archives[@]}" --synthesized-landing-page-name 'Socket.IO for Swift' --output-path "$out"
printf 'documentation: %s\n' "$out"
