/** The steps of a part of training a stylizer, with journal and checkpoints. */
import { REPORT_MS } from "../../data/progress.ts";
import { PatinaError } from "../../errors.ts";
import type { Module } from "../../nn/module.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import {
  type Checkpoint,
  checkpointName,
  forgetCheckpointsAfter,
  partOf,
  prefixed,
  writeCheckpoint,
} from "../../run/checkpoint.ts";
import type { Work } from "./work.ts";

/** Steps between lines of the journal, between checkpoints, and between measurements with a sheet of pictures. */
const EVERY = { line: 100, checkpoint: 500, measurement: 2500 } as const;
/** What a checkpoint says beside its tensors. */
export interface State {
  readonly part: "encoder" | "decoder";
  readonly step: number;
  readonly journalLines: number;
}

export const stateOf = ({ state }: Checkpoint): State => state as State;

export interface Part {
  readonly part: State["part"];
  readonly steps: number;
  readonly module: Module;
  readonly optimizer: Optimizer;
  readonly checkpoint: Checkpoint | undefined;
}

export interface Steps {
  /** One update; what it returns is averaged for the journal. */
  step(step: number): Record<string, number>;
  /** What is measured now and then, for the journal. */
  measure(step: number): Promise<object>;
}

/** Steps from where the checkpoint stands to the end, with journal and checkpoints. */
export async function takeSteps(
  work: Work,
  { part, steps, module, optimizer, checkpoint }: Part,
  does: Steps,
): Promise<void> {
  const { folder, settings } = work;
  const tensorsName = part === "encoder" ? "trainee" : "stylizer";
  let step = 0;
  if (checkpoint !== undefined) {
    module.loadStateDict(partOf(tensorsName, checkpoint), checkpoint.name);
    optimizer.loadStateDict(partOf("optimizer", checkpoint));
    forgetCheckpointsAfter(folder.checkpoints, checkpoint.name);
    step = stateOf(checkpoint).step;
  }
  const save = () => {
    const tensors = new Map([
      ...prefixed(tensorsName, module.stateDict()),
      ...prefixed("optimizer", optimizer.stateDict()),
    ]);
    const state: State = { part, step, journalLines: folder.journal.length };
    writeCheckpoint(folder.checkpoints, { name: checkpointName(part === "encoder" ? 0 : 1, step), tensors, state });
  };
  let sums: Record<string, number> = {};
  let told = 0;
  while (step < steps) {
    const values = does.step(step++);
    for (const [key, value] of Object.entries(values)) {
      if (!Number.isFinite(value))
        throw new PatinaError(
          "not-finite",
          `${folder.path}: ${key} of the ${part} became ${value} at step ${step}. The last checkpoint is whole. Try a lower ${part}.learningRate in a new folder.`,
        );
      sums[key] = (sums[key] ?? 0) + value;
    }
    if (step % EVERY.line === 0 || step === steps) {
      const count = step % EVERY.line || EVERY.line; // checkpoints, where one goes on, stand at ends of lines
      const means = Object.entries(sums).map(([key, sum]) => [key, sum / count]);
      folder.journal.append({ part, step, ...Object.fromEntries(means) });
      sums = {};
    }
    if (step % EVERY.measurement === 0 || step === steps)
      folder.journal.append({ part, step, ...(await does.measure(step)) });
    if (step % EVERY.checkpoint === 0 || step === steps) save();
    if (performance.now() - told > REPORT_MS) {
      told = performance.now();
      settings.report?.({ kind: "wait", what: `training the ${part}`, done: step, total: steps, unit: "steps" });
      await new Promise((resolve) => setImmediate(resolve)); // signals are heard
      if (settings.signal?.aborted)
        throw new PatinaError(
          "interrupted",
          `${folder.path}: stopped. The same command goes on from the last checkpoint, at most ${EVERY.checkpoint} steps before.`,
        );
    }
  }
}
