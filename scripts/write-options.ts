/** Makes the tables of the documents anew: npm run docs */
import { readFileSync } from "node:fs";
import { writeAtomically } from "../src/files.ts";
import { withCorruptionTables } from "./corruption-tables.ts";
import { withEvaluationTable } from "./evaluation-table.ts";
import { withTables } from "./option-tables.ts";

for (const [name, renew] of [
  ["experiments", withTables],
  ["corruptions", withCorruptionTables],
  ["evaluation", withEvaluationTable],
] as const) {
  const path = new URL(`../docs/${name}.md`, import.meta.url).pathname;
  writeAtomically(path, renew(readFileSync(path, "utf8")));
}
