/** Files that exist whole or not at all: atomic writes, hashes, bounded reads. */
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { PatinaError } from "./errors.ts";

/**
 * Writes a file whole: to a temporary name beside it, fsynced, renamed; then the folder is fsynced.
 * A kill at any moment leaves the old file or the new one, and at worst a `*.tmp` that nobody reads.
 * @throws PatinaError `file-system` where the disk is full or the folder cannot be written; nothing is left behind.
 */
export function writeAtomically(path: string, content: string | Uint8Array | readonly Uint8Array[]): void {
  const temporary = temporaryFor(path);
  const parts =
    typeof content === "string" ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content;
  try {
    const file = openSync(temporary, "wx");
    try {
      for (const part of parts) writeWhole(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    moveIntoPlace(temporary, path);
  } catch (cause) {
    removeIfThere(temporary);
    throw writeError(path, cause);
  }
}

/** As `writeAtomically`, for what comes piece by piece; what the pieces throw is thrown, and nothing is left behind. */
export async function writePiecesAtomically(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = temporaryFor(path);
  try {
    const file = guardWrite(path, () => openSync(temporary, "wx"));
    try {
      for await (const piece of pieces) guardWrite(path, () => writeWhole(file, piece));
      guardWrite(path, () => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    moveIntoPlace(temporary, path);
  } catch (cause) {
    removeIfThere(temporary);
    throw cause;
  }
}

/** A name beside the path, hidden and nobody else's, for what is not whole yet. */
export function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Gives a file or folder that is whole and synced its name, so that a power cut does not undo it. @throws as `writeError` */
export function moveIntoPlace(temporary: string, path: string): void {
  guardWrite(path, () => {
    renameSync(temporary, path);
    syncFolder(dirname(path));
  });
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What went wrong before says more.
  }
}

/** Most bytes that are asked of the operating system at once: it, and Node, take less than 2 GiB. */
const CALL_LIMIT = 1 << 30;

/** Writes every byte, from `position` on where it is given: the operating system may take fewer than offered. */
export function writeWhole(file: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === undefined ? null : position + done;
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, CALL_LIMIT), at);
  }
}

/**
 * Refuses, before long work, a file that could not be written after it. Nothing is overwritten but files that Patina makes
 * again at any time and nobody edits: they are known by a mark in their first bytes.
 * @param kind those files, as they are called in messages, and their mark
 * @param remedy what to do about another file that is there
 * @throws PatinaError `file-exists`; as `writeError`
 */
export function checkNewFile(
  path: string,
  kind?: { readonly name: string; readonly mark: string },
  remedy = "Name another file.",
): void {
  if (existsSync(path)) {
    const isOurs = kind !== undefined && !isFolder(path) && readStart(path, 1 << 12).includes(kind.mark);
    if (isOurs) return;
    const what = kind === undefined ? "and nothing is overwritten" : `and is no ${kind.name} of Patina`;
    throw new PatinaError("file-exists", `${path}: is there already, ${what}. ${remedy}`);
  }
  guardWrite(path, () => accessSync(`${dirname(path)}/.`, constants.W_OK)); // with "/.", what is no folder is refused
}

/** A new file of `bytes` bytes that starts with the header; what is not written yet takes no space. @throws as `writeError` */
export function startFile(path: string, header: Uint8Array, bytes: number): void {
  const file = guardWrite(path, () => openSync(path, "wx"));
  try {
    guardWrite(path, () => {
      writeWhole(file, header);
      ftruncateSync(file, bytes);
    });
  } finally {
    closeSync(file);
  }
}

/** Waits until a file is on the disk. @throws as `writeError` */
export function syncFile(path: string): void {
  const file = openToRead(path);
  try {
    guardWrite(path, () => fsyncSync(file));
  } finally {
    closeSync(file);
  }
}

/** Makes a folder and those above it, where they are not there. @throws PatinaError as `writeError` */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  // One by one: the recursive mkdirSync names the wrong reason on a read-only disk.
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (cause) {
    if (!isFolder(path)) throw writeError(path, cause); // another process may have been faster
  }
}

/** Whether there is a folder of that name; links are followed. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Makes a rename or a new file in the folder survive a power cut. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Does a step of writing; where the system refuses it, the error says what to do. @throws as `writeError` */
export function guardWrite<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** What to tell when writing failed, by the reason the system gave: `file-system`, `file-missing` or `file-exists`. */
export function writeError(path: string, cause: unknown): PatinaError {
  if (cause instanceof PatinaError) return cause;
  const reason = (cause as NodeJS.ErrnoException).code;
  if (reason === "ENOSPC" || reason === "EDQUOT")
    return new PatinaError(
      "file-system",
      `${path}: the disk is full. Nothing was left half-written. Free some space and try again.`,
      { cause },
    );
  if (reason === "EACCES" || reason === "EROFS" || reason === "EPERM")
    return new PatinaError(
      "file-system",
      `${path}: no permission to write here. Choose another folder, or change its permissions.`,
      { cause },
    );
  if (reason === "ENOENT")
    return new PatinaError("file-missing", `${path}: its folder does not exist. Create ${dirname(path)} first.`, {
      cause,
    });
  if (reason === "ENOTDIR")
    return new PatinaError("file-missing", `${path}: its folder is a file. Choose another one.`, { cause });
  if (reason === "EEXIST")
    return new PatinaError("file-exists", `${path}: is there already. Choose another name, or remove it.`, { cause });
  return new PatinaError("file-system", `${path}: cannot be written (${reason ?? String(cause)}).`, { cause });
}

/**
 * Reads a file of at most `limitBytes`: the size is checked before memory is taken.
 * @throws PatinaError `file-missing`, `file-hostile` (larger than the limit), `file-system`.
 */
export function readBounded(path: string, limitBytes: number): Buffer {
  const size = fileSize(path);
  if (size > limitBytes)
    throw new PatinaError(
      "file-hostile",
      `${path}: has ${size} bytes, more than the ${limitBytes} that such a file may have.`,
    );
  return readStart(path, size);
}

/** Fills the array with a part of an open file. @throws PatinaError `file-damaged` where the file ends before, `file-system`. */
export function readWhole(file: number, bytes: Uint8Array, position: number, path: string): void {
  try {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(file, bytes, done, Math.min(bytes.length - done, CALL_LIMIT), position + done);
      if (count === 0)
        throw new PatinaError(
          "file-damaged",
          `${path}: ends at byte ${position + done}, and was longer when it was opened. Copy it again, and start again.`,
        );
      done += count;
    }
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** The first bytes of a file, `limitBytes` at most. @throws PatinaError `file-missing`, `file-system`. */
export function readStart(path: string, limitBytes: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Math.min(fileSize(path), limitBytes));
  const file = openToRead(path);
  try {
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(file, bytes, done, Math.min(bytes.length - done, CALL_LIMIT), null);
      if (count === 0) break; // it was cut meanwhile
      done += count;
    }
    return bytes.subarray(0, done);
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    closeSync(file);
  }
}

/** Size in bytes of a regular file. @throws PatinaError `file-missing` or `file-system`. */
export function fileSize(path: string): number {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new PatinaError("file-missing", `${path}: is not a file. Name a file.`);
    return stat.size;
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** A descriptor for reading, to be closed by the caller. @throws PatinaError `file-missing` or `file-system`. */
export function openToRead(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** What to tell when reading failed, by the reason the operating system gave. */
function readError(path: string, cause: unknown): PatinaError {
  if (cause instanceof PatinaError) return cause;
  const reason = (cause as NodeJS.ErrnoException).code;
  if (reason === "ENOENT" || reason === "ENOTDIR")
    return new PatinaError("file-missing", `${path}: does not exist. Check the path.`, { cause });
  if (reason === "EACCES" || reason === "EPERM")
    return new PatinaError("file-system", `${path}: no permission to read it. Change its permissions.`, { cause });
  return new PatinaError("file-system", `${path}: cannot be read (${reason ?? String(cause)}).`, { cause });
}

/** sha256 of bytes or text, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** sha256 of a file of any size. @throws PatinaError `file-missing`, `file-system`. */
export function sha256File(path: string): string {
  const hash = createHash("sha256");
  for (const piece of readInPieces(path)) hash.update(piece);
  return hash.digest("hex");
}

/**
 * A file of any size, 1 MiB at a time; each piece is valid until the next is asked for.
 * @throws PatinaError `file-missing`, `file-system`.
 */
export function* readInPieces(path: string): Generator<Uint8Array, void, void> {
  fileSize(path);
  const piece = Buffer.allocUnsafeSlow(1 << 20);
  const file = openToRead(path);
  try {
    for (;;) {
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    closeSync(file);
  }
}
