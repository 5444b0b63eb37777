/** The plain array that every format reads into and writes from: no library, no device, only bytes. */
import { PatinaError } from "../errors.ts";

/** Element types, named as numpy and PyTorch name them. */
export type ArrayDtype =
  | "bool"
  | "uint8"
  | "int8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64";

/** An array in row-major order, little-endian, without gaps: `bytes.length` is elements times bytes of one. */
export interface PlainArray {
  dtype: ArrayDtype;
  shape: number[];
  bytes: Uint8Array;
}

/** Bytes of one element. */
export const ITEM_BYTES: Readonly<Record<ArrayDtype, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/** Most dimensions an array may have, as in numpy 2. */
export const DIMENSION_LIMIT = 64;

/**
 * Bytes that an array of this type and shape takes, or undefined where the shape is no shape (negative, fractional,
 * too many dimensions) or the product leaves the exact integers.
 */
export function byteCount(dtype: ArrayDtype, shape: readonly number[]): number | undefined {
  if (shape.length > DIMENSION_LIMIT) return undefined;
  let count = ITEM_BYTES[dtype];
  let isEmpty = false;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    // An empty dimension must not hide an absurd one beside it: [0, 2^60] is refused as [2^60] is.
    if (size === 0) isEmpty = true;
    else count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return isEmpty ? 0 : count;
}

/** @throws PatinaError `argument` where bytes and shape disagree: every writer asks this first. */
export function checkArray(array: PlainArray, name: string): void {
  const expected = byteCount(array.dtype, array.shape);
  if (expected !== array.bytes.length)
    throw new PatinaError(
      "argument",
      `${name}: ${array.dtype}[${array.shape.join(",")}] takes ${expected ?? "no countable number of"} bytes, ` +
        `but ${array.bytes.length} are given. Make shape and bytes agree.`,
    );
}

export type NumberView =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

const VIEWS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The elements as a typed array; float16 and bfloat16 as their bits. Copies only where the bytes lie unaligned. */
export function viewOf(array: PlainArray): NumberView {
  const View = VIEWS[array.dtype];
  const isAligned = array.bytes.byteOffset % View.BYTES_PER_ELEMENT === 0;
  const bytes = isAligned ? array.bytes : new Uint8Array(array.bytes);
  return new View(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / View.BYTES_PER_ELEMENT);
}

/**
 * The elements as numbers, whatever the type.
 * @throws PatinaError `data` where a 64-bit integer is beyond 2^53: a number could not hold it exactly.
 */
export function numbersOf(array: PlainArray): Float64Array {
  const view = viewOf(array);
  if (array.dtype === "float16") return Float64Array.from(view as Uint16Array, halfToNumber);
  if (array.dtype === "bfloat16") return Float64Array.from(view as Uint16Array, brainToNumber);
  if (view instanceof BigInt64Array || view instanceof BigUint64Array) {
    const numbers = new Float64Array(view.length);
    for (const [index, value] of view.entries()) {
      numbers[index] = Number(value);
      if (!Number.isSafeInteger(numbers[index]))
        throw new PatinaError("data", `element ${index} is ${value}, beyond 2^53. Store smaller integers.`);
    }
    return numbers;
  }
  return Float64Array.from(view);
}

/** The value of IEEE 754 half-precision bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const brainBits = new Uint32Array(1);
const brainValue = new Float32Array(brainBits.buffer);

/** The value of bfloat16 bits: the upper half of a float32. */
function brainToNumber(bits: number): number {
  brainBits[0] = bits << 16;
  return brainValue[0]!;
}

/** Reverses the bytes of every element in place: big-endian files become little-endian arrays. */
export function swapByteOrder(bytes: Uint8Array, itemBytes: number): void {
  for (let start = 0; start < bytes.length; start += itemBytes) bytes.subarray(start, start + itemBytes).reverse();
}
