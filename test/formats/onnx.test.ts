import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeOnnx, type OnnxModel } from "../../src/formats/onnx.ts";
import { runOnnx } from "../onnx-runtime.ts";
import { ProtobufMessage } from "../protobuf.ts";

const floats = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);

/** For images of one pixel and two channels: a convolution with a bias, then a factor for what is below 0. */
const model: OnnxModel = {
  name: "small",
  producer: { name: "patina", version: "1.2.3" },
  description: "for a test",
  metadata: { classes: '["a","ü"]', empty: "" },
  input: { name: "images", shape: ["N", 2, 1, 1] },
  output: { name: "scores", shape: ["N", 2, 1, 1] },
  nodes: [
    {
      name: "conv",
      operator: "Conv",
      inputs: ["images", "weight", "bias"],
      attributes: { kernel_shape: [1, 1], pads: [0, 0, 0, 0], group: 1 },
    },
    { name: "scores", operator: "LeakyRelu", inputs: ["conv"], attributes: { alpha: { float: 0.5 } } },
  ],
  initializers: new Map([
    ["weight", { dtype: "float32", shape: [2, 2, 1, 1], bytes: floats(1, 2, 3, -4) }],
    ["bias", { dtype: "float32", shape: [2], bytes: floats(10, 0) }],
  ]),
};

test("onnxruntime computes what the nodes, weights and attributes say, for any number of images", async () => {
  const inputs = [
    { numbers: Float32Array.of(1, 1), shape: [1, 2, 1, 1] },
    { numbers: Float32Array.of(1, 1, 0, 1), shape: [2, 2, 1, 1] },
  ];
  // 1 + 2 + 10 and 3 - 4, halved below 0; 0 + 2 + 10 and 0 - 4, halved.
  assert.deepEqual(await runOnnx(encodeOnnx(model), inputs), [
    { numbers: Float32Array.of(13, -0.5), shape: [1, 2, 1, 1] },
    { numbers: Float32Array.of(13, -0.5, 12, -2), shape: [2, 2, 1, 1] },
  ]);
});

test("the file says its versions, its producer, its description and its metadata", () => {
  const file = new ProtobufMessage(encodeOnnx(model));
  assert.deepEqual(file.varints(1), [8n]);
  assert.deepEqual(
    [2, 3, 6].flatMap((field) => file.strings(field)),
    ["patina", "1.2.3", "for a test"],
  );
  const sets = file.messages(8).map((set) => [...set.strings(1), ...set.varints(2)]);
  assert.deepEqual(sets, [["", 17n]]);
  const entries = file.messages(14).map((entry) => [...entry.strings(1), ...entry.strings(2)]);
  assert.deepEqual(entries, [
    ["classes", '["a","ü"]'],
    ["empty", ""],
  ]);
});

test("a weight keeps its name, shape and bytes", () => {
  const [graph] = new ProtobufMessage(encodeOnnx(model)).messages(7);
  const [weight] = graph!.messages(5);
  assert.deepEqual(weight!.strings(8), ["weight"]);
  assert.deepEqual(weight!.varints(1), [2n, 2n, 1n, 1n]);
  assert.deepEqual(weight!.varints(2), [1n]);
  assert.deepEqual([...weight!.bytes(9)[0]!], [...floats(1, 2, 3, -4)]);
});

test("an array whose bytes are not those of its shape is refused by name", () => {
  const initializers: OnnxModel["initializers"] = new Map([
    ["bias", { dtype: "float32", shape: [3], bytes: floats(1, 2) }],
  ]);
  assert.throws(() => encodeOnnx({ ...model, initializers }), /ONNX "bias": float32\[3\] takes 12 bytes, but 8 are/);
});

test("an array of a type that no network needs is refused by name", () => {
  const bytes = new Uint8Array(2);
  const initializers: OnnxModel["initializers"] = new Map([["bias", { dtype: "bfloat16", shape: [1], bytes }]]);
  assert.throws(() => encodeOnnx({ ...model, initializers }), /ONNX "bias": is bfloat16\. Convert it/);
});
