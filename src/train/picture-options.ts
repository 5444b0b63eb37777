/** What happens to training pictures: the mixture of originals and synthetic ones, restyling, and rules (method.md 1). */
import { z } from "zod";
import { crop } from "../augment/crop.ts";
import { Augment } from "../augment/options.ts";
import type { PipelineOptions } from "../augment/pipeline.ts";
import { PoolOptions } from "../data/pool.ts";
import { RestyleOptions } from "../stylize/options.ts";
import { Strength } from "../stylize/strength.ts";
import { scheduled } from "./scheduled.ts";

const share = (description: string) => z.number().min(0).max(1).describe(description);

const Stylize = z
  .strictObject({
    probability: scheduled(share("in [0, 1]"))
      .prefault(0)
      .describe("share of these pictures that are restyled in every epoch, exactly, in [0, 1]; may change over epochs"),
    strength: scheduled(Strength).prefault(1).describe("how far, from 0 (not at all) to 1; may change over epochs"),
  })
  .describe("restyling in the styles of paintings");
export type StylizeOptions = z.output<typeof Stylize>;

const rules = {
  flip: z.number().min(0).max(1).default(0.5).describe("probability of a horizontal flip, in [0, 1]"),
  crop: z
    .union([z.enum(["none", "standard"]), crop.options])
    .default("standard")
    .describe('black padding, then a random crop; "standard" is the data set\'s: 4 pixels at 32, 8 at 64'),
  augment: Augment.default([]),
  stylize: Stylize.prefault({}),
  combine: z
    .enum(["and", "or"])
    .default("and")
    .describe('whether restyled pictures are augmented too: "and"; "or" only flips and crops them'),
};

/** What happens to original pictures. */
export const OriginalOptions = z.strictObject(rules);
export type OriginalOptions = z.output<typeof OriginalOptions>;

/** The synthetic pictures, and what happens to them. */
export const SyntheticOptions = z.strictObject({
  pool: PoolOptions,
  share: scheduled(share("in [0, 1]")).describe(
    "share of every batch that is synthetic, in [0, 1]; may change over epochs",
  ),
  ...rules,
});
export type SyntheticOptions = z.output<typeof SyntheticOptions>;

/** Which stylizer restyles, and when. */
export const StylizerUse = RestyleOptions.extend({
  weights: z
    .string()
    .min(1)
    .default("own")
    .describe('"own" is the stylizer that comes with Patina; else a file of one'),
  styles: z.string().min(1).default("own").describe('"own" are the styles that come with it; else a file of a bank'),
  schedule: z
    .enum(["auto", "before", "ahead"])
    .default("auto")
    .describe(
      "when pictures are restyled: before each epoch, a few batches ahead of training, or what is faster; the same bytes",
    ),
});
export type StylizerUse = z.output<typeof StylizerUse>;

/** The rules for the pipeline. @param cropPadding of the data set, in pixels */
export function pipelineOptions(
  { flip, crop, augment }: Pick<OriginalOptions, "flip" | "crop" | "augment">,
  cropPadding: number,
): PipelineOptions {
  return { flip, crop: crop === "standard" ? { padding: cropPadding } : crop, augment };
}
