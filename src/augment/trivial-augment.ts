/**
 * TrivialAugment (wide): one operation, one strength, both uniform. Müller and Hutter: TrivialAugment: tuning-free yet
 * state-of-the-art data augmentation (2021); operations and strengths as torchvision's TrivialAugmentWide, method.md 5.2.
 */
import { z } from "zod";
import { defineAugmentation } from "./define.ts";
import { type OperationName, trivialAugmentOperations } from "./operations/list.ts";
import type { ByteRule, Operation } from "./operations/operation.ts";
import { Bins, Bytes, drawMagnitude } from "./strength.ts";

export interface TrivialAugmentDraw {
  readonly operation: OperationName;
  /** In what the operation counts by, with its sign; 0 where it has none. */
  readonly magnitude: number;
  readonly bytes: ByteRule;
}

export const trivialAugment = defineAugmentation({
  name: "trivial-augment",
  summary: "One of 14 operations at one of its strengths, all equally probable",
  options: z.strictObject({ bins: Bins, bytes: Bytes }),
  draw(stream, { bins, bytes }): TrivialAugmentDraw {
    const operation = trivialAugmentOperations[stream.integer(0, trivialAugmentOperations.length - 1)]!;
    return { operation: operation.name, magnitude: drawMagnitude(stream, operation, bins), bytes };
  },
  applyInto(source, shape, { operation, magnitude, bytes }, target) {
    byName.get(operation)!.applyInto(source, shape, magnitude, target, bytes);
  },
});

const byName = new Map<OperationName, Operation>(
  trivialAugmentOperations.map((operation) => [operation.name, operation]),
);
