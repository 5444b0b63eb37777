/** How a stylizer of our own is trained. */
import { z } from "zod";
import { CompactOptions } from "../options.ts";

const rate = (value: number) =>
  z.number().positive().default(value).describe("above 0; rises for the first steps, then falls to 0 in one cosine");

const rebuildWeight = (value: number, beside: string) =>
  z.number().min(0).default(value).describe(`of the squared error of the pixels of rebuilt pictures ${beside}, from 0`);

export const StylizerTrainingOptions = z
  .strictObject({
    content: z
      .array(z.string().min(1))
      .min(1)
      .describe("data sets whose pictures are restyled, and whose classes the encoder learns to tell"),
    style: z.string().min(1).describe("folder, zip or tar of style pictures"),
    size: z
      .int()
      .min(32)
      .max(256)
      .refine((size) => size % 16 === 0, "must be a multiple of 16")
      .default(64)
      .describe("side of the pictures in pixels, 32 to 256, a multiple of 16; every other batch has half of it"),
    stylizer: CompactOptions.prefault({ kind: "compact" }).describe("the network"),
    encoder: z
      .strictObject({
        steps: z.int().min(1).default(10_000).describe("steps of the encoder, at least 1"),
        batch: z.int().min(2).default(32).describe("pictures in a step, at least 2"),
        learningRate: rate(2e-3),
        rebuildWeight: rebuildWeight(1000, "beside the loss of telling classes"),
      })
      .prefault({})
      .describe("the encoder learns to tell the classes of the content, and to keep what a picture is rebuilt from"),
    decoder: z
      .strictObject({
        steps: z.int().min(1).default(20_000).describe("steps of the decoder, at least 1"),
        batch: z.int().min(2).default(8).describe("pictures in a step, at least 2; a quarter of them is only rebuilt"),
        learningRate: rate(1e-3),
        styleWeight: z.number().min(0).default(100).describe("of the style loss beside the content loss, from 0"),
        rebuildWeight: rebuildWeight(1000, "beside the content loss"),
        smoothWeight: z
          .number()
          .min(0)
          .default(200)
          .describe("of the squared steps of colour from pixel to pixel in restyled pictures, from 0"),
      })
      .prefault({})
      .describe("the decoder learns to make pictures of features"),
    precision: z
      .enum(["float32", "bfloat16"])
      .default("float32")
      .describe("what convolutions compute with in steps; bfloat16 pays on processors that have it"),
    seed: z.int().min(0).default(0).describe("the one number from which all randomness comes, from 0"),
  })
  // Half of it in every other batch, a stride of that cut off, and still two places each way.
  .refine(({ size, stylizer }) => size >= 6 * 2 ** stylizer.channels.length, {
    message: "must be at least 48 for 3 stages",
    path: ["size"],
  });
export type StylizerTrainingOptions = z.output<typeof StylizerTrainingOptions>;
