/** The paper's named experiments against method.md 1.1 (settings), 2 (recipe, table 8) and 12.2 (table 6), written by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Experiment } from "../../src/experiment/experiment.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";

const load = async (name: string) => (await loadExperiment(`paper/${name}`)).experiment;

/** λ; λ_o, α_o, TA and "and/or" of originals; λ_s, α_s, TA and "and/or" of synthetic pictures. "-" where there is none. */
function settingsOf({ original, synthetic }: Experiment) {
  const origin = ({ stylize: { probability, strength }, augment, combine }: Experiment["original"]) => {
    const isRestyled = probability !== 0;
    const isAugmented = augment.length > 0;
    return [
      isRestyled ? probability : "-",
      isRestyled ? strength : "-",
      isAugmented ? augment.map(({ kind }) => kind).join() : "-",
      isRestyled && isAugmented ? combine : "-",
    ];
  };
  return [synthetic?.share ?? "-", ...origin(original), ...(synthetic === undefined ? [] : origin(synthetic))];
}

const TA = "trivial-augment";
const U = [0.1, 1];
const expected: Record<string, unknown[]> = {
  "cifar10/baseline": ["-", "-", "-", "-", "-"],
  "cifar10/ta": ["-", "-", "-", TA, "-"],
  "cifar10/nst": ["-", 0.1, 1, "-", "-"],
  "cifar10/nst-ta": ["-", 0.1, 1, TA, "and"],
  "cifar10/synthetic": [0.5, "-", "-", "-", "-", "-", "-", "-", "-"],
  "cifar10/synthetic-ta": [0.5, "-", "-", TA, "-", "-", "-", TA, "-"],
  "cifar10/synthetic-nst": [0.5, 0.1, 1, "-", "-", 0.5, U, "-", "-"],
  "cifar10/ours": [0.5, 0.1, 1, TA, "and", 0.5, U, TA, "or"],
  "cifar100/baseline": ["-", "-", "-", "-", "-"],
  "cifar100/ta": ["-", "-", "-", TA, "-"],
  "cifar100/nst": ["-", 0.1, 1, "-", "-"],
  "cifar100/nst-ta": ["-", 0.1, 1, TA, "and"],
  "cifar100/synthetic": [0.5, "-", "-", "-", "-", "-", "-", "-", "-"],
  "cifar100/synthetic-ta": [0.5, "-", "-", TA, "-", "-", "-", TA, "-"],
  "cifar100/synthetic-nst": [0.5, 0.1, 1, "-", "-", 0.5, U, "-", "-"],
  "cifar100/ours": [0.5, 0.1, 1, TA, "and", 0.5, U, TA, "or"],
  "tiny-imagenet/baseline": ["-", "-", "-", "-", "-"],
  "tiny-imagenet/ta": ["-", "-", "-", TA, "-"],
  "tiny-imagenet/nst": ["-", 0.2, 1, "-", "-"],
  "tiny-imagenet/nst-ta": ["-", 0.2, 1, TA, "and"],
  "tiny-imagenet/synthetic": [0.6, "-", "-", "-", "-", "-", "-", "-", "-"],
  "tiny-imagenet/synthetic-ta": [0.6, "-", "-", TA, "-", "-", "-", TA, "-"],
  "tiny-imagenet/synthetic-nst": [0.6, 0.2, 1, "-", "-", 0.2, U, "-", "-"],
  "tiny-imagenet/ours": [0.6, 0.2, 1, TA, "and", 0.2, U, TA, "and"],
  "tiny-imagenet/ours-600": [0.6, 0.2, 1, TA, "and", 0.2, U, TA, "and"],
};

test("these are the paper's experiments", () => {
  const names = namedExperiments.map(({ name }) => name).filter((name) => name.startsWith("paper/"));
  assert.deepEqual(
    names,
    Object.keys(expected).map((name) => `paper/${name}`),
  );
});

for (const [name, settings] of Object.entries(expected))
  test(`paper/${name} has the settings of the stored configuration`, async () => {
    const experiment = await load(name);
    assert.equal(experiment.data, name.split("/")[0]);
    assert.deepEqual(settingsOf(experiment), settings);
  });

test("all have the paper's recipe and network: table 8, with what the reference adds to it", async () => {
  for (const name of Object.keys(expected).filter((one) => !one.endsWith("-600"))) {
    const { model, original, synthetic, train } = await load(name);
    assert.deepEqual(model, { kind: "wide-resnet", depth: 28, width: 4, dropout: 0.2, activation: "silu" }, name);
    assert.deepEqual([original.flip, original.crop], [0.5, "standard"]);
    if (synthetic !== undefined) assert.deepEqual([synthetic.flip, synthetic.crop], [0.5, "standard"]);
    const { epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm, hold, subset } = train;
    assert.deepEqual(
      { epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm, hold, subset },
      {
        epochs: 300,
        batch: 256,
        optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
        schedule: { kind: "warm-restarts", first: 20, factor: 2 },
        averaging: { from: 0.9, learningRate: 0.02, anneal: 5 },
        labelSmoothing: 0.1,
        clipNorm: 1,
        hold: 0,
        subset: undefined,
      },
    );
  }
});

test("table 6's row differs from ours in its 600 epochs alone, whose first cycle has 40", async () => {
  const [long, short] = [await load("tiny-imagenet/ours-600"), await load("tiny-imagenet/ours")];
  assert.deepEqual(long, {
    ...short,
    train: { ...short.train, epochs: 600, schedule: { kind: "warm-restarts", first: 40, factor: 2 } },
  });
});

test("the pool has a stated place in the folder of data sets, and can be another", async () => {
  assert.equal((await load("cifar100/synthetic")).synthetic?.pool, "data/synthetic/cifar100.npz");
  const { experiment } = await loadExperiment("paper/cifar100/synthetic", ["synthetic.pool=1m.npz"]);
  assert.equal(experiment.synthetic?.pool, "1m.npz");
});
