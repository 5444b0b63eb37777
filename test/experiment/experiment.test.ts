/** Experiments: what is filled in, and what is said of mistakes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import {
  defineExperiment,
  type ExperimentInput,
  ExperimentOptions,
  parseExperiment,
} from "../../src/experiment/experiment.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";

const least = { data: "cifar10", model: { kind: "wide-resnet" } } as const;

/** What is said of the least experiment with these parts beside or in place of its own. */
function mistakes(parts: object): string {
  try {
    parseExperiment({ ...least, ...parts }, "x.ts");
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    assert.equal(code, "experiment");
    return message;
  }
  return "none";
}
const inTrain = (train: unknown) => mistakes({ train });
const inOriginal = (original: unknown) => mistakes({ original });
const inAugment = (...augment: unknown[]) => inOriginal({ augment });

test("without a word more than data and model, every value is the paper's (method.md 2, 3.5, 6.1)", () => {
  const { model, original, train } = parseExperiment(least, "x.ts");
  assert.deepEqual(model, { kind: "wide-resnet", depth: 28, width: 4, dropout: 0.2, activation: "silu" });
  const stylize = { probability: 0, strength: 1 };
  assert.deepEqual(original, { flip: 0.5, crop: "standard", augment: [], stylize, combine: "and" });
  const { epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm } = train;
  assert.deepEqual(
    { epochs, batch, optimizer, schedule, averaging, labelSmoothing, clipNorm },
    {
      epochs: 300,
      batch: 256,
      optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
      schedule: { kind: "warm-restarts", first: 20, factor: 2 },
      averaging: { from: 0.9, learningRate: 0.02, anneal: 5 },
      labelSmoothing: 0.1,
      clipNorm: 1,
    },
  );
});

test("an augmentation's name stands for its defaults", () => {
  const { original } = parseExperiment({ ...least, original: { augment: ["trivial-augment"] } }, "x.ts");
  assert.deepEqual(original.augment, [{ kind: "trivial-augment", bins: 31, bytes: "tensor" }]);
});

test("an experiment stays as it was written, so that another can be made of it", () => {
  const robust = defineExperiment({ ...least, train: { epochs: 30 } });
  assert.deepEqual(robust, { ...least, train: { epochs: 30 } });
  const other = defineExperiment({ ...robust, train: { ...robust.train, seed: 1 } });
  const { epochs, seed } = parseExperiment(other, "x.ts").train;
  assert.deepEqual({ epochs, seed }, { epochs: 30, seed: 1 });
});

test("an unknown key is named by its path, at every depth, with the nearest one that is known", () => {
  assert.equal(mistakes({ modle: {} }), 'x.ts: unknown key "modle". Did you mean "model"?');
  assert.equal(inTrain({ epoch: 3 }), 'x.ts: unknown key "train.epoch". Did you mean "train.epochs"?');
  assert.equal(
    mistakes({ model: { kind: "wide-resnet", dept: 28 } }),
    'x.ts: unknown key "model.dept". Did you mean "model.depth"?',
  );
  assert.equal(
    inTrain({ optimizer: { kind: "sgd", momentun: 0.9 } }),
    'x.ts: unknown key "train.optimizer.momentun". Did you mean "train.optimizer.momentum"?',
  );
  assert.equal(
    inTrain({ averaging: { form: 0.5, anneals: 3 } })
      .split("\n")
      .at(-1),
    '  unknown key "train.averaging.anneals". Did you mean "train.averaging.anneal"?',
  );
  assert.equal(
    inOriginal({ crop: { paddings: 4 } }),
    'x.ts: unknown key "original.crop.paddings". Did you mean "original.crop.padding"?',
  );
  assert.equal(
    inAugment("flip", { kind: "trivial-augment", bin: 3 }),
    'x.ts: unknown key "original.augment[1].bin". Did you mean "original.augment[1].bins"?',
  );
});

test("where no known key is near, all that are known there are named", () => {
  assert.equal(
    mistakes({ zebra: 1 }),
    'x.ts: unknown key "zebra". Known there: "data", "model", "original", "synthetic", "stylizer", "train".',
  );
  assert.equal(
    inTrain({ schedule: { kind: "cosine", factor: 2 } }),
    'x.ts: unknown key "train.schedule.factor". Known there: "kind".',
  );
});

test("keys of one kind are not known in another", () => {
  assert.equal(
    inTrain({ optimizer: { kind: "adamw", momentum: 0.9 } }),
    'x.ts: unknown key "train.optimizer.momentum". Known there: "kind", "learningRate", "betas", "epsilon", "weightDecay".',
  );
});

test("a value out of its range is shown beside the bound", () => {
  assert.equal(inTrain({ epochs: 0 }), 'x.ts: "train.epochs" must be at least 1, but is 0.');
  assert.equal(inTrain({ hold: 1 }), 'x.ts: "train.hold" must be below 1, but is 1.');
  assert.equal(inTrain({ clipNorm: 0 }), 'x.ts: "train.clipNorm" must be above 0, but is 0.');
  assert.equal(inOriginal({ flip: 2 }), 'x.ts: "original.flip" must be at most 1, but is 2.');
  assert.equal(
    inTrain({ optimizer: { kind: "adamw", betas: [0.9, 1] } }),
    'x.ts: "train.optimizer.betas[1]" must be below 1, but is 1.',
  );
  assert.equal(
    inTrain({ optimizer: { kind: "adamw", betas: [0.9] } }),
    'x.ts: "train.optimizer.betas" must have at least 2 elements, but is [ 0.9 ].',
  );
  assert.equal(
    mistakes({ model: { kind: "wide-resnet", depth: 11 } }),
    'x.ts: "model.depth" must be 6n + 4: 10, 16, 22, 28, 34, 40, ..., but is 11.',
  );
});

test("a value of another type is shown beside the type", () => {
  assert.equal(inTrain({ epochs: "30" }), 'x.ts: "train.epochs" must be a number, but is "30".');
  assert.equal(inTrain({ epochs: 1.5 }), 'x.ts: "train.epochs" must be a whole number, but is 1.5.');
  assert.equal(inTrain({ epochs: Number.NaN }), 'x.ts: "train.epochs" must be a number, but is NaN.');
  assert.equal(inTrain({ seed: 5n }), 'x.ts: "train.seed" must be a number, but is 5n.');
  assert.equal(inTrain({ tf32: "yes" }), 'x.ts: "train.tf32" must be true or false, but is "yes".');
  assert.equal(inTrain([]), 'x.ts: "train" must be an object, but is [].');
  assert.equal(inTrain(null), 'x.ts: "train" must be an object, but is null.');
  assert.equal(inOriginal({ augment: "flip" }), 'x.ts: "original.augment" must be a list, but is "flip".');
  assert.equal(inAugment(5), 'x.ts: "original.augment[0]" must be an object, but is 5.');
});

test("a long value, or one with a circle, is shown in part", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  assert.equal(
    inTrain({ epochs: circle }),
    'x.ts: "train.epochs" must be a number, but is <ref *1> [ [Circular *1] ].',
  );
  assert.equal(
    inTrain({ device: { text: "x".repeat(100) } }),
    `x.ts: "train.device" must be a text, but is { text: '${"x".repeat(48)}....`,
  );
});

test("a wrong word is shown beside all that are allowed, with the nearest", () => {
  assert.equal(
    inTrain({ precision: "bfloat" }),
    'x.ts: "train.precision" must be one of "float32", "bfloat16", "float16", but is "bfloat". Did you mean "bfloat16"?',
  );
  assert.equal(
    inOriginal({ crop: "standart" }),
    'x.ts: "original.crop" must be one of "none", "standard", an object, but is "standart". Did you mean "standard"?',
  );
  assert.equal(inTrain({ clipNorm: "off" }), 'x.ts: "train.clipNorm" must be one of "none", a number, but is "off".');
  assert.match(
    mistakes({ data: "cifar-10" }),
    /^x\.ts: "data" must be one of .*"cifar100".*, but is "cifar-10"\. Did you mean "cifar10"\?$/,
  );
});

test("a wrong kind is shown beside all kinds, with the nearest", () => {
  assert.equal(
    inTrain({ optimizer: { kind: "adam" } }),
    'x.ts: "train.optimizer.kind" must be one of "sgd", "adamw", but is "adam". Did you mean "adamw"?',
  );
  assert.equal(
    inTrain({ optimizer: { learningRate: 1 } }),
    'x.ts: "train.optimizer.kind" is missing; it must be one of "sgd", "adamw".',
  );
  assert.equal(
    mistakes({ model: { kind: "wide-resnt" } }),
    'x.ts: "model.kind" must be "wide-resnet", but is "wide-resnt". Did you mean "wide-resnet"?',
  );
  assert.match(
    mistakes({ data: { kind: "foldr" } }),
    /"data\.kind" must be one of .*, but is "foldr"\. Did you mean "folder"\?$/,
  );
});

test("where the name of a kind stands alone, the object is shown that it stands for", () => {
  assert.equal(
    inTrain({ schedule: "cosine" }),
    'x.ts: "train.schedule" must be an object, but is "cosine". Write { "kind": "cosine" }.',
  );
  assert.equal(
    mistakes({ model: "wide-resnet" }),
    'x.ts: "model" must be an object, but is "wide-resnet". Write { "kind": "wide-resnet" }.',
  );
});

test("a wrong name of an augmentation is shown with the nearest, written either way", () => {
  for (const wrong of ["trivial-augmnt", { kind: "trivial-augmnt" }])
    assert.match(
      inAugment("flip", wrong),
      /^x\.ts: "original\.augment\[1\]\.kind" must be one of "trivial-augment", .*, but is "trivial-augmnt"\. Did you mean "trivial-augment"\?$/,
    );
});

test("what is missing is named with what it must be", () => {
  const { data, model } = least;
  assert.throws(() => parseExperiment({ data }, "x.ts"), {
    message: 'x.ts: "model" is missing; it must be an object.',
  });
  assert.throws(() => parseExperiment({ model }, "x.ts"), { message: /^x\.ts: "data" is missing; it must be one of / });
});

test("what is no object at all is named as a whole", () => {
  assert.throws(() => parseExperiment(undefined, "x.ts"), {
    message: "x.ts: the experiment is missing; it must be an object.",
  });
  for (const [wrong, shown] of [
    [5, "5"],
    [null, "null"],
    [[], "[]"],
    ["text", '"text"'],
    [() => least, "[Function (anonymous)]"],
  ])
    assert.throws(() => parseExperiment(wrong, "x.ts"), {
      code: "experiment",
      message: `x.ts: the experiment must be an object, but is ${shown}.`,
    });
});

test("several mistakes are told at once, one a line", () => {
  const message = mistakes({ tran: {}, original: { flip: 2 }, train: { epoch: 1, batch: 0 } });
  assert.deepEqual(message.split("\n").sort(), [
    '  "original.flip" must be at most 1, but is 2.',
    '  "train.batch" must be at least 1, but is 0.',
    '  unknown key "train.epoch". Did you mean "train.epochs"?',
    '  unknown key "tran". Did you mean "train"?',
    "x.ts: 4 mistakes:",
  ]);
});

test("every experiment that is known by name is right, and has a name of its own and a summary", () => {
  for (const { name, summary, experiment } of namedExperiments) {
    parseExperiment(experiment, name);
    assert.match(summary, /^\w.{10,70}[^.]$/, name);
  }
  const names = namedExperiments.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

test("every option of the whole schema says what it is, and so does every kind", () => {
  const schema = z.toJSONSchema(ExperimentOptions, { unrepresentable: "any", reused: "inline" }) as JsonSchema;
  assert.deepEqual(silent(schema, ""), []);
});

interface JsonSchema {
  description?: string;
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** Paths at which nothing is said. Of a kind its object says it. */
function silent(schema: JsonSchema, path: string): string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const speaker = key === "kind" ? schema : field;
    const here = `${path}.${key}`;
    return [...(speaker.description ? [] : [`${here} ${field.const ?? ""}`]), ...silent(field, here)];
  });
  const inside = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])];
  return [...fields, ...inside.flatMap((one) => silent(one, path))];
}

const share = fc.double({ min: 0, max: 0.9, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 10, noNaN: true });
const few = fc.integer({ min: 1, max: 50 });
const part = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) => fc.record(model, { requiredKeys: [] });
const augmentation = fc.oneof(
  fc.constantFrom("trivial-augment", "rotate", "flip"),
  fc.record({ kind: fc.constant("posterize"), bins: fc.integer({ min: 2, max: 31 }) }),
);
/** Experiments with any of their options written. */
const written = fc.record({
  data: fc.constantFrom("fashion-mnist", "cifar10", "cifar100"),
  model: fc.record({ kind: fc.constant("wide-resnet"), width: few, dropout: share }, { requiredKeys: ["kind"] }),
  original: part({
    flip: share,
    crop: fc.oneof(fc.constantFrom("none", "standard"), part({ padding: fc.nat(30) })),
    augment: fc.array(augmentation, { maxLength: 3 }),
  }),
  train: part({
    epochs: few,
    seed: fc.maxSafeNat(),
    optimizer: fc.oneof(
      fc.record({ kind: fc.constant("sgd"), learningRate: positive, nesterov: fc.boolean() }),
      fc.record({ kind: fc.constant("adamw"), betas: fc.tuple(share, share) }),
    ),
    schedule: fc.oneof(
      fc.record({ kind: fc.constantFrom("cosine", "constant") }),
      fc.record({ kind: fc.constant("warm-restarts"), first: few }, { requiredKeys: ["kind"] }),
    ),
    averaging: fc.oneof(fc.constant("none"), part({ from: share, learningRate: positive })),
    clipNorm: fc.oneof(fc.constant("none"), positive),
  }),
});

test("an experiment that is filled in parses to itself, after JSON too, and keeps what was written", () => {
  fc.assert(
    fc.property(written, (input) => {
      const experiment = parseExperiment(input, "x.ts");
      assert.deepEqual(parseExperiment(experiment, "x.ts"), experiment);
      assert.deepEqual(parseExperiment(JSON.parse(JSON.stringify(experiment)), "x.ts"), experiment);
      const { epochs = 300, seed = 0 } = input.train;
      assert.deepEqual([experiment.train.epochs, experiment.train.seed], [epochs, seed]);
    }),
  );
});

test("the type of what is written refuses what the schema refuses", () => {
  // @ts-expect-error an unknown augmentation
  const wrong: ExperimentInput = { ...least, original: { augment: ["trivial"] } };
  assert.throws(() => parseExperiment(wrong, "x.ts"), { code: "experiment" });
});
