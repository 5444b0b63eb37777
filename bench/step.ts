/**
 * One training step of WideResNet-28-4: batch 64, 32 pixels, dropout 0.2, SGD with Nesterov momentum, label smoothing 0.1,
 * 2 threads, beside the same step in stock PyTorch (NCHW, float32). Rounds interleave, so that both meet the same machine.
 */
import { backward } from "../src/engine/autograd.ts";
import { setThreadCount } from "../src/engine/device.ts";
import { inspectMachine } from "../src/engine/machine.ts";
import { allocatorStatistics, fusedVectors } from "../src/engine/ops/fused.ts";
import { contiguous, to } from "../src/engine/ops/shape.ts";
import { keep, scope } from "../src/engine/scope.ts";
import { tensorFrom } from "../src/engine/tensor.ts";
import { createModel } from "../src/models/registry.ts";
import { classificationLoss } from "../src/nn/loss.ts";
import type { ComputeDtype } from "../src/nn/module.ts";
import { Sgd } from "../src/nn/sgd.ts";
import { stream } from "../src/random/stream.ts";
import { median, startPeer } from "./peer.ts";
import type { Row } from "./row.ts";

const threads = 2;
const batch = 64;
const rounds = 4;
const stepsPerRound = 5;
const warmUp = 2;

/** A function that makes one step and returns its time in ms. */
function prepare(precision: ComputeDtype): () => number {
  const network = createModel(
    stream(0, "weights"),
    { kind: "wide-resnet", depth: 28, width: 4, dropout: 0.2, activation: "silu" },
    { size: 32, channels: 3, classes: 10 },
  );
  network.setComputeDtype(precision);
  const optimizer = new Sgd(network.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const draws = stream(0, "batch");
  const images = scope(() => {
    const pixels = Float32Array.from(draws.fork("images").normals(batch * 3 * 32 * 32));
    return keep(contiguous(tensorFrom(pixels, [batch, 3, 32, 32]), "channels_last"));
  });
  const classes = scope(() =>
    keep(
      to(
        tensorFrom(
          Int32Array.from({ length: batch }, () => draws.integer(0, 9)),
          [batch],
        ),
        "int64",
      ),
    ),
  );
  let step = 0;
  return () => {
    const start = performance.now();
    network.setStream(stream(0, "step", step++));
    scope(() => {
      const loss = classificationLoss(network.forward(images), classes, 0.1);
      backward(loss);
      optimizer.step({ learningRate: 0.01 });
      loss.item();
    });
    return performance.now() - start;
  };
}

/** Rows `step` and, where the processor computes with bfloat16, `step-bf16`: ms, the median of all steps. */
export async function run(): Promise<Row[]> {
  setThreadCount(threads);
  const peer = startPeer("step", threads);
  const canBfloat16 = inspectMachine().vectors.some((flag) => flag.endsWith("_bf16"));
  const precisions: ComputeDtype[] = canBfloat16 ? ["float32", "bfloat16"] : ["float32"];
  const sides = precisions.map((precision) => ({ precision, step: prepare(precision), times: [] as number[] }));
  const theirs: number[] = [];
  for (const { step } of sides) for (let count = 0; count < warmUp; count++) step();
  await peer?.ask(String(warmUp));
  for (let round = 0; round < rounds; round++) {
    for (const { step, times } of sides) for (let count = 0; count < stepsPerRound; count++) times.push(step());
    if (peer) theirs.push(...((await peer.ask(String(stepsPerRound))) as number[]));
  }
  peer?.end();
  process.stderr.write(
    `step: ${threads} threads, OMP_WAIT_POLICY=${process.env.OMP_WAIT_POLICY} on both sides; ours with the ` +
      `${allocatorStatistics().kind} allocator and ${fusedVectors()} loops, PyTorch with malloc\n`,
  );
  const peerTime = theirs.length > 0 ? median(theirs) : null;
  return sides.map(({ precision, times }) => {
    const ours = median(times);
    const name = precision === "float32" ? "step" : "step-bf16";
    return { name, unit: "ms", ours, peer: peerTime, ratio: peerTime === null ? null : ours / peerTime };
  });
}
