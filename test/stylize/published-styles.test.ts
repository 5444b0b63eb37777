/** The paper's style features as a bank: means and unbiased deviations of each map. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeNpy } from "../../src/formats/npy.ts";
import { importPublishedStyles } from "../../src/stylize/published-styles.ts";
import { filledStylizer } from "./stylizers.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-styles-"));
after(() => rmSync(folder, { recursive: true }));
const stylizer = filledStylizer(); // 32 channels
after(() => stylizer.dispose());

function writeFeatures(name: string, shape: number[], valueAt: (index: number) => number): string {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => valueAt(index));
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: "float32", shape, bytes: new Uint8Array(values.buffer) }));
  return path;
}

test("each style becomes mean and unbiased deviation of its maps, with names by number", () => {
  // Map c of style s holds 10·s + c + {0, 1, 2, 3}: mean + 1.5, variance (2.25 + 0.25 + 0.25 + 2.25) / 3.
  const path = writeFeatures("plain.npy", [2, 32, 2, 2], (index) => {
    const [style, channel] = [Math.floor(index / 128), Math.floor(index / 4) % 32];
    return 10 * style + channel + (index % 4);
  });
  const bank = importPublishedStyles(path, stylizer);
  assert.deepEqual([...bank.mean.subarray(0, 3), bank.mean[32]], [1.5, 2.5, 3.5, 11.5]);
  assert.ok(bank.deviation.every((value) => Math.abs(value - Math.sqrt(5 / 3)) < 1e-6));
  assert.deepEqual([bank.channels, bank.size, bank.pictures[1]!.name], [32, 16, "style 1"]);
  assert.equal(bank.encoder, stylizer.encoderDigest());
});

test("features of another network are refused", () => {
  const path = writeFeatures("channels.npy", [1, 16, 2, 2], () => 1);
  assert.throws(() => importPublishedStyles(path, stylizer), {
    code: "weights",
    message: /holds float32\[1,16,2,2\], where features of this stylizer are float32\[styles,32,height,width\]/,
  });
});

test("features that are cut off are refused", () => {
  const path = writeFeatures("cut.npy", [2, 32, 2, 2], () => 1);
  truncateSync(path, 700);
  assert.throws(() => importPublishedStyles(path, stylizer), { code: "file-damaged", message: /truncated/ });
});

test("numbers that are not finite are refused, naming the style", () => {
  const path = writeFeatures("infinite.npy", [2, 32, 2, 2], (index) => (index === 130 ? Number.NaN : 1));
  assert.throws(() => importPublishedStyles(path, stylizer), { code: "file-damaged", message: /style 1 has numbers/ });
});
