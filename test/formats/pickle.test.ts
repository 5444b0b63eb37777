import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { numbersOf, type PlainArray } from "../../src/formats/array.ts";
import { ByteReader } from "../../src/formats/byte-reader.ts";
import { type PickleOptions, readPickle, readPickleFrom } from "../../src/formats/pickle.ts";
import type { PickleValue } from "../../src/formats/pickle-value.ts";
import { noOracle, oracle } from "../oracle.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const golden = join(import.meta.dirname, "../golden/pickles");
const recorded = (name: string) => readFileSync(join(golden, name));
const read = (bytes: Uint8Array, options?: PickleOptions) => readPickle(bytes, "a.pkl", options);
/** A pickle from its opcodes as text, one character a byte. */
const pickle = (opcodes: string) => Buffer.from(opcodes, "latin1");
const dictOf = (value: PickleValue) => value as ReadonlyMap<PickleValue, PickleValue>;

for (const protocol of [0, 1, 2, 3, 4, 5])
  test(`plain data of protocol ${protocol} comes as Python had it`, () => {
    const value = dictOf(read(recorded(`plain-${protocol}.pkl`)));
    const expected: Record<string, unknown> = {
      none: null,
      truth: [true, false],
      integers: [0, -1, 255, 256, 65536, -(2 ** 31), 2 ** 53 - 1, 2n ** 53n, -(2n ** 63n), 2n ** 100n],
      floats: [0.5, -1e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      texts: ["", "a\nb\\u0041'\"", "é中😀", "x".repeat(300)],
      tuples: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]],
      sets: [new Set(), new Set([1, 2]), new Set([3])],
      ordered: new Map<string, unknown>([
        ["b", 1],
        ["a", [2]],
      ]),
      counter: new Map([[3, 2]]),
    };
    for (const [key, part] of Object.entries(expected)) assert.deepEqual(value.get(key), part, key);
    const bytes = (value.get("bytes") as Uint8Array[]).map((part) => Buffer.from(part).toString("hex"));
    assert.deepEqual(bytes, ["", "00ff", "6162"]);
    const [[tuple, text]] = [...dictOf(dictOf(value.get("bytes as key")!).get(7)!)] as [[PickleValue, PickleValue]];
    assert.deepEqual([tuple, text], [[1, 2], "tuple as key"]);
    assert.equal(value.size, 11);
  });

for (const name of readdirSync(golden).filter((name) => name.startsWith("numpy-")))
  test(`numpy's arrays and scalars of ${name} are plain arrays and numbers`, () => {
    const value = dictOf(read(recorded(name)));
    const shown = (key: string) => {
      const array = value.get(key) as PlainArray;
      return [array.dtype, array.shape, [...numbersOf(array)]];
    };
    assert.deepEqual(shown("uint8"), ["uint8", [2, 3], [0, 1, 2, 3, 4, 5]]);
    assert.deepEqual(shown("column-major"), ["float32", [2, 3], [0, 1, 2, 3, 4, 5]]);
    assert.deepEqual(shown("big-endian"), ["int16", [2], [1, -2]]);
    assert.deepEqual(shown("bool"), ["bool", [2], [1, 0]]);
    assert.deepEqual(shown("empty"), ["float64", [0, 3], []]);
    assert.deepEqual(shown("no dimension"), ["float64", [], [3.5]]);
    assert.deepEqual(value.get("scalars"), [1.5, 2n ** 60n, true, 3]);
  });

test("a batch of CIFAR as Python 2 pickled it has its pixels, labels and names, its keys as text", () => {
  const batch = dictOf(read(recorded("cifar-python-2.pkl")));
  const { dtype, shape, bytes } = batch.get("data") as PlainArray;
  assert.deepEqual([dtype, shape], ["uint8", [2, 3072]]);
  assert.ok(bytes.every((value, index) => value === (index * 7) % 256));
  assert.deepEqual(batch.get("labels"), [6, 9]);
  assert.deepEqual(batch.get("filenames"), ["leptodactylus_pentadactylus_s_000004.png", "camion_s_000148.png"]);
  assert.equal(batch.get("batch_label"), "training batch 1 of 5");
});

test("opcodes that old Pythons wrote are read: INST, OBJ, DICT, LIST, DUP, POP, quoted strings with escapes", () => {
  assert.deepEqual(read(pickle("(icollections\nOrderedDict\n.")), new Map());
  assert.deepEqual(read(pickle("(ccollections\nOrderedDict\no.")), new Map());
  assert.deepEqual(read(pickle("(S'a'\nI1\nd.")), new Map([["a", 1]]));
  assert.deepEqual(read(pickle("(I1\n2l.")), [1, 1]);
  assert.deepEqual(read(pickle("I1\n(0I2\n0(I3\n1.")), 1);
  assert.equal(read(pickle("S'\\x41\\101\\n\\\\\\'\\q'\n.")), "AA\n\\'\\q");
  assert.equal(read(pickle('S"it\'s"\n.')), "it's");
  assert.equal(read(pickle("V\\u00e9\\U0001f600\n.")), "é😀");
  assert.equal(read(pickle("L12L\n.")), 12);
  assert.ok(Number.isNaN(read(pickle("Fnan\n."))));
});

test("a string of Python 2 is text up to 64 KiB, bytes beyond", () => {
  const of = (length: number) => {
    const head = Buffer.alloc(5, "T");
    head.writeInt32LE(length, 1);
    return read(Buffer.concat([head, Buffer.alloc(length, 0xe9), Buffer.from(".")]));
  };
  assert.equal(of(1 << 16), "é".repeat(1 << 16));
  assert.deepEqual(of((1 << 16) + 1), Buffer.alloc((1 << 16) + 1, 0xe9));
});

test("what Python keeps once is one object here too", () => {
  const [first, second] = read(pickle("(]q\x00h\x00l.")) as [PickleValue, PickleValue];
  assert.equal(first, second);
});

const command = "id";
const length = String.fromCharCode(command.length);
const hostile: [what: string, global: string, bytes: string][] = [
  ["os.system under protocol 0", "os.system", `cos\nsystem\n(S'${command}'\ntR.`],
  ["posix.system under protocol 0", "posix.system", `cposix\nsystem\n(S'${command}'\ntR.`],
  ["builtins.eval under protocol 0", "builtins.eval", `cbuiltins\neval\n(S'1'\ntR.`],
  ["__builtin__.eval by INST", "__builtin__.eval", `(S'1'\ni__builtin__\neval\n.`],
  ["os.system by OBJ", "os.system", `(cos\nsystem\nS'${command}'\no.`],
  ["posix.system under protocol 2", "posix.system", `\x80\x02cposix\nsystem\nX${length}\0\0\0${command}\x85R.`],
  ["os.system by NEWOBJ", "os.system", `\x80\x02cos\nsystem\nX${length}\0\0\0${command}\x85\x81.`],
  ["builtins.eval under protocol 2", "builtins.eval", "\x80\x02cbuiltins\neval\nX\x01\0\0\x001\x85R."],
  [
    "posix.system under protocol 4",
    "posix.system",
    `\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c${length}${command}\x85R.`,
  ],
  ["os.system under protocol 4", "os.system", `\x80\x04\x8c\x02os\x8c\x06system\x93\x8c${length}${command}\x85R.`],
  ["builtins.eval under protocol 4", "builtins.eval", "\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R."],
  [
    "a dotted name of protocol 4",
    "collections.OrderedDict.fromkeys",
    "\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93.",
  ],
  ["builtins.getattr", "builtins.getattr", "cbuiltins\ngetattr\n."],
  ["importlib", "importlib.import_module", "cimportlib\nimport_module\n(S'os'\ntR."],
  ["numpy's loader of pickles", "numpy.load", "cnumpy\nload\n."],
];
for (const [what, global, bytes] of hostile)
  test(`${what} is refused by its name, and nothing is run`, () => {
    assert.throws(() => read(pickle(bytes)), {
      code: "file-hostile",
      message: new RegExp(
        `^a\\.pkl: asks for Python's "${global.replaceAll(".", "\\.")}".*byte \\d+\\)\\. Nothing of it was run`,
      ),
    });
  });

test("a name with control characters is escaped in the message", () => {
  assert.throws(() => read(pickle("ca\x1b[2J\nb\n.")), { message: /"a\\u001b\[2J\.b"/ });
});

test("a class that is only named cannot be called", () => {
  assert.throws(() => read(pickle("cnumpy\nndarray\n)R.")), {
    code: "file-hostile",
    message: /calls Python's "numpy ndarray"/,
  });
});

test("extensions, persistent ids and buffers outside are refused where nobody gave them", () => {
  for (const bytes of ["\x80\x02\x82\x01.", "\x80\x02\x83\x01\x00.", "\x80\x02\x84\x01\0\0\0.", "Pid\n.", "NQ."])
    assert.throws(() => read(pickle(bytes)), { code: "file-hostile" }, bytes);
  assert.throws(() => read(pickle("\x80\x05\x97.")), { code: "file-damaged" });
});

test("object arrays, structured and other dtypes of numpy are refused", () => {
  const array = (code: string, state: string, data: string) =>
    `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I1\ntcnumpy\ndtype\n(S'${code}'\nI0\nI1\ntR${state}bI00\n${data}tb.`;
  const plain = "(I3\nS'|'\nNNNI-1\nI-1\nI0\nt";
  assert.throws(() => read(pickle(array("O8", plain, "(I1\nl"))), { code: "file-hostile", message: /Python objects/ });
  assert.throws(() => read(pickle(array("c8", plain, "S'12345678'\n"))), {
    code: "file-foreign",
    message: /dtype "\|c8"/,
  });
  const structured = "(I3\nS'|'\nN(S'a'\nt(dI8\nI1\nI0\nt";
  assert.throws(() => read(pickle(array("V8", structured, "S'12345678'\n"))), { message: /a structured dtype/ });
  assert.deepEqual((read(pickle(array("u1", plain, "S'x'\n"))) as PlainArray).shape, [1]);
});

test("a numpy array whose shape and bytes disagree is damage", () => {
  const of = (shape: string, data: string) =>
    `cnumpy.core.numeric\n_frombuffer\n(C\x01${data}cnumpy\ndtype\n(S'u1'\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb${shape}S'C'\ntR.`;
  assert.deepEqual((read(pickle(of("(I1\nt", "x"))) as PlainArray).shape, [1]);
  for (const shape of ["(I2\nt", "(I-1\nt", "(Nt", "(S'1'\nt", "(F0.5\nt", "(L9223372036854775807L\nt", "I1\n", "(l"])
    assert.throws(() => read(pickle(of(shape, "x"))), { code: "file-damaged" }, shape);
});

test("inconsistent opcodes are damage, with the offset", () => {
  // biome-ignore format: a table
  const broken: [bytes: string, at: number][] = [
    [".", 0], ["a.", 0], ["Na.", 1], ["]N", 2], ["t.", 0], ["(.", 1], ["NN.", 2], ["(N.", 2], ["g5\n.", 0], ["h\x05.", 0],
    ["NNs.", 2], ["NNNs.", 3], ["}Nu.", 2], ["}(Nu.", 3], ["}](Ns.", 4], ["]Nb.", 2], ["NNR.", 2], ["q\x00.", 0], ["\xff.", 0],
    ["\x80\x06N.", 0], ["Ix\n.", 0], ["F1.5.5\n.", 0], ["Sabc\n.", 0], ["V\\Uffffffff\n.", 0], ["p-1\n.", 0], ["T\xff\xff\xff\xff.", 0],
    ["\x8b\xff\xff\xff\xff.", 0], ["}]Ns.", 3], ["}}Ns.", 3], ["\x8f]\x90.", 2], ["X\x01\0\0\0\xff.", 0], ["\x80\x04\x95\xff\0\0\0\0\0\0\0N.", 2],
    ["ccollections\nOrderedDict\n]R.", 26], ["ccollections\nOrderedDict\n(I1\ntR.", 30], ["\x80\x04NN\x93.", 4],
  ];
  for (const [bytes, at] of broken)
    assert.throws(
      () => read(pickle(bytes)),
      (error: Error & { code: string }) => {
        assert.equal(error.code, "file-damaged", JSON.stringify(bytes));
        const found = /byte (\d+)/.exec(error.message)?.[1];
        if (!error.message.includes("truncated"))
          assert.equal(Number(found), at, `${JSON.stringify(bytes)}: ${error.message}`);
        return true;
      },
    );
});

test("bytes after the end are damage, unless the reader is asked for one pickle of several", () => {
  assert.throws(() => read(pickle("N.N.")), { code: "file-damaged", message: /2 bytes follow its end at byte 2/ });
  const reader = new ByteReader(pickle("I1\n.I2\n."), "a.pkl");
  assert.deepEqual([readPickleFrom(reader), readPickleFrom(reader), reader.remaining], [1, 2, 0]);
});

test("what is nested a hundred deep is read, a level more and what contains itself is refused", () => {
  const nested = (depth: number) => pickle(")".padEnd(depth, "\x85").concat("."));
  assert.ok(Array.isArray(read(nested(100))));
  assert.throws(() => read(nested(101)), { code: "file-hostile", message: /nested deeper than 100 levels/ });
  for (const bytes of ["]q\0h\0a.", "}q\0I1\nh\0s.", "]q\0(h\0ta."])
    assert.throws(() => read(pickle(bytes)), { code: "file-hostile", message: /contains itself/ });
});

test("shared parts, doubled a hundred times, take no time", () => {
  // Each level is a tuple of the level before, twice: 2^90 leaves for whoever walks them one by one.
  assert.ok(Array.isArray(read(pickle(`)${"2\x86".repeat(90)}.`))));
});

test("millions of containers, huge integers and texts are refused before they take memory", () => {
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => read(pickle(`(${"]".repeat(1_050_000)}t.`)), {
    code: "file-hostile",
    message: /more than 1048576 lists/,
  });
  assert.throws(() => read(pickle("\x8b\xff\xff\xff\x7f.")), {
    code: "file-hostile",
    message: /an integer of 2147483647 bytes/,
  });
  assert.throws(() => read(pickle(`L${"9".repeat(2000)}\n.`)), { code: "file-damaged" });
  for (const bytes of [
    "T\xff\xff\xff\x7f.",
    "X\xff\xff\xff\xff.",
    "B\xff\xff\xff\xff.",
    "\x8d\0\0\0\0\0\0\0\x80.",
    "\x8e\0\0\0\0\0\x10\0\0.",
  ])
    assert.throws(() => read(pickle(bytes)), { code: "file-damaged" }, JSON.stringify(bytes));
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 << 20);
});

test("a text that is turned into bytes again and again is refused before it fills the memory", () => {
  const text = `X\x00\x00\x10\x00${"x".repeat(1 << 20)}q\x01`;
  const again = "0h\x00h\x01X\x06\0\0\0latin1\x86R";
  const bytes = pickle(`\x80\x02c_codecs\nencode\nq\x00${text}${again.repeat(200)}.`);
  assert.throws(() => read(bytes), { code: "file-hostile", message: /more than a file of its size needs/ });
});

test("persistent ids and further globals come from the caller", () => {
  const globals = new Map([["my.module Twice", { construct: ([value]: readonly PickleValue[]) => [value!, value!] }]]);
  assert.deepEqual(read(pickle("cmy.module\nTwice\n(I7\ntR."), { globals }), [7, 7]);
  assert.equal(read(pickle("S'key'\nQ."), { persistent: (id) => `for ${String(id)}` }), "for key");
});

for (const name of readdirSync(golden).filter((name) => name.endsWith(".pkl"))) {
  test(`${name}, truncated, is refused at every length`, () => {
    const bytes = recorded(name);
    return assertRefusesTruncation(bytes, read, ["file-damaged"], bytes.length > 2000 ? 53 : 1);
  });

  test(`${name}, damaged, gives an error of ours or a value`, () =>
    assertSurvivesDamage(recorded(name), (bytes) => read(bytes), 200));
}

test("what Python pickles at random is read to the same values", { skip: noOracle }, () => {
  const script = `
import json, base64, pickle, random
random.seed(0)
def value(depth):
    kind = random.randrange(9 if depth < 4 else 6)
    if kind == 0: return None
    if kind == 1: return random.random() < 0.5
    if kind == 2: return random.randrange(-2**random.randrange(1, 53), 2**random.randrange(1, 53))
    if kind == 3: return random.uniform(-1, 1) * 10.0**random.randrange(-300, 300)
    if kind in (4, 5): return "".join(chr(random.choice((10, 39, 65, 92, 233, 20013, 128512))) for _ in range(random.randrange(8)))
    if kind == 6: return [value(depth + 1) for _ in range(random.randrange(5))]
    return {str(i): value(depth + 1) for i in range(random.randrange(5))}
print(json.dumps([[v, [base64.b64encode(pickle.dumps(v, p)).decode() for p in range(6)]] for v in (value(0) for _ in range(200))]))`;
  const plain = (value: PickleValue): unknown => {
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
    return Array.isArray(value) ? value.map(plain) : value;
  };
  for (const [value, files] of JSON.parse(oracle(script)) as [unknown, string[]][])
    for (const file of files) assert.deepEqual(plain(read(Buffer.from(file, "base64"))), value);
});
