/** A pool that was written, in a line. */
import { statSync } from "node:fs";
import { megabytes } from "../../data/free-space.ts";
import type { PoolNote } from "../../data/pool-file.ts";

export function describePool(file: string, { digest, selection }: PoolNote): string {
  const chosen = selection === undefined ? "" : `, the surest ${sum(selection.kept)} of ${sum(selection.from)}`;
  return `${file}: ${megabytes(statSync(file).size)}${chosen}, digest ${digest}\n`;
}

const sum = (counts: readonly number[]): string => counts.reduce((all, one) => all + one, 0).toLocaleString("en");
