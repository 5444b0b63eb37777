/** Whether confidence can be believed: accuracy of predictions by their confidence. */
import type { Evaluation, ReliabilityBin } from "../../evaluate/evaluation.ts";
import { calibrationError } from "../../evaluate/metrics/calibration.ts";
import { drawChart, figure } from "../chart.ts";
import { html, type Markup } from "../markup.ts";
import { count, percent, points } from "../numbers.ts";
import type { Section } from "../section.ts";
import { drawTable } from "../table.ts";
import { originText } from "../titles.ts";

const BINS = 15;

export async function calibrationSection({ clean, columns }: Evaluation): Promise<Section> {
  const charts = [
    diagram("Clean pictures", clean.reliability, clean.calibrationError),
    ...columns.map(({ origin, reliability }) =>
      diagram(`Corrupted pictures, ${originText(origin)}`, reliability, calibrationError(reliability)),
    ),
  ];
  const intro = html`<p>Bars on the dashed line: of those predictions that are made with 80 % confidence, 80 % are right. Bars below it: more confident than right.</p>`;
  return {
    id: "calibration",
    title: "Can its confidence be believed?",
    body: html`${intro}<div class="charts">${await Promise.all(charts)}</div>`,
  };
}

/** For the eye, confidence of exactly 1 stands with the bin below it. */
function bars(bins: readonly ReliabilityBin[]): { from: number; to: number; accuracy: number }[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const members = bin === BINS - 1 ? bins.slice(bin) : bins.slice(bin, bin + 1);
    const total = members.reduce((sum, member) => sum + member.count, 0);
    const right = members.reduce((sum, member) => sum + member.count * member.accuracy, 0);
    return { from: bin / BINS, to: (bin + 1) / BINS, accuracy: total === 0 ? 0 : right / total };
  });
}

async function diagram(title: string, bins: readonly ReliabilityBin[], error: number): Promise<Markup> {
  const axis = { type: "quantitative", scale: { domain: [0, 1] } };
  const chart = await drawChart(
    {
      layer: [
        {
          data: { values: bars(bins) },
          mark: { type: "bar", color: "var(--accent-soft)", stroke: "var(--accent)", strokeWidth: 1 },
          encoding: {
            x: { field: "from", ...axis, title: "confidence", axis: { format: ".0%", grid: false } },
            x2: { field: "to" },
            y: { field: "accuracy", ...axis, title: "accuracy", axis: { format: ".0%", tickCount: 5 } },
            y2: { datum: 0 },
          },
        },
        {
          data: { values: [0, 1].map((at) => ({ at })) },
          mark: { type: "line", color: "var(--soft)", strokeDash: [5, 4], strokeWidth: 1.5 },
          encoding: { x: { field: "at", ...axis }, y: { field: "at", ...axis } },
        },
      ],
    },
    `Accuracy by confidence on ${title.toLowerCase()}; calibration error ${percent(error)}`,
  );
  return figure({
    title,
    note: `calibration error ${percent(error)}`,
    chart,
    table: drawTable({
      caption: `${title}: accuracy by confidence, in %`,
      head: ["confidence", "predictions", "mean confidence", "accuracy"],
      rows: bins.flatMap((bin, index) =>
        bin.count === 0 ? [] : [[edges(index), count(bin.count), points(bin.confidence), points(bin.accuracy)]],
      ),
    }),
  });
}

const edges = (bin: number): string =>
  bin >= BINS ? "exactly 100" : `${points(bin / BINS, 0)} to ${points((bin + 1) / BINS, 0)}`;
