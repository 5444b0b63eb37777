import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { OnnxInput } from "../../src/evaluate/onnx-model.ts";
import { openOnnxModel } from "../../src/evaluate/onnx-model.ts";
import { encodeOnnx, type OnnxModel } from "../../src/formats/onnx.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-onnx-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** A file whose scores are the means of the channels, as another program may have written it. */
function writeForeign(changes: Partial<OnnxModel> = {}): string {
  const path = join(folder, `${files++}.onnx`);
  const file = encodeOnnx({
    name: "means",
    producer: { name: "test", version: "1" },
    description: "",
    metadata: {},
    input: { name: "x", shape: ["N", 3, 1, 2] },
    output: { name: "scores", shape: ["N", 3] },
    nodes: [
      { name: "pooled", operator: "GlobalAveragePool", inputs: ["x"], attributes: {} },
      { name: "scores", operator: "Flatten", inputs: ["pooled"], attributes: { axis: 1 } },
    ],
    initializers: new Map(),
    ...changes,
  });
  writeFileSync(path, file);
  return path;
}

/** Two pictures of 1x2 pixels: (51, 102, 153) twice; (0, 0, 255), (255, 0, 255). */
const pictures = Uint8Array.of(51, 102, 153, 51, 102, 153, 0, 0, 255, 255, 0, 255);

async function scoresOf(path: string, input: OnnxInput): Promise<number[]> {
  const model = await openOnnxModel(path, input);
  try {
    return Array.from(await model.scores(pictures, 2), (score) => Number(score.toFixed(5)));
  } finally {
    await model.close();
  }
}

test("a file that takes values in [0,1] gets bytes / 255, channel by channel", async () => {
  assert.deepEqual(await scoresOf(writeForeign(), { range: 1 }), [0.2, 0.4, 0.6, 0.5, 0, 1]);
});

test("a file that takes values to 255 gets the bytes", async () => {
  assert.deepEqual(await scoresOf(writeForeign(), { range: 255 }), [51, 102, 153, 127.5, 0, 255]);
});

test("mean and deviation are those of their channels", async () => {
  const input: OnnxInput = { range: 1, mean: [0.2, 0, 0.6], deviation: [1, 0.5, 0.2] };
  assert.deepEqual(await scoresOf(writeForeign(), input), [0, 0.8, 0, 0.3, 0, 2]);
});

test("a file with a batch of its own gets its pictures so, the last filled up", async () => {
  const path = writeForeign({ input: { name: "x", shape: [3, 3, 1, 2] }, output: { name: "scores", shape: [3, 3] } });
  assert.deepEqual(await scoresOf(path, { range: 1 }), [0.2, 0.4, 0.6, 0.5, 0, 1]);
});

test("classes, shape and program are those of the file", async () => {
  const model = await openOnnxModel(writeForeign({ metadata: { classes: '["a","b","c"]' } }), { range: 1 });
  assert.deepEqual([model.classes, model.classCount], [["a", "b", "c"], 3]);
  assert.deepEqual(model.shape, { height: 1, width: 2, channels: 3 });
  assert.match(model.computed.program, /^onnxruntime \d/);
  await model.close();
});

test("a file that ends in softmax gives probabilities, and its results are not taken for those of another rule", async () => {
  const nodes = [
    { name: "pooled", operator: "GlobalAveragePool", inputs: ["x"], attributes: {} },
    { name: "flat", operator: "Flatten", inputs: ["pooled"], attributes: { axis: 1 } },
    { name: "scores", operator: "Softmax", inputs: ["flat"], attributes: { axis: 1 } },
  ];
  const [soft, plain] = [
    await openOnnxModel(writeForeign({ nodes }), { range: 1 }),
    await openOnnxModel(writeForeign(), { range: 1 }),
  ];
  assert.deepEqual([soft.gives, plain.gives], ["probabilities", "scores"]);
  assert.equal(plain.preparation, '{"range":1}');
  assert.equal(soft.preparation, '{"range":1,"output":"probabilities"}');
  await soft.close();
  await plain.close();
});

test("a file that does not say how pictures are prepared is an error that says how to state it", async () => {
  await assert.rejects(openOnnxModel(writeForeign(), undefined), {
    code: "usage",
    message: /--input-range 1 .* --input-mean/,
  });
});

test("a file that says it normalises inside takes no other preparation", async () => {
  const path = writeForeign({ metadata: { normalisation: '{"where":"inside","mean":[0],"deviation":[1]}' } });
  await (await openOnnxModel(path, undefined)).close();
  await assert.rejects(openOnnxModel(path, { range: 255 }), { code: "usage", message: /prepares pictures itself/ });
});

test("a mean for another number of channels is an error", async () => {
  await assert.rejects(openOnnxModel(writeForeign(), { range: 1, mean: [0.5] }), {
    code: "usage",
    message: /3 channels, but 0\.5 was stated/,
  });
});

for (const shape of [
  ["N", 6],
  ["N", 2, 1, 2],
  ["N", 3, "H", "W"],
  ["N", 1, 2, 3, 4],
] as const)
  test(`an input of [${shape}] is an error that says what can be measured`, async () => {
    const input = { name: "x", shape };
    await assert.rejects(
      openOnnxModel(writeForeign({ input, output: { name: "scores", shape: ["N", "K"] } }), { range: 1 }),
      {
        code: "file-foreign",
        message: /takes x float32\[.*float32\[N,C,H,W\]/,
      },
    );
  });

test("scores without a fixed number of classes are an error", async () => {
  const output = { name: "scores", shape: [1, "K"] };
  // From the first dimension on: one row of all pictures' scores.
  const nodes = [
    { name: "pooled", operator: "GlobalAveragePool", inputs: ["x"], attributes: {} },
    { name: "scores", operator: "Flatten", inputs: ["pooled"], attributes: { axis: 0 } },
  ];
  await assert.rejects(openOnnxModel(writeForeign({ nodes, output }), { range: 1 }), {
    code: "file-foreign",
    message: /scores float32\[N,K\] with a fixed number K/,
  });
});

test("an operator that there is not is told in onnxruntime's words", async () => {
  const nodes = [{ name: "scores", operator: "Imagine", inputs: ["x"], attributes: {} }];
  await assert.rejects(openOnnxModel(writeForeign({ nodes }), { range: 1 }), {
    code: "file-foreign",
    message: /onnxruntime does not take it \(.*Imagine/s,
  });
});

test("a file that is not there is an error", async () => {
  await assert.rejects(openOnnxModel(join(folder, "none.onnx"), { range: 1 }), { code: "file-missing" });
});
