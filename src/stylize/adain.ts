/** Adaptive instance normalisation. Source: Huang and Belongie 2017, equation 8; method.md 4 and 4.3. */
import { add, div, mul, squareRoot, sub } from "../engine/ops/arithmetic.ts";
import { mean, sum } from "../engine/ops/reduce.ts";
import { reshape } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";

/** Under the root: a flat channel then has the deviation 0.003, not 0. */
const EPSILON = 1e-5;

/** Of each picture and channel over all places, [N,C,1,1] float32. The variance is unbiased. */
export interface ChannelStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Of features [N,C,H,W], which have more than one place. */
export function channelStatistics(features: Tensor): ChannelStatistics {
  const over = { dimensions: [2, 3], keep: "kept" } as const;
  const [height, width] = features.shape.slice(2) as [number, number];
  const ownMean = mean(features, over);
  // libtorch's own variance takes one number at a time, twenty times as long.
  const distances = sub(features, ownMean);
  return { mean: ownMean, variance: div(sum(mul(distances, distances), over), height * width - 1) };
}

/** √(variance + 1e-5): what AdaIN and the style loss take as deviation. */
export function deviationOf(variance: Tensor): Tensor {
  return squareRoot(add(variance, EPSILON));
}

/**
 * Gives content features the statistics of a style, by each picture's own strength: (1-α)·c + α·AdaIN(c, s).
 * @param content [N,C,H,W] float32
 * @param strength α, [N] in [0,1]
 */
export function adain(content: Tensor, style: ChannelStatistics, strength: Tensor): Tensor {
  const own = channelStatistics(content);
  const alpha = reshape(strength, [-1, 1, 1, 1]); // [N,1,1,1]
  const scale = div(deviationOf(style.variance), deviationOf(own.variance)); // [N,C,1,1]
  // All of it is one factor and one offset a channel: the large features are read twice instead of six times.
  const factor = add(mul(sub(scale, 1), alpha), 1);
  const offset = mul(sub(style.mean, mul(own.mean, scale)), alpha);
  return add(mul(content, factor), offset);
}
