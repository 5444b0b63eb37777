#!/bin/sh
# Installs Debian packages, or prints what to type where it cannot.  apt.sh WHY PACKAGE...
set -eu
why=$1
shift

missing=
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086 # a list of words
set -- $missing
command="apt-get install --yes --no-install-recommends $*"

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  {
    echo "Missing: $*   ($why)"
    if command -v apt-get >/dev/null; then
      echo "Installing packages needs root. Type:"
      echo "  sudo apt-get update && sudo $command"
    else
      echo "This system has no apt-get. Install by its own means:"
      echo "  a C++ compiler     g++ 9 or newer (or set CXX)"
      echo "  libtorch           pip install torch (set PYTHON to that Python), or set LIBTORCH to an unpacked libtorch"
      echo "On Debian 12 it is: $command"
    fi
    echo "Then type make again."
  } >&2
  exit 1
fi

echo "Installing $*: $why"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && $command; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get failed; its own words stand above. Without network, install by hand: $*" >&2
  exit 1
fi
