/** The folder of a run: made whole, opened by one process at a time. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { claimFolder } from "../claim.ts";
import { PatinaError } from "../errors.ts";
import { makeFolder, moveIntoPlace, readBounded, writeAtomically, writeError } from "../files.ts";
import { LineFile } from "./journal.ts";

/** Most bytes of an experiment: many times the longest. */
export const EXPERIMENT_LIMIT = 1 << 20;

/** A run that this process may write to, until `close`. */
export interface Run {
  readonly path: string;
  readonly journal: LineFile;
  /** What was drawn for the first pictures of each epoch. */
  readonly draws: LineFile;
  /** Clock times and speeds: apart, so that journals compare byte for byte. */
  readonly timings: LineFile;
  readonly checkpoints: string;
  /** Lets other processes have it. */
  close(): void;
}

/**
 * Makes the folder `<name>-<yyyymmdd>-<4 hex digits>` with the resolved experiment and the manifest in it, and opens it.
 * @param name what no folder can be named by is replaced with "-"
 * @throws PatinaError `file-system` where the folder of runs cannot be written.
 */
export function createRun(runsFolder: string, name: string, experiment: unknown, manifest: unknown): Run {
  const path = freePath(runsFolder, name.replace(/[^\w.-]+/g, "-").replace(/^[.-]+/, "") || "experiment");
  const temporary = `${path}.tmp`; // a run's folder has its experiment from the first moment it is there
  try {
    makeFolder(runsFolder);
    mkdirSync(temporary);
    mkdirSync(join(temporary, "checkpoints"));
    writeAtomically(join(temporary, "experiment.json"), `${JSON.stringify(experiment, null, 2)}\n`);
    writeAtomically(join(temporary, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    moveIntoPlace(temporary, path);
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    throw writeError(path, cause);
  }
  return openRun(path);
}

function freePath(runsFolder: string, name: string): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  for (;;) {
    const path = join(runsFolder, `${name}-${day}-${randomBytes(2).toString("hex")}`);
    if (!existsSync(path) && !existsSync(`${path}.tmp`)) return path;
  }
}

/**
 * Opens a run for writing.
 * @throws PatinaError `run` where it is no run, or another process that is still alive writes to it.
 */
export function openRun(path: string): Run {
  if (!existsSync(join(path, "experiment.json")))
    throw new PatinaError(
      "run",
      `${path}: is not the folder of a run (it has no experiment.json). Name one made by patina train.`,
    );
  const close = claimFolder(path, "run");
  try {
    forgetTemporaries(path);
    return {
      path,
      journal: new LineFile(join(path, "journal.jsonl")),
      draws: new LineFile(join(path, "draws.jsonl")),
      timings: new LineFile(join(path, "timings.jsonl")),
      checkpoints: join(path, "checkpoints"),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** What a kill in the midst of a write left: no one else writes here now. */
function forgetTemporaries(path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".tmp")) rmSync(join(path, name), { force: true });
}

/** The experiment of a run, as it was resolved when the run was made; unchecked. @throws PatinaError `run`. */
export function readExperiment(path: string): unknown {
  try {
    return JSON.parse(readBounded(join(path, "experiment.json"), EXPERIMENT_LIMIT).toString("utf8"));
  } catch (cause) {
    throw new PatinaError(
      "run",
      `${path}: is not the folder of a run (its experiment.json cannot be read). Name one made by patina train.`,
      { cause },
    );
  }
}
