/** Whether a disk has room, asked before long work. */
import { statfsSync } from "node:fs";
import { PatinaError } from "../errors.ts";

/** @throws PatinaError `file-system` where the disk of a folder has less than `bytes` left for us. */
export function checkFreeSpace(folder: string, bytes: number, what: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bytes <= bavail * bsize) return;
  throw new PatinaError(
    "file-system",
    `${folder}: has ${megabytes(bavail * bsize)} free, ${what} takes ${megabytes(bytes)}. Free some space, or choose another folder.`,
  );
}

export const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} KB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
