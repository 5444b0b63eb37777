import { z } from "zod";
import type { PictureShape } from "../pictures/picture.ts";
import { defineAugmentation } from "./define.ts";

export interface FlipDraw {
  readonly mirrored: boolean;
}

/** Mirrors left and right. Source: method.md 5.1. */
export const flip = defineAugmentation({
  name: "flip",
  summary: "Mirrors left and right",
  options: z.strictObject({
    probability: z.number().min(0).max(1).default(0.5).describe("share of pictures mirrored"),
  }),
  draw: (stream, { probability }): FlipDraw => ({ mirrored: stream.uniform() < probability }),
  applyInto(source, shape, { mirrored }, target) {
    if (mirrored) mirrorInto(source, shape, target);
    else target.set(source);
  },
});

export function mirrorInto(source: Uint8Array, { height, width, channels }: PictureShape, target: Uint8Array): void {
  const row = width * channels;
  let at = 0;
  for (let y = 0; y < height; y++)
    if (channels === 1) for (let from = (y + 1) * row - 1; at < (y + 1) * row; from--) target[at++] = source[from]!;
    else
      for (let from = (y + 1) * row - 3; at < (y + 1) * row; from -= 3, at += 3) {
        target[at] = source[from]!;
        target[at + 1] = source[from + 1]!;
        target[at + 2] = source[from + 2]!;
      }
}
