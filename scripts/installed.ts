/** Exits with 0 where node_modules holds every package of package-lock.json, by npm's own note of what it installed. */
import { existsSync, readFileSync } from "node:fs";

interface Lock {
  packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
}

const note = "node_modules/.package-lock.json";
const read = (path: string): Lock => JSON.parse(readFileSync(path, "utf8"));

const installed = existsSync(note) ? read(note).packages : {};
const isThere = ([path, wanted]: [string, Lock["packages"][string]]) => {
  const found = installed[path];
  if (found === undefined) return wanted.optional === true; // the binaries of other systems
  return found.integrity === wanted.integrity && existsSync(`${path}/package.json`);
};
const wanted = Object.entries(read("package-lock.json").packages).filter(([path]) => path !== "");
process.exitCode = wanted.every(isThere) ? 0 : 1;
