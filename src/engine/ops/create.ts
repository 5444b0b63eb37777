/** New tensors. The dtype is always said: libtorch would make whole numbers int64. */
import { operator } from "../operator.ts";
import type { Dtype, Tensor } from "../tensor.ts";

const fullOperator = operator<[number[], { float: number } | number, Dtype, null, string], Tensor>(
  "aten::full(int[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
);
const arangeOperator = operator<[number, Dtype, null, string], Tensor>(
  "aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
);
const zerosLikeOperator = operator<[Tensor], Tensor>(
  "aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor",
);
const emptyLikeOperator = operator<[Tensor], Tensor>(
  "aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor",
);

/** [...shape], every element `value`. */
export function full(shape: readonly number[], value: number, dtype: Dtype = "float32", device = "cpu"): Tensor {
  return fullOperator([...shape], dtype.includes("float") ? { float: value } : value, dtype, null, device);
}

/** [...shape] of zeros. */
export function zeros(shape: readonly number[], dtype: Dtype = "float32", device = "cpu"): Tensor {
  return full(shape, 0, dtype, device);
}

/** [...shape] of ones. */
export function ones(shape: readonly number[], dtype: Dtype = "float32", device = "cpu"): Tensor {
  return full(shape, 1, dtype, device);
}

/** [count]: 0, 1, ... count-1. */
export function arange(count: number, dtype: Dtype = "int64", device = "cpu"): Tensor {
  return arangeOperator(count, dtype, null, device);
}

/** Zeros with shape, dtype, device and memory format of the other. */
export function zerosLike(tensor: Tensor): Tensor {
  return zerosLikeOperator(tensor);
}

/** Undefined elements with shape, dtype, device and memory format of the other. */
export function emptyLike(tensor: Tensor): Tensor {
  return emptyLikeOperator(tensor);
}
