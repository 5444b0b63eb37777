import assert from "node:assert/strict";
import { test } from "node:test";
import { drawLines, SERIES_COUNT } from "../../src/report/chart.ts";
import { style } from "../../src/report/style.ts";

const chart = (name: string) =>
  drawLines({
    description: `falls "fast" <${name}>`,
    x: { title: "severity" },
    y: { title: "accuracy", format: ".0%" },
    series: [
      { name, points: [[0, 0.9], [1, 0.5]] }, // biome-ignore format: points
      { name: "b", points: [[0, 0.8], [1, 0.7]] }, // biome-ignore format: points
    ],
  });

test("a chart is one picture with a description, and holds no other role", async () => {
  const { text } = await chart("a");
  assert.match(
    text,
    /^<svg class="chart" role="img" aria-label="falls &quot;fast&quot; &lt;a&gt;" width="\d+" height="\d+" viewBox="/,
  );
  assert.equal(text.match(/role="/g)!.length, 1);
});

test("names of series are escaped in the legend", async () => {
  assert.match((await chart("<img src=x>")).text, /<bdi>&lt;img src=x&gt;<\/bdi>/);
});

test("series have colours of the style sheet, so that a dark page has its own", async () => {
  const { text } = await chart("a");
  assert.ok(text.includes('stroke="var(--series-1)"') && text.includes('stroke="var(--series-2)"'));
  for (let index = 1; index <= SERIES_COUNT; index++)
    assert.equal(style.match(new RegExp(`--series-${index}: #`, "g"))?.length, 2, `series ${index}, light and dark`);
});

test("the same chart has the same bytes each time", async () => {
  assert.equal((await chart("a")).text, (await chart("a")).text);
});

test("points at one place only have one label below, that of the place", async () => {
  const { text } = await drawLines({
    description: "one epoch",
    x: { title: "epoch" },
    y: { title: "loss", format: ".1f" },
    series: [{ name: "loss", points: [[1, 0.25]] }], // biome-ignore format: points
  });
  assert.deepEqual(
    [...text.matchAll(/<text [^>]*>([^<]+)<\/text>/g)]
      .map(([, label]) => label)
      .filter((label) => label!.startsWith("1")),
    ["1"],
  );
});
