/** Charts as SVG: described by Vega-Lite, drawn by Vega here and now, so the page needs no script for them. */
import type { Config, TopLevelSpec } from "vega-lite";
import { type Content, escapeHtml, html, Markup } from "./markup.ts";

/** Colours of series, as the style sheet defines them for light and dark pages; each has its own dashes too. */
export const SERIES_COUNT = 8;
const DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2], [12, 4], [4, 2, 1, 2]] as const; // biome-ignore format: one line

/** Wide enough for a screen, and still legible where a phone shrinks it. */
const WIDTH = 400;
const HEIGHT = 260;

/** Colours are custom properties: Vega writes them as they are, and the page gives them their values. */
const config: Config = {
  background: "transparent",
  autosize: { type: "fit", contains: "padding" },
  aria: false, // the chart is one picture with one description; its numbers stand in a table
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    gridColor: "var(--line)",
    labelColor: "var(--soft)",
    titleColor: "var(--soft)",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelPadding: 6,
    titlePadding: 8,
  },
};

/** @param description what the chart shows, for those who do not see it */
export async function drawChart(spec: object, description: string): Promise<Markup> {
  // Here and not above: they take longer to load than the rest of Patina together, and few need them.
  const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
  const whole = { width: WIDTH, height: HEIGHT, ...spec, config } as TopLevelSpec;
  const view = new View(parse(compile(whole).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  const attributes = `<svg class="chart" role="img" aria-label="${escapeHtml(description)}" `;
  return new Markup(
    svg
      .replace(/^<svg xmlns="[^"]*" xmlns:xlink="[^"]*" version="1.1" class="marks" /, attributes)
      .replace(/<path class="(?:foreground|background)"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "") // invisible, and the half of it
      .replace(/ (?:role|aria-roledescription)="(?:graphics-[a-z]+|[a-z ]* container)"/g, "")
      .replace(/ (?:aria-hidden="true"|pointer-events="none"|opacity="1")/g, ""),
  );
}

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** x and y. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly description: string;
  readonly x: { readonly title: string; readonly values?: readonly number[] };
  readonly y: { readonly title: string; readonly format: string; readonly domain?: readonly [number, number] };
  /** SERIES_COUNT at most, so that each can be told from the others. */
  readonly series: readonly Series[];
}

/** Lines with a legend; `x.values` are the places of the labels, where not every place is right. */
export async function drawLines({ description, x, y, series }: LineChart): Promise<Markup> {
  const values = series.flatMap(({ points }, index) => points.map(([at, value]) => ({ x: at, y: value, index })));
  const isShort = values.length <= 8 * series.length;
  const indices = series.map((_, index) => index);
  const [first, ...others] = new Set(values.map((value) => value.x));
  // Around one place only, Vega would take a millionth of a step for its scale, and label that.
  const single = first !== undefined && others.length === 0 ? first : undefined;
  const places = x.values ?? (single === undefined ? undefined : [single]);
  const chart = await drawChart(
    {
      data: { values },
      mark: { type: "line", strokeWidth: 2, strokeJoin: "round", ...(isShort ? { point: { size: 28 } } : {}) },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: x.title,
          scale: { nice: false, padding: 8, ...(single === undefined ? {} : { domain: [single - 1, single + 1] }) },
          axis: { grid: false, tickMinStep: 1, ...(places === undefined ? {} : { values: places }) },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: y.title,
          axis: { format: y.format, tickCount: 5 },
          scale: y.domain === undefined ? { zero: false } : { domain: y.domain },
        },
        color: {
          field: "index",
          type: "nominal",
          legend: null,
          scale: { domain: indices, range: indices.map(colour) },
        },
        strokeDash: {
          field: "index",
          type: "nominal",
          legend: null,
          scale: { domain: indices, range: DASHES.slice(0, series.length) },
        },
      },
    },
    description,
  );
  return html`${chart}${series.length > 1 ? legend(series.map(({ name }) => name)) : undefined}`;
}

/** The colour of a series. */
export function colour(index: number): string {
  return `var(--series-${(index % SERIES_COUNT) + 1})`;
}

function legend(names: readonly string[]): Markup {
  const sample = (index: number) =>
    new Markup(
      `<svg width="26" height="10" aria-hidden="true"><path d="M1 5h24" stroke="${colour(index)}" stroke-width="2.5" stroke-dasharray="${DASHES[index]!.join(" ")}"/></svg>`,
    );
  return html`<ul class="legend">${names.map((name, index) => html`<li>${sample(index)} <bdi>${name}</bdi></li>`)}</ul>`;
}

export interface Figure {
  readonly title: string;
  readonly chart: Content;
  /** What to see in it, in a sentence. */
  readonly note?: Content;
  /** The same numbers. */
  readonly table: Markup;
}

/** A chart with its title, and its numbers underneath. */
export function figure({ title, chart, note, table }: Figure): Markup {
  return html`<figure><figcaption><strong>${title}</strong>${note === undefined ? undefined : html` <span>${note}</span>`}</figcaption>${chart}<details><summary>Numbers<span class="unseen"> of: ${title}</span></summary>${table}</details></figure>`;
}
