/** The globals of numpy, versions 1 and 2: arrays, scalars, dtypes. Source: numpy's __reduce__ and __setstate__. */
import { byteCount, numbersOf, type PlainArray, viewOf } from "./array.ts";
import { arrayFromNpy, parseDescriptor, unsupportedDtype } from "./npy.ts";
import { latin1Bytes } from "./pickle-globals.ts";
import { exactInteger } from "./pickle-text.ts";
import {
  isTuple,
  type PickleConstructor,
  PickleObject,
  type PickleReading,
  type PickleValue,
  sizesOf,
} from "./pickle-value.ts";

/** numpy.dtype; its byte order comes after it, as its state. */
class NumpyDtype extends PickleObject {
  readonly code: string;
  order = "|";

  constructor(code: string) {
    super();
    this.code = code;
  }

  get label(): string {
    return `dtype ${this.order}${this.code}`;
  }
}

/** dtype(code, align, copy), then the state (version, byte order, sub-array, names, fields, ...). */
const dtype: PickleConstructor = {
  construct([code], reading) {
    if (typeof code !== "string" || code.length > 16) throw reading.damaged("a numpy dtype has no code");
    return new NumpyDtype(code);
  },
  build(value, state, reading) {
    const [, order, subArray, names] = isTuple(state) ? state : [];
    if (typeof order !== "string" || !/^[<>|=]$/.test(order)) throw reading.damaged("a numpy dtype has no byte order");
    if (subArray !== null || names !== null) throw unsupportedDtype(reading.budget.name, undefined);
    (value as NumpyDtype).order = order;
  },
};

/** An array without elements, to which its state brings ([version,] shape, dtype, is column-major, bytes). */
const reconstruct: PickleConstructor = {
  construct: () => ({ dtype: "uint8", shape: [0], bytes: new Uint8Array(0) }) satisfies PlainArray,
  build(value, state, reading) {
    const parts = isTuple(state) ? state.slice(-4) : [];
    const [shape, type, fortran, data] = parts;
    const bytes = typeof data === "string" ? latin1Bytes(data, reading) : data;
    Object.assign(value as PlainArray, arrayOf(type, shape, fortran, bytes, reading));
  },
};

/** Protocol 5: the array at once, of (bytes, dtype, shape, order). */
const fromBuffer: PickleConstructor = {
  construct: ([bytes, type, shape, order], reading) => arrayOf(type, shape, order === "F", bytes, reading),
};

/** A number of (dtype, bytes). */
const scalar: PickleConstructor = {
  construct([type, data], reading) {
    const bytes = typeof data === "string" ? latin1Bytes(data, reading) : data;
    const array = arrayOf(type, Object.freeze([]), false, bytes, reading);
    if (array.dtype === "bool") return array.bytes[0] !== 0;
    const element = viewOf(array)[0]!;
    return typeof element === "bigint" ? exactInteger(element) : numbersOf(array)[0]!;
  },
};

/** numpy 2 moved its inner modules. */
const modules = ["numpy.core", "numpy._core"];

export const numpyGlobals: ReadonlyMap<string, PickleConstructor | undefined> = new Map([
  ["numpy dtype", dtype],
  ["numpy ndarray", undefined],
  ...modules.flatMap((module): [string, PickleConstructor][] => [
    [`${module}.multiarray _reconstruct`, reconstruct],
    [`${module}.multiarray scalar`, scalar],
    [`${module}.numeric _frombuffer`, fromBuffer],
  ]),
]);

function arrayOf(
  type: PickleValue | undefined,
  shape: PickleValue | undefined,
  fortran: PickleValue | undefined,
  bytes: PickleValue | undefined,
  reading: PickleReading,
): PlainArray {
  if (!(type instanceof NumpyDtype)) throw reading.damaged("a numpy array has no dtype");
  const descriptor = `${type.order}${type.code}`;
  const known = parseDescriptor(descriptor);
  if (known === undefined) throw unsupportedDtype(reading.budget.name, descriptor);
  const sizes = sizesOf(shape);
  if (sizes === undefined || !(bytes instanceof Uint8Array) || typeof fortran !== "boolean")
    throw reading.damaged("a numpy array has no shape, order or bytes");
  const expected = byteCount(known.dtype, sizes);
  if (expected !== bytes.length)
    throw reading.damaged(
      `a numpy array ${known.dtype}[${sizes}] takes ${expected ?? "no countable number of"} bytes, ${bytes.length} are there`,
    );
  if (known.bigEndian || fortran) reading.budget.spend(2 * expected);
  return arrayFromNpy({ ...known, shape: sizes, fortran }, bytes);
}
