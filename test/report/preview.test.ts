/** Pages of training pictures: previews of experiments, and what reports show of runs that mixed. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { DataProgress } from "../../src/data/progress.ts";
import { PatinaError } from "../../src/errors.ts";
import { parseExperiment } from "../../src/experiment/experiment.ts";
import { train } from "../../src/experiment/train.ts";
import { preview } from "../../src/report/preview.ts";
import { report } from "../../src/report/report.ts";
import { loadStyleBank, saveStyleBank } from "../../src/stylize/bank.ts";
import type { DrawnPicture } from "../../src/train/drawn.ts";
import { makeFirstBatch } from "../../src/train/first-batch.ts";
import { openJob } from "../../src/train/train.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
import { writeMixed } from "../train/mixed.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-preview-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const experiment = await writeMixed(folder);
nameStyles(["<b>wave</b>", ...Array.from({ length: 8 }, (_, index) => `painting ${index}`)]);
const source = join(folder, "mixed.json");
writeFileSync(source, JSON.stringify(experiment));
const file = join(folder, "preview.html");
const look = (settings: Parameters<typeof preview>[1] = {}) =>
  preview(source, { file, dataFolder: folder, ...settings });
const { run } = await train(experiment, { runsFolder: join(folder, "runs"), dataFolder: folder });

function nameStyles(names: readonly string[]): void {
  const { styles } = experiment.stylizer;
  const bank = loadStyleBank(styles);
  const pictures = bank.pictures.map(({ digest }, index) => ({ name: names[index]!, digest }));
  rmSync(styles);
  saveStyleBank(styles, { ...bank, pictures });
}

const fails = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PatinaError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};
const idsOf = (text: string) => [...text.matchAll(/<section id="([\w-]+)"/g)].map((match) => match[1]);
const itemsOf = (text: string) => text.match(/<li><span class="pair">.*?<\/li>/g) ?? [];

/** Runs the work while a file is somewhere else. */
async function without(path: string, work: () => Promise<void>): Promise<void> {
  renameSync(path, `${path}.away`);
  try {
    await work();
  } finally {
    renameSync(`${path}.away`, path);
  }
}

test("the page shows the mixture, the whole batch, and pictures of each kind", async () => {
  const { text } = await look({ epoch: 2 });
  assert.equal(readFileSync(file, "utf8"), text);
  assert.deepEqual(idsOf(text), [
    "mixture",
    "batch",
    "original",
    "original-restyled",
    "synthetic",
    "synthetic-restyled",
  ]);
  assert.equal(text.match(/<img [^>]*alt="" title=/g)!.length, 16);
  assert.equal(itemsOf(text).length, 16);
});

test("the head counts what is in the batch and in the epoch, beside what was asked for", async () => {
  const parts = await openJob(parseExperiment(experiment, "mixed"), { dataFolder: folder });
  const { pictures } = await makeFirstBatch(parts, 1).finally(() => parts.restyler?.dispose());
  const restyled = pictures.filter((one) => one.origin === "synthetic" && one.restyled !== undefined).length;
  const synthetic = pictures.filter(({ origin }) => origin === "synthetic").length;
  const { text } = await look({ epoch: 2 });
  const rows = [...text.matchAll(/<tr><th scope="row">(.*?)<\/tr>/g)].map(([, row]) =>
    row!.replace(/<[^>]*>/g, "|").replaceAll("\u00a0", " "),
  );
  // 0.4 of 150 places are 60, of which 0.5 are 30; 0.3 of the 90 others are 27.
  assert.match(rows[0]!, new RegExp(`^original\\|+${16 - synthetic} of 16, .* %\\|+60 %\\|+90 of 150, 60 %`));
  assert.match(rows[1]!, /^of these restyled.*\|30 %\|+27 of 90, 30 %/);
  assert.match(rows[2]!, new RegExp(`^synthetic\\|+${synthetic} of 16, .* %\\|+40 %\\|+60 of 150, 40 %`));
  assert.match(rows[3]!, new RegExp(`^of these restyled\\|+${restyled} of ${synthetic}, .*\\|50 %\\|+30 of 60, 50 %`));
});

test("a kind of which the batch has few has an eighth of the pictures", async () => {
  // The whole epoch is one batch: 0.1 of its 90 originals are restyled.
  const { text } = await look({ set: ["train.batch=150", "original.stylize.probability=0.1"], pictures: 32 });
  assert.match(text, /<p>4 of the 9 in the batch: each as it is, restyled,/);
});

test("of fewer pictures each kind has its share, and one at least", async () => {
  const { text } = await look({ epoch: 2, pictures: 2 });
  const kinds = itemsOf(text).map((item) => `${/synthetic picture/.test(item)} ${/in the style of/.test(item)}`);
  assert.deepEqual(kinds.sort(), ["false false", "false true", "true false", "true true"]);
});

test("under a restyled picture stand its class, its place, its style as text, and what was drawn", async () => {
  const { text } = await look({ epoch: 2 });
  const item =
    /<strong><bdi>.+?<\/bdi><\/strong><span>(synthetic )?picture \d+<\/span><span>in the style of <bdi>(painting \d|&lt;b&gt;wave&lt;\/b&gt;)<\/bdi>, strength [\d.]+<\/span><span>.+?<\/span><\/li>/;
  for (const one of itemsOf(text).filter((item) => item.includes("in the style of"))) assert.match(one, item);
  assert.ok(!text.includes("<b>wave"));
});

test("an experiment that mixes nothing has pictures of one kind", async () => {
  const plain = join(folder, "plain.json");
  const { data, model } = experiment;
  writeFileSync(plain, JSON.stringify({ data, model, train: { epochs: 1 } }));
  const { text } = await preview(plain, { file, dataFolder: folder });
  assert.deepEqual(idsOf(text), ["mixture", "batch", "original"]);
  assert.ok(!text.includes("ynthetic"));
});

test("a run's folder is previewed as it was trained, from where its data lay", async () => {
  const { text } = await preview(run, { file });
  const named = /<h1>.*?<\/h1>/;
  assert.equal(
    text.replace(named, "").replace(/<title>.*/, ""),
    (await look()).text.replace(named, "").replace(/<title>.*/, ""),
  );
});

test("of a run whose styles are others now it says so", async () => {
  const before = readFileSync(experiment.stylizer.styles);
  nameStyles(Array.from({ length: 9 }, (_, index) => `other ${index}`));
  const told: DataProgress[] = [];
  const { text } = await preview(run, { file, report: (progress) => told.push(progress) });
  writeFileSync(experiment.stylizer.styles, before);
  assert.match(text, /in the style of <bdi>other \d/);
  const warnings = told.flatMap((one) => (one.kind === "warning" && one.text.startsWith(run) ? [one.text] : []));
  assert.deepEqual(warnings, [`${run}: its styles are others now than in training. The page shows what is there now.`]);
});

test("one-off changes are made before", async () => {
  const { text } = await look({ set: ["synthetic.share=0.75"] });
  assert.match(text, /12 original and|4 original and 12 synthetic/);
});

test("an epoch that there is not is refused", async () => {
  for (const epoch of [0, 1.5, 3])
    await assert.rejects(look({ epoch }), fails("argument", /epoch [\d.]+ was asked for. It has epochs 1 to 2;/));
});

test("what training would refuse is refused in the same words, and nothing is written", async () => {
  const other = join(folder, "none.html");
  const [pool, { weights }] = [experiment.synthetic.pool.pictures, experiment.stylizer];
  for (const path of [pool, weights])
    await without(path, async () => {
      const said = await train(experiment, { runsFolder: join(folder, "none"), dataFolder: folder }).catch(String);
      await assert.rejects(look({ file: other }), (error) => String(error) === said);
    });
  assert.ok(!existsSync(other));
});

test("a page is written over an older one, and over nothing else", async () => {
  await look();
  await look();
  const notes = join(folder, "notes.html");
  writeFileSync(notes, "<!doctype html>");
  await assert.rejects(look({ file: notes }), fails("file-exists", /is there already, and is no page of Patina/));
});

test("the report of a run that mixed shows synthetic and restyled pictures, with their styles", async () => {
  const { text } = await report([run]);
  const items = itemsOf(text);
  assert.equal(items.length, 2 * 16); // of the first epoch and of the last
  const restyled = items.filter((item) => item.includes("in the style of"));
  assert.ok(restyled.length > 0 && restyled.every((item) => item.match(/<img/g)!.length === 3));
  assert.ok(items.some((item) => item.includes("<span>synthetic picture ")));
});

test("a report closes its pool again, also one that holds other pictures now", { skip: cannotCount }, async () => {
  const { pictures } = experiment.synthetic.pool;
  await report([run]); // what stays open was opened now
  const before = countOpenFiles();
  await report([run]);
  assert.equal(countOpenFiles(), before);
  const bytes = readFileSync(pictures);
  writeFileSync(
    pictures,
    bytes.map((value, place) => (place === bytes.length - 1 ? value ^ 1 : value)),
  );
  const { text } = await report([run]);
  writeFileSync(pictures, bytes);
  assert.match(text, /Synthetic pictures are left out: The pool holds other pictures now/);
  assert.equal(countOpenFiles(), before);
});

test("the report and the card say what was mixed", async () => {
  const { text } = await report([run]);
  assert.match(text, /<dt>synthetic pictures<\/dt><dd>40\u00a0% of every batch, from .*pool-pictures\.npy</);
  const card = (await report([run], { format: "card" })).text;
  assert.match(
    card,
    /\| restyling \| 30 % of originals at strength 1, 50 % of synthetic pictures at strength 0.2 to 0.9 \|/,
  );
  assert.match(card, /\| stylizer \| .*stylizer\.safetensors \|\n\| styles \| .*styles\.safetensors \|/);
  assert.match(card, /\| their augmentation \| flip, crop, trivial-augment; restyled ones: flip, crop \|/);
});

test("where pool or stylizer are gone, the report says so in a sentence each and shows the rest", async () => {
  await without(experiment.synthetic.pool.pictures, () =>
    without(experiment.stylizer.weights, async () => {
      const { text } = await report([run]);
      assert.match(text, /<p class="note">Synthetic pictures are left out: .*pool-pictures\.npy: /);
      assert.match(text, /<p class="note">Restyled pictures are left out: .*stylizer\.safetensors: /);
      const items = itemsOf(text);
      assert.ok(items.length > 0 && !items.some((item) => /synthetic picture|in the style/.test(item)));
    }),
  );
});

test("styles that are others now than in training are not shown as if they were the same", async () => {
  const before = readFileSync(experiment.stylizer.styles);
  nameStyles(Array.from({ length: 9 }, (_, index) => `other ${index}`));
  const { text } = await report([run]);
  writeFileSync(experiment.stylizer.styles, before);
  assert.match(text, /Restyled pictures are left out: The stylizer, or its styles, are others now/);
});

test("runs made before there were origins have original pictures", async () => {
  const draws = join(run, "draws.jsonl");
  const text = readFileSync(draws, "utf8");
  const { epoch, pictures } = JSON.parse(text.split("\n")[0]!);
  const old = (pictures as DrawnPicture[])
    .filter(({ origin }) => origin === "original")
    .map(({ index, draw }) => ({ index, draw }));
  writeFileSync(draws, `${JSON.stringify({ epoch, pictures: old })}\n`);
  const items = itemsOf((await report([run])).text);
  writeFileSync(draws, text);
  assert.equal(items.length, old.length);
  assert.ok(items.every((item) => /<span>picture \d+<\/span>/.test(item)));
});
