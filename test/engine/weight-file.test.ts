import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readWeights, writeWeights } from "../../src/engine/weight-file.ts";
import { numbersOf, type PlainArray } from "../../src/formats/array.ts";
import { encodeSafetensors } from "../../src/formats/safetensors.ts";
import { zipOf } from "../formats/archives.ts";
import { noOracle, oracle } from "../oracle.ts";

const golden = join(import.meta.dirname, "../golden/weights");
const folder = mkdtempSync(join(tmpdir(), "patina-weights-"));
const path = join(folder, "a.weights"); // no known ending: the content decides
after(() => rmSync(folder, { recursive: true, force: true }));

const array = (...numbers: number[]): PlainArray => ({
  dtype: "uint8",
  shape: [numbers.length],
  bytes: Uint8Array.from(numbers),
});

/** A file of PyTorch with this value; T stands for a tensor of four floats. */
function torchFile(value: string): Buffer {
  const storage = "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI4\ntQ";
  const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}I0\n(I4\nt(I1\ntI00\nNtR`;
  return zipOf([
    { name: "a/data.pkl", data: Buffer.from(`\x80\x02${value.replaceAll("T", tensor)}.`, "latin1") },
    { name: "a/data/0", data: new Uint8Array(16) },
  ]);
}
const dict = (entries: Record<string, string>) =>
  `(${Object.entries(entries)
    .map(([key, value]) => `S'${key}'\n${value}`)
    .join("")}d`;

async function namesOf(bytes: Uint8Array): Promise<string[]> {
  writeFileSync(path, bytes);
  return [...(await readWeights(path)).tensors.keys()];
}

test("what was written as safetensors is read again with its metadata", async () => {
  writeWeights(path, new Map([["a.weight", array(1, 2)]]), { model: "small" });
  const { tensors, metadata } = await readWeights(path);
  assert.deepEqual([...numbersOf(tensors.get("a.weight")!)], [1, 2]);
  assert.deepEqual(metadata, { model: "small" });
});

test("nothing is written where a shape and its bytes disagree, and the old file stays", () => {
  writeFileSync(path, "old");
  assert.throws(() => writeWeights(path, new Map([["a", { ...array(1), shape: [2] }]])), { code: "argument" });
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

for (const form of ["zip", "legacy"])
  test(`of a training checkpoint of PyTorch the weights are taken, without the wrapper's prefix (${form})`, async () => {
    const { tensors, metadata } = await readWeights(join(golden, `checkpoint-${form}.pt`));
    const { checkpoint } = JSON.parse(readFileSync(join(golden, "expected.json"), "utf8"));
    assert.deepEqual([...tensors.keys()], Object.keys(checkpoint));
    for (const [name, tensor] of tensors) assert.deepEqual([...numbersOf(tensor)], checkpoint[name].numbers, name);
    assert.deepEqual(metadata, {});
  });

test("a state dict is taken as it is, whatever numbers and lists stand beside its tensors", async () => {
  assert.deepEqual(await namesOf(torchFile(dict({ w: "T", epoch: "I3\n", losses: "(l", none: "N", b: "T" }))), [
    "w",
    "b",
  ]);
});

for (const wrapper of ["state_dict", "model", "model_state_dict", "net", "ema"])
  test(`the weights under "${wrapper}" are found`, async () => {
    assert.deepEqual(await namesOf(torchFile(dict({ epoch: "I3\n", [wrapper]: dict({ w: "T" }) }))), ["w"]);
  });

test("wrappers in wrappers are opened; of several, the weights of the network come before averaged ones", async () => {
  assert.deepEqual(await namesOf(torchFile(dict({ model: dict({ state_dict: dict({ w: "T" }) }) }))), ["w"]);
  assert.deepEqual(await namesOf(torchFile(dict({ ema: dict({ e: "T" }), model: dict({ w: "T" }) }))), ["w"]);
});

test("prefixes are taken off where all names have them, one after another", async () => {
  assert.deepEqual(await namesOf(torchFile(dict({ "module.a": "T", "module.b": "T" }))), ["a", "b"]);
  assert.deepEqual(await namesOf(torchFile(dict({ "_orig_mod.module.a": "T" }))), ["a"]);
  assert.deepEqual(await namesOf(encodeSafetensors(new Map([["_orig_mod.a", array(1)]]))), ["a"]);
});

test("prefixes that only some names have are parts of the names", async () => {
  const names = ["module.a", "n_averaged"];
  assert.deepEqual(await namesOf(torchFile(dict({ "module.a": "T", n_averaged: "T" }))), names);
});

test("a file without weights is an error that names the keys that are there", async () => {
  await assert.rejects(namesOf(torchFile(dict({ epoch: "I3\n", generator: dict({ w: "T" }) }))), {
    code: "weights",
    message:
      /no weights were found: its keys are "epoch", "generator"\. Save the weights alone, or under .* state_dict/,
  });
  await assert.rejects(namesOf(torchFile("(I1\nl")), { code: "weights", message: /it is no dict/ });
  await assert.rejects(namesOf(torchFile("(d")), { code: "weights", message: /its keys are none/ });
});

test("a key that doubles itself ninety times is not written out in the message", { timeout: 10_000 }, async () => {
  await assert.rejects(namesOf(torchFile(`()${"2\x86".repeat(90)}Nd`)), {
    message: /its keys are something of parts\./,
  });
});

test("other files are foreign, by name", async () => {
  await assert.rejects(namesOf(Buffer.from("<html>")), {
    code: "file-foreign",
    message: /an HTML page, not a file of weights/,
  });
  await assert.rejects(readWeights(join(folder, "none.pt")), { code: "file-missing" });
});

test("a state dict that PyTorch saves here and now has PyTorch's names and numbers", { skip: noOracle }, async () => {
  const script = `
import io, json, base64, torch
torch.manual_seed(2)
net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
file = io.BytesIO()
torch.save({"epoch": 1, "model": torch.nn.DataParallel(net).state_dict()}, file)
print(json.dumps([{name: t.double().reshape(-1).tolist() for name, t in net.state_dict().items()}, base64.b64encode(file.getvalue()).decode()]))`;
  const [expected, file] = JSON.parse(oracle(script)) as [Record<string, number[]>, string];
  writeFileSync(path, Buffer.from(file, "base64"));
  const { tensors } = await readWeights(path);
  const found = Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...numbersOf(tensor)]]));
  assert.deepEqual(found, expected);
});
