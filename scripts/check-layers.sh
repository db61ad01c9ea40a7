#!/usr/bin/env bash
# Holds the lines between the layers (docs/architecture.md). An incremental Swift build lets a file import
# any module that happens to be built already, so the compiler alone does not hold them.
#
#   scripts/check-layers.sh               check this tree
#   scripts/check-layers.sh --root DIR    check another one
#   scripts/check-layers.sh --self-test   plant violations in a scratch tree and see each one found
#
# Prints `file:line: what is wrong` for each violation; exit status 1 if there is one.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Sources: one line per target, `target: modules it may import`.
# The Swift module itself needs no import. `+Platform` stands for Foundation and the C library.
# `Foundation*@PATTERN` allows a module only in files whose name fits the pattern.
readonly rules='
EngineIO:            NIOCore NIOPosix NIOHTTP1 Crypto Logging Synchronization
SocketIO:            EngineIO NIOCore Logging Synchronization FoundationEssentials@*+Codable.swift
SocketIOHummingbird: SocketIO EngineIO HummingbirdCore NIOCore NIOHTTP1 HTTPTypes NIOHTTPTypes NIOHTTPTypesHTTP1 Logging ServiceLifecycle Synchronization
SocketIORedis:       SocketIO EngineIO NIOCore NIOPosix NIOSSL Logging Synchronization
Desk:                Synchronization
DeskSQLite:          Desk GRDB GRDBSQLite Logging Synchronization +Platform
DeskMongoDB:         Desk CMongoC NIOPosix Logging Synchronization +Platform
DeskServer:          Desk SocketIO SocketIOHummingbird EngineIO CWebAssets Hummingbird HummingbirdCore HummingbirdTLS HTTPTypes NIOCore NIOPosix NIOHTTP1 NIOSSL JWTKit Crypto CryptoExtras Logging Metrics ServiceLifecycle Synchronization +Platform
DeskStoreContract:   Desk Testing Synchronization +Platform
CWebAssets:
martlet:             *
socketio-conformance: SocketIOHummingbird SocketIO EngineIO HummingbirdCore HTTPTypes NIOCore NIOPosix ArgumentParser Logging ServiceLifecycle UnixSignals Synchronization +Platform
'
readonly platform='Foundation FoundationEssentials Dispatch Glibc Musl Darwin'

# Swift imports. Prints violations of one tree.
check_sources() {
    local root=$1
    [ -d "$root/Sources" ] || return 0
    (cd "$root" && find Sources -name '*.swift' -type f -print | LC_ALL=C sort) | while IFS= read -r file; do
        printf '%s\t%s\n' "$root" "$file"
    done | RULES=$rules PLATFORM=$platform awk -F'\t' '
        BEGIN {
            n = split(ENVIRON["RULES"], lines, "\n")
            for (i = 1; i <= n; i++) {
                at = index(lines[i], ":")
                if (at == 0) continue
                target = substr(lines[i], 1, at - 1)
                known[target] = 1
                m = split(substr(lines[i], at + 1), words, " ")
                for (j = 1; j <= m; j++) {
                    if (words[j] == "+Platform") {
                        p = split(ENVIRON["PLATFORM"], modules, " ")
                        for (k = 1; k <= p; k++) allowed[target, modules[k]] = 1
                    } else if ((mark = index(words[j], "@")) > 0) {
                        only[target, substr(words[j], 1, mark - 1)] = substr(words[j], mark + 1)
                    } else {
                        allowed[target, words[j]] = 1
                    }
                }
            }
        }
        function fits(name, glob,    star) {        # one leading star is all the table uses
            star = substr(glob, 2)
            return substr(name, length(name) - length(star) + 1) == star
        }
        function violation(text) { printf "%s:%d: %s\n", file, line, text }
        function judge(statement,    module, name) {
            sub(/^[ \t]+/, "", statement)
            testable = statement ~ /@testable/
            while (sub(/^(@[A-Za-z_]+(\([^)]*\))?|public|package|internal|fileprivate|private)[ \t]+/, "", statement)) {}
            if (statement !~ /^import[ \t]/) return
            sub(/^import[ \t]+/, "", statement)
            sub(/^(typealias|struct|class|enum|protocol|let|var|func)[ \t]+/, "", statement)
            module = statement
            sub(/[^A-Za-z0-9_].*$/, "", module)
            if (module == "" || module == target) return
            if (testable) violation("@testable import " module " stands in Sources; it belongs into Tests")
            if ((target, "*") in allowed || (target, module) in allowed) return
            if ((target, module) in only) {
                name = file
                sub(/^.*\//, "", name)
                if (!fits(name, only[target, module]))
                    violation(target " may import " module " only in files named " only[target, module])
                return
            }
            violation(target " may not import " module)
        }
        {
            file = $2
            target = file
            sub(/^Sources\//, "", target)
            sub(/\/.*$/, "", target)
            line = 0
            if (!(target in known)) {
                if (!(target in reported)) { line = 1; violation("no rule for the target " target " in scripts/check-layers.sh") }
                reported[target] = 1
                next
            }
            path = $1 "/" file
            while ((getline text < path) > 0) {     # block comments over several lines: the format lint refuses them
                line++
                gsub(/\/\*([^*]|\*[^\/])*\*\//, " ", text)
                sub(/\/\/.*$/, "", text)
                if (text !~ /import/) continue
                count = split(text, statements, ";")
                for (s = 1; s <= count; s++) judge(statements[s])
            }
            close(path)
        }
    '
}

# Browser code: names of wire events stay in the socket and the clients; models and the wire do not touch the page.
check_web() {
    local root=$1 file
    [ -d "$root/web" ] || return 0
    (cd "$root" && find web \( -name '*.js' -o -name '*.mjs' \) ! -name '*.test.js' ! -name '*.test.mjs' \
        ! -path '*/node_modules/*' -type f -print | LC_ALL=C sort) | while IFS= read -r file; do
        case $file in
            web/shared/socket.js | web/shared/*-client.js) ;;
            *)
                code_lines "$root/$file" | awk -v file="$file" '
                    match($0, /["'"'"'`](chat|ticket|room|note|canned|presence|agent|guest):[a-z]/) {
                        found = substr($0, RSTART + 1)
                        sub(/[^a-z:].*$/, "", found)
                        at = $0; sub(/\t.*$/, "", at)
                        printf "%s:%d: the event name %s belongs into a web/shared/*-client.js\n", file, at, found
                    }'
                ;;
        esac
        if is_model "$root" "$file"; then
            code_lines "$root/$file" | awk -v file="$file" '
                match($0, /(^|[^A-Za-z0-9_$.])(document|window)([^A-Za-z0-9_$:]|$)/) {
                    found = substr($0, RSTART, RLENGTH)
                    gsub(/[^a-z]/, "", found)
                    at = $0; sub(/\t.*$/, "", at)
                    printf "%s:%d: a browser model may not touch %s\n", file, at, found
                }'
        fi
    done
}

# A model is a file in a folder `models`, a file named `*-model.js`, or a file of shared/ that does not draw
# (a file that draws imports dom.js), except the three whose business is the browser itself.
is_model() { # root, file
    case $2 in
        */models/* | *-model.js | */model.js) return 0 ;;
        web/shared/dom.js | web/shared/socket.js | web/shared/viewport.js | web/shared/theme.js) return 1 ;;
        web/shared/*) ! grep -qE "^import .*['\"]\./dom\.js['\"]" "$1/$2" ;;
        *) return 1 ;;
    esac
}

# `number TAB text` of the lines that are not comments.
code_lines() {
    awk '
        /^[ \t]*\/\// { next }
        /^[ \t]*\/\*/ { if (index($0, "*/") == 0) inside = 1; next }
        inside { if (index($0, "*/") > 0) inside = 0; next }
        { text = $0; sub(/[ \t]\/\/ .*$/, "", text); printf "%d\t%s\n", NR, text }' "$1"
}

check() {
    local found
    found=$(check_sources "$1"; check_web "$1")
    if [ -n "$found" ]; then
        printf '%s\n' "$found"
        printf 'check-layers: %d violation(s)\n' "$(printf '%s\n' "$found" | wc -l)"
        return 1
    fi
    printf 'check-layers: no violation\n'
}

self_test() {
    local scratch failed=0 output
    scratch=$(mktemp -d)
    # shellcheck disable=SC2064 # the directory of now is meant
    trap "rm -rf '$scratch'" EXIT

    # What must pass.
    mkdir -p "$scratch"/Sources/{EngineIO,SocketIO,Desk,DeskServer,martlet} "$scratch"/web/{shared,dashboard/models,dashboard/views}
    printf 'public import NIOCore\nimport Synchronization\n// import Desk\n/* import GRDB */\nlet text = "import"\n' \
        >"$scratch/Sources/EngineIO/Good.swift"
    printf 'package import FoundationEssentials\n' >"$scratch/Sources/SocketIO/JSON+Codable.swift"
    printf 'import Foundation\npackage import Desk\n@preconcurrency import NIOSSL\n' >"$scratch/Sources/DeskServer/Good.swift"
    printf 'import DeskSQLite\nimport DeskServer\n' >"$scratch/Sources/martlet/Good.swift"
    printf 'socket.emit("chat:message", {});\n' >"$scratch/web/shared/desk-client.js"
    printf 'desk.on("chat:message");\n' >"$scratch/web/dashboard/list.test.js"
    # shellcheck disable=SC2016 # a JavaScript template, not a shell expansion
    printf '// "ticket:created" comes first\nconst key = `draft:${ticket}`;\nconst o = { window: 3 };\n' \
        >"$scratch/web/dashboard/models/good.js"
    printf 'document.title = "x";\n' >"$scratch/web/dashboard/views/good.js"
    printf "import { h } from './dom.js';\ndocument.body.append(h('p'));\n" >"$scratch/web/shared/row.js"
    if ! output=$(check "$scratch"); then
        printf 'self-test: a clean tree was refused:\n%s\n' "$output"
        failed=1
    fi

    # What must be found: file, contents, the line and words of the report.
    expect() {
        local file=$1 text=$2 report=$3
        mkdir -p "$(dirname "$scratch/$file")"
        printf '%b' "$text" >"$scratch/$file"
        if output=$(check "$scratch"); then
            printf 'self-test: missed in %s: %s\n' "$file" "$text"
            failed=1
        elif ! grep -qF -- "$file:$report" <<<"$output"; then
            printf 'self-test: expected "%s:%s", got:\n%s\n' "$file" "$report" "$output"
            failed=1
        fi
        rm "$scratch/$file"
    }
    expect Sources/EngineIO/Bad.swift '\nimport Desk\n' '2: EngineIO may not import Desk'
    expect Sources/EngineIO/Bad.swift 'import Foundation\n' '1: EngineIO may not import Foundation'
    expect Sources/EngineIO/Bad.swift '#if os(Linux)\n    import Glibc\n#endif\n' '2: EngineIO may not import Glibc'
    expect Sources/SocketIO/Bad.swift 'public import Desk\n' '1: SocketIO may not import Desk'
    expect Sources/SocketIO/Bad.swift 'import FoundationEssentials\n' '1: SocketIO may import FoundationEssentials only in'
    expect Sources/Desk/Bad.swift 'package import NIOCore\n' '1: Desk may not import NIOCore'
    expect Sources/Desk/Bad.swift 'import struct Foundation.Date\n' '1: Desk may not import Foundation'
    expect Sources/Desk/Bad.swift '/* a */ import GRDB\n' '1: Desk may not import GRDB'
    expect Sources/Desk/Bad.swift 'import Synchronization; import Logging\n' '1: Desk may not import Logging'
    expect Sources/Desk/Accounts/Bad.swift '@_spi(Inner) @preconcurrency import DeskServer\n' '1: Desk may not import DeskServer'
    expect Sources/DeskServer/Bad.swift 'import Logging\nimport DeskSQLite\n' '2: DeskServer may not import DeskSQLite'
    expect Sources/DeskServer/Bad.swift 'import GRDB\n' '1: DeskServer may not import GRDB'
    expect Sources/DeskServer/Bad.swift '@testable import Desk\n' '1: @testable import Desk'
    expect Sources/Novel/Bad.swift 'import Desk\n' '1: no rule for the target Novel'
    expect web/dashboard/bad.js 'let a;\nsocket.on("chat:message", f);\n' '2: the event name chat:message'
    expect web/customer/bad.js "emit('ticket:create');\n" '1: the event name ticket:create'
    expect web/dashboard/models/bad.js 'let a;\nlet b;\nlet x = window.name;\n' '3: a browser model may not touch window'
    expect web/shared/bad.js 'export const a = document.body;\n' '1: a browser model may not touch document'

    if [ "$failed" -ne 0 ]; then
        printf 'check-layers: self-test failed\n'
        return 1
    fi
    printf 'check-layers: self-test passed\n'
}

case ${1:-} in
    '') check "$here" ;;
    --root) check "$(cd "${2:?--root needs a directory}" && pwd)" ;;
    --self-test) self_test ;;
    *)
        printf 'usage: %s [--root DIR | --self-test]\n' "$0" >&2
        exit 64
        ;;
esac
