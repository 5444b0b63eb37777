/** Which cells an evaluation measures. */
import type { BenchmarkSource } from "../benchmark/source.ts";
import { severities as allSeverities } from "../corrupt/define.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { type SuiteName, suiteCorruptions } from "../corrupt/suites.ts";
import { PatinaError } from "../errors.ts";
import type { EvaluateOptions } from "./options.ts";
import type { CellName } from "./sweep.ts";

/** What there is to choose from. */
type Offered = Pick<BenchmarkSource, "corruptions" | "shape">;

/** The cells that are wanted. @throws PatinaError `unknown-name`, `file-missing` */
export function cellNames(
  source: Offered,
  {
    official,
    suites,
    only,
    severities = allSeverities,
  }: Pick<EvaluateOptions, "official" | "suites" | "only" | "severities">,
): CellName[] {
  const names = only === undefined || only.length === 0 ? namesOfSuites(source, official, suites) : only;
  for (const name of names) checkName(name, source, official);
  return [...new Set(names)].flatMap((corruption) =>
    [...new Set(severities)].map((severity) => ({ corruption, severity })),
  );
}

function namesOfSuites(
  { corruptions, shape }: Offered,
  official: string | undefined,
  suites: readonly SuiteName[] | undefined,
): string[] {
  if (suites !== undefined && suites.length > 0) return suites.flatMap((suite) => [...suiteCorruptions(suite, shape)]);
  if (official !== undefined) return [...corruptions];
  return (["c", "c-bar"] as const).flatMap((suite) => [...suiteCorruptions(suite, shape)]);
}

/** What is made here is any corruption that there is; published files have their own. */
function checkName(name: string, { corruptions }: Offered, official: string | undefined): void {
  if (corruptions.includes(name)) return;
  findCorruption(name); // says so where nobody knows it
  if (official === undefined) return;
  throw new PatinaError(
    "file-missing",
    `${official}: ${name} is not there. Add it, or measure the ${corruptions.length} that are with --only: ${corruptions.join(", ")}.`,
  );
}
