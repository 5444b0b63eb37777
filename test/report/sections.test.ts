/** Parts of reports that are numbers or words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReliabilityBin } from "../../src/evaluate/evaluation.ts";
import { placesOf } from "../../src/report/mistakes.ts";
import { percent, rangeText, signedPoints } from "../../src/report/numbers.ts";
import { calibrationSection } from "../../src/report/sections/calibration.ts";
import { comparisonSection, pText } from "../../src/report/sections/comparison.ts";
import { heatStep } from "../../src/report/sections/heat-map.ts";
import { computeUsed, costText } from "../../src/report/sections/provenance.ts";
import { drawScatter } from "../../src/report/sections/scatter.ts";
import { sampleEvaluation } from "../evaluate/sample-evaluation.ts";

test("a step of the heat map's colours is ten percent, and the last one holds 100", () => {
  assert.deepEqual([0, 0.0999, 0.1, 0.5, 0.89, 0.9, 1].map(heatStep), [0, 0, 1, 5, 8, 9, 9]);
});

test("numbers for people: percent, ranges, differences with their sign", () => {
  assert.equal(percent(0.83125), "83.1\u00a0%");
  assert.equal(rangeText([0.8, 0.85]), "80.0 to 85.0");
  assert.deepEqual(
    [0.0123, -0.0123, 0.0004, -0.0004].map((share) => signedPoints(share)),
    ["+1.2", "\u22121.2", "0.0", "0.0"],
  );
});

test("a small p is not rounded to 0", () => {
  assert.deepEqual([0.0004, 0.0123, 1].map(pText), ["< 0.001", "0.012", "1.000"]);
});

test("mistakes come by confidence, and of equals the first, six at most", () => {
  const labels = Uint16Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const predicted = Uint16Array.from([1, 0, 1, 1, 1, 1, 1, 1, 1]);
  const confidence = Float32Array.from([0.5, 1, 0.9, 0.5, 0.7, 0.2, 0.3, 0.4, 0.1]);
  assert.deepEqual(placesOf({ labels, predicted, confidence, digest: "" }), [2, 4, 0, 3, 7, 6]);
});

test("compute is the sum of all epochs that were carried out, again or not, and the most memory", () => {
  const ended = "2026-01-01T00:00:00.000Z";
  const line = (epoch: number, bytes: number) => ({ epoch, seconds: 60, pictures: 6000, residentBytes: bytes, ended });
  const cost = computeUsed({ timings: [line(1, 1e9), line(2, 2e9), line(2, 1e9)] })!;
  assert.deepEqual(cost, { seconds: 180, pictures: 18000, bytes: 2e9 });
  assert.equal(costText(cost), "3 min in steps, 100 pictures a second, 2.0 GB of memory");
});

test("a comparison that cannot be made says why", () => {
  const comparison = { reason: "They were measured on <other> pictures." };
  const { text } = comparisonSection([{ name: "a", against: "b", comparison }])!.body;
  assert.match(text, /<p class="note">They were measured on &lt;other&gt; pictures\.<\/p>/);
});

test("where there is nothing to compare there is no section", () => {
  assert.equal(comparisonSection([]), undefined);
});

test("bars of a reliability diagram are as high as the accuracy of their bin; the last one holds exactly 1 too", async () => {
  const bins: ReliabilityBin[] = Array.from({ length: 16 }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  const fill = (bin: number, count: number, accuracy: number) => {
    bins[bin] = { count, confidence: bin / 15, accuracy };
  };
  fill(0, 4, 1);
  fill(1, 4, 0.25);
  fill(7, 8, 0.5);
  fill(14, 1, 1);
  fill(15, 3, 0);
  const clean = { ...sampleEvaluation.clean, reliability: bins };
  const { text } = (await calibrationSection({ ...sampleEvaluation, clean, columns: [] })).body;
  const heights = [...text.matchAll(/<path d="M[\d.]+,[\d.]+h[\d.]+v([\d.]+)h/g)].map((match) => Number(match[1]));
  const shares = heights.map((height) => height / heights[0]!);
  assert.deepEqual(shares, [1, 0.25, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0.25]);
});

test("a point of the scatter divides its intervals as its values do", async () => {
  const clean = { value: 0.5, range: [0.4, 0.8] } as const;
  const robust = { value: 0.3, range: [0.2, 0.5] } as const;
  const { text } = await drawScatter([{ name: "a", clean, robust }], "C15", "all 10 test pictures of cats");
  const number = "(-?[\\d.]+)";
  const start = `transform="translate\\(${number},${number}\\)"`;
  const lines = [
    ...text.matchAll(new RegExp(`${start} x2="${number}" y2="${number}" stroke="var\\(--accent\\)"`, "g")),
  ];
  const [, ...point] = new RegExp(`<path ${start}`).exec(text)!.map(Number);
  const [vertical, horizontal] = lines.map((match) => match.slice(1).map(Number) as [number, number, number, number]);
  const near = (value: number, expected: number) =>
    assert.ok(Math.abs(value - expected) < 1e-6, `${value}, ${expected}`);
  // A line starts at the lower value; y grows downwards.
  near(vertical![0], point[0]!);
  near((point[1]! - vertical![1]) / vertical![3], 0.1 / 0.3);
  near(horizontal![1], point[1]!);
  near((point[0]! - horizontal![0]) / horizontal![2], 0.1 / 0.4);
});
