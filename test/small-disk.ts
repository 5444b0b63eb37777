/** A disk that is soon full, for tests of writes that fail: a tmpfs of 64 KiB, where mounting is allowed. */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

const FILLER = "filler";

/** Runs a test in the folder of a small disk of its own; skips it by name where there can be none. */
export function onSmallDisk(context: TestContext, run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "patina-small-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]);
  try {
    if (status === 0) run(folder);
    else context.skip("a small disk cannot be mounted here");
  } finally {
    if (status === 0) spawnSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  }
}

/** Leaves not one page free. */
export function fill(folder: string): void {
  writeFileSync(join(folder, FILLER), "");
  for (;;)
    try {
      appendFileSync(join(folder, FILLER), Buffer.alloc(4096));
    } catch {
      return;
    }
}

/** Takes away what `fill` wrote. */
export function empty(folder: string): void {
  rmSync(join(folder, FILLER));
}

/** From now on nothing can be written there, by root neither. */
export function makeReadOnly(folder: string): void {
  spawnSync("mount", ["-o", "remount,ro", folder]);
}
