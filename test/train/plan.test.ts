/** The plan of an epoch: exact shares, every picture once, a function of seed and epoch alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PatinaError } from "../../src/errors.ts";
import type { Strength } from "../../src/stylize/strength.ts";
import { type EpochPlan, type PlanOptions, planEpoch } from "../../src/train/plan.ts";

const numbers = (count: number) => Uint32Array.from({ length: count }, (_, index) => index);
const options = (count: number, batch: number, share?: number, poolSize = count): PlanOptions => ({
  seed: 0,
  batch,
  originals: numbers(count),
  ...(share === undefined ? {} : { synthetic: { poolSize, share } }),
});

/** Originals and synthetic pictures of each batch. */
function sharesOf({ origin, ends }: EpochPlan): [number, number][] {
  return [...ends].map((end, batch) => {
    const part = origin.subarray(ends[batch - 1] ?? 0, end);
    const synthetic = part.reduce((sum, value) => sum + value, 0);
    return [part.length - synthetic, synthetic];
  });
}
const indicesOf = (plan: EpochPlan, origin: number) => plan.indices.filter((_, place) => plan.origin[place] === origin);
const isDistinct = (values: Uint32Array) => new Set(values).size === values.length;

/** Small epochs of any batch and share; pools that are just large enough, or larger. */
const anyOptions = fc
  .record({
    seed: fc.nat(1000),
    count: fc.integer({ min: 1, max: 400 }),
    batch: fc.integer({ min: 1, max: 90 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    more: fc.nat(50),
  })
  .map(({ seed, count, batch, share, more }) => ({
    seed,
    batch,
    originals: numbers(count).map((index) => 3 * index + 1),
    synthetic: { share, poolSize: Math.floor(share * count + 0.5) + more },
  }));

test("λ = 0.6 of 100,000 in batches of 256 gives (102, 154) or (103, 153) in each, and (64, 96) in the last", () => {
  const shares = sharesOf(planEpoch(options(100_000, 256, 0.6), 0));
  assert.equal(shares.length, 391);
  assert.deepEqual(shares.pop(), [64, 96]);
  assert.deepEqual([...new Set(shares.map(String))].sort(), ["102,154", "103,153"]);
});

test("λ = 0.3 of 50,000 in batches of 256 gives (179, 77) or (180, 76) in each, and (56, 24) in the last", () => {
  const shares = sharesOf(planEpoch(options(50_000, 256, 0.3), 0));
  assert.deepEqual(shares.pop(), [56, 24]);
  assert.deepEqual([...new Set(shares.map(String))].sort(), ["179,77", "180,76"]);
});

test("λ = 0.5 of 50,000 in batches of 256 gives (128, 128) in each, and (40, 40) in the last", () => {
  const shares = sharesOf(planEpoch(options(50_000, 256, 0.5), 0));
  assert.deepEqual(shares.pop(), [40, 40]);
  assert.deepEqual([...new Set(shares.map(String))], ["128,128"]);
});

test("every place has its picture, each original and each drawn synthetic picture stands in it once", () => {
  fc.assert(
    fc.property(anyOptions, fc.nat(500), (given, epoch) => {
      const plan = planEpoch(given, epoch);
      const originals = indicesOf(plan, 0);
      const synthetic = indicesOf(plan, 1);
      assert.equal(plan.indices.length, given.originals.length);
      assert.equal(synthetic.length, Math.floor(given.synthetic.share * given.originals.length + 0.5));
      assert.ok(isDistinct(originals) && isDistinct(synthetic));
      assert.ok(originals.every((index) => given.originals.includes(index)));
      assert.ok(synthetic.every((index) => index < given.synthetic.poolSize));
    }),
  );
});

test("every batch has its share of synthetic pictures, rounded down or up, the originals first", () => {
  fc.assert(
    fc.property(anyOptions, (given) => {
      const plan = planEpoch(given, 0);
      const count = given.originals.length;
      const drawn = indicesOf(plan, 1).length;
      for (const [batch, [originals, synthetic]] of sharesOf(plan).entries()) {
        const start = plan.ends[batch - 1] ?? 0;
        const due = ((originals + synthetic) * drawn) / count;
        assert.ok(synthetic > due - 1 && synthetic < due + 1, `${synthetic} of ${due} in batch ${batch}`);
        const flags = plan.origin.subarray(start, plan.ends[batch]);
        assert.deepEqual(flags, flags.toSorted());
      }
    }),
  );
});

test("batches are full but for the last", () => {
  fc.assert(
    fc.property(anyOptions, (given) => {
      const sizes = [...planEpoch(given, 0).ends].map((end, batch, ends) => end - (ends[batch - 1] ?? 0));
      const last = sizes.pop()!;
      assert.ok(sizes.every((size) => size === given.batch) && last >= 1 && last <= given.batch);
    }),
  );
});

test("a plan is the same whenever it is made, and another one for another epoch or seed", () => {
  const given = options(1000, 100, 0.5);
  assert.deepEqual(planEpoch(given, 3), planEpoch(given, 3));
  assert.notDeepEqual(planEpoch(given, 3).indices, planEpoch(given, 4).indices);
  assert.notDeepEqual(planEpoch(given, 3).indices, planEpoch({ ...given, seed: 1 }, 3).indices);
});

test("the order of pictures does not depend on the size of a batch", () => {
  assert.deepEqual(planEpoch(options(1000, 7), 2).indices, planEpoch(options(1000, 256), 2).indices);
});

test("the originals keep their order when synthetic pictures take some of their places", () => {
  const plain = planEpoch(options(500, 50), 1);
  const mixed = indicesOf(planEpoch(options(500, 50, 0.4), 1), 0);
  assert.deepEqual(mixed, plain.indices.subarray(0, 300));
});

test("without synthetic pictures every place is an original's", () => {
  const { origin, indices } = planEpoch(options(300, 64), 0);
  assert.ok(origin.every((value) => value === 0));
  assert.deepEqual(indices.toSorted(), numbers(300));
});

test("a pool smaller than its share is refused, with both counts", () => {
  assert.throws(
    () => planEpoch(options(1000, 100, 0.5, 499), 0),
    (error) => error instanceof PatinaError && error.code === "data" && /499.*500/.test(error.message),
  );
});

test("synthetic pictures come from all of the pool, from other places in each epoch: pools are sorted by class", () => {
  const drawn = [0, 1].map((epoch) => indicesOf(planEpoch(options(2000, 64, 0.5, 100_000), epoch), 1));
  // The mean of 1000 of 0 to 99,999 has the deviation 913: six of them are 1 in 10^8.
  for (const indices of drawn) {
    const mean = indices.reduce((sum, index) => sum + index, 0) / 1000;
    assert.ok(Math.abs(mean - 50_000) < 5500, `mean ${mean}`);
  }
  // 10 are expected in both; 40 or more come less than once in 10^11.
  const common = drawn[0]!.filter((index) => drawn[1]!.includes(index)).length;
  assert.ok(common < 40, `${common} of 1000 again`);
});

test("λ = 1 takes synthetic pictures only, λ = 0 originals only, restyled or not", () => {
  for (const share of [0, 1]) {
    const plan = planEpoch({ ...options(100, 30, share, 150), restyling: { ...always(0.25), styleCount: 3 } }, 0);
    assert.deepEqual(new Set(plan.origin), new Set([share]));
    assert.deepEqual([...plan.ends], [30, 60, 90, 100]);
    assert.ok(isDistinct(plan.indices));
    assert.equal(plan.styles.length, 25);
  }
  assert.deepEqual(planEpoch(options(100, 30, 0, 0), 0).indices, planEpoch(options(100, 30), 0).indices);
});

test("a plan is plain data: it survives structuredClone", () => {
  const plan = planEpoch(options(10, 4, 0.5), 0);
  assert.deepEqual(structuredClone(plan), plan);
});

const restyled = (probabilities: [number, number], batch: number, strength: Strength = [0.1, 1]): EpochPlan =>
  planEpoch(
    {
      ...options(4000, batch, 0.5),
      restyling: {
        original: { probability: probabilities[0], strength: 1 },
        synthetic: { probability: probabilities[1], strength },
        styleCount: 1000,
      },
    },
    3,
  );

/** The restyled pictures: "origin index" to how. */
function restyledPictures({ indices, origin, restyled, styles, strengths }: EpochPlan): Map<string, string> {
  const found = new Map<string, string>();
  for (const [place, number] of restyled.entries())
    if (number >= 0) found.set(`${origin[place]} ${indices[place]}`, `${styles[number]} ${strengths[number]}`);
  return found;
}

test("exactly round(λ_x · n_x) pictures of each origin are restyled, whatever the shares (method.md 11, B8, S2)", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(anyOptions, share, share, (given, original, synthetic) => {
      const restyling = {
        original: { probability: original, strength: 1 },
        synthetic: { probability: synthetic, strength: 1 },
        styleCount: 3,
      };
      const plan = planEpoch({ ...given, restyling }, 0);
      for (const [which, probability] of [original, synthetic].entries()) {
        const own = plan.origin.filter((value) => value === which).length;
        const count = plan.restyled.filter((number, place) => number >= 0 && plan.origin[place] === which).length;
        assert.equal(count, Math.floor(probability * own + 0.5));
      }
      const numbers = plan.restyled.filter((number) => number >= 0);
      assert.deepEqual(
        numbers,
        Int32Array.from({ length: plan.styles.length }, (_, number) => number),
      );
    }),
  );
});

test("which pictures are restyled, in which style and how strongly does not depend on the size of a batch", () => {
  const [small, large] = [restyled([0.1, 0.5], 16), restyled([0.1, 0.5], 250)].map(restyledPictures);
  assert.equal(small!.size, 200 + 1000);
  assert.deepEqual(new Map([...small!].sort()), new Map([...large!].sort()));
});

test("restyling changes neither which pictures stand where, nor their order (method.md 11, S9)", () => {
  const without = planEpoch(options(4000, 64, 0.5), 3);
  const { indices, origin } = restyled([0.3, 0.3], 64);
  assert.deepEqual([indices, origin], [without.indices, without.origin]);
});

test("strengths of an interval are uniform in it, and styles uniform over the bank", () => {
  const { strengths, styles, restyled: numbers, origin } = restyled([1, 1], 64);
  const drawn = [...numbers].flatMap((number, place) => (origin[place] === 1 ? [strengths[number]!] : []));
  // The mean of 2000 uniform draws of [0.1, 1] has the deviation 0.0058: six of them are 1 in 10^8.
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  assert.ok(Math.abs(mean - 0.55) < 0.035, `mean ${mean}`);
  assert.ok(drawn.every((value) => value >= Math.fround(0.1) && value <= 1));
  assert.ok(Math.min(...drawn) < 0.12 && Math.max(...drawn) > 0.98);
  const originals = [...numbers].flatMap((number, place) => (origin[place] === 0 ? [strengths[number]!] : []));
  assert.deepEqual(new Set(originals), new Set([1]));
  // Sum over 1000 styles of (found - 4)² / 4 with 4000 draws: mean 999, deviation 45.
  const counts = new Float64Array(1000);
  for (const style of styles) counts[style]!++;
  const chiSquared = counts.reduce((sum, count) => sum + (count - 4) ** 2 / 4, 0);
  assert.ok(Math.abs(chiSquared - 999) < 270, `${chiSquared}`);
});

test("originals and synthetic pictures are chosen apart: not those at the same places of both", () => {
  const { restyled: numbers, origin } = restyled([0.5, 0.5], 64);
  const chosen = [0, 1].map((which) => [...numbers].filter((_, place) => origin[place] === which));
  const both = chosen[0]!.filter((number, place) => number >= 0 && chosen[1]![place]! >= 0).length;
  // Of 1000 in 2000 that meet 1000 others: 500, deviation 11.2; 60 off is less than one seed in 10^7.
  assert.ok(Math.abs(both - 500) <= 60, `${both} of 1000`);
});

test("another epoch restyles other pictures", () => {
  const settings = { ...options(400, 16), restyling: { ...always(0.5), styleCount: 3 } };
  const [one, other] = [0, 1].map((epoch) => new Set(restyledPictures(planEpoch(settings, epoch)).keys()));
  assert.notDeepEqual(one, other);
});

test("a picture that is restyled again is so in another style and strength", () => {
  const given = { ...options(400, 16), restyling: { ...always(1, [0, 1]), styleCount: 1000 } };
  const [one, other] = [0, 1].map((epoch) => restyledPictures(planEpoch(given, epoch)));
  // The same style of 1000 comes by chance 0.4 times in 400; ten times less than once in 10^10.
  const same = [...one!].filter(([picture, how]) => other!.get(picture)!.split(" ")[0] === how.split(" ")[0]);
  assert.ok(same.length < 10, `${same.length} of 400 have the same style again`);
  assert.ok([...one!].every(([picture, how]) => other!.get(picture)!.split(" ")[1] !== how.split(" ")[1]));
});

const always = (probability: number, strength: Strength = 1) => ({
  original: { probability, strength },
  synthetic: { probability, strength },
});
