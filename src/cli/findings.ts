/** What `patina doctor` says about a machine: each fact, whether it will do, and what to type where it will not. */
import type { ListedDataSet } from "../data/list.ts";
import type { Machine } from "../engine/machine.ts";

export interface Finding {
  readonly topic: string;
  readonly state: Verdict;
  readonly found: string;
  /** What to type or know, where there is something to do. */
  readonly remedy?: string;
}

/** `missing`: training cannot run without it. `advice`: it runs, but slower or with less. */
export type Verdict = "good" | "advice" | "missing";

/** What the loaded library says of itself, or why it does not load. */
export type Loaded = { readonly threads: number; readonly cudaDevices: number } | { readonly problem: string };

/** The verdicts on a machine and its data sets; `loaded` is undefined where there is no addon to load. */
export function judge(machine: Machine, loaded: Loaded | undefined, sets: readonly ListedDataSet[]): Finding[] {
  return [
    { topic: "Node", state: "good", found: machine.node },
    judgeLibtorch(machine.libtorch),
    ...judgeBlas(machine.blas),
    judgeCompiler(machine),
    judgeAddon(machine.addon),
    ...(loaded ? judgeLoaded(machine, loaded) : []),
    judgeProcessor(machine),
    ...judgeData(sets),
    judgeWeights(machine.weights),
  ];
}

function judgeLibtorch(libtorch: Machine["libtorch"]): Finding {
  const topic = "libtorch";
  if ("problem" in libtorch) return { topic, state: "missing", found: "not found", remedy: libtorch.problem };
  const origin = { LIBTORCH: "LIBTORCH", debian: "Debian's package", python: "Python's torch" }[libtorch.source];
  const kind = libtorch.cuda ? "with CUDA" : "without CUDA";
  return { topic, state: "good", found: `${libtorch.version} ${kind}, ${origin}, in ${libtorch.libraryFolder}` };
}

function judgeBlas(blas: Machine["blas"]): Finding[] {
  if (blas === undefined) return [];
  if (!blas.slow) return [{ topic: "BLAS", state: "good", found: blas.library }];
  const remedy = "The reference BLAS is many times slower. Type: sudo apt-get install libopenblas0-pthread";
  return [{ topic: "BLAS", state: "advice", found: blas.library, remedy }];
}

/** Only building needs it: an addon that is there runs without. */
function judgeCompiler({ compiler, addon }: Machine): Finding {
  const topic = "compiler";
  if (typeof compiler === "string") return { topic, state: "good", found: compiler };
  return { topic, state: "problem" in addon ? "missing" : "advice", found: "none", remedy: compiler.problem };
}

function judgeAddon(addon: Machine["addon"]): Finding {
  const topic = "addon";
  if ("problem" in addon) return { topic, state: "missing", found: "none", remedy: addon.problem };
  if (addon.state === "ready") return { topic, state: "good", found: addon.path };
  const remedy = "It was built from other sources or for another libtorch. Type: patina setup";
  return { topic, state: "advice", found: `${addon.path} is stale`, remedy };
}

function judgeLoaded(machine: Machine, loaded: Loaded): Finding[] {
  if ("problem" in loaded)
    return [{ topic: "loading", state: "missing", found: "the addon does not load", remedy: loaded.problem }];
  const devices = ["cpu", ...Array.from({ length: loaded.cudaDevices }, (_, index) => `cuda:${index}`)];
  return [
    { topic: "threads", state: "good", found: `${loaded.threads} of ${machine.processors} processors` },
    { topic: "devices", state: "good", found: devices.join(", ") },
    ...judgeCuda(machine.libtorch, loaded.cudaDevices),
  ];
}

function judgeCuda(libtorch: Machine["libtorch"], deviceCount: number): Finding[] {
  if ("problem" in libtorch || !libtorch.cuda || deviceCount > 0) return [];
  const remedy = "This libtorch drives NVIDIA's GPUs, but none answers. Look at: nvidia-smi";
  return [{ topic: "CUDA", state: "advice", found: "no device", remedy }];
}

function judgeProcessor({ architecture, vectors }: Machine): Finding {
  const topic = "processor";
  const found = `${architecture}${vectors.length > 0 ? `: ${vectors.join(" ")}` : ""}`;
  if (vectors.includes("avx512_bf16")) return { topic, state: "good", found: `${found} (bfloat16 training pays)` };
  return { topic, state: "good", found: `${found} (no bfloat16 instructions: train in float32)` };
}

/** One's own pictures will do too: a missing data set is never more than advice. */
function judgeData(sets: readonly ListedDataSet[]): Finding[] {
  const topic = "data";
  const there = sets.filter(({ place }) => place !== undefined).map(({ name, place }) => `${name} in ${place}`);
  const missing = sets.filter(({ place }) => place === undefined).map(({ name }) => name);
  const remedy = `To get one: patina data fetch ${missing[0]}   All of them, and other ways: patina data list`;
  return [
    ...(there.length > 0 ? [{ topic, state: "good" as const, found: there.join(", ") }] : []),
    ...(missing.length > 0
      ? [{ topic, state: "advice" as const, found: `not there: ${missing.join(", ")}`, remedy }]
      : []),
  ];
}

/** None are needed to train a classifier; those that came along are named. */
function judgeWeights(weights: readonly string[]): Finding {
  return {
    topic: "weights",
    state: "good",
    found: weights.join(", ") || "none came with this version; none are needed",
  };
}
