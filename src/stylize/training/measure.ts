/** What is measured while a stylizer is trained, on test pictures, and the sheet that shows them. */
import type { DataSet } from "../../data/picture-set.ts";
import { stream } from "../../random/stream.ts";
import type { StyleBank } from "../bank.ts";
import type { Stylizer } from "../stylizer.ts";
import { drawStyleGrid } from "./grid.ts";
import { fittedPicture } from "./pictures.ts";
import { type QualityPictures, rebuildQuality, type StyleDistance, styleDistance } from "./quality.ts";
import type { Work } from "./work.ts";

/** Pictures of each data set that are measured. */
export const MEASURED = 500;

/** The same of pictures that are restyled at their own size, and at that of the training, which styles are measured at. */
export interface AtSizes<T> {
  readonly native: T;
  readonly enlarged: T;
}

export interface StylizerQuality {
  /** By data set: PSNR in dB of test pictures at strength 0; in both cases between pictures of their own size. */
  readonly rebuilt: Readonly<Record<string, AtSizes<number>>>;
  /** Of test pictures at full strength; of enlarged ones, before they get their own size back. */
  readonly styleDistance: Readonly<Record<string, AtSizes<StyleDistance>>>;
}

/** Test pictures that are not trained on, the same at each call, at a side. */
function measuredPictures({ test }: DataSet, seed: number, size: number): QualityPictures {
  const count = Math.min(MEASURED, test.count);
  const bytes = new Uint8Array(count * size * size * 3);
  for (const [place, index] of stream(seed, "stylizer", "measured").sample(test.count, count).entries())
    bytes.set(fittedPicture(test, index, size).bytes, place * size * size * 3);
  return { bytes, shape: { height: size, width: size, channels: 3 } };
}

export function measureQuality({ dataSets, options }: Work, stylizer: Stylizer, bank: StyleBank): StylizerQuality {
  const rebuilt: Record<string, AtSizes<number>> = {};
  const distances: Record<string, AtSizes<StyleDistance>> = {};
  for (const data of dataSets) {
    const native = measuredPictures(data, options.seed, data.test.height);
    const enlarged = measuredPictures(data, options.seed, options.size);
    rebuilt[data.name] = {
      native: rebuildQuality(stylizer, bank, native, "native"),
      enlarged: rebuildQuality(stylizer, bank, native, options.size),
    };
    const distance = (pictures: QualityPictures) =>
      styleDistance(stylizer, bank, pictures, stream(options.seed, "stylizer", "distance"));
    distances[data.name] = { native: distance(native), enlarged: distance(enlarged) };
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
