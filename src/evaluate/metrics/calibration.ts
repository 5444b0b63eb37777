/** Whether a model is as sure as it is right. Source: Naeini et al. (2015), Guo et al. (2017); bins as in metrics.md 3. */
import type { ReliabilityBin } from "../evaluation.ts";

const BINS = 15;

/**
 * Where a confidence exactly on an edge belongs. "library": the bin above, and exactly 1, frequent in single precision,
 * a sixteenth bin of its own, as in the library that the paper's program uses. "textbook": the bin below.
 */
export type EdgeRule = "library" | "textbook";

/**
 * The pictures by their confidence, in 15 bins of equal width and one for exactly 1 (empty by the textbook's rule).
 * @param confidences largest probability of each picture; edges are in single precision where these are
 * @param isCorrect 1 where that class is right
 */
export function reliabilityBins(
  confidences: Float32Array | Float64Array,
  isCorrect: ArrayLike<number>,
  rule: EdgeRule = "library",
): ReliabilityBin[] {
  const numbers = Array.from({ length: BINS + 1 }, (_, k) => k / BINS);
  const edges = confidences instanceof Float32Array ? Float32Array.from(numbers) : numbers;
  const bins = Array.from({ length: BINS + 1 }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  for (const [index, confidence] of confidences.entries()) {
    const bin = bins[rule === "library" ? binAbove(edges, confidence) : binBelow(edges, confidence)]!;
    bin.count++;
    bin.confidence += confidence;
    bin.accuracy += isCorrect[index]!;
  }
  return bins.map(({ count, confidence, accuracy }) =>
    count === 0
      ? { count, confidence: 0, accuracy: 0 }
      : { count, confidence: Math.min(1, confidence / count), accuracy: accuracy / count },
  );
}

/** Mean gap between confidence and accuracy, each bin by its pictures: the expected calibration error with the L1 norm. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, accuracy, confidence }) => sum + (count / total) * Math.abs(accuracy - confidence),
    0,
  );
}

/** Edges at or below the confidence, less one. */
function binAbove(edges: ArrayLike<number>, confidence: number): number {
  let bin = BINS;
  while (bin > 0 && edges[bin]! > confidence) bin--;
  return bin;
}

/** Edges below the confidence, less one. */
function binBelow(edges: ArrayLike<number>, confidence: number): number {
  let bin = BINS - 1;
  while (bin > 0 && edges[bin]! >= confidence) bin--;
  return bin;
}
