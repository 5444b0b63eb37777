/** Mean and deviation of pictures, channel by channel. */
import type { PictureSet } from "./picture-set.ts";
import { readPieces } from "./picture-store.ts";

export interface ChannelStatistics {
  readonly mean: number[];
  readonly deviation: number[];
}

/** Over all pixels of all pictures, in [0,1]; the deviation is that of the whole, divided by the number of pixels. */
export function channelStatistics({ store, channels, count, height, width }: PictureSet): ChannelStatistics {
  // Whole numbers, exact up to 2^53: 138 billion pixels of the largest square, 65,025. So the order does not matter.
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (const piece of readPieces(store))
    for (let at = 0; at < piece.length; at += channels)
      for (let channel = 0; channel < channels; channel++) {
        const value = piece[at + channel]!;
        sums[channel]! += value;
        squares[channel]! += value * value;
      }
  const pixels = count * height * width;
  const mean = Array.from(sums, (sum) => sum / pixels / 255);
  const deviation = Array.from(squares, (square, channel) => {
    const average = sums[channel]! / pixels;
    return Math.sqrt(Math.max(0, square / pixels - average * average)) / 255; // rounding may go just below 0
  });
  return { mean, deviation };
}
