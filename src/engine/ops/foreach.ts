/** One operator over many tensors: fewer launches on a GPU. On CPUs those of fused-optimizer.ts are faster (engine.md 5.2). */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

type List = Tensor[];

/** aᵢ += factor · bᵢ. */
export const foreachAdd_ = operator<[List, List, number], void>(
  "aten::_foreach_add_.List(Tensor(a!)[] self, Tensor[] other, *, Scalar alpha=1) -> ()",
);

/** aᵢ *= factor. */
export const foreachMul_ = operator<[List, number], void>(
  "aten::_foreach_mul_.Scalar(Tensor(a!)[] self, Scalar scalar) -> ()",
);

/** factor · aᵢ. */
export const foreachMul = operator<[List, number], List>(
  "aten::_foreach_mul.Scalar(Tensor[] self, Scalar scalar) -> Tensor[]",
);

/** aᵢ += factor · bᵢ · cᵢ. */
export const foreachAddcmul_ = operator<[List, List, List, number], void>(
  "aten::_foreach_addcmul_.Scalar(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Scalar value=1) -> ()",
);

/** aᵢ += factor · bᵢ / cᵢ. */
export const foreachAddcdiv_ = operator<[List, List, List, number], void>(
  "aten::_foreach_addcdiv_.Scalar(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Scalar value=1) -> ()",
);

export const foreachSqrt = operator<[List], List>("aten::_foreach_sqrt(Tensor[] self) -> Tensor[]");

/** Euclidean length of each. */
export const foreachNorm = operator<[List, number], List>(
  "aten::_foreach_norm.Scalar(Tensor[] self, Scalar ord=2) -> Tensor[]",
);

/** aᵢ += number. */
export const foreachAddNumber_ = operator<[List, number], void>(
  "aten::_foreach_add_.Scalar(Tensor(a!)[] self, Scalar scalar) -> ()",
);
