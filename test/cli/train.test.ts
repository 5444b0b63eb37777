/** `patina train`: words that do not go together, and mistakes that are found before anything is written. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-train-"));
const runs = join(folder, "runs");
const data = join(folder, "data");
mkdirSync(data);
after(() => rmSync(folder, { recursive: true, force: true }));

const train = (...words: string[]) => runCommand(["train", ...words]);
function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test("words that do not go together are refused before anything is read", async () => {
  const carried = (what: string) =>
    `${what} cannot be given with --resume: the run goes on as it was begun. Leave it out.`;
  for (const [words, message] of [
    [[], "Which experiment? Name a file or one of: patina list   (or --resume RUN)"],
    [["cifar10", "--from", "000001"], "--from goes with --resume RUN. Give both, or neither."],
    [["cifar10", "--resume", "runs/none"], carried("An experiment")],
    [["--resume", "runs/none", "--set", "train.epochs=3"], carried("--set")],
    [["--resume", "runs/none", "--name", "other"], carried("--name")],
    [["--resume", "runs/none", "--runs", "elsewhere"], carried("--runs")],
  ] as const)
    assert.deepEqual(await train(...words), { status: 2, out: "", err: `patina: ${message}\n` });
});

test("a mistake in the experiment is told before anything is written", async () => {
  for (const [words, message] of [
    [["robust"], /^patina: unknown experiment "robust"\. /],
    [[join(folder, "nothing.ts")], /^patina: .*nothing\.ts: does not exist\. /],
    [[write("key.json", '{ "data": "cifar10", "modle": {} }')], /unknown key "modle". Did you mean "model"\?/],
    [["cifar10", "--set", "train.epoch=3"], /^patina: --set train\.epoch=3: unknown key "train\.epoch"/],
    [
      ["cifar10", "--set", "train.epochs=0"],
      /^patina: cifar10 --set train\.epochs=0: "train\.epochs" must be at least 1/,
    ],
  ] as const) {
    const { status, out, err } = await train(...words, "--runs", runs, "--data", data);
    assert.equal(status, words[0].endsWith("nothing.ts") ? 1 : 2, err);
    assert.equal(out, "");
    assert.match(err, message);
  }
  assert.equal(existsSync(runs), false);
});

test("a data set that is not there is told with what to type, before anything is written", async () => {
  const { status, out, err } = await train("cifar10", "--runs", runs, "--data", data);
  assert.equal(status, 1);
  assert.equal(out, "");
  assert.match(err, /^patina: cifar10: is not in .*data .*patina data fetch cifar10/);
  assert.equal(existsSync(runs), false);
  assert.deepEqual(readdirSync(data), []);
});

test("a folder of data sets that is not there is refused, and not made", async () => {
  const { status, err } = await train("fashion-mnist", "--runs", runs, "--data", join(folder, "nodir"));
  assert.equal(status, 1);
  assert.match(err, /^patina: .*nodir: the folder of data sets is not there\. .*mkdir -p/);
  assert.equal(existsSync(join(folder, "nodir")), false);
});

test("a folder that is no run cannot be resumed", async () => {
  const { status, err } = await train("--resume", data);
  assert.equal(status, 1);
  assert.equal(
    err,
    `patina: ${data}: is not the folder of a run (its experiment.json cannot be read). Name one made by patina train.\n`,
  );
});
