/** Folders of pictures: decoded once, read from the cache after that; whole or not at all. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type FolderOptions, loadFolder } from "../../src/data/folder.ts";
import type { PictureSet } from "../../src/data/picture-set.ts";
import { FileStore } from "../../src/data/picture-store.ts";
import type { DataProgress } from "../../src/data/progress.ts";
import { readNpyFileHeader } from "../../src/formats/npy.ts";
import { jpeg, noise, plain, png, temporaryFolder, writeFiles } from "./samples.ts";

const defaults = { kind: "folder", crop: "centre", channels: 3 } as const;
const square = { height: 8, width: 8, channels: 3 } as const;

/** Two classes of eight pictures, in colour and grey, as PNG and JPEG, square and not. */
const mixed: Record<string, Uint8Array> = {};
for (const name of ["cat", "dog"])
  for (let index = 0; index < 8; index++) {
    const shape = { height: 8 + (index % 3), width: 8 + (index % 2), channels: index % 4 === 0 ? 1 : 3 } as const;
    const picture = noise(shape, name, index);
    const isPng = index < 4;
    mixed[`${name}/${index}.${isPng ? "png" : "jpg"}`] = await (isPng ? png(picture) : jpeg(picture));
  }

async function load(folder: string, dataFolder: string, options: Partial<FolderOptions> = {}) {
  const told: DataProgress[] = [];
  const report = (progress: DataProgress) => told.push(progress);
  const data = await loadFolder({ ...defaults, folder, test: { share: 0.25 }, ...options }, dataFolder, { report });
  return { data, told, isDecoded: told.some(({ kind }) => kind === "wait") };
}

const cacheOf = (dataFolder: string): string[] =>
  existsSync(join(dataFolder, "cache")) ? readdirSync(join(dataFolder, "cache")).sort() : [];

function pictureAt(set: PictureSet, index: number): number[] {
  const bytes = new Uint8Array(set.store.pictureBytes);
  set.store.readInto(index, bytes, 0);
  return [...bytes];
}

test("pictures of all kinds become squares of one size and colour, read from a file", async () => {
  const { data } = await load(writeFiles(temporaryFolder(), mixed), temporaryFolder(), { size: 8 });
  const { train, test, classes } = data;
  assert.deepEqual(classes, ["cat", "dog"]);
  assert.deepEqual([train.count, test.count], [12, 4]);
  assert.deepEqual([train.height, train.width, train.channels], [8, 8, 3]);
  assert.ok(train.store instanceof FileStore);
});

test("channels: 1 makes all of them grey", async () => {
  const { data } = await load(writeFiles(temporaryFolder(), mixed), temporaryFolder(), { size: 8, channels: 1 });
  assert.deepEqual([data.train.channels, data.mean.length], [1, 1]);
});

test("a picture that needs no change comes through byte for byte, under its label", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "train/a/1.png": await png(noise(square, "a1")),
    "train/b/1.png": await png(noise(square, "b1")),
    "train/b/2.png": await png(noise(square, "b2")),
    "test/a/1.png": await png(noise(square, "a")),
    "test/b/1.png": await png(noise(square, "b")),
  });
  const { data } = await load(join(folder, "train"), temporaryFolder(), { test: join(folder, "test") });
  assert.deepEqual([...data.train.labels], [0, 1, 1]);
  assert.deepEqual(pictureAt(data.train, 2), [...noise(square, "b2").bytes]);
  assert.deepEqual(pictureAt(data.test, 1), [...noise(square, "b").bytes]);
});

test("the second time nothing is decoded, and the digests are the same", async () => {
  const [folder, dataFolder] = [writeFiles(temporaryFolder(), mixed), temporaryFolder()];
  const first = await load(folder, dataFolder, { size: 8 });
  const again = await load(folder, dataFolder, { size: 8 });
  assert.deepEqual([first.isDecoded, again.isDecoded], [true, false]);
  assert.equal(first.data.train.digest, again.data.train.digest);
  assert.deepEqual([first.data.mean, first.data.deviation], [again.data.mean, again.data.deviation]);
  assert.deepEqual(pictureAt(first.data.test, 3), pictureAt(again.data.test, 3));
});

test("the cache is an array of NumPy's format, training pictures first, and a note", async () => {
  const dataFolder = temporaryFolder();
  const { data } = await load(writeFiles(temporaryFolder(), mixed), dataFolder, { size: 8 });
  const [note, pictures] = cacheOf(dataFolder);
  assert.match(`${note} ${pictures}`, /^(.+)-[0-9a-f]{16}\.json \1-[0-9a-f]{16}\.npy$/);
  const { dtype, shape, dataOffset } = readNpyFileHeader(join(dataFolder, "cache", pictures!));
  assert.deepEqual([dtype, shape], ["uint8", [16, 8, 8, 3]]);
  const bytes = readFileSync(join(dataFolder, "cache", pictures!));
  assert.deepEqual(pictureAt(data.test, 0), [...bytes.subarray(dataOffset + 12 * 192, dataOffset + 13 * 192)]);
  assert.equal(JSON.parse(readFileSync(join(dataFolder, "cache", note!), "utf8")).train.digest, data.train.digest);
});

test("a file that changes, and other options, are decoded anew", async () => {
  const [folder, dataFolder] = [writeFiles(temporaryFolder(), mixed), temporaryFolder()];
  await load(folder, dataFolder, { size: 8 });
  utimesSync(join(folder, "cat/0.png"), 1, 1);
  assert.equal((await load(folder, dataFolder, { size: 8 })).isDecoded, true);
  assert.equal((await load(folder, dataFolder, { size: 9 })).isDecoded, true);
  rmSync(join(folder, "dog/7.jpg"));
  assert.equal((await load(folder, dataFolder, { size: 8 })).isDecoded, true);
});

test("another folder whose files have the same names, sizes and dates is decoded by itself", async () => {
  const dataFolder = temporaryFolder();
  const make = async (shades: readonly [number, number]) => {
    const [dark, light] = [await png(plain(8, 8, shades[0])), await png(plain(8, 8, shades[1]))];
    const folder = writeFiles(temporaryFolder(), {
      "a/1.png": dark,
      "a/2.png": dark,
      "b/1.png": light,
      "b/2.png": light,
    });
    for (const name of ["a/1", "a/2", "b/1", "b/2"]) utimesSync(join(folder, `${name}.png`), 0, 0);
    return { folder, sizes: [dark.length, light.length] };
  };
  const [one, two] = [await make([10, 20]), await make([30, 40])];
  assert.deepEqual(one.sizes, two.sizes);
  const options = { test: { share: 0.5 } };
  const [first, second] = [await load(one.folder, dataFolder, options), await load(two.folder, dataFolder, options)];
  assert.notEqual(first.data.train.digest, second.data.train.digest);
});

test("a cache file that was cut, or whose note is broken, is made again", async () => {
  const [folder, dataFolder] = [writeFiles(temporaryFolder(), mixed), temporaryFolder()];
  const { data } = await load(folder, dataFolder, { size: 8 });
  const [note, pictures] = cacheOf(dataFolder).map((name) => join(dataFolder, "cache", name));
  truncateSync(pictures!, 1000);
  const cut = await load(folder, dataFolder, { size: 8 });
  assert.deepEqual([cut.isDecoded, cut.data.train.digest], [true, data.train.digest]);
  writeFileSync(note!, "{");
  const broken = await load(folder, dataFolder, { size: 8 });
  assert.deepEqual([broken.isDecoded, broken.data.test.digest], [true, data.test.digest]);
});

test("the share for the test is the same pictures always, of each class its part", async () => {
  const folder = writeFiles(temporaryFolder(), mixed);
  const [a, b] = [
    await load(folder, temporaryFolder(), { size: 8 }),
    await load(folder, temporaryFolder(), { size: 8 }),
  ];
  assert.deepEqual([...a.data.test.labels], [0, 0, 1, 1]);
  assert.equal(a.data.test.digest, b.data.test.digest);
});

test("mean and deviation are those of the training pictures", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "train/a/1.png": await png(plain(8, 8, 0, 51, 255)),
    "train/b/1.png": await png(plain(8, 8, 255, 51 + 102, 0)),
    "test/a/1.png": await png(plain(8, 8, 9, 9, 9)),
    "test/b/1.png": await png(plain(8, 8, 9, 9, 9)),
  });
  const { data } = await load(join(folder, "train"), temporaryFolder(), { test: join(folder, "test") });
  assert.deepEqual(data.mean, [0.5, 0.4, 0.5]);
  assert.deepEqual(data.deviation, [0.5, 0.2, 0.5]);
});

test("all files that cannot be decoded are named in one error, and nothing is left behind", async () => {
  const dataFolder = temporaryFolder();
  const folder = writeFiles(temporaryFolder(), {
    ...mixed,
    "cat/3.png": "no picture",
    "dog/5.jpg": mixed["dog/5.jpg"]!.subarray(0, 200),
    "dog/x.png": "",
  });
  await assert.rejects(load(folder, dataFolder, { size: 8 }), (error: { code: string; message: string }) => {
    assert.equal(error.code, "picture");
    assert.match(error.message, /3 of 17 pictures cannot be used:/);
    for (const name of ["cat/3.png", "dog/5.jpg", "dog/x.png"]) assert.ok(error.message.includes(`${name}: cannot be`));
    return true;
  });
  assert.deepEqual(cacheOf(dataFolder), []);
});

test("of many broken files the first 20 are named, and all are counted", async () => {
  const names = Array.from({ length: 30 }, (_, index) => String(index).padStart(2, "0"));
  const broken = Object.fromEntries(names.map((name) => [`dog/${name}.png`, "no picture"]));
  const folder = writeFiles(temporaryFolder(), {
    "cat/1.png": mixed["cat/1.png"]!,
    "cat/2.png": mixed["cat/2.png"]!,
    ...broken,
  });
  await assert.rejects(load(folder, temporaryFolder(), { size: 8, test: { share: 0.5 } }), (error: Error) => {
    assert.match(error.message, /30 of 32 pictures cannot be used/);
    assert.equal(error.message.match(/no\.png|\d\d\.png: cannot be/g)?.length, 20);
    assert.match(error.message, /\.\.\. and 10 more/);
    return true;
  });
});

test("pictures of several sizes are refused where none is stated, and named", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "a/1.png": await png(noise(square, 1)),
    "a/2.png": await png(noise(square, 2)),
    "b/1.png": await png(noise(square, 3)),
    "b/2.png": await png(noise({ height: 9, width: 8, channels: 3 }, 4)),
  });
  const dataFolder = temporaryFolder();
  await assert.rejects(load(folder, dataFolder, { test: { share: 0.5 } }), {
    code: "picture",
    message: /b\/2\.png: is 9x8x3 .*, where 8x8x3 is expected\n.*Give a size/,
  });
  assert.deepEqual(cacheOf(dataFolder), []);
});

test("pictures that are not square are refused where no size is stated", async () => {
  const wide = await png(noise({ height: 8, width: 9, channels: 3 }, 1));
  const folder = writeFiles(temporaryFolder(), { "a/1.png": wide, "a/2.png": wide, "b/1.png": wide, "b/2.png": wide });
  await assert.rejects(load(folder, temporaryFolder(), { test: { share: 0.5 } }), {
    code: "data",
    message: /its pictures are 8x9; networks take square ones/,
  });
});

test("a test folder with other classes is refused, with both differences", async () => {
  const one = await png(noise(square, 1));
  const folder = writeFiles(temporaryFolder(), {
    "train/a/1.png": one,
    "train/b/1.png": one,
    "test/a/1.png": one,
    "test/c/1.png": one,
  });
  await assert.rejects(load(join(folder, "train"), temporaryFolder(), { test: join(folder, "test") }), {
    code: "data",
    message: /it has no b and has c beside them/,
  });
});

test("files that were skipped are told of", async () => {
  const folder = writeFiles(temporaryFolder(), { ...mixed, "cat/list.txt": "" });
  const { told } = await load(folder, temporaryFolder(), { size: 8 });
  assert.ok(
    told.some(
      (progress) => progress.kind === "note" && /a file that is no picture .*cat\/list\.txt/.test(progress.text),
    ),
  );
});

test("progress ends with all pictures done", async () => {
  const { told } = await load(writeFiles(temporaryFolder(), mixed), temporaryFolder(), { size: 8 });
  const last = told.filter((progress) => progress.kind === "wait").at(-1);
  assert.deepEqual([last?.done, last?.total, last?.unit], [16, 16, "pictures"]);
});

test("decoding that is stopped leaves nothing behind", async () => {
  const dataFolder = temporaryFolder();
  const options = { ...defaults, folder: writeFiles(temporaryFolder(), mixed), test: { share: 0.25 }, size: 8 };
  await assert.rejects(loadFolder(options, dataFolder, { signal: AbortSignal.abort() }), { code: "interrupted" });
  assert.deepEqual(cacheOf(dataFolder), []);
});
