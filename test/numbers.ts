/** Drawing and comparing the numbers of tensors. */
import assert from "node:assert/strict";
import { type Tensor, tensorFrom } from "../src/engine/tensor.ts";
import { stream } from "../src/random/stream.ts";

/** Standard normal numbers times `scale` plus `offset`, float32 of that shape; the name decides them. */
export function normalTensor(name: string, shape: readonly number[], scale = 1, offset = 0): Tensor {
  const draws = stream(0, "test", name);
  const count = shape.reduce((product, size) => product * size, 1);
  return tensorFrom(
    Float32Array.from({ length: count }, () => offset + scale * draws.normal()),
    shape,
  );
}

/** The largest difference over the largest number expected; NaN where any number is. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    difference = Math.max(difference, Math.abs(actual[index]! - expected[index]!));
    largest = Math.max(largest, Math.abs(expected[index]!));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Holds every number within `limit` times the largest expected one. */
export function assertClose(
  actual: Tensor | ArrayLike<number>,
  expected: Tensor | ArrayLike<number>,
  limit: number,
  what = "",
): void {
  const [a, b] = [actual, expected].map((side) => ("handle" in side ? side.toFloat32Array() : side));
  assert.equal(a!.length, b!.length, `${what}: ${a!.length} numbers, expected ${b!.length}`);
  const error = relativeError(a!, b!);
  assert.ok(error <= limit, `${what}: off by ${error} of the largest, allowed are ${limit}`);
}
