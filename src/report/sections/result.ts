/** What the network is worth: a few large numbers, and the table behind them. */
import type { Column, Evaluation } from "../../evaluate/evaluation.ts";
import { html, type Markup } from "../markup.ts";
import { measuredOn, networkText, notesOf } from "../measured.ts";
import { percent, points, rangeText } from "../numbers.ts";
import { chanceOf, endOf, type RunRecord } from "../run-record.ts";
import type { Section } from "../section.ts";
import { calibrationHead, drawTable } from "../table.ts";
import { originText, shortSuiteTitles, sortSuites, suiteTitles } from "../titles.ts";

export function resultSection(run: RunRecord): Section {
  const { evaluation } = run;
  const chance = chanceOf(run);
  const warning = chance === undefined ? undefined : html`<p class="warning">${chance}</p>`;
  const body = evaluation === undefined ? unmeasured(run) : measured(run, evaluation);
  return { id: "result", title: "Result", body: html`${warning}${body}` };
}

/** Without an evaluation: what training says, and how to get more. */
function unmeasured(run: RunRecord): Markup {
  const accuracy = endOf(run)?.testAccuracy;
  const tiles =
    accuracy === undefined ? [] : [tile("Clean accuracy", percent(accuracy), "measured at the end of training")];
  const next =
    run.weightsDigest === undefined
      ? html`<p class="note">This run has not come to its end. Go on with it: <code>patina train --resume ${run.path}</code></p>`
      : html`<p class="note">It was not measured on corrupted pictures yet. Measure it, then make this report again: <code>patina evaluate ${run.path}</code></p>`;
  return html`<div class="tiles">${tiles}</div>${next}`;
}

function measured(run: RunRecord, evaluation: Evaluation): Markup {
  const { clean, columns, model } = evaluation;
  const first = columns[0];
  const suites = first === undefined ? [] : sortSuites(first.suites);
  const tiles = [
    tile("Clean accuracy", percent(clean.accuracy), rangeText(clean.range)),
    ...suites.map(({ suite, accuracy }) =>
      tile(`Robust, ${shortSuiteTitles[suite]}`, percent(accuracy.value), rangeText(accuracy.range)),
    ),
    tile("Calibration error, clean", percent(clean.calibrationError), "15 bins, L1"),
  ];
  const notes = [
    ...measuredOn(run, evaluation),
    "The range under a number is its 95 % interval: Wilson's for clean accuracy, by bootstrap over pictures for means.",
    ...notesOf(evaluation),
  ];
  const network = networkText(run, evaluation);
  const kind = model.kind === "checkpoint" ? "note" : "warning";
  const other = network === undefined ? undefined : html`<p class="${kind}">${network}</p>`;
  return html`${other}<div class="tiles">${tiles}</div>${notes.map((note) => html`<p class="small">${note}</p>`)}${columns.map(suiteTable)}`;
}

function tile(label: string, value: string, small: string): Markup {
  return html`<div class="tile"><span class="label">${label}</span> <strong>${value}</strong> <span class="range">${small}</span></div>`;
}

function suiteTable({ origin, suites }: Column): Markup {
  if (suites.length === 0) return html`<p class="note">No suite was measured whole on ${originText(origin)}.</p>`;
  const hasReference = suites.some(({ meanCorruptionError }) => meanCorruptionError !== undefined);
  return drawTable({
    caption: `Robust accuracy in %, corrupted pictures: ${originText(origin)}`,
    head: ["suite", "accuracy", "95 % interval", calibrationHead, ...(hasReference ? ["mCE", "relative mCE"] : [])],
    rows: sortSuites(suites).map((suite) => [
      suiteTitles[suite.suite],
      points(suite.accuracy.value),
      rangeText(suite.accuracy.range),
      points(suite.calibrationError),
      ...(hasReference ? [errorText(suite.meanCorruptionError), errorText(suite.relativeMeanCorruptionError)] : []),
    ]),
  });
}

/** Corruption errors are percent already; null is one that is not defined. */
export function errorText(error: number | null | undefined): string {
  return typeof error === "number" ? error.toFixed(1) : "\u2013";
}
