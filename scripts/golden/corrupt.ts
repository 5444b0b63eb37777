/**
 * Records the hashes of the suite: node scripts/golden/corrupt.ts
 *
 * New corruptions are added. Where bytes of an old one changed, this refuses until `suiteVersion` in
 * src/corrupt/suites.ts has gone up: results of two versions must not be taken for each other.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder, writeAtomically } from "../../src/files.ts";
import { allHashes, hashesPath, type RecordedHashes } from "./corrupt-hashes.ts";

const now = allHashes();
const before: RecordedHashes | undefined = existsSync(hashesPath)
  ? JSON.parse(readFileSync(hashesPath, "utf8"))
  : undefined;
const changed = Object.entries(before?.hashes ?? {})
  .filter(([name, hashes]) => JSON.stringify(now.hashes[name]) !== JSON.stringify(hashes))
  .map(([name]) => name);
if (changed.length > 0 && before?.suite === now.suite)
  throw new Error(
    `The bytes of ${changed.join(", ")} changed, and the suite is still version ${now.suite}. Raise suiteVersion in src/corrupt/suites.ts first.`,
  );
makeFolder(dirname(hashesPath));
writeAtomically(hashesPath, `${JSON.stringify(now, null, 2)}\n`);
