/** PyTorch's default initial weights, drawn from a stream. */
import { type Tensor, tensorFrom } from "../engine/tensor.ts";
import type { Stream } from "../random/stream.ts";

/** Independent draws from U(-bound, bound), float32. */
export function uniformTensor(stream: Stream, shape: readonly number[], bound: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const numbers = new Float32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = (2 * stream.uniform() - 1) * bound;
  return tensorFrom(numbers, shape);
}

/**
 * The bound of PyTorch's default for weights and biases of convolutions and linear layers: 1/√(inputs of one output).
 * Source: torch.nn.modules.conv and linear, reset_parameters (Kaiming uniform with a = √5).
 */
export function defaultBound(fanIn: number): number {
  return 1 / Math.sqrt(fanIn);
}
