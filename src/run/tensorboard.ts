/** The journal of a run as an event file of TensorBoard. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.ts";
import { encodeEventFile, type Scalar } from "../formats/event-file.ts";
import { readJournal } from "./journal.ts";
import type { Run } from "./run.ts";
import { readTimings } from "./timings.ts";

/** Keys of the journal and the chart in which each is shown. */
const TAGS = {
  loss: "train/loss",
  learningRate: "train/learning_rate",
  cleanAccuracy: "held_out/accuracy",
  cleanLoss: "held_out/loss",
  robustAccuracy: "held_out/robust_accuracy",
  testAccuracy: "test/accuracy",
  testLoss: "test/loss",
} as const;

/**
 * Writes `tensorboard/` in the run's folder anew from its journal and timings. Written whole each time, so it says what
 * the journal says, whenever the run was stopped; what was in it before stays as it was, so TensorBoard reads on.
 */
export function writeTensorboard(run: Run): void {
  // Of an epoch that was carried out twice, the last.
  const timings = new Map(readTimings(run.timings.path).map((timing) => [timing.epoch, timing]));
  const scalars: Scalar[] = [];
  let wallTime = 0;
  for (const line of readJournal(run.journal.path)) {
    const step = line.epoch ?? 0;
    const timing = timings.get(step);
    if (timing !== undefined) wallTime = Date.parse(timing.ended) / 1000;
    for (const [key, tag] of Object.entries(TAGS) as [keyof typeof TAGS, string][]) {
      const value = line[key];
      // The averaged weights are another network than the last epoch's, at the same step.
      const chart = line.event === "averaged" ? tag.replace("held_out", "averaged") : tag;
      if (value !== undefined) scalars.push({ tag: chart, step, value, wallTime });
    }
    if (line.event === undefined && timing !== undefined)
      scalars.push({ tag: "train/pictures_per_second", step, value: timing.pictures / timing.seconds, wallTime });
  }
  const folder = join(run.path, "tensorboard");
  mkdirSync(folder, { recursive: true });
  // TensorBoard reads every file with "tfevents" in its name.
  writeAtomically(join(folder, "events.out.tfevents.patina"), encodeEventFile(scalars));
}
