/** Products of matrices. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

/** a b.  [M,K], [K,N] -> [M,N]; leading dimensions are batches. */
export const matmul = operator<[Tensor, Tensor], Tensor>("aten::matmul(Tensor self, Tensor other) -> Tensor");

/** x wᵀ + b.  x [...,I], w [O,I], b [O] -> [...,O]. */
export const linear = operator<[Tensor, Tensor, Tensor | null], Tensor>(
  "aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor",
);
