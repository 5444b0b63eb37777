/** Non-linear functions, element by element; and the softmax. */
import { operator } from "../operator.ts";
import type { Dtype, Tensor } from "../tensor.ts";

/** max(0, x). */
export const relu = operator<[Tensor], Tensor>("aten::relu(Tensor self) -> Tensor");

/** x · sigmoid(x). */
export const silu = operator<[Tensor], Tensor>("aten::silu(Tensor self) -> Tensor");

export const sigmoid = operator<[Tensor], Tensor>("aten::sigmoid(Tensor self) -> Tensor");

/** x · Φ(x), with the exact distribution function. */
export const gelu = operator<[Tensor], Tensor>('aten::gelu(Tensor self, *, str approximate="none") -> Tensor');

const softmaxOperator = operator<[Tensor, number, Dtype | null], Tensor>(
  "aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor",
);
const logSoftmaxOperator = operator<[Tensor, number, Dtype | null], Tensor>(
  "aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor",
);

/** Class scores [N,K] -> probabilities [N,K] that sum to 1. */
export function softmax(scores: Tensor): Tensor {
  return softmaxOperator(scores, -1, null);
}

/** Class scores [N,K] -> logarithms of their softmax. */
export function logSoftmax(scores: Tensor): Tensor {
  return logSoftmaxOperator(scores, -1, null);
}
