/** The paper's style features as a bank: means and unbiased deviations of each map. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeNpy } from "../../src/formats/npy.ts";
import { importPublishedStyles } from "../../src/stylize/published-styles.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
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

test("each style becomes mean and unbiased deviation of its maps, with names by number", async () => {
  // Map c of style s holds 10·s + c + {0, 1, 2, 3}: mean + 1.5, variance (2.25 + 0.25 + 0.25 + 2.25) / 3.
  const path = writeFeatures("plain.npy", [2, 32, 2, 2], (index) => {
    const [style, channel] = [Math.floor(index / 128), Math.floor(index / 4) % 32];
    return 10 * style + channel + (index % 4);
  });
  const bank = await importPublishedStyles(path, stylizer);
  assert.deepEqual([...bank.mean.subarray(0, 3), bank.mean[32]], [1.5, 2.5, 3.5, 11.5]);
  assert.ok(bank.deviation.every((value) => Math.abs(value - Math.sqrt(5 / 3)) < 1e-6));
  assert.deepEqual([bank.channels, bank.size, bank.pictures[1]!.name], [32, 16, "style 1"]);
  assert.equal(bank.encoder, stylizer.encoderDigest());
});

test("features of another network are refused", async () => {
  const path = writeFeatures("channels.npy", [1, 16, 2, 2], () => 1);
  await assert.rejects(importPublishedStyles(path, stylizer), {
    code: "weights",
    message: /holds float32\[1,16,2,2\], where features of this stylizer are float32\[styles,32,height,width\]/,
  });
});

for (const [order, from, to] of [
  ["column by column", "'fortran_order': False", "'fortran_order': True "],
  ["big-endian", "<f4", ">f4"],
] as const)
  test(`features that lie there ${order} are refused, not read wrongly`, async () => {
    const path = writeFeatures("order.npy", [1, 32, 2, 2], (index) => index);
    writeFileSync(path, readFileSync(path, "latin1").replace(from, to), "latin1");
    await assert.rejects(importPublishedStyles(path, stylizer), {
      code: "weights",
      message: new RegExp(`holds float32\\[1,32,2,2\\], ${order}`),
    });
  });

test("features that are cut off are refused", async () => {
  const path = writeFeatures("cut.npy", [2, 32, 2, 2], () => 1);
  truncateSync(path, 700);
  await assert.rejects(importPublishedStyles(path, stylizer), { code: "file-damaged", message: /truncated/ });
});

test("numbers that are not finite are refused, naming the style", async () => {
  const path = writeFeatures("infinite.npy", [2, 32, 2, 2], (index) => (index === 130 ? Number.NaN : 1));
  await assert.rejects(importPublishedStyles(path, stylizer), { code: "file-damaged", message: /style 1 has numbers/ });
});

test("stopped while it measures, it says so and leaves no file open", { skip: cannotCount }, async () => {
  const path = writeFeatures("long.npy", [3, 32, 2, 2], () => 1);
  const before = countOpenFiles();
  const stop = AbortSignal.abort();
  await assert.rejects(importPublishedStyles(path, stylizer, { signal: stop }), {
    code: "interrupted",
    message: /measuring .*long\.npy: stopped/,
  });
  assert.equal(countOpenFiles(), before);
});
