/**
 * Checkpoints: all that is needed to go on to the same end. Each is two files, the tensors and, written after them, a
 * JSON with their sha256: without it there is no checkpoint.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { fileSize, readBounded, sha256, syncFolder, writeAtomically, writeError } from "../files.ts";
import type { PlainArray } from "../formats/array.ts";
import { encodeSafetensors, readSafetensors } from "../formats/safetensors.ts";

const Note = z.strictObject({
  format: z.literal(1),
  sha256: z.string(),
  bytes: z.int(),
  state: z.unknown(),
});

export interface Checkpoint {
  /** Its name: the epochs that are done, and the steps of the one begun: "000120" or "000120-000034". */
  name: string;
  tensors: Map<string, PlainArray>;
  /** Numbers and texts beside the tensors, as they were given. */
  state: unknown;
}

/** Checkpoints of the last moments that are kept; more would only take room. */
const KEPT = 2;
/** Many times a note of ours. */
const NOTE_LIMIT = 1 << 20;

/** The name of the weights that were best on the held-out pictures; they are no checkpoint to go on from. */
export const BEST = "best";

/** A checkpoint's name; names sort in the order of training. */
export function checkpointName(epoch: number, step: number): string {
  const padded = (number: number) => String(number).padStart(6, "0");
  return step === 0 ? padded(epoch) : `${padded(epoch)}-${padded(step)}`;
}

/** A file of a checkpoint: its name and which of the two. */
const FILE = /^(\d{6,}(?:-\d{6,})?)\.(json|safetensors)$/;

/** Names of all whole checkpoints in the folder, oldest first. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => {
      const [, name, ending] = FILE.exec(file) ?? [];
      return name !== undefined && ending === "json" ? [name] : [];
    })
    .sort();
}

/** Writes a checkpoint and forgets older ones than the last two. @throws PatinaError `file-system`; those before stay. */
export function writeCheckpoint(folder: string, { name, tensors, state }: Checkpoint): void {
  writePair(folder, name, tensors, state);
  keepOnly(folder, listCheckpoints(folder).slice(-KEPT));
}

/** Forgets those after the one that a run goes on from: they would be taken for its last ones. */
export function forgetCheckpointsAfter(folder: string, name: string): void {
  keepOnly(
    folder,
    listCheckpoints(folder).filter((other) => other <= name),
  );
}

/** Removes all others, with what a kill in the midst of this left. Sorted, so that each note goes before its tensors. */
function keepOnly(folder: string, names: readonly string[]): void {
  for (const file of readdirSync(folder).sort()) {
    const name = FILE.exec(file)?.[1];
    if (name !== undefined && !names.includes(name)) rmSync(join(folder, file), { force: true });
  }
}

/**
 * Writes tensors and their note under a name of any kind ("best").
 * @throws PatinaError `file-system`; a pair of that name that was there is still whole then.
 */
export function writePair(
  folder: string,
  name: string,
  tensors: ReadonlyMap<string, PlainArray>,
  state: unknown,
): void {
  const file = encodeSafetensors(tensors);
  const note: z.infer<typeof Note> = { format: 1, sha256: sha256(file), bytes: file.length, state };
  const path = join(folder, `${name}.safetensors`);
  const notePath = join(folder, `${name}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    // Both are on the disk before the old ones go: it may be full.
    writeAtomically(`${path}.tmp`, file);
    writeAtomically(`${notePath}.tmp`, `${JSON.stringify(note, null, 2)}\n`);
    rmSync(notePath, { force: true }); // it would vouch for the new tensors, were we stopped after the next line
    renameSync(`${path}.tmp`, path);
    renameSync(`${notePath}.tmp`, notePath);
    syncFolder(folder);
  } catch (cause) {
    for (const temporary of [`${path}.tmp`, `${notePath}.tmp`]) rmSync(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/**
 * Reads a checkpoint, checking that it is what was written.
 * @throws PatinaError `run` where there is none of that name; `file-missing`, `file-damaged`, naming the one before it, if
 * any.
 */
export function readCheckpoint(folder: string, name: string): Checkpoint {
  return readOneOf(folder, name, listCheckpoints(folder));
}

/** The same, or the weights named "best", for those who do not go on from it. @throws PatinaError as `readCheckpoint` */
export function readCheckpointOrBest(folder: string, name: string): Checkpoint {
  const best = existsSync(join(folder, `${BEST}.json`)) ? [BEST] : [];
  return readOneOf(folder, name, [...listCheckpoints(folder), ...best]);
}

function readOneOf(folder: string, name: string, names: readonly string[]): Checkpoint {
  if (names.includes(name)) return readPair(folder, name);
  throw new PatinaError("run", `${folder}: has no checkpoint "${name}". It has: ${names.join(", ") || "none"}.`);
}

/** What `writePair` wrote. */
function readPair(folder: string, name: string): Checkpoint {
  const notePath = join(folder, `${name}.json`);
  const note = Note.safeParse(parseJson(readBounded(notePath, NOTE_LIMIT).toString("utf8")));
  if (!note.success)
    throw new PatinaError("file-damaged", `${notePath}: is not the note of a checkpoint. ${remedy(folder, name)}`);
  const path = join(folder, `${name}.safetensors`);
  if (!existsSync(path))
    throw new PatinaError("file-missing", `${path}: is gone, though its note is there. ${remedy(folder, name)}`);
  const damaged = (found: string, written: string) =>
    new PatinaError(
      "file-damaged",
      `${path} is damaged: it has ${found}, its note says ${written}. ${remedy(folder, name)}`,
    );
  const size = fileSize(path);
  if (size !== note.data.bytes) throw damaged(`${size} bytes`, `${note.data.bytes}`);
  const bytes = readBounded(path, size);
  const digest = sha256(bytes);
  if (digest !== note.data.sha256)
    throw damaged(`the sha256 ${digest.slice(0, 8)}...`, `${note.data.sha256.slice(0, 8)}...`);
  return { name, tensors: readSafetensors(bytes, path).tensors, state: note.data.state };
}

/** Puts a prefix before names, so that several parts lie in one checkpoint. */
export function prefixed(prefix: string, tensors: ReadonlyMap<string, PlainArray>): [string, PlainArray][] {
  return [...tensors].map(([name, array]) => [`${prefix}/${name}`, array]);
}

/** The tensors of one part of a checkpoint, their names without the prefix. */
export function partOf(prefix: string, { tensors }: Checkpoint): Map<string, PlainArray> {
  return new Map(
    [...tensors].flatMap(([name, array]) =>
      name.startsWith(`${prefix}/`) ? [[name.slice(prefix.length + 1), array]] : [],
    ),
  );
}

function remedy(folder: string, name: string): string {
  const before = listCheckpoints(folder).filter(
    (other) => other < name && existsSync(join(folder, `${other}.safetensors`)),
  );
  const last = before.at(-1);
  return last === undefined
    ? "No older one is there: start the run again."
    : `${last} is older and may be whole: resume with --from ${last}.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says that it is no note
  }
}
