/** The picture seen, and lit, through the waves of shallow water. Source: corruptions-cbar.md 4.3, 5. */
import type { PictureShape } from "../pictures/picture.ts";
import { roundHalfEven } from "../pictures/rounding.ts";
import { cutToByte, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { sampleBilinearInto } from "./filters/bilinear.ts";
import { causticField } from "./filters/caustic-field.ts";
import { createScratch } from "./filters/scratch.ts";
import { unitOfFloat32 } from "./unit.ts";

/** Of the refraction; water has 1.33. */
const INDEX = 4;
/** A surface steeper than 2.6 degrees refracts. */
const FLAT = 0.999;

export const causticRefraction = defineCorruption({
  name: "caustic_refraction",
  summary: "Shows the picture through waves of water, with their light",
  constants: barStrengths({ imageNet: [2.35, 3.2, 4.9, 6.6, 9.15] }),
  draw: (stream, shape) => ({
    time: uniformBetween(stream, 0.5, 2),
    size: uniformBetween(stream, 0.75, 1.25) * shorterSide(shape),
  }),
  applyInto(source, shape, { time, size }, strength, target) {
    const { height, width, channels } = shape;
    const lens = level(strength, 0.5 * shorterSide(shape));
    const light = level(strength, 2);
    const luma = lumaOf(causticField(time, size, shape), shape);
    const unit = unitScratch(source.length);
    for (let at = 0; at < source.length; at++) unit[at] = unitOfFloat32[source[at]!]!;
    const colours = colourScratch(source.length);
    const colour = new Float64Array(channels);
    const shift = { down: 0, across: 0 };
    let isSingle = true;
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at += channels) {
        const middle = (y + 1) * (width + 2) + x + 1;
        // Named as in the original, whose picture lies on its side.
        const north = luma[middle - 1]!;
        const south = luma[middle + 1]!;
        const west = luma[middle - width - 2]!;
        const east = luma[middle + width + 2]!;
        refractInto(shift, east - west, south - north, lens);
        const isInside = sampleBilinearInto(colour, unit, shape, y + shift.down, x + shift.across);
        if (!isInside) isSingle = false;
        const first = (north - south) * light;
        const second = (east - west) * light;
        for (let channel = 0; channel < channels; channel++) {
          const value = isInside
            ? Math.fround(Math.fround(colour[channel]! + Math.fround(first)) + Math.fround(second))
            : colour[channel]! + first + second;
          colours[at + channel] = Math.min(1, Math.max(0, value));
        }
      }
    // One pixel with a neighbour outside makes the original's whole picture float64.
    for (let at = 0; at < source.length; at++) {
      const value = colours[at]! * 255;
      target[at] = cutToByte(isSingle ? Math.fround(value) : value);
    }
  },
});

const lumaScratch = createScratch(Float64Array);
const unitScratch = createScratch(Float32Array);
const colourScratch = createScratch(Float64Array);

/** Of a field of greys: [height + 2, width + 2], with 0 all around. */
function lumaOf(field: Float64Array, { height, width }: PictureShape): Float64Array {
  const luma = lumaScratch((height + 2) * (width + 2)).fill(0);
  for (let y = 0, from = 0; y < height; y++) {
    let at = (y + 1) * (width + 2) + 1;
    for (let x = 0; x < width; x++, from++, at++) {
      const value = field[from]!;
      luma[at] = value * 0.2126 + value * 0.7152 + value * 0.0722;
    }
  }
  return luma;
}

/**
 * How far, in rows and columns, a ray moves that meets a surface of this slope. The original turns to angles and back;
 * here the sine of the bent ray is the normal's part in the plane over the index (Snell). Fills an argument, since an
 * object a pixel costs more than the pixel.
 */
function refractInto(shift: { down: number; across: number }, slopeX: number, slopeY: number, lens: number): void {
  shift.down = 0;
  shift.across = 0;
  const length = Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1);
  const nz = 1 / length;
  if (nz >= FLAT) return;
  const nx = slopeX / length;
  const ny = slopeY / length;
  const plane = Math.sqrt(nx * nx + ny * ny);
  const sin = plane / INDEX;
  const cos = Math.sqrt(1 - sin * sin);
  // cos times the normal, and sin times what is at a right angle to it and to (-ny, nx, 0): -nz (nx, ny) / plane
  const part = cos - (sin * nz) / plane;
  shift.down = roundHalfEven(part * nx * lens * 1000) / 1000;
  shift.across = roundHalfEven(part * ny * lens * 1000) / 1000;
}
