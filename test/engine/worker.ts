/** Run in a worker by tensor.test.ts: the gradient of a sum, [start², 1]. */
import { parentPort, workerData } from "node:worker_threads";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { mul } from "../../src/engine/ops/arithmetic.ts";
import { sum } from "../../src/engine/ops/reduce.ts";
import { tensorOf } from "../../src/engine/tensor.ts";

const x = tensorOf([1, workerData]);
const y = tensorOf([workerData, 1]);
x.requiresGradient = true;
backward(sum(mul(x, mul(y, y))));
const [first, second] = gradientOf(x)!.toFloat32Array();
parentPort!.postMessage(first! + second!);
