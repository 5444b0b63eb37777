/**
 * patina/augment: augmentations of pictures by rule, for use anywhere: plain TypeScript, nothing of Node, no libtorch.
 *
 * ```ts
 * const pipeline = createPipeline({ flip: 0.5, crop: { padding: 4 }, augment: ["trivial-augment"] });
 * const draws = stream(seed, "augment", epoch);
 * const draw = pipeline.draw(draws.fork(index), picture);
 * const augmented = pipeline.apply(picture, draw);
 * ```
 */
export { PatinaError } from "../errors.ts";
export { createPicture, type Picture, type PictureShape } from "../pictures/picture.ts";
export { type Stream, type StreamName, stream } from "../random/stream.ts";
export type { Augmentation } from "./define.ts";
export { Augment, type AugmentationInput, type AugmentationOptions } from "./options.ts";
export { createPipeline, type Pipeline, type PipelineDraw, PipelineOptions } from "./pipeline.ts";
export { type AugmentationName, augmentations, findAugmentation } from "./registry.ts";
