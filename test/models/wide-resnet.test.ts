/** WideResNet against what PyTorch recorded (scripts/golden/wide_resnet.py), and against the published counts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { backward, gradientOf, inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { contiguous } from "../../src/engine/ops/shape.ts";
import { keep, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom, toPlain } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { WideResNet, WideResNetOptions } from "../../src/models/wide-resnet.ts";
import { clipFactor, gradientNorm } from "../../src/nn/clipping.ts";
import { classificationLoss } from "../../src/nn/loss.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { stream } from "../../src/random/stream.ts";

setThreadCount(1);

const golden = join(import.meta.dirname, "../golden/wide-resnet/silu-32-colour.safetensors");
const { tensors: recorded, metadata } = readSafetensors(readFileSync(golden), golden);
const floats = ({ bytes }: PlainArray) => new Float32Array(new Uint8Array(bytes).buffer);

/** The numbers in [-1, 1) of scripts/golden/wide_resnet.py. */
function formula(count: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    let bits = (Math.imul(index, 2654435761) + Math.imul(salt, 40503)) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 15), 2246822519) >>> 0;
    return (bits >>> 8) / 2 ** 23 - 1;
  });
}

function fill(network: WideResNet): void {
  const state = network.stateDict();
  let salt = 0;
  for (const path of network.namedParameters().keys()) {
    const plain = state.get(path)!;
    const numbers = floats(plain);
    const fanIn = plain.shape.slice(1).reduce((product, size) => product * size, 1);
    const scale = plain.shape.length > 1 ? 2 ** Math.round(Math.log2(Math.sqrt(fanIn))) : 8;
    const isNormWeight = path.includes("bn") && path.endsWith("weight");
    for (const [index, value] of formula(numbers.length, salt++).entries())
      numbers[index] = isNormWeight ? 1 + value / 4 : value / scale;
    state.set(path, { ...plain, bytes: new Uint8Array(numbers.buffer) });
  }
  network.loadStateDict(state);
}

/** Euclidean distance over Euclidean length. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let distance = 0;
  let length = 0;
  for (const [index, value] of expected.entries()) {
    distance += (actual[index]! - value) ** 2;
    length += value ** 2;
  }
  return Math.sqrt(distance / length);
}

function assertClose(actual: Tensor | Float32Array, name: string, limit = 1e-5): void {
  const expected = floats(recorded.get(name)!);
  const numbers = actual instanceof Float32Array ? actual : actual.toFloat32Array();
  assert.equal(numbers.length, expected.length, name);
  const error = relativeError(numbers, expected);
  assert.ok(error <= limit, `${name}: ${error} from PyTorch's`);
}

const options = WideResNetOptions.parse({ kind: "wide-resnet", depth: 10, width: 1, dropout: 0 });
const shape = { size: 32, channels: 3, classes: Number(metadata.classes) } as const;
const batch = Number(metadata.batch);
const network = new WideResNet(stream(0, "test"), options, shape);
fill(network);
const images = keep(
  contiguous(
    tensorFrom(
      formula(batch * 3 * 32 * 32, 1000).map((value) => value * 2),
      [batch, 3, 32, 32],
    ),
    "channels_last",
  ),
);
const labels = tensorFrom(
  BigInt64Array.from({ length: batch }, (_, index) => BigInt(index % shape.classes)),
  [batch],
);
after(() => network.dispose());

test("class scores in evaluation are PyTorch's to 1e-5", () => {
  network.setTraining(false);
  scope(() =>
    assertClose(
      inference(() => network.forward(images)),
      "evaluation.scores",
    ),
  );
  network.setTraining(true);
});

test("scores, loss, the norm and every gradient of a step, and all weights and statistics after five, are PyTorch's to 1e-5", () => {
  const parameters = network.namedParameters();
  const optimizer = new Sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  for (let step = 0; step < 5; step++) {
    scope(() => {
      const scores = network.forward(images);
      const loss = classificationLoss(scores, labels, 0.1);
      backward(loss);
      const norm = gradientNorm(parameters.values());
      if (step === 0) {
        assertClose(scores, "scores");
        assertClose(Float32Array.of(norm), "gradient-norm");
        for (const [path, tensor] of parameters) {
          // Batch norm takes the bias of a convolution away again: its gradient is rounding, in both programs.
          const isConvolutionBias = /(conv\d|shortcut\.0)\.bias$/.test(path);
          const gradient = gradientOf(tensor)!;
          if (isConvolutionBias) assert.ok(Math.hypot(...gradient.toFloat32Array()) < 1e-6 * norm, path);
          else assertClose(gradient, `gradient/${path}`);
        }
      }
      assertClose(loss, `loss.${step}`);
      optimizer.step({ learningRate: 0.1, gradientFactor: clipFactor(norm, 1) });
    });
  }
  const state = network.stateDict();
  assert.deepEqual(
    [...state.keys()].sort(),
    [...recorded.keys()].flatMap((name) => (name.startsWith("after/") ? [name.slice(6)] : [])).sort(),
  );
  for (const [path, plain] of state) {
    if (plain.dtype === "int64") assert.deepEqual([...plain.bytes], [...recorded.get(`after/${path}`)!.bytes], path);
    else assertClose(floats(plain), `after/${path}`);
  }
  optimizer.dispose();
});

test("28-4 has the 5,853,098 parameters of the paper for ten classes, 5,876,228 for 100, 5,901,928 for 200 at 64 px", () => {
  const count = (size: number, classes: number) => {
    const paper = new WideResNet(stream(0), WideResNetOptions.parse({ kind: "wide-resnet" }), {
      size,
      channels: 3,
      classes,
    });
    const parameters = [...paper.namedParameters().values()];
    const total = parameters.reduce((sum, tensor) => sum + tensor.elementCount, 0);
    assert.equal(parameters.length, 108);
    paper.dispose();
    return total;
  };
  assert.deepEqual([count(32, 10), count(32, 100), count(64, 200)], [5_853_098, 5_876_228, 5_901_928]);
});

test("64 px and grey pictures give scores of every class; the first convolution keeps 64 px", () => {
  const grey = new WideResNet(stream(0), options, { size: 64, channels: 1, classes: 4 });
  grey.setTraining(false);
  scope(() => {
    const pictures = tensorFrom(formula(2 * 64 * 64, 1), [2, 1, 64, 64]);
    assert.deepEqual(grey.forward(pictures).shape, [2, 4]);
    assert.deepEqual(grey.layer1.forward(grey.conv1.forward(pictures)).shape, [2, 16, 32, 32]);
  });
  grey.dispose();
});

test("weights that do not fit are refused by name, and nothing is changed", () => {
  const before = network.stateDict();
  const wrong = new Map(before);
  wrong.delete("conv1.bias");
  wrong.set("linear.weight", { dtype: "float32", shape: [2, 2], bytes: new Uint8Array(16) });
  wrong.set("module.conv1.bias", toPlain(labels));
  assert.throws(
    () => network.loadStateDict(wrong, "other.pt"),
    /other\.pt: does not fit the network\. Missing: conv1\.bias\. Not in the network: module\.conv1\.bias\. Different: linear\.weight is float32\[2,2\]/,
  );
  assert.deepEqual(network.stateDict(), before);
});
