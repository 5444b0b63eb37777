/** Pictures corrupted in threads: what a cell holds depends on data set, corruption, severity and index alone. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { type GeneratedOptions, openGenerated } from "../../src/benchmark/generated.ts";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import type { FrostTextures } from "../../src/corrupt/frost/textures.ts";
import { findCorruption } from "../../src/corrupt/registry.ts";
import { cellStream, suiteVersion } from "../../src/corrupt/suites.ts";
import { FileStore } from "../../src/data/picture-store.ts";
import { PatinaError } from "../../src/errors.ts";
import { byteCount } from "../../src/pictures/picture.ts";
import { noisePictures, noiseSet, readCell, setOf } from "./pictures.ts";

const shape = { height: 8, width: 9, channels: 3 } as const;
const count = 150; // pieces of 64, 64 and 22
const pictures = noiseSet(shape, count);
const folder = mkdtempSync(join(tmpdir(), "patina-generated-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function using<T>(options: Partial<GeneratedOptions>, work: (source: BenchmarkSource) => Promise<T>): Promise<T> {
  const source = openGenerated({ pictures, dataSet: "noise", workers: 2, ...options });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

test("a cell holds each picture, corrupted from the stream of data set, corruption, severity and index, and its label", async () => {
  const { draw, apply, constants } = findCorruption("gaussian_noise");
  const made = Array.from({ length: count }, (_, index) => {
    const picture = { ...shape, bytes: new Uint8Array(byteCount(shape)) };
    pictures.store.readInto(index, picture.bytes, 0);
    const strength = constants[32][3]!;
    const drawn = draw(cellStream("noise", "gaussian_noise", 4).fork(index), shape, strength, picture.bytes);
    return apply(picture, drawn, strength).bytes;
  });
  const cell = await using({}, (source) => readCell(source, "gaussian_noise", 4, 60));
  assert.equal(cell.bytes, Buffer.concat(made).toString("hex"));
  assert.deepEqual(cell.labels, [...pictures.labels]);
  assert.deepEqual(cell.counts, [60, 60, 30]);
});

test("the batch and the number of threads change no byte", async () => {
  const read = (workers: number, batch: number) =>
    using({ workers }, (source) => readCell(source, "gaussian_noise", 2, batch));
  const [one, two, three] = await Promise.all([read(1, 7), read(2, 64), read(3, 1000)]);
  assert.equal(two.bytes, one.bytes);
  assert.equal(three.bytes, one.bytes);
});

test("a part of the pictures has the bytes and labels that it has in the whole", async () => {
  const whole = await using({}, (source) => readCell(source, "gaussian_noise", 1, 50));
  const indices = Uint32Array.of(149, 3, 70);
  const part = await using({ indices }, (source) => readCell(source, "gaussian_noise", 1, 2));
  const size = 2 * byteCount(shape);
  assert.equal(part.bytes, Array.from(indices, (i) => whole.bytes.slice(i * size, (i + 1) * size)).join(""));
  assert.deepEqual(
    part.labels,
    Array.from(indices, (index) => pictures.labels[index]),
  );
});

test("cells that were asked for early, left early or read side by side hold the same", async () => {
  const alone = await using({}, (source) => readCell(source, "gaussian_noise", 5, 40));
  await using({}, async (source) => {
    const left = source.read("gaussian_noise", 1, 40);
    const early = source.read("gaussian_noise", 5, 40);
    const beside = readCell(source, "gaussian_noise", 5, 40);
    for await (const { count } of left) if (count === 40) break;
    const bytes: Buffer[] = [];
    for await (const batch of early) bytes.push(Buffer.from(batch.bytes));
    assert.equal(Buffer.concat(bytes).toString("hex"), alone.bytes);
    assert.equal((await beside).bytes, alone.bytes);
  });
});

test("a folder's name is its last part: the same bytes wherever it lies", async () => {
  const read = (dataSet: string) =>
    using({ dataSet }, async (source) => [source.dataSet, await readCell(source, "gaussian_noise", 1, 40)]);
  assert.deepEqual(await read("/mnt/here/leaves"), await read("leaves/"));
  assert.equal((await read("."))[0], basename(process.cwd()));
});

test("it says its origin, its shape, the corruptions of the suites, and where constants are not the published ones", async () => {
  await using({}, async ({ origin, shape: own, corruptions, notes }) => {
    assert.equal(origin, `generated@${suiteVersion}`);
    assert.deepEqual(own, shape);
    assert.equal(corruptions.length, 29);
    assert.match(notes[0]!, /^Frost is made of textures of our own/);
    assert.deepEqual(notes.slice(1), ["8x9x3 has no published constants; those of 32x32x3 are used."]);
  });
  const standard = noiseSet({ height: 32, width: 32, channels: 3 }, 1);
  await using({ pictures: standard }, async ({ notes }) => assert.equal(notes.length, 1));
});

test("the identity of cells changes with the pictures, those chosen of them and the data set's name; of frost with its textures", async () => {
  const photographs: FrostTextures = { name: "photographs", pictures: [] };
  const identity = (options: Partial<GeneratedOptions>, corruption = "frost") =>
    using(options, async (source) => source.identity(corruption, 1));
  const own = await identity({});
  assert.equal(await identity({ workers: 1 }), own);
  for (const options of [
    { pictures: noiseSet(shape, count + 1) },
    { indices: Uint32Array.of(3) },
    { dataSet: "other" },
    { frost: photographs },
  ])
    assert.notEqual(await identity(options), own);
  assert.equal(await identity({ frost: photographs }, "fog"), await identity({}, "fog"));
});

test("a corruption that nobody knows is named, with the nearest name", async () => {
  await using({}, async (source) => {
    assert.throws(
      () => source.read("gausian_noise", 1, 10),
      (error) => error instanceof PatinaError && error.code === "unknown-name" && /gaussian_noise/.test(error.message),
    );
    assert.throws(() => source.check("gausian_noise", 1), { code: "unknown-name" });
  });
});

test("a signal stops it as interrupted", async () => {
  const stop = new AbortController();
  await using({ signal: stop.signal }, async (source) => {
    await assert.rejects(
      async () => {
        for await (const _ of source.read("gaussian_noise", 1, 10)) stop.abort();
      },
      (error) => error instanceof PatinaError && error.code === "interrupted",
    );
  });
});

test("a picture file that is cut off meanwhile is an error that names it, not a wait without end", async () => {
  const path = join(folder, "cut.bin");
  writeFileSync(path, noisePictures(shape, count));
  const set = setOf(shape, new FileStore(path, byteCount(shape), count));
  await using({ pictures: set }, async (source) => {
    truncateSync(path, 10);
    await assert.rejects(
      () => readCell(source, "gaussian_noise", 1, 10),
      (error) => error instanceof PatinaError && error.code === "file-damaged" && error.message.includes(path),
    );
  });
});
