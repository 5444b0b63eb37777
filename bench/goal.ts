/** What a row should reach. Goals are data: the table, the documents and the tests read the same ones. */
import type { Row } from "./row.ts";

/** A limit of the row's own value, in its unit, or of its ratio to the peer. */
export interface Goal {
  readonly of: "ours" | "ratio";
  readonly bound: "at most" | "at least";
  readonly limit: number;
}

/** Whether the row reaches the goal; undefined where it cannot be said, because the peer is not installed. */
export function isMet({ of, bound, limit }: Goal, row: Row): boolean | undefined {
  const value = row[of];
  if (value === null) return undefined;
  return bound === "at most" ? value <= limit : value >= limit;
}

/** "at most 0.66 of the peer", "at least 20,000 pictures/s". */
export function goalText({ of, bound, limit }: Goal, unit: string): string {
  const what = of === "ours" ? unit : bound === "at most" ? "of the peer" : "times the peer";
  return `${bound} ${limit.toLocaleString("en")} ${what}`;
}
