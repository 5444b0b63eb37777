import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InferenceSession } from "onnxruntime-node";
import { inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { exportOnnx } from "../../src/evaluate/export-onnx.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";
import type { TrainedNetwork } from "../../src/evaluate/trained-network.ts";
import { ModelOptions, modelNames } from "../../src/models/registry.ts";
import { type Numbers, runOnnx } from "../onnx-runtime.ts";
import { ProtobufMessage } from "../protobuf.ts";
import { drawPictures, makeTrained, writeTrainedRun, writeUnfinishedRun } from "./trained-run.ts";

setThreadCount(1);

const folder = mkdtempSync(join(tmpdir(), "patina-export-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let fileCount = 0;
const newFile = () => join(folder, `${fileCount++}.onnx`);

/** What our own network says of pictures as bytes. */
function forward({ network, shape, normalisation }: TrainedNetwork, bytes: Uint8Array, count: number): Float32Array {
  const maker = new ImageMaker(shape, normalisation, "cpu");
  network.setTraining(false);
  const scores = scope(() => inference(() => network.forward(maker.images(bytes, count)).toFloat32Array()));
  maker.dispose();
  return scores;
}

/** The pictures as the file takes them: [count,C,H,W] in [0,1]. */
function toInput({ shape }: TrainedNetwork, bytes: Uint8Array, count: number): Numbers {
  const { height, width, channels } = shape;
  const numbers = new Float32Array(bytes.length);
  const pixels = height * width;
  for (let picture = 0; picture < count; picture++)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let channel = 0; channel < channels; channel++)
        numbers[(picture * channels + channel) * pixels + pixel] =
          bytes[(picture * pixels + pixel) * channels + channel]! / 255;
  return { numbers, shape: [count, channels, height, width] };
}

/** Scores of one and of five pictures, from the file by onnxruntime and from our own network, are the same to 1e-4. */
async function assertSame(trained: TrainedNetwork): Promise<void> {
  const file = newFile();
  await exportOnnx(writeTrainedRun(folder, trained), file);
  const counts = [1, 5];
  const batches = counts.map((count) => drawPictures(trained.shape, count));
  const results = await runOnnx(
    readFileSync(file),
    batches.map((bytes, index) => toInput(trained, bytes, counts[index]!)),
  );
  for (const [index, { numbers, shape }] of results.entries()) {
    assert.deepEqual(shape, [counts[index], 3]);
    const expected = forward(trained, batches[index]!, counts[index]!);
    for (const [place, number] of expected.entries())
      assert.ok(
        Math.abs(number - numbers[place]!) <= 1e-4,
        `score ${place}: ${numbers[place]} in ONNX, ${number} here`,
      );
  }
  trained.network.dispose();
}

// The smallest network of every kind, for pictures of the size it is made for: a new kind has its line here.
const smallest: Record<ModelOptions["kind"], { options: object; size: number }> = {
  "wide-resnet": { options: { depth: 10, width: 1 }, size: 32 },
};
for (const kind of modelNames)
  test(`${kind} gives the same scores in ONNX as here`, async () => {
    const { options, size } = smallest[kind];
    const model = ModelOptions.parse({ kind, ...options });
    await assertSame(makeTrained({ height: size, width: size, channels: 3 }, model));
  });

for (const activation of ["silu", "relu"] as const)
  for (const [size, channels] of [
    [28, 1],
    [32, 3],
    [64, 3],
  ] as const)
    test(`a wide-resnet with ${activation} for ${size} px in ${channels} channels gives the same scores in ONNX as here`, async () => {
      const model = ModelOptions.parse({ kind: "wide-resnet", depth: 16, width: 1, activation });
      await assertSame(makeTrained({ height: size, width: size, channels }, model));
    });

const colour = makeTrained({ height: 32, width: 32, channels: 3 });
const finished = writeTrainedRun(folder, colour);
colour.network.dispose();

test("what is told of a file is what onnxruntime finds in it", async () => {
  const file = newFile();
  const written = await exportOnnx(finished, file);
  assert.deepEqual(written, {
    file,
    bytes: statSync(file).size,
    opset: 17,
    input: { name: "images", shape: ["N", 3, 32, 32] },
    output: { name: "scores", shape: ["N", 3] },
    classes: ["cat", "dog", "Bär"],
  });
  const session = await InferenceSession.create(file);
  const found = [...session.inputMetadata, ...session.outputMetadata].map((value) => {
    assert.ok(value.isTensor);
    return { name: value.name, type: value.type, shape: value.shape };
  });
  assert.deepEqual(found, [
    { type: "float32", ...written.input },
    { type: "float32", ...written.output },
  ]);
  await session.release();
});

test("the file says who made it, what it takes and gives, its classes, its network, and that it normalises inside", async () => {
  const file = newFile();
  await exportOnnx(finished, file);
  const model = new ProtobufMessage(readFileSync(file));
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.deepEqual([...model.strings(2), ...model.strings(3)], ["patina", version]);
  assert.match(model.strings(6)[0]!, /images: .* float32 \[N,3,32,32\], values in \[0,1\]; they are normalised inside/);
  const metadata = model.messages(14).map((entry) => [entry.strings(1)[0], JSON.parse(entry.strings(2)[0]!)]);
  assert.deepEqual(Object.fromEntries(metadata), {
    classes: ["cat", "dog", "Bär"],
    model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0.2, activation: "silu" },
    normalisation: { where: "inside", mean: [0.5, 0.4, 0.3], deviation: [0.25, 0.2, 0.3] },
  });
});

test("weights are called by their paths in the network, nodes by their modules", async () => {
  const file = newFile();
  await exportOnnx(finished, file);
  const [graph] = new ProtobufMessage(readFileSync(file)).messages(7);
  const weights = new Set(graph!.messages(5).flatMap((tensor) => tensor.strings(8)));
  for (const name of ["conv1.weight", "layer2.0.shortcut.0.bias", "bn1.running_var", "linear.weight"])
    assert.ok(weights.has(name), name);
  assert.ok(!weights.has("bn1.num_batches_tracked"));
  const nodes = new Set(graph!.messages(1).flatMap((node) => node.strings(3)));
  for (const name of ["conv1.Conv", "layer3.0.bn2.Sigmoid", "layer1.0.Add", "pool.GlobalAveragePool", "linear.MatMul"])
    assert.ok(nodes.has(name), name);
});

test("the same run gives the same bytes", async () => {
  const files = [newFile(), newFile()];
  for (const file of files) await exportOnnx(finished, file);
  assert.ok(readFileSync(files[0]!).equals(readFileSync(files[1]!)));
});

test("what is there already is not overwritten", async () => {
  const file = newFile();
  writeFileSync(file, "mine");
  await assert.rejects(exportOnnx(finished, file), { code: "file-exists", message: /Name another file/ });
  assert.equal(readFileSync(file, "utf8"), "mine");
});

test("a run that has not come to its end is an error that says how to go on, and leaves no file", async () => {
  const file = newFile();
  await assert.rejects(exportOnnx(writeUnfinishedRun(folder), file), {
    code: "run",
    message: /patina train --resume/,
  });
  assert.ok(!existsSync(file));
});

test("a folder that is not there is an error, and nothing stays in memory", async () => {
  const { live } = handleCounts();
  await assert.rejects(exportOnnx(finished, join(folder, "none", "a.onnx")), {
    code: "file-missing",
    message: /its folder does not exist/,
  });
  assert.equal(handleCounts().live, live);
});
