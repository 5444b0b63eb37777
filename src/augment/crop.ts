import { z } from "zod";
import { defineAugmentation } from "./define.ts";
import { moveInto } from "./operations/move.ts";

/** Where the crop's upper left corner lies in the picture; negative: outside, in the black padding. */
export interface CropDraw {
  readonly top: number;
  readonly left: number;
}

/** Pads with black on all sides and cuts a piece of the old size out. Source: method.md 5.1. */
export const crop = defineAugmentation({
  name: "crop",
  summary: "Pads with black and cuts a piece of the old size out, anywhere",
  options: z.strictObject({
    padding: z
      .int()
      .min(0)
      .max(1024)
      .default(4)
      .describe("pixels on each side, 0 to 1024; the paper: 4 for 32x32, 8 for 64x64, 28 for 224x224"),
  }),
  draw: (stream, { padding }): CropDraw => ({
    top: stream.integer(-padding, padding),
    left: stream.integer(-padding, padding),
  }),
  applyInto: (source, shape, { top, left }, target) => moveInto(source, shape, -top, -left, target),
});
