/** The opcodes of protocols 0 to 5. Source: pickletools and pickle.py of CPython 3.13. */
import type { PickleMachine } from "./pickle-machine.ts";
import { exactInteger, parseFloatLine, parseInteger, parseQuoted, parseRawUnicode } from "./pickle-text.ts";
import type { PickleValue } from "./pickle-value.ts";

type Step = (machine: PickleMachine) => void;

const HIGHEST_PROTOCOL = 5;
/** Bytes of the largest integer; real ones have 8, or 10 for PyTorch's magic number. */
const INTEGER_LIMIT = 256;
/** Characters of the longest string of V8. */
const STRING_LIMIT = 2 ** 29 - 24;
/** Longer strings of Python 2 are data of arrays (30 MB in CIFAR's files), which as text would take twice the memory. */
const TEXT_LIMIT = 1 << 16;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const opcodes: Readonly<Record<string, readonly [code: number, step: Step]>> = {
  // Frame and end
  PROTO: [
    0x80,
    (m) => {
      const protocol = m.reader.uint8();
      if (protocol > HIGHEST_PROTOCOL) throw m.damaged(`protocol ${protocol}; 0 to ${HIGHEST_PROTOCOL} are known`);
    },
  ],
  FRAME: [
    0x95,
    (m) => {
      const length = m.reader.uint64();
      if (length > m.reader.remaining)
        throw m.damaged(`truncated: a frame of ${length} bytes, ${m.reader.remaining} are there`);
    },
  ],
  STOP: [0x2e, (m) => m.stop()],

  // Constants and numbers
  NONE: [0x4e, (m) => m.push(null)],
  NEWTRUE: [0x88, (m) => m.push(true)],
  NEWFALSE: [0x89, (m) => m.push(false)],
  INT: [0x49, (m) => m.push(parseInteger(m.reader.line(), m))],
  LONG: [0x4c, (m) => m.push(parseInteger(m.reader.line(), m))],
  BININT: [0x4a, (m) => m.push(m.reader.int32())],
  BININT1: [0x4b, (m) => m.push(m.reader.uint8())],
  BININT2: [0x4d, (m) => m.push(m.reader.uint16())],
  LONG1: [0x8a, (m) => m.push(binaryInteger(m, m.reader.uint8()))],
  LONG4: [0x8b, (m) => m.push(binaryInteger(m, m.count(m.reader.int32())))],
  FLOAT: [0x46, (m) => m.push(parseFloatLine(m.reader.line(), m))],
  BINFLOAT: [0x47, (m) => m.push(m.reader.float64BigEndian())],

  // Text; the strings of Python 2 are bytes that are taken as Latin-1, but for long ones
  STRING: [0x53, (m) => m.push(parseQuoted(m.reader.line(), m))],
  BINSTRING: [0x54, (m) => m.push(latin1(m, m.count(m.reader.int32())))],
  SHORT_BINSTRING: [0x55, (m) => m.push(latin1(m, m.reader.uint8()))],
  UNICODE: [0x56, (m) => m.push(parseRawUnicode(m.reader.line(), m))],
  BINUNICODE: [0x58, (m) => m.push(unicode(m, m.reader.uint32()))],
  SHORT_BINUNICODE: [0x8c, (m) => m.push(unicode(m, m.reader.uint8()))],
  BINUNICODE8: [0x8d, (m) => m.push(unicode(m, m.reader.uint64()))],

  // Bytes
  SHORT_BINBYTES: [0x43, (m) => m.push(m.reader.take(m.reader.uint8()))],
  BINBYTES: [0x42, (m) => m.push(m.reader.take(m.reader.uint32()))],
  BINBYTES8: [0x8e, (m) => m.push(m.reader.take(m.reader.uint64()))],
  BYTEARRAY8: [0x96, (m) => m.push(m.reader.take(m.reader.uint64()))],

  // Lists, tuples, dicts, sets
  EMPTY_LIST: [0x5d, (m) => m.pushMade([])],
  LIST: [0x6c, (m) => m.pushMade(m.popToMark())],
  APPEND: [0x61, (m) => m.append([m.pop()])],
  APPENDS: [0x65, (m) => m.append(m.popToMark())],
  EMPTY_TUPLE: [0x29, (m) => m.pushMade(tuple([]))],
  TUPLE1: [0x85, (m) => m.pushMade(tuple(m.popSome(1)))],
  TUPLE2: [0x86, (m) => m.pushMade(tuple(m.popSome(2)))],
  TUPLE3: [0x87, (m) => m.pushMade(tuple(m.popSome(3)))],
  TUPLE: [0x74, (m) => m.pushMade(tuple(m.popToMark()))],
  EMPTY_DICT: [0x7d, (m) => m.pushMade(new Map())],
  DICT: [
    0x64,
    (m) => {
      const content = m.popToMark();
      m.pushMade(new Map());
      m.setItems(content);
    },
  ],
  SETITEM: [0x73, (m) => m.setItems(m.popSome(2))],
  SETITEMS: [0x75, (m) => m.setItems(m.popToMark())],
  EMPTY_SET: [0x8f, (m) => m.pushMade(new Set())],
  ADDITEMS: [0x90, (m) => m.addItems(m.popToMark())],
  FROZENSET: [
    0x91,
    (m) => {
      const content = m.popToMark();
      m.pushMade(new Set());
      m.addItems(content);
    },
  ],

  // Stack and memo
  MARK: [0x28, (m) => m.mark()],
  POP: [0x30, (m) => m.drop()],
  POP_MARK: [0x31, (m) => void m.popToMark()],
  DUP: [0x32, (m) => m.push(m.top())],
  PUT: [0x70, (m) => m.remember(lineIndex(m))],
  BINPUT: [0x71, (m) => m.remember(m.reader.uint8())],
  LONG_BINPUT: [0x72, (m) => m.remember(m.reader.uint32())],
  MEMOIZE: [0x94, (m) => m.remember()],
  GET: [0x67, (m) => m.recall(lineIndex(m))],
  BINGET: [0x68, (m) => m.recall(m.reader.uint8())],
  LONG_BINGET: [0x6a, (m) => m.recall(m.reader.uint32())],

  // Globals and what they make
  GLOBAL: [0x63, (m) => m.pushGlobal(m.reader.line(), m.reader.line())],
  STACK_GLOBAL: [
    0x93,
    (m) => {
      const [module, name] = m.popSome(2);
      if (typeof module !== "string" || typeof name !== "string") throw m.damaged("a global has no name");
      m.pushGlobal(module, name);
    },
  ],
  REDUCE: [0x52, callWithTuple],
  NEWOBJ: [0x81, callWithTuple],
  NEWOBJ_EX: [
    0x92,
    (m) => {
      const [global, args, named] = m.popSome(3);
      if (!(named instanceof Map) || named.size > 0) throw m.damaged("a call with named arguments");
      m.call(global!, args!);
    },
  ],
  INST: [
    0x69,
    (m) => {
      const args = m.popToMark();
      m.pushGlobal(m.reader.line(), m.reader.line());
      m.call(m.pop(), tuple(args));
    },
  ],
  OBJ: [
    0x6f,
    (m) => {
      const [global = null, ...args] = m.popToMark();
      m.call(global, tuple(args));
    },
  ],
  BUILD: [0x62, (m) => m.build(m.pop())],
  PERSID: [0x50, (m) => m.pushPersistent(m.reader.line())],
  BINPERSID: [0x51, (m) => m.pushPersistent(m.pop())],
  EXT1: [0x82, refuseExtension],
  EXT2: [0x83, refuseExtension],
  EXT4: [0x84, refuseExtension],
  NEXT_BUFFER: [0x97, refuseBuffer],
  READONLY_BUFFER: [0x98, refuseBuffer],
};

const steps: ReadonlyMap<number, Step> = new Map(Object.values(opcodes));

/** Carries out one opcode. @throws PatinaError `file-damaged` where it is unknown, or does not fit its surroundings. */
export function takeStep(machine: PickleMachine, opcode: number): void {
  const step = steps.get(opcode);
  if (step === undefined) throw machine.damaged(`0x${opcode.toString(16).padStart(2, "0")} is no opcode`);
  step(machine);
}

function callWithTuple(machine: PickleMachine): void {
  const [global, args] = machine.popSome(2);
  machine.call(global!, args!);
}

function refuseExtension(machine: PickleMachine): never {
  throw machine.hostile("asks for a global by the number of an extension");
}

function refuseBuffer(machine: PickleMachine): never {
  throw machine.damaged("its data stands in buffers outside of it");
}

const tuple = (values: PickleValue[]): PickleValue => Object.freeze(values);

/** Two's complement, the least significant byte first. */
function binaryInteger(machine: PickleMachine, length: number): number | bigint {
  if (length > INTEGER_LIMIT) throw machine.hostile(`an integer of ${length} bytes; ${INTEGER_LIMIT} are allowed`);
  const bytes = machine.reader.take(length);
  if (length === 0) return 0;
  const digits = Buffer.from(bytes).reverse().toString("hex");
  return exactInteger(BigInt.asIntN(8 * length, BigInt(`0x${digits}`)));
}

function latin1(machine: PickleMachine, length: number): string | Uint8Array {
  const bytes = machine.reader.take(length);
  if (length > TEXT_LIMIT) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
}

function unicode(machine: PickleMachine, length: number): string {
  const bytes = machine.reader.take(checkString(machine, length));
  try {
    return utf8.decode(bytes);
  } catch {
    throw machine.damaged("a text is not UTF-8");
  }
}

function checkString(machine: PickleMachine, length: number): number {
  if (length > STRING_LIMIT && length <= machine.reader.remaining)
    throw machine.hostile(`a text of ${length} bytes; ${STRING_LIMIT} are allowed`);
  return length;
}

function lineIndex(machine: PickleMachine): number {
  const index = parseInteger(machine.reader.line(), machine);
  if (typeof index === "number") return index;
  // "0" and "1" are numbers here; "00" and "01" never occur.
  throw machine.damaged("a place of the memo is no number");
}
