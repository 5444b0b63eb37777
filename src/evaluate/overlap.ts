/**
 * Which training augmentations look like test corruptions: gains there need not be gains in robustness. The minimal
 * sample distance of Mintun, Kirillov and Xie (NeurIPS 2021; corruptions-cbar.md 7), with the features of a network of
 * our own.
 */
import { createPipeline, type PipelineOptions } from "../augment/pipeline.ts";
import { severities } from "../corrupt/define.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { tableOf } from "../corrupt/table.ts";
import type { PictureSet } from "../data/picture-set.ts";
import { PatinaError } from "../errors.ts";
import { type Stream, stream } from "../random/stream.ts";
import { FeatureMeans } from "./features.ts";
import type { TrainedNetwork } from "./trained-network.ts";

export interface OverlapOptions {
  /** Names, and the pipelines that they stand for. */
  augmentations: Readonly<Record<string, PipelineOptions>>;
  corruptions: readonly string[];
  /** Pictures to choose from; all where not given. 100 are drawn, as in the original. */
  among?: Uint32Array | undefined;
  /** Draws of each augmentation; the nearest counts, so more find nearer ones. Default 1000 (the original: 100,000). */
  augmentationDraws?: number | undefined;
  /** Draws of each corruption at each severity. Default 10 (the original: 100). */
  corruptionDraws?: number | undefined;
  /** Told how many of all draws are done. */
  report?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** How near an augmentation comes to a corruption in the network's features; means over the severities. */
export interface Overlap {
  augmentation: string;
  corruption: string;
  /** From the mean of the corruption's draws to the nearest of the augmentation's draws. */
  distance: number;
  /** From the mean of the corruption's draws to pictures as they are. */
  cleanDistance: number;
  /** distance / cleanDistance: 1 where augmenting comes no nearer than doing nothing, 0 where it does the same. */
  ratio: number;
  /** The draw that came nearest to severity 3, as data. */
  nearestDraw: unknown;
}

/** Pictures that features are averaged over. */
const PICTURES = 100;

/** Below this ratio an augmentation is named as close: it goes more than half the way to the corruption. */
export const CLOSE_RATIO = 0.5;

/**
 * Measures every pair. A draw is applied to all pictures alike; a feature vector is the mean over them.
 * @param trained the network whose last features are compared; best one that saw none of the augmentations
 * @param pictures training pictures, of the network's shape
 * @returns nearest pairs first
 * @throws PatinaError `unknown-name`, `picture`, `interrupted`
 */
export async function measureOverlap(
  trained: TrainedNetwork,
  pictures: PictureSet,
  options: OverlapOptions,
): Promise<Overlap[]> {
  const draws = stream(0, "overlap");
  const among = options.among ?? Uint32Array.from({ length: pictures.count }, (_, index) => index);
  const places = draws.fork("pictures").sample(among.length, Math.min(PICTURES, among.length));
  const features = new FeatureMeans(
    trained,
    pictures,
    places.map((place) => among[place]!),
  );
  try {
    const work = { features, draws, count: counter(options), ...options };
    const clean = features.of((source, target) => target.set(source));
    const centres = new Map<string, Float64Array[]>(); // by corruption, of each severity
    for (const name of options.corruptions) centres.set(name, await centresOf(name, work));
    const overlaps: Overlap[] = [];
    for (const [name, pipeline] of Object.entries(options.augmentations))
      overlaps.push(...(await compare(name, pipeline, centres, clean, work)));
    return overlaps.sort((a, b) => a.ratio - b.ratio);
  } finally {
    features.dispose();
  }
}

interface Work extends OverlapOptions {
  features: FeatureMeans;
  draws: Stream;
  /** Called after each draw. */
  count(): Promise<void>;
}

const augmentationDrawsOf = ({ augmentationDraws = 1000 }: OverlapOptions) => augmentationDraws;
const corruptionDrawsOf = ({ corruptionDraws = 10 }: OverlapOptions) => corruptionDraws;

/** The mean features of a corruption at each severity. */
async function centresOf(name: string, work: Work): Promise<Float64Array[]> {
  const { features, draws, count } = work;
  const corruption = findCorruption(name);
  const centres: Float64Array[] = [];
  for (const severity of severities) {
    const constants = corruption.constants[tableOf(features.shape)][severity - 1];
    const vectors: Float64Array[] = [];
    for (let index = 0; index < corruptionDrawsOf(work); index++) {
      const own = draws.fork("corruption", name, severity, index);
      const vector = features.of((source, target) => {
        // The same stream for every picture, so the same draw, but for photons, which are counted in the picture.
        const draw = corruption.draw(own.fork(), features.shape, constants, source);
        corruption.applyInto(source, features.shape, draw, constants, target);
      });
      vectors.push(vector);
      await count();
    }
    centres.push(meanOf(vectors));
  }
  return centres;
}

/** An augmentation beside every corruption: the nearest of its draws to each severity. */
async function compare(
  augmentation: string,
  options: PipelineOptions,
  centres: ReadonlyMap<string, Float64Array[]>,
  clean: Float64Array,
  work: Work,
): Promise<Overlap[]> {
  const { features, draws, count } = work;
  const pipeline = createPipeline(options);
  const drawOf = (index: number) => pipeline.draw(draws.fork("augmentation", augmentation, index), features.shape);
  const nearest = new Map([...centres].map(([name, own]) => [name, own.map(() => ({ distance: Infinity, index: 0 }))]));
  for (let index = 0; index < augmentationDrawsOf(work); index++) {
    const draw = drawOf(index);
    const vector = features.of((source, target) => pipeline.applyInto(source, features.shape, draw, target));
    for (const [name, own] of centres)
      for (const [place, centre] of own.entries()) {
        const distance = distanceOf(vector, centre);
        const best = nearest.get(name)![place]!;
        if (distance < best.distance) Object.assign(best, { distance, index });
      }
    await count();
  }
  return [...centres].map(([corruption, own]) => {
    const best = nearest.get(corruption)!;
    const distance = average(best.map((each) => each.distance));
    const cleanDistance = average(own.map((centre) => distanceOf(clean, centre)));
    const nearestDraw = drawOf(best[2]!.index);
    return { augmentation, corruption, distance, cleanDistance, ratio: distance / cleanDistance, nearestDraw };
  });
}

/** Tells progress, lets signals be heard. */
function counter(options: OverlapOptions): () => Promise<void> {
  const { augmentations, corruptions, report, signal } = options;
  const total =
    Object.keys(augmentations).length * augmentationDrawsOf(options) +
    corruptions.length * severities.length * corruptionDrawsOf(options);
  let done = 0;
  return async () => {
    report?.(++done, total);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted)
      throw new PatinaError("interrupted", "Stopped. Overlap is measured as a whole: start it again.");
  };
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const meanOf = (vectors: readonly Float64Array[]) =>
  Float64Array.from(vectors[0]!, (_, place) => average(vectors.map((vector) => vector[place]!)));

const distanceOf = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, place) => value - b[place]!));
