/** Lays a cloud over the picture: plasma by diamonds and squares. Source: corruptions-c.md 4. */
import type { PictureShape } from "../pictures/picture.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

/** Strength of the fog at its thickest, in units of full scale; what the amplitude is divided by from step to step. */
type Constants = readonly [strength: number, decay: number];

const mapScratch = createScratch(Float64Array);

export const fog = defineCorruption({
  name: "fog",
  summary: "Lays a cloud of fog over the picture",
  constants: {
    32: [
      [0.2, 3],
      [0.5, 3],
      [0.75, 2.5],
      [1, 2],
      [1.5, 1.75],
    ],
    64: [
      [0.4, 3],
      [0.7, 3],
      [1, 2.5],
      [1.5, 2],
      [2, 1.75],
    ],
    224: [
      [1.5, 2],
      [2, 2],
      [2.5, 1.7],
      [2.5, 1.5],
      [3, 1.4],
    ],
  },
  draw: (stream, shape) => ({ u: stream.fillUniforms(new Float64Array(mapSide(shape) ** 2 - 1)) }),
  applyInto(source, shape, { u }, [strength, decay]: Constants, target) {
    const side = mapSide(shape);
    const map = mapScratch(side * side);
    makePlasmaInto(u, side, decay, map);
    const { height, width, channels } = shape;
    let largest = 0;
    for (let i = 0; i < source.length; i++) if (source[i]! > largest) largest = source[i]!;
    const brightest = unitOf[largest]!; // 0 keeps a black picture black
    const whole = brightest + strength;
    for (let row = 0, i = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const thickness = strength * map[row * side + column]!;
        for (let channel = 0; channel < channels; channel++, i++)
          target[i] = toByte(((unitOf[source[i]!]! + thickness) * brightest) / whole);
      }
  },
});

/** Of the map: the next power of two that holds the longer side. The picture lies on its first rows and columns. */
function mapSide({ height, width }: PictureShape): number {
  return 2 ** Math.ceil(Math.log2(Math.max(height, width)));
}

/** Fills `map` [side,side], from 0 to 1 over the whole of it. What leaves it at one edge comes back at the other. */
function makePlasmaInto(u: Float64Array, side: number, decay: number, map: Float64Array): void {
  const mask = side - 1;
  let amplitude = 100;
  let next = 0;
  map[0] = 0;
  for (let step = side; step >= 2; step /= 2, amplitude /= decay) {
    const half = step / 2;
    // The noise is drawn in ± amplitude, and multiplied by the amplitude once more, as the original does.
    const low = -amplitude;
    const span = 2 * amplitude;
    for (let row = 0; row < side; row += step) {
      const here = row * side;
      const below = ((row + step) & mask) * side;
      const at = (row + half) * side + half;
      for (let column = 0; column < side; column += step) {
        const right = (column + step) & mask;
        const sum = map[here + column]! + map[below + column]! + (map[here + right]! + map[below + right]!);
        map[at + column] = sum / 4 + amplitude * (low + span * u[next++]!);
      }
    }
    for (let row = 0; row < side; row += step) {
      const here = row * side;
      const centres = here + half * side;
      const centresAbove = ((row - half) & mask) * side;
      for (let column = 0; column < side; column += step) {
        const right = (column + step) & mask;
        const middle = column + half;
        const sum = map[centres + middle]! + map[centresAbove + middle]! + (map[here + column]! + map[here + right]!);
        map[here + middle] = sum / 4 + amplitude * (low + span * u[next++]!);
      }
    }
    for (let row = 0; row < side; row += step) {
      const here = row * side;
      const centres = here + half * side;
      const below = ((row + step) & mask) * side;
      for (let column = 0; column < side; column += step) {
        const middle = column + half;
        const left = (column - half) & mask;
        const sum = map[centres + middle]! + map[centres + left]! + (map[here + column]! + map[below + column]!);
        map[centres + column] = sum / 4 + amplitude * (low + span * u[next++]!);
      }
    }
  }
  normalise(map, side * side);
}

function normalise(map: Float64Array, count: number): void {
  let smallest = Infinity;
  let largest = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = map[i]!;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  const range = largest - smallest;
  for (let i = 0; i < count; i++) map[i] = (map[i]! - smallest) / range;
}
