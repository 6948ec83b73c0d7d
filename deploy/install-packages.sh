#!/bin/sh
# Installs the system libraries (and curl) that are missing, and says exactly what to do where it can't.
set -eu

missing=""
for package in libpng-dev zlib1g-dev libjpeg-dev libopenblas-dev libsqlite3-dev; do
    # libjpeg-dev is a dummy package that pulls in the real one; its status is what apt knows.
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
# Only `make run` needs it, to label the sample picture as a user would.
command -v curl >/dev/null 2>&1 || missing="$missing curl"

if ! command -v swift >/dev/null 2>&1; then
    echo "swift is not on the PATH: install Swift 6.3 or later from https://www.swift.org/install/linux/" >&2
    exit 1
fi
[ -n "$missing" ] || exit 0

give_up() {
    echo "$1" >&2
    echo "Install these packages and run make again:" >&2
    echo "    sudo apt-get install -y$missing" >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || give_up "This system has no apt-get (the project is made for Debian 12)."
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    give_up "Not root, and there is no sudo."
fi

echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # the lists are meant to be split
{ $as_root apt-get update -qq && $as_root apt-get install -y -qq $missing; } || give_up "apt-get failed."
