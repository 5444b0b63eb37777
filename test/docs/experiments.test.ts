/** docs/experiments.md: its example runs, its changes are right, and its tables are those of the schema. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { withTables } from "../../scripts/option-tables.ts";
import { augmentations } from "../../src/augment/registry.ts";
import { commands } from "../../src/cli/registry.ts";
import { describeValues } from "../../src/experiment/describe.ts";
import { type Experiment, parseExperiment } from "../../src/experiment/experiment.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/experiments.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "patina-experiments-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const example = join(folder, "robust.ts");
writeFileSync(example, document.match(/^```ts\n(.*?)^```$/ms)![1]!);

/** Rows of the tables by the path in their first cell; several where kinds share it. */
const rows = [...document.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, path, rest]) => ({
  path: path!,
  rest: rest!,
}));
const rowsAt = (path: string) => rows.filter((row) => row.path === path).map(({ rest }) => rest);

test("the tables are those that the schema gives now", () => {
  assert.equal(document, withTables(document), "docs/experiments.md is old. Type: npm run docs");
});

test("the example is an experiment with the values that it writes", async () => {
  const { name, experiment } = await loadExperiment(example);
  const { data, model, original, train } = experiment;
  assert.equal(name, "robust");
  assert.deepEqual([data, model.depth, model.width, train.epochs, train.hold], ["cifar10", 28, 4, 300, 0.1]);
  assert.deepEqual(original.augment, [{ kind: "trivial-augment", bins: 31, bytes: "tensor" }]);
});

test("every one-off change in the text can be made", async () => {
  const changes = [...document.matchAll(/`--set ('?)(.+?)\1`/g)].map(([, , change]) => change!);
  assert.ok(changes.length >= 5, changes.join("\n"));
  for (const change of changes) {
    const { experiment } = await loadExperiment(example, [change]);
    assert.notDeepEqual(experiment, (await loadExperiment(example)).experiment, change);
  }
});

test("every command in the text is known", () => {
  const named = [...document.matchAll(/bin\/patina (\w+)/g)].map(([, name]) => name);
  assert.ok(named.length > 0);
  for (const name of named)
    assert.ok(
      commands.some((command) => command.name === name),
      name,
    );
});

test("a row tells path, values, default, and what it is", () => {
  assert.deepEqual(rowsAt("train.hold"), [
    "number in [0, 1) | `0` | share of the training pictures held out, by class, and measured after each epoch, in [0, 1); 0 trains on all",
  ]);
  const starts = (path: string) => rowsAt(path).map((row) => row.split(" | ").slice(0, 2));
  assert.deepEqual(starts("model.width"), [["whole number in [1, 64]", "`4`"]]);
  assert.deepEqual(starts("train.epochs"), [["whole number from 1", "`300`"]]);
  assert.deepEqual(starts("train.clipNorm"), [['`"none"`, number above 0', "`1`"]]);
  assert.deepEqual(starts("train.tf32"), [["`true`, `false`", "`false`"]]);
  assert.deepEqual(starts("original.augment"), [["list of [augmentations](#augmentations)", "`[]`"]]);
  assert.deepEqual(starts("synthetic.share.at"), [
    ["list of pairs: whole number from 0; number in [0, 1]", "required"],
  ]);
  assert.deepEqual(starts("train.schedule.first"), [["whole number from 1", ""]]);
  assert.deepEqual(starts("data.folder"), [["text", "required"]]);
});

test("each kind has a row, followed by its own options", () => {
  assert.deepEqual(
    rowsAt("train.optimizer.kind").map((row) => row.split(" | ")[0]),
    ['`"sgd"`', '`"adamw"`'],
  );
  const paths = rows.map(({ path }) => path);
  const adamw = paths.lastIndexOf("train.optimizer.kind");
  assert.deepEqual(paths.slice(adamw, adamw + 5), [
    "train.optimizer.kind",
    "train.optimizer.learningRate",
    "train.optimizer.betas",
    "train.optimizer.epsilon",
    "train.optimizer.weightDecay",
  ]);
});

test("every value that patina show prints has a row, but for those of augmentations", () => {
  const folders = { kind: "folder", folder: "a", test: { share: 0.2 }, size: 32 };
  const others = parseExperiment(
    { data: folders, model: { kind: "wide-resnet" }, train: { threads: 1, workers: 1 } },
    "x",
  );
  const experiments: Experiment[] = [
    others,
    ...namedExperiments.map((one) => parseExperiment(one.experiment, one.name)),
  ];
  for (const { path } of experiments.flatMap(describeValues))
    if (!/^(original|synthetic)\.augment\[/.test(path)) assert.ok(rowsAt(path).length > 0, path);
});

test("every augmentation has a row with its summary", () => {
  for (const { name, summary } of augmentations) assert.ok(rowsAt(name)[0]?.startsWith(summary), name);
});
