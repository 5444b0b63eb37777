/** The folder of data sets. */
import { resolve } from "node:path";
import { PatinaError } from "../errors.ts";
import { isFolder } from "../files.ts";

/** Where data sets lie if nothing else is said; it is made when something is put into it. */
const DEFAULT = "data";

/** For a folder that a user names: a mistyped one would be made, and filled with caches. @throws PatinaError `file-missing` */
export function checkDataFolder(folder: string): void {
  if (isFolder(folder) || resolve(folder) === resolve(DEFAULT)) return;
  throw new PatinaError(
    "file-missing",
    `${folder}: the folder of data sets is not there. Check the path, name another one with --data, or make it: mkdir -p ${folder}`,
  );
}
