/** `patina evaluate`, as a user types it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { noise, png, writeFiles } from "../data/samples.ts";
import { writeTinyRun } from "../evaluate/tiny-run.ts";
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

test("--csv writes a line a cell", async () => {
  const file = join(folder, "cells.csv");
  await runCommand(["evaluate", run, ...few, "--csv", file]);
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
  ["a requirement of what was not measured", [...few, "--fail-under", "c=0.5"], /not all cells of c were measured/],
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
  assert.match(err, /--data-set cifar10/);
  assert.ok(!existsSync(`${file}.evaluation`));
});

test("an ONNX file for other pictures is an error that names both shapes", async () => {
  const file = join(folder, "other.onnx");
  await runCommand(["export", run, file]);
  const pictures = join(folder, "pictures");
  for (const name of ["cat", "dog"])
    writeFiles(pictures, { [`${name}/0.png`]: await png(noise({ height: 16, width: 16, channels: 3 }, name)) });
  const { status, err } = await runCommand(["evaluate", file, "--data-set", pictures, "--data", folder]);
  assert.equal(status, 1);
  assert.match(err, /takes pictures of 28x28x1, those of .* are 16x16x3/);
});
