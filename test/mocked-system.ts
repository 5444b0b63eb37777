/** A function of the file system replaced for a while, for every module that imports it by name. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";

/** Runs something while `node:fs` has another function of this name, and puts the true one back. */
export async function withMocked<T>(
  name: "openSync" | "statfsSync" | "writeSync",
  instead: (...words: never[]) => unknown,
  run: () => Promise<T>,
): Promise<T> {
  const { mock: method } = mock.method(fs, name, instead as never);
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    method.restore();
    syncBuiltinESMExports();
  }
}
