/** The classification loss. */
import { crossEntropy } from "../engine/ops/loss.ts";
import { to } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";

/**
 * Mean cross-entropy of class scores [N,K], computed in float32, with smoothed targets: t ← (1-s)·t + s/K.
 * @param targets classes [N] int64, or probabilities [N,K] float32 (mixed pictures, method.md 5.5)
 * @param smoothing s, in [0,1]; 0 in evaluation (method.md 11, B22)
 */
export function classificationLoss(scores: Tensor, targets: Tensor, smoothing = 0): Tensor {
  return crossEntropy(to(scores, "float32"), targets, { smoothing });
}
