/** Accuracy against severity: the suites, then each kind of corruption. */
import { type Severity, severities } from "../../corrupt/define.ts";
import type { Column, Evaluation } from "../../evaluate/evaluation.ts";
import { drawLines, figure, SERIES_COUNT, type Series } from "../chart.ts";
import { html, type Markup } from "../markup.ts";
import { points, words } from "../numbers.ts";
import type { Section } from "../section.ts";
import { drawTable } from "../table.ts";
import { groupCorruptions, originText, shortSuiteTitles, sortSuites } from "../titles.ts";
import { cellOf } from "./heat-map.ts";

export async function severitySection({ clean, columns }: Evaluation): Promise<Section> {
  const parts = columns.map(async (column) => {
    const charts = chartsOf(column).map(({ title, lines }) => chart(title, lines, clean.accuracy));
    return html`${columns.length > 1 ? html`<p class="sub">${capitalised(originText(column.origin))}</p>` : undefined}<div class="charts">${await Promise.all(charts)}</div>`;
  });
  const intro = html`<p>Severity 0 is the picture as it is. A line that stays flat is a corruption that the network does not mind.</p>`;
  return { id: "severity", title: "Accuracy against severity", body: html`${intro}${await Promise.all(parts)}` };
}

/** The means of suites, by severity: also what several runs are compared by. */
export function suiteLine(column: Column, corruptions: readonly string[], clean: number): Series["points"] {
  const means = severities.flatMap((severity): [number, number][] => {
    const cells = corruptions.map((name) => cellOf(column, name, severity));
    if (cells.some((cell) => cell === undefined)) return [];
    return [[severity, cells.reduce((sum, cell) => sum + cell!.accuracy, 0) / cells.length]];
  });
  return [[0, clean], ...means];
}

interface Lines {
  readonly title: string;
  /** Names, and the corruptions that each is the mean of. */
  readonly lines: (readonly [string, (clean: number) => Series["points"]])[];
}

function chartsOf(column: Column): Lines[] {
  const suites = sortSuites(column.suites);
  const means: Lines = {
    title: "Suites",
    lines: suites.map(({ suite, corruptions }) => [
      shortSuiteTitles[suite],
      (clean) => suiteLine(column, corruptions, clean),
    ]),
  };
  const groups = groupCorruptions(column).flatMap(({ title, corruptions }) =>
    inParts(corruptions).map(
      (names, part, all): Lines => ({
        title: all.length === 1 ? title : `${title} (${part + 1} of ${all.length})`,
        lines: names.map((name) => [words(name), (clean) => suiteLine(column, [name], clean)]),
      }),
    ),
  );
  return suites.length === 0 ? groups : [means, ...groups];
}

/** Equal parts, none with more lines than can be told apart. */
function inParts(names: readonly string[]): string[][] {
  const parts = Math.ceil(names.length / SERIES_COUNT);
  const size = Math.ceil(names.length / parts);
  return Array.from({ length: parts }, (_, part) => names.slice(part * size, (part + 1) * size));
}

async function chart(title: string, lines: Lines["lines"], clean: number): Promise<Markup> {
  const series = lines.map(([name, pointsOf]) => ({ name, points: pointsOf(clean) }));
  return figure({
    title: capitalised(title),
    chart: await drawLines({
      description: `Accuracy against severity: ${series.map(({ name, points: line }) => `${name} falls from ${points(line[0]![1], 0)} to ${points(line.at(-1)![1], 0)} %`).join(", ")}`,
      x: { title: "severity", values: [0, 1, 2, 3, 4, 5] },
      y: { title: "accuracy", format: ".0%", domain: [0, 1] },
      series,
    }),
    table: drawTable({
      caption: `${capitalised(title)}: accuracy in % by severity`,
      head: ["mean of", "clean", ...severities.map(String)],
      rows: series.map(({ name, points: line }) => [
        name,
        ...[0, ...severities].map((at) => textAt(line, at as Severity)),
      ]),
    }),
  });
}

function textAt(line: Series["points"], severity: number): string {
  const point = line.find(([at]) => at === severity);
  return point === undefined ? "\u2013" : points(point[1]);
}

export const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
