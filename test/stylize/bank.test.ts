/** The style bank: measured from pictures, written and read again. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { sha256 } from "../../src/files.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import { encodeSafetensors, readSafetensors } from "../../src/formats/safetensors.ts";
import { encodePng } from "../../src/pictures/codec.ts";
import { loadStyleBank, saveStyleBank } from "../../src/stylize/bank.ts";
import { imagesOf } from "../../src/stylize/images.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { readStylePictures, type StylePicture } from "../../src/stylize/style-pictures.ts";
import { noise, plain, tarGzOf, temporaryFolder, writeFiles } from "../data/samples.ts";
import { assertClose } from "../numbers.ts";
import { filledStylizer } from "./stylizers.ts";

setThreadCount(1);

const folder = temporaryFolder();
const stylizer = filledStylizer();
after(() => stylizer.dispose());

const options = { size: 32, crop: "centre", source: "made up" } as const;
const picture = noise({ height: 32, width: 32, channels: 3 }, "style");
const style = (name: string): StylePicture => ({ name, digest: sha256(name), picture });
const bank = await makeStyleBank(stylizer, [style("a"), style("b")], options);

/** The file of the bank with something changed. */
function changed(
  name: string,
  tensors: Record<string, PlainArray | undefined>,
  metadata: Record<string, string> = {},
): string {
  const path = join(folder, `${name}.safetensors`);
  saveStyleBank(path, bank);
  const whole = readSafetensors(readFileSync(path), path);
  const parts = Object.entries({ ...Object.fromEntries(whole.tensors), ...tensors });
  const kept = new Map(parts.filter((part): part is [string, PlainArray] => part[1] !== undefined));
  writeFileSync(path, encodeSafetensors(kept, { ...whole.metadata, ...metadata }));
  return path;
}

test("a bank holds mean and deviation of each channel over all places of a picture's features", () => {
  scope(() =>
    inference(() => {
      const features = stylizer.encode(imagesOf(picture.bytes, picture, "cpu")).toFloat32Array(); // [1,32,4,4]
      for (let channel = 0; channel < stylizer.channels; channel++) {
        const places = features.subarray(channel * 16, (channel + 1) * 16);
        const mean = places.reduce((sum, value) => sum + value, 0) / 16;
        const variance = places.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 15;
        for (const row of [0, stylizer.channels]) {
          assertClose([bank.mean[row + channel]!], [mean], 1e-5);
          assertClose([1 + bank.deviation[row + channel]!], [1 + Math.sqrt(variance)], 1e-5);
        }
      }
    }),
  );
  assert.deepEqual(bank.pictures, [
    { name: "a", digest: sha256("a") },
    { name: "b", digest: sha256("b") },
  ]);
});

test("pictures of other sizes are cut and resized first, and each is told", async () => {
  const told: number[] = [];
  const large = [plain(20, 40, 255, 0, 0), plain(64, 64, 0, 0, 255)];
  const made = await makeStyleBank(
    stylizer,
    large.map((picture, index) => ({ name: `${index}`, digest: sha256(""), picture })),
    { ...options, progress: (done) => void told.push(done) },
  );
  assert.deepEqual(told, [1, 2]);
  assert.equal(made.mean.length, 2 * stylizer.channels);
  // A picture of one colour has features of one value each, whatever its size; their mean is rounded.
  const largest = Math.max(...made.deviation);
  assert.ok(largest < 1e-6, `deviations up to ${largest}`);
});

test("measuring leaves no tensors behind", async () => {
  const before = handleCounts().live;
  await makeStyleBank(stylizer, [style("a")], options);
  assert.equal(handleCounts().live, before);
});

test("what is read is what was written", () => {
  const path = join(folder, "bank.safetensors");
  saveStyleBank(path, bank);
  assert.deepEqual(loadStyleBank(path), bank);
});

test("style pictures are those of a folder at any depth, sorted, or of a tar; their digests are of their files", async () => {
  const files = {
    "b/one.png": await encodePng(plain(3, 4, 10, 20, 30)),
    "a.png": await encodePng(plain(5, 2, 7)), // grey ones become coloured
    "index.csv": Buffer.from("no picture"),
  };
  const paths = [writeFiles(join(folder, "styles"), files), join(folder, "styles.tar.gz")];
  writeFileSync(paths[1]!, tarGzOf(files));
  for (const path of paths) {
    const found: StylePicture[] = [];
    for await (const style of readStylePictures(path)) found.push(style);
    const expected = [
      { name: "a.png", digest: sha256(files["a.png"]), picture: plain(5, 2, 7, 7, 7) },
      { name: "b/one.png", digest: sha256(files["b/one.png"]), picture: plain(3, 4, 10, 20, 30) },
    ];
    assert.deepEqual(
      found.sort((a, b) => (a.name < b.name ? -1 : 1)),
      expected,
      path,
    );
  }
});

const number = (value: number, shape: number[]): PlainArray => {
  const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  return { dtype: "float32", shape, bytes: new Uint8Array(numbers.buffer) };
};

for (const [what, tensors, metadata, message] of [
  ["a missing deviation", { deviation: undefined }, {}, /its "deviation" is missing/],
  ["fewer styles than names", { mean: number(0, [1, 32]) }, {}, /"mean" is float32\[1,32\], not float32\[2,32\]/],
  ["parts of different channels", { deviation: number(1, [2, 31]) }, {}, /"deviation" is float32\[2,31\]/],
  ["a mean that is infinite", { mean: number(Number.POSITIVE_INFINITY, [2, 32]) }, {}, /"mean" has numbers not finite/],
  ["no channels", { mean: number(0, [2, 0]), deviation: number(0, [2, 0]) }, {}, /"mean" is float32\[2,0\]/],
  ["names that are not JSON", {}, { pictures: "[" }, /style bank \(pictures: is not JSON/],
  ["no digest of an encoder", {}, { encoder: "abc" }, /encoder: must be a sha256/],
] as const)
  test(`a bank with ${what} is refused as damaged`, () => {
    const path = changed(what, tensors, metadata);
    assert.throws(() => loadStyleBank(path), { code: "file-damaged", message });
  });

test("no style pictures, ones too narrow, and a size too small for the stylizer are refused", async () => {
  await assert.rejects(makeStyleBank(stylizer, [], options), { code: "data", message: /made up: no style pictures/ });
  const narrow = [{ name: "line.png", digest: sha256(""), picture: plain(1, 300, 1, 2, 3) }];
  await assert.rejects(makeStyleBank(stylizer, narrow, options), { code: "picture", message: /line\.png: is 1x300/ });
  await assert.rejects(makeStyleBank(stylizer, [style("a")], { ...options, size: 4 }), { code: "argument" });
});
