/** What training pictures are made of, in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExperimentInput, parseExperiment } from "../../src/experiment/experiment.ts";
import { mixtureEntries } from "../../src/report/mixture.ts";

const entriesOf = (input: Partial<ExperimentInput>) => {
  const experiment = parseExperiment({ data: "cifar10", model: { kind: "wide-resnet" }, ...input }, "test");
  return mixtureEntries(experiment).map(([name, value]) => `${name}: ${value.replaceAll("\u00a0", " ")}`);
};

test("of an experiment that mixes nothing there is its augmentation alone", () => {
  assert.deepEqual(entriesOf({ original: { augment: ["trivial-augment"] } }), [
    "augmentation: flip, crop, trivial-augment",
  ]);
  assert.deepEqual(entriesOf({ original: { flip: 0, crop: "none" } }), ["augmentation: none"]);
});

test("restyling says its share, its strength, and by what", () => {
  assert.deepEqual(
    entriesOf({
      original: { stylize: { probability: 0.1, strength: [0.1, 1] } },
      stylizer: { weights: "vgg.safetensors", size: 224 },
    }),
    [
      "augmentation: flip, crop",
      "restyling: 10 % of originals at strength 0.1 to 1",
      "stylizer: vgg.safetensors, working at 224 pixels",
      "styles: Patina\u2019s own",
    ],
  );
});

test("synthetic pictures say their share, their pool, and their own rules", () => {
  assert.deepEqual(
    entriesOf({
      synthetic: { pool: { pictures: "p.npy", labels: "l.npy" }, share: 0.125, augment: ["rotate"], combine: "or" },
    }),
    [
      "augmentation: flip, crop",
      "synthetic pictures: 12.5 % of every batch, from p.npy",
      "their augmentation: flip, crop, rotate",
    ],
  );
});

test('"or" is said where restyled pictures would be augmented otherwise', () => {
  const original = { stylize: { probability: 0.5 }, combine: "or" } as const;
  const [withAugmentation] = entriesOf({ original: { ...original, augment: ["rotate"] } });
  assert.equal(withAugmentation, "augmentation: flip, crop, rotate; restyled ones: flip, crop");
  assert.equal(entriesOf({ original })[0], "augmentation: flip, crop");
});

test("what changes over epochs names them from 1", () => {
  const at: [number, number][] = [
    [0, 0.5],
    [30, 0],
  ];
  const [, share, , restyling] = entriesOf({
    original: { stylize: { probability: { at } } },
    synthetic: { pool: "p.npz", share: { at } },
  });
  assert.equal(share, "synthetic pictures: 50 % (0 % from epoch 31) of every batch, from p.npz");
  assert.equal(restyling, "restyling: 50 % (0 % from epoch 31) of originals at strength 1");
});
