/** The folder of a run: made whole, opened by one process at a time. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { syncFolder, writeAtomically, writeError } from "../files.ts";
import { LineFile } from "./journal.ts";

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
 * @throws PatinaError `file-system` where the folder of runs cannot be written.
 */
export function createRun(runsFolder: string, name: string, experiment: unknown, manifest: unknown): Run {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const path = join(runsFolder, `${name}-${day}-${randomBytes(2).toString("hex")}`);
  const temporary = `${path}.tmp`; // a run's folder has its experiment from the first moment it is there
  try {
    mkdirSync(join(temporary, "checkpoints"), { recursive: true });
    writeAtomically(join(temporary, "experiment.json"), `${JSON.stringify(experiment, null, 2)}\n`);
    writeAtomically(join(temporary, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    if (existsSync(path)) throw new PatinaError("file-exists", `${path}: is already there. Try again.`);
    renameSync(temporary, path);
    syncFolder(runsFolder);
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    throw cause instanceof PatinaError ? cause : writeError(path, cause);
  }
  return openRun(path);
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
  const unlock = lock(join(path, "lock"), path);
  return {
    path,
    journal: new LineFile(join(path, "journal.jsonl")),
    draws: new LineFile(join(path, "draws.jsonl")),
    timings: new LineFile(join(path, "timings.jsonl")),
    checkpoints: join(path, "checkpoints"),
    close: unlock,
  };
}

/** The experiment of a run, as it was resolved when the run was made; unchecked. @throws PatinaError `run`. */
export function readExperiment(path: string): unknown {
  try {
    return JSON.parse(readFileSync(join(path, "experiment.json"), "utf8"));
  } catch (cause) {
    throw new PatinaError(
      "run",
      `${path}: is not the folder of a run (its experiment.json cannot be read). Name one made by patina train.`,
      { cause },
    );
  }
}

/** A file with the process that writes; left behind by a kill, it is taken over. */
function lock(file: string, path: string): () => void {
  for (;;) {
    try {
      const handle = openSync(file, "wx");
      writeSync(handle, JSON.stringify({ process: process.pid, started: startOf(process.pid) }));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw writeError(file, cause);
      if (isHeld(file))
        throw new PatinaError(
          "run",
          `${path}: another process is writing to this run (see ${file}). Wait for it, or stop it.`,
        );
      rmSync(file, { force: true });
    }
  }
}

function isHeld(file: string): boolean {
  try {
    const owner: { process: number; started: string | undefined } = JSON.parse(readFileSync(file, "utf8"));
    const started = startOf(owner.process);
    return started !== undefined && started === owner.started;
  } catch {
    return false; // gone meanwhile, or torn by the kill that left it
  }
}

/** When a process was started, in ticks since the system was: tells it from a later one of the same number. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").split(" ")[20];
  } catch {
    return undefined;
  }
}
