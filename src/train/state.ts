/** What a checkpoint of training holds, written and read. */
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import { LossScalerState } from "../nn/loss-scaler.ts";
import {
  BEST,
  type Checkpoint,
  checkpointName,
  forgetCheckpointsAfter,
  partOf,
  prefixed,
  writeCheckpoint,
  writePair,
} from "../run/checkpoint.ts";
import type { JournalLine } from "../run/journal.ts";
import { lossScalerOf } from "./step.ts";
import type { Training } from "./training.ts";

/** Where a run stands. All numbers are exact in JSON: a sum that is resumed ends with the same bytes. */
export const Position = z.strictObject({
  /** Epochs that are done. */
  epoch: z.int(),
  /** Steps that are done of the epoch begun. */
  step: z.int(),
  /** Sum of the losses of its pictures so far, and their number. */
  lossSum: z.number(),
  pictures: z.int(),
  /** Highest accuracy on the held-out pictures so far. */
  bestAccuracy: z.number().optional(),
});
export type Position = z.infer<typeof Position>;

const State = z.strictObject({
  position: Position,
  /** Weights in the running mean. */
  averagedCount: z.int(),
  /** Lines of the files that grow, when this was written. */
  journalLines: z.int(),
  drawsLines: z.int(),
  /** Only where the loss is scaled. */
  lossScaler: LossScalerState.optional(),
});

export const startPosition = (): Position => ({ epoch: 0, step: 0, lossSum: 0, pictures: 0 });

/** Writes all that is needed to go on from here to the same end. */
export function saveCheckpoint({ run, trainee, averaged, position }: Training): void {
  const tensors = new Map<string, PlainArray>([
    ...prefixed("network", trainee.network.stateDict()),
    ...prefixed("optimizer", trainee.optimizer.stateDict()),
    ...prefixed("averaged", averaged?.stateDict() ?? new Map()),
  ]);
  const state: z.infer<typeof State> = {
    position,
    averagedCount: averaged?.count ?? 0,
    journalLines: run.journal.length,
    drawsLines: run.draws.length,
    lossScaler: lossScalerOf(trainee)?.toState(),
  };
  writeCheckpoint(run.checkpoints, { name: checkpointName(position.epoch, position.step), tensors, state });
}

/** Keeps the weights that were best on the held-out pictures so far. */
export function saveBest({ run, trainee }: Training, line: JournalLine): void {
  writePair(run.checkpoints, BEST, trainee.network.stateDict(), line);
}

/** Puts a training where its checkpoint was written; the journal forgets what came after. */
export function restore(training: Training, checkpoint: Checkpoint): void {
  const state = State.safeParse(checkpoint.state);
  if (!state.success)
    throw new PatinaError(
      "file-damaged",
      `${training.run.path}: checkpoint ${checkpoint.name} has another form than this version writes. Resume it with the version that began it.`,
    );
  const { run, trainee, averaged } = training;
  trainee.network.loadStateDict(partOf("network", checkpoint), `checkpoint ${checkpoint.name}`);
  trainee.optimizer.loadStateDict(partOf("optimizer", checkpoint));
  if (state.data.lossScaler !== undefined) lossScalerOf(trainee)?.loadState(state.data.lossScaler);
  averaged?.loadStateDict(partOf("averaged", checkpoint), state.data.averagedCount);
  forgetCheckpointsAfter(run.checkpoints, checkpoint.name);
  run.journal.truncate(state.data.journalLines);
  run.draws.truncate(state.data.drawsLines);
  training.position = state.data.position;
}
