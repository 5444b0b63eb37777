/** Benchmarks that lie on disk: both published layouts, and what is refused. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openOfficial } from "../../src/benchmark/official.ts";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import { chooseSubset } from "../../src/data/subset.ts";
import { type ErrorCode, PatinaError } from "../../src/errors.ts";
import type { ArrayDtype } from "../../src/formats/array.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { encodePng } from "../../src/pictures/codec.ts";
import { byteCount } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { classCount, noiseSet, readCell } from "./pictures.ts";

const shape = { height: 8, width: 8, channels: 3 } as const;
const count = 14; // two of each class
const pictureBytes = byteCount(shape);
const classes = Array.from({ length: classCount }, (_, label) => `class${label}`);
const data = { name: "noise", classes, test: noiseSet(shape, count) };
const root = mkdtempSync(join(tmpdir(), "patina-official-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => {
  const folder = join(root, `${folders++}`);
  mkdirSync(folder);
  return folder;
};

/** Bytes that are different in every row of every corruption. */
function rowsOf(corruption: string, rows: number): Uint8Array {
  const draws = stream(0, "rows", corruption);
  return Uint8Array.from({ length: rows * pictureBytes }, () => draws.integer(0, 255));
}

function writeArrays(
  names: readonly string[],
  {
    rows = 5 * count,
    dtype = "uint8" as ArrayDtype,
    side = 8,
    labels = (row: number) => data.test.labels[row % count]!,
  } = {},
): string {
  const folder = newFolder();
  for (const name of names) {
    const bytes =
      dtype === "uint8" ? rowsOf(name, rows).subarray(0, rows * side * side * 3) : new Uint8Array(rows * 192 * 4);
    writeFileSync(join(folder, `${name}.npy`), writeNpy({ dtype, shape: [rows, side, side, 3], bytes }));
  }
  const numbers = BigInt64Array.from({ length: rows }, (_, row) => BigInt(labels(row)));
  writeFileSync(
    join(folder, "labels.npy"),
    writeNpy({ dtype: "int64", shape: [rows], bytes: new Uint8Array(numbers.buffer) }),
  );
  return folder;
}

/** Two pictures of each class in every cell; the bytes of a picture are those of its row in `rowsOf`. */
async function writeFolders(
  names: readonly string[],
  { above = "", severities = ["1", "2", "3", "4", "5"], classFolders = classes } = {},
): Promise<string> {
  const folder = newFolder();
  for (const name of names) {
    const bytes = rowsOf(name, 5 * count);
    for (const [block, severity] of severities.entries())
      for (let place = 0; place < 2 * classFolders.length; place++) {
        const row = block * count + place;
        const picture = { ...shape, bytes: bytes.slice(row * pictureBytes, (row + 1) * pictureBytes) };
        const path = join(folder, above, name, severity, classFolders[Math.floor(place / 2)]!);
        mkdirSync(path, { recursive: true });
        writeFileSync(join(path, `${place}.png`), await encodePng(picture));
      }
  }
  return folder;
}

async function using<T>(source: BenchmarkSource, work: (source: BenchmarkSource) => Promise<T>): Promise<T> {
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

const refused =
  (code: ErrorCode, ...parts: RegExp[]) =>
  (error: unknown) =>
    error instanceof PatinaError && error.code === code && parts.every((part) => part.test(error.message));

const block = (corruption: string, severity: number) =>
  Buffer.from(
    rowsOf(corruption, 5 * count).subarray((severity - 1) * count * pictureBytes, severity * count * pictureBytes),
  );

test("arrays: a severity is its fifth of the rows, with the labels of the test part", async () => {
  await using(openOfficial(writeArrays(["fog", "gaussian_noise"]), { data }), async (source) => {
    assert.equal(source.origin, "official");
    assert.deepEqual(source.corruptions, ["gaussian_noise", "fog"]);
    assert.equal(source.count, count);
    const { bytes, labels } = await readCell(source, "fog", 4, 5);
    assert.equal(bytes, block("fog", 4).toString("hex"));
    assert.deepEqual(labels, [...data.test.labels]);
  });
});

/** Pixels of these rows of a severity. */
const rowsOfBlock = (corruption: string, severity: number, rows: readonly number[]) =>
  Buffer.concat(
    rows.map((row) => block(corruption, severity).subarray(row * pictureBytes, (row + 1) * pictureBytes)),
  ).toString("hex");

test("arrays: a subset holds the pictures that a subset of the data set holds", async () => {
  await using(openOfficial(writeArrays(["fog"]), { data, subset: 5 }), async (source) => {
    const chosen = [...chooseSubset(data.test.labels, 5)];
    const { bytes, labels } = await readCell(source, "fog", 1, 5);
    assert.equal(bytes, rowsOfBlock("fog", 1, chosen));
    assert.deepEqual(
      labels,
      chosen.map((row) => row % classCount),
    );
  });
});

test("folders: a subset has each class by its share, though pictures follow each other by class", async () => {
  // As many pictures as the data set has, in another order: its indices would name others.
  await using(openOfficial(await writeFolders(["fog"]), { data, subset: 7, workers: 1 }), async (source) => {
    assert.deepEqual((await readCell(source, "fog", 1, 7)).labels, [0, 1, 2, 3, 4, 5, 6]);
  });
});

test("a subset of more pictures than a folder has is all of them", async () => {
  await using(openOfficial(await writeFolders(["fog"]), { data, subset: 99, workers: 1 }), async (source) => {
    assert.equal(source.count, count);
  });
});

for (const [layout, above, severities] of [
  ["a folder a severity", "", ["1", "2", "3", "4", "5"]],
  ["groups of corruptions above", "weather", ["1", "2", "3", "4", "5"]],
] as const)
  test(`folders, ${layout}: classes are numbered by sorted name, pictures follow each other by class and name`, async () => {
    const folder = await writeFolders(["fog"], { above, severities: [...severities] });
    await using(openOfficial(folder, { data, workers: 2 }), async (source) => {
      const { bytes, labels } = await readCell(source, "fog", 3, 6);
      // Names sort as text: 10.png before 11.png, and 8.png before 9.png, in their classes.
      assert.equal(bytes, block("fog", 3).toString("hex"));
      assert.deepEqual(labels, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
      assert.deepEqual(source.notes, []);
    });
  });

test("folders: C-bar's own strengths, with two decimals, name severities too", async () => {
  // Those of CIFAR's table, since 8 pixels are nearest to 32: corruptions-cbar.md 1.
  const folder = await writeFolders(["sparkles"], { severities: ["0.70", "3.50", "5.60", "6.30", "7.00"] });
  await using(openOfficial(folder, { data, workers: 1 }), async (source) => {
    assert.equal((await readCell(source, "sparkles", 2, 20)).bytes, block("sparkles", 2).toString("hex"));
  });
});

test("folders whose classes have other names are matched by their place, and a note says so", async () => {
  const folder = await writeFolders(["fog"], { classFolders: classes.map((name) => `n${name}`) });
  await using(openOfficial(folder, { data, workers: 1 }), async ({ notes }) => {
    assert.match(notes.join(), /nclass0, class0.*sorted order/);
  });
});

test("a corruption that is not there is named, and how many are", () => {
  const folder = writeArrays(["fog"]);
  const wanted = ["frost", "fog", "snow"];
  assert.throws(
    () => openOfficial(folder, { data, corruptions: wanted }),
    refused("file-missing", /frost\.npy, snow\.npy are missing/, /1 is there/),
  );
});

test("a folder that holds no corruption, or is none, says what is looked for", () => {
  assert.throws(() => openOfficial(newFolder(), { data }), refused("file-missing", /gaussian_noise\.npy/));
  assert.throws(() => openOfficial(join(root, "nowhere"), { data }), refused("file-missing", /nowhere/));
});

test("arrays of another number of rows are refused: severities could not be told apart", () => {
  const folder = writeArrays(["fog"], { rows: 4 * count });
  assert.throws(() => openOfficial(folder, { data }), refused("data", /holds 56 pictures/, /are 70/));
});

test("labels in another order are refused, with the first that differs", () => {
  const folder = writeArrays(["fog"], { labels: (row) => (row === 20 ? 3 : data.test.labels[row % count]!) });
  assert.throws(
    () => openOfficial(folder, { data }),
    refused("data", /label 20 is 3 \(class3\), that of test picture 6 of noise is 6 \(class6\)/),
  );
});

test("arrays without labels are refused", () => {
  const folder = writeArrays(["fog"]);
  rmSync(join(folder, "labels.npy"));
  assert.throws(() => openOfficial(folder, { data }), refused("file-missing", /labels\.npy: is missing/));
});

test("arrays that are no bytes, of another size, or cut off are refused", () => {
  assert.throws(
    () => openOfficial(writeArrays(["fog"], { dtype: "float32" }), { data }),
    refused("file-foreign", /float32/),
  );
  assert.throws(() => openOfficial(writeArrays(["fog"], { side: 4 }), { data }), refused("data", /4x4x3/, /8x8x3/));
  const cut = writeArrays(["fog"]);
  truncateSync(join(cut, "fog.npy"), 1000);
  assert.throws(() => openOfficial(cut, { data }), refused("file-damaged", /fog\.npy/));
});

test("folders of another number of classes are refused", async () => {
  const folder = await writeFolders(["fog"], { classFolders: classes.slice(1) });
  assert.throws(() => openOfficial(folder, { data }), refused("data", /has 6 classes, noise has 7/));
});

test("a severity whose folder is not there is refused where it is asked for, the others are read", async () => {
  const folder = await writeFolders(["snow"], { severities: ["1", "2", "3", "4"] });
  await using(openOfficial(folder, { data, workers: 1 }), async (source) => {
    const isRefused = refused("file-missing", /snow: has no folder of severity 5/);
    assert.throws(() => source.check("snow", 5), isRefused);
    assert.throws(() => source.read("snow", 5, 10), isRefused);
    source.check("snow", 4);
    assert.equal((await readCell(source, "snow", 4, 20)).bytes, block("snow", 4).toString("hex"));
  });
});

test("folders of which the first lacks its first severity are read", async () => {
  const folder = await writeFolders(["gaussian_noise", "fog"]);
  rmSync(join(folder, "gaussian_noise/1"), { recursive: true });
  await using(openOfficial(folder, { data, workers: 1 }), async (source) => {
    assert.equal((await readCell(source, "fog", 1, 20)).bytes, block("fog", 1).toString("hex"));
  });
});

/** What a folder's cells are called: of severity 1 and 2. */
async function identities(folder: string, subset?: number): Promise<string[]> {
  return using(openOfficial(folder, { data, subset, workers: 1 }), async (source) => [
    source.identity("fog", 1),
    source.identity("fog", 2),
  ]);
}

test("folders: a picture that is overwritten changes the identity of its cell, and of no other", async () => {
  const folder = await writeFolders(["fog"]);
  const before = await identities(folder);
  assert.deepEqual(await identities(folder), before);
  const picture = join(folder, "fog/2/class3/6.png");
  const { atime, mtime } = statSync(picture);
  writeFileSync(picture, readFileSync(picture));
  utimesSync(picture, atime, new Date(mtime.getTime() + 2000));
  const [first, second] = await identities(folder);
  assert.equal(first, before[0]);
  assert.notEqual(second, before[1]);
});

test("folders: a picture of other bytes changes the identity, though its date does not", async () => {
  const folder = await writeFolders(["fog"]);
  const before = await identities(folder);
  const picture = join(folder, "fog/1/class0/0.png");
  const { atime, mtime } = statSync(picture);
  writeFileSync(picture, Buffer.concat([readFileSync(picture), Buffer.alloc(1)]));
  utimesSync(picture, atime, mtime);
  assert.notEqual((await identities(folder))[0], before[0]);
});

test("arrays: one that is copied again has another identity", async () => {
  const folder = writeArrays(["fog"]);
  const before = await identities(folder);
  assert.deepEqual(await identities(folder), before);
  const path = join(folder, "fog.npy");
  utimesSync(path, statSync(path).atime, new Date(statSync(path).mtimeMs + 2000));
  assert.notEqual((await identities(folder))[0], before[0]);
});

test("another subset is another identity", async () => {
  const folder = writeArrays(["fog"]);
  assert.notEqual((await identities(folder, 5))[0], (await identities(folder, 6))[0]);
});

test("a cell that lacks a picture of the others is refused, with its name", async () => {
  const folder = await writeFolders(["fog"]);
  rmSync(join(folder, "fog/2/class3/6.png"));
  await using(openOfficial(folder, { data, workers: 1 }), async (source) => {
    assert.throws(() => source.read("fog", 2, 10), refused("data", /lacks class3\/6\.png/));
  });
});

test("a picture of another size, or damaged, is named", async () => {
  const folder = await writeFolders(["fog"]);
  const small = { height: 4, width: 4, channels: 3, bytes: new Uint8Array(48) } as const;
  writeFileSync(join(folder, "fog/1/class0/0.png"), await encodePng(small));
  writeFileSync(join(folder, "fog/2/class0/0.png"), "no picture");
  await using(openOfficial(folder, { data, workers: 1 }), async (source) => {
    await assert.rejects(() => readCell(source, "fog", 1, 10), refused("picture", /class0\/0\.png: is 4x4x3/));
    await assert.rejects(() => readCell(source, "fog", 2, 10), refused("picture", /class0\/0\.png/));
  });
});

test("a name that is not there, and a severity that was not made, are refused when they are read", async () => {
  await using(openOfficial(writeArrays(["fog"]), { data }), async (source) => {
    assert.throws(() => source.read("snow", 1, 10), refused("unknown-name", /There are fog/));
  });
});
