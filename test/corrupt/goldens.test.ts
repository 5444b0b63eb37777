/** The count of bytes that differ from recorded goldens: what `npm run golden` prints. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkGolden, listGoldens } from "../../scripts/goldens.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { temporaryFolder } from "../data/samples.ts";
import { zipOf } from "../formats/archives.ts";

/** Made by a second implementation: see the README there. */
const ourGoldens = listGoldens(new URL("../golden/corrupt", import.meta.url).pathname);
const pictureBytes = 32 * 32 * 3;

/** A golden of contrast, which leaves white pictures as they are, with these arrays of two pictures each. */
function golden(arrays: Readonly<Record<string, Uint8Array>>) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "c", "32"), { recursive: true });
  const parts = Object.entries(arrays).map(([name, bytes]) => ({
    name: `${name}.npy`,
    data: writeNpy({ dtype: "uint8", shape: [2, 32, 32, 3], bytes }),
  }));
  writeFileSync(join(folder, "c", "32", "contrast.npz"), zipOf(parts));
  return listGoldens(folder)[0]!;
}

const white = () => new Uint8Array(2 * pictureBytes).fill(255);

test("every byte of every recorded output is compared, and those that differ are counted", async () => {
  const other = white();
  for (const place of [0, pictureBytes, 2 * pictureBytes - 1]) other[place] = 254;
  const result = await checkGolden(golden({ input: white(), output_s1: white(), output_s5: other }));
  assert.deepEqual(result, { name: "contrast", size: 32, bytes: 4 * pictureBytes, differing: 3 });
});

test("a file without outputs is an error: nothing compared is not equal", async () => {
  await assert.rejects(() => checkGolden(golden({ input: white() })), /contrast\.npz: holds no recorded output/);
});

test("23 corruptions have goldens of our own making", () => {
  assert.equal(ourGoldens.length, 23);
});

for (const golden of ourGoldens)
  test(`${golden.name}: no byte differs from the second implementation`, async () => {
    const bytes = 2 * 3 * pictureBytes; // two pictures, severities 1, 3 and 5
    assert.deepEqual(await checkGolden(golden), { name: golden.name, size: 32, bytes, differing: 0 });
  });
