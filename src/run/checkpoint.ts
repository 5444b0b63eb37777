/**
 * Checkpoints: all that is needed to go on to the same end. Each is two files, the tensors and, written after them, a
 * JSON with their sha256: without it there is no checkpoint.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { sha256, writeAtomically } from "../files.ts";
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

/** A checkpoint's name; names sort in the order of training. */
export function checkpointName(epoch: number, step: number): string {
  const padded = (number: number) => String(number).padStart(6, "0");
  return step === 0 ? padded(epoch) : `${padded(epoch)}-${padded(step)}`;
}

/** Names of all whole checkpoints in the folder, oldest first. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{6,}(-\d{6,})?\.json$/.test(name))
    .map((name) => basename(name, ".json"))
    .sort();
}

/** Writes a checkpoint and forgets older ones than the last two. @throws PatinaError `file-system`; those before stay. */
export function writeCheckpoint(folder: string, { name, tensors, state }: Checkpoint): void {
  mkdirSync(folder, { recursive: true });
  writePair(folder, name, tensors, state);
  for (const old of listCheckpoints(folder).slice(0, -KEPT)) {
    rmSync(join(folder, `${old}.json`), { force: true });
    rmSync(join(folder, `${old}.safetensors`), { force: true });
  }
}

/** Writes tensors and their note under a name of any kind ("best"). */
export function writePair(
  folder: string,
  name: string,
  tensors: ReadonlyMap<string, PlainArray>,
  state: unknown,
): void {
  const file = encodeSafetensors(tensors);
  // The old note goes first: it would vouch for the new tensors otherwise, were we stopped between the two.
  rmSync(join(folder, `${name}.json`), { force: true });
  writeAtomically(join(folder, `${name}.safetensors`), file);
  const note: z.infer<typeof Note> = { format: 1, sha256: sha256(file), bytes: file.length, state };
  writeAtomically(join(folder, `${name}.json`), `${JSON.stringify(note, null, 2)}\n`);
}

/**
 * Reads a checkpoint, checking that it is what was written.
 * @throws PatinaError `file-damaged`, naming the last whole one before it, if any.
 */
export function readCheckpoint(folder: string, name: string): Checkpoint {
  const path = join(folder, `${name}.safetensors`);
  const note = Note.safeParse(parseJson(join(folder, `${name}.json`)));
  if (!note.success)
    throw new PatinaError(
      "file-damaged",
      `${join(folder, `${name}.json`)}: is not the note of a checkpoint. ${remedy(folder, name)}`,
    );
  if (!existsSync(path))
    throw new PatinaError("file-missing", `${path}: is gone, though its note is there. ${remedy(folder, name)}`);
  const bytes = readFileSync(path);
  const found = sha256(bytes);
  if (found !== note.data.sha256)
    throw new PatinaError(
      "file-damaged",
      `${path} is damaged: its sha256 is ${found.slice(0, 8)}..., its note says ${note.data.sha256.slice(0, 8)}.... ${remedy(folder, name)}`,
    );
  return { name, tensors: readSafetensors(bytes, path).tensors, state: note.data.state };
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

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new PatinaError(
        "file-missing",
        `${path}: does not exist. Name one of: ${listCheckpoints(join(path, "..")).join(", ") || "none are there"}.`,
        { cause },
      );
    return undefined;
  }
}
