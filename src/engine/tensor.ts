/** Tensors: a handle into the addon's table, with a shape, a dtype and a device. What is done to them stands in ops/. */
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import { watchLeak } from "./leak-check.ts";
import { type Dtype, native, type TypedArray } from "./native.ts";
import { forget, track } from "./scope.ts";

export type { Dtype, TypedArray } from "./native.ts";

/**
 * One tensor of libtorch. It lives until its scope ends, or until `dispose()`; `using` works too. Garbage collection
 * never frees it: a training loop is synchronous, so finalizers would come too late.
 */
export class Tensor {
  /** Its place in the addon's table; an error to use after the tensor's end. */
  readonly handle: number;

  /** Takes over a handle of the addon. For the engine; tensors are made by `tensorFrom` and the operators. */
  constructor(handle: number) {
    this.handle = handle;
    track(handle);
    watchLeak(this);
  }

  /** Sizes; [] for a single number. */
  get shape(): number[] {
    return native().shape(this.handle);
  }

  /** Steps between neighbours in each dimension, in elements. */
  get strides(): number[] {
    return native().strides(this.handle);
  }

  get dtype(): Dtype {
    return native().dtype(this.handle);
  }

  /** "cpu", "cuda:0", ... */
  get device(): string {
    return native().device(this.handle);
  }

  get elementCount(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Whether gradients are recorded for it. Setting it is for leaves: parameters and inputs. */
  get requiresGradient(): boolean {
    return native().requiresGradient(this.handle);
  }

  set requiresGradient(on: boolean) {
    native().setRequiresGradient(this.handle, on);
  }

  /** Whether it can still be used. */
  get isLive(): boolean {
    return native().isLive(this.handle);
  }

  /** Its single element. @throws PatinaError `argument` where it has several. */
  item(): number {
    return Number(native().item(this.handle));
  }

  /** A copy of its elements in row-major order, in the typed array of its dtype (16-bit floats as bits). */
  toArray(): TypedArray {
    const array = new arrayTypes[this.dtype](this.elementCount);
    native().copyTo(this.handle, array);
    return array;
  }

  /** A copy of the elements of a float32 tensor. @throws PatinaError `argument` for another dtype. */
  toFloat32Array(): Float32Array {
    if (this.dtype !== "float32")
      throw new PatinaError(
        "argument",
        `toFloat32Array: the tensor is ${this.dtype}. Convert it with to(tensor, "float32").`,
      );
    return this.toArray() as Float32Array;
  }

  /** Ends it now. @throws PatinaError `handle` where it has ended already. */
  dispose(): void {
    native().release(this.handle);
    forget(this.handle);
  }

  [Symbol.dispose](): void {
    if (this.isLive) this.dispose();
  }
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} satisfies Record<Dtype, new (length: number) => TypedArray>;

/** The dtype that a typed array holds where none is said. */
function dtypeOf(array: TypedArray): Dtype {
  for (const [dtype, type] of Object.entries(arrayTypes) as [Dtype, (typeof arrayTypes)[Dtype]][])
    if (array instanceof type && dtype !== "float16" && dtype !== "bfloat16") return dtype;
  throw new PatinaError("argument", "tensorFrom: a Uint16Array holds float16 or bfloat16: say which.");
}

/**
 * A tensor on the CPU with a copy of the array's elements, row-major.
 * @throws PatinaError `argument` where length and shape disagree.
 */
export function tensorFrom(array: TypedArray, shape: readonly number[], dtype: Dtype = dtypeOf(array)): Tensor {
  return new Tensor(native().copyFrom(array, dtype, shape));
}

/** A tensor on the CPU from plain numbers. */
export function tensorOf(numbers: readonly number[], shape: readonly number[] = [numbers.length]): Tensor {
  return tensorFrom(Float32Array.from(numbers), shape);
}

/**
 * A tensor on the CPU that uses the array's own memory: nothing is copied, and what is written to one shows in the other.
 * The array is kept alive as long as the tensor, but may not be transferred to another thread: its memory goes with it.
 * A SharedArrayBuffer works too, as long as nobody writes meanwhile.
 * @throws PatinaError `argument` where length and shape disagree.
 */
export function viewOf(array: TypedArray, shape: readonly number[], dtype: Dtype = dtypeOf(array)): Tensor {
  return new Tensor(native().viewOf(array, dtype, shape));
}

/** The tensor's elements as plain data, for files. */
export function toPlain(tensor: Tensor): PlainArray {
  const array = tensor.toArray();
  return {
    dtype: tensor.dtype,
    shape: tensor.shape,
    bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  };
}

/** A tensor on the CPU from plain data. @throws PatinaError `weights` for dtypes that libtorch has not. */
export function fromPlain(plain: PlainArray): Tensor {
  if (!(plain.dtype in arrayTypes))
    throw new PatinaError("weights", `libtorch has no tensors of ${plain.dtype}. Convert the array first.`);
  const dtype = plain.dtype as Dtype;
  return new Tensor(native().copyFrom(plain.bytes, dtype, plain.shape));
}
