import assert from "node:assert/strict";
import { test } from "node:test";
import { type ComplexArray, inverseTransform } from "../../../src/corrupt/filters/fourier.ts";
import { stream } from "../../../src/random/stream.ts";

const zeros = (length: number): ComplexArray => ({
  real: new Float64Array(length),
  imaginary: new Float64Array(length),
});

/** The sum itself, of each column of [length, columns]. */
function plain({ real, imaginary }: ComplexArray, length: number, columns: number): ComplexArray {
  const result = zeros(length * columns);
  for (let column = 0; column < columns; column++)
    for (let k = 0; k < length; k++)
      for (let j = 0; j < length; j++) {
        const angle = (2 * Math.PI * ((j * k) % length)) / length;
        const from = j * columns + column;
        const to = k * columns + column;
        result.real[to]! += real[from]! * Math.cos(angle) - imaginary[from]! * Math.sin(angle);
        result.imaginary[to]! += real[from]! * Math.sin(angle) + imaginary[from]! * Math.cos(angle);
      }
  return result;
}

for (const length of [1, 2, 4, 7, 8, 9, 12, 15, 23, 32, 49, 64, 90, 97, 224])
  test(`the transform of length ${length} is the plain sum, for each of three columns`, () => {
    const columns = 3;
    const source = stream(0, "fourier", length);
    const input = { real: source.normals(length * columns), imaginary: source.normals(length * columns) };
    const expected = plain(input, length, columns);
    const actual = inverseTransform(input, zeros(length * columns), length, columns);
    for (const part of ["real", "imaginary"] as const)
      for (const [i, value] of expected[part].entries())
        assert.ok(Math.abs(actual[part][i]! - value) < 1e-11, `${part} ${i}: ${actual[part][i]}, sum ${value}`);
  });

test("one wave comes from one frequency: number 1 of 8 turns once, to the left", () => {
  const input = zeros(8);
  input.real[1] = 1;
  const { real, imaginary } = inverseTransform(input, zeros(8), 8, 1);
  const half = Math.SQRT1_2;
  for (const [i, value] of [1, half, 0, -half, -1, -half, 0, half].entries()) {
    assert.ok(Math.abs(real[i]! - value) < 1e-15);
    assert.ok(Math.abs(imaginary[(i + 2) % 8]! - value) < 1e-15);
  }
});
