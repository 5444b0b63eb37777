/** The steps of a part: what stands in the journal, and what ends them. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { AdamW } from "../../../src/nn/adamw.ts";
import { Linear } from "../../../src/nn/linear.ts";
import { stream } from "../../../src/random/stream.ts";
import { openTrainingFolder } from "../../../src/stylize/training/folder.ts";
import { StylizerTrainingOptions } from "../../../src/stylize/training/options.ts";
import { takeSteps } from "../../../src/stylize/training/take-steps.ts";
import type { Work } from "../../../src/stylize/training/work.ts";

const parent = mkdtempSync(join(tmpdir(), "patina-steps-"));
after(() => rmSync(parent, { recursive: true, force: true }));

/** Steps that change nothing, each with this loss. @returns the folder and the lines of its journal */
async function take(name: string, steps: number, lossOf: (step: number) => number) {
  const path = join(parent, name);
  const folder = openTrainingFolder(path, StylizerTrainingOptions.parse({ content: ["a"], style: "b" }));
  const module = new Linear(stream(0), 1, 1);
  const optimizer = new AdamW(module.namedParameters(), { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 });
  const work = { folder, settings: {} } as unknown as Work; // of the rest it takes nothing
  const part = { part: "decoder", steps, module, optimizer, checkpoint: undefined } as const;
  try {
    await takeSteps(work, part, { step: (step) => ({ loss: lossOf(step) }), measure: async () => ({ quality: 1 }) });
  } finally {
    module.dispose();
    optimizer.dispose();
    folder.close();
  }
  const text = readFileSync(join(path, "journal.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a line stands for 100 steps, the last for what is left, and has the means of their losses; then there is what was measured", async () => {
  assert.deepEqual(await take("whole", 220, (step) => 100 * step), [
    { part: "decoder", step: 100, loss: 4950 },
    { part: "decoder", step: 200, loss: 14950 },
    { part: "decoder", step: 220, loss: 20950 },
    { part: "decoder", step: 220, quality: 1 },
  ]);
});

test("a loss that is no number ends the training at its step, and no checkpoint is written of it", async () => {
  await assert.rejects(
    take("broken", 500, (step) => (step === 499 ? Number.NaN : 1)),
    { code: "not-finite", message: /loss of the decoder became NaN at step 500\. .*lower decoder\.learningRate/ },
  );
  assert.equal(existsSync(join(parent, "broken", "checkpoints")), false);
});
