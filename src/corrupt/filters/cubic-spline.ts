/** Cubic B-splines through, or near, whole pixels. Source: corruptions-cbar.md 4.4 and 5, circular_motion_blur. */

/** Weights of the four pixels around a place `fraction` behind the second, into four numbers of `weights` from `at`. */
export function splineWeightsInto(weights: Float64Array, at: number, fraction: number): void {
  const w0 = farWeight(1 - fraction);
  const w1 = nearWeight(fraction);
  const w2 = nearWeight(1 - fraction);
  weights[at] = w0;
  weights[at + 1] = w1;
  weights[at + 2] = w2;
  weights[at + 3] = 1 - w0 - w1 - w2;
}

/** The weight of a pixel that is between 1 and 2 away, by how much is left to 2. */
export function farWeight(left: number): number {
  return (left * left * left) / 6;
}

/** The weight of a pixel at that distance, up to 1. */
export function nearWeight(distance: number): number {
  return (distance * distance * (distance - 2) * 3 + 4) / 6;
}

const POLE = Math.sqrt(3) - 2;

/**
 * Turns values into the coefficients of the spline that goes through them, in place: `length` of them, `stride` apart,
 * for every one of `stride` neighbours and `count` blocks of length * stride.
 */
export function splineCoefficients(values: Float64Array, count: number, length: number, stride: number): void {
  const far = POLE ** (length - 1);
  for (let block = 0; block < count; block++)
    for (let neighbour = 0; neighbour < stride; neighbour++) {
      const first = block * length * stride + neighbour;
      const last = first + (length - 1) * stride;
      for (let at = first; at <= last; at += stride) values[at] = values[at]! * 6;
      let start = values[first]! + far * values[last]!;
      for (let i = 1, power = POLE; i < length - 1; i++, power *= POLE)
        start += power * (values[first + i * stride]! + far * values[last - i * stride]!);
      values[first] = start / (1 - far * far);
      for (let at = first + stride; at <= last; at += stride) values[at] = values[at]! + POLE * values[at - stride]!;
      values[last] = ((POLE * values[last - stride]! + values[last]!) * POLE) / (POLE * POLE - 1);
      for (let at = last - stride; at >= first; at -= stride) values[at] = POLE * (values[at + stride]! - values[at]!);
    }
}
