/** The other side of a comparison: a Python process with PyTorch that measures on request, so that rounds interleave. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const python = process.env.PYTHON ?? "/usr/bin/python3";
const findTorch = "import importlib.util as u, sys; sys.exit(0 if u.find_spec('torch') else 1)";

export interface Peer {
  /** Sends one line and waits for the line that answers it, which is JSON. */
  ask(line: string): Promise<unknown>;
  end(): void;
}

/**
 * Starts bench/peers/<name>.py with as many threads as this side and the same way of waiting; undefined where Python
 * has no PyTorch.
 */
export function startPeer(name: string, threads: number): Peer | undefined {
  if (spawnSync(python, ["-c", findTorch], { stdio: "ignore" }).status !== 0) return undefined;
  const script = fileURLToPath(new URL(`./peers/${name}.py`, import.meta.url));
  const count = String(threads);
  const child: ChildProcessWithoutNullStreams = spawn(python, ["-u", script], {
    env: { ...process.env, OMP_WAIT_POLICY: "passive", OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count },
  });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error(`${script}: ended without an answer. Its own words are above.`);
      return JSON.parse(answer.value);
    },
    end: () => child.stdin.end(),
  };
}

/** The value in the middle, or the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
