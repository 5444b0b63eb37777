/** Pictures that are classified as their label says. */
import type { CellCounts } from "../statistics/bootstrap.ts";

/** What was said of some pictures. */
interface Judged {
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
}

/** Pictures that are right. */
export function countCorrect({ labels, predicted }: Judged): number {
  return labels.reduce((count, label, index) => count + (label === predicted[index] ? 1 : 0), 0);
}

/** Their share, in [0,1]. */
export const accuracyOf = (judged: Judged): number => countCorrect(judged) / judged.labels.length;

/** 1 for each picture that is right, 0 for the others. */
export function correctness({ labels, predicted }: Judged): Uint8Array {
  return Uint8Array.from(labels, (label, index) => (label === predicted[index] ? 1 : 0));
}

/**
 * For each picture the number of cells in which it is right: the mean of their shares is the robust accuracy of the cells,
 * each weighing the same. Source: metrics.md 6.
 */
export function countsOfCells(cells: readonly Judged[]): CellCounts {
  const counts = new Float64Array(cells[0]!.labels.length);
  for (const { labels, predicted } of cells)
    for (let index = 0; index < counts.length; index++) if (labels[index] === predicted[index]) counts[index]!++;
  return { counts, cells: cells.length };
}
