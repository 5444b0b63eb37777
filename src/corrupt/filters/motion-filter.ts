/** ImageMagick's motion blur of 8-bit pictures, in its 16-bit steps. Source: corruptions-c.md 2.7. */
import { byteCount, type PictureShape } from "../../pictures/picture.ts";
import { lastMade } from "./last-made.ts";
import { createScratch } from "./scratch.ts";
import { sumTapsInto } from "./taps.ts";

export interface MotionOptions {
  /** Half the number of samples, in pixels. */
  readonly radius: number;
  /** How fast the weights fall from the pixel itself onwards: a standard deviation, in pixels. */
  readonly sigma: number;
  /** 0 reads to the right, 90 downwards. */
  readonly angleDegrees: number;
}

const sixteenBit = Float64Array.from({ length: 256 }, (_, byte) => 257 * byte);
const weightsOf = lastMade<Float64Array>(16);
const sumScratch = createScratch(Float64Array);

/** Blurs [H,W,C] bytes along a line to one side; beside the picture its edge goes on. Fills an argument: hot. */
export function motionFilterInto(
  source: Uint8Array,
  shape: PictureShape,
  { radius, sigma, angleDegrees }: MotionOptions,
  target: Uint8Array,
): void {
  const weights = weightsOf(`${radius} ${sigma}`, () => motionWeights(radius, sigma));
  const angle = (angleDegrees * Math.PI) / 180;
  const down = weights.length * Math.sin(angle);
  const right = weights.length * Math.cos(angle);
  const length = Math.hypot(down, right);
  const rows = new Int32Array(weights.length);
  const columns = new Int32Array(weights.length);
  for (let i = 0; i < weights.length; i++) {
    rows[i] = Math.ceil((i * down) / length - 0.5);
    columns[i] = Math.ceil((i * right) / length - 0.5);
  }
  const size = byteCount(shape);
  const sums = sumScratch(size);
  sumTapsInto(source, shape, sixteenBit, { rows, columns, weights }, "nearest", sums);
  // Rounded to 16 bits, then cut to 8: this ImageMagick drops the lower bits when it writes the picture. The sums are
  // not negative, and a hair above 65,535 still is 255 after both.
  for (let i = 0; i < size; i++) target[i] = ((sums[i]! + 0.5) | 0) / 257;
}

/** One side of a bell, from its top; they add up to 1. */
function motionWeights(radius: number, sigma: number): Float64Array {
  const length = 2 * Math.ceil(radius) + 1;
  const bell = Float64Array.from({ length }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  let sum = 0;
  for (const value of bell) sum += value;
  return bell.map((value) => value / sum);
}
