/** The smallest operator: adding two 4x4 tensors and ending the result, on one thread, beside the same in Python. */
import assert from "node:assert/strict";
import { noGrad } from "../src/engine/autograd.ts";
import { add } from "../src/engine/ops/arithmetic.ts";
import { type Tensor, tensorFrom } from "../src/engine/tensor.ts";
import { tellMethod, useEngine } from "./method.ts";
import { startPeer } from "./peer.ts";
import { isQuick, measureInTurn } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

const ROUNDS = isQuick ? 1 : 21;
const CALLS = isQuick ? 2000 : 50_000; // in a round

/** Row `add`: µs a call, the median of the rounds. */
export async function run(): Promise<Row[]> {
  const engine = useEngine(1);
  using peer = await startPeer("op", ["torch"]);
  using a = tensorFrom(
    Float32Array.from({ length: 16 }, (_, index) => index),
    [4, 4],
  );
  using b = tensorFrom(new Float32Array(16).fill(0.5), [4, 4]);
  using sum = add(a, b);
  assert.deepEqual(
    [...sum.toFloat32Array()],
    [...a.toFloat32Array()].map((value) => value + 0.5),
  );
  const ours = () => [noGrad(() => timeAdding(a, b))];
  const medians = await measureInTurn(ROUNDS, peer ? [ours, () => peer.measure(String(CALLS))] : [ours]);
  const program = `peer: ${peer?.program ?? "no PyTorch"}`;
  tellMethod(
    "op",
    engine,
    program,
    "nothing recorded for gradients on either side",
    `${ROUNDS} rounds of ${CALLS} calls, median`,
  );
  return [makeRow("add", "us", medians[0]!, medians[1] ?? null)];
}

function timeAdding(a: Tensor, b: Tensor): number {
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) add(a, b).dispose();
  return (1000 * (performance.now() - start)) / CALLS;
}
