#!/bin/sh
# Brings what Patina needs on this machine, each thing only where it is missing. Run again, it does only what changed,
# and needs no network where nothing is missing.
set -eu
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ]; then
  echo "Patina is built for Linux; this is $(uname -s). Run it in a container: docker run -it debian:12" >&2
  exit 1
fi

# Runs a command silently; where it fails, shows what it said.
quietly() {
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "Failed: $*" >&2
    exit 1
  fi
  rm -f "$log"
}

libraries=/usr/lib/$(uname -m)-linux-gnu
has_debian_libtorch() { [ -e "$libraries/libtorch_cpu.so" ] && [ -e /usr/include/torch/csrc/api/include/torch/version.h ]; }
# With its headers: Debian's python3-torch comes without, when recommended packages are left out.
has_python_libtorch() {
  "${PYTHON:-python3}" -c '
import importlib.util, os, sys
torch = importlib.util.find_spec("torch")
sys.exit(torch is None or not os.path.exists(os.path.join(os.path.dirname(torch.origin), "include", "torch")))' 2>/dev/null
}
has_demo_pictures() {
  [ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] || [ -d data/fashion-mnist ]
}

# 1. Packages of the system.
packages=
if ! command -v "${CXX:-g++}" >/dev/null; then packages="$packages g++"; fi
if [ -z "${LIBTORCH:-}" ] && { has_debian_libtorch || ! has_python_libtorch; }; then
  has_debian_libtorch || packages="$packages libtorch-dev"
  # Debian's libtorch multiplies by libblas.so.3, which is the slow reference library unless another one is installed.
  case $(readlink -f "$libraries/libblas.so.3") in
    *openblas* | *mkl* | *blis* | *atlas*) ;;
    *) packages="$packages libopenblas0-pthread" ;;
  esac
fi
# The pictures alone stop nobody who is not root: the demo says how else to get them.
if ! has_demo_pictures && command -v apt-get >/dev/null && { [ -n "$packages" ] || [ "$(id -u)" -eq 0 ]; }; then
  packages="$packages dataset-fashion-mnist"
fi
if [ -n "$packages" ]; then
  # shellcheck disable=SC2086 # a list of words
  scripts/apt.sh "the C++ compiler, libtorch, fast matrix products, and the pictures of the demo" $packages
fi

# 2. A Node that runs TypeScript sources, as a binary from the registry: no install script.
if ! command -v npm >/dev/null; then
  echo "npm is missing. Type: sudo apt-get install nodejs npm   (any Node from 18 on; Patina brings its own Node 24)" >&2
  exit 1
fi
if ! scripts/node/find.sh >/dev/null 2>&1; then
  echo "Installing Node 24 into scripts/node: Patina's sources are TypeScript, which older ones do not run"
  quietly npm ci --prefix scripts/node --ignore-scripts --no-audit --no-fund
fi

# 3. The packages of the lock file.
if ! scripts/node/run.sh node scripts/installed.ts; then
  echo "Installing the npm packages of package-lock.json"
  # onnxruntime's install script would fetch GPU libraries; the tests only need what its package holds.
  quietly env ONNXRUNTIME_NODE_INSTALL=skip scripts/node/run.sh npm ci --ignore-scripts --no-audit --no-fund
fi

# 4. The addon.
bin/patina setup
