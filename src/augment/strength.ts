/** What the augmentations that are made of operations share: the options for strength and bytes, and its draw. */
import { z } from "zod";
import type { Stream } from "../random/stream.ts";
import type { Operation } from "./operations/operation.ts";

export const Bins = z.int().min(2).default(31).describe("strengths to choose from, evenly spaced");

export const Bytes = z
  .enum(["tensor", "pil"])
  .default("tensor")
  .describe("round as torchvision's tensor functions, or as Pillow");

/** One bin, each as probable; then, for a signed operation, minus one time in two. */
export function drawMagnitude(stream: Stream, { magnitudes }: Operation, bins: number): number {
  if (magnitudes === "none") return 0;
  const magnitude = magnitudes.at(stream.integer(0, bins - 1), bins);
  return magnitudes.signed && stream.integer(0, 1) === 1 ? -magnitude : magnitude;
}
