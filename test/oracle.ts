/** The oracle: Python with PyTorch and torchvision, where it is installed (`make oracle`). Tests without it are skipped
 *  by name: `test(name, { skip: noOracle }, ...)`. */
import { execFileSync, spawnSync } from "node:child_process";

const candidate = process.env.PYTHON ?? "/usr/bin/python3";

// Finding a package is cheap, importing it takes seconds.
const probe = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, sys.argv[1:])))";

/** The Python that has all these packages, or undefined. */
export function pythonWith(...packages: string[]): string | undefined {
  return spawnSync(candidate, ["-c", probe, ...packages], { stdio: "ignore" }).status === 0 ? candidate : undefined;
}

/** The Python that has PyTorch, or undefined. */
export const python = pythonWith("torch");

/** For the `skip` of a test: false where the oracle is there, otherwise why not. */
export const noOracle: string | false =
  python === undefined ? `${candidate} has no PyTorch (make oracle installs it)` : false;

/** Runs a Python script, with `input` as its standard input, on one thread; returns what it prints. */
export function oracle(script: string, input = "", program = python): string {
  if (program === undefined) throw new Error("the oracle is not installed: skip this test where `python` is undefined");
  const environment = { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  return execFileSync(program, ["-c", script], {
    input,
    encoding: "utf8",
    env: environment,
    maxBuffer: 2 ** 30,
  });
}
