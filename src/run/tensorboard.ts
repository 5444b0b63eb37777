/** The journal of a run as an event file of TensorBoard. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files.ts";
import { encodeEventFile, type Scalar } from "../formats/event-file.ts";
import { readJournal } from "./journal.ts";
import type { Run } from "./run.ts";

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

const Timing = z.looseObject({ epoch: z.int(), seconds: z.number(), pictures: z.int(), ended: z.iso.datetime() });

/**
 * Writes `tensorboard/` in the run's folder anew from its journal and timings. Written whole each time, so it says what
 * the journal says, whenever the run was stopped; what was in it before stays as it was, so TensorBoard reads on.
 */
export function writeTensorboard(run: Run): void {
  const timings = readTimings(run.timings.path);
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

/** The timing of each epoch; of one that was carried out twice, the last. */
function readTimings(path: string): Map<number, z.infer<typeof Timing>> {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => Timing.parse(JSON.parse(line))).map((timing) => [timing.epoch, timing]));
}
