/** How a figure came about: the same settings for both sides, and what is said of them on stderr. */
import { cpus, loadavg } from "node:os";
import { libtorchInfo, setThreadCount } from "../src/engine/device.ts";
import { allocatorStatistics, fusedVectors } from "../src/engine/ops/fused.ts";
import { isQuick } from "./rounds.ts";

/** What else the machine did before the bench began: later the bench itself is in it. */
const load = loadavg()[0]!;

/**
 * So many threads, here and in the peers that are started afterwards. Threads that wait sleep: the sides take turns, and
 * one that spins between its rounds would slow the other's. Comes before the engine's first use: libgomp and OpenBLAS
 * read these when they are loaded.
 */
export function useThreads(count: number): void {
  const threads = String(count);
  Object.assign(process.env, {
    OMP_WAIT_POLICY: "passive",
    OMP_NUM_THREADS: threads,
    OPENBLAS_NUM_THREADS: threads,
  });
}

/** The same for a bench of the engine, which is loaded. Returns what is to be said of it. */
export function useEngine(threads: number): string {
  useThreads(threads);
  setThreadCount(threads);
  return (
    `${threads} ${threads === 1 ? "thread" : "threads"}, OMP_WAIT_POLICY=passive; ours: libtorch ${libtorchInfo().version}, ` +
    `${allocatorStatistics().kind} allocator, ${fusedVectors()} loops`
  );
}

/** One line on stderr: the bench, its facts, and the machine. */
export function tellMethod(bench: string, ...facts: string[]): void {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "processor"}, load ${load.toFixed(1)} at the start`;
  const quick = isQuick ? ["QUICK: these figures mean nothing"] : [];
  process.stderr.write(`${bench}: ${[...facts, machine, `Node ${process.versions.node}`, ...quick].join("; ")}\n`);
}
