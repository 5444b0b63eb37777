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

test("what does not begin as ONNX does is foreign, and what then is no protocol buffer is damaged", () => {
  const isError = (code: string) => ({ code, message: /^a\.onnx/ });
  assert.throws(() => readOnnxMetadata(Buffer.from("no ONNX"), "a.onnx"), isError("file-foreign"));
  assert.throws(() => readOnnxMetadata(Buffer.from([8, 8, 0x3b]), "a.onnx"), isError("file-damaged"));
});
