#!/usr/bin/env bash
# Fuzzes what reads bytes from the network, with libFuzzer and AddressSanitizer (docs/security.md, "Fuzzing").
#
#   scripts/fuzz.sh SECONDS               every target, SECONDS each
#   scripts/fuzz.sh SECONDS TARGET...     only these: frames polling packets http
#   scripts/fuzz.sh minimize TARGET...    takes into the corpus what reaches more code than it does
#
# An input for which a property does not hold is copied to Fuzzing/Corpus/TARGET, where the tests find it too.
# The last lines sum up. Exit status 1: something was found, or with CI=true libFuzzer is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly all_targets=(frames polling packets http)
readonly scratch=Fuzzing/.build
# Inputs longer than this show nothing new; what must be long, the targets make of short input.
readonly max_length=4096
# An input takes milliseconds; the slowest, at the full size of a message, less than a second.
readonly timeout_seconds=20
readonly rss_limit_mb=512
# Nothing takes more at once than a message of the largest size, doubled while it grows.
readonly malloc_limit_mb=16

usage() {
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 64
}

missing() {
    printf 'fuzz: skipped: %s\n' "$1"
    [ "${CI:-}" = true ] && exit 1
    exit 0
}

build() {
    local resources library
    command -v swift >/dev/null || missing 'swift is not on the PATH'
    resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
    library=$(find -L "$resources/clang/lib" -name "libclang_rt.fuzzer_no_main*$(uname -m)*.a" -print -quit 2>/dev/null || true)
    [ -n "$library" ] || missing 'this Swift toolchain has no libFuzzer'
    swift build --package-path Fuzzing --scratch-path "$scratch" --configuration release -Xlinker "$library"
}

# Runs libFuzzer on one target.
fuzz() { # target, libFuzzer's flags and folders
    local target=$1
    shift
    # A call stack with every allocation would take most of the time. Swift's own report of a crash gets in the way.
    FUZZ_TARGET=$target \
        ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=8 \
        SWIFT_BACKTRACE=enable=no \
        SWIFT_DETERMINISTIC_HASHING=1 \
        "$scratch/release/fuzz" -timeout="$timeout_seconds" -rss_limit_mb="$rss_limit_mb" \
        -malloc_limit_mb="$malloc_limit_mb" -max_len="$max_length" "$@"
}

# Fuzzes one target and prints its line of the summary; status 1 if something was found.
run() { # target, seconds
    local target=$1 seconds=$2 status=0 found=0
    local folder=$scratch/fuzz/$target
    rm -rf "$folder/findings"
    mkdir -p "$folder/corpus" "$folder/findings"
    printf '== %s: %s s, log in %s\n' "$target" "$seconds" "$folder/log" >&2
    fuzz "$target" -max_total_time="$seconds" -print_final_stats=1 -dict="Fuzzing/Dictionaries/$target.dict" \
        -artifact_prefix="$folder/findings/" "$folder/corpus" "Fuzzing/Corpus/$target" >"$folder/log" 2>&1 || status=$?
    for input in "$folder"/findings/*; do
        [ -e "$input" ] || continue
        found=$((found + 1))
        cp "$input" "Fuzzing/Corpus/$target/"
        printf 'fuzz: %s: FOUND %s, now in Fuzzing/Corpus/%s\n' "$target" "$(basename "$input")" "$target" >&2
    done
    if [ "$status" -ne 0 ]; then
        [ "$found" -gt 0 ] || found=1
        grep -aE 'Fatal error|ERROR|SUMMARY' "$folder/log" | cut -c 1-400 | sed 's/^/    /' >&2 || tail -n 5 "$folder/log" >&2
    fi
    printf '%-8s %12s executions %8s/s %6s inputs in the corpus %6s MB peak %3s found\n' "$target" \
        "$(stat_of number_of_executed_units "$folder/log")" "$(stat_of average_exec_per_sec "$folder/log")" \
        "$(find "$folder/corpus" "Fuzzing/Corpus/$target" -type f | wc -l)" \
        "$(stat_of peak_rss_mb "$folder/log")" "$found"
    [ "$status" -eq 0 ]
}

stat_of() { # name, log
    sed -n "s/^stat::$1: *//p" "$2" | tail -n 1 | grep . || printf '?'
}

# Adds to the corpus the smallest set of what was found since that reaches more of the code than it does.
minimize() { # target
    local target=$1
    fuzz "$target" -set_cover_merge=1 -use_counters=0 "Fuzzing/Corpus/$target" "$scratch/fuzz/$target/corpus" 2>&1 | tail -n 1
    find "Fuzzing/Corpus/$target" -type f | wc -l
}

[ $# -ge 1 ] || usage
what=$1
shift
[ "$what" = minimize ] || [[ $what =~ ^[1-9][0-9]*$ ]] || usage
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || targets=("${all_targets[@]}")
for target in "${targets[@]}"; do
    case " ${all_targets[*]} " in
        *" $target "*) ;;
        *) usage ;;
    esac
done

build
if [ "$what" = minimize ]; then
    for target in "${targets[@]}"; do minimize "$target"; done
    exit
fi

failed=0
summary=''
for target in "${targets[@]}"; do
    line=$(run "$target" "$what") || failed=1
    summary+="$line"$'\n'
done
printf '%s' "$summary"
exit "$failed"
