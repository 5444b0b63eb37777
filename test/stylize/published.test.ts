/** The import of the published weights, on files of the same form with made-up numbers. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeWeights } from "../../src/engine/weight-file.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { importPublished } from "../../src/stylize/published.ts";
import { loadStylizer } from "../../src/stylize/stylizer-file.ts";
import { noOracle, oracle } from "../oracle.ts";
import { filledStylizer } from "./stylizers.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-published-"));
after(() => rmSync(folder, { recursive: true }));

const filled = filledStylizer({ kind: "vgg-19" });
const encoder = filled.encoder.stateDict();
const decoder = filled.decoder.stateDict();
filled.dispose();

const one: PlainArray = { dtype: "float32", shape: [1], bytes: new Uint8Array(4) };
/** Behind relu4_1. */
const unused = [32, 35, 38, 42, 45, 48, 51].flatMap((index) => [`${index}.weight`, `${index}.bias`]);

/** The two files with these weights; readWeights takes them for what they hold, not for their ending. */
function write(name: string, encoder: ReadonlyMap<string, PlainArray>, decoder: ReadonlyMap<string, PlainArray>) {
  const files = { encoder: join(folder, `${name}-vgg.pth`), decoder: join(folder, `${name}-decoder.pth`) };
  writeWeights(files.encoder, encoder);
  writeWeights(files.decoder, decoder);
  return files;
}

const whole = write("whole", new Map([...encoder, ...unused.map((name) => [name, one] as const)]), decoder);

function assertImported(path: string): string {
  const { stylizer, origin } = loadStylizer(path);
  assert.deepEqual(stylizer.options, { kind: "vgg-19" });
  assert.deepEqual(stylizer.encoder.stateDict(), encoder);
  assert.deepEqual(stylizer.decoder.stateDict(), decoder);
  stylizer.dispose();
  return origin;
}

/** Made-up weights rebuild nothing. */
const noTest = () => ({ signalToNoise: 0, sheet: createPicture({ height: 1, width: 1, channels: 3 }) });

test("both files become one, with their sha256 in it; layers behind relu4_1 are left out", async () => {
  const target = join(folder, "imported.safetensors");
  const { digests } = await importPublished(whole, target, noTest);
  const expected = [whole.encoder, whole.decoder].map((path) =>
    createHash("sha256").update(readFileSync(path)).digest("hex"),
  );
  assert.deepEqual([digests.encoder, digests.decoder], expected);
  const origin = assertImported(target);
  for (const digest of expected) assert.ok(origin.includes(digest), origin);
});

test("files that PyTorch saved, in both of its forms, are imported alike", { skip: noOracle }, async () => {
  const weights = join(folder, "given.safetensors");
  const tagged = (tag: string, tensors: ReadonlyMap<string, PlainArray>) =>
    [...tensors].map(([name, tensor]) => [`${tag}/${name}`, tensor] as const);
  writeWeights(weights, new Map([...tagged("encoder", encoder), ...tagged("decoder", decoder)]));
  oracle(`
import collections, json, struct, numpy as np, torch
data = open("${weights}", "rb").read()
length = struct.unpack("<Q", data[:8])[0]
states = {"encoder": collections.OrderedDict(), "decoder": collections.OrderedDict()}
for name, entry in json.loads(data[8:8 + length]).items():
    start, end = (8 + length + offset for offset in entry["data_offsets"])
    tag, key = name.split("/")
    states[tag][key] = torch.from_numpy(np.frombuffer(data[start:end], np.float32).reshape(entry["shape"]).copy())
for tag, state in states.items():
    for zip in [True, False]:
        torch.save(state, f"${folder}/{tag}-{zip}.pth", _use_new_zipfile_serialization=zip)`);
  for (const form of ["True", "False"]) {
    const target = join(folder, `${form}.safetensors`);
    const files = { encoder: join(folder, `encoder-${form}.pth`), decoder: join(folder, `decoder-${form}.pth`) };
    await importPublished(files, target, noTest);
    assertImported(target);
  }
});

for (const [what, files, message] of [
  [
    "files in the wrong order",
    { encoder: whole.decoder, decoder: whole.encoder },
    /Missing: 0\.weight.*\. Name vgg_normalised\.pth first, then decoder\.pth/,
  ],
  [
    "an encoder without a layer",
    write("less", new Map([...encoder].filter(([name]) => name !== "29.weight")), decoder),
    /Missing: 29\.weight/,
  ],
  [
    "a decoder with a layer more",
    write("more", encoder, new Map([...decoder, ["31.weight", one]])),
    /Not in the network: 31\.weight/,
  ],
  [
    "a weight of another shape",
    write("shape", new Map([...encoder, ["0.bias", one]]), decoder),
    /0\.bias is float32\[1\], the network has float32\[3\]/,
  ],
] as const)
  test(`${what}: refused, and nothing is written`, async () => {
    const target = join(folder, "refused.safetensors");
    await assert.rejects(importPublished(files, target), { code: "weights", message });
    assert.equal(existsSync(target), false);
  });

test("weights that do not give a test picture back are refused, and nothing is written", async () => {
  const target = join(folder, "refused.safetensors");
  const message =
    /whole-vgg\.pth and .*whole-decoder\.pth: a test picture comes back with -?[\d.]+ dB, where at least 12 are expected/;
  await assert.rejects(importPublished(whole, target), { code: "weights", message });
  assert.equal(existsSync(target), false);
});

test("a file that is there is not overwritten", async () => {
  const target = join(folder, "imported.safetensors");
  await assert.rejects(importPublished(whole, target, noTest), { code: "file-exists" });
});
