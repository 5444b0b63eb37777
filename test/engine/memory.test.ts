/** Memory over many training steps, and what is known of it. */
import assert from "node:assert/strict";
import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { backward } from "../../src/engine/autograd.ts";
import { setThreadCount, trimMemory } from "../../src/engine/device.ts";
import { emptyLike, zeros } from "../../src/engine/ops/create.ts";
import { allocatorStatistics } from "../../src/engine/ops/fused.ts";
import { reshape } from "../../src/engine/ops/shape.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom } from "../../src/engine/tensor.ts";
import { WideResNet, WideResNetOptions } from "../../src/models/wide-resnet.ts";
import { clipFactor, gradientNorm } from "../../src/nn/clipping.ts";
import { classificationLoss } from "../../src/nn/loss.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { stream } from "../../src/random/stream.ts";
import { normalTensor } from "../numbers.ts";

setThreadCount(1);

const MIB = 2 ** 20;

test("a thousand training steps leave no tensor behind, and the process as large as it was", () => {
  const options = WideResNetOptions.parse({ kind: "wide-resnet", depth: 10, width: 1, dropout: 0.2 });
  const network = new WideResNet(stream(0, "weights"), options, { size: 8, channels: 3, classes: 10 });
  const parameters = network.namedParameters();
  const optimizer = new Sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const pixels = scope(() => normalTensor("images", [4, 3, 8, 8]).toFloat32Array());
  const step = (number: number) => {
    network.setStream(stream(0, "step", number));
    scope(() => {
      const classes = tensorFrom(BigInt64Array.of(0n, 1n, 2n, 3n), [4]);
      backward(classificationLoss(network.forward(tensorFrom(pixels, [4, 3, 8, 8])), classes, 0.1));
      optimizer.step({ learningRate: 0.01, gradientFactor: clipFactor(gradientNorm(parameters.values()), 1) });
    });
  };
  const measure = () => {
    const { rss, heapTotal } = process.memoryUsage();
    return { live: handleCounts().live, blocks: allocatorStatistics().used, outside: rss - heapTotal };
  };
  const live = handleCounts().live;
  for (let number = 1; number <= 200; number++) step(number);
  const early = measure();
  for (let number = 201; number <= 1000; number++) step(number);
  const late = measure();
  assert.equal(early.live, live);
  assert.equal(late.live, live);
  assert.equal(late.blocks, early.blocks);
  // Outside of JavaScript's heap: seen to grow by 1 MiB, as glibc's free lists fill. One activation of the first stage
  // that stayed at each step, 16 KiB, would be 12.5 MiB.
  const growth = (late.outside - early.outside) / MIB;
  assert.ok(growth <= 6, `${growth.toFixed(1)} MiB more after 800 steps`);
  optimizer.dispose();
  network.dispose();
  assert.equal(handleCounts().live, live - parameters.size - network.namedBuffers().size - parameters.size);
});

test("bytes of tensors are counted once: a view adds nothing", () => {
  scope(() => {
    const before = handleCounts();
    const tensor = zeros([256, 1024]);
    reshape(tensor, [-1]);
    const after = handleCounts();
    assert.deepEqual([after.live - before.live, after.bytes - before.bytes], [2, MIB]);
    assert.ok(after.peak >= after.live);
  });
});

/** Whole collections of V8 while `body` runs and a moment after. */
async function countCollections(body: () => void): Promise<number> {
  let count = 0;
  const isMajor = (entry: PerformanceEntry & { detail?: { kind?: number } }) =>
    entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().filter(isMajor).length;
  });
  observer.observe({ entryTypes: ["gc"] });
  body();
  await setTimeout(300); // marking goes on in tasks, and entries come later
  observer.disconnect();
  return count;
}

test("V8 learns of memory that piles up in tensors, and collects", async () => {
  trimMemory();
  const held: Tensor[] = [];
  const collections = await countCollections(() => {
    for (let count = 0; count < 4; count++) held.push(zeros([64 * MIB], "uint8"));
  });
  for (const tensor of held) tensor.dispose();
  assert.ok(collections >= 1, `${collections} collections`);
});

test("V8 is not told of memory that comes and goes, as it does in every step of training", async () => {
  trimMemory();
  const grow = () => zeros([64 * MIB], "uint8").dispose();
  await countCollections(grow); // the most is known from here on
  const collections = await countCollections(() => {
    for (let count = 0; count < 50; count++) grow();
  });
  assert.ok(collections <= 1, `${collections} collections`); // told of each, 50 or so
});

test("a large block is kept for the next tensor of its size, and given back to the system by trimMemory", () => {
  if (allocatorStatistics().kind === "system") return; // as PATINA_ALLOCATOR asks
  trimMemory();
  const before = allocatorStatistics();
  const first = zeros([9 * MIB], "uint8");
  const held = allocatorStatistics();
  assert.equal(held.used - before.used, 9 * MIB); // blocks come in eight sizes an octave: 8, 9, 10 ... MiB
  first.dispose();
  assert.equal(allocatorStatistics().kept, 9 * MIB);
  const second = zeros([9 * MIB - 1000], "uint8");
  const third = emptyLike(second);
  const { reused, made } = allocatorStatistics();
  assert.deepEqual([reused - held.reused, made - held.made], [1, 1]);
  for (const tensor of [second, third]) tensor.dispose();
  trimMemory();
  assert.deepEqual([allocatorStatistics().kept, allocatorStatistics().used], [0, before.used]);
});
