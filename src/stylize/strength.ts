/** How far pictures are restyled: α (method.md 4). */
import { z } from "zod";
import type { Stream } from "../random/stream.ts";

export const Strength = z
  .union([
    z.number().min(0).max(1),
    z
      .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
      .refine(([low, high]) => low <= high, "must give the lower end first"),
  ])
  .describe("a number, or an interval [low, high] from which each picture draws its own, in [0, 1]");
export type Strength = z.output<typeof Strength>;

/** α of one picture: the number itself, or one of the interval, all equally likely. */
export function drawStrength(strength: Strength, stream: Stream): number {
  return typeof strength === "number" ? strength : strength[0] + (strength[1] - strength[0]) * stream.uniform();
}
