/** What `patina evaluate --overlap` does: names training augmentations that look like test corruptions. */
import Table from "cli-table3";
import { CLOSE_RATIO, type Overlap } from "../evaluate/overlap.ts";
import { overlapOfRun, type RunOverlapOptions } from "../experiment/overlap.ts";
import type { Output } from "./command.ts";
import { DataDisplay } from "./data-display.ts";

/** Pairs shown beyond those that are close. */
const SHOWN = 10;

/** Measures, showing how far it is; the result as text. */
export async function tellOverlap(
  run: string,
  options: Pick<RunOverlapOptions, "dataFolder" | "suites" | "only" | "signal">,
  isJson: boolean,
  output: Output,
): Promise<string> {
  const display = new DataDisplay(output);
  try {
    const overlaps = await overlapOfRun(run, { ...options, report: display.report });
    return isJson ? `${JSON.stringify(overlaps, null, 2)}\n` : overlapText(overlaps);
  } finally {
    display.end();
  }
}

/** Close pairs in words, then the nearest pairs as a table. */
export function overlapText(overlaps: readonly Overlap[]): string {
  const close = overlaps.filter(({ ratio }) => ratio < CLOSE_RATIO);
  const table = new Table({
    head: ["augmentation", "corruption", "distance", "untouched", "ratio"],
    colAligns: ["left", "left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { augmentation, corruption, distance, cleanDistance, ratio } of overlaps.slice(0, close.length + SHOWN))
    table.push([augmentation, corruption, distance.toFixed(3), cleanDistance.toFixed(3), ratio.toFixed(2)]);
  const verdict =
    close.length === 0
      ? "No augmentation comes half the way to a corruption."
      : `${close.length} ${close.length === 1 ? "pair is" : "pairs are"} close (ratio below ${CLOSE_RATIO}): part of what is gained there may be that training saw much the same.`;
  return `${verdict}\n${table.toString()}\n`;
}
