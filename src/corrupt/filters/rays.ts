/** Stars of rays of unequal length. Source: corruptions-cbar.md 4.2. */
import type { PictureShape } from "../../pictures/picture.ts";
import type { Stream } from "../../random/stream.ts";
import { createScratch } from "./scratch.ts";

export interface Star {
  readonly row: number;
  readonly column: number;
  /** Standard normal, one for each ray: how its length differs from the others'. */
  readonly normals: Float64Array;
}

/** Stars at (row, column), of 50 to 199 rays each: never 200. */
export function drawStars(stream: Stream, centres: readonly { row: number; column: number }[]): Star[] {
  const counts = centres.map(() => stream.integer(50, 199));
  const normals = new Float64Array(counts.reduce((sum, count) => sum + count));
  stream.fillNormals(normals);
  let end = 0;
  return centres.map(({ row, column }, star) => {
    end += counts[star]!;
    return { row, column, normals: normals.slice(end - counts[star]!, end) };
  });
}

/**
 * How much of the star is seen at each pixel, [height * width] in [0,1]; valid until the next call. Rays are
 * `radius + radius / 4 * normal` long, at least `shortest`; beyond, brightness falls with distance^(-2 exponent).
 */
export function starWeights(
  { row: centreRow, column: centreColumn, normals }: Star,
  { height, width }: PictureShape,
  { radius, shortest, exponent }: { radius: number; shortest: number; exponent: number },
): Float64Array {
  const count = normals.length;
  const weights = weightScratch(height * width);
  const lengths = lengthScratch(count + 2);
  // The first two rays stand at the end again, so that angles around 2 pi need no remainder.
  for (let i = 0; i < count + 2; i++)
    lengths[i] = Math.max(shortest, radius + 0.25 * radius * normals[i < count ? i : i - count]!);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const dy = row - centreRow;
    for (let column = 0; column < width; column++) {
      const dx = column - centreColumn;
      const place = ((Math.atan2(dx, dy) + Math.PI) / (2 * Math.PI)) * count;
      const ray = place | 0;
      const part = place - ray;
      const length = lengths[ray]! + part * (lengths[ray + 1]! - lengths[ray]!);
      const square = (length * length) / (dx * dx + dy * dy + 0.0001);
      const light = exponent === 1 ? square : square ** exponent;
      weights[at++] = Math.min(1, (1 - (part - 0.5) * (part - 0.5)) * light);
    }
  }
  return weights;
}

const weightScratch = createScratch(Float64Array);
const lengthScratch = createScratch(Float64Array);
