/** Whether a network has learned anything: its accuracy beside that of guessing. */
import type { JournalLine } from "../../run/journal.ts";
import { wilsonRange } from "../statistics/wilson.ts";

export interface Counted {
  /** Clean pictures measured, and those of them that are right. */
  readonly count: number;
  readonly correct: number;
  readonly classCount: number;
}

/** One sentence where the 95 % interval of an accuracy holds that of guessing, 1 / classes, or lies below it. */
export function chanceText({ count, correct, classCount }: Counted): string | undefined {
  const [low] = wilsonRange(correct, count);
  if (low > 1 / classCount) return undefined;
  return `No better than chance: ${percent(correct / count)} of ${count.toLocaleString("en")} clean pictures are right; guessing among ${classCount} classes gives ${percent(1 / classCount)}.`;
}

/** The same of a journal's last line; undefined too where an older one does not say what it was measured on. */
export function chanceTextOfEnd({ testAccuracy, testCount, classCount }: JournalLine): string | undefined {
  if (testAccuracy === undefined || testCount === undefined || classCount === undefined) return undefined;
  return chanceText({ count: testCount, correct: Math.round(testAccuracy * testCount), classCount });
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
