/** What comes out of a pickle, and what stands for Python's globals while it is read. */
import type { PatinaError } from "../errors.ts";
import { DIMENSION_LIMIT, type PlainArray } from "./array.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { quote } from "./refusal.ts";

/**
 * Python's values as plain data: None is null, int a number (a bigint beyond 2^53), bytes and bytearray a Uint8Array,
 * list an array, tuple a frozen array, dict a Map, set a Set, a numpy array or a tensor a PlainArray, and the strings of
 * Python 2 text with one character a byte, or bytes where they are longer than 64 KiB. Nothing contains itself, but a part may occur at many places.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | ReadonlySet<PickleValue>
  | PlainArray
  | PickleObject;

/** What is no plain data: a class, a dtype, a storage. Known to the constructors that deal in it; opaque to others. */
export abstract class PickleObject {
  /** For messages, such as `numpy ndarray`. */
  abstract readonly label: string;
}

/** What a constructor may ask of the reading that calls it. */
export interface PickleReading {
  readonly budget: MemoryBudget;
  /** An error that says what is wrong, where. */
  damaged(what: string): PatinaError;
}

/** What stands for a global of Python, in our own code: nothing is looked up or run. */
export interface PickleConstructor {
  /** Makes the value that Python's call with these arguments would give. */
  construct(args: readonly PickleValue[], reading: PickleReading): PickleValue;
  /** Takes over the state that follows the construction of some values. */
  build?(value: PickleValue, state: PickleValue, reading: PickleReading): void;
}

/** "module name" to what stands for it; undefined for a class that is only named, never called. */
export type PickleGlobals = ReadonlyMap<string, PickleConstructor | undefined>;

/** A global of the allow-list. */
export class PickleGlobal extends PickleObject {
  readonly label: string;
  readonly stand: PickleConstructor | undefined;

  constructor(label: string, stand: PickleConstructor | undefined) {
    super();
    this.label = label;
    this.stand = stand;
  }
}

export const isTuple = (value: PickleValue | undefined): value is readonly PickleValue[] =>
  Array.isArray(value) && Object.isFrozen(value);

export const isMap = (value: PickleValue | undefined): value is ReadonlyMap<PickleValue, PickleValue> =>
  value instanceof Map;

/** Whether it is a numpy array or a tensor. */
export const isArray = (value: PickleValue | undefined): value is PlainArray =>
  typeof value === "object" && value !== null && "dtype" in value && "bytes" in value;

/** A value as a short text for messages; of containers only the kind, since their parts may be without end. */
export function describeValue(value: PickleValue | undefined): string {
  if (typeof value === "string") return quote(value);
  if (value === null || value === undefined) return "nothing";
  if (typeof value !== "object") return String(value);
  return value instanceof PickleObject ? value.label : "something of parts";
}

/** A tuple of numbers, as shapes and strides are; undefined where it is none, or too long for one. */
export function sizesOf(value: PickleValue | undefined): number[] | undefined {
  const isSizes = isTuple(value) && value.length <= DIMENSION_LIMIT && value.every((size) => typeof size === "number");
  return isSizes ? ([...value] as number[]) : undefined;
}
