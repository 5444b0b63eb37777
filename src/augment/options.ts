/** How experiments write their augmentations: names, or names with options. */
import { z } from "zod";
import { augmentations, unknownAugmentation } from "./registry.ts";

type Registered = (typeof augmentations)[number];

/** `"trivial-augment"`, or `{ kind: "trivial-augment", bytes: "pil" }`. */
export type AugmentationInput = {
  [One in Registered as One["name"]]: One["name"] | ({ kind: One["name"] } & z.input<One["options"]>);
}[Registered["name"]];

/** The same with every default filled in. */
export type AugmentationOptions = {
  [One in Registered as One["name"]]: { kind: One["name"] } & z.output<One["options"]>;
}[Registered["name"]];

const variants = augmentations.map(({ name, summary, options }) =>
  z.strictObject({ kind: z.literal(name), ...options.shape }).describe(summary),
);

/** One augmentation with its options; a name alone stands for its defaults. */
export const AugmentationChoice = z.preprocess(
  (value) => (typeof value === "string" ? { kind: value } : value),
  z.discriminatedUnion("kind", variants as [(typeof variants)[number], ...typeof variants], {
    error: ({ input }) =>
      typeof input === "object" && input !== null && "kind" in input
        ? unknownAugmentation(input.kind)
        : "an augmentation is a name, or an object with a name as its kind",
  }),
) as unknown as z.ZodType<AugmentationOptions, AugmentationInput>;

/** The augmentations of a picture, in their order. */
export const Augment = z.array(AugmentationChoice).describe("augmentations in their order, after flip and crop");
