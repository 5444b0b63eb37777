/** WideResNet against what PyTorch recorded (scripts/golden/wide_resnet.py), and against the published counts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { backward, gradientOf, inference } from "../../src/engine/autograd.ts";
import { devices, setThreadCount } from "../../src/engine/device.ts";
import { contiguous, toDevice } from "../../src/engine/ops/shape.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom } from "../../src/engine/tensor.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { WideResNet, WideResNetOptions } from "../../src/models/wide-resnet.ts";
import { clipFactor, gradientNorm } from "../../src/nn/clipping.ts";
import { classificationLoss } from "../../src/nn/loss.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { stream } from "../../src/random/stream.ts";
import { formula } from "../formula.ts";
import { assertClose } from "../numbers.ts";
import { noOracle, python } from "../oracle.ts";

setThreadCount(1);

const floats = ({ bytes }: PlainArray) => new Float32Array(new Uint8Array(bytes).buffer);

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

/** Largest difference to PyTorch's numbers, over the largest of these, tensor by tensor. */
const LIMIT = 1e-5;

/** What PyTorch recorded, with the network, images and classes that it was recorded for, on the device. */
function readRecording(path: string, device: string) {
  const { tensors: recorded, metadata } = readSafetensors(readFileSync(path), path);
  const number = (name: string) => Number(metadata[name]);
  const shape = { size: number("size"), channels: number("channels") as 1 | 3, classes: number("classes") };
  const activation = metadata.activation as "silu" | "relu";
  const options = WideResNetOptions.parse({ kind: "wide-resnet", depth: 10, width: 1, dropout: 0, activation });
  const network = new WideResNet(stream(0, "test"), options, shape);
  fill(network);
  network.moveTo(device);
  const imageShape = [number("batch"), shape.channels, shape.size, shape.size];
  const count = imageShape.reduce((product, size) => product * size, 1);
  const pixels = formula(count, 1000).map((value) => value * 2);
  const images = contiguous(tensorFrom(pixels, imageShape), "channels_last");
  const labels = BigInt64Array.from({ length: number("batch") }, (_, index) => BigInt(index % shape.classes));
  const assertRecorded = (actual: Tensor | ArrayLike<number>, name: string) =>
    assertClose(actual, floats(recorded.get(name)!), LIMIT, name);
  return {
    recorded,
    network,
    images: toDevice(images, device),
    labels: toDevice(tensorFrom(labels, [labels.length]), device),
    steps: number("steps"),
    assertRecorded,
  };
}
type Recording = ReturnType<typeof readRecording>;

function checkEvaluation({ network, images, assertRecorded }: Recording): void {
  network.setTraining(false);
  scope(() =>
    assertRecorded(
      inference(() => network.forward(images)),
      "evaluation.scores",
    ),
  );
  network.setTraining(true);
}

function checkTraining({ recorded, network, images, labels, steps, assertRecorded }: Recording): void {
  const parameters = network.namedParameters();
  const optimizer = new Sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  for (let step = 0; step < steps; step++) {
    scope(() => {
      const scores = network.forward(images);
      const loss = classificationLoss(scores, labels, 0.1);
      backward(loss);
      const norm = gradientNorm(parameters.values());
      if (step === 0) {
        assertRecorded(scores, "scores");
        assertRecorded([norm], "gradient-norm");
        for (const [path, tensor] of parameters) {
          // Batch norm takes the bias of a convolution away again: its gradient is rounding, in both programs.
          const isConvolutionBias = /(conv\d|shortcut\.0)\.bias$/.test(path);
          const gradient = gradientOf(tensor)!;
          if (isConvolutionBias) assert.ok(Math.hypot(...gradient.toFloat32Array()) < 1e-6 * norm, path);
          else assertRecorded(gradient, `gradient/${path}`);
        }
      }
      assertRecorded(loss, `loss.${step}`);
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
    else assertRecorded(floats(plain), `after/${path}`);
  }
  optimizer.dispose();
}

for (const device of devices()) {
  const golden = readRecording(join(import.meta.dirname, "../golden/wide-resnet/silu-32-colour.safetensors"), device);

  test(`on ${device} class scores in evaluation are PyTorch's to 1e-5`, () => checkEvaluation(golden));

  test(`on ${device} scores, loss, the norm and every gradient of a step, and all weights and statistics after five, are PyTorch's to 1e-5`, () =>
    checkTraining(golden));

  test(`on ${device} so they are for grey pictures of 64 px and four classes, with SiLU, and for a step with ReLU`, {
    skip: noOracle,
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), "patina-golden-"));
    after(() => rmSync(folder, { recursive: true }));
    execFileSync(python!, [join(import.meta.dirname, "../../scripts/golden/wide_resnet.py"), folder, "live"]);
    for (const name of ["silu-64-grey", "relu-64-grey"]) {
      const live = readRecording(join(folder, `${name}.safetensors`), device);
      checkEvaluation(live);
      checkTraining(live);
    }
  });
}

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
  const options = WideResNetOptions.parse({ kind: "wide-resnet", depth: 10, width: 1 });
  const grey = new WideResNet(stream(0), options, { size: 64, channels: 1, classes: 4 });
  grey.setTraining(false);
  scope(() => {
    const pictures = tensorFrom(formula(2 * 64 * 64, 1), [2, 1, 64, 64]);
    assert.deepEqual(grey.forward(pictures).shape, [2, 4]);
    assert.deepEqual(grey.layer1.forward(grey.conv1.forward(pictures)).shape, [2, 16, 32, 32]);
  });
  grey.dispose();
});

test("a pass without gradients holds as few tensors in a deep network as in a shallow one", () => {
  const heldBy = (depth: number) => {
    const options = WideResNetOptions.parse({ kind: "wide-resnet", depth, width: 1 });
    const network = new WideResNet(stream(0), options, { size: 8, channels: 3, classes: 10 });
    network.setTraining(false);
    const held = scope(() => {
      const images = tensorFrom(new Float32Array(2 * 3 * 8 * 8), [2, 3, 8, 8]);
      const before = handleCounts().live;
      inference(() => network.forward(images));
      return handleCounts().live - before;
    });
    network.dispose();
    return held;
  };
  assert.ok(heldBy(10) <= 5, `${heldBy(10)} tensors`); // the scores and the last few before them
  assert.equal(heldBy(40), heldBy(10));
});
