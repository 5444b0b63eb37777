/** SciPy's linear zoom of the middle of a picture, cut to its size. Source: corruptions-c.md 2.6. */
import type { PictureShape } from "../../pictures/picture.ts";
import { roundHalfEven } from "../../pictures/rounding.ts";
import { lastMade } from "./last-made.ts";
import { createScratch } from "./scratch.ts";

/** For each place along one axis: the sample before it, and the weight of the one after that; 0 where there is none. */
interface Axis {
  readonly before: Int32Array;
  readonly afterWeight: Float64Array;
}

export interface ZoomTables {
  readonly rows: Axis;
  readonly columns: Axis;
}

const { fround } = Math;
const tablesOf = lastMade<ZoomTables>(16);
const weightedScratch = createScratch(Float64Array);

/** The tables of a zoom by `factor` (1 or more). Height and width each take their own. */
export function zoomTables({ height, width }: PictureShape, factor: number): ZoomTables {
  return tablesOf(`${height} ${width} ${factor}`, () => {
    const rows = axisOf(height, factor);
    return { rows, columns: width === height ? rows : axisOf(width, factor) };
  });
}

/** The zoomed [H,W,1] plane, in float64. Fills an argument: hot. */
export function zoomPlaneInto(
  source: Float64Array,
  plane: PictureShape,
  tables: ZoomTables,
  target: Float64Array,
): void {
  const { before, afterWeight } = tables.columns;
  const lower = plane.width + 1;
  for (let row = 0, at = 0; row < plane.height; row++) {
    const weighted = weighRows(source, plane, tables, row);
    for (let column = 0; column < plane.width; column++) {
      const left = before[column]!;
      const r = afterWeight[column]!;
      const l = 1 - r;
      target[at++] =
        weighted[left]! * l + weighted[left + 1]! * r + weighted[lower + left]! * l + weighted[lower + left + 1]! * r;
    }
  }
}

/** Adds the zoomed [H,W,C] picture to `sums`, in float32 but for the zoom itself. Fills an argument: hot. */
export function addZoomedInto(sums: Float32Array, source: Float64Array, shape: PictureShape, tables: ZoomTables): void {
  const { width, channels } = shape;
  const addRow = channels === 3 ? addColourRow : addGreyRow;
  for (let row = 0; row < shape.height; row++)
    addRow(sums, row * width * channels, weighRows(source, shape, tables, row), tables.columns);
}

/** The three channels written out: half the time of a loop over them. */
function addColourRow(sums: Float32Array, at: number, weighted: Float64Array, { before, afterWeight }: Axis): void {
  const lower = 3 * before.length + 3;
  for (let column = 0; column < before.length; column++, at += 3) {
    const i = 3 * before[column]!;
    const j = lower + i;
    const r = afterWeight[column]!;
    const l = 1 - r;
    const red = weighted[i]! * l + weighted[i + 3]! * r + weighted[j]! * l + weighted[j + 3]! * r;
    const green = weighted[i + 1]! * l + weighted[i + 4]! * r + weighted[j + 1]! * l + weighted[j + 4]! * r;
    const blue = weighted[i + 2]! * l + weighted[i + 5]! * r + weighted[j + 2]! * l + weighted[j + 5]! * r;
    sums[at] = fround(sums[at]! + fround(red));
    sums[at + 1] = fround(sums[at + 1]! + fround(green));
    sums[at + 2] = fround(sums[at + 2]! + fround(blue));
  }
}

function addGreyRow(sums: Float32Array, at: number, weighted: Float64Array, { before, afterWeight }: Axis): void {
  const lower = before.length + 1;
  for (let column = 0; column < before.length; column++, at++) {
    const i = before[column]!;
    const j = lower + i;
    const r = afterWeight[column]!;
    const l = 1 - r;
    sums[at] = fround(
      sums[at]! + fround(weighted[i]! * l + weighted[i + 1]! * r + weighted[j]! * l + weighted[j + 1]! * r),
    );
  }
}

/** The two rows between which a row of the result lies, as far as it reads them, times their weights; after each a pixel of 0. */
function weighRows(
  source: Float64Array,
  { height, width, channels }: PictureShape,
  { rows, columns }: ZoomTables,
  row: number,
): Float64Array {
  const rowLength = width * channels;
  const lower = rowLength + channels;
  const weighted = weightedScratch(2 * lower);
  const above = rows.before[row]! * rowLength;
  const below = Math.min(rows.before[row]! + 1, height - 1) * rowLength;
  const belowWeight = rows.afterWeight[row]!;
  const aboveWeight = 1 - belowWeight;
  const end = Math.min(columns.before[width - 1]! + 2, width) * channels;
  for (let i = columns.before[0]! * channels; i < end; i++) {
    weighted[i] = source[above + i]! * aboveWeight;
    weighted[lower + i] = source[below + i]! * belowWeight;
  }
  for (let i = rowLength; i < lower; i++) weighted[i] = weighted[lower + i] = 0;
  return weighted;
}

function axisOf(count: number, factor: number): Axis {
  const window = Math.ceil(count / factor);
  const first = (count - window) >> 1;
  const zoomed = roundHalfEven(window * factor);
  const cut = (zoomed - count) >> 1;
  const step = (window - 1) / (zoomed - 1);
  const before = new Int32Array(count);
  const afterWeight = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const position = (cut + i) * step;
    const sample = Math.min(Math.floor(position), window - 1);
    before[i] = first + sample;
    // The library gives 0 for places that rounding puts behind the last sample: none at the published sizes. Here they
    // take the last sample.
    afterWeight[i] = sample < window - 1 ? position - sample : 0;
  }
  return { before, afterWeight };
}
