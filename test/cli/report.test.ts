import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runProgram } from "../../src/cli/program.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import { writeSampleRun } from "../report/sample-run.ts";
import { writeTinyFashion } from "../tiny-data.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-cli-report-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const dataFolder = join(folder, "data");
writeTinyFashion(dataFolder, { train: 40, test: 40 });
const run = writeSampleRun(folder, { data: await loadDataSet("fashion-mnist", dataFolder), dataFolder });

/** Runs `patina report` with these words; what it says of the data set on standard error is not looked at. */
async function reportWith(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), isTerminal: false };
  const status = await runProgram(["report", ...words], output);
  return { status, out: out.join(""), err: err.join("") };
}

test("patina report says where the page is, and how large", async () => {
  const { status, out } = await reportWith(run);
  assert.equal(status, 0);
  assert.match(out, new RegExp(`^${run}/report\\.html: \\d+ KB\\n$`));
});

test("patina report -o writes elsewhere", async () => {
  const file = join(folder, "page.html");
  assert.equal((await reportWith(run, "-o", file)).status, 0);
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);
});

test("patina report --format prints where no file is named", async () => {
  const { status, out } = await reportWith(run, "--format", "csv");
  assert.equal(status, 0);
  assert.match(out, /^model,data,part,/);
});

test("patina report without a run is misuse", async () => {
  const { status, err } = await reportWith();
  assert.equal(status, 2);
  assert.match(err, /runs/);
});

test("patina report of a folder that is no run fails, naming it", async () => {
  const { status, err } = await reportWith(folder);
  assert.equal(status, 1);
  assert.match(err, /is not the folder of a run/);
});

test("patina report refuses what it could not write, and a folder of data sets that is not there", async () => {
  for (const [words, says] of [
    [["-o", join(folder, "none", "page.html")], /its folder does not exist/],
    [["--data", join(folder, "nodir")], /nodir: the folder of data sets is not there/],
  ] as const) {
    const { status, out, err } = await reportWith(run, ...words);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, says);
  }
  assert.ok(!existsSync(join(folder, "nodir")));
});
