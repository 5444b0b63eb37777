import assert from "node:assert/strict";
import { test } from "node:test";
import { philoxInto } from "../../src/random/philox.ts";
import { type Stream, stream } from "../../src/random/stream.ts";

function philox(counter: readonly number[], key: readonly number[]): string {
  const output = new Uint32Array(4);
  philoxInto(output, key[0]!, key[1]!, counter[0]!, counter[1]!, counter[2]!, counter[3]!);
  return [...output].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

const first = (source: Stream, count = 8) => Array.from({ length: count }, () => source.uint32());

test("Philox4x32-10 gives the published answers", () => {
  const ones = 0xffffffff;
  assert.equal(philox([0, 0, 0, 0], [0, 0]), "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  assert.equal(philox([ones, ones, ones, ones], [ones, ones]), "408f276d 41c83b0e a20bc7c6 6d5451fd");
  assert.equal(
    philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  );
});

test("a stream's numbers are Philox of its key and the count of blocks", () => {
  const source = stream(3, "plan");
  const words = first(source).map((word) => word.toString(16).padStart(8, "0"));
  assert.equal(words.slice(0, 4).join(" "), philox([0, 0, 0, 0], source.key));
  assert.equal(words.slice(4).join(" "), philox([1, 0, 0, 0], source.key));
});

test("the same seed and names give the same numbers, made at once or fork by fork", () => {
  const whole = first(stream(7, "augment", 12, "original", 49_999));
  assert.deepEqual(first(stream(7, "augment", 12, "original", 49_999)), whole);
  assert.deepEqual(first(stream(7, "augment", 12).fork("original", 49_999)), whole);
  assert.deepEqual(first(stream(7).fork("augment").fork(12).fork("original").fork(49_999)), whole);
});

test("a fork does not depend on what was drawn before, nor disturbs it", () => {
  const quiet = stream(1, "a");
  const busy = stream(1, "a");
  first(busy, 5);
  assert.deepEqual(first(busy.fork("b")), first(quiet.fork("b")));
  first(quiet, 5);
  assert.deepEqual(first(busy), first(quiet));
});

test("names that read alike name different streams", () => {
  const names: (string | number)[][] = [
    [],
    [0],
    [0, 0],
    [1],
    [-1],
    [2 ** 32],
    [2 ** 32 + 1],
    [-(2 ** 32)],
    [2 ** 53 - 1],
    [""],
    ["", ""],
    ["0"],
    ["a"],
    ["A"],
    ["a\0"],
    ["\0a"],
    ["ab", "c"],
    ["a", "bc"],
    ["abc"],
    ["abcd"],
    ["abcd", ""],
    ["abcde"],
    ["abcd", "e"],
    ["e", "abcd"],
    ["ä"],
    ["original"],
    ["synthetic"],
  ];
  const keys = names.flatMap((path) => [0, 1].map((seed) => stream(seed, ...path).key.join()));
  assert.equal(new Set(keys).size, 2 * names.length);
});

test("a name that is not a whole number is refused", () => {
  for (const name of [0.5, Number.NaN, Infinity, 2 ** 53])
    assert.throws(() => stream(0, name), { code: "argument", message: /whole number/ });
  assert.throws(() => stream(0.1), { code: "argument" });
});

test("keys of 200,000 neighbouring pictures in two epochs are all different", () => {
  const keys = new Set<number>();
  for (const epoch of [0, 1]) {
    const base = stream(0, "augment", epoch);
    for (let index = 0; index < 100_000; index++) {
      const [high, low] = base.fork("original", index).key;
      keys.add((high % 2 ** 21) * 2 ** 32 + low); // 53 of 64 bits: two of them meet with probability 2e-6
    }
  }
  assert.equal(keys.size, 200_000);
});

test("neighbouring keys and neighbouring numbers share no bits", () => {
  // 64,000 pairs of 32 bits each: half of 2,048,000 bits differ, give or take 4.9 deviations of 715.5.
  const base = stream(5, "bits");
  let differing = 0;
  for (let i = 0; i < 64_000; i++) {
    const difference = base.fork(i).uint32() ^ base.fork(i + 1).uint32();
    for (let bit = 0; bit < 32; bit++) differing += (difference >>> bit) & 1;
  }
  assert.ok(Math.abs(differing - 1_024_000) <= 3_506, `${differing} of 2,048,000 bits differ`);
});

test("streams give the numbers of an independent implementation: runs made today can be made again", () => {
  // Computed by 20 lines of Python, whose integers have no width.
  assert.deepEqual(first(stream(0, "augment", 1, "original", 2), 3), [2908161445, 3587727077, 3834100685]);
  assert.deepEqual(stream(-1, 2 ** 40, "").key, [2348960292, 2541433977]);
});
