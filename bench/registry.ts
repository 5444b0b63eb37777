/** The benchmarks, each with its rows and their goals. A new one is a file and a line here, and its rows in docs/benchmarks.md. */
import type { Goal } from "./goal.ts";
import { originalMs, slowAt224 } from "./originals.ts";
import type { Row } from "./row.ts";

export interface Bench {
  readonly name: string;
  /** The rows that it may give, in their order, each with its goal. */
  readonly rows: Readonly<Record<string, Goal | "none">>;
  /** Loads only what is asked for: each bench starts with a clean memory. */
  load(): Promise<{ run(): Promise<Row[]> }>;
}

const ratio = (bound: Goal["bound"], limit: number): Goal => ({ of: "ratio", bound, limit });
const ours = (bound: Goal["bound"], limit: number): Goal => ({ of: "ours", bound, limit });

const withoutGoal = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "none" as const]));

export const benches: readonly Bench[] = [
  {
    name: "step",
    rows: { step: ratio("at most", 0.66), "step-bf16": ratio("at most", 0.37) },
    load: () => import("./step.ts"),
  },
  {
    name: "op",
    rows: { add: ratio("at most", 0.9) },
    load: () => import("./op.ts"),
  },
  {
    name: "augment",
    rows: { "trivial-augment": ratio("at least", 8), "flip-crop-trivial-augment": ratio("at least", 8) },
    load: () => import("./augment.ts"),
  },
  {
    name: "loader",
    rows: {
      "loader-1-worker": ours("at least", 20_000),
      "loader-2-workers": ours("at least", 40_000), // 20,000 a worker
      "loader-memory": "none",
    },
    load: () => import("./loader.ts"),
  },
  {
    name: "memory",
    rows: { "steps-growth": "none", "cifar10-load": ours("at most", 250) },
    load: () => import("./memory.ts"),
  },
  {
    name: "pool",
    rows: { "pool-read": ours("at most", 2), "pool-memory": ours("at most", 200) },
    load: () => import("./pool.ts"),
  },
  {
    name: "corrupt",
    rows: {
      ...withoutGoal(Object.keys(originalMs)),
      mean: ratio("at least", 12),
      "c-total": ours("at most", 2.5),
      "c-bar-total": ours("at most", 4),
      ...withoutGoal(slowAt224.map((name) => `${name}-224`)),
    },
    load: () => import("./corrupt.ts"),
  },
  {
    name: "evaluate",
    rows: { "corruption-share": ours("at most", 0.15) },
    load: () => import("./evaluate.ts"),
  },
  {
    name: "stylize",
    rows: {
      "vgg-224": ratio("at most", 0.95),
      "vgg-64": ratio("at most", 0.95),
      "own-64": ours("at most", 1.5),
      "own-32": ours("at most", 0.4),
    },
    load: () => import("./stylize.ts"),
  },
  {
    name: "epoch",
    rows: { "wide-resnet-28-4": ratio("at most", 1.05), "wide-resnet-10-2": ratio("at most", 1.25) },
    load: () => import("./epoch.ts"),
  },
];

/** The goal of a row; undefined for a row that no bench names. */
export function goalOf(row: string): Goal | "none" | undefined {
  return benches.find(({ rows }) => Object.hasOwn(rows, row))?.rows[row];
}
