/** The journal as TensorBoard shows it. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createRun } from "../../src/run/run.ts";
import { writeTensorboard } from "../../src/run/tensorboard.ts";
import { readEventFile } from "../event-file.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-tensorboard-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ended = (second: number) => new Date(1_700_000_000_000 + 1000 * second).toISOString();

test("each number of the journal is a point at its epoch, at the time when the epoch ended", () => {
  const run = createRun(folder, "points", {}, {});
  run.journal.append({ epoch: 1, loss: 2, learningRate: 0.5, cleanAccuracy: 0.25, cleanLoss: 1.5 });
  run.timings.append({ epoch: 1, seconds: 2, pictures: 100, ended: ended(1) });
  run.journal.append({ event: "averaged", epoch: 1, cleanAccuracy: 0.75, cleanLoss: 1 });
  run.journal.append({ event: "end", epoch: 1, testAccuracy: 0.5, testLoss: 1.25 });
  writeTensorboard(run);
  run.close();
  const events = readEventFile(readFileSync(join(run.path, "tensorboard/events.out.tfevents.patina"))).slice(1);
  assert.deepEqual(
    events.map(({ tag, step, value, wallTime }) => [tag, step, value, wallTime]),
    [
      ["train/loss", 1, 2, 1_700_000_001],
      ["train/learning_rate", 1, 0.5, 1_700_000_001],
      ["held_out/accuracy", 1, 0.25, 1_700_000_001],
      ["held_out/loss", 1, 1.5, 1_700_000_001],
      ["train/pictures_per_second", 1, 50, 1_700_000_001],
      ["averaged/accuracy", 1, 0.75, 1_700_000_001],
      ["averaged/loss", 1, 1, 1_700_000_001],
      ["test/accuracy", 1, 0.5, 1_700_000_001],
      ["test/loss", 1, 1.25, 1_700_000_001],
    ],
  );
});

test("a later epoch is added behind what was there, so that TensorBoard reads on", () => {
  const run = createRun(folder, "grows", {}, {});
  const path = join(run.path, "tensorboard/events.out.tfevents.patina");
  run.journal.append({ epoch: 1, loss: 2 });
  run.timings.append({ epoch: 1, seconds: 2, pictures: 100, ended: ended(1) });
  writeTensorboard(run);
  const before = readFileSync(path);
  run.journal.append({ epoch: 2, loss: 1 });
  run.timings.append({ epoch: 2, seconds: 2, pictures: 100, ended: ended(5) });
  writeTensorboard(run);
  run.close();
  const now = readFileSync(path);
  assert.ok(now.length > before.length);
  assert.deepEqual(now.subarray(0, before.length), before);
});
