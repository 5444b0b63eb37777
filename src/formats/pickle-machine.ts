/** The machine that a pickle drives: a stack with marks, a memo, and limits on all of it. */
import type { PatinaError } from "../errors.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { hashable, textKey } from "./pickle-globals.ts";
import {
  isTuple,
  type PickleConstructor,
  PickleGlobal,
  type PickleGlobals,
  type PickleReading,
  type PickleValue,
} from "./pickle-value.ts";
import { damaged, hostile, quote } from "./refusal.ts";

/** What a persistent id stands for. */
export type PersistentHook = (id: PickleValue, reading: PickleReading) => PickleValue;

/** Hundreds for each of the 50,000 labels and names of a file of CIFAR; the memo takes 40 bytes a step. */
const STEP_LIMIT = 1 << 23;
/** Lists, tuples, dicts, sets and constructed values: one byte of the file makes one of some 250 bytes. */
const VALUE_LIMIT = 1 << 20;
/** Deeper than any state or configuration; who reads the result may recurse. */
const NESTING_LIMIT = 100;
const REMEDY = "Nothing of it was run. Save plain data instead, a model by its state_dict().";

export class PickleMachine implements PickleReading {
  readonly reader: ByteReader;
  readonly budget: MemoryBudget;
  readonly #globals: PickleGlobals;
  readonly #persistent: PersistentHook | undefined;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #named = new Map<string, PickleGlobal>();
  /** Who takes the state of a constructed value. */
  readonly #makers = new WeakMap<object, PickleConstructor>();
  #steps = 0;
  #values = 0;
  #at = 0;
  #result: PickleValue | undefined;

  constructor(
    reader: ByteReader,
    budget: MemoryBudget,
    globals: PickleGlobals,
    persistent: PersistentHook | undefined,
  ) {
    this.reader = reader;
    this.budget = budget;
    this.#globals = globals;
    this.#persistent = persistent;
  }

  /** The next opcode; undefined where the pickle has come to its end. */
  nextStep(): number | undefined {
    if (this.#result !== undefined) return undefined;
    if (++this.#steps > STEP_LIMIT) throw this.hostile(`has more than ${STEP_LIMIT} steps`);
    this.#at = this.reader.position;
    return this.reader.uint8();
  }

  damaged(what: string): PatinaError {
    return damaged(this.reader.name, `${what} (pickle, byte ${this.#at})`);
  }

  hostile(what: string): PatinaError {
    return hostile(this.reader.name, `${what} (pickle, byte ${this.#at})`, REMEDY);
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  /** Pushes a new list, tuple, dict or set, or what a constructor made. */
  pushMade(value: PickleValue): void {
    if (++this.#values > VALUE_LIMIT) throw this.hostile(`makes more than ${VALUE_LIMIT} lists, tuples and dicts`);
    this.#stack.push(value);
  }

  /** A count of bytes or elements as the file states it. */
  count(value: number): number {
    if (value < 0) throw this.damaged(`a negative count, ${value}`);
    return value;
  }

  /** The last value, which stays. */
  top(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw this.damaged("its stack is empty where a value is needed");
    return this.#stack.at(-1)!;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  /** The last `count` values, in their order. */
  popSome(count: number): PickleValue[] {
    if (this.#stack.length - count < (this.#marks.at(-1) ?? 0))
      throw this.damaged("its stack is empty where values are needed");
    return this.#stack.splice(this.#stack.length - count);
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** The values since the last mark, in their order. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.damaged("a mark is missing");
    return this.#stack.splice(mark);
  }

  /** POP: a mark goes as a value does. */
  drop(): void {
    if (this.#marks.length > 0 && this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(this.count(index), this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.damaged(`place ${index} of its memo is empty`);
    this.#stack.push(value);
  }

  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list) || Object.isFrozen(list)) throw this.damaged("something is appended to what is no list");
    for (const value of values) list.push(value); // not spread: a call takes some 100,000 arguments at most
  }

  setItems(keysAndValues: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || keysAndValues.length % 2 !== 0)
      throw this.damaged("keys and values are put into what is no dict");
    for (let index = 0; index < keysAndValues.length; index += 2)
      dict.set(textKey(keysAndValues[index]!, this), keysAndValues[index + 1]!);
  }

  addItems(values: readonly PickleValue[]): void {
    const set = this.top();
    if (!(set instanceof Set)) throw this.damaged("something is added to what is no set");
    for (const value of values) set.add(hashable(value, this));
  }

  /** @throws PatinaError `file-hostile` for whatever is not on the list. */
  pushGlobal(module: string, name: string): void {
    const label = `${module} ${name}`;
    let global = this.#named.get(label);
    if (global === undefined) {
      if (!this.#globals.has(label))
        throw this.hostile(`asks for Python's ${quote(`${module}.${name}`)}, which is neither plain data nor a tensor`);
      global = new PickleGlobal(label, this.#globals.get(label));
      this.#named.set(label, global);
    }
    this.#stack.push(global);
  }

  /** Calls what stands for a global. */
  call(global: PickleValue, args: PickleValue): void {
    if (!(global instanceof PickleGlobal) || !isTuple(args)) throw this.damaged("what is called is no global");
    if (global.stand === undefined) throw this.hostile(`calls Python's "${global.label}"`);
    const value = global.stand.construct(args, this);
    if (global.stand.build !== undefined) this.#makers.set(value as object, global.stand);
    this.pushMade(value);
  }

  /** Gives the last value its state. */
  build(state: PickleValue): void {
    const value = this.top();
    const maker = typeof value === "object" && value !== null ? this.#makers.get(value) : undefined;
    if (maker === undefined) throw this.damaged("a state is given to what has none");
    maker.build!(value, state, this);
  }

  pushPersistent(id: PickleValue): void {
    if (this.#persistent === undefined) throw this.hostile("refers to something outside of itself, by a persistent id");
    this.#stack.push(this.#persistent(id, this));
  }

  stop(): void {
    const result = this.pop();
    if (this.#stack.length + this.#marks.length > 0) throw this.damaged("it ends with values left over");
    this.#heightOf(result, 0, new Map());
    this.#result = result;
  }

  get result(): PickleValue {
    return this.#result!;
  }

  /** How deep a value is nested, checking the limit; what contains itself goes beyond every limit. */
  #heightOf(value: PickleValue, depth: number, known: Map<PickleValue, number>): number {
    if (typeof value !== "object" || value === null || !(Symbol.iterator in value) || value instanceof Uint8Array)
      return 0;
    let height = known.get(value) ?? 0;
    if (depth + height >= NESTING_LIMIT)
      throw this.hostile(`is nested deeper than ${NESTING_LIMIT} levels, or contains itself`);
    if (height > 0) return height;
    height = 1;
    const parts = value instanceof Map ? [value.keys(), value.values()] : [value];
    for (const part of parts)
      for (const inner of part as Iterable<PickleValue>)
        height = Math.max(height, 1 + this.#heightOf(inner, depth + 1, known));
    known.set(value, height);
    return height;
  }
}
