import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { numbersOf, type PlainArray } from "../../src/formats/array.ts";
import type { PickleValue } from "../../src/formats/pickle-value.ts";
import { isTorchStart, readTorchFile } from "../../src/formats/torch-file.ts";
import { noOracle, oracle } from "../oracle.ts";
import { type ZipPart, zipOf } from "./archives.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const golden = join(import.meta.dirname, "../golden/weights");
const folder = mkdtempSync(join(tmpdir(), "patina-torch-"));
const path = join(folder, "a.pt");
after(() => rmSync(folder, { recursive: true, force: true }));

interface Expected {
  dtype: string;
  shape: number[];
  numbers: (number | string)[];
}
const expected: Record<string, Record<string, Expected>> = JSON.parse(
  readFileSync(join(golden, "expected.json"), "utf8"),
);
const dictOf = (value: PickleValue | undefined) => value as ReadonlyMap<string, PickleValue>;
const read = (bytes: Uint8Array) => {
  writeFileSync(path, bytes);
  return readTorchFile(path);
};

function assertTensors(value: PickleValue | undefined, wanted: Record<string, Expected>, prefix = ""): void {
  const tensors = dictOf(value);
  assert.deepEqual(
    [...tensors.keys()],
    Object.keys(wanted).map((name) => prefix + name),
  );
  for (const [name, { dtype, shape, numbers }] of Object.entries(wanted)) {
    const array = tensors.get(prefix + name) as PlainArray;
    assert.deepEqual([array.dtype, array.shape], [dtype, shape], name);
    assert.deepEqual([...numbersOf(array)], numbers.map(Number), name);
  }
}

for (const name of ["state-dict-zip", "state-dict-legacy", "state-dict-protocol-4"])
  test(`${name}.pt has the tensors that PyTorch saved, of every type, however they lay in their storages`, async () => {
    assertTensors(await readTorchFile(join(golden, `${name}.pt`)), expected["state-dict"]!);
  });

for (const form of ["zip", "legacy"]) {
  test(`tensors of one storage share its bytes (${form})`, async () => {
    const tensors = dictOf(await readTorchFile(join(golden, `state-dict-${form}.pt`)));
    const [whole, rows] = ["float32", "rows_of_float32"].map((name) => tensors.get(name) as PlainArray);
    assert.equal(whole!.bytes.buffer, rows!.bytes.buffer);
    assert.equal(rows!.bytes.byteOffset - whole!.bytes.byteOffset, 6 * 4);
  });

  test(`a training checkpoint comes with all that stands beside its weights (${form})`, async () => {
    const checkpoint = dictOf(await readTorchFile(join(golden, `checkpoint-${form}.pt`)));
    assert.deepEqual(
      ["epoch", "best", "losses", "device", "input"].map((key) => checkpoint.get(key)),
      [3, 0.875, [2.5, 1.25, null], "cpu", [1, 3, 3]],
    );
    assertTensors(checkpoint.get("state_dict"), expected.checkpoint!, "module.");
    const [group] = dictOf(checkpoint.get("optimizer")).get("param_groups") as PickleValue[];
    assert.equal(dictOf(group).get("momentum"), 0.9);
    assert.deepEqual(
      dictOf(checkpoint.get("schedule")).get("milestones"),
      new Map([
        [3, 1],
        [4, 1],
      ]),
    );
  });

  test(`a whole network is refused, its class named (${form})`, async () => {
    await assert.rejects(readTorchFile(join(golden, `whole-network-${form}.pt`)), {
      code: "file-hostile",
      message: /asks for Python's "torch\.nn\.modules\.container\.Sequential".*state_dict\(\)/,
    });
  });

  test(`complex tensors are foreign, by name (${form})`, async () => {
    await assert.rejects(readTorchFile(join(golden, `complex-${form}.pt`)), {
      code: "file-foreign",
      message: /a tensor of torch ComplexFloatStorage/,
    });
  });
}

test("a TorchScript program is refused by what it is", async () => {
  await assert.rejects(readTorchFile(join(golden, "script.pt")), {
    code: "file-foreign",
    message: /is a TorchScript program, not weights\. Save its weights: torch\.save\(model\.state_dict\(\)/,
  });
});

/** A tensor as PyTorch pickles it; the storage is a persistent id. */
function tensorOf({
  type = "FloatStorage",
  count = "I4\n",
  offset = "I0\n",
  size = "I2\nI2\n",
  stride = "I2\nI1\n",
}): string {
  const storage = `(S'storage'\nctorch\n${type}\nS'0'\nS'cpu'\n${count}tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}(${size}t(${stride}tI00\nccollections\nOrderedDict\n)RtR`;
}

const floats = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
const zipForm = (pickle: string, storage: Uint8Array = floats, more: readonly ZipPart[] = []) =>
  zipOf([
    { name: "a/data.pkl", data: Buffer.from(`\x80\x02${pickle}.`, "latin1") },
    { name: "a/data/0", data: storage },
    ...more,
  ]);

test("a tensor made by hand is read: strides, offset, an untyped storage with a dtype", async () => {
  const numbers = async (pickle: string) => [...numbersOf((await read(zipForm(pickle))) as PlainArray)];
  assert.deepEqual(await numbers(tensorOf({})), [1, 2, 3, 4]);
  assert.deepEqual(await numbers(tensorOf({ stride: "I1\nI2\n" })), [1, 3, 2, 4]);
  assert.deepEqual(await numbers(tensorOf({ offset: "I1\n", size: "I3\n", stride: "I1\n" })), [2, 3, 4]);
  assert.deepEqual(await numbers(tensorOf({ size: "I2\nI0\n" })), []);
  const untyped =
    "ctorch._utils\n_rebuild_tensor_v3\n((S'storage'\nctorch.storage\nUntypedStorage\nS'0'\nS'cpu'\nI16\ntQI2\n(I2\nt(I3\ntI00\nNctorch\nuint16\ntR";
  const array = (await read(
    zipForm(untyped, Buffer.from(Uint16Array.of(0, 1, 2, 3, 4, 65535, 6, 7).buffer)),
  )) as PlainArray;
  assert.deepEqual([array.dtype, [...numbersOf(array)]], ["uint16", [2, 65535]]);
});

const lies: Record<string, string> = {
  "a stride that leaves the storage": tensorOf({ stride: "I3\nI1\n" }),
  "an offset that leaves the storage": tensorOf({ offset: "I1\n" }),
  "a size beyond the storage": tensorOf({ size: "I2\nI3\n", stride: "I3\nI1\n" }),
  "a size of 2^60": tensorOf({ size: "L1152921504606846976L\n", stride: "I1\n" }),
  "a size of 2^40 with a stride of 2^40": tensorOf({ size: "L1099511627776L\n", stride: "L1099511627776L\n" }),
  "a negative size": tensorOf({ size: "I-2\nI2\n" }),
  "a negative stride": tensorOf({ stride: "I-2\nI1\n" }),
  "a negative offset": tensorOf({ offset: "I-1\n" }),
  "an offset that is no integer": tensorOf({ offset: "F0.5\n" }),
  "an offset that is no number": tensorOf({ offset: "N" }),
  "fewer strides than sizes": tensorOf({ stride: "I1\n" }),
  "a storage larger than its member": tensorOf({ count: "I5\n" }),
  "a storage of a negative size": tensorOf({ count: "I-4\n" }),
  "a storage of 2^62 elements": tensorOf({ count: "L4611686018427387904L\n" }),
  "a storage of no number of elements": tensorOf({ count: "N" }),
  "one storage described in two ways": `(${tensorOf({})}${tensorOf({ count: "I3\n", size: "I1\n", stride: "I1\n" })}t`,
  "a storage class that is a dtype": tensorOf({ type: "float32" }).replace("S'storage'", "S'other'"),
  "a persistent id that is no tuple": "S'storage'\nQ",
  "a storage that is a view of another": tensorOf({}).replace("I4\ntQ", "I4\n(S'1'\nI0\nI1\nttQ"),
  "a parameter that is no tensor": "ctorch._utils\n_rebuild_parameter\n(I1\nI01\nNtR",
};
for (const [what, pickle] of Object.entries(lies))
  test(`${what} is damage`, () => assert.rejects(read(zipForm(pickle)), { code: "file-damaged" }));

test("a tensor that expands a few bytes to gigabytes is refused before it takes memory", async () => {
  const before = process.memoryUsage().arrayBuffers;
  const expanded = tensorOf({ size: "I30000\nI30000\n", stride: "I0\nI0\n" });
  await assert.rejects(read(zipForm(expanded)), {
    code: "file-hostile",
    message: /more than a file of its size needs/,
  });
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 << 20);
});

test("a value that doubles itself ninety times is not written out in a message", { timeout: 10_000 }, async () => {
  const doubling = `)${"2\x86".repeat(90)}`;
  await assert.rejects(read(zipForm(tensorOf({ offset: doubling }))), { message: /offset something of parts/ });
  await assert.rejects(read(zipForm(tensorOf({ count: doubling }))), { message: /has something of parts elements/ });
});

test("a pickle inside that calls anything is refused by name", async () => {
  await assert.rejects(read(zipForm("cposix\nsystem\n(S'id'\ntR")), {
    code: "file-hostile",
    message: /asks for Python's "posix\.system"/,
  });
  await assert.rejects(read(zipForm("ctorch.storage\n_load_from_bytes\n(S''\ntR")), { code: "file-hostile" });
});

test("storages that are missing or packed, two pickles, other byte orders and other zips are refused", async () => {
  const pickle = Buffer.from(`\x80\x02${tensorOf({})}.`, "latin1");
  const without = zipOf([{ name: "a/data.pkl", data: pickle }]);
  await assert.rejects(read(without), { code: "file-damaged", message: /storage "0" is missing/ });
  const claims = { bytes: 5e10, packedBytes: 5e10 };
  const beyond = zipOf([
    { name: "a/data.pkl", data: pickle },
    { name: "a/data/0", data: floats, zip64: true, claims },
  ]);
  await assert.rejects(read(beyond), { code: "file-damaged", message: /would end at byte 5\d{10}, the file has/ });
  const packed = zipOf([
    { name: "a/data.pkl", data: pickle },
    { name: "a/data/0", data: floats, packed: true },
  ]);
  await assert.rejects(read(packed), { code: "file-damaged", message: /is packed, which PyTorch never does/ });
  const twice = zipForm(tensorOf({}), floats, [{ name: "b/data.pkl", data: pickle }]);
  await assert.rejects(read(twice), { code: "file-damaged", message: /two pickles/ });
  const order = (text: string) => zipForm(tensorOf({}), floats, [{ name: "a/byteorder", data: Buffer.from(text) }]);
  assert.equal(((await read(order("little"))) as PlainArray).dtype, "float32");
  await assert.rejects(read(order("big")), { code: "file-foreign", message: /big-endian/ });
  await assert.rejects(read(zipOf([{ name: "a.npy", data: floats }])), {
    code: "file-foreign",
    message: /none of PyTorch/,
  });
});

test("files are told apart by their first bytes", () => {
  assert.ok(isTorchStart(readFileSync(join(golden, "state-dict-zip.pt"))));
  assert.ok(isTorchStart(readFileSync(join(golden, "state-dict-legacy.pt"))));
  assert.ok(isTorchStart(readFileSync(join(golden, "state-dict-protocol-4.pt"))));
  for (const other of ["\x80\x02}.", "", "{", "\x93NUMPY"])
    assert.ok(!isTorchStart(Buffer.from(other, "latin1")), other);
});

test("other files are foreign, by name", async () => {
  await assert.rejects(read(Buffer.from("\x80\x02}q\0.", "latin1")), {
    code: "file-foreign",
    message: /is a Python pickle, not a file of PyTorch/,
  });
  await assert.rejects(readTorchFile(join(folder, "none.pt")), { code: "file-missing" });
});

test("the older form with another count, a missing storage or bytes at its end is damage", async () => {
  const legacy = readFileSync(join(golden, "checkpoint-legacy.pt"));
  await assert.rejects(read(Buffer.concat([legacy, Buffer.of(0)])), {
    code: "file-damaged",
    message: /follow its last storage/,
  });
  const altered = Buffer.from(legacy);
  // The last storage is the last thing in the file: a momentum of two floats, behind its count.
  const count = altered.length - 8 - 2 * 4;
  assert.equal(altered.readBigUInt64LE(count), 2n);
  altered.writeBigUInt64LE(2n ** 62n, count);
  await assert.rejects(read(altered), { code: "file-damaged", message: /64-bit number|tensors need 8/ });
});

for (const name of ["state-dict-zip", "state-dict-legacy", "checkpoint-zip", "state-dict-protocol-4"]) {
  test(`${name}.pt, truncated, is refused`, () =>
    assertRefusesTruncation(readFileSync(join(golden, `${name}.pt`)), read, ["file-damaged", "file-foreign"], 29));

  test(`${name}.pt, damaged, gives an error of ours or a value`, () =>
    assertSurvivesDamage(readFileSync(join(golden, `${name}.pt`)), read, 150));
}

test("what PyTorch saves here and now is read to the same numbers", { skip: noOracle }, async () => {
  const script = `
import io, json, base64, torch
torch.manual_seed(1)
files = []
for is_zip in (True, False):
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(5, 2)).to(memory_format=torch.channels_last)
    file = io.BytesIO()
    torch.save(net.state_dict(), file, _use_new_zipfile_serialization=is_zip)
    numbers = {name: [list(t.shape), t.double().reshape(-1).tolist()] for name, t in net.state_dict().items()}
    files.append([numbers, base64.b64encode(file.getvalue()).decode()])
print(json.dumps(files))`;
  for (const [numbers, file] of JSON.parse(oracle(script)) as [Record<string, [number[], number[]]>, string][]) {
    const tensors = dictOf(await read(Buffer.from(file, "base64")));
    for (const [name, [shape, values]] of Object.entries(numbers)) {
      const array = tensors.get(name) as PlainArray;
      assert.deepEqual([array.shape, [...numbersOf(array)]], [shape, values], name);
    }
  }
});
