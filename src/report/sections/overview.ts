/** Several runs beside each other. */
import { drawLines, figure, SERIES_COUNT, type Series } from "../chart.ts";
import { columnOf, type Group, groupsOf } from "../groups.ts";
import { type Content, html, type Markup, nameOf } from "../markup.ts";
import { points, rangeText } from "../numbers.ts";
import { endOf, type RunRecord } from "../run-record.ts";
import type { Section } from "../section.ts";
import { calibrationHead, drawTable } from "../table.ts";
import { mainSuite, picturesText, shortSuiteTitles, sortSuites } from "../titles.ts";
import { drawScatter, type RunPoint } from "./scatter.ts";
import { suiteLine } from "./severity.ts";
import { epochLines, journalFigure, journalSeries } from "./training.ts";

export async function overviewSection(runs: readonly RunRecord[]): Promise<Section> {
  const groups = groupsOf(runs);
  const missing = runs.filter(({ evaluation }) => evaluation === undefined);
  const note =
    missing.length === 0
      ? undefined
      : html`<p class="note">Not measured on corrupted pictures yet: ${missing.map(({ name }, index) => html`${index > 0 ? ", " : ""}${nameOf(name)}`)}. Type: <code>patina evaluate RUN</code></p>`;
  const charts = [...groups.flatMap((group) => [scatter(runs, group), severityLines(runs, group)]), lossLines(runs)];
  return {
    id: "runs",
    title: "The runs beside each other",
    body: html`${cleanTable(runs)}${groups.map((group) => robustTable(runs, group))}${note}<div class="charts">${await Promise.all(charts)}</div>`,
  };
}

function cleanTable(runs: readonly RunRecord[]): Markup {
  return drawTable({
    caption: "Clean pictures, in %",
    head: ["run", "accuracy", "95 % interval", calibrationHead, "measured on"],
    rows: runs.map((run) => {
      const { evaluation, manifest } = run;
      if (evaluation === undefined) {
        const accuracy = endOf(run)?.testAccuracy;
        return [
          link(run, runs),
          accuracy === undefined ? "\u2013" : points(accuracy),
          "\u2013",
          "\u2013",
          nameOf(manifest.data.name),
        ];
      }
      const { clean, data } = evaluation;
      return [
        link(run, runs),
        points(clean.accuracy),
        rangeText(clean.range),
        points(clean.calibrationError),
        nameOf(picturesText(data)),
      ];
    }),
  });
}

function link(run: RunRecord, runs: readonly RunRecord[]): Content {
  return html`<a href="#run${runs.indexOf(run) + 1}">${nameOf(run.name)}</a>`;
}

function robustTable(runs: readonly RunRecord[], group: Group): Markup {
  const suites = [
    ...new Set(runs.flatMap((run) => sortSuites(columnOf(run, group)?.suites ?? []).map(({ suite }) => suite))),
  ];
  return drawTable({
    caption: `Robust accuracy in %, with 95 % intervals, corrupted pictures: ${group.title}`,
    head: ["run", ...suites.map((suite) => shortSuiteTitles[suite])],
    rows: runs.flatMap((run) => {
      const column = columnOf(run, group);
      if (column === undefined) return [];
      const cells = suites.map((suite) => {
        const result = column.suites.find((one) => one.suite === suite)?.accuracy;
        return result === undefined
          ? "\u2013"
          : html`${points(result.value)} <small>${rangeText(result.range)}</small>`;
      });
      return [[link(run, runs), ...cells]];
    }),
  });
}

async function scatter(runs: readonly RunRecord[], group: Group): Promise<Markup | undefined> {
  const main = runs.map((run) => mainSuite(columnOf(run, group))).find((suite) => suite !== undefined);
  if (main === undefined) return undefined;
  const dots = runs.flatMap((run): RunPoint[] => {
    const robust = columnOf(run, group)?.suites.find(({ suite }) => suite === main.suite)?.accuracy;
    const clean = run.evaluation?.clean;
    if (robust === undefined || clean === undefined) return [];
    return [{ name: run.name, clean: { value: clean.accuracy, range: clean.range }, robust }];
  });
  return drawScatter(dots, shortSuiteTitles[main.suite], group.title);
}

async function severityLines(runs: readonly RunRecord[], group: Group): Promise<Markup | undefined> {
  const main = runs.map((run) => mainSuite(columnOf(run, group))).find((suite) => suite !== undefined);
  if (main === undefined) return undefined;
  const series = runs.flatMap((run): Series[] => {
    const column = columnOf(run, group);
    const hasSuite = column?.suites.some(({ suite }) => suite === main.suite);
    return hasSuite
      ? [{ name: run.name, points: suiteLine(column!, main.corruptions, run.evaluation!.clean.accuracy) }]
      : [];
  });
  const title = `Accuracy against severity, ${shortSuiteTitles[main.suite]}`;
  return figure({
    title,
    note: html`${group.title}${tooMany(series)}`,
    chart: await drawLines({
      description: `${title}: ${series.map(({ name, points: line }) => `${name} from ${points(line[0]![1])} to ${points(line.at(-1)![1])} %`).join("; ")}`,
      x: { title: "severity", values: [0, 1, 2, 3, 4, 5] },
      y: { title: "accuracy", format: ".0%", domain: [0, 1] },
      series: series.slice(0, SERIES_COUNT),
    }),
    table: drawTable({
      caption: `${title}, in %: ${group.title}`,
      head: ["run", "clean", "1", "2", "3", "4", "5"],
      rows: series.map(({ name, points: line }) => [nameOf(name), ...line.map(([, value]) => points(value))]),
    }),
  });
}

async function lossLines(runs: readonly RunRecord[]): Promise<Markup | undefined> {
  const series = runs
    .map(({ journal, name }) => journalSeries(epochLines(journal), "loss", name))
    .filter(({ points: line }) => line.length > 0)
    .slice(0, SERIES_COUNT);
  return series.length === 0 ? undefined : journalFigure("Training loss", series, ".2~f");
}

/** More lines than can be told apart are not drawn, and the page says so. */
function tooMany(series: readonly Series[]): string | undefined {
  return series.length > SERIES_COUNT
    ? `; the first ${SERIES_COUNT} of ${series.length} runs; the table has all`
    : undefined;
}
