/** Clouds: smooth noise of several sizes on top of each other, bent by more of the same. */
import type { Stream } from "../../random/stream.ts";

const OCTAVES = 5;
/** Points of the lattice, a power of two; the noise repeats behind the last one. */
const LATTICE = 64;

/** Fills [height * width] with values from about -1 to 1. */
export function cloudsInto(
  field: Float32Array,
  { height, width }: { height: number; width: number },
  { size, bend }: { size: number; bend: number },
  draws: Stream,
): void {
  const lattice = draws.fillUniforms(new Float64Array(LATTICE * LATTICE));
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      const y = row + bend * noiseAt(lattice, row / size + 17, column / size + 3);
      const x = column + bend * noiseAt(lattice, row / size + 5, column / size + 29);
      let sum = 0;
      let share = 0.5;
      for (let octave = 0, scale = 1 / size; octave < OCTAVES; octave++, scale *= 2, share /= 2)
        sum += share * noiseAt(lattice, y * scale, x * scale);
      field[at] = sum;
    }
}

/** Smooth between the lattice's points, from -1 to 1. */
function noiseAt(lattice: Float64Array, y: number, x: number): number {
  const row = Math.floor(y);
  const column = Math.floor(x);
  const down = smooth(y - row);
  const right = smooth(x - column);
  const above = (row & (LATTICE - 1)) * LATTICE;
  const below = ((row + 1) & (LATTICE - 1)) * LATTICE;
  const from = column & (LATTICE - 1);
  const to = (column + 1) & (LATTICE - 1);
  const upper = lattice[above + from]! + right * (lattice[above + to]! - lattice[above + from]!);
  const lower = lattice[below + from]! + right * (lattice[below + to]! - lattice[below + from]!);
  return 2 * (upper + down * (lower - upper)) - 1;
}

const smooth = (share: number) => share * share * (3 - 2 * share);
