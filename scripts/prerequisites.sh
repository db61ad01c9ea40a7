#!/usr/bin/env bash
# Sees to it that what a build or the tests need is there: installs missing packages with apt-get where
# that is allowed (as root, or with a sudo that asks nothing), otherwise says in one line what is missing.
#
#   scripts/prerequisites.sh build         to build and serve
#   scripts/prerequisites.sh build test    to run all tests as well
#
# Exit status 0: everything is there. 1: something is missing and could not be installed.
set -euo pipefail

readonly swift_needed='6.3'
# Installed where it can be; without it the part of the tests that wants it says that it skips.
readonly dispensable='libmongoc-dev'

complain() {
    printf 'martlet: %s\n' "$1" >&2
}

at_least() { # version, minimum: `at_least 6.3.1 6.3`
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

check_swift() {
    local version
    if ! command -v swift >/dev/null; then
        complain "swift is missing: install Swift $swift_needed or newer (https://www.swift.org/install), put it on the PATH and run this again"
        return 1
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    if [ -z "$version" ] || ! at_least "$version" "$swift_needed"; then
        complain "Swift $swift_needed or newer is needed, this is ${version:-an unknown version}: see https://www.swift.org/install"
        return 1
    fi
}

# Whether C finds a header.
have_header() { # `have_header zlib.h`
    local compiler
    [ "$(uname)" = Darwin ] && return 0
    for compiler in clang cc gcc; do
        if command -v "$compiler" >/dev/null; then
            printf '#include <%s>\n' "$1" | "$compiler" -E -x c - >/dev/null 2>&1
            return
        fi
    done
    [ -e "/usr/include/$1" ]
}

have_venv() {
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1
}

have_chromium() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null
}

have_firefox() {
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null
}

# For the trait MongoDB. Elsewhere its tests look for it themselves.
have_mongoc() {
    [ "$(uname)" != Linux ] || pkg-config --exists libmongoc-1.0 2>/dev/null
}

have_node() {
    command -v node >/dev/null
}

# Other systems have none, and the one test that wants it says that it skips.
have_strace() {
    [ "$(uname)" != Linux ] || command -v strace >/dev/null
}

# Debian keeps them where only root looks. Elsewhere the tests that want them say that they skip.
have_server() { # `have_server nginx`
    [ "$(uname)" != Linux ] || PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null
}

# Prints the Debian packages that are missing for the given purposes, one a line.
missing_packages() {
    local purpose
    for purpose in "$@"; do
        case $purpose in
            build)
                have_header sqlite3.h || printf 'libsqlite3-dev\n'
                have_header zlib.h || printf 'zlib1g-dev\n'
                ;;
            test)
                have_venv || printf 'python3-venv\n'
                have_chromium || printf 'chromium\n'
                have_firefox || printf 'firefox-esr\n'
                have_node || printf 'nodejs\n'
                have_strace || printf 'strace\n'
                command -v pkg-config >/dev/null || printf 'pkg-config\n'
                have_mongoc || printf 'libmongoc-dev\n'
                command -v openssl >/dev/null || printf 'openssl\n'
                have_server haproxy || printf 'haproxy\n'
                have_server redis-server || printf 'redis-server\n'
                have_server nginx || printf 'nginx-light\n'
                ;;
            *)
                printf 'usage: %s [build] [test]\n' "$0" >&2
                return 64
                ;;
        esac
    done
}

install() (
    as_root=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    printf 'installing: %s\n' "$*"
    # Debian starts each server that it installs, on all addresses, unless this tells it not to. The tests start their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 0755 "$policy"
    fi
    # A missing index of one source need not matter: the installation below tells.
    "${as_root[@]}" apt-get update -qq </dev/null || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
)

check_swift
missing=$(missing_packages "$@")
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086 # one word a package
install $missing || true
missing=$(missing_packages "$@" | grep -vx "$dispensable" | paste -sd ' ' - || true)
if [ -n "$missing" ]; then
    complain "missing and not installed: $missing. On Debian or Ubuntu: sudo apt-get install $missing"
    exit 1
fi
