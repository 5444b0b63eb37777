import assert from "node:assert/strict";
import { test } from "node:test";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";

/** The numbers to 6 places: they were computed in float32. */
const rounded = (numbers: Float32Array) => Array.from(numbers, (number) => Number(number.toFixed(6)));

test("a grey picture is what is left of its values in [0,1] after the mean, divided by the deviation", () => {
  const maker = new ImageMaker({ height: 1, width: 3, channels: 1 }, { mean: [0.2], deviation: [0.5] }, "cpu");
  scope(() => {
    const images = maker.images(Uint8Array.of(0, 51, 255), 1);
    assert.deepEqual(images.shape, [1, 1, 1, 3]);
    assert.deepEqual(rounded(images.toFloat32Array()), [-0.4, 0, 1.6]);
  });
  maker.dispose();
});

test("every channel of a colour picture has its own mean and deviation, and comes before the pixels", () => {
  const normalisation = { mean: [0, 0.2, 0.6], deviation: [1, 0.2, 0.4] };
  const maker = new ImageMaker({ height: 2, width: 1, channels: 3 }, normalisation, "cpu");
  scope(() => {
    // The upper pixel is (0.2, 0.4, 0.6), the lower (1, 0, 1).
    const images = maker.images(Uint8Array.of(51, 102, 153, 255, 0, 255), 1);
    assert.deepEqual(images.shape, [1, 3, 2, 1]);
    assert.deepEqual(rounded(images.toFloat32Array()), [0.2, 1, 1, -1, 0, 1]);
  });
  maker.dispose();
});

test("pictures follow each other, and only as many as are asked for are read", () => {
  const maker = new ImageMaker({ height: 1, width: 1, channels: 1 }, { mean: [0], deviation: [1] }, "cpu");
  scope(() => {
    const images = maker.images(Uint8Array.of(255, 0, 51), 3);
    assert.deepEqual(images.shape, [3, 1, 1, 1]);
    assert.deepEqual(rounded(images.toFloat32Array()), [1, 0, 0.2]);
  });
  maker.dispose();
});

test("images lie in channels_last: the channels of a pixel side by side, as convolutions want them", () => {
  const maker = new ImageMaker({ height: 4, width: 5, channels: 3 }, { mean: [0, 0, 0], deviation: [1, 1, 1] }, "cpu");
  scope(() => {
    const images = maker.images(new Uint8Array(2 * 4 * 5 * 3), 2);
    assert.equal(images.dtype, "float32");
    assert.deepEqual(images.strides, [60, 1, 15, 3]);
  });
  maker.dispose();
});

test("the bytes are left as they are, and may be written over as soon as the images are made", () => {
  const maker = new ImageMaker({ height: 1, width: 2, channels: 1 }, { mean: [0.5], deviation: [0.5] }, "cpu");
  const bytes = Uint8Array.of(0, 255);
  scope(() => {
    const images = maker.images(bytes, 1);
    assert.deepEqual([...bytes], [0, 255]);
    bytes.fill(51);
    assert.deepEqual(rounded(images.toFloat32Array()), [-1, 1]);
  });
  maker.dispose();
});

test("a maker holds two tensors until it is disposed of, and leaves none behind", () => {
  const { live } = handleCounts();
  const maker = new ImageMaker({ height: 1, width: 1, channels: 1 }, { mean: [0], deviation: [1] }, "cpu");
  scope(() => {
    maker.images(Uint8Array.of(1), 1);
  });
  assert.equal(handleCounts().live, live + 2);
  maker.dispose();
  assert.equal(handleCounts().live, live);
});
