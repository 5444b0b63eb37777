/** Experiments for the eye: every value once, with what it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeValues } from "../../src/experiment/describe.ts";
import { type ExperimentInput, parseExperiment } from "../../src/experiment/experiment.ts";

const describe = (input: ExperimentInput) => describeValues(parseExperiment(input, "x.ts"));
const rich = describe({
  data: "cifar10",
  model: { kind: "wide-resnet" },
  original: { crop: { padding: 2 }, augment: ["trivial-augment", { kind: "flip", probability: 0.25 }] },
  train: { optimizer: { kind: "adamw" }, averaging: "none" },
});
const valueAt = (path: string) => rich.find((one) => one.path === path)?.value;
const textOf = (path: string) => rich.find((one) => one.path === path)?.description;

/** The value at each end of an object, by hand: lists of plain values are one. */
function ends(value: unknown): unknown[] {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(ends) : [value];
}

test("every value is listed once, in its order", () => {
  const experiment = parseExperiment({ data: "cifar10", model: { kind: "wide-resnet" } }, "x.ts");
  const values = describeValues(experiment);
  assert.deepEqual(
    values.map(({ value }) => JSON.parse(value)),
    ends(experiment),
  );
  const paths = values.map(({ path }) => path);
  assert.deepEqual(paths, [...new Set(paths)]);
});

test("paths lead through objects and lists, as --set takes them", () => {
  assert.equal(valueAt("data"), '"cifar10"');
  assert.equal(valueAt("model.depth"), "28");
  assert.equal(valueAt("original.crop.padding"), "2");
  assert.equal(valueAt("original.augment[0].kind"), '"trivial-augment"');
  assert.equal(valueAt("original.augment[1].probability"), "0.25");
  assert.equal(valueAt("train.averaging"), '"none"');
  assert.equal(valueAt("train.optimizer.betas"), "[0.9,0.999]");
});

test("an empty list is a value", () => {
  const values = describe({ data: "cifar10", model: { kind: "wide-resnet" } });
  assert.equal(values.find(({ path }) => path === "original.augment")?.value, "[]");
});

test("values for stretches of epochs are one value, with what is said of them", () => {
  const strength = { at: [[0, 1] as [number, number], [20, [0.2, 0.8]] as [number, [number, number]]] };
  const values = describe({ data: "cifar10", model: { kind: "wide-resnet" }, original: { stylize: { strength } } });
  const path = "original.stylize.strength.at";
  assert.deepEqual(
    values.filter((one) => one.path.startsWith("original.stylize.strength")),
    [{ path, value: "[[0,1],[20,[0.2,0.8]]]", description: "the epoch, from 0, and the value that holds from it on" }],
  );
});

test("each has what the schema says of it", () => {
  assert.equal(textOf("train.epochs"), "passes over the training pictures, at least 1");
  assert.equal(textOf("original.augment[1].probability"), "share of pictures mirrored");
  assert.deepEqual(
    rich.filter(({ description }) => description === ""),
    [],
  );
});

test("a kind has what is said of the alternative that it chooses", () => {
  assert.match(textOf("train.optimizer.kind")!, /^Adam /);
  assert.match(textOf("original.augment[1].kind")!, /^Mirrors /);
  const plain = describe({ data: "cifar10", model: { kind: "wide-resnet" } });
  assert.match(plain.find(({ path }) => path === "train.optimizer.kind")!.description, /^stochastic gradient descent/);
});
