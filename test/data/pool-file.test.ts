/** The form into which pools are brought: NumPy reads it, its note says where it comes from, and it is there whole or not. */
import assert from "node:assert/strict";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createPictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import { readPool } from "../../src/data/pool.ts";
import { checkPoolSpace, readPoolNote, writePool } from "../../src/data/pool-file.ts";
import { PatinaError } from "../../src/errors.ts";
import { writeWhole } from "../../src/files.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { zipOf } from "../formats/archives.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
import { noOracle, oracle } from "../oracle.ts";
import { noise, temporaryFolder, writeFiles } from "./samples.ts";

const shape = { height: 8, width: 8, channels: 3 } as const;
const LABELS = [0, 1, 1, 0, 1];
const pictures = Buffer.concat(LABELS.map((_, index) => noise(shape, index).bytes));

async function write(path: string, classes?: readonly string[]) {
  const content = { shape, labels: Uint16Array.from(LABELS), classes };
  return writePool(
    path,
    content,
    async ({ path: file, offset }) => {
      const handle = openSync(file, "r+");
      writeWhole(handle, pictures, offset);
      closeSync(handle);
      return { source: { path: "a.tar", sha256: "s" } };
    },
    {},
  );
}

test("what is written is a pool again, its note with it", async () => {
  const path = join(temporaryFolder(), "new folder", "pool.npz");
  const note = await write(path, ["cat", "dog"]);
  const pool = await readPool(path, 3, temporaryFolder());
  assert.deepEqual([...pool.labels], LABELS);
  assert.deepEqual(pool.classes, ["cat", "dog"]);
  assert.deepEqual([pool.note, note.source], [note, { path: "a.tar", sha256: "s" }]);
  const picture = new Uint8Array(192);
  pool.store.readInto(3, picture, 0);
  assert.deepEqual(picture, noise(shape, 3).bytes);
});

test("its digest is that of a set of the same pictures and labels", async () => {
  const { digest } = await write(join(temporaryFolder(), "pool.npz"));
  const bytes = allocatePictures(LABELS.length, 192);
  bytes.set(pictures);
  const store = new MemoryStore(bytes, 192);
  const set = createPictureSet({ name: "p", shape, store, labels: Uint16Array.from(LABELS), classCount: 2 });
  assert.equal(digest, set.digest);
});

test("equal pools are equal files", async () => {
  const folder = temporaryFolder();
  for (const name of ["a.npz", "b.npz"]) await write(join(folder, name));
  assert.deepEqual(readFileSync(join(folder, "a.npz")), readFileSync(join(folder, "b.npz")));
});

test("NumPy reads image and label, and finds the archive whole", { skip: noOracle }, async () => {
  const path = join(temporaryFolder(), "pool.npz");
  await write(path);
  const found = oracle(`
import json, zipfile, numpy as np
assert zipfile.ZipFile(${JSON.stringify(path)}).testzip() is None
pool = np.load(${JSON.stringify(path)})
print(json.dumps([pool["image"].shape, str(pool["image"].dtype), pool["label"].tolist(), str(pool["label"].dtype), pool["image"][4].ravel().tolist()]))`);
  assert.deepEqual(JSON.parse(found), [[5, 8, 8, 3], "uint8", LABELS, "int64", [...noise(shape, 4).bytes]]);
});

test("a failure on the way leaves nothing behind", async () => {
  const folder = temporaryFolder();
  const content = { shape, labels: Uint16Array.from(LABELS), classes: undefined };
  const fail = async () => {
    throw new PatinaError("interrupted", "stopped");
  };
  await assert.rejects(writePool(join(folder, "pool.npz"), content, fail, {}), { code: "interrupted" });
  assert.deepEqual(readdirSync(folder), []);
});

test("a pool that no disk can hold is refused before anything is written", async () => {
  const folder = temporaryFolder();
  const huge = { height: 30_000, width: 30_000, channels: 3 } as const;
  const content = { shape: huge, labels: new Uint16Array(1e6), classes: undefined };
  await assert.rejects(
    writePool(join(folder, "pool.npz"), content, async () => ({}), {}),
    { code: "file-system", message: /a pool of 1,000,000 pictures takes/ },
  );
  assert.deepEqual(readdirSync(folder), []);
});

const foreignNotes: Record<string, string> = {
  "no JSON": "{",
  "another format": JSON.stringify({ format: 2, what: "pool of synthetic pictures" }),
  "another thing": JSON.stringify({ format: 1, what: "a run" }),
};
for (const [what, note] of Object.entries(foreignNotes))
  test(`a note that is ${what} is refused`, async () => {
    const zip = zipOf([{ name: "patina.json", data: Buffer.from(note) }]);
    const path = join(writeFiles(temporaryFolder(), { "p.npz": zip }), "p.npz");
    await assert.rejects(readPoolNote(path), { code: "file-damaged", message: /its note \(patina\.json\) is none/ });
  });

test("labels beyond the classes of the note are refused", async () => {
  const path = join(temporaryFolder(), "pool.npz");
  await write(path, ["cat"]);
  await assert.rejects(readPool(path, 3, temporaryFolder()), {
    code: "file-damaged",
    message: /labels go beyond the 1 classes of its note/,
  });
});

test("a pool whose note is refused is closed again", { skip: cannotCount }, async () => {
  const folder = temporaryFolder();
  const notes = {
    "damaged.npz": "{",
    "beyond.npz": JSON.stringify(await write(join(folder, "p.npz"), ["cat"])),
  };
  const image = { name: "image.npy", data: writeNpy({ dtype: "uint8", shape: [5, 8, 8, 3], bytes: pictures }) };
  const label = { name: "label.npy", data: writeNpy({ dtype: "uint8", shape: [5], bytes: Uint8Array.from(LABELS) }) };
  for (const [name, note] of Object.entries(notes)) {
    const path = join(folder, name);
    writeFiles(folder, { [name]: zipOf([image, label, { name: "patina.json", data: Buffer.from(note) }]) });
    const before = countOpenFiles();
    await assert.rejects(readPool(path, 3, temporaryFolder()), { code: "file-damaged", message: /its note/ });
    assert.equal(countOpenFiles(), before, name);
  }
});

test("room for a pool is asked for before its pictures are there", () => {
  const path = join(temporaryFolder(), "deep/pool.npz");
  checkPoolSpace(path, { height: 32, width: 32, channels: 3 }, 10);
  const vast = { height: 1 << 20, width: 1 << 20, channels: 3 } as const;
  assert.throws(() => checkPoolSpace(path, vast, 1e6), {
    code: "file-system",
    message: /has \d+.* free, a pool of 1,000,000 pictures takes \d+ MB\. Free some space/,
  });
});
