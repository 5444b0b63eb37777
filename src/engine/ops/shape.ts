/** Shapes, memory formats, dtypes and devices: views where possible, copies where needed. */
import { operator } from "../operator.ts";
import type { Dtype, Tensor } from "../tensor.ts";

/** How a 4-D tensor lies in memory: by channel, or by pixel with its channels side by side (fast on CPUs, see ops/convolution.ts). */
export type MemoryFormat = "contiguous" | "channels_last";

const permuteOperator = operator<[Tensor, number[]], Tensor>("aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)");
const reshapeOperator = operator<[Tensor, number[]], Tensor>("aten::reshape(Tensor(a) self, int[] shape) -> Tensor(a)");
const expandOperator = operator<[Tensor, number[]], Tensor>(
  "aten::expand(Tensor(a) self, int[] size, *, bool implicit=False) -> Tensor(a)",
);
const sliceOperator = operator<[Tensor, number, number | null, number | null], Tensor>(
  "aten::slice.Tensor(Tensor(a) self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor(a)",
);
const contiguousOperator = operator<[Tensor, MemoryFormat], Tensor>(
  "aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)",
);
const toDtype = operator<[Tensor, Dtype], Tensor>(
  "aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
);
const toDeviceOperator = operator<[Tensor, string, Dtype], Tensor>(
  "aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
);
const catOperator = operator<[Tensor[], number], Tensor>("aten::cat(Tensor[] tensors, int dim=0) -> Tensor");
const stackOperator = operator<[Tensor[], number], Tensor>("aten::stack(Tensor[] tensors, int dim=0) -> Tensor");

/** The same elements under another shape; one size may be -1. Copies only where it must. */
export function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  return reshapeOperator(tensor, [...shape]);
}

/** The dimensions in another order: a view. */
export function permute(tensor: Tensor, order: readonly number[]): Tensor {
  return permuteOperator(tensor, [...order]);
}

/** Dimensions of size 1 repeated to the shape: a view. */
export function expand(tensor: Tensor, shape: readonly number[]): Tensor {
  return expandOperator(tensor, [...shape]);
}

/** Elements [start, end) of a dimension: a view. */
export function slice(tensor: Tensor, dimension: number, start: number, end: number): Tensor {
  return sliceOperator(tensor, dimension, start, end);
}

/** All dimensions from `start` on as one: [N,C,1,1] -> [N,C]. */
export const flatten = operator<[Tensor, number], Tensor>(
  "aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)",
);

/** The elements of a dimension at an int64 index [I]. */
export const indexSelect = operator<[Tensor, number, Tensor], Tensor>(
  "aten::index_select(Tensor self, int dim, Tensor index) -> Tensor",
);

/** For each place of an int64 index, the element of that place along a dimension. */
export const gather = operator<[Tensor, number, Tensor], Tensor>(
  "aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor",
);

/** int64 class indices [N] -> [N,K] int64 of 0 and 1. */
export const oneHot = operator<[Tensor, number], Tensor>("aten::one_hot(Tensor self, int num_classes=-1) -> Tensor");

/** A tensor of its own memory with the elements of the other; gradients go through it. */
export const clone = operator<[Tensor], Tensor>(
  "aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor",
);

/** The same memory, without history. */
export const detach = operator<[Tensor], Tensor>("aten::detach(Tensor(a) self) -> Tensor(a)");

/** The tensor itself where it lies so already, else a copy that does. */
export function contiguous(tensor: Tensor, format: MemoryFormat = "contiguous"): Tensor {
  return contiguousOperator(tensor, format);
}

/** The tensor with another dtype; itself where it has it already. */
export function to(tensor: Tensor, dtype: Dtype): Tensor {
  return toDtype(tensor, dtype);
}

/** The tensor on another device; itself where it is there already. */
export function toDevice(tensor: Tensor, device: string): Tensor {
  return toDeviceOperator(tensor, device, tensor.dtype);
}

/** Tensors one after another along a dimension. */
export function concatenate(tensors: readonly Tensor[], dimension = 0): Tensor {
  return catOperator([...tensors], dimension);
}

/** Tensors of one shape along a new dimension. */
export function stack(tensors: readonly Tensor[], dimension = 0): Tensor {
  return stackOperator([...tensors], dimension);
}
