/** A crystal of ice: a fan of blades that grow from one place, each with a bright edge, a dark one and fine lines along it. */
import type { Stream } from "../../random/stream.ts";

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Blades of one crystal lie within this angle, in radians. */
const FAN = 2;
/** Widest place of a blade, as a share of its length. */
const WIDTH = 0.13;
/** Fine lines along a blade. */
const LINES = 3;

/** Draws one somewhere on the field [height * width]. */
export function drawCrystal(field: Float32Array, size: Size, draws: Stream, longest: number, brightness: number): void {
  const row = size.height * draws.uniform();
  const column = size.width * draws.uniform();
  const direction = 2 * Math.PI * draws.uniform();
  for (let count = draws.integer(2, 6); count > 0; count--)
    drawBlade(field, size, {
      row,
      column,
      angle: direction + FAN * (draws.uniform() - 0.5),
      length: longest * (0.25 + 0.75 * draws.uniform()),
      strength: brightness * (0.4 + 0.6 * draws.uniform()),
    });
}

interface Blade {
  readonly row: number;
  readonly column: number;
  readonly angle: number;
  readonly length: number;
  readonly strength: number;
}

/** A leaf of ice over what is there: lit from one side, and fading towards its tip. */
function drawBlade(
  field: Float32Array,
  { height, width }: Size,
  { row, column, angle, length, strength }: Blade,
): void {
  const down = Math.sin(angle);
  const right = Math.cos(angle);
  const reach = Math.ceil(length);
  const firstRow = Math.max(0, Math.floor(row - reach));
  const lastRow = Math.min(height - 1, Math.ceil(row + reach));
  const firstColumn = Math.max(0, Math.floor(column - reach));
  const lastColumn = Math.min(width - 1, Math.ceil(column + reach));
  for (let y = firstRow; y <= lastRow; y++)
    for (let x = firstColumn; x <= lastColumn; x++) {
      const along = ((y - row) * down + (x - column) * right) / length;
      if (along <= 0 || along >= 1) continue;
      const half = WIDTH * length * Math.min(1, 4 * along) * (1 - along);
      const across = ((x - column) * down - (y - row) * right) / half;
      if (across <= -1 || across >= 1) continue;
      const ridge = 1 - Math.abs(across);
      const light = across + 0.4 * Math.cos(LINES * Math.PI * across) + 0.2;
      field[y * width + x]! += strength * light * Math.min(1, 3 * ridge) * (1 - 0.6 * along);
    }
}
