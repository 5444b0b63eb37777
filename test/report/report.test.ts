/** Reports of runs, whole, from their folders. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadDataSet } from "../../src/data/data-set.ts";
import { PatinaError } from "../../src/errors.ts";
import { report } from "../../src/report/report.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { writeSampleEvaluation, writeSampleRun } from "./sample-run.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-report-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const dataFolder = join(folder, "data");
writeTinyFashion(dataFolder, { train: 40, test: 40 });
const data = await loadDataSet("fashion-mnist", dataFolder);

let runs = 0;
const sample = (options: Partial<Parameters<typeof writeSampleRun>[1]> = {}) =>
  writeSampleRun(join(folder, `runs${runs++}`), { data, dataFolder, ...options });

const fails = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof PatinaError && error.code === code && message.test(error.message);

test("the page of a run is written into its folder, with every section", async () => {
  const run = sample();
  const { file, text } = await report([run]);
  assert.equal(file, join(run, "report.html"));
  assert.equal(readFileSync(file!, "utf8"), text);
  const ids = [...text.matchAll(/<section id="([\w-]+)"/g)].map((match) => match[1]);
  assert.deepEqual(ids, [
    "result",
    "setup",
    "corruptions",
    "severity",
    "calibration",
    "worst",
    "training",
    "batches",
    "provenance",
  ]);
});

test("the same run gives the same page, byte for byte", async () => {
  const run = sample();
  assert.equal((await report([run])).text, (await report([run])).text);
});

test("the page names nothing that it would have to fetch", async () => {
  const { text } = await report([sample()]);
  const addresses = [...text.matchAll(/(?:src|href|url)(?:=|\()"?'?([^"')\s>]+)/g)].map((match) => match[1]!);
  const foreign = addresses.filter((address) => !address.startsWith("data:") && !address.startsWith("#"));
  assert.deepEqual(
    foreign.filter((address) => address !== "+"),
    [],
  ); // the script puts one of these together
});

test("hostile names of classes and folders are text", async () => {
  const hostile = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style>",
    ...data.classes.slice(3),
  ];
  const { text } = await report([sample({ classes: hostile, name: "a" })]);
  assert.equal(text.match(/<script>/g)?.length, 1);
  assert.equal(text.match(/<\/style>/g)?.length, 1);
  assert.ok(!text.includes("<img src=x"));
  assert.ok(text.includes("&lt;img src=x onerror=alert(1)&gt;"));
});

test("without an evaluation the page says how to make one", async () => {
  const run = sample({ isEvaluated: false });
  const { text } = await report([run]);
  assert.ok(text.includes(`<code>patina evaluate ${run}</code>`));
  assert.ok(text.includes("measured at the end of training"));
  assert.ok(!text.includes('id="corruptions"'));
});

test("where the data set is not on this machine, the page says so and holds the rest", async () => {
  const run = sample();
  const experiment = join(run, "experiment.json");
  writeFileSync(experiment, readFileSync(experiment, "utf8").replace("fashion-mnist", "cifar10"));
  const { text } = await report([run]);
  assert.match(text, /No pictures here: cifar10: is not in .*patina data fetch cifar10/);
  assert.ok(text.includes('id="corruptions"') && text.includes('id="batches"'));
  assert.ok(!text.includes("<img"));
});

test("where the data set is another one now, the page shows no pictures of it", async () => {
  const other = join(folder, "other");
  writeTinyFashion(other, { train: 50, test: 40 });
  const { text } = await report([sample()], { dataFolder: other });
  assert.ok(text.includes("holds other pictures now than the run was trained on"));
  assert.ok(!text.includes("<img"));
});

test("misclassified pictures are shown with their classes, of the cells with the most mistakes", async () => {
  const { text } = await report([sample()]);
  // sampleCell takes each class for the next one.
  const [, actual, predicted] =
    /<strong><bdi>([^<]+)<\/bdi><\/strong><span>taken for <bdi>([^<]+)<\/bdi>, \d+\u00a0% sure/.exec(text)!;
  const label = data.classes.indexOf(actual!.replaceAll("&#39;", "'"));
  assert.equal(predicted, data.classes[(label + 1) % 10]);
});

test("an evaluation of other weights than the run's is marked", async () => {
  const run = sample();
  writeFileSync(join(run, "weights.safetensors"), "others");
  assert.ok((await report([run])).text.includes("Another network: this evaluation"));
});

test("a report is written over an older one, and over nothing else", async () => {
  const run = sample();
  await report([run]);
  await report([run]);
  const file = join(folder, "notes.html");
  writeFileSync(file, "<!doctype html><title>my notes</title>");
  await assert.rejects(
    report([run], { file }),
    fails("file-exists", /notes\.html: is there already, and is no report of Patina/),
  );
  assert.equal(readFileSync(file, "utf8"), "<!doctype html><title>my notes</title>");
});

test("a file of another format is never written over", async () => {
  const run = sample();
  const file = join(folder, "results.csv");
  await report([run], { file, format: "csv" });
  await assert.rejects(report([run], { file, format: "csv" }), fails("file-exists", /results\.csv/));
});

test("several runs stand beside each other, each with its own part, compared on the same pictures", async () => {
  const file = join(folder, "several.html");
  const { text } = await report([sample({ name: "plain" }), sample({ name: "better", better: 0.05 })], { file });
  assert.ok(existsSync(file));
  assert.equal(text.match(/<article id="run\d"/g)?.length, 2);
  assert.match(text, /Differences/);
  assert.match(text, /better-[\w-]+ against plain-[\w-]+, cell by cell/);
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  assert.equal(new Set(ids).size, ids.length);
});

test("a pair whose comparison one of the evaluations holds itself is shown once, in either order", async () => {
  const [plain, better] = [sample({ name: "plain" }), sample({ name: "better", better: 0.05 })];
  const compared = async (runs: string[]) => JSON.parse((await report(runs, { format: "json" })).text).comparisons;
  const [{ comparison }] = await compared([plain, better]);
  const path = join(better, "evaluation", "evaluation.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), comparison }));
  assert.equal((await compared([better])).length, 1);
  assert.equal((await compared([plain, better])).length, 1);
  assert.equal((await compared([better, plain])).length, 1);
});

test("page, card and Markdown say where a network is no better than chance, and only there", async () => {
  const weak = sample({ better: -0.85 });
  for (const format of ["html", "card", "md"] as const) {
    const says = async (run: string) => (await report([run], { format })).text.includes("No better than chance: ");
    assert.deepEqual([await says(weak), await says(sample())], [true, false], format);
  }
});

test("that is said of a run that was not evaluated too, from its journal's end", async () => {
  const run = sample({ isEvaluated: false });
  const journal = join(run, "journal.jsonl");
  const end = { event: "end", epoch: 6, testAccuracy: 0.1, testCount: 40, classCount: 10 };
  const lines = readFileSync(journal, "utf8").trim().split("\n").slice(0, -1);
  writeFileSync(journal, `${[...lines, JSON.stringify(end)].join("\n")}\n`);
  assert.match((await report([run])).text, /No better than chance: 10\.0 % of 40 clean pictures/);
});

test("results of two origins are in no table together, and are not compared", async () => {
  const { text } = await report([sample(), sample({ origin: "official" })], { file: join(folder, "origins.html") });
  assert.ok(text.includes("results of two origins are not compared"));
});

test("the evaluation of a part is shown where there is none of all pictures, and says so; it can be asked for", async () => {
  const run = sample();
  renameSync(join(run, "evaluation"), join(run, "moved"));
  mkdirSync(join(run, "evaluation"));
  renameSync(join(run, "moved"), join(run, "evaluation", "subset-40"));
  assert.ok((await report([run])).text.includes('id="corruptions"'));
  writeSampleEvaluation(run, { data, dataFolder, corruptions: ["snow"] });
  assert.ok((await report([run])).text.includes("snow"));
  assert.ok(!(await report([run], { evaluation: "subset-40" })).text.includes("snow"));
  await assert.rejects(
    report([run], { evaluation: "held" }),
    fails(
      "run",
      /has no evaluation "held"\. It has subset-40, that of all pictures, for which --evaluation is left out\./,
    ),
  );
});

test("a card has its parts and the numbers of the run", async () => {
  const run = sample();
  const { text, file } = await report([run], { format: "card" });
  assert.equal(file, undefined);
  assert.deepEqual(
    [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]),
    ["Intended use", "Training data", "Training", "Results", "Limitations", "How to get it again"],
  );
  assert.ok(text.includes(data.train.digest) && text.includes(`patina train ${run}/experiment.json`));
});

test("a card of several runs is refused", async () => {
  await assert.rejects(
    report([sample(), sample()], { format: "card" }),
    fails("argument", /about one run; 2 were named/),
  );
});

test("JSON holds runs and comparisons; CSV a row a cell under one head", async () => {
  const two = [sample({ name: "first" }), sample({ name: "second" })];
  const { runs: records } = JSON.parse((await report(two, { format: "json" })).text);
  assert.deepEqual(
    records.map((run: { evaluation: { columns: { cells: unknown[] }[] } }) => run.evaluation.columns[0]!.cells.length),
    [10, 10],
  );
  const lines = (await report(two, { format: "csv" })).text.split("\r\n");
  assert.equal(lines.length, 1 + 2 * 11 + 1);
  assert.match(lines[1]!, /^first-[\w-]+,fashion-mnist,test,,clean,/);
});

test("Markdown escapes names, so that they end no table", async () => {
  const run = sample();
  renameSync(run, `${run} | <b>`);
  const { text } = await report([`${run} | <b>`], { format: "md" });
  assert.match(text, /\\\| \\<b\\>/);
});

test("a line of the journal that was torn off is left out", async () => {
  const run = sample({ isEvaluated: false });
  const whole = await report([run]);
  appendFileSync(join(run, "journal.jsonl"), '{"epoch":7,"lo');
  assert.equal((await report([run])).text, whole.text);
});

test("draws that are none of the run's augmentations are named", async () => {
  const run = sample();
  const augment = [{ operation: "format-disk", magnitude: 1 }];
  const line = { epoch: 1, pictures: [{ index: 0, draw: { mirrored: false, crop: "none", augment } }] };
  writeFileSync(join(run, "draws.jsonl"), `${JSON.stringify(line)}\n`);
  await assert.rejects(report([run]), fails("file-damaged", /draws\.jsonl: what was drawn for picture 0/));
});

test("a run that is named twice, a folder that is none, and no run at all are refused", async () => {
  const run = sample();
  await assert.rejects(report([run, `${run}/`], { file: join(folder, "x.html") }), fails("argument", /is named twice/));
  await assert.rejects(report([folder]), fails("run", /is not the folder of a run/));
  await assert.rejects(report([]), fails("argument", /needs a run/));
});
