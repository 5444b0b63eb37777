/** One operation as an augmentation of its own. */
import { z } from "zod";
import type { PictureShape } from "../pictures/picture.ts";
import { defineAugmentation } from "./define.ts";
import type { ByteRule, Magnitudes, Operation } from "./operations/operation.ts";
import { Bins, Bytes, drawMagnitude } from "./strength.ts";

export interface SingleDraw {
  readonly magnitude: number;
  readonly bytes: ByteRule;
}

/** Always this operation, at a strength drawn as TrivialAugment draws it. */
export function single<const Name extends string>(operation: Operation<Name, Magnitudes>) {
  return defineAugmentation({
    ...shared(operation),
    options: z.strictObject({ bins: Bins, bytes: Bytes }),
    draw: (stream, { bins, bytes }): SingleDraw => ({ magnitude: drawMagnitude(stream, operation, bins), bytes }),
  });
}

/** Always this operation, which has no strengths to choose from. */
export function fixed<const Name extends string>(operation: Operation<Name, "none">) {
  return defineAugmentation({
    ...shared(operation),
    options: z.strictObject({ bytes: Bytes }),
    draw: (_stream, { bytes }): SingleDraw => ({ magnitude: 0, bytes }),
  });
}

function shared<const Name extends string>({ name, summary, applyInto }: Operation<Name>) {
  return {
    name,
    summary,
    applyInto: (source: Uint8Array, shape: PictureShape, { magnitude, bytes }: SingleDraw, target: Uint8Array) =>
      applyInto(source, shape, magnitude, target, bytes),
  };
}
