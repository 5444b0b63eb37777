/** What a stylizer is worth, in numbers: how well it rebuilds pictures, and how near its pictures come to their styles. */
import { inference } from "../../engine/autograd.ts";
import { scope } from "../../engine/scope.ts";
import type { PictureShape } from "../../pictures/picture.ts";
import type { Stream } from "../../random/stream.ts";
import { channelStatistics } from "../adain.ts";
import type { StyleBank } from "../bank.ts";
import { imagesOf } from "../images.ts";
import { RestyleOptions } from "../options.ts";
import { Restyler } from "../restyle.ts";
import { signalToNoise } from "../signal-to-noise.ts";
import type { Stylizer } from "../stylizer.ts";

/** Pictures of one shape, [N,H,W,C] uint8. */
export interface QualityPictures {
  readonly bytes: Uint8Array;
  readonly shape: PictureShape;
}

/** The pictures as strength 0 gives them: the mean over pictures of their ratio in dB. */
export function rebuildQuality(
  stylizer: Stylizer,
  bank: StyleBank,
  { bytes, shape }: QualityPictures,
  size: number | "native",
): number {
  const pictureBytes = shape.height * shape.width * shape.channels;
  const count = bytes.length / pictureBytes;
  const restyler = new Restyler(stylizer, bank, RestyleOptions.parse({ size }));
  try {
    const zeros = new Uint8Array(count);
    const found = restyler.restyle(bytes, shape, { styles: zeros, strengths: zeros });
    return mean(signalToNoise(bytes, found, pictureBytes));
  } finally {
    restyler.dispose();
  }
}

export interface StyleDistance {
  /** Median over pictures of the distance of the output's channel statistics (means and deviations) to its own style's. */
  readonly own: number;
  /** The same to that of another style, drawn at random. */
  readonly random: number;
}

/** How near pictures restyled at full strength, each in a style of its own, come to it: in features of the encoder, after rounding to bytes. */
export function styleDistance(
  stylizer: Stylizer,
  bank: StyleBank,
  { bytes, shape }: QualityPictures,
  stream: Stream,
): StyleDistance {
  const pictureBytes = shape.height * shape.width * shape.channels;
  const count = bytes.length / pictureBytes;
  const restyler = new Restyler(stylizer, bank, RestyleOptions.parse({}));
  try {
    const draw = () => Uint32Array.from({ length: count }, () => stream.integer(0, bank.pictures.length - 1));
    const [styles, others] = [draw(), draw()];
    const found = restyler.restyle(bytes, shape, { styles, strengths: new Uint8Array(count).fill(1) });
    const own = new Float64Array(count);
    const random = new Float64Array(count);
    for (let picture = 0; picture < count; picture++) {
      const one = found.subarray(picture * pictureBytes, (picture + 1) * pictureBytes);
      const statistics = scope(() =>
        inference(() => {
          const { mean, variance } = channelStatistics(stylizer.encode(imagesOf(one, shape, stylizer.device)));
          return { mean: mean.toFloat32Array(), deviation: variance.toFloat32Array().map(Math.sqrt) };
        }),
      );
      own[picture] = distance(statistics, bank, styles[picture]!);
      random[picture] = distance(statistics, bank, others[picture]!);
    }
    return { own: median(own), random: median(random) };
  } finally {
    restyler.dispose();
  }
}

/** Euclidean, over the means and deviations of all channels. */
function distance(
  { mean, deviation }: { mean: Float32Array; deviation: Float32Array },
  bank: StyleBank,
  style: number,
): number {
  let squares = 0;
  for (let channel = 0; channel < bank.channels; channel++) {
    const at = style * bank.channels + channel;
    squares += (mean[channel]! - bank.mean[at]!) ** 2 + (deviation[channel]! - bank.deviation[at]!) ** 2;
  }
  return Math.sqrt(squares);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
