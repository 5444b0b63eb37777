#!/bin/sh
# Runs a command with the Node of find.sh first on PATH.  run.sh npm run typecheck
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
node=$("$here/find.sh")
PATH=$(dirname "$node"):$PATH exec "$@"
