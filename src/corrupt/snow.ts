/** Lets snow fall over a paler picture. Source: corruptions-c.md 4. */
import type { PictureShape } from "../pictures/picture.ts";
import { defineCorruption } from "./define.ts";
import { motionFilterInto } from "./filters/motion-filter.ts";
import { createScratch } from "./filters/scratch.ts";
import { zoomPlaneInto, zoomTables } from "./filters/zoom.ts";
import { toByte } from "./to-byte.ts";
import { unitOf, unitOfFloat32 } from "./unit.ts";

/** The flakes are normal noise, zoomed, cut off below the threshold, and blurred along their fall. */
type Constants = readonly [
  mean: number,
  deviation: number,
  zoom: number,
  threshold: number,
  blurRadius: number,
  blurSigma: number,
  /** What is left of the picture in its mixture with a pale one. */
  left: number,
];

const { fround } = Math;

const layerScratch = createScratch(Float64Array);
const zoomedScratch = createScratch(Float64Array);
const flakeScratch = createScratch(Uint8Array);
/** By byte, in float32: its parts in the mixture as the picture and as the pale one. */
const leftOf = new Float32Array(256);
const restOf = new Float32Array(256);

export const snow = defineCorruption({
  name: "snow",
  summary: "Lets snow fall over a paler picture",
  constants: {
    32: [
      [0.1, 0.2, 1, 0.6, 8, 3, 0.95],
      [0.1, 0.2, 1, 0.5, 10, 4, 0.9],
      [0.15, 0.3, 1.75, 0.55, 10, 4, 0.9],
      [0.25, 0.3, 2.25, 0.6, 12, 6, 0.85],
      [0.3, 0.3, 1.25, 0.65, 14, 12, 0.8],
    ],
    64: [
      [0.1, 0.2, 1, 0.6, 8, 3, 0.8],
      [0.1, 0.2, 1, 0.5, 10, 4, 0.8],
      [0.15, 0.3, 1.75, 0.55, 10, 4, 0.7],
      [0.25, 0.3, 2.25, 0.6, 12, 6, 0.65],
      [0.3, 0.3, 1.25, 0.65, 14, 12, 0.6],
    ],
    224: [
      [0.1, 0.3, 3, 0.5, 10, 4, 0.8],
      [0.2, 0.3, 2, 0.5, 12, 4, 0.7],
      [0.55, 0.3, 4, 0.9, 12, 8, 0.7],
      [0.55, 0.3, 4.5, 0.85, 12, 8, 0.65],
      [0.55, 0.3, 2.5, 0.85, 12, 12, 0.55],
    ],
  },
  draw(stream, { height, width }) {
    const z = new Float64Array(height * width);
    stream.fillNormals(z);
    return { z, angleDegrees: -135 + 90 * stream.uniform() };
  },
  applyInto(source, shape, { z, angleDegrees }, constants: Constants, target) {
    const [mean, deviation, zoom, threshold, radius, sigma, left] = constants;
    const { height, width } = shape;
    const plane = { height, width, channels: 1 } as const;
    const count = height * width;
    const layer = layerScratch(count);
    const zoomed = zoomedScratch(count);
    const flakes = flakeScratch(count);
    for (let i = 0; i < count; i++) layer[i] = mean + deviation * z[i]!;
    zoomPlaneInto(layer, plane, zoomTables(plane, zoom), zoomed);
    for (let i = 0; i < count; i++) flakes[i] = zoomed[i]! < threshold ? 0 : toByte(zoomed[i]!);
    motionFilterInto(flakes, plane, { radius, sigma, angleDegrees }, flakes);
    mix(source, shape, flakes, left, target);
  },
});

/** The mixture in float32; the flakes on it in float64, as they are and turned by half a turn. */
function mix(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  flakes: Uint8Array,
  left: number,
  target: Uint8Array,
): void {
  const leftShare = fround(left);
  const restShare = fround(1 - left);
  for (let byte = 0; byte < 256; byte++) {
    leftOf[byte] = leftShare * unitOfFloat32[byte]!;
    restOf[byte] = restShare * unitOfFloat32[byte]!;
  }
  const last = height * width - 1;
  for (let pixel = 0, i = 0; pixel <= last; pixel++) {
    const here = unitOf[flakes[pixel]!]!;
    const turned = unitOf[flakes[last - pixel]!]!;
    // One channel is its own grey.
    const grey = channels === 1 ? unitOfFloat32[source[i]!]! : greyOf(source[i]!, source[i + 1]!, source[i + 2]!);
    const pale = fround(restShare * fround(fround(1.5 * grey) + 0.5));
    for (let channel = 0; channel < channels; channel++, i++) {
      const byte = source[i]!;
      const rest = restOf[byte]!;
      target[i] = toByte(fround(leftOf[byte]! + (rest > pale ? rest : pale)) + here + turned);
    }
  }
}

const RED = fround(0.299);
const GREEN = fround(0.587);
const BLUE = fround(0.114);

/** OpenCV's, in float32; each product is added before it is rounded, as its processors do (corruptions-c.md 2.9). */
function greyOf(red: number, green: number, blue: number): number {
  const sum = fround(unitOfFloat32[red]! * RED);
  return fround(unitOfFloat32[blue]! * BLUE + fround(unitOfFloat32[green]! * GREEN + sum));
}
