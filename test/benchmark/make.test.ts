/** Benchmarks made on disk: the published layouts, the same bytes every time, and going on after a kill. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openGenerated } from "../../src/benchmark/generated.ts";
import { type MakeOptions, makeBenchmark } from "../../src/benchmark/make.ts";
import type { Piece } from "../../src/benchmark/manifest.ts";
import { openOfficial } from "../../src/benchmark/official.ts";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import { classFolders } from "../../src/benchmark/write-folder.ts";
import { suiteVersion } from "../../src/corrupt/suites.ts";
import { createDataSet } from "../../src/data/picture-set.ts";
import type { DataProgress } from "../../src/data/progress.ts";
import { chooseSubset } from "../../src/data/subset.ts";
import { type ErrorCode, PatinaError } from "../../src/errors.ts";
import { readNpy } from "../../src/formats/npy.ts";
import { temporaryFolder } from "../data/samples.ts";
import { classCount, noiseSet, readCell } from "./pictures.ts";

const count = 14;
const pictures = noiseSet({ height: 8, width: 8, channels: 3 }, count);
const classes = Array.from({ length: classCount }, (_, label) => `class${label}`);
const noise = { mean: [0.5, 0.5, 0.5], deviation: [0.3, 0.3, 0.3] };
const data = createDataSet({ name: "noise", classes, train: pictures, test: pictures, ...noise });
const both = { data, corruptions: ["gaussian_noise", "contrast"], workers: 2 } as const;

/** Everything in a folder, by path. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), readFileSync(path).toString("base64")]),
  );
}

async function made(options: Partial<MakeOptions> = {}): Promise<string> {
  const folder = join(temporaryFolder(), "made");
  await makeBenchmark(folder, { ...both, ...options });
  return folder;
}

async function allCells(source: BenchmarkSource, corruption: string): Promise<string> {
  try {
    let bytes = "";
    for (const severity of [1, 2, 3, 4, 5] as const) bytes += (await readCell(source, corruption, severity, 5)).bytes;
    return bytes;
  } finally {
    await source.close();
  }
}

const generated = (corruption: string) =>
  allCells(openGenerated({ pictures, dataSet: "noise", workers: 1 }), corruption);

const refused = (code: ErrorCode, pattern: RegExp) => (error: unknown) =>
  error instanceof PatinaError && error.code === code && pattern.test(error.message);

test("npy: an array a corruption, uint8 [5N,H,W,3] in blocks of severities, and labels five times", async () => {
  const folder = await made();
  assert.deepEqual(readdirSync(folder).sort(), ["contrast.npy", "gaussian_noise.npy", "labels.npy", "manifest.json"]);
  const array = readNpy(readFileSync(join(folder, "contrast.npy")), "contrast");
  assert.deepEqual([array.dtype, array.shape], ["uint8", [5 * count, 8, 8, 3]]);
  assert.equal(Buffer.from(array.bytes).toString("hex"), await generated("contrast"));
  const labels = readNpy(readFileSync(join(folder, "labels.npy")), "labels");
  const numbers = new BigInt64Array(new Uint8Array(labels.bytes).buffer);
  assert.deepEqual(
    [...numbers],
    Array.from({ length: 5 * count }, (_, row) => BigInt((row % count) % classCount)),
  );
});

test("png: a folder a corruption, severity and class, without loss", async () => {
  const folder = await made({ layout: "png" });
  assert.deepEqual(readdirSync(folder).sort(), ["contrast", "gaussian_noise", "manifest.json"]);
  assert.deepEqual(readdirSync(join(folder, "contrast/5")), classes);
  assert.deepEqual(readdirSync(join(folder, "contrast/5/class3")), ["03.png", "10.png"]);
});

for (const layout of ["npy", "png"] as const)
  for (const subset of [undefined, 9])
    test(`${layout}: read again, ${subset ?? "all"} pictures are those made on the fly, in their order`, async () => {
      const indices = subset === undefined ? undefined : chooseSubset(pictures.labels, subset);
      const source = openGenerated({ pictures, dataSet: "noise", indices, workers: 1 });
      const own = await readCell(source, "contrast", 5, count);
      await source.close();
      const read = openOfficial(await made({ layout }), { data, subset, workers: 1 });
      assert.deepEqual(await readCell(read, "contrast", 5, count), own);
      await read.close();
    });

test("png: a copied folder is the same benchmark, and cells of another severity are others", async () => {
  const folder = await made({ layout: "png" });
  const copy = join(temporaryFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  const [one, two] = [folder, copy].map((path) => openOfficial(path, { data, workers: 1 }));
  assert.equal(two!.identity("contrast", 3), one!.identity("contrast", 3));
  assert.notEqual(two!.identity("contrast", 4), one!.identity("contrast", 3));
  await Promise.all([one!.close(), two!.close()]);
});

test("png: a folder that lost a picture is refused, with what to do", async () => {
  const folder = await made({ layout: "png" });
  rmSync(join(folder, "gaussian_noise/1/class3/03.png"));
  assert.throws(
    () => openOfficial(folder, { data, workers: 1 }),
    refused("file-damaged", /does not hold each of the 14 test pictures of noise .*13 are there.*patina corrupt/),
  );
});

test("jpeg: the same folders, with the ending of Tiny-ImageNet-C", async () => {
  const folder = await made({ layout: "jpeg", corruptions: ["contrast"], severities: [2] });
  assert.deepEqual(readdirSync(join(folder, "contrast")), ["2"]);
  const file = join(folder, "contrast/2/class0/00.JPEG");
  assert.equal(readFileSync(file).subarray(0, 3).toString("hex"), "ffd8ff");
});

for (const layout of ["npy", "png", "jpeg"] as const)
  test(`${layout}: two runs, two batch sizes and two numbers of threads give equal files`, async () => {
    const first = contentOf(await made({ layout, batch: 3, workers: 1 }));
    assert.deepEqual(contentOf(await made({ layout, batch: 14, workers: 3 })), first);
  });

test("what was made is read as generated, whatever lies on disk of it, and JPEG as another benchmark", async () => {
  const expected = {
    npy: `generated@${suiteVersion}`,
    png: `generated@${suiteVersion}`,
    jpeg: `generated@${suiteVersion}-jpeg`,
  };
  for (const layout of ["npy", "png", "jpeg"] as const) {
    const source = openOfficial(await made({ layout, corruptions: ["contrast"] }), { data, workers: 1 });
    assert.deepEqual([source.origin, source.corruptions], [expected[layout], ["contrast"]]);
    assert.match(source.notes.join(), /no published constants/);
    await source.close();
  }
});

test("the manifest says what decides the bytes, and the sum of every file", async () => {
  const folder = await made();
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  assert.equal(manifest.suite, suiteVersion);
  assert.match(manifest.streams, /"noise", corruption, severity/);
  assert.deepEqual(manifest.data, {
    name: "noise",
    part: "test",
    digest: pictures.digest,
    count,
    shape: [8, 8, 3],
    classes,
  });
  const [noise, contrast] = manifest.corruptions;
  assert.deepEqual([noise.name, noise.constants], ["gaussian_noise", [0.04, 0.06, 0.08, 0.09, 0.1]]);
  const file = readFileSync(join(folder, "contrast.npy"));
  const [piece] = contrast.pieces as Piece[];
  const { createHash } = await import("node:crypto");
  const sha256 = createHash("sha256").update(file).digest("hex");
  assert.deepEqual(piece, { path: "contrast.npy", pictures: 5 * count, bytes: file.length, sha256 });
});

for (const layout of ["npy", "png"] as const)
  test(`${layout}: a second call keeps what is whole and makes again what is torn, missing or unlisted`, async () => {
    const folder = await made({ layout });
    const whole = contentOf(folder);
    const torn = layout === "npy" ? "contrast.npy" : "contrast/3/class0/00.png";
    appendFileSync(join(folder, torn), "x");
    const again = await makeBenchmark(folder, { ...both, layout });
    assert.deepEqual(contentOf(folder), whole);
    const cell = layout === "npy" ? 5 * count : count;
    assert.deepEqual([again.made, again.kept], [cell, 10 * count - cell]);
    assert.equal((await makeBenchmark(folder, { ...both, layout })).made, 0);
    rmSync(join(folder, "manifest.json"));
    await assert.rejects(() => makeBenchmark(folder, { ...both, layout }), refused("file-exists", /is not empty/));
  });

test("more corruptions join those that are there", async () => {
  const folder = await made({ corruptions: ["contrast"] });
  const { manifest } = await makeBenchmark(folder, { ...both, corruptions: ["gaussian_noise"] });
  assert.deepEqual(
    manifest.corruptions.map(({ name }) => name),
    ["gaussian_noise", "contrast"],
  );
  assert.deepEqual(contentOf(folder), contentOf(await made()));
});

test("a note tells of the textures of frost where there is frost, and not before", async () => {
  const folder = await made({ corruptions: ["contrast"], severities: [1] });
  const notes = () => JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).notes.join();
  assert.doesNotMatch(notes(), /Frost/);
  await makeBenchmark(folder, { ...both, corruptions: ["frost"], severities: [1] });
  assert.match(notes(), /Frost is made of textures of our own/);
});

for (const [layout, file] of [
  ["npy", "contrast.npy"],
  ["png", "contrast/2/class0/00.png"],
] as const)
  test(`${layout}: a file that was changed since is refused when a cell of it is read, others are not`, async () => {
    const folder = await made({ layout });
    const path = join(folder, file);
    const bytes = readFileSync(path);
    const other = layout === "npy" ? Buffer.from(bytes) : readFileSync(join(folder, "contrast/2/class0/07.png"));
    if (layout === "npy") other[other.length - 1]! ^= 1;
    writeFileSync(path, other);
    const source = openOfficial(folder, { data, workers: 1 });
    await readCell(source, "gaussian_noise", 2, count);
    assert.throws(
      () => source.read("contrast", 2, count),
      refused(
        "file-damaged",
        /contrast[^:]*: is not what patina corrupt wrote: its sha256 is \w{64}, expected is \w{64}/,
      ),
    );
    writeFileSync(path, bytes);
    await readCell(source, "contrast", 2, count);
    await source.close();
  });

test("stopped, it leaves nothing half-made, and goes on to the same files", async () => {
  const whole = contentOf(await made());
  const folder = join(temporaryFolder(), "made");
  const stop = new AbortController();
  const report = (progress: DataProgress) => {
    if (progress.kind === "wait") stop.abort();
  };
  await assert.rejects(
    () => makeBenchmark(folder, { ...both, batch: 4 }, { signal: stop.signal, report }),
    refused("interrupted", /goes on/),
  );
  assert.deepEqual(readdirSync(folder).sort(), ["labels.npy", "manifest.json"]);
  writeFileSync(join(folder, ".contrast.npy.0123456789ab.tmp"), "left by a kill");
  mkdirSync(join(folder, ".fog.0123456789ab.tmp"));
  await makeBenchmark(folder, both);
  assert.deepEqual(contentOf(folder), whole);
});

test("stopped while it checks what is there, it has changed nothing", async () => {
  const folder = await made();
  appendFileSync(join(folder, "contrast.npy"), "x");
  const before = contentOf(folder);
  const signal = AbortSignal.abort();
  await assert.rejects(() => makeBenchmark(folder, both, { signal }), refused("interrupted", /goes on/));
  assert.deepEqual(contentOf(folder), before);
});

test("a second one at the same time is refused, and the first is left alone", async () => {
  const folder = join(temporaryFolder(), "made");
  const first = makeBenchmark(folder, both);
  await assert.rejects(
    () => makeBenchmark(folder, { ...both, corruptions: ["fog"] }),
    refused("file-exists", /this process is writing to this folder/),
  );
  await first;
  assert.deepEqual(contentOf(folder), contentOf(await made()));
});

test("a benchmark that is not whole yet is read as far as it is", async () => {
  const folder = await made({ layout: "png", corruptions: ["contrast"] });
  await makeBenchmark(folder, { ...both, layout: "png" });
  rmSync(join(folder, "gaussian_noise/4"), { recursive: true });
  await makeBenchmark(folder, { ...both, layout: "png", corruptions: [] });
  const source = openOfficial(folder, { data, workers: 1 });
  assert.deepEqual(source.corruptions, ["contrast"]);
  await source.close();
});

test("another benchmark in the same folder is refused, with what differs", async () => {
  const larger = { ...data, test: noiseSet({ height: 9, width: 9, channels: 3 }, count) };
  const folder = await made();
  for (const [options, pattern] of [
    [{ layout: "png" }, /holds another benchmark: layout npy, now png\. Name another folder/],
    [{ severities: [1, 2] }, /severities 1, 2, 3, 4, 5, now 1, 2\./],
    [{ part: "train" }, /part test, now train/],
    [{ data: larger }, /size of pictures 8x8x3, now 9x9x3/],
  ] as const)
    await assert.rejects(() => makeBenchmark(folder, { ...both, ...options }), refused("file-exists", pattern));
});

test("an unknown corruption leaves no folder behind", async () => {
  const folder = join(temporaryFolder(), "made");
  await assert.rejects(
    () => makeBenchmark(folder, { ...both, corruptions: ["contrast", "smog"] }),
    refused("unknown-name", /smog/),
  );
  assert.equal(existsSync(folder), false);
});

test("one made of other pictures than the test's is refused when it is read", async () => {
  const train = noiseSet({ height: 8, width: 8, channels: 3 }, count + classCount);
  const one = { corruptions: ["contrast"], severities: [1] } as const;
  for (const layout of ["npy", "png"] as const) {
    const folder = await made({ data: { ...data, train }, part: "train", layout, ...one });
    assert.throws(
      () => openOfficial(folder, { data, workers: 1 }),
      refused("data", /was made of the train part of noise/),
    );
  }
});

test("folders that had to be numbered are read as the classes that they are, without a note", async () => {
  const odd = { ...data, classes: classes.map((name) => `${name}/x`).reverse() };
  const folder = await made({ data: odd, layout: "png", corruptions: ["contrast"], severities: [1] });
  assert.deepEqual(readdirSync(join(folder, "contrast/1"))[0], "0-class6-x");
  const source = openOfficial(folder, { data: odd, workers: 1 });
  assert.doesNotMatch(source.notes.join(), /named/);
  assert.deepEqual((await readCell(source, "contrast", 1, 4)).labels, [...pictures.labels]);
  await source.close();
});

test("folders of classes sort as the classes are numbered", () => {
  assert.deepEqual(classFolders(["cat", "dog"]), ["cat", "dog"]);
  assert.deepEqual(classFolders(["T-shirt/top", "Bag"]), ["0-T-shirt-top", "1-Bag"]);
  const many = classFolders(Array.from({ length: 11 }, (_, label) => `${label}`));
  assert.deepEqual(many, many.toSorted());
});
