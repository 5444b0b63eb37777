/** Clean against robust accuracy, a point a run. */
import { drawChart, figure } from "../chart.ts";
import { html, type Markup, nameOf } from "../markup.ts";
import { percent, points, rangeText } from "../numbers.ts";
import { drawTable } from "../table.ts";

interface Estimate {
  readonly value: number;
  readonly range: readonly [number, number];
}

export interface RunPoint {
  readonly name: string;
  readonly clean: Estimate;
  readonly robust: Estimate;
}

/**
 * Points have the numbers of their runs: names would lie over each other.
 * @param pictures on which they were measured, in words
 */
export async function drawScatter(runs: readonly RunPoint[], suite: string, pictures: string): Promise<Markup> {
  const title = `Clean against robust accuracy, ${suite}`;
  const values = runs.map(({ clean, robust }, index) => ({
    label: index + 1,
    clean: clean.value,
    cleanLow: clean.range[0],
    cleanHigh: clean.range[1],
    robust: robust.value,
    robustLow: robust.range[0],
    robustHigh: robust.range[1],
  }));
  const axis = (name: string) => ({
    field: name,
    type: "quantitative",
    title: `${name} accuracy`,
    scale: { zero: false, padding: 16 },
    axis: { format: ".1~%", tickCount: 5 },
  });
  const x = axis("clean");
  const y = axis("robust");
  const rule = { type: "rule", color: "var(--accent)", strokeWidth: 1.5 };
  const text = { type: "text", dy: -9, dx: 5, align: "left", fontSize: 13, fontWeight: "bold", color: "var(--ink)" };
  const chart = await drawChart(
    {
      data: { values },
      layer: [
        { mark: rule, encoding: { x, y: { ...y, field: "robustLow" }, y2: { field: "robustHigh" } } },
        { mark: rule, encoding: { x: { ...x, field: "cleanLow" }, x2: { field: "cleanHigh" }, y } },
        { mark: { type: "point", filled: true, size: 70, color: "var(--accent)", opacity: 1 }, encoding: { x, y } },
        { mark: text, encoding: { x, y, text: { field: "label" } } },
      ],
    },
    `${title}: ${runs.map(({ name, clean, robust }) => `${name} ${percent(clean.value)} and ${percent(robust.value)}`).join("; ")}`,
  );
  return figure({
    title,
    note: html`${pictures}; up and to the right is better`,
    chart: html`${chart}<ol class="numbered">${runs.map(({ name }) => html`<li>${nameOf(name)}</li>`)}</ol>`,
    table: drawTable({
      caption: `${title}, in %: ${pictures}`,
      head: ["run", "clean", "95 % interval", "robust", "95 % interval"],
      rows: runs.map(({ name, clean, robust }) => [
        nameOf(name),
        points(clean.value),
        rangeText(clean.range),
        points(robust.value),
        rangeText(robust.range),
      ]),
    }),
  });
}
