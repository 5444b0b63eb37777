/** `patina reproduce` in miniature: killed, stopped, gone on with, and what it prints and writes; and what it refuses. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findEvaluation } from "../../src/evaluate/evaluation-file.ts";
import type { ReproduceProgress } from "../../src/reproduce/progress.ts";
import { type ReproduceSettings, reproduce } from "../../src/reproduce/reproduce.ts";
import { runCommand } from "../cli/run-command.ts";
import { writeTinyFiles, writeTinyPool } from "./tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-reproduce-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, "out");
const { data, pool, set } = await writeTinyFiles(folder);
const words = ["--scale", "miniature", "--data", data, "--pool", pool, ...set.flatMap((change) => ["--set", change])];
const settings = { scale: "miniature", dataFolder: data, pool, set, out } satisfies ReproduceSettings;

const names = ["baseline", "ta", "nst", "nst-ta", "synthetic", "synthetic-ta", "synthetic-nst", "ours"];
const runsNow = () => readdirSync(join(out, "runs")).filter((name) => !name.endsWith(".tmp"));
const rowOf = (run: string) => run.replace(/-seed-.*/, "");

/** Of a run that is whole: what must not be written again. */
const stampsOf = (run: string) =>
  ["weights.safetensors", "evaluation/subset-10/evaluation.json"].map(
    (file) => statSync(join(out, "runs", run, file)).mtimeMs,
  );

test("killed in its second run, stopped in a later one and called again, it loses no run and begins none twice", async () => {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const child = spawn(process.execPath, [main, "reproduce", "table-3", ...words, "--out", out], { stdio: "pipe" });
  let text = "";
  child.stderr.on("data", (piece) => {
    text += piece;
    if (/Run 2 of 8: ta, seed 0.*Training into/s.test(text)) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL", text);
  assert.match(text, /Each row: WideResNet-10-1, 200 training pictures, 1 epoch of batches of 50, 4 steps in all/);
  const killed = runsNow();
  assert.deepEqual(killed.map(rowOf), ["baseline", "ta"]);
  const stamps = stampsOf(killed[0]!);
  const partial = JSON.parse(readFileSync(join(out, "table.json"), "utf8"));
  assert.deepEqual(
    partial.rows.map((row: { runs: unknown[] }) => row.runs.length),
    [1, 0, 0, 0, 0, 0, 0, 0],
  );

  const stop = new AbortController();
  const begun: string[] = [];
  const note = (progress: ReproduceProgress) => {
    if (progress.kind === "run") begun.push(progress.row);
    if (begun.at(-1) === "nst" && progress.kind === "evaluate" && progress.progress.kind === "cell") stop.abort();
  };
  await assert.rejects(reproduce("table-3", { ...settings, report: note, signal: stop.signal }), {
    code: "interrupted",
    message: "Stopped in nst, seed 0, run 3 of 8. All is kept; the same command goes on there.",
  });
  assert.deepEqual(begun, ["ta", "nst"]);

  const { status, out: printed, err } = await runCommand(["reproduce", "table-3", ...words, "--out", out]);
  assert.equal(status, 0, err);
  assert.match(err, /^Run 3 of 8: nst, seed 0$.*^Run 4 of 8: nst-ta, seed 0, about .* left for all$/ms);
  assert.equal(err.match(/a part of cifar10 only/g)?.length, 1, "what is told of the data is told once");
  assert.match(printed, /│ {2}\+ {2}│ {2}- {2}│ - {2}│ +[\d.]+ │ 95\.81 │/); // Synthetic, of table 2
  const runs = runsNow();
  assert.deepEqual(runs.map(rowOf).sort(), names.toSorted());
  for (const run of killed) assert.ok(runs.includes(run), run);
  assert.deepEqual(stampsOf(killed[0]!), stamps);
});

test("the table holds what the evaluations of the runs say, on one budget", () => {
  const table = JSON.parse(readFileSync(join(out, "table.json"), "utf8"));
  assert.deepEqual(
    table.rows.map(({ row }: { row: string }) => row),
    names,
  );
  assert.deepEqual([table.budget.steps, table.budget.testPictures, table.seeds], [4, 10, [0]]);
  for (const { metrics, runs } of table.rows) {
    const { clean, columns } = findEvaluation(join(out, runs[0].path, "evaluation/subset-10"))!;
    assert.equal(metrics.clean.mean, clean.correct * 10);
    const c15 = columns[0]!.suites.find(({ suite }) => suite === "c15")!.accuracy.value;
    assert.ok(Math.abs(metrics.c15.mean - 100 * c15) < 1e-6);
    const journal = readFileSync(join(out, runs[0].path, "journal.jsonl"), "utf8")
      .trim()
      .split("\n");
    assert.equal(JSON.parse(journal.at(-1)!).event, "end");
  }
  for (const file of ["table.md", "table.csv"]) assert.ok(existsSync(join(out, file)), file);
});

test("its report begins with the table, and what each ingredient adds, before it compares the runs", () => {
  const page = readFileSync(join(out, "report.html"), "utf8");
  const places = ['<section id="table"', '<section id="effects"', '<section id="runs"'].map((id) => page.indexOf(id));
  assert.ok(places[0]! > 0);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(page, /<h1><bdi>Table 3 on cifar10/);
});

test("called again when all is there, it trains nothing and tells the same", async () => {
  const kinds = new Set<string>();
  const before = readFileSync(join(out, "table.json"), "utf8");
  const { table } = await reproduce("table-3", { ...settings, report: ({ kind }) => kinds.add(kind) });
  assert.ok(!kinds.has("run") && !kinds.has("train") && !kinds.has("evaluate"), [...kinds].join());
  assert.equal(`${JSON.stringify(table, null, 2)}\n`, before);
});

test("what a run was measured on besides does not get into the table", async () => {
  const file = join(out, "runs", runsNow()[0]!, "evaluation/subset-10/evaluation.json");
  const before = readFileSync(file, "utf8");
  const evaluation = JSON.parse(before);
  const official = { ...evaluation.columns[0], origin: "official" };
  writeFileSync(file, JSON.stringify({ ...evaluation, columns: [official, ...evaluation.columns] }));
  const kinds = new Set<string>();
  const { table } = await reproduce("table-3", { ...settings, report: ({ kind }) => kinds.add(kind) });
  assert.deepEqual([table.origin, kinds.has("run")], ["generated@1", false]);
  writeFileSync(file, before);
});

const refusals: Record<string, [words: string[], status: number, message: RegExp]> = {
  "an unknown table": [["table-4"], 2, /^patina: unknown table "table-4"\. Did you mean "table-3"\?/],
  "an unknown data set": [
    ["table-3", "--data-set", "cifar11"],
    2,
    /--data-set must be one of .*Did you mean "cifar10"\?/,
  ],
  "a data set without a pool": [
    ["table-3", "--data-set", "cifar100", "--data", data],
    1,
    /synthetic\/cifar100\.npz is not there, and half of the rows need .*--pool FILE_OR_FOLDER.*patina synth import/,
  ],
  "a pool that is not there": [
    ["table-3", ...words, "--pool", "gone.npz"],
    1,
    /synthetic\.pool: .*gone\.npz is not there/,
  ],
  "a data set that is not there": [
    ["table-3", ...words, "--data-set", "cifar100"],
    1,
    /^patina: cifar100: is not in .*patina data fetch cifar100/,
  ],
  "seeds that are no numbers": [["table-3", ...words, "--seeds", "0,one"], 2, /^patina: --seeds 0,one: must be whole/],
  "a seed twice": [["table-3", ...words, "--seeds", "1,1"], 2, /^patina: --seeds 1,1: must be different whole numbers/],
  "a change of the seed": [["table-3", ...words, "--set", "train.seed=3"], 2, /--set train\.seed=3: .*--seeds 0,1,2/],
  "a change of the whole budget": [
    ["table-3", ...words, "--set", 'train={"epochs":3}'],
    2,
    /^patina: --set train=\{"epochs":3\}: replaces all of train, .* seeds .*--set train\.epochs=30/,
  ],
  "a change of what rows differ in": [
    ["table-3", ...words, "--set", "synthetic.share=0.3"],
    2,
    /--set synthetic\.share=0\.3: rows of a table differ in that\. .*model, stylizer, train/,
  ],
  "a change that is a mistake": [["table-3", ...words, "--set", "train.epoch=3"], 2, /Did you mean "train\.epochs"\?/],
};
for (const [what, [given, status, message]] of Object.entries(refusals))
  test(`${what} is refused before anything is written`, async () => {
    const other = join(folder, "none");
    const ran = await runCommand(["reproduce", ...given, "--out", other]);
    assert.equal(ran.status, status, ran.err);
    assert.match(ran.err, message);
    assert.equal(existsSync(other), false);
  });

test("the folder of another reproduction is refused, with what differs", async () => {
  const other = { ...settings, set: [...set, "train.epochs=2"] };
  await assert.rejects(reproduce("table-3", other), {
    code: "run",
    message: /out: holds another reproduction \(train\.epochs was 1, is 2\)\. .*--out FOLDER/,
  });
});

test("a pool that is another one now is refused: its rows would not stand beside those before", async () => {
  const [{ mtime, atime }, bytes] = [statSync(pool), readFileSync(pool)];
  writeTinyPool(pool, 8);
  await assert.rejects(reproduce("table-3", settings), {
    code: "run",
    message: /out: holds another reproduction \(the synthetic pictures are others now\)/,
  });
  writeFileSync(pool, bytes);
  utimesSync(pool, atime, mtime);
});

test("a folder with other files in it is refused", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "thesis.tex"), "");
  await assert.rejects(reproduce("table-3", { ...settings, out: other }), {
    code: "file-exists",
    message: /other: is no reproduction, and other files lie there \(thesis\.tex\)/,
  });
  assert.deepEqual(readdirSync(other), ["thesis.tex"]);
});

test("a file of the report's name that is no report is refused before anything is trained", async () => {
  const file = join(out, "report.html");
  const before = readFileSync(file);
  writeFileSync(file, "<!doctype html>my notes");
  const kinds = new Set<string>();
  await assert.rejects(reproduce("table-3", { ...settings, report: ({ kind }) => kinds.add(kind) }), {
    code: "file-exists",
    message: /report\.html: is there already, and is no report of Patina\. Move it away\.$/,
  });
  assert.ok(!kinds.has("run") && !kinds.has("note"), [...kinds].join());
  writeFileSync(file, before);
});

test("while a lost run is made again, the tables keep all others", async () => {
  for (const run of runsNow()) if (/^(ta|nst)-seed/.test(run)) rmSync(join(out, "runs", run), { recursive: true });
  const stop = new AbortController();
  const report = (progress: ReproduceProgress) => {
    if (progress.kind === "run" && progress.row === "nst") stop.abort();
  };
  await assert.rejects(reproduce("table-3", { ...settings, report, signal: stop.signal }), { code: "interrupted" });
  const table = JSON.parse(readFileSync(join(out, "table.json"), "utf8"));
  assert.deepEqual(
    table.rows.map(({ runs }: { runs: unknown[] }) => runs.length),
    [1, 1, 0, 1, 1, 1, 1, 1],
  );
});

test("after each seed there is a report of all that is measured, also where it was lost", async () => {
  const file = join(out, "report.html");
  const ours = runsNow().find((run) => rowOf(run) === "ours")!;
  for (const lost of [file, join(out, "runs", ours)]) {
    rmSync(file, { force: true });
    rmSync(lost, { recursive: true, force: true });
    const stop = new AbortController();
    const report = (progress: ReproduceProgress) => {
      if (progress.kind === "run" && progress.seed === 1) stop.abort();
    };
    const two = { ...settings, seeds: [0, 1], report, signal: stop.signal };
    await assert.rejects(reproduce("table-3", two), {
      code: "interrupted",
      message: /^Stopped in baseline, seed 1, run 9 of 16\./,
    });
    assert.match(readFileSync(file, "utf8"), /8 of 16 runs are there/);
  }
});

test("stopped while the report is made, it says how to go on", async () => {
  const stop = new AbortController();
  const report = (progress: ReproduceProgress) => {
    if (progress.kind === "note" && progress.text.startsWith("Making the report")) stop.abort();
  };
  await assert.rejects(reproduce("table-3", { ...settings, report, signal: stop.signal }), {
    code: "interrupted",
    message: "Stopped in the report. All is kept; the same command goes on there.",
  });
});
