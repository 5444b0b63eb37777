/** Known answers: Matsumoto and Nishimura's program, the C++ standard, and NumPy's RandomState(0). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MersenneTwister } from "../../scripts/mersenne-twister.ts";

test("the first words of seed 5489, and word 10,000 as the C++ standard has it", () => {
  const stream = new MersenneTwister(5489);
  const words = Array.from({ length: 10_000 }, () => stream.uint32());
  assert.deepEqual(words.slice(0, 3), [3_499_211_612, 581_869_302, 3_890_346_734]);
  assert.equal(words[9_999], 4_123_659_995);
});

test("uniforms and normals of seed 0 are NumPy's", () => {
  const uniforms = new MersenneTwister(0).uniforms(3);
  assert.deepEqual([...uniforms], [0.5488135039273248, 0.7151893663724195, 0.6027633760716439]);
  const stream = new MersenneTwister(0);
  const normals = Array.from({ length: 4 }, () => stream.normal());
  assert.deepEqual(normals, [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458]);
});

test("whole numbers are the masked words that are not above the highest", () => {
  const words = new MersenneTwister(7);
  const masked = Array.from({ length: 40 }, () => words.uint32() & 7).filter((word) => word <= 4);
  const stream = new MersenneTwister(7);
  assert.deepEqual(
    masked.map(() => stream.integer(4)),
    masked,
  );
});
