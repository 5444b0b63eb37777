/** The folder of a stylizer in training: what it was begun with, its journal, its checkpoints. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { claimFolder, namesIn } from "../../claim.ts";
import { PatinaError } from "../../errors.ts";
import { makeFolder, readBounded, writeAtomically } from "../../files.ts";
import { LineFile } from "../../run/journal.ts";
import { StylizerTrainingOptions } from "./options.ts";

export interface TrainingFolder {
  readonly path: string;
  readonly journal: LineFile;
  readonly checkpoints: string;
  /** Lets other processes have it. */
  close(): void;
}

const OPTIONS_LIMIT = 1 << 20;

/**
 * Opens the folder for writing, and makes it where it is not there.
 * @throws PatinaError `file-exists` where it holds something else, a training begun with other options, or another process
 * writes to it; `file-system`
 */
export function openTrainingFolder(path: string, options: StylizerTrainingOptions): TrainingFolder {
  makeFolder(path);
  const file = join(path, "options.json");
  const text = `${JSON.stringify(options, null, 2)}\n`;
  if (!existsSync(file) && namesIn(path).length > 0)
    throw new PatinaError("file-exists", `${path}: holds other files. Name a new folder for the stylizer.`);
  const close = claimFolder(path, "file-exists");
  try {
    if (!existsSync(file)) writeAtomically(file, text);
    else checkEqual(path, readBounded(file, OPTIONS_LIMIT).toString("utf8"), options);
    return { path, journal: new LineFile(join(path, "journal.jsonl")), checkpoints: join(path, "checkpoints"), close };
  } catch (error) {
    close();
    throw error;
  }
}

function checkEqual(path: string, text: string, options: StylizerTrainingOptions): void {
  const begun = StylizerTrainingOptions.safeParse(parseJson(text));
  if (!begun.success)
    throw new PatinaError("file-exists", `${path}: its options.json is not that of a stylizer. Name a new folder.`);
  const changed = changedKeys(begun.data, options);
  if (changed.length > 0)
    throw new PatinaError(
      "file-exists",
      `${path}: was begun with other options: ${changed.join("; ")}. Give the same to go on, or name a new folder.`,
    );
}

/** "decoder.steps was 10, is 20", for each value that differs. */
function changedKeys(before: object, now: object, prefix = ""): string[] {
  return Object.entries(now).flatMap(([key, value]) => {
    const old = (before as Record<string, unknown>)[key];
    if (JSON.stringify(old) === JSON.stringify(value)) return [];
    const isPlain = typeof value === "object" && !Array.isArray(value) && typeof old === "object" && old !== null;
    return isPlain
      ? changedKeys(old, value as object, `${prefix}${key}.`)
      : [`${prefix}${key} was ${JSON.stringify(old)}, is ${JSON.stringify(value)}`];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says that it is none
  }
}
