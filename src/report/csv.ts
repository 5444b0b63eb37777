/** All cells of all runs as CSV. */
import { PatinaError } from "../errors.ts";
import { toCsv } from "../evaluate/output/csv.ts";
import type { RunRecord } from "./run-record.ts";

/** The rows of each evaluation under one head. @throws PatinaError `run` where no run was evaluated */
export function drawCsv(runs: readonly RunRecord[]): string {
  const tables = runs.flatMap(({ name, evaluation }) =>
    evaluation === undefined ? [] : [toCsv({ ...evaluation, model: { ...evaluation.model, name } })],
  );
  if (tables.length === 0)
    throw new PatinaError(
      "run",
      `${runs[0]!.path}: was not evaluated, so there are no cells. Type: patina evaluate ${runs[0]!.path}`,
    );
  return tables.map((table, index) => (index === 0 ? table : table.slice(table.indexOf("\r\n") + 2))).join("");
}
