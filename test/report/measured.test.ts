/** A report says what was measured: which pictures, which network, and what to type to get it again. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { severities } from "../../src/corrupt/define.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import type { Column, Evaluation } from "../../src/evaluate/evaluation.ts";
import { report } from "../../src/report/report.ts";
import { reproduction } from "../../src/report/reproduction.ts";
import { readRuns } from "../../src/report/run-record.ts";
import { overviewSection } from "../../src/report/sections/overview.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { writeSampleRun } from "./sample-run.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-measured-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const dataFolder = join(folder, "data");
writeTinyFashion(dataFolder, { train: 40, test: 40 });
const data = await loadDataSet("fashion-mnist", dataFolder);
const c15 = suiteCorruptions("c15", data.test);

let runs = 0;
const sample = (options: Partial<Parameters<typeof writeSampleRun>[1]> = {}) =>
  writeSampleRun(join(folder, `runs${runs++}`), { data, dataFolder, ...options });

/** Writes the evaluation of a run anew. */
function change(run: string, changed: (evaluation: Evaluation) => Evaluation): string {
  const path = join(run, "evaluation", "evaluation.json");
  writeFileSync(path, JSON.stringify(changed(JSON.parse(readFileSync(path, "utf8")))));
  return run;
}

const onData = (changes: Partial<Evaluation["data"]>) => (evaluation: Evaluation) => ({
  ...evaluation,
  data: { ...evaluation.data, ...changes },
});
const onCats = onData({ name: "cats", digest: "other" });
/** Markdown escapes and HTML isolates names. */
const plain = (text: string) => text.replace(/<\/?(?:bdi|strong)>/g, "").replaceAll("\\", "");

for (const format of ["html", "md", "card"] as const) {
  test(`${format}: an evaluation on another data set names it, and that it is not the run's own`, async () => {
    const text = plain((await report([change(sample(), onCats)], { format })).text);
    assert.ok(text.includes("Measured on all 40 test pictures of cats."));
    assert.ok(text.includes("These are not the pictures of the run") && text.includes("own data set, fashion-mnist."));
    assert.ok(!plain((await report([sample()], { format })).text).includes("These are not the pictures"));
  });

  test(`${format}: a part says how many of how many pictures it is, and notes on the pictures are there`, async () => {
    const run = change(sample(), onData({ count: 40, total: 10_000, digest: "part" }));
    const text = plain((await report([run], { format })).text);
    assert.ok(text.includes("Measured on 40 of 10,000 test pictures of fashion-mnist."));
    assert.ok(text.includes("Frost is made of textures of our own"));
  });

  test(`${format}: other weights than the run's are told of`, async () => {
    const run = sample();
    writeFileSync(join(run, "weights.safetensors"), "others");
    assert.ok((await report([run], { format })).text.includes("Another network: this evaluation was made of other"));
  });
}

test("the page's first sentence names another data set, and the heat map shows no pictures of the run's own", async () => {
  const text = plain((await report([change(sample(), onCats)])).text);
  assert.match(text, /It is right on [\d.]+\u00a0% of clean pictures of cats/);
  assert.match(text, /No pictures here: the evaluation was made on pictures of cats that are not those of the run/);
  assert.ok(!text.includes('<details class="gallery"'));
});

test("Markdown and card give mCE where there is a reference, as the page does", async () => {
  const withErrors = (evaluation: Evaluation): Evaluation => ({
    ...evaluation,
    reference: { name: "alexnet", digest: "abc", cleanAccuracy: 0.5 },
    columns: evaluation.columns.map((column) => ({
      ...column,
      suites: column.suites.map((suite) => ({
        ...suite,
        meanCorruptionError: 81.25,
        relativeMeanCorruptionError: null,
      })),
    })),
  });
  const run = change(sample({ corruptions: c15 }), withErrors);
  for (const format of ["md", "card"] as const) {
    const { text } = await report([run], { format });
    assert.match(text, /\| suite \| accuracy \| 95 % interval \| calibration error \| mCE \| relative mCE \|/);
    assert.match(text, /\| C15 [^\n]* \| 81\.3 \| \u2013 \|/);
    assert.ok(text.includes("Corruption errors are relative to alexnet."));
  }
  assert.ok(!(await report([sample({ corruptions: c15 })], { format: "md" })).text.includes("mCE"));
});

test("results on different pictures are in no table or chart together", async () => {
  const paths = [sample({ corruptions: c15 }), change(sample({ corruptions: c15 }), onCats)];
  const [own, cats] = ["all 40 test pictures of fashion-mnist", "all 40 test pictures of cats"];
  const { text } = (await overviewSection(readRuns(paths))).body;
  const tables = [...text.matchAll(/<caption><span>([^<]*)<\/span>[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/g)];
  for (const start of ["Robust accuracy in %, with", "Clean against robust", "Accuracy against severity, C15"]) {
    const found = tables.filter((match) => match[1]!.startsWith(start) && match[2]!.includes("sample-"));
    assert.deepEqual(
      found.map((match) => [match[1]!.replace(/^.* of all/, "all"), match[2]!.match(/<tr>/g)!.length]),
      [[own, 1], [cats, 1]], // biome-ignore format: two tables
      start,
    );
  }
  const { text: markdown } = await report(paths, { format: "md" });
  assert.deepEqual(
    [...markdown.matchAll(/^## Corrupted pictures: .* of (all .*)$/gm)].map((match) => match[1]),
    [own, cats],
  );
});

test("two parts that have the same words are told apart by their digests", async () => {
  const held = (digest: string) => onData({ part: "held", count: 40, total: 40, digest });
  const paths = [change(sample(), held("a".repeat(64))), change(sample(), held("b".repeat(64)))];
  const { text } = await report(paths, { format: "md" });
  assert.match(text, /of all 40 held-out pictures of fashion-mnist \(sha256 aaaaaaaa\.\.\.\)/);
  assert.match(text, /of all 40 held-out pictures of fashion-mnist \(sha256 bbbbbbbb\.\.\.\)/);
});

test("of several evaluations the run's own is taken before a larger one on another data set", async () => {
  const run = sample();
  const move = (name: string) => {
    renameSync(join(run, "evaluation"), join(run, "moved"));
    mkdirSync(join(run, "evaluation"));
    renameSync(join(run, "moved"), join(run, "evaluation", name));
  };
  const path = join(run, "evaluation");
  const own = readFileSync(join(path, "evaluation.json"), "utf8");
  change(run, onCats);
  move("cats");
  mkdirSync(join(path, "subset-10"));
  writeFileSync(join(path, "subset-10", "evaluation.json"), JSON.stringify(onData({ count: 10 })(JSON.parse(own))));
  assert.equal(readRuns([run])[0]!.evaluation!.data.count, 10);
});

/** The commands of a run whose evaluation was changed. */
function commands(changed: (evaluation: Evaluation) => Evaluation): string[] {
  const record = readRuns([sample()])[0]!;
  const [train, ...evaluate] = reproduction({ ...record, evaluation: changed(record.evaluation!) });
  assert.match(train!, /^patina train .*\/experiment\.json$/);
  return evaluate.map((command) => command.replace(/^patina evaluate runs\/THE-NEW-RUN/, ""));
}

/** A column of such cells; of them the names alone count. */
function columnOf(origin: string, names: readonly string[], wanted: readonly number[] = severities): Column {
  const cell = { count: 40, correct: 20, accuracy: 0.5, range: [0.4, 0.6], calibrationError: 0, digest: "" } as const;
  const cells = names.flatMap((corruption) =>
    severities
      .filter((severity) => wanted.includes(severity))
      .map((severity) => ({ corruption, severity, ...cell, range: [0.4, 0.6] as [number, number] })),
  );
  return { origin, notes: [], cells, corruptions: [], suites: [], reliability: [] };
}

const withColumns = (columns: Column[]) => (evaluation: Evaluation) => ({ ...evaluation, columns });
const [c, bar] = [suiteCorruptions("c", data.test), suiteCorruptions("c-bar", data.test)];

test("the command names the suites that were measured, and nothing where they are those of a call without any", () => {
  assert.deepEqual(commands(withColumns([columnOf("generated@1", [...c, ...bar])])), [""]);
  assert.deepEqual(commands(withColumns([columnOf("generated@1", c15)])), [" --suite c15"]);
  assert.deepEqual(commands(withColumns([columnOf("generated@1", [...bar, ...c15])])), [" --suite c15 --suite c-bar"]);
});

test("the command names corruptions and severities where they are no suite, those of the same severities in one", () => {
  const column = columnOf("generated@1", ["fog", "snow"]);
  const weak = columnOf("generated@1", ["frost"], [1, 2]);
  assert.deepEqual(commands(withColumns([{ ...column, cells: [...column.cells, ...weak.cells] }])), [
    " --only fog --only snow",
    " --only frost --severity 1 --severity 2",
  ]);
});

test("there is a command for each origin, and files have to be named", () => {
  assert.deepEqual(commands(withColumns([columnOf("generated@1", c15), columnOf("official", c)])), [
    " --suite c15",
    " --official FOLDER/OF/THE-CORRUPTED-PICTURES --suite c",
  ]);
  assert.match(commands(withColumns([columnOf("generated@1-jpeg", c)]))[0]!, /--official FOLDER/);
});

test("the command names data set, part, number of pictures, checkpoint and rule of calibration", () => {
  const all = withColumns([columnOf("generated@1", [...c, ...bar])]);
  const of = (changes: Partial<Evaluation["data"]>) => commands((evaluation) => onData(changes)(all(evaluation)));
  assert.deepEqual(of({ name: "cifar10" }), [" --data-set cifar10"]);
  assert.deepEqual(of({ name: "my cats" }), [" --data-set 'FOLDER/OF/my cats'"]);
  assert.deepEqual(of({ part: "held", count: 10, total: 20 }), [" --on held --subset 10"]);
  const model = { kind: "checkpoint", name: "a@b-20260101-a1b2@000003" } as const;
  assert.deepEqual(
    commands((evaluation) => ({ ...all(evaluation), model: { ...evaluation.model, ...model } })),
    [" --checkpoint 000003"],
  );
  assert.deepEqual(
    commands((evaluation) => ({ ...all(evaluation), computed: { ...evaluation.computed, edges: "textbook" } })),
    [" --calibration textbook"],
  );
});
