/** Spatters water (severities 1 to 3) or mud over the picture. Source: corruptions-c.md 4. */
import { createPicture, type PictureShape, toGrey } from "../../pictures/picture.ts";
import { defineCorruption } from "../define.ts";
import { type GaussianOptions, gaussianFilterInto } from "../filters/gaussian-filter.ts";
import { createScratch } from "../filters/scratch.ts";
import { toByteFloat32 } from "../to-byte.ts";
import { unitOfFloat32 } from "../unit.ts";
import { findEdgesInto } from "./canny.ts";
import { measureDistancesInto } from "./distance.ts";
import { makeReliefInto } from "./relief.ts";

/** The liquid is normal noise, smoothed and cut off below the threshold. */
type Constants = readonly [
  mean: number,
  deviation: number,
  sigma: number,
  threshold: number,
  /** Of water the opacity, of mud the deviation by which its outlines are smoothed. */
  strength: number,
  kind: "water" | "mud",
];

const { fround } = Math;

/** Distances from the edges of drops count up to 20 pixels. */
const DISTANCE_LIMIT = 20 * 65_536;
/** Mud is only where its smoothed outline is about whole. */
const MUD_FLOOR = fround(0.8);

/** By channels, in float32. In pictures of one channel the colour is the grey of the original's. */
const waterColours = coloursOf(175, 238, 238);
const mudColours = coloursOf(63, 42, 20);

const layerScratch = createScratch(Float64Array);
const liquidScratch = createScratch(Uint8Array);
const edgeScratch = createScratch(Uint8Array);
const reliefScratch = createScratch(Uint8Array);
const distanceScratch = createScratch(Int32Array);

export const spatter = defineCorruption({
  name: "spatter",
  summary: "Spatters the picture with water (severities 1 to 3) or mud (4 and 5)",
  constants: {
    32: [
      [0.62, 0.1, 0.7, 0.7, 0.5, "water"],
      [0.65, 0.1, 0.8, 0.7, 0.5, "water"],
      [0.65, 0.3, 1, 0.69, 0.5, "water"],
      [0.65, 0.1, 0.7, 0.69, 0.6, "mud"],
      [0.65, 0.1, 0.5, 0.68, 0.6, "mud"],
    ],
    64: [
      [0.62, 0.1, 0.7, 0.7, 0.6, "water"],
      [0.65, 0.1, 0.8, 0.7, 0.6, "water"],
      [0.65, 0.3, 1, 0.69, 0.6, "water"],
      [0.65, 0.1, 0.7, 0.68, 0.6, "mud"],
      [0.65, 0.1, 0.5, 0.67, 0.6, "mud"],
    ],
    224: [
      [0.65, 0.3, 4, 0.69, 0.6, "water"],
      [0.65, 0.3, 3, 0.68, 0.6, "water"],
      [0.65, 0.3, 2, 0.68, 0.5, "water"],
      [0.65, 0.3, 1, 0.65, 1.5, "mud"],
      [0.67, 0.4, 1, 0.65, 1.5, "mud"],
    ],
  },
  draw(stream, { height, width }) {
    const z = new Float64Array(height * width);
    stream.fillNormals(z);
    return { z };
  },
  applyInto(source, shape, { z }, constants: Constants, target) {
    const [mean, deviation, sigma, threshold, strength, kind] = constants;
    const layer = layerScratch(z.length);
    for (let i = 0; i < z.length; i++) layer[i] = mean + deviation * z[i]!;
    smooth(layer, shape, sigma, "float64");
    if (kind === "water") addWater(source, shape, layer, threshold, strength, target);
    else addMud(source, shape, layer, threshold, strength, target);
  },
});

function coloursOf(...rgb: [number, number, number]): Readonly<Record<PictureShape["channels"], Float32Array>> {
  const colour = createPicture({ height: 1, width: 1, channels: 3 }, Uint8Array.from(rgb));
  const inUnits = (bytes: Uint8Array) => Float32Array.from(bytes, (byte) => byte / 255);
  return { 1: inUnits(toGrey(colour).bytes), 3: inUnits(colour.bytes) };
}

function smooth(
  layer: Float64Array,
  { height, width }: PictureShape,
  sigma: number,
  stored: GaussianOptions["stored"],
): void {
  const options: GaussianOptions = { sigma, truncate: 4, border: "nearest", stored };
  gaussianFilterInto(layer, { height, width, channels: 1 }, options, layer);
}

function addWater(
  source: Uint8Array,
  shape: PictureShape,
  layer: Float64Array,
  threshold: number,
  opacity: number,
  target: Uint8Array,
): void {
  const count = shape.height * shape.width;
  const liquid = liquidScratch(count);
  const edges = edgeScratch(count);
  const distances = distanceScratch(count);
  const relief = reliefScratch(count);
  // Above 1 the byte starts again from 0, as the original's does.
  for (let i = 0; i < count; i++) liquid[i] = layer[i]! < threshold ? 0 : layer[i]! * 255;
  findEdgesInto(liquid, shape, edges);
  measureDistancesInto(edges, shape, DISTANCE_LIMIT, distances);
  makeReliefInto(distances, shape, relief);
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, liquid[i]! * relief[i]!);
  if (most === 0) {
    // The original divides 0 by 0, and gives a black picture.
    target.fill(0);
    return;
  }
  const { channels } = shape;
  const colours = waterColours[channels];
  const limit = fround(opacity);
  target.set(source); // most of a picture is dry
  for (let pixel = 0; pixel < count; pixel++) {
    const wetness = liquid[pixel]! * relief[pixel]!;
    if (wetness === 0) continue;
    const water = fround(fround(wetness / most) * limit);
    for (let channel = 0, i = pixel * channels; channel < channels; channel++, i++)
      target[i] = toByteFloat32(fround(unitOfFloat32[source[i]!]! + fround(water * colours[channel]!)));
  }
}

function addMud(
  source: Uint8Array,
  shape: PictureShape,
  layer: Float64Array,
  threshold: number,
  sigma: number,
  target: Uint8Array,
): void {
  const count = shape.height * shape.width;
  for (let i = 0; i < count; i++) layer[i] = layer[i]! > threshold ? 1 : 0;
  smooth(layer, shape, sigma, "float32");
  const { channels } = shape;
  const colours = mudColours[channels];
  target.set(source);
  for (let pixel = 0; pixel < count; pixel++) {
    const mud = layer[pixel]!;
    if (mud < MUD_FLOOR) continue;
    const left = fround(1 - mud);
    for (let channel = 0, i = pixel * channels; channel < channels; channel++, i++)
      target[i] = toByteFloat32(fround(fround(unitOfFloat32[source[i]!]! * left) + fround(colours[channel]! * mud)));
  }
}
