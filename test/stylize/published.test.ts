/** The import of the published weights, on files of the same form with made-up numbers. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeWeights } from "../../src/engine/weight-file.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { decodePicture } from "../../src/pictures/codec.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { drawSheet } from "../../src/pictures/sheet.ts";
import { importPublished } from "../../src/stylize/published.ts";
import { drawScene } from "../../src/stylize/scenes.ts";
import { signalToNoise } from "../../src/stylize/signal-to-noise.ts";
import { loadStylizer } from "../../src/stylize/stylizer-file.ts";
import { runCommand } from "../cli/run-command.ts";
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

type Weights = ReadonlyMap<string, PlainArray>;
const withUnused = (weights: Weights): Weights => new Map([...weights, ...unused.map((name) => [name, one] as const)]);

/** The two files with these weights; readWeights takes them for what they hold, not for their ending. */
function write(name: string, encoder: Weights, decoder: Weights) {
  const files = { encoder: join(folder, `${name}-vgg.pth`), decoder: join(folder, `${name}-decoder.pth`) };
  writeWeights(files.encoder, encoder);
  writeWeights(files.decoder, decoder);
  return files;
}

const whole = write("whole", withUnused(encoder), decoder);

function assertImported(path: string, wanted = { encoder, decoder }): string {
  const { stylizer, origin } = loadStylizer(path);
  assert.deepEqual(stylizer.options, { kind: "vgg-19" });
  assert.deepEqual(stylizer.encoder.stateDict(), wanted.encoder);
  assert.deepEqual(stylizer.decoder.stateDict(), wanted.decoder);
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

/** Weights of these shapes that hand the first three channels on as they are, and give 0 in all others. */
function handOn(shapes: Weights): Map<string, PlainArray> {
  return new Map(
    [...shapes].map(([name, { dtype, shape }]) => {
      const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (shape.length === 4) {
        const [, inputs, height, width] = shape as [number, number, number, number];
        const centre = Math.floor((height * width) / 2);
        for (let channel = 0; channel < 3; channel++) numbers[channel * (inputs + 1) * height * width + centre] = 1;
      }
      return [name, { dtype, shape, bytes: new Uint8Array(numbers.buffer) }];
    }),
  );
}

/** What three poolings leave of a picture, enlarged again: in each square of 8x8 pixels the highest value of each colour. */
function pooled({ height, width, channels, bytes }: Picture): Picture {
  const result = createPicture({ height, width, channels });
  const highest = (top: number, left: number, channel: number) => {
    let most = 0;
    for (let row = top; row < top + 8; row++)
      for (let column = left; column < left + 8; column++)
        most = Math.max(most, bytes[(row * width + column) * channels + channel]!);
    return most;
  };
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < channels; channel++)
        result.bytes[(row * width + column) * channels + channel] = highest(row & ~7, column & ~7, channel);
  return result;
}

test("patina stylizer import tells how well the test picture comes back, and its sheet shows both", async () => {
  const handed = { encoder: handOn(encoder), decoder: handOn(decoder) };
  const files = write("handed", withUnused(handed.encoder), handed.decoder);
  const [target, sheet] = [join(folder, "handed.safetensors"), join(folder, "sheet.png")];
  const words = ["stylizer", "import", files.encoder, files.decoder, target, "--sheet", sheet];
  const { status, out, err } = await runCommand(words);
  assert.equal(status, 0, err);

  const picture = drawScene("house", 224);
  const rebuilt = pooled(picture);
  const [decibel] = signalToNoise(picture.bytes, rebuilt.bytes, picture.bytes.length); // 18.4
  assert.ok(out.includes(`${target}: the test picture comes back with ${decibel!.toFixed(1)} dB\n`), out);
  assertImported(target, handed);
  assert.deepEqual(await decodePicture(readFileSync(sheet), sheet), drawSheet([picture, rebuilt], { columns: 2 }));
});

test("a sheet that is there is not overwritten, and nothing is imported", async () => {
  const [target, sheet] = [join(folder, "other.safetensors"), join(folder, "own-sheet.png")];
  writeFileSync(sheet, "mine");
  const { status, err } = await runCommand([
    ...["stylizer", "import", whole.encoder, whole.decoder, target],
    ...["--sheet", sheet],
  ]);
  assert.equal(status, 1);
  assert.match(err, /own-sheet\.png: is there already/);
  assert.equal(readFileSync(sheet, "utf8"), "mine");
  assert.equal(existsSync(target), false);
});
