/** Pools of synthetic pictures, in all their forms, against the data set that they are for. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, statSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { PictureSet } from "../../src/data/picture-set.ts";
import { openPool, PoolOptions } from "../../src/data/pool.ts";
import type { PoolPartner } from "../../src/data/pool-fit.ts";
import type { DataProgress } from "../../src/data/progress.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { tarOf, zipOf } from "../formats/archives.ts";
import { withFreeSpace, withRoomFor } from "./free-space.ts";
import { noise, plain, png, temporaryFolder, writeFiles } from "./samples.ts";

const shape = { height: 4, width: 4, channels: 3 } as const;
const pets: PoolPartner = { name: "pets", classes: ["cat", "dog", "emu"], train: shape };

const uint8 = (sizes: number[], bytes: Uint8Array) => writeNpy({ dtype: "uint8", shape: sizes, bytes });
const int64 = (labels: readonly number[]) =>
  writeNpy({
    dtype: "int64",
    shape: [labels.length],
    bytes: new Uint8Array(BigInt64Array.from(labels, BigInt).buffer),
  });
const pictures = (count: number, side = 4) =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) => noise({ ...shape, height: side, width: side }, index).bytes),
  );
const LABELS = [0, 0, 1, 1, 2, 2];
const image = uint8([6, 4, 4, 3], pictures(6));
const npz = (arrays: Readonly<Record<string, Uint8Array>>, packed = false) =>
  zipOf(Object.entries(arrays).map(([name, data]) => ({ name: `${name}.npy`, data, packed })));

/** The same pictures as files, class by class as the labels say. */
const files: Record<string, Uint8Array> = {};
for (const [index, label] of LABELS.entries())
  files[`${pets.classes[label]}/${index}.png`] = await png(noise(shape, index));
const named = (prefix = "") => Object.entries(files).map(([name, data]) => ({ name: `${prefix}${name}`, data }));
/** And as samples of WebDataset: a picture, its class and what else may be there. */
const samplesOf = (from: number, to: number, className = (label: number) => `${label}\n`) =>
  Object.values(files)
    .slice(from, to)
    .flatMap((data, place) => [
      { name: `s/00${place}.png`, data },
      { name: `s/00${place}.cls`, data: Buffer.from(className(LABELS[from + place]!)) },
      { name: `s/00${place}.json`, data: Buffer.from("{}") },
    ]);

const written = (content: Readonly<Record<string, Uint8Array | string>>) => writeFiles(temporaryFolder(), content);
const fileOf = (name: string, content: Uint8Array | string) => join(written({ [name]: content }), name);
const open = (options: PoolOptions, partner = pets, dataFolder = temporaryFolder()) =>
  openPool(PoolOptions.parse(options), partner, dataFolder);

function pictureAt(set: PictureSet, index: number): Uint8Array {
  const bytes = new Uint8Array(set.store.pictureBytes);
  set.store.readInto(index, bytes, 0);
  return bytes;
}

const stored = await open(fileOf("pool.npz", npz({ image, label: int64(LABELS) })));

test("a stored .npz is read where it lies, with its labels", () => {
  assert.deepEqual([...stored.labels], LABELS);
  assert.deepEqual(pictureAt(stored, 4), noise(shape, 4).bytes);
  assert.equal(stored.store.share().kind, "file");
});

const pair = written({ "x.npy": image, "y.npy": int64(LABELS) });
const folder = written(files);
const shards = written({ "p-0.tar": tarOf(samplesOf(0, 4)), "p-1.tar": tarOf(samplesOf(4, 6)) });
const forms: Record<string, PoolOptions> = {
  "a packed .npz": fileOf("pool.npz", npz({ image, label: int64(LABELS) }, true)),
  "a pair of .npy": { pictures: join(pair, "x.npy"), labels: join(pair, "y.npy") },
  "a folder": folder,
  "a tar of a folder": fileOf("pool.tar", tarOf(named("pool/"))),
  "a tar.gz of a folder": fileOf("pool.tar.gz", gzipSync(tarOf(named("a/b/").toReversed()))),
  "a zip of a folder": fileOf("pool.zip", zipOf(named().map((member) => ({ ...member, packed: true })))),
  "a zip of a folder with an array in it": fileOf(
    "pool.zip",
    zipOf([...named(), { name: "features.npy", data: image }]),
  ),
  "an .npz with a picture beside its arrays": fileOf(
    "pool.npz",
    zipOf([
      { name: "image.npy", data: image },
      { name: "label.npy", data: int64(LABELS) },
      { name: "preview.png", data: files["cat/0.png"]! },
    ]),
  ),
  "a tar of WebDataset": fileOf("pool.tar", tarOf(samplesOf(0, 6))),
  "a folder of WebDataset's tars": shards,
  "a tar of WebDataset with names": fileOf("pool.tar", tarOf(samplesOf(0, 6, (label) => pets.classes[label]!))),
};
for (const [form, options] of Object.entries(forms))
  test(`${form} gives the same pool`, async () => {
    const pool = await open(options);
    assert.deepEqual([pool.digest, [...pool.labels]], [stored.digest, LABELS]);
    assert.deepEqual(pictureAt(pool, 5), noise(shape, 5).bytes);
  });

test("pictures are decoded once, and again when a file has changed", async () => {
  const [root, dataFolder] = [written(files), temporaryFolder()];
  const decodings = async () => {
    const seen: DataProgress[] = [];
    await openPool(root, pets, dataFolder, { report: (progress) => seen.push(progress) });
    return seen.filter((progress) => progress.kind === "wait" && progress.what.startsWith("decoding")).length;
  };
  assert.ok((await decodings()) > 0);
  assert.equal(await decodings(), 0);
  utimesSync(join(root, "cat/0.png"), 1, 1);
  assert.ok((await decodings()) > 0);
});

test("the cache holds the decoded pool and its digest, and no file of the way there", async () => {
  const dataFolder = temporaryFolder();
  await open(forms["a tar of a folder"]!, pets, dataFolder);
  const endings = readdirSync(join(dataFolder, "cache")).map((name) => name.replace(/^.*\./, ""));
  assert.deepEqual(endings.sort(), ["json", "npz"]);
});

test("the digest is kept: a second opening reads no picture", async () => {
  const [path, dataFolder] = [fileOf("pool.npz", npz({ image, label: int64(LABELS) })), temporaryFolder()];
  await open(path, pets, dataFolder);
  const cache = join(dataFolder, "cache");
  const [note] = readdirSync(cache);
  writeFiles(cache, { [note!]: JSON.stringify({ name: "p", digest: "kept" }) });
  assert.equal((await open(path, pets, dataFolder)).digest, "kept");
});

test("folders are matched by name to the classes, in whatever order the data set has them", async () => {
  const { labels } = await open(folder, { ...pets, classes: ["emu", "cat", "dog"] });
  assert.deepEqual([...labels], [1, 1, 2, 2, 0, 0]);
});

const otherClass = { ...files, "cow/1.png": files["cat/0.png"]! };
const withoutEmu = Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith("emu")));
const misnamed = Object.fromEntries(Object.entries(files).map(([name, data]) => [name.replace("emu", "emus"), data]));
const fortran = Buffer.from(Buffer.from(image).toString("latin1").replace("False", "True "), "latin1");
const refused: Record<string, [options: () => PoolOptions, code: string, message: RegExp]> = {
  "a pool that is not there": [() => "nowhere/1m.npz", "file-missing", /^nowhere\/1m\.npz: does not exist/],
  "a missing class": [
    () => fileOf("p.npz", npz({ image, label: int64([0, 0, 0, 2, 2, 2]) })),
    "data",
    /p\.npz: has no pictures of 1 of the 3 classes of pets \(dog\)/,
  ],
  "a label of no class": [
    () => fileOf("p.npz", npz({ image, label: int64([0, 1, 2, 3, 2, 1]) })),
    "data",
    /has labels up to 3, but pets has 3 classes, from 0 on/,
  ],
  "a missing folder": [() => written(withoutEmu), "data", /has no pictures of 1 of the 3 classes of pets \(emu\)/],
  "a folder of no class": [
    () => written(otherClass),
    "data",
    /its class "cow" is not among those of pets \(cat, dog, emu\)\. Name the classes/,
  ],
  "a folder that is misnamed": [() => written(misnamed), "data", /Did you mean "emu" by "emus"\?/],
  "another size": [
    () => fileOf("p.npz", npz({ image: uint8([6, 8, 8, 3], pictures(6, 8)), label: int64(LABELS) })),
    "data",
    /its pictures are 8x8x3, those of pets 4x4x3 .*patina synth import .*p\.npz POOL\.npz --size 4$/,
  ],
  "another size in a folder": [
    () => written({ "cat/1.png": hugeSquare, "dog/1.png": hugeSquare, "emu/1.png": hugeSquare }),
    "data",
    /its pictures are 16x16x3, those of pets 4x4x3/,
  ],
  "grey pictures for coloured ones": [
    () => fileOf("p.npz", npz({ image: uint8([6, 4, 4], pictures(2)), label: int64(LABELS) })),
    "data",
    /4x4x1, those of pets 4x4x3 .*--size 4 --channels 3/,
  ],
  "fewer labels than pictures": [
    () => fileOf("p.npz", npz({ image, label: int64([0, 1, 2]) })),
    "data",
    /holds 3 labels for 6 pictures/,
  ],
  "pictures of floats": [
    () =>
      fileOf(
        "p.npz",
        npz({
          image: writeNpy({ dtype: "float32", shape: [6, 4, 4, 3], bytes: new Uint8Array(1152) }),
          label: int64(LABELS),
        }),
      ),
    "file-foreign",
    /holds float32\[6,4,4,3\], not pictures as uint8/,
  ],
  "columns before rows": [
    () => fileOf("p.npz", npz({ image: fortran, label: int64(LABELS) })),
    "file-foreign",
    /column-major order\. Save it with np\.ascontiguousarray/,
  ],
  "a truncated .npz": [
    () => {
      const path = fileOf("p.npz", npz({ image, label: int64(LABELS) }));
      truncateSync(path, 300);
      return path;
    },
    "file-damaged",
    /p\.npz: its directory is damaged/,
  ],
  "a packed .npz that was altered": [
    () =>
      fileOf(
        "p.npz",
        zipOf([
          { name: "image.npy", data: image, packed: true, claims: { crc: 1 } },
          { name: "label.npy", data: int64(LABELS) },
        ]),
      ),
    "file-damaged",
    /its member "image\.npy" is altered: its checksum differs/,
  ],
  "a stored .npz that was altered": [
    () =>
      fileOf(
        "p.npz",
        zipOf([
          { name: "image.npy", data: uint8([3000, 4, 4, 3], new Uint8Array(144_000)), claims: { crc: 1 } },
          { name: "label.npy", data: int64(Array.from({ length: 3000 }, (_, index) => index % 3)) },
        ]),
      ),
    "file-damaged",
    /its member "image\.npy" is altered: its checksum differs/,
  ],
  "an .npy without labels": [
    () => fileOf("x.npy", image),
    "file-foreign",
    /Its labels are missing: give both files.*patina synth import/,
  ],
  "a web page": [
    () => fileOf("p.npz", "<html><body>quota</body></html>"),
    "file-foreign",
    /is an HTML page, not a pool/,
  ],
  "a sample without a class": [
    () => fileOf("p.tar", tarOf(samplesOf(0, 6).filter(({ name }) => name !== "s/003.cls"))),
    "data",
    /s\/003\.png has no class \(\.cls\) beside it/,
  ],
  "a sample with two pictures": [
    () => fileOf("p.tar", tarOf([...samplesOf(0, 6), { name: "s/003.jpg", data: files["cat/0.png"]! }])),
    "data",
    /the sample .*s\/003 has two pictures/,
  ],
  "a sample without a picture": [
    () => fileOf("p.tar", tarOf(samplesOf(0, 6).filter(({ name }) => name !== "s/003.png"))),
    "data",
    /the sample .*s\/003 has a class \(\.cls\) and no picture/,
  ],
  "classes by number and by name": [
    () => fileOf("p.tar", tarOf(samplesOf(0, 6, (label) => (label === 0 ? "cat" : String(label))))),
    "data",
    /its classes are numbers here \(1\) and names there \("cat"\)/,
  ],
  "a pool in parts": [
    () => written({ "1m_part1.npz": npz({ image, label: int64(LABELS) }), "1m_part2.npz": image }),
    "data",
    /holds 2 \.npz, and a pool is one of them: parts are not joined\. Name one: .*1m_part1\.npz$/,
  ],
  "an archive of one class": [
    () => fileOf("p.tar", tarOf(named().filter(({ name }) => name.startsWith("cat")))),
    "data",
    /has one sub-folder only \(cat\)/,
  ],
  "an archive with a picture in no class": [
    () => fileOf("p.zip", zipOf([...named(), { name: "stray.png", data: files["cat/0.png"]! }])),
    "data",
    /a picture lies beside the folders of the classes \(stray\.png\)/,
  ],
  "an archive without pictures": [
    () => fileOf("p.zip", zipOf([{ name: "readme.txt", data: Buffer.from("x") }])),
    "data",
    /p\.zip: holds no pictures/,
  ],
  "a picture that is none": [
    () => fileOf("p.tar", tarOf([...named(), { name: "emu/9.png", data: Buffer.from("no picture") }])),
    "picture",
    /1 of 7 pictures cannot be used:\n {2}.*p\.tar\/emu\/9\.png: cannot be decoded/,
  ],
  "a member that leads out of the archive": [
    () => fileOf("p.tar", tarOf([...named(), { name: "../emu/9.png", data: files["cat/0.png"]! }])),
    "file-hostile",
    /leads out of the archive's folder/,
  ],
};
test("a picture that claims more than any may have is refused as that, not as a lack of space", async () => {
  const picture = { name: "cat/9.png", data: randomBytes(600_000), packed: true, claims: { bytes: 600_000_000 } };
  const pool = fileOf("p.zip", zipOf([...named(), picture]));
  await withFreeSpace(550_000_000, () =>
    assert.rejects(open(pool), { code: "file-hostile", message: /600,?000,?000 bytes/ }),
  );
});

const hugeSquare = await png(plain(16, 16, 1, 2, 3));
for (const [what, [options, code, message]] of Object.entries(refused))
  test(`${what}: refused`, async () => {
    const dataFolder = temporaryFolder();
    await assert.rejects(open(options(), pets, dataFolder), { code, message });
    const left = readdirSync(dataFolder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(".tmp"));
    assert.deepEqual(left, []);
  });

test("pictures of another size are refused before they are unpacked or decoded", async () => {
  const wide = { image: uint8([6, 8, 8, 3], pictures(6, 8)), label: int64(LABELS) };
  for (const options of [
    fileOf("p.npz", npz(wide, true)),
    written({ "cat/1.png": hugeSquare, "dog/1.png": hugeSquare }),
  ]) {
    const dataFolder = temporaryFolder();
    await assert.rejects(open(options, pets, dataFolder), { message: /those of pets 4x4x3/ });
    assert.deepEqual(readdirSync(dataFolder, { recursive: true }), []);
  }
});

test("folders of other classes are refused before they are decoded", async () => {
  const dataFolder = temporaryFolder();
  await assert.rejects(open(written(misnamed), pets, dataFolder), { message: /Did you mean "emu"/ });
  assert.deepEqual(readdirSync(dataFolder, { recursive: true }), []);
});

/** Nothing but the cache's own folder. */
const assertEmpty = (dataFolder: string) => assert.deepEqual(readdirSync(dataFolder, { recursive: true }), ["cache"]);

test("a zip whose pictures the disk has no room for is refused before any is unpacked, others than they do not count", async () => {
  const large = named().map(({ name, data }) => ({
    name,
    data: Buffer.concat([data, Buffer.alloc(1000)]),
    packed: true,
  }));
  const bytes = large.reduce((sum, { data }) => sum + data.length, 0);
  const zip = zipOf([...large, { name: "cat/readme.txt", data: Buffer.alloc(5000), packed: true }]);
  assert.ok(zip.length < bytes - 1, "it is packed");
  const [path, dataFolder] = [fileOf("pool.zip", zip), temporaryFolder()];
  await assert.rejects(
    withFreeSpace(bytes - 1, () => open(path, pets, dataFolder)),
    { code: "file-system", message: /has \d+ KB free, .*pool\.zip unpacked takes \d+ KB\. Free some space/ },
  );
  assertEmpty(dataFolder);
  assert.equal((await withFreeSpace(bytes, () => open(path, pets, dataFolder))).digest, stored.digest);
});

test("tars that are larger together than what is free are refused before any is unpacked", async () => {
  const dataFolder = temporaryFolder();
  const bytes = ["p-0.tar", "p-1.tar"].reduce((sum, name) => sum + statSync(join(shards, name)).size, 0);
  await assert.rejects(
    withFreeSpace(bytes - 1, () => open(shards, pets, dataFolder)),
    { code: "file-system", message: /unpacked takes \d+ KB\. Free some space/ },
  );
  assertEmpty(dataFolder);
});

test("a packed tar that fills the disk on the way is one clear error, and leaves nothing behind", async () => {
  const [first, second] = Object.values(files);
  const dataFolder = temporaryFolder();
  await assert.rejects(
    withRoomFor(first!.length + second!.length, () => open(forms["a tar.gz of a folder"]!, pets, dataFolder)),
    { code: "file-system", message: /the disk is full\. Nothing was left half-written\. Free some space/ },
  );
  assertEmpty(dataFolder);
});

test("names beside the classes that hold no pictures here do not matter", async () => {
  const hidden = tarOf([...named(), { name: "__MACOSX/cat/._0.png", data: Buffer.from("x") }, { name: "cow/a.txt" }]);
  assert.equal((await open(fileOf("p.tar", hidden))).digest, stored.digest);
});

test("files of an archive that are no pictures by their names are told of, as those of a folder", async () => {
  const told = async (path: string) => {
    const texts: string[] = [];
    const report = (progress: DataProgress) => progress.kind === "note" && texts.push(progress.text);
    await openPool(path, pets, temporaryFolder(), { report });
    return texts;
  };
  const more = ["cat/readme.txt", "emu/9.bmp"];
  const path = fileOf("p.tar", tarOf([...named(), ...more.map((name) => ({ name, data: Buffer.from("x") }))]));
  assert.deepEqual(await told(path), [
    `${path}: skipped 2 files that are no pictures by name (cat/readme.txt, emu/9.bmp)`,
  ]);
  assert.deepEqual(await told(String(forms["a tar of WebDataset"])), []);
});

test("opening stops when it is told to", async () => {
  const stopped = AbortSignal.abort();
  for (const form of ["a folder", "a tar of a folder"])
    await assert.rejects(openPool(forms[form]!, pets, temporaryFolder(), { signal: stopped }), { code: "interrupted" });
});
