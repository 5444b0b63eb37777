/** One operation as an augmentation of its own. */
import { z } from "zod";
import { defineAugmentation } from "./define.ts";
import type { ByteRule, Operation } from "./operations/operation.ts";
import { Bins, Bytes, drawMagnitude } from "./strength.ts";

export interface SingleDraw {
  readonly magnitude: number;
  readonly bytes: ByteRule;
}

/** Always this operation, at a strength drawn as TrivialAugment draws it. */
export function single<const Name extends string>(operation: Operation<Name>) {
  return defineAugmentation({
    name: operation.name,
    summary: operation.summary,
    options: z.strictObject({ bins: Bins, bytes: Bytes }),
    draw: (stream, { bins, bytes }): SingleDraw => ({ magnitude: drawMagnitude(stream, operation, bins), bytes }),
    applyInto: (source, shape, { magnitude, bytes }, target) =>
      operation.applyInto(source, shape, magnitude, target, bytes),
  });
}
