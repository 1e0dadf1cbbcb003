#!/bin/sh
# Installs what the browser tests need from Debian, if it is missing: the browser and its fonts.
set -eu

wanted="chromium fonts-noto-core fonts-noto-color-emoji"

if ! command -v dpkg-query >/dev/null; then
    command -v chromium >/dev/null && exit 0
    echo "The browser tests need chromium and the Noto fonts; please install them." >&2
    exit 1
fi

missing=""
for package in $wanted; do
    case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
        installed) ;;
        *) missing="$missing $package" ;;
    esac
done
test -n "$missing" || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "The browser tests need Debian packages. As root, run: apt-get install$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi

echo "Installing$missing ..."
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086  # both are lists of words
if ! { $as_root apt-get -qq update && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "These Debian packages could not be installed:$missing" >&2
    exit 1
fi
