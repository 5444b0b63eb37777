/** Normalisation by statistics of the batch, or of each example. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Batch norm over dimension 1.  input [N,C,...], the rest [C] float32. In training it normalises with the batch's own
 * mean and biased variance and moves the running ones (with the unbiased variance) by `momentum`.
 * Arguments: input, weight, bias, running mean, running variance, training, momentum, epsilon, cuDNN.
 */
export const batchNorm = operator<
  [Tensor, Tensor | null, Tensor | null, Tensor | null, Tensor | null, boolean, number, number, boolean],
  Tensor
>(
  "aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor",
);

/** Layer norm over the last dimensions. Arguments: input, their shape, weight, bias, epsilon. */
export const layerNorm = operator<[Tensor, number[], Tensor | null, Tensor | null, number], Tensor>(
  "aten::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor",
);
