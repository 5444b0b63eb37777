/** Canny's edges, as OpenCV finds them. Source: corruptions-c.md 4, spatter, step 2. */
import type { Size } from "../../pictures/resize.ts";

/** Gradients above become edges where they are largest across the edge: weak ones only where they touch a strong one. */
const WEAK = 50;
const STRONG = 150;

// The planes below have a border of one pixel around them.
let bytes = new Uint8Array(0);
let gradientX = new Int16Array(0);
let gradientY = new Int16Array(0);
let magnitudes = new Int16Array(0);
/** Weak edges, and then those found strong. */
let marks = new Uint8Array(0);
const CANDIDATE = 1;
const EDGE = 2;
let stack = new Int32Array(0);

/** Marks the edges of bytes [H,W] by 1, all else by 0. */
export function findEdgesInto(plane: Uint8Array, size: Size, edges: Uint8Array): void {
  const { height, width } = size;
  const stride = width + 2;
  prepare((height + 2) * stride);
  copyClamped(plane, size);
  findGradients(size);
  let stacked = markCandidates(size);
  while (stacked > 0) {
    const at = stack[--stacked]!;
    for (let row = at - stride; row <= at + stride; row += stride)
      for (let neighbour = row - 1; neighbour <= row + 1; neighbour++)
        if (marks[neighbour] === CANDIDATE) {
          marks[neighbour] = EDGE;
          stack[stacked++] = neighbour;
        }
  }
  for (let row = 0, to = 0; row < height; row++)
    for (let column = 0, at = (row + 1) * stride + 1; column < width; column++) edges[to++] = marks[at++]! >> 1;
}

function prepare(length: number): void {
  if (bytes.length >= length) {
    magnitudes.fill(0, 0, length);
    marks.fill(0, 0, length);
    return;
  }
  bytes = new Uint8Array(length);
  gradientX = new Int16Array(length);
  gradientY = new Int16Array(length);
  magnitudes = new Int16Array(length);
  marks = new Uint8Array(length);
  stack = new Int32Array(length);
}

/** Beyond the plane its nearest pixel. */
function copyClamped(plane: Uint8Array, { height, width }: Size): void {
  const stride = width + 2;
  for (let row = -1, at = 0; row <= height; row++) {
    const from = Math.min(Math.max(row, 0), height - 1) * width;
    bytes[at++] = plane[from]!;
    for (let column = 0; column < width; column++) bytes[at++] = plane[from + column]!;
    bytes[at] = bytes[at - 1]!;
    at = (row + 2) * stride;
  }
}

/** Sobel's, 3x3. The magnitude is the sum of both; it is 0 outside the plane. */
function findGradients({ height, width }: Size): void {
  const stride = width + 2;
  for (let row = 1; row <= height; row++)
    for (let at = row * stride + 1, end = at + width; at < end; at++) {
      const above = at - stride;
      const below = at + stride;
      const falling = bytes[below + 1]! - bytes[above - 1]!;
      const rising = bytes[above + 1]! - bytes[below - 1]!;
      const x = falling + rising + 2 * (bytes[at + 1]! - bytes[at - 1]!);
      const y = falling - rising + 2 * (bytes[below]! - bytes[above]!);
      gradientX[at] = x;
      gradientY[at] = y;
      magnitudes[at] = Math.abs(x) + Math.abs(y);
    }
}

/** Marks the candidates, and stacks the strong ones; returns how many those are. */
function markCandidates({ height, width }: Size): number {
  const stride = width + 2;
  let stacked = 0;
  for (let row = 1; row <= height; row++)
    for (let at = row * stride + 1, end = at + width; at < end; at++) {
      const magnitude = magnitudes[at]!;
      if (magnitude <= WEAK || !isLargestAcross(at, magnitude, stride)) continue;
      if (magnitude > STRONG) {
        marks[at] = EDGE;
        stack[stacked++] = at;
      } else marks[at] = CANDIDATE;
    }
  return stacked;
}

/** Compared with the two neighbours along the gradient: it counts as level or upright within 22.5 degrees. */
function isLargestAcross(at: number, magnitude: number, stride: number): boolean {
  const x = gradientX[at]!;
  const y = gradientY[at]!;
  const right = 13_573 * Math.abs(x); // the tangent of 22.5 degrees, times 2^15
  const up = Math.abs(y) << 15;
  if (up < right) return magnitude > magnitudes[at - 1]! && magnitude >= magnitudes[at + 1]!;
  if (up > right + (Math.abs(x) << 16))
    return magnitude > magnitudes[at - stride]! && magnitude >= magnitudes[at + stride]!;
  const slant = (x ^ y) < 0 ? -1 : 1;
  return magnitude > magnitudes[at - stride - slant]! && magnitude > magnitudes[at + stride + slant]!;
}
