import assert from "node:assert/strict";
import { test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { add } from "../../src/engine/ops/arithmetic.ts";
import { handleCounts, keep, scope } from "../../src/engine/scope.ts";
import { Tensor, tensorOf } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { Activation } from "../../src/nn/activation.ts";
import { BatchNorm2d } from "../../src/nn/batch-norm.ts";
import { Conv2d } from "../../src/nn/convolution.ts";
import { Linear } from "../../src/nn/linear.ts";
import { Module } from "../../src/nn/module.ts";
import { Sequential } from "../../src/nn/sequential.ts";
import { stream } from "../../src/random/stream.ts";
import { assertClose } from "../numbers.ts";

setThreadCount(1);

const draws = stream(0, "test");

class Branches extends Module {
  readonly firstNorm = new BatchNorm2d(2, { dropout: 0.5 });
  readonly branches: Module[] = [
    new Linear(draws, 2, 2),
    new Sequential(new Activation("relu"), new Linear(draws, 2, 1)),
  ];
  readonly shortcut = new Sequential();

  forward(input: Tensor): Tensor {
    return this.branches.reduce((output, branch) => branch.forward(output), this.firstNorm.forward(input));
  }
}

test("paths are those of PyTorch: fields in snake case, numbers in lists and sequences, buffers after parameters", () => {
  const module = new Branches();
  assert.deepEqual(
    [...module.modules()].map(([path]) => path),
    ["", "first_norm", "branches.0", "branches.1", "branches.1.0", "branches.1.1", "shortcut"],
  );
  assert.deepEqual(
    [...module.stateDict().keys()],
    [
      ...["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map((name) => `first_norm.${name}`),
      ...["branches.0.weight", "branches.0.bias", "branches.1.1.weight", "branches.1.1.bias"],
    ],
  );
  assert.equal(module.namedParameters().size, 6);
  assert.ok([...module.namedParameters().values()].every((tensor) => tensor.requiresGradient));
  assert.ok([...module.namedBuffers().values()].every((tensor) => !tensor.requiresGradient));
});

test("a sequence runs its modules one after another; an empty one gives back what it got", () => {
  scope(() => {
    const input = tensorOf([-1, 2]);
    assert.equal(new Sequential().forward(input), input);
    const twice = new Sequential(new Activation("relu"), new Activation("silu"));
    assertClose(twice.forward(input), [0, 2 / (1 + Math.exp(-2))], 1e-6);
  });
});

test("a sequence ends what its modules made on the way, but not what they keep or hold", () => {
  class Keeping extends Module {
    kept: Tensor | undefined;
    forward(input: Tensor): Tensor {
      this.kept = keep(add(input, 1));
      return this.kept;
    }
  }
  class Holding extends Module {
    readonly held = tensorOf([5]);
    forward(): Tensor {
      return this.held;
    }
  }
  const [keeping, holding] = [new Keeping(), new Holding()];
  const live = handleCounts().live;
  scope(() => {
    const input = tensorOf([-1]);
    assert.equal(new Sequential(new Activation("relu"), keeping, new Activation("relu")).forward(input).item(), 1);
    assert.equal(new Sequential(new Activation("relu"), holding, new Activation("relu")).forward(input).item(), 5);
    assert.equal(handleCounts().live, live + 4); // the input, two outputs, and what is kept
  });
  assert.equal(handleCounts().live, live + 1);
  assert.deepEqual([keeping.kept!.item(), holding.held.item()], [1, 5]);
  for (const tensor of [keeping.kept!, holding.held]) tensor.dispose();
});

test("a sequence whose module throws leaves no tensor behind, also outside of any scope", () => {
  const input = tensorOf([1, 2]);
  const network = new Sequential(new Activation("relu"), new Activation("relu"), new Linear(draws, 3, 1));
  const live = handleCounts().live;
  assert.throws(() => network.forward(input), { code: "torch" });
  assert.equal(handleCounts().live, live);
});

test("what is missing, too much, or of another shape or dtype is named, all at once, and nothing is changed", () => {
  const module = new Sequential(new Linear(draws, 2, 2), new BatchNorm2d(2));
  const before = module.stateDict();
  const plain = (dtype: PlainArray["dtype"], shape: number[], byteCount: number): PlainArray => ({
    dtype,
    shape,
    bytes: new Uint8Array(byteCount),
  });
  const weights = new Map(before)
    .set("0.bias", plain("float32", [3], 12))
    .set("1.num_batches_tracked", plain("int32", [], 4))
    .set("module.1.weight", plain("float32", [2], 8));
  weights.delete("1.weight");
  assert.throws(
    () => module.loadStateDict(weights, "other.safetensors"),
    (error: Error & { code: string }) => {
      assert.equal(error.code, "weights");
      assert.equal(
        error.message,
        "other.safetensors: does not fit the network. Missing: 1.weight. Not in the network: module.1.weight. " +
          "Different: 0.bias is float32[3], the network has float32[2], " +
          "1.num_batches_tracked is int32[], the network has int64[]. Build the network that these weights were made for.",
      );
      return true;
    },
  );
  assert.deepEqual(module.stateDict(), before);
});

test("a long list of what is missing is cut after five", () => {
  assert.throws(() => new Branches().loadStateDict(new Map()), {
    message: /Missing: (\S+, ){4}first_norm\.num_batches_tracked and 4 more\. Build/,
  });
});

test("the state is a copy, and comes back byte for byte", () => {
  const [first, second] = [new Branches(), new Branches()];
  const state = first.stateDict();
  for (const { bytes } of state.values()) bytes.fill(7);
  assert.notDeepEqual(first.stateDict(), state);
  second.loadStateDict(state);
  assert.deepEqual(second.stateDict(), state);
});

test("training and compute dtype reach every module inside", () => {
  const module = new Branches();
  module.setTraining(false);
  module.setComputeDtype("bfloat16");
  for (const [path, inner] of module.modules())
    assert.deepEqual([inner.training, inner.computeDtype], [false, "bfloat16"], path);
});

test("every module that draws has the stream of its own path, whatever else draws", () => {
  class Keys extends Module {
    protected override get drawsAtRandom(): boolean {
      return true;
    }
    get key(): readonly number[] | undefined {
      return this.stream?.key;
    }
    forward(input: Tensor): Tensor {
      return input;
    }
  }
  const [one, other] = [new Keys(), new Keys()];
  const step = stream(0, "step", 5);
  new Sequential(one, new Sequential(other)).setStream(step);
  assert.deepEqual([one.key, other.key], [step.fork("0").key, step.fork("1.0").key]);
  const alone = new Keys();
  new Sequential(new Activation("relu"), new Sequential(alone)).setStream(step);
  assert.deepEqual(alone.key, other.key);
});

test("a module outlives the scope it is made in, and frees all its tensors in the end", () => {
  const live = handleCounts().live;
  const module = scope(() => new Sequential(new Branches(), new Conv2d(draws, 1, 2, 3)));
  assert.equal(handleCounts().live, live + 9 + 2);
  module.dispose();
  assert.equal(handleCounts().live, live);
});

test("moved to another device, parameters are still parameters and buffers still buffers", () => {
  const module = new Branches();
  const live = handleCounts().live;
  const paths = [...module.namedParameters().keys()];
  module.moveTo("meta"); // libtorch's device without memory: the one that every machine has beside the CPU
  assert.deepEqual([...module.namedParameters().keys()], paths);
  for (const tensor of module.namedParameters().values()) {
    assert.ok(tensor instanceof Tensor);
    assert.deepEqual([tensor.device, tensor.requiresGradient], ["meta", true]);
  }
  assert.equal(module.namedBuffers().size, 3);
  assert.equal(handleCounts().live, live);
});
