/** A benchmark whose making is killed at random moments and begun again ends with the same files. Real processes, SIGKILL. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stream } from "../../src/random/stream.ts";
import { writeTinyFashion } from "../tiny-data.ts";

const killCount = process.env.PATINA_TEST === "full" ? 30 : 6;
const seed = Date.now() % 2 ** 32; // in the message of a failure
const folder = mkdtempSync(join(tmpdir(), "patina-kill-corrupt-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeTinyFashion(folder, { train: 10, test: 200 });
const main = join(import.meta.dirname, "../../src/cli/main.ts");

function contentOf(out: string): Record<string, string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(out.length), readFileSync(path).toString("base64")]));
}

for (const format of ["npy", "png"])
  test(`${format}: killed again and again, the files are those of one that was never stopped`, async () => {
    const words = ["--only", "gaussian_noise", "--only", "contrast", "--format", format, "--data", folder];
    const start = (out: string) => spawn(process.execPath, [main, "corrupt", "fashion-mnist", out, ...words]);
    const [whole, killed] = [join(folder, `${format}-whole`), join(folder, `${format}-killed`)];
    const begun = performance.now();
    assert.deepEqual(await once(start(whole), "close"), [0, null]);
    const durationMs = performance.now() - begun;
    const draws = stream(seed, format);
    for (let kill = 0; kill < killCount; kill++) {
      const child = start(killed);
      const timer = setTimeout(() => child.kill("SIGKILL"), durationMs * (0.3 + 0.6 * draws.uniform()));
      await once(child, "close");
      clearTimeout(timer);
    }
    assert.deepEqual(await once(start(killed), "close"), [0, null]);
    assert.deepEqual(contentOf(killed), contentOf(whole), `seed ${seed}`);
  });
