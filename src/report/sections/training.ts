/** How training went: loss, accuracies, learning rate. */
import { drawLines, figure, type LineChart, type Series } from "../chart.ts";
import { html, type Markup } from "../markup.ts";
import { points } from "../numbers.ts";
import type { RunRecord } from "../run-record.ts";
import type { Section } from "../section.ts";
import { drawTable } from "../table.ts";

export async function trainingSection({ journal }: RunRecord): Promise<Section | undefined> {
  const epochs = epochLines(journal);
  if (epochs.length === 0) return undefined;
  const charts = [
    curve(epochs, "Loss", { loss: "training", cleanLoss: "held-out pictures" }, ".2~f"),
    curve(epochs, "Accuracy on held-out pictures", { cleanAccuracy: "clean", robustAccuracy: "corrupted" }, ".0%"),
    curve(epochs, "Learning rate", { learningRate: "learning rate" }, ".2~f"),
  ];
  const hasHeld = epochs.some(({ cleanLoss }) => cleanLoss !== undefined);
  const note = hasHeld
    ? html`<p>The training loss is that of augmented pictures, with label smoothing where it was on; it may lie above the other.</p>`
    : html`<p>The training loss is that of augmented pictures, with label smoothing where it was on. No pictures were held out.</p>`;
  return {
    id: "training",
    title: "How training went",
    body: html`${note}<div class="charts">${await Promise.all(charts)}</div>`,
  };
}

type Journal = RunRecord["journal"];
type Key = "loss" | "cleanLoss" | "cleanAccuracy" | "robustAccuracy" | "learningRate";

/** Lines of epochs, without those of events. */
export function epochLines(journal: Journal): Journal {
  return journal.filter(({ event, epoch }) => event === undefined && epoch !== undefined);
}

/** A key of the journal over the epochs. */
export function journalSeries(journal: Journal, key: Key, name: string): Series {
  const points = journal.flatMap((line): [number, number][] =>
    line[key] === undefined ? [] : [[line.epoch!, line[key]]],
  );
  return { name, points };
}

async function curve(
  journal: Journal,
  title: string,
  keys: Partial<Record<Key, string>>,
  format: string,
): Promise<Markup | undefined> {
  const series = (Object.entries(keys) as [Key, string][])
    .map(([key, name]) => journalSeries(journal, key, name))
    .filter(({ points: line }) => line.length > 0);
  if (series.length === 0) return undefined;
  return journalFigure(title, series, format);
}

/** Lines over epochs, with the table of their numbers. */
export async function journalFigure(title: string, series: readonly Series[], format: string): Promise<Markup> {
  const write = (value: number) => (format.endsWith("%") ? `${points(value)} %` : value.toPrecision(4));
  const epochs = [...new Set(series.flatMap(({ points: line }) => line.map(([epoch]) => epoch)))].sort((a, b) => a - b);
  const lookups = series.map(({ points: line }) => new Map(line));
  const y: LineChart["y"] = { title: format.endsWith("%") ? "accuracy" : title.toLowerCase(), format };
  return figure({
    title,
    chart: await drawLines({
      description: `${title} over the epochs: ${series.map(summary(write)).join("; ")}`,
      x: { title: "epoch" },
      y,
      series,
    }),
    table: drawTable({
      caption: `${title} by epoch`,
      head: ["epoch", ...series.map(({ name }) => name)],
      rows: epochs.map((epoch) => [
        epoch,
        ...lookups.map((lookup) => {
          const value = lookup.get(epoch);
          return value === undefined ? "\u2013" : write(value);
        }),
      ]),
    }),
  });
}

const summary =
  (write: (value: number) => string) =>
  ({ name, points: line }: Series): string =>
    `${name} from ${write(line[0]![1])} to ${write(line.at(-1)![1])}`;
