/** Draws thin grey lines across the picture. Source: corruptions-cbar.md 5. */
import type { PictureShape } from "../pictures/picture.ts";
import { shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";

const GREY = 128;

export const lines = defineCorruption({
  name: "lines",
  summary: "Draws thin grey lines across the picture",
  constants: barStrengths({ cifar: [0.5, 1, 1.5, 2, 2.5] }),
  /** `places`: row, column and turn of each line, uniform; as many lines as the severity asks for. */
  draw(stream, shape, strength) {
    const angle = uniformBetween(stream, 0, 2 * Math.PI);
    const variation = uniformBetween(stream, 0.1, 1);
    const places = new Float64Array(3 * lineCount(shape, strength));
    for (let i = 0; i < places.length; i++) places[i] = stream.uniform();
    return { angle, variation, places };
  },
  applyInto(source, shape, { angle, variation, places }, strength, target) {
    const { height, width } = shape;
    const reach = shorterSide(shape);
    target.set(source);
    const before = beforeScratch(source.length);
    before.set(source);
    for (let line = 0; line < lineCount(shape, strength); line++) {
      const row = height * places[3 * line]!;
      const column = width * places[3 * line + 1]!;
      const turned = angle + 2 * Math.PI * variation * (places[3 * line + 2]! - 0.5);
      const down = Math.cos(turned) * reach;
      const across = Math.sin(turned) * reach;
      const from = { row: Math.trunc(row - down), column: Math.trunc(column - across) };
      drawLine(target, before, shape, from, { row: Math.trunc(row + down), column: Math.trunc(column + across) });
    }
  },
});

function lineCount(shape: PictureShape, strength: number): number {
  return Math.trunc(level(strength, 1) * shorterSide(shape));
}

interface Point {
  readonly row: number;
  readonly column: number;
}

const beforeScratch = createScratch(Uint8Array);
const touchedScratch = createScratch(Int32Array);

/**
 * Onto `target`. `before` is the picture before the line and follows when it is done: of a pixel met twice, only the last
 * meeting counts. Zingl: The beauty of Bresenham's algorithm (2012), with the smoothing of scikit-image's `line_aa`.
 */
function drawLine(target: Uint8Array, before: Uint8Array, shape: PictureShape, from: Point, to: Point): void {
  const across = Math.abs(to.column - from.column);
  const down = Math.abs(to.row - from.row);
  const right = from.column < to.column ? 1 : -1;
  const lower = from.row < to.row ? 1 : -1;
  const length = across + down === 0 ? 1 : Math.fround(Math.sqrt(across * across + down * down));
  const touched = touchedScratch(3 * (across + down + 1));
  let touchedCount = 0;
  let { row, column } = from;
  let error = across - down;
  for (;;) {
    touched[touchedCount++] = mark(target, before, shape, row, column, Math.abs(error - across + down) / length);
    const last = error;
    const lastColumn = column;
    if (2 * last >= -across) {
      if (column === to.column) break;
      if (last + down < length)
        touched[touchedCount++] = mark(target, before, shape, row + lower, column, Math.abs(last + down) / length);
      error -= down;
      column += right;
    }
    if (2 * last <= down) {
      if (row === to.row) break;
      if (across - last < length)
        touched[touchedCount++] = mark(
          target,
          before,
          shape,
          row,
          lastColumn + right,
          Math.abs(across - last) / length,
        );
      error += across;
      row += lower;
    }
  }
  for (let i = 0; i < touchedCount; i++) {
    const first = touched[i]!;
    if (first !== OUTSIDE) for (let at = first; at < first + shape.channels; at++) before[at] = target[at]!;
  }
}

const OUTSIDE = -1;

/** Greys one pixel, the more the nearer it is, and returns its first byte. Those outside of the picture are left out. */
function mark(
  target: Uint8Array,
  before: Uint8Array,
  { height, width, channels }: PictureShape,
  row: number,
  column: number,
  distance: number,
): number {
  if (row < 0 || row >= height || column < 0 || column >= width) return OUTSIDE;
  const share = 1 - distance;
  const first = (row * width + column) * channels;
  for (let at = first; at < first + channels; at++) target[at] = (1 - share) * before[at]! + share * GREY;
  return first;
}
