import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evaluation } from "../../src/evaluate/evaluation.ts";
import { csvLines, toCsv } from "../../src/evaluate/output/csv.ts";
import { toRobustBench, toUnaggregatedCsv } from "../../src/evaluate/output/robustbench.ts";
import { sampleEvaluation } from "./sample-evaluation.ts";

test("CSV ends lines with CR LF, and quotes commas, quotes and line ends (RFC 4180)", () => {
  assert.equal(csvLines([["a", 'b"c', "d,e", "f\ng", 0.5]]), 'a,"b""c","d,e","f\ng",0.5\r\n');
});

test("the table of cells has a header, a line of clean pictures, and one a cell", () => {
  const lines = toCsv(sampleEvaluation).split("\r\n");
  assert.equal(lines.length, 1 + 1 + 75 + 1); // the last is empty
  assert.equal(
    lines[0],
    "model,data,part,origin,corruption,severity,count,total,correct,accuracy,low,high,calibration_error",
  );
  assert.equal(lines[1], "sample,cifar10,test,,clean,,100,100,90,0.9,0.825,0.945,0.05");
  assert.equal(lines[2], "sample,cifar10,test,official,gaussian_noise,1,100,100,75,0.75,0.657,0.825,0.1");
});

test("the table of cells says of how many pictures a part was measured", () => {
  const part: Evaluation = { ...sampleEvaluation, data: { ...sampleEvaluation.data, total: 10_000 } };
  const [, clean, cell] = toCsv(part).split("\r\n");
  assert.match(clean!, /^sample,cifar10,test,,clean,,100,10000,90,/);
  assert.match(cell!, /^sample,cifar10,test,official,gaussian_noise,1,100,10000,75,/);
});

test("RobustBench's JSON has its keys, and percent as texts with two decimals", () => {
  assert.deepEqual(JSON.parse(toRobustBench(sampleEvaluation)), {
    link: "",
    name: "sample",
    authors: "",
    additional_data: false,
    number_forward_passes: 1,
    dataset: "cifar10",
    venue: "",
    architecture: "",
    eps: null,
    clean_acc: "90.00",
    reported: "75.00",
    corruptions_acc: "75.00",
    footnote: null,
  });
});

test("what is not comparable with the leaderboard says so in its footnote", () => {
  const generated: Evaluation = {
    ...sampleEvaluation,
    columns: sampleEvaluation.columns.map((column) => ({ ...column, origin: "generated@1" })),
  };
  assert.match(JSON.parse(toRobustBench(generated)).footnote, /100 of 100 pictures, generated@1: not comparable/);
  const subset: Evaluation = { ...sampleEvaluation, data: { ...sampleEvaluation.data, total: 10_000 } };
  assert.match(JSON.parse(toRobustBench(subset)).footnote, /100 of 10000 pictures/);
});

test("RobustBench's table has two lines of headers and the accuracies in [0,1] in its order", () => {
  const [first, second, third] = toUnaggregatedCsv(sampleEvaluation).split("\r\n");
  assert.ok(first!.startsWith(",shot_noise,shot_noise,shot_noise,shot_noise,shot_noise,motion_blur"), first);
  assert.ok(first!.endsWith("elastic_transform"), first);
  assert.ok(second!.startsWith(",1,2,3,4,5,1"), second);
  assert.equal(third, `sample${",0.75".repeat(75)}`);
});

test("RobustBench's accuracies stand below their own corruption and severity", () => {
  const column = sampleEvaluation.columns[0]!;
  const cells = column.cells.map((cell, place) => ({ ...cell, accuracy: (place + 1) / 100 }));
  const [names, , numbers] = toUnaggregatedCsv({ ...sampleEvaluation, columns: [{ ...column, cells }] })
    .split("\r\n")
    .map((line) => line.split(","));
  // In our order gaussian_noise is the first, at 0.01 to 0.05; shot_noise the second, fog the tenth.
  const of = (name: string) => numbers!.filter((_, place) => names![place] === name);
  assert.deepEqual(of("gaussian_noise"), ["0.01", "0.02", "0.03", "0.04", "0.05"]);
  assert.deepEqual(of("shot_noise"), ["0.06", "0.07", "0.08", "0.09", "0.1"]);
  assert.deepEqual(of("fog"), ["0.46", "0.47", "0.48", "0.49", "0.5"]);
});

test("RobustBench's form without C15 is an error that says what to measure", () => {
  const without: Evaluation = { ...sampleEvaluation, columns: [] };
  assert.throws(() => toRobustBench(without), { code: "usage", message: /--suite c15/ });
});
