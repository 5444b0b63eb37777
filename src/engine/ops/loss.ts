/** Losses of libtorch. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

/** How losses of a batch become one: values of libtorch's at::Reduction. */
const reductions = { none: 0, mean: 1, sum: 2 } as const;

const crossEntropyOperator = operator<[Tensor, Tensor, null, number, number, number], Tensor>(
  "aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100, float label_smoothing=0.) -> Tensor",
);

export interface CrossEntropyOptions {
  /** Share of every target that is spread evenly over all classes. */
  smoothing?: number;
  /** One number for the batch, or [N]. */
  reduction?: keyof typeof reductions;
}

/** Cross-entropy of class scores [N,K] with int64 classes [N], or with probabilities [N,K] of the scores' dtype. */
export function crossEntropy(scores: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { smoothing = 0, reduction = "mean" } = options;
  return crossEntropyOperator(scores, targets, null, reductions[reduction], -100, smoothing);
}

const squaredErrorOperator = operator<[Tensor, Tensor, number], Tensor>(
  "aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor",
);

/** Mean of the squared differences of all elements, []; both sides have one shape. */
export function meanSquaredError(a: Tensor, b: Tensor): Tensor {
  return squaredErrorOperator(a, b, reductions.mean);
}
