/** The folder of a reproduction: what it is of, and the runs in it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { claimFolder, namesIn } from "../claim.ts";
import { PatinaError } from "../errors.ts";
import { describeValues } from "../experiment/describe.ts";
import { type Experiment, ExperimentOptions } from "../experiment/experiment.ts";
import { makeFolder, readBounded, writeAtomically } from "../files.ts";

/** What must stay the same for runs to stand in one table. Seeds may be added later. */
const Identity = z.strictObject({
  format: z.literal(1),
  table: z.string(),
  dataSet: z.string(),
  scale: z.string(),
  experiments: z.record(z.string(), ExperimentOptions).describe("of each row, with seed 0"),
  digests: z.record(z.string(), z.string()).describe("of pictures, pool, stylizer and styles: files may change"),
});
export type Identity = z.infer<typeof Identity>;

/** Many times one of ours. */
const SIZE_LIMIT = 1 << 22;

/**
 * Makes or takes up the folder, for this process alone until the returned function is called.
 * @throws PatinaError `file-exists` where something else lies there; `run` where it is of another reproduction, or another
 * process is at it; `file-damaged`, `file-system`
 */
export function openReproduction(folder: string, identity: Identity): () => void {
  makeFolder(folder);
  const close = claimFolder(folder, "run");
  try {
    const file = join(folder, "reproduction.json");
    if (existsSync(file)) checkSame(folder, readIdentity(file), identity);
    else {
      const [other] = namesIn(folder);
      if (other !== undefined)
        throw new PatinaError(
          "file-exists",
          `${folder}: is no reproduction, and other files lie there (${other}). Name another folder: --out FOLDER`,
        );
      writeAtomically(file, `${JSON.stringify(identity, null, 2)}\n`);
    }
    return close;
  } catch (error) {
    close();
    throw error;
  }
}

function readIdentity(file: string): Identity {
  try {
    return Identity.parse(JSON.parse(readBounded(file, SIZE_LIMIT).toString("utf8")));
  } catch (cause) {
    throw new PatinaError(
      "file-damaged",
      `${file}: is not of a reproduction that this version goes on with. Name another folder: --out FOLDER`,
      { cause },
    );
  }
}

function checkSame(folder: string, before: Identity, now: Identity): void {
  const differences = (["table", "dataSet", "scale"] as const)
    .filter((key) => before[key] !== now[key])
    .map((key) => `${key} was ${before[key]}, is ${now[key]}`);
  const found = differences.length > 0 ? differences : differencesOf(before, now);
  if (found.length === 0) return;
  throw new PatinaError(
    "run",
    `${folder}: holds another reproduction (${found.join("; ")}). Call it as it was begun, or name another folder: --out FOLDER`,
  );
}

/** The values that differ, each once, whichever rows have them. */
function differencesOf(before: Identity, now: Identity): string[] {
  const found = Object.entries(now.experiments).flatMap(([row, experiment]) => {
    const [old, values] = [before.experiments[row], experiment].map(valuesOf);
    const paths = new Set([...old!.keys(), ...values!.keys()]);
    return [...paths]
      .filter((path) => old!.get(path) !== values!.get(path))
      .map((path) => `${path} was ${old!.get(path) ?? "not given"}, is ${values!.get(path) ?? "not given"}`);
  });
  const changed = Object.keys(now.digests).filter((what) => before.digests[what] !== now.digests[what]);
  return [...new Set(found), ...changed.map((what) => `the ${what} are others now`)];
}

const valuesOf = (experiment: Experiment | undefined): Map<string, string> =>
  new Map(experiment === undefined ? [] : describeValues(experiment).map(({ path, value }) => [path, value]));

/** Where the runs lie. */
export const runsFolderOf = (folder: string): string => join(folder, "runs");

/** Names the run of a row and seed. */
export const runName = (row: string, seed: number): string => `${row}-seed-${seed}`;

/** The run of that name, whether it has come to its end or not; undefined where it was not begun. */
export function findRun(folder: string, name: string): string | undefined {
  const runs = runsFolderOf(folder);
  if (!existsSync(runs)) return undefined;
  const found = readdirSync(runs)
    .filter((entry) => entry.startsWith(`${name}-`) && /^-\d{8}-[0-9a-f]{4}$/.test(entry.slice(name.length)))
    .sort()[0];
  return found && join(runs, found);
}
