/** docs/reproduce.md: its rows, settings, scales, commands and options are those that there are. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadExperiment } from "../../src/experiment/load.ts";
import { paperDataSets, paperExperiment, paperRows } from "../../src/experiment/named/paper.ts";
import { scales } from "../../src/reproduce/scales.ts";
import { runCommand } from "../cli/run-command.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/reproduce.md"), "utf8");
const rows = [...document.matchAll(/^\| (.*) \|$/gm)].map(([, cells]) => cells!.split(" | "));
const rowOf = (name: string) => rows.find(([first]) => first === name)!.slice(1);

test("the table of rows is that of the experiments", () => {
  for (const { name, isMixed, isRestyled, isAugmented } of paperRows)
    assert.deepEqual(
      rowOf(`\`${name}\``).slice(1),
      [isMixed, isRestyled, isAugmented].map((has) => (has ? "+" : "-")),
      name,
    );
});

test("the table of settings is that of the experiments", () => {
  const ours = paperRows.find(({ name }) => name === "ours")!;
  for (const [place, dataSet] of paperDataSets.entries()) {
    const { original, synthetic } = paperExperiment(dataSet, ours);
    const at = (name: string) => rowOf(name)[place];
    assert.equal(at("share of synthetic pictures"), String(synthetic!.share));
    assert.equal(at("originals restyled, strength"), `${original!.stylize!.probability}, 1`);
    assert.equal(at("synthetic pictures restyled, strength"), `${synthetic!.stylize!.probability}, 0.1 to 1`);
    assert.equal(at("restyled originals are augmented too"), original!.combine);
    assert.equal(at("restyled synthetic pictures are augmented too"), synthetic!.combine);
  }
});

test("the table of scales is that of the command", () => {
  for (const { name, changes, testPictures, seeds } of scales) {
    const { model, train = {} } = changes;
    const { epochs = 300, batch = 256, subset } = train;
    const count = (value: number | undefined) => value?.toLocaleString("en") ?? "all";
    const [network, pictures, budget, , tested, given] = rowOf(`\`${name}\``);
    assert.equal(network, `WideResNet-${model?.depth ?? 28}-${model?.width ?? 4}`);
    assert.deepEqual(
      [pictures, budget, tested, given],
      [count(subset), `${epochs}, ${batch}`, count(testPictures), seeds.join(", ")],
    );
  }
});

test("every option that the document names is one of its commands, and every change can be made", async () => {
  const helps = await Promise.all(["reproduce", "train"].map((name) => runCommand([name, "--help"])));
  const known = new Set(helps.flatMap(({ out }) => out.match(/--[a-z-]+/g) ?? []));
  const named = [...new Set(document.match(/(?<![\w-])--[a-z][a-z-]+/g))];
  assert.deepEqual(
    named.filter((option) => !known.has(option)),
    [],
  );
  for (const [, change] of document.matchAll(/--set ([\w.]+=[\w.-]+\w)/g))
    await loadExperiment("paper/cifar10/ours", [change!]);
});
