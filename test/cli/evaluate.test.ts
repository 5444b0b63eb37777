/** `patina evaluate`, as a user types it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadDataSet } from "../../src/data/data-set.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { noise, png, writeFiles } from "../data/samples.ts";
import { writeTinyRun } from "../evaluate/tiny-run.ts";
import { makeTrained, writeTrainedRun } from "../evaluate/trained-run.ts";
import { runCommand } from "./run-command.ts";

setThreadCount(1);

const folder = mkdtempSync(join(tmpdir(), "patina-cli-evaluate-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const run = await writeTinyRun(folder);
const few = ["--only", "gaussian_noise", "--severity", "1"];
const whole = ["--only", "gaussian_noise", "--subset", "10"];

test("the table shows clean accuracy first, what was measured, and where the result lies", async () => {
  const { status, out, err } = await runCommand(["evaluate", run, ...whole]);
  assert.equal(status, 0, err);
  assert.match(out, /on fashion-mnist: a subset of 10 of 40 test pictures, generated@1\n/);
  assert.match(out, /Note: 28x28x1 has no published constants/);
  assert.ok(out.indexOf("clean") < out.indexOf("Worst cells: gaussian_noise"), out);
  assert.match(out, /│ gaussian_noise +│ .* to /);
  assert.ok(out.endsWith(`${join(run, "evaluation", "subset-10", "evaluation.json")}\n`), out);
  assert.match(err, /Measuring .*, generated@1, on cpu: 5 cells of 10 pictures\n/);
});

test("a second call says what was measured before", async () => {
  await runCommand(["evaluate", run, ...whole]);
  const { err } = await runCommand(["evaluate", run, ...whole]);
  assert.match(err, /0 cells of 10 pictures; 5 were measured before\n/);
});

test("--json prints what evaluation.json holds", async () => {
  const { out } = await runCommand(["evaluate", run, ...few, "--json"]);
  assert.deepEqual(JSON.parse(out), JSON.parse(readFileSync(join(run, "evaluation", "evaluation.json"), "utf8")));
});

test("--fail-under gives status 0 where it is met and 1 where not, with a JUnit file", async () => {
  const junit = join(folder, "junit.xml");
  const met = await runCommand(["evaluate", run, ...few, "--fail-under", "clean=0", "--junit", junit]);
  assert.equal(met.status, 0);
  assert.match(readFileSync(junit, "utf8"), /tests="1" failures="0"/);
  const unmet = await runCommand(["evaluate", run, ...few, "--fail-under", "clean=1", "--junit", junit]);
  assert.equal(unmet.status, 1);
  assert.match(unmet.out, /not met.* {2}clean at least 100\.00 %: /);
  assert.match(readFileSync(junit, "utf8"), /tests="1" failures="1"/);
});

test("--csv writes a line a cell, once", async () => {
  const file = join(folder, "cells.csv");
  const words = ["evaluate", run, ...few, "--csv", file];
  await runCommand(words);
  const { status, err } = await runCommand(words);
  assert.equal(status, 1);
  assert.match(err, /cells\.csv: is there already, and nothing is overwritten/);
  assert.equal(
    readFileSync(file, "utf8").split("\r\n")[2]!.split(",").slice(1, 7).join(),
    "fashion-mnist,test,generated@1,gaussian_noise,1,40",
  );
});

test("--against prints the comparison", async () => {
  const other = await writeTinyRun(folder, { seed: 2 });
  await runCommand(["evaluate", other, ...few]);
  const { out } = await runCommand(["evaluate", run, ...few, "--against", other]);
  assert.match(out, /Clean pictures: \d+ right here only, \d+ there only \(McNemar, p = /);
  assert.match(out, /Of 1 cells \d are better here and \d worse/);
});

for (const [what, words, says] of [
  ["an unknown suite", ["--suite", "c16"], /--suite.*"c15"/],
  ["an unknown severity", ["--severity", "6"], /--severity/],
  ["a malformed requirement", ["--fail-under", "c15:0.8"], /c15=0\.85/],
  ["a JUnit file without a requirement", ["--junit", "a.xml"], /--junit goes with --fail-under/],
  ["a mean without a range", ["--input-mean", "0.5"], /go with --input-range/],
  ["a mean that is no number", ["--input-range", "1", "--input-mean", "0.5,x"], /is not a list of numbers/],
  ["a deviation of 0", ["--input-range", "1", "--input-deviation", "0"], /numbers above 0/],
  ["a requirement of what is not measured", [...few, "--fail-under", "c=0.5"], /c: its mean is asked for, but/],
  [
    "RobustBench's form of what is not measured",
    [...few, "--robustbench", "a.json"],
    /c15: its mean is asked for, but/,
  ],
  ["one file for two purposes", ["--csv", "a.csv", "--robustbench", "a.json"], /a\.csv: would be written twice/],
] as const)
  test(`${what} is misuse: status 2`, async () => {
    const { status, err } = await runCommand(["evaluate", run, ...words]);
    assert.equal(status, 2, err);
    assert.match(err, says);
  });

test("an ONNX file without a data set is misuse that says what to add", async () => {
  const file = join(folder, "net.onnx");
  await runCommand(["export", run, file]);
  const { status, err } = await runCommand(["evaluate", file]);
  assert.equal(status, 2);
  assert.match(err, /a known data set, a folder of pictures .*--data-set cifar10/);
  assert.ok(!existsSync(`${file}.evaluation`));
});

test("pictures of a folder are brought to the size of an ONNX file, and the result says so", async () => {
  const file = join(folder, "cats.onnx");
  const trained = { ...makeTrained({ height: 16, width: 16, channels: 1 }), classes: ["bird", "cat", "dog"] };
  await runCommand(["export", writeTrainedRun(folder, trained), file]);
  trained.network.dispose();
  const pictures = join(folder, "pictures");
  for (const name of trained.classes)
    writeFiles(pictures, { [`${name}/0.png`]: await png(noise({ height: 20, width: 33, channels: 3 }, name)) });
  const { status, out, err } = await runCommand(["evaluate", file, "--data-set", pictures, "--data", folder, ...few]);
  assert.equal(status, 0, err);
  assert.match(
    out,
    /Note: Pictures of another size were brought to 16x16: the shorter side resized, .*, and made grey\.\n/,
  );
  const { test: expected } = await loadDataSet(
    { kind: "folder", folder: pictures, test: pictures, size: 16, crop: "centre", channels: 1 },
    folder,
  );
  const { data } = JSON.parse(readFileSync(out.trim().split("\n").at(-1)!, "utf8"));
  assert.equal(data.digest, expected.digest);
});

test("what could not be written is refused before anything is measured", async () => {
  const fresh = await writeTinyRun(mkdtempSync(join(folder, "fresh-")));
  for (const option of ["--csv", "--robustbench"]) {
    const { status, err } = await runCommand(["evaluate", fresh, "--suite", "c15", option, join(folder, "no", "a.x")]);
    assert.equal(status, 1);
    assert.match(err, /its folder does not exist/);
  }
  const junit = join(folder, "others.xml");
  writeFileSync(junit, "<testsuites/>");
  const { err } = await runCommand(["evaluate", fresh, ...few, "--fail-under", "clean=0", "--junit", junit]);
  assert.match(err, /others\.xml: is there already, and is no JUnit file of Patina/);
  assert.ok(!existsSync(join(fresh, "evaluation")));
});

test("the table holds what was asked for; what was measured before is counted, with where it lies", async () => {
  const fresh = await writeTinyRun(mkdtempSync(join(folder, "asked-")));
  await runCommand(["evaluate", fresh, ...few]);
  const { out } = await runCommand(["evaluate", fresh, "--only", "contrast", "--severity", "2"]);
  assert.match(out, /│ contrast /);
  assert.doesNotMatch(out, /gaussian_noise/);
  assert.match(out, /\n1 cell more, measured before, with all means:\n.*evaluation\.json\n$/);
});

test("an experiment is no model: what to type is said", async () => {
  const file = join(folder, "own.ts");
  writeFileSync(file, "export default {};");
  const { status, err } = await runCommand(["evaluate", file]);
  assert.equal(status, 2);
  assert.match(err, /own\.ts: is no model; files of its kind hold experiments\. .*patina train .*own\.ts/);
});
