/** The learning rate against the values that method.md 2 gives, and where averaging takes over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type TrainInput, TrainOptions } from "../../src/train/options.ts";
import { firstAveraged, learningRate, restarts, scheduleWarning } from "../../src/train/schedule.ts";

const train = (input: TrainInput = {}) => TrainOptions.parse(input);
const paper = train();
const long = train({ epochs: 600 });
const transformer = train({
  epochs: 20,
  optimizer: { kind: "adamw", learningRate: 1e-4 },
  schedule: { kind: "warm-restarts", first: 20 },
  averaging: { from: 0.7 },
});

/** Compares to the digits that the values were given with. */
function checkRates(options: TrainOptions, rates: Record<number, number>, tolerance: number): void {
  for (const [epoch, expected] of Object.entries(rates)) {
    const found = learningRate(options, Number(epoch));
    assert.ok(Math.abs(found - expected) <= tolerance, `epoch ${epoch}: ${found}, expected ${expected}`);
  }
}

test("300 epochs of the paper run at the rates that method.md 2 gives", () => {
  const rates = {
    0: 0.1,
    10: 0.05,
    19: 0.00061558,
    20: 0.1,
    59: 0.00015413,
    100: 0.05,
    139: 0.00003855,
    140: 0.1,
    220: 0.05,
    269: 0.00897993,
    270: 0.00842652,
    271: 0.01074122,
    272: 0.01305591,
    273: 0.01537061,
    274: 0.0176853,
    275: 0.02,
    276: 0.02,
    299: 0.02,
  };
  checkRates(paper, rates, 5.1e-9);
});

test("600 epochs run at the rates that method.md 2 gives", () => {
  checkRates(long, { 539: 0.00870123, 540: 0.00842652, 541: 0.01074122, 545: 0.02, 599: 0.02 }, 5.1e-9);
});

test("the vision transformer runs at the rates that method.md 2 gives", () => {
  checkRates(transformer, { 0: 1e-4, 10: 5e-5, 14: 2.061e-5, 19: 2e-5 }, 5.1e-9);
});

test("restarts come where method.md 2 says", () => {
  assert.deepEqual(restarts(paper), [0, 20, 60, 140]);
  assert.deepEqual(restarts(long), [0, 40, 120, 280]);
  assert.deepEqual(restarts(transformer), [0]);
});

test("30 epochs of 300, 60 of 600 and 6 of the transformer's 20 are averaged", () => {
  const averagedCount = (options: TrainOptions) => options.epochs - firstAveraged(options)!;
  assert.deepEqual([paper, long, transformer].map(averagedCount), [30, 60, 6]);
});

test("averaging never begins after the last epoch, whatever the number of epochs", () => {
  for (let epochs = 1; epochs <= 700; epochs++) {
    const first = firstAveraged(train({ epochs }))!;
    // The first whole epoch e with e + 1 > 0.9 · epochs, in whole numbers: 10 (e + 1) > 9 · epochs.
    const expected = Array.from({ length: epochs }, (_, epoch) => epoch).find((epoch) => 10 * (epoch + 1) > 9 * epochs);
    assert.equal(first, expected, `${epochs} epochs`);
  }
});

test("without averaging the schedule goes on to the last epoch", () => {
  const plain = train({ averaging: "none" });
  assert.equal(firstAveraged(plain), undefined);
  assert.ok(Math.abs(learningRate(plain, 299) - 0.05 * (1 + Math.cos((Math.PI * 159) / 160))) < 1e-12);
});

test("warm restarts are constant within an epoch", () => {
  assert.equal(learningRate(paper, 7, 0.999), learningRate(paper, 7));
});

test("the plain cosine falls at every step, from the rate to nearly nothing", () => {
  const cosine = train({ epochs: 10, schedule: { kind: "cosine" }, averaging: "none" });
  const rates = Array.from({ length: 1000 }, (_, step) =>
    learningRate(cosine, Math.floor(step / 100), (step % 100) / 100),
  );
  assert.equal(rates[0], 0.1);
  assert.ok(rates.every((rate, step) => step === 0 || rate < rates[step - 1]!));
  assert.ok(Math.abs(rates[500]! - 0.05) < 1e-12);
  assert.ok(rates[999]! < 1e-6 && rates[999]! > 0);
});

test("a constant schedule is constant", () => {
  const constant = train({ epochs: 4, schedule: { kind: "constant" }, averaging: "none" });
  assert.deepEqual(
    [0, 1, 3].map((epoch) => learningRate(constant, epoch, 0.5)),
    [0.1, 0.1, 0.1],
  );
});

test("a factor of 1 repeats cycles of the same length", () => {
  const even = train({ epochs: 12, schedule: { kind: "warm-restarts", first: 4, factor: 1 } });
  assert.deepEqual(restarts(even), [0, 4, 8]);
});

test("restarts that end in the middle of a cycle give a warning that names both ways out", () => {
  for (const epochs of [20, 10, 40]) {
    const warning = scheduleWarning(train({ epochs, averaging: "none" }));
    assert.match(warning ?? "", /multiple of 15 epochs.*"cosine"/, `${epochs} epochs`);
  }
});

test("multiples of 15 epochs give no warning, with averaging or without", () => {
  for (let epochs = 15; epochs <= 600; epochs += 15) {
    assert.equal(scheduleWarning(train({ epochs, averaging: "none" })), undefined, `${epochs}`);
    assert.equal(scheduleWarning(train({ epochs })), undefined, `${epochs} averaged`);
  }
});

test("the plain cosine gives no warning", () => {
  assert.equal(scheduleWarning(train({ epochs: 20, schedule: { kind: "cosine" }, averaging: "none" })), undefined);
});
