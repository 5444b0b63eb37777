/** Element by element. Shapes are broadcast; both sides have one dtype and one device. A trailing _ writes to the first. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

type Unary = [Tensor];
type WithTensor = [Tensor, Tensor];
type WithNumber = [Tensor, number];

const addTensor = operator<WithTensor, Tensor>(
  "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
);
const addNumber = operator<WithNumber, Tensor>("aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor");
const subTensor = operator<WithTensor, Tensor>(
  "aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
);
const subNumber = operator<WithNumber, Tensor>("aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor");
const mulTensor = operator<WithTensor, Tensor>("aten::mul.Tensor(Tensor self, Tensor other) -> Tensor");
const mulNumber = operator<WithNumber, Tensor>("aten::mul.Scalar(Tensor self, Scalar other) -> Tensor");
const divTensor = operator<WithTensor, Tensor>("aten::div.Tensor(Tensor self, Tensor other) -> Tensor");
const divNumber = operator<WithNumber, Tensor>("aten::div.Scalar(Tensor self, Scalar other) -> Tensor");
const powNumber = operator<WithNumber, Tensor>("aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor");

export function add(a: Tensor, b: Tensor | number): Tensor {
  return typeof b === "number" ? addNumber(a, b) : addTensor(a, b);
}

export function sub(a: Tensor, b: Tensor | number): Tensor {
  return typeof b === "number" ? subNumber(a, b) : subTensor(a, b);
}

export function mul(a: Tensor, b: Tensor | number): Tensor {
  return typeof b === "number" ? mulNumber(a, b) : mulTensor(a, b);
}

/** a / b; whole numbers become floats. */
export function div(a: Tensor, b: Tensor | number): Tensor {
  return typeof b === "number" ? divNumber(a, b) : divTensor(a, b);
}

/** a to the power of a number. */
export function power(a: Tensor, exponent: number): Tensor {
  return powNumber(a, exponent);
}

export const negative = operator<Unary, Tensor>("aten::neg(Tensor self) -> Tensor");
export const exponential = operator<Unary, Tensor>("aten::exp(Tensor self) -> Tensor");
export const logarithm = operator<Unary, Tensor>("aten::log(Tensor self) -> Tensor");
export const squareRoot = operator<Unary, Tensor>("aten::sqrt(Tensor self) -> Tensor");
export const reciprocalSquareRoot = operator<Unary, Tensor>("aten::rsqrt(Tensor self) -> Tensor");
export const absolute = operator<Unary, Tensor>("aten::abs(Tensor self) -> Tensor");
/** To the nearest whole number, halves to the even one. */
export const round = operator<Unary, Tensor>("aten::round(Tensor self) -> Tensor");

/** Limited to [low, high]; null is no limit. */
export const clamp = operator<[Tensor, number | null, number | null], Tensor>(
  "aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor",
);

/** condition ? a : b, element by element; the condition is bool. */
export const where = operator<[Tensor, Tensor, Tensor], Tensor>(
  "aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor",
);

export const equals = operator<WithTensor, Tensor>("aten::eq.Tensor(Tensor self, Tensor other) -> Tensor");
export const greaterOrEqual = operator<WithNumber, Tensor>("aten::ge.Scalar(Tensor self, Scalar other) -> Tensor");

const addInPlaceTensor = operator<[Tensor, Tensor, number], Tensor>(
  "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
);
const addInPlaceNumber = operator<[Tensor, number, number], Tensor>(
  "aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
);
const mulInPlaceTensor = operator<WithTensor, Tensor>("aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)");
const mulInPlaceNumber = operator<WithNumber, Tensor>("aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)");

/** a += factor * b. */
export function add_(a: Tensor, b: Tensor | number, factor = 1): Tensor {
  return typeof b === "number" ? addInPlaceNumber(a, b, factor) : addInPlaceTensor(a, b, factor);
}

export function mul_(a: Tensor, b: Tensor | number): Tensor {
  return typeof b === "number" ? mulInPlaceNumber(a, b) : mulInPlaceTensor(a, b);
}

/** a += weight * (b - a). */
export const lerp_ = operator<[Tensor, Tensor, number], Tensor>(
  "aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)",
);

/** Overwrites a with b, converting dtype and device; shapes broadcast. */
export const copy_ = operator<WithTensor, Tensor>(
  "aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)",
);

export const zero_ = operator<Unary, Tensor>("aten::zero_(Tensor(a!) self) -> Tensor(a!)");
