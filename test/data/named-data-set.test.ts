/** Data sets as commands name them: known ones, and folders of pictures. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadNamed } from "../../src/data/data-set.ts";
import { PatinaError } from "../../src/errors.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { noise, png, temporaryFolder, writeFiles } from "./samples.ts";

const pictures: Record<string, Uint8Array> = {};
for (const name of ["cat/1", "cat/2", "dog/1"])
  pictures[`${name}.png`] = await png(noise({ height: 8, width: 8, channels: 3 }, name));
const under = (...parts: string[]) =>
  Object.fromEntries(
    parts.flatMap((part) => Object.entries(pictures).map(([name, file]) => [`${part}/${name}`, file])),
  );

test("a folder of classes is its own training and test part, decoded once", async () => {
  const data = temporaryFolder();
  const { train, test: part, classes } = await loadNamed(writeFiles(temporaryFolder(), pictures), undefined, data);
  assert.deepEqual([classes, train.count, part.digest], [["cat", "dog"], 3, train.digest]);
  const [cache] = readdirSync(join(data, "cache")).filter((name) => name.endsWith(".npy"));
  assert.ok(cache !== undefined);
  assert.equal((await loadNamed(writeFiles(temporaryFolder(), pictures), 16, data)).test.height, 16);
});

for (const second of ["test", "val"])
  test(`a folder of train and ${second} has these parts`, async () => {
    const folder = writeFiles(temporaryFolder(), {
      ...under("train"),
      ...under(second),
      [`${second}/dog/2.png`]: pictures["cat/1.png"]!,
    });
    const set = await loadNamed(folder, undefined, temporaryFolder());
    assert.deepEqual([set.train.count, set.test.count, set.name], [3, 4, folder]);
  });

test("a known name is the known data set, also where a folder of that name is at hand", async () => {
  const data = temporaryFolder();
  writeTinyFashion(data, { train: 20, test: 10 });
  const before = process.cwd();
  process.chdir(data);
  try {
    assert.equal((await loadNamed("fashion-mnist", undefined, ".")).test.count, 10);
  } finally {
    process.chdir(before);
  }
});

test("a path that is not there is missing, a name that nobody knows is unknown", async () => {
  const empty = temporaryFolder();
  mkdirSync(join(empty, "x"));
  const refused = (code: string) => (error: unknown) => error instanceof PatinaError && error.code === code;
  await assert.rejects(() => loadNamed(join(empty, "nowhere"), undefined, empty), refused("file-missing"));
  await assert.rejects(() => loadNamed("cifar-10", undefined, empty), refused("unknown-name"));
});

test("a size for a known data set is refused: it would say nothing", async () => {
  await assert.rejects(() => loadNamed("cifar10", 64, "."), {
    code: "argument",
    message: /^cifar10: has pictures of one size; .*\(64\)/,
  });
});
