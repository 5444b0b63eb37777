/** The folder of a run: made whole, opened by one process at a time. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
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
  const close = claim(path);
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

/**
 * Claims the run by a file that is named by this process, and then looks for others: of two that come at once, at least
 * one sees the other. A claim that a kill left behind is taken away; no later process has its name.
 */
function claim(path: string): () => void {
  const own = `lock-${process.pid}-${startOf(process.pid)}`;
  const release = () => rmSync(join(path, own), { force: true });
  try {
    closeSync(openSync(join(path, own), "wx"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw taken(path, process.pid);
    throw writeError(join(path, own), cause);
  }
  for (const name of readdirSync(path)) {
    const [, pid, started] = /^lock-(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || name === own) continue;
    if (startOf(Number(pid)) === started) {
      release();
      throw taken(path, Number(pid));
    }
    rmSync(join(path, name), { force: true });
  }
  return release;
}

function taken(path: string, pid: number): PatinaError {
  const who = pid === process.pid ? "this process" : `process ${pid}`;
  return new PatinaError("run", `${path}: ${who} is writing to this run. Wait for its end, or stop it.`);
}

/** When a living process was started, in ticks since the system was: tells it from a later one of the same number. */
function startOf(pid: number): string | undefined {
  try {
    // From field 3 on: the name before it, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const isDead = fields[0] === "Z" || fields[0] === "X"; // nobody has asked for its status yet
    return isDead ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
