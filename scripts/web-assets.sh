#!/usr/bin/env bash
# Writes Sources/CWebAssets/web_assets.c: the list of the files of web/ that are inside the binary.
#
#   scripts/web-assets.sh            write it anew
#   scripts/web-assets.sh --check    only say whether it is as it should be
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly list=Sources/CWebAssets/web_assets.c

print_list() {
    cat <<'C'
// Every file of web/ but the tests. Written by scripts/web-assets.sh.
#include "web_assets.h"

#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wc23-extensions"

int web_asset_at(size_t index, struct web_asset *asset) {
    switch (index) {
C
    find web -type f ! -name '*.test.js' ! -path '*/.*' | LC_ALL=C sort | while IFS= read -r file; do
        printf '#define WEB_FILE "../../%s"\n#include "web_file.h"\n' "$file"
    done
    printf '    }\n    return 0;\n}\n'
}

if [ "${1-}" = --check ]; then
    print_list | cmp -s - "$list" && exit 0
    printf '%s does not list the files of web/: run scripts/web-assets.sh\n' "$list" >&2
    exit 1
fi
print_list >"$list.new"
mv "$list.new" "$list"
