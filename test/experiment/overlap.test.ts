/** What is told while the overlap of a run is measured. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { DataProgress } from "../../src/data/progress.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { overlapOfRun } from "../../src/experiment/overlap.ts";
import { writeTinyRun } from "../evaluate/tiny-run.ts";

setThreadCount(1);

const folder = mkdtempSync(join(tmpdir(), "patina-overlap-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** All that is told of a run with this accuracy. */
async function tell(testAccuracy: number): Promise<DataProgress[]> {
  const told: DataProgress[] = [];
  const run = await writeTinyRun(folder, { testAccuracy });
  const options = { only: ["fog"], augmentationDraws: 2, corruptionDraws: 1 };
  await overlapOfRun(run, { ...options, report: (progress) => told.push(progress) });
  return told;
}

const textsOf = (told: readonly DataProgress[]) => told.flatMap((one) => ("text" in one ? [one.text] : []));

test("it says what is compared with what, and that it takes minutes", async () => {
  const [text = ""] = textsOf(await tell(0.9)).filter((one) => one.startsWith("Comparing"));
  assert.match(text, /^Comparing 1 augmentation with 1 corruption in .*; this takes minutes$/);
});

test("a judge that is no better than chance is warned of, a better one is not", async () => {
  const warnings = async (accuracy: number) =>
    textsOf(await tell(accuracy)).filter((one) => one.startsWith("No better"));
  assert.match(
    (await warnings(0.1))[0]!,
    /^No better than chance: 10\.0 % of 40 clean pictures .* train the run for longer\.$/,
  );
  assert.deepEqual(await warnings(0.9), []);
});
