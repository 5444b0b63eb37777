/** Many elements to few. Without dimensions: over all, to a single number []. */
import { operator } from "../operator.ts";
import type { Dtype, Tensor } from "../tensor.ts";

const sumAll = operator<[Tensor, Dtype | null], Tensor>("aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor");
const sumOver = operator<[Tensor, number[], boolean, Dtype | null], Tensor>(
  "aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
);
const meanAll = operator<[Tensor], Tensor>("aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor");
const meanOver = operator<[Tensor, number[], boolean], Tensor>(
  "aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
);
const argmaxOver = operator<[Tensor, number, boolean], Tensor>(
  "aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor",
);
const largestAll = operator<[Tensor], Tensor>("aten::max(Tensor self) -> Tensor");
const normOver = operator<[Tensor, number], Tensor>(
  "aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
);

export interface Over {
  /** The dimensions to sum over; negative ones count from the end. */
  dimensions: readonly number[];
  /** Whether they stay, with size 1. */
  keep?: "kept";
}

export function sum(tensor: Tensor, over?: Over, dtype: Dtype | null = null): Tensor {
  return over === undefined
    ? sumAll(tensor, dtype)
    : sumOver(tensor, [...over.dimensions], over.keep === "kept", dtype);
}

export function mean(tensor: Tensor, over?: Over): Tensor {
  return over === undefined ? meanAll(tensor) : meanOver(tensor, [...over.dimensions], over.keep === "kept");
}

/** Index of the largest element along a dimension, int64; the first of equals. */
export function argmax(tensor: Tensor, dimension = -1): Tensor {
  return argmaxOver(tensor, dimension, false);
}

/** The largest of all elements, []. */
export function largest(tensor: Tensor): Tensor {
  return largestAll(tensor);
}

/** Euclidean length of all elements, []. */
export function norm(tensor: Tensor): Tensor {
  return normOver(tensor, 2);
}

/** Whether shapes and all elements are equal. */
export const isEqual = operator<[Tensor, Tensor], boolean>("aten::equal(Tensor self, Tensor other) -> bool");

/** true where an element is neither infinite nor NaN. */
export const finiteElements = operator<[Tensor], Tensor>("aten::isfinite(Tensor self) -> Tensor");

/** Whether all elements are true. */
export const all = operator<[Tensor], Tensor>("aten::all(Tensor self) -> Tensor");
