/** What was drawn for a training picture, and the picture at each stage of it: for the eye. The loader's workers do the same to a whole epoch. */
import type { Pipeline, PipelineDraw } from "../augment/pipeline.ts";
import { type PictureSet, pictureAt } from "../data/picture-set.ts";
import type { Picture, PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { Pipelines, Sources } from "./job.ts";
import { type EpochPlan, type Origin, origins } from "./plan.ts";

/** All choices for one picture of an epoch, as plain data. */
export interface DrawnPicture {
  /** Among the pictures of its origin. */
  readonly index: number;
  readonly origin: Origin;
  /** Place of the style in the bank, and α; both or neither. */
  readonly style?: number | undefined;
  readonly strength?: number | undefined;
  readonly draw: PipelineDraw;
}

/** A picture on its way into a batch. */
export interface Stages {
  readonly original: Picture;
  /** Undefined where it is not restyled. */
  readonly restyled: Picture | undefined;
  /** What the network sees. */
  readonly augmented: Picture;
}

/** The choices for the picture at a place of the plan. */
export function drawnAt(
  plan: EpochPlan,
  place: number,
  { seed, shape, pipelines }: { seed: number; shape: PictureShape; pipelines: Pipelines },
): DrawnPicture {
  const { height, width, channels } = shape;
  const origin = origins[plan.origin[place]!]!;
  const [index, number] = [plan.indices[place]!, plan.restyled[place]!];
  const rules = rulesOf(pipelines, origin, number >= 0);
  const draw = rules.draw(stream(seed, "augment", plan.epoch).fork(origin, index), { height, width, channels });
  if (number < 0) return { index, origin, draw };
  return { index, origin, style: plan.styles[number], strength: plan.strengths[number], draw };
}

/**
 * Carries the choices out. There must be pictures of that origin.
 * @param restyled its bytes after restyling; undefined where it is not restyled
 */
export function stagesOf(
  { index, origin, draw }: DrawnPicture,
  { sources, pipelines, restyled }: { sources: Sources; pipelines: Pipelines; restyled: Uint8Array | undefined },
): Stages {
  const original = pictureAt(setOf(sources, origin)!, index);
  const content = restyled === undefined ? original : { ...original, bytes: restyled };
  return {
    original,
    restyled: restyled && content,
    augmented: rulesOf(pipelines, origin, restyled !== undefined).apply(content, draw),
  };
}

/** Pictures of an origin. */
export const setOf = (sources: Sources, origin: Origin): PictureSet | undefined => sources[origin]?.pictures;

function rulesOf(pipelines: Pipelines, origin: Origin, isRestyled: boolean): Pipeline {
  const { plain, restyled } = pipelines[origin]!;
  return isRestyled ? restyled : plain;
}
