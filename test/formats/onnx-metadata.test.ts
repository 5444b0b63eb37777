import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeOnnx } from "../../src/formats/onnx.ts";
import { readOnnxMetadata } from "../../src/formats/onnx-metadata.ts";

test("what was noted in a file is read again", () => {
  const file = encodeOnnx({
    name: "identity",
    producer: { name: "test", version: "1" },
    description: "",
    metadata: { classes: '["cat","Bär"]', empty: "" },
    input: { name: "x", shape: ["N"] },
    output: { name: "y", shape: ["N"] },
    nodes: [{ name: "y", operator: "Identity", inputs: ["x"], attributes: {} }],
    initializers: new Map(),
  });
  assert.deepEqual(
    [...readOnnxMetadata(file, "test")],
    [
      ["classes", '["cat","Bär"]'],
      ["empty", ""],
    ],
  );
});

test("what is no protocol buffer is damaged", () => {
  assert.throws(() => readOnnxMetadata(Buffer.from("no ONNX"), "a.onnx"), {
    code: "file-damaged",
    message: /^a\.onnx/,
  });
});
