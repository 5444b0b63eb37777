/** The weights that training starts from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../../src/random/stream.ts";
import { Stylizer } from "../../../src/stylize/stylizer.ts";
import { startGrey, startNearPixels } from "../../../src/stylize/training/start.ts";
import { assertClose } from "../../numbers.ts";
import { narrow } from "../stylizers.ts";

const weightsOf = (stylizer: Stylizer) =>
  [...stylizer.decoder.namedParameters()].map(([path, tensor]) => ({ path, numbers: tensor.toFloat32Array() }));
const rootMeanSquare = (numbers: readonly number[]) =>
  Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length);

test("kernels begin with a twentieth of their middle at the border, and the variance of He's: 2 over the inputs", () => {
  const stylizer = new Stylizer(stream(0, "start"), narrow);
  startNearPixels(stylizer.decoder);
  const [first] = weightsOf(stylizer); // [64,32,3,3], drawn evenly: its root mean squares are within some percent
  const numbers = [...first!.numbers];
  const middles = numbers.filter((_, at) => at % 9 === 4);
  const borders = numbers.filter((_, at) => at % 9 !== 4);
  assertClose([rootMeanSquare(borders) / rootMeanSquare(middles)], [0.05], 0.05);
  assertClose([rootMeanSquare(numbers)], [Math.sqrt(2 / (32 * 9))], 0.1);
  stylizer.dispose();
});

test("a decoder begins with grey: biases 0, the last one 0.45, and a tenth of the last weights", () => {
  const stylizer = new Stylizer(stream(0, "start"), narrow);
  const before = weightsOf(stylizer);
  startGrey(stylizer.decoder);
  const after = weightsOf(stylizer);
  for (const [place, { path, numbers }] of after.entries()) {
    const isLast = place >= after.length - 2;
    if (path.endsWith("bias"))
      assert.ok(
        numbers.every((value) => value === Math.fround(isLast ? 0.45 : 0)),
        path,
      );
    else
      assertClose(
        numbers,
        before[place]!.numbers.map((value) => (isLast ? 0.1 * value : value)),
        1e-6,
      );
  }
  stylizer.dispose();
});
