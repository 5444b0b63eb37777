import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  allocatePictures,
  FileStore,
  MemoryStore,
  openSharedStore,
  type PictureStore,
  readPieces,
} from "../../src/data/picture-store.ts";
import { temporaryFolder, writeFiles } from "./samples.ts";

const count = 7;
const pictureBytes = 5;
const bytes = Uint8Array.from({ length: count * pictureBytes }, (_, at) => at + 100);
const pictureAt = (index: number) => [...bytes.subarray(index * pictureBytes, (index + 1) * pictureBytes)];
const path = join(writeFiles(temporaryFolder(), { "a.bin": Buffer.concat([Buffer.from("head"), bytes]) }), "a.bin");

function inMemory(): MemoryStore {
  const memory = allocatePictures(count, pictureBytes);
  memory.set(bytes);
  return new MemoryStore(memory, pictureBytes);
}
const stores: Record<string, () => PictureStore> = {
  memory: inMemory,
  file: () => new FileStore(path, pictureBytes, count, 4),
  "part of memory": () => {
    const memory = allocatePictures(count + 2, pictureBytes);
    memory.set(bytes, pictureBytes);
    return new MemoryStore(memory.subarray(pictureBytes, (count + 1) * pictureBytes), pictureBytes);
  },
};

for (const [kind, open] of Object.entries(stores)) {
  test(`a store in ${kind} copies the picture that is asked for to where it is wanted`, () => {
    const store = open();
    const target = new Uint8Array(9);
    for (let index = 0; index < count; index++) {
      store.readInto(index, target, 2);
      assert.deepEqual([...target], [0, 0, ...pictureAt(index), 0, 0]);
    }
    assert.equal(store.count, count);
  });

  test(`a store in ${kind} is opened by another thread`, async () => {
    const worker = new Worker(new URL("./store-worker.ts", import.meta.url), {
      workerData: { shared: open().share(), index: 6 },
    });
    const answer = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    assert.deepEqual(answer, { count, picture: pictureAt(6) });
  });

  test(`a store in ${kind} has no pictures beyond its own`, () => {
    for (const index of [-1, count, 0.5, Number.NaN])
      assert.throws(() => open().readInto(index, new Uint8Array(5), 0), { code: "argument", message: /has 7, from 0/ });
  });

  test(`all bytes of a store in ${kind} come in whole pictures, in their order`, () => {
    assert.deepEqual(
      [...readPieces(open())].flatMap((piece) => [...piece]),
      [...bytes],
    );
  });
}

test("large stores come in pieces of about 1 MB", () => {
  const store = new MemoryStore(allocatePictures(5, 400_000), 400_000);
  assert.deepEqual(
    [...readPieces(store)].map((piece) => piece.length),
    [800_000, 800_000, 400_000],
  );
});

test("memory that is shared is not copied", () => {
  const store = inMemory();
  const other = openSharedStore(structuredClone(store.share()));
  store.bytes[0] = 1;
  const picture = new Uint8Array(pictureBytes);
  other.readInto(0, picture, 0);
  assert.equal(picture[0], 1);
});

test("a file that is too short is refused when it is opened, and when it was cut after that", () => {
  assert.throws(() => new FileStore(path, pictureBytes, count + 1, 4), { code: "file-damaged", message: /truncated/ });
  const cut = join(writeFiles(temporaryFolder(), { "b.bin": bytes }), "b.bin");
  const store = new FileStore(cut, pictureBytes, count);
  truncateSync(cut, 12);
  store.readInto(1, new Uint8Array(5), 0);
  assert.throws(() => store.readInto(2, new Uint8Array(5), 0), { code: "file-damaged", message: /ends at byte 12/ });
  store.close();
});
