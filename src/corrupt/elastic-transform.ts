/** Tilts the picture a little, and stretches it from place to place. Source: corruptions-c.md 4. */
import type { PictureShape } from "../pictures/picture.ts";
import { roundHalfEven } from "../pictures/rounding.ts";
import { defineCorruption } from "./define.ts";
import { indexWithin } from "./filters/border.ts";
import { type GaussianOptions, gaussianFilterInto } from "./filters/gaussian-filter.ts";
import { createScratch } from "./filters/scratch.ts";
import { toByteFloat32 } from "./to-byte.ts";
import { unitOfFloat32 } from "./unit.ts";

/** Length and smoothness of the displacements, and the most by which a corner of the tilt moves. All in pixels. */
type Constants = readonly [length: number, sigma: number, corner: number];

export interface ElasticDraw {
  /** [3,2] uniform: how far three points move along x and y. */
  readonly points: Float64Array;
  /** [H,W] uniform each: displacements along columns and rows before they are smoothed. */
  readonly dx: Float64Array;
  readonly dy: Float64Array;
}

const { fround } = Math;

const tiltedScratch = createScratch(Float32Array);
const acrossScratch = createScratch(Float64Array);
const downScratch = createScratch(Float64Array);
const columnScratch = createScratch(Int32Array);

/** The published constants are shares of a side, which is 244 (not 224) for the largest pictures. */
const pixels = (side: number, shares: readonly (readonly [number, number, number])[]) =>
  shares.map((row) => row.map((share) => side * share)) as unknown as readonly [
    Constants,
    Constants,
    Constants,
    Constants,
    Constants,
  ];

export const elasticTransform = defineCorruption({
  name: "elastic_transform",
  summary: "Tilts and stretches the picture",
  constants: {
    32: pixels(32, [
      [0, 0, 0.08],
      [0.05, 0.2, 0.07],
      [0.08, 0.06, 0.06],
      [0.1, 0.04, 0.05],
      [0.1, 0.03, 0.03],
    ]),
    64: pixels(64, [
      [0, 0, 0.08],
      [0.05, 0.3, 0.06],
      [0.1, 0.08, 0.06],
      [0.1, 0.03, 0.03],
      [0.16, 0.03, 0.02],
    ]),
    224: pixels(244, [
      [2, 0.7, 0.1],
      [2, 0.08, 0.2],
      [0.05, 0.01, 0.02],
      [0.07, 0.01, 0.02],
      [0.12, 0.01, 0.02],
    ]),
  },
  draw(stream, { height, width }): ElasticDraw {
    const points = new Float64Array(6);
    const dx = new Float64Array(height * width);
    const dy = new Float64Array(height * width);
    for (const values of [points, dx, dy]) stream.fillUniforms(values);
    return { points, dx, dy };
  },
  applyInto(source, shape, { points, dx, dy }, [length, sigma, corner]: Constants, target) {
    const tilted = tiltedScratch(source.length);
    tiltInto(source, shape, inverseOf(tiltOf(points, corner, shape)), tilted);
    if (length === 0) {
      for (let i = 0; i < target.length; i++) target[i] = toByteFloat32(tilted[i]!);
      return;
    }
    const across = acrossScratch(dx.length);
    const down = downScratch(dy.length);
    smoothInto(dx, shape, length, sigma, across);
    smoothInto(dy, shape, length, sigma, down);
    displaceInto(tilted, shape, across, down, target);
  },
});

/** x' = xx x + xy y + x0, and so for y. */
interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/**
 * The map of three points around the middle to where they were moved. In pictures that are not square each axis has its
 * own middle, cut to whole pixels, and the points lie a third of the shorter side from it.
 */
function tiltOf(points: Float64Array, corner: number, { height, width }: PictureShape): Affine {
  const third = Math.floor(Math.min(height, width) / 3);
  const middleX = Math.floor(width / 2);
  const middleY = Math.floor(height / 2);
  const moved = (place: number, u: number) => fround(place + fround(-corner + 2 * corner * u));
  const x = [middleX + third, middleX + third, middleX - third].map((place, i) => moved(place, points[2 * i]!));
  const y = [middleY + third, middleY - third, middleY - third].map((place, i) => moved(place, points[2 * i + 1]!));
  // Two points differ in y alone, two in x alone: the six equations come apart.
  const xx = (x[1]! - x[2]!) / (2 * third);
  const xy = (x[0]! - x[1]!) / (2 * third);
  const yx = (y[1]! - y[2]!) / (2 * third);
  const yy = (y[0]! - y[1]!) / (2 * third);
  const x0 = x[0]! - xx * (middleX + third) - xy * (middleY + third);
  const y0 = y[0]! - yx * (middleX + third) - yy * (middleY + third);
  return { xx, xy, x0, yx, yy, y0 };
}

/** In OpenCV's order of operations. */
function inverseOf({ xx, xy, x0, yx, yy, y0 }: Affine): Affine {
  const scale = 1 / (xx * yy - xy * yx);
  const inverse = { xx: yy * scale, xy: -xy * scale, yx: -yx * scale, yy: xx * scale };
  return {
    ...inverse,
    x0: -inverse.xx * x0 - inverse.xy * y0,
    y0: -inverse.yx * x0 - inverse.yy * y0,
  };
}

/** Fills `tilted` [H,W,C] by the pixels at the mapped places, as OpenCV does: places in 1/32 pixel, values in float32. */
function tiltInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  map: Affine,
  tilted: Float32Array,
): void {
  const alongColumns = columnScratch(2 * width);
  for (let column = 0; column < width; column++) {
    alongColumns[2 * column] = roundHalfEven(map.xx * column * 1024);
    alongColumns[2 * column + 1] = roundHalfEven(map.yx * column * 1024);
  }
  for (let row = 0, at = 0; row < height; row++) {
    const startX = roundHalfEven((map.xy * row + map.x0) * 1024) + 16;
    const startY = roundHalfEven((map.yy * row + map.y0) * 1024) + 16;
    for (let column = 0; column < width; column++) {
      const x = (startX + alongColumns[2 * column]!) >> 5;
      const y = (startY + alongColumns[2 * column + 1]!) >> 5;
      const shareX = (x & 31) / 32;
      const shareY = (y & 31) / 32;
      // Products of multiples of 1/32 are whole in float32.
      const weight00 = (1 - shareY) * (1 - shareX);
      const weight01 = (1 - shareY) * shareX;
      const weight10 = shareY * (1 - shareX);
      const weight11 = shareY * shareX;
      const top = indexWithin(y >> 5, height, "reflect101") * width;
      const bottom = indexWithin((y >> 5) + 1, height, "reflect101") * width;
      const left = indexWithin(x >> 5, width, "reflect101");
      const right = indexWithin((x >> 5) + 1, width, "reflect101");
      let from00 = (top + left) * channels;
      let from01 = (top + right) * channels;
      let from10 = (bottom + left) * channels;
      let from11 = (bottom + right) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const upper = fround(
          fround(unitOfFloat32[source[from00++]!]! * weight00) + fround(unitOfFloat32[source[from01++]!]! * weight01),
        );
        const withLeft = fround(upper + fround(unitOfFloat32[source[from10++]!]! * weight10));
        tilted[at++] = fround(withLeft + fround(unitOfFloat32[source[from11++]!]! * weight11));
      }
    }
  }
}

/** From uniform numbers to displacements in pixels, in float32. */
function smoothInto(
  u: Float64Array,
  { height, width }: PictureShape,
  length: number,
  sigma: number,
  target: Float64Array,
): void {
  const count = height * width;
  for (let i = 0; i < count; i++) target[i] = -1 + 2 * u[i]!;
  const options: GaussianOptions = { sigma, truncate: 3, border: "reflect", stored: "float64" };
  gaussianFilterInto(target, { height, width, channels: 1 }, options, target);
  for (let i = 0; i < count; i++) target[i] = fround(length * target[i]!);
}

/** Writes the values of `tilted` at the displaced places, as SciPy does: in float64. */
function displaceInto(
  tilted: Float32Array,
  { height, width, channels }: PictureShape,
  across: Float64Array,
  down: Float64Array,
  target: Uint8Array,
): void {
  for (let row = 0, pixel = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, pixel++) {
      const y = reflected(row + down[pixel]!, height);
      const x = reflected(column + across[pixel]!, width);
      const wholeY = Math.floor(y);
      const wholeX = Math.floor(x);
      const shareY = y - wholeY;
      const shareX = x - wholeX;
      const top = indexWithin(wholeY, height, "reflect") * width;
      const bottom = indexWithin(wholeY + 1, height, "reflect") * width;
      const left = indexWithin(wholeX, width, "reflect");
      const right = indexWithin(wholeX + 1, width, "reflect");
      let from00 = (top + left) * channels;
      let from01 = (top + right) * channels;
      let from10 = (bottom + left) * channels;
      let from11 = (bottom + right) * channels;
      for (let channel = 0; channel < channels; channel++)
        target[at++] = toByteFloat32(
          fround(
            tilted[from00++]! * (1 - shareY) * (1 - shareX) +
              tilted[from01++]! * (1 - shareY) * shareX +
              tilted[from10++]! * shareY * (1 - shareX) +
              tilted[from11++]! * shareY * shareX,
          ),
        );
    }
}

/** Brings a place within half a pixel of the picture before its neighbours are looked up, as SciPy does. */
function reflected(place: number, count: number): number {
  if (place < 0) {
    const within = place < -2 * count ? 2 * count * Math.trunc(-place / (2 * count)) + place : place;
    return within < -count ? within + 2 * count : -within - 1;
  }
  if (place <= count - 1) return place;
  const within = place - 2 * count * Math.trunc(place / (2 * count));
  return within >= count ? 2 * count - within - 1 : within;
}
