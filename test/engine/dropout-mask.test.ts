/** Which elements dropout keeps: the mask of the fused operator, and its twin of stock operators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { devices, setThreadCount } from "../../src/engine/device.ts";
import { full, ones } from "../../src/engine/ops/create.ts";
import { dropoutBatchNormAct, dropoutMask, dropoutMaskTwin } from "../../src/engine/ops/fused.ts";
import { contiguous } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { normalTensor } from "../numbers.ts";

setThreadCount(1);

const maskOf = (shape: number[], probability: number, key: number) =>
  scope(() => dropoutMask(shape, probability, key).toArray());
const count = (mask: ArrayLike<number | bigint>) => Array.from(mask).filter(Boolean).length;

/** SplitMix64's output for the key gives offset and salt; then a hash of 32 bits of the place: written from mask.h's words. */
function keeps(place: number, probability: number, key: bigint): boolean {
  const wrap = (value: bigint) => value & 0xffff_ffff_ffff_ffffn;
  let z = wrap(key + 0x9e3779b97f4a7c15n);
  z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  z ^= z >> 31n;
  let hash = BigInt.asUintN(32, BigInt(place) + z);
  hash = BigInt.asUintN(32, (hash ^ (hash >> 16n)) * 0x7feb352dn);
  hash = BigInt.asUintN(32, (hash ^ (hash >> 15n) ^ (z >> 32n)) * 0x846ca68bn);
  return Number(BigInt.asIntN(32, hash)) >= Math.round(probability * 2 ** 32) - 2 ** 31;
}

for (const device of devices())
  test(`the twin on ${device} keeps the same elements, bit for bit, for any shape, key and probability`, () => {
    for (const shape of [[7], [5, 33], [2, 3, 5], [3, 5, 4, 7], [2, 64, 8, 8]])
      for (const key of [0, 1, 2 ** 32 - 1, 2 ** 53 - 1])
        for (const probability of [0, 0.2, 0.5, 0.999])
          scope(() => {
            const [own, twin] = [
              dropoutMask(shape, probability, key),
              dropoutMaskTwin(shape, probability, key, device),
            ];
            assert.deepEqual(twin.shape, shape);
            assert.deepEqual(twin.toArray(), own.toArray(), `[${shape}] ${key} ${probability}`);
          });
  });

test("an element is kept by the hash of its place, channels last", () => {
  const [n, c, h, w] = [2, 3, 4, 5];
  const mask = maskOf([n, c, h, w], 0.4, 123_456_789_012);
  for (const [index, kept] of mask.entries()) {
    const [picture, channel, pixel] = [
      Math.floor(index / (c * h * w)),
      Math.floor(index / (h * w)) % c,
      index % (h * w),
    ];
    const place = (picture * h * w + pixel) * c + channel;
    assert.equal(kept === 1, keeps(place, 0.4, 123_456_789_012n), `element ${index}`);
  }
});

test("the operator drops the elements of the mask, in the gradient too", () => {
  scope(() => {
    const [shape, probability, key] = [[6, 24, 5, 4], 0.3, 99];
    const images = contiguous(normalTensor("images", shape, 1, 3), "channels_last");
    images.requiresGradient = true;
    const state = { weight: ones([24]), bias: full([24], 0), runningMean: full([24], 0), runningVar: ones([24]) };
    const options = { training: true, momentum: 0.1, epsilon: 1e-5, activation: "none", probability, key } as const;
    const output = dropoutBatchNormAct(images, state, options);
    backward(output, normalTensor("gradient", shape));
    const mask = dropoutMask(shape, probability, key).toArray();
    const gradient = gradientOf(images)!.toFloat32Array();
    assert.deepEqual(
      gradient.map((value) => Number(value !== 0)),
      Float32Array.from(mask, Number),
    );
    // Dropped elements are 0 before the normalisation: all those of a channel come out alike, below what was kept.
    const numbers = output.toFloat32Array();
    for (let channel = 0; channel < 24; channel++) {
      const dropped = new Set<number>();
      for (let picture = 0; picture < 6; picture++)
        for (let pixel = 0; pixel < 20; pixel++) {
          const index = (picture * 24 + channel) * 20 + pixel;
          if (mask[index] === 0) dropped.add(numbers[index]!);
        }
      assert.equal(dropped.size, 1, `channel ${channel}`);
    }
  });
});

test("one thread and two keep the same elements", () => {
  const one = maskOf([1_000_003], 0.2, 5);
  setThreadCount(2);
  assert.deepEqual(maskOf([1_000_003], 0.2, 5), one);
  setThreadCount(1);
});

test("dropout keeps its share of the elements", () => {
  for (const probability of [0.05, 0.2, 0.5, 0.9])
    for (const key of [0, 1, 2, 3, 4]) {
      const n = 200_000;
      const kept = count(maskOf([n], probability, key));
      // Binomial(n, 1 - p), 20 checks: 5.45 standard deviations are passed by one sound hash in 20 million, so by one set
      // of checks in a million. A share that is off by 0.008 is caught with power above 0.95 at p = 0.5.
      const limit = 5.45 * Math.sqrt(n * probability * (1 - probability));
      assert.ok(Math.abs(kept - n * (1 - probability)) <= limit, `${probability}, key ${key}: ${kept} of ${n} kept`);
    }
});

test("neighbouring places and neighbouring keys keep independently", () => {
  const n = 400_000;
  const [mask, next] = [maskOf([n], 0.5, 10), maskOf([n], 0.5, 11)];
  const alike = (other: ArrayLike<number | bigint>, shift: number) => {
    let equal = 0;
    for (let i = 0; i + shift < n; i++) if (mask[i] === other[i + shift]) equal++;
    return equal / (n - shift);
  };
  // Shares of n fair coins, 7 checks: 5.3 standard deviations are passed by one sound hash in 8 million, one set of checks
  // in a million. A correlation of 0.01 is caught with power 0.8.
  const limit = (5.3 * 0.5) / Math.sqrt(n - 1024);
  for (const shift of [1, 2, 16, 64, 1024])
    assert.ok(Math.abs(alike(mask, shift) - 0.5) <= limit, `shift ${shift}: ${alike(mask, shift)}`);
  for (const shift of [0, 1]) assert.ok(Math.abs(alike(next, shift) - 0.5) <= limit, `next key: ${alike(next, shift)}`);
});

test("the same key gives the same mask again; a higher probability drops what a lower one drops", () => {
  const [low, high] = [maskOf([10_000], 0.2, 3), maskOf([10_000], 0.4, 3)];
  assert.deepEqual(maskOf([10_000], 0.2, 3), low);
  assert.ok(low.every((kept, index) => kept === 1 || high[index] === 0));
});

test("a probability outside of [0,1) is refused, by the twin too", () => {
  for (const probability of [1, -0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const refusal = { code: "torch", message: /probability is in \[0, 1\), not/ };
    assert.throws(() => dropoutMask([3], probability, 0), refusal);
    assert.throws(() => dropoutMaskTwin([3], probability, 0, "cpu"), refusal);
  }
});
