/** From pictures to what a model says of each. */
import { createHash } from "node:crypto";
import type { CorruptedBatch } from "../benchmark/source.ts";
import { PatinaError } from "../errors.ts";
import type { Cell } from "./cell-file.ts";
import type { MeasuredModel } from "./model.ts";

export interface MeasureSettings {
  /** For messages. */
  name: string;
  /** Pictures that there must be. */
  count: number;
  /** Awaited after each batch with the pictures in it; may throw, to end early. */
  pause(count: number): Promise<void>;
}

/**
 * Measures all batches, in their order.
 * @throws PatinaError `data` where a label is of no class, or there are more or fewer pictures; `not-finite`; what reading
 * and `pause` throw
 */
export async function measureCell(
  model: MeasuredModel,
  batches: AsyncIterator<CorruptedBatch>,
  { name, count, pause }: MeasureSettings,
): Promise<Cell> {
  const labels = new Uint16Array(count);
  const predicted = new Uint16Array(count);
  const confidence = new Float32Array(count);
  const pictures = createHash("sha256");
  let done = 0;
  for (;;) {
    const { value: batch, done: isOver } = await batches.next();
    if (isOver) break;
    if (done + batch.count > count) throw otherCount(name, count, `more than ${count}`);
    pictures.update(batch.bytes);
    labels.set(batch.labels, done);
    checkLabels(name, labels.subarray(done, done + batch.count), done, model.classCount);
    const scores = await model.scores(batch.bytes, batch.count);
    for (let place = 0; place < batch.count; place++) {
      const judged = judge(scores.subarray(place * model.classCount, (place + 1) * model.classCount), model.gives);
      if (judged === undefined) throw notFinite(model, name, done + place);
      predicted[done + place] = judged.predicted;
      confidence[done + place] = judged.confidence;
    }
    done += batch.count;
    await pause(batch.count);
  }
  if (done !== count) throw otherCount(name, count, String(done));
  const digest = pictures.update(new Uint8Array(labels.buffer)).digest("hex");
  return { labels, predicted, confidence, digest, computed: model.computed };
}

/** Class and probability of the highest score, by softmax in single precision; undefined where a score is not finite. */
function judge(
  scores: Float32Array,
  gives: MeasuredModel["gives"],
): { predicted: number; confidence: number } | undefined {
  let predicted = 0;
  for (let index = 1; index < scores.length; index++) if (scores[index]! > scores[predicted]!) predicted = index;
  const highest = scores[predicted]!;
  if (gives === "probabilities") {
    const isWhole = scores.every((score) => Number.isFinite(score));
    return isWhole ? { predicted, confidence: Math.min(1, highest) } : undefined; // beyond by rounding only
  }
  let sum = 0;
  // Rounded at every step: where a model is sure, the sum is exactly 1, which is a bin of its own (metrics.md 3).
  for (const score of scores) sum = Math.fround(sum + Math.fround(Math.exp(Math.fround(score - highest))));
  return Number.isFinite(sum) ? { predicted, confidence: Math.fround(1 / sum) } : undefined;
}

function checkLabels(name: string, labels: Uint16Array, first: number, classCount: number): void {
  const wrong = labels.findIndex((label) => label >= classCount);
  if (wrong >= 0)
    throw new PatinaError(
      "data",
      `${name}: picture ${first + wrong} has the label ${labels[wrong]}, but the model knows ${classCount} classes, from 0 on. Name the pictures that it was trained for.`,
    );
}

function otherCount(name: string, expected: number, found: string): PatinaError {
  return new PatinaError("data", `${name}: holds ${found} pictures, ${expected} were expected. Copy or make it again.`);
}

function notFinite({ name: model }: MeasuredModel, name: string, index: number): PatinaError {
  return new PatinaError(
    "not-finite",
    `${model}: its scores for picture ${index} of ${name} are not finite numbers. Check its weights, and how pictures are prepared for it.`,
  );
}
