/** Fetching and importing known data sets: whole or not at all, and never over what is there. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { cifar10 } from "../../src/data/cifar10.ts";
import { fashionMnist } from "../../src/data/fashion-mnist.ts";
import { fetchDataSet, importDataSet } from "../../src/data/install.ts";
import type { KnownDataSet, Release } from "../../src/data/known-data-set.ts";
import type { DataProgress } from "../../src/data/progress.ts";
import { tinyImageNet } from "../../src/data/tiny-imagenet.ts";
import { tarOf, zipOf } from "../formats/archives.ts";
import { makeReadOnly, onSmallDisk } from "../small-disk.ts";
import { idx } from "../tiny-data.ts";
import { cifarBinary, cifarRecords, jpeg, noise, tarGzOf, temporaryFolder, writeFiles } from "./samples.ts";

const cifarFiles = {
  "data_batch_1.bin": cifarBinary(cifarRecords("train", 12, 10)),
  "test_batch.bin": cifarBinary(cifarRecords("test", 10, 10)),
  "batches.meta.txt": Buffer.from("airplane\n"),
};
const archive = tarGzOf({ ...cifarFiles, "readme.html": Buffer.from("<html>") }, "cifar-10-batches-bin/");
const fashionFiles = {
  "train-images-idx3-ubyte": idx([2, 28, 28], noise({ height: 28, width: 56, channels: 1 }, "fashion").bytes),
  "train-labels-idx1-ubyte": idx([2], Uint8Array.of(0, 1)),
  "t10k-images-idx3-ubyte": idx([1, 28, 28], new Uint8Array(784)),
  "t10k-labels-idx1-ubyte": idx([1], Uint8Array.of(5)),
};

const served = new Map<string, Uint8Array>([
  ["/cifar-10-binary.tar.gz", archive],
  ["/broken.tar.gz", tarGzOf({ "data_batch_1.bin": Buffer.alloc(100) }, "cifar-10-batches-bin/")],
  ...Object.entries(fashionFiles).map(([name, bytes]): [string, Uint8Array] => [`/${name}`, bytes]),
]);
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url!);
  const bytes = served.get(request.url!);
  response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.close());
const { port } = server.address() as AddressInfo;

/** A known data set whose first release comes from the test's own host. */
function servedFrom(set: KnownDataSet, names: readonly string[]): KnownDataSet {
  const files = names.map((name) => {
    const bytes = served.get(`/${name}`)!;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name, bytes: bytes.length, sha256, urls: [`http://127.0.0.1:${port}/${name}`] };
  });
  const [first, ...others] = set.releases as readonly [Release, ...Release[]];
  return { ...set, otherPlaces: [], releases: [{ ...first, files }, ...others] };
}

const quiet = { report: () => {} };
const hidden = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("."));

test("an archive is fetched, verified, unpacked and taken away", async () => {
  const folder = join(temporaryFolder(), "data");
  const { place, data } = await fetchDataSet(servedFrom(cifar10, ["cifar-10-binary.tar.gz"]), folder, quiet);
  assert.equal(place, join(folder, "cifar-10-batches-bin"));
  assert.deepEqual([data?.train.count, data?.test.count], [12, 10]);
  assert.deepEqual(readdirSync(folder), ["cifar-10-batches-bin"]);
  assert.deepEqual(readdirSync(place).sort(), ["batches.meta.txt", "data_batch_1.bin", "test_batch.bin"]);
  assert.ok(readFileSync(join(place, "data_batch_1.bin")).equals(cifarFiles["data_batch_1.bin"]));
});

test("what is there already is not fetched", async () => {
  const folder = writeFiles(temporaryFolder(), { "cifar-10-batches-bin/test_batch.bin": "" });
  asked.length = 0;
  const { place, data } = await fetchDataSet(servedFrom(cifar10, ["cifar-10-binary.tar.gz"]), folder, quiet);
  assert.deepEqual([place, data, asked.length], [join(folder, "cifar-10-batches-bin"), undefined, 0]);
});

test("a data set of several files is fetched as they are; those that are whole are not fetched twice", async () => {
  const folder = temporaryFolder();
  const names = Object.keys(fashionFiles);
  const set = servedFrom(fashionMnist, names);
  const labels = served.get("/t10k-labels-idx1-ubyte")!;
  served.delete("/t10k-labels-idx1-ubyte");
  await assert.rejects(fetchDataSet(set, folder, quiet), { code: "network", message: /t10k-labels.*\n.*answers 404/ });
  assert.deepEqual(readdirSync(folder), ["downloads"]);
  served.set("/t10k-labels-idx1-ubyte", labels);
  asked.length = 0;
  const { place } = await fetchDataSet(set, folder, quiet);
  assert.deepEqual(asked, ["/t10k-labels-idx1-ubyte"]);
  assert.deepEqual(readdirSync(place).sort(), names.toSorted());
  assert.deepEqual(readdirSync(folder), ["fashion-mnist"]);
});

test("an archive that cannot be read leaves no folder, and the error names it", async () => {
  const folder = temporaryFolder();
  const set = servedFrom(cifar10, ["broken.tar.gz"]);
  await assert.rejects(fetchDataSet(set, folder, quiet), {
    code: "file-damaged",
    message: /downloads\/data_batch_1\.bin: has 100 bytes, which is no whole number of records/,
  });
  assert.deepEqual([readdirSync(folder), hidden(folder)], [["downloads"], []]);
});

async function importFrom(set: KnownDataSet, from: string, folder = temporaryFolder()) {
  const told: DataProgress[] = [];
  const installed = await importDataSet(set, from, folder, { report: (progress) => told.push(progress) });
  const text = told.flatMap((progress) => ("text" in progress ? [progress.text] : [])).join("\n");
  return { ...installed, folder, text };
}

const sources: Record<string, (folder: string) => string> = {
  "its unpacked folder": (folder) => writeFiles(folder, cifarFiles),
  "a folder that holds its folder": (folder) => {
    writeFiles(join(folder, "cifar-10-batches-bin"), cifarFiles);
    return folder;
  },
  "a folder that holds its archive": (folder) => writeFiles(folder, { "cifar-10-binary.tar.gz": archive }),
  "a tar.gz": (folder) => join(writeFiles(folder, { "mine.tgz": archive }), "mine.tgz"),
  "a tar.gz without a folder inside": (folder) =>
    join(writeFiles(folder, { "flat.tar.gz": tarGzOf(cifarFiles, "./") }), "flat.tar.gz"),
  "a tar that is not packed": (folder) => {
    const bytes = tarOf(Object.entries(cifarFiles).map(([name, data]) => ({ name: `any/${name}`, data })));
    return join(writeFiles(folder, { "plain.tar": bytes }), "plain.tar");
  },
  "a zip": (folder) => {
    const bytes = zipOf(Object.entries(cifarFiles).map(([name, data]) => ({ name: `x/${name}`, data, packed: true })));
    return join(writeFiles(folder, { "some.zip": bytes }), "some.zip");
  },
};
for (const [what, make] of Object.entries(sources))
  test(`CIFAR-10 is imported from ${what}`, async () => {
    const { place, data, folder } = await importFrom(cifar10, make(temporaryFolder()));
    assert.equal(place, join(folder, "cifar-10-batches-bin"));
    assert.deepEqual([data?.train.count, data?.test.count, hidden(folder)], [12, 10, []]);
    assert.ok(readFileSync(join(place, "test_batch.bin")).equals(cifarFiles["test_batch.bin"]));
  });

test("the official archive is known by its sha256, another one is taken with a warning that says why", async () => {
  const set = servedFrom(cifar10, ["cifar-10-binary.tar.gz"]);
  const folder = writeFiles(temporaryFolder(), { "cifar-10-binary.tar.gz": archive });
  const { text } = await importFrom(set, join(folder, "cifar-10-binary.tar.gz"));
  assert.match(text, /is the official cifar-10-binary\.tar\.gz: its sha256 fits/);
  const other = Buffer.from(archive);
  other[4]! ^= 1; // gzip's time stamp: other bytes, the same content
  writeFileSync(join(folder, "other.tar.gz"), other);
  const { text: warning } = await importFrom(set, join(folder, "other.tar.gz"));
  assert.match(
    warning,
    /is not the official .*: its sha256 is [0-9a-f]{64}, official is [0-9a-f]{64}\. It is taken if/,
  );
});

test("a truncated archive is refused, with its size beside the official one, and leaves nothing", async () => {
  const set = servedFrom(cifar10, ["cifar-10-binary.tar.gz"]);
  const folder = writeFiles(temporaryFolder(), { "cifar-10-binary.tar.gz": archive.subarray(0, 20_000) });
  const dataFolder = temporaryFolder();
  const told: string[] = [];
  const report = (progress: DataProgress) => told.push("text" in progress ? progress.text : "");
  await assert.rejects(importDataSet(set, join(folder, "cifar-10-binary.tar.gz"), dataFolder, { report }), {
    code: "file-damaged",
    message: /truncated/,
  });
  assert.match(told.join("\n"), /it has 20,000 bytes, official are [\d,]+ \(a part of it/);
  assert.deepEqual(readdirSync(dataFolder), []);
});

test("nothing is imported over what is there, and the error says what to do", async () => {
  const { folder } = await importFrom(cifar10, writeFiles(temporaryFolder(), cifarFiles));
  await assert.rejects(importFrom(cifar10, writeFiles(temporaryFolder(), cifarFiles), folder), {
    code: "file-exists",
    message: /is there already\. Check it with: patina data verify cifar10 .*rm -r .*cifar-10-batches-bin/,
  });
});

test("an archive with two files for one name is refused, and leaves nothing", async () => {
  const folder = temporaryFolder();
  const again = {
    "one/test_batch.bin": cifarFiles["test_batch.bin"],
    "two/test_batch.bin": cifarFiles["test_batch.bin"],
  };
  writeFileSync(join(folder, "twice.tgz"), tarGzOf(again));
  const dataFolder = temporaryFolder();
  await assert.rejects(importDataSet(cifar10, join(folder, "twice.tgz"), dataFolder, quiet), {
    code: "file-damaged",
    message: /twice\.tgz\/test_batch\.bin: comes twice/,
  });
  assert.deepEqual(readdirSync(dataFolder), []);
});

test("a disk that is read-only is an error that says so", async (context) => {
  const from = writeFiles(temporaryFolder(), cifarFiles);
  const imports: Promise<unknown>[] = [];
  onSmallDisk(context, (disk) => {
    makeReadOnly(disk);
    imports.push(importDataSet(cifar10, from, disk, quiet)); // refused before it waits for anything
  });
  for (const refused of imports)
    await assert.rejects(refused, {
      code: "file-system",
      message: /no permission to write here\. Choose another folder/,
    });
});

test("a member that would lead out of the folder is not written", async () => {
  const folder = temporaryFolder();
  const bytes = tarOf([{ name: "../test_batch.bin", data: cifarFiles["test_batch.bin"] }]);
  writeFileSync(join(folder, "hostile.tar"), bytes);
  const dataFolder = join(folder, "data");
  mkdirSync(dataFolder);
  await assert.rejects(importDataSet(cifar10, join(folder, "hostile.tar"), dataFolder, quiet), {
    code: "file-hostile",
  });
  assert.equal(existsSync(join(folder, "test_batch.bin")), false);
  assert.deepEqual(readdirSync(dataFolder), []);
});

test("what holds nothing of the data set is refused, with what was looked for", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "notes.txt": "",
    "foreign.zip": zipOf([{ name: "a.txt", data: Buffer.alloc(3) }]),
  });
  await assert.rejects(importFrom(cifar10, folder), {
    code: "file-foreign",
    message: /holds no cifar10: neither its files nor cifar-10-batches-bin\/, cifar-10-binary\.tar\.gz/,
  });
  await assert.rejects(importFrom(cifar10, join(folder, "foreign.zip")), {
    code: "file-foreign",
    message: /foreign\.zip: holds no file of cifar-10-batches-bin\/ or cifar-10-batches-py\//,
  });
  await assert.rejects(importFrom(cifar10, join(folder, "none")), { code: "file-missing" });
});

test("Fashion-MNIST is imported from a folder of its files, not from one file", async () => {
  const folder = writeFiles(temporaryFolder(), fashionFiles);
  assert.equal((await importFrom(fashionMnist, folder)).data?.train.count, 2);
  await assert.rejects(importFrom(fashionMnist, join(folder, "t10k-labels-idx1-ubyte")), {
    code: "file-foreign",
    message: /is one file; fashion-mnist has several/,
  });
});

const tinyFiles: Record<string, Uint8Array> = {};
for (const id of ["n00000001", "n00000002"]) {
  for (const k of [0, 1])
    tinyFiles[`train/${id}/images/${id}_${k}.JPEG`] = await jpeg(noise({ height: 64, width: 64, channels: 3 }, id, k));
  tinyFiles[`val/images/val_${id}.JPEG`] = await jpeg(noise({ height: 64, width: 64, channels: 3 }, id, "val"));
}
tinyFiles["val/val_annotations.txt"] = Buffer.from(
  ["n00000001", "n00000002"].map((id) => `val_${id}.JPEG\t${id}\t0\t0\t63\t63\n`).join(""),
);

test("Tiny ImageNet is imported from its zip, but for the test part that has no labels", async () => {
  const members = { ...tinyFiles, "test/images/test_0.JPEG": tinyFiles["val/images/val_n00000001.JPEG"]! };
  const bytes = zipOf(Object.entries(members).map(([name, data]) => ({ name: `tiny-imagenet-200/${name}`, data })));
  const from = join(writeFiles(temporaryFolder(), { "tiny-imagenet-200.zip": bytes }), "tiny-imagenet-200.zip");
  const { place, data } = await importFrom(tinyImageNet, from);
  assert.deepEqual([data?.train.count, data?.test.count], [4, 2]);
  assert.deepEqual(readdirSync(place).sort(), ["train", "val"]);
});

test("the pictures that verified an import are not decoded again by training", async () => {
  const { place, folder } = await importFrom(tinyImageNet, writeFiles(temporaryFolder(), tinyFiles));
  const told: DataProgress[] = [];
  await tinyImageNet.read(place, folder, { report: (progress) => told.push(progress) });
  assert.deepEqual(told, []);
});

test("a picture that cannot be decoded stops an import; the error names it where the user has it", async () => {
  const from = writeFiles(temporaryFolder(), { ...tinyFiles, "val/images/val_n00000001.JPEG": Buffer.from("broken") });
  const folder = temporaryFolder();
  await assert.rejects(importFrom(tinyImageNet, from, folder), (error: Error) => {
    assert.ok(
      error.message.includes(`${join(from, "val/images/val_n00000001.JPEG")}: cannot be decoded`),
      error.message,
    );
    return true;
  });
  assert.deepEqual(readdirSync(folder), ["cache"]);
});
