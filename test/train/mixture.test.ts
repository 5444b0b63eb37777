/** From options to plans: shares and strengths that change over epochs, and what they need at most. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mixture, mostRestyled, planOptionsAt } from "../../src/train/mixture.ts";
import { OriginalOptions, SyntheticOptions } from "../../src/train/picture-options.ts";

const originals = Uint32Array.from({ length: 100 }, (_, index) => index);
const at = (...entries: [number, unknown][]) => ({ at: entries });

/** λ 0.2, then 0.5; λ_o 0, then 0.1; λ_s 0.5, then 1; α_o 1, then an interval: each at an epoch of its own. */
const changing: Mixture = {
  original: OriginalOptions.parse({
    stylize: { probability: at([0, 0], [1, 0.1]), strength: at([0, 1], [2, [0.5, 1]]) },
  }),
  synthetic: SyntheticOptions.parse({
    pool: "pool.npz",
    share: at([0, 0.2], [3, 0.5]),
    stylize: { probability: at([0, 0.5], [4, 1]), strength: 0.7 },
  }),
  poolSize: 60,
  styleCount: 9,
};

test("each epoch has its own share, probabilities and strengths, of each origin its own", () => {
  const found = [0, 1, 2, 3, 4, 99].map((epoch) => {
    const { synthetic, restyling } = planOptionsAt(changing, epoch, { seed: 0, batch: 10, originals });
    const { original, synthetic: other } = restyling!;
    return [synthetic!.share, original.probability, original.strength, other.probability, other.strength];
  });
  assert.deepEqual(found, [
    [0.2, 0, 1, 0.5, 0.7],
    [0.2, 0.1, 1, 0.5, 0.7],
    [0.2, 0.1, [0.5, 1], 0.5, 0.7],
    [0.5, 0.1, [0.5, 1], 0.5, 0.7],
    [0.5, 0.1, [0.5, 1], 1, 0.7],
    [0.5, 0.1, [0.5, 1], 1, 0.7],
  ]);
});

test("the most that an epoch restyles is counted over all epochs that there are", () => {
  assert.equal(mostRestyled(changing, 1, 100), 0 + 10);
  assert.equal(mostRestyled(changing, 2, 100), 8 + 10);
  assert.equal(mostRestyled(changing, 5, 100), 5 + 50);
});

test("a pool that is too small in a later epoch is refused at once", () => {
  const mixture = { ...changing, poolSize: 49 };
  assert.equal(mostRestyled(mixture, 3, 100), 18);
  assert.throws(() => mostRestyled(mixture, 4, 100), {
    code: "data",
    message: /has 49 pictures; a share of 0\.5 of 100/,
  });
});

test("without synthetic pictures there is no share, and without a stylizer no restyling", () => {
  const plain: Mixture = { ...changing, synthetic: undefined, poolSize: 0, styleCount: 0 };
  const { synthetic, restyling } = planOptionsAt(plain, 4, { seed: 0, batch: 10, originals });
  assert.deepEqual([synthetic, restyling], [undefined, undefined]);
  assert.equal(mostRestyled(plain, 5, 100), 10);
});
