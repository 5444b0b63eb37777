/** Convolution, linear, layer norm, activations and pooling as modules: by hand, and with their gradients against PyTorch. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { contiguous, to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { Activation } from "../../src/nn/activation.ts";
import { BatchNorm2d } from "../../src/nn/batch-norm.ts";
import { Conv2d } from "../../src/nn/convolution.ts";
import { LayerNorm } from "../../src/nn/layer-norm.ts";
import { Linear } from "../../src/nn/linear.ts";
import type { Module } from "../../src/nn/module.ts";
import { PaddedSequential, ReflectionPad2d } from "../../src/nn/padding.ts";
import { AveragePool2d, GlobalAveragePool, MaxPool2d } from "../../src/nn/pooling.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { NearestUpsample2d } from "../../src/nn/upsampling.ts";
import { stream } from "../../src/random/stream.ts";
import { assertClose, normalTensor } from "../numbers.ts";
import { noOracle, oracle } from "../oracle.ts";
import { randomiseState } from "../random-state.ts";

setThreadCount(1);

const draws = stream(0, "test");

/** Gives the module those numbers, in the order of its parameters. */
function setWeights(module: Module, ...values: number[][]): void {
  const plain = (shape: number[], numbers: number[]): PlainArray => ({
    dtype: "float32",
    shape,
    bytes: new Uint8Array(Float32Array.from(numbers).buffer),
  });
  const paths = [...module.namedParameters()];
  module.loadStateDict(new Map(paths.map(([path, { shape }], index) => [path, plain(shape, values[index]!)])));
}

const run = (module: Module, input: () => Tensor) => scope(() => module.forward(input()).toFloat32Array());

test("a convolution of 3 and 5 over 1, 2, 4 with padding is 3·left + 5·right + bias", () => {
  const convolution = new Conv2d(draws, 1, 1, 2, { padding: 1 });
  setWeights(convolution, [0, 0, 3, 5], [0.5]); // the upper row of the kernel sees padding only in the first row
  const output = scope(() => {
    const images = convolution.forward(tensorOf([1, 2, 4], [1, 1, 1, 3]));
    assert.deepEqual(images.shape, [1, 1, 2, 4]);
    return images.toFloat32Array();
  });
  assertClose(output.subarray(0, 4), [5.5, 13.5, 26.5, 12.5], 1e-6);
});

test("a linear layer is x Wᵀ + b, over any leading dimensions", () => {
  const linear = new Linear(draws, 2, 3);
  setWeights(linear, [1, 0, 0, 1, 1, 1], [0, 10, 20]);
  assertClose(
    run(linear, () => tensorOf([1, 2, 3, 4], [2, 1, 2])),
    [1, 12, 23, 3, 14, 27],
    1e-6,
  );
});

test("layer norm brings each example to mean 0 and deviation 1, then scales and shifts", () => {
  const norm = new LayerNorm(2, 0);
  setWeights(norm, [2, 3], [0, 10]);
  assertClose(
    run(norm, () => tensorOf([1, 3, 20, 10], [2, 2])),
    [-2, 13, 2, 7],
    1e-6,
  );
});

test("activations go by their names: at 1 they are 1, 0.731059, 0.841345", () => {
  for (const [name, expected] of [
    ["relu", 1],
    ["silu", 0.73105858],
    ["gelu", 0.84134475],
  ] as const)
    assertClose(
      run(new Activation(name), () => tensorOf([1])),
      [expected],
      1e-6,
      name,
    );
});

test("pooling takes squares that do not overlap, or all pixels of a channel", () => {
  const images = () => tensorOf([1, 2, 3, 4, 5, 6, 7, 8, 10], [1, 1, 3, 3]);
  assert.deepEqual([...run(new AveragePool2d(2), images)], [3]); // of 1, 2, 4, 5
  assert.deepEqual([...run(new MaxPool2d(2), images)], [5]);
  assert.deepEqual([...run(new MaxPool2d(2, "ceil"), images)], [5, 6, 8, 10]);
  scope(() => {
    const pooled = new GlobalAveragePool().forward(images());
    assert.deepEqual(pooled.shape, [1, 1]);
    assertClose(pooled, [46 / 9], 1e-6);
  });
});

test("mirrored borders keep images in channels_last; images without a pixel to mirror are refused", () => {
  scope(() => {
    const images = contiguous(normalTensor("images", [2, 3, 4, 4]), "channels_last");
    assert.deepEqual(new ReflectionPad2d().forward(images).strides, [108, 1, 18, 3]);
    const pooled = new PaddedSequential(new MaxPool2d(2, "ceil"), new ReflectionPad2d());
    assert.deepEqual(pooled.forward(normalTensor("images", [1, 1, 3, 3])).shape, [1, 1, 4, 4]);
    for (const [module, shape] of [
      [new ReflectionPad2d(), [1, 1, 1, 4]],
      [pooled, [1, 1, 4, 2]],
    ] as const)
      assert.throws(() => module.forward(normalTensor("images", shape)), {
        code: "argument",
        message: /have nothing beside their border to mirror/,
      });
  });
});

test("weights of a convolution lie in channels_last, and so do its images", () => {
  const convolution = new Conv2d(draws, 3, 4, 2);
  assert.deepEqual(convolution.weight.strides, [12, 1, 6, 3]);
  scope(() => assert.deepEqual(convolution.forward(normalTensor("images", [2, 3, 4, 4])).strides, [36, 1, 12, 4]));
});

test("in bfloat16 convolution and linear take rounded numbers and give bfloat16; their weights stay float32", () => {
  const rounded = (tensor: Tensor) => to(to(tensor, "bfloat16"), "float32");
  for (const [module, shape] of [
    [new Conv2d(draws, 3, 4, 3, { padding: 1 }), [2, 3, 5, 5]],
    [new Linear(draws, 6, 4), [3, 6]],
  ] as const) {
    const input = () => normalTensor("input", shape);
    module.setComputeDtype("bfloat16");
    const low = scope(() => {
      const output = module.forward(input());
      assert.equal(output.dtype, "bfloat16");
      return to(output, "float32").toFloat32Array();
    });
    module.setComputeDtype("float32");
    const state = module.stateDict();
    scope(() =>
      setWeights(module, ...[...module.namedParameters().values()].map((t) => [...rounded(t).toFloat32Array()])),
    );
    // Sums of the same products, in float32; the sum and the one with the bias are rounded to 8 bits.
    assertClose(
      low,
      run(module, () => rounded(input())),
      2 ** -7,
      module.constructor.name,
    );
    assert.ok([...state.values()].every(({ dtype }) => dtype === "float32"));
  }
});

test("new weights are uniform within 1/√(inputs), each module's own", () => {
  const convolution = new Conv2d(stream(0, "a"), 16, 64, 3, { groups: 2 }); // 8·9 inputs of each output
  const bound = 1 / Math.sqrt(72);
  const numbers = convolution.weight.toFloat32Array();
  assert.ok(numbers.every((value) => Math.abs(value) <= bound));
  // 4,608 draws: the mean square is bound²/3 with a relative deviation of √(4/5/n) = 0.0132. Off by 0.065, or 4.9
  // deviations, is one sound draw in a million.
  const square = numbers.reduce((sum, value) => sum + value ** 2, 0) / numbers.length;
  assert.ok(Math.abs(square / (bound ** 2 / 3) - 1) <= 0.065, `mean square ${square}`);
  assert.ok(Math.max(...numbers) > 0.99 * bound, "the bound is reached"); // missed by one draw in 1e10
  assert.deepEqual(new Conv2d(stream(0, "a"), 16, 64, 3, { groups: 2 }).weight.toFloat32Array(), numbers);
  assert.notDeepEqual(new Conv2d(stream(0, "b"), 16, 64, 3, { groups: 2 }).weight.toFloat32Array(), numbers);
});

const cases: { make: () => Module; python: string; shape: number[] }[] = [
  {
    make: () => new Conv2d(draws, 4, 6, 3, { stride: 2, padding: 1, groups: 2 }),
    python: "nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2)",
    shape: [2, 4, 7, 6],
  },
  {
    make: () => new Conv2d(draws, 3, 5, 1, { bias: "without" }),
    python: "nn.Conv2d(3, 5, 1, bias=False)",
    shape: [2, 3, 4, 4],
  },
  { make: () => new Linear(draws, 5, 3), python: "nn.Linear(5, 3)", shape: [2, 4, 5] },
  { make: () => new LayerNorm(6), python: "nn.LayerNorm(6)", shape: [3, 6] },
  { make: () => new Activation("relu"), python: "nn.ReLU()", shape: [40] },
  { make: () => new Activation("silu"), python: "nn.SiLU()", shape: [40] },
  { make: () => new Activation("gelu"), python: "nn.GELU()", shape: [40] },
  { make: () => new AveragePool2d(2), python: "nn.AvgPool2d(2)", shape: [2, 3, 5, 4] },
  { make: () => new MaxPool2d(2), python: "nn.MaxPool2d(2)", shape: [2, 3, 5, 4] },
  { make: () => new MaxPool2d(2, "ceil"), python: "nn.MaxPool2d(2, ceil_mode=True)", shape: [2, 3, 5, 4] },
  { make: () => new ReflectionPad2d(), python: "nn.ReflectionPad2d(1)", shape: [2, 3, 5, 4] },
  { make: () => new NearestUpsample2d(2), python: "nn.Upsample(scale_factor=2)", shape: [2, 3, 5, 4] },
  {
    make: () =>
      new PaddedSequential(
        ...[new Activation("relu"), new MaxPool2d(2, "ceil"), new ReflectionPad2d()],
        ...[new Activation("relu"), new NearestUpsample2d(2), new ReflectionPad2d()],
        ...[new Activation("silu"), new MaxPool2d(2), new ReflectionPad2d()],
      ),
    python:
      "nn.Sequential(nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True), nn.ReflectionPad2d(1), nn.ReLU(), nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.SiLU(), nn.MaxPool2d(2), nn.ReflectionPad2d(1))",
    shape: [2, 3, 5, 4],
  },
  {
    make: () => new GlobalAveragePool(),
    python: "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())",
    shape: [2, 3, 5, 4],
  },
  {
    make: () => new Sequential(new BatchNorm2d(5, { activation: "silu" }), new Conv2d(draws, 5, 2, 3)),
    python: "nn.Sequential(nn.Sequential(nn.BatchNorm2d(5), nn.SiLU()), nn.Conv2d(5, 2, 3))",
    shape: [3, 5, 4, 4],
  },
];

test("outputs and all gradients are PyTorch's", { skip: noOracle }, () => {
  const script = `
import json, sys, torch
from torch import nn
tensor = lambda t: torch.tensor(t["numbers"]).reshape(t["shape"])
for case in json.load(sys.stdin):
    module = eval(case["python"])
    with torch.no_grad():
        for p, t in zip(module.parameters(), case["parameters"]): p.copy_(tensor(t))
    x = tensor(case["input"]).requires_grad_()
    y = module(x)
    (y * tensor(case["arriving"])).sum().backward()
    print(json.dumps([t.detach().flatten().tolist() for t in [y, x.grad] + [p.grad for p in module.parameters()]]))`;
  const plain = (tensor: Tensor) => ({ numbers: [...tensor.toFloat32Array()], shape: tensor.shape });
  const ours = cases.map(({ make, python, shape }) =>
    scope(() => {
      const module = make();
      randomiseState(module, draws.fork(python));
      const input = normalTensor(python, shape);
      input.requiresGradient = true;
      const output = module.forward(input);
      const arriving = normalTensor(`${python} arriving`, output.shape);
      backward(output, arriving);
      const parameters = [...module.namedParameters().values()];
      return {
        given: { python, input: plain(input), arriving: plain(arriving), parameters: parameters.map(plain) },
        results: [output, ...[input, ...parameters].map((leaf) => gradientOf(leaf)!)].map((t) => t.toFloat32Array()),
      };
    }),
  );
  const answers = oracle(script, JSON.stringify(ours.map(({ given }) => given)))
    .trim()
    .split("\n");
  for (const [index, { given, results }] of ours.entries()) {
    const expected = JSON.parse(answers[index]!) as number[][];
    assert.equal(results.length, expected.length);
    // Sums of some 50 products in another order: 6e-8 each.
    for (const [place, numbers] of results.entries())
      assertClose(
        numbers,
        expected[place]!,
        2e-6,
        `${given.python}, ${["output", "input"][place] ?? `parameter ${place - 2}`}`,
      );
  }
});
