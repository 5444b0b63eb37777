/** What is measured while a stylizer is trained, on test pictures, and the sheet that shows them. */
import type { DataSet } from "../../data/picture-set.ts";
import { stream } from "../../random/stream.ts";
import type { StyleBank } from "../bank.ts";
import type { Stylizer } from "../stylizer.ts";
import { drawStyleGrid } from "./grid.ts";
import { fittedPicture } from "./pictures.ts";
import { type QualityPictures, rebuildQuality, styleDistance } from "./quality.ts";
import type { Work } from "./work.ts";

/** Pictures of each data set that are measured. */
export const MEASURED = 500;

export interface StylizerQuality {
  /** By data set: PSNR in dB of test pictures at strength 0, at their own size and at that of the training. */
  readonly rebuilt: Readonly<Record<string, { readonly native: number; readonly enlarged: number }>>;
  /** Of test pictures at full strength. */
  readonly styleDistance: Readonly<Record<string, { readonly own: number; readonly random: number }>>;
}

/** Test pictures that are not trained on, the same at each call. */
function measuredPictures({ test }: DataSet, seed: number): QualityPictures {
  const { height, width } = test;
  const count = Math.min(MEASURED, test.count);
  const bytes = new Uint8Array(count * height * width * 3);
  for (const [place, index] of stream(seed, "stylizer", "measured").sample(test.count, count).entries())
    bytes.set(fittedPicture(test, index, height).bytes, place * height * width * 3);
  return { bytes, shape: { height, width, channels: 3 } };
}

export function measureQuality({ dataSets, options }: Work, stylizer: Stylizer, bank: StyleBank): StylizerQuality {
  const rebuilt: Record<string, { native: number; enlarged: number }> = {};
  const distances: Record<string, { own: number; random: number }> = {};
  for (const data of dataSets) {
    const pictures = measuredPictures(data, options.seed);
    rebuilt[data.name] = {
      native: rebuildQuality(stylizer, bank, pictures, "native"),
      enlarged: rebuildQuality(stylizer, bank, pictures, options.size),
    };
    distances[data.name] = styleDistance(stylizer, bank, pictures, stream(options.seed, "stylizer", "distance"));
  }
  return { rebuilt, styleDistance: distances };
}

/** Test pictures of all data sets in turn, in styles that are spread over the bank. */
export function drawGrid({ dataSets, options, styles }: Work, stylizer: Stylizer, count: number): Promise<Uint8Array> {
  const { size } = options;
  const contents = new Uint8Array(count * size * size * 3);
  for (let place = 0; place < count; place++) {
    const { test } = dataSets[place % dataSets.length]!;
    contents.set(fittedPicture(test, (place * 97) % test.count, size).bytes, place * size * size * 3);
  }
  return drawStyleGrid(stylizer, {
    contents,
    styles: styles.draw(stream(options.seed, "stylizer", "grid"), count, size),
    size,
  });
}
