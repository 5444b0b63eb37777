/** The globals of plain data: what Python's own types ask for when they are pickled. */
import { isMap, type PickleConstructor, type PickleReading, type PickleValue } from "./pickle-value.ts";

/** What an entry of a Map takes in V8, about. */
const ELEMENT_BYTES = 48;

/** dict and its kin: of nothing, of pairs, of another dict. */
const dict: PickleConstructor = {
  construct([content], reading) {
    if (content === undefined) return new Map();
    if (isMap(content)) return new Map(spendOn(content, reading));
    const pairs = new Map<PickleValue, PickleValue>();
    for (const pair of spendOn(listOf(content, reading), reading)) {
      const [key, value, ...rest] = listOf(pair, reading);
      if (key === undefined || value === undefined || rest.length > 0)
        throw reading.damaged("a dict is made of what are no pairs");
      pairs.set(textKey(key, reading), value);
    }
    return pairs;
  },
  build() {}, // attributes beside the entries, such as the _metadata of a state dict: no data
};

const set: PickleConstructor = {
  construct([content = []], reading) {
    return new Set(spendOn(listOf(content, reading), reading).map((element) => hashable(element, reading)));
  },
};

/** bytes and bytearray: of nothing, of bytes, of text and its encoding. */
const bytes: PickleConstructor = {
  construct([content, encoding], reading) {
    if (content === undefined) return new Uint8Array(0);
    if (content instanceof Uint8Array) return content;
    return encode(content, encoding, reading);
  },
};

/** How protocols 0 to 2 carry bytes: as text of one character a byte. */
const encoder: PickleConstructor = {
  construct: ([text, encoding], reading) => encode(text, encoding, reading),
};

/** argparse.Namespace: its attributes as a dict. */
const namespace: PickleConstructor = {
  construct: () => new Map(),
  build(value, state, reading) {
    if (!isMap(state)) throw reading.damaged("a Namespace has no attributes");
    for (const [key, attribute] of spendOn(state, reading))
      (value as Map<PickleValue, PickleValue>).set(key, attribute);
  },
};

const names: Readonly<Record<string, PickleConstructor>> = { set, frozenset: set, bytes, bytearray: bytes };

export const plainGlobals: ReadonlyMap<string, PickleConstructor> = new Map<string, PickleConstructor>([
  ["collections OrderedDict", dict],
  ["collections Counter", dict], // milestones of PyTorch's MultiStepLR
  ["argparse Namespace", namespace],
  ["_codecs encode", encoder],
  ...Object.entries(names).flatMap(([name, stand]): [string, PickleConstructor][] => [
    [`builtins ${name}`, stand],
    [`__builtin__ ${name}`, stand], // Python 2, and protocols up to 2
  ]),
]);

/** The bytes of Latin-1 text, which takes one a character. */
export function latin1Bytes(text: string, reading: PickleReading): Uint8Array {
  if (/[^\0-\xff]/.test(text)) throw reading.damaged("bytes are given as text with characters beyond 255");
  reading.budget.spend(text.length);
  return Buffer.from(text, "latin1");
}

/** A key or an element of a set, as Python takes it. */
export function hashable(value: PickleValue, reading: PickleReading): PickleValue {
  const isChangeable = Array.isArray(value) && !Object.isFrozen(value);
  if (isChangeable || isMap(value)) throw reading.damaged("a list or dict serves as a key, which Python refuses");
  return value;
}

/** A key of a dict; bytes become text of one character a byte, so that Python 2 and 3 give the same keys. */
export function textKey(key: PickleValue, reading: PickleReading): PickleValue {
  if (!(key instanceof Uint8Array)) return hashable(key, reading);
  reading.budget.spend(key.length);
  return Buffer.from(key).toString("latin1");
}

/** Counts the memory of a copy of these elements before it is made. */
function spendOn<T extends readonly unknown[] | ReadonlyMap<unknown, unknown>>(elements: T, reading: PickleReading): T {
  const count = "size" in elements ? elements.size : elements.length;
  reading.budget.spend(count * ELEMENT_BYTES);
  return elements;
}

function listOf(value: PickleValue, reading: PickleReading): readonly PickleValue[] {
  if (Array.isArray(value)) return value as readonly PickleValue[];
  throw reading.damaged("a list is expected in a call");
}

function encode(text: PickleValue | undefined, encoding: PickleValue | undefined, reading: PickleReading): Uint8Array {
  if (typeof text !== "string" || !(typeof encoding === "string" && /^latin[-_]?1$/.test(encoding)))
    throw reading.damaged("bytes are made of something other than Latin-1 text");
  return latin1Bytes(text, reading);
}
