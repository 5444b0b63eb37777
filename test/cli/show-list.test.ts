/** `patina show` and `patina list`: what is printed. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { describeValues } from "../../src/experiment/describe.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-show-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("list names every known experiment, with what it is", async () => {
  const { status, out, err } = await runCommand(["list"]);
  assert.deepEqual({ status, err }, { status: 0, err: "" });
  for (const { name, summary } of namedExperiments) {
    const [row] = name.split("/").slice(-1); // those of the paper stand under their data sets, in one table
    assert.ok(out.includes(`│ ${row} `) && out.includes(summary), name);
    assert.ok(out.includes(name.replace(/^(paper.*)\/.*/, "$1/ROW")), name);
  }
  for (const line of out.split("\n")) assert.ok(line.length <= 100, line);
});

test("list --json gives names and summaries, and nothing else", async () => {
  const { out } = await runCommand(["list", "--json"]);
  assert.deepEqual(
    JSON.parse(out),
    namedExperiments.map(({ name, summary }) => ({ name, summary })),
  );
});

test("show prints a line for every value, with what it is", async () => {
  const { status, out, err } = await runCommand(["show", "cifar10"]);
  assert.deepEqual({ status, err }, { status: 0, err: "" });
  const lines = out.trimEnd().split("\n");
  const values = describeValues((await loadExperiment("cifar10")).experiment);
  assert.equal(lines.length, values.length);
  for (const [index, { path, value, description }] of values.entries())
    assert.deepEqual(lines[index]!.split(/ {2,}/), [path, value, description]);
});

test("show --json gives an experiment file with the same values", async () => {
  const { out } = await runCommand(["show", "cifar10", "--set", "train.epochs=4", "--json"]);
  const path = join(folder, "whole.json");
  writeFileSync(path, out);
  const { experiment } = await loadExperiment(path);
  assert.deepEqual(experiment, (await loadExperiment("cifar10", ["train.epochs=4"])).experiment);
  assert.equal(experiment.train.epochs, 4);
});

test("show of an unknown name is an error on stderr, and nothing on stdout", async () => {
  assert.deepEqual(await runCommand(["show", "cifar1", "--json"]), {
    status: 2,
    out: "",
    err: 'patina: unknown experiment "cifar1". Did you mean "cifar10"?\n',
  });
});
