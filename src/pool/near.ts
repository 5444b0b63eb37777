/**
 * The nearest among many thumbnails, by a k-d tree (Bentley 1975, with the distances of Arya and Mount 1993) over 24 numbers
 * of each, where comparing all with all would take days. Nothing within the limits is missed: the 24 numbers are an
 * orthogonal projection of the thumbnail, so two of them never lie further apart than the thumbnails do.
 */
import { THUMBNAIL, THUMBNAIL_SIDE } from "./fingerprints.ts";

/** Fewer points than this are looked through. */
const LEAF = 32;

export interface Near {
  readonly index: number;
  /** Root of the mean squared difference of two thumbnails, in levels of 255. */
  readonly distance: number;
}

export interface NearLimits {
  /** Largest distance. */
  readonly distance: number;
  /** Largest distance as a share of the spread of either thumbnail: the deviation of its 192 numbers. */
  readonly share: number;
}

export class NearIndex {
  private readonly thumbnails: Uint8Array;
  private readonly limits: NearLimits;
  /** [members,24], in the order of `order`. */
  private readonly points: Float32Array;
  private readonly order: Uint32Array;
  /** The dimension by which the points of a part are divided, at its middle. */
  private readonly dimensions: Uint8Array;
  // Of the search that runs.
  private readonly query = new Float32Array(DIMENSIONS);
  /** How far the part that is looked through lies from the query, by dimension. */
  private readonly offsets = new Float64Array(DIMENSIONS);
  private own: Uint8Array = new Uint8Array(THUMBNAIL);
  private before = 0;
  private found = -1;
  /** Squared distance of thumbnails, in sums; shrinks as nearer ones are found. */
  private limit = 0;

  /** @param members which of the thumbnails [N,8,8,3] are searched */
  constructor(thumbnails: Uint8Array, members: Uint32Array, limits: NearLimits) {
    this.thumbnails = thumbnails;
    this.limits = limits;
    this.order = members.slice();
    this.points = new Float32Array(members.length * DIMENSIONS);
    this.dimensions = new Uint8Array(members.length);
    for (const [place, index] of members.entries()) project(thumbnailOf(thumbnails, index), this.points, place);
    this.divide(0, members.length);
  }

  /**
   * The nearest one within the limits; undefined where there is none.
   * @param before only those of a lower index; all where not given
   */
  nearest(thumbnails: Uint8Array, index: number, before = Number.POSITIVE_INFINITY): Near | undefined {
    this.own = thumbnailOf(thumbnails, index);
    this.before = before;
    this.found = -1;
    this.limit = this.largest(this.own);
    project(this.own, this.query, 0);
    this.visit(0, this.order.length, 0);
    return this.found < 0 ? undefined : { index: this.found, distance: Math.sqrt(this.limit / THUMBNAIL) };
  }

  /** The largest squared distance, in sums, at which a thumbnail has near ones. */
  private largest(thumbnail: Uint8Array): number {
    const { distance, share } = this.limits;
    return Math.min(distance ** 2, share ** 2 * varianceOf(thumbnail)) * THUMBNAIL;
  }

  /** @param apart squared distance of the query from the part */
  private visit(start: number, end: number, apart: number): void {
    if (end - start <= LEAF) {
      this.scan(start, end);
      return;
    }
    const middle = (start + end) >> 1;
    const dimension = this.dimensions[middle]!;
    const offset = this.query[dimension]! - this.points[middle * DIMENSIONS + dimension]!;
    if (offset <= 0) this.visit(start, middle, apart);
    else this.visit(middle + 1, end, apart);
    this.scan(middle, middle + 1);
    const kept = this.offsets[dimension]!;
    const beyond = apart - kept * kept + offset * offset;
    if (beyond > this.limit * SLACK) return;
    this.offsets[dimension] = offset;
    if (offset <= 0) this.visit(middle + 1, end, beyond);
    else this.visit(start, middle, beyond);
    this.offsets[dimension] = kept;
  }

  /** Looks through points one by one: where a search spends its time. */
  private scan(start: number, end: number): void {
    const { points, query } = this;
    const limit = this.limit * SLACK;
    for (let place = start, first = start * DIMENSIONS; place < end; place++, first += DIMENSIONS) {
      let apart = 0;
      for (let at = 0; at < DIMENSIONS && apart <= limit; at++) {
        const difference = query[at]! - points[first + at]!;
        apart += difference * difference;
      }
      if (apart <= limit && this.order[place]! < this.before) this.compare(this.order[place]!);
    }
  }

  private compare(candidate: number): void {
    const other = thumbnailOf(this.thumbnails, candidate);
    const squares = squaredDistance(this.own, other, this.limit);
    const isNearer = squares < this.limit || (squares === this.limit && (this.found < 0 || candidate < this.found));
    if (!isNearer || squares > this.largest(other)) return;
    this.found = candidate;
    this.limit = squares;
  }

  /** Puts the middle point of a part, by its widest dimension, into its middle, the lower ones before it; then both halves. */
  private divide(start: number, end: number): void {
    if (end - start <= LEAF) return;
    const middle = (start + end) >> 1;
    const dimension = this.widest(start, end);
    this.select(start, end - 1, middle, dimension);
    this.dimensions[middle] = dimension;
    this.divide(start, middle);
    this.divide(middle + 1, end);
  }

  /** That of the largest variance, by some of the points. */
  private widest(start: number, end: number): number {
    const step = Math.max(1, Math.floor((end - start) / SAMPLE));
    let best = 0;
    let most = -1;
    for (let dimension = 0; dimension < DIMENSIONS; dimension++) {
      let [count, sum, squares] = [0, 0, 0];
      for (let place = start; place < end; place += step) {
        const value = this.points[place * DIMENSIONS + dimension]!;
        count++;
        sum += value;
        squares += value * value;
      }
      const variance = squares - (sum * sum) / count;
      if (variance > most) [best, most] = [dimension, variance];
    }
    return best;
  }

  /** Hoare's selection: afterwards no point before `wanted` is larger, none behind it smaller. */
  private select(first: number, last: number, wanted: number, dimension: number): void {
    const { points } = this;
    let [low, high] = [first, last];
    while (low < high) {
      const pivot = points[((low + high) >> 1) * DIMENSIONS + dimension]!;
      let [left, right] = [low, high];
      while (left <= right) {
        while (points[left * DIMENSIONS + dimension]! < pivot) left++;
        while (points[right * DIMENSIONS + dimension]! > pivot) right--;
        if (left > right) break;
        this.swap(left++, right--);
      }
      if (wanted <= right) high = right;
      else if (wanted >= left) low = left;
      else return;
    }
  }

  private swap(a: number, b: number): void {
    const { points, order } = this;
    const index = order[a]!;
    order[a] = order[b]!;
    order[b] = index;
    for (let at = 0; at < DIMENSIONS; at++) {
      const kept = points[a * DIMENSIONS + at]!;
      points[a * DIMENSIONS + at] = points[b * DIMENSIONS + at]!;
      points[b * DIMENSIONS + at] = kept;
    }
  }
}

/** Points that are asked for the widest dimension. */
const SAMPLE = 500;
/** Points are rounded to single precision, distances of thumbnails are exact. */
const SLACK = 1 + 1e-5;

/** A thumbnail is projected by the sums of its cells, 4x4 of 2x2 pixels each. */
const CELLS = 4;
const CELL_SIDE = THUMBNAIL_SIDE / CELLS;

/**
 * The projection: cosine waves (DCT-II) times brightness, and the slow ones of them times two differences of colour. Natural
 * pictures differ most in these, the first above all; all are orthogonal and of unit length.
 */
const PATTERNS = patterns();
const DIMENSIONS = PATTERNS.length;

function patterns(): Float64Array[] {
  const unit = (values: number[]) => values.map((value) => value / Math.hypot(...values));
  const waves = Array.from({ length: CELLS }, (_, wave) =>
    unit(Array.from({ length: CELLS }, (_, cell) => Math.cos((Math.PI * (2 * cell + 1) * wave) / (2 * CELLS)))),
  );
  const colours = [unit([1, 1, 1]), unit([1, 0, -1]), unit([1, -2, 1])];
  const chosen: { speed: number; pattern: Float64Array }[] = [];
  for (const [place, colour] of colours.entries())
    for (const [down, rows] of waves.entries())
      for (const [across, columns] of waves.entries())
        if (place === 0 || (down < 2 && across < 2)) {
          const pattern = rows.flatMap((row) => columns.flatMap((column) => colour.map((one) => row * column * one)));
          chosen.push({
            speed: down + across + place,
            pattern: Float64Array.from(pattern, (value) => value / CELL_SIDE),
          });
        }
  return chosen.sort((a, b) => a.speed - b.speed).map(({ pattern }) => pattern);
}

const sums = new Float64Array(CELLS * CELLS * 3);

function project(thumbnail: Uint8Array, points: Float32Array, place: number): void {
  sums.fill(0);
  let at = 0;
  for (let row = 0; row < THUMBNAIL_SIDE; row++)
    for (let column = 0; column < THUMBNAIL_SIDE; column++) {
      const cell = Math.floor(row / CELL_SIDE) * CELLS + Math.floor(column / CELL_SIDE);
      for (let channel = 0; channel < 3; channel++) sums[cell * 3 + channel]! += thumbnail[at++]!;
    }
  for (const [dimension, pattern] of PATTERNS.entries()) {
    let sum = 0;
    for (let cell = 0; cell < pattern.length; cell++) sum += pattern[cell]! * sums[cell]!;
    points[place * DIMENSIONS + dimension] = sum;
  }
}

const thumbnailOf = (thumbnails: Uint8Array, index: number): Uint8Array =>
  thumbnails.subarray(index * THUMBNAIL, (index + 1) * THUMBNAIL);

/** Given up, at a number above the limit, once it is passed. */
function squaredDistance(a: Uint8Array, b: Uint8Array, limit: number): number {
  let squares = 0;
  for (let at = 0; at < THUMBNAIL && squares <= limit; at++) squares += (a[at]! - b[at]!) ** 2;
  return squares;
}

function varianceOf(thumbnail: Uint8Array): number {
  let [sum, squares] = [0, 0];
  for (const value of thumbnail) {
    sum += value;
    squares += value * value;
  }
  return squares / THUMBNAIL - (sum / THUMBNAIL) ** 2;
}
