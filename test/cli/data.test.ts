/** `patina data`, as a user types it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cifarBinary, cifarRecords, noise, png, temporaryFolder, writeFiles } from "../data/samples.ts";
import { runCommand } from "./run-command.ts";

const cifarFiles = {
  "data_batch_1.bin": cifarBinary(cifarRecords("train", 20, 10)),
  "test_batch.bin": cifarBinary(cifarRecords("test", 10, 10)),
};
const square = { height: 8, width: 8, channels: 3 } as const;
const pictures = {
  "cat/1.png": await png(noise(square, 1)),
  "cat/2.png": await png(noise(square, 2)),
  "dog/1.png": await png(noise(square, 3)),
  "dog/2.png": await png(noise(square, 4)),
};

test("list shows every known data set, where it is, and what to type where it is not", async () => {
  const data = writeFiles(temporaryFolder(), { "cifar-100-binary/train.bin": "" });
  const { status, out } = await runCommand(["data", "list", "--data", data]);
  assert.equal(status, 0);
  for (const name of ["fashion-mnist", "cifar10", "cifar100", "tiny-imagenet"]) assert.ok(out.includes(name), name);
  assert.ok(out.includes(join(data, "cifar-100-binary")));
  assert.match(out, /cifar10 +patina data fetch cifar10 /);
});

test("list --json is the same as data", async () => {
  const { out } = await runCommand(["data", "list", "--json", "--data", temporaryFolder()]);
  const cifar = JSON.parse(out).find((set: { name: string }) => set.name === "cifar10");
  assert.deepEqual([cifar.classCount, cifar.counts, cifar.shape.height], [10, { train: 50_000, test: 10_000 }, 32]);
});

test("import says what it took, and a second time that it is there", async () => {
  const [data, from] = [temporaryFolder(), writeFiles(temporaryFolder(), cifarFiles)];
  const words = ["data", "import", "cifar10", "--from", from, "--data", data];
  const first = await runCommand(words);
  assert.equal(first.status, 0, first.err);
  assert.match(
    first.out,
    /cifar10 is imported and verified: .*cifar-10-batches-bin, 20 training pictures and 10 for the test, 10 classes/,
  );
  const second = await runCommand(words);
  assert.equal(second.status, 1);
  assert.match(second.err, /is there already\. Check it with/);
});

test("import frost takes the original photographs only, and names the first that is another", async () => {
  const [data, from] = [temporaryFolder(), writeFiles(temporaryFolder(), { "frost/frost1.png": "another" })];
  const { status, err } = await runCommand(["data", "import", "frost", "--from", from, "--data", data]);
  assert.equal(status, 1);
  assert.match(err, /frost1\.png is not the original photograph/);
});

test("fetch of what is there says so and changes nothing", async () => {
  const data = writeFiles(temporaryFolder(), { "cifar-10-batches-bin/test_batch.bin": cifarFiles["test_batch.bin"] });
  const { status, out } = await runCommand(["data", "fetch", "cifar10", "--data", data]);
  assert.equal(status, 0);
  assert.match(out, /cifar10 is there already: .*patina data verify cifar10/);
});

test("a mistyped name is misuse, with the nearest one", async () => {
  for (const words of [
    ["fetch", "cifar-10"],
    ["import", "cifar-10", "--from", "x"],
    ["verify", "cifar-10"],
  ]) {
    const { status, err } = await runCommand(["data", ...words]);
    assert.deepEqual([status, /Did you mean "cifar10"\?/.test(err)], [2, true]);
  }
});

test("verify of a good data set ends with 0, its counts on standard output", async () => {
  const data = temporaryFolder();
  writeFiles(join(data, "cifar-10-batches-bin"), cifarFiles);
  const { status, out } = await runCommand(["data", "verify", "cifar10", "--data", data]);
  assert.equal(status, 0);
  assert.match(out, /^cifar10: good\n/);
  assert.match(out, /airplane +│ 2 +│ 1 /);
  assert.match(out, /30 pictures of 32x32x3/);
  assert.match(out, /Warning: .*a part of cifar10 only/);
});

test("verify of a folder with a broken picture ends with 1 and names it, as text and as JSON", async () => {
  const folder = writeFiles(temporaryFolder(), { ...pictures, "dog/3.png": "broken" });
  const text = await runCommand(["data", "verify", folder]);
  assert.equal(text.status, 1);
  assert.match(text.out, /not good\n[\s\S]*Problem: .*dog\/3\.png: cannot be decoded/);
  const { status, out } = await runCommand(["data", "verify", folder, "--json"]);
  assert.deepEqual([status, JSON.parse(out).problems.length, JSON.parse(out).classes], [1, 1, ["cat", "dog"]]);
});

test("verify of an experiment file looks at its own data", async () => {
  const folder = writeFiles(
    temporaryFolder(),
    Object.fromEntries(Object.entries(pictures).map(([path, bytes]) => [`pictures/${path}`, bytes])),
  );
  const experiment = {
    data: { kind: "folder", folder: join(folder, "pictures"), test: { share: 0.5 } },
    model: { kind: "wide-resnet" },
  };
  writeFileSync(join(folder, "mine.json"), JSON.stringify(experiment));
  const { status, out, err } = await runCommand([
    "data",
    "verify",
    join(folder, "mine.json"),
    "--data",
    folder,
    "--json",
  ]);
  assert.equal(status, 0, err);
  const { parts, shapes } = JSON.parse(out);
  assert.deepEqual(
    parts.map(({ name, count }: { name: string; count: number }) => [name, count]),
    [
      ["train", 2],
      ["test", 2],
    ],
  );
  assert.deepEqual(shapes, { "8x8x3": 4 });
});

test("verify of a folder that is not there says so, and does not take its path for a name", async () => {
  const { status, out } = await runCommand(["data", "verify", "pictures/tran"]);
  assert.deepEqual([status, /Problem: pictures\/tran: does not exist \(in /.test(out)], [1, true]);
});

test("verify of what is nothing known is misuse", async () => {
  const { status, err } = await runCommand(["data", "verify", "nothing-like-it"]);
  assert.deepEqual([status, /unknown data set "nothing-like-it"/.test(err)], [2, true]);
});
