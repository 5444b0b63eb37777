/** Which stylizer, and how pictures go through it. */
import { z } from "zod";

const Vgg19Options = z
  .strictObject({ kind: z.literal("vgg-19") })
  .describe("the published one: VGG-19 to relu4_1, 7 million weights, made for 224 px");

export const CompactOptions = z
  .strictObject({
    kind: z.literal("compact"),
    channels: z
      .array(z.int().min(1).max(1024))
      .min(2)
      .max(3)
      .default([48, 128])
      .describe("of each stage, 1 to 1024, for 2 or 3 stages; each stage first halves the sides"),
    convolutions: z
      .array(z.int().min(1).max(8))
      .default([2])
      .describe("of each stage but the last, which has one; 1 to 8"),
  })
  .refine(({ channels, convolutions }) => convolutions.length === channels.length - 1, {
    message: "must have one number a stage, but for the last stage",
    path: ["convolutions"],
  })
  .describe("our own, for pictures of 32 and 64 px");

export type CompactOptions = z.infer<typeof CompactOptions>;

export const StylizerOptions = z.discriminatedUnion("kind", [CompactOptions, Vgg19Options]);
export type StylizerOptions = z.infer<typeof StylizerOptions>;

export const RestyleOptions = z.strictObject({
  size: z
    .union([z.literal("native"), z.int().min(8).max(1024)])
    .default("native")
    .describe(
      'shorter side while pictures are restyled, 8 to 1024 pixels; the paper\'s is 224, "native" is that of the pictures',
    ),
  compat: z
    .enum(["none", "reference"])
    .default("none")
    .describe('"reference" gives pictures their size back as the paper\'s code does, which skips pixels'),
  precision: z
    .enum(["float32", "bfloat16"])
    .default("float32")
    .describe("what convolutions compute with; bfloat16 pays on processors that have it"),
});
export type RestyleOptions = z.infer<typeof RestyleOptions>;
