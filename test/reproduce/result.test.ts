/** Tables of made-up runs: means and spreads by hand, the paper's numbers beside them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AblationName } from "../../src/experiment/named/paper.ts";
import { bestTable, drawTableCsv, drawTableMarkdown, meanTable, runTable } from "../../src/reproduce/draw.ts";
import type { ReproducedTable } from "../../src/reproduce/result.ts";
import { run, tableOf } from "./made-up.ts";

const three = tableOf([run("ta", 2, 73), run("ta", 0, 70), run("ta", 1, 71), run("ours", 0, 80)]);
const rowOf = (table: ReproducedTable, name: AblationName) => table.rows.find(({ row }) => row === name)!;

test("of three seeds there are the mean, and the deviation divided by two", () => {
  const { mean, deviation, values } = rowOf(three, "ta").metrics.c;
  assert.deepEqual(
    values.map(({ seed, value }) => [seed, value]),
    [
      [0, 60],
      [1, 61],
      [2, 63],
    ],
  );
  assert.equal(mean!.toFixed(6), "61.333333"); // 184 / 3
  assert.equal(deviation!.toFixed(6), "1.527525"); // the root of (16 + 1 + 25) / 9 / 2
});

test("of one seed there is no spread, and of none nothing", () => {
  assert.deepEqual([rowOf(three, "ours").metrics.clean.mean, rowOf(three, "ours").metrics.clean.deviation], [80, null]);
  assert.deepEqual([rowOf(three, "nst").metrics.clean.mean, rowOf(three, "nst").bestSeed], [null, null]);
});

test("while seeds of a row are missing its mean says how many are there, and it has no best seed", () => {
  assert.equal(rowOf(three, "ours").bestSeed, null);
  assert.equal(bestTable(tableOf([run("ta", 0, 70), run("ours", 0, 80)])), undefined);
  assert.deepEqual(bestTable(three)!.rows[7], ["+", "+", "+", "", "", "", "", ""]);
  assert.deepEqual([meanTable(three).head[3], ...meanTable(three).rows[7]!.slice(3, 5)], ["seeds", "1 of 3", "80.00"]);
  assert.equal(three.notes[0], "Not whole yet: 4 of 24 runs are there.");
});

test("the rows stand in the order of the paper's table, with its numbers", () => {
  const { head, rows } = meanTable(three);
  assert.equal(head.join(" "), "SYN NST TA seeds clean paper C paper C15 paper C-bar paper");
  assert.deepEqual(
    rows.map((row) => row.slice(0, 3).join("")),
    ["---", "--+", "-+-", "-++", "+--", "+-+", "++-", "+++"],
  );
  const published = [5, 7].map((column) => rows.map((row) => row[column]));
  assert.deepEqual(published, [
    ["77.43", "81.85", "78.94", "82.09", "80.26", "82.27", "81.25", "82.40"],
    ["48.84", "65.87", "62.27", "70.10", "51.96", "67.10", "63.69", "71.56"],
  ]);
  assert.deepEqual(rows[1]!.slice(4, 7), ["71.33 ± 1.53", "81.85", "61.33 ± 1.53"]);
});

test("tiny-imagenet's numbers are those of table 3, and where it has none of table 2", () => {
  const { rows } = tableOf([], "tiny-imagenet");
  const numbers = rows.map(({ metrics: { clean, c, c15 } }) =>
    [clean, c, c15].map(({ published }) => published && `${published.value} ${published.source}`),
  );
  assert.deepEqual(numbers[1], ["67.99 table 3", "39.4 table 3", "39.64 table 2"]);
  assert.deepEqual(numbers[3], ["68.1 table 3", "44.41 table 3", null]);
  assert.deepEqual(numbers[7], ["73.07 table 3", "48 table 3", "49.26 table 2"]);
});

test("cifar10 has numbers for the four rows of table 2, and a column without any is left out", () => {
  const table = tableOf([], "cifar10");
  assert.equal(meanTable(table).head.join(" "), "SYN NST TA seeds clean paper C C15 paper C-bar paper");
  assert.deepEqual(
    table.rows.map(({ metrics }) => metrics["c-bar"].published?.value ?? null),
    [70.5, 84.28, null, null, 74.83, null, null, 86.1],
  );
});

test("the best seed is that of the best mean of clean and C, and never stands alone", () => {
  assert.equal(rowOf(three, "ta").bestSeed, 2);
  const text = drawTableMarkdown(three);
  assert.ok(text.indexOf("71.33 ± 1.53") < text.indexOf("The best seed of each row"));
  assert.deepEqual(bestTable(three)!.rows[1], ["-", "-", "+", "2", "73.00", "63.00", "53.00", "43.00"]);
});

test("the best seed needs be neither that of the best clean accuracy nor that of the best C", () => {
  const runs = [
    [80, 60],
    [78, 65],
    [70, 66],
  ].map(([clean, c], seed) => {
    const made = run("ta", seed, clean!);
    made.evaluation.columns[0]!.suites[0]!.accuracy.value = c! / 100;
    return made;
  });
  assert.equal(rowOf(tableOf(runs), "ta").bestSeed, 1); // 143, beside 140 and 136
});

test("notes say how the paper chose, where its numbers stand, that the budget is another, and what it contradicts", () => {
  const text = three.notes.join("\n");
  assert.match(text, /Means of 3 seeds, ± their standard deviation \(divided by n - 1\)/);
  assert.match(
    text,
    /\(clean, C: table 3; C15, C-bar: table 2\) are each the best of three seeds, chosen by results on the test set/,
  );
  assert.match(text, /Scale small is not the paper's budget/);
  assert.match(text, /synthetic-nst: C 63\.69 of table 3 is also the stored value of a run with restyling only/);
});

test("notes are of the data set, the stylizer and the seeds at hand", () => {
  const own = three.notes.join("\n");
  assert.match(own, /Restyled with Patina's own stylizer; the paper's is VGG-19/);
  assert.doesNotMatch(own, /67\.99/); // of tiny-imagenet's row "ta"
  const other = tableOf([run("ta", 0, 70)], "tiny-imagenet", {
    seeds: [0],
    set: ["stylizer.weights=vgg-19.safetensors"],
  });
  const text = other.notes.join("\n");
  assert.match(text, /^One seed: differences within the spread of seeds, .* say nothing\.$/m);
  assert.match(text, /ta: Accuracy is 67\.99 in table 3 and 68\.01 in table 2/);
  assert.doesNotMatch(text, /own stylizer/);
  assert.equal(bestTable(other), undefined);
});

test("the CSV has a line for each row and metric", () => {
  const lines = drawTableCsv(three).trimEnd().split("\r\n");
  assert.equal(lines.length, 1 + 8 * 4);
  assert.equal(lines[0], "row,synthetic,restyled,trivial_augment,metric,seeds,mean,deviation,published,source");
  assert.equal(lines[29], "ours,1,1,1,clean,1,80,,82.4,table 3");
});

test("every run stands there with its interval of 95 % over pictures", () => {
  const [first] = runTable(three).rows;
  assert.deepEqual(first!.slice(0, 3), ["ta, seed 0", "70.00 (69.0 to 71.0)", "60.00 (58.0 to 62.0)"]);
});

test("runs on different pictures do not stand in one table (method.md 11, B18)", () => {
  assert.throws(() => tableOf([run("ta", 0, 70), run("ours", 0, 80, "another")]), {
    code: "run",
    message: /ours-seed-0-.* and .*ta-seed-0-.* were measured on different pictures/,
  });
  const published = { ...run("ours", 0, 80), origin: "official" };
  assert.throws(() => tableOf([run("ta", 0, 70), published]), { code: "run", message: /\(official, generated@1\)/ });
});
