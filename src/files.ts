/** Files that exist whole or not at all: atomic writes, hashes, bounded reads. */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
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
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
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
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/** Writes every byte: the operating system may take fewer than offered. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done);
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

/** What to tell when writing failed, by the reason the operating system gave. */
export function writeError(path: string, cause: unknown): PatinaError {
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
  return readFileSync(path);
}

/** Size in bytes of a regular file. @throws PatinaError `file-missing` or `file-system`. */
export function fileSize(path: string): number {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new PatinaError("file-missing", `${path}: is not a file. Name a file.`);
    return stat.size;
  } catch (cause) {
    if (cause instanceof PatinaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code;
    if (reason === "ENOENT" || reason === "ENOTDIR")
      throw new PatinaError("file-missing", `${path}: does not exist. Check the path.`, { cause });
    throw new PatinaError("file-system", `${path}: cannot be read (${reason ?? String(cause)}).`, { cause });
  }
}

/** sha256 of bytes or text, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** sha256 of a file of any size, read in pieces of 4 MiB. */
export function sha256File(path: string): string {
  fileSize(path);
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(4 << 20);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
