/** What each module writes into a graph, run by onnxruntime, against what the module computes itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { add } from "../../src/engine/ops/arithmetic.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { encodeOnnx } from "../../src/formats/onnx.ts";
import { Activation } from "../../src/nn/activation.ts";
import { BatchNorm2d } from "../../src/nn/batch-norm.ts";
import { Conv2d } from "../../src/nn/convolution.ts";
import { Dropout } from "../../src/nn/dropout.ts";
import { LayerNorm } from "../../src/nn/layer-norm.ts";
import { Linear } from "../../src/nn/linear.ts";
import { Module } from "../../src/nn/module.ts";
import { OnnxGraph } from "../../src/nn/onnx.ts";
import { AveragePool2d, GlobalAveragePool, MaxPool2d } from "../../src/nn/pooling.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { stream } from "../../src/random/stream.ts";
import { runOnnx } from "../onnx-runtime.ts";
import { randomiseState } from "../random-state.ts";

setThreadCount(1);

const draws = stream(0, "test");

/** Runs the module here and, written as ONNX, in onnxruntime, on normal numbers of that shape; disposes of it. */
async function assertSame(module: Module, shape: readonly number[]): Promise<void> {
  randomiseState(module, draws.fork("state"));
  module.setTraining(false);
  const count = shape.reduce((product, size) => product * size, 1);
  const numbers = Float32Array.from({ length: count }, () => draws.normal());
  const expected = scope(() => {
    const output = module.forward(tensorFrom(numbers, shape));
    return { numbers: output.toFloat32Array(), shape: output.shape };
  });
  const graph = new OnnxGraph(module);
  const output = module.toOnnx(graph, "input");
  const [actual] = await runOnnx(
    encodeOnnx({
      name: "test",
      producer: { name: "patina", version: "test" },
      description: "",
      metadata: {},
      input: { name: "input", shape },
      output: { name: output, shape: expected.shape },
      nodes: graph.nodes,
      initializers: graph.initializers,
    }),
    [{ numbers, shape }],
  );
  module.dispose();
  assert.deepEqual(actual!.shape, expected.shape);
  const differences = expected.numbers.map((number, index) => Math.abs(number - actual!.numbers[index]!));
  const largest = differences.reduce((a, b) => Math.max(a, b), 0);
  assert.ok(largest <= 1e-5, `differs by ${largest}`);
}

test("a convolution with bias, stride and padding is the same in ONNX", async () => {
  await assertSame(new Conv2d(draws, 3, 4, 3, { stride: 2, padding: 1 }), [2, 3, 7, 6]);
});

test("a convolution in groups and without bias is the same in ONNX", async () => {
  await assertSame(new Conv2d(draws, 4, 6, 3, { groups: 2, bias: "without" }), [1, 4, 5, 5]);
});

for (const activation of ["silu", "relu", "none"] as const)
  test(`batch norm followed by ${activation}, with dropout, is the same in ONNX by its running statistics`, async () => {
    await assertSame(new BatchNorm2d(3, { activation, dropout: 0.5, epsilon: 0.1 }), [2, 3, 2, 2]);
  });

for (const name of ["relu", "silu", "gelu"] as const)
  test(`${name} is the same in ONNX`, async () => {
    await assertSame(new Activation(name), [4, 50]);
  });

const pools = {
  AveragePool2d: new AveragePool2d(2),
  MaxPool2d: new MaxPool2d(2),
  GlobalAveragePool: new GlobalAveragePool(),
};
for (const [name, pool] of Object.entries({ ...pools, "MaxPool2d with incomplete squares": new MaxPool2d(2, "ceil") }))
  test(`${name} is the same in ONNX`, async () => {
    await assertSame(pool, [2, 3, 5, 4]);
  });

for (const shape of [
  [5, 4],
  [2, 5, 4],
])
  test(`linear, GELU, layer norm, linear are the same in ONNX on [${shape}]`, async () => {
    const layers = [new Linear(draws, 4, 8), new Activation("gelu"), new LayerNorm(8, 1e-2), new Linear(draws, 8, 3)];
    await assertSame(new Sequential(...layers), shape);
  });

/** Passes a module three times. */
class Thrice extends Module {
  readonly inner = new BatchNorm2d(3, { activation: "silu" });

  forward(images: Tensor): Tensor {
    return add(this.inner.forward(images), this.inner.forward(this.inner.forward(images)));
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const once = this.inner.toOnnx(graph, images);
    return graph.node(this, "Add", [this.inner.toOnnx(graph, images), this.inner.toOnnx(graph, once)]);
  }
}

test("a module that stands in a network several times is the same in ONNX, with one set of weights", async () => {
  const network = new Thrice();
  const graph = new OnnxGraph(network);
  network.toOnnx(graph, "input");
  assert.equal(graph.initializers.size, 4);
  const norms = graph.nodes.flatMap(({ name, operator }) => (operator === "BatchNormalization" ? [name] : []));
  assert.deepEqual(
    norms,
    ["", "_2", "_3"].map((ending) => `inner.BatchNormalization${ending}`),
  );
  await assertSame(network, [2, 3, 2, 2]);
});

test("weights are called by their paths and lie row-major, though convolutions keep them in channels_last", () => {
  const network = new Sequential(new Conv2d(draws, 2, 1, 2, { bias: "without" }), new Activation("relu"));
  const bytes = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7).buffer);
  const weights = new Map<string, PlainArray>([["0.weight", { dtype: "float32", shape: [1, 2, 2, 2], bytes }]]);
  network.loadStateDict(weights);
  const graph = new OnnxGraph(network);
  network.toOnnx(graph, "input");
  assert.deepEqual(graph.initializers, weights);
  network.dispose();
});

test("an empty sequence and dropout give what they are given, without a node", () => {
  const network = new Sequential(new Sequential(), new Dropout(0.5));
  const graph = new OnnxGraph(network);
  assert.equal(network.toOnnx(graph, "input"), "input");
  assert.deepEqual(graph.nodes, []);
});

/** Knows nothing of ONNX. */
class Unwritten extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}

test("a module that does not know its form is an error that names it", () => {
  const network = new Sequential(new Unwritten());
  assert.throws(() => network.toOnnx(new OnnxGraph(network), "input"), /Unwritten: does not know its form in ONNX/);
});

test("a weight of another network is refused", () => {
  const other = new LayerNorm(2);
  assert.throws(() => new OnnxGraph(new Sequential()).weight(other.weight), /a Tensor was given that is no part/);
  other.dispose();
});
