#!/usr/bin/env bash
# Breaks each promise in a copy of the tree and demands that the tests turn red: a test that cannot fail is worthless.
#
#   scripts/mutants.sh                 all of them
#   scripts/mutants.sh dedupe owner    only these
#
# The copy takes the warm .build along and is laid over the tree's own path in a private mount namespace, since builds
# know their path; the tree itself is never changed. Where that is not allowed, the copy is built from nothing.
# Exit status 1: a mutant survived, a change does not fit the sources any more, or a test fails without it.
# shellcheck disable=SC2016 # what stands in single quotes is Swift
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly root=$PWD

# name, promise, file, tests; then the text that is replaced (it must stand there once), and what replaces it.
# Tests: `swift FILTER` or `end-to-end ARGUMENTS`.
names=() promises=() files=() tests=() before=() after=()
mutant() {
    names+=("$1") promises+=("$2") files+=("$3") tests+=("$4") before+=("$5") after+=("$6")
}

mutant early-ack 'no ack before the commit' Sources/DeskSQLite/GroupCommit.swift \
    'end-to-end Tests/EndToEnd/test_commit_order.py -k told' \
    '            try db.commit()
            onCommit(batch.count, .now - start)
            telling { completions.forEach { $0() } }' \
    '            telling { completions.forEach { $0() } }
            try db.commit()
            onCommit(batch.count, .now - start)'
mutant no-sync 'a commit is on the disk' Sources/DeskSQLite/SQLiteStore.swift \
    'end-to-end Tests/EndToEnd/test_commit_order.py -k told' \
    '        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")' \
    '        try db.execute(sql: "PRAGMA synchronous = OFF")
        let level: Int? = 2'
mutant after-close 'no message after the close' Sources/Desk/Messages/MessageRules.swift \
    'end-to-end faults --seconds 20 --seed 1' \
    '        guard facts.ticket.status == .open else { throw .closed }
' ''
mutant dedupe 'a retry is stored once' Sources/Desk/Messages/MessageRules.swift \
    'swift DeskSQLiteTests.ContractTests' \
    '        if let known = facts.message { return .nothing(known) }
' ''
mutant double 'nothing is stored twice' Sources/DeskSQLite/Tickets/SQLiteStore+Tickets.swift \
    'end-to-end faults --seconds 20 --seed 1' \
    'if let key = lookup.message, let seq = try tickets.seq(of: key.clientID, in: ticket, db) {' \
    'if let key = lookup.message, let seq = Optional<Int>.none {'
mutant seq-from-memory 'seq has no hole' Sources/DeskSQLite/Tickets/WorkingTickets.swift \
    'swift DeskSQLiteTests.DurabilityTests' \
    'if version != dataVersion || entries.count > Self.limit' 'if entries.count > Self.limit'
mutant owner 'a guest sees own tickets only' Sources/Desk/Authorization.swift \
    'swift DeskTests.AuthorizationTests' \
    'ticket.customerID != id' 'ticket.customerID != id, false'
mutant expiry 'a login ends at exp' Sources/DeskServer/Accounts/LoginTokens.swift \
    'swift DeskServerTests.LoginTokenTests' \
    'guard now.milliseconds / 1000 < claims.exp else' 'guard claims.exp > 0 else'
mutant stale-login 'a login ends with its password' Sources/Desk/Accounts/AccountRules.swift \
    'swift DeskSQLiteTests.ContractTests' \
    '!account.isDisabled, account.passwordHash == passwordHash' '!account.isDisabled, account.passwordHash == passwordHash || true'
mutant origin 'a foreign origin is refused' Sources/EngineIO/OriginPolicy.swift \
    'swift EngineIOTests.RequestTests' \
    'self.allows(origin) ? .allowed : .denied' 'self.allows(origin) ? .allowed : .own'

chosen() { # name
    [ "${#wanted[@]}" -eq 0 ] && return 0
    local name
    for name in "${wanted[@]}"; do [ "$name" = "$1" ] && return 0; done
    return 1
}

# Replaces in a file what stands there once; fails if it does not.
change() { # file, before, after
    python3 - "$@" <<'END'
import sys
path, before, after = sys.argv[1:]
with open(path) as file:
    text = file.read()
if text.count(before) != 1:
    sys.exit(f"{path}: what the mutant replaces stands there {text.count(before)} times, not once:\n{before}")
text = text.replace(before, after)
with open(path, "w") as file:
    file.write(text)
END
}

build_for() { # tests
    case $1 in
        swift*) swift build --build-tests ;;
        end-to-end*) swift build --product martlet ;;
    esac
}

run_tests() { # tests
    local words
    read -ra words <<<"$1"
    case ${words[0]} in
        swift) swift test --skip-build --filter "${words[1]}" ;;
        end-to-end) Tests/EndToEnd/run.sh "${words[@]:1}" ;;
    esac
}

reason() { # log
    grep -m 1 -E '^E  .*Error|^(after close|stored [0-9]+ times|lost|hole|order|text lost|told)[:, ]|recorded an issue|Fatal error' "$1" |
        cut -c 1-150 | sed 's/^/    /' || printf '    no reason was found\n'
}

# In the copy: the tests are green before, each mutant turns them red.
hunt() {
    local i start log verdict failed=0 kept
    log=$(mktemp)
    printf 'without a mutant ...\n'
    swift build --build-tests >"$log" 2>&1 || { tail -n 30 "$log" && return 1; }
    local done_already='|'
    for i in "${!names[@]}"; do
        chosen "${names[i]}" || continue
        case $done_already in *"|${tests[i]}|"*) continue ;; esac
        done_already+="${tests[i]}|"
        run_tests "${tests[i]}" >"$log" 2>&1 || {
            printf 'red without a mutant: %s\n' "${tests[i]}" && tail -n 30 "$log" && return 1
        }
        if grep -q 'skipped\|run with 0 tests' "$log"; then
            printf 'skipped, and so no proof: %s\n' "${tests[i]}" && tail -n 5 "$log" && return 1
        fi
    done
    printf '%-16s %-32s %-62s %-9s %s\n' mutant promise tests 'red?' seconds
    for i in "${!names[@]}"; do
        chosen "${names[i]}" || continue
        start=$SECONDS verdict=''
        kept=$(mktemp)
        cp -p "${files[i]}" "$kept"
        change "${files[i]}" "${before[i]}" "${after[i]}" || return 1
        if ! build_for "${tests[i]}" >"$log" 2>&1; then
            verdict='BROKEN' && grep -m 3 'error:' "$log"
        elif run_tests "${tests[i]}" >"$log" 2>&1; then
            verdict='SURVIVED'
        else
            verdict='red'
        fi
        [ "$verdict" = red ] || failed=1
        mv "$kept" "${files[i]}"
        touch "${files[i]}"
        printf '%-16s %-32s %-62s %-9s %d\n' \
            "${names[i]}" "${promises[i]}" "${tests[i]}" "$verdict" $((SECONDS - start))
        # What the tests said, so that one can see that it is red for its own reason.
        [ "$verdict" != red ] || reason "$log"
    done
    return "$failed"
}

wanted=("$@")
for name in "${wanted[@]}"; do
    case " ${names[*]} " in
        *" $name "*) ;;
        *)
            printf 'unknown mutant "%s"; there are: %s\n' "$name" "${names[*]}" >&2
            exit 64
            ;;
    esac
done
if [ "${MUTANTS_IN_COPY:-}" = "$root" ]; then
    # SwiftPM keeps its lock there, by the path that the copy shares with the tree.
    TMPDIR=$(mktemp -d) && export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
    hunt
    exit
fi

# Whether each change still fits is known at once, before an hour of building.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for i in "${!names[@]}"; do
    cp "${files[i]}" "$copy/file"
    change "$copy/file" "${before[i]}" "${after[i]}" || {
        printf 'the mutant %s does not fit %s any more\n' "${names[i]}" "${files[i]}" >&2
        exit 1
    }
done
rm "$copy/file"
printf 'copying the tree to %s\n' "$copy"
# With the times to the nanosecond: the build goes by them.
find . -mindepth 1 -maxdepth 1 ! -name .git ! -name artefacts -exec cp -a {} "$copy" \;
if unshare -m true 2>/dev/null; then
    MUTANTS_IN_COPY=$root unshare -m bash -c \
        'mount --bind "$1" "$2" && cd "$2" && exec scripts/mutants.sh "${@:3}"' _ "$copy" "$root" "${wanted[@]}"
else
    printf 'no mount namespace here: the copy is built from nothing\n'
    rm -rf "$copy/.build" "$copy/Tests/EndToEnd/.venv"
    MUTANTS_IN_COPY=$copy "$copy/scripts/mutants.sh" "${wanted[@]}"
fi
