#!/bin/sh
# Prints the path of a Node >= 24: the one on PATH if new enough, else the one that `make setup` installed here.
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }
for node in "$(command -v node)" "$here"/node_modules/node-linux-*/bin/node; do
  if [ -x "$node" ] && [ "$(major "$node")" -ge 24 ]; then echo "$node"; exit 0; fi
done
echo "patina: no Node 24 or newer was found. Type: make setup" >&2
exit 1
