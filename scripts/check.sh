#!/usr/bin/env bash
# Everything that can be checked without a browser: run it before each commit.
#
#   scripts/check.sh                 all parts but mongodb
#   scripts/check.sh format layers   only these
#   scripts/check.sh mongodb         what there is for MongoDB, against MONGODB_URI or else a stand-in; ends with a build
#                                    that has the trait in .build, and so makes the next build a longer one
#
# Parts: format layers shell web build docs test mongodb. Every part runs even if an earlier one failed, except that
# docs and tests need the build. The last line sums up; exit status 1 if a part failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

readonly usual_parts=(format layers shell web build docs test)
readonly all_parts=("${usual_parts[@]}" mongodb)

need_swift() {
    command -v swift >/dev/null && return 0
    printf 'swift is not on the PATH: see https://www.swift.org/install\n' >&2
    return 1
}

check_format() {
    need_swift && swift format lint --strict --recursive Sources Tests Examples Fuzzing Benchmarks Package.swift
}

check_layers() {
    scripts/check-layers.sh --self-test && scripts/check-layers.sh
}

check_shell() {
    local file
    for file in scripts/*.sh .ci/run docs/*.sh Tests/*/run.sh; do
        bash -n "$file" || return 1
    done
    if command -v shellcheck >/dev/null; then
        shellcheck scripts/*.sh .ci/run docs/*.sh Tests/*/run.sh
    else
        printf 'shellcheck is not installed: the scripts were only parsed\n'
    fi
}

check_web() {
    scripts/web-assets.sh --check || return 1
    if ! command -v node >/dev/null; then
        skip_reason='node is not installed'
        return 0
    fi
    local tests=()
    while IFS= read -r -d '' file; do
        tests+=("$file")
    done < <(find web \( -name '*.test.js' -o -name '*.test.mjs' \) ! -path '*/node_modules/*' -print0 2>/dev/null | LC_ALL=C sort -z)
    if [ "${#tests[@]}" -eq 0 ]; then
        skip_reason='web/ has no *.test.js'
        return 0
    fi
    # Node before 20.19 takes a .js file for CommonJS unless told otherwise; newer ones look into it.
    local options=''
    if node -e 'process.exit(process.allowedNodeEnvironmentFlags.has("--experimental-default-type") ? 0 : 1)'; then
        options='--experimental-default-type=module'
    fi
    NODE_OPTIONS="${NODE_OPTIONS:-} $options" node --test "${tests[@]}"
}

check_build() {
    need_swift && swift build --build-tests
}

check_docs() {
    local tool
    for tool in python3 docc; do
        if ! command -v "$tool" >/dev/null; then
            skip_reason="$tool is not on the PATH"
            return 0
        fi
    done
    need_swift && docs/build.sh
}

# Sets `limited` to what ends a command: a test that hangs, or a crash whose report never ends, is told of in time.
# The tests have a process group of their own, and SwiftPM ends them on an interrupt only. Other systems have no
# timeout(1); env runs the command as it is.
limit_minutes() { # `limit_minutes 15 && "${limited[@]}" swift test`
    limited=(env)
    if command -v timeout >/dev/null; then
        limited=(timeout --foreground --signal=INT --kill-after=10 "$1m")
    fi
}

# Tests run side by side, as many as there are, but for those that talk to a Redis or are told to wait: on two cores
# answers that come late look like a node that is gone.
check_test() {
    local one_by_one='SocketIORedisTests|ClusterTests|NodesTests|RedisLimitsTests|LoginFlowTests'
    limit_minutes 15
    need_swift && "${limited[@]}" swift test --skip "$one_by_one" &&
        "${limited[@]}" swift test --skip-build --no-parallel --filter "$one_by_one"
}

# Builds with the trait where the ordinary build was: dependencies are the same, only what is ours is compiled again.
check_mongodb() {
    limit_minutes 25
    if ! pkg-config --exists libmongoc-1.0 2>/dev/null; then
        skip_reason='libmongoc-dev or pkg-config is not installed'
    elif [ -n "${MONGODB_URI:-}" ]; then
        printf 'against the MongoDB of MONGODB_URI\n'
        need_swift && "${limited[@]}" swift test --traits MongoDB --filter DeskMongoDBTests
    elif ! command -v python3 >/dev/null; then
        skip_reason='MONGODB_URI is not set, and there is no python3 for the stand-in'
    else
        printf 'against a stand-in for MongoDB: MONGODB_URI is not set\n'
        need_swift && Tests/MongoDB/run.sh test &&
            Tests/MongoDB/run.sh -- "${limited[@]}" swift test --traits MongoDB --filter DeskMongoDBTests
    fi
}

run_part() {
    case $1 in
        format) check_format ;;
        layers) check_layers ;;
        shell) check_shell ;;
        web) check_web ;;
        build) check_build ;;
        docs) check_docs ;;
        test) check_test ;;
        mongodb) check_mongodb ;;
    esac
}

parts=("$@")
[ "${#parts[@]}" -gt 0 ] || parts=("${usual_parts[@]}")
for part in "${parts[@]}"; do
    case " ${all_parts[*]} " in
        *" $part "*) ;;
        *)
            printf 'unknown part "%s"; there are: %s\n' "$part" "${all_parts[*]}" >&2
            exit 64
            ;;
    esac
done

failed=0
built=1
summary=''
for part in "${parts[@]}"; do
    printf '== %s\n' "$part"
    skip_reason=''
    if [[ $part = docs || $part = test ]] && [ "$built" -eq 0 ]; then
        skip_reason='the build failed'
    elif ! run_part "$part"; then
        failed=1
        [ "$part" = build ] && built=0
        summary+=", $part FAILED"
        continue
    fi
    if [ -n "$skip_reason" ]; then
        printf 'skipped: %s\n' "$skip_reason"
        summary+=", $part skipped ($skip_reason)"
    else
        summary+=", $part ok"
    fi
done

printf 'check: %s\n' "${summary#, }"
exit "$failed"
