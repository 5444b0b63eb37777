import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { handleCounts } from "../../src/engine/scope.ts";
import { loadTrainedNetwork } from "../../src/evaluate/trained-network.ts";
import { encodeSafetensors, readSafetensors } from "../../src/formats/safetensors.ts";
import { makeTrained, writeTrainedRun, writeUnfinishedRun } from "./trained-run.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-trained-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const trained = makeTrained({ height: 32, width: 32, channels: 3 });
after(() => trained.network.dispose());

/** A finished run whose weights carry other metadata. */
function runWith(change: (metadata: Record<string, string>) => Record<string, string>): string {
  const run = writeTrainedRun(folder, trained);
  const path = join(run, "weights.safetensors");
  const { tensors, metadata } = readSafetensors(readFileSync(path), path);
  writeFileSync(path, encodeSafetensors(tensors, change(metadata)));
  return run;
}

test("what is loaded is what was saved, in evaluation mode", async () => {
  const { network, ...description } = await loadTrainedNetwork(writeTrainedRun(folder, trained));
  const { network: original, ...expected } = trained;
  assert.deepEqual(description, expected);
  assert.deepEqual(network.stateDict(), original.stateDict());
  assert.ok([...network.modules()].every(([, module]) => !module.training));
  network.dispose();
});

test("a file says for other programs which network, which classes and which pictures", () => {
  const path = join(writeTrainedRun(folder, trained), "weights.safetensors");
  const { metadata } = readSafetensors(readFileSync(path), path);
  assert.deepEqual(Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, JSON.parse(text)])), {
    model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0.2, activation: "silu" },
    classes: ["cat", "dog", "Bär"],
    input: {
      height: 32,
      width: 32,
      channels: 3,
      range: [0, 1],
      mean: [0.5, 0.4, 0.3],
      deviation: [0.25, 0.2, 0.3],
    },
  });
});

test("a run that has not come to its end is an error that says how to go on", async () => {
  const run = writeUnfinishedRun(folder);
  await assert.rejects(loadTrainedNetwork(run), (error: Error & { code: string }) => {
    assert.equal(error.code, "run");
    assert.ok(error.message.startsWith(`${run}: has not come to its end`));
    assert.ok(error.message.endsWith(`patina train --resume ${run}`));
    return true;
  });
});

test("a folder that is no run is an error that says so", async () => {
  await assert.rejects(loadTrainedNetwork(join(folder, "nothing")), {
    code: "run",
    message: /not the folder of a run/,
  });
});

const faults: Record<string, [(metadata: Record<string, string>) => Record<string, string>, RegExp]> = {
  "without metadata": [() => ({}), /\("model" is missing\)/],
  "with metadata beyond those it knows": [(metadata) => ({ ...metadata, more: "1" }), /"more"/],
  "whose classes are not JSON": [(metadata) => ({ ...metadata, classes: "cat, dog" }), /classes: is not JSON/],
  "of a network that nobody knows": [(metadata) => ({ ...metadata, model: '{"kind":"net"}' }), /\(model\.kind: /],
  "with one mean for three channels": [
    (metadata) => ({ ...metadata, input: metadata.input!.replace("[0.5,0.4,0.3]", "[0.5]") }),
    /input: must have one mean and one deviation a channel/,
  ],
  "with a deviation of 0": [
    (metadata) => ({ ...metadata, input: metadata.input!.replace("0.25", "0") }),
    /\(input\.deviation\.0: /,
  ],
};
for (const [name, [change, text]] of Object.entries(faults))
  test(`weights ${name} are refused, naming what is wrong`, async () => {
    await assert.rejects(loadTrainedNetwork(runWith(change)), { code: "file-damaged", message: text });
  });

test("weights of another network than their metadata say are refused, and nothing stays in memory", async () => {
  const run = runWith((metadata) => ({ ...metadata, classes: '["cat","dog"]' }));
  const { live } = handleCounts();
  await assert.rejects(loadTrainedNetwork(run), { code: "weights", message: /linear\.weight is float32\[3,64\]/ });
  assert.equal(handleCounts().live, live);
});
