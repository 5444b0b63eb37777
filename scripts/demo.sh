#!/bin/sh
# make demo: trains a small network on Fashion-MNIST, measures it on corrupted pictures, writes a report.
# Called again after a kill, it goes on where it was; called again after its end, it only tells the result.
set -eu
cd "$(dirname -- "$0")/.."
PATINA_COMMAND=bin/patina
export PATINA_COMMAND
say() { printf '\n%s\n' "$*"; }

# The newest run of the demo, if there is one.
run=$(ls -td runs/demo-*[0-9a-f]/ 2>/dev/null | head -n 1)
run=${run%/}
if [ -n "$run" ]; then
  say "1/3 Training: $run is there and goes on (a new one: rm -r $run)"
  bin/patina train --resume "$run"
else
  say "1/3 Training a WideResNet on the 60,000 pictures of Fashion-MNIST; about two minutes on two cores"
  bin/patina train fashion-mnist --name demo
  run=$(ls -td runs/demo-*[0-9a-f]/ | head -n 1)
  run=${run%/}
fi

say "2/3 Corrupting 1,000 of the test pictures in 25 ways, at 5 severities each, and measuring the network on them"
bin/patina evaluate "$run" --suite c15 --suite c-bar --subset 1000

say "3/3 Writing the report"
bin/patina report "$run"
