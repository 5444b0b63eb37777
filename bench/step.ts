/**
 * One training step of WideResNet-28-4: batch 64, 32 pixels, dropout 0.2, SGD with Nesterov momentum, label smoothing
 * 0.1, 2 threads, beside the same step in stock PyTorch (NCHW, float32). Ours begins with bytes, PyTorch's with images.
 */
import assert from "node:assert/strict";
import { hasBfloat16 } from "../src/engine/machine.ts";
import type { ComputeDtype } from "../src/nn/module.ts";
import { stream } from "../src/random/stream.ts";
import { trainStep } from "../src/train/step.ts";
import { tellMethod, useEngine } from "./method.ts";
import { startPeer } from "./peer.ts";
import { makePictures } from "./pictures.ts";
import { isQuick, measureInTurn, type Side } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";
import { makeTrainee } from "./trainee.ts";

const THREADS = 2;
const BATCH = 64;
const ROUNDS = isQuick ? 1 : 7;
const STEPS = isQuick ? 1 : 3; // in a round

/** Rows `step` and, where the processor computes with bfloat16, `step-bf16`: ms, the median of all steps. */
export async function run(): Promise<Row[]> {
  const engine = useEngine(THREADS);
  using peer = await startPeer("step", ["torch"]);
  const canBfloat16 = hasBfloat16();
  const precisions: ComputeDtype[] = canBfloat16 ? ["float32", "bfloat16"] : ["float32"];
  const ours = precisions.map(makeSteps);
  const medians = await measureInTurn(ROUNDS, peer ? [...ours, () => peer.measure(String(STEPS))] : ours);
  const peerTime = peer ? medians.at(-1)! : null;
  tellMethod(
    "step",
    engine,
    `peer: ${peer ? `${peer.program}, NCHW, float32, malloc` : "no PyTorch"}`,
    `${ROUNDS} rounds of ${STEPS} steps, median`,
  );
  return precisions.map((precision, index) =>
    makeRow(precision === "float32" ? "step" : "step-bf16", "ms", medians[index]!, peerTime),
  );
}

/** A function that makes the steps of a round and returns the time of each in ms. */
function makeSteps(precision: ComputeDtype): Side {
  const trainee = makeTrainee(28, 4, precision);
  const parameterCount = [...trainee.parameters.values()].reduce((sum, { elementCount }) => sum + elementCount, 0);
  assert.equal(parameterCount, 5_853_098); // as bench/peers/step.py: it is the same network
  const { store, labels } = makePictures(BATCH);
  const batch = { bytes: store.bytes, labels: BigInt64Array.from(labels, BigInt), count: BATCH, release() {} };
  let count = 0;
  let firstLoss: number | undefined;
  return () =>
    Array.from({ length: STEPS }, () => {
      const start = performance.now();
      const loss = trainStep(trainee, batch, 0.01, stream(0, "step", count++));
      const time = performance.now() - start;
      firstLoss ??= loss;
      assert.ok(count === 1 || loss < firstLoss, `the loss went from ${firstLoss} to ${loss}: the step does not learn`);
      return time;
    });
}
